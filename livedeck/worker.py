"""The process that runs experiments and draws their figures: `python -m livedeck.worker`.

It reads jobs as lines of JSON on its standard input and answers on the file descriptor that it
was given. It lives for the whole build, so that imports, the start of the device and compiled
programs are paid for once. When the build goes, it goes, with all that it has started.
"""

import ast
import contextlib
import json
import os
import select
import sys
import time
import traceback
import types
from pathlib import Path
from typing import Any

from livedeck import messages, processes, progress
from livedeck.compilation import Compilation
from livedeck.errors import AuthorError
from livedeck.isolation import JaxFinder, isolated, seed
from livedeck.observe import Observer
from livedeck.slices import cut


def main() -> None:
    """Answers jobs until the standard input closes."""
    answers = int(sys.argv[1])
    settings = json.loads(sys.argv[2])
    jobs = _take_standard_input()
    _end_with_build(jobs, answers)
    _die_before_the_build()
    root = Path(settings["root"])
    sys.path.insert(0, str(root))
    observer = Observer(root, [Path(p) for p in settings["ignored"]], settings["fixed"])
    compilation = Compilation()
    sys.meta_path.insert(0, JaxFinder())
    for line in os.fdopen(jobs, encoding="utf-8"):
        job = json.loads(line)
        try:
            with isolated(), messages.heard(settings, job, answers):
                answer = {"event": "done", **_work(job, observer, compilation, answers)}
        except AuthorError as failure:
            answer = {
                "event": "failed",
                "message": failure.message,
                "path": failure.path and str(failure.path),
                "line": failure.line,
                "hint": failure.hint,
                "detail": failure.detail,
            }
        progress.listen(None)
        os.write(answers, (json.dumps(answer) + "\n").encode())


def _work(
    job: dict[str, Any], observer: Observer, compilation: Compilation, answers: int
) -> dict[str, Any]:
    path = Path(job["path"])
    # the source that the key was made from, whatever the file holds by now
    statements = cut(ast.parse(job["source"], filename=str(path)), job["roots"])
    observer.start(statements)
    progress.listen(answers)
    began = time.perf_counter()
    try:
        module = _execute(job["module"], path, statements)
        _require_device(job)
        compilation.start()
        seed()
        started = time.perf_counter()
        values = _run(module, job) if job["do"] == "run" else _draw(module, job)
        seconds = time.perf_counter() - started
        _require_device(job)
    except (AuthorError, KeyboardInterrupt):
        raise
    except BaseException as error:  # also SystemExit: an experiment must not end its worker
        raise _failure(error, path) from error
    finally:
        observed, changed = observer.finish()
    return {
        "values": values,
        "observed": observed,
        "changed": changed,
        "seconds": round(seconds, 3),
        "spent": _spent(job, started - began, seconds, compilation.seconds()),
        "device": _device(observed),
    }


def _spent(
    job: dict[str, Any], imports: float, seconds: float, compiling: float
) -> dict[str, float]:
    if job["do"] == "draw":
        return {"figures": imports + seconds}
    return {"imports": imports, "compile": compiling, "run": seconds - compiling}


def _execute(name: str, path: Path, statements: list[ast.stmt]) -> types.ModuleType:
    """A module made of the statements of a slice alone."""
    module = types.ModuleType(name)
    module.__file__ = str(path)
    module.__package__ = name.rpartition(".")[0]
    sys.modules[name] = module
    body = ast.Module(body=statements, type_ignores=[])
    exec(compile(body, str(path), "exec"), module.__dict__)
    return module


def _run(module: types.ModuleType, job: dict[str, Any]) -> dict[str, Any]:
    from livedeck import results

    result = module.run(**ast.literal_eval(job["parameters"]))
    try:
        values, arrays = results.to_values(result)
    except (TypeError, ValueError) as error:
        raise AuthorError(str(error), line=job["line"]) from error
    results.save(Path(job["folder"]), arrays)
    return values


def _draw(module: types.ModuleType, job: dict[str, Any]) -> dict[str, Any]:
    from livedeck import draw, results

    fields = results.load(Path(job["result"]), job["values"])
    result = module.Result(**{name: fields[name] for name in module.Result._fields})
    return draw.draw(getattr(module, job["figure"]), result, fields, draw.Order(**job["order"]))


def _failure(error: BaseException, path: Path) -> AuthorError:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    if isinstance(error, SystemExit):
        message = f"called sys.exit({'' if error.code is None else repr(error.code)})"
    else:
        message = f"{type(error).__name__}: {error}"
    own = error.__traceback__  # without the engine's part in how it came about
    while own and Path(own.tb_frame.f_code.co_filename).is_relative_to(Path(__file__).parent):
        own = own.tb_next
    shown = own or error.__traceback__
    detail = "".join(traceback.format_exception(type(error), error, shown)[-12:])
    return AuthorError(message, line=line, detail=detail)


def _require_device(job: dict[str, Any]) -> None:
    """Nothing that the CPU computes may pass for the result of the device that was asked for."""
    wanted = job.get("device", "cpu")
    if wanted == "cpu" or "jax" not in sys.modules:
        return
    if sys.modules["jax"].devices()[0].platform != wanted:
        message = f"asked for a {wanted.upper()}, and JAX finds none here"
        hint = "Compute it where one is and bring it with `pack` and `unpack`, or change --profile."
        raise AuthorError(message, hint=hint)


def _device(observed: dict[str, str]) -> dict[str, str]:
    """The platform and name of the device that JAX computes on, if the experiment uses JAX."""
    if "package jax" not in observed or "jax" not in sys.modules:
        return {"platform": "cpu", "name": "CPU"}
    device = sys.modules["jax"].devices()[0]
    return {"platform": device.platform, "name": device.device_kind}


def _take_standard_input() -> int:
    """Moves the jobs to another descriptor, so that an experiment that asks finds no input."""
    jobs, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return jobs


def _end_with_build(jobs: int, answers: int) -> None:
    """Leaves a watchman who ends this worker, and all that it has started, when the build goes,
    even by kill -9."""
    worker, mark = os.getpid(), os.environ[processes.MARK]
    if os.fork():
        return
    for descriptor in (0, 1, 2, answers):
        os.close(descriptor)  # whoever reads from the worker must see its end
    poll = select.poll()
    poll.register(jobs, 0)  # no event but that nobody can write to it any more
    poll.poll()
    processes.end(worker, mark)


def _die_before_the_build() -> None:
    """Where memory runs out, Linux ends this process rather than the build."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


if __name__ == "__main__":
    main()
