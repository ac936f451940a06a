"""Files, folders and variables that a run reads count for its result, however it reads them."""

import json
import os
import re
import sqlite3
import textwrap
from pathlib import Path

import numpy as np

from tests.conftest import Project, write_experiment
from tests.waiting import Line


def test_arrays_and_folders_that_a_run_reads_count(project: Project) -> None:
    """Both what numpy loads and which files lie in a folder that a run lists."""
    np.save(project.root / "deck" / "data" / "weights.npy", np.array([0.25, 0.25]))
    assert project.build().made == ["table"]
    project.write("deck/data/shots/b.txt", "second")
    done = project.build()
    assert done.made == ["table"]
    assert "6, 0.5, 2" in re.sub(r"<[^>]*>", "", project.page)


def test_files_that_threads_read_count(project: Project) -> None:
    """Also many at once, in a folder whose name begins like that of the output."""
    for number in range(64):
        project.write(f"output-data/{number}.txt", str(number))
    body = """
        from concurrent.futures import ThreadPoolExecutor
        paths = [f"output-data/{number}.txt" for number in range(64)]
        with ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(lambda path: open(path).read(), paths))
        return Result(answer=sum(map(int, texts)))
    """
    write_experiment(project, "many", textwrap.indent(textwrap.dedent(body), "    ").strip())
    assert project.build().made == ["many"]
    inputs = json.loads(project.output["results.json"])["results"]["many"]["inputs"]
    assert {name for name in inputs if name.startswith("file ")} == {
        f"file output-data/{number}.txt" for number in range(64)
    }
    project.write("output-data/63.txt", "64")
    assert project.build().made == ["many"]
    assert ">2017</span>" in re.sub("\u202f", "", project.page)


def test_a_folder_whose_name_begins_like_one_of_caches_counts(
    project: Project, tmp_path: Path
) -> None:
    """Also where temporary files lie: those that were there before, not those that a run makes."""
    for folder in ("temporary", "temporary-but-kept"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "number.txt").write_text("1")
    names = [
        str(tmp_path / folder / "number.txt") for folder in ("temporary-but-kept", "temporary")
    ]
    lines = (
        "import tempfile",
        "own = tempfile.NamedTemporaryFile('w+')",
        "print(1, file=own, flush=True)",
        f"return Result(sum(int(open(name).read()) for name in [own.name, *{names}]))",
    )
    write_experiment(project, "sums", "\n    ".join(lines))
    variables = {"TMPDIR": str(tmp_path / "temporary")}
    done = project.build(**variables)
    assert done.made == ["sums"], done.err
    inputs = json.loads(project.output["results.json"])["results"]["sums"]["inputs"]
    seen = [name for name in inputs if name.startswith("file ")]
    published = (os.path.relpath(name, project.root) for name in names)
    assert sorted(seen) == sorted(f"file {name}" for name in published)
    for name in names:
        Path(name).write_text("2")
        assert project.build(**variables).made == ["sums"]


WAYS = """\
    import pathlib, sqlite3, subprocess, numpy as np
    data = pathlib.Path(__file__).parent.parent / "deck" / "data"
    mapped = np.memmap(data / "mapped.bin", dtype=np.uint8, mode="r+").sum()
    with sqlite3.connect(data / "rows.db") as rows:
        counted = rows.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    told = subprocess.check_output(["cat", str(data / "told.txt")])
    listed = len(os.listdir(os.fsencode(data / "shots")))
    there = [(data / name).exists() for name in ("absent", "shots", "size.txt")]
    size = (data / "size.txt").stat().st_size
    setting = os.environ.get("SETTING", "0")
    os.environ["SETTING"] = "of its own"
    numbers = [mapped, counted, int(told), listed, sum(there), size, int(setting)]
    return Result(answer=float(sum(numbers)))
"""


# What a library looks for on its way, where the kernel sees it.
LOOKED_AT = {
    *(
        "path deck",
        "path deck/data",
        "path experiments",
        "path rows.db-wal",
        "path rows.db-journal",
    ),
}


def test_every_way_of_using_something_counts(project: Project) -> None:
    """Mapped into memory, by a library of C, by a program that is told of it, by a question
    whether it is there or how long it is, as a variable."""
    data = project.root / "deck" / "data"
    for name, content in (("mapped.bin", b"\1"), ("told.txt", b"1"), ("size.txt", b"1")):
        (data / name).write_bytes(content)
    with sqlite3.connect(data / "rows.db") as rows:
        rows.execute("CREATE TABLE a (b)")
    write_experiment(project, "ways", WAYS.strip())
    done = project.build()
    assert (done.code, done.made) == (0, ["ways"]), done.err
    inputs = json.loads(project.output["results.json"])["results"]["ways"]["inputs"]
    seen = {name for name in inputs if name.partition(" ")[0] in ("file", "folder", "path")}
    seen = {name.replace("deck/data/", "") for name in seen}
    assert seen == {
        *("file mapped.bin", "file rows.db", "file told.txt", "file size.txt"),
        *("folder shots", "path shots", "path absent"),
    } | (seen & LOOKED_AT)

    variables = {name for name in inputs if name.startswith("environment ")}
    assert variables == {"environment SETTING", "environment *"}  # a program may read any
    for change in (
        lambda: (data / "mapped.bin").write_bytes(b"\2"),
        lambda: (data / "told.txt").write_text("2"),
        lambda: (data / "size.txt").write_text("22"),
        (data / "absent").mkdir,
    ):
        change()
        done = project.build()
        assert (done.code, done.made) == (0, ["ways"]), done.err
    done = project.build(SETTING="5", TERM="dumb")
    assert (done.code, done.made) == (0, ["ways"]), done.err
    assert "Nothing has changed" in project.build(SETTING="5", TERM="xterm").out


def test_a_file_that_changes_during_a_run_is_read_again(project: Project, line: Line) -> None:
    """What was made from the file's former content is not stored."""
    gate = project.root.parent / "gate"
    os.mkfifo(gate)
    waits = f"{line.call}; os.open({str(gate)!r}, os.O_WRONLY)"
    calls = f"if os.path.exists({str(line.path)!r}): {waits}"
    project.edit("experiments/table.py", "    weight =", f"    {calls}\n    weight =")
    build = project.start("--no-pdf")
    line.wait()
    project.edit("deck/data/points.csv", "3,4", "3,5")
    line.path.unlink()
    end = os.open(gate, os.O_RDONLY | os.O_NONBLOCK)
    out, _ = build.communicate()
    os.close(end)
    assert build.returncode == 0
    assert "deck/data/points.csv changed meanwhile; once more" in out.decode()
    assert "7, 0.75, 1" in re.sub(r"<[^>]*>", "", project.page)
    assert project.build("--force").made == []


def test_a_file_that_a_run_itself_keeps_changing_is_a_failure(project: Project) -> None:
    """Such a run has no result that anybody could repeat."""
    spoil = "    with open(DATA / 'points.csv', 'a') as file: file.write('1,1\\n')\n"
    project.edit("experiments/table.py", "    weight =", spoil + "    weight =")
    published = project.output
    done = project.build()
    (error,) = done.errors
    assert done.code == 1
    assert "deck/data/points.csv changed while it ran, twice; nothing was stored" in error
    assert "experiments/table.py:" in error
    assert project.output == published
