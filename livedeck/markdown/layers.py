"""`![…](experiment:digits.curves){layers="linear|network"}`: layers of a figure that appear one
after the other.

A layer is what the figure function gave a `gid` of that name; the rest is there from the start.
"""

import re

from markdown_it.token import Token

from livedeck.markdown.place import Place
from livedeck.markdown.tokens import line

Layers = tuple[tuple[str, ...], ...]  # a group of names for each step

NAME = re.compile(r"[\w-]+")
HINT = 'Write `{layers="linear|network"}`: names with `,` between them, steps with `|`.'
IMAGE = '<img class="placeholder"'
GROUP = re.compile(r'<g\b[^>]* data-layer="([^"]*)"[^>]*>')


def read(token: Token, place: Place) -> Layers:
    """Takes the layers from an image's attributes."""
    if "layers" not in token.attrs:
        return ()
    text = str(token.attrs.pop("layers"))
    groups = tuple(tuple(name.strip() for name in group.split(",")) for group in text.split("|"))
    if not all(NAME.fullmatch(name) for group in groups for name in group):
        raise place.error(f"`{text}` are not layers", line(token), HINT)
    return groups


def stepped(html: str, token: Token) -> str:
    """A figure whose layers have the steps that they appear at; other layers are none.

    On paper, where a layer is no element of its own, the figure's image bears the names and steps
    of all.
    """
    pairs = zip(token.meta["layers"], token.meta.get("steps", ()), strict=False)  # notes have none
    steps = {name: step for group, step in pairs for name in group}
    if steps and IMAGE in html:
        layers, at = " ".join(steps), " ".join(map(str, steps.values()))
        return html.replace(IMAGE, f'{IMAGE} data-layers="{layers}" data-steps-at="{at}"', 1)

    def marked(match: re.Match[str]) -> str:
        tag = match[0].replace(f' data-layer="{match[1]}"', "")
        if match[1] not in steps:
            return tag
        if ' class="' in tag:
            tag = tag.replace(' class="', ' class="fragment ')
        else:
            tag = tag.replace("<g", '<g class="fragment"')
        return tag.replace("<g", f'<g data-step="{steps[match[1]]}"', 1)

    return GROUP.sub(marked, html)
