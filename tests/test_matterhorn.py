"""What the engine writes is PDF/UA-1, and the checker that says so finds what is broken."""

import io
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from livedeck.formulas import mathematics
from livedeck.pdf import pdf
from livedeck.pdf.layout_processes import LayoutProcesses
from tests.pdfs import FIGURE, conditions, drawing, page, write

Damage = Callable[[Pdf], object]

MATHS = mathematics.pdf_html("x^2", False)


@pytest.fixture(scope="module")
def good() -> bytes:
    """A PDF with something of everything that the engine makes."""
    table = (
        "<table><thead><tr><th scope='col'>a</th><th scope='col'>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    lists = "<ul><li>one<ol><li>two</li></ol></li></ul><dl><dt>term</dt><dd>meaning</dd></dl>"
    first = page(
        f"<h1 id='top'>First {MATHS}</h1><h2>Below</h2><h3>Beneath</h3>{FIGURE}{lists}",
        f"<h1>Second</h1>{table}<p>A <a href='https://example.org/'>link</a></p>",
    )
    second = page("<h1>Third</h1><p>Back to <a href='#top'>the first</a></p><pre>x = 1</pre>")
    data = pdf.Attachment("loss.csv", b"1", "The numbers", "text/csv")
    return write([first, second], {"loss": drawing()}, attachments=[data])


@pytest.fixture(scope="module")
def processes() -> Iterator[LayoutProcesses]:
    """A process that is started once."""
    with LayoutProcesses(1) as started:
        yield started


def test_a_good_document_fails_nothing(good: bytes) -> None:
    """Links, lists in lists, tables, figures, formulas, code, attachments, in two pieces."""
    assert conditions(good) == []


def elements(document: Pdf, role: str) -> list[Object]:
    """The elements of a type, in the order in which they stand in the file."""
    return [
        item
        for item in document.objects
        if isinstance(item, Dictionary) and item.get("/Type") == "/StructElem" and role == item.S
    ]


def change(role: str, **entries: object) -> Damage:
    """Sets entries of the first element of a type, or takes them away."""

    def damage(document: Pdf) -> None:
        element = elements(document, f"/{role}")[0]
        for name, value in entries.items():
            if value is None:
                del element[f"/{name}"]
            else:
                element[f"/{name}"] = value

    return damage


def before_content(code: bytes) -> Damage:
    """Draws something on the first page before all else."""
    return lambda document: document.pages[0].contents_add(Stream(document, code), prepend=True)


def within_content(code: bytes) -> Damage:
    """Draws something within the first tagged content of the first page."""

    def damage(document: Pdf) -> None:
        content = document.pages[0].obj.Contents
        data = content.read_bytes()
        place = data.index(b"BDC", data.index(b"/MCID")) + 3
        content.write(data[:place] + b"\n" + code + b"\n" + data[place:])

    return damage


def root(**entries: object) -> Damage:
    """Sets entries of the catalogue, or takes them away."""

    def damage(document: Pdf) -> None:
        for name, value in entries.items():
            if value is None:
                del document.Root[f"/{name}"]
            else:
                document.Root[f"/{name}"] = value

    return damage


def metadata(name: str) -> Damage:
    """Takes something out of the metadata."""

    def damage(document: Pdf) -> None:
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as known:
            del known[name]

    return damage


def role_map(**names: str) -> Damage:
    """Gives the document a role map."""

    def damage(document: Pdf) -> None:
        mapped = {f"/{name}": Name(f"/{other}") for name, other in names.items()}
        document.Root.StructTreeRoot.RoleMap = Dictionary(mapped)

    return damage


def links(document: Pdf) -> Iterator[tuple[Object, Object]]:
    """The links, each with its page."""
    for each in document.pages:
        for annotation in each.obj.get("/Annots", []):
            yield annotation, each.obj


def link(act: Callable[[Object, Object], object]) -> Damage:
    """Does something to the first link and its page."""
    return lambda document: act(*next(links(document)))


def comment(document: Pdf) -> None:
    """Adds an annotation that is no link."""
    made = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]))
    document.pages[0].obj.Annots = Array([document.make_indirect(made)])
    document.pages[0].obj.Tabs = Name.S


def composite(document: Pdf) -> Object:
    """The first composite font."""
    found = (item for item in document.objects if isinstance(item, Dictionary))
    return next(item for item in found if item.get("/Subtype") == "/Type0")


def unembed(document: Pdf) -> None:
    del composite(document).DescendantFonts[0].FontDescriptor.FontFile2


