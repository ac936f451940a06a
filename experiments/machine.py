"""The machine that built this deck moves memory at a fraction of what data sheets promise.

Question: how fast do numbers reach the processor, and how fast are they multiplied? Measured: a
pass over an array far larger than the caches (each number read, negated, written back), and
matrix products. Baseline: the same pass on one thread with NumPy. Context: theoretical bandwidth
of CPUs and GPUs by year, from data sheets (`deck/data/bandwidth.toml`).
Expect: tens of GB/s on a CPU, thousands on a data-centre GPU; medians of repeats with their range.
Times differ from run to run. Source of the chart: NVIDIA, CUDA C Programming Guide.
About 3 s on 2 CPU cores.
"""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._drawing.number_format import grouped
from experiments._hardware.benchmarking import negation, product, seconds
from experiments._hardware.processors import device_name
from livedeck import report

TABLE = Path(__file__).parents[1] / "deck" / "data" / "bandwidth.toml"


class Result(NamedTuple):
    device: str
    kind: str  # "CPU", "GPU" or "TPU"
    bandwidth: Float[Array, "repeats"]  # GB/s, read and written
    bandwidth_median: float
    bandwidth_best: float
    one_thread: Float[Array, "repeats"]  # GB/s, NumPy
    one_thread_median: float
    matmul: Float[Array, "repeats"]  # GFLOP/s in float32
    matmul_median: float
    matmul_bfloat16: Float[Array, "repeats"]  # GFLOP/s
    matmul_bfloat16_median: float
    balance: float  # float32 operations in the time that one float32 takes to pass
    names: tuple[str, ...]  # the devices of the table
    is_gpu: Bool[Array, "devices"]
    years: Int[Array, "devices"]
    theory: Float[Array, "devices"]  # GB/s
    compared_with: str  # the machine's own data sheet, or the newest of its kind
    fraction: float  # measured over that theoretical bandwidth
    gap_then: float  # GPU over CPU, theoretical, in the table's first year
    gap: float  # and in its last
    first_year: int
    last_year: int
    repeats: int
    array_bytes: int


def run(*, megabytes: int = 256, size: int = 1024, repeats: int = 21) -> Result:
    """Times passes over an array of `megabytes` and products of `size` x `size` matrices."""
    table = tomllib.loads(TABLE.read_text())["device"]
    kind = jax.default_backend().upper()
    device = device_name()

    traffic = negation(megabytes)
    bandwidth = traffic.moved / 1e9 / seconds(traffic.step, repeats)
    report(1, 4)
    one_thread = measure_one_thread(megabytes, repeats)
    report(2, 4)
    multiply = product(size)
    matmul = multiply.flops / 1e9 / seconds(multiply.step, repeats)
    report(3, 4)
    multiply = product(size, jnp.bfloat16)
    matmul_bfloat16 = multiply.flops / 1e9 / seconds(multiply.step, repeats)
    report(4, 4)

    years = np.array([row["year"] for row in table])
    theory = np.array([row["gb_per_s"] for row in table])
    is_gpu = np.array([row["kind"] == "GPU" for row in table])
    first, last = np.argsort(years, kind="stable"), np.argsort(-years, kind="stable")
    newest = {gpu: next(i for i in last if is_gpu[i] == gpu) for gpu in (False, True)}
    oldest = {gpu: next(i for i in first if is_gpu[i] == gpu) for gpu in (False, True)}
    known = [i for i, row in enumerate(table) if re.search(rf"\b{row['short']}\b", device)]
    reference = known[0] if known else newest[kind != "CPU"]
    label = table[reference]["short"]

    median = float(np.median(bandwidth))
    return Result(
        device=device,
        kind=kind,
        bandwidth=bandwidth,
        bandwidth_median=median,
        bandwidth_best=float(bandwidth.max()),
        one_thread=one_thread,
        one_thread_median=float(np.median(one_thread)),
        matmul=matmul,
        matmul_median=float(np.median(matmul)),
        matmul_bfloat16=matmul_bfloat16,
        matmul_bfloat16_median=float(np.median(matmul_bfloat16)),
        # A float32 that is read and written makes 8 bytes of traffic.
        balance=float(np.median(matmul)) / (median / 8),
        names=tuple(row["short"] for row in table),
        is_gpu=is_gpu,
        years=years,
        theory=theory,
        compared_with=f"{'its data sheet' if known else 'the newest in the table'} ({label})",
        fraction=median / float(theory[reference]),
        gap_then=float(theory[oldest[True]] / theory[oldest[False]]),
        gap=float(theory[newest[True]] / theory[newest[False]]),
        first_year=int(years.min()),
        last_year=int(years.max()),
        repeats=repeats,
        array_bytes=megabytes * 2**20,
    )


