"""The valley and its ways down, and the best matrix of its rank: optima that can be recomputed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import optax
import pytest
from scipy.fft import dctn

from experiments._statistics.intervals import wilson
from experiments.optimisers import (
    HIGH,
    LOW,
    NEAR,
    RATES,
    Cells,
    arrival,
    descender,
    edge,
    newton,
    read_cells,
)
from experiments.singular_values import (
    BLOCK,
    coarser,
    cosines,
    error,
    low_rank,
    numbers,
    prepare,
    read_pictures,
)

Computed = Callable[[str], dict[str, Any]]


def cells() -> Cells:
    """The measurements in double precision, as scikit-learn reads them."""
    from sklearn.datasets import load_breast_cancer

    inputs, benign = load_breast_cancer(return_X_y=True)
    x = inputs[:, [0, 10]]
    return Cells(x - x.mean(axis=0), 1.0 - benign)


def loss(weights: np.ndarray, cells: Cells) -> float:
    """Mean cross-entropy."""
    scores = cells.x @ weights
    return float(np.mean(np.logaddexp(0, scores) - cells.y * scores))


def curvature(weights: np.ndarray, cells: Cells) -> np.ndarray:
    """The Hessian of the loss."""
    said = 1 / (1 + np.exp(-cells.x @ weights))
    return (cells.x * (said * (1 - said))[:, None]).T @ cells.x / len(cells.y)


def test_the_least_loss_is_where_the_slope_vanishes(computed: Computed) -> None:
    """As it must, since the loss of logistic regression is convex; scikit-learn agrees."""
    from sklearn.linear_model import LogisticRegression

    values, known = computed("optimisers"), cells()
    minimum = values["minimum"]
    said = 1 / (1 + np.exp(-known.x @ minimum))
    assert known.x.T @ (said - known.y) / len(known.y) == pytest.approx(0, abs=1e-4)
    assert values["least"] == pytest.approx(loss(minimum, known), abs=1e-5)
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=10_000)
    assert minimum == pytest.approx(model.fit(*known).coef_[0], abs=1e-3)
    assert values["accuracy"] == pytest.approx(model.score(*known))
    assert values["cells"] == len(known.y)


def test_standardised_inputs_make_a_rounder_valley(computed: Computed) -> None:
    """The curvatures at the minimum, by hand, in the units of the file and in units of spread."""
    values, known = computed("optimisers"), cells()
    raw = np.linalg.eigvalsh(curvature(values["minimum"], known))
    assert values["condition"] == pytest.approx(raw[1] / raw[0], rel=0.01)
    spread = known.x.std(axis=0)
    scaled = np.linalg.eigvalsh(
        curvature(values["minimum"] * spread, Cells(known.x / spread, known.y))
    )
    assert values["scaled_condition"] == pytest.approx(scaled[1] / scaled[0], rel=0.01)
    assert values["scaled_condition"] < values["condition"] / 3


def test_every_remedy_is_faster_than_gradient_descent(computed: Computed) -> None:
    """Standardising too; Newton's method needs fewest steps, and all arrive in time."""
    values = computed("optimisers")
    descent, *remedies, scaled, second_order = values["medians"]
    assert max(remedies) < descent
    assert scaled < descent
    assert second_order < min(descent, scaled, *remedies)
    assert (values["late"] < values["budget"]).all()
    assert (values["early"] <= values["medians"]).all()
    assert (values["medians"] <= values["late"]).all()
    fastest = values["medians"][:4].argmin()
    assert values["fastest"] == values["names"][fastest]
    assert values["fastest_median"] == values["medians"][fastest]
    interval = values["quicker_low"], values["quicker_high"]
    assert interval == pytest.approx(wilson(values["quicker"], values["starts"]))


def test_every_rate_is_the_best_of_a_grid_that_was_wide_enough(computed: Computed) -> None:
    """None lies at its edge, so that nobody lost for want of a smaller or larger one."""
    values = computed("optimisers")
    assert values["grid_rates"] == len(RATES)
    assert (values["lowest_rate"], values["highest_rate"]) == (RATES[0], RATES[-1])
    assert values["starts"] == values["choosing"] * len(RATES)
    for rate in values["rates"]:
        assert np.isclose(RATES, rate).sum() == 1
        assert values["lowest_rate"] < rate < values["highest_rate"]


