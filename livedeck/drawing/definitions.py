"""What the elements of a figure refer to: each clip, mark and common part once, under an id that
no other figure of the page has."""

from xml.etree.ElementTree import Element

from livedeck.drawing import svg


class Definitions:
    """Elements under ids that depend on their content alone, in the order of their coming."""

    def __init__(self, salt: str) -> None:
        self.salt = salt
        self._ids: dict[str, str] = {}
        self._elements: dict[str, Element] = {}

    def add(self, element: Element) -> str:
        """The id of an element like this one."""
        text = svg.write(element)
        if text not in self._ids:
            self._ids[text] = f"{self.salt}-{len(self._ids)}"
            self._elements[self._ids[text]] = element
        return self._ids[text]

    def get(self, name: str) -> Element:
        """The element under an id."""
        return self._elements[name]

    def needed(self, content: str) -> str:
        """The definitions that some SVG refers to, by itself or through one of them, as text."""
        texts: list[str] = []
        wanted = content
        for text, name in reversed(self._ids.items()):  # each refers to earlier ones alone
            if f"#{name})" in wanted or f'#{name}"' in wanted:
                tag = self._elements[name].tag
                texts.append(text.replace(f"<{tag}", f'<{tag} id="{name}"', 1))
                wanted += text
        return "".join(reversed(texts))
