"""The resources of a PDF's pages, and of all that they draw."""

import hashlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Name, Pdf


def all_of(pdf: Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of resources once, in the order of the pages."""
    seen: set[tuple[int, int]] = set()
    waiting = [page.obj.get("/Resources") for page in pdf.pages]
    for resources in waiting:  # grows on the way
        if resources is None or (resources.is_indirect and resources.objgen in seen):
            continue
        seen.add(resources.objgen)
        waiting += [
            entry.get("/Resources") for entries in drawn(resources) for _, entry in _sorted(entries)
        ]
        yield resources


def drawn(resources: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries of what can be drawn: images, groups and patterns."""
    for kind in ("/XObject", "/Pattern"):
        if kind in resources:
            yield resources[kind]


def _sorted(entries: pikepdf.Object) -> list[tuple[str, pikepdf.Object]]:
    return sorted(entries.items(), key=lambda entry: str(entry[0]))


def unite(pdf: Pdf) -> None:
    """Lets all that show the same picture share it: pieces of a document bring one each."""
    known: dict[str, pikepdf.Object] = {}
    for found in list(all_of(pdf)):
        for entries in drawn(found):
            for name in sorted(entries.keys()):
                if entries[name].get("/Subtype") == Name.Image:
                    entries[name] = known.setdefault(_content(entries[name]), entries[name])


def _content(image: pikepdf.Object) -> str:
    """The digest of an image's bytes, and of all that says what they mean."""
    digest = hashlib.sha256(image.read_raw_bytes())
    for key in sorted(image.keys()):
        what = image[key]
        mask = isinstance(what, pikepdf.Stream)
        digest.update(f"{key} {_content(what) if mask else repr(what)}".encode())
    return digest.hexdigest()
