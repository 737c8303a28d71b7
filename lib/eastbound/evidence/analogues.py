"""How the shares of single trade partners moved in other countries: the reference class.

A reference computation of 2026-11-22 worked from the full Factbook archive; the table in the
book holds only the pairs that mattered to it. Where its words left a choice, the choice here is
the one that comes closest to its numbers:

- Factbook rows only. The press rows of North Korea and of regions count by other definitions;
  without them no pair has two values of one flow in one year.
- Sovereign homes only, by the list `DEPENDENT`; the table does not say who is sovereign.
- "Years later" takes the year itself, else the year before, else the year after: the editions
  leave 2013, 2018 and 2020 nearly empty.
- Origins of one pair do not overlap: the next may start where the last one ended.
- A partner that vanished from the later list counts at half the smallest share its home lists
  then. Where the table has no list of the home then but has later ones, the smallest share that
  the home ever lists is halved. Turnover needs both lists, so it has no such cases.
- Trade size is not in the table: what the reference restricts to homes with 1 USD bn of exports
  or imports is counted here over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

FLOWS: Final = ("exports", "imports", "turnover")
DEPENDENT: Final = frozenset(
    {
        "American Samoa",
        "Aruba",
        "Bermuda",
        "Falkland Islands (Islas Malvinas)",
        "Faroe Islands",
        "French Polynesia",
        "Greenland",
        "Guam",
        "Hong Kong",
        "Macau",
        "Montserrat",
        "Netherlands Antilles",
        "New Caledonia",
        "Puerto Rico",
        "Saint Helena, Ascension, and Tristan da Cunha",
        "Saint Pierre and Miquelon",
        "Wallis and Futuna",
    }
)
STATISTICS: Final = ("n", "median", "ge_70", "ge_80", "ge_90", "lt_60", "lt_50")
# The reference computation of 2026-11-22, from 65-75 %, all sizes, as it printed them.
REFERENCE: Final = {
    ("exports", 5): (49, 58.3, 0.33, 0.16, 0.04, 0.55, 0.41),
    ("exports", 10): (31, 51.5, 0.19, 0.06, 0.00, 0.74, 0.45),
    ("imports", 5): (16, 61.0, 0.19, 0.12, 0.06, 0.44, 0.25),
    ("imports", 10): (10, 49.2, 0.20, 0.20, 0.10, 0.70, 0.60),
    ("turnover", 5): (12, 64.1, 0.25, 0.08, 0.00, 0.25, 0.08),
    ("turnover", 10): (6, 63.9, 0.33, 0.17, 0.00, 0.33, 0.33),
}
_ARCHIVE: Final = "cia-factbook"
_NEAR: Final = (0, -1, 1)  # which year stands in for a missing one
_ROBUST: Final = 1.4826  # makes the median absolute deviation of a normal its standard deviation

Band: TypeAlias = tuple[float, float]


def comparable(analogues: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that count alike: partner shares of sovereign homes in the Factbook.

    Parameters
    ----------
    analogues : pandas.DataFrame
        Of the book: `home, partner, year, flow, value` (percent), `source_id`.

    Returns
    -------
    pandas.DataFrame
        `flow, home, partner, year` (integer) and `share` (percent), sorted; no year of a pair
        and flow stands twice.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = comparable(load_evidence().analogues)
    >>> bool(table.duplicated(["flow", "home", "partner", "year"]).any())
    False
    """
    keep = analogues["source_id"].str.startswith(_ARCHIVE) & ~analogues["home"].isin(DEPENDENT)
    rows = analogues[keep].assign(year=lambda table: table["year"].astype(int)).rename(columns={"value": "share"})
    key = ["flow", "home", "partner", "year"]
    return rows[[*key, "share"]].sort_values(key, ignore_index=True)


def later_shares(analogues: pd.DataFrame, *, band: Band = (65.0, 75.0), horizon: int = 10) -> pd.DataFrame:
    """Return where shares that started inside a band were some years later, a case a row.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.
    band : (float, float)
        Lowest and highest share at the start, percent, both included.
    horizon : int
        Years; one more or less stands in for a missing year.

    Returns
    -------
    pandas.DataFrame
        `flow, home, partner, horizon, year, share, later` (percent) and `how`: "listed",
        "dropped" (the home's list of that year lacks the partner) or "unlisted" (the table has
        no list of the home for that year, only later ones).

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> cases = later_shares(load_evidence().analogues)
    >>> cases[(cases["flow"] == "turnover") & (cases["home"] == "Mongolia")]["later"].tolist()
    [75.68]
    """
    table = comparable(analogues)
    lists = _smallest(table)
    found = []
    for flow, home, partner, path in _paths(table):
        free = 0
        for year in (year for year in path if band[0] <= path[year] <= band[1]):
            later, how = _after(path, lists[flow, home], year + horizon, drops=flow != "turnover")
            if year >= free and how:
                found.append((flow, home, partner, horizon, year, path[year], later, how))
                free = year + horizon
    return pd.DataFrame(found, columns=["flow", "home", "partner", "horizon", "year", "share", "later", "how"])


