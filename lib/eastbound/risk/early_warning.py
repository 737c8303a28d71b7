"""Early warning: which observations of the next months would move the weight of a scenario, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import names
from eastbound.errors import InputError
from eastbound.evaluation.regular_history import regular_history
from eastbound.models.protocol import last_month
from eastbound.periods import month_text
from eastbound.risk.branches import branch_draws
from eastbound.risk.factors import GAS
from eastbound.risk.sample import Sample
from eastbound.typing import Bools, Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# Published monthly, and moved by some branch within a year (judgement).
WATCHED: Final = (
    names.BRENT,
    names.USD_RUB,
    names.TRADE_TOTAL,
    names.CHINA_EXPORTS,
    names.OIL_VOLUME,
    GAS,
    names.CARS_VALUE,
)
HORIZONS: Final = (6, 12)
_FEWEST: Final = 30  # draws of a branch that a likelihood ratio rests on (judgement)
_SIGNIFICANT: Final = 2.0  # times the root of the sizes; Smirnov's bound at one in 1,500, for some 400 comparisons
_LEAST_RATIO: Final = 1.25  # a weaker signal moves a probability by less than it is judged to (judgement)
_YEAR: Final = 12
COLUMNS: Final = (
    *("branch", "prior", "series_id", "unit", "months", "until", "side", "alarm", "posterior", "ratio", "hit"),
    *("false_alarm", "chance", "expected", "year_before", "distance", "gap"),
)


def early_warning(
    sample: Sample,
    *,
    book: Evidence,
    series: Sequence[str] = WATCHED,
    horizons: Sequence[int] = HORIZONS,
    scenario: str | None = None,
) -> pd.DataFrame:
    """Return for each branch of the scenario tree the observation that would speak for it most clearly.

    Parameters
    ----------
    sample : Sample
        An ensemble with branches, such as the baseline.
    book : Evidence
        The evidence of the ensemble; its last month is where the next months begin.
    series : sequence of str
        What is observed: the mean of the next months; those that the ensemble lacks are passed over.
    horizons : sequence of int
        Numbers of months.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, the clearest signal first; one row a branch at most: prior probability; the series, number
        of months and the last of them; side (``below`` or ``above``) and level of the alarm, in its unit; posterior
        probability of the branch once the alarm is on, the likelihood ratio, and the shares of draws in which it is on
        with the branch (`hit`) and without (`false_alarm`); `chance` of the alarm; `expected`, the median of the draws;
        `year_before`, the mean of the same months a year earlier, where all are known; `distance` from it to the alarm
        in percent; `gap` from the median to the alarm in standard deviations. Branches that no series tells from the
        others, or by a likelihood ratio under 1.25, are left out.

    Raises
    ------
    InputError
        If the ensemble ends before the months.

    Notes
    -----
    The alarm is the level at which hits exceed false alarms by most (Youden 1950, Cancer 3, 32-35), as in the
    signals approach of Kaminsky, Lizondo and Reinhart (1998), https://doi.org/10.2307/3867328. By Bayes the odds of the
    branch are then multiplied by the likelihood ratio.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> sample = Sample(eb.simulate("baseline", book=book, draws=1024, until=2030))
    >>> table = early_warning(sample, book=book)
    >>> bool((table["posterior"] > table["prior"]).all())
    True
    """
    branches = {
        name: holds
        for name, holds in branch_draws(sample, scenario=scenario).items()
        if min(holds.sum(), (~holds).sum()) >= _FEWEST
    }
    if not branches:
        return pd.DataFrame(columns=list(COLUMNS))  # before the tree was judged, or when it is decided
    best: dict[str, dict[str, Any]] = {}
    for series_id in (name for name in series if name in sample.ens):
        for months in horizons:
            periods = [month_text(last_month(book) + step) for step in range(1, months + 1)]
            index = sample.index(scenario)
            values = np.mean([sample.at(series_id, period)[index] for period in periods], axis=0)
            order = np.argsort(values, kind="stable")
            for name, holds in branches.items():
                signal = _signal(values, order, holds)
                if signal is None or signal["power"] <= best.get(name, {"power": 0.0})["power"]:
                    continue
                about = {"branch": name, "series_id": series_id, "unit": sample.unit(series_id)}
                known = _year_before(book, series_id, periods)
                best[name] = {**about, "months": months, "until": periods[-1], **signal, "year_before": known}
    rows = sorted(best.values(), key=lambda row: -row["power"])
    table = pd.DataFrame(rows, columns=[*(name for name in COLUMNS if name != "distance")])
    table.insert(COLUMNS.index("distance"), "distance", 100.0 * (table["alarm"] / table["year_before"] - 1.0))
    return table


def _signal(values: Floats, order: np.ndarray, holds: Bools) -> dict[str, Any] | None:
    """Return the level that separates the draws of a branch from the others best, or None where chance could do it."""
    inside = holds[order]
    count, others = int(holds.sum()), int((~holds).sum())
    hits, false = np.cumsum(inside) / count, np.cumsum(~inside) / others
    difference = hits - false
    at = int(np.argmax(np.abs(difference)))
    power = float(abs(difference[at]))
    if power < _SIGNIFICANT * np.sqrt(1.0 / count + 1.0 / others):
        return None
    below = bool(difference[at] > 0.0)
    hit, wrong = (float(side[at]) if below else float(1.0 - side[at]) for side in (hits, false))
    prior = count / (count + others)
    wrong_or_least = max(wrong, 0.5 / others)  # no false alarm among the draws is not none at all
    if hit < _LEAST_RATIO * wrong_or_least:
        return None
    odds = prior / (1.0 - prior) * hit / wrong_or_least
    spread = float(np.diff(np.quantile(values, [0.16, 0.84]))[0]) / 2.0
    middle, alarm = float(np.median(values)), float(values[order[at]])
    return {
        "prior": prior,
        "side": "below" if below else "above",
        "alarm": alarm,
        "posterior": odds / (1.0 + odds),
        "ratio": hit / wrong_or_least,
        "hit": hit,
        "false_alarm": wrong,
        "chance": prior * hit + (1.0 - prior) * wrong,
        "expected": middle,
        "gap": (alarm - middle) / spread if spread > 0.0 else 0.0,
        "power": power,
    }


def _year_before(book: Evidence, series_id: str, periods: Sequence[str]) -> float:
    if series_id not in book.series.index:
        return float("nan")
    try:
        past = regular_history(series_id, book=book)
    except InputError:
        return float("nan")
    if past.seasons != _YEAR:
        return float("nan")
    months = pd.PeriodIndex(list(periods), freq="M") - _YEAR
    return float(past.values.reindex(months).mean(skipna=False))
