"""Views on an ensemble: what a stated probability, mean or quantile makes of it, and what it costs.

Weights come from entropic tilting of one scenario's draws (METHODS 2.6). The tilted
scenario is then an ordinary one again, by systematic resampling, so that every chart,
table and probability downstream agrees with the view.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import xarray as xr

from eastbound.core.views.tilting import LEAST_ESS, Tilted, View, mean_view, probability_view, tilt
from eastbound.ensemble import cache
from eastbound.ensemble.conditions import condition
from eastbound.ensemble.draws import draws_of, one_scenario, resampled
from eastbound.ensemble.summary import COMPARISONS
from eastbound.errors import InputError, ModelError
from eastbound.scenarios.statements import Chance, Change, Level, Path, Statement, parse_statement
from eastbound.typing import Bools, Floats, Record

_HALVINGS: Final = 14  # the farthest view that the draws carry is found to 1/16384 of the way
_EXACT: Final = 1e-6  # relative error of a probability or mean that the solver leaves
_COARSE: Final = 0.25  # spreads between a stated quantile and the nearest draw: draws are discrete, gaps are not a view


class Weighted(NamedTuple):
    """Weights under which stated views hold.

    Parameters
    ----------
    weights : array, shape (draw,)
        Not negative, sum one.
    views : list of dict
        Per view: ``statement``, ``before`` and ``after`` (its probability, mean or quantile with equal and with these
        weights), ``kl`` (its price alone, nats), ``ess`` (effective share of the draws, alone), ``largest`` (weight,
        alone).
    kl, ess, largest : float
        The same of all views together.
    """

    weights: Floats
    views: list[Record]
    kl: float
    ess: float
    largest: float


def apply_views(
    ens: xr.Dataset, views: str | Statement | Iterable[str | Statement], *, scenario: str | None = None
) -> xr.Dataset:
    """Make views and conditions hold in one scenario of an ensemble.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    views : str, Statement, or an iterable of them
        As `eastbound.scenarios.statements` describes them. Paths are pinned first, all at once; then the draws are
        tilted to all other statements at once, so their order does not matter.
    scenario : str, optional
        The scenario they speak about; may be left out when the ensemble has only one. The others stay as they are.

    Returns
    -------
    xarray.Dataset
        Dims and number of draws as before. ``attrs["views"]`` lists for each statement its scenario, size (``kl``
        in nats, ``ess`` and ``largest``; for paths ``distance``, ``tail`` and ``farther``) and what it was before and
        after. Coordinates over scenarios: ``ess``, the effective share of the draws, by which Monte-Carlo errors grow;
        ``origin``, the draw each one was before.

    Raises
    ------
    InputError
        If a statement cannot be read, names a series or period that the ensemble lacks, has no draw to rest on,
        or contradicts another.
    ModelError
        If a view would leave an effective 5 % of the draws or less, or a path is implausible: it lies outside
        the model.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", draws=512)
    >>> tilted = eb.apply_views(ens, "P(trade.china_russia.total >= 300 in 2030) = 0.5")
    >>> table = eb.exceedance(tilted, "trade.china_russia.total", 300, at=2030)
    >>> round(float(table["probability"].iloc[0]), 2)
    0.5
    """
    statements = read_views(views)
    name = one_scenario(ens, scenario)
    paths = [statement for statement in statements if isinstance(statement, Path)]
    beliefs = [statement for statement in statements if not isinstance(statement, Path)]
    if paths:
        ens = _noted(*condition(ens, paths, scenario=name), scenario=name)
    if beliefs:
        ens = _tilted(ens, beliefs, scenarios=[name])
    return ens


def hold_views(ens: xr.Dataset, views: Iterable[str | Statement]) -> xr.Dataset:
    """Make views hold in the first scenario of an ensemble, and show the others in the same futures.

    Scenarios share their random numbers, so draw `i` is the same future with and without the scenario. The weights that
    the views give the draws of the first scenario choose the draws of all scenarios: their difference is still the
    effect of the scenario alone. A path is pinned in each of them.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, dims (scenario, draw, period).
    views : iterable of str or Statement
        As `apply_views` takes them.

    Returns
    -------
    xarray.Dataset
        As `apply_views` returns it; ``attrs["views"]`` lists what holds in the first scenario.

    Raises
    ------
    InputError, ModelError
        As `apply_views`.

    Examples
    --------
    >>> import eastbound as eb
    >>> views = ["mean(driver.brent_price, 2028) <= 60"]
    >>> ens = eb.simulate(["secondary_sanctions", "baseline"], draws=512, views=views)
    >>> bool((ens["origin"][0] == ens["origin"][1]).all())
    True
    """
    statements = read_views(views)
    first, *others = (str(name) for name in ens["scenario"].to_numpy())
    paths = [statement for statement in statements if isinstance(statement, Path)]
    beliefs = [statement for statement in statements if not isinstance(statement, Path)]
    if paths:
        for name in others:
            ens, _ = condition(ens, paths, scenario=name)
        ens = apply_views(ens, paths, scenario=first)
    if beliefs:
        ens = _tilted(ens, beliefs, scenarios=[first, *others])
    return ens


def read_views(views: str | Statement | Iterable[str | Statement]) -> list[Statement]:
    """Return statements read, each once, in order of their text, so that results do not depend on the order given."""
    given = [views] if isinstance(views, (str, Chance, Level, Path, Change)) else list(views)
    read = [parse_statement(view) if isinstance(view, str) else view for view in given]
    if not read:
        message = "no view was given; state one such as `P(trade.china_russia.total >= 300 in 2030) = 0.5`."
        raise InputError(message)
    return sorted(set(read), key=str)


def _tilted(ens: xr.Dataset, beliefs: Sequence[Statement], *, scenarios: Sequence[str]) -> xr.Dataset:
    """Choose the same draws in each scenario, by weights under which views hold in the first."""
    parts = [_part(ens, statement, scenario=scenarios[0]) for statement in beliefs]
    weighted = _weigh(parts)
    sorted_by = [view.values for part in parts for view in part.views]
    for name in scenarios:
        ens = resampled(ens, weighted.weights, sorted_by=sorted_by, scenario=name)
    return _noted(ens, weighted.views, scenario=scenarios[0])


class _Part(NamedTuple):
    """One statement on the draws of a scenario: what the solver needs, and how its value is read."""

    statement: Chance | Level
    draws: Floats
    hits: Bools  # of an event; for a mean or quantile, where the series is defined
    views: list[View]

    def value(self, weights: Floats | None = None) -> float:
        """Return the probability, mean or quantile under weights, by default equal ones."""
        if weights is None:
            weights = np.full(self.draws.size, 1.0 / self.draws.size)
        if isinstance(self.statement, Chance):
            return float(weights @ self.hits)
        values, weights = self.draws[self.hits], weights[self.hits]
        level = self.statement.level
        if level is None:
            return float(weights @ values / weights.sum())
        order = np.argsort(values)
        below = np.cumsum(weights[order])
        return float(values[order][np.searchsorted(below, level * below[-1] * (1 - 1e-12))])


def _part(ens: xr.Dataset, statement: Statement, *, scenario: str) -> _Part:
    if isinstance(statement, Change):
        message = f"`{statement}` changes an input; it acts when an ensemble is simulated and not on finished draws."
        raise InputError(message)
    if isinstance(statement, Path):
        message = f"`{statement}` pins a path and has no weights; use `apply_views`."
        raise InputError(message)
    draws = draws_of(ens, statement.series, statement.period, scenario=scenario)
    if isinstance(statement, Level):
        return _Part(statement, draws, np.isfinite(draws), _level_views(statement, draws))
    hits = np.all([COMPARISONS[op](draws, value) for op, value in statement.bounds], axis=0)
    view = probability_view(hits, statement.target, name=str(statement), relation=statement.relation)
    return _Part(statement, draws, hits, [view])


def _level_views(statement: Level, draws: Floats) -> list[View]:
    """Return the moments that must vanish: over the draws in which the series is defined, whatever their weight."""
    defined = np.isfinite(draws)
    values, name = np.where(defined, draws, statement.target), str(statement)
    if not defined.any():
        message = f"the view `{name}` has no draw to rest on: `{statement.series}` is not defined in any of them."
        raise InputError(message)
    if statement.level is not None:
        below = np.where(defined, (values <= statement.target) - statement.level, 0.0)
        # A larger quantile means a smaller probability to lie below.
        relation = {"=": "=", ">=": "<=", "<=": ">="}[statement.relation]
        return [mean_view(below, 0.0, name=name, relation=relation)]  # type: ignore[arg-type]
    away = values - statement.target
    views = [mean_view(away, 0.0, name=name, relation=statement.relation)]
    if statement.sd is not None:
        views.append(mean_view(np.where(defined, away**2 - statement.sd**2, 0.0), 0.0, name=name))
    return views


def _weigh(parts: Sequence[_Part]) -> Weighted:
    alone = [_alone(part) for part in parts]
    together = alone[0] if len(parts) == 1 else tilt([view for part in parts for view in part.views])
    records = [
        {
            "statement": str(part.statement),
            "before": part.value(),
            "after": part.value(together.weights),
            "kl": tilted.kl,
            "ess": tilted.ess,
            "largest": tilted.largest,
        }
        for part, tilted in zip(parts, alone, strict=True)
    ]
    for part, record in zip(parts, records, strict=True):
        record |= _undefined(part)
        _check_held(part, together.weights)
    return Weighted(together.weights, records, together.kl, together.ess, together.largest)


def _undefined(part: _Part) -> Record:
    """Return how many draws a mean or quantile rests on, where it does not exist in all."""
    if isinstance(part.statement, Chance) or part.hits.all():
        return {}
    return {"defined": int(part.hits.sum()), "draws": part.hits.size}


def _check_held(part: _Part, weights: Floats) -> None:
    """Refuse weights under which a statement does not hold, or holds on too few draws.

    A mean or quantile is one of the draws in which the series is defined. Weights can make its moment vanish by
    avoiding those draws instead of changing them; the statement itself is therefore checked again.
    """
    statement, after = part.statement, part.value(weights)
    inside = weights[part.hits]
    carried = 1.0 if isinstance(statement, Chance) else float(inside.sum() ** 2 / (inside @ inside) / weights.size)
    held = [_close(after, statement, part.draws[part.hits])]
    if isinstance(statement, Level) and statement.sd is not None:
        away = part.draws[part.hits] - after
        spread = float(np.sqrt(inside @ away**2 / inside.sum()))
        held.append(abs(spread - statement.sd) <= 1e-3 * statement.sd)
    if all(held) and carried >= LEAST_ESS:
        return
    rest = (
        f"{part.hits.sum():,} of {part.hits.size:,} draws are defined" if _undefined(part) else "the draws are too few"
    )
    message = (
        f"the view `{statement}` does not hold on the weighted draws: the result is {after:.4g}, effectively on "
        f"{carried:.1%} of the draws; {rest}. Weaken the view, or choose a period in which more draws are defined."
    )
    raise ModelError(message)


def _close(after: float, statement: Chance | Level, draws: Floats) -> bool:
    target = statement.target
    slack = _EXACT * max(1.0, abs(target))
    if isinstance(statement, Level) and statement.level is not None:
        low, high = np.quantile(draws, [0.16, 0.84])
        slack += _COARSE * float(high - low) / 2
    short, over = target - after, after - target
    return (statement.relation == "<=" or short <= slack) and (statement.relation == ">=" or over <= slack)


def _alone(part: _Part) -> Tilted:
    """Tilt to one view and say how far outside the draws it lies when they cannot carry it."""
    count = part.draws.size
    # An undefined draw says nothing about a mean or quantile: its zero must not make the target look attainable.
    basis = part.hits if isinstance(part.statement, Level) else slice(None)
    short = any(
        (view.relation != "<=" and view.values[basis].max() < view.target)
        or (view.relation != ">=" and view.values[basis].min() > view.target)
        for view in part.views
    )
    if short:
        reason = f"{part.hits.sum()} of {count} draws fulfil it"
        if isinstance(part.statement, Level):
            inside = part.draws[part.hits]
            reason = f"the draws lie between {inside.min():.4g} and {inside.max():.4g}"
            reason += f" ({part.hits.sum():,} of {count:,} draws are defined)" if _undefined(part) else ""
        message = f"the view `{part.statement}` lies outside the model: {reason}. Widen the model or weaken the view."
        raise InputError(message)
    try:
        return tilt(part.views)
    except ModelError as error:
        message = str(error)
    farthest = _farthest(part)
    reach = "" if farthest is None else f" Now it is {part.value():.4g}; the draws carry it as far as {farthest:.4g}."
    raise ModelError(message + reach)


def _farthest(part: _Part) -> float | None:
    """Return the value, on the way from what holds now to what is stated, that the draws can just carry."""
    if len(part.views) > 1 or (isinstance(part.statement, Level) and part.statement.level is not None):
        return None  # a spread has two values; of a quantile the share below a value moves, not the quantile
    view = part.views[0]
    start, low, high = float(view.values.mean()), 0.0, 1.0
    weights = None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        try:
            weights = tilt([view._replace(target=start + middle * (view.target - start))]).weights
        except ModelError:
            high = middle
        else:
            low = middle
    return part.value(weights)


def _noted(ens: xr.Dataset, records: Sequence[Record], *, scenario: str) -> xr.Dataset:
    """Add records of views to the attributes, and their statements to the digest of the inputs."""
    new: list[Any] = [{"scenario": scenario, **record} for record in records]
    statements = [[record["scenario"], record["statement"]] for record in new]
    attrs = {**ens.attrs, "views": [*ens.attrs.get("views", ()), *new]}
    if "digest" in attrs:
        attrs["digest"] = cache.address({"digest": attrs["digest"], "views": statements})
    return ens.assign_attrs(attrs)
