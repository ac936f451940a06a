"""The PDFs of a deck: its slides, with a page for each or for each of their steps; a handout; an
article. All of the same Markdown."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pikepdf import Dictionary, Object, Pdf

from tests.conftest import Project, assert_made, assert_refused
from tests.matterhorn import check
from tests.matterhorn.tree import Element, Tree
from tests.pdfs import text

NAMES = ("deck", "handout", "article")


@pytest.fixture(scope="module")
def built_all(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of many kinds of content, built with all its PDFs and for all its steps."""
    project = sources.copy(tmp_path_factory.mktemp("documents"))
    project.lay_over("page")
    project.write("deck/10-lines/00-part.md", "---\nlayout: section\n---\n# All about lines\n")
    project.write(
        "deck/70-notes.md",
        """
        # Notes and places elsewhere

        A claim[^source] and another^[Said in passing.], see [the atlas](https://example.org/atlas)
        and [more of it](https://example.org/atlas) and [the line](10-lines/20-line.md).

        [^source]: Somebody, *A Book*, 1999.

        ::: notes
        Words for the speaker alone.
        :::
        """,
    )
    assert_made(project.call("--pdf", "all", "--steps"))
    return project


@pytest.fixture(scope="module")
def documents(built_all: Project) -> Iterator[dict[str, Pdf]]:
    """The PDFs by name."""
    opened = {name: Pdf.open(io.BytesIO(built_all.output[f"{name}.pdf"])) for name in NAMES}
    yield opened
    for document in opened.values():
        document.close()


def words(project: Project, name: str, *options: str) -> str:
    """The text of a PDF as a reader selects it."""
    return text((project.root / "output" / f"{name}.pdf").read_bytes(), *options)


def labels(document: Pdf) -> list[str]:
    """The names of all pages, as readers show them."""
    return [page.label for page in document.pages]


def elements(document: Pdf, role: str) -> list[Element]:
    """The elements of a role in reading order."""
    return [element for element in Tree.read(document).elements if element.role == role]


def test_all_are_pdf_ua(documents: dict[str, Pdf]) -> None:
    """None fails a condition of the Matterhorn protocol that software can check."""
    failures = [f"{name}: {failure}" for name in NAMES for failure in check(documents[name])]
    assert failures == []


def test_all_say_what_they_are(documents: dict[str, Pdf]) -> None:
    """Title, author and language; and no date where nobody has given one."""
    for document in documents.values():
        assert document.docinfo.Title == "A small deck"
        assert document.docinfo.Author == "Ann Author"
        assert document.Root.Lang == "en"
        assert "/CreationDate" not in document.docinfo


def test_all_carry_the_numbers(documents: dict[str, Pdf], built_all: Project) -> None:
    """Every figure's as CSV and the results as JSON, each with what it is, none with a date."""
    for document in documents.values():
        names = set(document.attachments)
        assert {"results.json", "line.rising.csv", "growth.growing.csv"} <= names
        results = document.attachments["results.json"].get_file().read_bytes()
        assert json.loads(results) == json.loads(built_all.output["results.json"])
        for name in names:
            file = document.attachments[name]
            assert file.description
            assert file.relationship == "/Data"
            assert "/ModDate" not in file.get_file().obj.Params


def test_every_figure_s_text_can_be_found(built_all: Project) -> None:
    """It is text also in the drawings, which are no images."""
    for name in NAMES:
        assert "step 2" in words(built_all, name)


def test_figures_are_drawn_in_vectors_once(documents: dict[str, Pdf]) -> None:
    """The images are those that the figures themselves show; every font is embedded once."""
    for document in documents.values():
        streams = [item for item in document.objects if hasattr(item, "read_raw_bytes")]
        forms = [item for item in streams if item.get("/Subtype") == "/Form"]
        assert len([form for form in forms if "/Font" in form.get("/Resources", {})]) >= 4


def test_each_slide_has_one_first_heading(documents: dict[str, Pdf]) -> None:
    """Whatever else stands on it."""
    per_page = [element.page for element in elements(documents["deck"], "H1")]
    assert per_page == list(range(1, len(documents["deck"].pages) + 1))


def test_a_page_for_each_step_is_named_after_slide_and_step(documents: dict[str, Pdf]) -> None:
    """A slide without steps has a page of its own number."""
    found = labels(documents["deck"])
    assert [label for label in found if label.startswith("6.")] == ["6.1", "6.2", "6.3", "6.4"]
    assert [label for label in found if label.startswith("7.")] == ["7.1", "7.2"]
    assert found[:5] == ["1", "2", "3", "4", "5"]


