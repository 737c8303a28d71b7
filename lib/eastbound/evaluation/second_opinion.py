"""Forecast a series with standard models of statsmodels, as a second opinion beside the suite's own forecast."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from eastbound.constants import QUANTILES
from eastbound.errors import InputError
from eastbound.evaluation.regular_history import RegularHistory, regular_history
from eastbound.evaluation.result_cache import cached
from eastbound.evidence.book import load_evidence
from eastbound.language import _
from eastbound.typing import Floats, Record
from eastbound.univariate.forecast import forecast_series

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

OURS: Final = "forecast_series"
MODELS: Final = {"ets": "ETS", "airline": "airline SARIMAX", "trend": "local linear trend"}
COLUMNS: Final = ("model", "period", "level", "value", "unit")
_ITERATIONS: Final = 200
_MOST_FILLED: Final = 0.2  # of the values that ETS reads; judgement
_LONGEST: Final = 240  # months or years ahead; beyond, a straight trend says nothing


@dataclass(frozen=True, eq=False)
class Forecast:
    """Hold a normal forecast on the scale on which a model was fitted, with its one-step errors.

    Parameters
    ----------
    mean, sd : array, shape (steps,)
    errors : Series
        Standardized one-step errors inside the sample; the first ones, which start the model, are left out.
    """

    mean: Floats
    sd: Floats
    errors: pd.Series


def second_opinion(
    series_id: str,
    *,
    book: Evidence | None = None,
    horizon: int | None = None,
    levels: Sequence[float] = QUANTILES,
) -> pd.DataFrame:
    """Forecast an observed series with three standard models and with `forecast_series`.

    The models are exponential smoothing with a damped trend (ETS), the airline model (0,1,1)(0,1,1)12 and a local
    linear trend; months are forecast where enough are known, otherwise years, then without a seasonal part. Positive
    series are modelled in logs, percentages in log-odds. Gaps stay missing; ETS, which takes none, reads the smoothed
    values of the airline model there and is left out where over a fifth is missing, because filled values have no
    errors and would make it too sure. Sums of two or three months are split as in `regular_history`.

    Parameters
    ----------
    series_id : str
        A series of the book.
    book : Evidence, optional
        What was known on a day; everything by default.
    horizon : int, optional
        Steps after the last observed one; by default 24 months or 10 years.
    levels : sequence of float
        Quantile levels between 0 and 1.

    Returns
    -------
    DataFrame
        Columns model, period (``"2027-03"`` or ``"2027"``), level, value, unit. ``attrs["split"]`` counts the months
        that were split from sums, ``attrs["gaps"]`` the missing ones; ``attrs["left_out"]`` says why ETS is missing.

    Raises
    ------
    UnknownName
        If the book has no such series.
    EvidenceError
        If too few figures are known.
    InputError
        If `horizon` or a level is out of range.

    References
    ----------
    Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing; Box and Jenkins (1970), Time
    Series Analysis; Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = second_opinion("trade.primorye.china_turnover", book=load_evidence("2025-12-31"), horizon=2)
    >>> table["model"].unique().tolist()
    ['airline SARIMAX', 'local linear trend', 'forecast_series']
    >>> table.attrs["left_out"]
    'ETS: 20 of 29 values are missing'
    """
    present = load_evidence() if book is None else book
    past = regular_history(series_id, book=present)
    steps = (24 if past.seasons == 12 else 10) if horizon is None else horizon
    if not 1 <= steps <= _LONGEST:
        message = f"`horizon` is {horizon!r}; it must be a whole number of steps from 1 to {_LONGEST}."
        raise InputError(message)
    periods = pd.period_range(past.values.index[-1] + 1, periods=steps, freq="M" if past.seasons == 12 else "Y").astype(
        str
    )
    unit = str(present.series.loc[series_id, "unit"])

    def rows() -> Record:
        by_model = opinions(past, steps, share=is_share(present, series_id), levels=levels)
        parts = [_tidy(model, table, periods, unit) for model, table in by_model.items()]
        return {"rows": pd.concat(parts, ignore_index=True).to_numpy(dtype=object).tolist()}

    # the fits take seconds, and every scenario's page asks for the same ones
    inputs = {"second opinion": series_id, "evidence": present.digest, "steps": steps, "levels": list(levels)}
    result = pd.DataFrame(cached(inputs, rows, task="Fitting the standard models")["rows"], columns=list(COLUMNS))
    gaps = int(past.values.isna().sum())
    left_out = (
        ""
        if MODELS["ets"] in set(result["model"])
        else _("{model}: {gaps} of {count} values are missing", model=MODELS["ets"], gaps=gaps, count=len(past.values))
    )
    result.attrs.update({"split": past.split, "gaps": gaps, "left_out": left_out})
    return result


def is_share(book: Evidence, series_id: str) -> bool:
    """Return whether a series is a percentage between 0 and 100."""
    card = book.series.loc[series_id]
    return bool(card["unit"] == "percent" and card["upper"] == 100)


def opinions(past: RegularHistory, steps: int, *, share: bool, levels: Sequence[float]) -> dict[str, pd.DataFrame]:
    """Return quantiles by model, each step (1 … steps) x level, in the unit of the history.

    Parameters
    ----------
    past : RegularHistory
    steps : int
    share : bool
        Whether values are percentages between 0 and 100.
    levels : sequence of float
    """
    from scipy.stats import norm  # here, because it takes longer to import than to use

    _scaled, back = scale(past.values, share=share)
    upper = 100.0 if share else None
    ours = forecast_series(past.values.to_numpy(), steps, period=past.seasons, quantiles=levels, upper=upper)
    score = norm.ppf(np.asarray(ours.columns, dtype=float))
    fitted = fit_models(past, steps, share=share)
    tables = {
        MODELS[name]: pd.DataFrame(
            back(fit.mean[:, None] + fit.sd[:, None] * score), index=ours.index, columns=ours.columns
        )
        for name, fit in fitted.items()
    }
    return {**tables, OURS: ours}


def fit_models(past: RegularHistory, steps: int, *, share: bool) -> dict[str, Forecast]:
    """Fit the models by maximum likelihood and forecast; keys as in `MODELS`, without ETS where too much is missing.

    An optimizer that stops early raises nothing: the forecast of the point it reached is still an opinion.
    """
    # its import puts filters of its own in front of all others, so it has to come before ours
    import statsmodels.tools.sm_exceptions  # noqa: F401

    to_scale, _back = scale(past.values, share=share)
    values = to_scale(past.values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # start values and convergence; see the docstring
        airline, smoothed = _airline(values, steps, past.seasons)
        trend = _trend(values, steps, past.seasons)
        sparse = values.isna().mean() > _MOST_FILLED
        ets = {} if sparse else {"ets": _ets(values.fillna(smoothed), steps, past.seasons)}
    return {**ets, "airline": airline, "trend": trend}


def scale(values: pd.Series, *, share: bool) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return the transformation for a series and its inverse: log-odds, logs or none.

    Examples
    --------
    >>> to_scale, back = scale(pd.Series([20.0, 80.0]), share=True)
    >>> float(to_scale(50.0)), float(back(0.0))
    (0.0, 50.0)
    """
    if share and values.min() > 0 and values.max() < 100:
        return (lambda v: logit(v / 100)), (lambda v: 100 * expit(v))
    if values.min() > 0:
        return np.log, np.exp
    return (lambda v: v), (lambda v: v)


