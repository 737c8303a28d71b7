"""Test bed of share models: partner shares of many countries, priors learnt on the other half of them.

An origin is a year of one country and partner, with every earlier figure. A share model is two
functions: one learns a prior from origins, one draws the coming shares of an origin from what the
prior and the origin's own past say. Both see log ratios (log odds); scores are in percentage points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from eastbound.core.share.shares import log_ratio, share_of
from eastbound.core.simulation.seeds import Stream
from eastbound.core.verification.scoring import crps
from eastbound.evaluation.cluster import clustered_error
from eastbound.evaluation.scale_prior import ScalePrior, learn_scale
from eastbound.evidence.analogues import comparable
from eastbound.typing import Floats

HORIZONS: Final = (1, 2, 3)
FEWEST: Final = 6  # figures up to an origin
_EDGE: Final = 0.001  # a share printed as 100 % is one of at least 99.9


@dataclass(frozen=True)
class ShareOrigin:
    """The share of one partner in one year, what was known of it then and what came.

    Parameters
    ----------
    home, partner, flow : str
    year : int
    known : mapping of int to float
        Log ratio by year up to `year`; gaps occur.
    outcomes : mapping of int to float
        Log ratio by horizon in years, of those that came.
    """

    home: str
    partner: str
    flow: str
    year: int
    known: Mapping[int, float]
    outcomes: Mapping[int, float]


Learn: TypeAlias = Callable[[Sequence[ShareOrigin]], Any]
Forecast: TypeAlias = Callable[[ShareOrigin, Any, np.random.Generator], Mapping[int, Floats]]


def share_origins(analogues: pd.DataFrame, flow: str = "turnover") -> list[ShareOrigin]:
    """Return every origin with enough figures before it and one outcome within three years.

    Parameters
    ----------
    analogues : pandas.DataFrame
        Of the book.
    flow : str
        ``turnover``, ``exports`` or ``imports``.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> origins = share_origins(load_evidence("2026-10-30").analogues)
    >>> len(origins) > 300, min(len(origin.known) for origin in origins)
    (True, 6)
    """
    rows = comparable(analogues)
    result = []
    for (home, partner), pair in rows[rows["flow"] == flow].groupby(["home", "partner"]):
        shares = np.clip(pair["share"].to_numpy(dtype=float) / 100, _EDGE, 1 - _EDGE)
        values = dict(zip(pair["year"].tolist(), log_ratio(shares).tolist(), strict=True))
        years = sorted(values)
        for index in range(FEWEST - 1, len(years)):
            year = years[index]
            outcomes = {ahead: values[year + ahead] for ahead in HORIZONS if year + ahead in values}
            if outcomes:
                known = {earlier: values[earlier] for earlier in years[: index + 1]}
                result.append(ShareOrigin(str(home), str(partner), flow, year, known, outcomes))
    return result


def score_shares(origins: Sequence[ShareOrigin], learn: Learn, *, forecast: Forecast, seed: int) -> pd.DataFrame:
    """Forecast every origin with the prior of the countries in the other half, and score it.

    Parameters
    ----------
    origins : sequence of ShareOrigin
    learn : callable
        Origins to a prior of any type.
    forecast : callable
        Origin, prior and random numbers to draws of the log ratio, shape (draw,), by horizon. It may
        read `known` only.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per origin and horizon: `home, partner, flow, year, horizon`, `crps` in percentage
        points, `inside80` and `inside95`.
    """
    homes = sorted({origin.home for origin in origins})
    half = {home: index % 2 for index, home in enumerate(homes)}
    priors = [learn([origin for origin in origins if half[origin.home] != side]) for side in (0, 1)]
    rows = []
    for origin in origins:
        key = ("share panel", origin.home, origin.partner, origin.flow, str(origin.year))
        rng = Stream(seed, 0, 1).generator(*key)
        draws = forecast(origin, priors[half[origin.home]], rng)
        start = {"home": origin.home, "partner": origin.partner, "flow": origin.flow, "year": origin.year}
        for ahead, outcome in origin.outcomes.items():
            shares, came = 100 * share_of(draws[ahead]), 100 * float(share_of(outcome))
            edges = np.quantile(shares, [0.1, 0.9, 0.025, 0.975])
            inside = {"inside80": edges[0] <= came <= edges[1], "inside95": edges[2] <= came <= edges[3]}
            rows.append({**start, "horizon": ahead, "crps": float(crps(shares, came)), **inside})
    return pd.DataFrame(rows)


def compare_shares(scores: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Compare two sets of scores of the same origins by horizon.

    Parameters
    ----------
    scores, reference : pandas.DataFrame
        From `score_shares`.

    Returns
    -------
    pandas.DataFrame
        Per horizon: `origins, homes`, mean `crps` and `reference`, their `difference` (below zero:
        better than the reference) with its standard error clustered by home, `skill`, and the
        coverage of the 80 % and 95 % bands in percent.
    """
    key = ["home", "partner", "flow", "year", "horizon"]
    both = scores.merge(reference[[*key, "crps"]], on=key, suffixes=("", "_reference"), validate="one_to_one")
    rows = []
    for horizon, part in both.groupby("horizon"):
        gap = (part["crps"] - part["crps_reference"]).to_numpy()
        rows.append(
            {
                "horizon": horizon,
                "origins": len(part),
                "homes": part["home"].nunique(),
                "crps": part["crps"].mean(),
                "reference": part["crps_reference"].mean(),
                "difference": gap.mean(),
                "error": clustered_error(gap, part["home"].to_numpy()),
                "skill": 1 - part["crps"].mean() / part["crps_reference"].mean(),
                "cover80": 100 * part["inside80"].mean(),
                "cover95": 100 * part["inside95"].mean(),
            }
        )
    return pd.DataFrame(rows)


def yearly_steps(known: Mapping[int, float]) -> Floats:
    """Return the changes of a series between its figures, each divided by the root of its gap in years.

    Examples
    --------
    >>> yearly_steps({2000: 0.0, 2001: 1.0, 2005: 3.0}).tolist()
    [1.0, 1.0]
    """
    years = np.array(sorted(known))
    values = np.array([known[year] for year in years.tolist()])
    return np.diff(values) / np.sqrt(np.diff(years))


def longest_histories(origins: Sequence[ShareOrigin]) -> list[ShareOrigin]:
    """Return the last origin of each pair, whose past holds those of the earlier ones."""
    last = {(origin.home, origin.partner, origin.flow): origin for origin in origins}
    return list(last.values())


def learn_walk(origins: Sequence[ShareOrigin]) -> ScalePrior:
    """Learn how far shares walk in a year: the prior of `walk_forecast`."""
    return learn_scale(yearly_steps(origin.known) for origin in longest_histories(origins))


def walk_forecast(
    origin: ShareOrigin, prior: ScalePrior, rng: np.random.Generator, *, draws: int = 1000
) -> dict[int, Floats]:
    """Forecast a share by a random walk without drift from its last figure: the model to beat.

    Parameters
    ----------
    origin : ShareOrigin
    prior : ScalePrior
        From `learn_walk`, updated with the steps of the origin's own past.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    dict
        Log ratios, shape (draw,), by horizon.
    """
    scale = prior.update(yearly_steps(origin.known)).draw(rng, draws)
    steps = scale * rng.standard_normal((max(HORIZONS), draws))
    paths = origin.known[origin.year] + np.cumsum(steps, axis=0)
    return {ahead: paths[ahead - 1] for ahead in HORIZONS}
