"""Writes the same slides as three pages: livedeck's, reveal.js's and marp's.

reveal.js gets what it opens fastest, ready HTML in place of Markdown, with its own plugins for
mathematics (KaTeX, from a folder beside it) and code; marp renders with its own command. Both find
the figures as files beside the page. No slide has steps: marp's have none.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import decks
import peers
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

REVEAL = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Deck</title>
<link rel="stylesheet" href="{modules}/reveal.js/dist/reveal.css">
<link rel="stylesheet" href="{modules}/reveal.js/dist/theme/white.css">
<link rel="stylesheet" href="{modules}/reveal.js/dist/plugin/highlight/monokai.css">
</head>
<body>
<div class="reveal"><div class="slides">
{sections}
</div></div>
<script src="{modules}/reveal.js/dist/reveal.js"></script>
<script src="{modules}/reveal.js/dist/plugin/highlight.js"></script>
<script src="{modules}/reveal.js/dist/plugin/math.js"></script>
<script>
Reveal.initialize({{ hash: true, katex: {{ local: "{modules}/katex" }},
                    plugins: [RevealHighlight, RevealMath.KaTeX] }});
</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Page:
    """A deck in a browser: when it is ready for its reader, the key for the next slide, and which
    one shows; the conditions in JavaScript."""

    title: str
    path: Path
    ready: str
    key: str
    place: str

    @property
    def size(self) -> int:
        """Bytes of the page itself, without what lies beside it."""
        return self.path.stat().st_size


def livedeck(path: Path) -> Page:
    """A page that livedeck has built."""
    ready = (
        "document.querySelector('.slide.current') && !('early' in document.documentElement.dataset)"
    )
    place = "Number(document.querySelector('.slide.current').dataset.number)"
    return Page("livedeck", path, ready, "Shift+ArrowRight", place)


def make(folder: Path, slides: int) -> list[Page]:
    """The three pages."""
    decks.make(folder, slides)
    subprocess.run([sys.executable, "build.py", "--no-pdf"], cwd=folder, check=True)
    place = folder / "peers"
    place.mkdir()
    peers.draw(folder, place / "figures")
    plain = peers.plain(folder)
    return [
        livedeck(folder / "output" / "index.html"),
        _reveal(place, plain),
        _marp(place, plain),
    ]


def _reveal(folder: Path, slides: list[str]) -> Page:
    markdown = MarkdownIt().enable("table").use(dollarmath_plugin, renderer=_formula)
    sections = (f"<section>{markdown.render(slide)}</section>" for slide in slides)
    path = folder / "reveal.html"
    path.write_text(REVEAL.format(sections="\n".join(sections), modules=peers.MODULES.as_uri()))
    ready = (
        "Reveal.isReady() && (!document.querySelector('.math') || document.querySelector('.katex'))"
    )
    place = "Reveal.getIndices().h + 1"
    title = peers.title("reveal.js", "reveal.js")
    return Page(title, path, ready, "ArrowRight", place)


def _formula(text: str, options: dict[str, bool]) -> str:
    """A formula as KaTeX's plugin finds it."""
    inner = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"\\[{inner}\\]" if options["display_mode"] else f"\\({inner}\\)"


def _marp(folder: Path, slides: list[str]) -> Page:
    (folder / "marp.md").write_text(peers.MARP + peers.MARP_BREAK.join(slides))
    path = folder / "marp.html"
    command = [peers.command("marp"), "marp.md", "--no-stdin", "-o", path.name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    place = "[...document.querySelectorAll('.bespoke-marp-slide')].findIndex(one =>"
    place += " one.classList.contains('bespoke-marp-active')) + 1"
    title = peers.title("marp", "@marp-team/marp-cli")
    return Page(title, path, "document.querySelector('.bespoke-marp-active')", "ArrowRight", place)
