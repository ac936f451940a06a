"""A mistake of an author's, and how the build must tell of it."""

from dataclasses import dataclass, field

from tests.conftest import Project, assert_refused


@dataclass(frozen=True)
class Mistake:
    """Files that are written or edited, and what the one error must name."""

    title: str
    place: str
    message: str
    hint: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    edits: tuple[tuple[str, str, str], ...] = ()

    def make(self, project: Project) -> None:
        """Makes it in a project."""
        for name, content in self.files.items():
            project.write(name, content)
        for name, old, new in self.edits:
            project.edit(name, old, new)


def assert_told(mistake: Mistake, project: Project) -> None:
    """One error names file, line and remedy; nothing is published."""
    mistake.make(project)
    published = project.output
    assert_refused(project.build(), mistake.place, mistake.message, mistake.hint)
    assert project.output == published
