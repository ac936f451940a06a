"""What an article needs that slides do not: notes at the foot of the page, numbered references,
and figures to the scale of its text.

`prepare` does this to the HTML of an article before it is laid out.
"""

import copy
from collections.abc import Iterator
from xml.etree.ElementTree import Element

SCALE = 0.5573  # of figures: what is as wide as a slide fills the width of the page
NOTE = "x-note"


def prepare(root: Element) -> None:
    """Turns slides' footnotes and links into an article's; what is no article stays as it is."""
    if "flow" not in root.get("class", "").split():
        return
    _place_notes(root)
    _number_references(root)
    for image in root.iter("img"):
        if image.get("width", "").isdecimal():
            width = int(image.get("width", "0"))
            given, height = image.get("style", ""), "auto"
            if "boxed" in image.get("class", "").split():
                height = f"{int(image.get('height', '0')) * SCALE:.2f}px"
            image.set("style", f"width: {width * SCALE:.2f}px; height: {height}; {given}")


def _place_notes(root: Element) -> None:
    """Puts each footnote where it is referred to, from where the layout takes it to the foot."""
    parents = {child: parent for parent in root.iter() for child in parent}
    notes = {}
    for section in [s for s in root.iter("section") if s.get("role") == "doc-endnotes"]:
        for item in section.iter("li"):
            if item.get("id", "").startswith("note-"):
                notes[item.get("id")] = _note(item)
        _replace(parents[section], section, None)
    for mark in [sup for sup in root.iter("sup") if "footnote-ref" in sup.get("class", "")]:
        link = mark.find("a")
        target = "" if link is None else link.get("href", "").removeprefix("#")
        if target in notes:
            _replace(parents[mark], mark, copy.deepcopy(notes[target]))


def _note(item: Element) -> Element:
    """A footnote's text, without the way back."""
    note = Element(NOTE)
    note.text = item.text
    note.extend(list(item))
    for parent in list(note.iter()):
        for link in [child for child in parent if "footnote-backref" in child.get("class", "")]:
            _replace(parent, link, None)
    for inner in note.iter("p"):
        inner.tag = "span"
    return note


def _number_references(root: Element) -> None:
    """Puts a number behind each link to another place, and a list of them at the end."""
    lists = [each for each in root.iter("ol") if each.get("id") == "references"]
    parents = {child: parent for parent in root.iter() for child in parent}
    numbers: dict[str, int] = {}
    for link in list(_outward(root)):
        number = numbers.setdefault(link.get("href", ""), len(numbers) + 1)
        cite = Element("a", {"class": "cite", "href": f"#reference-{number}"})
        cite.text = f"[{number}]"
        parent = parents[link]
        parent.insert(list(parent).index(link) + 1, cite)
        cite.tail, link.tail = link.tail, None
    for each in lists:
        for address, number in numbers.items():
            item = Element("li", {"id": f"reference-{number}"})
            link = Element("a", {"href": address})
            link.text = address.removeprefix("https://").removeprefix("http://").rstrip("/")
            item.append(link)
            each.append(item)
        if not numbers:
            section = parents[each]
            _replace(parents[section], section, None)


def _outward(root: Element) -> Iterator[Element]:
    for link in root.iter("a"):
        if link.get("href", "").startswith(("http://", "https://")):
            yield link


def _replace(parent: Element, child: Element, new: Element | None) -> None:
    """Puts another element, or nothing, in an element's place; the text behind it stays."""
    place = list(parent).index(child)
    parent.remove(child)
    if new is not None:
        new.tail = child.tail
        parent.insert(place, new)
    elif child.tail and place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
