"""The PDF is a document in its own right: tagged, linked, drawn in vectors, the same every time."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from livedeck.formulas import mathematics
from livedeck.pdf import pdf
from tests.conftest import printed
from tests.pdfs import FIGURE, STYLE, drawing, objects, opened, page, photo, said, text, tree, write


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


def test_a_figure_is_vectors_and_its_text_can_be_selected() -> None:
    """The placeholder's image is gone; the drawing has the words and the alternative text."""
    data = write(page(f"<h1>Loss</h1>{FIGURE}"), {"loss": drawing()})
    document = opened(data)
    assert objects(document, "/Image") == []
    assert "corner" in text(data)
    assert said(document, "/Figure") == ["The loss falls"]
    assert [str(element.S) for element in tree(document)].count("/Caption") == 1


def test_a_figure_fills_its_place() -> None:
    """The word in the figure's lower left corner stands in the lower left corner of its place."""
    style = STYLE + "img { position: absolute; left: 400px; top: 200px; width: 600px }"
    style += "img { height: auto }"
    words = text(write(page(FIGURE, style=style), {"loss": drawing()}), "-bbox")
    (found,) = re.findall(
        r'xMin="([\d.]+)" yMin="[\d.]+" xMax="[\d.]+" yMax="([\d.]+)">corner', words
    )
    assert float(found[0]) == pytest.approx(400 * 0.75, abs=3)
    assert float(found[1]) == pytest.approx(650 * 0.75, abs=6)


def test_a_figure_shown_twice_is_stored_once(tmp_path: Path) -> None:
    """Also when pieces were laid out apart, and when the drawing is a file."""
    file = tmp_path / "figure.pdf"
    file.write_bytes(drawing())
    document = opened(write([page(FIGURE), page(FIGURE, "two")], {"loss": file}))
    assert len(objects(document, "/Form")) == 1
    assert said(document, "/Figure") == ["The loss falls"] * 2


def test_a_figure_within_a_translucent_group_is_drawn_too() -> None:
    """A group has resources of its own, where placeholders are found as well."""
    data = write(page(f'<div style="opacity: 0.5">{FIGURE}</div>'), {"loss": drawing()})
    assert objects(opened(data), "/Image") == []
    assert "corner" in text(data)


def test_mathematics_is_tagged_as_formulas_that_read_as_tex() -> None:
    """A formula's alternative text is its TeX, on a line and in display."""
    inline = mathematics.pdf_html(r"\frac{a}{b}", False)
    display = mathematics.pdf_html(r"x < y", True)
    document = opened(write(page(f"<p>With {inline}.</p>{display}")))
    assert said(document, "/Formula") == [r"\frac{a}{b}", "x < y"]
    assert said(document, "/Figure") == []


def test_decoration_is_not_in_the_structure() -> None:
    """Images with an empty alternative and hidden drawings are artifacts; others are figures."""
    hidden = '<svg aria-hidden="true" width="9" height="9"><rect width="9" height="9"/></svg>'
    images = f'<img alt="" src="{photo()}"> <img alt="red" src="{photo()}">'
    document = opened(write(page(f"<p>One {images}</p>{hidden}")))
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


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """In processes of their own with other hash seeds, in one piece and in two."""
    (tmp_path / "figure.pdf").write_bytes(drawing())
    html = page(f"<h1 id='a'>One → two</h1>{FIGURE}<a href='#b'>on</a>")
    other = page(f"<h1 id='b'>Two</h1><pre><code>x</code></pre>{FIGURE}")
    program = f"""
import hashlib, pathlib
from livedeck.fonts import families
from livedeck.pdf import pdf
for html in ({html!r}.replace("#b", "#a"), [{html!r}, {other!r}]):
    data = pdf.write(html, {{"loss": pathlib.Path({str(tmp_path / "figure.pdf")!r})}},
        roots=[each.path for each in families.find("Source Sans Pro").values()],
        title="T", author="A", language="en",
        attachments=[pdf.Attachment("a.csv", b"1", "one", "text/csv")])
    print(hashlib.sha256(data).hexdigest())
"""
    digests = [
        printed(program, PYTHONHASHSEED=seed, TZ=zone).split()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 2
