"""What no audience could see or read, and the gate that refuses it."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

SIDE = np.linspace(-2, 2, 5)
U, V = np.meshgrid(SIDE, SIDE)
FAINT = "#888888", 0.2


def faint_line(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().plot([1, 2], color=FAINT)


def faint_scatter(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().scatter([1, 2], [1, 2], color="C0", alpha=0.05)


def faint_quiver(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().quiver(U, V, V, U, color="#cccccc")


def black_quiver(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().quiver(U, V, V, U, color="black")


def black_barbs(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().barbs(U, V, 20 * V, 20 * U, barbcolor="black", flagcolor="black")


def faint_contour(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().contour(U, V, U, colors="#cccccc")


def faint_bars(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().bar([1, 2], [1, 2], color="#dddddd")


def faint_circle(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().add_patch(Circle((0.5, 0.5), 0.2, fill=False, edgecolor="#dddddd"))


def faint_boxes(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().boxplot([[1, 2, 3]], whiskerprops={"color": "#dddddd"})


def faint_errors(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().errorbar([1, 2], [1, 2], 0.2, ecolor="#dddddd")


def faint_line_in_space(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.add_subplot(projection="3d").plot([0, 1], [0, 1], [0, 1], color="#dddddd")


def faint_word(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.subplots().text(0.5, 0.5, "words", color="#999999")


def word_on_a_bar(fig: Figure) -> None:
    """Refused by `contrast`."""
    axes = fig.subplots()
    axes.add_patch(Rectangle((0, 0), 1, 1, color="C0"))
    axes.text(0.4, 0.5, "words", color="C0")


def small_cells(fig: Figure) -> None:
    """Refused by `small-text`."""
    axes = fig.subplots()
    axes.set_axis_off()
    cells = axes.table([["1", "2"]], loc="center")
    cells.auto_set_font_size(False)
    cells.set_fontsize(5)


def small_word(fig: Figure) -> None:
    """Refused by `small-text`."""
    fig.subplots().text(0.5, 0.5, "words", size=7)


def small_ticks(fig: Figure) -> None:
    """Refused by `small-text`."""
    fig.subplots().tick_params(labelsize=6)


def small_legend(fig: Figure) -> None:
    """Refused by `small-text`."""
    axes = fig.subplots()
    axes.plot([1, 2], label="line")
    axes.legend(fontsize=8)


def word_beyond_the_right(fig: Figure) -> None:
    """Refused by `overflow`."""
    fig.text(0.9, 0.5, "more words than there is room for")


def word_beyond_the_top(fig: Figure) -> None:
    """Refused by `overflow`."""
    fig.text(0.5, 0.99, "words", va="bottom")


def annotation_beyond(fig: Figure) -> None:
    """Refused by `overflow`."""
    axes = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.annotate("words beyond", (0.9, 0.9), (1.05, 0.5), annotation_clip=False)


def key_beyond(fig: Figure) -> None:
    """Refused by `overflow`."""
    axes = fig.subplots()
    axes.quiverkey(axes.quiver(U, V, V, U), 0.9, 1.05, 2, "2 m/s")


def words_in_space_beyond(fig: Figure) -> None:
    """Refused by `overflow`."""
    axes = fig.add_subplot(projection="3d")
    axes.text(1, 1, 0, "more words than there is room for")


def ticks_on_ticks_in_space(fig: Figure) -> None:
    """Refused by `overflow`."""
    fig.add_subplot(projection="3d").set_zticks(np.linspace(0, 1, 60))


def small_words_in_space(fig: Figure) -> None:
    """Refused by `small-text`."""
    fig.add_subplot(projection="3d").text(0, 0, 0, "words", size=7)


def small_label_in_space(fig: Figure) -> None:
    """Refused by `small-text`."""
    fig.add_subplot(projection="3d").set_zlabel("height", size=7)


def faint_words_in_space(fig: Figure) -> None:
    """Refused by `contrast`."""
    fig.add_subplot(projection="3d").text(0.5, 0.5, 0.5, "words", color="#999999")


def title_beyond(fig: Figure) -> None:
    """Refused by `overflow`."""
    fig.subplots().set_title("a title of many words " * 6)


def ticks_on_ticks(fig: Figure) -> None:
    """Refused by `overflow`."""
    axes = fig.subplots()
    axes.bar([f"a long category {i}" for i in range(9)], range(1, 10))


def many_ticks(fig: Figure) -> None:
    """Refused by `overflow`."""
    fig.subplots().set_yticks(np.linspace(0, 1, 60))
