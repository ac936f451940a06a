"""Keras 3 on top of JAX, imported so that it leaves nothing behind.

At its import Keras reads `keras.json` from the home folder, or writes one there. An experiment must
depend on neither, so it is shown an empty folder that is gone afterwards.
"""

import importlib.util
import os
import tempfile

if importlib.util.find_spec("keras") is None:
    raise ModuleNotFoundError("This experiment needs Keras 3: pip install '.[keras]'")

os.environ["KERAS_BACKEND"] = "jax"
with tempfile.TemporaryDirectory() as folder:
    os.environ["KERAS_HOME"] = folder
    import keras

__all__ = ["keras"]
