"""What browsers show at one moment, and what of it is new to one that shows an older edition."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from livedeck.files import read_text
from livedeck.serving.drafts import Draft

FRAME = "page.html.j2"  # the template of what only a page that is loaded anew has


@dataclass(frozen=True)
class Edition:
    """An edition by its number: the slides in order, the parts beside them, and the frame, which
    stands for all that a page must be loaded anew for. `since` says in which edition each part
    became what it is."""

    number: int
    sections: dict[str, str]
    parts: dict[str, Hashable]
    since: dict[str, int]
    draft: Draft

    @cached_property
    def cues(self) -> list[dict[str, Any]]:
        """What a speaker must know of each slide, and an author of where it is written."""
        root = self.draft.prepared.deck.folder
        slides = self.draft.prepared.deck.slides
        return [
            {
                "id": view["id"],
                "title": view["title_text"],
                "steps": view["steps"],
                "time": view["time"],
                "notes": str(view["notes_html"]),
                "file": slide.path.relative_to(root).as_posix(),
                "line": slide.parsed.title_line,
            }
            for view, slide in zip(self.draft.rendering.slides, slides, strict=True)
        ]

    @property
    def order(self) -> list[str]:
        """The names of the slides."""
        return list(self.sections)

    def news(self, number: int) -> dict[str, Any] | None:
        """What a browser must be sent that shows an older edition; None if it must load anew."""
        if self.since["frame"] > number:
            return None
        news: dict[str, Any] = {"do": "patch", "number": self.number}
        changed = [name for name in self.sections if self.since[f"slide {name}"] > number]
        news["slides"] = {name: self.sections[name] for name in changed}
        news["order"] = self.order if self.since["order"] > number else None
        for part in ("contents", "appendix"):
            news[part] = self.parts[part] if self.since[part] > number else None
        return news


def edition(draft: Draft, last: Edition | None, number: int) -> Edition:
    """The edition that a draft makes after the last one; the last one itself if nothing is new."""
    prepared = draft.prepared
    frame = read_text(prepared.templates.folder / FRAME)
    parts: dict[str, Hashable] = {
        "order": tuple(draft.body.slides),
        "files": tuple(str(slide.path) for slide in prepared.deck.slides),
        "contents": draft.body.contents,
        "appendix": draft.body.appendix,
        "frame": (repr(prepared.deck.settings), frame, *draft.scripts),
    }
    sections = draft.body.slides
    before = {} if last is None else {**last.parts, **_named(last.sections)}
    now = {**parts, **_named(sections)}
    since = {
        name: last.since[name] if last is not None and before.get(name) == what else number
        for name, what in now.items()
    }
    if last is not None and number not in since.values() and before.keys() == now.keys():
        return last
    return Edition(number, sections, parts, since, draft)


def _named(sections: dict[str, str]) -> dict[str, Hashable]:
    return {f"slide {name}": html for name, html in sections.items()}
