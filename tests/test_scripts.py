"""The page's scripts: which folder may import which, and how modules become one script."""

import re
from pathlib import Path

import pytest

from livedeck.html.bundle import bundle
from tests.conftest import REPOSITORY

SCRIPTS = REPOSITORY / "templates" / "js"
BELOW = {
    "page": set[str](),
    "read": {"page"},
    "present": {"page", "read"},
    "input": {"page", "read", "present"},
    "serve": {"page", "read", "present"},
}
MODULES = sorted(path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.glob("*/*.js"))


@pytest.mark.parametrize("module", MODULES)
def test_a_script_imports_only_from_its_own_folder_and_those_below(module: str) -> None:
    """So that who changes what presents knows that nothing which only reads can break."""
    folder = module.split("/", maxsplit=1)[0]
    text = (SCRIPTS / module).read_text("utf-8")
    imported = re.findall(r'from "(?:\.\./(\w+)|\.)/\w+\.js";', text)
    assert len(imported) == text.count(' from "')
    assert set(imported) - {""} <= BELOW[folder]


def test_every_script_is_in_a_page() -> None:
    """What nothing imports would be dead."""
    entries = sorted(path.name for path in SCRIPTS.glob("*.js"))
    assert entries == ["demo.js", "main.js", "remote.js", "serve.js"]
    whole = "".join(bundle(SCRIPTS / name) for name in entries)
    for module in MODULES:
        names = re.findall(
            r"^export (?:async )?(\w+ \w+)", (SCRIPTS / module).read_text(), re.MULTILINE
        )
        assert names
        assert all(name in whole for name in names), module


def test_modules_stand_once_and_before_who_imports_them(tmp_path: Path) -> None:
    """Whatever folders they lie in, even where two import each other."""
    (tmp_path / "low").mkdir()
    (tmp_path / "main.js").write_text(
        'import { one } from "./low/one.js";\nimport { two } from "./two.js";\none(two);\n'
    )
    (tmp_path / "two.js").write_text(
        'import {\n  one,\n  other,\n} from "./low/one.js";\nexport const two = one;\n'
    )
    (tmp_path / "low" / "one.js").write_text(
        '// One.\n\nimport { two } from "../two.js";\nexport function one() {}\n'
        "export async function other() {}\n"
    )
    script = bundle(tmp_path / "main.js")
    assert script.split("\n") == [
        *("const two = one;", ""),
        *("function one() {}", "async function other() {}", ""),
        *("one(two);", ""),
    ]
