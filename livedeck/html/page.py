"""Writes the deck as one HTML file that asks nothing of anybody."""

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from livedeck.characters import fit
from livedeck.errors import AuthorError
from livedeck.files import read_text
from livedeck.html import demos, page_fonts, repeats
from livedeck.html.bundle import bundle
from livedeck.html.figures import code_anchor
from livedeck.html.render import Rendering, results_table
from livedeck.memo import Memo
from livedeck.planning.compute import Computed
from livedeck.planning.plan import Plan
from livedeck.planning.prepare import Prepared
from livedeck.slides.theme import MODES, Palette, Theme
from livedeck.store.store import Store

SHEETS = (
    *("type", "blocks", "slide", "layouts"),
    *("page/demo", "page/screen", "page/controls", "page/opened", "page/article", "page/toc"),
    *("page/print", "page/speaker", "page/contrast"),
)
GENERATOR = "livedeck"
RUNTIME = "".join(map(chr, range(0x20, 0x7F))) + "←→↑↓…·–—’“”±−×\u00a0\u202f"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ASKED = re.compile(
    r"""url\(\s*['"]?(?!data:|#|\s|['"])([^'")]*)|@import\s+['"]([^'"]*)""", re.IGNORECASE
)

# When a page is dark, and when its contrast is high: what the system asks for unless the reader
# has chosen otherwise, and what the reader has chosen.
DARK = (
    ("screen and (prefers-color-scheme:dark)", ":not([data-theme=light])"),
    ("screen", "[data-theme=dark]"),
)
CONTRAST = (
    ("(prefers-contrast:more)", ":not([data-contrast=less])"),
    ("(min-width:0)", "[data-contrast=more]"),  # always
)


@dataclass(frozen=True)
class Body:
    """What a page shows: each slide by its name, the table of contents, and the code behind the
    figures, as HTML; and what was computed."""

    slides: dict[str, str]
    contents: str
    appendix: str
    results: list[dict[str, Any]]


def write(prepared: Prepared, rendering: Rendering, shown: Body, css: str) -> bytes:
    """The page, with its styles, fonts, runtime, figures and pictures in it."""
    code = scripts(prepared, rendering)
    slides, rules = repeats.once(shown.slides)
    shown, css = replace(shown, slides=slides), f"{css}\n{rules}" if rules else css
    return whole(prepared, shown, css, code, policy(css, code))


def body(
    prepared: Prepared, rendering: Rendering, computed: Computed, memo: Memo | None = None
) -> Body:
    """What the page shows. With a `memo`, only what comes out differently is rendered."""
    memo = memo or Memo()
    results = results_table(computed, memo)
    known = {**context(prepared, rendering, results), "medium": "html"}
    around = memo.about("around", prepared.templates, repr(known), object)

    def render(name: str, **words: object) -> str:
        return fit(prepared.templates.render(name, **words))

    sections: dict[str, str] = {}
    for view, leaf in zip(rendering.slides, rendering.leaves, strict=True):
        place = around, view["number"], view["time"], view["part"] and view["part"]["title"]
        make = partial(render, "slide.html.j2", slide=view, **known)
        sections[view["id"]] = memo.about("section", leaf, place, make)
    listed = _contents(rendering.slides)
    contents = partial(render, "contents.html.j2", contents=listed)
    named = tuple(
        (s["id"], s["title_text"], s["part"] and s["part"]["title"]) for s in rendering.slides
    )
    sources = _sources(prepared.plan, memo)
    appendix = partial(render, "appendix.html.j2", sources=sources)
    return Body(
        sections,
        memo.about("contents", prepared.templates, named, contents),
        memo.about("appendix", prepared.templates, repr(sources), appendix),
        results,
    )


def style(
    prepared: Prepared,
    rendering: Rendering,
    shown: Body,
    store: Store,
    memo: Memo | None = None,
    names: tuple[str, ...] = SHEETS,
) -> str:
    """The style sheet of the page, with its fonts cut down to what it shows."""
    memo = memo or Memo()
    parts = [
        theme_css(prepared.theme),
        _fonts_css(prepared, rendering, shown, store, memo),
        memo.about("sheets", prepared.templates, names, partial(sheets, prepared, names)),
        *sorted(rendering.rules),
    ]
    css = "\n".join(parts)
    return memo.of("css", css, lambda: fit(css).replace("</", "<\\/"))  # the same, and not its end


