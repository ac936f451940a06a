"""The styles of an SVG's elements, with its style sheets put where they apply: of these, browsers
and the PDF's engine understand different ones."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import cssselect2  # type: ignore[import-untyped, unused-ignore]
import tinycss2  # type: ignore[import-untyped, unused-ignore]

STYLE = "{http://www.w3.org/2000/svg}style"
ROOM = {"width", "height", "max-width", "max-height", "min-width", "min-height"}  # of the whole
GROUND = ("background-color", "background")

WEIGHTS = {"bolder": "bold", "lighter": "normal"}
SIZES = dict(
    zip(
        ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large"),
        ("9px", "10px", "13px", "16px", "18px", "24px", "32px"),
        strict=True,
    )
)

_FONT = re.compile(r"((?:[\w-]+\s+)*?)([\d.]+[a-z%]+)(?:/\S+)?\s+(.+)", re.IGNORECASE)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")
_LIGHT = re.compile(r"light-dark\(\s*((?:[^(),]|\([^()]*\))*),(?:[^()]|\([^()]*\))*\)")

Style = dict[str, str]


def resolved(root: Element) -> dict[Element, Style]:
    """What the style sheets of an SVG and its elements say of each, in light."""
    normal, important = _rules(root)
    found: dict[Element, Style] = {}

    def visit(wrapper: cssselect2.ElementWrapper, variables: Mapping[str, str]) -> None:
        element = wrapper.etree_element
        own, urgent = _declared(tinycss2.parse_blocks_contents(element.get("style", "")))
        style: Style = {}
        for declared in (
            *(rule[-1] for rule in normal.match(wrapper)),
            own,
            *(rule[-1] for rule in important.match(wrapper)),
            urgent,
        ):
            style |= declared
        _expand(style, element)
        known = {**variables, **{n: value for n, value in style.items() if n.startswith("--")}}
        found[element] = {
            name: _value(value, known) for name, value in style.items() if not name.startswith("-")
        }
        for name, value in element.attrib.items():
            if "var(" in value or "light-dark(" in value or value.lower() == "currentcolor":
                element.set(name, _value(value, known))
        for child in wrapper.iter_children():
            visit(child, known)

    visit(cssselect2.ElementWrapper.from_xml_root(root), {})
    for name in ROOM:
        found[root].pop(name, None)
    return found


def ground(style: Style) -> str:
    """The colour that the whole is painted in; it is taken out of its style."""
    colours = [style.pop(name, "") for name in GROUND]
    return next((each for each in colours if each not in ("", "none", "transparent")), "")


def _rules(root: Element) -> tuple[cssselect2.Matcher, cssselect2.Matcher]:
    normal, important = cssselect2.Matcher(), cssselect2.Matcher()
    for sheet in root.iter(STYLE):
        for rule in tinycss2.parse_stylesheet("".join(sheet.itertext()), skip_comments=True):
            if rule.type != "qualified-rule":
                continue  # what is for a medium or a mode alone, and what moves
            declared = _declared(tinycss2.parse_blocks_contents(rule.content))
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            for selector in selectors:
                if selector.pseudo_element is None and not selector.never_matches:
                    for matcher, found in zip((normal, important), declared, strict=True):
                        if found:
                            matcher.add_selector(selector, found)
    return normal, important


def _declared(tokens: list[tinycss2.ast.Node]) -> tuple[Style, Style]:
    """What some declarations say, and what of it is important."""
    found: tuple[Style, Style] = {}, {}
    for token in tokens:
        if token.type == "declaration":
            name = token.name if token.name.startswith("--") else token.lower_name
            found[token.important][name] = tinycss2.serialize(token.value).strip()
    return found


def _expand(style: Style, element: Element) -> None:
    """Writes out of a font's style what the PDF's engine does not read."""
    if font := _FONT.fullmatch(style.get("font", "")):
        before, size, family = font.groups()
        style |= {"font-size": size, "font-family": family}
        for word in before.split():
            if word in ("italic", "oblique"):
                style["font-style"] = word
            elif word.isdigit() or word in WEIGHTS or word == "bold":
                style["font-weight"] = word
        del style["font"]
    for name, words in (("font-weight", WEIGHTS), ("font-size", SIZES)):
        value = style.get(name, element.get(name, ""))
        if value in words:
            style[name] = words[value]
        elif name == "font-size" and value.endswith("rem"):
            style[name] = f"{16 * float(value[:-3]):g}px"


def _value(text: str, variables: Mapping[str, str]) -> str:
    for _ in range(8):  # variables of variables
        new = _VARIABLE.sub(lambda use: variables.get(use[1], use[2] or "").strip(), text)
        if new == text:
            break
        text = new
    text = _LIGHT.sub(lambda pair: pair[1].strip(), text)
    return "currentColor" if text.lower() == "currentcolor" else text