def measure_one_thread(megabytes: int, repeats: int) -> Float[np.ndarray, "repeats"]:
    """GB/s of the same traffic with NumPy, which uses one CPU thread for it."""
    array = np.ones(megabytes * 2**20 // 4, np.float32)
    return 2 * array.nbytes / 1e9 / seconds(lambda: np.negative(array, out=array), repeats)


def bandwidth(fig: Figure, result: Result) -> None:
    """Theoretical GB/s by year as open circles; this machine's measurement beside them, filled."""
    sheet, bench = fig.subplots(1, 2, sharey=True, width_ratios=[4.4, 1])
    _draw_theory(sheet, result)
    _draw_measured(bench, result)
    sheet.set_yscale("log")
    low = min(result.theory.min(), result.one_thread.min()) / 1.8
    high = max(result.theory.max(), result.bandwidth.max()) * 1.8
    sheet.set_ylim(low, high)
    ticks = [tick for tick in (1, 10, 100, 1000, 10000) if low <= tick <= high]
    sheet.set_yticks(ticks, [grouped(tick) for tick in ticks])
    sheet.minorticks_off()
    sheet.set_ylabel("memory bandwidth, GB/s")


def _draw_theory(axes: Axes, result: Result) -> None:
    axes.set_title("Theoretical, from data sheets")
    axes.grid(axis="y")
    for gpu, colour in ((True, "ink"), (False, "muted")):
        chosen = result.is_gpu == gpu
        years, theory = result.years[chosen], result.theory[chosen]
        axes.plot(years, theory, "-o", color=colour, markerfacecolor="paper", markersize=6.5)
        names = np.array(result.names)[chosen]
        for i, (name, year, value) in enumerate(zip(names, years, theory, strict=True)):
            # A neighbour of the year before has taken the room above.
            above = gpu and not (i > 0 and year - years[i - 1] <= 1)
            axes.annotate(
                str(name),
                (year, value),
                (-7, 4) if above else (7, -3),
                textcoords="offset points",
                ha="right" if above else "left",
                va="bottom" if above else "center" if year == years.max() else "top",
                color=colour,
                fontsize=13.5,
            )
        middle = 3  # of the series, where there is room for its name
        axes.annotate(
            "GPUs" if gpu else "CPUs",
            (years[middle], theory[middle]),
            (0, 46) if gpu else (0, -50),
            textcoords="offset points",
            ha="center",
            va="center",
            color=colour,
            fontweight="bold",
        )
    axes.set_xlim(result.first_year - 2.4, result.last_year + 2.6)
    axes.set_xticks(range(2005, result.last_year + 1, 5))
    axes.set_xlabel("year of announcement")


def _draw_measured(axes: Axes, result: Result) -> None:
    axes.set_title("Measured here")
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    for x, (repeats, colour) in enumerate(
        ((result.bandwidth, "accent"), (result.one_thread, "muted"))
    ):
        median = np.median(repeats)
        span = [[median - repeats.min()], [repeats.max() - median]]
        axes.errorbar(x, median, span, fmt="o", color=colour, markersize=7, capsize=8)
        axes.annotate(
            grouped(median),
            (x, median),
            (12, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold",
        )
    axes.set_xlim(-0.6, 1.8)
    axes.set_xticks([0, 1], ["JAX", "NumPy,\none thread"])


TIMED = True  # no two runs measure the same
QUICK = dict(megabytes=64, size=256, repeats=5)
GPU = dict(megabytes=4096, size=16384, repeats=21)

if __name__ == "__main__":
    print(run())
