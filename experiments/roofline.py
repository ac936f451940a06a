"""An operation that uses each number once waits for memory; a batch uses it often.

Question: how much of its arithmetic can a processor use? The roofline says: at most its peak, and
at most bandwidth times intensity, the operations for each byte moved. Measured, in turns: passes
over arrays far larger than the caches, matrix products one by one and many at once, and one layer
of a network (vmap) for growing batches. What the best of them moves and computes is the roof.
Baseline: one example at a time. Operations and bytes are counted by formula, each input read and
each result written once, and compared with XLA's count. The numbers are random; the time does not
depend on them. Expect: about a tenth of the peak one by one, most of it in large batches. Times
differ from run to run; medians of repeats with their range.
Source: Williams, Waterman and Patterson, Roofline, Communications of the ACM 52(4), 2009.
About 9 s on 2 CPU cores.
"""

import tomllib
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator

from experiments._drawing.number_format import grouped
from experiments._drawing.search_page import blank_page
from experiments._hardware.benchmarking import (
    Operation,
    negation,
    operation,
    product,
    seconds_in_turns,
)
from experiments._hardware.processors import TABLE, Lanes, cpu_lanes, device_name, gpu_lanes

WORDS = {
    "axpy": "sums of two arrays",
    "product": "products of {} matrices",
    "layer": "batches of {} in the layer",
}


class Result(NamedTuple):
    """Every operation's place under the roof, and the lanes of a CPU and of a GPU."""

    device: str
    kind: str  # "CPU", "GPU" or "TPU"
    bandwidth: float  # GB/s, at best, of the operation that moves most
    peak: float  # GFLOP/s, likewise of the one that computes most
    ridge: float  # operations for each byte from which on the peak is the lower roof
    names: tuple[str, ...]  # "axpy", "8 × 8", ..., and the batches of the layer as "1", "4", ...
    family: tuple[str, ...]  # "axpy", "product" or "layer"
    intensity: Float[np.ndarray, " operations"]  # operations for each byte
    rate: Float[np.ndarray, "operations repeats"]  # GFLOP/s
    rate_median: Float[np.ndarray, " operations"]
    attained: Float[np.ndarray, " operations"]  # the median as a share of the roof above it
    axpy_intensity: float
    axpy_share: float  # shares of the peak
    alone_intensity: float  # the layer, one example at a time
    alone_share: float
    idle: float  # what that leaves of the peak
    together: int  # examples in the largest batch
    together_intensity: float
    together_share: float
    lowest_name: str  # the operation furthest below its roof
    lowest_attained: float
    count_verdict: str
    width: int  # of the layer
    weight_bytes: int
    repeats: int
    cpu_name: str
    cpu_cores: int
    cpu_width: int  # lanes of each core
    cpu_lanes: int
    gpu_name: str
    gpu_cores: int
    gpu_width: int
    gpu_lanes: int
    gpu_source: str
    times_wider: float
    warp: int  # threads of a GPU that execute an instruction together
    lane_verdict: str  # how fast one lane is


