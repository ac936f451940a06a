"""The same slides for other tools."""

from pathlib import Path


def prepare(folder: Path, slides: int) -> list[tuple[str, str, list[str]]]:
    raise NotImplementedError
