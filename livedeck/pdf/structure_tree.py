"""The structure tree of a PDF, mended where WeasyPrint's falls short of PDF/UA.

Works on WeasyPrint's objects before they are written, by the marks that `tagging` has made and
the roles that `element_roles` gives.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped, unused-ignore]

from livedeck.pdf.element_roles import FOOTER, HEADER
from livedeck.pdf.pieces import POINTS
from livedeck.pdf.tagging import DECORATION, FORMULA

PARTS_OF_ITEMS = ("/Lbl", "/LBody")
HEADINGS = tuple(f"/H{level}" for level in range(1, 7))


def mend(pdf: pydyf.PDF, piece: int) -> None:
    """Turns marks into structure, puts right what is no proper tree, and gives names that are
    unique among the pieces of a document."""
    tree = Tree(pdf)
    notes = itertools.count(1)
    for element in list(tree.elements()):
        kind = element["S"]
        if kind in (HEADER, FOOTER):
            tree.make_artifact(element, kind)
        elif kind == "/Figure":
            _mend_figure(tree, element)
        elif kind == "/LI":
            tree.gather(element)
        elif kind == "/Note":
            element["ID"] = pydyf.String(f"{piece}-note-{next(notes)}")
        elif kind == "/TH":
            element["A"]["Scope"] = "/Column" if tree.is_head(element) else "/Row"
            if "ID" in element:
                element["ID"] = _name(element["ID"], piece)
        elif kind == "/TD" and "A" in element and "Headers" in element["A"]:
            headers = element["A"]["Headers"]
            headers[:] = [_name(header, piece) for header in headers]
        if kind not in ("/Link", "/Form"):
            tree.lift_links(element)
    tree.nest_headings()
    tree.write_names()
    tree.place_groups()


def _mend_figure(tree: "Tree", element: pydyf.Dictionary) -> None:
    alt = element["Alt"].string if "Alt" in element else ""
    if alt == DECORATION:
        tree.remove(element)
        return
    if alt.startswith(FORMULA):
        element["S"] = "/Formula"
        element["Alt"] = pydyf.String(alt.removeprefix(FORMULA))
    if "A" in element:  # in pixels from the upper left corner
        height = tree.object(element["Pg"])["MediaBox"][3]
        left, top, right, bottom = (edge * POINTS for edge in element["A"]["BBox"])
        box = (left, height - bottom, right, height - top)
        element["A"]["BBox"] = pydyf.Array(round(edge, 3) for edge in box)


class Tree:
    """The structure tree among WeasyPrint's objects."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self.pdf = pdf
        self.root = self.object(pdf.catalog["StructTreeRoot"])
        self.numbers = self.object(self.root["ParentTree"])["Nums"]

    def object(self, reference: bytes) -> Any:
        """What a reference stands for."""
        return self.pdf.objects[int(reference.split()[0])]

    def elements(self) -> Iterator[pydyf.Dictionary]:
        """All elements, also those that no other holds."""
        for item in self.pdf.objects:
            if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem":
                yield item

    def nest_headings(self) -> None:
        """Lets no heading skip a level, whatever the HTML's are: that of a slide has one above."""
        above: list[str] = []
        for element in self._below(self.object(self.root["K"][0])):
            if element["S"] in HEADINGS:
                while above and above[-1] >= element["S"]:
                    above.pop()
                above.append(element["S"])
                element["S"] = HEADINGS[len(above) - 1]

    def _below(self, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
        """An element and all that it holds, in reading order."""
        yield element
        for kid in element.get("K", ()):
            if isinstance(kid, bytes) and "S" in (held := self.object(kid)):
                yield from self._below(held)

    def remove(self, element: pydyf.Dictionary) -> None:
        """Takes an element out of the tree and makes its content an artifact of its page."""
        self.object(element["P"])["K"].remove(element.reference)
        self.make_artifact(element)

    def make_artifact(self, element: pydyf.Dictionary, kind: str = "") -> None:
        """Makes the content of an element an artifact of its page, of a kind."""
        page = self.object(element["Pg"])
        for content in element["K"]:
            if isinstance(content, int):
                for stream, _ in self._streams(page):
                    _make_artifact(stream.stream, content, kind)
                self._owners(page)[content] = "null"

    def lift_links(self, element: pydyf.Dictionary) -> None:
        """Gives the annotations of a link's inner boxes, of which each has one, to the link."""
        for kid in list(element["K"]):
            held = self.object(kid) if isinstance(kid, bytes) else {}
            if held.get("Type") != "/OBJR":
                continue
            link = element
            while link.get("S") not in ("/Link", None):
                link = self.object(link["P"])
            if link.get("S") is None:
                continue
            element["K"].remove(kid)
            link["K"].append(kid)
            number = self.object(held["Obj"])["StructParent"]
            self.numbers[2 * number + 1] = link.reference

    def gather(self, item: pydyf.Dictionary) -> None:
        """Puts all of a list's item but its label into one body."""
        kids = [(kid, self.object(kid)) for kid in item["K"] if isinstance(kid, bytes)]
        if all(kid.get("S") in PARTS_OF_ITEMS for _, kid in kids):
            return
        bodies = [kid for _, kid in kids if kid.get("S") == "/LBody"]
        body = bodies[0] if bodies else self._add("/LBody", item)
        inner = pydyf.Array()
        for reference, kid in kids:
            if kid.get("S") == "/LBody":
                inner.extend(kid["K"])
                self._adopt(kid["K"], body)
            elif kid.get("S") != "/Lbl":
                inner.append(reference)
                self._adopt([reference], body)
        body["K"] = inner
        labels = [reference for reference, kid in kids if kid.get("S") == "/Lbl"]
        item["K"] = pydyf.Array([*labels, body.reference])

    def is_head(self, cell: pydyf.Dictionary) -> bool:
        """Whether all cells of a header cell's row are header cells."""
        row = self.object(cell["P"])
        return all(self.object(other).get("S") == "/TH" for other in row["K"])

    def write_names(self) -> None:
        """Lists the elements that have names."""
        named = [element for element in self.elements() if "ID" in element]
        names = pydyf.Array()
        for element in sorted(named, key=lambda element: str(element["ID"].string)):
            names.extend([element["ID"], element.reference])
        if names:
            self.root["IDTree"] = pydyf.Dictionary({"Names": names})

    def place_groups(self) -> None:
        """Says of content in groups (what is translucent is drawn as one) where it is."""
        for page in self._pages():
            owners = self._owners(page)
            for stream, form in self._streams(page):
                places = [o["MCID"] for o in stream.stream if _is_numbered(o)] if form else []
                if not places:
                    continue
                number = stream.extra["StructParents"] = len(self.numbers) // 2
                own = pydyf.Array("null" for _ in range(max(places) + 1))
                self.numbers.extend([number, own])
                for place in places:
                    own[place], owners[place] = owners[place], "null"
                    if own[place] != "null":
                        self._lead(own[place], place, page, stream)

    def _lead(self, owner: bytes, place: int, page: pydyf.Dictionary, stream: pydyf.Stream) -> None:
        content = {"Type": "/MCR", "Pg": page.reference, "Stm": stream.reference, "MCID": place}
        kids = self.object(owner)["K"]
        at = next(i for i, kid in enumerate(kids) if isinstance(kid, int) and kid == place)
        kids[at] = pydyf.Dictionary(content)

    def _pages(self) -> Iterator[pydyf.Dictionary]:
        kids = self.pdf.pages["Kids"]
        for number in kids[::3]:
            yield self.pdf.objects[number]

    def _streams(self, page: pydyf.Dictionary) -> Iterator[tuple[pydyf.Stream, bool]]:
        """The page's content, and that of the groups on it, each with whether it is a group."""
        waiting = [(self.object(page["Contents"]), page["Resources"], False)]
        while waiting:
            stream, resources, form = waiting.pop(0)
            yield stream, form
            known = self.object(resources).get("XObject", {})
            for operator in stream.stream:
                if isinstance(operator, bytes) and operator.endswith(b" Do"):
                    drawn = self.object(known[operator[1:-3].decode()])
                    if drawn.extra.get("Subtype") == "/Form":
                        waiting.append((drawn, drawn.extra["Resources"], True))

    def _owners(self, page: pydyf.Dictionary) -> pydyf.Array:
        return self.numbers[2 * page["StructParents"] + 1]

    def _add(self, kind: str, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        entries = {"Type": "/StructElem", "S": kind, "Pg": parent["Pg"], "P": parent.reference}
        element = pydyf.Dictionary(entries | {"K": pydyf.Array()})
        self.pdf.add_object(element)
        return element

    def _adopt(self, kids: list[Any], parent: pydyf.Dictionary) -> None:
        for kid in kids:
            if isinstance(kid, bytes) and "P" in self.object(kid):
                self.object(kid)["P"] = parent.reference


def _is_numbered(operand: Any) -> bool:
    return isinstance(operand, pydyf.Dictionary) and "MCID" in operand


def _make_artifact(stream: list[Any], content: int, kind: str) -> None:
    for place, operand in enumerate(stream):
        if _is_numbered(operand) and operand["MCID"] == content:
            if kind:
                given = pydyf.Dictionary({"Type": "/Pagination", "Subtype": kind})
                begin = ["/Artifact", given, b"BDC"]
            else:
                begin = ["/Artifact", b"BMC"]
            stream[place - 1 : place + 2] = begin
            return


def _name(name: pydyf.String, piece: int) -> pydyf.String:
    return pydyf.String(f"{piece}-{name.string}")