def run(
    *,
    megabytes: int = 256,
    size: int = 1024,
    width: int = 4096,
    batches: tuple[int, ...] = (1, 4, 16, 64, 256),
    sizes: tuple[int, ...] = (8, 32, 128),
    repeats: int = 7,
) -> Result:
    """Times all operations in turns; arrays of `megabytes`, or of `width` x `width` numbers."""
    passes = [negation(megabytes), axpy(megabytes)]
    products = [*many_products(width, sizes), product(size)]
    layers = many_layers(width, batches)
    operations = [*passes, *products, *layers]
    seconds = seconds_in_turns([each.step for each in operations], repeats)
    flops = np.array([each.flops for each in operations])
    moved = np.array([each.moved for each in operations])

    peak = float((flops[:, None] / seconds).max() / 1e9)
    bandwidth = float((moved[:, None] / seconds).max() / 1e9)
    # Negation counts as no operation on the slide: it was there to measure memory.
    flops, moved, rate = flops[1:], moved[1:], flops[1:, None] / seconds[1:] / 1e9
    names = ("axpy", *(f"{n} × {n}" for n in (*sizes, size)), *map(str, batches))
    family = ("axpy", *["product"] * (len(sizes) + 1), *["layer"] * len(batches))
    intensity, median = flops / moved, np.median(rate, axis=1)
    attained = median / roof(intensity, bandwidth, peak)
    alone, lowest = family.index("layer"), int(attained.argmin())
    cpu, gpu, lane_verdict, warp = lanes(peak)
    return Result(
        device=device_name(),
        kind=jax.default_backend().upper(),
        bandwidth=bandwidth,
        peak=peak,
        ridge=peak / bandwidth,
        names=names,
        family=family,
        intensity=intensity,
        rate=rate,
        rate_median=median,
        attained=attained,
        axpy_intensity=float(intensity[0]),
        axpy_share=float(median[0] / peak),
        alone_intensity=float(intensity[alone]),
        alone_share=float(median[alone] / peak),
        idle=float(1 - median[alone] / peak),
        together=batches[-1],
        together_intensity=float(intensity[-1]),
        together_share=float(median[-1] / peak),
        lowest_name=WORDS[family[lowest]].format(names[lowest]),
        lowest_attained=float(attained[lowest]),
        count_verdict=judge_counts(operations[1:]),
        width=width,
        weight_bytes=4 * width**2,
        repeats=repeats,
        cpu_name=cpu.name,
        cpu_cores=cpu.cores,
        cpu_width=cpu.lanes,
        cpu_lanes=cpu.cores * cpu.lanes,
        gpu_name=gpu.name,
        gpu_cores=gpu.cores,
        gpu_width=gpu.lanes,
        gpu_lanes=gpu.cores * gpu.lanes,
        gpu_source=gpu.source,
        times_wider=gpu.cores * gpu.lanes / (cpu.cores * cpu.lanes),
        warp=warp,
        lane_verdict=lane_verdict,
    )


def roof(
    intensity: Float[np.ndarray, " n"], bandwidth: float, peak: float
) -> Float[np.ndarray, " n"]:
    """Attainable GFLOP/s: the peak, or what memory can feed where that is less."""
    return np.minimum(peak, bandwidth * intensity)