def test_a_page_shows_what_has_come_so_far(built_all: Project, documents: dict[str, Pdf]) -> None:
    """The first page of a slide has its title, each later one something more."""
    pages = words(built_all, "deck").split("\f")
    first = labels(documents["deck"]).index("6.1")
    shown = [[w for w in ("first", "second", "At last") if w in pages[first + i]] for i in range(4)]
    assert shown == [[], ["first"], ["first", "second"], ["first", "second", "At last"]]


def test_what_is_not_yet_shown_is_no_link(documents: dict[str, Pdf]) -> None:
    """Nor is it read aloud."""
    found = labels(documents["deck"])
    counts = [len(page.obj.get("/Annots", [])) for page in documents["deck"].pages]
    first = found.index("6.1")
    assert counts[first : first + 4] == [0, 0, 0, 1]


def test_by_default_a_slide_has_one_page(built_all: Project) -> None:
    """With all its steps shown, numbered as it is."""
    project = built_all
    assert project.call("--output", "plain").code == 0
    with Pdf.open(project.root / "plain" / "deck.pdf") as document:
        assert labels(document) == [str(number) for number in range(1, len(document.pages) + 1)]
        assert len(document.pages) == project.page.count('<section class="slide')
        with document.open_outline() as outline:
            titles = {item.title: [child.title for child in item.children] for item in outline.root}
    assert titles["All about lines"] == ["A line rises by 2.00", "And back"]
    assert titles["Notes and places elsewhere"] == []


def test_bookmarks_lead_to_the_first_page_of_a_slide(documents: dict[str, Pdf]) -> None:
    """One for each slide, however many pages it has."""
    deck = documents["deck"]
    pages = {page.obj.objgen: page.label for page in deck.pages}
    with deck.open_outline() as outline:
        places = {item.title: pages[item.destination[0].objgen] for item in outline.root}
    assert places["Step by step"] == "6.1"
    assert places["Line by line"] == "7.1"


BEGINNINGS = {
    "title": "---\nlayout: title\n---\n# A title\n",
    "outline": "---\nlayout: outline\n---\n# What comes\n",
    "outline-with-words": "---\nlayout: outline\n---\n# What comes\n\nIn an hour.\n",
    "section": "---\nlayout: section\n---\n# A part\n",
    "slide": "# A slide\n\n## A heading\n\n### Below it\n\nWords.\n\n## Another\n\nWords.\n",
    "deep-headings": "# A slide\n\n### Deep\n\nWords.\n\n#### Deeper\n\nWords.\n",
}


@pytest.mark.parametrize("place", ["deck", "deck/10-part"])
@pytest.mark.parametrize("first", BEGINNINGS)
def test_a_deck_may_begin_with_anything(
    first: str, place: str, sources: Project, tmp_path: Path
) -> None:
    """In a part or before it; a slide is one bookmark, its headings are none."""
    bare = sources.copy(tmp_path / "bare")
    shutil.rmtree(bare.root / "deck")
    bare.write("deck/deck.toml", 'title = "A deck"\n')
    bare.write(f"{place}/00-{first}.md", BEGINNINGS[first])
    bare.write("deck/10-part/10-more.md", "# More\n\n## A heading\n\nWords.\n")
    bare.write("deck/20-next/10-last.md", "# The last\n\nWords.\n")
    assert_made(bare.call("--pdf", "all"))
    for name in NAMES:
        path = bare.root / "output" / f"{name}.pdf"
        with Pdf.open(path) as document, document.open_outline() as outline:
            inner = [child for item in outline.root for child in item.children]
            titles = [item.title for item in (*outline.root, *inner)]
            assert not [item for item in inner if item.children]
        assert {"More", "The last"} <= set(titles)
        assert not {"A heading", "Below it", "Another", "Deep", "Deeper"} & set(titles)
    assert ("In an hour." in words(bare, "article")) == (first == "outline-with-words")


