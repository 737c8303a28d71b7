"""Say how plausible each scenario is: its distance from the baseline's futures, beside its probability in the tree."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound.core.verification.plausibility import plausibility
from eastbound.ensemble import summary
from eastbound.evaluation.annual_summary import annual_summaries
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.evidence.book import Evidence

YEAR: Final = 2030
_COLUMNS: Final = ("scenario", "title", "probability", "distance", "share", "furthest", "level")


def scenario_plausibility(
    baseline: xr.Dataset, scenarios: Iterable[str], *, book: Evidence, year: int = YEAR, home: Path | None = None
) -> pd.DataFrame:
    """Return how far the centre of each scenario lies from the futures of the baseline.

    Parameters
    ----------
    baseline : xarray.Dataset
        From `simulate`, of the baseline first; its draws, seed and horizon hold for the scenarios.
    scenarios : iterable of str
        Names in ``params/scenarios``.
    book : Evidence
        That of the ensemble.
    year : int
        Compared are the figures of this year, or of the last one if the horizon ends before.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    DataFrame
        Columns scenario, title, probability (of the branch in the tree; NaN outside of it), distance (standard
        deviations of the baseline's futures, all series together), share (of the baseline's futures at least as far
        from the centre), furthest (the series in which the scenario lies furthest out) and level (of its median in the
        baseline's distribution of that series). The most plausible scenario comes first.

    Notes
    -----
    The series are those with thresholds in ``params/reporting.yml``. A scenario is judged by its medians, so one that
    only widens or narrows a forecast has no distance, and one whose effects fade before the year a small one. A
    scenario of the tree is part of the baseline, so its distance cannot be large where its probability is.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, draws=128, until=2028)
    >>> table = scenario_plausibility(ens, ["baseline"], book=book)
    >>> bool(table["distance"].iloc[0] < 0.2), bool(table["share"].iloc[0] > 0.9)
    (True, True)
    """
    names = list(scenarios)
    series = [entry.series for entry in load_reporting(home).thresholds if entry.series in baseline]
    year = min(year, int(baseline["period"].dt.year.max()))
    columns = {}
    for name in series:
        values = summary.annual(baseline, name).sel(year=year).to_numpy()[0].astype(float)
        if np.isfinite(values).all():
            columns[name] = values
    known, draws = list(columns), np.column_stack(list(columns.values()))
    medians = _medians(baseline, known, names, book=book, year=year, home=home)
    rows = []
    for name in names:
        scenario = load_scenario(name, home=home)
        point = np.array([medians[series_id, scenario.name] for series_id in known])
        result = plausibility(draws, point)
        furthest = int(np.argmax(np.abs(result.levels - 0.5)))
        chance = scenario.probability.value if scenario.probability else np.nan
        share = (result.distance, result.share, known[furthest], float(result.levels[furthest]))
        rows.append((scenario.name, scenario.title, chance, *share))
    return pd.DataFrame(rows, columns=_COLUMNS).sort_values("distance", kind="stable", ignore_index=True)


def _medians(
    baseline: xr.Dataset, series: list[str], names: list[str], *, book: Evidence, year: int, home: Path | None
) -> dict[tuple[str, str], float]:
    """Return the median of a year by series and scenario."""
    own = [summary.quantiles(baseline, name, levels=(0.5,)) for name in series]
    others = annual_summaries(baseline, series, scenarios=names, book=book, home=home)
    tables = [*own, others[others["level"] == 0.5]] if len(others) else own
    table = pd.concat(tables)
    table = table[table["period"] == str(year)]
    keys = zip(table["series_id"].astype(str), table["scenario"].astype(str), strict=True)
    return dict(zip(keys, table["value"].astype(float), strict=True))
