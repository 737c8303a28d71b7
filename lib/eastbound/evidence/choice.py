"""The choice rule: which of several figures for one series and period the models use.

No figure is dropped: the others stay as rows, with the reason why they were not chosen.
The rule compares, in this order, whether definition and period are certain, whether the figure
was published rather than estimated, how direct its source is, how late it was published and how
finely it was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from eastbound.catalogue import unknown_series
from eastbound.evidence.book import Evidence
from eastbound.periods import last_day

# Best first. `rounded` is a direct print coarser than the resolution of the series, `bounded` one
# that gives only a bound or a range ("over 70", "about 800").
DIRECTNESS: Final = ("customs", "quoting", "rounded", "bounded", "restated", "converted")
_BOUNDS: Final = r"\b(?:floor|ceiling|about|almost|range)\b"
USED: Final = ("observed", "estimate")
_KEY: Final = ["series_id", "period"]
_STEPS: Final = {
    "doubt": "definition or period in doubt",
    "guessed": "estimated, not published",
    "indirect": "less direct",
    "age": "earlier vintage",
    "width": "printed less finely",
    "tie": "equal in every step; a copy, or later in the alphabet",
}


def chosen(book: Evidence, series_id: str, *, kinds: Sequence[str] = USED) -> pd.DataFrame:
    """Return one row per period, after the choice rule.

    Parameters
    ----------
    book : Evidence
    series_id : str
    kinds : sequence of str
        Kinds of observation that may be chosen.

    Returns
    -------
    pandas.DataFrame
        The observation columns by start of period, with `directness`, `n_sources`
        (independent witnesses) and `spread` (range of the direct prints, in the unit).

    Raises
    ------
    UnknownName
        When the series has no card in the book.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = chosen(load_evidence("2026-10-30"), "trade.china_russia.total").set_index("period")
    >>> float(rows.loc["2023", "value"]), float(rows.loc["2025", "value"])
    (240.11, 228.105)
    """
    require_series(book, series_id)
    return _part(_best(book, tuple(kinds)), series_id)


def ranked(book: Evidence, series_id: str, *, kinds: Sequence[str] = USED) -> pd.DataFrame:
    """Return every candidate row of a series, the best of each period first.

    Raises
    ------
    UnknownName
        When the series has no card in the book.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = ranked(load_evidence("2026-10-30"), "trade.china_russia.total")
    >>> rows[rows["period"] == "2022"]["value"].tolist()[0]
    190.271
    """
    require_series(book, series_id)
    return _part(ranking(book, tuple(kinds)), series_id)


def conflicts(book: Evidence, series_id: str | None = None) -> pd.DataFrame:
    """Return the losing rows whose figure differs from the chosen one.

    Parameters
    ----------
    book : Evidence
    series_id : str, optional
        One series; None takes all.

    Returns
    -------
    pandas.DataFrame
        Columns `series_id, period, chosen, chosen_source, value, source_id, gap, percent, rule`;
        `gap` is loser minus chosen, in the unit of the series.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = conflicts(load_evidence("2026-10-30"), "trade.china_russia.total")
    >>> bool((rows[rows["period"] == "2023"]["value"] == 232.0).any())
    True
    """
    if series_id is not None:
        require_series(book, series_id)
    rows = ranking(book, USED) if series_id is None else ranked(book, series_id)
    return _losers(rows[rows.duplicated(_KEY, keep=False)])


def require_series(book: Evidence, series_id: str) -> None:
    """Refuse an id without a card, naming the ids that look like it.

    Raises
    ------
    UnknownName
        When the book has no such series.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> require_series(load_evidence("2026-10-30"), "driver.brent_price")
    """
    if series_id in book.series.index:
        return
    raise unknown_series(series_id, book.series.index)


@lru_cache(maxsize=8)
def ranking(book: Evidence, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return the candidate rows of the whole book, the best of each series and period first.

    The result is cached, because models ask for many series of one book. The columns of the rule are
    added, among them `doubt`, 1 where definition or period is in doubt.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = ranking(load_evidence("2026-10-30"), ("observed",))
    >>> set(rows["kind"]), set(rows["doubt"]) <= {0, 1}
    ({'observed'}, True)
    """
    seen = book.observations
    scored = _scored(book, seen[seen["kind"].isin(kinds)])
    return scored.sort_values(["series_id", "start", "end", "period", *_STEPS], ignore_index=True)


