"""Rolling-origin backtests on data vintages: what would have been forecast then, and how it turned out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit, logit

from eastbound import catalogue
from eastbound.constants import BANDS, LIMITS, ORIGIN_DRAWS, QUANTILES, QUICK_DRAWS, SEED
from eastbound.core.quantiles import quantiles
from eastbound.core.simulation.seeds import Stream
from eastbound.core.verification.calibration import pit
from eastbound.core.verification.comparison import skill
from eastbound.core.verification.scoring import crps, weighted_interval_score
from eastbound.ensemble.progress import working
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual, history
from eastbound.errors import EastboundError, InputError
from eastbound.evaluation.outcome_ranges import outcome_points
from eastbound.evaluation.outcomes import outcomes
from eastbound.evaluation.random_walk import plain_walk, random_walk
from eastbound.evaluation.result_cache import cached
from eastbound.evidence.book import load_evidence
from eastbound.language import mark
from eastbound.models import registry
from eastbound.scenarios.inputs import inputs_digest, load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting
from eastbound.typing import Floats, Record
from eastbound.values import read_settings

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

YEAR_ENDS: Final = tuple(f"{year}-12-31" for year in range(2010, 2025))  # origins besides those before shocks
NO_ORIGIN: Final = mark("no origin: {usable} usable points, at least {needed} are needed")
FEWEST: Final = 8  # usable points at an origin (METHODS, Rulings)
_DEFINED: Final = 0.5  # of the draws, or there is no forecast to score
NOTE: Final = "data vintage only: parameters, priors and scenario are today's"

_SCORES: Final = ("outcome", "median", "low80", "high80", "crps", "wis", "sharpness", "under", "over", "pit")
COLUMNS: Final = (
    *("origin", "stress", "series_id", "period", "horizon", "status", "unit", "scale"),
    *_SCORES,
    *(f"inside{band}" for band in BANDS),
    *("crps_reference", "skill", "crps_walk"),
)


Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Case:
    """One series at one origin, before anything is scored."""

    origin: str
    series_id: str
    unit: str
    share: bool
    known: Mapping[int, float]
    truth: Mapping[int, float]
    points: Mapping[int, Floats]  # equally likely outcomes of the years whose figure is a range
    start: Floats | None  # those of the last known year

    def outcome(self, year: int) -> Floats:
        """Return the outcome of a year, or equally likely ones."""
        return self.points.get(year, np.array([self.truth[year]]))

    def row(self, year: int | None, status: str, **values: Any) -> Row:
        """Return one row of the table; what is not given stays empty."""
        horizon = None if year is None else year - int(self.origin[:4])
        period = "" if year is None else str(year)
        start = {"origin": self.origin, "series_id": self.series_id}
        return {**start, "period": period, "horizon": horizon, "status": status, "unit": self.unit, **values}


def backtest(  # noqa: PLR0913 - the names that `simulate` has, and its origins
    subject: str,
    *,
    origins: Sequence[str] | None = None,
    book: Evidence | None = None,
    draws: int = ORIGIN_DRAWS,
    seed: int = SEED,
    full: bool = False,
    quick: bool = False,
    home: Path | None = None,
) -> pd.DataFrame:
    """Forecast a subject from past origins with what was known then, and score what followed.

    Parameters
    ----------
    subject : str
        One of `eastbound.catalogue.subjects`, such as ``trade``.
    origins : sequence of str, optional
        Days whose data vintages are used; by default `YEAR_ENDS` and the stress origins of
        ``params/reporting.yml``, up to the newest evidence.
    book : Evidence, optional
        Holds the outcomes; default is everything known.
    draws : int
        Joint draws of the baseline at each origin.
    seed : int
        Root entropy.
    full : bool
        Fit the models by Markov chains.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.
    quick : bool
        By default only three of the stress origins, and few draws, to see that things run.

    Returns
    -------
    DataFrame
        One row per origin, series and year with columns `COLUMNS`. `status` is ``scored`` or says why there is
        nothing to score. Values and bands are in the unit of the series, `crps` and `wis` on `scale`: log for
        flows, the unit itself for percentages. `skill` is against a random walk with drift,
        whose score is `crps_reference`; `crps_walk` is that of one without. ``attrs["note"]`` says what of today went
        into the past.

    Raises
    ------
    UnknownName
        If no series of that subject is marked as a headline in ``series.csv``.
    InputError
        If there is no origin, one is not a full day or lies after the newest evidence, or a number is out of limits.
    """
    draws, seed = read_settings(draws=draws, seed=seed).values()
    catalogue.headlines(subject)  # refuses an unknown subject before anything is read
    present = load_evidence() if book is None else book
    newest = present.as_of.isoformat()
    stress = stress_origins(home)
    candidates = stress[::2] if quick else sorted({*YEAR_ENDS, *stress})
    defaults = [day for day in candidates if day <= newest]
    days = defaults if origins is None else [_day(origin) for origin in origins]
    if not days and origins is not None:
        message = "no origin was given; name at least one day, for example 2021-12-31."
        raise InputError(message)
    late = [day for day in days if day > newest]
    if late:
        message = (
            f"the origin `{late[0]}` lies after the newest evidence, {present.as_of}, so nothing has come since that "
            "could be scored; choose an earlier day."
        )
        raise InputError(message)
    size = min(draws, QUICK_DRAWS) if quick else draws
    result = cached(
        {
            "backtest": subject,
            "outcomes": present.digest,
            "vintages": {day: load_evidence(day).digest for day in days},
            "inputs": [inputs_digest(inputs) for inputs in load_all_inputs(registry.order(), home=home).values()],
            "scenario": load_scenario("baseline", home=home).digest,
            "numbers": [seed, size, full],
        },
        lambda: _made(subject, sorted(set(days)), present, draws=size, seed=seed, full=full, home=home),
        task=f"Repeating past forecasts of {subject}",
    )
    table = pd.DataFrame(result["rows"], columns=list(COLUMNS))
    table["stress"] = table["origin"].isin(stress)
    table.attrs["note"] = NOTE
    return table


def stress_origins(home: str | Path | None = None) -> list[str]:
    """Return the origins that a shock followed, from ``params/reporting.yml``, oldest first.

    Examples
    --------
    >>> stress_origins()[0]
    '2013-12-31'
    """
    return [origin.date.isoformat() for origin in load_reporting(home).stress_origins]


def _made(
    subject: str, days: Sequence[str], present: Evidence, *, draws: int, seed: int, full: bool, home: Path | None
) -> Record:
    """Forecast from every day; rows hold plain values, so that they can be kept."""
    series = scored_series(subject)
    truth = {name: values for name, (values, _) in _known(present, series).items() if values}
    points = {name: outcome_points(present, name, values) for name, values in truth.items()}
    rows: list[Row] = []
    for count, day in enumerate(days, start=1):
        with working(f"from {day}, {count} of {len(days)}"):
            rows += _at_origin(day, truth, points=points, draws=draws, seed=seed, full=full, home=home)
    return {"rows": rows}


def _known(book: Evidence, series: Iterable[str]) -> dict[str, tuple[dict[int, float], int]]:
    """Return the years known of each series and the number of its usable points."""
    wanted = list(series)
    rows = book.observations
    # the rule of choice ranks a whole book at once, so it gets the part that is asked for
    small = replace(book, observations=rows[rows["series_id"].isin(wanted)].reset_index(drop=True))
    return {name: (outcomes(small, name), int(history(small, name)["value"].notna().sum())) for name in wanted}


def scored_series(subject: str) -> tuple[str, ...]:
    """Return the series of a subject that a backtest looks at: headlines, then `SCORED` of its model.

    Examples
    --------
    >>> scored_series("trade")[0]
    'trade.china_russia.total'
    """
    heads = catalogue.headlines(subject)
    return (*heads, *(name for name in registry.model(subject).SCORED if name not in heads))


def _at_origin(
    day: str,
    truth: Mapping[str, Mapping[int, float]],
    *,
    points: Mapping[str, Mapping[int, Floats]],
    draws: int,
    seed: int,
    full: bool,
    home: Path | None,
) -> list[Row]:
    past = load_evidence(day)
    cases: list[_Case] = []
    rows: list[Row] = []
    then = _known(past, truth)
    for series_id, values in truth.items():
        card = past.series.loc[series_id]
        share = bool(card["unit"] == "percent" and card["upper"] == 100)
        known, usable = then[series_id]
        ranges = points[series_id] if share else {}
        start = outcome_points(past, series_id, [max(known, default=0)]) if share else {}
        case = _Case(day, series_id, str(card["unit"]), share, known, values, ranges, *(start.values() or [None]))
        if usable < FEWEST:
            rows.append(case.row(None, NO_ORIGIN.format(usable=usable, needed=FEWEST)))
        else:
            cases.append(case)
    if not cases:
        return rows
    try:
        until = LIMITS["until"][0]
        options: dict[str, Any] = {"draws": draws, "seed": seed, "until": until, "full": full, "home": home}
        # one ensemble serves the backtests of all subjects
        ens = simulate(
            "baseline", book=past, series=[n for s in catalogue.subjects() for n in scored_series(s)], **options
        )
    except EastboundError as error:
        return rows + [case.row(None, f"no origin: {error}") for case in cases]
    return rows + [row for case in cases for row in _scored(case, ens, seed)]


def _scored(case: _Case, ens: xr.Dataset, seed: int) -> Iterator[Row]:
    if case.series_id not in ens:
        yield case.row(None, "not simulated")
        return
    paths = annual(ens, case.series_id).isel(scenario=0).transpose("year", "draw")
    years = [int(year) for year in paths["year"].to_numpy() if int(year) in case.truth and int(year) not in case.known]
    if not years:
        yield case.row(None, "no outcome yet")
        return
    log = case.unit != "percent"
    reference, plain = (_reference(case, years, log, walk=walk) for walk in (random_walk, plain_walk))
    rng = Stream(seed, 0, 1).generator("evaluation", case.series_id, case.origin)
    for index, year in enumerate(years):
        sample = paths.sel(year=year).to_numpy().astype(np.float64)
        sample = sample[np.isfinite(sample) & ((sample > 0) | (not log))]
        if sample.size < _DEFINED * paths.sizes["draw"]:
            yield case.row(year, "undefined in most draws", outcome=case.truth[year])
            continue
        outcome = case.outcome(year)
        scores = _scores(sample, outcome, log=log, rng=rng)
        against, walked = (
            None if walk is None else _mean_crps(walk[index], _scale(outcome, log)) for walk in (reference, plain)
        )
        gained = None if against is None else float(skill(scores["crps"], against))
        yield case.row(year, "scored", **scores, crps_reference=against, skill=gained, crps_walk=walked)


def _reference(case: _Case, years: list[int], log: bool, *, walk: Callable[..., Floats | None]) -> Floats | None:
    """Return a walk's points on the scale of the scores; a share walks in log-odds and stays a share.

    A share whose last figure is a range starts anywhere in it.
    """
    if case.share:
        points = walk({year: float(logit(value / 100)) for year, value in case.known.items()}, years)
        if points is not None and case.start is not None:
            start = logit(case.start / 100) - logit(case.known[max(case.known)] / 100)
            points = (points[:, None, :] + start[:, None]).reshape(len(points), -1)
        return None if points is None else np.asarray(100 * expit(points), dtype=np.float64)
    return walk({year: _scale(value, log) for year, value in case.known.items()}, years)


def _mean_crps(points: Floats, outcome: Floats) -> float:
    """Return the score of equally likely points, averaged over equally likely outcomes."""
    ordered = np.sort(points)
    return float(np.mean([crps(ordered, value) for value in outcome]))


def _scores(sample: Floats, outcome: Floats, *, log: bool, rng: np.random.Generator) -> Row:
    """Score the draws of one year against equally likely outcomes; quantiles in the unit, distances on the scale."""
    scaled, target = _scale(sample, log), _scale(outcome, log)
    table = quantiles(scaled[None], QUANTILES)[0]
    parts = weighted_interval_score(np.repeat(table[None], len(target), axis=0), target, levels=QUANTILES)
    middle = float(np.mean(outcome))
    edges = {band: quantiles(sample[None], [0.5 - band / 200, 0.5 + band / 200])[0] for band in BANDS}
    return {
        "scale": "log" if log else "unit",
        "outcome": middle,
        "median": float(np.median(sample)),
        "low80": float(edges[80][0]),
        "high80": float(edges[80][1]),
        "crps": _mean_crps(scaled, target),
        "wis": float(np.mean(parts.total)),
        "sharpness": float(np.mean(parts.sharpness)),
        "under": float(np.mean(parts.under)),
        "over": float(np.mean(parts.over)),
        "pit": float(pit(sample, middle if len(outcome) == 1 else rng.choice(outcome), rng=rng)),
        **{f"inside{band}": bool(low <= middle <= high) for band, (low, high) in edges.items()},
    }


def _scale(value: Any, log: bool) -> Any:
    return np.log(value) if log else value


def _day(origin: str) -> str:
    try:
        return date.fromisoformat(origin).isoformat()
    except (TypeError, ValueError):
        message = f"the origin `{origin}` is not a day; write it as 2021-12-31."
        raise InputError(message) from None
