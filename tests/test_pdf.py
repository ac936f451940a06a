"""The PDF is a document in its own right: tagged, linked, drawn in vectors, the same every time."""

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf
from PIL import Image

from livedeck import fonts, mathematics, pdf
from livedeck.errors import AuthorErrors, LivedeckError
from livedeck.pieces import grouped
from livedeck.typesetters import Typesetters

FACES = fonts.find("Source Sans Pro")
STYLE = (
    fonts.face_css("Source Sans Pro", FACES, "", embed=False)
    + "@page { size: 1280px 720px; margin: 0 }"
    + 'body { margin: 0; font: 26px/36px "Source Sans Pro" }'
    + "section { break-after: page } section:last-child { break-after: auto }"
    + "h1, h2 { margin: 0; bookmark-level: none } section { bookmark-label: attr(id) }"
    + ".part { bookmark-level: 1 } .slide { bookmark-level: 2 }"
)
FIGURE = (
    '<figure><img class="placeholder" data-figure="loss" src="livedeck-figure:loss" '
    'width="600" height="450" alt="The loss falls"><figcaption>Four seeds</figcaption></figure>'
)


def page(*sections: str, style: str = STYLE) -> str:
    """An HTML document of slides."""
    body = "".join(f"<section>{section}</section>" for section in sections)
    return f'<html lang="en"><head><style>{style}</style></head><body>{body}</body></html>'


def write(
    html: str | Sequence[str],
    figures: dict[str, bytes | Path] | None = None,
    roots: Sequence[Path] = (),
    *,
    attachments: Sequence[pdf.Attachment] = (),
    date: datetime | None = None,
) -> bytes:
    """A PDF with the metadata that all tests share."""
    return pdf.write(
        html,
        figures or {},
        roots=[*FACES.values(), *roots],
        title="Lernen — learning",
        author="Ada Lovelace",
        language="en-GB",
        attachments=attachments,
        date=date,
    )


def opened(data: bytes) -> Pdf:
    """A PDF that has no syntax errors."""
    document = Pdf.open(io.BytesIO(data))
    assert document.check_pdf_syntax() == []
    return document


def text(data: bytes, *options: str) -> str:
    """The text of a PDF, as a reader selects it."""
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()


def tree(document: Pdf) -> list[pikepdf.Object]:
    """The structure's elements in reading order."""

    def below(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
        yield element
        for child in element.get("/K", []):
            if isinstance(child, Dictionary) and "/S" in child:
                yield from below(child)

    return list(below(document.Root.StructTreeRoot.K[0]))


def said(document: Pdf, kind: str) -> list[str]:
    """The alternative texts of all elements of a kind."""
    return [str(element.get("/Alt", "")) for element in tree(document) if kind == element.S]


def objects(document: Pdf, subtype: str) -> list[pikepdf.Object]:
    """The images or forms that are in a PDF."""
    streams = [item for item in document.objects if isinstance(item, pikepdf.Stream)]
    return [stream for stream in streams if stream.get("/Subtype") == subtype]


@pytest.fixture(scope="module")
def photo() -> str:
    """A picture as a `data:` URL."""
    file = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 30, 30)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_the_document_says_what_it_is() -> None:
    """Title, author and language are set, and readers show the title."""
    document = opened(write(page("<h1>Hello</h1>", "<h1>World</h1>")))
    assert len(document.pages) == 2
    assert document.docinfo.Title == "Lernen — learning"
    assert document.docinfo.Author == "Ada Lovelace"
    assert document.Root.Lang == "en-GB"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    assert bool(document.Root.MarkInfo.Marked)
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Lernen — learning"


def test_a_figure_is_vectors_and_its_text_can_be_selected(drawing: bytes) -> None:
    """The placeholder's image is gone; the drawing has the words and the alternative text."""
    data = write(page(f"<h1>Loss</h1>{FIGURE}"), {"loss": drawing})
    document = opened(data)
    assert objects(document, "/Image") == []
    assert "corner" in text(data)
    assert said(document, "/Figure") == ["The loss falls"]
    assert [str(element.S) for element in tree(document)].count("/Caption") == 1


def test_a_figure_fills_its_place(drawing: bytes) -> None:
    """The word in the figure's lower left corner stands in the lower left corner of its place."""
    style = STYLE + "img { position: absolute; left: 400px; top: 200px; width: 600px }"
    style += "img { height: auto }"
    words = text(write(page(FIGURE, style=style), {"loss": drawing}), "-bbox")
    (found,) = re.findall(
        r'xMin="([\d.]+)" yMin="[\d.]+" xMax="[\d.]+" yMax="([\d.]+)">corner', words
    )
    assert float(found[0]) == pytest.approx(400 * 0.75, abs=3)
    assert float(found[1]) == pytest.approx(650 * 0.75, abs=6)


