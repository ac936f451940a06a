"""A small network learns to draw the title of the deck, pixel by pixel.

Question: f(x, y) = ink. Data: the title's own lettering, rasterised here. Model: a multilayer
perceptron of two coordinates, seen through random Fourier features. Baseline: the same perceptron
fed with the bare coordinates, which learns slow changes only and stays blurred. All pixels are
trained on: the network is a way to store this one picture. Expect: about 22 dB against 9 dB.
Source: Tancik et al., Fourier Features Let Networks Learn High Frequency Functions in Low
Dimensional Domains, 2020. About 12 s on 2 CPU cores.
"""

from importlib.metadata import entry_points
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int, UInt8
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from livedeck import track

LINES = ("Introduction to", "Deep Learning")


class Result(NamedTuple):
    """What the first network draws after some steps, and how close all networks come."""

    frames: Int[np.ndarray, " frames"]  # training steps
    drawings: UInt8[np.ndarray, "frames h w"]  # ink from 0 to 255
    blurred: UInt8[np.ndarray, "h w"]  # the baseline's last drawing
    psnr: Float[np.ndarray, " seeds"]  # peak signal-to-noise ratio in dB after the last step
    blurred_psnr: Float[np.ndarray, " seeds"]
    blank_psnr: float  # of an even grey
    steps: int
    parameters: int  # of the network with Fourier features
    pixels: int


class Painter(nnx.Module):
    """Two coordinates, as they are or as waves of fixed random frequencies, to an amount of ink."""

    def __init__(self, waves: int, detail: float, width: int, rngs: nnx.Rngs) -> None:
        frequencies = detail * rngs.normal((2, waves)) if waves else None
        self.frequencies = nnx.data(frequencies)
        self.first = nnx.Linear(2 * waves or 2, width, rngs=rngs)
        self.second = nnx.Linear(width, width, rngs=rngs)
        self.ink = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, places: Float[Array, "n 2"]) -> Float[Array, " n"]:
        x = places
        if self.frequencies is not None:
            angles = 2 * jnp.pi * places @ jax.lax.stop_gradient(self.frequencies)
            x = jnp.concatenate([jnp.sin(angles), jnp.cos(angles)], axis=-1)
        x = nnx.relu(self.second(nnx.relu(self.first(x))))
        return self.ink(x)[:, 0]


def run(
    *,
    seeds: int = 3,
    steps: int = 600,
    height: int = 100,
    waves: int = 64,
    detail: float = 3.0,
    width: int = 64,
    batch: int = 2048,
) -> Result:
    """Trains both networks on the lettering and keeps what the first draws on the way."""
    lettering = rasterise(height)
    frames = np.unique(np.append(0, np.geomspace(5, steps, 11).round().astype(int)))
    drawings, psnr = paint(lettering, frames, seeds, waves, detail, width, batch)
    blurred, blurred_psnr = paint(lettering, frames[[0, -1]], seeds, 0, detail, width, batch)
    return Result(
        frames=frames,
        drawings=drawings,
        blurred=blurred[-1],
        psnr=psnr,
        blurred_psnr=blurred_psnr,
        blank_psnr=float(-10 * np.log10(lettering.var())),
        steps=int(frames[-1]),
        parameters=(2 * waves + 1) * width + (width + 1) * width + width + 1,
        pixels=lettering.size,
    )


def rasterise(height: int, aspect: float = 1152 / 300) -> Float[np.ndarray, "h w"]:
    """The lettering as ink from 0 to 1, in the deck's font if it is installed."""
    fonts = {}
    for entry in entry_points(group="fonts_ttf"):
        fonts |= entry.load()
    file = fonts.get("SourceSansProSemibold", findfont("DejaVu Sans"))
    fig = Figure(figsize=(aspect, 1), dpi=height)
    fig.set_facecolor("none")
    for line, baseline in zip(LINES, (0.62, 0.15), strict=True):
        path = TextPath((0, baseline), line, size=0.48, prop=FontProperties(fname=file))
        left = Affine2D().translate(0.02 - path.get_extents().x0, 0)
        fig.add_artist(PathPatch(path, transform=left + fig.dpi_scale_trans, linewidth=0))
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 3] / np.float32(255)


def paint(
    lettering: Float[np.ndarray, "h w"],
    frames: Int[np.ndarray, " frames"],
    seeds: int,
    waves: int,
    detail: float,
    width: int,
    batch: int,
) -> tuple[UInt8[np.ndarray, "frames h w"], Float[np.ndarray, " seeds"]]:
    """Drawings of the first network at the steps in `frames`, and the last PSNR of every seed."""
    h, w = lettering.shape
    rows, columns = np.mgrid[:h, :w]
    places = jnp.asarray(np.stack([columns, rows], axis=-1).reshape(-1, 2) / h, jnp.float32)
    ink = jnp.asarray(lettering.ravel())
    chunks = len(ink) // batch
    shuffles = [np.random.default_rng(seed).permutation(len(ink)) for seed in range(seeds)]
    batches = jnp.asarray(np.stack(shuffles)[:, : chunks * batch].reshape(seeds, chunks, batch))
    optimizer = optax.adam(3e-3)

    def loss(painter: Painter, chosen: Int[Array, " batch"]) -> Array:
        return ((painter(places[chosen]) - ink[chosen]) ** 2).mean()

    def step(painter: Painter, moments: optax.OptState, chosen: Int[Array, " batch"]) -> tuple:
        updates, moments = optimizer.update(jax.grad(loss)(painter, chosen), moments)
        return optax.apply_updates(painter, updates), moments

    @jax.jit
    def train(carry: tuple, start: Array, end: Array) -> tuple:
        def body(i: Array, carry: tuple) -> tuple:
            return jax.vmap(step)(*carry, batches[:, i % chunks])

        return jax.lax.fori_loop(start, end, body, carry)

    @jax.jit
    def initial(keys: Array) -> tuple:
        painters = jax.lax.map(lambda key: Painter(waves, detail, width, nnx.Rngs(key)), keys)
        return painters, jax.vmap(optimizer.init)(painters)

    @jax.jit
    def draw(painters: Painter) -> Float[Array, "seeds pixels"]:
        return jax.lax.map(lambda painter: painter(places).clip(0, 1), painters)

    carry = initial(jax.vmap(jax.random.key)(jnp.arange(seeds)))
    drawings, start = [], 0
    for end in track(list(frames)):
        carry = train(carry, start, end)
        start = end
        drawn = np.asarray(draw(carry[0]))
        drawings.append((255 * drawn[0]).round().astype(np.uint8).reshape(h, w))
    error = ((drawn - np.asarray(ink)) ** 2).mean(axis=1)
    return np.stack(drawings), -10 * np.log10(error)


def training(fig: Figure, result: Result, frame: int) -> None:
    """What the network draws after some steps, in ink on the paper."""
    _draw(fig, result.drawings[frame])


def baseline(fig: Figure, result: Result) -> None:
    """What the network without Fourier features draws after as many steps."""
    _draw(fig, result.blurred)


def _draw(fig: Figure, drawing: UInt8[np.ndarray, "h w"]) -> None:
    ax = fig.subplots()
    # 32 shades and raw pixels: a dozen frames of noise hardly compress otherwise.
    ax.imshow(drawing // 8 * 8, cmap="ink", vmin=0, vmax=248, interpolation="none")
    ax.set_anchor("W")
    ax.set_axis_off()


QUICK = dict(seeds=2, steps=20, height=40)
GPU = dict(seeds=8, steps=5000, height=150, waves=256, detail=5.0, width=256, batch=8192)