def test_who_only_comes_past_has_not_arrived() -> None:
    """Arrived is who stays; who never does, or is lost, has used up the budget."""
    near, far = NEAR / 2, 2 * NEAR
    heights = [
        [far, near, far, near, near],
        [near, near, near, near, near],
        [far, near, near, near, far],
        [far, np.nan, np.nan, np.nan, np.nan],
        [far, far, far, far, near],
    ]
    assert arrival(np.array(heights)).tolist() == [3, 0, 4, 4, 4]


def test_starts_lie_on_the_edge_and_are_others_for_choosing() -> None:
    """All four sides are used."""
    choosing, racing = edge(200, 0), edge(200, 1)
    for points in (choosing, racing):
        assert (points >= LOW).all()
        assert (points <= HIGH).all()
        sides = np.stack([points == LOW, points == HIGH])
        assert sides.any(axis=(0, 2)).all()
        assert (sides.sum(axis=1) > 20).all()
    assert not set(map(tuple, choosing.tolist())) & set(map(tuple, racing.tolist()))


def test_gradient_descent_takes_the_steps_of_its_formula() -> None:
    """Weights less rate times slope, and the loss before each step."""
    known, rate = read_cells(), 0.05
    start = np.array([[1.0, 10.0]], np.float32)
    paths, heights = descender(optax.sgd, 5)(known, start, np.array([rate], np.float32))
    weights = start[0].astype(float)
    for seen, height in zip(paths[0], heights[0], strict=True):
        assert seen == pytest.approx(weights, abs=1e-3)
        assert height == pytest.approx(loss(weights, known), abs=1e-4)
        said = 1 / (1 + np.exp(-known.x @ weights))
        weights = weights - rate * known.x.T @ (said - known.y) / len(known.y)


def test_newtons_method_never_climbs() -> None:
    """From every start it ends at the same place, the lowest."""
    paths, heights = newton(read_cells(), edge(20, 2), 20)
    assert (np.diff(heights, axis=1) < 1e-5).all()
    assert paths[:, -1] == pytest.approx(paths[0, -1][None].repeat(20, axis=0), abs=1e-3)


def picture() -> np.ndarray:
    """A real one, small."""
    return prepare(read_pictures()[2], 8)


def test_the_error_of_a_rank_is_in_the_values_left_out(computed: Computed) -> None:
    """The formula of Eckart and Young, beside the error that was measured."""
    values = computed("singular_values")
    assert values["compared_svd"] == pytest.approx(values["formula_error"])
    photo = picture()
    singular = np.linalg.svd(photo, compute_uv=False)
    for terms in (0, 1, 7, len(singular) - 1):
        expected = np.sqrt((singular[terms:] ** 2).sum() / photo.size)
        assert error(photo, low_rank(photo, terms)) == pytest.approx(expected)
    assert low_rank(photo, len(singular)) == pytest.approx(photo)


def test_no_other_matrix_of_the_rank_is_nearer() -> None:
    """Not the photo's shadow on random columns, not one nudged, nor a coarser picture."""
    photo, random = picture(), np.random.default_rng(0)
    best = low_rank(photo, 5)
    assert np.linalg.matrix_rank(best) == 5
    for _ in range(20):
        columns = np.linalg.qr(random.normal(size=(len(photo), 5)))[0]
        assert error(photo, columns @ columns.T @ photo) > error(photo, best)
        left, values, right = np.linalg.svd(best + random.normal(size=best.shape))
        nudged = left[:, :5] * values[:5] @ right[:5]
        assert error(photo, nudged) > error(photo, best)
    for terms in (1, 3, 8):
        coarse = coarser(photo, terms)
        rank = int(np.linalg.matrix_rank(coarse, tol=1e-3))
        assert rank < min(photo.shape)
        assert error(photo, low_rank(photo, rank)) <= error(photo, coarse) + 1e-3


