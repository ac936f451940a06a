"""What the author asks of a build."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from livedeck import devices
from livedeck.errors import UsageError

EPOCH = "SOURCE_DATE_EPOCH"  # see reproducible-builds.org
WARNINGS = ("show", "error")  # what becomes of those of an experiment
DOCUMENTS = ("deck", "handout", "article")  # the PDFs that a deck can be, by name


@dataclass(frozen=True)
class Options:
    """What to compute and to print, and how; what is not given is the device's that is there, or
    as deck.toml says.

    With `keep_going` failures are shown on their slides, with `steps` deck.pdf has a page for each
    step of a slide, with `timings` the build says where its time went, with `python` experiments
    are imported as Python does, and nothing is cut out of them.
    """

    profile: str | None = None
    keep_going: bool = False
    pdf: tuple[str, ...] | None = None  # by name
    steps: bool = False
    timings: bool = False
    workers: int = 0  # processes; 0: what deck.toml says
    python: bool = False
    remote: str | None = None  # a URL; none: what the environment or deck.toml says
    warnings: str | None = None  # what becomes of an experiment's; none: what deck.toml says

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
            "warnings": str(self.warnings),
            "epoch": os.environ.get(EPOCH, ""),
            **devices.environment(self.device, 0),  # deck.toml says how many threads
        }


def epoch() -> datetime | None:
    """The date that what is made shall bear, where the environment says one."""
    text = os.environ.get(EPOCH)
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        hint = "Write a number such as `git log -1 --format=%ct` prints"
        message = f"`{EPOCH}={text}` is no date in seconds since 1970"
        raise UsageError(f"{message}. {hint}") from error