def persistence(
    analogues: pd.DataFrame, *, band: Band = (65.0, 75.0), horizons: tuple[int, ...] = (5, 10)
) -> pd.DataFrame:
    """Return how often shares that started inside a band stayed, rose or fell.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.
    band : (float, float)
        Share at the start, percent.
    horizons : tuple of int
        Years.

    Returns
    -------
    pandas.DataFrame
        By `flow` and `horizon`: `n` cases, `median` of the later share (percent), the fractions
        `ge_70, ge_80, ge_90, lt_60, lt_50` at or above, or below, so many percent, and how many
        cases were not `listed`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = persistence(load_evidence().analogues).set_index(["flow", "horizon"])
    >>> table.loc[("turnover", 10), ["n", "median"]].tolist()
    [6.0, 63.89]
    """
    rows = []
    for horizon in horizons:
        cases = later_shares(analogues, band=band, horizon=horizon)
        for flow, part in cases.groupby("flow"):
            rows.append({"flow": flow, "horizon": horizon, **_summary(part)})
    columns = ["flow", "horizon", *STATISTICS, "vanished"]
    return pd.DataFrame(rows, columns=columns).sort_values(["flow", "horizon"], ignore_index=True)


def crossings(analogues: pd.DataFrame, *, level: float = 50.0, target: float = 70.0) -> pd.DataFrame:
    """Return how many pairs that rose through a level reached a higher one.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.
    level, target : float
        Percent. A pair counts at its first rise from below `level`.

    Returns
    -------
    pandas.DataFrame
        By `flow`: `level, target, n, reached`, and `median_years` and `longest_years` from the
        crossing to the target among those that reached it.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> crossings(load_evidence().analogues).set_index("flow").loc["turnover", ["reached", "median_years"]].tolist()
    [4.0, 7.0]
    """
    waits: dict[str, list[float]] = {flow: [] for flow in FLOWS}
    for flow, _, _, path in _paths(comparable(analogues)):
        years = list(path)
        crossed = [b for a, b in pairwise(years) if path[a] < level <= path[b]]
        if crossed:
            reached = [year for year in years if year >= crossed[0] and path[year] >= target]
            waits[flow].append(reached[0] - crossed[0] if reached else np.nan)
    rows = []
    for flow, times in waits.items():
        done = [time for time in times if time == time]
        spread = (float(np.median(done)), max(done)) if done else (np.nan, np.nan)
        rows.append((flow, level, target, len(times), len(done), *spread))
    return pd.DataFrame(rows, columns=["flow", "level", "target", "n", "reached", "median_years", "longest_years"])


def falls(analogues: pd.DataFrame, *, level: float = 70.0, below: float = 60.0, within: int = 10) -> pd.DataFrame:
    """Return how many pairs fell back soon after they were first seen at a level.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.
    level, below : float
        Percent.
    within : int
        Years. A pair counts if it fell in that time or has a share listed that much later.

    Returns
    -------
    pandas.DataFrame
        By `flow`: `level, below, within, n, fell`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> falls(load_evidence().analogues).set_index("flow").loc["turnover", ["n", "fell"]].tolist()
    [7, 3]
    """
    fell: dict[str, list[bool]] = {flow: [] for flow in FLOWS}
    for flow, _, _, path in _paths(comparable(analogues)):
        first = min((year for year in path if path[year] >= level), default=None)
        if first is None:
            continue
        low = any(path[year] < below for year in path if first < year <= first + within)
        if low or max(path) >= first + within:
            fell[flow].append(low)
    rows = [(flow, level, below, within, len(cases), sum(cases)) for flow, cases in fell.items()]
    return pd.DataFrame(rows, columns=["flow", "level", "below", "within", "n", "fell"])


