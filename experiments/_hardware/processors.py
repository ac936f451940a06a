"""What a processor is called, and on how many numbers it works at once."""

import os
import platform
import tomllib
from pathlib import Path
from typing import NamedTuple

import jax

CPUINFO = Path("/proc/cpuinfo")
TABLE = Path(__file__).parents[2] / "deck" / "data" / "lanes.toml"


class Lanes(NamedTuple):
    """A processor's cores, and how many float32 numbers each of them takes at once."""

    name: str
    cores: int
    lanes: int
    source: str


def device_name() -> str:
    """The accelerator's name as JAX knows it; a CPU's as the operating system does, with cores."""
    device = jax.devices()[0]
    return device.device_kind if device.platform != "cpu" else f"{cpu_model()}, {cores()} cores"


def cpu_model() -> str:
    """What the operating system calls the CPU."""
    return _cpuinfo("model name") or platform.processor() or "CPU"


def cores() -> int:
    """The cores that this process may use, as the system counts them: hyper-threads are two."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_lanes() -> Lanes:
    """Float32 numbers in the widest vector instruction that the operating system lists.

    Without a list it is 4: SSE and NEON, which all 64-bit processors of Intel, AMD and Arm have.
    A core may start several such instructions in a cycle; that is not listed anywhere.
    """
    flags = _cpuinfo("flags").split()
    width = 16 if "avx512f" in flags else 8 if "avx" in flags else 4
    return Lanes(cpu_model(), cores(), width, "the instructions that the processor lists")


def gpu_lanes() -> Lanes | None:
    """Of the GPU that JAX computes on, if the table knows its kind."""
    device = jax.devices()[0]
    multiprocessors = getattr(device, "core_count", None)
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))["multiprocessor"]
    width = table["lanes"].get(str(getattr(device, "compute_capability", "")))
    if device.platform != "gpu" or not multiprocessors or not width:
        return None
    return Lanes(device.device_kind, int(multiprocessors), width, table["source"])


def _cpuinfo(field: str) -> str:
    """The first value of a field in Linux's description of the CPU, or nothing."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")
