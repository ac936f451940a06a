"""A helper that is imported when it is needed doubles a number."""

from typing import NamedTuple


class Result(NamedTuple):
    answer: int


def run(*, number: int = 4) -> Result:
    from experiments import _shared

    return Result(answer=_shared.double(number))
