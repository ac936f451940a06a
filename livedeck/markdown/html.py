"""How each kind of token looks in HTML, where markdown-it's own way is not ours."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from livedeck.markdown.code import check_groups
from livedeck.markdown.figure import UNDESCRIBED
from livedeck.markdown.highlight import code_html
from livedeck.markdown.layers import stepped
from livedeck.markdown.place import Place
from livedeck.markdown.references import DemoRef, FigureRef, PictureRef, Resolver
from livedeck.markdown.text import plain
from livedeck.markdown.tokens import line, pieces

Env = MutableMapping[str, Any]
Tokens = Sequence[Token]


@dataclass(frozen=True)
class Context:
    """What rendering a slide needs beside its tokens."""

    resolver: Resolver
    place: Place
    identifier: str


class HtmlRenderer(RendererHTML):
    """markdown-it's renderer; a method that bears the name of a kind of token renders it."""

    def live_value(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        context: Context = env["context"]
        return context.resolver.value(tokens[idx].meta["ref"]).html

    def text_special(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return escapeHtml(tokens[idx].content)

    def task(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        name, text = ("box done", "Done: ") if tokens[idx].meta["done"] else ("box", "To do: ")
        return f'<span class="{name}"></span><span class="visually-hidden">{text}</span>'

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        context: Context = env["context"]
        token = tokens[idx]
        href = context.resolver.link(token.meta["ref"])
        return f"<a{self.renderAttrs(token.copy(attrs={**token.attrs, 'href': href}))}>"

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """A figure or a picture, which must have an alternative text."""
        context: Context = env["context"]
        token = tokens[idx]
        ref = token.meta["ref"]
        alt = " ".join(plain(token.children or [], context.resolver).split())
        if not alt:
            message = "a figure without alternative text"
            raise context.place.error(message, line(token), UNDESCRIBED)
        caption = self.renderInline(token.meta["caption"], options, env)
        draw = context.resolver.figure if isinstance(ref, FigureRef) else context.resolver.picture
        html = stepped(draw(ref, alt, caption), token)
        if "data-step" not in token.attrs:
            return html
        tag = "span" if isinstance(ref, PictureRef) and ref.inline else "div"
        return f'<{tag} class="fragment" data-step="{token.attrs["data-step"]}">{html}</{tag}>'

    def figures(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        figures = [
            self.renderInline(piece, options, env)
            for piece in pieces(token.children or [])
            if any(inner.type == "image" for inner in piece)
        ]
        return self.wrapped("\n".join(figures), token)

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self.set(tokens[idx], False, env)

    math_inline_double = math_inline  # only within emphasis and cells, where no block can stand

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self.wrapped(self.set(tokens[idx], True, env), tokens[idx])

    def set(self, token: Token, display: bool, env: Env) -> str:
        """A formula, and the line on which its first character stands."""
        context: Context = env["context"]
        tex = token.content.lstrip()
        number = line(token) + token.content.count("\n", 0, len(token.content) - len(tex))
        return context.resolver.mathematics(tex.rstrip(), display, context.place.line(number))

    def wrapped(self, html: str, token: Token) -> str:
        """Puts a div around what has attributes but no element of its own to bear them."""
        return f"<div{self.renderAttrs(token)}>{html}</div>\n" if token.attrs else f"{html}\n"

    def div_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        context: Context = env["context"]
        opening = self.renderToken(tokens, idx, options, env)
        ref = tokens[idx].meta.get("ref")
        return opening + context.resolver.demo(ref) if isinstance(ref, DemoRef) else opening

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        return self.listed(token, token.content, token.meta.get("language", ""), env)

    def code_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self.fence(tokens, idx, options, env)

    def listing(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """The source of a function, shown like a fence."""
        context: Context = env["context"]
        token = tokens[idx]
        source, language = context.resolver.code(token.meta["ref"])
        source = source.rstrip("\n") + "\n"
        check_groups(token, source, context.place)
        return self.listed(token, source, language, env)

    def listed(self, token: Token, source: str, language: str, env: Env) -> str:
        context: Context = env["context"]
        lines = context.resolver.highlighted(source.removesuffix("\n"), language)
        name = f' class="language-{escapeHtml(language)}"' if language else ""
        code = code_html(lines, token.meta["groups"])
        return f"<pre{self.renderAttrs(token)}{reach('Code')}><code{name}>{code}</code></pre>\n"

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Around a table something that scrolls, where there is less room than it needs."""
        table = self.renderToken(tokens, idx, options, env)
        return f'<div class="wide"{reach("Table")}>{table}'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"{self.renderToken(tokens, idx, options, env).rstrip()}</div>\n"

    def footnote_ref(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        name, repeat = footnote_name(tokens[idx], env), tokens[idx].meta.get("subId", 0)
        number = tokens[idx].meta["id"] + 1
        anchor = f"ref-{name}-{repeat}" if repeat else f"ref-{name}"
        return (
            f'<sup class="footnote-ref"><a href="#note-{name}" id="{anchor}"'
            f' role="doc-noteref">{number}</a></sup>'
        )

    def footnote_block_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'

    def footnote_block_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<li id="note-{footnote_name(tokens[idx], env)}">'

    def footnote_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        name, repeat = footnote_name(tokens[idx], env), tokens[idx].meta["subId"]
        anchor = f"ref-{name}-{repeat}" if repeat else f"ref-{name}"
        return f' <a href="#{anchor}" class="footnote-backref" role="doc-backlink">↩\ufe0e</a>'


def reach(name: str) -> str:
    """The attributes of what scrolls where it lacks room: keys reach it, and it has a name."""
    return f' role="group" aria-label="{name}" tabindex="0"'


def footnote_name(token: Token, env: Env) -> str:
    context: Context = env["context"]
    return escapeHtml(f"{context.identifier}-{token.meta['id'] + 1}")
