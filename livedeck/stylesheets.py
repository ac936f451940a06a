"""Style sheets as WeasyPrint has read them, kept for the next piece of a document.

To read a deck's style sheets takes longer than to lay out ten of its slides, and all pieces have
the same. What was read for a set of fonts is kept as long as these, whose faces it has loaded.
"""

from typing import Any
from weakref import WeakKeyDictionary

from weasyprint import css  # type: ignore[import-untyped, unused-ignore]
from weasyprint.text.fonts import (  # type: ignore[import-untyped, unused-ignore]
    FontConfiguration,
)

Known = dict[tuple[str, ...], list[Any]]

_read_by: WeakKeyDictionary[FontConfiguration, Known] = WeakKeyDictionary()
_weasyprints_way = css.find_stylesheets


def keep(fonts: FontConfiguration) -> None:
    """Begins to keep the style sheets that are read for these fonts."""
    _read_by.setdefault(fonts, {})


def forget(fonts: FontConfiguration) -> None:
    """Forgets them: something was wrong, and shall be said again."""
    _read_by.pop(fonts, None)


def _find(
    wrapper: Any, media: str, fetcher: Any, base: str | None, fonts: Any, counters: Any, *more: Any
) -> list[Any]:
    known = _read_by.get(fonts)
    sheets = list(wrapper.query_all("style", "link"))
    if known is None or any(sheet.etree_element.tag == "link" for sheet in sheets):
        return list(_weasyprints_way(wrapper, media, fetcher, base, fonts, counters, *more))
    key = (media, str(base), *(sheet.etree_element.text or "" for sheet in sheets))
    if key not in known:
        before = set(counters)
        read = list(_weasyprints_way(wrapper, media, fetcher, base, fonts, counters, *more))
        known[key] = [read, {name: counters[name] for name in counters if name not in before}]
    found, own = known[key]
    counters.update(own)
    return list(found)


css.find_stylesheets = _find
