"""What is behind a text or a line of a figure.

Where nothing filled reaches, that is the page's paper. Elsewhere it is read from the figure's own
pixels, drawn without what is in question: a text has the contrast that nine tenths of its box
have, a line or marker the one that half of its course has.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from livedeck.gates import colours
from livedeck.gates.artists import Rgba, opacity
from livedeck.gates.colours import Rgb

SHARE_OF_TEXT = 0.1  # of a text's box may have less contrast than the text is said to have
SHARE_OF_LINE = 0.5  # likewise of a line's course
STEPS = 200  # places on a line that are looked at


class Grounds:
    """The grounds of a figure on `paper`; its pixels are drawn when they are first needed.
    `letters` has the boxes of its texts."""

    def __init__(
        self, figure: Figure, artists: list[Artist], paper: Rgb, letters: dict[Text, Bbox]
    ) -> None:
        self.figure, self.artists, self.paper, self.letters = figure, artists, paper, letters

    def behind_text(self, text: Text, colour: Rgba) -> tuple[float, Rgb]:
        """A text's contrast, and the ground that it is measured on."""
        if text.get_bbox_patch() is None and not self._filled:
            return self._plain(colour)
        box = self.box(text)
        if text.get_bbox_patch() is None and not _overlap(box, self._filled.values()):
            return self._plain(colour)
        left, bottom, right, top = (max(0, round(edge)) for edge in box.extents)
        height = len(self._without_letters)
        pixels = self._without_letters[max(0, height - top) : height - bottom, left:right]
        return self._worst(pixels.reshape(-1, 3), colour, SHARE_OF_TEXT)

    def behind_mark(self, artist: Artist, colour: Rgba) -> tuple[float, Rgb]:
        """A line's, marker's or shape's contrast, and the ground that it is measured on."""
        solid = [box for other, box in self._solid.items() if other is not artist]
        points = course(artist) if solid else np.empty((0, 2))
        if not len(points) or not _overlap(_around(points), solid):
            return self._plain(colour)
        height, width, _ = self._solid_alone.shape
        columns, rows = np.floor(points).astype(int).T
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        pixels = self._solid_alone[height - 1 - rows[inside], columns[inside]]
        return self._worst(pixels, colour, SHARE_OF_LINE)

    def holds_text(self, artist: Artist) -> bool:
        """Whether a text stands on a shape, which is then measured with the text."""
        if artist not in self._filled:
            return False
        return any(
            box.contains(*_middle(text)) or text.contains(*_middle(box))
            for box in _boxes(artist, self._filled[artist])
            for text in self._texts
        )

    def box(self, artist: Artist) -> Bbox:
        """The box around an artist, or around a text's letters, in pixels."""
        if isinstance(artist, Text) and artist in self.letters:
            return self.letters[artist]
        return artist.get_window_extent(self._renderer)

    def _plain(self, colour: Rgba) -> tuple[float, Rgb]:
        seen = colours.over(colour[:3], colour[3], self.paper)
        return colours.ratio(seen, self.paper), self.paper

    def _worst(self, pixels: np.ndarray, colour: Rgba, share: float) -> tuple[float, Rgb]:
        """The contrast that all but a share of some pixels have, and a pixel that has it."""
        if not len(pixels):
            return self._plain(colour)
        kinds, counts = np.unique(pixels, axis=0, return_counts=True)
        grounds = [(float(r), float(g), float(b)) for r, g, b in kinds / 255]
        seen = [colours.over(colour[:3], colour[3], ground) for ground in grounds]
        ratios = [colours.ratio(*pair) for pair in zip(seen, grounds, strict=True)]
        order = np.argsort(ratios, kind="stable")
        place = np.searchsorted(np.cumsum(counts[order]), share * counts.sum(), side="right")
        found = int(order[min(int(place), len(order) - 1)])
        return ratios[found], grounds[found]

    @cached_property
    def _canvas(self) -> Any:
        return FigureCanvasAgg(self.figure)

    @cached_property
    def _renderer(self) -> Any:
        return self._canvas.get_renderer()

    @cached_property
    def _filled(self) -> dict[Artist, Bbox]:
        """Where something is filled, so that it may be behind a text."""
        return {a: self.box(a) for a in self.artists if opacity(a) > 0}

    @cached_property
    def _solid(self) -> dict[Artist, Bbox]:
        """Where something is filled so that nothing shines through; points are no ground."""
        return {a: box for a, box in self._filled.items() if _is_solid(a)}

    @cached_property
    def _texts(self) -> list[Bbox]:
        texts = [a for a in self.artists if isinstance(a, Text) and a.get_text().strip()]
        return [self.box(text) for text in texts]

    @cached_property
    def _without_letters(self) -> np.ndarray:
        """The pixels without letters; the boxes around texts stay."""
        texts = [artist for artist in self.artists if isinstance(artist, Text)]
        before = [text.get_alpha() for text in texts]
        try:
            for text in texts:
                text.set_alpha(0)
            return self._pixels()
        finally:
            for text, alpha in zip(texts, before, strict=True):
                text.set_alpha(alpha)

    @cached_property
    def _solid_alone(self) -> np.ndarray:
        """The pixels of images and solid shapes."""
        kinds = (Text, Line2D, Patch, Collection)
        others = [a for a in self.artists if isinstance(a, kinds) or 0 < opacity(a) < 1]
        with _hidden([a for a in others if not _is_solid(a)]):
            return self._pixels()

    def _pixels(self) -> np.ndarray:
        face = self.figure.get_facecolor()
        self.figure.set_facecolor(self.paper)
        try:
            self._canvas.draw()
        finally:
            self.figure.set_facecolor(face)
        return np.array(self._canvas.buffer_rgba())[:, :, :3]


