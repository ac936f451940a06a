"""What needs no result is looked at before results are there."""

import pytest

from tests.conftest import Project, assert_made, assert_refused, write_experiment

ENDLESS = "import time; time.sleep(10**6)\n    return Result(1.0)"


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ("# New\n\n" + "A sentence.\n\n" * 30, "px too tall"),
        ("# New\n\n![A dot](dot.png){height=900}\n", "px too tall"),
        ("# New\n\n![A dot](cut.png)\n", "not a picture that can be shown"),
        ("# New\n\n![A box](box.svg)\n", "has HTML in it"),
    ],
)
def test_a_slide_without_results_is_refused_while_others_are_computed(
    slide: str, message: str, project: Project
) -> None:
    """Nobody waits for an experiment that takes for ever."""
    picture = (project.root / "deck" / "dot.png").write_bytes
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
        "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
    )
    picture(dot)
    project.write("deck/cut.png", dot[:50])
    html = '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">Words</p></foreignObject>'
    box = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{html}</svg>'
    project.write("deck/box.svg", box)
    write_experiment(project, "endless", ENDLESS)
    project.write("deck/40-new.md", slide)
    done = project.build()
    assert_refused(done, "deck/", message)
    assert done.made == []


def test_it_is_not_looked_at_twice_in_vain(project: Project) -> None:
    """A deck without such mistakes is built as ever, also one with results alone."""
    write_experiment(project, "quick", "return Result(1.0)")
    project.write("deck/40-new.md", "# New\n\nWords.\n")
    assert_made(project.build())
