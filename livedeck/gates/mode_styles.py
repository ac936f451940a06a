"""The styles that a document's boxes would have in another mode of the theme: WeasyPrint computes
them again from the same rules, with that mode's colours as the variables."""

from collections.abc import Mapping
from typing import Any

import tinycss2  # type: ignore[import-untyped, unused-ignore]
from weasyprint.css import (  # type: ignore[import-untyped, unused-ignore]
    AnonymousStyle,
    ComputedStyle,
)

WEIGHT = (0, 0, (0, 0, 0))  # of a declaration that nothing competes with


class Styles:
    """The styles of a document with other `colours`, which have names."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        self._variables = {
            f"__{variable.replace('-', '_')}": (
                tinycss2.parse_component_value_list(colour),
                WEIGHT,
            )
            for variable, colour in colours.items()
        }
        self._styles: dict[int, tuple[Any, Any]] = {}

    def of(self, style: Any) -> Any:
        """What a style is with these colours."""
        if id(style) not in self._styles:
            self._styles[id(style)] = style, self._twin(style)  # kept, so that ids stay its own
        return self._styles[id(style)][1]

    def _twin(self, style: Any) -> Any:
        parent = None if style.parent_style is None else self.of(style.parent_style)
        if isinstance(style, AnonymousStyle):
            return AnonymousStyle(parent)
        cascaded = style.cascaded if parent is not None else {**style.cascaded, **self._variables}
        return ComputedStyle(
            parent,
            cascaded,
            style.pseudo_type,
            style.root_style,
            style.base_url,
            style.font_config,
            style.initial_page_sizes,
        )
