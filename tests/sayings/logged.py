"""Logs, exceptions that nobody gets, and what figures say."""

from tests.sayings.saying import USER, Saying, of_kind

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
