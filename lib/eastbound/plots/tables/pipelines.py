"""Tables of the pipeline page: capacities as printed, opening dates, flows implied by customs values, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.checks import check_utilization
from eastbound.ensemble.with_views import held_text
from eastbound.evidence import building_times as evidence_times
from eastbound.evidence import capacities as evidence
from eastbound.evidence.gas_flow import gas_flow_proxy
from eastbound.evidence.slips import date_spread, dates_restated, slip_rates
from eastbound.language import _
from eastbound.plots.bands import scenario_of
from eastbound.plots.charts.milestone_dates import milestone_title
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEVELS: Final = (0.1, 0.5, 0.9)


def capacities(book: Evidence) -> Table:
    """Tabulate the capacities and contract amounts that were printed, with kind and publisher.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        Columns system, since, per year, kind, publisher.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> frame = capacities(load_evidence("2026-11-21")).frame
    >>> frame[frame["system"].str.contains("Amur")]["per year"].tolist()
    ['42 bcm']
    """
    rows = evidence.capacities(book)
    publishers = book.sources["publisher"].reindex(rows["source_id"])
    frame = pd.DataFrame(
        {
            "system": book.series["label"].reindex(rows["series_id"]).map(_).to_numpy(),
            "since": rows["since"].map(dated),
            "per year": [
                numbers.with_unit(numbers.general(value), unit)
                for value, unit in zip(rows["value"], rows["unit"], strict=True)
            ],
            "kind": rows["kind"].map(worded),
            "publisher": publishers.to_numpy(),
        }
    )
    return Table(frame, caption=_("Capacities and contract amounts by system and date"))


def opening_dates(ens: xr.Dataset, milestones: Sequence[str], *, book: Evidence, scenario: str | None = None) -> Table:
    """Tabulate the dates that published plans imply beside those of the scenario.

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
    Table
        Columns milestone, statements, published dates, restated for their slip, this scenario,
        never. Years; three of them are 10, 50 and 90 %. The scenario's are of the futures in which it comes.
    """
    name = scenario_of(ens, scenario)
    rates = slip_rates(book).set_index("milestone_id")["slope_se"].dropna()
    rows = []
    for milestone in milestones:
        statements = dates_restated(book, milestone)
        dates = ens[f"milestone.{milestone}"].sel(scenario=name).to_numpy()
        comes = dates[np.isfinite(dates)]
        rows.append(
            {
                "milestone": milestone_title(ens, milestone),
                "statements": str(len(statements)),
                "published dates": _(
                    "{first} to {last}", first=_year(statements["middle"].min()), last=_year(statements["middle"].max())
                )
                if len(statements)
                else numbers.NONE,
                "restated for their slip": _three(date_spread(book, milestone)) if milestone in rates else numbers.NONE,
                "this scenario": _three(np.quantile(comes, _LEVELS)) if comes.size else numbers.NONE,
                "never": numbers.share_of_futures(1.0 - comes.size / dates.size, dates.size)
                if comes.size < dates.size
                else numbers.NONE,
            }
        )
    caption = _("Published dates and those of the scenario: years at 10, 50 and 90 %")
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def building_times(book: Evidence) -> Table:
    """Tabulate the gas lines whose building times the opening dates rest on, and what they imply for one more.

    Parameters
    ----------
    book : Evidence
        Its as-of date decides which lines had opened.

    Returns
    -------
    Table
        Columns pipeline, contract, first gas, years, sources; lines without gas come last, with a plus at the years
        up to the last report.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> building_times(load_evidence("2026-10-30")).frame[["pipeline", "years"]].values.tolist()[0]
    ['TurkStream', '3.2']
    """
    lines = evidence_times.building_times(book.as_of)
    opened = sum(bool(line.first_flow) for line in lines)
    frame = pd.DataFrame(
        {
            "pipeline": _(line.pipeline),
            "contract": dated(line.contract),
            "first gas": dated(line.first_flow) if line.first_flow else numbers.NONE,
            "years": numbers.fixed(line.years, 1) + ("" if line.first_flow else "+"),
            "sources": line.sources,
        }
        for line in sorted(lines, key=lambda line: (not line.first_flow, line.years))
    )
    low, middle, high = evidence_times.expected_years(lines)
    caption = _(
        "Years from contract to first gas: {opened} lines across borders; one more would take {middle} years (80 %: "
        "{low} to {high})",
        opened=opened,
        middle=_year(middle),
        low=_year(low),
        high=_year(high),
    )
    return Table(frame, caption=caption)


def implied_flow(book: Evidence, *, count: int = 18) -> Table:
    """Tabulate the latest monthly flows of Power of Siberia that customs values imply.

    Parameters
    ----------
    book : Evidence
    count : int
        Months, the latest first.

    Returns
    -------
    Table
        Columns month, flow (with its 95 % range) and basis.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> implied_flow(load_evidence("2026-11-21"), count=1).frame[["month", "basis"]].values.tolist()
    [['2026-06', 'customs value of the next month over the last price known']]
    """
    rows = gas_flow_proxy(book).iloc[::-1].head(count)
    ranges = zip(*(rows[name].astype(float) for name in ("value", "low", "high")), strict=True)
    flows = [
        f"{numbers.with_unit(numbers.fixed(value, 2), 'bcm')} ({numbers.interval(low, high, 'bcm')})"
        for value, low, high in ranges
    ]
    frame = pd.DataFrame({"month": rows["period"].map(dated), "flow": flows, "basis": rows["rule"].map(_)}).reset_index(
        drop=True
    )
    return Table(frame, caption=_("Power of Siberia: monthly flow implied by customs values, with 95 % range"))


def utilization_warnings(ens: xr.Dataset) -> Table:
    """Tabulate the utilizations whose yearly median is implausible, or say that there are none.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.

    Returns
    -------
    Table
        Column warning.
    """
    warnings = check_utilization(ens) or [_("none: each yearly median is plausible")]
    frame = pd.DataFrame({"warning": [text.replace("`", "") for text in warnings]})
    return Table(frame, caption=caption_with(_("Implausible ratios"), held_text(ens)))


def _three(years: Sequence[float] | np.ndarray) -> str:
    return _("{low}, {middle}, {high}", **dict(zip(("low", "middle", "high"), map(_year, years), strict=True)))


def _year(year: float) -> str:
    return numbers.fixed(year, 1)
