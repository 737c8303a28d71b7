"""A simulation with views: settings change before it, paths and probabilities afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any, Final, TypeAlias

import numpy as np
import xarray as xr

from eastbound.ensemble.conditions import condition
from eastbound.ensemble.draws import one_scenario, replaced
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.views import apply_views
from eastbound.language import _, digits, mark
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.settings import load_settings
from eastbound.scenarios.statements import Change, Path, Statement, parse_statement, split_changes
from eastbound.scenarios.view_log import Entry
from eastbound.typing import Record

_WEAK: Final = 0.1  # nats; below it a view barely moves the forecast (judgement)
_MODERATE: Final = 0.5  # nats; from here on a view is strong (judgement)

Held: TypeAlias = tuple[Statement, Entry | None]


def read_views(views: Iterable[str | Statement | Entry]) -> list[Held]:
    """Return statements read, each with its entry in the log where it has one.

    Raises
    ------
    InputError
        If a text is no statement.

    Examples
    --------
    >>> str(read_views(["set trade.damping = 0.8"])[0][0])
    'set trade.damping = 0.8'
    """
    return [
        (view.read(), view)
        if isinstance(view, Entry)
        else (parse_statement(view) if isinstance(view, str) else view, None)
        for view in views
    ]


def changes_of(held: Iterable[Held]) -> list[Change]:
    """Return the changed settings among views.

    Examples
    --------
    >>> [change.value for change in changes_of(read_views(["set trade.damping = 0.8"]))]
    [0.8]
    """
    return [statement for statement, _entry in held if isinstance(statement, Change)]


def simulate_viewed(
    scenario: str | Scenario, held: Sequence[Held], *, home: FilePath | None = None, **options: Any
) -> tuple[xr.Dataset, list[Record]]:
    """Simulate a scenario with views.

    Parameters
    ----------
    scenario : str or Scenario
        Name, path, or a scenario that has been loaded.
    held : sequence of (Statement, Entry or None)
        From `read_views`. Entries about another scenario are left out.
    home : path, optional
        Workspace.
    **options
        Keyword arguments of `simulate`, such as ``draws`` or ``until``.

    Returns
    -------
    ens : xarray.Dataset
        As `apply_views` returns it.
    records : list of dict
        One per view in force: ``statement`` and its size; with ``id``, ``who``, ``when`` and ``why`` of its entry.

    Raises
    ------
    InputError, ModelError
        As `simulate` and `apply_views`.

    Examples
    --------
    >>> ens, records = simulate_viewed("baseline", read_views(["mean(driver.brent_price, 2028) <= 60"]), draws=512)
    >>> records[0]["kl"] > 0
    True
    """
    changes = changes_of(held)
    ens = simulate(scenario, home=home, views=changes, **options)
    name = str(ens["scenario"].to_numpy()[0])
    held = [(statement, entry) for statement, entry in held if entry is None or entry.scenario in ("", name)]
    beliefs = [statement for statement, _entry in held if not isinstance(statement, Change)]
    if beliefs:
        ens = apply_views(ens, beliefs)
    sizes = {record["statement"]: record for record in ens.attrs.get("views", ())}
    sizes |= {str(change): _change_size(change, home) for change in changes}
    entries = {str(statement): entry for statement, entry in held}
    return ens, [{**_entered(entry), **_rounded(sizes[text])} for text, entry in entries.items()]


def follow_views(ens: xr.Dataset, leader: xr.Dataset) -> xr.Dataset:
    """Show an ensemble of one scenario in the futures that the views of another ensemble have chosen.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, one scenario, with the draws and the seed of the leader and without views.
    leader : xarray.Dataset
        From `simulate`; its first scenario holds the views.

    Returns
    -------
    xarray.Dataset
        The same as `hold_views` makes of a further scenario of the leader.

    Examples
    --------
    >>> import eastbound as eb
    >>> leader = eb.simulate("baseline", draws=512, views=["mean(driver.brent_price, 2028) <= 60"])
    >>> other = follow_views(eb.simulate("price_slump", draws=512), leader)
    >>> bool((other["origin"][0] == leader["origin"][0]).all())
    True
    """
    _changes, statements = split_changes(str(view["statement"]) for view in leader.attrs.get("views", ()))
    paths = [statement for statement in statements if isinstance(statement, Path)]
    name = one_scenario(ens)
    if paths:
        ens, _prices = condition(ens, paths, scenario=name)
    if "origin" not in leader.coords:
        return ens
    origin = leader["origin"].to_numpy()[0]
    chosen = replaced(ens, lambda _name, draws: np.take(draws.T, origin, axis=-1).T, scenario=name)
    return chosen.assign_coords(
        origin=(("scenario", "draw"), origin[None]), ess=("scenario", leader["ess"].to_numpy()[:1])
    )


def price_view(
    statement: Statement, *, scenario: str, home: FilePath | None = None, **options: Any
) -> tuple[str, Record]:
    """Return the name of the scenario and the size of a view alone, for its entry in the log.

    Parameters
    ----------
    statement : Statement
    scenario : str
        Name or path.
    home : path, optional
        Workspace.
    **options
        Keyword arguments of `simulate`, such as ``draws`` or ``until``.

    Returns
    -------
    name : str
    size : dict
        What `apply_views` records, rounded, with ``as_of``, ``draws``, ``seed`` and ``inputs`` of the forecast
        that was asked.

    Raises
    ------
    InputError, ModelError
        As `simulate_viewed`; nothing that is refused can be entered.

    Examples
    --------
    >>> price_view(Change("primorye", "reference_class_weight", 0.25), scenario="baseline", draws=64)[1]["after"]
    0.25
    """
    ens, records = simulate_viewed(scenario, [(statement, None)], home=home, **options)
    size = {key: value for key, value in records[0].items() if key not in ("statement", "scenario")}
    basis = {"as_of": ens.attrs["as_of"], "draws": ens.attrs["draws"], "seed": ens.attrs["seed"]}
    inputs = f"sha256:{ens.attrs['digest']}"
    return str(ens["scenario"].to_numpy()[0]), {**size, **basis, "inputs": inputs}


def _rounded(size: Any) -> Any:
    """Round numbers to seven digits, more than any error allows."""
    if isinstance(size, dict):
        return {key: _rounded(value) for key, value in size.items()}
    return float(f"{size:.7g}") if isinstance(size, float) else size


def _change_size(change: Change, home: FilePath | None) -> Record:
    before = load_settings(change.subject, home=home)[change.name]
    return {"statement": str(change), "before": before, "after": change.value}


def _entered(entry: Entry | None) -> Record:
    if entry is None:
        return {}
    return {"id": entry.id, "who": entry.who, "when": entry.when.isoformat(), "why": entry.why}


def strength(kl: float) -> str:
    """Return the strength of a view in words.

    Parameters
    ----------
    kl : float
        Distance of the forecast with the view from the forecast without it, in nats.

    Examples
    --------
    >>> strength(0.02), strength(0.3), strength(1.2)
    ('weak', 'moderate', 'strong')
    """
    return mark("weak") if kl < _WEAK else mark("moderate") if kl < _MODERATE else mark("strong")


def held_text(ens: xr.Dataset) -> str:
    """Return one sentence on the views that an ensemble holds and the price of each; empty if it holds none.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.

    Examples
    --------
    >>> held_text(simulate("baseline", draws=64, views=["set primorye.pull = 0.1"]))
    'View held: set primorye.pull = 0.1.'
    """
    beliefs = [
        _(
            "{statement} in `{scenario}` ({strength}, {price} nats)",
            statement=view["statement"],
            scenario=view["scenario"],
            strength=_(strength(view["kl"])),
            price=digits(f"{view['kl']:.2f}"),
        )
        for view in ens.attrs.get("views", ())
    ]
    held = [*ens.attrs.get("changes", ()), *beliefs]
    if not held:
        return ""
    views = "; ".join(held)
    return _("View held: {views}.", views=views) if len(held) == 1 else _("Views held: {views}.", views=views)


def view_text(view: Record) -> str:
    """Return one line on a view: what it says, what was so before, and its price.

    Parameters
    ----------
    view : dict
        From `simulate_viewed`, or the size of an entry in the log with its statement.

    Examples
    --------
    >>> view_text({"statement": "set trade.damping = 0.8", "before": 0.9, "after": 0.8})
    'view: set trade.damping = 0.8; 0.9 without it'
    """
    name = f"view {view['id']} ({view['who']}, {view['when']}: {view['why']})" if "id" in view else "view"
    parts = [f"{name}: {view['statement']}"]
    if isinstance(view["before"], dict):
        moves = [f"{period}: {value:.4g}" for period, value in view["before"].items()]
        parts.append(f"medians without it {', '.join(moves)}")
        parts.append(f"{view['distance']:.1f} standard deviations away, {view['farther']:.0%} of the draws lie farther")
    else:
        before = view["before"]
        parts.append(f"{before:.4g} without it" if isinstance(before, float | int) else f"{before} without it")
    if "kl" in view:
        parts.append(f"a {strength(view['kl'])} view: price {view['kl']:.2f} nats")
    if "ess" in view:
        parts.append(f"effective share of the draws {view['ess']:.0%}")
    if "defined" in view:
        parts.append(f"{view['defined']:,} of {view['draws']:,} draws are defined")
    if "warning" in view:
        parts.append(f"warning: {view['warning']}")
    return "; ".join(parts)
