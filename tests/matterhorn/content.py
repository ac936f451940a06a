"""Checkpoint 01: all content is an artifact, or belongs to an element of the structure.

Streams of pages and of form XObjects are read operator by operator.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Stream, String

from tests.matterhorn.failure import Failure
from tests.matterhorn.tree import Place, Tree

TEXT = {"Tj", "TJ", "'", '"'}
PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE", "EI"} | TEXT


@dataclass
class Content:
    """What the streams of a page show: numbered content, texts by font, and what fails."""

    page: int
    number: int | None  # the page's own, in the parent tree
    marked: list[Place] = field(default_factory=list)
    forms: dict[tuple[int, int], int | None] = field(default_factory=dict)  # with numbers
    texts: list[tuple[Object, bytes]] = field(default_factory=list)
    drawn: Counter[tuple[int, int]] = field(default_factory=Counter)  # forms with own numbers
    failures: list[Failure] = field(default_factory=list)

    def fail(self, condition: str, message: str) -> None:
        """Takes a failure down."""
        self.failures.append(Failure(condition, message, self.page))


def read(number: int, page: Page) -> Content:
    """What the content of a page is."""
    own = page.obj.get("/StructParents")
    content = Content(number, None if own is None else int(own))
    resources = page.resources or Dictionary()
    _read_stream(page.obj, page, resources, [], content, ())
    return content


def examine(pages: Sequence[Content], tree: Tree) -> Iterator[Failure]:
    """What is not marked, and what the structure and the pages say differently."""
    for page in pages:
        yield from page.failures
    shown = Counter(place for page in pages for place in page.marked)
    holders = {item: number for page in pages for item, number in page.forms.items()}
    owned: dict[Place, list[tuple[int, int]]] = {}
    for element in tree.elements:
        for place in element.content:
            owned.setdefault(place, []).append(element.key)
            if place not in shown:
                message = f"a {element.role} has content {place[1]}, which is not there"
                yield Failure("32000:14.7.4", message, element.page)
    for page in pages:
        for place in page.marked:
            if place not in owned:
                message = f"content {place[1]} belongs to no element"
                yield Failure("01-005", message, page.page)
            elif len(owned[place]) > 1:
                message = f"content {place[1]} belongs to {len(owned[place])} elements"
                yield Failure("32000:14.7.4", message, page.page)
            elif _owner(tree, holders.get(place[0]), place[1]) != owned[place][0]:
                message = f"the parent tree leads content {place[1]} elsewhere"
                yield Failure("32000:14.7.4", message, page.page)
    drawn = sum((page.drawn for page in pages), Counter[tuple[int, int]]())
    for form, times in drawn.items():
        if times > 1:
            yield Failure("30-002", f"the tagged form {form[0]} is drawn {times} times")


def _owner(tree: Tree, number: int | None, content: int) -> tuple[int, int] | None:
    listed = tree.parents.get(-1 if number is None else number)
    if not isinstance(listed, Array) or content >= len(listed):
        return None
    element = listed[content]
    return element.objgen if isinstance(element, Dictionary) else None


def _read_stream(
    holder: Object,
    stream: Object | Page,
    resources: Object,
    around: list[str],
    content: Content,
    above: tuple[tuple[int, int], ...],
) -> None:
    """Reads a stream; `around` are the marks that are open where it is drawn."""
    marks = list(around)
    font: Object | None = None
    fonts = list[Object | None]()
    number = holder.get("/StructParents")
    content.forms[holder.objgen] = None if number is None else int(number)
    tagged = False
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name in ("BMC", "BDC"):
            place = _open(marks, operands, resources, content)
            if place is not None:
                tagged = True
                if (holder.objgen, place) in content.marked:
                    content.fail("32000:14.7.4", f"content {place} is there twice")
                content.marked.append((holder.objgen, place))
        elif name == "EMC":
            if len(marks) == len(around):
                content.fail("01-005", "a mark is closed that was never opened")
            else:
                marks.pop()
        elif name == "q":
            fonts.append(font)
        elif name == "Q":
            font = fonts.pop() if fonts else None
        elif name == "Tf":
            font = resources.Font[str(operands[0])]
        elif name == "Do":
            _draw(resources.XObject[str(operands[0])], marks, content, above, resources)
        if name in PAINT and not {"artifact", "content"} & set(marks):
            content.fail("01-005", f"`{name}` is neither an artifact nor tagged")
        if name in TEXT and font is not None:
            content.texts += [(font, text) for text in _strings(operands)]
    if len(marks) > len(around):
        content.fail("01-005", "a mark is never closed")
    if tagged and above:
        content.drawn[holder.objgen] += 1


def _open(
    marks: list[str], operands: Sequence[Object], resources: Object, content: Content
) -> int | None:
    """Opens a mark; returns the number of the content, if it has one."""
    given = operands[1] if len(operands) > 1 else Dictionary()
    if isinstance(given, Name):
        given = resources.Properties[str(given)]
    if operands[0] == "/Artifact":
        if "content" in marks:
            content.fail("01-003", "an artifact within tagged content")
        marks.append("artifact")
    elif "/MCID" in given:
        if "artifact" in marks:
            content.fail("01-004", f"tagged content {given.MCID} within an artifact")
        marks.append("content")
        return int(given.MCID)
    else:
        marks.append("span")
    return None


def _draw(
    drawn: Object,
    marks: list[str],
    content: Content,
    above: tuple[tuple[int, int], ...],
    around: Object,
) -> None:
    if "/Ref" in drawn:
        content.fail("30-001", "a form stands for another document")
    if drawn.get("/Subtype") == "/Form":
        if drawn.objgen not in above and isinstance(drawn, Stream):
            resources = drawn.get("/Resources", around)
            _read_stream(drawn, drawn, resources, marks, content, (*above, drawn.objgen))
    elif not {"artifact", "content"} & set(marks):
        content.fail("01-005", "an image is neither an artifact nor tagged")


def _strings(operands: Sequence[Object]) -> Iterator[bytes]:
    for operand in operands:
        if isinstance(operand, String):
            yield bytes(operand)
        elif isinstance(operand, Array):
            yield from (bytes(part) for part in operand if isinstance(part, String))
