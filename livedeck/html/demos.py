"""Scripts of the author's own on the page: the values that they get, and how they are started."""

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError
from livedeck.files import read_text
from livedeck.html.bundle import bundle

# In HTML these begin or end something; written so they mean the same in strings and comments.
_BREAKS = re.compile(r"(<)(/script|!--)", re.IGNORECASE)
_DEFAULT = re.compile(r"^export\s+default\s+(?=(?:async\s+)?function\b)", re.MULTILINE)


def element(name: str, values: Mapping[str, Any]) -> str:
    """Values as an element that nothing executes, and that no text in them can end."""
    text = json.dumps(values, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" data-demo="{escape(name)}">{text}</script>\n'


def script(starter: Path, demos: Mapping[str, Path]) -> str:
    """One script that starts every demo; each keeps its names to itself."""
    parts = [bundle(starter), "startDemos({\n"]
    for name, path in sorted(demos.items()):
        source, found = _DEFAULT.subn("return ", read_text(path))
        if found != 1:
            hint = "Write `export default function (place, values) { … }`, once."
            raise AuthorError("a demo without its one function", path, hint=hint)
        parts.append(f"{json.dumps(name)}: (() => {{\n{source}\n}})(),\n")
    text = "".join([*parts, "});\n"])
    return _BREAKS.sub(r"\1\\\2", text)
