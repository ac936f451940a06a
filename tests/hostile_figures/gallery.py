"""Figures of every kind that matplotlib draws, with texts that want to break out."""

from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.collections import EllipseCollection, LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch, Rectangle, Wedge
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from mpl_toolkits.mplot3d import art3d  # noqa: F401 - which knows the projection

TEXTS = (
    "<script>alert(1)</script>",
    "a < b & c > d \"e\" 'f'",
    "]]> <![CDATA[ <!-- --> <?php",
    "url(https://example.org) javascript:alert(1) @import",
    "\\u0041 \\ and 100 %",
    "nothing\x00bell\x07escape\x1bnext\x85none\ufffe\U0001ffff",
    "\u202eevil\u202c \u2067\u0645\u0631\u062d\u0628\u0627\u2069 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f52c e\u0301 \u4e2d\u6587",
    "two\nlines\r\nand\ttabs",
    "&amp;&#60;&quot;",
    "`$(id)` ${HOME} {{ gallery.value }}",
)
DRAWN = tuple(text for text in TEXTS if not {*"\U0001f469\r"} & {*text})  # that a font here has
WALL = "https://example.org/a?b=1&c=%22#d"


class Result(NamedTuple):
    value: float
    frames: np.ndarray


def run() -> Result:
    """One number, and three frames."""
    return Result(1.0, np.array(["<one>", "two & three", '"four"']))


