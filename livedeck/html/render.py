"""Renders a computed deck through the templates: slides as HTML, ready for page and paper."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from livedeck import filters, markdown
from livedeck.errors import AuthorError, AuthorErrors
from livedeck.html.answers import Answers, PageAnswers, PaperAnswers, made, surroundings
from livedeck.html.figures import fragment
from livedeck.markdown import Block
from livedeck.memo import Memo
from livedeck.planning import provenance
from livedeck.planning.compute import Computed
from livedeck.planning.plan import Run
from livedeck.slides.deck import Deck, Part, Slide
from livedeck.slides.theme import Theme
from livedeck.store.entry import Entry
from livedeck.store.store import Store

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Leaf:
    """What a slide comes to by itself: its view for the templates, but for its place in the deck,
    and what it uses of the outside."""

    view: dict[str, Any]
    rules: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    drawn: Mapping[str, bytes] = field(default_factory=dict)
    demos: Mapping[str, Path] = field(default_factory=dict)
    moving: tuple[tuple[str, int], ...] = ()  # pictures of which paper shows one moment


@dataclass
class Rendering:
    """The slides' views for the templates, and what they use of the outside."""

    slides: list[dict[str, Any]]
    parts: list[dict[str, Any]]
    leaves: list[Leaf] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    drawn: dict[str, bytes] = field(default_factory=dict)
    demos: dict[str, Path] = field(default_factory=dict)


def render_slides(
    deck: Deck,
    theme: Theme,
    computed: Computed,
    store: Store,
    kind: type[Answers],
    memo: Memo | None = None,
    *,
    notes: bool = True,
    only: Callable[[Slide], bool] = lambda _: True,
) -> Rendering:
    """Renders every slide's Markdown, with answers of a kind; mistakes are collected into one
    error. With a `memo`, only slides that come out differently; without `notes`, nothing of what
    is for the speaker alone; `only` chooses slides."""
    rendering = Rendering([], [])
    errors: list[AuthorError] = []
    around = memo and memo.of("surroundings", (kind, surroundings(deck, theme, computed)), object)
    for number, (slide, time) in enumerate(zip(deck.slides, deck.times, strict=True), start=1):
        if not only(slide):
            continue
        answers = partial(kind, deck, theme, computed, store, slide)
        try:
            leaf = _known_leaf(slide, answers, around, memo) if memo else _leaf(slide, answers())
        except AuthorError as error:
            errors.append(error)
            continue
        if not notes:
            leaf = replace(leaf, view=leaf.view | {"notes_html": Markup("")})
        part = slide.part and {"id": slide.part.id, "title": ""}
        rendering.slides.append({**leaf.view, "number": number, "time": time, "part": part})
        rendering.leaves.append(leaf)
        rendering.rules |= leaf.rules
        rendering.characters |= leaf.characters
        rendering.demos |= leaf.demos
        rendering.drawn |= leaf.drawn
    if errors:
        raise AuthorErrors(errors)
    rendering.parts = _parts(list(filter(only, deck.slides)), rendering.slides)
    return rendering


def results_table(computed: Computed, memo: Memo | None = None) -> list[dict[str, Any]]:
    """What the deck computed, a row for each run."""
    memo = memo or Memo()
    results = ((run, computed.results[key]) for key, run in computed.plan.runs.items())
    return [
        memo.about("row", run, made(result), partial(_row, run, result))
        for run, result in results
        if isinstance(result, Entry)
    ]


def _row(run: Run, result: Entry) -> dict[str, Any]:
    origin = result.manifest["provenance"]
    return {
        "experiment": run.name,
        "anchor": f"result-{fragment(run.name)}",
        "claim": run.experiment.claim,
        "device": provenance.device(origin),
        "seconds": provenance.seconds(origin),
        "seed": run.seed,
        "versions": provenance.versions(origin),
        "key": result.key[:8],
        "values": _cited(result),
    }


def plain(html: str) -> str:
    """The text that a reader sees of some HTML."""
    return unescape(_TAG.sub(" ", html))


@dataclass
class _Slot:
    """The last leaf of a slide, and what it was made from."""

    around: object = None
    basis: Hashable = None
    leaf: Leaf | None = None
    asks_for_files: bool = True


def _known_leaf(slide: Slide, answer: partial[Answers], around: object, memo: Memo) -> Leaf:
    """A slide's leaf, made anew only where something that it depends on has changed."""
    slot = memo.about("leaf", slide, answer.func, _Slot)
    if slot.leaf is None or slot.around is not around or slot.asks_for_files:
        answers = answer()
        slot.asks_for_files = answers.asks_for_files
        basis = answers.basis(memo)
        if slot.leaf is None or slot.basis != basis:
            slot.leaf, slot.basis = None, None
            slot.leaf = _leaf(slide, answers)
        slot.around, slot.basis = around, basis
    return slot.leaf


def _leaf(slide: Slide, answers: Answers) -> Leaf:
    rendered = markdown.render(slide.parsed, answers, slide.id, lines=answers.lines)
    view = _view(slide, rendered, answers)
    if isinstance(answers, PageAnswers):
        rules, characters = frozenset(answers.rules), frozenset(answers.characters)
        return Leaf(view, rules, characters, demos=answers.demos)
    if isinstance(answers, PaperAnswers):
        return Leaf(view, drawn=answers.drawn, moving=tuple(answers.moving))
    return Leaf(view)


def _view(slide: Slide, rendered: markdown.Rendered, answers: Answers) -> dict[str, Any]:
    blocks = [Block(block.kind, Markup(block.html)) for block in rendered.blocks]
    foot = []
    for key, run in answers.runs.items():
        result = answers.computed.results[key]
        if isinstance(result, Entry):
            text = provenance.line(answers.plan.runs[key], result)
            address = f"#result-{fragment(run.name)}" if answers.deck.has_results else ""
            foot.append((text, address))
    return {
        "id": slide.id,
        "layout": slide.matter.layout,
        "kicker": slide.matter.kicker,
        "title_html": Markup(rendered.title_html),
        "title_text": rendered.title_text,
        "blocks": blocks,
        "figures": [block.html for block in blocks if block.kind == "figure"],
        "texts": [block.html for block in blocks if block.kind != "figure"],
        "notes_html": Markup(rendered.notes_html),
        "steps": rendered.steps,
        "provenance": foot,
    }


def _parts(slides: Sequence[Slide], views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of some slides in order; gives every slide's view its part's title on the way."""
    found: dict[str, dict[str, Any]] = {}
    for slide, view in zip(slides, views, strict=True):
        if slide.part is None:
            continue
        part = found.setdefault(
            slide.part.id,
            {
                "id": slide.part.id,
                "title": _folder_title(slide.part),
                "first_id": slide.id,
                "first_number": view["number"],
                "count": 0,
                "opened": False,
            },
        )
        part["count"] += 1
        if slide.introduces:
            part["title"], part["opened"] = view["title_text"], True
    for view in views:
        if view["part"]:
            view["part"]["title"] = found[view["part"]["id"]]["title"]
    return list(found.values())


def _folder_title(part: Part) -> str:
    return part.id.replace("-", " ").capitalize()


def _cited(result: Entry) -> list[tuple[str, str]]:
    """A result's short values as text."""
    texts = []
    for name, value in result.manifest["values"].items():
        shown = filters.of_manifest(value)
        numbers = shown if isinstance(shown, tuple) else (shown,)
        if 0 < len(numbers) <= 64 and all(isinstance(v, (int, float)) for v in numbers):
            texts.append((name, filters.apply(shown, ())))
    return texts
