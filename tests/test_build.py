"""A build publishes one whole deck or nothing, the same from the same sources, and ends clean."""

import json
import os
import re
import select
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.conftest import Project, assert_made
from tests.waiting import PATIENCE, Line

LINE = "experiments/line.py"
NOBODY_ELSE = "LIVEDECK_TEST"  # a variable that marks all processes of one build


def test_a_first_build_makes_the_page_and_the_results(built: Project) -> None:
    """The output holds nothing else, and nothing of the making of it is left."""
    assert sorted(built.output) == ["build.json", "index.html", "results.json"]
    names = {path.name for path in built.root.iterdir()}
    assert names == {".livedeck", "build.py", "deck", "experiments", "output", "templates"}
    assert not list((built.root / ".livedeck" / "staging").iterdir())


def test_every_link_of_a_page_leads_somewhere(built: Project) -> None:
    """Also in a deck without a slide of results, to which figures' origins would lead."""
    ids = set(re.findall(r' id="([^"]*)"', built.page))
    links = set(re.findall(r'<a href="#([^"]*)"', built.page))
    assert links
    assert links <= ids


def test_two_clean_builds_give_the_same_bytes(sources: Project, tmp_path: Path) -> None:
    """From nothing, in different folders, with different hash seeds, locales, time zones, years
    and numbers of workers: page, PDFs and results."""
    assert shutil.which("faketime"), "Debian's package `faketime` is needed"
    outputs = []
    for seed, zone, language, workers, clock in (
        ("1", "Asia/Tokyo", "C", "1", ["faketime", "2031-05-06"]),
        ("2", "America/Los_Angeles", "tr_TR.UTF-8", "2", []),
    ):
        project = sources.copy(tmp_path / f"project {seed} ü")
        command = [*clock, *project.command("--workers", workers, "--pdf", "all")]
        variables = {"TZ": zone, "LC_ALL": language, "LANG": language}
        variables |= {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "0"}
        assert_made(project.execute(command, **variables))
        outputs.append(project.output)
    first, second = outputs
    pdfs = ["article.pdf", "deck.pdf", "handout.pdf"]
    assert sorted(first) == sorted(["build.json", "index.html", "results.json", *pdfs])
    assert [name for name in first if first[name] != second[name]] == []


def test_results_from_the_store_give_the_same_bytes_as_new_ones(project: Project) -> None:
    """A deck rendered again, with nothing to compute, is the deck that was rendered first."""
    project.write("deck/90-end.md", "---\nlayout: results\n---\n# What was computed\n")
    shutil.rmtree(project.root / ".livedeck")
    assert project.call("--force").code == 0
    first = project.output
    done = project.call("--force")
    assert "0 made" in done.out
    second = project.output
    del first["build.json"], second["build.json"]  # says what was made, and why
    assert [name for name in first if first[name] != second[name]] == []


def test_a_build_for_another_date_is_another_build(project: Project) -> None:
    """`SOURCE_DATE_EPOCH` decides what the deck says of times, so it is not up to date."""
    assert "Nothing has changed" in project.build().out
    assert "Publish" in project.build(SOURCE_DATE_EPOCH="0").out
    assert "Nothing has changed" in project.build(SOURCE_DATE_EPOCH="0").out


def test_what_else_lies_in_the_output_stays(project: Project) -> None:
    """Files, folders and links of somebody's own survive a build and a cleaning."""
    project.write("output/CNAME", "deck.example\n")
    project.write("output/videos/intro.txt", "moving\n")
    (project.root / "output" / "latest").symlink_to("videos")
    (project.root / "output" / "dangling").symlink_to("nowhere")
    project.edit("deck/01-start.md", "# A small deck", "# Another small deck")
    assert project.build().code == 0
    assert "Another small deck" in project.page
    own = ["CNAME", "dangling", "latest", "videos"]
    output = project.root / "output"
    assert [name for name in sorted(os.listdir(output)) if name in own] == own
    assert (output / "videos" / "intro.txt").read_text() == "moving\n"
    assert os.readlink(output / "latest") == "videos"
    assert project.call("clean").code == 0
    assert sorted(os.listdir(output)) == own


