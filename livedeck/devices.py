"""Which kind of device a build computes on, found without starting JAX."""

import os
from pathlib import Path

from livedeck.inputs import versions

KINDS = ("cpu", "gpu", "tpu")


def present() -> str:
    """The best device kind that JAX will find here: `tpu`, `gpu` or `cpu`.

    A device counts only where both its driver and JAX's plugin for it are installed.
    `JAX_PLATFORMS` decides when it is set.
    """
    asked = os.environ.get("JAX_PLATFORMS", "").partition(",")[0].lower()
    if asked:
        return {"cuda": "gpu", "rocm": "gpu"}.get(asked, asked)
    installed = versions()
    if "libtpu" in installed and (Path("/dev/accel0").exists() or Path("/dev/vfio/0").exists()):
        return "tpu"
    plugins = ("jax-cuda13-plugin", "jax-cuda12-plugin", "jax-rocm7-plugin", "jax-rocm60-plugin")
    drivers = (Path("/dev/nvidia0"), Path("/dev/nvidiactl"), Path("/dev/kfd"))
    if any(p in installed for p in plugins) and any(d.exists() for d in drivers):
        return "gpu"
    return "cpu"


def environment(kind: str, threads: int) -> dict[str, str]:
    """The variables that fix the numerics of a worker on a kind of device.

    The number of threads changes how XLA splits a convolution and so its last bits; a GPU
    adds in an order of its own unless told not to.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    variables = {"NPROC": str(threads), "XLA_FLAGS": flags, "PYTHONHASHSEED": "0"}
    if kind == "cpu":
        variables["JAX_PLATFORMS"] = "cpu"
    else:
        variables["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    if kind == "gpu" and "xla_gpu_deterministic_ops" not in flags:
        variables["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    ours = ("JAX_PLATFORMS", "JAX_COMPILATION_CACHE_DIR")
    return variables | {
        name: value
        for name, value in os.environ.items()
        if name.startswith("JAX_") and name not in ours
    }
