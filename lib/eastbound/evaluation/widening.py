"""How much wider past bands should have been: shown beside a forecast, never applied to it."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
import pandas as pd

from eastbound.typing import Floats, Record

# Judgement, in view of the 79 % that "95 %" intervals of scenario hubs held (METHODS 3.1).
HUMILITY: Final = 1.2
_MASS: Final = 0.8


def required_widening(part: pd.DataFrame) -> Record:
    """Return how often the 80 % band held, and how wide it would have had to be.

    Parameters
    ----------
    part : DataFrame
        Scored rows of `backtest`, at least one.

    Returns
    -------
    dict
        `outcomes`; `held`, the share inside the 80 % band; `held_wider`, inside one `HUMILITY` times as wide; `factor`,
        the least widening of both sides of the median by which 80 % of these outcomes are inside. Widths are taken
        on the scale of the scores: logs for flows.

    Examples
    --------
    >>> rows = {"median": 10.0, "low80": 9.0, "high80": 11.0, "scale": "unit"}
    >>> part = pd.DataFrame([{**rows, "outcome": y} for y in (10.5, 9.2, 11.1, 12.0, 14.0)])
    >>> {name: round(float(value), 2) for name, value in required_widening(part).items()}
    {'outcomes': 5.0, 'held': 0.4, 'held_wider': 0.6, 'factor': 2.0}
    """
    distance = np.sort(_distances(part))
    return {
        "outcomes": len(distance),
        "held": float(np.mean(distance <= 1.0)),
        "held_wider": float(np.mean(distance <= HUMILITY)),
        "factor": float(distance[ceil(_MASS * len(distance)) - 1]),
    }


def _distances(part: pd.DataFrame) -> Floats:
    """Return the distance of each outcome from the median in units of the band's half on its side."""
    low, median, high, outcome = (part[name].to_numpy(float) for name in ("low80", "median", "high80", "outcome"))
    if (part["scale"] == "log").all():
        low, median, high, outcome = (np.log(values) for values in (low, median, high, outcome))
    above = outcome >= median
    return np.asarray(
        np.where(above, outcome - median, median - outcome) / np.where(above, high - median, median - low)
    )