@lru_cache(maxsize=8)
def _best(book: Evidence, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return the chosen row of every series and period, cached per book."""
    rows = ranking(book, kinds)
    name = [rows["series_id"], rows["period"]]
    extra = {
        "n_sources": rows["group"].groupby(name).transform("nunique").astype(int),
        "spread": _spread(rows, name),
    }
    best = rows.assign(**extra)[~rows.duplicated(_KEY)]
    return best.drop(columns=[*_STEPS, "group"]).reset_index(drop=True)


def _part(table: pd.DataFrame, series_id: str) -> pd.DataFrame:
    """Return the rows of one series from a table sorted by series, by bisection."""
    ids = table["series_id"]
    first, last = ids.searchsorted(series_id, "left"), ids.searchsorted(series_id, "right")
    return table.iloc[int(first) : int(last)].reset_index(drop=True)


def _scored(book: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Add one column per step of the rule; lower is better in each."""
    cards = book.sources[["directness", "group"]].reindex(rows["source_id"])
    quoted = (cards["directness"] == "quoting").to_numpy()
    direct = np.where(quoted & rows["low"].notna().to_numpy(), "rounded", cards["directness"])
    direct = np.where(quoted & rows["note"].str.contains(_BOUNDS).to_numpy(), "bounded", direct)
    direct = np.where(rows["note"].str.contains("converted", regex=False), "converted", direct)
    order = {name: rank for rank, name in enumerate(DIRECTNESS)}
    return rows.assign(
        directness=direct,
        group=cards["group"].to_numpy(),
        doubt=rows["note"].str.contains("doubt:", regex=False).astype(int),
        guessed=(rows["kind"] != "observed").astype(int),
        indirect=[order[name] for name in direct],
        age=-_vintages(rows),
        width=(rows["high"] - rows["low"]).fillna(0.0) - 1e-9 * rows["value"].map(_decimals),
        tie=rows["note"].str.contains("second-hand copy", regex=False).map({True: "~", False: ""}) + rows["source_id"],
    )


def _vintages(rows: pd.DataFrame) -> pd.Series:
    """Return the day ordinal that counts as each row's vintage.

    A later but coarser print that agrees within its rounding confirms the finer one, which then
    counts as published on the later day.
    """
    newest = {text: last_day(text).toordinal() if text else 0 for text in rows["published"].unique()}
    table = rows[_KEY].assign(
        index=np.arange(len(rows)),
        value=rows["value"].to_numpy(),
        day=rows["published"].map(newest).to_numpy(dtype=int),
        half=10.0 ** -rows["value"].map(_decimals).to_numpy() / 2,
    )
    twice = table[table.duplicated(_KEY, keep=False)]
    pairs = twice.merge(twice, on=_KEY, suffixes=("", "_other"))
    agrees = (pairs["value"] - pairs["value_other"]).abs() <= pairs["half_other"] + 1e-9
    confirmed = pairs[agrees].groupby("index")["day_other"].max()
    days = table["day"].to_numpy(copy=True)
    days[confirmed.index] = np.maximum(days[confirmed.index], confirmed.to_numpy())
    return pd.Series(days, index=rows.index)


def _decimals(value: float) -> int:
    """Count the decimals a figure was printed with, up to four."""
    text = f"{value:.4f}".rstrip("0")
    return len(text.partition(".")[2])


def _spread(rows: pd.DataFrame, name: list[pd.Series]) -> pd.Series:
    """Return the range of the direct prints by period; restatements carry no further information."""
    best = rows[["doubt", "guessed"]].groupby(name).transform("first")
    direct = rows["indirect"] <= DIRECTNESS.index("bounded")
    alike = (rows["doubt"] == best["doubt"]) & (rows["guessed"] == best["guessed"])
    values = rows["value"].where(direct & alike).groupby(name)
    return (values.transform("max") - values.transform("min")).fillna(0.0)


def reasons(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ranked rows with `gap` to the chosen figure and `verdict`: "chosen" or why not.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `ranked`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = reasons(ranked(load_evidence("2026-10-30"), "trade.china_russia.total"))
    >>> rows[rows["value"] == 234.0]["verdict"].tolist()
    ['less direct (restated, chosen is quoting)']
    """
    best = rows.groupby(_KEY)[["value", "source_id", *_STEPS]].transform("first")
    verdict = [_reason(row, top) for row, top in zip(_tuples(rows), _tuples(best), strict=True)]
    columns = {"chosen": best["value"], "chosen_source": best["source_id"], "gap": rows["value"] - best["value"]}
    return rows.assign(**columns, verdict=verdict)


def _losers(rows: pd.DataFrame) -> pd.DataFrame:
    rows = reasons(rows)
    both_bounds = rows["value"].isna() & rows["chosen"].isna()
    rows = rows[(rows["gap"] != 0) & ~both_bounds]
    rows = rows.assign(percent=100 * rows["gap"] / rows["chosen"].abs().where(rows["chosen"] != 0))
    columns = ["series_id", "period", "chosen", "chosen_source", "value", "source_id", "gap", "percent", "verdict"]
    return rows[columns].rename(columns={"verdict": "rule"}).reset_index(drop=True)


def _tuples(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(rows[list(_STEPS)].itertuples(index=False, name=None))


def _reason(row: tuple[Any, ...], top: tuple[Any, ...]) -> str:
    """Name the first step at which a row falls behind the chosen one."""
    for (name, words), mine, best in zip(_STEPS.items(), row, top, strict=True):
        if mine != best and name == "indirect":
            return f"{words} ({DIRECTNESS[mine]}, chosen is {DIRECTNESS[best]})"
        if mine != best:
            return words
    return "chosen"
