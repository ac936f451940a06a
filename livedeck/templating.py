"""The templates of pages and slides."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateSyntaxError

from livedeck.errors import AuthorError
from livedeck.files import read_text
from livedeck.store.user_cache import Cache

FOLDER = "templates"  # of those that are compiled, in the user's cache


class _Loader(FileSystemLoader):
    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError:
            read_text(Path(self.searchpath[0]) / template)  # says where
            raise


class _Compiled(BytecodeCache):
    """Compiled templates, in the user's own cache: they are executed as they are."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        data = self.cache.read(f"{FOLDER}/{bucket.key}")
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.cache.write(f"{FOLDER}/{bucket.key}", bucket.bytecode_to_string())


class Templates:
    """The templates of a project, kept compiled in a cache; a mistake in one is reported with
    its file and line."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.folder = folder
        self.environment = Environment(
            loader=_Loader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_Compiled(cache),
        )

    def layouts(self) -> list[str]:
        """The layouts that slides can ask for."""
        names = (p.name.removesuffix(".html.j2") for p in self.folder.glob("layouts/*.html.j2"))
        return sorted(name for name in names if not name.startswith("_"))

    def render(self, name: str, **context: Any) -> str:
        """The text that a template makes of a context."""
        try:
            return self.environment.get_template(name).render(**context)
        except TemplateSyntaxError as error:
            path = Path(error.filename or self.folder / name)
            raise AuthorError(f"not a template: {error.message}", path, error.lineno) from error
        except AuthorError:
            raise
        except Exception as error:  # whatever the expressions of a template may raise
            path, line = self._place(error, name)
            raise AuthorError(f"the template failed: {error}", path, line) from error

    def _place(self, error: BaseException, name: str) -> tuple[Path, int | None]:
        traceback, place = error.__traceback__, (self.folder / name, None)
        while traceback is not None:
            file = traceback.tb_frame.f_code.co_filename
            if file.startswith(str(self.folder)):
                place = (Path(file), traceback.tb_lineno)  # type: ignore[assignment]
            traceback = traceback.tb_next
        return place
