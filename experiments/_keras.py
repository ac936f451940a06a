"""Keras 3 on top of JAX, under this module's name: imported when the first part of it is asked for,
for figures of what was trained with it need none of it.

At its import Keras reads `keras.json` from the home folder, or writes one there. An experiment must
depend on neither, so it is shown an empty folder that is gone afterwards.
"""

import importlib
import importlib.util
import os
import tempfile
from typing import Any


def __getattr__(name: str) -> Any:
    if importlib.util.find_spec("keras") is None:
        raise ModuleNotFoundError("This experiment needs Keras 3: pip install '.[keras]'")
    os.environ["KERAS_BACKEND"] = "jax"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KERAS_HOME"] = folder
        keras = importlib.import_module("keras")
    return getattr(keras, name)
