"""The time that a talk shall take, and each of its slides."""

import re
from collections.abc import Sequence

_TIME = re.compile(r"(?:(\d{1,6}(?:\.\d{1,6})?)\s*min)?\s*(?:(\d{1,6})\s*s)?", re.ASCII)


def seconds(text: str) -> float | None:
    """The seconds in `2 min`, `90 s` or `1 min 30 s`; nothing, where a text is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    return 60 * float(match[1] or 0) + float(match[2] or 0)


def clock(time: float) -> str:
    """A time as an author writes it."""
    minutes, rest = divmod(round(time), 60)
    parts = [f"{minutes} min"] * (minutes > 0) + [f"{rest} s"] * (rest > 0 or not minutes)
    return " ".join(parts)


def schedule(times: Sequence[float | None], whole: float | None) -> list[float | None]:
    """The time of every slide: those without one of their own share, in equal parts, what the
    others leave of the whole talk. Of a talk whose time nobody has planned they get none.
    """
    given = [time for time in times if time is not None]
    if whole is None or len(given) == len(times):
        return list(times)
    share = round((whole - sum(given)) / (len(times) - len(given)), 1)
    return [share if time is None else time for time in times]
