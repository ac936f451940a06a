"""A resolver that knows nothing and shows what it was asked for."""

from collections.abc import Sequence

from livedeck.markdown import CodeRef, FigureRef, LinkRef, LiveValue, PictureRef, ValueRef
from livedeck.markdown.highlight import highlighted

SOURCE = "def double(x):\n    return 2 * x\n"


class ShowingResolver:
    """Answers with markup that names the question."""

    def value(self, ref: ValueRef) -> LiveValue:
        index = "" if ref.index is None else f"[{ref.index}]"
        name = f"{ref.name}.{ref.field}{index}"
        filters = "".join(f"|{each}{arguments}" for each, arguments in ref.filters)
        return LiveValue(f"({name})", f"<data>{name}{filters}</data>")

    def figure(self, ref: FigureRef, alt: str, caption_html: str) -> str:
        run = "".join(f" {name}={value!r}" for name, value in ref.run.parameters)
        run += f" as {ref.run.alias}" if ref.run.alias else ""
        attributes = "".join(f" {name}={value}" for name, value in ref.attributes)
        of = f"{ref.run.experiment}.{ref.figure}{run}{attributes}"
        return f'<figure of="{of}" alt="{alt}">{caption_html}</figure>'

    def picture(self, ref: PictureRef, alt: str, caption_html: str) -> str:
        attributes = "".join(f" {name}={value}" for name, value in ref.attributes)
        if ref.inline:
            return f'<img of="{ref.src}{attributes}" alt="{alt}">'
        return f'<figure of="{ref.src}{attributes}" alt="{alt}">{caption_html}</figure>'

    def mathematics(self, tex: str, display: bool, line: int) -> str:
        return f"<math display>{tex}</math>" if display else f"<math>{tex}</math>"

    def code(self, ref: CodeRef) -> tuple[str, str]:
        return SOURCE, "python"

    def highlighted(self, source: str, language: str) -> Sequence[str]:
        return highlighted(source, language)

    def link(self, ref: LinkRef) -> str:
        return ref.href
