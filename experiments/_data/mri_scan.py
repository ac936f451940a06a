"""A real MRI slice of a head, its brain, and simulated responses of the brain's voxels.

Data: `s1045.ima.gz`, which matplotlib ships: 256 x 256 pixels, seen from the side, face to the
left. The responses are SIMULATED; only the anatomy is real.
"""

import gzip
from pathlib import Path

import matplotlib
import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import ndimage

VOXEL = 4  # pixels along an edge
PATCH = (114, 150), (12, 26)  # centre and half axes in pixels: cortex just above the cerebellum


def read_slice() -> Float[np.ndarray, "256 256"]:
    """Brightness from 0 (air) to 1."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "s1045.ima.gz"
    pixels = np.frombuffer(gzip.decompress(path.read_bytes()), "<u2").reshape(256, 256)
    return pixels / pixels.max()


def find_brain(image: Float[np.ndarray, "pixels pixels"]) -> Bool[np.ndarray, "n n"]:
    """The voxels that lie in the brain: the bright island inside the dark ring of the skull."""
    cross = ndimage.generate_binary_structure(2, 1)
    tissue = ndimage.binary_opening(image > 0.32, cross, iterations=2)
    islands, _ = ndimage.label(tissue)
    island = islands == np.bincount(islands[islands > 0]).argmax()
    whole = ndimage.binary_closing(ndimage.binary_dilation(island, cross, 2), cross, 4)
    whole = ndimage.binary_fill_holes(whole)
    n = len(image) // VOXEL
    return whole.reshape(n, VOXEL, n, VOXEL).mean(axis=(1, 3)) > 0.9


def find_patch(brain: Bool[np.ndarray, "n n"]) -> Bool[np.ndarray, "n n"]:
    """The voxels that carry the simulated signal: an ellipse, about where Haxby et al. looked."""
    places = np.moveaxis(np.indices(brain.shape), 0, -1) * VOXEL + (VOXEL - 1) / 2
    centre, axes = np.array(PATCH)
    return brain & ((((places - centre) / axes) ** 2).sum(axis=2) < 1)


def simulate(
    seed: int,
    labels: Int[np.ndarray, "runs trials"],
    brain: Bool[np.ndarray, "n n"],
    patch: Bool[np.ndarray, "n n"],
    signal: float,
) -> Float[np.ndarray, "runs trials voxels"]:
    """One subject's responses: patterns of variance `signal` squared in noise of unit variance.

    Half of the noise is smooth in space, a tenth common to the whole brain, as after a breath;
    each run shifts every voxel's level by far more than any category does.
    """
    random = np.random.default_rng(seed)
    runs, trials = labels.shape
    voxels = int(brain.sum())

    def smooth(*shape: int) -> Float[np.ndarray, "*shape voxels"]:
        white = random.standard_normal((*shape, *brain.shape))
        blurred = ndimage.gaussian_filter(white, sigma=1, axes=(-2, -1), mode="wrap")
        return (blurred / blurred.std())[..., brain]

    patterns = random.standard_normal((labels.max() + 1, voxels)) * patch[brain]
    noise = (
        np.sqrt(0.5) * smooth(runs, trials)
        + np.sqrt(0.4) * random.standard_normal((runs, trials, voxels))
        + np.sqrt(0.1) * random.standard_normal((runs, trials, 1))
    )
    return (signal * patterns[labels] + noise + 2 * smooth(runs, 1)).astype(np.float32)
