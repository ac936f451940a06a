"""Pictures made of pixels that an author puts into a deck: whether they can be shown."""

import io
import warnings
from pathlib import Path

from PIL import Image

from livedeck.errors import AuthorError
from livedeck.source import content

MOST_PIXELS = 50_000_000  # a small file may hold far more, and take all memory


def check(path: Path) -> None:
    """Refuses a picture that is damaged, or so large that it must be a mistake."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a size that Pillow only warns of is refused below
            with Image.open(io.BytesIO(content(path))) as picture:
                width, height = picture.size
                if width * height <= MOST_PIXELS:
                    picture.verify()
    except AuthorError:
        raise
    except Exception as error:  # of a damaged file, Pillow may raise whatever its decoders do
        raise AuthorError(f"not a picture that can be shown: {error}", path) from error
    if width * height > MOST_PIXELS:
        message, hint = f"the picture has {width} × {height} pixels", "Make it smaller."
        raise AuthorError(message, path, hint=hint)
