"""Pictures made of pixels: compressed without loss, and one for light and dark together where a
picture is a blend of two or three colours, as colour maps make them."""

import base64
import functools
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

TOLERANCE = 1.5  # of 255, by which a blend may miss a colour: rounding, in picture and colour map
TOPS = 2  # colours that are blended with the ground; a diverging colour map has two

Pair = tuple[str, str]  # a colour in light and in dark, as #rrggbb
Pixels = np.ndarray  # of shape (height, width, 4), from 0 to 255


@dataclass(frozen=True)
class Blend:
    """A ground, and over it other colours, each with its share of every pixel as a grey picture."""

    ground: Pair
    tops: list[tuple[Pair, str]]


@functools.lru_cache(maxsize=64)  # frames of a sequence often show the same one
def compressed(address: str) -> str:
    """The `data:` address of the same picture, smaller."""
    return _address(Image.fromarray(_pixels(address)))


def blended(light: str, dark: str, paper: Pair) -> Blend | None:
    """A picture for both modes, made of one for each; nothing where it is no blend of colours."""
    ours, theirs = _pixels(light), _pixels(dark)
    if ours.shape != theirs.shape or ours[..., 3].min() < 255 or theirs[..., 3].min() < 255:
        return None
    both = np.concatenate([ours[..., :3], theirs[..., :3]], axis=-1).reshape(-1, 6)
    codes = both.astype(np.int64) @ 256 ** np.arange(6, dtype=np.int64)
    _, first, places = np.unique(codes, return_index=True, return_inverse=True)
    colours = both[first].astype(float)
    end = colours[np.linalg.norm(colours - colours.mean(axis=0), axis=1).argmax()]
    for ground in (_colour(paper), end):
        tops = _tops(colours, ground)
        if tops is not None:
            greys = [
                (_pair(top), _address(Image.fromarray(grey[places].reshape(ours.shape[:2]))))
                for top, grey in tops
            ]
            return Blend(_pair(ground), greys)
    return None


def _tops(colours: np.ndarray, ground: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Colours such that each one given is a blend of one of them and the ground, with the shares,
    from 0 to 255."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    open_ = np.abs(colours - ground).max(axis=1) > TOLERANCE
    while open_.any():
        if len(found) == TOPS:
            return None
        distances = np.where(open_, np.linalg.norm(colours - ground, axis=1), 0)
        top = colours[distances.argmax()]
        line = top - ground
        grey = np.rint(255 * np.clip((colours - ground) @ line / (line @ line), 0, 1))
        missed = np.abs(ground + grey[:, None] / 255 * line - colours).max(axis=1)
        here = open_ & (missed <= TOLERANCE)
        found.append((top, np.where(here, grey, 0).astype(np.uint8)))
        open_ &= ~here
    return found


def _colour(pair: Pair) -> np.ndarray:
    return np.array([int(text[i : i + 2], 16) for text in pair for i in (1, 3, 5)], float)


def _pair(colour: np.ndarray) -> Pair:
    red, green, blue, *others = (f"{int(value):02x}" for value in colour)
    return f"#{red}{green}{blue}", f"#{''.join(others)}"


def _pixels(address: str) -> Pixels:
    data = base64.b64decode(address.partition(",")[2])
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGBA"))


def _address(picture: Image.Image) -> str:
    """A picture as lossless WebP; `exact` also keeps colours that are wholly transparent."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", lossless=True, quality=80, method=4, exact=True)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"
