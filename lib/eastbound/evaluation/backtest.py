"""Rolling-origin backtests on data vintages: what would have been said then, and how it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit, logit

from eastbound.constants import BANDS, LIMITS, QUANTILES, SEED
from eastbound.core.calibration import pit
from eastbound.core.comparison import skill
from eastbound.core.quantiles import quantiles
from eastbound.core.scoring import crps, weighted_interval_score
from eastbound.core.seeds import Stream
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual, history
from eastbound.errors import EastboundError, InputError, UnknownName
from eastbound.evaluation.outcomes import outcomes
from eastbound.evaluation.reference import random_walk
from eastbound.evidence.book import load_evidence
from eastbound.names import HEADLINES
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# Before the 2014 sanctions, the pandemic, the war, the bank sanctions of EO 14114, and the 2025 fall (METHODS 3.1).
STRESS: Final = ("2013-12-31", "2019-12-31", "2021-12-31", "2023-11-30", "2024-12-31")
ORIGINS: Final = tuple(sorted({*(f"{year}-12-31" for year in range(2010, 2025)), *STRESS}))
FEWEST: Final = 8  # usable points at an origin (METHODS, Rulings)
DRAWS: Final = 1024  # moves a CRPS by about 1 %, far less than the next outcome does
_DEFINED: Final = 0.5  # of the draws, or there is no forecast to score
NOTE: Final = "data vintage only: parameters, priors and scenario are today's"

_SCORES: Final = ("outcome", "median", "low80", "high80", "crps", "wis", "sharpness", "under", "over", "pit")
COLUMNS: Final = (
    *("origin", "stress", "series_id", "period", "horizon", "status", "unit", "scale"),
    *_SCORES,
    *(f"inside{band}" for band in BANDS),
    *("crps_reference", "skill"),
)


@dataclass(frozen=True)
class _Case:
    """One series at one origin, before anything is scored."""

    origin: str
    series_id: str
    unit: str
    share: bool
    known: Mapping[int, float]
    truth: Mapping[int, float]

    def row(self, year: int | None, status: str, **values: Any) -> dict[str, Any]:
        """Return one row of the table; what is not given stays empty."""
        horizon = None if year is None else year - int(self.origin[:4])
        period = "" if year is None else str(year)
        start = {"origin": self.origin, "stress": self.origin in STRESS, "series_id": self.series_id}
        return {**start, "period": period, "horizon": horizon, "status": status, "unit": self.unit, **values}


def backtest(
    subject: str,
    *,
    origins: Sequence[str] = ORIGINS,
    book: Evidence | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    home: Path | None = None,
) -> pd.DataFrame:
    """Forecast a subject from past origins with what was known then, and score what followed.

    Parameters
    ----------
    subject : {"trade", "primorye", "pipelines"}
    origins : sequence of str
        Days whose data vintages are used.
    book : Evidence, optional
        Holds the outcomes; default is everything known.
    draws, seed, home
        As in `simulate`; the scenario is the baseline.

    Returns
    -------
    DataFrame
        One row per origin, series and year with columns `COLUMNS`. `status` is ``scored`` or says why there is
        nothing to score. Values and bands are in the unit of the series, `crps` and `wis` on `scale`: log for
        flows, the unit itself for percentages. `skill` is against a random walk with drift. ``attrs["note"]`` says
        what of today went into the past.

    Raises
    ------
    UnknownName
        If the subject is not one of those above.
    InputError
        If there is no origin, or one is not a full day.
    """
    if subject not in HEADLINES:
        raise UnknownName("subject", subject, HEADLINES)
    days = [_day(origin) for origin in origins]
    if not days:
        message = "no origin was given; name at least one day, for example 2021-12-31."
        raise InputError(message)
    present = load_evidence() if book is None else book
    truth = {series_id: outcomes(present, series_id) for series_id in HEADLINES[subject]}
    truth = {series_id: found for series_id, found in truth.items() if found}
    rows: list[dict[str, Any]] = []
    for day in sorted(set(days)):
        rows += _at_origin(day, truth, draws=draws, seed=seed, home=home)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.attrs["note"] = NOTE
    return table


def _at_origin(
    day: str, truth: Mapping[str, Mapping[int, float]], *, draws: int, seed: int, home: Path | None
) -> list[dict[str, Any]]:
    past = load_evidence(day)
    cases, rows = [], []
    for series_id, values in truth.items():
        card = past.series.loc[series_id]
        share = bool(card["unit"] == "percent" and card["upper"] == 100)
        case = _Case(day, series_id, str(card["unit"]), share, outcomes(past, series_id), values)
        usable = int(history(past, series_id)["value"].notna().sum())
        if usable < FEWEST:
            rows.append(case.row(None, f"no origin: {usable} usable points, at least {FEWEST} are needed"))
        else:
            cases.append(case)
    if not cases:
        return rows
    try:
        ens = simulate("baseline", book=past, draws=draws, seed=seed, until=LIMITS["until"][0], home=home)
    except EastboundError as error:
        return rows + [case.row(None, f"no origin: {error}") for case in cases]
    return rows + [row for case in cases for row in _scored(case, ens, seed)]


def _scored(case: _Case, ens: xr.Dataset, seed: int) -> Iterator[dict[str, Any]]:
    if case.series_id not in ens:
        yield case.row(None, "not simulated")
        return
    paths = annual(ens, case.series_id).isel(scenario=0).transpose("year", "draw")
    years = [int(year) for year in paths["year"].to_numpy() if int(year) in case.truth and int(year) not in case.known]
    if not years:
        yield case.row(None, "no outcome yet")
        return
    log = case.unit != "percent"
    reference = _reference(case, years, log)
    rng = Stream(seed, 0, 1).generator("evaluation", case.series_id, case.origin)
    for place, year in enumerate(years):
        sample = paths.sel(year=year).to_numpy().astype(np.float64)
        sample = sample[np.isfinite(sample) & ((sample > 0) | (not log))]
        if sample.size < _DEFINED * paths.sizes["draw"]:
            yield case.row(year, "undefined in most draws", outcome=case.truth[year])
            continue
        scores = _scores(sample, case.truth[year], log=log, rng=rng)
        against = None if reference is None else float(crps(reference[place], _scale(case.truth[year], log)))
        gained = None if against is None else float(skill(scores["crps"], against))
        yield case.row(year, "scored", **scores, crps_reference=against, skill=gained)


def _reference(case: _Case, years: list[int], log: bool) -> Floats | None:
    """Return the random walk's points on the scale of the scores; a share walks in log-odds and stays a share."""
    if case.share:
        points = random_walk({year: float(logit(value / 100)) for year, value in case.known.items()}, years)
        return None if points is None else np.asarray(100 * expit(points), dtype=np.float64)
    return random_walk({year: _scale(value, log) for year, value in case.known.items()}, years)


