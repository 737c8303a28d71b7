"""Tornado: what a quantity is where each factor is low and where it is high, from stored draws."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from eastbound.risk.factors import Factors
from eastbound.risk.shortfall import FEWEST_TAIL
from eastbound.typing import Bools, Floats

LOW, HIGH = 0.1, 0.9
_HALF: Final = 0.05  # of the ranks on each side of the 10th and the 90th percentile
_FEWEST: Final = 30  # draws that make a median
_ERROR_OF_MEDIAN: Final = 1.2533  # standard error of a median over that of a mean, of a normal distribution


def tornado(target: Floats, factors: Factors, *, groups: dict[str, Bools] | None = None) -> pd.DataFrame:
    """Return the median of a quantity in the draws where each factor is near its 10th and its 90th percentile.

    Parameters
    ----------
    target : array, shape (draw,)
    factors : Factors
        In the same draws.
    groups : dict of str to bool array, shape (draw,), optional
        Events that hold or not, compared in the same way: without and with the event.

    Returns
    -------
    DataFrame
        One row a factor or event, the largest swing first: factor, label, unit, kind (``factor`` or ``event``),
        at_low and at_high (the factor's percentiles; NaN for an event), low and high (medians of the target there),
        swing (high less low), error (its Monte-Carlo standard error) and draws (in the smaller group). Events with
        fewer than 30 draws on a side are left out.

    Notes
    -----
    The other factors are not held fixed: where one is low, those that go with it are low too. The result is what
    observing the factor would tell, not what changing it would do. METHODS 5, row "sensitivity".

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(4000, 2))
    >>> table = tornado(x[:, 0], Factors(("a", "b"), ("A", "B"), ("bcm", "bcm"), x))
    >>> table["factor"].tolist(), table["swing"].abs().round().tolist()
    (['a', 'b'], [3.0, 0.0])
    """
    rows = []
    for k, name in enumerate(factors.names):
        values = factors.values[:, k]
        edges = np.quantile(values, [LOW - _HALF, LOW, LOW + _HALF, HIGH - _HALF, HIGH, HIGH + _HALF])
        near = [(values >= edges[0]) & (values <= edges[2]), (values >= edges[3]) & (values <= edges[5])]
        card = (name, factors.labels[k], factors.units[k], "factor", float(edges[1]), float(edges[4]))
        rows.append((*card, *_swing(target, near[0], near[1])))
    for name, holds in (groups or {}).items():
        if min(holds.sum(), (~holds).sum()) >= _FEWEST:
            rows.append((name, name, "", "event", np.nan, np.nan, *_swing(target, ~holds, holds)))
    columns = ["factor", "label", "unit", "kind", "at_low", "at_high", "low", "high", "swing", "error", "draws"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(enough=table["draws"] >= FEWEST_TAIL).sort_values(
        "swing", key=lambda swing: -swing.abs(), ignore_index=True, kind="stable"
    )


def _swing(target: Floats, low: Bools, high: Bools) -> tuple[float, float, float, float, int]:
    medians, errors = [], []
    for chosen in (low, high):
        part = target[chosen]
        medians.append(float(np.median(part)))
        # Half of the central 68 % is one standard deviation of a normal; a heavy tail does not widen it.
        spread = float(np.diff(np.quantile(part, [0.16, 0.84]))[0]) / 2.0
        errors.append(_ERROR_OF_MEDIAN * spread / np.sqrt(len(part)))
    size = int(min(low.sum(), high.sum()))
    return medians[0], medians[1], medians[1] - medians[0], float(np.hypot(*errors)), size
