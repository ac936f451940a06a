"""Slides of all that a slide can hold, in all layouts, for comparing screen and paper."""

import re
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent
SIZES = {
    "icon": (24, 24),
    "logo": (160, 48),
    "small": (400, 300),
    "banner": (1800, 150),
    "column": (120, 1600),
    "photo": (1600, 1200),
    "tall": (900, 1200),
    "huge": (4000, 3000),
    "square": (512, 512),
}
VECTORS = ("no-size", "no-viewbox", "other-ratio", "inkscape-mm", "graphviz", "d3", "stretched")
PICTURES = [f"{name}.png" for name in SIZES] + [f"{name}.svg" for name in VECTORS]
LAYOUTS = ("default", "split", "figure", "grid", "quote", "code", "title", "section")
SHOWN = ("", "{width=200}", "{height=90}", "{width=300 height=60}", '{width="25%"}')
TEXTS = re.findall(
    r"^== (\S+)(?: (\S+))?$\n(.*?)(?=^== |\Z)",
    (FOLDER / "texts.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)

Slide = tuple[str, str, str]  # its name, layout and text


def write(folder: Path) -> None:
    """Writes the slides and their pictures."""
    folder.mkdir(exist_ok=True)
    for name, size in SIZES.items():
        _picture(size).save(folder / f"{name}.png")
    for name in VECTORS:
        shutil.copy(FOLDER / "svgs" / f"{name}.svg", folder)
    for number, (name, layout, text) in enumerate((*_pictures(), *_texts()), start=100):
        title = name.replace("-", " ").capitalize()
        slide = f"---\nlayout: {layout}\n---\n# {title}\n\n{text}\n"
        (folder / f"{number}-{name}.md").write_text(slide, encoding="utf-8")


def _picture(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, "#cfe8ff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline="#c00000", width=3)
    draw.line((0, 0, *size), fill="#0060c0", width=3)
    return picture


def _pictures() -> Iterator[Slide]:
    """Every picture in three layouts, and some of each size that an author may ask for."""
    for at, picture in enumerate(PICTURES):
        for layout in ("default", "split", LAYOUTS[2 + at % (len(LAYOUTS) - 2)]):
            yield f"{layout}-{picture.replace('.', '-')}", layout, f"![A picture]({picture})"
    for at, size in enumerate(SHOWN):
        for picture, layout in zip(PICTURES[at::3], cycle(("default", "split")), strict=False):
            if picture != "column.png":  # too tall at most of these widths
                text = f"Before.\n\n![A]({picture}){size}\n\nAfter."
                yield f"sized-{at}-{picture.replace('.', '-')}", layout, text


def _texts() -> Iterator[Slide]:
    for kind, own, text in TEXTS:
        if own:
            yield kind, own, text
            continue
        short = kind in ("text", "marks")
        for layout in LAYOUTS if short else ("default", "split", "grid", "code"):
            yield f"{layout}-{kind}", layout, text
        yield f"beside-{kind}", "split", f'{text}\n\n![A](photo.png "With a caption")'
