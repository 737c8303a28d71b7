"""Yearly quantiles of scenarios beside an ensemble, kept in the cache so that their draws are not read again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound import catalogue
from eastbound.constants import QUANTILES
from eastbound.ensemble import summary
from eastbound.ensemble.expiry import expired_scenarios
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.with_views import follow_views
from eastbound.evaluation.result_cache import cached
from eastbound.models import registry
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.inputs import inputs_digest, load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.statements import split_changes
from eastbound.typing import Record
from eastbound.values import listed

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_COLUMNS = ["scenario", "series_id", "period", "level", "value", "unit", "defined", "title"]


def annual_summaries(
    ens: xr.Dataset,
    series_id: str | Sequence[str],
    *,
    scenarios: Iterable[str],
    book: Evidence,
    home: Path | None = None,
) -> pd.DataFrame:
    """Return yearly quantiles of series under other scenarios, simulated with the same draws as an ensemble.

    Scenarios that the ensemble holds are left out. The quantiles of all headline series of a scenario are computed
    together and kept, a few kilobytes in place of the draws.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; gives draws, seed, horizon and changed settings.
    series_id : str or sequence of str
        Variables of the ensemble.
    scenarios : iterable of str
        Names or paths of scenarios.
    book : Evidence
        The evidence of the ensemble.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    DataFrame
        The columns of `quantiles` at `QUANTILES`, and title; empty without other scenarios.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2025-12-31")
    >>> ens = eb.simulate("baseline", book=book, until=2027, quick=True)
    >>> table = annual_summaries(ens, "trade.china_russia.total", scenarios=["baseline", "price_slump"], book=book)
    >>> sorted(table["period"].unique()), table["scenario"].unique().tolist()
    (['2025', '2026', '2027'], ['price_slump'])
    """
    known = {str(name) for name in ens["scenario"].to_numpy()}
    loaded = {scenario.name: scenario for scenario in (load_scenario(name, home=home) for name in scenarios)}
    others = [scenario for name, scenario in loaded.items() if name not in known]
    series = [name for name in catalogue.headlines() if name in ens]
    changes, _ = split_changes(ens.attrs.get("changes", ()))
    inputs = load_all_inputs(registry.order(), home=home, changes=changes)
    shared: Record = {
        "evidence": book.digest,
        "baseline": load_scenario("baseline", home=home).digest,  # its usual events are taken off every scenario
        "inputs": [inputs_digest(values) for values in inputs.values()],
        "numbers": {name: ens.attrs[name] for name in ("draws", "seed", "until", "full")},
        "changes": list(ens.attrs.get("changes", ())),
        # which futures the views choose depends on the scenario that holds them
        **({"views": ens.attrs["digest"]} if ens.attrs.get("views") else {}),
    }
    expired = expired_scenarios(book, home=home)
    branches = {
        scenario.name: open_branches(scenario, as_of=book.as_of, home=home, expired=expired).digest
        for scenario in others
    }
    parts = []
    asked = listed(series_id)
    for wanted in dict.fromkeys(tuple(series) if name in series else (name,) for name in asked):
        common = {**shared, "annual summary": list(wanted)}
        for scenario in others:
            record = cached(
                # another probability in the tree moves the numbers of a scenario, by the branches that it mixes
                {**common, "scenario": scenario.digest, "branches": branches[scenario.name]},
                partial(_summary, scenario, common, leader=ens, book=book, home=home),
                task=f"Comparing with {scenario.title}",
            )
            parts += [_table(record[name], scenario, name) for name in asked if name in wanted]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _summary(scenario: Scenario, common: Record, *, leader: xr.Dataset, book: Evidence, home: Path | None) -> Record:
    """Return the yearly quantiles by series, without numbers that JSON does not know."""
    numbers = {**common["numbers"], "full": bool(common["numbers"]["full"])}
    # a path moves every series that it is related to, so all must be there
    series = None if leader.attrs.get("views") else common["annual summary"]
    ens = simulate(scenario, book=book, series=series, views=common["changes"], home=home, **numbers)
    ens = follow_views(ens, leader)
    tables = {name: summary.quantiles(ens, name, levels=QUANTILES) for name in common["annual summary"]}
    return {
        name: {
            "unit": str(table["unit"].iloc[0]),
            "period": table["period"].tolist(),
            "level": table["level"].tolist(),
            "value": [value if math.isfinite(value) else None for value in table["value"]],
            "defined": table["defined"].tolist(),
        }
        for name, table in tables.items()
    }


def _table(record: Record, scenario: Scenario, series_id: str) -> pd.DataFrame:
    table = pd.DataFrame({"scenario": scenario.name, "series_id": series_id, **record, "title": scenario.title})
    return table.astype({"value": float})[_COLUMNS]