def labels(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, text in enumerate(TEXTS):
        ax.plot([0, 1], [i, i], label=text)
    for i, text in enumerate(DRAWN):
        ax.text(0, i, text, parse_math=False)
    ax.set_title(TEXTS[1], parse_math=False)
    ax.set_xlabel(TEXTS[3], parse_math=False)
    ax.set_xticks([0, 1], ["<tick>", "&"])


def names(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, text in enumerate((*TEXTS, "layer", "on-load", "style", "x" * 300)):
        ax.plot([0, 1], [i, i], gid=text)
    ax.text(0, 0, "a", gid="onload=alert(1)")
    fig.patch.set_gid("figure")


def links(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    ax.plot([0, 1], url=WALL)
    ax.set_title("title", url="#start")
    ax.bar([0, 1], [1, 2], url="mailto:ann@example.org")
    points = ax.scatter([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])
    points.set_urls(["https://example.org/(1)", None, "tel:+1", "", "http://[::1]/url(x)\\"])
    ax.add_patch(Rectangle((0, 0), 1, 1, url="https://example.org/javascript:@import"))
    ax.imshow(np.eye(3), url=WALL, extent=(0, 1, 0, 1))


def images(fig: Figure, result: Result) -> None:
    axes = fig.subplots(2, 3).ravel()
    grid = np.add.outer(np.arange(9.0), np.arange(9.0))
    axes[0].imshow(grid)
    axes[1].imshow(grid, interpolation="bilinear", alpha=0.5)
    axes[2].imshow(np.dstack([grid / 16] * 3))
    axes[3].imshow(np.dstack([grid / 16] * 4))
    axes[4].pcolormesh(grid, cmap="gray", rasterized=True)
    axes[5].matshow(grid > 8)
    fig.colorbar(axes[0].images[0], ax=axes[0])
    fig.figimage(grid)


def hatches(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, hatch in enumerate(("/", "\\", "|", "-", "+", "x", "o", "O", ".", "*", "//oo")):
        ax.bar(i, 1, hatch=hatch, facecolor="none", edgecolor="ink")
    ax.contourf(np.add.outer(np.arange(5), np.arange(5)), hatches=["/", "*"], alpha=0.3)


def clips(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    circle = Circle((0.5, 0.5), 0.4, transform=ax.transAxes)
    (line,) = ax.plot(np.random.default_rng(0).normal(size=50))
    line.set_clip_path(circle)
    image = ax.imshow(np.eye(20), extent=(0, 50, -2, 2), aspect="auto")
    image.set_clip_path(TextPath((0, 0), "AB", size=20), ax.transData)


def marks(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, mark in enumerate(Line2D.markers):
        ax.plot([0, 1, 2, 3, 4], [i] * 5, marker=mark, linestyle="none")
    ax.plot([0, 1], [50, 50], marker="$\\alpha<b$")
    ax.plot([0, 1], [51, 51], marker=Outline([(0, 0), (1, 1), (0, 1)]))
    ax.scatter(range(9), range(9), s=range(9), c=range(9), marker=(5, 1), linewidths=range(9))


def formulas(fig: Figure, result: Result) -> None:
    texts = ("\\frac{a}{b}<\\sqrt[3]{x}", "\\sum_{i=1}^n \\hat{x}_i", "a \\% \\#", "\\mathbb{R}")
    for i, text in enumerate(texts):
        fig.text(0.1, 0.2 * i, f"${text}$ < &")


def colours(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, colour in enumerate(("accent", "#12345678", (1, 0, 0, 0.5), "C0", "none", "0.5")):
        ax.fill_between([0, 1], i, i + 1, color=colour, alpha=None if i % 2 else 0.3)
    ax.tripcolor([0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 2, 3], shading="gouraud")


def strokes(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    for i, style in enumerate(("-", "--", ":", "-.", (0, (1, 2, 3, 4)), (3, (5, 1)))):
        ax.plot([0, 1], [i, i], linestyle=style, dash_capstyle="round", dash_joinstyle="bevel")
    ax.plot([0, 1e300], [0, 1e-300])
    (wave,) = ax.plot(np.sin(np.arange(5000.0)), snap=True)
    wave.set_sketch_params(1, 2, 3)
    ax.text(0, 0, "outlined", path_effects=[patheffects.withStroke(linewidth=3)])


def shapes(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    shapes = [Circle((0, 0), 1), Wedge((1, 1), 1, 0, 90), FancyBboxPatch((2, 2), 1, 1)]
    shapes += [FancyArrowPatch((0, 0), (1, 1)), PathPatch(TextPath((0, 0), "<&>"))]
    for shape in shapes:
        ax.add_patch(shape)
    ax.add_collection(PatchCollection([Circle((i, i), 1) for i in range(9)], alpha=0.3))
    ax.add_collection(LineCollection([[(0, i), (1, i)] for i in range(9)]))
    ax.add_collection(EllipseCollection([1], [2], [3], offsets=[(0, 0)], units="xy"))
    ax.annotate("<a>", (0, 0), (1, 1), arrowprops={"arrowstyle": "->"}, bbox={"boxstyle": "round"})


def kinds(fig: Figure, result: Result) -> None:
    axes = fig.subplots(3, 3).ravel()
    rng = np.random.default_rng(0)
    data = rng.normal(size=(20, 4))
    axes[0].boxplot(data)
    axes[1].violinplot(data)
    axes[2].hist2d(data[:, 0], data[:, 1])
    axes[3].hexbin(data[:, 0], data[:, 1], gridsize=5)
    axes[4].quiver(data[:, 0], data[:, 1], data[:, 2], data[:, 3])
    axes[5].streamplot(*np.meshgrid(range(5), range(5)), np.ones((5, 5)), np.ones((5, 5)))
    axes[6].contour(rng.normal(size=(5, 5)), linewidths=[1, 2])
    axes[7].pie([1, 2], labels=["<a>", "&"], shadow=True)
    axes[8].table([["<", "&"], ['"', "'"]])


def projections(fig: Figure, result: Result) -> None:
    polar = fig.add_subplot(131, projection="polar")
    polar.plot(range(9), range(9))
    solid = fig.add_subplot(132, projection="3d")
    solid.plot_surface(*np.meshgrid(range(4), range(4)), np.eye(4), cmap="gray")
    fig.add_subplot(133, projection="aitoff").grid(True)


def places(fig: Figure, result: Result) -> None:
    left, right = fig.subfigures(1, 2)
    ax = left.subplots()
    ax.set_yscale("symlog")
    ax.twinx().plot([1, 2])
    ax.inset_axes([0, 0, 0.5, 0.5]).plot([1, 2])
    ax.indicate_inset([0, 0, 1, 1])
    right.legend(handles=[Line2D([], [], label=TEXTS[1])], title="<&>")
    right.suptitle(TEXTS[2])


def settings(fig: Figure, result: Result) -> None:
    mpl.rcParams["svg.fonttype"] = "path"
    mpl.rcParams["svg.id"] = "on<load>"
    mpl.rcParams["font.family"] = ["no such 'font'; }", "DejaVu Sans"]
    fig.subplots().set_title("<&> url(x)", fontfamily="serif", fontweight=900, style="italic")
    fig.text(0, 0, "b", rotation=33, rotation_mode="anchor", variant="small-caps", stretch=50)


def turning(fig: Figure, result: Result, frame: int) -> None:
    ax = fig.subplots()
    ax.plot([0, frame], url=WALL)
    ax.scatter(range(9), range(9), label=TEXTS[frame])
    ax.imshow(np.eye(3) * frame)
