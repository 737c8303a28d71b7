"""Sentences made from the numbers of the figures of the track record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from eastbound.plots.style import numbers as fmt

_NOTHING: Final = -0.005  # of the variance; less rounds to nothing


def _track(table: pd.DataFrame) -> str:
    said = table[table["part"] == "said"]
    if said.empty:
        return "No origin of this series has an outcome yet."
    inside = said["inside"].astype(bool)
    last = said[said["origin"] == said["origin"].max()].iloc[-1]
    unit = table.attrs["unit"]
    band = fmt.interval(last["low_80"], last["high_80"], unit)
    return (
        f"From {said['origin'].nunique()} origins, {inside.sum()} of {len(said)} outcomes lie inside the 80 % band. "
        f"On {last['origin']} the median for {last['period']} was {fmt.number(last['value'], unit)} ({band}); "
        f"{fmt.number(last['outcome'], unit)} came."
    )


def _pit(table: pd.DataFrame) -> str:
    count = table.attrs["outcomes"]
    if table.empty:
        return f"Only {count} outcomes are known, too few for a histogram."
    out = table[(table["count"] < table["low"]) | (table["count"] > table["high"])]
    words = "All bins lie" if out.empty else f"{len(table) - len(out)} of {len(table)} bins lie"
    first, last = int(table["count"].iloc[0]), int(table["count"].iloc[-1])
    return (
        f"{words} inside the band of a calibrated forecast; of {count} outcomes {first} fell in the lowest bin and "
        f"{last} in the highest. Outcomes of overlapping forecasts are not independent, so the band is too narrow."
    )


def _score(table: pd.DataFrame) -> str:
    if table.empty:
        return "No year ahead has both a forecast and a random walk to compare with."
    parts = [
        f"{_ahead(int(row['ahead']))} {fmt.signed(row['skill'])} ({row['origins']:.0f})" for _, row in table.iterrows()
    ]
    head = "Skill against a random walk with drift, number of origins in brackets"
    return f"{head}: {', '.join(parts)}; above zero is better."


def _rungs(table: pd.DataFrame) -> str:
    unit, year = table.attrs["unit"], table["year"].iloc[0]
    top = table[table["rung"] != "data conflict"]
    steps = [f"{row['rung']} {share_words(row['added_variance'])}" for _, row in top.iterrows()]
    end, conflict = top.iloc[-1], table[table["rung"] == "data conflict"]
    band = fmt.interval(end["low80"], end["high80"], unit)
    words = f"In {year} the central 80 % with all sources is {band}. "
    words += f"Share of the variance, in this order: {', '.join(steps)}."
    if (top["added_variance"] < _NOTHING).any():
        words += " A negative share says that what was added is narrower than what stood below."
    if len(conflict):
        moved = fmt.signed(float(conflict["shift"].iloc[0]), unit)
        points = "percentage points" if fmt.unit_word(unit) == "%" else fmt.unit_word(unit)
        words += f" Taking the second choice wherever sources differ moves the median by {moved} {points}."
    return words


def _ahead(years: int) -> str:
    return "running year" if years == 0 else f"{years} year{'s' * (years > 1)} ahead"


def share_words(value: float) -> str:
    """Return a share of the variance in percent, possibly negative.

    Examples
    --------
    >>> share_words(0.231), share_words(-0.002)
    ('23 %', '0 %')
    """
    return f"{100 * value:.0f} %".replace("-", fmt.MINUS).replace(f"{fmt.MINUS}0 %", "0 %")


KINDS: Final = {
    "track": "Line chart of what past origins said, with 80 % bands of the stress origins, and of what came",
    "pit": "Histogram of probability integral transforms with a 95 % binomial band",
    "score": "Line chart of mean CRPS by years ahead, ours and of a random walk with drift",
    "rungs": "Interval chart of an uncertainty ladder",
}
FINDINGS: Final[dict[str, Callable[[pd.DataFrame], str]]] = {
    "track": _track,
    "pit": _pit,
    "score": _score,
    "rungs": _rungs,
}
