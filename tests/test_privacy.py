"""What is published holds pictures, and not what their files tell besides, nor where they were."""

import base64
import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from livedeck.errors import AuthorError
from livedeck.pictures import raster_images, svg_cleaning
from tests.conftest import Project, assert_made, assert_refused

SECRET = "Ann-lives-here"
SIZE = (60, 40)


def painted(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture whose left half is red, and whose right half is blue."""
    picture = Image.new("RGB", size, "#2020e0")
    picture.paste("#e02020", (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def told(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a camera's number, and a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x013B] = orientation, SECRET, SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: SECRET})
    exif.get_ifd(0x8769).update({0xA431: SECRET, 0x9286: SECRET.encode()})
    return exif


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(orientation: int = 1) -> bytes:
    """A JPEG with all that cameras, editors and phones put into one."""
    data = saved(painted(), "JPEG", exif=told(orientation), comment=SECRET, xmp=SECRET.encode())
    iptc = (
        b"\xff\xed" + struct.pack(">H", 2 + 14 + len(SECRET)) + b"Photoshop 3.0\0" + SECRET.encode()
    )
    parts = b"\xff\xe2" + struct.pack(">H", 2 + 4 + len(SECRET)) + b"FPXR" + SECRET.encode()
    return data[:2] + iptc + parts + data[2:] + b"\0film" + SECRET.encode()


def png() -> bytes:
    """A PNG with texts, plain and packed, EXIF, a time, and something behind its end."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", SECRET)
    data = saved(painted(), "PNG", pnginfo=texts, exif=told())
    extra = b"prVt" + SECRET.encode()
    chunk = struct.pack(">I", len(SECRET)) + extra + struct.pack(">I", zlib.crc32(extra))
    return data[:33] + chunk + data[33:] + SECRET.encode()


def gif() -> bytes:
    """A moving GIF with a comment in the middle and XMP, as editors write it."""
    frames = [painted(), painted().rotate(180)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, comment=SECRET)
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET.encode() + b"\0"
    return data[:-1] + xmp + b";" + SECRET.encode()


def webp(**options: object) -> bytes:
    return saved(painted(), "WEBP", exif=told(), xmp=SECRET.encode(), **options)


def avif() -> bytes:
    return saved(painted(), "AVIF", exif=told(), xmp=SECRET.encode())


def apng() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    frames = [painted(), painted().rotate(180)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:], pnginfo=texts)


def moving_webp() -> bytes:
    frames = [painted(), painted().rotate(180)]
    more = {"exif": told(), "xmp": SECRET.encode()}
    return saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], **more)


def svg() -> bytes:
    """An SVG of Inkscape's and draw.io's, with a photograph in it."""
    photograph = base64.b64encode(jpeg()).decode()
    return f"""<?xml version="1.0"?><!-- {SECRET} --><?editor {SECRET}?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="60"
  height="40" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" content="{SECRET}"
  inkscape:export-filename="/home/{SECRET}/a.png" data-name="{SECRET}" onload="{SECRET}()"
  xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="{SECRET}">
<sodipodi:namedview inkscape:label="{SECRET}"/><metadata>{SECRET}</metadata><title>{SECRET}</title>
<desc>{SECRET}</desc>
<style>/* {SECRET} */ .a {{fill: red}}</style><rect class="a" width="9" height="9"/>
<image xlink:href="data:image/jpeg;base64,{photograph}" sodipodi:absref="/home/{SECRET}/p.jpg"
  width="60" height="40"/></svg>""".encode()


TELLING: dict[str, Callable[[], bytes]] = {
    "photograph.jpg": jpeg,
    "turned.jpg": lambda: jpeg(6),
    "picture.png": png,
    "moving.gif": gif,
    "moving.png": apng,
    "moving.webp": moving_webp,
    "picture.webp": webp,
    "exact.webp": lambda: webp(lossless=True),
    "picture.avif": avif,
    "drawing.svg": svg,
}


