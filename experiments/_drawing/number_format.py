"""Numbers in figures, written as the slides write them."""

import numpy as np


def grouped(value: float) -> str:
    """A whole number, its thousands in groups from 10 000 on."""
    text = f"{value:,.0f}"
    return text.replace(",", "\u202f" if round(abs(value)) >= 10_000 else "")


def times(factor: float) -> str:
    """A factor in words that fit its size: `2.4`, `37`, `12 000`."""
    size = 10 ** max(0, int(np.floor(np.log10(factor))) - 1)
    return f"{factor:.1f}" if factor < 9.95 else grouped(round(factor / size) * size)