def test_a_figure_shown_twice_is_stored_once(drawing: bytes, tmp_path: Path) -> None:
    """Also when pieces were laid out apart, and when the drawing is a file."""
    file = tmp_path / "figure.pdf"
    file.write_bytes(drawing)
    document = opened(write([page(FIGURE), page(FIGURE, "two")], {"loss": file}))
    assert len(objects(document, "/Form")) == 1
    assert said(document, "/Figure") == ["The loss falls"] * 2


def test_a_figure_within_a_translucent_group_is_drawn_too(drawing: bytes) -> None:
    """A group has resources of its own, where placeholders are found as well."""
    data = write(page(f'<div style="opacity: 0.5">{FIGURE}</div>'), {"loss": drawing})
    assert objects(opened(data), "/Image") == []
    assert "corner" in text(data)


@pytest.mark.parametrize(
    ("figures", "message"),
    [({"loss": b"no PDF"}, "`loss` is no PDF"), ({}, "has no drawing")],
)
def test_a_figure_without_a_drawing_is_an_error(
    figures: dict[str, bytes | Path], message: str
) -> None:
    """No placeholder is ever left on a page."""
    with pytest.raises(ValueError, match=message):
        write(page(FIGURE), figures)


def test_mathematics_is_tagged_as_formulas_that_read_as_tex() -> None:
    """A formula's alternative text is its TeX, on a line and in display."""
    inline = mathematics.pdf_html(r"\frac{a}{b}", False)
    display = mathematics.pdf_html(r"x < y", True)
    document = opened(write(page(f"<p>With {inline}.</p>{display}")))
    assert said(document, "/Formula") == [r"\frac{a}{b}", "x < y"]
    assert said(document, "/Figure") == []


def test_decoration_is_not_in_the_structure(photo: str) -> None:
    """Images with an empty alternative and hidden drawings are artifacts; others are figures."""
    hidden = '<svg aria-hidden="true" width="9" height="9"><rect width="9" height="9"/></svg>'
    document = opened(
        write(page(f'<p>One <img alt="" src="{photo}"> <img alt="red" src="{photo}"></p>{hidden}'))
    )
    assert said(document, "/Figure") == ["red"]
    content = document.pages[0].Contents.read_bytes()
    assert content.count(b"/Artifact\nBMC") == 2
    assert_consistent(document)


def test_code_emphasis_and_tables_have_their_roles() -> None:
    """Elements that WeasyPrint leaves without meaning have one."""
    table = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    html = f"<pre><code>x = 1</code></pre><p><em>so</em></p>{table}<aside>note</aside>"
    document = opened(write([page(html), page(html)]))
    kinds = [str(element.S) for element in tree(document)]
    assert "/NonStruct" not in kinds
    assert kinds.count("/Code") == 2
    names = [str(element.ID) for element in tree(document) if element.S == "/TH"]
    cells = [str(element.A.Headers[0]) for element in tree(document) if element.S == "/TD"]
    assert names == cells
    assert len(set(names)) == 2


def test_pieces_become_one_document() -> None:
    """Links lead across pieces, the outline nests across them, the structure knows every page."""
    first = page('<a href="#there">on</a><a href="#here">stay</a><h1 id="here">One</h1>')
    first = first.replace("<section>", '<section id="part" class="part">')
    second = page('<a href="#here">back</a><h1 id="there">Two</h1>')
    second = second.replace("<section>", '<section id="slide" class="slide">')
    document = opened(write([first, second]))
    links = [str(link.Dest) for each in document.pages for link in each.obj.Annots]
    assert links == ["there", "here", "here"]
    names = document.Root.Names.Dests.Names
    places = {str(names[i]): names[i + 1][0].objgen for i in range(0, len(names), 2)}
    pages = [each.obj.objgen for each in document.pages]
    assert places == {"part": pages[0], "here": pages[0], "slide": pages[1], "there": pages[1]}
    with document.open_outline() as outline:
        (part,) = outline.root
        assert (part.title, [slide.title for slide in part.children]) == ("part", ["slide"])
    assert_consistent(document)


def assert_consistent(document: Pdf) -> None:
    """Every number on a page leads to an element of that page, and back."""
    root = document.Root.StructTreeRoot
    numbers = root.ParentTree.Nums
    owners = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    reached = {element.objgen for element in tree(document)}
    for each in document.pages:
        for element in owners[int(each.obj.StructParents)]:
            if element is not None:
                assert element.Pg.objgen == each.obj.objgen
                assert element.objgen in reached
        for link in each.obj.get("/Annots", []):
            children = owners[int(link.StructParent)].K
            references = [child for child in children if isinstance(child, Dictionary)]
            assert [child.Obj.objgen for child in references if "/Obj" in child] == [link.objgen]