def all_bytes(data: bytes) -> Iterator[bytes]:
    """A file, and all that is packed into it, as far as anybody may look."""
    yield data
    for packed in re.findall(rb"base64,([\w+/=]+)", data):
        yield from all_bytes(base64.b64decode(packed))
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for each in pdf.objects:
                if isinstance(each, pikepdf.Stream):
                    yield each.read_raw_bytes()
                    if each.get("/Subtype") != "/Image":
                        yield each.read_bytes()


def assert_silent(data: bytes, *words: str) -> None:
    """None of the words is anywhere in a file, in any of the ways in which text is written."""
    for part in all_bytes(data):
        for word in (SECRET, *words):
            for code in ("utf-8", "utf-16-le", "utf-16-be"):
                assert word.encode(code) not in part
        assert b"Exif\0\0" not in part


@pytest.fixture(scope="module")
def published(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck with all these pictures, each twice, in a folder that tells whose it is."""
    project = sources.copy(tmp_path_factory.mktemp("of") / "ann-kept-this")
    for name, make in TELLING.items():
        project.write(f"deck/{name}", make())
    for turn in ("first", "second"):
        for at, name in enumerate(TELLING):
            text = f"# {name}\n\n![A picture]({name})\n\n::: notes\nwhispered words\n:::\n"
            project.write(f"deck/6{at}-{turn}-{name.replace('.', '-')}.md", text)
    project.edit("deck/deck.toml", "workers", "notes = false\nworkers")
    done = project.call("--pdf", "all")
    assert (done.code, done.err) == (0, "")
    assert "deck/63-first-moving-gif.md:3: `moving.gif` moves on screen" in done.out
    return project


def test_no_file_tells_where_a_picture_was_taken_or_who_made_it(published: Project) -> None:
    """Page, PDFs and the files beside them: no EXIF, XMP, IPTC, comment, nor any file's path."""
    assert {"index.html", "deck.pdf", "handout.pdf", "article.pdf"} < published.output.keys()
    for data in published.output.values():
        assert_silent(data, "ann-kept-this", str(published.root))


def test_a_pack_tells_it_neither(published: Project, tmp_path: Path) -> None:
    """Results travel, and nothing of the machine that they come from."""
    assert_made(published.call("pack", str(tmp_path / "pack.zip"), "--figures"))
    data = (tmp_path / "pack.zip").read_bytes()
    assert_silent(data, "ann-kept-this", "whispered")


def test_notes_may_stay_with_the_speaker(published: Project) -> None:
    """With `notes = false` neither page nor PDFs hold them."""
    for data in published.output.values():
        assert_silent(data, "whispered")


def test_a_picture_that_is_shown_again_is_there_once(published: Project) -> None:
    """In the page, and in each PDF."""
    photograph = raster_images.shown(jpeg(), Path("photograph.jpg")).data
    assert published.page.count(base64.b64encode(photograph).decode()) == 1
    with pikepdf.open(io.BytesIO(published.output["deck.pdf"])) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        assert sum(each.read_raw_bytes() == photograph for each in streams) == 1


@pytest.mark.parametrize("name", [name for name in TELLING if not name.endswith("svg")])
def test_the_pixels_stay_as_they_are(name: str) -> None:
    """Those of files of which only metadata goes, to the last bit; all in the same bytes again."""
    data = TELLING[name]()
    shown = raster_images.shown(data, Path(name))
    assert shown == raster_images.shown(data, Path(name))
    assert_silent(shown.data)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(shown.data)) as after:
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
        if name not in ("turned.jpg", "picture.avif"):
            assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright(orientation: int) -> None:
    """Whichever way the camera was held; no viewer has to turn it."""
    turn = {3: 180, 6: 90, 8: 270}.get(orientation, 0)
    data = saved(painted().rotate(turn, expand=True), "JPEG", exif=told(orientation), quality=95)
    shown = raster_images.shown(data, Path("turned.jpg"))
    with Image.open(io.BytesIO(shown.data)) as after:
        assert after.size == (shown.width, shown.height)
        assert dict(after.getexif()) == {}
        if orientation in (1, 3, 6, 8):
            assert after.size == SIZE
            red, _, blue = after.convert("RGB").getpixel((5, 20))
            assert red > 150 > 100 > blue


