"""From examples and their answers a computer finds the rule that a person would have to write.

Question: is a digit a 3 or an 8? Data: scikit-learn's digits, split by form. Two programs answer:
a rule written by hand (ink at the left of the loops; the best of five that were tried on training
images, its threshold half of what a stroke would leave), and logistic regression, learnt from the
training forms. Baselines: the hand rule, the same rule with its threshold learnt, and always the
more frequent digit. Every seed learns from its own bootstrap sample of the training images; the
difference is a paired bootstrap over seeds and test images. Expect: about 90 % each, too close to
call; 98 % on average over all pairs of digits, for which nobody has to write anything.
Source: Samuel, Some Studies in Machine Learning Using the Game of Checkers, 1959.
About 2 s on 2 CPU cores.
"""

import itertools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments._data.digits import Digits, load_digits
from experiments._drawing.diagram import draw_arrow, draw_card, draw_image
from experiments._drawing.search_page import blank_page
from experiments._statistics.intervals import wilson
from experiments._statistics.paired_comparison import crossed_bootstrap

SHOWN = 6  # images in each row of the diagram
TOP, LEFT, HEIGHT, WIDTH = 2, 1, 4, 2  # where the hand rule looks


class Result(NamedTuple):
    """What both rules answer, and what the learnt one looks like."""

    hand_accuracy: float
    threshold_accuracy: float  # of the hand rule with the threshold that fits the training images
    threshold: float
    accuracy: Float[np.ndarray, " seeds"]  # of the learnt rule
    majority_accuracy: float
    pairs: int  # questions "this digit or that one?"
    pairs_accuracy: float  # mean over all pairs of digits, by the same procedure
    hardest_accuracy: float  # of the pair told apart worst
    hardest: str
    boxed_weights: int  # of the largest weights that lie in the hand rule's box,
    box_pixels: int  # of as many as the box has pixels;
    boxed_by_chance: float  # so many if they lay anywhere
    gain: float  # mean accuracy learnt less accuracy by hand
    gain_low: float  # its 95 % interval over seeds and test images
    gain_high: float
    verdict: str
    threshold_verdict: str  # hand rule with a learnt threshold, against the one by hand
    train_images: int
    test_images: int
    test_forms: int
    seeds: int
    weights: Float[np.ndarray, "8 8"]  # of the first seed; above 0 speaks for 8
    train_shown: Float[np.ndarray, "shown 8 8"]  # the first training images, and their labels
    train_labels: Int[np.ndarray, " shown"]
    test_shown: Float[np.ndarray, "shown 8 8"]  # the first test images
    test_labels: Int[np.ndarray, " shown"]
    hand_answers: Int[np.ndarray, " shown"]


def hand_rule(images):
    """An 8 is closed at the left, a 3 open."""
    box = images[:, 2:6, 1:3]
    ink = box.sum(axis=(1, 2))
    return np.where(ink > 2, 8, 3)


def run(*, seeds: int = 16, steps: int = 400) -> Result:
    """Scores the hand rule, and logistic regression learnt from `seeds` samples of the images."""
    digits = load_digits()
    train, test = only_3_and_8(digits.train), only_3_and_8(digits.test)
    n = len(train.labels)
    draws = [np.random.default_rng(seed).integers(n, size=n) for seed in range(seeds)]
    counts = np.stack([np.bincount(draw, minlength=n) for draw in draws])
    is_8 = np.broadcast_to(train.labels == 8, counts.shape)
    weights, bias = learn(train.images, is_8, counts, steps)
    scores = np.einsum("nij,sij->sn", test.images, weights) + bias[:, None]
    learnt, by_hand = np.where(scores > 0, 8, 3), hand_rule(test.images)
    pairs = learn_all_pairs(digits.train, digits.test, steps)
    box = slice(TOP, TOP + HEIGHT), slice(LEFT, LEFT + WIDTH)
    strongest = np.sort(weights[0].ravel())[-HEIGHT * WIDTH]
    threshold = best_threshold(train)
    tuned = np.where(ink_in_box(test.images) > threshold, 8, 3)
    gains = (learnt == test.labels) * 1.0 - (by_hand == test.labels)
    low, high = crossed_bootstrap(gains)
    majority = 3 if (train.labels == 3).mean() >= 0.5 else 8
    difference = crossed_bootstrap((tuned == test.labels) * 1.0 - (by_hand == test.labels)[None])
    return Result(
        hand_accuracy=float((by_hand == test.labels).mean()),
        threshold_accuracy=float((tuned == test.labels).mean()),
        threshold=threshold,
        accuracy=(learnt == test.labels).mean(axis=1),
        majority_accuracy=float((test.labels == majority).mean()),
        pairs=len(pairs),
        pairs_accuracy=float(np.mean(list(pairs.values()))),
        hardest_accuracy=min(pairs.values()),
        hardest="{} or {}".format(*min(pairs, key=pairs.__getitem__)),
        boxed_weights=int((weights[0][box] >= strongest).sum()),
        box_pixels=HEIGHT * WIDTH,
        boxed_by_chance=(HEIGHT * WIDTH) ** 2 / 64,
        gain=float(gains.mean()),
        gain_low=low,
        gain_high=high,
        verdict=judge(low, high),
        threshold_verdict=judge(*difference),
        train_images=len(train.labels),
        test_images=len(test.labels),
        test_forms=len(np.unique(test.forms)),
        seeds=seeds,
        weights=weights[0],
        train_shown=train.images[:SHOWN],
        train_labels=train.labels[:SHOWN],
        test_shown=test.images[:SHOWN],
        test_labels=test.labels[:SHOWN],
        hand_answers=by_hand[:SHOWN],
    )


