"""Numbers and path data of an SVG, rounded to what the eye can see and written as short as SVG
allows."""

import functools
import re

DIGITS = 2  # decimals of a point: a hundredth, of which even a wall of 8K shows a third of a pixel
UNIT = 10**DIGITS

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TOKEN = re.compile(rf"[A-Za-z]|{_NUMBER.pattern}")
_COUNTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}  # the commands that matplotlib writes


def rounded(text: str, digits: int = DIGITS) -> str:
    """A text of numbers, each with at most so many decimals."""
    return _NUMBER.sub(lambda m: _plain(round(float(m[0]), digits), digits), text)


@functools.lru_cache(maxsize=4096)  # frames and modes draw the same path again and again
def shortened(path: str) -> str:
    """Path data with relative coordinates; what this module does not know stays as it is."""
    commands = _commands(path)
    if commands is None:
        return path
    pen = _Pen()
    for name, points in commands:
        pen.draw(name, points)
    return "".join(pen.parts)


def through(points: list[tuple[float, float]]) -> str:
    """Path data of a line through some points, which begins and ends elsewhere."""
    pen = _Pen()
    pen.draw("M", [(0, 0)])
    for x, y in points:
        pen.line(round(x * UNIT), round(y * UNIT), always=True)
    pen.line(0, 0, always=True)
    return "".join(pen.parts)


Points = list[tuple[int, int]]


def _commands(path: str) -> list[tuple[str, Points]] | None:
    """The commands with their points in hundredths, or nothing where one is unknown."""
    tokens = _TOKEN.findall(path)
    found: list[tuple[str, Points]] = []
    place = 0
    while place < len(tokens):
        name = tokens[place].upper()
        count = _COUNTS.get(name)
        if count is None or (name != "Z" and tokens[place] != name):
            return None
        numbers = tokens[place + 1 : place + 1 + count]
        if len(numbers) < count or any(token.isalpha() for token in numbers):
            return None
        values = [round(float(number) * UNIT) for number in numbers]
        found.append((name, list(zip(values[::2], values[1::2], strict=True))))
        place += 1 + count
    return found


class _Pen:
    """Writes commands relative to where the pen is, whole hundredths, so that no error grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.x = self.y = 0
        self.start = (0, 0)
        self.last = ""  # the command that need not be repeated
        self.drawn = False  # whether the line under way has begun

    def draw(self, name: str, points: Points) -> None:
        if name == "Z":
            self.parts.append("z")
            self.last = ""
            self.x, self.y = self.start
        elif name == "M":
            self._write("m" if self.parts else "M", points)
            self.last = "l" if len(self.parts) > 1 else "L"
            self.start = points[-1]
            self.drawn = False
        elif name == "L":
            self.line(*points[0], always=not self.drawn)
            self.drawn = True
        else:
            self._write(name.lower(), points)
            self.drawn = True

    def line(self, x: int, y: int, *, always: bool) -> None:
        """A straight line; one that has no length is left out where others are."""
        across, down = x - self.x, y - self.y
        if across and down:
            self._write("l", [(x, y)])
        elif across:
            self._append("h", [across])
        elif down:
            self._append("v", [down])
        elif always:
            self._write("l", [(x, y)])
        self.x, self.y = x, y

    def _write(self, command: str, points: Points) -> None:
        self._append(command, [v for x, y in points for v in (x - self.x, y - self.y)])
        self.x, self.y = points[-1]

    def _append(self, command: str, values: list[int]) -> None:
        text = "" if command == self.last else command
        for value in values:
            number = _hundredths(value)
            before = text or (self.parts[-1] if self.parts else "")
            text += number if _ends(before, number) else f" {number}"
        self.parts.append(text)
        self.last = command


def _ends(text: str, number: str) -> bool:
    """Whether a number may follow on path data without a space: a sign or a second point ends
    the number before it."""
    if not text or text[-1].isalpha() or number.startswith("-"):
        return True
    return number.startswith(".") and "." in re.split(r"[ A-Za-z-]", text)[-1]


@functools.lru_cache(maxsize=65536)
def _hundredths(value: int) -> str:
    return _plain(value / UNIT, DIGITS)


def _plain(value: float, digits: int) -> str:
    """A number without what it does not need: `.5` for 0.50, `0` for -0."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text in ("-0", ""):
        return "0"
    return re.sub(r"^(-?)0\.", r"\1.", text)
