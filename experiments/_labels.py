"""Numbers in figures, written as the slides write them."""


def grouped(value: float) -> str:
    """A whole number, its thousands in groups from 10 000 on."""
    text = f"{value:,.0f}"
    return text.replace(",", "\u202f" if round(abs(value)) >= 10_000 else "")