def only_3_and_8(digits: Digits) -> Digits:
    chosen = np.isin(digits.labels, (3, 8))
    return Digits(*(field[chosen] for field in digits))


def learn(
    images: Float[np.ndarray, "n 8 8"],
    positive: Bool[np.ndarray, "rules n"],
    counts: Float[np.ndarray, "rules n"],
    steps: int,
) -> tuple[Float[np.ndarray, "rules 8 8"], Float[np.ndarray, " rules"]]:
    """Logistic regression by gradient descent, once for each row of answers.

    Returns a weight for each pixel and a bias. An image counts as often as `counts` says.
    """
    pixels, optimizer = jnp.asarray(images), optax.adam(0.05)

    def loss(rule: dict[str, Array], positive: Bool[Array, " n"], counts: Float[Array, " n"]):
        scores = jnp.tensordot(pixels, rule["weights"], 2) + rule["bias"]
        errors = optax.sigmoid_binary_cross_entropy(scores, positive)
        return (counts * errors).sum() / counts.sum() + 0.005 * (rule["weights"] ** 2).sum()

    def fit(positive: Bool[Array, " n"], counts: Float[Array, " n"]) -> dict[str, Array]:
        def step(state: tuple, _: None) -> tuple:
            rule, moments = state
            slope = jax.grad(loss)(rule, positive, counts)
            updates, moments = optimizer.update(slope, moments)
            return (optax.apply_updates(rule, updates), moments), None

        start = {"weights": jnp.zeros((8, 8)), "bias": jnp.zeros(())}
        (rule, _), _ = jax.lax.scan(step, (start, optimizer.init(start)), length=steps)
        return rule

    rules = jax.jit(jax.vmap(fit))(positive, counts.astype(np.float32))
    return np.asarray(rules["weights"]), np.asarray(rules["bias"])


def learn_all_pairs(train: Digits, test: Digits, steps: int) -> dict[tuple[int, int], float]:
    """Test accuracy of the same procedure on each question "this digit or that one?"."""
    pairs = list(itertools.combinations(range(10), 2))
    weights, biases = learn(
        train.images,
        np.stack([train.labels == second for _, second in pairs]),
        np.stack([np.isin(train.labels, pair) for pair in pairs]),
        steps,
    )
    accuracy = {}
    for pair, weight, bias in zip(pairs, weights, biases, strict=True):
        asked = np.isin(test.labels, pair)
        answers = np.where(np.tensordot(test.images[asked], weight, 2) + bias > 0, *pair[::-1])
        accuracy[pair] = float((answers == test.labels[asked]).mean())
    return accuracy


def ink_in_box(images: Float[np.ndarray, "n 8 8"]) -> Float[np.ndarray, " n"]:
    """What the hand rule compares with its threshold."""
    return images[:, TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH].sum(axis=(1, 2))


def best_threshold(train: Digits) -> float:
    """The threshold for the hand rule that gets most training images right."""
    ink = np.sort(ink_in_box(train.images))
    limits = (ink[1:] + ink[:-1]) / 2
    right = [((ink_in_box(train.images) > x) == (train.labels == 8)).sum() for x in limits]
    return float(limits[np.argmax(right)])


def judge(low: float, high: float) -> str:
    """In words what the 95 % interval of a difference says."""
    return "beats" if low > 0 else "loses to" if high < 0 else "does not clearly beat"


