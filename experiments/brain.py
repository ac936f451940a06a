"""A decoder reads the category seen from weak simulated responses, but not well enough to convict.

Question: can one tell from a brain's responses what was seen, where can it be read, and what would
it prove? Data: responses SIMULATED on a real MRI slice: eight subjects, ten runs of eight trials,
four categories, each with its own weak pattern in one patch of cortex, under noise that is smooth
in space and shifts from run to run. Model: regularised multinomial logistic regression on all
voxels of the brain, tested on the run left out; its one setting was fixed beforehand. Map: a
searchlight, the nearest mean in a disc around every voxel. Baselines: the whole cross-validation
repeated with labels permuted within runs; the nearest mean over all voxels; in court, the base
rate. Expect: about 55 % right where chance is 25 %; a posterior of a few per cent where one person
in 100 is guilty. The strength of the signal is ours, so the accuracy says nothing about brains.
Source: Haxby et al. 2001; Kriegeskorte et al. 2006 (searchlight); Ojala and Garriga 2010
(permutation test); Nichols and Holmes 2002 and Stelzer et al. 2013 (threshold of the map).
About 7 s on 2 CPU cores.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure

from experiments._data.mri_scan import VOXEL, find_brain, find_patch, read_slice, simulate
from experiments._statistics.bayes import needed_specificity, posterior, resampled
from experiments._statistics.brain_decoding import Study, examine, neighbours, ranking, relabel
from experiments._statistics.intervals import bootstrap
from livedeck import track

CATEGORIES = ("face", "house", "tool", "word")
CRIME = CATEGORIES.index("house")  # the house in question, known from inside by the guilty alone
EACH = 2  # trials of each category in a run
BASE_RATES = (2, 100, 10_000)  # one person in so many is guilty
CROWD = (50, 20)  # columns and rows of people


class Result(NamedTuple):
    """What the decoder got right, where it can be read, and what follows from an answer."""

    accuracy: Float[np.ndarray, " subjects"]
    accuracy_mean: float  # over subjects
    means_accuracy: Float[np.ndarray, " subjects"]  # nearest mean, the same runs left out
    gain: float  # of the decoder over the nearest mean
    gain_low: float  # its 95 % bootstrap interval over subjects
    gain_high: float
    verdict: str
    chance: float
    null: Float[np.ndarray, " permutations"]  # accuracy, mean of subjects, labels permuted
    null_high: float  # its 95th percentile
    p: float
    chance_verdict: str
    permutations: int
    subjects: int
    runs: int
    trials: int  # of one subject
    voxels: int
    patch_voxels: int
    signal: float  # standard deviation between categories over that of the noise
    auc: Float[np.ndarray, " subjects"]  # chance that the map ranks a patch voxel above another
    weights_auc: Float[np.ndarray, " subjects"]  # the same for the size of the decoder's weights
    threshold: float  # accuracy that the best disc of a permuted map exceeds once in 20
    found: int  # voxels above it in the mean map
    found_near: float  # the share of them whose disc reaches into the patch
    patch_found: float  # the share of the patch that is above it
    peak: float
    slice: Float[np.ndarray, "pixels pixels"]
    brain: Bool[np.ndarray, "n n"]
    patch: Bool[np.ndarray, "n n"]
    searchlight: Float[np.ndarray, "n n"]  # accuracy, mean of subjects; 0 outside the brain
    sensitivity: Float[np.ndarray, " subjects"]
    specificity: Float[np.ndarray, " subjects"]
    sensitivity_mean: float
    specificity_mean: float
    posterior: Float[np.ndarray, " rates"]
    posterior_low: Float[np.ndarray, " rates"]  # 95 % bootstrap interval over subjects
    posterior_high: Float[np.ndarray, " rates"]
    curve: Float[np.ndarray, "4 points"]  # base rate, posterior, low, high
    prior: Float[np.ndarray, " rates"]  # the base rates
    crowd_size: int
    guilty: int  # of the crowd, where one in 100 is
    caught: int
    accused: int  # innocents
    needed: float  # one false alarm in so many: 95 % certainty where one in 10,000 is guilty


def run(
    *,
    subjects: int = 8,
    runs: int = 10,
    permutations: int = 200,
    signal: float = 0.4,
    strength: float = 0.1,
    radius: int = 2,
) -> Result:
    """Simulates and decodes `subjects`, then takes the decoder to court."""
    image = read_slice()
    brain = find_brain(image)
    patch = find_patch(brain)
    discs = neighbours(brain, radius)
    labels = np.tile(np.repeat(np.arange(len(CATEGORIES)), EACH), (runs, 1))

    study = jax.jit(partial(examine, discs=discs, categories=len(CATEGORIES), strength=strength))
    each = []
    for subject in track(range(subjects)):
        responses = simulate(subject, labels, brain, patch, signal)
        responses -= responses.mean(axis=1, keepdims=True)  # removes each run's shift
        labellings = relabel(subject, labels, permutations)
        each.append(jax.tree.map(np.asarray, study(responses, labellings)))
    studies = Study(*(np.stack(part) for part in zip(*each, strict=True)))
    accuracy = studies.accuracy.mean(axis=0)  # over subjects, for each labelling
    gain = studies.accuracy[:, 0] - studies.means_accuracy
    gain_low, gain_high = bootstrap(gain)
    p = float((accuracy >= accuracy[0]).mean())  # the true labelling counts as one of them
    return Result(
        accuracy=studies.accuracy[:, 0],
        accuracy_mean=float(accuracy[0]),
        means_accuracy=studies.means_accuracy,
        gain=float(gain.mean()),
        gain_low=gain_low,
        gain_high=gain_high,
        verdict="beats" if gain_low > 0 else "does not clearly beat",
        chance=1 / len(CATEGORIES),
        null=accuracy[1:],
        null_high=float(np.quantile(accuracy[1:], 0.95)),
        p=p,
        chance_verdict="beats" if p < 0.05 else "does not clearly beat",
        permutations=permutations,
        subjects=subjects,
        runs=runs,
        trials=labels.size,
        voxels=int(brain.sum()),
        patch_voxels=int(patch.sum()),
        signal=signal,
        slice=image,
        brain=brain,
        patch=patch,
        **locate(studies, brain, patch, discs),
        **go_to_court(studies.answers, labels.ravel()),
    )


def locate(
    studies: Study,
    brain: Bool[np.ndarray, "n n"],
    patch: Bool[np.ndarray, "n n"],
    discs: Int[np.ndarray, "voxels disc"],
) -> dict[str, Any]:
    """Where the category can be read, and how well that is where the signal is."""
    inside = patch[brain]
    mean = studies.maps[:, 0].mean(axis=0)  # over subjects, the true labels
    # Permuted maps of different subjects can be combined at will (Stelzer et al. 2013).
    drawn = np.random.default_rng(0).integers(1, studies.maps.shape[1], (1000, len(studies.maps)))
    best = [studies.maps[np.arange(len(one)), one].mean(axis=0).max() for one in drawn]
    threshold = float(np.quantile(best, 0.95))
    found = mean > threshold
    near = np.append(inside, False)[discs].any(axis=1)
    searchlight = np.zeros(brain.shape)
    searchlight[brain] = mean
    return dict(
        auc=np.array([ranking(one[0], inside) for one in studies.maps]),
        weights_auc=np.array([ranking(one, inside) for one in studies.weights]),
        threshold=threshold,
        found=int(found.sum()),
        found_near=float(near[found].mean()) if found.any() else 0.0,
        patch_found=float(found[inside].mean()),
        peak=float(mean.max()),
        searchlight=searchlight,
    )


def go_to_court(
    answers: Int[np.ndarray, "subjects trials"], labels: Int[np.ndarray, " trials"]
) -> dict[str, Any]:
    """The probability of guilt after the answer "house", its uncertainty that of the decoder."""
    positive, house = answers == CRIME, labels == CRIME
    # Half a case is added to each side: no rate is 0 or 1 because few trials were made.
    sensitivity = (positive[:, house].sum(axis=1) + 0.5) / (house.sum() + 1)
    specificity = ((~positive[:, ~house]).sum(axis=1) + 0.5) / ((~house).sum() + 1)
    shares = np.column_stack([sensitivity, specificity])
    drawn = resampled(shares)

    def judge(rates: Float[np.ndarray, " n"]) -> Float[np.ndarray, "3 n"]:
        """Posterior, and the limits of its interval."""
        all_drawn = posterior(rates, *drawn.T[..., None])
        limits = np.quantile(all_drawn, (0.025, 0.975), axis=0)
        return np.stack([posterior(rates, *shares.mean(axis=0)), *limits])

    rates = np.geomspace(1e-4, 0.5, 60)
    after = judge(1 / np.array(BASE_RATES))
    people = CROWD[0] * CROWD[1]
    guilty = people // BASE_RATES[1]
    sensitive, specific = shares.mean(axis=0)
    wanted = needed_specificity(1 / BASE_RATES[2], sensitive, 0.95)
    return dict(
        sensitivity=sensitivity,
        specificity=specificity,
        sensitivity_mean=float(sensitive),
        specificity_mean=float(specific),
        posterior=after[0],
        posterior_low=after[1],
        posterior_high=after[2],
        curve=np.stack([rates, *judge(rates)]),
        prior=1 / np.array(BASE_RATES),
        crowd_size=people,
        guilty=guilty,
        caught=round(guilty * sensitive),
        accused=round((people - guilty) * (1 - specific)),
        needed=float(f"{1 / (1 - wanted):.1g}"),
    )


def accuracy(fig: Figure, result: Result) -> None:
    """Every subject's accuracy for both models, above what permuted labels give."""
    ax = fig.subplots()
    ax.axvline(result.chance, ymax=0.94, color="ink", linewidth=1)
    ax.text(result.chance, 3.02, f" chance, {100 * result.chance:.0f} %", va="top")
    rows = (
        (2, "decoder", result.accuracy, "accent"),
        (1, "nearest mean", result.means_accuracy, "muted"),
    )
    for row, name, values, colour in rows:
        places = row + np.linspace(-0.2, 0.2, len(values))
        ax.scatter(values, places, s=40, color=colour, alpha=0.6)
        ax.vlines(values.mean(), row - 0.32, row + 0.32, color=colour, linewidth=3)
        ax.text(values.max() + 0.02, row, name, color=colour, va="center")
    counts, edges = np.histogram(result.null, bins=np.arange(0.0975, 0.42, 0.005))
    heights = 0.72 * counts / counts.max()
    ax.bar(edges[:-1], heights, np.diff(edges), bottom=-0.3, align="edge", color="muted")
    text = f"decoder, labels permuted\n({len(result.null)} times, mean of subjects)"
    ax.text(max(result.null) + 0.02, 0.05, text, color="muted", va="center")
    ax.set(xlim=(0, 0.92), ylim=(-0.32, 3.05), yticks=())
    ax.set_xticks((0, 0.25, 0.5, 0.75), ("0", "25", "50", "75 %"))
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("trials of an unseen run named correctly")


