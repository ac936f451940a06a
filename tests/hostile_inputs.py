"""What authors' files hold when somebody means ill, or a program wrote them."""

from dataclasses import dataclass

DECK, THEME, SLIDE = "deck/deck.toml", "deck/theme.toml", "deck/30-new.md"
LINE = "experiments/line.py"
SETTINGS = 'title = "A"\nworkers = 1\n'
DIGITS = "9" * 5000  # more than Python reads as a number
LONG = "x" * 10_000
LAUGHTER = "a: &a [lol]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@dataclass(frozen=True)
class Input:
    """A file, and the line and the words of the one error about it; none where it is fine."""

    title: str
    name: str
    content: str | bytes
    line: int = 0
    message: str = ""


def branches(count: int) -> str:
    """A chain of `elif`, which to a parser is nested as deep as it is long."""
    rest = "".join(f"elif x == {number}:\n    pass\n" for number in range(1, count))
    return f"x = 1\nif x == 0:\n    pass\n{rest}"


def settings() -> list[Input]:
    """What `deck.toml` may hold."""
    wrong = [
        ("lists in lists", f"x = {'[' * 9**5}", "nested too deeply"),
        ("tables in tables", f"x = {'{a=' * 30_000}1{'}' * 30_000}", "nested too deeply"),
        ("a name of many parts", f"{'a.' * 9**5}b = 1", "a name of more than 50 parts"),
        ("a table of many parts", f"[{'a.' * 9**5}b]", "a name of more than 50 parts"),
        ("an inline name of many parts", f"x = {{{'a.' * 9**5}b = 1}}", "more than 50 parts"),
        ("a number of many digits", f"threads = {DIGITS}", "not valid TOML: Exceeds the limit"),
        ("many threads", f"threads = {'9' * 4000}", "`threads` must be at least 1, and at most"),
        ("many seconds", f"time_limit = {'9' * 400}", "`time_limit` must be more than 0"),
        ("endless seconds", "time_limit = 1e999", "`time_limit` must be more than 0 seconds"),
        ("no number of seconds", "time_limit = nan", "`time_limit` must be more than 0 seconds"),
        ("much memory", f"memory_limit = {'9' * 400}", "`memory_limit` must be more than 0 GB"),
        ("a zero in an address", 'remote = "a\\u0000b"', "`remote` holds a character"),
        ("two lines in an address", 'remote = "a\\nb"', "is no remote"),
        ("somebody's home", 'remote = "~nobody-knows/x"', "is no remote"),
        ("a long address", f'remote = "{LONG}"', "`remote` is longer than 2000 characters"),
        ("a long theme", f'theme = "{LONG}"', "`theme` is longer than 2000 characters"),
        ("a theme too long for a file", f'theme = "{LONG[:500]}"', "unknown theme `xxx"),
        ("a zero in a theme", 'theme = "a\\u0000"', "`theme` holds a character"),
        ("a theme elsewhere", 'theme = "../theme"', "unknown theme `../theme`"),
        ("a script for an address", 'base_url = "javascript:a"', "is no base url"),
        ("two lines for an address", 'base_url = "https://a\\nb"', "is no base url"),
        ("quotes in an address", "base_url = 'https://a\">'", "is no base url"),
        ("no language", 'language = ""', "`` is no language"),
        ("a language of two lines", 'language = "e\\nn"', "is no language"),
        ("a long time", f'duration = "{"9" * 400} min"', "is not a planned time"),
        ("an unknown name of two lines", '"a\\nb" = 1', r"unknown setting `a\nb`"),
        ("an unknown name that rings", '"a\\u0007b\\u001b[2J" = 1', r"unknown setting `a\x07b\x1b"),
        ("a long unknown name", f"{LONG} = 1", "unknown setting `xxx"),
        ("a gate in a table", "[gates.contrast]\na = 1", "a gate cannot be `{'a': 1}`"),
        ("an unclosed text", 'x = """\n\n\n', "Unterminated string"),
        ("an unclosed list", 'given = [\n"a",\n\n', "Invalid value"),
        ("a zero byte", "x = 'a\0b'", "it holds a zero byte"),
        ("a bell", "x = 'a\7b'", "character"),
    ]
    return [
        *(Input(title, DECK, f"{SETTINGS}{text}\n", 3, says) for title, text, says in wrong),
        Input("nothing", DECK, "", 1, "the deck has no title"),
        Input("an empty title", DECK, 'author = "A"\ntitle = " "\n', 2, "the deck has no title"),
        Input("UTF-16", DECK, SETTINGS.encode("utf-16"), 1, "not UTF-8 text"),
        Input("UTF-16 without a mark", DECK, SETTINGS.encode("utf-16-le"), 1, "a zero byte"),
        Input("half a character", DECK, b'title = "\xed\xa0\x80"\n', 1, "not UTF-8 text"),
        Input("a mark of the order of bytes", DECK, f"\ufeff{SETTINGS}"),
        Input("lines as of old", DECK, SETTINGS.replace("\n", "\r")),
        Input("lines as elsewhere", DECK, SETTINGS.replace("\n", "\r\n")),
        Input("an unknown table", THEME, f"[{LONG}]\n", 1, "a theme has no table `xxx"),
        Input("a colour in a quoted table", THEME, '["light"]\n"ink" = "b"\n', 2, "`b` is not"),
        Input("a colour in an inline table", THEME, '\nlight = { ink = "b" }\n', 2, "`b` is not"),
        Input(
            "a size of many digits", THEME, f"[figures]\ndefault = [{DIGITS}, 1]\n", 2, "Exceeds"
        ),
    ]


