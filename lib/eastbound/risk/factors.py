"""Factors of a quantity: annual figures of other series in the same draws, and their ranks on a normal scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logit, ndtr, ndtri

from eastbound import names
from eastbound.core.quantiles import quantiles_of_sorted
from eastbound.core.ranks import average_ranks
from eastbound.errors import InputError
from eastbound.risk.sample import Sample
from eastbound.typing import Floats

GAS: Final = "gas.russia_to_china.pipeline_deliveries"
# Which factors a series is explained by unless the caller names others: its parts and the prices behind them
# (judgement: few enough to be read, and enough to explain nine tenths of the variance).
DEFAULTS: Final = {
    names.TRADE_TOTAL: (names.BRENT, names.OIL_VOLUME, GAS, names.CHINA_EXPORTS, names.IMPORTS_REST),
    names.CHINA_SHARE: (names.CHINA_TURNOVER, names.REST_TURNOVER, names.TRADE_TOTAL),
}
_ANY: Final = (names.BRENT, names.USD_RUB, names.TRADE_TOTAL)


@dataclass(frozen=True, eq=False)
class Factors:
    """Hold the draws of several series in one year, the same draws for all.

    Parameters
    ----------
    names, labels, units : tuple of str
        One per factor.
    values : array, shape (draw, factor)
        In the units of the series.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats


def factors_of(series_id: str, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the chosen factors of a series, or those of `DEFAULTS`.

    Examples
    --------
    >>> factors_of("trade.primorye.china_share_turnover")[0]
    'trade.primorye.china_turnover'
    """
    return tuple(chosen) or tuple(name for name in DEFAULTS.get(series_id, _ANY) if name != series_id)


def read_factors(
    sample: Sample, series_id: str, *, at: int, chosen: Sequence[str] = (), scenario: str | None = None
) -> tuple[Floats, Factors]:
    """Return the draws of a series in a year, and those of its factors.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A variable of the ensemble.
    at : int
        The year.
    chosen : sequence of str
        Ids of the factors; `DEFAULTS` without any.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    target : array, shape (draw,)
    factors : Factors
        Only draws in which the series and every factor are defined.

    Raises
    ------
    UnknownName
        If a series is not in the ensemble.
    InputError
        If a factor is named twice, or fewer than 50 draws are left.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> target, factors = read_factors(Sample(ens), "trade.china_russia.total", at=2030)
    >>> factors.values.shape
    (256, 5)
    """
    ids = factors_of(series_id, chosen)
    if len(set(ids)) < len(ids) or series_id in ids:
        message = f"each factor of `{series_id}` once, and not the series itself; given: {', '.join(ids)}."
        raise InputError(message)
    index = sample.index(scenario)
    target = sample.at(series_id, at)[index]
    values = np.stack([sample.at(name, at)[index] for name in ids], axis=-1)
    known = np.isfinite(target) & np.isfinite(values).all(axis=-1)
    if known.sum() < 50:
        message = f"too few draws: `{series_id}` and its factors exist together in {known.sum()} of 50 needed in {at}."
        raise InputError(message)
    cards = [sample.ens.variables[name].attrs for name in ids]
    labels, units = (tuple(str(card[key]) for card in cards) for key in ("label", "unit"))
    return target[known], Factors(ids, labels, units, values[known])


def normal_scores(values: Floats) -> Floats:
    """Return ranks of draws on a standard normal scale, ties at their average rank.

    Parameters
    ----------
    values : array, shape (draw, ...)

    Returns
    -------
    array of the same shape
        Standard deviations: 0 at the median, −1.28 at the 10th percentile.

    References
    ----------
    Blom (1958); Conover (1999), Practical Nonparametric Statistics, section 5.10.

    Examples
    --------
    >>> normal_scores(np.array([3.0, 1.0, 2.0])).round(2).tolist()
    [0.87, -0.87, 0.0]
    """
    ranks = average_ranks(values)
    scores: Floats = ndtri((ranks - 0.375) / (len(values) + 0.25))
    return scores


def from_scores(values: Floats, scores: Floats) -> Floats:
    """Return the value of each factor at a number of standard deviations from its median.

    Parameters
    ----------
    values : array, shape (draw, factor)
    scores : array, shape (factor,)

    Returns
    -------
    array, shape (factor,)
        Quantiles of the draws; beyond the outermost draws, those.

    Examples
    --------
    >>> from_scores(np.arange(101.0)[:, None], np.array([0.0])).tolist()
    [50.0]
    """
    ordered = np.sort(values, axis=0)
    return np.array([quantiles_of_sorted(ordered[:, k], [float(ndtr(z))])[0] for k, z in enumerate(scores)])


def additive_scale(values: Floats, unit: str) -> Floats:
    """Return draws on the scale on which the models add: log-odds of a share, log of a flow that is never zero.

    Parameters
    ----------
    values : array, shape (draw,)
    unit : str
        ``percent`` for a share.

    Notes
    -----
    The variance of a flow in its own unit is that of its few largest draws.

    Examples
    --------
    >>> additive_scale(np.array([50.0, 80.0]), "percent").round(2).tolist()
    [0.0, 1.39]
    """
    if unit == "percent" and values.min() > 0.0 and values.max() < 100.0:
        return np.asarray(logit(values / 100.0), dtype=np.float64)
    return np.log(values) if values.min() > 0.0 else values
