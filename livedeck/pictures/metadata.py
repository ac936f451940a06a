"""Takes out of a picture's file all that is not the picture, without touching its pixels.

Cameras write where and when, editors what they have cut off, phones a film behind the picture. So
what is shown is kept by name, and all else goes, also what nobody has heard of yet.
"""

from collections.abc import Callable, Iterator

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"

_CHUNKS = {
    *(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"),
    *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP"),
    *(b"acTL", b"fcTL", b"fdAT"),
}
_PARTS = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")
_EXIF_AND_XMP = 0b1100  # of the flags in a WebP's head
_PLAIN = {0x01, *range(0xD0, 0xD8)}  # markers of a JPEG without a segment
_SEGMENTS = {*range(0xC0, 0xD0), 0xDB, 0xDD, 0xDA}  # which say how its pixels are to be read


def stripped(data: bytes, kind: str) -> bytes:
    """The same picture and nothing besides; a `ValueError` if the file ends too early."""
    try:
        return b"".join(_READERS[kind](data))
    except IndexError as error:
        raise ValueError("the file is cut short") from error


def _take(data: bytes, start: int, count: int) -> bytes:
    if start + count > len(data):
        raise IndexError
    return data[start : start + count]


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield _take(data, 0, 2)
    at = 2
    while True:
        if data[at] != 0xFF:
            at += 1  # what decoders skip
            continue
        marker = data[at + 1]
        if marker == 0xD9:
            yield b"\xff\xd9"
            return  # phones put more pictures and films behind the end
        if marker == 0xFF or marker in _PLAIN:
            at += 1 if marker == 0xFF else 2
            continue
        segment = _take(data, at, 2 + int.from_bytes(_take(data, at + 2, 2)))
        at += len(segment)
        body = segment[4:]
        if marker == 0xE0 and body.startswith(b"JFIF\0"):
            yield b"\xff\xe0\0\x10" + body[:12] + b"\0\0"  # without its thumbnail
        elif (
            marker in _SEGMENTS
            or (marker, body[:5]) == (0xEE, b"Adobe")
            or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        ):
            yield segment
        if marker == 0xDA:
            end = _scan_end(data, at)
            yield data[at:end]
            at = end


def _scan_end(data: bytes, at: int) -> int:
    """Where the compressed pixels end that begin at a place."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if data[at + 1] and data[at + 1] not in _PLAIN:
            return at
        at += 2


def _png(data: bytes) -> Iterator[bytes]:
    yield _take(data, 0, 8)
    at, kind = 8, b""
    while kind != b"IEND":
        chunk = _take(data, at, 12 + int.from_bytes(_take(data, at, 4)))
        at, kind = at + len(chunk), chunk[4:8]
        if kind in _CHUNKS:
            yield chunk


def _webp(data: bytes) -> Iterator[bytes]:
    end = 8 + int.from_bytes(_take(data, 4, 4), "little")
    parts, at = b"", 12
    while at < end:
        size = int.from_bytes(_take(data, at + 4, 4), "little")
        part = _take(data, at, 8 + size) + b"\0" * (size % 2)
        if part.startswith(b"VP8X"):
            parts += part[:8] + bytes([part[8] & ~_EXIF_AND_XMP]) + part[9:]
        elif part[:4] in _PARTS:
            parts += part
        at += len(part)
    yield b"RIFF" + (4 + len(parts)).to_bytes(4, "little") + b"WEBP" + parts


def _gif(data: bytes) -> Iterator[bytes]:
    def blocks(at: int) -> int:
        """Where the blocks of bytes end that begin at a place."""
        while size := data[at]:
            at += 1 + size
        return at + 1

    def palette(flags: int) -> int:
        return 3 * 2 ** (flags % 8 + 1) if flags & 0x80 else 0

    at = 13 + palette(_take(data, 0, 13)[10])
    yield data[:at]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at = blocks(at + 11 + palette(data[at + 9]))
            yield data[start:at]
        elif data[at] == 0x21:
            at = blocks(at + 2)
            graphic = data[start + 1] == 0xF9
            if graphic or data[start + 2 : start + 14] in _LOOPS:
                yield data[start:at]
        else:
            raise IndexError
    yield b"\x3b"


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    JPEG: _jpeg,
    PNG: _png,
    GIF: _gif,
    WEBP: _webp,
}
