"""Test the residuals of the suite's fits: autocorrelation, changing variance, tails, breaks, stationarity."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import catalogue
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import grid_start
from eastbound.evaluation.regular_history import regular_history
from eastbound.evaluation.result_cache import cached
from eastbound.evaluation.second_opinion import MODELS
from eastbound.evaluation.second_opinion import fit_models as fit_standard
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Errors, Grid
from eastbound.names import TRADE_TOTAL
from eastbound.scenarios.inputs import inputs_digest, load_all_inputs
from eastbound.typing import Floats, Record
from eastbound.univariate.forecast import forecast_series

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

LEVEL: Final = 0.01  # of each test: five tests of some ten fits raise a false alarm every other time even so
COLUMNS: Final = ("fit", "series_id", "errors", "n", "test", "statistic", "p_value", "failed")
# What a failed test means for the forecasts.
MEANING: Final = {
    "Ljung-Box": "errors are autocorrelated: intervals may be too narrow several steps ahead",
    "ARCH": "the variance of the errors changes: intervals may be too narrow after a shock and too wide in calm years",
    "Jarque-Bera": "errors are skewed or heavy-tailed: surprises are larger than normal errors allow",
    "CUSUM": "the mean of the errors shifts: the fit may miss a break",
    "KPSS": "errors are not stationary: the fit may miss a lasting change of level",
}
_FEWEST: Final = 20  # errors; below, the tests have no power
_RECENT: Final = 36  # one-step forecasts of the single-series engine
_WHAT: Final = {
    "single": "one-step errors in units of the forecast's own spread",
    "standard": "standardized one-step errors on the model's scale",
}


def residual_diagnostics(*, book: Evidence | None = None, home: Path | None = None) -> pd.DataFrame:
    """Test the one-step errors of every fit that has them.

    Fits with errors are the structural models of trade, the drivers, the single-series engine on total trade and the
    standard models of `second_opinion` beside it. If a model is right its standardized one-step errors are independent
    standard normal. Primorye's share and the pipelines have too few figures for such tests.

    Parameters
    ----------
    book : Evidence, optional
        What was known on a day; everything by default.
    home : Path, optional
        Folder of `params`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: per fit and test what the errors are, their number, the statistic, its p-value and whether it
        is at most `LEVEL`. KPSS p-values lie between 0.01 and 0.1, where its table ends.

    References
    ----------
    Ljung and Box (1978), Biometrika 65; Engle (1982), Econometrica 50; Jarque and Bera (1987), Int. Stat. Review 55;
    Ploberger and Kraemer (1992), Econometrica 60; Kwiatkowski, Phillips, Schmidt and Shin (1992), J. Econometrics 54.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = residual_diagnostics(book=load_evidence("2025-12-31"))
    >>> sorted(table["test"].unique())
    ['ARCH', 'CUSUM', 'Jarque-Bera', 'KPSS', 'Ljung-Box']
    """
    present = load_evidence() if book is None else book
    inputs = load_all_inputs(registry.order(), home=home)
    key: Record = {"diagnostics": present.digest, "inputs": [inputs_digest(values) for values in inputs.values()]}
    rows = cached(key, lambda: {"rows": list(_rows(present, inputs))}, task="Testing the errors of the fits")["rows"]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def error_tests(values: Floats) -> dict[str, tuple[float, float]]:
    """Return statistic and p-value of each test.

    Parameters
    ----------
    values : array, shape (n,)
        Errors in the order of time, at least 20.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=200))
    >>> statistics = error_tests(walk)
    >>> statistics["Ljung-Box"][1] < 0.01, statistics["KPSS"][1]
    (True, 0.01)
    """
    return {name: test(np.asarray(values, dtype=float)) for name, test in _TESTS.items()}


def _ljung_box(values: Floats) -> tuple[float, float]:
    from statsmodels.stats.diagnostic import acorr_ljungbox

    row = acorr_ljungbox(values, lags=[_lags(values)]).iloc[0]
    return float(row["lb_stat"]), float(row["lb_pvalue"])


def _arch(values: Floats) -> tuple[float, float]:
    from statsmodels.stats.diagnostic import het_arch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a change to a named tuple, which unpacks alike
        statistic, p_value, *_ = het_arch(values, nlags=_lags(values) // 2)
    return float(statistic), float(p_value)


def _jarque_bera(values: Floats) -> tuple[float, float]:
    from statsmodels.stats.stattools import jarque_bera

    statistic, p_value, *_ = jarque_bera(values)
    return float(statistic), float(p_value)


def _cusum(values: Floats) -> tuple[float, float]:
    from statsmodels.stats.diagnostic import breaks_cusumolsresid

    # the test is for residuals of a regression, whose mean is zero
    statistic, p_value, _ = breaks_cusumolsresid(values - values.mean())
    return float(statistic), float(p_value)


def _kpss(values: Floats) -> tuple[float, float]:
    from statsmodels.tsa.stattools import kpss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the p-value lies outside the table; the docstring says so
        statistic, p_value, *_ = kpss(values, regression="c", nlags="auto")
    return float(statistic), float(p_value)


_TESTS: Final[dict[str, Callable[[Floats], tuple[float, float]]]] = {
    "Ljung-Box": _ljung_box,
    "ARCH": _arch,
    "Jarque-Bera": _jarque_bera,
    "CUSUM": _cusum,
    "KPSS": _kpss,
}


def _lags(values: Floats) -> int:
    return min(12, len(values) // 5)


def _rows(book: Evidence, inputs: dict[str, Any]) -> Iterator[Record]:
    for result in (*_of_models(book, inputs), *_of_single(book)):
        if len(result.values) < _FEWEST:
            continue
        for test, (statistic, p_value) in error_tests(result.values).items():
            head = {"fit": result.fit, "series_id": result.series_id, "errors": result.what, "n": len(result.values)}
            tail = {"statistic": statistic, "p_value": p_value, "failed": bool(p_value <= LEVEL)}
            yield {**head, "test": test, **tail}


def _of_models(book: Evidence, inputs: dict[str, Any]) -> Iterator[Errors]:
    grid = Grid(grid_start(book), 12)
    fits = fit_models(book, inputs, grid=grid)
    # Subjects that forecasts report come first in the table, then the drivers behind them.
    for model in sorted(registry.models(), key=lambda model: model.SUBJECT not in catalogue.subjects()):
        errors_of = getattr(model, "errors", None)  # a model with too few figures for tests has no such function
        if errors_of is not None:
            yield from errors_of(fits[model.SUBJECT])


def _of_single(book: Evidence) -> Iterator[Errors]:
    past = regular_history(TRADE_TOTAL, book=book)
    yield Errors("forecast_series", TRADE_TOTAL, _WHAT["single"], _one_step(past.values, past.seasons))
    for name, fit in fit_standard(past, 1, share=False).items():
        yield Errors(MODELS[name], TRADE_TOTAL, _WHAT["standard"], fit.errors.to_numpy(dtype=float))


def _one_step(values: pd.Series, seasons: int) -> Floats:
    """Forecast each of the last months from the months before it; months that are unknown, or follow one, are left."""
    from scipy.stats import norm  # here, because it takes longer to import than to use

    errors = []
    for row in range(max(len(values) - _RECENT, _FEWEST), len(values)):
        past, outcome = values.iloc[:row], float(values.iloc[row])
        if np.isnan(outcome) or np.isnan(past.iloc[-1]):
            continue
        low, median, high = np.log(
            forecast_series(past.to_numpy(), 1, period=seasons, quantiles=(0.1, 0.5, 0.9)).iloc[0]
        )
        errors.append((np.log(outcome) - median) * 2 * norm.ppf(0.9) / (high - low))
    return np.array(errors)
