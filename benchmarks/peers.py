"""The same slides for other tools, each with its own registry's newest release: pandoc and typst
from PyPI, marp from npm. They are installed into a temporary folder and get the figures drawn.

pandoc makes one HTML file, marp one with its figures beside it; typst makes a PDF of what pandoc
turns the Markdown into; marp prints its PDF with the Chromium that CHROME_PATH names.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import decks
from matplotlib.figure import Figure

PANDOC = """\
import pypandoc
from importlib.metadata import version
print(pypandoc.get_pandoc_path(), pypandoc.get_pandoc_version(), version("typst"), sep="\\n")
"""
TYPST = """\
import subprocess, typst
subprocess.run([{pandoc!r}, "pandoc.md", "-s", "-t", "typst", "-o", "deck.typ"], check=True)
typst.compile("deck.typ", output="typst.pdf")
"""
MARP = "---\nmarp: true\nmath: katex\n---\n"
MARP_BREAK = "\n\n---\n\n"
TYPST_BREAK = "\n\n```{=typst}\n#pagebreak()\n```\n\n"
WITHOUT = (
    re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE),  # front matter
    re.compile(r"^::: notes\n.*?^:::\n", re.DOTALL | re.MULTILINE),
    re.compile(r"^\. \. \.\n", re.MULTILINE),
)
FIGURE = re.compile(r"\(experiment:([\w.]+) \"[^\"]*\"\)")
VALUE = re.compile(r"\{\{.*?\}\}")


def install(folder: Path) -> dict[str, str]:
    """Installs what can be had here; returns the commands and their titles by name."""
    folder.mkdir(parents=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", "venv"], cwd=folder, check=True)
    install = [python, "-m", "pip", "install", "--quiet", "pypandoc_binary", "typst"]
    subprocess.run(install, cwd=folder, check=True)
    asked = subprocess.run([python, "-c", PANDOC], stdout=subprocess.PIPE, text=True, check=True)
    pandoc, pandoc_version, typst_version = asked.stdout.split()
    found = {
        "python": python,
        "pandoc": pandoc,
        "pandoc title": f"pandoc {pandoc_version}",
        "typst title": f"pandoc {pandoc_version}, typst {typst_version}",
    }
    if npm := shutil.which("npm"):
        command = [npm, "install", "--silent", "--no-fund", "--no-audit", "@marp-team/marp-cli"]
        subprocess.run(command, cwd=folder, check=True)
        found["marp"] = str(folder / "node_modules" / ".bin" / "marp")
        about = folder / "node_modules" / "@marp-team" / "marp-cli" / "package.json"
        found["marp title"] = f"marp {json.loads(about.read_text())['version']}"
    return found


def prepare(tools: dict[str, str], project: Path, folder: Path) -> list[tuple[str, str, list[str]]]:
    """Writes a project's slides for every tool: names, outputs and commands, for that folder."""
    folder.mkdir()
    slides = plain(project)
    (folder / "pandoc.md").write_text(TYPST_BREAK.join(slides))
    (folder / "marp.md").write_text(MARP + MARP_BREAK.join(slides))
    draw(project, folder / "figures")
    html = ["-s", "-t", "html5", "--mathml", "--embed-resources", "-M", "title=Deck"]
    typst = TYPST.format(pandoc=tools["pandoc"])
    commands = [
        (tools["pandoc title"], "html", [tools["pandoc"], "pandoc.md", *html, "-o", "pandoc.html"]),
        (tools["typst title"], "pdf", [tools["python"], "-c", typst]),
    ]
    if "marp" in tools:
        marp = [tools["marp"], "marp.md", "--no-stdin"]
        commands.append((tools["marp title"], "html", [*marp, "-o", "marp.html"]))
        if os.environ.get("CHROME_PATH"):
            pdf = [*marp, "--pdf", "--allow-local-files", "-o", "marp.pdf"]
            commands.append((tools["marp title"], "pdf", pdf))
    return commands


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
