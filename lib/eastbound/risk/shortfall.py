"""Value at risk and expected shortfall against a stated baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from eastbound.core.quantiles import quantiles_of_sorted
from eastbound.errors import InputError, UnknownName
from eastbound.risk.sample import Sample
from eastbound.typing import Floats
from eastbound.values import listed

Worse = Literal["lower", "higher"]
LEVELS: Final = (0.9, 0.95, 0.99)
BASELINE: Final = "baseline"
FEWEST_TAIL: Final = 200  # fewer draws in a tail than this are reported as too few (METHODS 5)


def value_at_risk(losses: Floats, level: float) -> Floats:
    """Return the loss that is exceeded with probability 1 − level.

    Parameters
    ----------
    losses : array, shape (..., draw)
        Sorted, smallest first; undefined draws (NaN) last.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    array, shape (...)

    Examples
    --------
    >>> float(value_at_risk(np.arange(101.0), 0.95))
    95.0
    """
    return quantiles_of_sorted(losses, [level])[..., 0]


def expected_shortfall(losses: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the mean of the worst share 1 − level of the losses, and its Monte-Carlo standard error.

    Parameters
    ----------
    losses : array, shape (..., draw)
        Sorted, smallest first; undefined draws (NaN) last.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    shortfall, error : array, shape (...)
        NaN where no draw is defined. The shortfall is never below `value_at_risk` at the same level.

    References
    ----------
    Acerbi and Tasche (2002), https://doi.org/10.1016/S0378-4266(02)00283-2, for the weight of the draw at the edge of
    the tail; Manistre and Hancock (2005), North American Actuarial Journal 9(2), for the error. A normal
    loss has an expected shortfall of 2.3378 standard deviations at 97.5 % (METHODS 8, V28).

    Examples
    --------
    >>> shortfall, error = expected_shortfall(np.arange(100.0), 0.95)
    >>> float(shortfall)
    97.0
    """
    ordered = losses.reshape(-1, losses.shape[-1])
    count = ordered.shape[-1] - np.isnan(ordered).sum(axis=-1)
    means, errors = np.full(len(ordered), np.nan), np.full(len(ordered), np.nan)
    for row, (values, size) in enumerate(zip(ordered, count, strict=True)):
        if not size:
            continue
        mass = size * (1.0 - level)
        whole = int(np.floor(mass + 1e-9))  # 4096 × (1 − 0.75) must not lose a draw to rounding
        rest = max(mass - whole, 0.0)
        edge = values[max(size - whole - 1, 0)]
        tail = values[size - whole : size]
        means[row] = (tail.sum() + rest * edge) / mass
        spread = float(tail.var()) if whole > 1 else np.nan
        errors[row] = np.sqrt((spread + level * (means[row] - edge) ** 2) / mass)
    return means.reshape(losses.shape[:-1]), errors.reshape(losses.shape[:-1])


def shortfall(
    sample: Sample,
    series_id: str,
    *,
    at: int | str | Sequence[int | str],
    levels: Sequence[float] = LEVELS,
    against: str | float = BASELINE,
    worse: Worse = "lower",
) -> pd.DataFrame:
    """Return how far a series falls short of a stated baseline in the worst futures.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A variable of the ensemble.
    at : int, str, or a sequence of them
        Years or months.
    levels : sequence of float
        Confidence levels, between 0 and 1.
    against : str or float
        The baseline of the loss: a scenario of the ensemble, whose median of the same period is meant, or a value in
        the unit of the series.
    worse : {"lower", "higher"}
        Whether less or more of the series is the loss.

    Returns
    -------
    DataFrame
        One row a scenario, period and level: scenario, series_id, period, level, baseline (the value), var (loss that
        is exceeded with probability 1 − level), shortfall (mean loss beyond it), mcse (of the shortfall), tail (draws
        in the tail) and enough (whether they are `FEWEST_TAIL` or more). Losses are positive, in the unit of the
        series; a negative one is a gain.

    Raises
    ------
    UnknownName
        If the scenario of the baseline is not in the ensemble.
    InputError
        If a level is not between 0 and 1, or a period is not covered.

    References
    ----------
    METHODS 5, row "shortfall".

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> table = shortfall(Sample(ens), "trade.china_russia.total", at=2030, levels=[0.9])
    >>> bool((table["shortfall"] >= table["var"]).all()), bool(table["enough"].iloc[0])
    (True, False)
    """
    if worse not in ("lower", "higher"):
        raise UnknownName("side", worse, ["lower", "higher"])
    for level in levels:
        if not 0.0 < level < 1.0:
            message = f"a level of {level:g} is no confidence; use one between 0 and 1, such as 0.95."
            raise InputError(message)
    sign = 1.0 if worse == "lower" else -1.0
    effective = sample.effective()
    rows = []
    for period in map(str, listed(at)):
        base = _baseline(sample, series_id, period, against)
        ordered = sample.ordered_at(series_id, period)
        losses = sign * (base - ordered)
        defined = np.isfinite(losses).sum(axis=-1)
        if worse == "lower":
            losses = _reversed(losses)
        for level in levels:
            risk = value_at_risk(losses, level)
            mean, error = expected_shortfall(losses, level)
            share = effective / losses.shape[-1]
            tail = defined * share * (1.0 - level)
            for index, scenario in enumerate(sample.scenarios):
                row = (scenario, series_id, period, float(level), base, risk[index], mean[index])
                size = int(tail[index] + 1e-6)
                rows.append((*row, error[index] / np.sqrt(share[index]), size, size >= FEWEST_TAIL))
    columns = ["scenario", "series_id", "period", "level", "baseline", "var", "shortfall", "mcse", "tail", "enough"]
    return pd.DataFrame(rows, columns=columns)


def _baseline(sample: Sample, series_id: str, period: str, against: str | float) -> float:
    if not isinstance(against, str):
        return float(against)
    if against not in sample.scenarios:
        raise UnknownName("scenario", against, sample.scenarios, where="this ensemble")
    return float(sample.quantiles(series_id, [0.5], at=period)[sample.scenarios.index(against), 0])


def _reversed(losses: Floats) -> Floats:
    """Return losses in ascending order, undefined draws last, when they came in descending order."""
    turned = losses[..., ::-1]
    missing = np.isnan(turned).sum(axis=-1)
    if not missing.any():
        return turned
    return np.stack([np.roll(row, -int(size)) for row, size in zip(turned, missing, strict=True)])