def test_the_handout_has_slides_and_notes(built_all: Project, documents: dict[str, Pdf]) -> None:
    """Two slides on a page, each followed by what the speaker says."""
    text = words(built_all, "handout")
    assert "Ask where the line begins." in text
    assert "Words for the speaker alone." in text
    slides = built_all.page.count('<section class="slide')
    assert len(documents["handout"].pages) == -(-slides // 2)
    assert len(elements(documents["handout"], "H1")) == slides
    assert "Words for the speaker alone." not in words(built_all, "deck")


def test_the_article_sets_notes_at_the_foot(built_all: Project, documents: dict[str, Pdf]) -> None:
    """Below all other text of their page, referred to by number, tagged as notes."""
    pages = words(built_all, "article", "-layout").split("\f")
    (page,) = [page for page in pages if "Said in passing." in page]
    assert page.index("Words for the speaker") < page.index("Somebody, A Book, 1999.")
    assert page.index("Somebody, A Book, 1999.") < page.index("Said in passing.")
    assert len(elements(documents["article"], "Note")) == 3  # with that of the page's deck


def test_the_article_numbers_its_references(built_all: Project) -> None:
    """A link to another place bears a number, the same place the same; the list has each once."""
    text = words(built_all, "article")
    assert len(re.findall(r"\[1\]", text)) >= 2
    assert text.rindex("References") < text.rindex("example.org/atlas")


def test_the_article_s_contents_tell_the_pages(built_all: Project) -> None:
    """The number behind an entry is that of the page on which the passage begins."""
    pages = words(built_all, "article", "-layout").split("\f")
    entries = dict(re.findall(r"^\s*(?:\d\s+)?(\S.*?\S)\s{3,}(\d+)$", pages[0], re.MULTILINE))
    assert {"All about lines", "And back", "Line by line"} <= set(entries)
    for title, number in entries.items():
        assert title in pages[int(number) - 1], title


def test_running_heads_are_no_text_of_the_article(documents: dict[str, Pdf]) -> None:
    """They are artifacts of the page, known to be its header and footer."""
    content = documents["article"].pages[1].obj.Contents.read_bytes()
    assert content.count(b"/Subtype /Header") == 2
    assert content.count(b"/Subtype /Footer") == 1


def test_links_within_a_document_lead_to_places_in_it(documents: dict[str, Pdf]) -> None:
    """Each has a name that the document knows."""
    for document in documents.values():
        names = document.Root.Names.Dests.Names
        known = {str(names[i]) for i in range(0, len(names), 2)}
        links = [link for page in document.pages for link in page.obj.get("/Annots", [])]
        inner = {str(link.Dest) for link in links if "/Dest" in link}
        assert inner
        assert inner <= known
        assert _addresses(links)
        assert all(address.startswith("https://example.org") for address in _addresses(links))


def _addresses(links: list[Object]) -> set[str]:
    return {str(link.A.URI) for link in links if isinstance(link.get("/A"), Dictionary)}


def test_the_deck_says_which_pdfs_it_wants(project: Project) -> None:
    """In deck.toml; the command line has the last word."""
    project.edit("deck/deck.toml", "workers = 1", 'workers = 1\npdf = ["handout"]')
    assert project.call().code == 0
    assert [name for name in project.output if name.endswith("pdf")] == ["handout.pdf"]
    assert project.call("--pdf", "article").code == 0
    assert [name for name in project.output if name.endswith("pdf")] == ["article.pdf"]
    assert "Nothing has changed" in project.call("--pdf", "article").out
    project.edit("deck/deck.toml", '"handout"', '"handouts"')
    done = project.call()
    assert_refused(done, "deck.toml:4", "there is no PDF `handouts`", "Did you mean `handout`?")
    assert project.call("--pdf", "book").code == 2


def test_slides_that_do_not_fit_are_refused_whatever_is_built(project: Project) -> None:
    """The gates look at slides, also when only the article is asked for."""
    project.write("deck/80-long.md", "# Long\n\n" + "Words and more words.\n\n" * 30)
    done = project.call("--pdf", "article")
    assert_refused(done, "80-long.md", "too tall")


def test_whatever_a_slide_holds_is_printed(featured: Project, tmp_path: Path) -> None:
    """Results whose names have spaces, too: links in the article lead to their rows."""
    assert_made(featured.copy(tmp_path / "project").call("--pdf", "article"))


def test_a_long_note_takes_the_room_it_needs(project: Project) -> None:
    """In the handout it pushes the next slide to the next page, and loses no word."""
    text = " ".join(f"word{number}" for number in range(900))
    project.write("deck/80-long.md", f"# Long\n\n::: notes\n{text}\n:::\n")
    assert project.call("--pdf", "handout").code == 0
    found = words(project, "handout")
    assert all(f"word{number}" in found for number in range(900))


def test_the_templates_are_there(project: Project) -> None:
    """A project's own templates may lack what is new; the error names the file."""
    (project.root / "templates" / "handout.html.j2").unlink()
    done = project.call("--pdf", "handout")
    assert done.code == 1
    assert not done.traceback
    assert "handout.html.j2" in done.err
    assert Path(project.root / "output" / "index.html").exists()
