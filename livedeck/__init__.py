"""livedeck: slide decks whose figures and numbers are computed when the deck is built."""

from livedeck.progress import report, track

__all__ = ["report", "track"]
