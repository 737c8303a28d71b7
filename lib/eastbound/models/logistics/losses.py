"""Trade that a full border costs: China's exports less what the road crossings had no room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from eastbound import names
from eastbound.models.logistics.group import BEFORE, QUARTER
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.models.protocol import World


def trade_after_losses(
    lost: Paths, steady: Paths, settings: Mapping[str, Any], *, world: World, first: int
) -> dict[str, Paths]:
    """Return exports and total trade without the goods that the road crossings had no room for.

    Parameters
    ----------
    lost : array, shape (4 + quarter, draw)
        Part of road demand beyond capacity, from four quarters before the grid.
    steady : array, shape (4 + quarter, draw)
        The same without closures by events.
    settings : mapping
        Of ``params/models/logistics.yml``.
    world : World
        Needs the paths of trade.
    first : int
        Position of the first month without published trade; earlier ones stay.

    Returns
    -------
    dict of arrays, shape (month, draw)
        `CHINA_EXPORTS` and `TRADE_TOTAL`, USD bn; both fall by the same amount.

    Notes
    -----
    METHODS 2.8. The figures that trade is fitted to contain the losses of the year before the grid, so only a loss
    beyond that of the same quarter counts. Goods find other ways with time: what counts as usual follows the steady
    losses with a half-life. Closures are left out of it, so that a reopened crossing brings no gain.
    """
    result = world.unwritten((names.CHINA_EXPORTS, names.TRADE_TOTAL), lost.shape[1])
    for series, path in result.items():
        np.copyto(path, world.paths[series])
    usual = steady[:BEFORE].copy()
    adapted = 1.0 - 0.5 ** (1.0 / settings["rerouting_half_life_years"])
    part = settings["road_part_of_exports"]
    for quarter in range(len(lost) - BEFORE):
        before = usual[quarter % 4]
        loss: Floats = lost[BEFORE + quarter] - before
        np.maximum(loss, 0.0, out=loss)
        loss *= part
        for month in range(max(quarter * QUARTER, first), (quarter + 1) * QUARTER):
            missing = loss * result[names.CHINA_EXPORTS][month]
            for path in result.values():
                path[month] -= missing
        before += adapted * (steady[BEFORE + quarter] - before)
    return result
