"""Whoever makes a file in place of a pack gets one error, and nothing into the store."""

import hashlib
import io
import json
import re
import shutil
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from livedeck.cli import main
from livedeck.store.entry import Task, describe, seal, unseal
from tests.conftest import Project
from tests.projects import contents

SIGN = "livedeck.json"
Members = dict[str, bytes]


@dataclass(frozen=True)
class Attack:
    """A file that somebody made in place of a pack, and how it is refused."""

    title: str
    make: Callable[[Members], bytes]
    message: str


def zipped(
    members: Members | list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED
) -> bytes:
    """A zip file of some members, whatever their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in members.items() if isinstance(members, dict) else members:
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.compress_type = name, compression
            archive.writestr(info, data)
    return file.getvalue()


def pick(members: Members, suffix: str, holding: bytes = b"") -> str:
    """The first member of some name whose entry's manifest holds some bytes."""
    names = (name for name in sorted(members) if name.endswith(suffix))
    return next(
        name for name in names if holding in members[f"{name.rpartition('/')[0]}/manifest.json"]
    )


def named(name: str) -> Callable[[Members], bytes]:
    """One member more, of some name."""
    return lambda members: zipped({**members, name: b"x"})


def beside(name: str) -> Callable[[Members], bytes]:
    """One file more in an entry."""

    def make(members: Members) -> bytes:
        folder = pick(members, "arrays.npz").rpartition("/")[0]
        return zipped({**members, f"{folder}/{name}": b"x"})

    return make


def linked(members: Members) -> bytes:
    """An array that is a symbolic link."""
    file = io.BytesIO()
    target = pick(members, "arrays.npz")
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name == target else 0o100644) << 16
            archive.writestr(info, b"/etc/passwd" if name == target else data)
    return file.getvalue()


def lying(members: Members) -> bytes:
    """A member whose size in the table of contents is not its own."""
    data = bytearray(zipped(members))
    start = data.rindex(b"PK\x01\x02")
    struct.pack_into("<2L", data, start + 20, 2**30, 2**30)
    return bytes(data)


def crowded(members: Members) -> bytes:
    """A table of contents that would take all memory."""
    data = bytearray(zipped(members))
    struct.pack_into("<2HL", data, len(data) - 14, 65535, 65535, 2**31)
    return bytes(data)


def exchanged(suffix: str, data: bytes) -> Callable[[Members], bytes]:
    """Another content under the old digest."""
    return lambda members: zipped({**members, pick(members, suffix): data})


ATTACKS = [
    Attack("no zip", lambda _: b"results", "is no pack that can be read"),
    Attack("an empty file", lambda _: b"", "is no pack that can be read"),
    Attack("half a pack", lambda m: zipped(m)[:4000], "is no pack that can be read"),
    Attack("another zip", lambda _: zipped({"thesis.txt": b"x"}), "is no pack of livedeck"),
    Attack("another version", lambda m: zipped({**m, SIGN: b"{}"}), "another version"),
    Attack("a parent folder", named("../../evil.txt"), "`../../evil.txt` has a name"),
    Attack("an absolute path", named("/tmp/evil.txt"), "`/tmp/evil.txt` has a name"),
    Attack("a backslash", named("entries\\..\\evil.txt"), r"`entries\\..\\evil.txt` has a name"),
    Attack("a drive", named("C:evil.txt"), "`C:evil.txt` has a name"),
    Attack("a zero in a name", beside("a\0b.npz"), "has a name"),
    Attack("an escape in a name", named("\x1b[2Jx"), r"`\x1b[2Jx` has a name"),
    Attack("a folder", named("entries/"), "`entries/` has a name"),
    Attack("a parent within an entry", beside(".."), "has a name"),
    Attack("a file more", beside("more.npz"), "more.npz` is not in its manifest"),
    Attack("a name in capitals", beside("ARRAYS.NPZ"), "ARRAYS.NPZ` is there twice"),
    Attack(
        "a name twice",
        lambda m: zipped([*m.items(), (pick(m, "arrays.npz"), b"x")]),
        "arrays.npz` is there twice",
    ),
    Attack("a link", linked, "arrays.npz` is a link"),
    Attack("a bomb", lambda m: zipped(m, zipfile.ZIP_DEFLATED), "is compressed or encrypted"),
    Attack("a lie about a size", lying, "claims to be larger than the pack"),
    Attack("very many members", crowded, "it lists 65535 members"),
    Attack(
        "a file less",
        lambda m: zipped({n: d for n, d in m.items() if n != pick(m, "data.csv")}),
        "manifest.json` lacks its file data.csv",
    ),
    Attack(
        "no manifest",
        lambda m: zipped({n: d for n, d in m.items() if n != pick(m, "manifest.json")}),
        "belongs to an entry without a manifest",
    ),
    Attack("other arrays", exchanged("arrays.npz", b"x"), "does not have the digest"),
    Attack("an edited manifest", exchanged("manifest.json", b'{"digest": ""}'), "was altered"),
    Attack("no JSON", exchanged("manifest.json", b"\xff"), "manifest.json`"),
    Attack("a list", exchanged("manifest.json", b"[]"), "manifest.json` is no manifest"),
    Attack("deep nesting", exchanged("manifest.json", b"[" * 10**6), "is nested too deeply"),
    Attack(
        "an entry in another's place",
        lambda m: zipped({re.sub("/[0-9a-f]{64}/", f"/{64 * 'f'}/", n): d for n, d in m.items()}),
        "is not in the place that its key gives it",
    ),
]


