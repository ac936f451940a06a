"""Draws a figure function into SVG, PDF, and the table of numbers behind it.

It is drawn for light and for dark, and the two are made one, whose colours follow the page.
"""

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_pdf import RendererPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from livedeck.drawing import (
    defaults,
    frames,
    glyphs,
    groups,
    layer_marks,
    lettering,
    light_dark,
    light_fonts,
    markers,
    registries,
    small_multiples,
    style,
    svg,
    tables,
)
from livedeck.drawing.definitions import Definitions
from livedeck.drawing.surroundings import restored
from livedeck.gates import drawings
from livedeck.slides.theme import PIXELS_PER_INCH, Palette, Theme


@dataclass(frozen=True)
class Order:
    """What to draw: size in CSS pixels, salt of the SVG's ids, theme, and where to write."""

    folder: str
    name: str
    width: int
    height: int
    salt: str
    sequence: bool
    theme: dict[str, Any]
    fonts: list[str] = field(default_factory=list)

    def to_theme(self) -> Theme:
        """The theme, put together again after its journey as JSON."""
        palettes = {
            mode: Palette(**{**colours, "series": tuple(colours["series"])})
            for mode, colours in self.theme["palettes"].items()
        }
        return Theme(palettes, self.theme["fonts"], self.theme["figures"])


Prepare = Callable[[], Callable[..., None]]  # the figure function, as if nothing had been drawn


