"""Takes the pictures of authoring.md anew: `python docs/pictures.py`."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
SIZE = {"width": 1280, "height": 720}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def main() -> None:
    """Follows the guide in a folder that goes when all is done."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        talk = Path(place, "my-talk")
        subprocess.run([sys.executable, "-c", LIVEDECK, "new", "deck", "my-talk"], cwd=place)
        subprocess.run([sys.executable, "build.py", "--no-pdf"], cwd=talk, check=True)
        command = [sys.executable, "build.py", "serve", "--no-pdf", "--port", "0"]
        server = subprocess.Popen(command, cwd=talk, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        settings = {"color_scheme": "light", "reduced_motion": "reduce", "bypass_csp": True}
        page = browser.new_page(viewport=SIZE, **settings)
        try:
            page.goto(f"{address[0]}#first-thing")
            page.wait_for_selector(".server-status")
            take(page, talk)
        finally:
            browser.close()
            server.terminate()
            server.wait()


def take(page: Page, talk: Path) -> None:
    """The pictures, in the guide's order."""
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "first.png")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    speaker.set_viewport_size({"width": 1180, "height": 760})
    speaker.wait_for_timeout(1000)
    speaker.screenshot(path=FOLDER / "speaker.png")
    speaker.close()
    edit(talk / "experiments" / "first_thing.py", "steps: int = 200", "steps: int = 9000")
    page.wait_for_function("document.querySelector('.learning polyline')?.points.length > 12")
    page.screenshot(path=FOLDER / "training.png")
    page.wait_for_selector(".learning", state="detached")
    slide = talk / "deck" / "02-first-thing.md"
    edit(slide, "the mean by {{ first_thing.mean", "the mean by {{ first_thing.meen")
    page.wait_for_selector("#first-thing .mistake")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "mistake.png")


def edit(path: Path, old: str, new: str) -> None:
    """Saves a change of a file."""
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


LIVEDECK = "import sys; from livedeck.cli import main; sys.exit(main())"

if __name__ == "__main__":
    main()
