"""Growth-at-risk: quantiles of next year's growth by regression on the past, beside those of the simulation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound import names
from eastbound.core.quantiles import quantiles
from eastbound.errors import InputError
from eastbound.evaluation.regular_history import regular_history
from eastbound.risk.sample import Sample

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_SPAN: Final = 3  # months that are summed, so that one late cargo does not make a quarter
_YEAR: Final = 12
_FEWEST: Final = 48  # months with target and predictors; four years of overlapping windows


def growth_at_risk(
    sample: Sample, series_id: str, *, book: Evidence, months: int = 12, scenario: str | None = None
) -> pd.DataFrame:
    """Compare quantiles of growth from a regression on the past with those of the simulation.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A monthly series of the book and of the ensemble.
    book : Evidence
        The evidence of the ensemble.
    months : int
        Horizon, from 1 to 12.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    DataFrame
        One row a level: level, regression and structural (percent change of three months on the same months a year
        before). ``attrs`` hold ``period`` (last month of the three), ``since`` and ``count`` (months of the regression)
        and ``independent`` (``count`` over the twelve months that windows overlap).

    Raises
    ------
    InputError
        If fewer than 48 months can be used, or the horizon is not between 1 and 12.

    Notes
    -----
    Koenker and Bassett (1978) with growth and the growth of the oil price as predictors, in the manner of Adrian,
    Boyarchenko and Giannone (2019), https://doi.org/10.1257/aer.20161923; fitted quantiles are sorted where they
    cross. With few independent windows the outer quantiles are those of one or two episodes. METHODS 5, row
    "conditional at-risk".

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> sample = Sample(eb.simulate("baseline", book=book, draws=256, until=2030))
    >>> growth_at_risk(sample, "trade.china_russia.total", book=book)["level"].tolist()
    [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
    """
    if not 1 <= months <= _YEAR:
        message = f"a horizon of {months} months is out of range; quantile regression is used for 1 to 12 months."
        raise InputError(message)
    past = regular_history(series_id, book=book)
    if past.seasons != _YEAR:
        message = f"`{series_id}` has no months to learn from; growth-at-risk needs a monthly series."
        raise InputError(message)
    sums = past.values.rolling(_SPAN).sum()
    oil = regular_history(names.BRENT, book=book).values.rolling(_SPAN).mean()
    growth, price = _log_change(sums), _log_change(oil)
    frame = pd.DataFrame({"growth": growth, "oil": price.reindex(growth.index)})
    pairs = frame.assign(target=growth.shift(-months)).dropna()
    if len(pairs) < _FEWEST:
        message = f"`{series_id}` has {len(pairs)} months with a year before and after; {_FEWEST} are needed."
        raise InputError(message)
    known = frame.dropna()
    latest = known.iloc[-1]
    fitted = np.sort([_fitted(pairs, latest, level) for level in LEVELS])
    end = pd.Period(known.index[-1]) + months
    structural = _structural(sample, series_id, end, sums, scenario=scenario)
    table = pd.DataFrame({"level": LEVELS, "regression": 100 * np.expm1(fitted), "structural": structural})
    table.attrs = {"period": str(end), "since": str(pairs.index[0]), "count": len(pairs)}
    table.attrs["independent"] = len(pairs) // _YEAR
    return table


def _log_change(values: pd.Series) -> pd.Series:
    return (values / values.shift(_YEAR)).apply(np.log)


def _fitted(pairs: pd.DataFrame, latest: pd.Series, level: float) -> float:
    from statsmodels.regression.quantile_regression import QuantReg
    from statsmodels.tools.sm_exceptions import IterationLimitWarning

    design = np.column_stack([np.ones(len(pairs)), pairs["growth"], pairs["oil"]])
    with warnings.catch_warnings():
        # the weights of the outer levels circle between two vertices of one edge, which give the same quantile
        warnings.simplefilter("ignore", IterationLimitWarning)
        result = QuantReg(pairs["target"].to_numpy(), design).fit(q=level, max_iter=2000)
    return float(result.params @ np.array([1.0, latest["growth"], latest["oil"]]))


def _structural(
    sample: Sample, series_id: str, end: pd.Period, sums: pd.Series, *, scenario: str | None
) -> list[float]:
    """Return quantiles of the simulated change in percent, on the observed months where they are known."""
    index = sample.index(scenario)
    draws = np.sum([sample.at(series_id, str(end - k))[index] for k in range(_SPAN)], axis=0)
    base = sums.get(end - _YEAR, np.nan)
    before = np.full(draws.shape, base)
    if not np.isfinite(base):
        before = np.sum([sample.at(series_id, str(end - _YEAR - k))[index] for k in range(_SPAN)], axis=0)
    change = 100.0 * (draws / before - 1.0)
    return [float(value) for value in quantiles(change.astype(np.float64), LEVELS)]
