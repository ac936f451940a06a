"""Features designed by hand: how strongly, and in which direction, ink rises in parts of an image.

Source: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005.
"""

import numpy as np
from jaxtyping import Float

DIRECTIONS = 8
CELL, STRIDE = 4, 2  # pixels: the cells overlap by half
CELLS = 3  # in each row and column
FEATURES = CELLS * CELLS * DIRECTIONS


def gradients(
    images: Float[np.ndarray, "n h w"],
) -> tuple[Float[np.ndarray, "n h w"], Float[np.ndarray, "n h w"]]:
    """How much ink rises to the right and downwards at each pixel; beyond the edge is paper."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    right = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    return right, padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]


def histograms(images: Float[np.ndarray, "n 8 8"]) -> Float[np.ndarray, "n cells cells directions"]:
    """For each cell the strength of the gradients by direction, on a scale with mean square 1.

    Direction 0 is ink rising to the right; the next ones turn clockwise by an eighth of a circle.
    """
    right, down = gradients(images)
    strength = np.hypot(right, down)
    angle = np.arctan2(down, right)[..., None] / (2 * np.pi) * DIRECTIONS
    away = np.abs((angle - np.arange(DIRECTIONS) + DIRECTIONS / 2) % DIRECTIONS - DIRECTIONS / 2)
    # Each pixel is shared between the two directions next to its own.
    shares = strength[..., None] * np.maximum(0, 1 - away)
    starts = [STRIDE * i for i in range(CELLS)]
    cells = np.stack(
        [[shares[:, y : y + CELL, x : x + CELL].sum(axis=(1, 2)) for x in starts] for y in starts]
    )
    cells = np.moveaxis(cells, 2, 0)
    return np.sqrt(cells / cells.mean(axis=(1, 2, 3), keepdims=True)).astype(np.float32)
