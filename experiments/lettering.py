"""A small network learns to draw the title of the deck, pixel by pixel.

Question: f(x, y) = ink. Data: the title's own lettering, rasterised here. Model: a multilayer
perceptron of two coordinates, seen through random Fourier features. Baseline: the same perceptron
fed with the bare coordinates, which learns slow changes only and stays blurred. All pixels are
trained on: the network is a way to store this one picture. Expect: about 22 dB against 12 dB.
Source: Tancik et al., Fourier Features Let Networks Learn High Frequency Functions in Low
Dimensional Domains, 2020. About 12 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int, UInt8
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
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
    parameters: int
    pixels: int


class Painter(nnx.Module):
    """Coordinates, their sines and cosines at fixed random frequencies, two layers, ink."""

    def __init__(self, frequencies: Float[Array, "2 f"] | None, width: int, rngs: nnx.Rngs) -> None:
        self.frequencies = nnx.Variable(frequencies)
        inputs = 2 if frequencies is None else 2 * frequencies.shape[1]
        self.first = nnx.Linear(inputs, width, rngs=rngs)
        self.second = nnx.Linear(width, width, rngs=rngs)
        self.ink = nnx.Linear(width, 1, rngs=rngs)
