"""What authors ask for by colour: every kind of edge and line in one that no theme has."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

ASKED = "#b0679a"  # stands out from light paper and from dark
SIDE = np.linspace(-2, 2, 5)
U, V = np.meshgrid(SIDE, SIDE)


def bar(fig: Figure) -> None:
    fig.subplots().bar([1, 2], [1, 2], edgecolor=ASKED)


def hist(fig: Figure) -> None:
    fig.subplots().hist([1, 2, 2, 3], edgecolor=ASKED)


def scatter(fig: Figure) -> None:
    fig.subplots().scatter([1, 2], [1, 2], edgecolor=ASKED)


def patches(fig: Figure) -> None:
    axes = fig.subplots()
    axes.add_patch(Circle((0.3, 0.3), 0.2, edgecolor=ASKED))
    axes.add_patch(Rectangle((0.6, 0.6), 0.2, 0.2, ec=ASKED, fc="paper"))


def box(fig: Figure) -> None:
    fig.subplots().add_patch(FancyBboxPatch((0.3, 0.3), 0.3, 0.3, edgecolor=ASKED))


def boxed_text(fig: Figure) -> None:
    fig.subplots().text(0.5, 0.5, "words", bbox={"facecolor": "paper", "edgecolor": ASKED})


def band(fig: Figure) -> None:
    fig.subplots().fill_between([0, 1], [0, 1], edgecolor=ASKED)


def quiver(fig: Figure) -> None:
    fig.subplots().quiver(U, V, V, U, color=ASKED)


def barbs(fig: Figure) -> None:
    fig.subplots().barbs(U, V, 20 * V, 20 * U, barbcolor=ASKED)


def errors(fig: Figure) -> None:
    fig.subplots().bar([1, 2], [3, 4], yerr=1, ecolor=ASKED)


def boxplot(fig: Figure) -> None:
    fig.subplots().boxplot([[1, 2, 3]], boxprops={"color": ASKED})


def median(fig: Figure) -> None:
    fig.subplots().boxplot([[1, 2, 3]], patch_artist=True, medianprops={"color": ASKED})


def table(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    for cell in axes.table([["1", "2"]], loc="center").get_celld().values():
        cell.set_edgecolor(ASKED)


def cells(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    axes.table([["", ""]], cellColours=[[ASKED, ASKED]], loc="center")


def inset(fig: Figure) -> None:
    axes = fig.subplots()
    axes.indicate_inset((0.2, 0.2, 0.3, 0.3), edgecolor=ASKED)


def pie(fig: Figure) -> None:
    fig.subplots().pie([1, 2], wedgeprops={"edgecolor": ASKED})


def hexbin(fig: Figure) -> None:
    fig.subplots().hexbin(U.ravel(), V.ravel(), gridsize=4, edgecolors=ASKED)


def mesh(fig: Figure) -> None:
    fig.subplots().pcolormesh(U, V, U, edgecolors=ASKED)


def legend(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot([1, 2], label="line")
    axes.legend(frameon=True, edgecolor=ASKED)


def arrow(fig: Figure) -> None:
    fig.subplots().annotate("", (1, 1), (0, 0), arrowprops={"edgecolor": ASKED})


def bars_3d(fig: Figure) -> None:
    fig.add_subplot(projection="3d").bar3d([0], [0], [0], 1, 1, 1, edgecolor=ASKED)


def surface(fig: Figure) -> None:
    fig.add_subplot(projection="3d").plot_surface(U, V, U, edgecolor=ASKED)
