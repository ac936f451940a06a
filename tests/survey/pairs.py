"""Values over values: lines, points, bars, areas."""

import itertools

import numpy as np
from matplotlib.figure import Figure

X = np.linspace(0, 6, 25)
Y = 2 + np.sin(X)
NAMES = ["ash", "beech", "cedar", "fir"]
COUNTS = np.array([3.0, 7.0, 5.0, 2.0])
DAYS = np.arange("2024-01-29", "2024-02-23", dtype="datetime64[D]")


def line(fig: Figure) -> None:
    fig.subplots().plot(X, Y)


def lines_with_legend(fig: Figure) -> None:
    axes = fig.subplots()
    for i in range(3):
        axes.plot(X, Y + i, label=f"run {i}")
    axes.legend()


def framed_legend(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y, label="loss")
    axes.plot(X, Y + 1, "--", label="baseline")
    axes.legend(frameon=True, title="Runs", shadow=True)


def legend_without_room(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, 0 * X, label="loss")
    axes.legend(frameon=True, loc="center", framealpha=1)


def markers(fig: Figure) -> None:
    axes = fig.subplots()
    for i, marker in enumerate("osv^x+*D1"):
        axes.plot(X, Y + i, marker, markevery=3)


def hollow_markers(fig: Figure) -> None:
    fig.subplots().plot(X, Y, "o-", markerfacecolor="none")


def paper_markers(fig: Figure) -> None:
    fig.subplots().plot(X, Y, "o-", markerfacecolor="paper")


def dashed(fig: Figure) -> None:
    axes = fig.subplots()
    for i, style in enumerate(["-", "--", "-.", ":"]):
        axes.plot(X, Y + i, style)


def scatter(fig: Figure) -> None:
    fig.subplots().scatter(X, Y)


def transparent_scatter(fig: Figure) -> None:
    fig.subplots().scatter(np.tile(X, 20), np.tile(Y, 20) + np.arange(500) / 500, alpha=0.2)


def scatter_by_value(fig: Figure) -> None:
    axes = fig.subplots()
    points = axes.scatter(X, Y, c=X, s=20 + 20 * X, cmap="viridis")
    fig.colorbar(points, label="time")


def scatter_without_faces(fig: Figure) -> None:
    fig.subplots().scatter(X, Y, facecolors="none", edgecolors="C1")


def scatter_with_edges(fig: Figure) -> None:
    fig.subplots().scatter(X, Y, edgecolor="ink", linewidth=1)


def scatter_of_crosses(fig: Figure) -> None:
    fig.subplots().scatter(X, Y, marker="x")


def bar(fig: Figure) -> None:
    fig.subplots().bar(NAMES, COUNTS)


def bar_with_edges(fig: Figure) -> None:
    fig.subplots().bar(NAMES, COUNTS, edgecolor="ink")


def bar_hollow(fig: Figure) -> None:
    fig.subplots().bar(NAMES, COUNTS, fill=False)


def bar_hatched(fig: Figure) -> None:
    fig.subplots().bar(NAMES, COUNTS, hatch="//")


def barh(fig: Figure) -> None:
    fig.subplots().barh(NAMES, COUNTS)


def bar_with_labels(fig: Figure) -> None:
    axes = fig.subplots()
    axes.bar_label(axes.bar(NAMES, COUNTS), padding=2)
    axes.margins(y=0.2)


def bar_with_labels_inside(fig: Figure) -> None:
    axes = fig.subplots()
    axes.bar_label(axes.bar(NAMES, COUNTS), label_type="center", color="paper")


def bar_stacked(fig: Figure) -> None:
    axes = fig.subplots()
    axes.bar(NAMES, COUNTS, label="old")
    axes.bar(NAMES, COUNTS[::-1], bottom=COUNTS, label="new")
    axes.legend()


