"""Ways in which code says something while an experiment runs, and what must be heard of it."""

from dataclasses import dataclass, field

MODULE = '''\
"""An experiment that says something: {title}."""

import contextlib, ctypes, faulthandler, io, logging, multiprocessing, os, subprocess, sys
import threading, time, warnings
from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    answer: float


def package(source: str, name: str = "packages.loud"):
    """A module as if it were installed."""
    place = {{"__name__": name}}
    exec(compile(source, "/nowhere/site-packages/packages/loud.py", "exec"), place)
    return place


def run() -> Result:
{body}
    return Result(1.0)
'''
FIGURE = """\

def curve(fig, result):
    axes = fig.subplots()
    axes.plot([1, 2], [3, 4])
{body}
"""
LOUD = '''\
"""A helper that complains when it is imported, and again when it is asked."""

import warnings

warnings.warn("loud from the start")  # import


def ask():
    warnings.warn("loud when asked")  # ask
'''


@dataclass(frozen=True)
class Saying:
    """A way to say something: the body of `run` or of a figure function. `heard` are the messages
    by kind and text, each at the line that ends with the comment `# here`, or with the one that is
    given; `printed` are the lines, where they are known, or words in them."""

    title: str
    body: str
    heard: tuple[tuple[str, ...], ...] = ()
    printed: tuple[str, ...] = ()
    times: int = 1
    others: int = 0
    figure: bool = False
    file: str = ""
    exact: bool = True
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return "says_" + "".join(c if c.isalnum() else "_" for c in self.title.lower())

    @property
    def source(self) -> str:
        """The experiment."""
        body = "\n".join(f"    {line}" if line else "" for line in self.body.strip().split("\n"))
        own = f"    title = {self.title!r}" if self.figure else body
        text = MODULE.format(title=self.title, body=own)
        return text + (FIGURE.format(body=body) if self.figure else "")

    @property
    def slide(self) -> str:
        """A slide that shows it."""
        figure = f"![a curve](experiment:{self.name}.curve)\n" if self.figure else ""
        return f"# {self.title} {{{{ {self.name}.answer }}}}\n\n{figure}"


def of_kind(kind: str, *texts: str) -> tuple[tuple[str, str], ...]:
    """Messages of one kind."""
    return tuple((kind, text) for text in texts)


