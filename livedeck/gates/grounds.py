"""What is behind a text or a line of a figure.

Where nothing filled reaches, that is the page's paper. Elsewhere it is read from the figure's own
pixels, drawn without what is in question: a text has the contrast that nine tenths of its box
have, a line or marker the one that half of its course has.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from livedeck.gates import colours
from livedeck.gates.colours import Rgb

SHARE_OF_TEXT = 0.1  # of a text's box may have less contrast than the text is said to have
SHARE_OF_LINE = 0.5  # likewise of a line's course
STEPS = 200  # places on a line that are looked at

Rgba = tuple[float, float, float, float]


class Grounds:
    """The grounds of one figure, on `paper`; its pixels are drawn when they are first needed."""

    def __init__(self, figure: Figure, paper: Rgb) -> None:
        self.figure, self.paper = figure, paper
        self.canvas = FigureCanvasAgg(figure)

    def behind_text(self, text: Text, colour: Rgba) -> tuple[float, Rgb]:
        """A text's contrast, and the ground that it is measured on."""
        box = text.get_window_extent(self.canvas.get_renderer())
        if text.get_bbox_patch() is None and not self._covered(box, self._filled):
            return self._plain(colour)
        left, bottom, right, top = (round(edge) for edge in box.extents)
        height, width, _ = self._all.shape
        rows = slice(max(0, height - top), max(0, height - bottom))
        pixels = self._all[rows, max(0, left) : max(0, min(right, width))].reshape(-1, 3)
        return self._worst(pixels, colour, SHARE_OF_TEXT)

    def behind_mark(self, artist: Artist, colour: Rgba) -> tuple[float, Rgb]:
        """A line's, marker's or shape's contrast, and the ground that it is measured on."""
        points = _course(artist)
        solid = [box for other, box in self._solid if other is not artist]
        if points is None or not len(points) or not self._covered(_around(points), solid):
            return self._plain(colour)
        height, width, _ = self._ground.shape
        columns, rows = np.floor(points).astype(int).T
        inside = (0 <= columns) & (columns < width) & (0 <= rows) & (rows < height)
        pixels = self._ground[height - 1 - rows[inside], columns[inside]]
        return self._worst(pixels, colour, SHARE_OF_LINE)

    def _plain(self, colour: Rgba) -> tuple[float, Rgb]:
        seen = colours.over(colour[:3], colour[3], self.paper)
        return colours.ratio(seen, self.paper), self.paper

    def _worst(self, pixels: np.ndarray, colour: Rgba, share: float) -> tuple[float, Rgb]:
        """The contrast that all but a share of some pixels have, and the pixel that has it."""
        if not len(pixels):
            return self._plain(colour)
        kinds, counts = np.unique(pixels, axis=0, return_counts=True)
        ratios = np.empty(len(kinds))
        for i, kind in enumerate(kinds / 255):
            ground = (float(kind[0]), float(kind[1]), float(kind[2]))
            ratios[i] = colours.ratio(colours.over(colour[:3], colour[3], ground), ground)
        order = np.argsort(ratios, kind="stable")
        place = np.searchsorted(np.cumsum(counts[order]), share * counts.sum(), side="right")
        found = order[min(place, len(order) - 1)]
        red, green, blue = (float(part) / 255 for part in kinds[found])
        return float(ratios[found]), (red, green, blue)

    def _covered(self, box: Bbox, others: list[Bbox]) -> bool:
        return any(box.overlaps(other) for other in others)

    @cached_property
    def _filled(self) -> list[Bbox]:
        """Where something is filled, so that it may be behind a text."""
        renderer = self.canvas.get_renderer()
        return [a.get_window_extent(renderer) for a in self._shown() if _is_filled(a)]

    @cached_property
    def _solid(self) -> list[tuple[Artist, Bbox]]:
        """Where something is filled so that nothing of the page shines through."""
        renderer = self.canvas.get_renderer()
        return [(a, a.get_window_extent(renderer)) for a in self._shown() if _is_solid(a)]

    @cached_property
    def _all(self) -> np.ndarray:
        """The pixels without letters; the boxes around texts stay."""
        texts = [artist for artist in self._shown() if isinstance(artist, Text)]
        before = [text.get_alpha() for text in texts]
        try:
            for text in texts:
                text.set_alpha(0)
            return self._pixels()
        finally:
            for text, alpha in zip(texts, before, strict=True):
                text.set_alpha(alpha)

    @cached_property
    def _ground(self) -> np.ndarray:
        """The pixels of images and solid shapes alone."""
        kinds = (Text, Line2D, Patch, Collection, Spine)
        hidden = [a for a in self._shown() if isinstance(a, kinds) and not _is_solid(a)]
        try:
            for artist in hidden:
                artist.set_visible(False)
            return self._pixels()
        finally:
            for artist in hidden:
                artist.set_visible(True)

    def _pixels(self) -> np.ndarray:
        face = self.figure.get_facecolor()
        self.figure.set_facecolor(self.paper)
        try:
            self.canvas.draw()
        finally:
            self.figure.set_facecolor(face)
        return np.array(self.canvas.buffer_rgba())[:, :, :3]

    def _shown(self) -> Iterator[Artist]:
        for artist in self.figure.findobj():
            if artist.get_visible() and artist is not self.figure.patch:
                yield artist


def _is_filled(artist: Artist) -> bool:
    if isinstance(artist, AxesImage):
        return True
    if isinstance(artist, (Patch, Collection)) and not isinstance(artist, Spine):
        return bool(np.any(_opacity(artist) > 0))
    return False


def _is_solid(artist: Artist) -> bool:
    """Whether a line may be drawn on an artist; markers are no ground for another."""
    if isinstance(artist, (PathCollection, FancyArrowPatch)) or not _is_filled(artist):
        return False
    return isinstance(artist, AxesImage) or bool(np.any(_opacity(artist) == 1))


def _opacity(artist: Any) -> np.ndarray:
    if isinstance(artist, Patch) and not artist.get_fill():
        return np.zeros(1)
    if isinstance(artist, Collection) and artist.get_array() is not None:
        return np.ones(1)
    faces = colors.to_rgba_array(artist.get_facecolor())
    return faces[:, 3] if len(faces) else np.zeros(1)


def _course(artist: Artist) -> np.ndarray | None:
    """Points on a line or an outline, or the places of markers, in pixels; none for fills."""
    if isinstance(artist, Line2D):
        path = artist.get_transform().transform_path(artist.get_path())
        if artist.get_linestyle() in ("None", " ", ""):
            return path.vertices[np.isfinite(path.vertices).all(axis=1)]
        return _along(path.vertices)
    if isinstance(artist, PathCollection):
        return np.asarray(artist.get_offset_transform().transform(artist.get_offsets()))
    if isinstance(artist, Patch) and (_opacity(artist) == 0).all():
        return _along(artist.get_transform().transform_path(artist.get_path()).vertices)
    return None


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
