"""What docs/workers.md promises of the processes that run experiments."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from livedeck import devices
from livedeck.execution import processes
from livedeck.execution.pool import Pool
from livedeck.execution.worker_client import Worker, WorkerError
from livedeck.store.compiled_programs import Programs
from livedeck.store.user_cache import Cache
from tests.conftest import Project, assert_made, assert_refused, write_experiment
from tests.waiting import PATIENCE, Line


def test_an_experiment_that_takes_too_much_memory_is_stopped(project: Project) -> None:
    """After deck.toml's `memory_limit` it is killed; children count, and what went before stays."""
    held = "held = []\n    for _ in range(200): held.append(b'x' * 10_000_000); time.sleep(0.02)"
    write_experiment(project, "hungry", f"import time; {held}\n    return Result(1.0)")
    write_experiment(project, "modest", "return Result(2.0)")
    settings = 'title = "A small deck"\nworkers = 1\nmemory_limit = 0.5\n'
    project.write("deck/deck.toml", settings)
    published = project.output
    done = project.build()
    message = "the run `hungry` failed: used "
    assert_refused(done, "experiments/hungry.py:11:", message, "raise `memory_limit`")
    assert (done.made, project.output) == (["modest"], published)


@pytest.mark.parametrize("end", ["return Result(1.0)", "os.abort()", "while True: pass"])
def test_no_child_outlives_the_build(end: str, project: Project, line: Line) -> None:
    """Not even one in a session of its own, whether its experiment ends well, dies or hangs."""
    start = 'subprocess.Popen(["sleep", "1000"], pass_fds=[line], start_new_session=True)'
    write_experiment(project, "parent", f"import subprocess; {line.call}; {start}\n    {end}")
    project.write("deck/deck.toml", 'title = "A small deck"\ntime_limit = 2\n')
    project.build()
    line.wait()
    line.wait_for_end()


@pytest.mark.parametrize("end", ["return Result(1.0)", "os.abort()", "while True: pass"])
def test_nor_does_one_that_hides(end: str, project: Project, line: Line) -> None:
    """With an emptied environment, in a session of its own, whose parent has gone."""
    start = 'subprocess.run(["sh", "-c", "setsid sleep 1000 &"], pass_fds=[line], env={})'
    write_experiment(project, "parent", f"import subprocess; {line.call}; {start}\n    {end}")
    project.write("deck/deck.toml", 'title = "A small deck"\ntime_limit = 2\n')
    project.build()
    line.wait()
    line.wait_for_end()


def test_a_child_ends_with_its_experiment(project: Project) -> None:
    """The next one does not meet it."""
    start = 'subprocess.Popen(["sleep", "1234"], start_new_session=True, env={})'
    write_experiment(project, "aa_parent", f"import subprocess; {start}\n    return Result(0.0)")
    lines = (
        "import psutil",
        "found = [p.info['cmdline'] or [] for p in psutil.process_iter(['cmdline'])]",
        "return Result(float(sum('1234' in words for words in found)))",
    )
    write_experiment(project, "bb_next", "\n    ".join(lines))
    done = project.build("--workers", "1")
    assert done.made == ["aa_parent", "bb_next"], done.err
    results = json.loads(project.output["results.json"])["results"]
    assert results["bb_next"]["values"]["answer"] == 0.0


def test_the_memory_of_a_hidden_child_counts(project: Project) -> None:
    """With an emptied environment, in a session of its own."""
    hold = "held = bytearray(10**9); import time; time.sleep(1000)"
    start = f'subprocess.Popen([sys.executable, "-c", "{hold}"], start_new_session=True, env={{}})'
    write_experiment(project, "hungry", f"import subprocess\n    {start}.wait()")
    settings = 'title = "A small deck"\nworkers = 1\nmemory_limit = 0.6\n'
    project.write("deck/deck.toml", settings)
    done = project.build()
    assert_refused(done, "experiments/hungry.py", "the run `hungry` failed: used ", "memory_limit")


def test_no_child_outlives_a_build_that_is_killed(project: Project, line: Line) -> None:
    """By kill -9, with a child that left its group."""
    start = 'subprocess.Popen(["sleep", "1000"], pass_fds=[line], start_new_session=True)'
    body = f"import subprocess; child = None\n    {line.call}; {start}\n    signal.pause()"
    write_experiment(project, "parent", body)
    build = project.start("--no-pdf")
    line.wait()
    build.kill()
    build.communicate()
    line.wait_for_end()


LEFT_BEHIND = """\
    import locale, random, time
    seen = [
        os.environ.get("LEFT", ""), os.getcwd(), sys.path[0], np.geterr()["over"],
        str(jax.config.jax_enable_x64), str(random.random()), str(np.random.rand()),
        locale.setlocale(locale.LC_ALL).replace(";", " "), time.tzname[0],
    ]
    os.environ["LEFT"] = "behind"
    os.chdir("/")
    sys.path.insert(0, "/left")
    np.seterr(over="ignore")
    jax.config.update("jax_enable_x64", True)
    return Result(" ".join(seen))
"""


