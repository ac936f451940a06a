"""MathJax in an engine of its own: no files, no network, limits of time, memory and depth."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import quickjs

SECONDS, BYTES, STACK = 10, 512_000_000, 4_000_000  # for a formula; they take 0.005 s and 30 MB
PACKAGES = (
    *("ams", "amscd", "boldsymbol", "braket", "enclose", "cancel", "color", "newcommand"),
    *("colortbl", "configmacros", "centernot", "extpfeil", "gensymb", "mathtools", "mhchem"),
    *("textmacros", "textcomp", "upgreek", "verb"),
)
# Others need them; but no other formula would know what one defines, and not all shapes are drawn.
LOADED_ALONE = ("enclose", "newcommand")
COMPONENTS = (
    *("core", "adaptors/liteDOM", "input/tex-base"),
    *(f"input/tex/extensions/{name}" for name in PACKAGES),
    *("output/svg", "output/svg/fonts/tex"),
)
SCRIPTS = ("mathjax.js", "outlines.js")

_calls = Lock()


class TooMuch(Exception):
    """A formula that takes more time, memory or depth than any that is meant."""


class Unsettable(Exception):
    """A formula of which MathJax makes nothing that can be drawn."""


def call(name: str, *arguments: Any) -> Any:
    """What a function of the scripts answers, read as JSON."""
    with _calls:
        try:
            answer = _engine()(name, *arguments, run_gc=False)
        except quickjs.JSException as error:
            _engine.cache_clear()  # it may have stopped anywhere
            said = str(error)
            if any(limit in said for limit in ("stack", "memory", "interrupted")):
                raise TooMuch(said) from error
            raise Unsettable(said.partition("\n")[0].partition(": ")[2]) from error
    return None if answer is None else json.loads(answer)


def packages() -> list[str]:
    """What a formula may use of MathJax."""
    return ["base", "operators", *(name for name in PACKAGES if name not in LOADED_ALONE)]


@cache
def _engine() -> quickjs.Function:
    """The engine, with everything loaded; it lives as long as the process."""
    component = Path(str(files("mathjax"))) / "static" / "mathjax" / "es5"
    program = [
        "globalThis.MathJax = { config: {} }; globalThis.window = globalThis;",
        *((component / f"{name}.js").read_text("utf-8") for name in COMPONENTS),
        *(Path(__file__).with_name(name).read_text("utf-8") for name in SCRIPTS),
        "function call(name, ...values) { return { define, names, typeset }[name](...values); }",
    ]
    engine = quickjs.Function("call", "\n;".join(program), own_executor=True)
    engine.set_time_limit(SECONDS)
    engine.set_memory_limit(BYTES)
    engine.set_max_stack_size(STACK)
    return engine
