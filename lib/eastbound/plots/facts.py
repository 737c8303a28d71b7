"""Tables of facts beside a forecast: the run, the running year, what is new, settings, sources."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import QUICK_DRAWS
from eastbound.ensemble import summary
from eastbound.evidence.choice import USED
from eastbound.periods import month_text, parse_period
from eastbound.plots.bands import titles
from eastbound.plots.citations import cite_cells
from eastbound.plots.style import numbers as fmt

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_SOURCES = 20  # rows of a source table


def run_table(ens: xr.Dataset, *, book: Evidence) -> pd.DataFrame:
    """Return what a reader must know about a run: scenario, as-of date, last data, draws, seed."""
    names = titles(ens)
    quick = " (a quick look, not for publication)" if ens.attrs["draws"] <= QUICK_DRAWS else ""
    rows = {
        "scenario": next(iter(names.values())),
        "compared with": ", ".join(list(names.values())[1:]) or "nothing",
        "evidence published up to": str(book.as_of),
        "kind of vintage": "data only: parameters and judgements are today's",
        "draws and seed": f"{ens.attrs['draws']}{quick} and {ens.attrs['seed']}",
        "simulated": f"{ens['period'].dt.strftime('%Y-%m').to_numpy()[0]} to {ens.attrs['until']}-12, monthly",
    }
    views = [f"{view['statement']} ({view['scenario']}, {view['kl']:.2f} nats)" for view in ens.attrs.get("views", ())]
    stated = [*ens.attrs.get("changes", ()), *views]
    if stated:
        rows["views that hold"] = "; ".join(stated)
    return pd.DataFrame({"item": list(rows), "this page": list(rows.values())})


def source_table(book: Evidence, series_ids: Iterable[str]) -> pd.DataFrame:
    """Return the sources of the observations that some series rest on, most used first.

    Parameters
    ----------
    book : Evidence
    series_ids : iterable of str

    Returns
    -------
    DataFrame
        Columns source (a link), publisher, observations, years covered; the link is
        HTML, see `show_table`. Sources beyond the twenty most used are counted in a last row.
    """
    rows = book.observations[book.observations["series_id"].isin(list(series_ids))]
    rows = rows[rows["source_id"].isin(book.sources.index)]
    lines = []
    for source_id, part in rows.groupby("source_id", sort=True):
        card = book.sources.loc[[source_id]].iloc[0]
        span = f"{part['start'].min():%Y} to {part['end'].max():%Y}"
        lines.append((source_link(card), str(card["publisher"]), len(part), span))
    table = pd.DataFrame(lines, columns=["source", "publisher", "observations", "years covered"])
    table = table.sort_values("observations", ascending=False, kind="stable", ignore_index=True)
    rest = table.iloc[_SOURCES:]
    table = table.iloc[:_SOURCES].astype({"observations": str})
    if rest.empty:
        return table
    more = (
        f"{len(rest)} more sources",
        "see the command `eastbound data show`",
        str(rest["observations"].sum()),
        fmt.NONE,
    )
    return pd.concat([table, pd.DataFrame([more], columns=table.columns)], ignore_index=True)


def setting_table(settings: Any, names: Iterable[str]) -> pd.DataFrame:
    """Return some model settings as the analyst finds them in the parameter file."""
    rows = [(name.replace("_", " "), f"{settings[name]}") for name in names]
    return pd.DataFrame(rows, columns=["setting", "value"])


def observation_table(book: Evidence, series_id: str) -> pd.DataFrame:
    """Return the chosen observations of a series with their ranges and kinds, newest first."""
    rows = summary.history(book, series_id).iloc[::-1]
    unit = str(book.series.loc[series_id, "unit"])
    ranges = [fmt.interval(low, high, unit) for low, high in zip(rows["low"], rows["high"], strict=True)]
    columns = {
        "period": rows["period"],
        "value": [f"{v:.4g}" for v in rows["value"]],
        "range": ranges,
        "kind": rows["kind"],
    }
    table = pd.DataFrame(columns).reset_index(drop=True)
    return cite_cells(table, "value", [[(series_id, str(period))] for period in rows["period"]], book=book)


def news_table(book: Evidence, series_ids: Iterable[str], *, count: int = 8) -> pd.DataFrame:
    """Return the observations of some series that became available last, newest first."""
    rows = book.observations[book.observations["series_id"].isin(list(series_ids))]
    rows = rows[rows["kind"].isin(USED) & rows["value"].notna()]
    rows = rows.sort_values(["available", "end"], kind="stable").iloc[::-1].drop_duplicates(["series_id", "period"])
    rows = rows.head(count)
    columns = {
        "series": rows["series_id"].map(book.series["label"]),
        "period": rows["period"],
        "value": [_observed(value, unit) for value, unit in zip(rows["value"], rows["unit"], strict=True)],
        "known since": pd.to_datetime(rows["available"]).dt.strftime("%Y-%m-%d"),
    }
    shown = [[(str(name), str(period))] for name, period in zip(rows["series_id"], rows["period"], strict=True)]
    return cite_cells(pd.DataFrame(columns).reset_index(drop=True), "value", shown, book=book)


def nowcast_table(ens: xr.Dataset, series_ids: Iterable[str], *, book: Evidence) -> pd.DataFrame:
    """Return, for the running year, what is observed so far, what is still to come, and the change on the year before.

    Parameters
    ----------
    ens : xarray.Dataset
        Its first year is the running one; the first scenario is used.
    series_ids : iterable of str
        Flows.
    book : Evidence

    Returns
    -------
    DataFrame
        Columns series, observed so far, still to come, whole year, change on the year before; central 80 % in brackets.
    """
    year = int(ens["period"].dt.year[0])
    rows, shown = [], []
    for series_id in series_ids:
        total = summary.annual(ens, series_id).isel(scenario=0).sel(year=year)
        unit, label = str(total.attrs["unit"]), str(total.attrs["label"])
        seen, until, periods = _so_far(book, series_id, year)
        shown.append([(series_id, period) for period in periods])
        before = _year_before(book, series_id, year)
        row = {"series": label, "observed so far": f"{_observed(seen, unit)} to {until}" if until else fmt.NONE}
        row["still to come"] = _central(total - seen, unit)
        row[f"{year}"] = _central(total, unit)
        row[f"change on {year - 1}"] = (
            _central(100 * (total / before - 1), "percent", change=True) if before else fmt.NONE
        )
        rows.append(row)
    return cite_cells(pd.DataFrame(rows), "observed so far", shown, book=book)


def _so_far(book: Evidence, series_id: str, year: int) -> tuple[float, str, list[str]]:
    """Return the sum of the longest observed stretch from January on, its last month, and the figures it adds up."""
    rows = summary.history(book, series_id)
    periods = [parse_period(str(period)) for period in rows["period"]]
    both = list(zip(periods, rows["value"].astype(float), strict=True))
    ends = {p.last_month: (p.text, value) for p, value in both if p.first_month == year * 12}
    months = {p.first_month: (p.text, value) for p, value in both if p.months == 1}
    if not ends:
        return 0.0, "", []
    last = max(ends)
    parts = [ends[last]]
    while last + 1 in months:  # single months published after the last cumulative figure
        last += 1
        parts.append(months[last])
    return sum(value for _, value in parts), month_text(last), [period for period, _ in parts]


def _year_before(book: Evidence, series_id: str, year: int) -> float | None:
    rows = summary.history(book, series_id)
    found = rows.loc[rows["period"] == str(year - 1), "value"]
    return float(found.iloc[0]) if len(found) else None


def _central(draws: xr.DataArray, unit: str, *, change: bool = False) -> str:
    middle, low, high = (float(q) for q in np.nanquantile(draws, [0.5, 0.1, 0.9]))
    if change:
        return f"{fmt.signed(middle, unit)} % ({fmt.signed(low, unit)} to {fmt.signed(high, unit)} %)"
    return f"{fmt.number(middle, unit)} ({fmt.interval(low, high, unit)})"


def _observed(value: float, unit: str) -> str:
    return f"{value:.4g} {fmt.UNITS.get(unit, unit)}"


def source_link(card: pd.Series) -> str:
    """Return the title of a source card as HTML, linked when it has a web address."""
    title, address = escape(str(card["title"])), str(card["url"])
    if not address.startswith(("http://", "https://")):
        return title
    return f'<a href="{escape(address, quote=True)}">{title}</a>'
