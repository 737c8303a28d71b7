"""Releases of each trade flow by China's customs, and the size of their revisions.

Customs first print a month on its own; the cumulative figures that follow contain its revision.
Where both are printed, the difference of two cumulative figures measures the revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any, Final

import pandas as pd

from eastbound import names
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.interval_sums import IntervalSum, Revision, printed, records
from eastbound.periods import month_text

FLOWS: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.TRADE_TOTAL)
# Prints of the customs figure itself; restatements and conversions are not used as parents.
DIRECT: Final = ("customs", "quoting", "rounded", "bounded")
_FINE: Final = 0.0051 / sqrt(3.0)  # rounding error of a figure with two decimals
_PAIRS: Final = 5  # fewest months with both prints from which a flow's revision is measured
# Judgement, for a book with fewer pairs: about 2 % of a month's imports around 2020, up or down.
_UNMEASURED: Final = Revision(0.0, 0.15)


def revision_gaps(book: Evidence) -> pd.DataFrame:
    """Return the months printed both on their own and as the difference of two cumulative figures.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        Columns `series_id, period, printed, difference, gap` (difference less print), USD bn;
        only figures with two decimals or more.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> gaps = revision_gaps(load_evidence("2026-10-30")).set_index(["series_id", "period"])["gap"]
    >>> round(float(gaps["trade.china_russia.china_imports", "2022-08"]), 3)  # 72.949 - 61.45 - 11.21
    0.289
    """
    rows = [row for series in FLOWS for row in _gaps(series, released_sums(book, series))]
    return pd.DataFrame(rows, columns=["series_id", "period", "printed", "difference", "gap"])


def measured_revision(book: Evidence) -> pd.DataFrame:
    """Summarize by how much differences exceed first releases, by flow and overall.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        By `series_id` and "all": `pairs`, and in USD bn `mean`, `sd`, `mean_abs`, `largest`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = measured_revision(load_evidence("2026-10-30"))
    >>> int(table.loc["all", "pairs"]), round(float(table.loc["all", "mean_abs"]), 3)
    (34, 0.103)
    """
    gaps = revision_gaps(book)
    parts = {series: gaps.loc[gaps["series_id"] == series, "gap"] for series in FLOWS} | {"all": gaps["gap"]}
    rows = [[len(gap), gap.mean(), gap.std(), gap.abs().mean(), gap.abs().max()] for gap in parts.values()]
    return pd.DataFrame(
        rows, index=pd.Index(parts, name="series_id"), columns=["pairs", "mean", "sd", "mean_abs", "largest"]
    )


def released_sums(book: Evidence, series: str) -> list[IntervalSum]:
    """Return the direct prints of a flow, without those whose conflict is unresolved.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> sums = released_sums(load_evidence("2026-10-30"), "trade.china_russia.china_exports")
    >>> min(total.value for total in sums) > 0.0
    True
    """
    rows = chosen(book, series, kinds=("observed",))
    rows = rows[rows["directness"].isin(DIRECT) & ~rows["note"].str.contains("conflict|doubt:")]
    return printed(records(rows))


def _gaps(series: str, sums: list[IntervalSum]) -> Iterator[list[Any]]:
    fine = {
        (interval_sum.first, interval_sum.end): interval_sum.value
        for interval_sum in sums
        if interval_sum.rounding <= _FINE
    }
    for (first, end), value in fine.items():
        january = first - first % 12
        later, earlier = fine.get((january, end)), fine.get((january, first))
        # January and February are released together.
        if end == first + 1 and first > january + 1 and later is not None and earlier is not None:
            yield [series, month_text(first), value, later - earlier, later - earlier - value]


def revision(series: str, sums: list[IntervalSum]) -> Revision:
    """Measure what one more release adds to a flow.

    Parameters
    ----------
    series : str
        The flow.
    sums : list of IntervalSum
        Its printed sums, from `released_sums`, in USD bn.

    Returns
    -------
    Revision
        Mean and standard deviation of the revisions, in USD bn; a fixed default when too few
        months were printed both ways.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> flow = "trade.china_russia.china_exports"
    >>> revision(flow, released_sums(load_evidence("2026-10-30"), flow)).sd > 0.0
    True
    """
    gaps = [row[-1] for row in _gaps(series, sums)]
    if len(gaps) < _PAIRS:
        return _UNMEASURED
    return Revision(float(pd.Series(gaps).mean()), float(pd.Series(gaps).std()))
