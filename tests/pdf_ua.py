"""Somebody else's checker of PDF/UA (ISO 14289-1): what a program can see of it."""

import hashlib
from pathlib import Path

import page

_passed: set[str] = set()


def broken(folder: Path) -> list[str]:
    """The rules that PDFs in a folder break, each with the file and the place."""
    found = []
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if digest not in _passed:
            failures = page.validate_pdf_bytes(data, profile="ua1").failures
            found += [f"{path.name}: {each.rule_id}: {each.message}" for each in failures]
            if not failures:
                _passed.add(digest)
    return found
