"""Pictures made of pixels that an author puts into a deck: whether they can be shown, and what of
them reaches the audience: the pixels, as many as a screen can show, in the colours of sRGB."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from livedeck.errors import AuthorError
from livedeck.files import content
from livedeck.pictures import metadata

MOST_PIXELS = 50_000_000  # a small file may hold far more, and take all memory
LARGEST = (2560, 1440)  # twice a slide, for screens with two pixels to one of CSS
AVIF = "image/avif"
KINDS = {
    "JPEG": metadata.JPEG,
    "MPO": metadata.JPEG,  # a JPEG with more pictures behind it, as phones write them
    "PNG": metadata.PNG,
    "GIF": metadata.GIF,
    "WEBP": metadata.WEBP,
    "AVIF": AVIF,
}
NONE = "its content is no PNG, JPEG, WebP, AVIF or GIF"
ORIENTATION = 0x0112  # an EXIF tag
QUALITY = 90
_PLAIN_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
_PRIVATE = (b"Exif", b"rdf+xml", b"uri ")  # what kinds of items of an AVIF are called
_DEEP = 24  # the byte of a PNG that tells the bits of a colour


@dataclass(frozen=True)
class Photograph:
    """A picture as it is shown: its size in pixels, its bytes and their kind; `still` is the first
    moment of one that moves."""

    width: int
    height: int
    kind: str
    data: bytes
    still: bytes = b""


def check(path: Path) -> None:
    """Refuses a picture that is damaged, or so large that it must be a mistake."""
    data = content(path)
    with _opened(data, path) as picture:
        kind = KINDS[picture.format or ""]
        picture.verify()
        _stripped(data, kind)


def shown(data: bytes, path: Path) -> Photograph:
    """What the audience gets of a picture that was checked."""
    with _opened(data, path) as picture:
        kind = KINDS[picture.format or ""]
        if getattr(picture, "is_animated", False) and picture.format != "MPO":
            return _moving(picture, data, kind)
        if not _must_change(picture, data, kind):
            return Photograph(*picture.size, kind, _stripped(data, kind))
        changed = _changed(picture)
        kind, data = _written(changed, kind, data)
        return Photograph(*changed.size, kind, data)


@contextmanager
def _opened(data: bytes, path: Path) -> Iterator[Image.Image]:
    """A picture of a kind that browsers show, before its pixels are read; what is wrong with it
    then is an error of its file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a size that Pillow only warns of is refused
            formats = [kind for kind in KINDS if kind != "MPO"]
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    message = f"the picture has {picture.width} × {picture.height} pixels"
                    raise AuthorError(message, path, hint="Make it smaller.")
                yield picture
    except AuthorError:
        raise
    except UnidentifiedImageError as error:
        raise AuthorError(f"not a picture that can be shown: {NONE}", path) from error
    except Exception as error:  # of a damaged file, Pillow may raise whatever its decoders do
        raise AuthorError(f"not a picture that can be shown: {error}", path) from error


def _stripped(data: bytes, kind: str) -> bytes:
    return data if kind == AVIF else metadata.stripped(data, kind)


def _moving(picture: Image.Image, data: bytes, kind: str) -> Photograph:
    if kind == AVIF and any(name in data for name in _PRIVATE):
        raise ValueError("it moves and holds metadata: save it as an animated WebP")
    still = io.BytesIO()
    picture.convert("RGBA").save(still, "PNG")
    return Photograph(*picture.size, kind, _stripped(data, kind), still.getvalue())


def _must_change(picture: Image.Image, data: bytes, kind: str) -> bool:
    """Whether it does not do to leave out what is not the picture."""
    return (
        picture.mode not in _PLAIN_MODES
        or picture.width > LARGEST[0]
        or picture.height > LARGEST[1]
        or picture.getexif().get(ORIENTATION, 1) != 1
        or _profile(picture) is not None
        or (kind == metadata.PNG and data[_DEEP] > 8)
        or (kind == AVIF and any(name in data for name in _PRIVATE))
    )


def _changed(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, with eight bits to a colour, and no larger than a screen."""
    profile, transparent = _profile(picture), "transparency" in picture.info
    whole: Image.Image = ImageOps.exif_transpose(picture)
    if whole.mode.startswith("I"):
        whole = whole.point(lambda value: value / 256).convert("L")
    if profile is not None and whole.mode in ("L", "RGB", "RGBA", "CMYK"):
        mode = "RGBA" if whole.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        with suppress(ImageCms.PyCMSError):  # it belongs to another picture: browsers ignore it
            whole = ImageCms.profileToProfile(whole, profile, srgb, outputMode=mode) or whole
    if whole.mode not in ("L", "LA", "RGB", "RGBA"):
        whole = whole.convert("RGBA" if transparent or whole.mode == "PA" else "RGB")
    whole.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    return whole


def _profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The profile of a picture's colours, if they are other than those that screens show."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        return None if "sRGB" in ImageCms.getProfileDescription(profile) else profile
    except (KeyError, OSError, ImageCms.PyCMSError):
        return None  # browsers ignore one that cannot be read as well


def _written(picture: Image.Image, kind: str, data: bytes) -> tuple[str, bytes]:
    """A picture that was changed, in its own kind where that is no loss."""
    file, exact = io.BytesIO(), kind == metadata.WEBP and b"VP8L" in data[:64]
    picture.info = {}  # so that nothing of it is written
    if kind == metadata.JPEG:
        picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    elif kind in (metadata.WEBP, AVIF):
        kind = metadata.WEBP
        picture.save(file, "WEBP", quality=QUALITY, lossless=exact, method=4)
    else:
        kind = metadata.PNG
        picture.save(file, "PNG", optimize=True)
    return kind, file.getvalue()
