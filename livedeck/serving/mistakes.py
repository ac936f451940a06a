"""Errors for browsers: what is wrong, where, what to do about it, and on which slides."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError, AuthorErrors, LivedeckError
from livedeck.serving.drafts import Draft


def flat(error: LivedeckError) -> list[AuthorError]:
    """Each of several errors as one with its place, as far as it has one."""
    if isinstance(error, AuthorErrors):
        return error.errors
    return [error if isinstance(error, AuthorError) else AuthorError(str(error))]


def told(errors: Iterable[AuthorError], draft: Draft | None, root: Path) -> list[dict[str, Any]]:
    """The errors, each once, with the slides of the last good deck that they belong to."""
    unique = {str(error): error for error in errors}
    return [_told(error, draft, root) for error in unique.values()]


def _told(error: AuthorError, draft: Draft | None, root: Path) -> dict[str, Any]:
    path = error.path
    inside = path is not None and path.is_relative_to(root)
    return {
        "file": "" if path is None else str(path.relative_to(root) if inside else path),
        "line": error.line,
        "message": error.message,
        "hint": error.hint,
        "detail": error.detail,
        "slides": [] if path is None or draft is None else _blamed(path, draft),
    }


def _blamed(path: Path, draft: Draft) -> list[str]:
    """The slides that a file makes, or that show something of its experiment."""
    prepared = draft.prepared
    found = []
    for slide in prepared.deck.slides:
        names = {getattr(ref, "name", None) for ref in slide.parsed.references}
        runs = [run for name, run in prepared.plan.names.items() if name in names]
        experiments = {run.experiment.path for run in runs}
        for ref in slide.parsed.references:
            asked = getattr(ref, "run", None) or ref
            name = getattr(asked, "experiment", None)
            known = prepared.plan.experiments.get(str(name))
            if known is not None:
                experiments.add(known.path)
        if path == slide.path or path in experiments:
            found.append(slide.id)
    return found
