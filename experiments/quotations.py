"""What others said about the subject, word for word, each with its speaker and its source.

Question: whose words are these? Data: quotations in `deck/data/quotations.toml`, cited facts. No
model: every quotation `NAME` becomes the fields `NAME`, `NAME_by` and `NAME_source`, which slides
cite as they cite any result. Baseline: none, for nothing is measured. Expect: no quotation without
a source; one whose first place was not found says so. Source: with each quotation. Less than 1 s on
2 CPU cores.
"""

from keyword import iskeyword
from pathlib import Path
from typing import NamedTuple

from experiments._data.cited_facts import rows
from livedeck import AuthorError

TABLE = Path(__file__).parents[1] / "deck" / "data" / "quotations.toml"
NEEDED = ("name", "text", "by", "source")


class Result(NamedTuple):
    """Of each quotation the words, their speaker, and where they were found."""

    learning: str
    learning_by: str
    learning_source: str
    samuel: str
    samuel_by: str
    samuel_source: str
    murphy: str
    murphy_by: str
    murphy_source: str
    mitchell: str
    mitchell_by: str
    mitchell_source: str
    courtroom: str
    courtroom_by: str
    courtroom_source: str
    ng: str
    ng_by: str
    ng_source: str
    hinton: str
    hinton_by: str
    hinton_source: str
    george: str
    george_by: str
    george_source: str
    hassabis: str
    hassabis_by: str
    hassabis_source: str
    alexnet: str
    alexnet_by: str
    alexnet_source: str
    schmidt: str
    schmidt_by: str
    schmidt_source: str
    simple: str
    simple_by: str
    simple_source: str
    modular: str
    modular_by: str
    modular_source: str
    deep: str
    deep_by: str
    deep_source: str


def run() -> Result:
    """Reads what slides can cite."""
    fields = {}
    for row in read_table(TABLE):
        name = row["name"]
        fields |= {name: row["text"], f"{name}_by": row["by"], f"{name}_source": row["source"]}
    return Result(**fields)


def read_table(path: Path) -> list[dict[str, str]]:
    """The quotations in the order of the file.

    Raises `AuthorError`, at the line on which a quotation begins, for one that lacks a part and
    for a name that cannot be a field or stands there twice.
    """
    found = []
    names: set[str] = set()
    for row, line in rows(path, "quotation", NEEDED):
        name = str(row["name"])
        fields = {name, f"{name}_by", f"{name}_source"}
        # A field of a named tuple begins with no underscore.
        word = name.isidentifier() and not iskeyword(name) and not name.startswith("_")
        if not word or fields & names:
            hint = "Give a word that no other quotation has."
            message = f"A quotation cannot be called “{name}”"
            raise AuthorError(message, path, line, hint=hint)
        names |= fields
        found.append(row)
    return found


QUICK = dict()

if __name__ == "__main__":
    print(run())
