"""What others said about the subject, word for word, each with its speaker and its source.

Question: whose words are these? Data: quotations in `deck/data/quotations.toml`, cited facts. No
model: every quotation `NAME` becomes the fields `NAME`, `NAME_by` and `NAME_source`, which slides
cite as they cite any result. Expect: no quotation without a source; one whose first place was not
found says so. Source: with each quotation. Less than 1 s on 2 CPU cores.
"""

import tomllib
from keyword import iskeyword
from pathlib import Path
from typing import NamedTuple

from livedeck import AuthorError

TABLE = Path(__file__).parents[1] / "deck" / "data" / "quotations.toml"
NEEDED = ("name", "text", "by", "source")


def run():
    """A named tuple `Result` of strings, three for each quotation."""
    fields = {}
    for row in read_table(TABLE):
        name = row["name"]
        fields |= {name: row["text"], f"{name}_by": row["by"], f"{name}_source": row["source"]}
    return NamedTuple("Result", [(name, str) for name in fields])(**fields)


def read_table(path: Path) -> list[dict[str, str]]:
    """The quotations in the order of the file.

    Raises `AuthorError`, at the line on which a quotation begins, for one that lacks a part and
    for a name that cannot be a field or stands there twice.
    """
    text = path.read_text(encoding="utf-8")
    rows = tomllib.loads(text)["quotation"]
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[quotation]]"]
    names: set[str] = set()
    for row, line in zip(rows, starts, strict=True):
        missing = [key for key in NEEDED if not row.get(key)]
        if missing:
            hint = f"Needed: {', '.join(NEEDED)}"
            raise AuthorError(f"This quotation has no `{missing[0]}`", path, line, hint=hint)
        if not row["name"].isidentifier() or iskeyword(row["name"]) or row["name"] in names:
            hint = "Give a word that no other quotation has."
            message = f"A quotation cannot be called “{row['name']}”"
            raise AuthorError(message, path, line, hint=hint)
        names.add(row["name"])
    return rows


if __name__ == "__main__":
    print(run())
