"""Probabilities of reaching a threshold, under three definitions that are never mixed.

"At or above 300 in 2030", "at or above 300 in any year by 2030" and "at or above 300 over any twelve months by 2030"
have different probabilities. Every row states its definition in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from eastbound.core.quantiles import wilson
from eastbound.ensemble.aggregate import frequency
from eastbound.ensemble.summary import exceedance, first_passage
from eastbound.errors import UnknownName
from eastbound.risk.sample import Sample
from eastbound.values import listed

IN_PERIOD: Final = "in the year"
BY_YEAR: Final = "in any year by then"
BY_MONTH: Final = "in any 12 months by then"
DEFINITIONS: Final = (IN_PERIOD, BY_YEAR, BY_MONTH)
COLUMNS: Final = (
    *("scenario", "series_id", "definition", "period", "op", "threshold", "probability", "mcse", "low", "high"),
)


def threshold_path(
    sample: Sample,
    series_id: str,
    threshold: float | Sequence[float],
    *,
    definition: str = IN_PERIOD,
    op: str = ">=",
    at: int | str | Sequence[int | str] = (),
) -> pd.DataFrame:
    """Return the probability by period that a series is beyond each threshold, with Monte-Carlo error bars.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A variable of the ensemble.
    threshold : float or sequence of float
        In the unit of the series.
    definition : {"in the year", "in any year by then", "in any 12 months by then"}
        `IN_PERIOD` compares the figure of the period. `BY_YEAR` asks whether the figure of any calendar year up to it
        has passed, `BY_MONTH` whether that of any twelve months has; both run over the simulated years.
    op : {">=", ">", "<=", "<"}
    at : int, str, or a sequence of them
        Years, or months (``"2030-06"``) for `IN_PERIOD`; all years by default.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: ``mcse`` is the Monte-Carlo standard error, ``low`` and ``high`` the 95 % Wilson interval of
        the probability; both count effective draws.

    Raises
    ------
    UnknownName
        If the definition, the comparison or the series is not known.
    InputError
        If the ensemble does not cover a period, or a threshold is no number.

    References
    ----------
    METHODS 5, rows "threshold path" and "first passage"; Wilson (1927).

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> sample = Sample(ens)
    >>> numbers = [
    ...     threshold_path(sample, "trade.china_russia.total", 300, definition=words, at=2030)["probability"].iloc[0]
    ...     for words in DEFINITIONS
    ... ]
    >>> numbers == sorted(numbers)
    True
    """
    if definition not in DEFINITIONS:
        raise UnknownName("definition", definition, DEFINITIONS)
    periods = [str(period) for period in listed(at)] or sample.paths(series_id).periods
    if definition == IN_PERIOD:
        table = exceedance(sample.ens, series_id, threshold, at=periods, op=op)
    else:
        for period in periods:
            sample.at(series_id, period)
            if frequency(period) == "M":
                raise UnknownName("year", period, sample.paths(series_id).periods)
        watched = "Y" if definition == BY_YEAR else "M"
        table = first_passage(sample.ens, series_id, threshold, op=op, watched=watched)  # type: ignore[arg-type]
        table = table.drop(columns="probability").rename(columns={"by": "probability"})
        table = table[table["period"].isin(periods)]
    draws = dict(zip(sample.scenarios, sample.effective(), strict=True))
    count = table["scenario"].map(draws).to_numpy(dtype=float)
    low, high = wilson(table["probability"].to_numpy(dtype=float), count)
    return table.assign(definition=definition, low=low, high=high).reset_index(drop=True)[list(COLUMNS)]


def passage_years(
    sample: Sample, series_id: str, threshold: float | Sequence[float], *, definition: str = BY_YEAR, op: str = ">="
) -> pd.DataFrame:
    """Return when a series first passes a threshold: quantiles of the year over the draws that pass at all.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A variable of the ensemble.
    threshold : float or sequence of float
        In the unit of the series.
    definition : {"in any year by then", "in any 12 months by then"}
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    DataFrame
        One row a scenario and threshold: scenario, series_id, definition, op, threshold, probability (of passing
        before the ensemble ends), mcse, low, median, high (the years by which 10, 50 and 90 % of **all** draws have
        passed; NaN where fewer ever do) and until (last year).

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> passage_years(Sample(ens), "trade.china_russia.total", 200)[["threshold", "until"]].values.tolist()
    [[200.0, 2030.0]]
    """
    if definition not in DEFINITIONS[1:]:
        raise UnknownName("definition", definition, DEFINITIONS[1:])
    table = threshold_path(sample, series_id, threshold, definition=definition, op=op)
    rows = []
    for (scenario, level), part in table.groupby(["scenario", "threshold"], sort=False):
        years, reached = part["period"].astype(float).to_numpy(), part["probability"].to_numpy(dtype=float)
        dates = [float(years[reached >= share][0]) if reached[-1] >= share else np.nan for share in (0.1, 0.5, 0.9)]
        last = part.iloc[-1]
        rows.append((scenario, series_id, definition, op, level, last["probability"], last["mcse"], *dates, years[-1]))
    columns = ["scenario", "series_id", "definition", "op", "threshold", "probability", "mcse"]
    return pd.DataFrame(rows, columns=[*columns, "low", "median", "high", "until"])
