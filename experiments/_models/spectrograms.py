"""Sound as a picture of its frequencies: log-mel spectrograms, and noise to hide speech in."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

WINDOW = 512  # samples that a frame looks at: 23 ms at 22,050 samples a second
HOP = 256  # samples from one frame to the next: 11.6 ms
MELS = 40  # bands, spaced about as the ear does
LOWEST, HIGHEST = 80, 8000  # Hz


def mel_edges() -> Float[np.ndarray, "mels+2"]:
    """Returns the frequencies (Hz) at which the bands begin, peak and end (O'Shaughnessy 1987)."""
    lowest, highest = 2595 * np.log10(1 + np.array([LOWEST, HIGHEST]) / 700)
    return 700 * (10 ** (np.linspace(lowest, highest, MELS + 2) / 2595) - 1)


def mel_filters(rate: int) -> Float[np.ndarray, "bins mels"]:
    """Returns triangular filters, each reaching to its neighbours' peaks."""
    edges = mel_edges()
    frequency = np.fft.rfftfreq(WINDOW, 1 / rate)[:, None]
    rising = (frequency - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequency) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def spectrograms(
    waves: Float[Array, "clips samples"], filters: Float[Array, "bins mels"]
) -> Float[Array, "clips frames mels"]:
    """Returns log-mel spectrograms, each band of each clip with mean 0 and a spread of about 1.

    Bands on one scale make a voice's colour and a steady noise matter less than what changes.
    """
    starts = np.arange(0, waves.shape[1] - WINDOW + 1, HOP)
    taper = np.hanning(WINDOW).astype(np.float32)

    def spectrogram(wave: Float[Array, "samples"]) -> Float[Array, "frames mels"]:
        frames = wave[starts[:, None] + np.arange(WINDOW)] * taper
        bands = jnp.log(jnp.abs(jnp.fft.rfft(frames)) ** 2 @ filters + 0.5)
        return (bands - bands.mean(axis=0)) / (bands.std(axis=0) + 0.3)

    return jax.lax.map(spectrogram, waves, batch_size=16)


def pink_noise(
    rng: np.random.Generator, clips: int, samples: int, rate: int
) -> Float[np.ndarray, "clips samples"]:
    """Returns noise of equal power in every octave above 60 Hz, with a standard deviation of 1."""
    spectrum = np.fft.rfft(rng.standard_normal((clips, samples), np.float32))
    frequency = np.fft.rfftfreq(samples, 1 / rate)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 60)), samples)
    return (noise / noise.std(axis=1, keepdims=True)).astype(np.float32)
