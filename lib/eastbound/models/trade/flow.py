"""One flow of trade in USD: its figures, its dated shocks and its structural posterior (METHODS 2.1).

Used for China's exports, for all its imports where energy is not known apart,
and otherwise for what is left of imports without energy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy.special import digamma, polygamma

from eastbound import names
from eastbound.core.simulation.shocks import response
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.fit import fit as fit_structural
from eastbound.core.structural.observations import Prior, StructuralPrior, Sums
from eastbound.errors import EvidenceError
from eastbound.evidence.choice import chosen
from eastbound.evidence.derivation import monthly_panel
from eastbound.evidence.interval_sums import DIFFERENCE, GROWN, PRINTED
from eastbound.models.observations import month_of, months_of, ordinals
from eastbound.models.trade.growth import YearlyWalk, yearly_walk
from eastbound.models.trade.new_year import new_year_shares
from eastbound.typing import Bools, Floats, Ints

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

LEAST_FIGURES: Final = 12
_YEAR: Final = 12.0
# How settings name what is special to each flow.
WORDS: Final = {names.CHINA_EXPORTS: "exports", names.CHINA_IMPORTS: "imports", names.IMPORTS_REST: "rest"}


@dataclass(frozen=True)
class FlowFit:
    """Posterior of one flow.

    Parameters
    ----------
    first, end : int
        Ordinals of the first month of the path and of the month after its last.
    posterior : Posterior
        From the structural engine; keeps the months of the grid before `end`.
    begun : array of bool, shape (regressors,)
        Known regressors that had begun within the path; later ones are not history.
    simple : YearlyWalk
        Its yearly changes, for the simple views of growth.
    """

    first: int
    end: int
    posterior: Posterior
    begun: Bools
    simple: YearlyWalk


def published_sums(book: Evidence, series: str, settings: Mapping[str, Any]) -> Sums:
    """Return the chosen figures of a flow with relative errors from their kind, rounding and rivals.

    Parameters
    ----------
    book : Evidence
        The evidence.
    series : str
        Exports or imports.
    settings : mapping
        Of ``params/models/trade.yml``.

    Returns
    -------
    Sums
        Positions count from the setting ``first_month``.

    Raises
    ------
    EvidenceError
        If there are too few.
    """
    first = month_of(settings["first_month"])
    rows = chosen(book, series, kinds=("observed",))
    # a year and its January-December are one figure
    rows = rows[ordinals(rows["start"]) >= first].drop_duplicates(["start", "end"])
    if len(rows) < LEAST_FIGURES:
        message = (
            f"`{series}` has {len(rows)} published figures as of {book.as_of}; at least {LEAST_FIGURES} are needed. "
            "Choose a later as-of date."
        )
        raise EvidenceError(message)
    rounding, rivals = (rows["high"] - rows["low"]).fillna(0.0), rows["spread"].fillna(0.0)
    width = np.maximum(rounding.to_numpy(float), rivals.to_numpy(float))  # uniform, hence the square root of 12
    value = rows["value"].to_numpy(float)
    begin, last = ordinals(rows["start"]) - first, ordinals(rows["end"]) - first
    single, imports = begin == last, series == names.CHINA_IMPORTS
    printed = settings["error_printed_imports" if imports else "error_printed_exports"]
    error = np.hypot(np.where(single, printed, settings["error_sum"]), width / np.sqrt(12.0) / value)
    return Sums(begin, last, value, error, single & imports)


def derived_sums(book: Evidence, series: str, printed: Sums, *, settings: Mapping[str, Any], first: int) -> Sums:
    """Return figures of a flow that follow from growth rates or from the total less the other flow.

    Parameters
    ----------
    book : Evidence
    series : str
        Exports or imports.
    printed : Sums
        From `published_sums`; what these imply is left out.
    settings : mapping
        Of ``params/models/trade.yml``.
    first : int
        Ordinal of the month at position zero.

    Returns
    -------
    Sums
        Disjoint, in order of time.

    Notes
    -----
    Two derived neighbours can share one growth rate: what the second adds to the printed figures, the first has
    added already. A span is therefore taken only if it is not a combination of the printed and earlier ones.
    """
    panel = monthly_panel(book)
    rows = panel[(panel["series_id"] == series) & ~panel["rule"].isin((PRINTED, DIFFERENCE)) & (panel["value"] > 0.0)]
    begin, last = ordinals(rows["start"]) - first, ordinals(rows["end"]) - first
    value, sd = rows["value"].to_numpy(float), rows["sd"].to_numpy(float)
    use = np.flatnonzero(begin >= 0)
    months = np.arange(max(printed.last.max(), last.max(initial=0)) + 1)
    basis = indicators(printed.first, printed.last, months)
    new = []
    for index in use:
        span = indicators(begin[index : index + 1], last[index : index + 1], months)
        taller = np.vstack([basis, span])
        if np.linalg.matrix_rank(taller) > np.linalg.matrix_rank(basis):
            new.append(index)
            basis = taller
    error = sd / value + settings["error_growth"] * grown(rows)
    return Sums(begin[new], last[new], value[new], error[new], np.zeros(len(new), bool))


def grown(rows: pd.DataFrame) -> Floats:
    """Return 1 for each row of `monthly_panel` whose value is a level of a year earlier times a growth, else 0."""
    flags: Floats = rows["rule"].str.contains(GROWN, regex=False).to_numpy().astype(np.float64)
    return flags


def indicators(first: Ints, last: Ints, positions: Ints) -> Floats:
    """Return one row per span of months, 1 where a position lies inside it.

    Examples
    --------
    >>> indicators(np.array([0, 1]), np.array([1, 1]), np.arange(3)).tolist()
    [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    return ((positions >= first[:, None]) & (positions <= last[:, None])).astype(float)


def joined(sums: Sums, more: Sums) -> Sums:
    """Return the figures of both, those of the first before the others."""
    columns = ("first", "last", "value", "error", "early")
    return Sums(*(np.concatenate([getattr(sums, name), getattr(more, name)]) for name in columns))


def without(sums: Sums, known: Floats) -> tuple[Sums, float]:
    """Return published sums less the known months of some of their components.

    Parameters
    ----------
    sums : Sums
        The sums.
    known : array, shape (months,)
        What to take out by position, NaN where it is not known.

    Returns
    -------
    Sums
        The same spans where every month is known and something is left; errors are relative to what is left.
    float
        Mean ratio of a sum to what is left, by which a relative bias grows.

    Examples
    --------
    >>> two = Sums(np.array([0, 1]), np.array([0, 2]), np.array([4.0, 9.0]), np.array([0.01, 0.01]), np.ones(2, bool))
    >>> left, ratio = without(two, np.array([3.0, 3.0, np.nan]))
    >>> left.value.tolist(), left.error.tolist(), ratio
    ([1.0], [0.04], 4.0)
    """
    part = np.array([known[a : b + 1].sum() for a, b in zip(sums.first, sums.last, strict=True)])
    value = sums.value - part
    use = value > 0.0  # false for nan too
    ratio = sums.value[use] / value[use]
    left = Sums(sums.first[use], sums.last[use], value[use], sums.error[use] * ratio, sums.early[use])
    return left, float(ratio.mean())


def fit_flow(
    series: str,
    sums: Sums,
    settings: Mapping[str, Any],
    *,
    months: tuple[int, int, int],
    prices: Floats,
    bias: float = 1.0,
    full: bool = False,
) -> FlowFit:
    """Return the posterior of a flow.

    Parameters
    ----------
    series : str
        A key of `WORDS`.
    sums : Sums
        Its figures, positions from the first month.
    settings : mapping
        Of ``params/models/trade.yml``.
    months : (first, end, start)
        Ordinals of the first month of the path, of the month after its last, and of the first month of the grid.
    prices : array
        Log oil price of the month before each month of the path, relative to the reference.
    bias : float
        Factor on the bias of first releases.
    full : bool
        Find the posterior by Markov chains.

    Returns
    -------
    FlowFit
    """
    first, end, start = months
    path = np.arange(first, end)
    columns = known_regressors(series, settings, path)
    begun = np.any(columns != 0.0, axis=0)
    columns, effects = columns[:, begun], _effects(series, settings)[begun]
    driven = series != names.CHINA_EXPORTS  # by the oil price, which is simulated apart
    if driven:
        columns = np.column_stack([columns, prices[: len(path)]])
        effects = np.vstack([effects, settings[f"brent_effect_{WORDS[series]}"]])
    mean, sd = settings["early_bias_imports"]
    early = (0.0, sd) if series == names.CHINA_EXPORTS else (bias * mean, bias * sd)
    late = path >= month_of(settings["late_from"])
    spec = structural_prior(settings, columns, effects, late=late)
    posterior = fit_structural(sums, replace(spec, early=early), keep=np.arange(start - first, end - first), full=full)
    simple = yearly_walk(
        posterior, columns, spec.drift, settings=settings, yearly_sd=settings["walk_sd"][driven], simulated=int(driven)
    )
    return FlowFit(first, end, posterior, begun, simple)


def structural_prior(
    settings: Mapping[str, Any], columns: Floats, effects: Floats, *, late: Bools, prefix: str = ""
) -> StructuralPrior:
    """Return the prior of a series of the trade model.

    Parameters
    ----------
    settings : mapping
        Of ``params/models/trade.yml``.
    columns, effects : array, shape (months, k) and (k, 2)
        Regressors; mean and standard deviation of their coefficients.
    late : array of bool, shape (months,)
        Months of the late variance regime.
    prefix : str
        Before the names of settings that the series has of its own.

    Returns
    -------
    StructuralPrior
        Without a bias of first releases.
    """

    def positive(name: str, per: float = 1.0) -> Prior:
        median, spread = settings[name]
        return float(np.log(median / per)), float(spread)

    a, b = settings["damping"]
    parameters = {
        "level": positive(f"{prefix}level_sd"),
        "season": positive("season_change"),
        "irregular": positive(f"{prefix}irregular_sd"),
        "drift": positive("drift_sd", _YEAR),
        # log-odds of a beta variate have these moments
        "damping": (float(digamma(a) - digamma(b)), float(np.sqrt(polygamma(1, a) + polygamma(1, b)))),
        "regime": positive("late_ratio"),
    }
    mean, sd = settings[f"{prefix}reference_drift"]
    return StructuralPrior(
        months=len(columns),
        parameters=parameters,
        drift=(mean / _YEAR, sd / _YEAR),
        season=settings[f"{prefix}season_sd"],
        early=(0.0, settings["early_bias_imports"][1]),
        late=late,
        regressors=columns,
        coefficients=effects,
    )


def known_regressors(series: str, settings: Mapping[str, Any], months: Ints) -> Floats:
    """Return the dated shocks of a flow that are part of its history, and New Year.

    Parameters
    ----------
    series : str
        A key of `WORDS`.
    settings : mapping
        Of ``params/models/trade.yml``.
    months : array of int, shape (n,)
        Ordinals, of the past or the future.

    Returns
    -------
    array, shape (n, regressors)
        Exports: lockdown of 2020, trough of 2022, lasting shift of 2022,
        payment halt of 2024, New Year. Imports and their rest: lasting shift of 2022, New Year.
    """
    exports = series == names.CHINA_EXPORTS
    shift = redirection(months, settings, "exports" if exports else "imports")
    before, after = settings["new_year_window"]
    days = [date.fromisoformat(day) for day in settings["new_year"]]
    holiday = new_year_shares(months, days, before=int(before), after=int(after))
    if not exports:
        return np.column_stack([shift, holiday])
    pulses = [(months >= a) & (months <= b) for a, b in map(months_of, _pulse_months(settings))]
    shape = {key: settings[f"payment_halt_{key}"] for key in ("lag", "rise", "half_life", "transitory")}
    since = months - month_of(settings["payment_halt_from"])
    halt = response(int(max(since.max(), 0)) + 1, **shape)[np.maximum(since, 0)] * (since >= 0)
    return np.column_stack([*pulses, shift, halt, holiday]).astype(float)


def redirection(months: Ints, settings: Mapping[str, Any], direction: str) -> Floats:
    """Return the completed share of the lasting shift of 2022 by month, 0 to 1."""
    turned = np.maximum(months - month_of(settings[f"redirection_{direction}_from"]) + 0.5, 0.0)
    done: Floats = -np.expm1(-turned / settings["redirection_rise"])
    return done


def _pulse_months(settings: Mapping[str, Any]) -> tuple[str, str]:
    return settings["covid_months"], settings["trough_months"]


def _effects(series: str, settings: Mapping[str, Any]) -> Floats:
    """Return mean and standard deviation of each effect, as `known_regressors` orders them."""
    shocks = ("covid", "trough", "redirection", "payment_halt") if series == names.CHINA_EXPORTS else ("redirection",)
    return np.array([settings[name] for name in (*shocks, f"new_year_{WORDS[series]}")])