def arrows(fig: Figure, result: Result) -> None:
    """Two ways through a computer: rule and data to answers, data and answers to a rule."""
    axes, width, _ = blank_page(fig)
    for top, name in ((0, "Programming"), (236, "Machine learning")):
        axes.text(0, top + 12, name, va="center", weight="bold")
        draw_card(axes, 644, top + 85, 132, 70, "muted")
        axes.text(710, top + 120, "computer", ha="center", va="center")
        draw_arrow(axes, (570, top + 120), (634, top + 120))
        draw_arrow(axes, (786, top + 120), (850, top + 120), color="accent")
        axes.text(284, top + 120, "+", ha="center", va="center", size=20)
    axes.plot((0, width), (220, 220), color="grid", linewidth=0.75)
    _hand_rule(axes, 0, 30)
    _images(axes, 350, 30, "data", result.test_shown)
    right = result.hand_answers == result.test_labels
    _answers(axes, 890, 30, "answers", result.hand_answers, right)
    _images(axes, 0, 266, "data", result.train_shown)
    _answers(axes, 350, 266, "answers, given by people", result.train_labels)
    draw_image(axes, result.weights, 890, 290, 132, "diverging", np.abs(result.weights).max())
    _box(axes, 890, 290)
    axes.text(890, 278, "rule, found by the computer", va="center", color="accent")
    for y, text, colour in ((314, "ink speaks", "ink"), (338, "for 8", "accent")):
        axes.text(1036, y, text, va="center", color=colour)
    axes.text(1036, 362, "for 3", va="center", color="C1")


def scores(fig: Figure, result: Result) -> None:
    """Accuracy on unseen images against how much of the rule was learnt."""
    ax = fig.subplots()
    n = result.test_images
    rows = (
        ("always the same\nanswer", np.array([result.majority_accuracy]), "muted"),
        ("rule by hand", np.array([result.hand_accuracy]), "muted"),
        ("by hand, its\nthreshold learnt", np.array([result.threshold_accuracy]), "C4"),
        ("learnt:\n64 weights", result.accuracy, "accent"),
    )
    for place, (_, values, colour) in enumerate(rows):
        mean = values.mean()
        low, high = wilson(mean, n)
        ax.hlines(place, low, high, color=colour, linewidth=6, alpha=0.25)
        ax.plot(mean, place, "o", color=colour, markersize=8)
        text = f"{100 * mean:.0f} %"
        ax.annotate(text, (mean, place), (0, 9), textcoords="offset points", ha="center")
    ax.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    ax.tick_params(axis="y", length=0, labelcolor="ink")
    ax.set_xticks((0.4, 0.6, 0.8, 1), ("40 %", "60 %", "80 %", "100 %"))
    ax.set(xlim=(0.38, 1.02), ylim=(len(rows) - 0.6, -0.6))
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("unseen digits named correctly")


def _hand_rule(axes: Axes, left: float, top: float) -> None:
    """An outline of the image, the box in which the hand rule looks, and what it says."""
    axes.text(left, top + 12, "rule, written by a person", va="center")
    pixel = 132 / 8
    draw_image(axes, np.zeros((8, 8)), left, top + 24, 132)
    for i in range(1, 8):
        at = {"color": "grid", "linewidth": 0.75}
        axes.plot((left, left + 132), 2 * (top + 24 + pixel * i,), **at)
        axes.plot(2 * (left + pixel * i,), (top + 24, top + 156), **at)
    _box(axes, left, top + 24)
    for y, text in ((58, "ink in the"), (82, "box > 2: 8"), (114, "otherwise: 3")):
        axes.text(left + 146, top + y, text, va="center")


def _box(axes: Axes, left: float, top: float) -> None:
    """Where the hand rule looks, on an image of 132 pixels."""
    pixel = 132 / 8
    look = {"facecolor": "none", "edgecolor": "ink", "linewidth": 2, "zorder": 3}
    place = left + pixel * LEFT, top + pixel * TOP
    axes.add_patch(Rectangle(place, pixel * WIDTH, pixel * HEIGHT, **look))


def _images(axes: Axes, left: float, top: float, name: str, images: Array) -> None:
    """Six images in two rows under their name."""
    axes.text(left, top + 12, name, va="center")
    for i, image in enumerate(images):
        draw_image(axes, image, left + 70 * (i % 3), top + 24 + 70 * (i // 3), 62)


def _answers(
    axes: Axes,
    left: float,
    top: float,
    name: str,
    answers: Int[np.ndarray, " shown"],
    right: Array | None = None,
) -> None:
    """Six answers where `_images` has its images; wrong ones marked."""
    axes.text(left, top + 12, name, va="center", color="ink" if right is None else "accent")
    for i, answer in enumerate(answers):
        colour = "ink" if right is None else "accent" if right[i] else "C1"
        x, y = left + 70 * (i % 3) + 31, top + 55 + 70 * (i // 3)
        text = f"{answer}" if right is None or right[i] else f"{answer} ✗"
        axes.text(x, y, text, ha="center", va="center_baseline", size=27, color=colour)


QUICK = dict(seeds=2, steps=50)
GPU = dict(seeds=256)
