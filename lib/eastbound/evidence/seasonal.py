"""Seasonal splits of spans, for pictures that need every month."""

from __future__ import annotations

import pandas as pd

from eastbound.errors import EvidenceError
from eastbound.periods import month_text, parse_period


def split_span(panel: pd.DataFrame, series_id: str, period: str) -> pd.DataFrame:
    """Split a span into months by the shares of other years, for pictures only.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `monthly_panel`.
    series_id, period : str
        A row of it, such as ``"2025-01/2025-02"``.

    Returns
    -------
    pandas.DataFrame
        One row a month: `series_id, period, value, sd, imputed` (always true). The shares are
        the means over the years in which every one of these months is known; without any, the
        months count by their days and `sd` is missing.

    Raises
    ------
    EvidenceError
        When the panel has no such row.

    Examples
    --------
    >>> from eastbound.evidence.derivation import monthly_panel
    >>> from eastbound.evidence.book import load_evidence
    >>> months = split_span(monthly_panel(load_evidence()), "trade.china_russia.total", "2024-01/2024-02")
    >>> months["period"].tolist(), round(float(months["value"].sum()), 2)
    (['2024-01', '2024-02'], 37.01)
    """
    rows = panel[panel["series_id"] == series_id]
    span = rows[rows["period"] == period]
    if span.empty:
        message = f"the panel has no row of `{series_id}` for {period}; take a series and a period that stand in it"
        raise EvidenceError(message)
    stretch = parse_period(period)
    ordinals = range(stretch.first_month, stretch.last_month + 1)
    known = dict(zip(rows["period"], rows["value"], strict=True))
    years = range(int(rows["start"].dt.year.min()) - stretch.start.year, 1 + int(rows["end"].dt.year.max()))
    found = [[known.get(month_text(month + 12 * year)) for month in ordinals] for year in years]
    shares = pd.DataFrame([year for year in found if None not in year], columns=list(ordinals), dtype=float)
    shares = shares.div(shares.sum(axis=1), axis=0)
    days = pd.Series([parse_period(month_text(month)).end.day for month in ordinals], index=list(ordinals))
    mean = shares.mean() if len(shares) else days / days.sum()
    value, error = float(span["value"].iloc[0]), float(span["sd"].iloc[0])
    table = pd.DataFrame({"series_id": series_id, "period": [month_text(month) for month in ordinals]})
    spread = ((shares.std() * value) ** 2 + (mean * error) ** 2) ** 0.5
    return table.assign(value=(mean * value).to_numpy(), sd=spread.to_numpy(), imputed=True)
