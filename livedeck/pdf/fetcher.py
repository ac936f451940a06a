"""Where the PDF's resources may come from: files in named places, `data:`, and placeholders."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from weasyprint.urls import (  # type: ignore[import-untyped, unused-ignore]
    URLFetcher,
    URLFetcherResponse,
)

from livedeck.errors import AuthorError
from livedeck.files import read_bytes
from livedeck.pdf import placeholders


class Fetcher(URLFetcher):  # type: ignore[misc, unused-ignore]
    """Fetches without network and without redirects; keeps account of what it refused."""

    def __init__(self, roots: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.roots = [root.resolve() for root in roots]
        self.sizes: dict[str, tuple[int, int]] = {}
        self.refused: list[AuthorError] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """What a URL stands for; a refusal is an error here and in `refused`."""
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            return super().fetch(url, headers)
        if scheme == "file":
            return self._file(url)
        if url.startswith(placeholders.SCHEME):
            return self._placeholder(url)
        raise self._refusal(f"the PDF may not load `{url}`", "Put a copy of it into the deck.")

    def _file(self, url: str) -> URLFetcherResponse:
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.netloc or not any(path.is_relative_to(root) for root in self.roots):
            raise self._refusal(f"the PDF may not load `{path}`", "It lies outside of the deck.")
        try:
            data = read_bytes(path)
        except OSError as error:
            raise self._refusal(f"cannot read `{path}`: {error.strerror}", "") from error
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, data, {"Content-Type": kind})

    def _placeholder(self, url: str) -> URLFetcherResponse:
        key = unquote(url.removeprefix(placeholders.SCHEME))
        if key not in self.sizes:
            raise self._refusal(f"the figure `{key}` has no size", "Give its image both.")
        image = placeholders.image(key, *self.sizes[key])
        return URLFetcherResponse(url, image, {"Content-Type": "image/png"})

    def _refusal(self, message: str, hint: str) -> AuthorError:
        self.refused.append(AuthorError(message, hint=hint))
        return self.refused[-1]
