"""Plain values as an author writes them: the parameters of runs, and the arguments of filters."""

import ast
import math
import warnings

ADVICE = "Write a number, a text, True, False, None, or a tuple, list or dict of these."


class NotPlainError(ValueError):
    """A literal of Python's that is no plain value, such as a set."""


def literal(source: str | ast.expr) -> object:
    """The plain value that a text or an expression says; a `ValueError` where it says none.

    A set, for one, is not plain: it reads differently in every process.
    """
    text = source.strip() if isinstance(source, str) else ast.unparse(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own remarks on how it is written
            value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(f"`{text}` is no plain value") from error
    if not _is_plain(value):
        raise NotPlainError(f"`{text}` is no plain value")
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, (*value.keys(), *value.values())))
    if isinstance(value, (tuple, list)):
        return all(map(_is_plain, value))
    if isinstance(value, float):
        return math.isfinite(value)  # of 1e999, Python writes `inf`, which is a name
    return value is None or isinstance(value, (int, str))
