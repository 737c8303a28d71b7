"""Which of several figures for one series and period the models use.

Nothing is thrown away: the losers stay as rows, and the rule that beat them can be printed.
The rule compares, in this order, whether the definition and period are beyond doubt, whether
the figure was published rather than estimated, how directly it comes from those who counted,
how late it was published, and how finely it was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
import pandas as pd

from eastbound import names
from eastbound.errors import UnknownName
from eastbound.evidence.book import Evidence
from eastbound.periods import last_day

# Best first. `rounded` is a direct print coarser than the series' resolution, `bounded` one
# that gives only a side or a range ("over 70", "about 800").
DIRECTNESS: Final = ("customs", "quoting", "rounded", "bounded", "restated", "converted")
_BOUNDS: Final = r"\b(?:floor|ceiling|about|almost|range)\b"
USED: Final = ("observed", "estimate")
_NEAR: Final = 8  # ids that a message about an unknown one names
_KEY: Final = ["series_id", "period"]
_STEPS: Final = {
    "doubt": "definition or period in doubt",
    "guessed": "estimated, not published",
    "indirect": "less direct",
    "age": "earlier vintage",
    "width": "printed less finely",
    "tie": "as good; a copy, or later in the alphabet",
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
    >>> rows = chosen(load_evidence(), "trade.china_russia.total").set_index("period")
    >>> float(rows.loc["2023", "value"]), float(rows.loc["2025", "value"])
    (240.11, 228.105)
    """
    rows = ranked(book, series_id, kinds=kinds)
    if rows.empty:
        return rows.drop(columns=list(_STEPS)).assign(n_sources=0, spread=0.0)
    best = rows.drop_duplicates("period").drop(columns=list(_STEPS)).set_index("period")
    best["n_sources"] = rows.groupby("period")["group"].nunique()
    best["spread"] = _spread(rows)
    return best.reset_index().sort_values(["start", "end"], ignore_index=True)


def ranked(book: Evidence, series_id: str, *, kinds: Sequence[str] = USED) -> pd.DataFrame:
    """Return every candidate row of a series, the best of each period first.

    Raises
    ------
    UnknownName
        When the series has no card in the book.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = ranked(load_evidence(), "trade.china_russia.total")
    >>> rows[rows["period"] == "2022"]["value"].tolist()[0]
    190.271
    """
    require_series(book, series_id)
    seen = book.observations
    rows = seen[(seen["series_id"] == series_id) & seen["kind"].isin(kinds)]
    return _sorted(_scored(book, rows))


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
    >>> rows = conflicts(load_evidence(), "trade.china_russia.total")
    >>> bool((rows[rows["period"] == "2023"]["value"] == 232.0).any())
    True
    """
    if series_id is not None:
        require_series(book, series_id)
    seen = book.observations
    rows = seen[seen["kind"].isin(USED)]
    if series_id is not None:
        rows = rows[rows["series_id"] == series_id]
    rows = rows[rows.duplicated(_KEY, keep=False)]
    return _losers(_sorted(_scored(book, rows)))


def require_series(book: Evidence, series_id: str) -> None:
    """Refuse an id without a card, naming the ids that look like it.

    Raises
    ------
    UnknownName
        When the book has no such series.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> require_series(load_evidence(), "driver.brent_price")
    """
    if series_id in book.series.index:
        return
    close = get_close_matches(series_id, list(book.series.index), n=_NEAR, cutoff=0.5)
    raise UnknownName(
        "series", series_id, close or [names.TRADE_TOTAL, names.CHINA_SHARE, names.CHINA_EXPORTS, names.CHINA_IMPORTS]
    )


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


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["series_id", "start", "end", "period", *_STEPS], ignore_index=True)


def _vintages(rows: pd.DataFrame) -> pd.Series:
    """Return the day ordinal that counts as each row's vintage.

    A later but coarser print that agrees within its rounding confirms the finer one,
    which then counts as said on the later day.
    """
    newest = {text: last_day(text).toordinal() if text else 0 for text in rows["published"].unique()}
    day = rows["published"].map(newest).astype(int)
    twice = rows[rows.duplicated(_KEY, keep=False)]
    for _, group in twice.groupby(_KEY, sort=False):
        values, days = group["value"].to_numpy(), day[group.index].to_numpy()
        steps = 10.0 ** -np.array([_decimals(value) for value in values])
        agrees = np.abs(values[:, None] - values) <= steps / 2 + 1e-9
        day[group.index] = np.where(agrees, days, 0).max(axis=1, initial=0)
    return day


def _decimals(value: float) -> int:
    """Count the decimals a figure was printed with, up to four."""
    text = f"{value:.4f}".rstrip("0")
    return len(text.partition(".")[2])


def _spread(rows: pd.DataFrame) -> pd.Series:
    """Range of the direct prints by period; later retellings say nothing about the truth."""
    best = rows.groupby("period")[["doubt", "guessed"]].transform("first")
    direct = rows["indirect"] <= DIRECTNESS.index("rounded")
    alike = (rows["doubt"] == best["doubt"]) & (rows["guessed"] == best["guessed"])
    values = rows[direct & alike].groupby("period")["value"]
    return (values.max() - values.min()).reindex(rows["period"].unique()).fillna(0.0)


def reasons(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ranked rows with `gap` to the chosen figure and `verdict`: "chosen" or why not.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `ranked`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> rows = reasons(ranked(load_evidence(), "trade.china_russia.total"))
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