USER = "UserWarning"
WARNINGS = [
    Saying("a warning", 'warnings.warn("mind")  # here', of_kind(USER, "mind")),
    Saying(
        "a warning about the caller",
        'def part():\n    warnings.warn("mind", stacklevel=2)\npart()  # here',
        of_kind(USER, "mind"),
    ),
    Saying(
        "a warning that points beyond all callers",
        'warnings.warn("mind", stacklevel=99)  # here',
        of_kind(USER, "mind"),
    ),
    Saying(
        "a warning of a helper",
        "from experiments import _loud\n_loud.ask()",
        ((USER, "loud from the start", "# import"), (USER, "loud when asked", "# ask")),
        file="experiments/_loud.py",
    ),
    Saying(
        "a warning that a package raises about itself",
        'say = package("import warnings\\ndef say(): warnings.warn(\'within\')")["say"]\n'
        "say()  # here",
        of_kind(USER, "within"),
    ),
    Saying(
        "a warning of scikit-learn",
        "from sklearn.linear_model import LogisticRegression\n"
        "x = np.arange(40.0).reshape(-1, 1)\n"
        "LogisticRegression(max_iter=1).fit(np.sin(x), np.cos(3 * x[:, 0]) > 0)  # here",
        of_kind("ConvergenceWarning", "lbfgs failed to converge"),
    ),
    Saying(
        "a warning from a thread",
        'def part():\n    warnings.warn("aside")  # here\n'
        "thread = threading.Thread(target=part)\nthread.start()\nthread.join()",
        of_kind(USER, "aside"),
    ),
    Saying(
        "a warning from a pool of threads",
        'def part(i):\n    warnings.warn("pooled")  # here\n'
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(3) as pool:\n    list(pool.map(part, range(9)))",
        of_kind(USER, "pooled"),
    ),
    Saying(
        "a package that warns in a thread of its own",
        'say = package("import warnings\\ndef say(): warnings.warn(\'alone\')")["say"]\n'
        "thread = threading.Thread(target=say)\nthread.start()\nthread.join()",
        ((USER, "alone", "def run() -> Result:"),),
    ),
    Saying(
        "a warning ten thousand times",
        'for _ in range(10_000):\n    warnings.warn("again")  # here',
        of_kind(USER, "again"),
    ),
    Saying(
        "a warning that is always shown",
        'warnings.simplefilter("always")\nfor _ in range(10_000):\n'
        '    warnings.warn("again")  # here',
        of_kind(USER, "again"),
        times=10_000,
    ),
    Saying(
        "ten thousand warnings",
        'for i in range(10_000):\n    warnings.warn(f"number {i}")  # here',
        of_kind(USER, *(f"number {i}" for i in range(100))),
        others=9_900,
    ),
    Saying(
        "a warning that is a number", "warnings.warn(UserWarning(42))  # here", of_kind(USER, "42")
    ),
    Saying(
        "a warning of several parts",
        'warnings.warn(UserWarning("a", 1))  # here',
        of_kind(USER, "('a', 1)"),
    ),
    Saying(
        "a category of its own",
        'class Odd(RuntimeWarning): pass\nwarnings.warn("odd", Odd)  # here',
        of_kind("Odd", "odd"),
    ),
    Saying(
        "a warning of NumPy",
        "np.log(np.zeros(1))  # here",
        of_kind("RuntimeWarning", "divide by zero encountered in log"),
    ),
    Saying(
        "a precision that JAX lowers",
        'import jax.numpy as jnp\njnp.zeros(3, dtype="float64")  # here',
        of_kind(USER, "Explicitly requested dtype float64"),
    ),
    Saying(
        "what its own code should no longer use",
        'warnings.warn("old", DeprecationWarning)  # here',
        of_kind("DeprecationWarning", "old"),
    ),
    Saying(
        "what a package should no longer use",
        "package(\"import warnings; warnings.warn('old', DeprecationWarning)\")",
    ),
    Saying(
        "what its own code should no longer call",
        "source = \"import warnings\\ndef call(): warnings.warn('old', DeprecationWarning, 2)\"\n"
        "call = package(source)\n"
        'call["call"]()  # here',
        of_kind("DeprecationWarning", "old"),
    ),
    Saying(
        "odd syntax",
        "answer = 1\nif answer is 1:  # here\n    pass",
        of_kind("SyntaxWarning", '"is" with a literal'),
    ),
    Saying(
        "a warning about another place",
        'warnings.warn_explicit("there", UserWarning, "/nowhere.py", 3)  # here',
        of_kind(USER, "there"),
    ),
    Saying(
        "a warning of several lines",
        'warnings.warn("one\\ntwo\\n\\tthree")  # here',
        of_kind(USER, "one\ntwo\n    three"),
    ),
    Saying(
        "a warning of a megabyte",
        'warnings.warn("long " * 200_000)  # here',
        of_kind(USER, "long long long"),
    ),
    Saying(
        "a warning in all scripts",
        'warnings.warn("Größe 漢字 \\U0001f600 " * 500)  # here',
        of_kind(USER, "Größe 漢字 \U0001f600 Größe"),
    ),
    Saying(
        "a warning with half a character",
        'warnings.warn("half \\ud800 of it")  # here',
        of_kind(USER, "half ? of it"),
    ),
    Saying(
        "a warning with a terminal's commands",
        'warnings.warn("\\x1b[2J\\x1b]0;title\\x07cleared\\x00")  # here',
        of_kind(USER, "cleared\ufffd"),
    ),
    Saying(
        "a warning with an address",
        'warnings.warn(f"bad {object()}")  # here',
        of_kind(USER, "bad <object object at 0x…>"),
    ),
    Saying(
        "a warning with a path of the project",
        'warnings.warn(f"bad {__file__}")  # here',
        of_kind(USER, "bad experiments/says_a_warning_with_a_path_of_the_project.py"),
    ),
    Saying(
        "a warning while errors are read elsewhere",
        "text = io.StringIO()\nwith contextlib.redirect_stderr(text):\n"
        '    warnings.warn("both")  # here\nassert "UserWarning: both" in text.getvalue()',
        of_kind(USER, "both"),
    ),
    Saying(
        "warnings that go to the log",
        'logging.captureWarnings(True)\nwarnings.warn("logged")  # here\n'
        "logging.captureWarnings(False)",
        of_kind("WARNING py.warnings", "experiments/says_warnings_that_go_to_the_log.py:23: User"),
    ),
    Saying("a warning that is silenced", 'warnings.simplefilter("ignore")\nwarnings.warn("hush")'),
    Saying(
        "a warning that is silenced by its text",
        'warnings.filterwarnings("ignore", message="hu")\nwarnings.warn("hush")',
    ),
    Saying(
        "a warning that is silenced for a block",
        'with warnings.catch_warnings():\n    warnings.simplefilter("ignore")\n'
        '    warnings.warn("hush")\nwarnings.warn("loud")  # here',
        of_kind(USER, "loud"),
    ),
    Saying(
        "a warning that is recorded",
        "with warnings.catch_warnings(record=True) as caught:\n"
        '    warnings.simplefilter("always")\n    warnings.warn("kept")\n'
        'assert [str(each.message) for each in caught] == ["kept"]\nwarnings.warn("loud")  # here',
        of_kind(USER, "loud"),
    ),
    Saying(
        "a warning that is raised",
        'warnings.simplefilter("error")\ntry:\n    warnings.warn("raised")\n'
        "except UserWarning as error:\n    assert str(error) == 'raised'\nelse:\n    assert False",
    ),
    Saying(
        "a warning that is shown in a way of its own",
        "warnings.showwarning = lambda message, *_: print(f'see {message}')\nwarnings.warn('mine')",
        printed=("see mine",),
    ),
    Saying("a warning about a file left open", "open(__file__)"),
    Saying(
        "a warning from a forked process",
        'if not (child := os.fork()):\n    warnings.warn("forked")  # here\n    os._exit(0)\n'
        "os.waitpid(child, 0)",
        of_kind(USER, "forked"),
    ),
    Saying(
        "a warning before and after a fork",
        'warnings.simplefilter("always")\nfor part in range(2):\n'
        "    child = 0 if part else os.fork()\n"
        '    warnings.warn("both")  # here\n    if not part and not child: os._exit(0)\n'
        "    if child: os.waitpid(child, 0)",
        of_kind(USER, "both"),
        times=3,
    ),
    Saying(
        "a warning from a pool of processes",
        'def part(): warnings.warn("pooled")  # here\n'
        'process = multiprocessing.get_context("fork").Process(target=part)\n'
        "process.start()\nprocess.join()",
        of_kind(USER, "pooled"),
    ),
    Saying(
        "a warning from another Python",
        "code = \"import warnings; warnings.warn('far')\"\n"
        'subprocess.run([sys.executable, "-c", code], check=True)',
        ((USER, "far", "def run() -> Result:"),),
    ),
    Saying(
        "a warning from the project's code in another Python",
        "code = \"import sys; sys.path[0] = '.'; from experiments import _loud\"\n"
        'subprocess.run([sys.executable, "-c", code], check=True)',
        ((USER, "loud from the start", "# import"),),
        file="experiments/_loud.py",
    ),
]
LOGS = [
    Saying(
        "a log",
        'logging.warning("low on %s", "disk")  # here',
        of_kind("WARNING root", "low on disk"),
    ),
    Saying(
        "a log of a package's name",
        'logging.getLogger("a.b").error("bad")  # here',
        of_kind("ERROR a.b", "bad"),
    ),
    Saying(
        "a log from within a package",
        "source = \"import logging\\ndef say(): logging.getLogger('p').warning('in')\"\n"
        'say = package(source)["say"]\n'
        "say()  # here",
        of_kind("WARNING p", "in"),
    ),
    Saying("a log of no weight", 'logging.info("fine")\nlogging.debug("fine")'),
    Saying(
        "a log that is set up",
        'logging.basicConfig(level=logging.INFO, format="%(message)s!", force=True)\n'
        'logging.info("fine")\nlogging.warning("mind")  # here\nassert logging.root.handlers',
        of_kind("WARNING root", "mind"),
        printed=("fine!",),
    ),
    Saying(
        "a log with a handler of its own",
        'logger = logging.getLogger("own")\nlogger.addHandler(logging.StreamHandler())\n'
        'logger.propagate = False\nlogger.warning("mine")  # here',
        of_kind("WARNING own", "mine"),
    ),
    Saying(
        "a log that goes to a text",
        'text = io.StringIO()\nlogger = logging.getLogger("text")\n'
        "logger.addHandler(logging.StreamHandler(text))\n"
        'logger.warning("kept")  # here\nassert text.getvalue() == "kept\\n"',
        of_kind("WARNING text", "kept"),
    ),
    Saying(
        "a log that goes to a file alone",
        'logger = logging.getLogger("file")\nlogger.propagate = False\n'
        'logger.addHandler(logging.FileHandler(os.devnull))\nlogger.warning("filed")',
    ),
    Saying(
        "a log that nobody shall see",
        'logger = logging.getLogger("null")\nlogger.propagate = False\n'
        'logger.addHandler(logging.NullHandler())\nlogger.warning("hush")',
    ),
    Saying(
        "a log that is silenced",
        'logging.getLogger("quiet").setLevel("ERROR")\nlogging.getLogger("quiet").warning("hush")',
    ),
    Saying(
        "a log of absl",
        'from absl import logging as absl_logging\nabsl_logging.warning("absl says")  # here',
        of_kind("WARNING absl", "absl says"),
    ),
    Saying(
        "a log of JAX",
        'import jax\nlogging.getLogger("jax._src.xla_bridge").warning("no GPU")  # here',
        of_kind("WARNING jax._src.xla_bridge", "no GPU"),
    ),
    Saying(
        "a log of an exception",
        'try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception("failed")  # here',
        of_kind("ERROR root", "failed: ZeroDivisionError: division by zero"),
    ),
    Saying(
        "a log whose arguments do not fit",
        'logging.warning("%d and %d", "one")  # here',
        of_kind("WARNING root", "%d and %d"),
    ),
    Saying(
        "an exception that ends a thread",
        'def part(): raise ValueError("lost")  # here\n'
        "thread = threading.Thread(target=part)\nthread.start()\nthread.join()",
        of_kind("ValueError", "ended a thread: lost"),
    ),
    Saying(
        "an exception that nobody gets",
        'class Left:\n    def __del__(self): raise ValueError("lost")  # here\nLeft()',
        of_kind("ValueError", "was ignored in <function"),
    ),
    Saying(
        "a font that is not there",
        'axes.set_title("a", fontfamily="No Such Font")',
        (
            (
                "WARNING matplotlib.font_manager",
                "findfont: Font family 'No Such Font' not found.",
                "def curve(fig, result):",
            ),
        ),
        figure=True,
        times=0,
    ),
    Saying(
        "a figure that warns",
        'warnings.warn("drawn")  # here',
        of_kind(USER, "drawn"),
        figure=True,
        times=0,
    ),
]
PRINTS = [
    Saying("a print", 'print("plain")', printed=("plain",)),
    Saying("a print without an end", 'print("plain", end="")', printed=("plain",)),
    Saying(
        "prints to both streams",
        'for i in range(3):\n    print("out", i)\n    print("err", i, file=sys.stderr)',
        printed=("out 0", "err 0", "out 1", "err 1", "out 2", "err 2"),
    ),
    Saying("bytes to a descriptor", 'os.write(1, b"raw\\n")', printed=("raw",)),
    Saying("a print of C", 'ctypes.CDLL(None).puts(b"from C")', printed=("from C",)),
    Saying(
        "a print of another program",
        'subprocess.run(["echo", "program"], check=True)',
        printed=("program",),
    ),
    Saying("a print of a shell", 'os.system("echo shell >&2")', printed=("shell",)),
    Saying(
        "a print of a forked process",
        'if not (child := os.fork()):\n    print("child")\n    os._exit(0)\nos.waitpid(child, 0)',
        printed=("child",),
    ),
    Saying(
        "a print that is taken elsewhere",
        'kept = os.dup(1)\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)\nprint("gone")\n'
        'os.dup2(kept, 1)\nprint("back")',
        printed=("back",),
    ),
    Saying(
        "a traceback of the interpreter",
        "faulthandler.dump_traceback(sys.__stderr__.fileno())",
        printed=("most recent call first",),
        exact=False,
    ),
    Saying(
        "a bar that overwrites itself",
        'for i in range(1001):\n    print(f"\\r{i / 10:5.1f} %", "#" * (i // 50), end="")\nprint()',
        printed=("100.0 % ####################",),
    ),
    Saying(
        "a bar that returns after itself",
        'for i in range(1001):\n    sys.stderr.write(f"{i} of 1000\\r")\nprint("\\ndone")',
        printed=("1000 of 1000", "done"),
    ),
    Saying(
        "lines that end as on Windows", 'os.write(1, b"one\\r\\ntwo\\r\\n")', printed=("one", "two")
    ),
    Saying(
        "a bar of rich",
        "from rich.progress import track\nlist(track(range(5), 'Working'))",
        printed=("Working",),
        exact=False,
    ),
    Saying(
        "colours",
        'print("\\x1b[31mred\\x1b[0m \\x1b]8;;http://x\\x1b\\\\link\\x1b]8;;\\x1b\\\\ "\n'
        '      "\\x1b[2J\\x1b(Bend")',
        printed=("red link end",),
    ),
    Saying(
        "ten megabytes",
        "for i in range(100_000):\n    print(i, 'x' * 92)",
        printed=("0 " + "x" * 92, "more lines …", "99999 " + "x" * 92),
        exact=False,
    ),
    Saying(
        "a line of five megabytes",
        'print("y" * 5_000_000)',
        printed=("y" * 1000 + " … 4,999,000 more bytes",),
    ),
    Saying(
        "gibberish",
        "os.write(1, bytes(range(256)) * 100)",
        printed=("ABC",),
        exact=False,
    ),
    Saying("half a character", 'os.write(1, "ö".encode()[:1] + b"\\n")', printed=("\ufffd",)),
    Saying("silence", "pass"),
    Saying(
        "a print before the streams are closed",
        'print("last")\nsys.stdout.close()\nsys.stderr.close()',
        printed=("last",),
    ),
]
# JAX warns of every fork after it, and in a closed stream there is nothing more to be said.
SAYINGS = sorted(
    [*WARNINGS, *LOGS, *PRINTS], key=lambda saying: ("close()" in saying.body, "jax" in saying.body)
)
