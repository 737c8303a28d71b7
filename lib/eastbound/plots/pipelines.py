"""Tables of the pipeline page: dated capacities, published dates beside those of the scenario, flows from values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.checks import check_utilization
from eastbound.evidence.capacities import capacities
from eastbound.evidence.gas_flow import gas_flow_proxy
from eastbound.evidence.slips import date_spread, dates_restated, slip_rates
from eastbound.plots.bands import scenario_of
from eastbound.plots.chances import MILESTONES
from eastbound.plots.style import numbers as fmt
from eastbound.units import unit_label

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEVELS: Final = (0.1, 0.5, 0.9)


def capacity_table(book: Evidence) -> pd.DataFrame:
    """Return the capacities and contract amounts that were printed, with kind and publisher.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    DataFrame
        Columns system, since, per year, kind, publisher.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = capacity_table(load_evidence())
    >>> table[table["system"].str.contains("Amur")]["per year"].tolist()
    ['42 bcm']
    """
    rows = capacities(book)
    publishers = book.sources["publisher"].reindex(rows["source_id"])
    return pd.DataFrame(
        {
            "system": book.series["label"].reindex(rows["series_id"]).to_numpy(),
            "since": rows["since"],
            "per year": [
                f"{value:g} {unit_label(unit)}" for value, unit in zip(rows["value"], rows["unit"], strict=True)
            ],
            "kind": rows["kind"],
            "publisher": publishers.to_numpy(),
        }
    )


def date_table(
    ens: xr.Dataset, milestones: Sequence[str], *, book: Evidence, scenario: str | None = None
) -> pd.DataFrame:
    """Return what published dates speak for beside what the scenario assumes.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    milestones : sequence of str
        Ids of planned dates.
    book : Evidence
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    DataFrame
        Columns milestone, statements, published dates, restated for their slip, this scenario,
        never. Years; three of them are 10, 50 and 90 %. The scenario's are of the futures in which it comes.
    """
    name = scenario_of(ens, scenario)
    rates = slip_rates(book).set_index("milestone_id")["slope_se"].dropna()
    rows = []
    for milestone in milestones:
        said = dates_restated(book, milestone)
        dates = ens[f"milestone.{milestone}"].sel(scenario=name).to_numpy()
        comes = dates[np.isfinite(dates)]
        rows.append(
            {
                "milestone": MILESTONES.get(milestone, milestone),
                "statements": str(len(said)),
                "published dates": f"{said['middle'].min():.1f} to {said['middle'].max():.1f}"
                if len(said)
                else fmt.NONE,
                "restated for their slip": _three(date_spread(book, milestone)) if milestone in rates else fmt.NONE,
                "this scenario": _three(np.quantile(comes, _LEVELS)) if comes.size else fmt.NONE,
                "never": fmt.share_of_futures(1.0 - comes.size / dates.size, dates.size)
                if comes.size < dates.size
                else fmt.NONE,
            }
        )
    return pd.DataFrame(rows)


def proxy_table(book: Evidence, *, count: int = 18) -> pd.DataFrame:
    """Return the latest monthly flows of Power of Siberia that customs values imply.

    Parameters
    ----------
    book : Evidence
    count : int
        Months, the latest first.

    Returns
    -------
    DataFrame
        Columns month, flow (with its 95 % range) and basis.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> proxy_table(load_evidence(), count=1)[["month", "basis"]].values.tolist()
    [['2026-06', 'customs value of the next month over the last price known']]
    """
    rows = gas_flow_proxy(book).iloc[::-1].head(count)
    ranges = zip(*(rows[name].astype(float) for name in ("value", "low", "high")), strict=True)
    flows = [f"{value:.2f} bcm ({fmt.interval(low, high, 'bcm')})" for value, low, high in ranges]
    return pd.DataFrame({"month": rows["period"], "flow": flows, "basis": rows["rule"]}).reset_index(drop=True)


def warning_table(ens: xr.Dataset) -> pd.DataFrame:
    """Return the ratios of the ensemble that are beyond what is plausible, or a line that says there are none."""
    found = check_utilization(ens) or ["none: each yearly median is plausible"]
    return pd.DataFrame({"warning": [text.replace("`", "") for text in found]})


def _three(years: Sequence[float] | np.ndarray) -> str:
    return ", ".join(f"{year:.1f}" for year in years)