def forget_one_character(document: Pdf) -> None:
    known = composite(document).ToUnicode
    lines = known.read_bytes().splitlines()
    place = next(i for i, line in enumerate(lines) if b"beginbf" in line) + 1
    known.write(b"\n".join(lines[:place] + lines[place + 1 :]))


def widen(document: Pdf) -> None:
    inner = composite(document).DescendantFonts[0]
    inner.W, inner.DW = Array([]), 77


def show_nothing(document: Pdf) -> None:
    """Shows the glyph of no character."""
    font = next(iter(document.pages[0].obj.Resources.Font.keys()))
    code = f"/Span <</MCID 0>> BDC BT {font} 9 Tf <0000> Tj ET EMC".encode()
    before_content(code)(document)


def tagged_form(document: Pdf) -> None:
    """Draws a form with tagged content twice."""
    form = Stream(document, b"/P <</MCID 900>> BDC 0 0 1 1 re f EMC")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    document.pages[0].obj.Resources.XObject["/Again"] = document.make_indirect(form)
    before_content(b"/Again Do /Again Do")(document)


def drop_from_tree(document: Pdf) -> None:
    element = elements(document, "/H1")[0]
    element.P.K = Array([kid for kid in element.P.K if kid.objgen != element.objgen])


def lose_content(document: Pdf) -> None:
    owners = document.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0] = None


def headerless(document: Pdf) -> None:
    for cell in (*elements(document, "/TH"), *elements(document, "/TD")):
        if "/A" in cell:
            del cell.A


def unname(document: Pdf) -> None:
    for item in document.objects:
        if isinstance(item, Dictionary) and "/EF" in item:
            del item.UF


def optional(**entries: object) -> Damage:
    return lambda document: document.Root.__setitem__(
        "/OCProperties", Dictionary(OCGs=Array([]), D=Dictionary(entries))
    )


def form_made_while_shown(document: Pdf) -> None:
    xfa = Stream(document, b"<config><dynamicRender>required</dynamicRender></config>")
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_indirect(xfa))


@pytest.mark.parametrize(
    ("condition", "damage"),
    [
        ("01-003", within_content(b"/Artifact BMC EMC")),
        ("01-004", before_content(b"/Artifact BMC /P <</MCID 900>> BDC EMC EMC")),
        ("01-005", before_content(b"0 0 9 9 re f")),
        ("01-005", before_content(b"EMC")),
        ("01-005", before_content(b"/P <</MCID 900>> BDC EMC")),
        ("01-005", drop_from_tree),
        ("01-005", root(StructTreeRoot=None)),
        ("01-007", root(MarkInfo=Dictionary(Marked=True, Suspects=True))),
        ("02-001", change("H1", S=Name.Headline)),
        ("02-003", role_map(One="Two", Two="One")),
        ("02-004", role_map(P="Div")),
        ("06-001", root(Metadata=None)),
        ("06-002", metadata("pdfuaid:part")),
        ("06-003", metadata("dc:title")),
        ("07-001", root(ViewerPreferences=None)),
        ("07-002", root(ViewerPreferences=Dictionary(DisplayDocTitle=False))),
        ("09-004", change("TD", S=Name.P)),
        ("09-004", change("TR", S=Name.Div)),
        ("09-005", change("LBody", S=Name.Div)),
        ("09-005", change("LI", S=Name.P)),
        ("10-001", forget_one_character),
        ("11-001", root(Lang=None)),
        ("11-006", root(Lang=String("?"))),
        ("13-004", change("Figure", Alt=None)),
        ("14-002", change("H1", S=Name.H2)),
        ("14-003", change("H2", S=Name.H4)),
        ("14-003", change("H2", S=Name.P)),
        ("14-007", change("H2", S=Name.H)),
        ("15-003", headerless),
        ("15-003", change("TH", ID=String("another"))),
        ("17-002", change("Formula", Alt=None)),
        ("19-003", change("P", S=Name.Note)),
        ("20-002", optional()),
        ("20-003", optional(**{"/Name": String("all"), "/AS": Array([])})),
        ("21-001", unname),
        ("25-001", form_made_while_shown),
        ("28-002", comment),
        ("28-004", comment),
        ("28-008", link(lambda _, page: page.__delitem__("/Tabs"))),
        ("28-009", link(lambda _, page: page.__setitem__("/Tabs", Name.R))),
        ("28-011", change("Link", S=Name.Span)),
        ("28-011", link(lambda link, _: link.__setitem__("/StructParent", 0))),
        ("28-012", link(lambda link, _: link.__delitem__("/Contents"))),
        ("30-002", tagged_form),
        (
            "31-005",
            lambda document: composite(document).DescendantFonts[0].__delitem__("/CIDToGIDMap"),
        ),
        ("31-009", unembed),
        ("31-016", widen),
        ("31-027", lambda document: composite(document).__delitem__("/ToUnicode")),
        ("31-030", show_nothing),
        ("32000:14.7.4", lose_content),
        ("32000:14.8.1", root(MarkInfo=None)),
    ],
)
def test_what_is_broken_is_found(good: bytes, condition: str, damage: Damage) -> None:
    """One thing at a time."""
    document, file = Pdf.open(io.BytesIO(good)), io.BytesIO()
    damage(document)
    document.save(file)
    assert condition in {failure.partition(" ")[0] for failure in conditions(file.getvalue())}