def test_a_broken_link_is_an_error_with_a_suggestion() -> None:
    """Links are checked over all pieces."""
    with pytest.raises(AuthorErrors, match=r"`#spech`, which is nowhere.* `speech`"):
        write(page('<a href="#spech">on</a>', '<h1 id="speech">Speech</h1>'))


@pytest.mark.parametrize("apart", [False, True])
def test_an_id_given_twice_is_an_error(apart: bool) -> None:
    """Links would lead to the one or the other."""
    twice = ['<h1 id="a">One</h1>', '<h1 id="a">Two</h1>']
    with pytest.raises(LivedeckError, match=r"'a'|`a`"):
        write([page(part) for part in twice] if apart else page(*twice))


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="x" src="http://localhost:9/x.png">',
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="photo.png">',
        '<link rel="stylesheet" href="https://localhost:9/x.css">',
        '<style>@import "http://localhost:9/x.css";</style>',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<div style="background: url(http://localhost:9/x.png)">x</div>',
        '<style>@font-face{font-family:x;src:url("http://localhost:9/x.ttf")}</style>',
    ],
)
def test_nothing_is_loaded_from_outside(html: str) -> None:
    """Neither from the network nor from files beside the deck, and never in silence."""
    with pytest.raises(AuthorErrors, match=r"may not load|without a base URI"):
        write(page(html))


def test_files_of_the_deck_may_be_loaded_but_no_way_out_of_it(tmp_path: Path) -> None:
    """A root's own files are pictures; a link in it to elsewhere, or dots, are refused."""
    deck, secret = tmp_path / "deck", tmp_path / "secret.png"
    deck.mkdir()
    for path in (deck / "photo.png", secret):
        Image.new("RGB", (4, 4)).save(path)
    (deck / "link.png").symlink_to(secret)
    image = f'<img alt="dark" src="{(deck / "photo.png").as_uri()}">'
    assert len(objects(opened(write(page(image), roots=[deck])), "/Image")) == 1
    for name in ("link.png", "../secret.png", "%2e%2e/secret.png"):
        with pytest.raises(AuthorErrors, match="outside of the deck"):
            write(page(f'<img alt="x" src="{deck.as_uri()}/{name}">'), roots=[deck])
    with pytest.raises(AuthorErrors, match=r"cannot read .*none\.png"):
        write(page(f'<img alt="x" src="{deck.as_uri()}/none.png">'), roots=[deck])


def test_a_picture_without_alternative_text_is_an_error(photo: str) -> None:
    """WeasyPrint only logs it; the error does not quote the whole picture."""
    with pytest.raises(AuthorErrors, match=r"no required alt") as caught:
        write(page(f'<img src="{photo}{photo * 40}">'.replace("base64,", "base64,", 1)))
    assert len(str(caught.value)) < 500


def test_a_character_that_no_font_has_is_an_error() -> None:
    """It would be an empty box on the page, whatever fonts this machine has."""
    with pytest.raises(AuthorErrors, match='no font has the character "字"'):
        write(page("<p>字</p>"))


def test_the_fonts_are_the_deck_s_with_dejavu_for_signs() -> None:
    """No font of this machine gets in, so that the PDF is the same elsewhere."""
    document = opened(write(page("<p style='font-family: sans-serif'>Plain <b>bold</b> ✓</p>")))
    found = {str(item.BaseFont) for item in document.objects if _is_font(item)}
    families = {re.sub(r"/\w+\+", "", name) for name in found}
    assert {"DejaVu-Sans"} <= families
    assert all(name.startswith(("Source-Sans-Pro", "DejaVu-Sans")) for name in families)


def _is_font(item: pikepdf.Object) -> bool:
    return isinstance(item, Dictionary) and item.get("/Type") == Name.Font


