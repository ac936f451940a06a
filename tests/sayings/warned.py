"""Warnings: what is raised, silenced, or comes from threads and other processes."""

from tests.sayings.saying import USER, Saying, of_kind

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