def yearly_changes(analogues: pd.DataFrame, *, band: Band = (55.0, 85.0)) -> pd.DataFrame:
    """Return how far shares inside a band moved by the next year.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.
    band : (float, float)
        Share in the first year, percent.

    Returns
    -------
    pandas.DataFrame
        By `flow`: `n, mean, median, sd, robust_sd` in percentage points, `logit_sd` and
        `logit_robust_sd`; the robust scale is 1.4826 times the median absolute deviation.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> row = yearly_changes(load_evidence().analogues).set_index("flow").loc["turnover"]
    >>> row[["n", "mean", "logit_robust_sd"]].round(2).tolist()
    [73.0, -2.32, 0.13]
    """
    steps: dict[str, list[tuple[float, float]]] = {flow: [] for flow in FLOWS}
    for flow, _, _, path in _paths(comparable(analogues)):
        pairs = [(path[y], path[y + 1]) for y in path if band[0] <= path[y] <= band[1] and y + 1 in path]
        steps[flow].extend(pair for pair in pairs if 0.0 < pair[1] < 100.0)
    rows = []
    for flow, found in steps.items():
        before, after = np.array(found).reshape(-1, 2).T
        points, logits = after - before, np.log(after / (100 - after)) - np.log(before / (100 - before))
        scales = (np.std(points, ddof=1), _robust(points), np.std(logits, ddof=1), _robust(logits))
        rows.append((flow, len(found), float(points.mean()), float(np.median(points)), *map(float, scales)))
    columns = ["flow", "n", "mean", "median", "sd", "robust_sd", "logit_sd", "logit_robust_sd"]
    return pd.DataFrame(rows, columns=columns)


def differences(analogues: pd.DataFrame) -> pd.DataFrame:
    """Return the statistics from 65-75 % beside those of the reference computation.

    Parameters
    ----------
    analogues : pandas.DataFrame
        As for `comparable`.

    Returns
    -------
    pandas.DataFrame
        `flow, horizon, statistic, found, reference, gap` (found, rounded as printed, less
        reference), one row per statistic.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = differences(load_evidence().analogues)
    >>> table[table["gap"] != 0][["flow", "horizon", "statistic", "gap"]].values.tolist()
    [['exports', 5, 'median', -0.9], ['exports', 5, 'lt_50', 0.02]]
    """
    table = persistence(analogues).melt(["flow", "horizon"], list(STATISTICS), "statistic", "found")
    digits = table["statistic"].map({"n": 0, "median": 1}).fillna(2).astype(int)
    # Python rounds .125 to .12, half to even, and so did the reference.
    found = [round(value, places) for value, places in zip(table["found"], digits, strict=True)]
    keys = zip(table["flow"], table["horizon"], table["statistic"], strict=True)
    reference = [REFERENCE[flow, horizon][STATISTICS.index(name)] for flow, horizon, name in keys]
    table = table.assign(found=found, reference=reference)
    table = table.assign(gap=(table["found"] - table["reference"]).round(3))
    order = {name: place for place, name in enumerate(STATISTICS)}
    return table.sort_values(
        ["flow", "horizon", "statistic"], key=lambda column: column.replace(order), ignore_index=True
    )


def _paths(table: pd.DataFrame) -> Iterator[tuple[str, str, str, dict[int, float]]]:
    """Yield flow, home, partner and the share by year, in sorted order."""
    paths: dict[tuple[str, str, str], dict[int, float]] = {}
    for flow, home, partner, year, share in table.itertuples(index=False, name=None):
        paths.setdefault((flow, home, partner), {})[year] = share
    for (flow, home, partner), path in paths.items():
        yield flow, home, partner, path


def _smallest(table: pd.DataFrame) -> dict[tuple[str, str], dict[int, float]]:
    """Return the smallest listed share by year, for each flow and home."""
    lows: dict[tuple[str, str], dict[int, float]] = {}
    for flow, home, _, year, share in table.itertuples(index=False, name=None):
        years = lows.setdefault((flow, home), {})
        years[year] = min(share, years.get(year, share))
    return lows


def _after(path: dict[int, float], smallest: dict[int, float], year: int, *, drops: bool) -> tuple[float, str]:
    """Return the share about a year and how it is known; no words when it is not."""
    near = [year + step for step in _NEAR]
    for listed in (y for y in near if y in path):
        return path[listed], "listed"
    if not drops:
        return np.nan, ""
    for listed in (y for y in near if y in smallest):
        return smallest[listed] / 2.0, "dropped"
    if max(smallest) > year:
        return min(smallest.values()) / 2.0, "unlisted"
    return np.nan, ""


def _summary(cases: pd.DataFrame) -> dict[str, float]:
    later = cases["later"].to_numpy(float)
    above = {f"ge_{edge}": float(np.mean(later >= edge)) for edge in (70, 80, 90)}
    under = {f"lt_{edge}": float(np.mean(later < edge)) for edge in (60, 50)}
    vanished = int((cases["how"] != "listed").sum())
    return {"n": len(later), "median": round(float(np.median(later)), 2), **above, **under, "vanished": vanished}


def _robust(values: np.ndarray) -> float:
    return float(_ROBUST * np.median(np.abs(values - np.median(values))))
