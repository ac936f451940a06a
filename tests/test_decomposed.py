"""Letters that are taken apart, as Macs write them, are the letters that they are."""

from unicodedata import normalize

import pytest

from tests.conftest import Project, assert_made, write_experiment

WORDS = [
    "größe",
    "café",
    "naïve",
    "Ångström",
    "Dvořák",
    "São Paulo",
    "Việt Nam",
    "한국어",
    "ガラス",
]
DOT = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


@pytest.mark.parametrize(("text", "name"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_text_and_names_of_files_may_be_written_in_either_way(
    text: str, name: str, project: Project
) -> None:
    """On slides, in settings and values, in the names of pictures, folders and slides."""
    latin = WORDS[:6]  # which the deck's font has
    for word in WORDS:
        project.write(f"deck/{normalize(name, word)}/{normalize(name, word)}.gif", DOT)
        pictures = f"![A dot](<{word}/{word}.gif>)"
        slide = f"# Picture\n\n{pictures} {normalize('NFC', word) if word in latin else ''}\n"
        number = WORDS.index(word)
        project.write(f"deck/6{number}-picture-{number}.md", normalize(text, slide))
    project.write(normalize(name, "deck/70-übung.md"), "# Exercise\n")
    link = "# Link\n\n[there](<70-übung.md>) {{ named.label }}\n"
    project.write("deck/71-link.md", normalize(text, link))
    write_experiment(project, "named", f"return Result({normalize(text, 'žluťoučký')!r})")
    project.edit("experiments/named.py", "answer: float", "label: str")
    project.write("deck/30-named.md", "# Named\n")
    title = normalize(text, 'title = "Ångström')
    project.edit("deck/deck.toml", 'title = "A small deck', title)
    assert_made(project.build())
    for word in (*latin, "žluťoučký"):
        assert normalize("NFC", word) in project.page
    assert project.page == normalize("NFC", project.page)
