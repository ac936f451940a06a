"""livedeck: slide decks whose figures and numbers are computed when the deck is built."""

from livedeck.errors import AuthorError
from livedeck.progress import reads, report, track, uses_environment
from livedeck.sharding import shard

__all__ = ["AuthorError", "reads", "report", "shard", "track", "uses_environment"]
