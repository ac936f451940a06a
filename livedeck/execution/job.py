"""One job, in a process of its own: an experiment that runs, or a figure that is drawn."""

import ast
import importlib
import importlib.util
import json
import os
import random
import sys
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from livedeck import depth, engine, progress
from livedeck.drawing.surroundings import restored
from livedeck.errors import AuthorError
from livedeck.execution import changes, listening
from livedeck.execution.audit_hooks import Hooks
from livedeck.execution.compile_times import Compilation
from livedeck.keys.normal_form import Counting
from livedeck.keys.scopes import bound
from livedeck.keys.slices import imported_packages
from livedeck.store.entry import CHANGED

T = TypeVar("T")
LEFT_OUT = (
    "Of this module, what nothing names was not executed: name `{}` in the code that needs it."
)
SEED = 0  # of generators that an experiment uses without seeding them


def answer(
    job: dict[str, Any], hooks: Hooks, *, settings: dict[str, Any], answers: int
) -> dict[str, Any]:
    """What a job comes to, as a message; progress, and what is said beside it, is told to the
    descriptor `answers` at once."""
    progress.listen(answers, hooks.note)
    try:
        program = Program(job, hooks)
        hooks.trees = program.statements
        with listening.heard(settings, job, answers):
            told = {"event": "done", **_work(program, job, answers)}
    except AuthorError as failure:
        told = _failed(failure)
    progress.listen(None)
    return {**told, "asked": sorted(imported_packages(hooks.trees))}


class Program:
    """The author's module as a job executes it: whole, or what was cut out of it."""

    def __init__(self, job: dict[str, Any], hooks: Hooks) -> None:
        self.name, self.path, self.kept = job["module"], Path(job["path"]), job["kept"]
        self.python, self.hooks = job["python"], hooks
        # the source that the key was made from, whatever the file holds by now
        self.source = job["source"]
        with depth.of_program(self.source, self.path):
            self.tree = ast.parse(self.source, filename=str(self.path))
        body = self.tree.body
        self.statements: list[ast.AST] = [body[i] for i in self.kept] if self.kept else [*body]

    def is_own(self, name: str | None) -> bool:
        """Whether a module is this one, or another of the author's."""
        return name == self.name or name in self.hooks.loaded

    @property
    def left_out(self) -> set[str]:
        """The names of the module that a job does without."""
        kept = {id(statement) for statement in self.statements}
        return set().union(*(bound(s) for s in self.tree.body if id(s) not in kept))

    def load(self) -> types.ModuleType:
        """The module, executed anew, and so is all of the author's that it imports."""
        self.hooks.forget_modules(self.name)
        parent = self.name.rpartition(".")[0]
        if self.python:
            return importlib.import_module(self.name)
        if parent:
            importlib.import_module(parent)
        spec = importlib.util.spec_from_file_location(self.name, self.path)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        module.__doc__ = ast.get_docstring(self.tree, clean=False)
        sys.modules[self.name] = module
        body = ast.Module([s for s in self.statements if isinstance(s, ast.stmt)], [])
        with depth.of_program(self.source, self.path):
            code = compile(body, str(self.path), "exec")
        exec(code, module.__dict__)
        if parent:
            setattr(sys.modules[parent], self.name.rpartition(".")[2], module)
        return module


def _work(program: Program, job: dict[str, Any], answers: int) -> dict[str, Any]:
    from livedeck.store import results

    compilation = Compilation()
    began = time.perf_counter()
    changed: dict[str, list[str]] = {}
    try:
        if job["do"] == "draw":
            values = _draw(program, job, answers)
            seconds = time.perf_counter() - began
            spent = {"figures": seconds}
        else:
            seed()
            with restored():
                module = program.load()
                _require_device(job)
                compilation.start()
                started = time.perf_counter()
                result, changed = _run(program, module, job)
            values, arrays = results.to_values(result, module.Result._fields, job["nans"])
            results.save(Path(job["folder"]), arrays)
            seconds = time.perf_counter() - started
            compiling = compilation.seconds()
            spent = {"imports": started - began, "compile": compiling, "run": seconds - compiling}
        _require_device(job)
    except (AuthorError, KeyboardInterrupt):
        raise
    except BaseException as error:  # also SystemExit: an experiment must not end its worker
        raise _failure(error, program, job["do"]) from error
    if any(Counting.of(tree).names for tree in program.hooks.trees):
        program.hooks.note_sources()
    device = _device(program.hooks)
    told = {"values": values, "spent": spent, "device": device, CHANGED: changed}
    return {**told, "seconds": round(seconds, 3)}


def seed() -> None:
    """Seeds the generators of the process, which packages may use while they are imported."""
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - the generator that a careless experiment uses


