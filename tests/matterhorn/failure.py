"""What a PDF fails."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Failure:
    """A condition of the protocol by its number, and what was found where; page 0 is the file."""

    condition: str
    message: str
    page: int = 0

    def __str__(self) -> str:
        where = f"page {self.page}: " if self.page else ""
        return f"{self.condition} {where}{self.message}"
