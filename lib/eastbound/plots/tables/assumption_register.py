"""The assumption register as a table: the judgements that matter most."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xarray as xr

from eastbound.catalogue import cards
from eastbound.ensemble.headline import Headline, headline_numbers
from eastbound.language import _, digits, mark
from eastbound.plots.bands import only, scenario_of
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.tables.judgement_names import judgement_name
from eastbound.risk import assumptions
from eastbound.scenarios.loader import load_scenario

_SHORT = {
    "target": mark("{label}: target reached by {year}"),
    "claim": mark("{label}: claim holds in {year}"),
    "median": mark("{label}: median of {year}"),
}


def assumption_register(ens: xr.Dataset, *, count: int = 20, home: Path | None = None) -> Table:
    """Tabulate the judgements that move the headline numbers most when they are raised by a quarter.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    count : int
        Rows at most; the caption counts all judgements.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        For each judgement its value and the raised one, the headline number that it moves most and by how much, with
        the Monte-Carlo error, and the size in standard deviations of the forecast.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), quick=True)
    >>> assumption_register(ens, count=3).frame.columns.tolist()
    ['judgement', 'raised', 'moves most', 'by', 'size']
    """
    part = only(ens, scenario_of(ens))
    table = assumptions.assumption_register(part, home=home)
    items = {item.name: item for item in headline_numbers(part, home=home)}
    largest = table.drop_duplicates(["file", "key"])
    shown = largest[largest["number"].isin(items)].head(count)
    rows = [_row(row, items[row["number"]], home) for _key, row in shown.iterrows()]
    frame = pd.DataFrame(rows, columns=["judgement", "raised", "moves most", "by", "size"])
    return Table(frame, caption=_caption(largest))


def _caption(largest: pd.DataFrame) -> str:
    counts = largest["status"].value_counts()
    parts = [_("{count} judgements", count=len(largest))]
    parts += [_(words, count=counts[status]) for status, words in _STATUS.items() if status in counts]
    return _("Judgements raised by a quarter, one at a time ({parts})", parts=_("; ").join(parts))


_STATUS = {
    "no number": mark("{count} of them dates, words or zeros"),
    "refused": mark("{count} without a valid run at the higher value"),
    "changed": mark("{count} changed since their effect was measured"),
    "not measured": mark("{count} not measured yet"),
}


def _row(row: pd.Series, item: Headline, home: Path | None) -> dict[str, str]:
    changed = _(" (effect of an earlier value)") if row["status"] == "changed" else ""
    change, error = float(row["change"]), float(row["mcse"])
    decimals = 2 if abs(change) < 1.0 else 1
    sign = digits(f"{change:+.{decimals}f}".replace("-", numbers.MINUS))
    return {
        "judgement": f"{_name(row, home)}{changed}",
        "raised": _("{low} to {high}", low=_figure(row["value"]), high=_figure(row["raised"])),
        "moves most": _number(item),
        "by": f"{sign} (±\N{NO-BREAK SPACE}{numbers.fixed(error, decimals)}) {_points(item.unit)}",
        "size": numbers.fixed(abs(float(row["size"])), 2),
    }


def _name(row: pd.Series, home: Path | None) -> str:
    stem = Path(row["file"]).stem
    if row["key"] == "probability":
        return _("probability of “{title}”", title=_(load_scenario(stem, home=home).title))
    return judgement_name(str(row["file"]), str(row["key"]), home=home)


def _number(item: Headline) -> str:
    return _(_SHORT[item.kind], label=_(cards()[item.series].label), year=item.year)


def _figure(value: float) -> str:
    return digits(f"{value:.4g}".replace("-", numbers.MINUS))


def _points(unit: str) -> str:
    word = numbers.unit_text(unit)
    return _("points") if word == "%" else word
