"""The same slides for other tools, in versions that are written down: pandoc and typst from PyPI,
marp, reveal.js and slidev from npm. `make .tools/peers/installed` fetches them.

pandoc makes one HTML file, marp one with its figures beside it; typst makes a PDF of what pandoc
has turned the Markdown into; marp and reveal.js are printed by the Chromium that CHROME_PATH names
or that is installed.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import decks
from matplotlib.figure import Figure

HERE = Path(__file__).parent
TOOLS = decks.REPOSITORY / ".tools" / "peers"
MODULES = TOOLS / "node_modules"
PANDOC = """\
import pypandoc
from importlib.metadata import version
print(pypandoc.get_pandoc_path(), pypandoc.get_pandoc_version(), version("typst"), sep="\\n")
"""
TYPST = 'import typst; typst.compile("deck.typ", output="typst.pdf")'
REVEAL = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Deck</title>
<link rel="stylesheet" href="{reveal}/reveal.css">
<link rel="stylesheet" href="{reveal}/theme/white.css">
<style>.reveal h1 {{ font-size: 1.3em }} .reveal img {{ height: 7em }}</style>
</head><body><div class="reveal"><div class="slides">
{slides}
</div></div><script src="{reveal}/reveal.js"></script>
<script>Reveal.initialize({{ pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false }});</script>
</body></html>
"""
PRINT = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as started:
    browser = started.chromium.launch(executable_path={chromium!r}, args=["--no-sandbox"])
    page = browser.new_page()
    page.goto({address!r})
    page.wait_for_function("document.querySelectorAll('.pdf-page').length == {slides}")
    page.pdf(path="reveal.pdf", prefer_css_page_size=True, print_background=True)
"""
MARP = "---\nmarp: true\nmath: katex\n---\n"
MARP_BREAK = "\n\n---\n\n"
TYPST_HEAD = "```{=typst}\n#set page(margin: 1cm)\n#set image(height: 9cm)\n```\n\n"
TYPST_BREAK = "\n\n```{=typst}\n#pagebreak()\n```\n\n"
WITHOUT = (
    re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE),  # front matter
    re.compile(r"^::: notes\n.*?^:::\n", re.DOTALL | re.MULTILINE),
    re.compile(r"^\. \. \.\n", re.MULTILINE),
)
FIGURE = re.compile(r"\(experiment:([\w.]+) \"[^\"]*\"\)")
VALUE = re.compile(r"\{\{.*?\}\}")


def installed() -> dict[str, str]:
    """The commands that `make` has installed, and their titles, by name."""
    if not (TOOLS / "installed").exists():
        raise SystemExit("the other tools are missing; run: make .tools/peers/installed")
    python = str(TOOLS / "venv" / "bin" / "python")
    asked = subprocess.run([python, "-c", PANDOC], stdout=subprocess.PIPE, text=True, check=True)
    pandoc, pandoc_version, typst_version = asked.stdout.split()
    found = {
        "python": python,
        "pandoc": pandoc,
        "pandoc title": f"pandoc {pandoc_version}",
        "typst title": f"typst {typst_version}",
        "marp": command("marp"),
        "marp title": title("marp", "@marp-team/marp-cli"),
        "reveal": str(MODULES / "reveal.js" / "dist"),
        "reveal title": title("reveal.js", "reveal.js"),
    }
    if chromium := os.environ.get("CHROME_PATH") or shutil.which("chromium"):
        found["chromium"] = chromium
    return found


def command(name: str) -> str:
    """The path of a command from npm."""
    return str(MODULES / ".bin" / name)


def title(name: str, package: str) -> str:
    """A name with the version of its package from npm."""
    return f"{name} {json.loads((MODULES / package / 'package.json').read_text())['version']}"


def prepare(tools: dict[str, str], project: Path, folder: Path) -> list[tuple[str, str, list[str]]]:
    """Writes a project's slides for every tool: names, outputs and commands, for that folder."""
    folder.mkdir()
    slides = plain(project)
    (folder / "pandoc.md").write_text(TYPST_HEAD + TYPST_BREAK.join(slides))
    (folder / "marp.md").write_text(MARP + MARP_BREAK.join(slides))
    draw(project, folder / "figures")
    pandoc = tools["pandoc"]
    typst = [pandoc, "pandoc.md", "-s", "-t", "typst", "-V", "papersize=presentation-16-9"]
    subprocess.run([*typst, "-o", "deck.typ"], cwd=folder, check=True)
    html = ["-s", "-t", "html5", "--mathml", "--embed-resources", "-M", "title=Deck"]
    commands = [
        (tools["pandoc title"], "html", [pandoc, "pandoc.md", *html, "-o", "pandoc.html"]),
        (tools["typst title"], "pdf", [tools["python"], "-c", TYPST]),
    ]
    marp = [tools["marp"], "marp.md", "--no-stdin"]
    commands.append((tools["marp title"], "html", [*marp, "-o", "marp.html"]))
    if "chromium" in tools:
        chromium = ["--browser", "chrome", "--browser-path", tools["chromium"]]
        pdf = [*marp, *chromium, "--pdf", "--allow-local-files", "-o", "marp.pdf"]
        commands.append((tools["marp title"], "pdf", pdf))
        printed = _reveal(tools, slides, folder)
        commands.append((f"{tools['reveal title']}, Chromium", "pdf", printed))
    return commands


def _reveal(tools: dict[str, str], slides: list[str], folder: Path) -> list[str]:
    """Writes the slides for reveal.js, with formulas as MathML; the command that prints them."""
    (folder / "reveal.md").write_text(MARP_BREAK.join(slides))
    pandoc = [tools["pandoc"], "reveal.md", "-t", "revealjs", "--mathml", "--slide-level=1"]
    made = subprocess.run(pandoc, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    shown = made.stdout.replace("data-src=", "src=")  # else images are loaded late, if at all
    page = REVEAL.format(reveal=Path(tools["reveal"]).as_uri(), slides=shown)
    (folder / "reveal.html").write_text(page)
    address = f"{(folder / 'reveal.html').as_uri()}?print-pdf"
    script = PRINT.format(chromium=tools["chromium"], address=address, slides=len(slides))
    return [tools["python"], "-c", script]


def plain(project: Path) -> list[str]:
    """A project's slides in the Markdown that all of the tools read, with values filled in."""
    found = []
    for path in sorted(project.glob("deck/*/*.md")):
        text = path.read_text()
        for pattern in WITHOUT:
            text = pattern.sub("", text)
        found.append(VALUE.sub("0.08", FIGURE.sub(r"(figures/\1.svg)", text)).strip())
    return found


def draw(project: Path, folder: Path) -> None:
    """Draws the figures of all experiments, which are plain modules."""
    folder.mkdir()
    for path in sorted(project.glob("experiments/*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        result = module.run()
        for name in decks.FIGURES:
            figure = Figure(figsize=(7, 4))
            getattr(module, name)(figure, result)
            figure.savefig(folder / f"{path.stem}.{name}.svg")