def _run(
    program: Program, module: types.ModuleType, job: dict[str, Any]
) -> tuple[object, dict[str, list[str]]]:
    """What `run` returns, and what it changes of what figures could look up."""
    found = changes.Changes(program.is_own)
    program.hooks.executed = found.note
    result = module.run(**ast.literal_eval(job["parameters"]))
    program.hooks.executed = None
    return result, found.after()


def _draw(program: Program, job: dict[str, Any], answers: int) -> dict[str, Any]:
    from livedeck.drawing import draw
    from livedeck.store import results

    unchecked = [job[CHANGED]] if job[CHANGED] else []

    def prepare() -> Callable[..., None]:
        """The figure function, with everything as it was before any drawing."""
        seed()
        module = program.load()
        while unchecked:  # here, for a process that JAX has started in does not fork
            function = getattr(module, job["figure"])
            changes.require_apart(function, unchecked.pop(), program.is_own, job["line"])
            seed()
            module = program.load()
        fields = results.load(Path(job["result"]), job["values"])
        result = module.Result(**{name: fields[name] for name in module.Result._fields})
        function = getattr(module, job["figure"])

        def drawing(figure: Any, *frame: int) -> None:
            with results.unwritten(fields):
                function(figure, result, *frame)

        return drawing

    fields = results.load(Path(job["result"]), job["values"])
    order = draw.Order(**job["order"])
    dark = aside(lambda: draw.dark(prepare, fields, order), program, answers)
    return draw.draw(prepare, fields, order, dark)


def aside(do: Callable[[], T], program: Program, answers: int) -> Callable[[], T]:
    """Begins something in a process of its own, which starts from the state that this one has;
    gives what waits for it, and what it came to as JSON holds it. Its failure is raised there."""
    answer, told = os.pipe()
    if os.fork():
        os.close(told)
        return lambda: _heard(answer)
    silence = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2, answers):  # what it says, the other process says as well
        os.dup2(silence, descriptor)
    try:
        text = json.dumps({"came": do()})
    except BaseException as error:
        known = error if isinstance(error, AuthorError) else _failure(error, program, "draw")
        text = json.dumps(_failed(known))
    with os.fdopen(told, "w", encoding="utf-8") as file:
        file.write(text)
    os._exit(0)


def _heard(answer: int) -> Any:
    with os.fdopen(answer, encoding="utf-8") as file:
        text = file.read()
    if not text:
        raise AuthorError("the process that drew for dark died")
    told = json.loads(text)
    if "came" in told:
        return told["came"]
    path = told["path"] and Path(told["path"])
    hint, detail = told["hint"], told["detail"]
    raise AuthorError(told["message"], path, told["line"], hint=hint, detail=detail)


def _failure(error: BaseException, program: Program, doing: str) -> AuthorError:
    from livedeck.store import results

    path = program.path
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    if isinstance(error, SystemExit):
        message = f"called sys.exit({'' if error.code is None else repr(error.code)})"
    else:
        message = f"{type(error).__name__}: {error}"
    own = error.__traceback__  # without the engine's part in how it came about
    while own and Path(own.tb_frame.f_code.co_filename).is_relative_to(engine.FOLDER):
        own = own.tb_next
    shown = own or error.__traceback__
    detail = "".join(traceback.format_exception(type(error), error, shown)[-12:])
    hint = results.READ_ONLY if doing == "draw" and results.is_read_only(error) else ""
    missing = getattr(error, "name", None) or (error.args[0] if error.args else None)
    if isinstance(missing, str) and missing in program.left_out:
        hint = LEFT_OUT.format(missing)
    return AuthorError(message, line=line, hint=hint, detail=detail)


def _require_device(job: dict[str, Any]) -> None:
    """Nothing that the CPU computes may pass for the result of the device that was asked for."""
    wanted = job.get("device", "cpu")
    if wanted == "cpu" or "jax" not in sys.modules:
        return
    if sys.modules["jax"].devices()[0].platform != wanted:
        message = f"asked for a {wanted.upper()}, and JAX finds none here"
        hint = "Compute it where one is and bring it with `pack` and `unpack`, or change --profile."
        raise AuthorError(message, hint=hint)


def _device(hooks: Hooks) -> dict[str, str]:
    """The platform and name of the device that JAX computes on, if the experiment uses JAX."""
    uses = {"jax", "flax", "optax"} & imported_packages(hooks.trees)
    if not uses or "jax" not in sys.modules:
        return {"platform": "cpu", "name": "CPU"}
    device = sys.modules["jax"].devices()[0]
    return {"platform": device.platform, "name": device.device_kind}


def _failed(failure: AuthorError) -> dict[str, Any]:
    return {
        "event": "failed",
        "message": failure.message,
        "path": failure.path and str(failure.path),
        "line": failure.line,
        "hint": failure.hint,
        "detail": failure.detail,
    }
