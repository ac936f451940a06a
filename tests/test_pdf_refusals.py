"""What no PDF may hold, and what none may lack: each is an error that says so."""

from pathlib import Path

import pytest
from PIL import Image

from livedeck.errors import AuthorErrors, LivedeckError
from tests.pdfs import FIGURE, objects, opened, page, photo, write


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


def test_a_picture_without_alternative_text_is_an_error() -> None:
    """WeasyPrint only logs it; the error does not quote the whole picture."""
    with pytest.raises(AuthorErrors, match=r"no required alt") as caught:
        write(page(f'<img src="{photo() * 41}">'))
    assert len(str(caught.value)) < 500


def test_a_character_that_no_font_has_is_an_error() -> None:
    """It would be an empty box on the page, whatever fonts this machine has."""
    with pytest.raises(AuthorErrors, match='no font has the character "字"'):
        write(page("<p>字</p>"))
