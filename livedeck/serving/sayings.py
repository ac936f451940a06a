"""What experiments and figures have said, for the browser of whoever writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from livedeck.serving.drafts import Draft
from livedeck.store.messages import Said


def summary(draft: Draft, root: Path) -> list[dict[str, Any]]:
    """How much each has said, and the first of it: the state is told often."""
    return [
        {
            "name": name,
            "counts": said.counts,
            "warnings": len(said.messages) + said.others,
            "first": said.first,
            "state": str(hash(said)),  # by which a browser knows that there is something new
        }
        for name, said in _each(draft, root)
        if said.counts
    ]


def whole(draft: Draft, root: Path, name: str) -> dict[str, Any]:
    """All that one of them has said, as an answer to its author's browser."""
    said = dict(_each(draft, root)).get(name, Said())
    messages = [
        {"file": one.file, "line": one.line, "message": f"{one.kind}: {one.text}"}
        for one in said.messages
    ]
    return {"do": "said", "name": name, "messages": messages, "printed": "\n".join(said.printed)}


def _each(draft: Draft, root: Path) -> Iterator[tuple[str, Said]]:
    return draft.computed.said(root)