def test_remarks_on_style_sheets_stay_silent(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What WeasyPrint does not know of CSS is meant for browsers, and no one's concern."""
    caplog.set_level("WARNING")
    write(page("<p>text</p>", style=STYLE + "p { scrollbar-gutter: stable; color: nonsense }"))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_data_is_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attachment has its bytes, what it is, and no time of its own."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    data = pdf.Attachment("loss.csv", b"step,loss\n0,1\n", "The figure's numbers", "text/csv")
    document = opened(write(page("<p>text</p>"), attachments=[data]))
    file = document.attachments["loss.csv"]
    assert file.get_file().read_bytes() == b"step,loss\n0,1\n"
    assert file.description == "The figure's numbers"
    assert file.get_file().mime_type == "text/csv"
    assert set(file.get_file().obj.Params.keys()) == {"/CheckSum", "/Size"}


def test_dates_are_those_that_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date given, else the environment's, else none: never the clock's."""
    data = pdf.Attachment("a.txt", b"a", "", "text/plain")
    given = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    document = opened(write(page("text"), attachments=[data], date=given))
    assert str(document.docinfo.CreationDate).startswith("D:20260102030405")
    assert str(document.attachments["a.txt"].get_file().obj.Params.ModDate) == "D:20260102030405Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert str(opened(write(page("text"))).docinfo.ModDate).startswith("D:19700102000000")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert "/CreationDate" not in opened(write(page("text"))).docinfo


def test_the_same_inputs_give_the_same_bytes(drawing: bytes, tmp_path: Path) -> None:
    """In processes of their own with other hash seeds, in one piece and in two."""
    (tmp_path / "figure.pdf").write_bytes(drawing)
    html = page(f"<h1 id='a'>One → two</h1>{FIGURE}<a href='#b'>on</a>")
    other = page(f"<h1 id='b'>Two</h1><pre><code>x</code></pre>{FIGURE}")
    program = f"""
import hashlib, pathlib
from livedeck import pdf, fonts
for html in ({html!r}.replace("#b", "#a"), [{html!r}, {other!r}]):
    data = pdf.write(html, {{"loss": pathlib.Path({str(tmp_path / "figure.pdf")!r})}},
        roots=list(fonts.find("Source Sans Pro").values()), title="T", author="A", language="en",
        attachments=[pdf.Attachment("a.csv", b"1", "one", "text/csv")])
    print(hashlib.sha256(data).hexdigest())
"""
    digests = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 2


def test_slides_are_laid_out_in_groups_of_even_size() -> None:
    """Groups are as even as can be, so that processes end together."""
    assert [len(group) for group in grouped(range(17))] == [3, 3, 4, 3, 4]
    assert [slide for group in grouped(range(61)) for slide in group] == list(range(61))
    assert grouped(range(4)) == [range(4)]
    assert [*map(len, grouped(""))] == [0]


def test_errors_in_other_processes_are_told_here() -> None:
    """What goes wrong in one piece is the same error as in a document of one piece."""
    with Typesetters(1) as typesetters:
        with pytest.raises(AuthorErrors, match="no font has"):
            write_by(typesetters, [page("<p>one</p>"), page("<p>字</p>")])
        assert len(Pdf.open(io.BytesIO(write_by(typesetters, [page("a"), page("b")]))).pages) == 2


def test_a_process_that_dies_is_an_error_and_not_a_wait() -> None:
    """The build ends with a message when a process was killed."""
    with Typesetters(1) as typesetters:
        typesetters._processes[0].kill()
        with pytest.raises(LivedeckError, match="ended"):
            write_by(typesetters, [page("a")])


def write_by(typesetters: Typesetters, html: list[str]) -> bytes:
    """A PDF of pieces that are laid out by processes started before."""
    return pdf.write(
        html,
        {},
        roots=list(FACES.values()),
        title="T",
        author="A",
        language="en",
        typesetters=typesetters,
    )


def test_a_process_and_this_one_make_the_same_pages() -> None:
    """Where a piece is laid out does not show in the bytes."""
    html = page("<h1>One → two</h1>", "<p><code>x</code></p>")
    with Typesetters(1) as typesetters:
        apart = write_by(typesetters, [html])
    here = pdf.write(html, {}, roots=list(FACES.values()), title="T", author="A", language="en")
    assert hashlib.sha256(apart).digest() == hashlib.sha256(here).digest()


def test_style_sheets_that_were_read_before_lay_out_the_same_pages() -> None:
    """Counters, fonts and page rules of a style sheet hold for every piece that has it."""
    style = STYLE + "@counter-style stars { system: cyclic; symbols: '*'; suffix: ' ' }"
    html = page("<ol style='list-style: stars'><li>One</ol>", "<b>two</b>", style=style)
    with Typesetters(1) as typesetters:
        first, second = (write_by(typesetters, [html]) for _ in range(2))
    assert "*" in text(first)
    assert first == second


def test_what_is_wrong_with_a_style_sheet_is_told_each_time() -> None:
    """A process that has read a style sheet before says the same again."""
    style = f'{STYLE}@font-face {{ font-family: "Away"; src: url("file:///etc/passwd") }}'
    with Typesetters(1) as typesetters:
        for _ in range(2):
            with pytest.raises(AuthorErrors, match="may not load"):
                write_by(typesetters, [page("<p>one</p>", style=style)])
