"""`![alt](experiment:digits.predictions "caption"){width=400}` and plain pictures."""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as parse_image
from markdown_it.token import Token

from livedeck.literals import NotPlainError, literal
from livedeck.markdown import layers, neighbours
from livedeck.markdown.place import Place
from livedeck.markdown.references import Attributes, FigureRef, PictureRef, RunRef
from livedeck.markdown.tokens import line, pieces, walk, without

SCHEME = "experiment:"
FIGURE = re.compile(r"([^\W\d]\w*)\.([^\W\d]\w*)(?:\?([^#]*))?(?:#(.*))?")
TITLE = re.compile(
    r"""(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))\s*\)$""", re.DOTALL
)
UNDESCRIBED = "Say between the brackets of `![…](…)` what there is to see."
HINT = "Write `experiment:name.figure` or `experiment:name.figure?parameter=value#alias`."


def figure_plugin(md: MarkdownIt) -> None:
    md.inline.ruler.at("image", image)


def image(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule; a title is read as Markdown, for it is the figure's caption."""
    start = state.pos
    if not parse_image(state, silent):
        return False
    if not silent:
        token, end = state.tokens[-1], state.pos
        caption = str(token.attrs.pop("title", ""))
        raw = TITLE.search(state.src[start:end])
        if raw and unescapeAll(raw[raw.lastindex or 0]) == caption:
            caption = raw[raw.lastindex or 0]  # `\%` in it is for its formulas to read
        state.pos = start + (raw.start() if raw else 0)  # the line of what it cites
        token.meta["caption"] = state.md.inline.parse(caption, state.md, state.env, [])
        state.pos = end
    return True


def refer(tokens: Sequence[Token], place: Place) -> None:
    """Notes on each image what it refers to."""
    for token in walk(tokens):
        if token.type != "image":
            continue
        src, index = str(token.attrs["src"]), line(token)
        check_described(token, place)
        token.meta["layers"] = layers.read(token, place)
        attributes = attributes_of(token)
        if not src.startswith(SCHEME):
            if token.meta["layers"]:
                raise place.error("a picture has no layers", index, "Only live figures have.")
            path = src if re.match(r"[A-Za-z][\w+.-]*:", src) else unquote(src)
            token.meta["ref"] = PictureRef(path, place.line(index), attributes)
            continue
        names = tuple(name for group in token.meta["layers"] for name in group)
        try:
            ref = parse_figure(unquote(src), attributes, place.line(index))
            token.meta["ref"] = replace(ref, layers=names)
        except ValueError as error:
            raise place.error(f"`{unquote(src)}`: {error}", index, HINT) from error
    neighbours.note(tokens)


def check_described(token: Token, place: Place) -> None:
    """Refuses an image without alternative text, before anything is computed for it."""
    parts = walk(token.children or [])
    if not any(part.type == "live_value" or part.content.strip() for part in parts):
        raise place.error("a figure without alternative text", line(token), UNDESCRIBED)


def attributes_of(token: Token) -> Attributes:
    """What an author set on an image, but for when it appears."""
    return tuple((n, str(value)) for n, value in without(token, "src", "alt", "class").items())


def parse_figure(source: str, attributes: Attributes, line: int) -> FigureRef:
    """Takes a figure's address apart; raises a ValueError that says what is wrong."""
    match = FIGURE.fullmatch(source.removeprefix(SCHEME))
    if not match:
        raise ValueError("not the address of a figure")
    experiment, figure, query, alias = match.groups()
    if alias is not None and not alias.isidentifier():
        raise ValueError(f"`{alias}` cannot name a run, only letters, digits and `_` can")
    run = RunRef(experiment, parse_parameters(query or ""), alias)
    return FigureRef(run, figure, attributes, line)


def parse_parameters(query: str) -> tuple[tuple[str, object], ...]:
    """The parameters of `width=64&name=abc`, sorted by name."""
    parameters: dict[str, object] = {}
    for text in query.split("&") if query else []:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"`{text}` is not a parameter and its value")
        if name in parameters:
            raise ValueError(f"`{name}` is given twice")
        try:
            parameters[name] = literal(value)
        except NotPlainError:
            raise
        except ValueError:
            parameters[name] = value
    return tuple(sorted(parameters.items()))


def stand_alone(tokens: Sequence[Token]) -> list[Token]:
    """Takes figures and displayed formulas out of their paragraphs, for they are blocks."""
    result = list[Token]()
    for token in tokens:
        result.append(token)
        if token.type == "paragraph_close":
            opening, inline = result[-3:-1]
            kinds = {child.type for child in inline.children or []}
            if opening.type == "paragraph_open" and kinds & {"image", "math_inline_double"}:
                result[-3:] = split(opening, inline, token)
    return result


def split(opening: Token, inline: Token, closing: Token) -> list[Token]:
    """Cuts a paragraph into paragraphs and the blocks between them.

    Its attributes go to a div around them, so that they still appear together.
    """
    parts = list[tuple[str, list[Token]]]()
    for piece in pieces(inline.children or []):
        if not parts and is_space(piece):
            continue
        space = is_space(piece)
        kind = parts[-1][0] if space else kind_of(piece)
        if parts and parts[-1][0] == kind and (space or kind != "math_block"):
            parts[-1][1].extend(piece)
        else:
            parts.append((kind, list(piece)))
    if all(kind == "text" for kind, _ in parts):
        return [opening, inline, closing]
    attributes, blocks = opening.attrs, list[Token]()
    for kind, part in parts:
        if kind == "text":
            text = inline.copy(children=trimmed(part))
            blocks += [opening.copy(attrs={}), text, closing]
        else:
            block = Token(kind, "div", 0, map=part[0].map, block=True)
            block.children, block.content = part, part[0].content
            blocks.append(block)
    if len(parts) == 1:
        blocks[0].attrs = attributes
    elif attributes:
        div = Token("div_open", "div", 1, attributes, opening.map, block=True)
        blocks = [div, *blocks, Token("div_close", "div", -1, block=True)]
    return blocks


def trimmed(part: list[Token]) -> list[Token]:
    """The text without the space that stood between it and a block."""
    while is_space(part[-1:]):
        part = part[:-1]
    if part[-1].type == "text":
        part = [*part[:-1], part[-1].copy(content=part[-1].content.rstrip())]
    if part[0].type == "text":
        part = [part[0].copy(content=part[0].content.lstrip()), *part[1:]]
    return part


def kind_of(piece: Sequence[Token]) -> str:
    if any(token.type == "image" and not is_inline(token) for token in piece):
        return "figures"
    return "math_block" if piece[0].type == "math_inline_double" else "text"


def is_inline(image: Token) -> bool:
    ref = image.meta["ref"]
    return isinstance(ref, PictureRef) and ref.inline


def is_space(piece: Sequence[Token]) -> bool:
    return all(
        token.type in ("softbreak", "hardbreak")
        or (token.type == "text" and not token.content.strip())
        for token in piece
    )