NASTY = {
    "notes on a slide": '<p>x<sup class="footnote-ref"><a href="#n" id="r">1</a></sup></p><section'
    ' class="footnotes" role="doc-endnotes"><ol><li id="n"><p>y <a href="#r">↩</a></p></li></ol>'
    "</section>",
    "paragraphs in lists": "<ul><li><p>one</p><p>two</p></li><li><p>b</p></li></ul>",
    "tables, code and quotations in lists": "<ul><li>x<table><tr><th>a</th></tr><tr><td>b</td></tr>"
    "</table></li><li><pre><code>x</code></pre></li><li><blockquote><p>q</p></blockquote></li></ul>",
    "formulas in a list": f"<ol><li>{MATHS}</li><li>{mathematics.pdf_html('y', True)}</li></ol>",
    "lists in lists": "<ol><li>a<ul><li>b<ol><li>c</li></ol></li></ul>after</li></ol>",
    "nothing": "<ul><li></li></ul><p></p><table><tr><th></th></tr><tr><td></td></tr></table>",
    "meanings": "<dl><dt><p>x</p></dt><dd><p>y</p><ul><li>z</li></ul></dd></dl>",
    "no bullets": '<ol style="list-style: none"><li><a href="#x">x</a></li><li id="x">y</li></ol>',
    "what is translucent": f'<div style="opacity: 0.5"><p>a {MATHS} <a href="http://b.c">d</a></p>'
    '<div style="opacity: 0.5">e</div></div>',
    "what is smaller": f'<div style="transform: scale(0.5)"><p>text {MATHS}</p></div>',
    "what lies apart": '<div style="position: absolute; top: 0">y <a href="http://b.c">t</a></div>',
    "what is hidden": '<p style="visibility: hidden">x</p>',
    "notes at the foot": '<p>x<x-note style="float: footnote">note</x-note></p>',
    "page numbers": '<style>@page { margin: 50px; @bottom-center { content: "p " counter(page) } '
    '@top-left { content: "head" } }</style><p>x</p>',
    "what breaks": "<style>@page { size: 400px 200px }</style><ul><li>" + "word " * 300 + "</li>"
    "</ul><table><thead><tr><th>a</th></tr></thead>" + "<tr><td>x</td></tr>" * 30 + "</table>"
    "<p><a href='http://b.c'>" + "word " * 100 + "</a></p>",
    "rules and strokes": "<hr><p><del>y</del> <u>z</u></p><p style='border: 1px solid'>b</p>",
}


@pytest.mark.parametrize("html", NASTY.values(), ids=NASTY)
def test_whatever_an_author_writes_is_tagged(html: str, processes: LayoutProcesses) -> None:
    """In the first piece of a document and in the second, where all numbers are others."""
    slide = page(f"<h1>Title with {MATHS}</h1>{html}")
    named = slide.replace(' id="', ' id="again-').replace(' href="#', ' href="#again-')
    assert conditions(write([slide, named], processes=processes)) == []


def test_a_document_that_is_locked_against_the_blind_is_found(good: bytes) -> None:
    """Programs that read aloud must be let in."""
    file = io.BytesIO()
    locked = pikepdf.Permissions(accessibility=False, extract=False)
    encryption = pikepdf.Encryption(
        owner="a", user="b", R=3, allow=locked, aes=False, metadata=False
    )
    Pdf.open(io.BytesIO(good)).save(file, encryption=encryption)
    assert any(failure.startswith("26-002") for failure in conditions(file.getvalue(), "b"))
