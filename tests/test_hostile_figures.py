"""What a figure may hold is what a pack may: whatever is drawn can be carried to others."""

from pathlib import Path

import pytest

from tests.conftest import Project, assert_made, assert_refused
from tests.hostile_figures import gallery

GALLERY = Path(gallery.__file__)
FIGURES = [
    name
    for name, one in vars(gallery).items()
    if getattr(one, "__module__", "") == gallery.__name__ and name not in ("run", "Result")
]
SLIDE = "deck/10-lines/20-line.md"
FRONT = "---\nlayout: grid\nallow: [overflow, contrast, small-text]\n---\n"


def test_every_figure_that_is_drawn_can_be_packed_and_unpacked(
    project: Project, tmp_path: Path
) -> None:
    """Figures of every kind that matplotlib draws, with hostile texts, names and links."""
    project.write("experiments/gallery.py", GALLERY.read_bytes())
    for number, name in enumerate(FIGURES):
        figure = f"# {name}\n\n![{name}](experiment:gallery.{name})\n"
        project.write(f"deck/{30 + number}-{name}.md", FRONT + figure)
    done = project.build()
    assert done.code == 0, done.err
    pack = tmp_path / "gallery.zip"
    assert_made(project.call("pack", str(pack), "gallery", "--figures"))
    elsewhere = Project(tmp_path / "elsewhere")
    for name in ("deck", "experiments", "templates", "build.py"):
        (elsewhere.root / name).parent.mkdir(exist_ok=True)
        (elsewhere.root / name).symlink_to(project.root / name)
    done = elsewhere.call("unpack", str(pack))
    assert_made(done)
    assert f"{len(FIGURES)} figures" in done.out


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,a",
        "file:///etc/passwd",
        "vbscript:a",
        "nope.md",
        "//a",
    ],
)
def test_a_link_that_no_reader_can_follow_is_refused(address: str, project: Project) -> None:
    """With the figure, and the line on which it begins."""
    project.edit("experiments/line.py", "linewidth=WIDTH", f"linewidth=WIDTH, url={address!r}")
    published = project.output
    done = project.build()
    place, message = "experiments/line.py:27:", "the figure `line.rising` failed: it links to"
    assert_refused(done, place, message, "Links may begin with https:, http:")
    assert project.output == published


def test_a_figure_links_where_a_slide_may(project: Project) -> None:
    """To addresses elsewhere and to slides, but to no slide that is not there."""
    project.edit("experiments/line.py", "linewidth=WIDTH", 'linewidth=WIDTH, url="#start"')
    assert_made(project.build())
    assert '<a href="#start" tabindex="-1">' in project.page
    project.edit("experiments/line.py", "#start", "#strat")
    message = "the figure `line.rising` links to `#strat`: no slide `strat`"
    assert_refused(project.build(), f"{SLIDE}:7:", message)