def where(fig: Figure, result: Result) -> None:
    """Discs that tell the categories apart better than permuted labels ever do, on the slice."""
    ax = fig.subplots()
    edges = (-0.5, 255.5, 255.5, -0.5)
    ax.imshow(result.slice, cmap="ink", vmin=0, vmax=1.9, extent=edges)
    found = np.where(result.searchlight > result.threshold, result.searchlight, np.nan)
    deepest = 0.2 + (result.peak - 0.2) / 0.7  # at the peak the outline still stands out
    ax.imshow(found, cmap="sequential", vmin=0.2, vmax=deepest, extent=edges)
    for corners in _outline(result.patch):
        ax.plot(*(VOXEL * np.array(corners).T - 0.5), color="ink")
    low, high = 100 * result.threshold, 100 * result.peak
    ax.text(212, 70, "outlined:\nwhere the signal is", va="center")
    text = f"blue: where a disc\nof voxels names\n{low:.0f} % to {high:.0f} %\nof trials correctly"
    ax.text(212, 132, text, va="center", color="accent")
    ax.set(xlim=(14, 350), ylim=(236, 22))
    ax.set_axis_off()


def _outline(patch: Bool[np.ndarray, "n n"]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The edges between voxels inside and outside, as pairs of corners (column, row)."""
    wide = np.pad(patch, 1)
    below = np.argwhere(wide[:-1] != wide[1:]) - (0, 1)
    beside = np.argwhere(wide[:, :-1] != wide[:, 1:]) - (1, 0)
    return [((c, r), (c + 1, r)) for r, c in below] + [((c, r), (c, r + 1)) for r, c in beside]


def evidence(fig: Figure, result: Result) -> None:
    """Probability of guilt against the base rate, before and after the decoder's answer."""
    ax = fig.subplots()
    rates, after, low, high = result.curve
    ax.plot(rates, rates, color="muted")
    ax.fill_between(rates, low, high, color="accent", alpha=0.2)
    ax.plot(rates, after, color="accent")
    for rate, value in zip(result.prior, result.posterior, strict=True):
        ax.plot(rate, value, "o", color="accent", markersize=8, clip_on=False, zorder=3)
        ax.annotate(
            _percent(value),
            (rate, value),
            (0 if rate < 1e-3 else -7, 8),
            textcoords="offset points",
            ha="left" if rate < 1e-3 else "right",
            color="accent",
            weight="bold",
        )
    ax.set_xscale("log")
    ax.set(xlim=(8e-5, 0.55), ylim=(0, 1))
    ax.set_xticks((1e-4, 1e-3, 1e-2, 1e-1, 0.5), ("10\u202f000", "1000", "100", "10", "2"))
    ax.minorticks_off()
    ax.set_yticks((0, 0.5, 1), ("0", "50", "100 %"))
    ax.set_xlabel("base rate: one person guilty in")
    ax.set_ylabel("probability of guilt")
    ax.text(0.04, 0.9, "after the answer “house”", transform=ax.transAxes, color="accent")
    ax.text(0.04, 0.8, "before the scan", transform=ax.transAxes, color="muted")


def crowd(fig: Figure, result: Result) -> None:
    """A crowd of whom one in 100 is guilty, all scanned: who would be accused."""
    ax = fig.subplots()
    guilty, caught, accused = int(result.guilty), int(result.caught), int(result.accused)
    kinds = (
        (caught, "accent", "guilty, accused"),
        (guilty - caught, "ink", "guilty, cleared"),
        (accused, "C1", "innocent, accused"),
        (int(result.crowd_size) - guilty - accused, "muted", "innocent, cleared"),
    )
    columns, rows = CROWD
    x, y = np.divmod(np.arange(columns * rows), rows)
    start = 0
    for line, (count, colour, name) in enumerate(kinds):
        who = slice(start, start + count)
        size = 5 if colour == "muted" else 34
        ax.scatter(x[who], y[who], s=size, color=colour, linewidths=0)
        place = 24 * (line // 2), rows + 1.3 + 2.2 * (line % 2)
        ax.text(*place, f"{count} {name}", color=colour, va="center")
        start += count
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(rows + 4.4, -0.6), aspect="equal")
    ax.set_axis_off()


def _percent(share: float) -> str:
    """Two digits of a probability, however small."""
    return f"{100 * share:.{max(0, 1 - int(np.floor(np.log10(100 * share))))}f} %"


QUICK = dict(subjects=2, permutations=20)
GPU = dict(subjects=32, permutations=2000)