def test_a_file_of_the_former_deck_goes_with_it(project: Project) -> None:
    """A deck that is built without its PDF does not keep the old one."""
    project.write("output/deck.pdf", "old")
    stamp = json.loads(project.output["build.json"])
    stamp["outputs"]["deck.pdf"] = "0"
    project.write("output/build.json", json.dumps(stamp))
    assert project.build().code == 0
    assert sorted(project.output) == ["build.json", "index.html", "results.json"]


def test_an_altered_output_is_built_again(project: Project) -> None:
    """Whether a deck is up to date is decided by its bytes."""
    good = project.page
    project.write("output/index.html", "mine")
    assert "Publish" in project.build().out
    assert project.page == good


def test_a_deck_and_its_output_may_lie_elsewhere(project: Project) -> None:
    """`--deck`, `--output` and `--store` name other folders of the project."""
    (project.root / "deck").rename(project.root / "autumn")
    project.edit("experiments/table.py", '"deck"', '"autumn"')
    words = ["--deck", "autumn", "--output", "public/autumn", "--store", "results"]
    assert_made(project.build(*words))
    assert "A small deck" in (project.root / "public/autumn/index.html").read_text()
    assert (project.root / "results" / "entries").is_dir()
    assert "Nothing has changed: public/autumn is up to date." in project.build(*words).out


def test_going_on_shows_a_failure_on_its_slide(project: Project) -> None:
    """The rest of the deck is there; the exit code is 1, and the next build tries again."""
    project.edit("experiments/lazy.py", "return", "raise RuntimeError('no <luck>')\n    return")
    project.edit(LINE, "ax.plot(result.y, color", "ax.plot(result.z, color")
    done = project.build("--keep-going")
    assert (done.code, len(done.errors), done.traceback) == (1, 2, False)
    page = project.page
    assert "the figure `line.rising` failed: AttributeError" in page
    assert "experiments" not in page.partition("line.py:")[0][-40:]
    assert "[failed]" in page
    assert "42" in page
    project.edit("experiments/lazy.py", "raise RuntimeError('no <luck>')\n    ", "")
    project.edit(LINE, "ax.plot(result.z, color", "ax.plot(result.y, color")
    done = project.build()
    assert (done.code, done.made) == (0, [])
    assert "failed" not in re.sub(r"<style>.*?</style>", "", project.page, flags=re.DOTALL)


def test_a_deck_with_failures_is_never_up_to_date(project: Project) -> None:
    """Nothing needs to be edited for the failed experiment to run again."""
    project.edit("experiments/lazy.py", "return", "raise RuntimeError('no luck')\n    return")
    assert project.build("--keep-going").code == 1
    done = project.build("--keep-going")
    assert (done.code, len(done.errors)) == (1, 1)


def test_a_new_experiment_and_its_slide_build(project: Project) -> None:
    """`new` writes both; `run` computes the values and says how to cite them."""
    done = project.call("new", "second_thing")
    assert (done.code, done.err) == (0, "")
    assert "Wrote    experiments/second_thing.py" in done.out
    assert "Wrote    deck/21-second-thing.md" in done.out
    done = project.call("run", "second_thing", "--profile", "quick")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"second_thing\.error +\d\.\d+\u00a0±\u00a0\d\.\d+", done.out)
    assert "![what the figure shows](experiment:second_thing.fit)" in done.out
    done = project.build("--profile", "quick")
    assert (done.code, done.err) == (0, "")
    assert "second_thing" not in done.made
    assert "second_thing.fit" in done.made
    assert "A line misses by" in project.page


def test_jax_on_another_device_than_was_asked_for_is_a_failure(project: Project) -> None:
    """A result that claims a GPU was not computed on a CPU."""
    project.edit("experiments/lazy.py", "    from", "    import jax\n\n    jax.devices()\n    from")
    done = project.call("run", "lazy", "--profile", "gpu", CUDA_VISIBLE_DEVICES="")
    (error,) = done.errors
    assert done.code == 1
    assert "experiments/lazy.py:" in error
    assert "asked for a GPU, and JAX finds none here" in error


