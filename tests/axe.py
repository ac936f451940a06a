"""What axe finds in a page: the rules of WCAG 2.2 that a program can check, and good practice."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import REPOSITORY
from tests.visiting import profile

AXE = REPOSITORY / ".tools" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
FRAME = {"exclude": [["section.slide"]]}  # all but the slides
SHOWN = {"include": [["section.slide:not([inert])"]]}
COLOURS = ("color-contrast", "link-in-text-block")  # all that a theme can spoil
EVERYTHING = {"include": [["html"]]}

# Each violation with its place; what could not be decided is no violation.
RUN = """async ([place, rules]) => {
    // Hidden slides are nothing to see, and much to read; without them axe is ten times as fast.
    const away = [...document.querySelectorAll("section.slide[inert]")];
    const places = away.map(() => document.createComment(""));
    away.forEach((slide, i) => slide.replaceWith(places[i]));
    const { violations } = await axe.run(place, {
        resultTypes: ["violations"], preload: false, ...(rules.length ? { runOnly: rules } : {}),
    });
    places.forEach((place, i) => place.replaceWith(away[i]));
    const why = ({ any, all, none }) =>
        [...any, ...all, ...none].map(one => one.message).join("; ");
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${why(node)}: ${node.html.slice(0, 300)}`));
}"""


def context(browser: Browser, **settings: Any) -> BrowserContext:
    """A profile whose pages, and the windows that they open, have axe in them."""
    context = profile(browser, bypass_csp=True, **settings)
    context.add_init_script(path=AXE)
    return context


def violations(
    page: Page, place: dict[str, Any] = EVERYTHING, rules: Sequence[str] = ()
) -> list[str]:
    """What breaks a rule, or one of some `rules`, in a part of the page, as it is now."""
    return list(page.evaluate(RUN, [place, rules]))


def load(page: Page) -> None:
    """Loads axe anew, in a window that got another document after it had opened."""
    page.evaluate(AXE.read_text(encoding="utf-8"))


def without_scripts(page_file: Path, folder: Path) -> Path:
    """The same page as who allows no script reads it: axe itself is one."""
    text = page_file.read_text(encoding="utf-8")
    kept = re.sub(r'<script(?: type="module")?>.*?</script>', "", text, flags=re.DOTALL)
    path = folder / "unscripted.html"
    path.write_text(kept, encoding="utf-8")
    return path