@pytest.mark.parametrize(
    ("mode", "kind", "name"),
    [
        ("CMYK", "JPEG", "print.jpg"),
        ("L", "JPEG", "grey.jpg"),
        ("1", "PNG", "bits.png"),
        ("P", "PNG", "palette.png"),
        ("LA", "PNG", "grey-alpha.png"),
        ("I;16", "PNG", "deep.png"),
        ("RGBA", "WEBP", "alpha.webp"),
        ("P", "GIF", "palette.gif"),
        ("RGB", "AVIF", "photo.avif"),
    ],
)
def test_pictures_of_all_modes_are_shown(mode: str, kind: str, name: str) -> None:
    """In colours that screens and paper have, as light and dark as they were."""
    grey = painted("L").point(lambda value: value * 1)
    if mode == "I;16":
        picture = Image.frombytes("I;16", SIZE, b"".join(bytes([0, v]) for v in grey.tobytes()))
    else:
        picture = painted(mode)
    shown = raster_images.shown(saved(picture, kind), Path(name))
    with Image.open(io.BytesIO(shown.data)) as after:
        assert after.mode not in ("CMYK", "I;16", "I")
        expected = (picture if mode != "I;16" else grey).convert("RGB").getpixel((5, 20))
        found = after.convert("RGB").getpixel((5, 20))
        assert max(abs(a - b) for a, b in zip(expected, found, strict=True)) < 24


def test_a_photograph_has_as_many_pixels_as_screens_show() -> None:
    """Twice those of a slide, in its own proportions."""
    shown = raster_images.shown(saved(painted(size=(4000, 3000)), "JPEG"), Path("large.jpg"))
    assert (shown.width, shown.height) == (1920, 1440)


def test_colours_of_another_profile_become_those_of_screens() -> None:
    """As the profile says, here one that calls blue what others call red; none is left, for one
    viewer heeds it and another does not."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    profile = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    shown = raster_images.shown(saved(painted(), "JPEG", icc_profile=profile), Path("wide.jpg"))
    with Image.open(io.BytesIO(shown.data)) as after:
        assert "icc_profile" not in after.info
        red, _, blue = after.getpixel((5, 20))
    assert blue > 150 > 100 > red


def test_a_profile_that_fits_no_picture_is_left_out() -> None:
    """As browsers do."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    shown = raster_images.shown(saved(painted(), "JPEG", icc_profile=profile), Path("odd.jpg"))
    with Image.open(io.BytesIO(shown.data)) as after:
        assert after.getpixel((5, 20))[0] > 150


@pytest.mark.parametrize("name", ["photograph.jpg", "picture.png", "picture.webp", "moving.gif"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_is_cut_short_is_refused(name: str, share: float, tmp_path: Path) -> None:
    """Before anything is computed, with its name."""
    data = TELLING[name]().removesuffix(b"\0film" + SECRET.encode())
    (tmp_path / name).write_bytes(data[: int(share * len(data))])
    with pytest.raises(AuthorError, match="not a picture that can be shown"):
        raster_images.check(tmp_path / name)


def test_svgs_keep_what_is_drawn() -> None:
    """A shape with its style, and the pixels of the photograph."""
    plain = svg_cleaning.written(svg(), Path("drawing.svg")).data.decode()
    assert 'style="fill:red"' in plain
    assert "data:image/jpeg;base64," in plain


def test_notes_is_a_truth_value(project: Project) -> None:
    """What else somebody writes is an error with its line."""
    project.edit("deck/deck.toml", "workers", 'notes = "no"\nworkers')
    assert_refused(project.build(), "deck/deck.toml:3", "`notes` must be `true` or `false`")
