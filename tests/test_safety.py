"""A deck of somebody else's: nothing outside of its folder is read, and nothing in it stops or
floods the build. Each refusal says where."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from livedeck.errors import LivedeckError
from livedeck.pdf.layout_processes import LayoutProcesses
from tests.conftest import Project, assert_made, assert_refused
from tests.pdfs import page, write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{}\n</svg>'
LAUGHS = "".join(f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>\n" for i in range(1, 9))
ENTITIES = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg [\n<!ENTITY a "ha">\n<!ENTITY b "&a;&a;&a;&a;&a;">\n]>\n'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
)
CHAIN = [f'<g id="c{i}"><use href="#c{i - 1}"/></g>\n' for i in range(1, 3000)]
DEEP = "<g>\n" * 5000 + "</g>" * 5000
PIXELS = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+k"
    "cQAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize(
    ("drawing", "line", "message"),
    [
        (SVG.format('<image href="http://localhost:9/x.png"/>'), 2, "asks for `http://local"),
        (SVG.format('<image href="file:///etc/hostname"/>'), 2, "asks for `file:///etc/"),
        (SVG.format('<image href="../secret.png"/>'), 2, "asks for `../secret.png`"),
        (SVG.format('<image href="data:image/svg+xml,x"/>'), 2, "asks for `data:image/svg+xml,x`"),
        (SVG.format('<use href="other.svg#part"/>'), 2, "asks for `other.svg#part`"),
        (SVG.format('<rect fill="url(http://a.b/c#d)"/>'), 2, "asks for `http://a.b/c#d`"),
        (SVG.format('<rect style="fill: url(a.svg#b)"/>'), 2, "asks for `a.svg#b`"),
        (SVG.format("<style>\n@import 'x.css';</style>"), 3, "imports a style sheet"),
        (SVG.format("<style>a{src:url('http://a.b')}</style>"), 2, "asks for `http://a.b`"),
        (SVG.format(f'<g id="a0"/>{LAUGHS}<use href="#a8"/>'), 7, "by using parts again and"),
        (SVG.format('<g id="a">\n<use href="#a"/></g>'), 3, "draws `#a` within itself"),
        (SVG.format('<pattern id="p"><rect fill="url(#p)"/></pattern>'), 2, "`#p` within itself"),
        (SVG.format('<g id="c0"/>' + "".join(CHAIN)), 103, "parts of parts more than 100 deep"),
        (SVG.format("".join(reversed(CHAIN))), 102, "parts of parts more than 100 deep"),
        (SVG.format(DEEP), 101, "more than 100 deep"),
        (SVG.format("<g/>" * 60_000), 2, "more than 50000 elements"),
        ('<svg xmlns="http://www.w3.org/2000/svg"\nwidth="1e30"/>', 1, "larger than 100000 pixels"),
        (SVG.format("<g>"), 3, "not an SVG: mismatched tag"),
        (ENTITIES, 3, "declares an entity `a`"),
    ],
)
def test_a_hostile_drawing_is_refused_by_its_line(
    project: Project, drawing: str, line: int, message: str
) -> None:
    """What asks for files, and what grows without end while it is drawn."""
    project.write("deck/data/hostile.svg", drawing.encode())
    project.write("deck/40-picture.md", "# Picture\n\n![A picture](data/hostile.svg)\n")
    assert_refused(project.build(), f"hostile.svg:{line}:", message)


def test_a_drawing_that_keeps_to_itself_is_shown(project: Project) -> None:
    """Pixels, gradients, parts used again, links of Inkscape's to its own names."""
    inner = (
        '<defs><linearGradient id="a"/><linearGradient id="b" href="#a"/></defs>'
        f'<rect id="r" fill="url(#b)" width="3" height="3"/><use href="#r" x="4"/>'
        f'<image href="{PIXELS}"/><style>.x {{ fill: url(#b) }}</style>'
    )
    project.write("deck/data/kind.svg", SVG.format(inner).encode())
    project.write("deck/40-picture.md", "# Picture\n\n![A picture](data/kind.svg)\n")
    assert_made(project.call())


def png(width: int, height: int) -> bytes:
    """The head of a picture of this size, without its pixels."""
    header = b"IHDR" + struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    crc = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + crc + end


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (png(9000, 9000), "has 9000 × 9000 pixels"),
        (png(60_000, 60_000), "not a picture that can be shown: Image size"),
        (b"\x89PNG\r\n\x1a\nnonsense", "not a picture that can be shown"),
        (b"<svg/>", "not a picture that can be shown"),
    ],
)
def test_a_picture_that_would_take_all_memory_is_refused(
    project: Project, data: bytes, message: str
) -> None:
    """By its head, before its pixels are read; as is what is no picture."""
    project.write("deck/data/bomb.png", data)
    project.write("deck/40-picture.md", "# Picture\n\n![A picture](data/bomb.png)\n")
    assert_refused(project.build(), "bomb.png", message)


