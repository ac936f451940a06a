"""A Go board on a figure, and the names of its points."""

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Rectangle

COLUMNS = "ABCDEFGHJKLMNOPQRST"  # by custom there is no I
STARS = {5: (2,), 7: (3,), 9: (2, 4, 6), 13: (3, 6, 9), 19: (3, 9, 15)}


def move_name(move: int, size: int) -> str:
    """`C3` for the third column from the left and the third row from the bottom."""
    row, column = divmod(int(move), size)
    return "pass" if move == size * size else f"{COLUMNS[column]}{size - row}"


def parse_move(name: str, size: int) -> int:
    """The index of a point named like `C3`."""
    return (size - int(name[1:])) * size + COLUMNS.index(name[0])


def stone_colours() -> dict[int, str]:
    """Black stones in the darker of ink and paper, white ones in the lighter, in either mode."""
    dark, light = sorted(("ink", "paper"), key=lambda colour: sum(to_rgb(colour)))
    return {1: dark, -1: light}


def draw_board(axes: Axes, board, *, last: int = -1, names: bool = True) -> None:
    """Draws stones (1 black, -1 white) on the crossings; a dot marks the last move."""
    size = len(board)
    edge = size - 1
    axes.add_patch(Rectangle((-0.62, -0.62), size + 0.24, size + 0.24, facecolor="grid", zorder=0))
    line = {"color": "muted", "linewidth": 1, "zorder": 1}
    axes.hlines(range(size), 0, edge, **line)
    axes.vlines(range(size), 0, edge, **line)
    stars = STARS.get(size, ())
    for x in stars:
        for y in stars:
            axes.add_patch(Circle((x, y), 0.07, facecolor="muted", zorder=1))
    colours = stone_colours()
    for row in range(size):
        for column in range(size):
            colour = int(board[row][column])
            if not colour:
                continue
            stone = {"facecolor": colours[colour], "edgecolor": "ink", "linewidth": 1.5}
            axes.add_patch(Circle((column, row), 0.44, zorder=2, **stone))
            if row * size + column == last:
                axes.add_patch(Circle((column, row), 0.13, facecolor=colours[-colour], zorder=3))
    if names:
        for i in range(size):
            place = {"ha": "center", "va": "center", "size": 13.5, "color": "muted"}
            axes.text(i, size - 0.05, COLUMNS[i], **place)
            axes.text(-0.95, i, str(size - i), **place)
    axes.set(xlim=(-1.2 if names else -0.66, size - 0.34), aspect="equal")
    axes.set_ylim(size + 0.2 if names else size - 0.34, -0.66)
    axes.set_axis_off()
