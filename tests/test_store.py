"""The store under other clocks, other machines, and others who clean it meanwhile."""

import fcntl
import json
import os
import shutil

from tests.conftest import Project, date
from tests.projects import contents
from tests.waiting import Line

LINE = "experiments/line.py"


def test_a_clock_that_was_moved_back_does_not_confuse_explain(project: Project) -> None:
    """An entry that was made later is the last one, also if its clock says otherwise."""
    (first,) = project.manifests("borrowed")
    date(first, 4e9)  # in the year 2096
    project.edit("experiments/borrowed.py", "int = 21", "int = 22")
    assert project.build().made == ["borrowed"]
    project.edit("experiments/borrowed.py", "int = 22", "int = 23")
    assert "parameter `number`: 22 → 23" in project.call("explain").out


def test_a_build_leaves_alone_what_another_is_making(project: Project) -> None:
    """On another machine as well, where its process has a number that is nobody's here."""
    staging = project.root / ".livedeck" / "staging"
    project.write(".livedeck/staging/theirs/arrays.npz", b"half")
    project.write(".livedeck/staging/4194305-dead/arrays.npz", b"half")
    held = os.open(project.write(".livedeck/staging/theirs.lock", b""), os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert project.build("--force").code == 0
    assert sorted(path.name for path in staging.iterdir()) == ["theirs", "theirs.lock"]
    os.close(held)
    assert project.build("--force").code == 0
    assert not list(staging.iterdir())


def test_what_is_remembered_of_sources_decides_nothing_once_it_is_damaged(project: Project) -> None:
    """Digests that were cut short, altered or put in another's place are found out anew."""
    kept = sorted((project.root / ".livedeck" / "digests").iterdir())
    texts = [path.read_bytes() for path in kept]
    assert len(texts) > 3
    for number, (path, text) in enumerate(zip(kept, texts, strict=True)):
        altered = text.replace(b"a", b"b"), text[:-9], texts[number - 1]
        path.write_bytes(altered[number % len(altered)])
    done = project.build("--force")
    assert (done.code, done.made) == (0, [])
    for path, text in zip(kept, texts, strict=True):  # as far as this build had to find them out
        known, found = (json.loads(each)["parts"] for each in (text, path.read_bytes()))
        assert all(known.get(name, part) == part for name, part in found.items())


def test_what_is_cleaned_during_a_build_is_made_anew(project: Project, line: Line) -> None:
    """The deck is whole all the same."""
    gate = project.root.parent / "gate"
    os.mkfifo(gate)
    waits = f"{line.call}; os.open({str(gate)!r}, os.O_WRONLY)"
    calls = f"import os\n    if os.path.exists({str(line.path)!r}): {waits}"
    project.edit("experiments/borrowed.py", "    return", f"    {calls}\n    return")
    build = project.start("--no-pdf")
    line.wait()
    assert project.call("clean").code == 0
    assert not (project.root / ".livedeck" / "entries").exists()
    line.path.unlink()
    end = os.open(gate, os.O_RDONLY | os.O_NONBLOCK)
    out, errors = build.communicate()
    os.close(end)
    assert (build.returncode, errors) == (0, b"")
    assert b"went from the store while it was used" in out
    assert "A line rises by 2.00" in project.page
    assert project.build("--force").made == []


def test_a_figure_whose_result_is_cleaned_is_drawn_after_all(project: Project, line: Line) -> None:
    """The error is not the experiment's."""
    gate = project.root.parent / "gate"
    os.mkfifo(gate)
    waits = f"{line.call}; os.open({str(gate)!r}, os.O_WRONLY)"
    width = f"\n\ndef _width() -> int:\n    import os\n    if os.path.exists({str(line.path)!r}):\n"
    width += f"        {waits}\n    return 2\n\n\nWIDTH = _width()"
    project.edit(LINE, "\n\nWIDTH = 2", width)
    build = project.start("--no-pdf")
    line.wait()
    (result,) = project.manifests("line")
    shutil.rmtree(result.parent)
    line.path.unlink()
    end = os.open(gate, os.O_RDONLY | os.O_NONBLOCK)
    _, errors = build.communicate()
    os.close(end)
    assert (build.returncode, errors) == (0, b"")
    assert project.build("--force").made == []


def test_a_store_that_cannot_be_read_is_not_taken_for_damaged(project: Project) -> None:
    """Another user's entries are an error with their place, not set aside."""
    store = project.root / ".livedeck"
    before = contents(store / "entries")
    (path, *_) = project.manifests("lazy")
    path.chmod(0)
    done = project.execute(nobody(project.command("--no-pdf", "--force")))
    path.chmod(0o644)
    assert (done.code, done.traceback) == (1, False)
    assert f"error: {path}: Permission denied" in done.err
    assert not (store / "damaged").exists()
    assert contents(store / "entries") == before


def nobody(command: list[str]) -> list[str]:
    """A command without the right to read all files."""
    if os.geteuid():
        return command
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
