"""Which devices a build computes on, found without starting JAX, and how its workers share them."""

import os
import re
from pathlib import Path

from livedeck.distributions import versions

DEV = Path("/dev")
THREADS = ("NPROC", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
KERNELS = ("OPENBLAS_CORETYPE", "MKL_CBWR", "NVIDIA_TF32_OVERRIDE")  # other last bits
ACCELERATORS = ("tpu", "gpu")  # the better one first
CPU_WORKERS = 2  # see benchmarks/workers.py
MEMORY = 0.9  # of an accelerator's memory that experiments may take
FIXED = {  # that what a run computes must not depend on
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


def present() -> str:
    """The best device kind that JAX will find here: `tpu`, `gpu` or `cpu`.

    A device counts only where both its driver and JAX's plugin for it are installed.
    `JAX_PLATFORMS` decides when it is set.
    """
    asked = os.environ.get("JAX_PLATFORMS", "").partition(",")[0].lower()
    if asked:
        return {"cuda": "gpu", "rocm": "gpu"}.get(asked, asked)
    installed = versions()
    if "libtpu" in installed and any((DEV / name).exists() for name in ("accel0", "vfio/0")):
        return "tpu"
    drivers = ("nvidia0", "nvidiactl", "kfd")
    if _plugins("cuda", "rocm") and any((DEV / name).exists() for name in drivers):
        return "gpu"
    return "cpu"


def environment(kind: str, threads: int) -> dict[str, str]:
    """The variables that fix the numerics of a worker on a kind of device.

    The number of threads changes how XLA splits a convolution and so its last bits; a GPU
    adds in an order of its own unless told not to. JAX must not compute on the CPU where another
    device was asked for, which is what it does when it is left to choose. On a CPU, LLVM optimises
    at its first level: the others take a quarter longer and do not make experiments faster.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    variables = {**FIXED, **dict.fromkeys(THREADS, str(threads)), "XLA_FLAGS": flags}
    variables |= {name: os.environ[name] for name in KERNELS if name in os.environ}
    if kind == "gpu":
        variables["JAX_PLATFORMS"] = "rocm,cpu" if _plugins("rocm") else "cuda,cpu"
        if "xla_gpu_deterministic_ops" not in flags:
            variables["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    else:
        variables["JAX_PLATFORMS"] = "tpu,cpu" if kind == "tpu" else "cpu"
        if kind == "cpu" and "xla_backend_optimization_level" not in flags:
            variables["XLA_FLAGS"] = f"{flags} --xla_backend_optimization_level=1".strip()
    ours = ("JAX_PLATFORMS", "JAX_COMPILATION_CACHE_DIR")
    return variables | {
        name: value
        for name, value in os.environ.items()
        if name.startswith("JAX_") and name not in ours
    }


def shares(kind: str, workers: int) -> list[dict[str, str]]:
    """For each worker, the variables that give it devices of its own; `workers` zero: as many as
    are worth it.

    GPUs are shared out evenly, one for each worker unless asked otherwise; a single worker has
    them all. One process at a time can use the TPUs of a machine.
    """
    if kind == "cpu":
        return [{}] * (workers or CPU_WORKERS)
    if kind == "tpu":
        return [{}]
    gpus = _gpus()
    count = workers or max(1, len(gpus))
    together = -(-count // max(1, len(gpus)))  # workers on one GPU
    share = {
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "XLA_CLIENT_MEM_FRACTION": f"{MEMORY / together:.2f}",
    }
    if not gpus:
        return [share] * count
    visible = "ROCR_VISIBLE_DEVICES" if _plugins("rocm") else "CUDA_VISIBLE_DEVICES"
    each = [gpus[i::count] or [gpus[i % len(gpus)]] for i in range(count)]
    return [{**share, visible: ",".join(mine)} for mine in each]


def _gpus() -> list[str]:
    """The GPUs by the names that their driver takes: those that this process may see."""
    for name in ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"):
        if name in os.environ:
            return [gpu for gpu in os.environ[name].split(",") if gpu]
    # CUDA counts those that it finds from 0, whatever number their files bear in a container
    nodes = [path for path in DEV.glob("nvidia*") if re.fullmatch(r"nvidia\d+", path.name)]
    if not nodes and _plugins("rocm"):
        nodes = list(DEV.glob("dri/renderD*"))
    return [str(number) for number in range(len(nodes))]


def _plugins(*kinds: str) -> bool:
    """Whether JAX's plugin for one of some kinds of GPU is installed."""
    names = "|".join(kinds)
    return any(re.fullmatch(rf"jax-({names})\d*-plugin", name) for name in versions())
