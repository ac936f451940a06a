"""Where the engine itself lies."""

from pathlib import Path

FOLDER = Path(__file__).parent
SOURCE = FOLDER.parent  # from where it is imported
