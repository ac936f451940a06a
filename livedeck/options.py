"""What the author asks of a build."""

import os
from dataclasses import dataclass

from livedeck import devices

DOCUMENTS = ("deck", "handout", "article")  # the PDFs that a deck can be, by name


@dataclass(frozen=True)
class Options:
    """A profile (none: the one of the device that is there) and what to do about failures."""

    profile: str | None = None
    keep_going: bool = False
    pdf: tuple[str, ...] | None = None  # which PDFs; none: what deck.toml says
    steps: bool = False
    timings: bool = False
    workers: int = 0  # none: what deck.toml says
    remote: str | None = None  # none: what the environment or deck.toml says

    @property
    def device(self) -> str:
        """The kind of device to compute on."""
        if self.profile in ("gpu", "tpu", "cpu"):
            return self.profile
        return devices.present()

    @property
    def keeps_accelerated(self) -> bool:
        """Whether results of an accelerator are preferred to new ones of this machine's CPU."""
        return self.profile is None and self.device == "cpu"

    def arguments(self) -> dict[str, str]:
        """What of the command line and the environment decides how the deck comes out."""
        return {
            "profile": str(self.profile),
            "device": self.device,
            "pdf": "default" if self.pdf is None else ",".join(self.pdf),
            "steps": str(self.steps),
            "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
            **devices.environment(self.device, 0),  # deck.toml says how many threads
        }