def course(artist: Artist) -> np.ndarray:
    """Points on a line or an outline, or the places of markers, in pixels; none for fills."""
    if isinstance(artist, Line2D):
        vertices = _vertices(artist)
        solid = artist.get_linestyle() not in ("None", " ", "")
        return _along(vertices) if solid else vertices[np.isfinite(vertices).all(axis=1)]
    if isinstance(artist, PathCollection):
        return np.asarray(artist.get_offset_transform().transform(artist.get_offsets()))
    if isinstance(artist, Patch) and opacity(artist) == 0:
        return _along(_vertices(artist))
    if isinstance(artist, Collection) and opacity(artist) == 0:
        moved = [artist.get_transform().transform_path(path) for path in artist.get_paths()]
        found = [points for path in moved if len(points := _along(np.asarray(path.vertices)))]
        return np.concatenate(found) if found else np.empty((0, 2))
    return np.empty((0, 2))


def _boxes(artist: Artist, whole: Bbox) -> list[Bbox]:
    """The box of a shape, or of each of a collection's that stand where their paths say."""
    if not isinstance(artist, Collection):
        return [whole]
    if len(np.asarray(artist.get_offsets())) > 1:
        return []
    transform = artist.get_transform()
    return [path.get_extents(transform) for path in artist.get_paths()]


def _vertices(artist: Line2D | Patch) -> np.ndarray:
    return np.asarray(artist.get_transform().transform_path(artist.get_path()).vertices)


def _is_solid(artist: Artist) -> bool:
    return opacity(artist) == 1 and not isinstance(artist, (PathCollection, FancyArrowPatch))


@contextmanager
def _hidden(artists: list[Artist]) -> Iterator[None]:
    try:
        for artist in artists:
            artist.set_visible(False)
        yield
    finally:
        for artist in artists:
            artist.set_visible(True)


def _along(vertices: np.ndarray) -> np.ndarray:
    """Points at even distances along a line."""
    vertices = vertices[np.isfinite(vertices).all(axis=1)]
    if len(vertices) < 2:
        return vertices
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
    steps = np.linspace(0, lengths[-1], STEPS)
    return np.stack([np.interp(steps, lengths, axis) for axis in vertices.T], axis=1)


def _around(points: np.ndarray) -> Bbox:
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return Bbox.from_extents(left - 1, bottom - 1, right + 1, top + 1)


def _middle(box: Bbox) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _overlap(box: Bbox, others: Iterable[Bbox]) -> bool:
    return any(box.overlaps(other) for other in others)
