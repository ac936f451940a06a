"""A few singular values rebuild a photo; cosines in small blocks do it with fewer numbers.

Question: how much of a picture is in the first k singular values, and is that the best use of as
many numbers? Data: a photo that scikit-learn ships, as a matrix of grey levels; to see whether it
is one photo's whim, a second one, a portrait and an MRI slice that matplotlib ships. Model: the
singular value decomposition, cut off after k terms, which no other matrix of rank k can beat.
Baselines, with the same count of numbers: a coarser picture; the largest cosine coefficients of
blocks of 8 x 8 pixels, as in JPEG, each counted twice, since its place has to be stored as well.
Expect: best of its rank, and still worse than the cosines.
Source: Eckart and Young, The Approximation of One Matrix by Another of Lower Rank, 1936; Ahmed,
Natarajan and Rao, Discrete Cosine Transform, 1974. Under 1 s on 2 CPU cores.
"""

import gzip
import importlib.util
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from jaxtyping import Float, Int, UInt8
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MultipleLocator, NullLocator, PercentFormatter
from PIL import Image
from scipy.fft import dctn, idctn
from threadpoolctl import threadpool_limits

BLOCK = 8  # pixels, as in JPEG
PICTURES = ("photo of a temple", "photo of a flower", "portrait", "MRI slice of a head")
Picture = Float[np.ndarray, "h w"]


class Result(NamedTuple):
    """Errors by the numbers spent, on one photo in grey levels of 255, and pictures to look at."""

    terms: Int[np.ndarray, " k"]  # singular values kept
    share: Float[np.ndarray, " k"]  # of the matrix's numbers that this takes
    svd_error: Float[np.ndarray, " k"]  # root mean square
    coarse_error: Float[np.ndarray, " k"]
    cosine_error: Float[np.ndarray, " k"]
    height: int  # pixels
    width: int
    rank: int
    shown_terms: Int[np.ndarray, " shown"]
    shown_share: Float[np.ndarray, " shown"]
    shown_error: Float[np.ndarray, " shown"]
    shown_variation: Float[np.ndarray, " shown"]  # share of the photo's variance that is kept
    compared: int  # terms at which the three are set side by side
    compared_numbers: int
    compared_share: float
    compared_svd: float
    compared_coarse: float
    compared_cosine: float
    formula_error: float  # what Eckart and Young say that the error of `compared` terms is
    pictures: tuple[str, ...]
    ratios: Float[np.ndarray, " pictures"]  # cosines' error over the SVD's, as many terms
    cosine_wins: int  # pictures
    picture_count: int
    original: UInt8[np.ndarray, "h w"]
    rebuilt: UInt8[np.ndarray, "shown h w"]
    rivals: UInt8[np.ndarray, "3 h w"]  # SVD, coarser picture, cosines


def run(*, shrink: int = 2, points: int = 16, compared: int = 20) -> Result:
    """Spends the same count of numbers in three ways, on four pictures."""
    pictures = [prepare(picture, shrink) for picture in read_pictures()]
    photo = pictures[0]
    ways = (low_rank, coarser, cosines)
    # For matrices of this size, threads that wait for each other cost more than they bring.
    with threadpool_limits(1):
        values = np.linalg.svd(photo, compute_uv=False)
        most = int(0.7 * photo.size / numbers(photo, 1))
        terms = np.unique(np.geomspace(1, most, points).round().astype(int))
        errors = np.array([[error(photo, way(photo, k)) for k in terms] for way in ways])
        shown = np.array([1, 2, 5, 10, 20, 40, 80])
        rebuilt = np.stack([low_rank(photo, k) for k in shown])
        rivals = np.stack([way(photo, compared) for way in ways])
        ratios = np.array(
            [
                error(picture, cosines(picture, compared))
                / error(picture, low_rank(picture, compared))
                for picture in pictures
            ]
        )
    missed = np.array([error(photo, each) for each in rebuilt])
    spent = numbers(photo, compared)
    return Result(
        terms=terms,
        share=numbers(photo, terms) / photo.size,
        svd_error=errors[0],
        coarse_error=errors[1],
        cosine_error=errors[2],
        height=photo.shape[0],
        width=photo.shape[1],
        rank=len(values),
        shown_terms=shown,
        shown_share=numbers(photo, shown) / photo.size,
        shown_error=missed,
        shown_variation=1 - missed**2 / photo.var(),
        compared=compared,
        compared_numbers=spent,
        compared_share=spent / photo.size,
        compared_svd=error(photo, rivals[0]),
        compared_coarse=error(photo, rivals[1]),
        compared_cosine=error(photo, rivals[2]),
        formula_error=float(np.sqrt((values[compared:] ** 2).sum() / photo.size)),
        pictures=PICTURES,
        ratios=ratios,
        cosine_wins=int((ratios < 1).sum()),
        picture_count=len(pictures),
        original=to_bytes(photo),
        rebuilt=to_bytes(rebuilt),
        rivals=to_bytes(rivals),
    )


