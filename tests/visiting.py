"""A page as its visitors open it, in profiles of their own, and what they do there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

Visit = Callable[..., Page]

PATIENCE = 30_000  # milliseconds
GONE = ("ERR_CONNECTION", "ERR_SOCKET")  # what pages say when their server has ended


def profile(browser: Browser, **settings: Any) -> BrowserContext:
    """A browser's profile, in which nothing moves unless its settings say so."""
    context = browser.new_context(**{"reduced_motion": "reduce", **settings})
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def visiting(
    browser: Browser,
    home: str = "",
    problems: list[str] | None = None,
    new: Callable[..., BrowserContext] = profile,
) -> Iterator[Visit]:
    """Opens places of the page `home`, or other addresses, each in a `new` profile; no page may
    complain of anything or ask anybody else, which is noted in `problems`."""
    noted = [] if problems is None else problems

    def opened(place: str = "", script: str = "", still: bool = False, **settings: Any) -> Page:
        address = place if "://" in place else home + place
        context = profiles.enter_context(new(browser, **settings))
        note(context, address, noted)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        if still:  # time passes when the test says so
            page.clock.install(time=0)
            page.clock.pause_at(1)
        page.goto(address)
        return page

    with ExitStack() as profiles:
        yield opened
    assert [problem for problem in noted if not any(sign in problem for sign in GONE)] == []


def note(context: BrowserContext, address: str, problems: list[str]) -> None:
    """Notes what the pages of a profile complain of, and whom they ask besides their own place."""
    place = urlsplit(address)
    within = ("file:", "data:", "about:", "blob:", f"{place.scheme}://{place.netloc}/")

    def ask(url: str) -> None:
        if not url.startswith(within):
            problems.append(url)

    context.on("console", lambda message: problems.append(message.text))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("request", lambda request: ask(request.url))


def slide(page: Page, name: str) -> Locator:
    return page.locator(f"section.slide[id='{name}']")


def expect_slide(page: Page, name: str, step: int = 0) -> None:
    """One slide alone is shown, with its parts up to a step."""
    expect(page.locator("section.slide:visible")).to_have_count(1)
    expect(slide(page, name)).to_be_visible()
    steps = page.locator("section.slide:visible .fragment").evaluate_all(
        """all => all.map(part => [Number(part.dataset.step),
                                   getComputedStyle(part).visibility === "visible"])"""
    )
    assert [visible for _, visible in steps] == [at <= step for at, _ in steps]


def expect_at(page: Page, address: str) -> None:
    """The page has that address, whose slide is shown."""
    page.wait_for_function("address => location.hash === address", arg=address)
    expect(slide(page, address[1:].partition("/")[0])).to_be_visible()


def speaker_of(page: Page) -> Page:
    """The speaker's window, which `S` opens."""
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    return opening.value


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def unfold(page: Page) -> None:
    """Opens whatever can be opened in place."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")


def draw(page: Page, *, left: int = 400, top: int = 300) -> None:
    """A stroke with the mouse."""
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 100, top + 20, steps=5)
    page.mouse.up()


def swipe(page: Page, start: int, end: int) -> None:
    """A finger moves from left to right or back."""
    page.evaluate(
        """([start, end]) => {
            const touch = x => new Touch({ identifier: 1, target: document.body,
                                           clientX: x, clientY: 300 });
            const send = (type, touches, changed) => document.body.dispatchEvent(
                new TouchEvent(type, { bubbles: true, touches, changedTouches: changed }));
            send("touchstart", [touch(start)], [touch(start)]);
            send("touchend", [], [touch(end)]);
        }""",
        [start, end],
    )
