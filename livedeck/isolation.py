"""Gives every run the same surroundings, whatever an earlier run in its worker has left behind."""

import importlib.abc
import importlib.machinery
import locale
import os
import random
import sys
import types
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

SEED = 0  # of generators that an experiment uses without seeding them

_jax: dict[str, Any] = {}  # JAX's settings as they were when it had just been imported


@contextmanager
def isolated() -> Iterator[None]:
    """Seeds the global generators, and undoes what the block does to settings of the process:
    environment, working folder, import path, locale, warnings, NumPy's and JAX's settings."""
    environment, folder, path = dict(os.environ), os.getcwd(), list(sys.path)
    errors, printing = np.geterr(), np.get_printoptions()
    language = locale.setlocale(locale.LC_ALL)
    seed()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.path[:] = path
        locale.setlocale(locale.LC_ALL, language)
        np.seterr(**errors)
        np.set_printoptions(**printing)
        for name, value in _jax.items():
            if sys.modules["jax"].config.values[name] != value:
                sys.modules["jax"].config.update(name, value)


def seed() -> None:
    """Seeds the generators of the process, which packages may use while they are imported."""
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - the generator that a careless experiment uses


class JaxFinder(importlib.abc.MetaPathFinder):
    """Keeps JAX's settings in mind at the moment when an experiment imports it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """JAX's spec; None for all other modules."""
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name == "jax" else None
        if spec is not None and spec.origin is not None:
            spec.loader = _JaxLoader(name, spec.origin)
        return spec


class _JaxLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: types.ModuleType) -> None:
        super().exec_module(module)
        _jax.update(module.config.values)
