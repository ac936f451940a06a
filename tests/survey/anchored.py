"""What is put into axes as a box: scale bars, arrows, words, keys, pictures; and grids of axes."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import (
    AnchoredOffsetbox,
    AnchoredText,
    AnnotationBbox,
    DrawingArea,
    HPacker,
    OffsetImage,
    TextArea,
)
from matplotlib.patches import Circle, Ellipse, Rectangle
from matplotlib.sankey import Sankey
from mpl_toolkits import axisartist
from mpl_toolkits.axes_grid1 import ImageGrid
from mpl_toolkits.axes_grid1.anchored_artists import (
    AnchoredAuxTransformBox,
    AnchoredDirectionArrows,
    AnchoredDrawingArea,
    AnchoredSizeBar,
)
from mpl_toolkits.axes_grid1.inset_locator import mark_inset, zoomed_inset_axes

PIXELS = np.arange(16.0).reshape(4, 4)


def size_bar(fig: Figure) -> None:
    axes = _line(fig)
    axes.add_artist(AnchoredSizeBar(axes.transData, 0.2, "200 m", "lower right"))


def thick_size_bar(fig: Figure) -> None:
    axes = _line(fig)
    bar = AnchoredSizeBar(
        axes.transData, 0.2, "200 m", "lower right", size_vertical=0.1, frameon=False, pad=0.5
    )
    axes.add_artist(bar)


def direction_arrows(fig: Figure) -> None:
    axes = _line(fig)
    axes.add_artist(AnchoredDirectionArrows(axes.transAxes, "x", "y", length=0.15, loc="center"))


def drawing_area(fig: Figure) -> None:
    area = AnchoredDrawingArea(60, 30, 0, 0, loc="upper left")
    area.drawing_area.add_artist(Circle((15, 15), 12))
    _line(fig).add_artist(area)


def anchored_text(fig: Figure) -> None:
    _line(fig).add_artist(AnchoredText("n = 40", "upper left"))


def anchored_ellipse(fig: Figure) -> None:
    axes = _line(fig)
    box = AnchoredAuxTransformBox(axes.transData, loc="upper left")
    box.drawing_area.add_artist(Ellipse((0, 0), 0.2, 0.6, angle=30))
    axes.add_artist(box)


def words_in_a_box(fig: Figure) -> None:
    box = AnnotationBbox(
        TextArea("here"),
        (0.5, 2),
        xybox=(60, 60),
        boxcoords="offset points",
        arrowprops={"arrowstyle": "->"},
    )
    _line(fig).add_artist(box)


def picture_in_a_box(fig: Figure) -> None:
    _line(fig).add_artist(AnnotationBbox(OffsetImage(np.full((8, 8, 3), 0.5), zoom=4), (0.5, 2)))


def packed_key(fig: Figure) -> None:
    sign = DrawingArea(20, 20)
    sign.add_artist(Rectangle((2, 2), 16, 12))
    key = HPacker(children=[sign, TextArea("key")], align="center", pad=2, sep=4)
    _line(fig).add_artist(AnchoredOffsetbox("lower right", child=key))


def marked_inset(fig: Figure) -> None:
    axes = _line(fig)
    inset = zoomed_inset_axes(axes, 2, loc="upper left")
    inset.plot([0, 4])
    inset.set(xlim=(0.4, 0.6), ylim=(1.6, 2.4), xticks=[], yticks=[])
    mark_inset(axes, inset, 2, 4)


def shadowed_legend(fig: Figure) -> None:
    _line(fig)
    fig.legend(["line"], frameon=True, shadow=True, title="kinds", loc="upper center")


def secondary_axis(fig: Figure) -> None:
    def twice(values: np.ndarray) -> np.ndarray:
        return 2 * values

    def half(values: np.ndarray) -> np.ndarray:
        return values / 2

    _line(fig).secondary_yaxis("right", functions=(twice, half)).set_ylabel("twice")


def image_grid(fig: Figure) -> None:
    grid = ImageGrid(fig, 111, (1, 2), axes_pad=0.3, cbar_mode="single")
    pictures = [axes.imshow(PIXELS) for axes in grid]
    grid.cbar_axes[0].colorbar(pictures[0])


def axis_artist(fig: Figure) -> None:
    axes = fig.add_subplot(axes_class=axisartist.Axes)
    axes.plot([0, 4])
    axes.set_xlabel("time")
    axes.axis["middle"] = axes.new_floating_axis(nth_coord=0, value=1)


def sankey(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    Sankey(ax=axes, flows=[0.25, 0.15, -0.2, -0.2], labels=["a", "b", "c", "d"]).finish()


def _line(fig: Figure) -> Axes:
    axes = fig.subplots()
    axes.plot([0, 4])
    return axes
