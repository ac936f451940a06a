"""Distributions, shares and tables, as seaborn's gallery shows them, too."""

import numpy as np
from matplotlib.figure import Figure

SAMPLES = [np.random.default_rng(i).normal(i, 1, 60) for i in range(3)]
NAMES = ["left", "middle", "right"]


def hist(fig: Figure) -> None:
    fig.subplots().hist(SAMPLES[0])


def hist_with_edges(fig: Figure) -> None:
    fig.subplots().hist(SAMPLES[0], edgecolor="paper", linewidth=1)


def hist_of_steps(fig: Figure) -> None:
    fig.subplots().hist(SAMPLES, histtype="step")


def hist_filled_steps(fig: Figure) -> None:
    fig.subplots().hist(SAMPLES[0], histtype="stepfilled")


def hist_stacked(fig: Figure) -> None:
    axes = fig.subplots()
    axes.hist(SAMPLES, stacked=True, label=NAMES)
    axes.legend()


def hist_overlaid(fig: Figure) -> None:
    axes = fig.subplots()
    for sample in SAMPLES:
        axes.hist(sample, alpha=0.5)


def ecdf(fig: Figure) -> None:
    fig.subplots().ecdf(SAMPLES[0])


def boxplot(fig: Figure) -> None:
    fig.subplots().boxplot(SAMPLES, tick_labels=NAMES)


def boxplot_filled(fig: Figure) -> None:
    fig.subplots().boxplot(SAMPLES, patch_artist=True, tick_labels=NAMES)


def boxplot_notched(fig: Figure) -> None:
    fig.subplots().boxplot(SAMPLES, notch=True, showmeans=True)


def boxplot_with_mean_lines(fig: Figure) -> None:
    fig.subplots().boxplot(SAMPLES, showmeans=True, meanline=True, orientation="horizontal")


def violinplot(fig: Figure) -> None:
    fig.subplots().violinplot(SAMPLES, showmedians=True)


def violinplot_with_boxes(fig: Figure) -> None:
    axes = fig.subplots()
    axes.violinplot(SAMPLES, showextrema=False)
    axes.boxplot(SAMPLES, widths=0.1)


def strip(fig: Figure) -> None:
    axes = fig.subplots()
    for i, sample in enumerate(SAMPLES):
        axes.scatter(i + np.random.default_rng(9).uniform(-0.1, 0.1, 60), sample, alpha=0.5)
    axes.set_xticks(range(3), NAMES)


def points_with_intervals(fig: Figure) -> None:
    means, errors = [s.mean() for s in SAMPLES], [s.std() / 8 for s in SAMPLES]
    fig.subplots().errorbar(NAMES, means, yerr=errors, marker="D", linestyle="none")


def regression(fig: Figure) -> None:
    axes = fig.subplots()
    axes.scatter(*SAMPLES[:2], alpha=0.6)
    x = np.linspace(-2, 2)
    axes.plot(x, 1 + x / 2)
    axes.fill_between(x, 0.7 + x / 2, 1.3 + x / 2, alpha=0.2)


def joint(fig: Figure) -> None:
    axes = fig.subplots(2, 2, width_ratios=[4, 1], height_ratios=[1, 4])
    axes[1, 0].scatter(*SAMPLES[:2])
    axes[0, 0].hist(SAMPLES[0])
    axes[1, 1].hist(SAMPLES[1], orientation="horizontal")
    axes[0, 1].set_axis_off()


def pair_grid(fig: Figure) -> None:
    for (i, j), axes in np.ndenumerate(fig.subplots(2, 2)):
        if i == j:
            axes.hist(SAMPLES[i])
        else:
            axes.scatter(SAMPLES[j], SAMPLES[i], s=10)


def rug(fig: Figure) -> None:
    axes = fig.subplots()
    axes.plot(SAMPLES[0], 0 * SAMPLES[0], "|", markersize=20)


def density(fig: Figure) -> None:
    grid = np.linspace(-4, 6, 100)
    axes = fig.subplots()
    for sample in SAMPLES:
        heights = np.exp(-((grid[:, None] - sample) ** 2)).mean(axis=1)
        axes.fill_between(grid, heights, alpha=0.4)
        axes.plot(grid, heights)


def pie(fig: Figure) -> None:
    fig.subplots().pie([3, 2, 1], labels=NAMES)


def pie_with_percents(fig: Figure) -> None:
    fig.subplots().pie([3, 2, 1], autopct="%.0f%%", pctdistance=1.2)


def donut(fig: Figure) -> None:
    fig.subplots().pie([3, 2, 1], labels=NAMES, wedgeprops={"width": 0.4, "edgecolor": "paper"})


def table(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    grid = axes.table([["1", "2"], ["3", "4"]], colLabels=["a", "b"], loc="center")
    grid.auto_set_font_size(False)
    grid.set_fontsize(13.5)
    grid.scale(1, 2)


def table_of_colours(fig: Figure) -> None:
    axes = fig.subplots()
    axes.set_axis_off()
    colours = [["C0", "paper"], ["paper", "C1"]]
    grid = axes.table([["", "2"], ["3", ""]], cellColours=colours, loc="center", fontsize=13.5)
    grid.auto_set_font_size(False)
    grid.set_fontsize(13.5)
