"""Colours as WCAG 2.2 compares them: red, green and blue from 0 to 1, and their opacity."""

from livedeck.slides.theme import HEXADECIMAL

Rgb = tuple[float, float, float]

TEXT, LARGE_TEXT, GRAPHIC = 4.5, 3.0, 3.0  # the least ratios of level AA
LARGE, LARGE_BOLD, BOLD = 24.0, 18.66, 700  # CSS pixels, and the weight that counts as bold


def parse(text: str) -> Rgb:
    """A colour written `#rrggbb`; anything else is a `ValueError`."""
    match = HEXADECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not a colour `#rrggbb`")
    red, green, blue = (int(part, 16) / 255 for part in match.groups())
    return red, green, blue


def written(colour: Rgb) -> str:
    """A colour as `#rrggbb`."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def luminance(colour: Rgb) -> float:
    """The relative luminance: 0 for black, 1 for white."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Rgb, other: Rgb) -> float:
    """How far two colours stand apart: from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(colour: Rgb, opacity: float, below: Rgb) -> Rgb:
    """What is seen of a colour that lets another shine through."""
    red, green, blue = (
        opacity * upper + (1 - opacity) * lower for upper, lower in zip(colour, below, strict=True)
    )
    return red, green, blue


def least_for_text(pixels: float, weight: int) -> float:
    """The ratio that text of a size and weight needs."""
    large = pixels >= LARGE or (weight >= BOLD and pixels >= LARGE_BOLD)
    return LARGE_TEXT if large else TEXT