def test_more_numbers_mean_less_error(computed: Computed) -> None:
    """In every way of spending them."""
    values = computed("singular_values")
    height, width = values["height"], values["width"]
    spent = values["terms"] * (height + width + 1)
    assert values["share"] == pytest.approx(spent / (height * width))
    assert values["compared_numbers"] == values["compared"] * (height + width + 1)
    for way in ("svd", "coarse", "cosine"):
        assert (np.diff(values[f"{way}_error"]) < 0).all()
    assert (np.diff(values["shown_error"]) < 0).all()
    variance = prepare(read_pictures()[0], 2).var()
    assert values["shown_variation"] == pytest.approx(1 - values["shown_error"] ** 2 / variance)


def test_the_same_terms_have_the_same_error_everywhere(computed: Computed) -> None:
    """In the row shown, and where the three ways are compared."""
    values = computed("singular_values")
    place = values["shown_terms"].tolist().index(values["compared"])
    assert values["shown_error"][place] == values["compared_svd"]
    assert values["shown_share"][place] == values["compared_share"]
    assert values["ratios"][0] == pytest.approx(values["compared_cosine"] / values["compared_svd"])
    assert values["rank"] == min(values["height"], values["width"])


def left_out(photo: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Errors of singular values and of cosines, by the squares of what is left out: both
    transforms are rotations and keep all lengths."""
    h, w = photo.shape
    blocks = photo.reshape(h // BLOCK, BLOCK, w // BLOCK, BLOCK)
    cosine = np.sort(dctn(blocks, axes=(1, 3), norm="ortho").ravel() ** 2)
    singular = np.linalg.svd(photo, compute_uv=False) ** 2
    kept = [(k, numbers(photo, int(k)) // 2) for k in terms]
    squares = [(singular[k:].sum(), cosine[: len(cosine) - n].sum()) for k, n in kept]
    return np.sqrt(np.array(squares) / photo.size)


def test_errors_are_in_what_is_left_out(computed: Computed) -> None:
    """All along both curves; and the coarser picture's is measured."""
    values, photo = computed("singular_values"), prepare(read_pictures()[0], 2)
    expected = left_out(photo, values["terms"])
    assert values["svd_error"] == pytest.approx(expected[:, 0])
    assert values["cosine_error"] == pytest.approx(expected[:, 1])
    coarse = [error(photo, coarser(photo, k)) for k in (values["terms"][2], values["compared"])]
    assert coarse == pytest.approx([values["coarse_error"][2], values["compared_coarse"]])


def test_cosines_win_on_as_many_pictures_as_is_said(computed: Computed) -> None:
    """Each with as many numbers as the terms compared."""
    values = computed("singular_values")
    terms = np.array([values["compared"]])
    found = [left_out(prepare(each, 2), terms)[0] for each in read_pictures()]
    ratios = [cosine / singular for singular, cosine in found]
    assert values["ratios"] == pytest.approx(np.array(ratios))
    assert values["cosine_wins"] == sum(ratio < 1 for ratio in ratios)
    assert values["picture_count"] == len(values["pictures"]) == len(ratios)


def test_all_numbers_rebuild_the_photo() -> None:
    """As many cosines as pixels, with their places, leave nothing out; a term takes its parts."""
    photo = picture()
    enough = 2 * photo.size // numbers(photo, 1) + 1
    assert cosines(photo, enough) == pytest.approx(photo)
    assert numbers(photo, 3) == 3 * (photo.shape[0] + photo.shape[1] + 1)
    assert error(photo, photo + 2) == pytest.approx(2)


def test_a_picture_shrinks_to_means_and_whole_blocks() -> None:
    large = np.arange(20 * 37.0).reshape(20, 37)
    small = prepare(large, 2)
    assert small.shape == (8, 16)
    assert small[0, 0] == pytest.approx(large[:2, :2].mean())
    assert small[7, 15] == pytest.approx(large[14:16, 30:32].mean())