def read_pictures() -> list[Picture]:
    """Two photos of scikit-learn, which need not be imported, and two pictures of matplotlib."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The photos come with scikit-learn: pip install scikit-learn")
    photos = Path(package.origin).parent / "datasets" / "images"
    samples = Path(matplotlib.get_data_path()) / "sample_data"
    files = photos / "china.jpg", photos / "flower.jpg", samples / "grace_hopper.jpg"
    pictures = [np.asarray(Image.open(file).convert("L"), float) for file in files]
    with gzip.open(samples / "s1045.ima.gz") as file:
        head = np.frombuffer(file.read(), np.uint16).reshape(256, 256).astype(float)
    return [*pictures, 255 * head / head.max()]


def prepare(picture: Picture, shrink: int) -> Picture:
    """Means of `shrink` x `shrink` pixels, cut so that whole blocks remain."""
    h, w = (n // (shrink * BLOCK) * BLOCK for n in picture.shape)
    return picture[: h * shrink, : w * shrink].reshape(h, shrink, w, shrink).mean(axis=(1, 3))


def numbers(picture: Picture, terms: np.ndarray | int) -> np.ndarray | int:
    """How many numbers so many terms take: a column, a row and a singular value each."""
    return terms * (sum(picture.shape) + 1)


def low_rank(picture: Picture, terms: int) -> Picture:
    """The sum of the first terms: a column times a row times a singular value."""
    columns, values, rows = np.linalg.svd(picture, full_matrices=False)
    return columns[:, :terms] * values[:terms] @ rows[:terms]


def coarser(picture: Picture, terms: int) -> Picture:
    """As many pixels as the terms have numbers, drawn large again."""
    factor = np.sqrt(numbers(picture, terms) / picture.size)
    h, w = (max(1, int(n * factor)) for n in picture.shape)
    small = Image.fromarray(picture.astype(np.float32)).resize((w, h), Image.Resampling.BOX)
    large = small.resize(picture.shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(large, float)


def cosines(picture: Picture, terms: int) -> Picture:
    """The largest cosine coefficients of all blocks; value and place count as two numbers."""
    h, w = picture.shape
    blocks = picture.reshape(h // BLOCK, BLOCK, w // BLOCK, BLOCK)
    waves = dctn(blocks, axes=(1, 3), norm="ortho")
    kept = min(numbers(picture, terms) // 2, picture.size)
    waves[np.abs(waves) < np.sort(np.abs(waves), axis=None)[-kept]] = 0
    return idctn(waves, axes=(1, 3), norm="ortho").reshape(h, w)


def error(picture: Picture, rebuilt: Picture) -> float:
    """Root mean square, in grey levels."""
    return float(np.sqrt(np.mean((picture - rebuilt) ** 2)))


def to_bytes(pictures: Float[np.ndarray, "*n h w"]) -> UInt8[np.ndarray, "*n h w"]:
    return np.clip(pictures, 0, 255).round().astype(np.uint8)


def layers(fig: Figure, result: Result) -> None:
    """The photo from more and more terms, and as it is."""
    for ax, picture, terms, share in zip(
        fig.subplots(2, 4).flat,
        (*result.rebuilt, result.original),
        (*result.shown_terms, result.rank),
        (*result.shown_share, 1),
        strict=True,
    ):
        name = "the photo" if share == 1 else f"k = {terms}: {100 * share:.{share < 0.02:d}f} %"
        _grey(ax, picture, name)


def rivals(fig: Figure, result: Result) -> None:
    """The photo, and three ways to spend the same count of numbers on it."""
    names = ("the photo", f"{result.compared} singular values", "fewer pixels", "cosines in blocks")
    pictures = (result.original, *result.rivals)
    for ax, picture, name in zip(fig.subplots(2, 2).flat, pictures, names, strict=True):
        _grey(ax, picture, name)


def errors(fig: Figure, result: Result) -> None:
    """The error of three ways, by the share of numbers kept."""
    ax = fig.subplots()
    ax.axvline(result.compared_share, color="grid", linewidth=1.5)
    ax.text(result.compared_share * 1.06, 47, f"k = {result.compared}", va="top")
    for values, name, colour, at, shift, side in (
        (result.coarse_error, "fewer pixels", "muted", 0.7, 3.5, "right"),
        (result.svd_error, "singular values", "accent", 0.055, 1.5, "left"),
        (result.cosine_error, "cosines in blocks", "C1", 0.1, -5, "right"),
    ):
        ax.plot(result.share, values, color=colour, marker="o", markersize=5)
        height = np.interp(at, result.share, values) + shift
        ax.text(at, height, name, color=colour, ha=side, va="bottom")
    ax.set(xscale="log", ylim=(0, 50), xlim=(result.share[0] * 0.9, 0.8))
    ax.xaxis.set_major_locator(FixedLocator([0.01, 0.03, 0.1, 0.3]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.yaxis.set_major_locator(MultipleLocator(10))
    ax.set_xlabel("numbers kept, share of the matrix")
    ax.set_ylabel("error (grey levels of 255)")


def _grey(ax: Axes, picture: UInt8[np.ndarray, "h w"], name: str) -> None:
    """A picture whose light parts are light on light paper and on dark."""
    dark_paper = sum(to_rgb("paper")) < 1.5
    shades = picture if dark_paper else 255 - picture
    # 32 shades and raw pixels keep the file small.
    ax.imshow(shades // 8 * 8, cmap="ink", vmin=0, vmax=248, interpolation="none")
    ax.set_title(name)
    ax.set_axis_off()


QUICK = dict(points=6)
