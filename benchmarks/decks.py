"""Makes a project of N slides with the real templates; half of them show a figure.

Twelve kinds of slides take turns. Six of them show the six figures of an experiment of their own,
so 60 slides have 5 experiments and 30 figures. One more slide, the last, lists what was computed.
Nothing is random.
"""

import re
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
EXPERIMENT = Path(__file__).with_name("mean.py")
EDITION = re.compile(r"(edition (?:= )?)(\d+)")

SETTINGS = """\
title = "A deck of {slides} slides"
author = "The benchmark"
"""

FIGURE = """\
---
layout: {layout}
---
# The mean misses by {{{{ {experiment}.error | number(2) }}}}, slide {number}

![A {figure} of experiment {number}: the mean lies near the truth]\
(experiment:{experiment}.{figure} "Simulated with NumPy; the baseline is one sample")

One sample misses by **{{{{ {experiment}.baseline | number(2) }}}}**; the mean of sixteen is nearer.
"""

PLAIN = {
    "section": "# Part {number} asks what can be learned\n\nEvery mean was measured.\n",
    "default": """\
# A list of things to remember, slide {number}

- **more samples** bring the mean nearer to the truth
- noise of one kind *averages out*, a bias of {number} does not
    - and neither does a [wrong model](https://example.org/{number})
- so ask for the baseline first

A sentence in edition 0 of this slide.

. . .

And a last word, which waits for its turn.

::: notes
Ask which of these would still hold with {number} samples, and why.
:::
""",
    "mathematics": """\
# The error falls with the root of $n = {number}$

The mean of $n$ samples $x_1, \\dots, x_n$ has the variance $\\sigma^2 / n$, thus

$$\\sqrt{{\\frac{{1}}{{n}} \\sum_{{i=1}}^{{n}} (x_i - \\bar x)^2}}
\\le \\frac{{\\sigma}}{{\\sqrt{{{number}}}}}$$

and $\\hat\\theta_{{{number}}} \\to \\theta$ as $n \\to \\infty$.
""",
    "code": """\
# A mean in a few lines, slide {number}

```python
def mean_of(samples: list[float], trim: int = {number}) -> float:
    \"\"\"The mean without the largest and smallest.\"\"\"
    kept = sorted(samples)[trim : len(samples) - trim]
    return sum(kept) / len(kept)  # a plain loop would do as well
```

It forgets {number} outliers at either end.
""",
    "table": """\
# What was compared, slide {number}

| model | samples | error |
|:------|--------:|------:|
| one sample | 1 | {{{{ {experiment}.baseline | number(2) }}}} |
| mean | 16 | {{{{ {experiment}.error | number(2) }}}} |
| mean of more | {number} | not measured |

The error is a root mean square over seeds.
""",
    "quote": "# Somebody said it before\n\n> Measure {number} times, cut once.\n>\n> A carpenter\n",
}

END = "---\nlayout: results\n---\n# What this deck computed\n"

FIGURES = {
    "curve": "split",
    "points": "figure",
    "band": "default",
    "bars": "split",
    "histogram": "figure",
    "picture": "split",
}
CYCLE = tuple(name for pair in zip(PLAIN, FIGURES, strict=True) for name in pair)


def make(folder: Path, slides: int) -> None:
    """Writes a whole project that `python build.py` in its folder builds."""
    shutil.copytree(REPOSITORY / "templates", folder / "templates")
    shutil.copy2(REPOSITORY / "build.py", folder)
    (folder / "experiments").mkdir()
    (folder / "deck").mkdir()
    (folder / "deck" / "deck.toml").write_text(SETTINGS.format(slides=slides))
    part = folder / "deck"
    for number in range(slides):
        turn, place = divmod(number, len(CYCLE))
        experiment = f"mean_{turn:02}"
        module = folder / "experiments" / f"{experiment}.py"
        module.write_text(EXPERIMENT.read_text().replace("NUMBER = 0", f"NUMBER = {turn}"))
        part = folder / "deck" / f"{number * 5 // slides:02}-part-{number * 5 // slides}"
        part.mkdir(exist_ok=True)
        text = slide(CYCLE[place], number, experiment)
        (part / f"{number:03}-slide-{number}.md").write_text(text)
    (part / f"{slides:03}-end.md").write_text(END)


def slide(kind: str, number: int, experiment: str) -> str:
    """The Markdown of one slide."""
    known = {"number": number, "experiment": experiment}
    if kind in FIGURES:
        return FIGURE.format(figure=kind, layout=FIGURES[kind], **known)
    layout = kind if kind in ("section", "code", "quote") else "default"
    layout = layout if number else "title"
    return f"---\nlayout: {layout}\n---\n" + PLAIN[kind].format(**known)


def edit_sentence(folder: Path) -> None:
    """Rewrites one sentence of one slide."""
    _next_edition(sorted(folder.glob("deck/*/*.md")), 0)


def edit_experiment(folder: Path) -> None:
    """Changes what one experiment computes, and so its six figures."""
    _next_edition(sorted(folder.glob("experiments/*.py")), 0)


def edit_figure(folder: Path) -> None:
    """Changes one figure function."""
    _next_edition(sorted(folder.glob("experiments/*.py")), 1)


def _next_edition(paths: list[Path], which: int) -> None:
    """Counts up one of the editions that stand in the first file that has any."""
    path = next(path for path in paths if EDITION.search(path.read_text()))
    text = path.read_text()
    found = list(EDITION.finditer(text))[which]
    start, end = found.span(2)
    path.write_text(f"{text[:start]}{int(found[2]) + 1}{text[end:]}")