def front_matter() -> list[Input]:
    """What may stand at the head of a slide."""
    lists = "the name of a setting is not a text"
    wrong = [
        ("laughter", f"kicker: b\n{LAUGHTER}", 3, "unknown setting `a`"),
        ("laughter in a list", f"allow: &a [o]\n{LAUGHTER[12:]}", 3, "unknown setting `b`"),
        ("a list of itself", "allow: &a [*a]", 2, "`allow` is not a text"),
        ("lists in lists", f"allow: {'[' * 5000}", 3, "the front matter is not YAML"),
        ("lists in lists, closed", f"allow: {'[' * 4900}{']' * 4900}", 2, "is not a text"),
        ("more than a page", f"allow: {'[' * 9**5}", 1, "longer than 10000 characters"),
        ("lists in lines", f"allow:\n{'- ' * 4000}a", 3, "`allow` is not a text"),
        ("keys in keys", f"{'? ' * 4000}a", 2, lists),
        ("a list for a key", "? [a]\n: b", 2, lists),
        ("a number of many digits", f"time: {DIGITS}", 2, "is not a planned time"),
        ("an endless time", "time: .inf", 2, "`.inf` is not a planned time"),
        ("a long time", f"time: {'9' * 400} s", 2, "is not a planned time"),
        ("a tag", "kicker: !!bool maybe", 2, "`kicker` is not a text"),
        ("an empty number", "kicker: !!int ''", 2, "`kicker` is not a text"),
        ("a program", "kicker: !!python/object/apply:os.system [id]", 2, "`kicker` is not a text"),
        ("a setting twice", "layout: split\n\nlayout: quote", 4, "`layout` is set twice"),
        ("a zero", 'kicker: "a\\0b"', 2, "`kicker` holds a character that nobody can see"),
        ("half a character", 'kicker: "\\ud800"', 2, "the front matter is not YAML"),
        ("a bell", "kicker: a\7b", 2, "the front matter is not YAML"),
        ("a long layout", f"layout: {LONG[:9000]}", 2, "unknown layout `xxx"),
        ("a long id", f"id: {LONG[:9000]}", 2, "is not an id"),
    ]
    return [
        *(
            Input(title, SLIDE, f"---\n{text}\n---\n# New\n", line, says)
            for title, text, line, says in wrong
        ),
        *(
            Input(f"the text {text}", SLIDE, f"---\nkicker: {text}\n---\n# New\n")
            for text in ("no", "1:30", "010", f"0x{DIGITS}", "'*a & b'", "&a b", "2024-99-99")
        ),
    ]


