"""Other axes, other shapes: three dimensions, polar, insets, annotations, arrows."""

import itertools

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import (
    Arc,
    Arrow,
    Circle,
    ConnectionPatch,
    Ellipse,
    FancyArrow,
    FancyArrowPatch,
    FancyBboxPatch,
    Polygon,
    Rectangle,
    RegularPolygon,
)

T = np.linspace(0, 6, 40)
SIDE = np.linspace(-2, 2, 9)
U, V = np.meshgrid(SIDE, SIDE)
Z = np.exp(-(U**2) - V**2)


def plot_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot(np.cos(T), np.sin(T), T)


def scatter_3d(fig: Figure) -> None:
    axes = fig.add_subplot(projection="3d")
    axes.scatter(np.cos(T), np.sin(T), T)
    axes.set(xlabel="x", ylabel="y", zlabel="z")


def surface_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot_surface(U, V, Z, cmap="viridis")


def plain_surface_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot_surface(U, V, Z)


def wireframe_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot_wireframe(U, V, Z)


def trisurf_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot_trisurf(U.ravel(), V.ravel(), Z.ravel())


def bar_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").bar3d([0, 1, 2], [0, 1, 2], 0, 0.5, 0.5, [1, 2, 3])


def quiver_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").quiver(U, V, 0 * U, -V, U, Z, length=0.2)


def stem_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").stem(np.cos(T), np.sin(T), T)


def contour_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").contour(U, V, Z)


def voxels_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").voxels(np.indices((3, 3, 3)).sum(axis=0) % 2 == 0)


def text_3d(fig: Figure) -> None:
    axes = fig.add_subplot(projection="3d")
    axes.plot([0, 1], [0, 1], [0, 1])
    axes.text(0.5, 0.5, 0.5, "the middle")


def polar(fig: Figure) -> None:
    fig.add_subplot(projection="polar").plot(T, T)


def polar_bars(fig: Figure) -> None:
    fig.add_subplot(projection="polar").bar(T[::8], 1 + T[::8], width=0.6)


def polar_scatter(fig: Figure) -> None:
    fig.add_subplot(projection="polar").scatter(T, T)


def radar(fig: Figure) -> None:
    axes = fig.add_subplot(projection="polar")
    turn = np.linspace(0, 2 * np.pi, 6)
    axes.plot(turn, [3, 4, 2, 5, 4, 3])
    axes.fill(turn, [3, 4, 2, 5, 4, 3], alpha=0.2)
    axes.set_xticks(turn[:-1], list("abcde"))


def mollweide(fig: Figure) -> None:
    axes = fig.add_subplot(projection="mollweide")
    axes.plot(T / 4, T / 6)
    axes.set_xticklabels([])
    axes.grid()


