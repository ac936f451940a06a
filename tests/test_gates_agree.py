"""The gate of overflow, which lays slides out without a browser, says what Chromium shows."""

import random
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.conftest import Project
from tests.overflow import LIMITS, measured

BAND = 3  # pixels from a limit within which both answers are right: engines round lines
SAID = {"tall": "px too tall", "wide": "wider than its column", "cut": "is cut off"}

WORDS = ["a", "network", "learns", "what", "nobody", "wrote", "down,", "from", "its", "mistakes"]


def sentence(chance: random.Random, words: int) -> str:
    """Some words with a stop."""
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize() + "."


def text(chance: random.Random, size: int) -> str:
    return "\n\n".join(sentence(chance, chance.randint(4, 30)) for _ in range(size))


def points(chance: random.Random, size: int) -> str:
    return "\n".join(f"- {sentence(chance, chance.randint(3, 24))}" for _ in range(size))


def table(chance: random.Random, size: int) -> str:
    rows = [f"| {i} | {sentence(chance, chance.randint(1, 9))} |" for i in range(2 * size)]
    return "\n".join(["| n | what |", "| --- | --- |", *rows])


def code(chance: random.Random, size: int) -> str:
    lines = [f"{'x' * chance.randint(1, 40)} = {i}" for i in range(3 * size)]
    return "\n".join(["```python", *lines, "```"])


def wide_code(chance: random.Random, size: int) -> str:
    return f"```python\n{'x' * (60 + 8 * size)}\n```"


def long_word(chance: random.Random, size: int) -> str:
    return f"{sentence(chance, 4)} {'Donaudampfschiff' * size}."


def figure(chance: random.Random, size: int) -> str:
    caption = f' "{sentence(chance, chance.randint(2, 40))}"' if chance.random() < 0.5 else ""
    return f"![A line](experiment:line.rising{caption}){{height={80 + 60 * size}}}"


def formula(chance: random.Random, size: int) -> str:
    return "\n\n".join(["$$y = \\frac{a x + b}{c}$$"] * size)


def footnotes(chance: random.Random, size: int) -> str:
    names = chance.sample(range(10**6), size)  # a slide may have several such blocks
    notes = [f"[^{name}]: {sentence(chance, chance.randint(3, 30))}" for name in names]
    marks = "".join(f"[^{name}]" for name in names)
    return "\n\n".join([f"{sentence(chance, 9)}{marks}", *notes])


def columns(chance: random.Random, size: int) -> str:
    parts = [chance.choice([text, points, code])(chance, size) for _ in range(2)]
    inner = "\n".join(f"::: {{.column}}\n{part}\n:::" for part in parts)
    return f":::: {{.columns}}\n{inner}\n::::"


BLOCKS: dict[str, Callable[[random.Random, int], str]] = {
    block.__name__: block
    for block in (
        *(text, points, table, code, wide_code, long_word),
        *(figure, formula, footnotes, columns),
    )
}


def growing() -> dict[str, str]:
    """For each kind of block, slides with more and more of it."""
    return {
        f"{name.replace('_', '-')}-{size}": f"# {name}\n\n{block(random.Random(size), size)}\n"
        for name, block in BLOCKS.items()
        for size in range(1, 9)
    }


def mixed(count: int) -> dict[str, str]:
    """Slides of several blocks, in several layouts."""
    slides = {}
    for number in range(count):
        chance = random.Random(number)
        layout = chance.choice(["default", "split", "figure", "grid", "code"])
        blocks = chance.choices(list(BLOCKS.values()), k=chance.randint(1, 3))
        if layout in ("split", "figure", "grid"):
            blocks.append(figure)
        body = "\n\n".join(block(chance, chance.randint(1, 4)) for block in blocks)
        title = sentence(chance, chance.randint(2, 16))
        slides[f"mixed-{number}"] = f"---\nlayout: {layout}\n---\n# {title}\n\n{body}\n"
    return slides


@pytest.fixture(scope="module")
def generated(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of generated slides that overflow or don't, of which the build warns."""
    project = sources.copy(tmp_path_factory.mktemp("generated"))
    for path in (project.root / "deck").rglob("*.md"):
        path.unlink()
    settings = project.root / "deck" / "deck.toml"
    gates = '\n[gates]\noverflow = "warn"\n"small-text" = "off"\n'
    settings.write_text(settings.read_text() + gates)
    for name, content in (growing() | mixed(60)).items():
        project.write(f"deck/{name}.md", content)
    return project


def test_chromium_and_the_gate_agree_on_generated_slides(
    generated: Project, browser: Browser
) -> None:
    """Growing amounts of text, tables, code, figures, formulas and mixtures of them."""
    done = generated.build()
    assert (done.code, done.err) == (0, "")
    slides = measured(generated.root / "output" / "index.html", browser)
    assert len(slides) > 100
    for kind, words in SAID.items():
        warned = set(re.findall(rf"deck/([\w-]+)\.md:\d+: .*{words}", done.out))
        margins = {name: sizes[kind] - LIMITS[kind] for name, sizes in slides.items()}
        assert len(margins) - 10 > len(warned) > 4, kind
        disagree = {name: by for name, by in margins.items() if (by > 0) != (name in warned)}
        assert {name: by for name, by in disagree.items() if abs(by) > BAND} == {}
