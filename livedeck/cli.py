"""The command line: `python build.py [command]`. Heavy parts are imported when they are needed."""

# PYTHON_ARGCOMPLETE_OK: the shell may ask it what could come next
import argparse
import contextlib
import gc
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from livedeck import depth, staging, stamp
from livedeck.errors import LivedeckError, UsageError, did_you_mean, told
from livedeck.options import DOCUMENTS, WARNINGS, Options, epoch
from livedeck.project import Project
from livedeck.signals import Ended, ending

COMMANDS = ("build", "serve", "run", "list", "explain", "verify", "new", "clean", "pack", "unpack")

DESCRIPTION = """\
Builds a slide deck whose figures and numbers are computed by the experiments that
the slides name. Without a command: build.
"""
EPILOG = """\
examples:
  python build.py                       build output/index.html and output/deck.pdf
  python build.py --profile quick       the same with every experiment at its smallest
  python build.py serve --open          the deck in a browser, changing as you write it
  python build.py --pdf all             with output/handout.pdf and output/article.pdf
  python build.py run digits            run one experiment and print what slides can cite
  python build.py explain               what would run, and which input changed
  python build.py explain --slide FILE  the same for a slide, with where its numbers come from
  python build.py verify --sample 3     run three experiments again: are the results the same?
  python build.py new my_thing          a new experiment and its slide, ready to build
  python build.py pack results.zip      the results in one file, for `unpack` elsewhere
  python build.py clean --size 500MB    what the deck does not use goes, oldest first
"""


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Runs one command and returns its exit code: 0, 1 for an error, 2 for a wrong usage."""
    # A deck is many objects that stay: to look among them for rubbish took a third of its reading.
    gc.set_threshold(100_000)
    warnings.filterwarnings("ignore", module="<unknown>")  # of sources: their workers tell of it
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in (*COMMANDS, "-h", "--help", "--version"):
        words.insert(0, "build")
    root = (root or Path.cwd()).resolve()
    parser = _parser(root)
    if "_ARGCOMPLETE" in os.environ:  # the shell asks what could come next
        import argcomplete

        argcomplete.autocomplete(parser)
    options, unknown = parser.parse_known_args(words)
    if unknown:
        hint = did_you_mean(unknown[0], COMMANDS)
        parser.error(f"unrecognized arguments: {' '.join(unknown)}. {hint}")
    folders = (options.deck, options.output, options.store)
    try:
        project = Project(root, *((root / folder).resolve() for folder in folders))
    except (OSError, RuntimeError, ValueError) as error:  # a link that leads back to itself
        parser.error(f"no folder of a project: {error}")
    if options.command == "build" and not project.misplaced and _is_current(project, options):
        project.sweep()
        if not options.quiet:
            print(f"Nothing has changed: {project.shown(project.output)} is up to date.")
        return 0
    return _guarded(project, options)


def run(root: Path | None = None) -> NoReturn:
    """Runs one command and ends the process with its exit code, at once: to take a deck's many
    objects apart, one by one, took longer than to read what has changed."""
    sys.setrecursionlimit(depth.CALLS)
    ending.arm()
    try:
        _open_standard_streams()
        code = main(root=root)
        ending.disarm()
        if code and ending.signal is not None:
            raise Ended
    except BaseException as error:
        if ending.signal is None and not isinstance(error, KeyboardInterrupt):
            raise  # else it is what somebody's code has made of the signal, as an import does
        _say_goodbye()
        staging.release()
        _flush()
        ending.die()
    unread = _flush()
    os._exit(code or unread)


def _flush() -> int:
    """Writes out what was printed; 1 if nobody reads it any more, or its disk is full."""
    code = 0
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            code = 1
    return code


def _open_standard_streams() -> None:
    """Opens those that whoever started the command has closed: what is written to them would go
    to the next file that is opened, which would have their number."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)


def _say_goodbye() -> None:
    from livedeck.console import Terminal

    by = ending.signal or signal.SIGINT
    how = "interrupted" if by == signal.SIGINT else f"ended by {by.name}"
    message = f"{how}; what was finished is kept for the next build"
    with contextlib.suppress(OSError):
        Terminal().error(LivedeckError(message))


