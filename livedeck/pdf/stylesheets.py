"""Style sheets as WeasyPrint has read them, kept for the next piece of a document.

To read a deck's style sheets takes as long as to lay out three of its slides, and all pieces have
the same. What was read for a set of fonts is kept as long as these, whose faces it has loaded.
"""

from typing import Any
from weakref import WeakKeyDictionary

from weasyprint import CSS, css  # type: ignore[import-untyped, unused-ignore]
from weasyprint.text.fonts import (  # type: ignore[import-untyped, unused-ignore]
    FontConfiguration,
)

_kept: WeakKeyDictionary[FontConfiguration, dict[Any, Any]] = WeakKeyDictionary()
_weasyprints_way = css.find_stylesheets


def keep(fonts: FontConfiguration) -> None:
    """Begins to keep the style sheets that are read for these fonts."""
    _kept[fonts] = {}


def forget(fonts: FontConfiguration) -> None:
    """Forgets those that were kept: something was wrong, and shall be said again."""
    if fonts in _kept:
        keep(fonts)


def read(text: str, fonts: FontConfiguration, fetcher: Any) -> CSS:
    """A style sheet from its text."""
    known = _kept.get(fonts, {})
    if text not in known:
        known[text] = CSS(string=text, font_config=fonts, url_fetcher=fetcher)
    return known[text]


def _find(
    root: Any, media: str, fetcher: Any, base: str | None, fonts: Any, *tables: Any
) -> list[Any]:
    """The style sheets in a document, which add to the tables of counters and of colours, too."""
    known = _kept.get(fonts)
    elements = [wrapper.etree_element for wrapper in root.query_all("style", "link")]
    if known is None or any(element.tag == "link" for element in elements):
        return list(_weasyprints_way(root, media, fetcher, base, fonts, *tables))
    key = (media, base, *(tuple([element.text, *element.items()]) for element in elements))
    if key not in known:
        before = [dict(table) for table in tables[:2]]
        found = list(_weasyprints_way(root, media, fetcher, base, fonts, *tables))
        known[key] = found, [_added(*pair) for pair in zip(before, tables[:2], strict=True)]
    found, added = known[key]
    for table, entries in zip(tables[:2], added, strict=True):
        table.update(entries)
    return list(found)


def _added(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in after.items() if before.get(name) is not entry}


css.find_stylesheets = _find
