"""Kinds of plots as matplotlib's and seaborn's galleries show them, written plainly: what an author
does who asks for no colour. Each function draws one kind."""

from collections.abc import Callable
from types import ModuleType

from matplotlib.figure import Figure

Plot = Callable[[Figure], None]


def plots(*modules: ModuleType) -> dict[str, Plot]:
    """The functions of some modules that draw, by name."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }
