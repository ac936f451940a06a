"""Outlines of glyphs made bolder or slanted, for a family that has no such face.

Points move as FreeType moves them, which browsers and other programs make bold faces with; but
here they are a font's own outlines, so that screen, paper and figures show the same.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from math import hypot
from typing import Any

SLANT = 0.2  # of the height, to the right: 11 degrees
BOLDER = 1 / 24  # of an em
SHARP = -0.9375  # the cosine of a turn so sharp that its point stays where it is

Point = tuple[float, float]
Move = Callable[[list[list[Point]]], list[list[Point]]]
Drawn = list[tuple[str, tuple[Point | None, ...]]]  # as pens record them


def slanted(contours: list[list[Point]]) -> list[list[Point]]:
    """Outlines that lean to the right."""
    return [[(x + SLANT * y, y) for x, y in contour] for contour in contours]


def bolder(strength: float) -> Move:
    """Makes strokes thicker by a length."""

    def move(contours: list[list[Point]]) -> list[list[Point]]:
        outwards = strength / 2 if sum(map(_area, contours)) > 0 else -strength / 2
        return [_grown(contour, outwards) for contour in contours]

    return move


def redrawn(drawn: Drawn, move: Move, pen: Any) -> None:
    """Draws what was recorded with another pen, its points moved."""
    contours = [[p for p in points if p is not None] for points in _contours(drawn)]
    moved = iter([point for contour in move(contours) for point in contour])
    for name, points in drawn:
        getattr(pen, name)(*(point and next(moved) for point in points))


def _contours(drawn: Drawn) -> Iterable[list[Point | None]]:
    points: list[Point | None] = []
    for name, more in drawn:
        points += more
        if name in ("closePath", "endPath"):
            yield points
            points = []


def _area(contour: Sequence[Point]) -> float:
    ends = [*contour[1:], *contour[:1]]
    return sum(x * v - u * y for (x, y), (u, v) in zip(contour, ends, strict=True)) / 2


def _grown(contour: list[Point], outwards: float) -> list[Point]:
    """A contour whose points have moved away from where it turns to, to the right of the way along
    it for a positive length."""
    runs = [(point, len(list(same))) for point, same in groupby(contour)]
    if len(runs) > 1 and runs[0][0] == runs[-1][0]:  # closed by a line to where it began
        last = runs.pop()[1]
    else:
        last = 0
    points = [point for point, _ in runs]
    if len(points) < 3:
        return contour
    sides = [_side(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True)]
    moved = [_moved(point, sides[i - 1], sides[i], outwards) for i, point in enumerate(points)]
    grown = [new for new, (_, times) in zip(moved, runs, strict=True) for _ in range(times)]
    return grown + last * [moved[0]]


def _side(start: Point, end: Point) -> tuple[float, float, float]:
    """The direction and the length from a point to the next."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = hypot(x, y)
    return x / length, y / length, length


def _moved(
    point: Point,
    before: tuple[float, float, float],
    after: tuple[float, float, float],
    outwards: float,
) -> Point:
    (ax, ay, a), (bx, by, b) = before, after
    cosine = ax * bx + ay * by
    if cosine <= SHARP:
        return point
    sign = 1 if outwards > 0 else -1
    inwards = sign * (ay * bx - ax * by)  # the sine of a turn that thicker strokes fill
    share = outwards / (1 + cosine)
    if inwards > 0 and abs(share) * inwards > min(a, b):  # no further than its neighbours are
        share = sign * min(a, b) / inwards
    return point[0] + share * (ay + by), point[1] - share * (ax + bx)
