"""Fonts are found by family and cut down to what a deck uses, the same way every time."""

import base64
import hashlib
import json
import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from livedeck.errors import AuthorError
from livedeck.fonts import families
from tests.conftest import REPOSITORY, Project, printed

TEXT = "Source Sans Pro"
MONO = "DejaVu Sans Mono"


def files(family: str) -> dict[families.Face, Path]:
    """The files of a family that has all faces."""
    return {face: source.path for face, source in families.find(family).items()}


def kept(project: Project, name: str) -> list[Path]:
    """What the store keeps of a font that was cut down."""
    found = project.manifests(name)
    return [path for path in found if json.loads(path.read_text())["kind"] == "font"]


def test_a_wheels_family_has_its_semibold_and_its_italics() -> None:
    """The semibold cut is found although its plain family name is another one."""
    faces = families.find(TEXT)
    assert list(faces) == [
        (400, "normal"),
        (400, "italic"),
        (600, "normal"),
        (600, "italic"),
        (700, "normal"),
    ]
    assert faces[600, "normal"].path.name == "SourceSansPro-Semibold.ttf"
    assert faces[600, "italic"].path.name == "SourceSansPro-SemiboldIt.ttf"


def test_matplotlibs_fonts_are_found_without_importing_it() -> None:
    """Finding a font costs neither matplotlib's nor fontTools' import."""
    program = (
        "import sys; from livedeck.fonts import families\n"
        f"print(len(families.find({MONO!r})), *({{'matplotlib', 'fontTools'}} & {{*sys.modules}}))"
    )
    assert printed(program).split() == ["4"]


def test_a_deck_s_own_font_comes_first(tmp_path: Path) -> None:
    """A family in the deck's folder is taken whole from there, without faces from elsewhere."""
    shutil.copy(families.find(TEXT)[400, "normal"].path, tmp_path / "own.ttf")
    for place in (tmp_path, tmp_path / "own.ttf"):
        assert {source.path for source in families.find(TEXT, [place]).values()} == {
            tmp_path / "own.ttf"
        }


def test_an_unknown_family_is_refused_with_a_suggestion() -> None:
    """A misspelt family names the one that was meant."""
    with pytest.raises(AuthorError, match=f"`Source Sans Por`.*Did you mean `{TEXT}`"):
        families.find("Source Sans Por")


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    """A broken file in the fonts folder is an error that says which file."""
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"\0\1\0\0 and no more")
    with pytest.raises(AuthorError) as caught:
        families.find(TEXT, [tmp_path])
    assert caught.value.path == broken


def test_a_subset_has_the_asked_characters_and_their_typography() -> None:
    """What is cut away is glyphs, not kerning, ligatures or digits of one width."""
    whole = families.find(TEXT)[400, "normal"].path
    cut = families.subset(whole, "AVfi0123")
    font = TTFont(BytesIO(cut))
    assert font.flavor == "woff2"
    assert sorted(map(chr, font.getBestCmap())) == sorted("AVfi0123")
    features = {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
    features |= {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"kern", "liga"} <= features
    assert len({font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123"}) == 1
    assert len(cut) < whole.stat().st_size / 20


def test_a_subset_is_the_same_in_every_process() -> None:
    """Neither the clock nor the hash seed shows in the bytes."""
    program = (
        "import hashlib; from livedeck.fonts import families\n"
        f"path = families.find({TEXT!r})[400, 'normal'].path\n"
        "print(hashlib.sha256(families.subset(path, 'Hello, AVA 0123')).hexdigest())"
    )
    here = hashlib.sha256(
        families.subset(families.find(TEXT)[400, "normal"].path, "Hello, AVA 0123")
    )
    digests = {printed(program, PYTHONHASHSEED=seed).strip() for seed in ("1", "2")}
    assert digests == {here.hexdigest()}


def test_the_page_s_style_sheet_holds_the_fonts_themselves() -> None:
    """Embedded faces are WOFF2 in `data:` URLs, one rule a face."""
    faces = files(MONO)
    css = families.face_css(MONO, faces, "abc")
    assert css.count("@font-face") == 4
    assert f'font-family:"{MONO}";font-weight:400;font-style:italic' in css
    first = re.findall(r"base64,([^)]*)\)", css)[0]
    assert sorted(map(chr, TTFont(BytesIO(base64.b64decode(first))).getBestCmap())) == [
        "a",
        "b",
        "c",
    ]


def test_the_page_can_write_all_that_it_says_of_the_author(project: Project) -> None:
    """Also characters that stand on no slide but in the settings of the deck."""
    project.edit("deck/deck.toml", "workers", 'affiliation = "Uniwersytet Łódzki"\nworkers')
    assert project.build().code == 0
    assert "Uniwersytet Łódzki" in project.page
    data = re.findall(r"font/woff2;base64,([^)]*)\)", project.page)[0]
    assert {ord("Ł"), ord("ó")} <= set(TTFont(BytesIO(base64.b64decode(data))).getBestCmap())


def test_another_version_of_what_cuts_fonts_cuts_them_anew(
    project: Project, tmp_path: Path
) -> None:
    """The bytes of a page are those that the packages here make."""
    (tmp_path / "site-packages" / "brotli-0.dist-info").mkdir(parents=True)
    paths = f"{tmp_path / 'site-packages'}:{REPOSITORY}"
    faces = [f"{family} 400 normal" for family in (TEXT, MONO)]
    families = {face: len(kept(project, face)) for face in faces}
    assert all(families.values())
    assert project.build("--force", PYTHONPATH=paths).made == []
    for family, count in families.items():
        assert len(kept(project, family)) == count + 1


def test_the_pdf_s_style_sheet_names_the_files() -> None:
    """WeasyPrint subsets fonts itself, so its faces are whole files."""
    faces = files(TEXT)
    css = families.face_css(TEXT, faces, "", embed=False)
    assert f'font-weight:600;font-style:normal;src:url("{faces[600, "normal"].as_uri()}")' in css