def draw(
    prepare: Prepare,
    fields: Mapping[str, Any],
    order: Order,
    other: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Writes `figure.pdf`, `data.csv` and the SVG of each frame; returns what it wrote. `other`
    waits for what `dark` gives, which need not be called in this process."""
    labels, folder = _labels(order, fields), Path(order.folder)
    figures, drawn, findings = _in_mode("light", prepare, order, labels)
    rows = tables.rows(figures, labels)
    (folder / "data.csv").write_text(tables.to_csv(rows), encoding="utf-8")
    on_paper = figures[0]
    if order.sequence:
        on_paper = _multiples(prepare, order, labels, figures[0], _causes(findings))
    _to_pdf(on_paper, folder)
    if order.sequence:
        findings += _examined([on_paper], order, "light")
    in_dark = other()
    _require_same(order.name, _said(rows, drawn), in_dark["said"])
    palettes = order.to_theme().palettes
    pages = _for_page({"light": drawn, "dark": in_dark["drawn"]}, palettes, order.salt)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = {finding["cause"]: finding for finding in (*in_dark["findings"], *findings)}
    return {
        "width": order.width,
        "height": order.height,
        "frames": labels if order.sequence else [],
        "layers": svg.layers("".join(drawn)),
        "rows": len(rows),
        "smallest_text": drawings.smallest_text(figures),
        "findings": list(found.values()),
        "characters": "".join(sorted({c for text in drawn for c in svg.characters(text)})),
    }


def dark(prepare: Prepare, fields: Mapping[str, Any], order: Order) -> dict[str, Any]:
    """The SVG of each frame in the colours for dark, and what gates find in them."""
    labels = _labels(order, fields)
    figures, drawn, findings = _in_mode("dark", prepare, order, labels)
    said = _said(tables.rows(figures, labels), drawn)
    return {"drawn": drawn, "findings": findings, "said": said}


def _in_mode(
    mode: str, prepare: Prepare, order: Order, labels: list[str]
) -> tuple[list[Figure], list[str], list[dict[str, Any]]]:
    theme = order.to_theme()
    style.use(theme, mode, [Path(path) for path in order.fonts])
    put_back = registries.remembered()
    figures, drawn = [], []
    for frame in range(len(labels)):
        put_back()
        figures.append(_drawn(prepare, order, frame))
        drawn.append(svg.to_svg(figures[-1]))
    return figures, drawn, _examined(figures, order, mode)


def _examined(figures: list[Figure], order: Order, mode: str) -> list[dict[str, Any]]:
    palette = order.to_theme().palettes[mode]
    return [asdict(finding) for finding in drawings.examine(figures, palette, mode)]


def _said(rows: list[tables.Row], drawn: list[str]) -> list[str]:
    """What a figure tells whatever its colours are: its points, and its texts."""
    points = [" ".join(row[: tables.HEADER.index("value")]) for row in rows]
    return [*points, *(text for frame in drawn for text in svg.texts(frame))]


def _require_same(name: str, light: list[str], dark: list[str]) -> None:
    """Refuses a figure that is another one each time it is drawn: its audience would not see what
    its table says."""
    if light == dark:
        return
    one, other = next(pair for pair in zip_longest(light, dark, fillvalue="") if len({*pair}) > 1)
    message = f"`{name}` is another figure each time it is drawn: `{one}`, then `{other}`"
    raise ValueError(f"{message}; seed its generators, and leave clocks and counters to `run`")


def _labels(order: Order, fields: Mapping[str, Any]) -> list[str]:
    return _frame_labels(order.name, fields) if order.sequence else [""]


def _for_page(
    drawn: dict[str, list[str]], palettes: dict[str, Palette], salt: str
) -> dict[str, str]:
    """The SVG of every frame, for light and dark, and of what the frames share, by file name."""
    definitions = Definitions(salt)
    pairs = [
        (svg.parse(light), svg.parse(dark))
        for light, dark in zip(drawn["light"], drawn["dark"], strict=True)
    ]
    rows = [
        markers.joined(groups.items(light_dark.merged(*pair, palettes, definitions)), definitions)
        for pair in pairs
    ]
    type_ = groups.take_type(rows)
    if len(rows) > 1:
        rows = frames.share(rows, definitions)
    contents = ["".join(map(svg.write, groups.put_together(row))) for row in rows]
    needed = definitions.needed("".join(contents))
    if len(rows) == 1:
        contents = [f"<defs>{needed}</defs>{contents[0]}" if needed else contents[0]]
    files = {} if len(rows) == 1 else {"shared.svg": svg.shared(needed)}
    for i, ((light, _), content) in enumerate(zip(pairs, contents, strict=True)):
        files[f"frame-{i:03}.svg"] = svg.frame(light.root, type_, content)
    return files


_PDF: dict[str, Any] = {
    "format": "pdf",
    "metadata": {"CreationDate": None, "Producer": None, "Creator": None},
}


def _to_pdf(figure: Figure, folder: Path) -> None:
    marks_as_outlines = glyphs.outlined(RendererPdf, _is_marked)
    with light_fonts.embedded(), marks_as_outlines, layer_marks.marked():
        figure.savefig(folder / "figure.pdf", **_PDF)


def _is_marked(text: str, _: object, formula: bool) -> bool:
    """Whether marks stand on letters: what follows one, matplotlib puts into the wrong place."""
    return not formula and lettering.has_marks(text)


def _empty(order: Order) -> Figure:
    size = (order.width / PIXELS_PER_INCH, order.height / PIXELS_PER_INCH)
    return Figure(figsize=size, layout="constrained")


def _drawn(prepare: Prepare, order: Order, frame: int) -> Figure:
    figure = _empty(order)
    with restored(), defaults.themed():
        prepare()(figure, *((frame,) if order.sequence else ()))
    if not figure.axes and not figure.texts and not figure.subfigs and not figure.patches:
        raise ValueError(f"`{order.name}` drew nothing: draw on `fig`, not on pyplot's figure")
    _finish(figure)
    return figure


def _causes(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["cause"] for finding in findings}


def _multiples(
    prepare: Prepare, order: Order, labels: list[str], alone: Figure, known: set[str]
) -> Figure:
    """A sequence on paper: a few of its frames, each with its label; fewer where so many would not
    pass the gates, for other causes than are `known`, or be much smaller than a frame `alone`."""
    for columns, chosen in small_multiples.grids(order.width, order.height, len(labels)):
        figure, put_back = _empty(order), registries.remembered()
        panels = figure.subfigures(-(-len(chosen) // columns), columns, squeeze=False).ravel()
        for panel, frame in zip(panels, chosen, strict=False):
            put_back()
            with restored(), defaults.themed():
                prepare()(panel, frame)
            panel.suptitle(labels[frame], fontsize=style.TICK, x=0.02, ha="left", color="muted")
        with warnings.catch_warnings():
            if len(chosen) > 1:  # matplotlib says that it finds no room, and leaves things be
                warnings.filterwarnings("error", "constrained_layout not applied")
            try:
                _finish(figure)
            except UserWarning:
                continue
        fresh = _causes(_examined([figure], order, "light")) - known
        if not fresh and not small_multiples.is_cramped(figure, alone):
            break
    return figure


def _finish(figure: Figure) -> None:
    """Gives everything its place once and for all; left to itself, matplotlib does it, and draws
    the figure once in vain, for every file that it writes."""
    style.trim_edges(figure)
    style.flatten_shades(figure)
    layer_marks.name_arrows(figure)
    engine = figure.get_layout_engine()
    if engine is not None:
        FigureCanvasSVG(figure)  # measures text as SVG and PDF do
        with warnings.catch_warnings(), suppress(ValueError):  # as matplotlib does
            warnings.filterwarnings("ignore", "There are no gridspecs")  # nothing to arrange then
            engine.execute(figure)
        figure.set_layout_engine(None)


def _frame_labels(name: str, fields: Mapping[str, Any]) -> list[str]:
    frames = fields.get(f"{name}_frames", fields.get("frames"))
    if frames is None or np.ndim(frames) == 0 or len(frames) == 0:
        message = f"`{name}` is a sequence, so `Result` needs a field `frames` that labels them"
        raise ValueError(message)
    return [str(label) for label in frames]