def _scores(sample: Floats, outcome: float, *, log: bool, rng: np.random.Generator) -> dict[str, Any]:
    """Score the draws of one year; quantiles in the unit, distances on the scale."""
    scaled, target = _scale(sample, log), _scale(outcome, log)
    table = quantiles(scaled[None], QUANTILES)[0]
    parts = weighted_interval_score(table, target, levels=QUANTILES)
    edges = {band: quantiles(sample[None], [0.5 - band / 200, 0.5 + band / 200])[0] for band in BANDS}
    return {
        "scale": "log" if log else "unit",
        "outcome": outcome,
        "median": float(np.median(sample)),
        "low80": float(edges[80][0]),
        "high80": float(edges[80][1]),
        "crps": float(crps(scaled, target)),
        "wis": float(parts.total),
        "sharpness": float(parts.sharpness),
        "under": float(parts.under),
        "over": float(parts.over),
        "pit": float(pit(sample, outcome, rng=rng)),
        **{f"inside{band}": bool(low <= outcome <= high) for band, (low, high) in edges.items()},
    }


def _scale(value: Any, log: bool) -> Any:
    return np.log(value) if log else value


def _day(origin: str) -> str:
    try:
        return date.fromisoformat(origin).isoformat()
    except (TypeError, ValueError):
        message = f"the origin `{origin}` is not a day; write it as 2021-12-31."
        raise InputError(message) from None