@pytest.mark.parametrize("source", ["../../secret.png", "/etc/hostname", "data/link.png"])
def test_a_picture_from_outside_is_refused(project: Project, source: str, tmp_path: Path) -> None:
    """By dots, from the root, or through a link; the slide's line is named."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    (project.root / "deck" / "data" / "link.png").symlink_to(tmp_path / "secret.png")
    project.write("deck/40-picture.md", f"# Picture\n\n![A picture]({source})\n")
    assert_refused(project.build(), "40-picture.md:3:", "lies outside the deck")


@pytest.mark.parametrize(
    "source", ["http://localhost:9/x.png", "file:///etc/hostname", "//a/b.png"]
)
def test_a_picture_with_an_address_is_refused(project: Project, source: str) -> None:
    """Whatever stands there: a deck is built without a network."""
    project.write("deck/40-picture.md", f"# Picture\n\n![A picture]({source})\n")
    done = project.build()
    assert done.code == 1
    assert "40-picture.md:3:" in done.errors[0]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "javascript:alert(1)", "data:text/html,x"]
)
def test_a_link_that_runs_or_opens_files_is_refused(project: Project, address: str) -> None:
    """Readers follow links to other places, or within the deck."""
    project.write("deck/40-link.md", f"# Link\n\nSee [this]({address}).\n")
    assert_refused(project.build(), "40-link.md:3:", f"a link to `{address}`, where readers cannot")


def link_slide(project: Project, elsewhere: Path) -> None:
    (project.root / "deck" / "40-linked.md").symlink_to(elsewhere)


def link_settings(project: Project, elsewhere: Path) -> None:
    place = project.root / "deck" / "deck.toml"
    elsewhere.write_bytes(place.read_bytes() + b"\n")
    place.unlink()
    place.symlink_to(elsewhere)


def link_folder(project: Project, elsewhere: Path) -> None:
    folder = elsewhere.with_suffix("")
    folder.mkdir()
    (folder / "10-secret.md").write_text("# Secret\n")
    (project.root / "deck" / "40-folder").symlink_to(folder)
    (project.root / "deck" / "40-folder" / "10-secret.md").stat()
    (project.root / "deck" / "41-file.md").symlink_to(folder / "10-secret.md")


@pytest.mark.parametrize("link", [link_slide, link_settings, link_folder])
def test_a_link_out_of_the_deck_is_refused(
    project: Project, tmp_path: Path, link: Callable[[Project, Path], None]
) -> None:
    """Slides and settings are the deck's own files."""
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text("# Secret\n")
    link(project, elsewhere)
    done = project.build()
    assert done.code == 1
    assert "leads out of the deck" in done.err
    assert "Secret" not in project.page


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        ("p { background: url(http://localhost:9/x.png) }", "http://localhost:9/x.png"),
        ("p { background: url('file:///etc/hostname') }", "file:///etc/hostname"),
        ("p { background: url( ../x.png ) }", "../x.png"),
        ('@import "http://localhost:9/x.css";', "http://localhost:9/x.css"),
        ("@font-face { src: URL(x.woff2) }", "x.woff2"),
    ],
)
def test_a_style_sheet_that_asks_for_files_is_refused(
    project: Project, rule: str, asked: str
) -> None:
    """By file and line, for the page as for the PDF."""
    sheet = project.root / "templates" / "css" / "type.css"
    sheet.write_text(f"/* url(allowed)\nhere */\n{rule}\n{sheet.read_text()}")
    assert_refused(project.build(), "type.css:3:", f"asks for `{asked}`")


@pytest.mark.parametrize(
    "element",
    [
        '<img alt="x" src="http://localhost:9/x.png">',
        '<img alt="x" src="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)
def test_a_template_that_asks_for_files_is_refused(project: Project, element: str) -> None:
    """By file and line; the deck that was there stays."""
    template = project.root / "templates" / "pdf.html.j2"
    template.write_text(template.read_text().replace("<body>", f"<body>\n{element}"))
    done = project.call()
    assert done.code == 1
    assert "pdf.html.j2:12: the PDF may not load" in done.errors[0]
    assert "deck.pdf" not in project.output


def test_what_takes_too_long_to_lay_out_is_given_up() -> None:
    """Whatever it is: the error names the slides among which it lies."""
    slide = "<p>words</p>" * 60_000
    html = page(slide).replace("<section>", '<section class="slide" id="endless">')
    with (
        LayoutProcesses(1, patience=1) as processes,
        pytest.raises(LivedeckError, match=re.escape("more than 1 s to lay out: endless")),
    ):
        write(html, processes=processes)


def test_deep_elements_end_with_an_error() -> None:
    """Such as no Markdown makes, but a template may."""
    html = page("<div>" * 3000 + "x" + "</div>" * 3000)
    with LayoutProcesses(1) as processes, pytest.raises(LivedeckError):
        write(html, processes=processes)
