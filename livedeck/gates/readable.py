"""How large text must be on a slide for its audience to read it."""

READABLE = 18.0  # CSS pixels on a slide of 1280 x 720
ROUNDING = 0.05
FIX = "Nothing that the audience must read is under 18 px"


def is_small(pixels: float) -> bool:
    """Whether text of a size is too small."""
    return pixels < READABLE - ROUNDING
