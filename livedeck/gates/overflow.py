"""The gate `overflow`: what does not fit on its slide, or is cut off."""

import math
from collections.abc import Iterator

from livedeck.gates.finding import Finding
from livedeck.gates.laid_out import Content, Laid, classes

SLACK = 4  # pixels by which content may reach into the margin below: engines round lines
GUTTER = 24  # between columns; what reaches over more than half of it is too wide
LEAST_FIGURE = 100  # pixels of height below which another figure is no advice
SHORTER = "Shorten it, or split the slide in two"
LINED = {"inline", "apart"}  # pictures that stand among words
COVERED = 6  # pixels by which a picture may reach into words, whose boxes are higher than they are
CUT = 1.5  # pixels of a box that may be cut off: edges of letters are rounded up


def examine(laid: Laid) -> Iterator[Finding]:
    """What of a slide overflows: its foot, its columns, and boxes that cut off what they hold."""
    yield from _foot(laid)
    yield from _sides(laid)
    yield from _clips(laid)
    yield from _covers(laid)


def _foot(laid: Laid) -> Iterator[Finding]:
    canvas = laid.canvas
    limit = canvas.content_box_y() + canvas.height
    beyond = [content for content in laid.contents if content.bottom > limit + SLACK]
    if not beyond and laid.pages == 1:
        return
    if laid.pages > 1:  # a style sheet's pages are no taller than slides, so it broke
        hint = f"{SHORTER}."
        yield Finding("overflow", "the slide does not fit on its page", hint, laid.slide)
        return
    excess = math.ceil(max(content.bottom for content in beyond) - limit)
    message = f"the slide's content is {excess} px too tall"
    if beyond[0].text:
        message += f"; “{beyond[0].excerpt}” and what follows does not fit"
    hint = _advice(laid, beyond[0], excess)
    yield Finding("overflow", message, hint, laid.slide, beyond[0].line)


def _advice(laid: Laid, beyond: Content, excess: int) -> str:
    """What to shorten; the height that figures above, one below the other, would have to have."""
    figures = [
        content
        for content in laid.contents
        if _is_figure(content) and content.left < beyond.right and content.right > beyond.left
    ]
    rows = {round(content.bottom): content.box.height for content in figures}
    height = math.floor(min(rows.values()) - excess / len(rows)) if rows else 0
    if height < LEAST_FIGURE:
        return f"{SHORTER}."
    which = "the figure" if len(rows) == 1 else "each figure"
    return f"{SHORTER}, or give {which} less room: `{{height={height}}}`."


def _sides(laid: Laid) -> Iterator[Finding]:
    for content in laid.contents:
        holder = content.column or laid.canvas
        excess = content.right - holder.content_box_x() - holder.width
        if excess > GUTTER / 2 and not content.clips:
            message = f"{_named(content)} is {round(excess)} px wider than its column"
            hint = "Give it more room with another layout, or make it shorter."
            yield Finding("overflow", message, hint, laid.slide, content.line)
            return  # the rest of a table or a formula says the same


def _clips(laid: Laid) -> Iterator[Finding]:
    seen: set[int] = set()
    for content in laid.contents:
        for clip in content.clips:
            if clip is content.box or id(clip) in seen:
                continue
            right = content.right - clip.padding_box_x() - clip.padding_width()
            below = content.bottom - clip.padding_box_y() - clip.padding_height()
            if max(right, below) <= CUT:
                continue
            seen.add(id(clip))
            side = f"{round(right)} px at the right" if right > CUT else "at the foot"
            hint = "Break the line, or write fewer words."
            message = f"{_named(content)} is cut off, {side}"
            yield Finding("overflow", message, hint, laid.slide, content.line)


def _covers(laid: Laid) -> Iterator[Finding]:
    """A picture and words in one place, one of which a style has taken out of the flow."""
    pictures = [content for content in laid.contents if content.box.element_tag == "img"]
    for picture in pictures:
        for content in laid.contents:
            across = min(picture.right, content.right) - max(picture.left, content.left)
            down = min(picture.bottom, content.bottom) - max(picture.top, content.top)
            if content.text and min(across, down) > COVERED:
                message = f"{_named(picture)} and “{content.excerpt}” lie on each other"
                hint = f"{SHORTER}, or give the picture less room: `{{height=…}}`."
                yield Finding("overflow", message, hint, laid.slide, picture.line)
                return


def _is_figure(content: Content) -> bool:
    if content.box.element_tag != "img":
        return False
    return bool(content.box.element.get("data-figure")) or not LINED & classes(content.box)


def _named(content: Content) -> str:
    if content.text:
        return f"“{content.excerpt}”"
    box = content.box
    alt = "" if box.element is None else (box.element.get("alt") or "")
    kind = {"img": "the picture", "table": "the table", "pre": "the code"}.get(box.element_tag)
    return f"{kind or 'a part of the slide'}{f' “{alt[:40]}”' if alt else ''}"
