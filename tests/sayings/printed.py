"""What is printed, by whom and in whatever form."""

from tests.sayings.saying import Saying

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