def refuse(project: Project, data: bytes, capsys: pytest.CaptureFixture[str]) -> str:
    """Unpacks a file, which must leave everything as it was, and returns the one error."""
    path = project.root / "hostile.zip"
    path.write_bytes(data)
    before = contents(project.root)
    code = main(["unpack", str(path)], root=project.root)
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith(f"error: {path}: ")
    assert (err.count("error:"), "Traceback" in err, "\x1b" in err) == (1, False, False)
    assert "Nothing of it was taken." in err
    assert contents(project.root) == before
    assert not list(project.root.glob(".livedeck/staging/*"))
    return err


def members_of(pack: Path) -> Members:
    """What is in a pack, by name."""
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.title)
def test_a_hostile_pack_is_refused_as_a_whole(
    attack: Attack, pack: Path, elsewhere: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """One error names the file and the member; nothing is written, here or elsewhere."""
    assert attack.message in refuse(elsewhere, attack.make(members_of(pack)), capsys)


def forged(members: Members, name: str, files: Members, /, **changes: Any) -> bytes:
    """A pack with one more entry, sealed as the engine seals its own.

    It is like that of the member `name`, but for its files and the changes to its manifest.
    """
    folder = name.rpartition("/")[0]
    manifest = unseal(members[f"{folder}/manifest.json"])
    own = {n.rpartition("/")[2]: d for n, d in members.items() if n.startswith(f"{folder}/")}
    own = {**own, **files}
    del own["manifest.json"]
    digests = {n: hashlib.sha256(d).hexdigest() for n, d in own.items()}
    changed = {**manifest, "files": digests, **changes}
    task = Task(changed["kind"], changed["name"], changed["inputs"])
    again = describe(
        task,
        **{n: changed[n] for n in ("observed", "values", "provenance", "files", "created")},
    )
    again |= {n: changes[n] for n in ("key", "content") if n in changes}
    place = f"entries/{task.key}/{again['key']}"
    own["manifest.json"] = seal(again)
    kept = {n: d for n, d in members.items() if not n.startswith(f"{folder}/")}
    return zipped({**kept, **{f"{place}/{n}": d for n, d in own.items()}})


def arrays(**fields: np.ndarray) -> Members:
    """The file of a result's arrays; objects are pickled."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=True, **fields)
    return {"arrays.npz": file.getvalue()}


def header(text: str) -> Members:
    """A file with one array whose header was written by hand."""
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()
    return {"arrays.npz": zipped({"y.npy": start + bytes(8)})}


def bomb() -> Members:
    """Arrays that claim to be three gigabytes long, each of them."""
    data = bytearray(arrays(x=np.zeros(9), y=np.zeros(9))["arrays.npz"])
    for start in (data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")):
        struct.pack_into("<L", data, start + 24, 3 * 10**9)
    return {"arrays.npz": bytes(data)}


ORIGIN = {"device": "cpu", "device name": "", "seconds": 1, "commit": "", "versions": {}}
MESSAGE = {"kind": "a", "text": "b", "file": "/dev/zero", "line": 1, "times": 1, "source": ""}
SAID = {"messages": [MESSAGE], "others": 0, "printed": ["a"], "count": 1}
FORGERIES: list[tuple[str, dict[str, Any], Members, str]] = [
    ("a key", {"key": "0" * 64}, {}, "has a key that is not that of its inputs"),
    ("a content", {"content": "0" * 64}, {}, "has a content that is not that of its files"),
    ("a kind", {"kind": "sheets"}, {}, "is neither a result nor a figure"),
    ("a list of inputs", {"observed": []}, {}, "does not hold texts by name in `observed`"),
    ("a number for an input", {"observed": {"file a": 1}}, {}, "texts by name in `observed`"),
    ("no time", {"created": "now"}, {}, "holds no time"),
    ("the end of time", {"created": 1e300}, {}, "holds no time"),
    ("no origin", {"provenance": {}}, {}, "lacks `device` in its provenance"),
    *(
        (f"sayings with {what}", {"provenance": ORIGIN | {"said": told}}, {}, "can have said")
        for what, told in (
            ("no list", SAID | {"messages": 1}),
            ("no text", SAID | {"printed": [1]}),
            ("an escape", SAID | {"printed": ["\x1b[2J"]}),
            ("another field", SAID | {"more": 1}),
            ("a count below zero", SAID | {"count": -1}),
            ("half a message", SAID | {"messages": [{"kind": "UserWarning"}]}),
            ("a file that escapes", SAID | {"messages": [MESSAGE | {"file": "\x1b[2J"}]}),
            ("a line that is a text", SAID | {"messages": [MESSAGE | {"line": "1"}]}),
            ("half a character", SAID | {"messages": [MESSAGE | {"text": "\ud800"}]}),
        )
    ),
    *(
        (f"changes of {what}", {"provenance": ORIGIN | {"mutated": told}}, {}, message)
        for what, told, message in (
            ("a list", ["a:b"], "no run can have changed"),
            ("a number", {"a:b": 1}, "no run can have changed"),
            ("half a character", {"a:b": ["\ud800"]}, "no run can have changed"),
            ("an escape", {"\x1b[2J": []}, "cannot be printed"),
        )
    ),
    ("a nested value", {"values": {"y": [[1]]}}, {}, "holds 'y', which is neither"),
    ("half a character", {"values": {"y": "\ud800"}}, {}, "holds 'y', which is neither"),
    ("a huge number", {"created": 10**400}, {}, "holds no time"),
    ("a value without end", {"values": {"y": float("nan")}}, {}, "NaN where a number was due"),
    ("an endless file", {"observed": {"file /dev/zero": "0"}}, {}, "which no run can have"),
    ("a file outside", {"observed": {"file ../../x": "0"}}, {}, "which no run can have"),
    ("an escape", {"observed": {"file \x1b[2J": "0"}}, {}, "cannot be printed"),
    ("a name that escapes", {"name": "\x1b[2J"}, {}, "a name that cannot be printed"),
    ("a pickle", {}, arrays(y=np.array([{}], dtype=object)), "an array of objects"),
    ("records", {}, arrays(y=np.zeros(2, "f4,i4")), "an array of objects"),
    ("NaN", {}, arrays(y=np.array([1.0, np.nan])), "holds NaN or infinity"),
    ("a bomb", {}, bomb(), "holds arrays of more than 4 GB"),
    ("a sum", {}, header("{'descr':'<f8','fortran_order':False,'shape':(9**9,),}"), "header"),
    (
        "a long array",
        {},
        header("{'descr':'<f8','fortran_order':False,'shape':(10000000000000,),}"),
        "shorter than it says",
    ),
    ("a header", {}, header("-" * 9000), "header"),
    ("a text of no letters", {}, arrays(y=np.array([0x110000], "u4").view("U1")), "is no text"),
    ("a script", {}, {"arrays.npz": b"import os"}, "cannot be read"),
    ("a path as an array", {}, {"arrays.npz": zipped({"../y.npy": b""})}, "is no array"),
    ("a file more", {}, {"more.py": b"import os"}, "names other files than a result has"),
]


@pytest.mark.parametrize(
    ("changes", "files", "message"),
    [case[1:] for case in FORGERIES],
    ids=[case[0] for case in FORGERIES],
)
def test_a_forged_result_is_refused(
    changes: dict[str, Any],
    files: Members,
    message: str,
    pack: Path,
    elsewhere: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Digests that fit are not enough: a result is numbers, texts and arrays, at its own key."""
    members = members_of(pack)
    data = forged(members, pick(members, "arrays.npz", b'"name": "line"'), files, **changes)
    assert message in refuse(elsewhere, data, capsys)


SVG = '<svg viewBox="0 0 1 1">{}</svg>'
DRAWINGS: list[tuple[str, Members, str]] = [
    ("a script", {"frame-000.svg": SVG.format("<script>a()</script>").encode()}, "'script'"),
    ("a handler", {"frame-000.svg": SVG.format('<g onload="a()"/>').encode()}, "'onload'"),
    ("a style", {"frame-000.svg": SVG.format('<g style="a:b"/>').encode()}, "'style'"),
    ("a link", {"frame-000.svg": SVG.format('<use href="http://a/"/>').encode()}, "'href'"),
    ("an image", {"frame-000.svg": SVG.format('<image href="//a/b.png"/>').encode()}, "'href'"),
    ("a paint", {"frame-000.svg": SVG.format('<g fill="url(http://a)"/>').encode()}, "'fill'"),
    ("HTML", {"frame-000.svg": b"<svg ></svg><p>"}, "cannot be read"),
    ("a bomb", {"frame-000.svg": b'<!DOCTYPE svg [<!ENTITY a "a">]><svg >&a;</svg>'}, "more than"),
    ("no PDF", {"figure.pdf": b"%PDF-1.7"}, "figure.pdf` cannot be read"),
    ("a table", {"data.csv": b"\xff"}, "data.csv` cannot be read"),
]


@pytest.mark.parametrize(
    ("files", "message"),
    [case[1:] for case in DRAWINGS],
    ids=[case[0] for case in DRAWINGS],
)
def test_a_forged_figure_is_refused(
    files: Members,
    message: str,
    pack: Path,
    elsewhere: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A drawing brings shapes and text into the page, and nothing that acts or loads."""
    members = members_of(pack)
    data = forged(members, pick(members, "figure.pdf"), files)
    assert message in refuse(elsewhere, data, capsys)


def test_what_a_forger_may_write_arrives(
    pack: Path, elsewhere: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """The forgeries above fail for what is wrong with them, not for being made by a test."""
    members = members_of(pack)
    path, told = elsewhere.root / "friendly.zip", ORIGIN | {"said": SAID}
    made = forged(
        members, pick(members, "arrays.npz", b'"name": "line"'), {}, created=1.0, provenance=told
    )
    path.write_bytes(made)
    assert main(["unpack", str(path)], root=elsewhere.root) == 0
    assert "line · CPU · 1970-01-01" in capsys.readouterr().out
    assert main(["explain", "line"], root=elsewhere.root) == 0
    assert "/dev/zero:1: a: b" in capsys.readouterr().out  # without a look at that file
    manifests = [json.loads(p.read_text()) for p in elsewhere.root.rglob("manifest.json")]
    assert 1.0 in [manifest["created"] for manifest in manifests]


def test_a_worn_pack_brings_what_was_packed_or_nothing(
    pack: Path, elsewhere: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever byte of it was changed, and wherever it was cut off."""
    random, whole = Random(0), pack.read_bytes()
    path, store = elsewhere.root / "worn.zip", elsewhere.root / ".livedeck" / "entries"
    assert main(["unpack", str(pack)], root=elsewhere.root) == 0
    good = contents(store)
    for _ in range(25):
        worn, place = bytearray(whole), random.randrange(len(whole))
        worn[place] ^= 1 << random.randrange(8)
        path.write_bytes(worn if random.random() < 0.8 else whole[:place])
        shutil.rmtree(store, ignore_errors=True)
        code = main(["unpack", str(path)], root=elsewhere.root)
        err = capsys.readouterr().err
        assert (code, err.count("error:")) in ((0, 0), (1, 1))
        assert contents(store) == ({} if code else good)
