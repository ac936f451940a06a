"""Writes the deck as one HTML file that asks nothing of anybody."""

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from livedeck import demos, fonts
from livedeck.bundle import bundle
from livedeck.compute import Computed
from livedeck.entry import Task
from livedeck.inputs import file_value
from livedeck.prepare import Prepared
from livedeck.render import Rendering, plain, results_table
from livedeck.source import read_text
from livedeck.store import Store
from livedeck.theme import Theme

SHEETS = ("type", "slide", "layouts", "demo", "screen", "controls", "print", "article", "speaker")
RUNTIME = "".join(map(chr, range(0x20, 0x7F))) + "←→↑↓…·–—’“”±−×\u00a0\u202f"


def write(prepared: Prepared, rendering: Rendering, computed: Computed, store: Store) -> bytes:
    """The page, with its styles, fonts, runtime and figures in it."""
    results = results_table(prepared.plan, computed)
    style = "\n".join(
        [
            theme_css(prepared.theme),
            _fonts_css(prepared, rendering, str(results), store),
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
    return "\n".join(read_text(folder / f"{name}.css") for name in names)


def theme_css(theme: Theme) -> str:
    """The theme as CSS variables: light, dark where the system asks for it, and by choice."""
    variables = {
        mode: "".join(f"--{name}:{colour};" for name, colour in palette.named().items())
        for mode, palette in theme.palettes.items()
    }
    families = f'--font-text:"{theme.fonts["text"]}",sans-serif;'
    families += f'--font-mono:"{theme.fonts["mono"]}",monospace;'
    light = f":root{{color-scheme:light;{variables['light']}{families}}}"
    dark = f"color-scheme:dark;{variables['dark']}"
    return (
        f"{light}\n@media screen and (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}"
    )


def policy(style: str, scripts: list[str]) -> str:
    """A Content-Security-Policy that allows this style and these scripts and nothing else."""
    allowed = " ".join(f"'{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; style-src '{_sha256(style)}'; script-src {allowed}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _fonts_css(prepared: Prepared, rendering: Rendering, more: str, store: Store) -> str:
    found = prepared.fonts
    texts = [RUNTIME, more, prepared.deck.settings.title, prepared.deck.settings.author]
    code = []
    for slide in rendering.slides:
        parts = [slide["title_html"], slide["kicker"], slide["notes_html"]]
        blocks = [block.html for block in slide["blocks"]]
        texts += [plain(part) for part in (*parts, *blocks)]
        code += [block for block in (*blocks, slide["notes_html"]) if "<code" in block]
    characters = "".join(sorted({c for text in texts for c in text} | rendering.characters))
    mono = "".join(sorted({c for text in code for c in plain(text)} | set(RUNTIME)))
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