def axpy(megabytes: int) -> Operation:
    """Computes a x + y: two operations for two numbers read and one written."""
    x, y = jnp.ones((2, megabytes * 2**20 // 8), jnp.float32)

    def add(x: Array, y: Array) -> Array:
        return 0.5 * x + y

    return operation(add, [x, y], 2 * x.size, 3 * x.nbytes, reuse=1)


def many_products(width: int, sizes: tuple[int, ...]) -> list[Operation]:
    """Products of small matrices, as many at once as `width` x `width` numbers make."""
    left, right = jax.random.normal(jax.random.key(1), (2, width * width))

    def multiply(n: int) -> Operation:
        def each(left: Array, right: Array) -> Float[Array, "matrices n n"]:
            left, right = left.reshape(-1, n, n), right.reshape(-1, n, n)
            return jnp.matmul(left, right, precision="highest")

        return operation(each, [left, right], 2 * n * left.size, 3 * left.nbytes)

    return [multiply(n) for n in sizes]


def many_layers(width: int, batches: tuple[int, ...]) -> list[Operation]:
    """One layer, weights times example, for batches of several sizes."""
    keys = jax.random.split(jax.random.key(2))
    weights = jax.random.normal(keys[0], (width, width))
    examples = jax.random.normal(keys[1], (max(batches), width))

    def layer(weights: Float[Array, "w w"], example: Float[Array, " w"]) -> Float[Array, " w"]:
        return jnp.matmul(weights, example, precision="highest")

    return [
        operation(
            jax.vmap(layer, in_axes=(None, 0)),
            [weights, examples[:batch]],
            flops=2 * batch * weights.size,
            moved=weights.nbytes + 2 * examples[:batch].nbytes,
        )
        for batch in batches
    ]


def judge_counts(operations: list[Operation]) -> str:
    """Compares the formulas with XLA's own counts."""
    told = [each for each in operations if each.counted_flops and each.counted_moved]
    if not told:
        return "XLA gives no counts of its own here"
    flops = max(abs(each.counted_flops / each.flops - 1) for each in told)
    moved = max(abs(each.counted_moved / each.moved - 1) for each in told)
    which = "all" if len(told) == len(operations) else f"{len(told)} of {len(operations)}"
    return (
        f"XLA’s own counts, given for {which}, differ by at most {100 * flops:.1f} % in operations"
        f" and {100 * moved:.1f} % in bytes"
    )


def lanes(peak: float) -> tuple[Lanes, Lanes, str, int]:
    """The machine's CPU, its GPU or else one of a data sheet, and what is known of one lane."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    sheet, warp = table["sheet"], table["multiprocessor"]["warp"]
    cpu, gpu = cpu_lanes(), gpu_lanes()
    if gpu is not None:
        each = peak / (gpu.cores * gpu.lanes)
        return cpu, gpu, f"One lane of this GPU was measured at {each:.1f} GFLOP/s", warp
    gpu = Lanes(sheet["short"], sheet["cores"], sheet["lanes"], sheet["source"])
    promised = 1000 * sheet["tflops"] / (gpu.cores * gpu.lanes)
    verdict = f"The data sheet promises {promised:.1f} GFLOP/s for each lane"
    if jax.default_backend() == "cpu":
        verdict += (
            f"; here {peak / (cpu.cores * cpu.lanes):.1f} were measured for each of the CPU’s"
        )
    return cpu, gpu, verdict, warp


def under_roof(fig: Figure, result: Result) -> None:
    """GFLOP/s against operations for each byte, both logarithmic, and the roof over them."""
    ax = fig.subplots()
    low, high = result.intensity.min() / 2, 10 * max(result.ridge, result.intensity.max())
    grid = np.array([low, result.ridge, high])
    ax.plot(grid, roof(grid, result.bandwidth, result.peak), color="ink")
    styles = {"axpy": ("C2", "D"), "product": ("C1", "s"), "layer": ("accent", "o")}
    family = np.array(result.family)
    for name, (colour, marker) in styles.items():
        chosen = family == name
        x, rates = result.intensity[chosen], result.rate[chosen]
        middle = np.median(rates, axis=1)
        span = [middle - rates.min(axis=1), rates.max(axis=1) - middle]
        ax.errorbar(x, middle, span, fmt=f"-{marker}", color=colour, markersize=6, linewidth=1)
    ax.set(xscale="log", yscale="log", xlim=(low, high))
    # A repeat in which the machine did something else may reach out of the frame.
    lowest = max(result.rate.min(), result.rate_median.min() / 4)
    ax.set_ylim(min(lowest, result.bandwidth * low) / 1.5, 2.2 * result.peak)
    _plain_ticks(ax)
    ax.set(xlabel="operations for each byte moved", ylabel="GFLOP/s")
    _name_roof(ax, result)
    _name_operations(ax, result)


def _plain_ticks(ax: Axes) -> None:
    """Powers of ten, written out."""
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}" if value < 1 else grouped(value))
        axis.set_minor_locator(NullLocator())


def _name_roof(ax: Axes, result: Result) -> None:
    ax.annotate(
        f"peak, {grouped(result.peak)} GFLOP/s",
        (ax.get_xlim()[1], result.peak),
        (0, 5),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontweight="bold",
    )
    x = np.sqrt(ax.get_xlim()[0] * result.ridge)
    ax.text(
        x,
        1.12 * result.bandwidth * x,
        f"memory, {grouped(result.bandwidth)} GB/s",
        # Along the line: an angle in data, where it rises by the bandwidth for each step.
        rotation=np.degrees(np.arctan(result.bandwidth)),
        rotation_mode="anchor",
        transform_rotates_text=True,
        ha="center",
        va="bottom",
        fontweight="bold",
    )


def _name_operations(ax: Axes, result: Result) -> None:
    colours = {"axpy": "C2", "product": "C1", "layer": "accent"}
    below = {"xytext": (7, -3), "ha": "left", "va": "top", "textcoords": "offset points"}
    # On paper of its own, as the line may cross here.
    before = below | {"xytext": (-7, -3), "ha": "right", "bbox": {"color": "paper", "pad": 0}}
    last = len(result.names) - 1
    for i, (name, family) in enumerate(zip(result.names, result.family, strict=True)):
        followed = i < last and result.family[i + 1] == family
        if followed and result.rate_median[i] > 0.75 * result.peak:
            continue  # points crowd below the flat roof
        place = result.intensity[i], result.rate_median[i]
        text = {"axpy": "a x + y", "1": "alone"}.get(name, name)
        ax.annotate(text, place, color=colours[family], **(before if i == last else below))
    # What can be computed often is seldom slow: this corner stays empty.
    for row, (text, family) in enumerate(
        (
            ("products of matrices", "product"),
            (f"one layer, up to {result.names[-1]} examples", "layer"),
        )
    ):
        corner = {"transform": ax.transAxes, "ha": "right", "va": "bottom", "fontweight": "bold"}
        ax.text(0.99, 0.03 + 0.07 * row, text, color=colours[family], **corner)


def wide(fig: Figure, result: Result) -> None:
    """Every lane of the CPU and of the GPU as a small square, at one scale; a block is a core."""
    axes, width, height = blank_page(fig)
    top, half = 68, 330  # where the squares begin, and the GPU's half
    rooms = ((half - 40, height - top), (width - half, height - top))
    counts = ((result.cpu_cores, result.cpu_width), (result.gpu_cores, result.gpu_width))
    grids = [_best_grid(*count, *room) for count, room in zip(counts, rooms, strict=True)]
    pitch = min(grid[0] for grid in grids)
    pitch = max(1, pitch // 1)  # whole pixels, or the small squares flicker
    titles = ("This machine’s CPU", result.gpu_name)
    for i, (left, block, colour) in enumerate(
        ((0, "core", "ink"), (half, "multiprocessor", "accent"))
    ):
        (cores, lanes), plural = counts[i], "" if counts[i][0] == 1 else "s"
        axes.text(left, 12, titles[i], va="center", weight="bold", color=colour)
        axes.text(left, 40, f"{cores} {block}{plural} × {lanes} lanes", va="center")
        _draw_lanes(axes, *counts[i], grids[i][1], pitch, left, top, colour)
    larger, columns = _best_grid(*counts[0], half - 40, 0.5 * height)
    if larger > 3 * pitch:
        text = f"enlarged {larger / pitch:.0f} times:"
        axes.text(0, top + 0.25 * height, text, va="center", color="muted")
        _draw_lanes(axes, *counts[0], columns, larger, 0, top + 0.3 * height, "ink")


ROW = 16  # lanes of a block that stand side by side
GAP = 2  # between blocks, in lanes
SIDE = 2 / 3  # of a square, in lanes


def _best_grid(cores: int, lanes: int, width: float, height: float) -> tuple[float, int]:
    """The pitch of lanes at which all blocks have room, and how many blocks then make a row."""
    across, down = min(lanes, ROW) + GAP, -(-lanes // ROW) + GAP
    pitches = [
        min(width / (columns * across), height / (-(-cores // columns) * down))
        for columns in range(1, cores + 1)
    ]
    good = [i + 1 for i, pitch in enumerate(pitches) if pitch > 0.85 * max(pitches)]
    # Full rows, if that costs little.
    columns = min(good, key=lambda columns: (-cores % columns, -pitches[columns - 1]))
    return pitches[columns - 1], columns


def _draw_lanes(
    axes: Axes,
    cores: int,
    lanes: int,
    columns: int,
    pitch: float,
    left: float,
    top: float,
    colour: str,
) -> None:
    # One dashed line for each row of lanes, all in one path: thousands of squares, few bytes.
    across, rows = min(lanes, ROW), -(-lanes // ROW)
    points = []
    for core in range(cores):
        x = left + core % columns * (across + GAP) * pitch
        for row in range(rows):
            y = top + (core // columns * (rows + GAP) + row + SIDE / 2) * pitch
            length = min(lanes - row * ROW, ROW) - 1 + SIDE
            points += [(x, y), (x + length * pitch, y)]
    path = Path(points, [Path.MOVETO, Path.LINETO] * (len(points) // 2))
    path.should_simplify = False
    look = {"edgecolor": colour, "facecolor": "none", "capstyle": "butt"}
    dashes = (0, (1, 1 / SIDE - 1))  # in widths of the line
    thick = 72 / 96 * SIDE * pitch  # in points
    axes.add_patch(PathPatch(path, linewidth=thick, linestyle=dashes, **look))


TIMED = True  # no two runs measure the same
QUICK = dict(megabytes=16, size=256, width=512, batches=(1, 16, 64), sizes=(8, 32), repeats=3)
GPU = dict(
    megabytes=2048,
    size=8192,
    width=16384,
    batches=(1, 4, 16, 64, 256, 1024),
    sizes=(8, 32, 128, 512),
    repeats=21,
)

if __name__ == "__main__":
    print(run())
