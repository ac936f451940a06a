"""What is wrong in the text of a template or an experiment is said with its place."""

import re

import pytest

from tests.conftest import Project, assert_refused
from tests.mistake import Mistake, assert_told

MISTAKES = [
    Mistake(
        "an experiment that is not UTF-8",
        "experiments/line.py:3:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"experiments/line.py": '"""A line."""\n\n# Grün\n'.encode("latin-1")},
    ),
    Mistake(
        "a style sheet that is not UTF-8",
        "templates/css/slide.css:1:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"templates/css/slide.css": "/* Grün */".encode("latin-1")},
    ),
    Mistake(
        "a template that is not UTF-8",
        "templates/slide.html.j2:1:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"templates/slide.html.j2": "<p>Grün".encode("latin-1")},
    ),
    Mistake(
        "a template that cannot be read",
        "templates/layouts/split.html.j2:2:",
        "not a template",
        "",
        {"templates/layouts/split.html.j2": "<p>\n{% for x in %}\n"},
    ),
    Mistake(
        "a template with an undefined name",
        "templates/layouts/split.html.j2:3:",
        "'slyde' is undefined",
        "",
        {"templates/layouts/split.html.j2": "<p>\n</p>\n{{ slyde.texts }}\n"},
    ),
    Mistake(
        "a template that includes one that is not there",
        "templates/layouts/split.html.j2:2:",
        "layouts/splot.html.j2",
        "",
        {"templates/layouts/split.html.j2": '<p>\n{% include "layouts/splot.html.j2" %}\n'},
    ),
    Mistake(
        "a template that divides by zero",
        "templates/layouts/split.html.j2:2:",
        "division by zero",
        "",
        {"templates/layouts/split.html.j2": "<p>\n{{ slide.number / (total - total) }}\n"},
    ),
    Mistake(
        "a script that imports one from where it no longer lies",
        "templates/js/input/touch.js:3:",
        "no module `./deck.js`",
        "Did you mean `../page/deck.js`?",
        edits=(("templates/js/input/touch.js", "../page/deck.js", "./deck.js"),),
    ),
    *(
        Mistake(
            f"a script with `{statement}`",
            "templates/js/input/touch.js:2:",
            "cannot be joined into one script",
            'Write `import { name } from "./module.js";`, without renaming',
            edits=(("templates/js/input/touch.js", "\nimport", f"{statement}\nimport"),),
        )
        for statement in (
            'import { deck as talk } from "../page/deck.js";',
            'import * as state from "../page/deck.js";',
            'import state from "../page/deck.js";',
            'import "../page/deck.js";',
            'import { select } from "d3";',
            "import { deck } from '../page/deck.js';",
            'import { deck } from "../page/deck.js"',
            'export { deck } from "../page/deck.js";',
            "export default startTouch;",
            "export { startTouch };",
        )
    ),
    Mistake(
        "an experiment that is not Python",
        "experiments/line.py:2:",
        "not valid Python",
        "",
        {"experiments/line.py": '"""A line."""\ndef run(:\n'},
    ),
    Mistake(
        "an experiment without a run",
        "experiments/line.py:",
        "no function `run`",
        "An experiment computes in `def run(*, ...) -> Result`.",
        edits=(("experiments/line.py", "def run(", "def ran("),),
    ),
    Mistake(
        "an experiment without a result",
        "experiments/line.py:",
        "no class `Result`",
        "`class Result(NamedTuple): ...`",
        edits=(("experiments/line.py", "class Result(", "class Results("),),
    ),
    Mistake(
        "a parameter without a default",
        "experiments/line.py:21:",
        "the parameter `points` of `run` has no default",
        "Its defaults are the parameters of a build on a CPU.",
        edits=(("experiments/line.py", "points: int = 8", "points: int"),),
    ),
    *(
        Mistake(
            f"a parameter that is {value}",
            "experiments/line.py:21:",
            "the default of `points` is not a plain value",
            "Write a number, a text, True, False, None, or a tuple, list or dict of these.",
            edits=(("experiments/line.py", "points: int = 8", f"points: object = {value}"),),
        )
        for value in (
            "{'a', 'b'}",
            "(1, {2})",
            "{[1]: 2}",
            "{1: {2}}",
            "b'a'",
            "2j",
            "...",
            "1e999",
        )
    ),
    Mistake(
        "a profile with an annotation that sets an unknown parameter",
        "experiments/line.py:43:",
        "`QUICK` sets `point`, which `run` does not take",
        "Did you mean `points`?",
        edits=(("experiments/line.py", "QUICK = dict(points=3)", "QUICK: dict = dict(point=3)"),),
    ),
    Mistake(
        "a profile that is changed afterwards",
        "experiments/line.py:44:",
        "`QUICK` is not a plain dict(...)",
        "Write `QUICK = dict(seeds=2, ...)`.",
        edits=(
            ("experiments/line.py", "dict(points=3)", "dict(points=3)\nQUICK |= dict(slope=1)"),
        ),
    ),
    Mistake(
        "a profile that sets an unknown parameter",
        "experiments/line.py:43:",
        "`QUICK` sets `point`, which `run` does not take",
        "Did you mean `points`?",
        edits=(("experiments/line.py", "dict(points=3)", "dict(point=3)"),),
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_one_error_with_its_place_and_a_hint(
    mistake: Mistake, project: Project
) -> None:
    """The error names file, line and remedy; nothing is published."""
    assert_told(mistake, project)


def test_templates_of_before_are_told_which_style_sheet_they_lack(project: Project) -> None:
    """A project's own may be older than livedeck; the error says where the file is found."""
    (project.root / "templates" / "css" / "blocks.css").unlink()
    done = project.build()
    assert_refused(done, "templates/css/blocks.css:", "no such style sheet", "from those")


@pytest.mark.parametrize("name", ["js/keys.js", "js/input/mine.js", "css/mine.css", "page.css"])
def test_a_file_of_templates_that_nothing_takes_is_told_of(name: str, project: Project) -> None:
    """Such as one at the place that it had before; what a script imports, or a template includes,
    is taken."""
    project.write(f"templates/{name}", "")
    project.write("templates/js/input/taken.js", "export const taken = 1;\n")
    project.write("templates/css/included.css", "p { color: inherit }\n")
    page = (project.root / "templates" / "page.html.j2").read_text()
    included = page.replace("</head>", '<style>{% include "css/included.css" %}</style></head>')
    project.write("templates/page.html.j2", included)
    main = (project.root / "templates" / "js" / "main.js").read_text()
    project.write("templates/js/main.js", f'import {{ taken }} from "./input/taken.js";\n{main}')
    done = project.build()
    assert (done.code, done.err) == (0, "")
    told = re.findall(r"warning: \S*/templates/(\S+): nothing takes this file", done.out)
    assert told == [name]
