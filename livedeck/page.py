"""Writes the deck as one HTML file that asks nothing of anybody."""

import base64
import hashlib
import re
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from livedeck import demos, fonts
from livedeck.bundle import bundle
from livedeck.compute import Computed
from livedeck.entry import Task
from livedeck.errors import AuthorError
from livedeck.figures import code_anchor
from livedeck.inputs import file_value
from livedeck.plan import Plan
from livedeck.prepare import Prepared
from livedeck.render import Rendering, plain, results_table
from livedeck.source import read_text
from livedeck.store import Store
from livedeck.theme import MODES, Palette, Theme

SHEETS = (
    *("type", "slide", "layouts", "demo", "screen", "controls", "opened"),
    *("article", "toc", "print", "speaker", "contrast"),
)
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


def write(prepared: Prepared, rendering: Rendering, computed: Computed, store: Store) -> bytes:
    """The page, with its styles, fonts, runtime and figures in it."""
    results = results_table(prepared.plan, computed)
    sources = _sources(prepared.plan)
    style = "\n".join(
        [
            theme_css(prepared.theme),
            _fonts_css(prepared, rendering, str(results), str(sources), store),
            sheets(prepared, SHEETS),
            *sorted(rendering.rules),
        ]
    )
    folder = prepared.templates.folder / "js"
    scripts = [bundle(folder / "main.js")]
    if rendering.demos:
        scripts.append(demos.script(folder / "demo.js", rendering.demos))
    html = prepared.templates.render(
        "page.html.j2",
        **context(prepared, rendering, results),
        contents=_contents(rendering.slides),
        sources=sources,
        css=Markup(style),
        scripts=[Markup(script) for script in scripts],
        csp=policy(style, scripts),
    )
    return html.encode()


def context(prepared: Prepared, rendering: Rendering, results: object) -> dict[str, object]:
    """What the templates know, whatever they render."""
    return {
        "deck": prepared.deck.settings,
        "slides": rendering.slides,
        "parts": rendering.parts,
        "results": results,
        "total": len(rendering.slides),
        "generator": "livedeck",
    }


def sheets(prepared: Prepared, names: tuple[str, ...]) -> str:
    """The style sheets of those names, in order."""
    folder = prepared.templates.folder / "css"
    return "\n".join(_sheet(folder / f"{name}.css") for name in names)


def _sheet(path: Path) -> str:
    """A style sheet, which asks for no other file: page and PDF stand alone."""
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
    families = f'--font-text:"{theme.fonts["text"]}",sans-serif;'
    families += f'--font-mono:"{theme.fonts["mono"]}",monospace;'
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


def _variables(palette: Palette) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in palette.named().items())


def policy(style: str, scripts: list[str]) -> str:
    """A Content-Security-Policy that allows this style and these scripts and nothing else."""
    allowed = " ".join(f"'{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; style-src '{_sha256(style)}'; script-src {allowed}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _contents(slides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The slides in order, those of a part together under its title."""
    groups = groupby(slides, key=lambda slide: slide["part"] and slide["part"]["title"])
    return [{"title": title or "", "slides": list(group)} for title, group in groups]


def _sources(plan: Plan) -> dict[str, dict[str, tuple[str, str]]]:
    """The code behind the figures, by experiment and function, each with its place in the page."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for drawing in plan.drawings.values():
        experiment = drawing.run.experiment
        functions = found.setdefault(experiment.name, {})
        for name in ("run", drawing.figure.name):
            functions[name] = (code_anchor(experiment.name, name), experiment.source_of(name))
    return found


def _fonts_css(
    prepared: Prepared, rendering: Rendering, more: str, sources: str, store: Store
) -> str:
    found = prepared.fonts
    texts = [RUNTIME, more, prepared.deck.settings.title, prepared.deck.settings.author]
    code = []
    for slide in rendering.slides:
        parts = [slide["title_html"], slide["kicker"], slide["notes_html"]]
        blocks = [block.html for block in slide["blocks"]]
        texts += [plain(part) for part in (*parts, *blocks)]
        code += [block for block in (*blocks, slide["notes_html"]) if "<code" in block]
    characters = "".join(sorted({c for text in texts for c in text} | rendering.characters))
    mono = "".join(sorted({c for text in code for c in plain(text)} | set(RUNTIME + sources)))
    families = prepared.theme.fonts
    return "\n".join(
        [
            _family_css(store, families["text"], found.text, characters),
            _family_css(store, families["mono"], _upright(found.mono), mono),
        ]
    )


def _family_css(
    store: Store, family: str, faces: dict[tuple[int, str], Path], characters: str
) -> str:
    """A family's faces cut down to some characters; kept in the store, for cutting takes long."""
    inputs = {"characters": characters, "code": file_value("module", Path(fonts.__file__))}
    inputs |= {f"face {face}": file_value("file", path) for face, path in faces.items()}
    task = Task("font", family, inputs)
    entry = store.find(task, lambda _: "")
    if entry is None:
        with store.staging() as folder:
            (folder / "fonts.css").write_text(fonts.face_css(family, faces, characters))
            entry = store.commit(task, folder, observed={}, values={}, provenance={})
    return entry.read("fonts.css").decode()


def _upright(faces: dict[tuple[int, str], Path]) -> dict[tuple[int, str], Path]:
    return {face: path for face, path in faces.items() if face == (400, "normal")}


def _sha256(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