def bar_grouped(fig: Figure) -> None:
    axes = fig.subplots()
    axes.bar(np.arange(4) - 0.2, COUNTS, 0.4)
    axes.bar(np.arange(4) + 0.2, COUNTS + 1, 0.4)
    axes.set_xticks(range(4), NAMES)


def bar_with_errors(fig: Figure) -> None:
    fig.subplots().bar(NAMES, COUNTS, yerr=0.5, capsize=4)


def broken_barh(fig: Figure) -> None:
    axes = fig.subplots()
    axes.broken_barh([(1, 2), (4, 1)], (0, 1))
    axes.broken_barh([(0, 3)], (2, 1))


def stem(fig: Figure) -> None:
    fig.subplots().stem(X, Y)


def step(fig: Figure) -> None:
    fig.subplots().step(X, Y, where="mid")


def stairs(fig: Figure) -> None:
    fig.subplots().stairs(COUNTS)


def stairs_filled(fig: Figure) -> None:
    fig.subplots().stairs(COUNTS, fill=True)


def fill_between(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y)
    axes.fill_between(X, Y - 0.5, Y + 0.5, alpha=0.3)


def fill(fig: Figure) -> None:
    fig.subplots().fill([0, 1, 2], [0, 2, 0])


def stackplot(fig: Figure) -> None:
    fig.subplots().stackplot(X, Y, Y, Y, labels=["a", "b", "c"])


def errorbar(fig: Figure) -> None:
    fig.subplots().errorbar(X, Y, yerr=0.3, xerr=0.1, fmt="o", capsize=3)


def vlines(fig: Figure) -> None:
    fig.subplots().vlines(X, 0, Y)


def hlines(fig: Figure) -> None:
    fig.subplots().hlines(COUNTS, 0, COUNTS + 1)


def reference_lines(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y)
    axes.axhline(2)
    axes.axvline(3)
    axes.axline((0, 1), slope=0.5)


def spans(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y)
    axes.axvspan(1, 2, alpha=0.2)
    axes.axhspan(1, 1.5, alpha=0.2)


def loglog(fig: Figure) -> None:
    fig.subplots().loglog(X + 1, Y)


def semilog_with_grid(fig: Figure) -> None:
    axes = fig.subplots()
    axes.semilogy(X, 10**Y)
    axes.grid(which="both")


def dates(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(DAYS, Y)
    axes.tick_params("x", rotation=30)


def twin_axes(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y)
    other = axes.twinx()
    other.plot(X, 10 - Y, "C1")
    other.set_ylabel("the other")


def secondary_axis(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(X, Y)
    axes.secondary_xaxis("top").set_xlabel("again")


def eventplot(fig: Figure) -> None:
    fig.subplots().eventplot([X, X[::2], X[::3]])


def acorr(fig: Figure) -> None:
    fig.subplots().acorr(Y - Y.mean(), maxlags=8)


def magnitude_spectrum(fig: Figure) -> None:
    fig.subplots().magnitude_spectrum(Y)


def psd(fig: Figure) -> None:
    fig.subplots().psd(Y, NFFT=16)


def cohere(fig: Figure) -> None:
    fig.subplots().cohere(Y, Y + np.cos(9 * X), NFFT=8)


def lines_by_value(fig: Figure) -> None:
    from matplotlib.collections import LineCollection

    axes = fig.subplots()
    points = np.column_stack([X, Y])
    lines = axes.add_collection(LineCollection([*itertools.pairwise(points)], array=X))
    axes.autoscale()
    fig.colorbar(lines)


def line_collection(fig: Figure) -> None:
    from matplotlib.collections import LineCollection

    axes = fig.subplots()
    points = np.column_stack([X, Y])
    axes.add_collection(LineCollection([*itertools.pairwise(points)]))
    axes.autoscale()


def patch_collection(fig: Figure) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle, Wedge

    axes = fig.subplots()
    axes.add_collection(PatchCollection([Circle((1, 1), 0.5), Wedge((3, 1), 0.6, 20, 200)]))
    axes.set(xlim=(0, 4), ylim=(0, 2))
