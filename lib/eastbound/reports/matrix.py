"""Arrange many scenarios on the index: one row each, by axis of the scenario tree, the largest movers first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from eastbound.language import _, mark
from eastbound.plots.style import numbers
from eastbound.reports.results import Result

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Scenario

MOST_COLUMNS: Final = 9  # scenarios that fit side by side on a screen, as many as a report makes by default and one
_FIGURES: Final = 6  # key figures that fit beside the names of scenarios
_SMALL: Final = 0.005  # a change below half a percent of the figure is not shown: the figure reads the same
_MATTERS: Final = 0.05  # of the figure: where all scenarios change it by less, it does not decide the order
_OUTSIDE: Final = mark("Outside the tree")
_TAIL: Final = mark("Tests of the tail: not a forecast")


def scenario_matrix(
    scenarios: Sequence[Scenario], results: Sequence[Mapping[str, Result]], *, axes: Mapping[str, str]
) -> dict[str, Any]:
    """Return the key figures of many scenarios: groups by axis, and the largest movers first.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first one is what the others are compared with.
    results : sequence of mapping of str to Result
        Key figures of each scenario, in the order of the page.
    axes : mapping of str to str
        Question of each axis by name.

    Returns
    -------
    dict
        ``columns``: names of the first key figures; ``groups``: each with ``title`` and ``rows``, of which each has
        ``name``, ``title`` and ``cells`` with ``title``, ``text`` and ``change`` from the first scenario.

    Notes
    -----
    A scenario's move is its largest change of any figure, as a part of the largest change of that figure by any
    scenario but the tests of the tail, which would hide all others, and of at least 5 % of the figure. A group counts
    by its largest move.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> names = ("baseline", "car_rebound", "price_slump")
    >>> results = [{"gas": Result("gas", value, "bcm", "Gas", f"{value:g} bcm")} for value in (40.0, 41.0, 38.0)]
    >>> matrix = scenario_matrix([load_scenario(name) for name in names], results, axes={"prices": "Prices?"})
    >>> [group["title"] for group in matrix["groups"]], matrix["groups"][1]["rows"][0]["cells"][0]["change"]
    (['Outside the tree', 'Prices?', 'cars'], '−2.00')
    """
    # a figure that compares with the first scenario, such as plausibility, has no value for that one itself
    figures = {name: result for own in reversed(results) for name, result in own.items()}
    names = list(dict.fromkeys(name for own in results for name in own))[:_FIGURES]
    largest = {name: _largest(name, scenarios, results) for name in names}
    groups: dict[str, list[dict[str, Any]]] = {}
    for scenario, own in zip(scenarios, results, strict=True):
        title = _TAIL if scenario.stress_test else axes.get(scenario.axis or "", scenario.axis or _OUTSIDE)
        changes = {name: _change(name, own, results[0]) for name in names}
        cells = [_cell(own.get(name), figures[name], changes[name]) for name in names]
        move = max((abs(change) / largest[name] for name, change in changes.items() if largest[name]), default=0.0)
        groups.setdefault(title, []).append(
            {"name": scenario.name, "title": _(scenario.title), "cells": cells, "move": move}
        )
    first, last = [_OUTSIDE], [_TAIL]
    for rows in groups.values():
        rows.sort(key=lambda row: -row["move"])
    rank = {title: (title in last, title not in first, -rows[0]["move"]) for title, rows in groups.items()}
    ordered = [{"title": _(title), "rows": groups[title]} for title in sorted(groups, key=lambda title: rank[title])]
    return {"columns": [figures[name].note for name in names], "groups": ordered}


def _change(name: str, own: Mapping[str, Result], first: Mapping[str, Result]) -> float:
    value, base = (each[name].value if name in each else None for each in (own, first))
    return 0.0 if value is None or base is None else value - base


def _largest(name: str, scenarios: Sequence[Scenario], results: Sequence[Mapping[str, Result]]) -> float:
    base = results[0][name].value if name in results[0] else None
    forecasts = [own for scenario, own in zip(scenarios, results, strict=True) if not scenario.stress_test]
    changes = [abs(_change(name, own, results[0])) for own in forecasts]
    return max(*changes, _MATTERS * abs(base or 0.0))


def _cell(result: Result | None, first: Result, change: float) -> dict[str, str]:
    text = result.text if result else numbers.NONE
    shown = abs(change) > _SMALL * abs(first.value or 0.0) and text != first.text
    return {"title": first.note, "text": text, "change": numbers.signed(change, first.unit) if shown else ""}
