"""Sentences made from the numbers of the figures on the evidence page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from eastbound.plots.style import numbers as fmt


def _coverage(table: pd.DataFrame) -> str:
    full = table[table["level"] == "every month"].groupby("series", sort=False)["period"]
    spans = [f"{name} ({len(years)})" for name, years in full]
    last = table[table["period"] == table["period"].max()]
    now = int((last["months"] > 0).sum())
    head = f"Every month is covered in some years (their number in brackets) for {', '.join(spans)}." if spans else ""
    end = f"{now} of {len(last)} series have a figure for {last['period'].iloc[0]}."
    return f"{head} {end}".strip()


def _revisions(table: pd.DataFrame) -> str:
    if table.empty:
        return "No month was printed twice."
    far = table.iloc[int(table["gap"].abs().argmax())]
    return (
        f"In {table.attrs['pairs']} months of a flow with both figures the later one differs by "
        f"{table.attrs['typical']:.2f} USD bn on average, at most by {fmt.signed(far['gap'])} USD bn "
        f"({far['series']}, {far['period']})."
    )


def _slips(table: pd.DataFrame) -> str:
    rates = [f"{name} by {fmt.signed(rate)} years" for name, rate in table.attrs["rates"].items()]
    if not rates:
        return "No planned date was stated on two days."
    return f"For each year that passed the planned date moved: {', '.join(rates)}."


KINDS: Final = {
    "coverage": "Map of coverage by series and year",
    "revisions": "Dot chart of later figures less first prints",
    "slips": "Dot chart of planned dates by the day they were said",
}
FINDINGS: Final[dict[str, Callable[[pd.DataFrame], str]]] = {
    "coverage": _coverage,
    "revisions": _revisions,
    "slips": _slips,
}
