"""A way in which code says something while an experiment runs, and what must be heard of it."""

from dataclasses import dataclass, field

MODULE = '''\
"""An experiment that says something: {title}."""

import contextlib, ctypes, faulthandler, io, logging, multiprocessing, os, subprocess, sys
import threading, time, warnings
from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    answer: float


def package(source: str, name: str = "packages.loud"):
    """A module as if it were installed."""
    place = {{"__name__": name}}
    exec(compile(source, "/nowhere/site-packages/packages/loud.py", "exec"), place)
    return place


def run() -> Result:
{body}
    return Result(1.0)
'''
FIGURE = """\

def curve(fig, result):
    axes = fig.subplots()
    axes.plot([1, 2], [3, 4])
{body}
"""
LOUD = '''\
"""A helper that complains when it is imported, and again when it is asked."""

import warnings

warnings.warn("loud from the start")  # import


def ask():
    warnings.warn("loud when asked")  # ask
'''


@dataclass(frozen=True)
class Saying:
    """A way to say something: the body of `run` or of a figure function. `heard` are the messages
    by kind and text, each at the line that ends with the comment `# here`, or with the one that is
    given; `printed` are the lines, where they are known, or words in them."""

    title: str
    body: str
    heard: tuple[tuple[str, ...], ...] = ()
    printed: tuple[str, ...] = ()
    times: int = 1
    others: int = 0
    figure: bool = False
    file: str = ""
    exact: bool = True
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return "says_" + "".join(c if c.isalnum() else "_" for c in self.title.lower())

    @property
    def source(self) -> str:
        """The experiment."""
        body = "\n".join(f"    {line}" if line else "" for line in self.body.strip().split("\n"))
        own = f"    title = {self.title!r}" if self.figure else body
        text = MODULE.format(title=self.title, body=own)
        return text + (FIGURE.format(body=body) if self.figure else "")

    @property
    def slide(self) -> str:
        """A slide that shows it."""
        figure = f"![a curve](experiment:{self.name}.curve)\n" if self.figure else ""
        return f"# {self.title} {{{{ {self.name}.answer }}}}\n\n{figure}"


def of_kind(kind: str, *texts: str) -> tuple[tuple[str, str], ...]:
    """Messages of one kind."""
    return tuple((kind, text) for text in texts)


USER = "UserWarning"
