"""The fonts in the page: of each face of each family the characters that are shown in it.

A character is looked for in one family after the other. So the first is cut down to all that is
shown, and each of the others to what those before it lack.
"""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from livedeck import engine
from livedeck.distributions import versions
from livedeck.fonts import families
from livedeck.fonts.characters import UNSEEN, Glyphs
from livedeck.fonts.made_faces import Face
from livedeck.html.render import Leaf, plain
from livedeck.keys.inputs import ABSENT, file_value
from livedeck.memo import Memo
from livedeck.planning.prepare import Prepared
from livedeck.store.entry import Task
from livedeck.store.store import Store

CUTTERS = ("brotli", "fonttools")  # packages that decide on the bytes of a font
BOLD = ("<strong", "<h", "<th", "<dt")  # elements that style sheets show in bold
ITALIC = ("<em",)

Manner = tuple[str, bool, bool]  # for which use, whether bold, whether slanted
Shown = dict[Manner, set[str]]

_NAMES = re.compile(r'<span class="n[fcd]">([^<]*)')  # which listings show in bold
_MATHEMATICS = re.compile(r"<math.*?</math>", re.DOTALL)  # which screen readers alone read


def css(
    prepared: Prepared,
    leaves: Iterable[Leaf],
    text: set[str],
    code: str,
    store: Store,
    memo: Memo,
) -> str:
    """The `@font-face` rules for the page: its slides, other `text`, and HTML that is `code`."""
    shown: Shown = {("text", bold, False): set(text) for bold in (False, True)}
    shown["mono", False, False] = {*text, *code}
    shown["mono", True, False] = set("".join(_NAMES.findall(code)))
    for leaf in leaves:
        for manner, found in memo.about("characters", leaf, None, partial(_shown, leaf)).items():
            shown.setdefault(manner, set()).update(found)
    rules = []
    for (name, face), found in _faces(prepared, shown, Glyphs(store, ())).items():
        known = "".join(sorted(found))
        family = prepared.fonts.families[name]
        make = partial(_rule, store, name, face, family.faces[face], known)
        rules.append(memo.about("face", prepared.fonts, (name, face, known), make))
    return "\n".join(rules)


def _shown(leaf: Leaf) -> Shown:
    """What a slide shows in text and in code, bold and slanted or not."""
    title, kicker = leaf.view["title_html"], leaf.view["kicker"]
    parts = [f"<h1>{title}", f"<h1>{kicker}", leaf.view["notes_html"]]
    parts += [block.html for block in leaf.view["blocks"]]
    found: Shown = {}
    for html in parts:
        bare = _MATHEMATICS.sub("", html)
        signs = set(plain(bare))
        slanted = any(tag in bare for tag in ITALIC)
        for manner in ("text", False, False), ("text", True, False):
            found.setdefault(manner, set()).update(signs)
        for bold in (False, True) if slanted else ():
            found.setdefault(("text", bold, True), set()).update(signs)
        if "<code" not in bare:
            continue
        bold = any(tag in bare for tag in BOLD)
        found.setdefault(("mono", False, False), set()).update(signs)
        found.setdefault(("mono", True, False), set()).update(
            signs if bold else set("".join(_NAMES.findall(bare)))
        )
        for manner, so in ((("mono", False, True), slanted), (("mono", True, True), bold)):
            if slanted and so:
                found.setdefault(manner, set()).update(signs)
    return found


def _faces(
    prepared: Prepared, shown: Mapping[Manner, set[str]], glyphs: Glyphs
) -> dict[tuple[str, Face], set[str]]:
    """The characters that each face of each family is to show."""
    found: dict[tuple[str, Face], set[str]] = {}
    families, theme = prepared.fonts.families, prepared.theme
    whole = families[theme.fonts["text"][0]]
    for face in whole.faces:  # also what is not slanted now may be, where somebody edits
        found[whole.name, face] = set(shown["text", False, False])
    for (use, bold, slanted), signs in shown.items():
        rest = signs - UNSEEN
        for number, name in enumerate(theme.stack(use)):
            family = families[name]
            has = [(face, glyphs.of(family, face)) for face in _chosen(family, bold, slanted)]
            for face, known in has:
                taken = signs if number == 0 else rest & known
                taken |= signs & UNSEEN & known if taken else set()  # by which others join
                if taken:
                    found.setdefault((name, face), set()).update(taken)
            rest = rest.difference(frozenset[str].intersection(*(known for _, known in has)))
            if not rest:
                break
    return found


def _chosen(family: families.Family, bold: bool, slanted: bool) -> list[Face]:
    """The faces of a family that a browser takes."""
    style = "italic" if slanted and (400, "italic") in family.faces else "normal"
    own = [face for face in family.faces if face[1] == style]
    return [face for face in own if (face[0] > 400) == bold] or own


def _rule(store: Store, family: str, face: Face, path: Path, characters: str) -> str:
    """A face cut down to some characters; kept in the store, for cutting takes long."""
    weight, style = face
    inputs = {"characters": characters, "code": engine.code("fonts")}
    inputs |= {f"package {name}": versions().get(name, ABSENT) for name in CUTTERS}
    inputs |= {"face": f"{weight} {style} of {family}", "file": file_value("file", path)}
    task = Task("font", f"{family} {weight} {style}", inputs)
    entry = store.find(task, lambda _: "")
    if entry is None:
        with store.staging() as folder:
            (folder / "fonts.css").write_text(families.face_css(family, {face: path}, characters))
            entry = store.commit(task, folder, observed={}, values={}, provenance={})
    return entry.read("fonts.css").decode()
