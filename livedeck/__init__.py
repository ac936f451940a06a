"""livedeck: slide decks whose figures and numbers are computed when the deck is built."""

from livedeck.errors import AuthorError
from livedeck.progress import report, track
from livedeck.sharding import shard

__all__ = ["AuthorError", "report", "shard", "track"]
