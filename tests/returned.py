"""What `run` may return, as a figure gets it."""

import collections
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from livedeck.store import results

Result = collections.namedtuple("Result", ["x"])  # noqa: PYI024 - of whatever a test gives it


class Tensor:
    """An array of another library, as PyTorch's, whose numbers NumPy reads as `read`."""

    shape = (2,)

    def __init__(self, dtype: str, read: Any) -> None:
        self.dtype, self.read = dtype, read

    def __dlpack__(self) -> None:
        """How libraries hand arrays to each other."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """What NumPy asks for."""
        if self.read is None:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.asarray(self.read)


def stored(value: Any, nans: tuple[str, ...] = ()) -> Any:
    """What a figure gets of a field to which `run` gave a value."""
    values, arrays = results.to_values(Result(value), ("x",), nans)
    with tempfile.TemporaryDirectory() as folder:
        results.save(Path(folder), arrays)
        return results.load(Path(folder), json.loads(json.dumps(values, allow_nan=False)))["x"]
