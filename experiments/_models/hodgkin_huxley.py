"""The squid's giant nerve fibre after Hodgkin and Huxley: a patch of membrane, or a whole axon.

Units: mV, ms, cm, microampere per cm2, mS per cm2, microfarad per cm2. The voltage is the inside's
against the outside's, at rest about -65 mV, as is usual today; the paper counts from rest and with
the other sign. Constants: Hodgkin and Huxley, A quantitative description of membrane current and
its application to conduction and excitation in nerve, Journal of Physiology 117, 1952.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

CAPACITANCE = 1.0
SODIUM, POTASSIUM, LEAK = 120.0, 36.0, 0.3  # conductances with all channels open
SODIUM_AT, POTASSIUM_AT, LEAK_AT = 50.0, -77.0, -54.387  # voltages at which each current is nil
RADIUS, RESISTIVITY = 0.0238, 0.0354  # of the axon: cm; kiloohm cm
COLD, WARM = 6.3, 18.5  # degrees Celsius; ten more make the channels three times as fast


class Gates(NamedTuple):
    """How far each kind of gate is open, from 0 to 1; or the rates at which they move, per ms."""

    m: Float[Array, "*n"]  # of sodium, opens fast
    h: Float[Array, "*n"]  # of sodium, shuts slowly
    n: Float[Array, "*n"]  # of potassium, opens slowly


class Membrane(NamedTuple):
    """All that a patch of membrane remembers."""

    voltage: Float[Array, "*n"]
    gates: Gates


def opening(v: Float[Array, "*n"]) -> Gates:
    """Rates at which shut gates open, at 6.3 degrees."""
    return Gates(
        m=_over_decay((v + 40) / 10),
        h=0.07 * jnp.exp(-(v + 65) / 20),
        n=0.1 * _over_decay((v + 55) / 10),
    )


def shutting(v: Float[Array, "*n"]) -> Gates:
    """Rates at which open gates shut, at 6.3 degrees."""
    return Gates(
        m=4 * jnp.exp(-(v + 65) / 18),
        h=1 / (1 + jnp.exp(-(v + 35) / 10)),
        n=0.125 * jnp.exp(-(v + 65) / 80),
    )


def _over_decay(x: Float[Array, "*n"]) -> Float[Array, "*n"]:
    """X / (1 - exp(-x)), which is 1 + x / 2 near 0."""
    near = jnp.abs(x) < 1e-3
    return jnp.where(near, 1 + x / 2, -x / jnp.expm1(-jnp.where(near, 1.0, x)))


def resting(places: int = 1, voltage: float = -65.0) -> Membrane:
    """A membrane whose gates have settled at a voltage."""
    v = jnp.full(places, voltage)
    return Membrane(v, jax.tree.map(lambda a, b: a / (a + b), opening(v), shutting(v)))


def slope(state: Membrane, current: Float[Array, "*n"] | float, celsius: float = COLD) -> Membrane:
    """Change of everything per ms while a current flows into the membrane."""
    v, gates = state
    faster = 3 ** ((celsius - 6.3) / 10)
    move = jax.tree.map(
        lambda a, b, x: faster * (a * (1 - x) - b * x), opening(v), shutting(v), gates
    )
    sodium = SODIUM * gates.m**3 * gates.h * (v - SODIUM_AT)
    potassium = POTASSIUM * gates.n**4 * (v - POTASSIUM_AT)
    leak = LEAK * (v - LEAK_AT)
    return Membrane((current - sodium - potassium - leak) / CAPACITANCE, move)


def from_neighbours(voltage: Float[Array, " n"], spacing: float) -> Float[Array, " n"]:
    """Current into each place along an axon from the two beside it; none through the ends."""
    v = jnp.pad(voltage, 1, mode="edge")
    return RADIUS / (2 * RESISTIVITY) * (v[2:] - 2 * v[1:-1] + v[:-2]) / spacing**2


def runge_kutta(change: Callable[[Membrane], Membrane], state: Membrane, step: float) -> Membrane:
    """The state one step later, by the classical method of fourth order."""

    def ahead(by: float, change: Membrane) -> Membrane:
        return jax.tree.map(lambda x, dx: x + by * dx, state, change)

    first = change(state)
    second = change(ahead(step / 2, first))
    third = change(ahead(step / 2, second))
    fourth = change(ahead(step, third))
    mean = jax.tree.map(
        lambda a, b, c, d: (a + 2 * b + 2 * c + d) / 6, first, second, third, fourth
    )
    return ahead(step, mean)
