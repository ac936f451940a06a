"""A deck whose every text wants to break out: of its element, its script, its table, its line."""

from tests.conftest import Project

MARKUP = "</script></style></title><script>window.stolen = 1</script><img src=x onerror=stolen=1>"
COMMENT = "<!-- ]]> <![CDATA[ --!> <?php"
TYPED = MARKUP.replace("<", r"\<")  # as an author writes it who means it
QUOTES = '" \' ` &quot;&#34; onload="window.stolen = 1" id="line" url(#line) href="#line"'
LINK = "javascript:window.stolen=1"
ARABIC = (
    "\u202eevil\u202c \u2067\u0645\u0631\u062d\u0628\u0627\u2069 \u200f\u05e9\u05dc\u05d5\u05dd"
)
EMOJI = "\U0001f469\u200d\U0001f52c \U0001f3f3\ufe0f\u200d\U0001f308 e\u0301"
CONTROL = "nothing\x00bell\x07tab\x0bescape\x1bdelete\x7fnext\x85none\ufffe\U0001ffff"
LONG = "unbroken" * 1280  # 10 kB
OPEN = "\u2069\u202e\u2067evil"
FORMULA = '=HYPERLINK("https://example.org?"&A1)'
TEXTS = (MARKUP, COMMENT, QUOTES, LINK, ARABIC, EMOJI, CONTROL, FORMULA, OPEN, "", "null", "NaN")
SHOWN = "nothing\ufffdbell\ufffdtab\ufffdescape\ufffddelete\ufffdnext\ufffdnone\ufffd\ufffd"

EXPERIMENT = f'''
"""A claim with {MARKUP} and {COMMENT}.

It says {QUOTES!r}.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

TEXTS = {TEXTS!r}


class Result(NamedTuple):
    markup: str
    comment: str
    quotes: str
    link: str
    arabic: str
    emoji: str
    control: str
    formula: str
    open: str
    empty: str
    null: str
    number: str
    long: str
    frames: np.ndarray


def run(*, text: str = "none") -> Result:
    """Texts, </script><script>window.stolen = 1</script>."""
    return Result(*TEXTS, "unbroken" * 1280, np.array(TEXTS[:4]))


def labels(fig: Figure, result: Result) -> None:
    """Every text as a label; <!-- <script> in the code."""
    ax = fig.subplots()
    for i, text in enumerate(TEXTS):
        ax.plot([0, 1], [i, i], label=text)
        ax.text(0, i, text[:40], parse_math=False)
    ax.set_title(result.formula, parse_math=False)


def turning(fig: Figure, result: Result, frame: int) -> None:
    fig.subplots().plot([0, frame])
'''
NAMES = ("markup", "comment", "quotes", "link", "arabic", "emoji", "control", "formula")
VALUES = (
    "\n".join(f"- {{{{ hostile.{name} }}}}" for name in NAMES) + "\n- {{ hostile.open }}**a** *b*"
)
ALT = " ".join(f"{{{{ hostile.{name} }}}}" for name in ("markup", "quotes", "control", "long"))
PARAMETER = "%22%3E%3Cscript%3Estolen=1%3C/script%3E"
SLIDES = {
    "31-values.md": f"""---
kicker: '{COMMENT} <b onclick="stolen=1">'
allow: [overflow, contrast, small-text]
---
# {{{{ hostile.markup }}}} and {{{{ hostile.quotes }}}}

{VALUES}

| {{{{ hostile.markup }}}} | `{MARKUP}` |
|---|---|
| {{{{ hostile.quotes }}}} | {TYPED} |

{LINK} \\<b onclick="stolen=1">bold\\</b>

::: notes
{{{{ hostile.markup }}}} {{{{ hostile.long }}}} {TYPED} {QUOTES}
:::
""",
    "32-figures.md": f"""---
layout: grid
allow: [overflow, contrast, small-text]
---
# {ARABIC} {EMOJI}

![{ALT}](experiment:hostile.labels "{{{{ hostile.markup }}}} \\{COMMENT}")

![{{{{ hostile.arabic }}}}](experiment:hostile.turning?text={PARAMETER})
""",
    "33-code.md": f"""---
layout: code
allow: [overflow, contrast, small-text]
---
# `{MARKUP}`

```html {{lines="1|2"}}
{MARKUP}
{COMMENT} {QUOTES}
```

::: {{code="hostile.run"}}
:::
""",
    "34-script.md": """
# A script that gets them all

::: {demo="demos/show.js" values="hostile.markup hostile.comment hostile.quotes hostile.control"}
:::
""",
}
DEMO = """
// </script><script>window.stolen = 1</script> and <!-- a comment
export default function (place, values) {
  place.textContent = ["</script><!--", ...Object.values(values)].join(" ");
}
"""
SETTINGS = f"""
title = '''{MARKUP}{QUOTES}'''
author = '''{COMMENT}'''
affiliation = '''{MARKUP}'''
workers = 1
"""


def write(project: Project) -> None:
    """Puts the hostile slides into a project."""
    project.write("experiments/hostile.py", EXPERIMENT)
    for name, text in SLIDES.items():
        project.write(f"deck/{name}", text.encode())
    project.write("deck/demos/show.js", DEMO)
    project.write("deck/deck.toml", SETTINGS)
