"""Keras 3 on top of JAX, under this module's name: imported when the first part of it is asked for,
for figures of what was trained with it need none of it.

At its import Keras reads `keras.json` from the home folder, or writes one there. An experiment must
depend on neither, so it is shown an empty folder that is gone afterwards, and nobody else is.
"""

import importlib
import importlib.util
import os
import tempfile
from typing import Any


def __getattr__(name: str) -> Any:
    if importlib.util.find_spec("keras") is None:
        raise ModuleNotFoundError("This experiment needs Keras 3: pip install '.[lecture]'")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KERAS_BACKEND": "jax", "KERAS_HOME": folder}
        keras = importlib.import_module("keras")
        del os.environ["KERAS_BACKEND"], os.environ["KERAS_HOME"]
    return getattr(keras, name)
