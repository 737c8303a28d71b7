"""The risk register as a table, and what its bands of impact mean in the units of the forecast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.catalogue import cards
from eastbound.ensemble.headline import headline_numbers
from eastbound.ensemble.with_views import held_text
from eastbound.evaluation.ledger.rows import SCENARIO, published_register
from eastbound.language import _, digits, mark
from eastbound.plots.bands import only, scenario_of
from eastbound.plots.likelihood import likelihood
from eastbound.plots.retold import retold
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import worded
from eastbound.risk import register
from eastbound.risk.register import IMPACT_BANDS, SIGNIFICANT, impact_word

_MEDIAN = "median"
_SINCE = "since the earlier run"
_COMPARED = mark("Risk register: futures in which the event happens, less those in which it does not")
_ALONE = mark(
    "Risk register: futures in which the event happens, less those in which it does not; no earlier run to compare with"
)


def risk_register(
    ens: xr.Dataset, *, earlier: pd.DataFrame | None = None, count: int = 20, home: Path | None = None
) -> Table:
    """Tabulate the events of the simulation: how probable, how much they move the forecast, and what moved.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    earlier : DataFrame, optional
        The register of an earlier run, from `eb.risk_register`, for the movement; default for the baseline is that of
        the last published run, if there is one.
    count : int
        Rows at most; the rest are counted in the last row.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        For each event its probability with Monte-Carlo error and word, the headline median that it moves most with the
        error, the band of the impact, and the change of the probability since the earlier run, where one is
        given. The largest impact comes first; events whose impact is below three standard errors are counted in the
        last row.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2030, quick=True)
    >>> risk_register(ens).frame.columns.tolist()
    ['event', 'probability', 'moves most', 'by', 'impact']
    """
    if earlier is None and scenario_of(ens) == SCENARIO:
        earlier = published_register(home)
    table = register.risk_register(only(ens, scenario_of(ens)), earlier=earlier, home=home)
    clear = table["impact"].abs() >= SIGNIFICANT * table["impact_mcse"]
    ranked = table.assign(rank=table["size"].abs().where(clear, -1.0)).sort_values("rank", kind="stable")
    largest = ranked.drop_duplicates("event", keep="last").set_index("event")
    clear_events = [name for name in dict.fromkeys(table["event"]) if _told(largest.loc[[name]].iloc[0])]
    rows = [_row(largest.loc[[name]].iloc[0]) for name in clear_events[:count]]
    if more := len(largest) - len(rows):
        rows.append(
            {"event": _("{count} more, without a clear impact on these numbers", count=more), "probability": ""}
        )
    columns = ["event", "probability", "moves most", "by", "impact", *([_SINCE] if earlier is not None else [])]
    frame = pd.DataFrame(rows, columns=columns).fillna(numbers.NONE)
    caption = _(_COMPARED) if earlier is not None else _(_ALONE)
    return Table(frame, caption=caption_with(caption, held_text(ens)))


def impact_bands(ens: xr.Dataset, *, home: Path | None = None) -> Table:
    """Tabulate what the bands of impact mean in the units of each headline median.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns impact, standard deviations, and one per headline median.
    """
    items = [item for item in headline_numbers(only(ens, scenario_of(ens)), home=home) if item.kind == _MEDIAN]
    rows = []
    for band in IMPACT_BANDS:
        row = {"impact": worded(band.word), "standard deviations of the forecast": _span(band.low, band.high, 1.0, "")}
        for item in items:
            deviation = (item.high - item.low) / register.NORMAL_80
            row[_series_in(item.series, item.year)] = _span(band.low, band.high, deviation, item.unit)
        rows.append(row)
    return Table(pd.DataFrame(rows), caption=_("Bands of impact; the lower end is included"))


def _told(row: pd.Series) -> bool:
    """Return whether an event has a row: its impact is clear, or the draws are too few to tell."""
    return row["rank"] >= 0 or np.isnan(row["size"])


def _row(row: pd.Series) -> dict[str, str]:
    chance, error = float(row["probability"]), float(row["mcse"])
    word, percent = likelihood(chance, error).word, numbers.fixed(100 * error, 1)
    cells = {
        "event": _title(row),
        "probability": f"{numbers.probability(chance, error)} (±\N{NO-BREAK SPACE}{percent}), {_(word)}",
        _SINCE: _movement(row),
    }
    if np.isnan(row["size"]):
        return {**cells, "moves most": _("too few draws")}
    if row["rank"] < 0:
        return cells
    unit = str(row["unit"])
    return {
        **cells,
        "moves most": _series_in(row["series_id"], row["year"]),
        "by": f"{_signed(row['impact'])} (±\N{NO-BREAK SPACE}{numbers.fixed(row['impact_mcse'], 1)}) {_points(unit)}",
        "impact": worded(impact_word(float(row["size"]))),
    }


def _title(row: pd.Series) -> str:
    return retold(str(row.title), register.REACHED, register.HAPPENS)


def _series_in(series_id: str, year: object) -> str:
    return _("{label} in {year}", label=_(cards()[series_id].label), year=year)


def _movement(row: pd.Series) -> str:
    if np.isnan(row["earlier"]):
        return _("no earlier run")
    return _("{change} points", change=_signed(100 * row["moved"]))


def _signed(change: float) -> str:
    """Return a change with one decimal, which the Monte-Carlo error beside it qualifies."""
    # adding zero turns the -0.0 that rounding may leave into 0.0
    return digits(f"{round(change, 1) + 0.0:+.1f}".replace("-", numbers.MINUS))


def _points(unit: str) -> str:
    word = numbers.unit_text(unit)
    return _("points") if word == "%" else word


def _span(low: float, high: float, scale: float, unit: str) -> str:
    word = _points(unit) if unit else ""
    lower, upper = (digits(f"{scale * end:.1f}" if unit else f"{end:g}") for end in (low, high))
    if not np.isfinite(high):
        return _("{share} and more", share=f"{lower} {word}".rstrip())
    upper = f"{upper} {word}".rstrip()
    return _("under {share}", share=upper) if low == 0 else numbers.between(lower, upper)