def _guarded(project: Project, options: argparse.Namespace) -> int:
    """Runs a command; what an author can mend is shown without a traceback."""
    from livedeck.console import Terminal

    for_machines = getattr(options, "json", False)  # which want nothing else
    terminal = Terminal(quiet=options.quiet or for_machines)
    try:
        if project.misplaced:
            raise UsageError(project.misplaced)
        epoch()  # for no command shall find out late that it is none
        command = import_module(f"livedeck.commands.{options.command}")
        command.execute(project, options, terminal)
    except LivedeckError as error:
        terminal.error(error)
        return error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        terminal.error(LivedeckError(f"{where}{error.strerror or error}"))
        return 1
    finally:
        terminal.close()
    return 0


def _is_current(project: Project, options: argparse.Namespace) -> bool:
    if options.force or options.timings or not os.path.isdir(project.deck):
        return False
    asked = Options(
        options.profile,
        options.keep_going,
        options.pdf,
        options.steps,
        warnings=options.warnings,
    )
    return stamp.is_current(project, asked.arguments())


def _parser(root: Path) -> argparse.ArgumentParser:
    def experiments(**_: object) -> list[str]:
        from livedeck.keys.experiment import names_in

        return names_in(root / "experiments")

    parser: argparse.ArgumentParser = _Parser(
        prog="build.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--deck", default="deck", metavar="FOLDER", help="the deck's folder")
    shared.add_argument("--output", default="output", metavar="FOLDER", help="where the deck goes")
    shared.add_argument(
        "--store", default=".livedeck", metavar="FOLDER", help="where results are kept"
    )
    shared.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    profile = argparse.ArgumentParser(add_help=False)
    profile.add_argument(
        "--profile",
        choices=("cpu", "gpu", "tpu", "quick"),
        help="the size of the experiments (default: that of the device that is here)",
    )
    remote = argparse.ArgumentParser(add_help=False)
    remote.add_argument(
        "--remote", metavar="URL", help="a second store, to take results from and give them to"
    )

    working = argparse.ArgumentParser(add_help=False)
    working.add_argument(
        "--workers",
        type=_count,
        default=0,
        metavar="N",
        help="processes that run experiments (default: one for each accelerator; see docs)",
    )

    def add(name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[shared, *parents])

    build = add("build", "Build the deck (the default).", profile, working, remote)
    build.add_argument("--keep-going", action="store_true", help="show failures on their slides")
    build.add_argument(
        "--pdf",
        type=_documents,
        metavar="NAMES",
        help="the PDFs: deck, handout, article, or all (default: deck, or as deck.toml says)",
    )
    build.add_argument(
        "--no-pdf", action="store_const", const=(), dest="pdf", help="build the HTML alone"
    )
    build.add_argument("--steps", action="store_true", help="a page of deck.pdf for each step")
    build.add_argument(
        "--timings", action="store_true", help="say where the time went; also as timings.svg"
    )
    build.add_argument(
        "--warnings",
        choices=WARNINGS,
        help="whether an experiment's warnings are shown, or errors (default: as deck.toml says)",
    )
    build.add_argument("--force", action="store_true", help="render even if nothing has changed")
    _add_serve(
        add("serve", "Show the deck in browsers, as it is written.", profile, working, remote)
    )
    text = "Run an experiment and print the values that slides can cite."
    run = add("run", text, profile, working, remote)
    run.add_argument("experiment").completer = experiments  # type: ignore[attr-defined]
    run.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter")
    run.add_argument("--json", action="store_true", help="for machines")
    listed = add("list", "List the experiments: what they claim, their figures and values.")
    listed.add_argument("--json", action="store_true", help="for machines")
    explain = add(
        "explain", "Say what a build would reuse or run, and which input changed.", profile
    )
    what = explain.add_argument(
        "what",
        nargs="?",
        help="an experiment, a run (digits?width=64), a figure (digits.predictions), "
        "a number (digits.accuracy)",
    )
    what.completer = experiments  # type: ignore[attr-defined]
    explain.add_argument("--slide", metavar="FILE-OR-ID", help="all that stands on a slide")
    explain.add_argument("--json", action="store_true", help="for machines")
    verify = add(
        "verify",
        "Run experiments again, apart from the store, and compare the results bit by bit.",
        profile,
    )
    checked = verify.add_argument(
        "what", nargs="*", metavar="experiment", help="default: all of the deck's"
    )
    checked.completer = experiments  # type: ignore[attr-defined]
    verify.add_argument("--sample", type=int, metavar="N", help="this many of them, at random")
    verify.add_argument("--seed", type=int, metavar="S", help="the sample of this seed")
    verify.add_argument("--figures", action="store_true", help="also draw the figures again")
    verify.add_argument("--json", action="store_true", help="for machines")
    new = add("new", "Make an experiment with its slide, a slide, or a deck, that already build.")
    kinds = ("experiment", "slide", "deck")
    new.add_argument("kind", nargs="?", choices=kinds, help="default: experiment")
    new.add_argument(
        "name", help="of an experiment: my_thing; of a slide: 10-part/my-slide; of a deck: a folder"
    )
    text = "Remove the stored results and the built deck; with --keep, --older-than or --size"
    clean = add("clean", f"{text}, only results and figures that the deck does not use.")
    clean.add_argument("--output-only", action="store_true", help="keep the results")
    clean.add_argument("--keep", type=int, metavar="N", help="the newest N of each name stay")
    clean.add_argument("--older-than", metavar="AGE", help="older ones go: 12h, 30d, 6w")
    clean.add_argument("--size", help="the oldest go until the store takes no more: 500MB")
    clean.add_argument("--dry-run", action="store_true", help="say what would go")
    pack = add("pack", "Put the deck's results into one file, for another machine.", profile)
    pack.add_argument("file", help="the file to write, such as results.zip")
    packed = pack.add_argument("experiments", nargs="*", metavar="experiment", help="only these")
    packed.completer = experiments  # type: ignore[attr-defined]
    pack.add_argument("--figures", action="store_true", help="with the figures drawn of them")
    unpack = add("unpack", "Take the results in such a file into the store.")
    unpack.add_argument("file")
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--open", action="store_true", help="open the deck in a browser")
    serve.add_argument("--port", type=_port, metavar="N", help="default: 8400, or the next free")
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="serve the network, such as 0.0.0.0: to those who have the token that is printed",
    )
    serve.add_argument("--no-pdf", action="store_true", help="do not print the PDF meanwhile")
    serve.add_argument(
        "--editor",
        default="vscode",
        metavar="NAME",
        help="what Alt+click opens: vscode, zed, pycharm, none, ... or a command or address with "
        "{path} and {line} in it (default: vscode)",
    )


def _port(text: str) -> int:
    if not text.isdigit() or len(text) > 5 or not 0 <= int(text) < 2**16:
        message = f"`{text}` is not a port, which is a number up to 65535"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _documents(text: str) -> tuple[str, ...]:
    asked = DOCUMENTS if text == "all" else [name.strip() for name in text.split(",")]
    for name in asked:
        if name not in DOCUMENTS:
            hint = did_you_mean(name, DOCUMENTS)
            raise argparse.ArgumentTypeError(f"there is no PDF `{name}`. {hint}")
    return tuple(name for name in DOCUMENTS if name in asked)


def _count(text: str) -> int:
    if not text.isdigit() or len(text) > 4 or not 0 < int(text) <= 1024:
        message = f"`{text}` is not a whole number from 1 to 1024"
        raise argparse.ArgumentTypeError(message)
    return int(text)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the words, however long they are, and whatever is in them."""
        super().error(told(message))


class _Version(argparse.Action):
    """Looks the version up when it is asked for: that takes as long as an up-to-date build."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("livedeck")
        except PackageNotFoundError:
            number = "from source"
        print(f"livedeck {number}")
        parser.exit()


if __name__ == "__main__":
    run()
