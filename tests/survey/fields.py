"""Values over a plane, and arrows."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

SIDE = np.linspace(-2, 2, 9)
U, V = np.meshgrid(SIDE, SIDE)
Z = np.exp(-(U**2) - V**2) - 0.5 * U
POINTS = np.random.default_rng(0).uniform(-2, 2, (2, 60))
HEIGHTS = np.cos(POINTS[0]) * POINTS[1]


def imshow(fig: Figure) -> None:
    axes = fig.subplots()
    fig.colorbar(axes.imshow(Z))


def imshow_in_words(fig: Figure) -> None:
    axes = fig.subplots()
    axes.imshow(Z[:3, :3], cmap="Greys", vmin=-2, vmax=8)
    for (row, column), value in np.ndenumerate(Z[:3, :3]):
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", color="black")


def imshow_of_colours(fig: Figure) -> None:
    fig.subplots().imshow(np.random.default_rng(1).random((6, 6, 3)))


def imshow_smooth(fig: Figure) -> None:
    fig.subplots().imshow(Z, interpolation="bilinear", extent=(-2, 2, -2, 2))


def matshow(fig: Figure) -> None:
    fig.subplots().matshow(Z, cmap="diverging", vmin=-2, vmax=2)


def spy(fig: Figure) -> None:
    fig.subplots().spy(Z > 0.5)


def spy_with_markers(fig: Figure) -> None:
    fig.subplots().spy(Z > 0.5, markersize=6)


def pcolormesh(fig: Figure) -> None:
    axes = fig.subplots()
    fig.colorbar(axes.pcolormesh(SIDE, SIDE, Z), extend="both")


def pcolormesh_smooth(fig: Figure) -> None:
    fig.subplots().pcolormesh(SIDE, SIDE, Z, shading="gouraud")


def pcolormesh_with_edges(fig: Figure) -> None:
    fig.subplots().pcolormesh(SIDE, SIDE, Z, edgecolors="paper", linewidth=1)


def pcolor(fig: Figure) -> None:
    fig.subplots().pcolor(SIDE, SIDE, Z)


def contour(fig: Figure) -> None:
    axes = fig.subplots()
    axes.clabel(axes.contour(SIDE, SIDE, Z, cmap="viridis"), colors="ink", fontsize=14)


def contour_in_ink(fig: Figure) -> None:
    fig.subplots().contour(SIDE, SIDE, Z, colors="ink")


def contourf(fig: Figure) -> None:
    axes = fig.subplots()
    fig.colorbar(axes.contourf(SIDE, SIDE, Z, extend="both"))


def contourf_with_lines(fig: Figure) -> None:
    axes = fig.subplots()
    axes.contourf(SIDE, SIDE, Z, cmap="Blues")
    axes.contour(SIDE, SIDE, Z, colors="black", linewidths=1)


def contourf_hatched(fig: Figure) -> None:
    axes = fig.subplots()
    axes.contourf(SIDE, SIDE, Z, levels=3, hatches=["/", "\\", "x", "."])


def horizontal_colorbar(fig: Figure) -> None:
    axes = fig.subplots()
    picture = axes.imshow(Z, cmap="plasma")
    fig.colorbar(picture, orientation="horizontal", extend="max", label="height")


def colorbar_with_edges(fig: Figure) -> None:
    axes = fig.subplots()
    fig.colorbar(axes.contourf(SIDE, SIDE, Z), drawedges=True)


def colorbar_alone(fig: Figure) -> None:
    from matplotlib.cm import ScalarMappable

    fig.colorbar(ScalarMappable(cmap="cividis"), cax=fig.subplots(), orientation="horizontal")


def quiver(fig: Figure) -> None:
    fig.subplots().quiver(U, V, -V, U)


def quiver_by_value(fig: Figure) -> None:
    fig.subplots().quiver(U, V, -V, U, np.hypot(U, V))


def quiver_with_key(fig: Figure) -> None:
    axes = fig.subplots()
    arrows = axes.quiver(U, V, -V, U)
    axes.set_title("a whirl")
    axes.quiverkey(arrows, 0.9, 0.97, 2, "2 m/s", coordinates="figure", labelpos="W")


def barbs(fig: Figure) -> None:
    fig.subplots().barbs(U[::2, ::2], V[::2, ::2], 20 * U[::2, ::2], 20 * V[::2, ::2])


def streamplot(fig: Figure) -> None:
    fig.subplots().streamplot(SIDE, SIDE, -V, U)


def streamplot_by_value(fig: Figure) -> None:
    fig.subplots().streamplot(SIDE, SIDE, -V, U, color=np.hypot(U, V))


def triplot(fig: Figure) -> None:
    fig.subplots().triplot(Triangulation(*POINTS))


def tripcolor(fig: Figure) -> None:
    fig.subplots().tripcolor(*POINTS, HEIGHTS)


def tricontour(fig: Figure) -> None:
    fig.subplots().tricontour(*POINTS, HEIGHTS)


def tricontourf(fig: Figure) -> None:
    fig.subplots().tricontourf(*POINTS, HEIGHTS)


def specgram(fig: Figure) -> None:
    fig.subplots().specgram(np.sin(np.arange(512) ** 1.5 / 50), NFFT=64, noverlap=32)


def hexbin(fig: Figure) -> None:
    axes = fig.subplots()
    fig.colorbar(axes.hexbin(*np.random.default_rng(0).normal(size=(2, 500)), gridsize=12))


def hist2d(fig: Figure) -> None:
    fig.subplots().hist2d(*np.random.default_rng(0).normal(size=(2, 500)))


def heatmap(fig: Figure) -> None:
    axes = fig.subplots()
    picture = axes.pcolormesh(Z[:4, :4], cmap="magma", edgecolor="paper", linewidth=0.5)
    axes.set_xticks(np.arange(4) + 0.5, list("abcd"))
    axes.invert_yaxis()
    fig.colorbar(picture)
