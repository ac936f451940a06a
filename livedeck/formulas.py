"""Formulas from the store, else typeset: the typesetter alone takes longer to import than a
deck takes to render."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from livedeck.entry import Task
from livedeck.inputs import ABSENT, file_value, versions
from livedeck.store import Store

TYPESETTER = ("latex2mathml", "ziafont", "ziamath")


@lru_cache(maxsize=4096)
def for_page(store: Store, tex: str, display: bool) -> tuple[str, tuple[str, ...]]:
    """A formula for the page, and the style rules that put it on the line of the text."""

    def typeset() -> dict[str, Any]:
        from livedeck import mathematics

        html, rules = mathematics.html(tex, display)
        return {"html": html, "rules": rules}

    values = store.values(_task(tex, {"display": str(display), "for": "page"}), typeset)
    return values["html"], tuple(values["rules"])


@lru_cache(maxsize=4096)
def for_paper(store: Store, tex: str, display: bool, colour: str) -> str:
    """A formula for the PDF, in a colour."""

    def typeset() -> dict[str, Any]:
        from livedeck import mathematics

        return {"html": mathematics.pdf_html(tex, display, colour)}

    inputs = {"display": str(display), "for": f"paper, in {colour}"}
    return str(store.values(_task(tex, inputs), typeset)["html"])


def _task(tex: str, inputs: dict[str, str]) -> Task:
    return Task("formula", tex, {"tex": tex, **inputs, **_typesetter()})


@cache
def _typesetter() -> dict[str, str]:
    """What decides how any formula comes out."""
    code = file_value("module", Path(__file__).with_name("mathematics.py"))
    return {"code": code, **{name: versions().get(name, ABSENT) for name in TYPESETTER}}
