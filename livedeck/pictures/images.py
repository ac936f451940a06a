"""Pictures of the author's as slides show them: the same size on screen and on paper, and no more
of their files than the picture."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from livedeck import engine
from livedeck.distributions import versions
from livedeck.files import content
from livedeck.keys.inputs import ABSENT
from livedeck.markdown import PictureRef
from livedeck.store.entry import Task
from livedeck.store.store import Store

LINES = 72  # pixels of a picture among words, above which it has a line of its own
GAP = 24  # pixels between pictures side by side
SVG = "image/svg+xml"


@dataclass(frozen=True)
class Illustration:
    """A picture's own size in CSS pixels, its address, and another for paper if it moves."""

    width: float
    height: float
    screen: str
    paper: str

    @property
    def moves(self) -> bool:
        """Whether paper shows only its first moment."""
        return self.screen != self.paper


@dataclass(frozen=True)
class Size:
    """How large a picture is shown; `boxed` if the author chose both, and it stands within."""

    width: int
    height: int
    boxed: bool = False


def of(store: Store, path: Path) -> Illustration:
    """A picture that was checked, from the store, else made."""
    return _of(store, path, content(path))


@lru_cache(maxsize=32)
def _of(store: Store, path: Path, data: bytes) -> Illustration:
    digest, svg = hashlib.sha256(data).hexdigest(), path.suffix.lower() == ".svg"
    task = Task("picture", digest[:16], {"content": digest, "svg": str(svg), **_tools()})
    entry = store.find(task, lambda _: "")
    if entry is None:
        values, files = _made(path, data, svg)
        with store.staging() as folder:
            for name, made in files.items():
                (folder / name).write_bytes(made)
            entry = store.commit(task, folder, observed={}, values=values, provenance={})
    known = entry.values
    screen = paper = _address(known["kind"], entry.read("screen"))
    if known["moves"]:
        paper = _address("image/png", entry.read("paper"))
    return Illustration(known["width"], known["height"], screen, paper)


def _made(path: Path, data: bytes, svg: bool) -> tuple[dict[str, object], dict[str, bytes]]:
    if svg:
        from livedeck.pictures import svg_cleaning

        plain = svg_cleaning.written(data, path)
        size = {"width": plain.width, "height": plain.height}
        return size | {"kind": SVG, "moves": False}, {"screen": plain.data}
    from livedeck.pictures import raster_images

    shown = raster_images.shown(data, path)
    values = {"width": shown.width, "height": shown.height, "kind": shown.kind}
    files = {"screen": shown.data} | ({"paper": shown.still} if shown.still else {})
    return values | {"moves": bool(shown.still)}, files


def fitted(picture: Illustration, ref: PictureRef, layout: str, place: tuple[int, int]) -> Size:
    """The size that an author asked for; else the picture's own, or as much of it as its place in
    a layout holds, which it may share with others."""
    beside, below = _sharing(ref, layout)
    edges = ref.share * place[0] - (GAP if ref.share < 1 else 0), float(place[1])
    asked = dict(ref.attributes)
    width, height = (
        _pixels(asked.get(name, ""), edge)
        for name, edge in zip(("width", "height"), edges, strict=True)
    )
    if width and height:
        return Size(_whole(width), _whole(height), boxed=True)
    if width or height:
        scale = width / picture.width if width else height / picture.height
    else:
        room = [(e - GAP * (n - 1)) / n for e, n in zip(edges, (beside, below), strict=True)]
        scale = min(1.0, room[0] / picture.width, room[1] / picture.height)
    return Size(_whole(scale * picture.width), _whole(scale * picture.height))


def _sharing(ref: PictureRef, layout: str) -> tuple[int, int]:
    """How many pictures share the width of a layout's place, and how many its height."""
    if layout == "split":
        return 1, ref.count
    return (1, 1) if layout == "grid" else (ref.beside, ref.below)


def classes(size: Size, ref: PictureRef) -> str:
    """The classes by which style sheets know how a picture stands."""
    names = {
        "boxed": size.boxed,
        "inline": ref.inline and size.height <= LINES,
        "apart": ref.inline and size.height > LINES,
    }
    return " ".join(name for name, is_so in names.items() if is_so)


def _pixels(text: str, edge: float) -> float:
    if text.endswith("%"):
        return float(text[:-1]) / 100 * edge
    return float(text.removesuffix("px") or 0)


def _whole(size: float) -> int:
    return max(1, round(size))


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@cache
def _tools() -> dict[str, str]:
    """What decides how any picture comes out."""
    return {"code": engine.code("pictures"), "pillow": versions().get("pillow", ABSENT)}
