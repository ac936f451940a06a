"""Formulas from the store, else set: the typesetter alone takes longer to start than a deck to
render."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from livedeck import engine
from livedeck.distributions import versions
from livedeck.formulas import macros as definitions
from livedeck.keys.inputs import ABSENT
from livedeck.store.entry import Task
from livedeck.store.store import Store

TYPESETTER = ("django-static-mathjax", "matplotlib", "quickjs-ng")

Macros = tuple[tuple[str, str], ...]  # names and meanings, in order


def macros_of(tex: str, macros: Mapping[str, str]) -> Macros:
    """The macros of a deck on which a formula depends."""
    return tuple(sorted(definitions.used(tex, definitions.named(macros)).items()))


@lru_cache(maxsize=4096)
def for_page(store: Store, tex: str, display: bool, macros: Macros) -> tuple[str, tuple[str, ...]]:
    """A formula for the page, and the style rules that put it on the line of the text."""

    def typeset() -> dict[str, Any]:
        from livedeck.formulas import mathematics

        html, rules = mathematics.html(tex, display, dict(macros))
        return {"html": html, "rules": rules}

    values = store.values(_task(tex, macros, {"display": str(display), "for": "page"}), typeset)
    return values["html"], tuple(values["rules"])


@lru_cache(maxsize=4096)
def for_paper(store: Store, tex: str, display: bool, macros: Macros, colour: str) -> str:
    """A formula for the PDF, in a colour."""

    def typeset() -> dict[str, Any]:
        from livedeck.formulas import mathematics

        return {"html": mathematics.pdf_html(tex, display, colour, dict(macros))}

    inputs = {"display": str(display), "for": f"paper, in {colour}"}
    return str(store.values(_task(tex, macros, inputs), typeset)["html"])


def _task(tex: str, macros: Macros, inputs: dict[str, str]) -> Task:
    meanings = {f"macro {name}": meaning for name, meaning in macros}
    return Task("formula", tex, {"tex": tex, **meanings, **inputs, **_typesetter()})


@cache
def _typesetter() -> dict[str, str]:
    """What decides how any formula comes out."""
    packages = {name: versions().get(name, ABSENT) for name in TYPESETTER}
    return {"code": engine.code("formulas"), **packages}