def test_a_run_finds_nothing_that_another_has_left_behind(project: Project) -> None:
    """Settings of the process, of NumPy and JAX, and generators that nobody seeded: each run in a
    worker starts alike, also in another locale and time zone."""
    for name in ("first", "second"):
        write_experiment(project, name, f"name = {name!r}\n{LEFT_BEHIND}".strip())
        project.edit(f"experiments/{name}.py", "answer: float", "answer: str")
        project.edit(f"experiments/{name}.py", "import os,", "import jax, numpy as np\nimport os,")
        project.write(f"deck/30-{name}.md", f"# {name}\n\n{{{{ {name}.answer }}}}\n")
    done = project.build("--workers", "1", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8")
    assert (done.code, done.made) == (0, ["first", "second"])
    results = json.loads(project.output["results.json"])["results"]
    first, second = (results[name]["values"]["answer"] for name in ("first", "second"))
    assert first == second
    assert "False" in first
    assert "C.UTF-8" in first and first.endswith(" UTC")


MEETING = """\
    import time
    place = {place!r}
    open(os.path.join(place, {mine!r}), "w").close()
    for _ in range(200):
        if os.path.exists(os.path.join(place, {other!r})):
            return Result(1.0)
        time.sleep(0.05)
    return Result(0.0)
"""


def test_signals_disturb_no_look_at_a_file(project: Project) -> None:
    """As they don't where Python runs without livedeck."""
    body = """signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
    looks = [lambda: os.stat(__file__), lambda: os.access(__file__, os.R_OK),
             lambda: os.path.exists(__file__), lambda: os.readlink("/proc/self/exe")]
    return Result(sum(bool(look()) for look in looks for _ in range(1000)))"""
    write_experiment(project, "signalled", body)
    assert_made(project.build())
    results = json.loads(project.output["results.json"])["results"]
    assert results["signalled"]["values"]["answer"] == 4000


@pytest.mark.parametrize(("timed", "together"), [(False, 1.0), (True, 0.0)])
def test_experiments_run_side_by_side_but_those_that_measure_time(
    timed: bool, together: float, project: Project, tmp_path: Path
) -> None:
    """Two workers have two at once; one that says `TIMED = True` has the machine to itself."""
    for mine, other in (("here", "there"), ("there", "here")):
        text = MEETING.format(place=str(tmp_path), mine=mine, other=other)
        if timed:
            text = text.replace("200", "10") + f"    os.unlink({mine!r})\n"
        write_experiment(project, mine, text.strip())
        if timed:
            project.edit(f"experiments/{mine}.py", "\n\nclass", "\nTIMED = True\n\nclass")
    done = project.build("--workers", "2")
    assert (done.code, sorted(done.made)) == (0, ["here", "there"])
    results = json.loads(project.output["results.json"])["results"]
    answers = {results[name]["values"]["answer"] for name in ("here", "there")}
    assert (together in answers) if timed else answers == {together}


def test_a_number_of_workers_that_makes_no_sense_is_a_wrong_usage(project: Project) -> None:
    """With the number in the message."""
    done = project.build("--workers", "0")
    assert done.code == 2
    assert "`0` is not a whole number from 1 to 1024" in done.err


def test_timed_is_true_or_false(project: Project) -> None:
    """Anything else is a mistake with its place."""
    write_experiment(project, "odd", "return Result(1.0)")
    project.edit("experiments/odd.py", "\n\nclass", "\nTIMED = 'always'\n\nclass")
    assert_refused(project.build(), "experiments/odd.py:6:", "`TIMED` is not True or False")


@pytest.mark.parametrize(
    ("visible", "workers", "expected"),
    [
        ("0,1,2,3", 0, [("0", "0.90"), ("1", "0.90"), ("2", "0.90"), ("3", "0.90")]),
        ("4,5,6,7", 2, [("4,6", "0.90"), ("5,7", "0.90")]),
        ("0,1", 1, [("0,1", "0.90")]),
        ("3", 2, [("3", "0.45"), ("3", "0.45")]),
        ("GPU-8f2e", 0, [("GPU-8f2e", "0.90")]),
    ],
)
def test_workers_share_the_accelerators(
    visible: str, workers: int, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees its own, with its part of the memory."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    shares = devices.shares("gpu", workers)
    seen = [(s["CUDA_VISIBLE_DEVICES"], s["XLA_CLIENT_MEM_FRACTION"]) for s in shares]
    assert seen == expected


def test_the_replacement_of_an_accelerators_result_is_said(project: Project) -> None:
    """With the reason, when an edit makes it useless on a machine that has no accelerator."""
    project.edit("experiments/line.py", "QUICK = dict(points=3)", "GPU = dict(points=12)")
    assert project.build("--profile", "gpu").code == 0
    done = project.build(JAX_PLATFORMS="cpu")
    assert (done.code, done.made) == (0, [])
    assert "kept what an accelerator's profile gave: line, borrowed, lazy, table" in done.out
    assert "12 points on a line" in project.page
    project.edit("experiments/line.py", "[0.1, 0.2, 0.3]", "[0.1, 0.2, 0.4]")
    done = project.build(JAX_PLATFORMS="cpu")
    assert done.made == ["line", "line.rising", "line.falling"]
    said = r"line: the GPU's result is out of date \(`run` was edited\); made anew on the CPU"
    assert re.search(said, done.out)
    assert "8 points on a line" in project.page


def test_run_names_the_parameters_that_made_its_values(project: Project) -> None:
    """Those of the accelerator whose result is kept, written with or without an annotation."""
    project.edit("experiments/line.py", "QUICK = dict(points=3)", "GPU: dict = dict(points=12)")
    assert project.build("--profile", "gpu").code == 0
    found = json.loads(project.call("run", "line", "--json", JAX_PLATFORMS="cpu").out)
    assert found["parameters"]["points"] == found["values"]["points"] == 12


@pytest.mark.parametrize(
    ("nodes", "seen"), [(["nvidia3"], ["0"]), (["nvidia2", "nvidia5"], ["0", "1"])]
)
def test_accelerators_are_counted_as_their_driver_counts_them(
    nodes: list[str], seen: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 0, whatever numbers the files of those that a container has been given bear."""
    for name in ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)
    for name in (*nodes, "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    monkeypatch.setattr(devices, "DEV", tmp_path)
    shares = devices.shares("gpu", 0)
    assert [share["CUDA_VISIBLE_DEVICES"] for share in shares] == seen


NO_PROGRAMS = Programs(Cache(Path(os.devnull), Path(os.devnull)))


def test_a_job_that_starts_while_a_build_is_given_up_ends_as_well() -> None:
    """A worker that was not there yet when the others were killed is killed after them."""

    class Late(Worker):
        """A worker whose process is there from the second look on."""

        def __init__(self) -> None:
            super().__init__({}, {}, 1, 1, NO_PROGRAMS)
            self.looks, self.gone = 0, threading.Event()

        def work(self, job: dict[str, Any], heard: Callable[..., None]) -> dict[str, Any]:
            running.set()
            assert self.gone.wait(PATIENCE)
            raise WorkerError("killed")

        def kill(self) -> None:
            self.looks += 1
            if self.looks > 1:
                self.gone.set()

    running = threading.Event()
    workers = [Late(), Late()]
    pool = Pool(workers)

    def do(fails: bool) -> None:
        if not fails:
            pool.work({}, print)
        assert running.wait(PATIENCE)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool.each(do, [False, True])
    assert any(worker.gone.is_set() for worker in workers)


def test_a_process_that_cannot_be_killed_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a disk that hangs takes no signal; the build ends without it."""

    class Stuck:
        pid = 0
        kills = 0

        def status(self) -> str:
            return "disk-sleep"

        def kill(self) -> None:
            self.kills += 1
            assert self.kills < 1000

    stuck = Stuck()
    monkeypatch.setattr(psutil.Process, "children", lambda _, **__: [stuck])
    monkeypatch.setattr(processes, "PATIENCE", 0.1)
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as leader:
        processes.end(leader.pid, "mark")
    assert stuck.kills > 1


def test_eight_devices_share_seeds(project: Project) -> None:
    """`livedeck.shard` spreads the seeds over all devices; each seed's result stays the same."""
    body = """\
    import jax, jax.numpy as jnp, livedeck
    seeds = livedeck.shard(jnp.arange(16))
    each = jax.jit(jax.vmap(lambda s: jax.random.normal(jax.random.key(s), (4,)).sum()))(seeds)
    uneven = livedeck.shard({"a": jnp.arange(12), "b": jnp.ones((12, 3))})
    spread = [len(array.sharding.device_set) for array in (seeds, each, *uneven.values())]
    return Result(jnp.array([*each, *spread]))
"""
    write_experiment(project, "many", body.strip())
    flags = "--xla_force_host_platform_device_count=8"
    values = {}
    for name, flag in (("eight", flags), ("one", "")):
        done = project.build(XLA_FLAGS=flag)
        assert not done.err
        results = json.loads(project.output["results.json"])["results"]
        values[name] = results["many"]["values"]["answer"]
    assert values["eight"][:16] == values["one"][:16]
    assert values["eight"][16:] == [8, 8, 6, 6]
    assert values["one"][16:] == [1, 1, 1, 1]
