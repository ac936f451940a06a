"""A helper doubles a number."""

from typing import NamedTuple

from experiments._shared import double


class Result(NamedTuple):
    answer: int


def run(*, number: int = 21) -> Result:
    return Result(answer=double(number))
