"""What the published claim about China's share needs, and what would have to be observed to believe or drop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import isotonic_regression
from scipy.special import logit

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.quantiles import quantiles
from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble.summary import annual
from eastbound.models.primorye import fit, simulate
from eastbound.models.primorye.readings import RECONSTRUCTION
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.typing import Bools, Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.reporting import Claim

FLOWS: Final = (names.CHINA_TURNOVER, names.REST_TURNOVER, names.PRIMORYE_TURNOVER, names.TRADE_TOTAL)
CHANGE: Final = "change of the log ratio"
_LEVELS: Final = (0.1, 0.5, 0.9)
_FEWEST: Final = 30  # futures that make a conditional quantile or probability
_WINDOW: Final = 200  # futures side by side that locate the most favourable share
_WIDTH: Final = 4096  # futures of each grading


def claim_needs(ens: xr.Dataset, claim: Claim) -> pd.DataFrame:
    """Compare the futures in which a claim about the share comes true with all futures.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    claim : Claim
        The published band and its year.

    Returns
    -------
    DataFrame
        quantity (series id, or `CHANGE` for the change of the share's log ratio a year), unit, futures (`all` or
        `inside`), draws, low, median and high (10, 50 and 90 %), NaN with fewer than thirty futures.
    """
    share = _percent(ens, claim.series)
    inside = _inside(share, claim)
    years = share["year"].to_numpy()
    steps = int(claim.year - years[0])
    path = logit(share.to_numpy() / 100.0)
    values = {name: _percent(ens, name).sel(year=claim.year).to_numpy() for name in FLOWS if name in ens}
    units = {name: str(ens[name].attrs["unit"]) for name in values} | {CHANGE: "log ratio per year"}
    values[CHANGE] = (path[years == claim.year][0] - path[0]) / max(steps, 1)
    rows = []
    for name, draws in values.items():
        for futures, chosen in (("all", np.ones_like(inside)), ("inside", inside)):
            enough = chosen.sum() >= _FEWEST
            edges = quantiles(draws[chosen].astype(np.float64), _LEVELS) if enough else np.full(len(_LEVELS), np.nan)
            rows.append((name, units[name], futures, int(chosen.sum()), *edges.tolist()))
    return pd.DataFrame(rows, columns=["quantity", "unit", "futures", "draws", "low", "median", "high"])


def claim_signals(ens: xr.Dataset, claim: Claim, *, years: Sequence[int], levels: Sequence[float]) -> pd.DataFrame:
    """Find the share that would have to be observed for the claim to become likely or unlikely.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    claim : Claim
        The published band and its year.
    years : sequence of int
        Years of the observation.
    levels : sequence of float
        Probabilities of the claim given the observation.

    Returns
    -------
    DataFrame
        observed (year), level, share (percent, from which on the claim is at least so probable, up to the most
        favourable share; NaN where it never is) and chance (of observing this share or more).

    Notes
    -----
    Futures are conditioned, not simulated anew: up to the most favourable share the probability given the share of
    the year is their isotonic regression (Barlow and others, 1972), which needs no bandwidth.
    """
    share = _percent(ens, claim.series)
    inside = _inside(share, claim)
    rows = []
    for year in years:
        seen = share.sel(year=year).to_numpy().astype(np.float64)
        for level in levels:
            needed = _needed(seen, inside, level)
            chance = float(np.mean(seen >= needed)) if np.isfinite(needed) else np.nan
            rows.append((int(year), float(level), needed, chance))
    return pd.DataFrame(rows, columns=["observed", "level", "share", "chance"])


def claim_by_grading(
    book: Evidence, settings: Mapping[str, Any], claim: Claim, *, points: Sequence[float]
) -> pd.DataFrame:
    """Refit the share with the judged ranges of the latest years moved up or down.

    Parameters
    ----------
    book : Evidence
        Holds the judged ranges.
    settings : mapping
        Of ``params/models/primorye.yml``; `shared_error_years` are moved together.
    claim : Claim
        The published band and its year.
    points : sequence of float
        By how many percentage points.

    Returns
    -------
    DataFrame
        points, median (share in the year of the claim, percent), probability (of the band) and mcse. Without events,
        on the same random numbers.
    """
    start = grid_start(book)
    grid, stream = Grid(start, 12 * (claim.year + 1) - start), Stream(SEED, 0, _WIDTH)
    rows = []
    for moved in points:
        paths = simulate(fit(_regraded(book, settings, moved), settings, start=start), World(grid), stream)
        china, total = (paths[name][-12:].sum(axis=0) for name in (names.CHINA_TURNOVER, names.PRIMORYE_TURNOVER))
        share = 100.0 * china / total
        probability = float(np.mean((share >= claim.low) & (share <= claim.high)))
        error = float(np.sqrt(probability * (1.0 - probability) / _WIDTH))
        rows.append((float(moved), float(np.median(share)), probability, error))
    return pd.DataFrame(rows, columns=["points", "median", "probability", "mcse"])


def _percent(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    return annual(ens, series_id).isel(scenario=0).transpose("year", "draw")


def _inside(share: xr.DataArray, claim: Claim) -> Bools:
    values = share.sel(year=claim.year).to_numpy()
    return np.asarray((values >= claim.low) & (values <= claim.high))


def _needed(seen: Floats, inside: Bools, level: float) -> float:
    """Return the lowest share from which on the event has at least a probability, up to its most favourable share."""
    order = np.argsort(seen, kind="stable")
    events = inside[order].astype(np.float64)
    window = min(_WINDOW, events.size)
    nearby = np.convolve(events, np.full(window, 1.0 / window), mode="valid")
    # The regression alone runs up to one at its end, wherever that is.
    rising = np.minimum(isotonic_regression(events[: int(np.argmax(nearby)) + window]).x, nearby.max())
    reached = np.flatnonzero(rising >= level)
    return float(seen[order][reached[0]]) if reached.size else float("nan")


def _regraded(book: Evidence, settings: Mapping[str, Any], points: float) -> Evidence:
    rows = book.observations
    years = rows["start"].dt.year.isin(settings["shared_error_years"])
    moved = (rows["series_id"] == RECONSTRUCTION) & years
    columns = {name: rows[name].where(~moved, rows[name] + points) for name in ("value", "low", "high")}
    return replace(book, observations=rows.assign(**columns))
