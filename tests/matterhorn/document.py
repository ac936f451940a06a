"""Checkpoints 06, 07, 11, 20, 21, 25 and 26: what a document says of itself, and what it holds."""

import re
from collections.abc import Iterator

from pikepdf import Dictionary, Object, Pdf

from tests.matterhorn.failure import Failure

ACCESSIBILITY = 1 << 9  # the tenth bit
LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")


def examine(pdf: Pdf) -> Iterator[Failure]:
    """What is wrong with the document as a whole."""
    yield from _metadata(pdf)
    yield from _catalog(pdf.Root)
    yield from _optional_content(pdf.Root.get("/OCProperties"))
    for name, file in _embedded(pdf):
        if "/F" not in file or "/UF" not in file:
            yield Failure("21-001", f"the attachment {name} lacks a file name")
    if pdf.is_encrypted and not pdf.encryption.P & ACCESSIBILITY:
        yield Failure("26-002", "programs for the blind may not read it")


def _metadata(pdf: Pdf) -> Iterator[Failure]:
    if "/Metadata" not in pdf.Root:
        yield Failure("06-001", "no XMP metadata")
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield Failure("06-002", "the metadata do not say PDF/UA-1")
        if not metadata.get("dc:title"):
            yield Failure("06-003", "the metadata have no title")


def _catalog(root: Object) -> Iterator[Failure]:
    shown = root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle")
    if shown is None:
        yield Failure("07-001", "nothing says that readers show the title")
    elif not shown:
        yield Failure("07-002", "readers do not show the title")
    marks = root.get("/MarkInfo", Dictionary())
    if not marks.get("/Marked", False):
        yield Failure("32000:14.8.1", "the document does not say that it is tagged")
    if marks.get("/Suspects", False):
        yield Failure("01-007", "the document says that its tags are suspect")
    if not LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        for condition, what in (
            ("11-001", "text"),
            ("11-002", "alternative texts"),
            *([("11-003", "the outline")] if "/Outlines" in root else []),
            ("11-006", "the metadata"),
        ):
            yield Failure(condition, f"the language of {what} is not known")
    form = root.get("/AcroForm", Dictionary())
    if b"dynamicRender" in _xfa(form) and b"required" in _xfa(form):
        yield Failure("25-001", "a form that programs make while they show it")


def _xfa(form: Object) -> bytes:
    given = form.get("/XFA", [])
    parts = [given] if hasattr(given, "read_bytes") else given
    return b"".join(part.read_bytes() for part in parts if hasattr(part, "read_bytes"))


def _optional_content(properties: Object | None) -> Iterator[Failure]:
    if properties is None:
        return
    for each in properties.get("/Configs", []):
        if not str(each.get("/Name", "")):
            yield Failure("20-001", "a configuration of optional content has no name")
    default = properties.get("/D", Dictionary())
    if not str(default.get("/Name", "")):
        yield Failure("20-002", "the default configuration of optional content has no name")
    if "/AS" in default or any("/AS" in each for each in properties.get("/Configs", [])):
        yield Failure("20-003", "optional content that shows or hides by itself")


def _embedded(pdf: Pdf) -> Iterator[tuple[str, Object]]:
    """Every file specification that embeds a file."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and "/EF" in item:
            yield str(item.get("/UF", item.get("/F", "?"))), item
