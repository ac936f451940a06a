"""What matplotlib keeps for the whole process, so that no drawing meets what another one left."""

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib import colors, projections, scale, units

PRIVATE = (
    (mpl.colormaps, "_cmaps"),
    (mpl.color_sequences, "_color_sequences"),
    (scale, "_scale_mapping"),
    (projections.projection_registry, "_all_projection_types"),
)


def remembered() -> Callable[[], None]:
    """Remembers registries and settings as they are; puts them back when called."""
    kept = [(registry, dict(registry)) for registry in _registries()]

    def put_back() -> None:
        for registry, then in kept:
            if dict.__ne__(registry, then):
                dict.clear(registry)
                dict.update(registry, then)

    return put_back


def _registries() -> list[Any]:
    return [
        mpl.rcParams,
        units.registry,
        colors.get_named_colors_mapping(),
        *(vars(owner)[name] for owner, name in PRIVATE),
    ]
