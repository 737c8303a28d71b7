"""What the book holds, as frames and as plain text for a terminal."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from eastbound.errors import EvidenceError
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import USED, ranked, reasons, require_series
from eastbound.evidence.derivation import monthly_panel
from eastbound.evidence.interval_sums import PRINTED
from eastbound.evidence.revisions import FLOWS
from eastbound.periods import parse_period
from eastbound.units import unit_label

RULE: Final = (
    "Rule: certain definition and period, published before estimated, most direct source, latest vintage, finest print."
)
_OTHER: Final = "not a measured figure"
_HEAD: Final = ("series_id", "period", "value", "low", "high", "unit", "kind", "verdict", "gap", "spread")
_TAIL: Final = ("published", "available", "locator", "note", "source_id")


def list_series(book: Evidence) -> pd.DataFrame:
    """Return one row per series that has observations.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        Columns `series_id, subject, label, unit, rows, periods, first, last, sources, conflicts`; the periods are
        those of measured figures, where there are any.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = list_series(load_evidence("2026-10-30")).set_index("series_id")
    >>> table.loc["driver.brent_price", "first"]
    '2000-01'
    """
    rows = book.observations.sort_values(["start", "end"])
    by = rows.groupby("series_id")
    used = rows[rows["kind"].isin(USED)]
    values = used.groupby(["series_id", "period"])["value"].nunique()
    known, ends = (part["period"].agg(["first", "last"]) for part in (used.groupby("series_id"), by))
    table = pd.DataFrame(
        {
            "rows": by.size(),
            "periods": by["period"].nunique(),
            # A plan for a later year does not extend the range of measured figures.
            **{name: known[name].reindex(ends.index).fillna(ends[name]) for name in ("first", "last")},
            "sources": by["source_id"].nunique(),
            "conflicts": (values > 1).groupby("series_id").sum(),
        }
    )
    cards = book.series[["subject", "label", "unit"]]
    table = cards.join(table, how="inner").fillna({"conflicts": 0}).astype({"conflicts": int})
    return table.rename_axis("series_id").reset_index()


def show_series(book: Evidence, series_id: str, *, period: str | None = None) -> pd.DataFrame:
    """Return every figure of a series: the chosen ones, the others and why they were not chosen.

    Parameters
    ----------
    book : Evidence
    series_id : str
        An id, or another name of a series that the crosswalk knows.
    period : str, optional
        Only this period, such as ``"2023"``.

    Returns
    -------
    pandas.DataFrame
        Columns `series_id, period, value, low, high, unit, kind, verdict, gap, spread, publisher,
        url, published, available, locator, note, source_id`; `verdict` is "chosen" or the reason
        why not, `gap` the distance to the chosen figure and `spread` the range of the measured
        figures of the period, both in the unit.

    Raises
    ------
    UnknownName
        When nothing of that name exists.
    EvidenceError
        When the series has no figure for the period.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = show_series(load_evidence("2026-10-30"), "trade.china_russia.total", period="2023")
    >>> rows.loc[rows["verdict"] == "chosen", "value"].tolist()
    [240.11]
    """
    series_id = resolve(book, series_id)
    seen = book.observations
    rows = seen[seen["series_id"] == series_id]
    if period is not None:
        wanted = parse_period(period).text
        _require(rows, series_id, wanted)
        rows = rows[rows["period"] == wanted]
    order = ranked(book, series_id)
    order = reasons(order[order["period"].isin(rows["period"])])
    values = order.groupby("period")["value"]
    spread = values.transform("max") - values.transform("min")
    other = rows[~rows["kind"].isin(USED)].assign(verdict=_OTHER, gap=float("nan"), spread=float("nan"))
    parts = [part for part in (order.assign(spread=spread), other) if len(part)]
    both = pd.concat(parts or [other], ignore_index=True)
    both = both.sort_values(["start", "end"], kind="stable", ignore_index=True)
    cards = book.sources[["publisher", "url"]].reindex(both["source_id"]).reset_index(drop=True)
    return pd.concat([both[list(_HEAD)], cards, both[list(_TAIL)]], axis=1)


def resolve(book: Evidence, name: str) -> str:
    """Return the series id of a name: an id itself, or a name in the crosswalk.

    Raises
    ------
    UnknownName
        When neither has the name.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> resolve(load_evidence("2026-10-30"), "primorye.trade.china_share")
    'trade.primorye.china_share_turnover'
    """
    # An id of the book wins over a name in the crosswalk.
    other = book.crosswalk["series_id"].get(name)
    if name not in book.series.index and other in book.series.index:
        return str(other)
    require_series(book, name)
    return name


def show_text(book: Evidence, series_id: str, *, period: str | None = None) -> str:
    """Return the table of `show_series` as text for a terminal.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> print(show_text(load_evidence("2026-10-30"), "trade.china_russia.total", period="2025").splitlines()[0])
    trade.china_russia.total: China-Russia trade (USD bn)
    """
    series_id = resolve(book, series_id)
    more = derived_values(book, series_id, period=period)
    try:
        table = show_series(book, series_id, period=period)
    except EvidenceError:
        # A period that no source prints may still have a derived value.
        if more.empty:
            raise
        table = book.observations.iloc[:0]
    card = book.series.loc[series_id]
    lines = [f"{series_id}: {card['label']} ({unit_label(str(card['unit']))})"]
    lines.extend([str(card["definition"])] if card["definition"] else [])
    for name, rows in table.groupby("period", sort=False):
        spread = rows["spread"].iloc[0]
        lines.append(f"{name}" + (f"  spread {spread:.6g}" if spread > 0 else ""))
        lines.extend(_line(row) for row in rows.to_dict("records"))
    if len(more):
        lines.append("derived from printed figures:")
        lines.extend(_derived_line(row) for row in more.to_dict("records"))
    return "\n".join([*lines, RULE])


def derived_values(book: Evidence, series_id: str, *, period: str | None = None) -> pd.DataFrame:
    """Return the values derived from printed figures, with rule, error and parents.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> book = load_evidence("2026-10-30")
    >>> rows = derived_values(book, "trade.china_russia.china_imports", period="2022-05")  # 41.25 - 30.85
    >>> round(float(rows["value"].iloc[0]), 2), rows["rule"].iloc[0]
    (10.4, 'difference')
    """
    if series_id not in FLOWS:
        return pd.DataFrame()
    rows = monthly_panel(book)
    rows = rows[(rows["series_id"] == series_id) & (rows["rule"] != PRINTED)]
    return rows if period is None else rows[rows["period"] == parse_period(period).text]


def list_text(table: pd.DataFrame) -> str:
    """Return the list of series as text for a terminal.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> list_text(list_series(load_evidence("2026-10-30"))).splitlines()[0].split()[:2]
    ['series', 'unit']
    """
    width = int(table["series_id"].str.len().max())
    head = f"{'series':<{width}}  {'unit':<16} {'rows':>5} {'first':>11} {'last':>11} {'sources':>7} {'conflicts':>9}"
    lines = [
        f"{row['series_id']:<{width}}  {row['unit']:<16} {row['rows']:>5} {row['first'][:11]:>11} "
        f"{row['last'][:11]:>11} {row['sources']:>7} {row['conflicts']:>9}"
        for row in table.to_dict("records")
    ]
    return "\n".join([head, *lines])


def _line(row: dict[Any, Any]) -> str:
    value = f"{row['value']:.10g}" if row["value"] == row["value"] else "-"
    band = f" [{row['low']:.6g} to {row['high']:.6g}]" if row["low"] == row["low"] else ""
    chosen = row["verdict"] == "chosen"
    gap = "" if chosen or row["gap"] != row["gap"] or not row["gap"] else f" ({row['gap']:+.6g})"
    verdict = "chosen" if chosen else f"not used: {row['verdict']}{gap}"
    source = f"{row['publisher']}, {row['published'] or 'undated'}, {row['locator']}"
    tail = f" | {row['note']}" if row["note"] else ""
    return f"  {'*' if chosen else ' '} {value}{band}  {row['kind']}  {verdict} | {source}{tail}"


def _derived_line(row: dict[Any, Any]) -> str:
    parents = ", ".join(dict.fromkeys(f"{key[0]} {key[1]}" for key in row["parents"]))
    band = f"[{row['low']:.5g} to {row['high']:.5g}]"
    return f"  {row['period']}  {row['value']:.5g} {band}  derived  {row['rule']} | from {parents}"


def _require(rows: pd.DataFrame, series_id: str, period: str) -> None:
    if (rows["period"] == period).any():
        return
    years = sorted({text[:4] for text in rows["period"]})
    span = f"there are figures from {years[0]} to {years[-1]}" if years else "it has no figures"
    message = f"`{series_id}` has no figure for {period}; {span}; leave out the period to see all"
    raise EvidenceError(message)
