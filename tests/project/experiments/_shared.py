"""What several experiments use."""


def double(number: int) -> int:
    """Twice a number."""
    return 2 * number