def inset(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(T, np.sin(T))
    part = axes.inset_axes((0.6, 0.6, 0.35, 0.35), xlim=(1, 2), ylim=(0.8, 1))
    part.plot(T, np.sin(T))
    part.set(xticks=[], yticks=[])
    axes.indicate_inset_zoom(part)


def annotations(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(T, np.sin(T))
    axes.annotate("top", (1.6, 1), (3, 0.8), arrowprops={"arrowstyle": "->"})
    axes.annotate("low", (4.7, -1), (2, -0.8), arrowprops={})


def boxed_text(fig: Figure) -> None:
    axes = fig.subplots()
    axes.text(0.5, 0.5, "a box", bbox={}, color="paper")
    axes.text(0.2, 0.2, "a paper box", bbox={"facecolor": "paper"})
    axes.text(0.2, 0.8, "a round box", bbox={"boxstyle": "round", "fc": "paper", "ec": "muted"})
    axes.text(0.6, 0.8, "an edge", bbox={"fill": False})


def texts(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set(title="Title", xlabel="across", ylabel="up")
    axes.text(0.5, 0.5, "in the middle")
    fig.suptitle("Above all")
    fig.supxlabel("Below all")


def mathematics(fig: Figure) -> None:
    fig.subplots().text(0.1, 0.5, r"$\alpha_i = \frac{\sqrt{x}}{2}\,\sum_k \beta^k$", fontsize=24)


def patches(fig: Figure) -> None:
    axes = fig.subplots()
    for patch in (
        Circle((1, 1), 0.4),
        Ellipse((2, 1), 0.5, 0.8),
        Rectangle((2.6, 0.6), 0.7, 0.7),
        Polygon([(4, 0.6), (4.6, 0.6), (4.3, 1.4)]),
        RegularPolygon((5.2, 1), 6, radius=0.4),
        FancyBboxPatch((6, 0.7), 0.6, 0.6),
        Arc((8, 1), 0.8, 0.8, theta2=200),
    ):
        axes.add_patch(patch)
    axes.set(xlim=(0, 9), ylim=(0, 2))


def hollow_patches(fig: Figure) -> None:
    axes = fig.subplots()
    axes.add_patch(Circle((1, 1), 0.4, fill=False))
    axes.add_patch(Rectangle((2, 1), 0.4, 0.4, facecolor="none"))
    axes.add_patch(Rectangle((3, 1), 0.4, 0.4, facecolor="paper", edgecolor="ink"))
    axes.set(xlim=(0, 4), ylim=(0, 2))


def arrows(fig: Figure) -> None:
    axes = fig.subplots()
    axes.add_patch(FancyArrowPatch((0.5, 0.5), (1, 1.5), mutation_scale=20))
    axes.add_patch(FancyArrowPatch((1, 0.5), (2, 1.5), arrowstyle="->", mutation_scale=20))
    axes.add_patch(FancyArrow(2, 0.5, 0.5, 1, width=0.05))
    axes.add_patch(Arrow(3, 0.5, 0.4, 1, width=0.3))
    axes.arrow(3.5, 0.5, 0.3, 1, width=0.03)
    axes.set(xlim=(0, 4), ylim=(0, 2))


def connection(fig: Figure) -> None:
    left, right = fig.subplots(1, 2)
    left.plot(T, np.sin(T))
    right.plot(T, np.cos(T))
    fig.add_artist(ConnectionPatch((3, 0.1), (3, 0.1), "data", "data", axesA=left, axesB=right))


def frame_and_grid(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(T, np.sin(T))
    axes.spines[:].set_visible(True)
    axes.grid()
    axes.minorticks_on()


def panels(fig: Figure) -> None:
    for i, axes in enumerate(fig.subplots(2, 2, sharex=True).ravel()):
        axes.plot(T, np.sin(T + i))
        axes.set_title(f"panel {i}")


def mosaic(fig: Figure) -> None:
    for name, axes in fig.subplot_mosaic("AB;CC").items():
        axes.plot(T, np.sin(T), label=name)
        axes.legend(loc="upper right")


def subfigures(fig: Figure) -> None:
    for part in fig.subfigures(1, 2):
        part.subplots().plot(T, np.sin(T))
        part.suptitle("half")


def figure_legend(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(T, np.sin(T), label="sine")
    axes.fill_between(T, 0, np.cos(T), label="area")
    fig.legend(loc="outside right upper")


def network(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    places = np.random.default_rng(3).random((7, 2))
    for one, other in itertools.pairwise(places):
        axes.annotate("", one, other, arrowprops={"arrowstyle": "-"})
    axes.scatter(*places.T, s=400, facecolor="paper", edgecolor="accent", zorder=3)
    for i, place in enumerate(places):
        axes.annotate(str(i), place, ha="center", va="center", zorder=4)


def sankey(fig: Figure) -> None:
    from matplotlib.sankey import Sankey

    axes = fig.subplots()
    axes.set_axis_off()
    Sankey(axes, flows=[1, -0.6, -0.4], labels=["in", "out", "lost"], format="%.1f").finish()


def signs(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_title(r"$\mathbb{E}[X] \leq \mathcal{L}(\theta) = \int \hat{f}\,\mathrm{d}\mu$")
    axes.set_ylabel(r"$\nabla \ell(w) \in \mathbb{R}^d$")