def scripts(prepared: Prepared, rendering: Rendering, entry: str = "main.js") -> list[str]:
    """The scripts of the page: the runtime, and what starts the author's own."""
    folder = prepared.templates.folder / "js"
    found = [f'"use strict";\n{{\n{bundle(folder / entry)}}}\n']  # its names are its own
    if rendering.demos:
        found.append(fit(demos.script(folder / "demo.js", rendering.demos)))
    return found


def whole(
    prepared: Prepared, shown: Body, css: str, code: list[str], csp: str, head: str = ""
) -> bytes:
    """The page put together; `head` is what else stands in its head."""
    html = prepared.templates.render(
        "page.html.j2",
        deck=prepared.deck.settings,
        generator=GENERATOR,
        slides=[Markup(section) for section in shown.slides.values()],
        contents=Markup(shown.contents),
        appendix=Markup(shown.appendix),
        css=Markup(css),
        scripts=[Markup(script) for script in code],
        csp=csp,
        head=Markup(head),
    )
    return fit(html).encode()


def context(prepared: Prepared, rendering: Rendering, results: object) -> dict[str, object]:
    """What the templates know, whatever they render."""
    return {
        "deck": prepared.deck.settings,
        "parts": rendering.parts,
        "results": results,
        "total": len(rendering.slides),
        "generator": GENERATOR,
    }


def sheets(prepared: Prepared, names: tuple[str, ...]) -> str:
    """The style sheets of those names, in order."""
    folder = prepared.templates.folder / "css"
    return "\n".join(_sheet(folder / f"{name}.css") for name in names)


def _sheet(path: Path) -> str:
    """A style sheet, which asks for no other file: page and PDF stand alone."""
    if not path.exists():
        hint = "A project's own `templates/` stand in the place of livedeck's; take it from those."
        raise AuthorError("no such style sheet", path, hint=hint)
    text = read_text(path)
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    for asked in _ASKED.finditer(bare):
        line, hint = bare.count("\n", 0, asked.start()) + 1, "Put it there as a `data:` address."
        message = f"the style sheet asks for `{(asked[1] or asked[2]).strip()}`"
        raise AuthorError(message, path, line, hint=hint)
    return text


def theme_css(theme: Theme) -> str:
    """The theme as CSS variables: light or dark and the contrast that the system asks for, or as
    the reader chooses."""
    light, dark = (_variables(theme.palettes[mode]) for mode in MODES)
    families = f"--font-text:{_listed(theme.stack('text'))},sans-serif;"
    families += f"--font-mono:{_listed(theme.stack('mono'))},monospace;"
    rules = [f":root{{color-scheme:light;{light}{families}}}"]
    rules += [f"@media {on}{{:root{by}{{color-scheme:dark;{dark}}}}}" for on, by in DARK]
    light, dark = (_variables(theme.palettes[mode].contrasting()) for mode in MODES)
    rules += [f"@media {on}{{:root{by}{{--dim:0.7;{light}}}}}" for on, by in CONTRAST]
    rules += [
        f"@media {on} and {more}{{:root{by}{chosen}{{{dark}}}}}"
        for on, by in DARK
        for more, chosen in CONTRAST
    ]
    return "\n".join(rules)


def _listed(families: tuple[str, ...]) -> str:
    return ",".join(f'"{family}"' for family in families)


def _variables(palette: Palette) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in palette.named().items())


def policy(css: str, code: list[str]) -> str:
    """A Content-Security-Policy that allows this style and these scripts and nothing else."""
    allowed = " ".join(f"'{_sha256(script)}'" for script in code)
    return (
        f"default-src 'none'; style-src '{_sha256(css)}'; script-src {allowed}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _contents(slides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The slides in order, those of a part together under its title."""
    groups = groupby(slides, key=lambda slide: slide["part"] and slide["part"]["title"])
    return [{"title": title or "", "slides": list(group)} for title, group in groups]


def _sources(plan: Plan, memo: Memo) -> dict[str, dict[str, tuple[str, str]]]:
    """The code behind the figures, by experiment and function, each with its place in the page."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for drawing in plan.drawings.values():
        experiment = drawing.run.experiment
        functions = found.setdefault(experiment.name, {})
        for name in ("run", drawing.figure.name):
            source = memo.about("source", experiment, name, partial(experiment.source_of, name))
            functions[name] = (code_anchor(experiment.name, name), source)
    return found


def _fonts_css(
    prepared: Prepared, rendering: Rendering, shown: Body, store: Store, memo: Memo
) -> str:
    settings = prepared.deck.settings
    text = set().union(RUNTIME, str(shown.results), settings.title, settings.author)
    text |= set(settings.affiliation)
    text |= rendering.characters
    return page_fonts.css(prepared, rendering.leaves, text, shown.appendix, store, memo)


def _sha256(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
