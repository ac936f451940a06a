"""The built page in Debian's Firefox: keys, steps, addresses, the article, and no complaint."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, SLIDES, Project, give_up
from tests.waiting import PATIENCE

TOOLS = REPOSITORY / ".tools" / "puppeteer"

Visit = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def visit(varied: Project) -> Visit:
    """Goes through steps on a page with every kind of slide; says what it shows after each."""
    firefox, node = (shutil.which(name) for name in ("firefox-esr", "node"))
    if not firefox or not node or not TOOLS.is_dir():
        give_up("Firefox, Node or puppeteer-core is missing; `make tools` installs them")
    script = str(Path(__file__).with_name("firefox.mjs"))
    command = [node, script, str(TOOLS), firefox, varied.address]

    def visited(*steps: dict[str, Any]) -> list[dict[str, Any]]:
        words = [*command, json.dumps(steps)]
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr.decode()
        answer = json.loads(done.stdout)
        assert answer["problems"] == []
        assert [one["violations"] for one in answer["seen"]] == [[]] * len(steps)
        return list(answer["seen"])

    return visited


def places(seen: list[dict[str, Any]]) -> list[tuple[list[str], int]]:
    """The slides that were visible, and how many parts of them."""
    return [(one["slides"], one["parts"]) for one in seen]


def test_firefox_goes_through_slides_and_steps(visit: Visit) -> None:
    """The slides, one at a time; from an address with a step, its parts, and on to the next."""
    keys = [{"press": key} for key in ("ArrowRight", " ", "PageUp", "ArrowRight")]
    seen = visit({"open": ""}, *keys, {"open": "#steps/2"}, *keys[:2])
    assert [one["hash"] for one in seen][1:] == [
        *("#line", "#back", "#line", "#back"),
        *("#steps/2", "#steps/3", "#code"),
    ]
    assert places(seen) == [
        *((["start"], 0), (["line"], 0), (["back"], 0), (["line"], 0), (["back"], 0)),
        *((["steps"], 2), (["steps"], 3), (["code"], 0)),
    ]


def test_firefox_has_overview_help_and_article(visit: Visit) -> None:
    """Every view of the page, and a phone's."""
    keys = [{"press": key} for key in ("o", "Escape", "?", "Escape", "a")]
    phone = {"size": {"width": 390, "height": 844}, "open": ""}
    seen = visit({"open": "#back"}, *keys, phone)
    all_slides = [one["slides"] for one in seen]
    assert all_slides == [["back"], SLIDES, ["back"], ["back"], ["back"], SLIDES, SLIDES]
    assert [one["dialog"] for one in seen] == ["", "", "", "Keys", "", "", ""]
    assert not any(one["wide"] for one in seen)