def slides() -> list[Input]:
    """What a slide's Markdown may hold."""
    figure = "experiment:line.rising"
    wrong = [
        ("a long paragraph", "word " * 3000, "this paragraph has more than 10000 characters"),
        ("a long slide", "a\n\n" * 70_000, "a slide of more than 200000 characters"),
        ("a long listing", "```\n" + "a\n" * 6000 + "```", "code of more than 10000 characters"),
        ("many steps", f'```py {{lines="{"1|" * 600}1"}}\na\n```', "are not lines"),
        ("quotations in quotations", f"{'> ' * 3000}a", "nested too deeply"),
        ("lists in lists", f"{'- ' * 3000}a", "nested too deeply"),
        ("numbers in numbers", f"{'1. ' * 3000}a", "nested too deeply"),
        ("images in images", f"{'![' * 20}a{'](x.png)' * 20}", "nested too deeply"),
        ("open footnotes", "^[" * 4000, "this takes too long to read"),
        ("footnotes in footnotes", f"{'^[a ' * 500}a{']' * 500}", "nested"),
        ("a far element", f"{{{{ line.error[{DIGITS}] }}}}", "{{ line.error["),
        ("many decimals", f"{{{{ line.slope | number({DIGITS}) }}}}", "{{ line.slope | number("),
        ("a long name", f"{{{{ {LONG[:9000]}.y }}}}", "no experiment or named run `xxx"),
        ("no name", f"{{{{ {LONG[:9000]} }}}}", "is not the name of a value"),
        ("a long file", f"![a]({LONG[:9000]}.png)", "is no name of a file: File name too long"),
        ("a zero in a file", "![a](a%00b.png)", "is no name of a file: embedded null byte"),
        ("a zero in a link", "[a](a%00b.md)", "is no name of a file: embedded null byte"),
        ("a long script", f'::: {{demo="{LONG[:9000]}.js"}}\n:::', "is no name of a file"),
        ("a long experiment", f"![a](experiment:{LONG[:9000]}.b)", "no experiment `xxx"),
        ("a long parameter", f"![a]({figure}?points={LONG[:9000]})", "is no name of a run"),
        ("a parameter of two lines", f"![a]({figure}?points=%0a)", "is no name of a run"),
        ("half a parameter", f"![a]({figure}?points='%5Cud800')", "is no name of a run"),
        ("a long alias", f"![a]({figure}?points=4#{LONG[:9000]})", "is no name of a run"),
        ("a wide figure", f"![a]({figure}){{width={DIGITS}}}", "Exceeds the limit"),
        ("a far line", f'```py {{lines="{"9" * 900}"}}\na\n```', "of a listing that has 1"),
        ("a zero byte", "a\0b", "not UTF-8 text: it holds a zero byte"),
        ("Latin 1", "Gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n".encode("latin-1"), "not UTF-8"),
        ("half a character", b"\xed\xa0\x80", "not UTF-8 text"),
    ]
    whole = {"a long slide"}
    return [
        *(
            Input(
                title,
                SLIDE,
                f"# New\n\n{text}\n" if isinstance(text, str) else b"# New\n\n" + text,
                1 if title in whole else 3,
                says,
            )
            for title, text, says in wrong
        ),
        Input("UTF-16", SLIDE, "# New\n".encode("utf-16"), 1, "not UTF-8 text"),
        Input("UTF-16 without a mark", SLIDE, "# New\n".encode("utf-16-be"), 1, "a zero byte"),
        Input("lines as of old", SLIDE, "---\ntime: x\r---\n# New\n", 2, "`x` is not a planned"),
        Input("nothing", SLIDE, ""),
        Input("nothing but space", SLIDE, " \n" * 50_000),
        Input("a long word", SLIDE, f"# New\n\n{LONG}\n"),
        Input("signs for none", SLIDE, "# New\n\n&#0; &#xd800; &#99999999999; \x07\x1b\ufffe\n"),
    ]


def programs(source: str) -> list[Input]:
    """What an experiment may hold besides its own `source`."""
    deep = "nested too deeply for Python"
    start = source.count("\n") + 1
    return [
        Input("300 branches", LINE, source + branches(300)),
        Input("2000 branches", LINE, source + branches(2000)),
        Input("2000 terms", LINE, f"{source}y = {'1 + ' * 2000}1\n"),
        Input("5000 terms", LINE, f"{source}y = {'1 + ' * 5000}1\n", start, deep),
        Input("minus minus", LINE, f"{source}y = {'-' * 10**5}1\n", start, deep),
        Input("functions in functions", LINE, f"{source}y = {'lambda: ' * 10**5}1\n", start, deep),
        Input("brackets", LINE, f"{source}y = {'(' * 300}\n", start, "too many nested parentheses"),
        Input(
            "a number of many digits", LINE, f"{source}y = {DIGITS}\n", start, "Exceeds the limit"
        ),
        Input("a zero byte", LINE, f"{source}# \0\n", start, "it holds a zero byte"),
        Input("UTF-16", LINE, source.encode("utf-16"), 1, "not UTF-8 text"),
        Input("nothing", LINE, "", 1, "no function `run`"),
        Input("a long unclosed text", LINE, f'{source}y = "{LONG}\n', start, "unterminated string"),
        Input("lines as of old", LINE, source.replace("\n", "\r")),
        Input("a mark of the order of bytes", LINE, f"\ufeff{source}"),
    ]