def _airline(values: pd.Series, steps: int, seasons: int) -> tuple[Forecast, pd.Series]:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal = (0, 1, 1, seasons) if seasons > 1 else (0, 0, 0, 0)
    fit = SARIMAX(values, order=(0, 1, 1), seasonal_order=seasonal).fit(disp=False, maxiter=_ITERATIONS)
    return _state_space(fit, steps, burn=1 + (seasons if seasons > 1 else 0)), fit.predict(information_set="smoothed")


def _trend(values: pd.Series, steps: int, seasons: int) -> Forecast:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(values, level="lltrend", seasonal=seasons if seasons > 1 else None)
    return _state_space(model.fit(disp=False, maxiter=_ITERATIONS), steps, burn=2 + (seasons - 1))


def _ets(values: pd.Series, steps: int, seasons: int) -> Forecast:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    part: Record = {"seasonal": "add", "seasonal_periods": seasons} if seasons > 1 else {}
    model = ETSModel(values, error="add", trend="add", damped_trend=True, **part)
    fit = model.fit(disp=False, maxiter=_ITERATIONS)
    ahead = fit.get_prediction(start=len(values), end=len(values) + steps - 1)
    errors = fit.resid.iloc[seasons + 1 :]
    sd = np.sqrt(np.maximum(np.asarray(ahead.forecast_variance, dtype=float), 0))
    return Forecast(np.asarray(ahead.predicted_mean, dtype=float), sd, errors / errors.std())


def _state_space(fit: Any, steps: int, *, burn: int) -> Forecast:
    ahead = fit.get_forecast(steps)
    errors = pd.Series(fit.filter_results.standardized_forecasts_error[0], index=fit.data.row_labels).iloc[burn:]
    return Forecast(ahead.predicted_mean.to_numpy(dtype=float), ahead.se_mean.to_numpy(dtype=float), errors.dropna())


def _tidy(model: str, table: pd.DataFrame, periods: pd.Index, unit: str) -> pd.DataFrame:
    rows = table.set_axis(periods, axis=0).rename_axis(index="period", columns="level").stack()
    return pd.DataFrame({"value": rows}).reset_index().assign(model=model, unit=unit)[list(COLUMNS)]