@pytest.mark.parametrize("name", ["line", "2nd", "my-thing", "../thing", "Thing"])
def test_a_name_that_cannot_be_an_experiment_is_refused(name: str, project: Project) -> None:
    """It is taken, or Python could not import it."""
    before = sorted(project.root.rglob("*.py"))
    done = project.call("new", name)
    assert (done.code, len(done.errors), done.traceback) == (2, 1, False)
    assert sorted(project.root.rglob("*.py")) == before


def test_clean_removes_the_deck_and_the_results(project: Project) -> None:
    """Nothing of either is left; `--output-only` keeps the results."""
    assert project.call("clean", "--output-only").code == 0
    assert not (project.root / "output").exists()
    assert project.build().made == []
    assert project.call("clean").code == 0
    assert not (project.root / "output").exists()
    assert not (project.root / ".livedeck").exists()
    assert project.call("clean").code == 0


def test_clean_leaves_what_is_not_its_own(project: Project) -> None:
    """A folder that is named by mistake keeps its files."""
    project.write("precious/thesis.txt", "years of work")
    words = ["clean", "--output", "precious", "--store", "precious"]
    assert project.call(*words).code == 0
    assert (project.root / "precious" / "thesis.txt").read_text() == "years of work"
    assert project.output


@pytest.mark.parametrize("name", ["../deck/01-start.md", "..", "", "/etc/hostname"])
def test_clean_removes_nothing_outside_of_the_output(name: str, project: Project) -> None:
    """Whatever somebody has written into the stamp of the deck."""
    stamp = json.loads(project.output["build.json"])
    stamp["outputs"][name] = ""
    project.write("output/build.json", json.dumps(stamp).encode())
    done = project.call("clean", "--output-only")
    assert (done.code, done.err) == (0, "")
    assert (project.root / "deck" / "01-start.md").is_file()
    assert "index.html" in project.output


def test_two_builds_at_once_both_succeed(new_project: Project) -> None:
    """They share the store and publish the same deck."""
    builds = [new_project.start("--no-pdf", "--force") for _ in range(2)]
    for build in builds:
        _, errors = build.communicate(timeout=PATIENCE)
        assert (build.returncode, errors) == (0, b"")
    assert sorted(new_project.output) == ["build.json", "index.html", "results.json"]
    assert "A small deck" in new_project.page
    assert new_project.build().out == "Nothing has changed: output is up to date.\n"
    assert [path.name for path in new_project.root.glob(".output*")] == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into Linux's /proc")
def test_no_process_outlives_a_killed_build(project: Project, line: Line) -> None:
    """Neither a worker, nor what its experiment has started, nor what lays out the PDF."""
    child = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=False)"
    waits = f"import os, time; {child}; {line.call}; time.sleep(1000)"
    project.edit("experiments/lazy.py", "    from", f"    {waits}\n    from")
    build = project.start(**{NOBODY_ELSE: str(project.root)})
    line.wait()
    assert len(marked(project)) > 3
    build.send_signal(signal.SIGKILL)
    build.communicate()
    while others := marked(project):
        wait_for_end(others[0])


def wait_for_end(process: int) -> None:
    """Waits for a process that is no child of this one."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ready, _, _ = select.select([descriptor], [], [], PATIENCE)
    os.close(descriptor)
    assert ready, "a process outlived its build"


def marked(project: Project) -> list[int]:
    """The processes that descend from a build of a project."""
    mark = f"{NOBODY_ELSE}={project.root}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark in variables.split(b"\0"):
            found.append(int(folder.name))
    return found


def test_an_experiment_runs_without_the_engine(sources: Project) -> None:
    """It is plain Python: a script or a notebook calls `run` and gets its result."""
    code = "from experiments import line; print(line.run(points=3).y.tolist())"
    done = sources.execute([sys.executable, "-c", code])
    assert (done.code, done.out, done.err) == (0, "[0.0, 2.0, 4.0]\n", "")
