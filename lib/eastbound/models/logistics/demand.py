"""Growth of demand at the border: trucks follow China's exports, rail follows coal and other imports of China."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.simulation.memory import rounded
from eastbound.models.trade.energy import COMMODITIES
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import World

SUBJECT: Final = "logistics"
COAL: Final = next(part.volume for part in COMMODITIES if part.volume.startswith("coal"))


def demand_indices(
    settings: Mapping[str, Any], world: World, stream: Stream, *, exports_before: float | None
) -> dict[str, Paths]:
    """Return demand by road and rail relative to its level in the year before the grid.

    Parameters
    ----------
    settings : mapping
        Of ``params/models/logistics.yml``.
    world : World
        Needs the paths of trade.
    stream : Stream
    exports_before : float or None
        China's exports in the year before the grid, USD bn; None takes those of the first simulated year.

    Returns
    -------
    dict of arrays, shape (quarter, draw)
        By mode, ``road`` and ``rail``, with a walk each for what trade does not explain. Quarters, because cargo of a
        month's trade passes the border over weeks, and trucks have a season of their own.
    """
    exports = _quarters(world.paths[names.CHINA_EXPORTS])
    usual = exports[:4].mean(axis=0) if exports_before is None else exports_before / 12.0
    spread = stream.normals(SUBJECT, "elasticity", rows=1)[0]
    power = {
        "road": settings["truck_elasticity"] + settings["truck_elasticity_sd"] * spread,
        "rail": settings["rail_elasticity"],
    }
    result: dict[str, Paths] = {}
    for mode, growth in (("road", exports / usual), ("rail", _goods(settings, world))):
        walk = stream.normals(SUBJECT, mode, "walk", rows=len(growth))
        walk *= settings[f"{mode}_walk_sd"] / 2.0  # four steps a year
        np.cumsum(walk, axis=0, out=walk)
        np.log(growth, out=growth)
        growth *= power[mode]
        walk += growth
        (result[mode],) = rounded(np.exp(walk, out=walk))
    return result


def _goods(settings: Mapping[str, Any], world: World) -> Paths:
    """Return the goods by rail relative to the first simulated year, by quarter.

    Rail cargo stood still in 2025 while the value of imports fell, so the first year is taken to be as the last.
    """
    coal, rest = (world.paths[name] for name in (COAL, names.IMPORTS_REST))
    part = settings["coal_part"]
    if np.isnan(coal[0, 0]):  # early vintages do not know energy apart
        coal = rest = world.paths[names.CHINA_IMPORTS]
    result = np.zeros((len(coal) // 3, coal.shape[1]))
    for path, weight in ((coal, part), (rest, 1.0 - part)):
        quarters = _quarters(path)
        quarters *= weight / quarters[:4].mean(axis=0)
        result += quarters
    return result


def _quarters(path: Paths) -> Paths:
    """Return the mean of each quarter."""
    return np.asarray(path.reshape(-1, 3, path.shape[1]).mean(axis=1))
