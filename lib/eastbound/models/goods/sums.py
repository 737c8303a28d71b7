"""Published sums of flows over spans of months, and the part of a flow that a good makes up in its newest figures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.models.goods.groups import Group
from eastbound.models.observations import ordinals
from eastbound.models.trade.energy import COMMODITIES, gas_history
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_YEAR: Final = 12
_LEAST_MONTHS: Final = 3  # a shorter sum of values says little about a year
_GAS_FROM: Final = 2020 * _YEAR  # first month of pipeline gas from Russia with a value
_Spans = dict[tuple[int, int], float]


class Figure(NamedTuple):
    """A good's part of its flow over a span.

    Parameters
    ----------
    first, last : int
        Ordinals of its months.
    amount : float
        Value in USD bn, share in percent, or volume.
    """

    first: int
    last: int
    amount: float

    @property
    def middle(self) -> float:
        """Middle of the span in months."""
        return 0.5 * (self.first + self.last + 1)


@lru_cache(maxsize=64)
def printed(book: Evidence, series: str) -> _Spans:
    """Return the chosen observed figures of a series by first and last month."""
    rows = chosen(book, series, kinds=("observed",))
    rows = rows[rows["value"].notna()]
    spans = zip(ordinals(rows["start"]).tolist(), ordinals(rows["end"]).tolist(), strict=True)
    return dict(zip(spans, rows["value"].tolist(), strict=True))


def known_sum(book: Evidence, series: str, *, first: int, last: int) -> float | None:
    """Return the published sum of a flow from the month `first` to `last`, or None.

    Parameters
    ----------
    book : Evidence
        The evidence.
    series : str
        A flow.
    first, last : int
        Ordinals of months.

    Returns
    -------
    float or None
        The printed sum, the sum of printed months, or the difference of two cumulative figures of a year.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> known_sum(load_evidence("2026-10-30"), names.CHINA_IMPORTS, first=2025 * 12, last=2025 * 12 + 11)
    124.796
    """
    spans = printed(book, series)
    direct = _summed(spans, first, last)
    january = first // _YEAR * _YEAR
    if direct is not None or first == january or last // _YEAR * _YEAR != january:
        return direct
    until, before = _summed(spans, january, last), _summed(spans, january, first - 1)
    return None if until is None or before is None else until - before


def _summed(spans: _Spans, first: int, last: int) -> float | None:
    """Return the printed sum of a span, or that of its printed months."""
    if (first, last) in spans:
        return spans[first, last]
    months = [spans.get((month, month)) for month in range(first, last + 1)]
    return None if None in months else sum(months)  # type: ignore[arg-type]


def whole_sum(book: Evidence, whole: str, *, first: int, last: int) -> float | None:
    """Return the published sum of the flow that a group is a part of, USD bn, or None."""
    if whole != names.IMPORTS_REST:
        return known_sum(book, whole, first=first, last=last)
    energy = [_by_months(book, part.value, first, last) for part in COMMODITIES]
    gas = float(_gas(book)[first - _GAS_FROM : last + 1 - _GAS_FROM].sum()) if first >= _GAS_FROM else np.nan
    imports = known_sum(book, names.CHINA_IMPORTS, first=first, last=last)
    if imports is None or None in energy or np.isnan(gas):
        return None
    return imports - gas - sum(energy)  # type: ignore[arg-type]


def _by_months(book: Evidence, series: str, first: int, last: int) -> float | None:
    """Return the sum of the printed months, which decide what energy is, or the printed sum where one is missing."""
    months = [printed(book, series).get((month, month)) for month in range(first, last + 1)]
    return known_sum(book, series, first=first, last=last) if None in months else sum(months)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def _gas(book: Evidence) -> Floats:
    """Return the value of pipeline gas in every month from `_GAS_FROM` to the as-of date."""
    return gas_history(book, first=_GAS_FROM, stop=book.as_of.year * _YEAR + _YEAR)


def figures(book: Evidence, group: Group) -> list[Figure]:
    """Return the figures of a group, the longest span of each calendar year with a known flow, oldest first.

    Values are taken before volumes, and both need a quarter at least; a printed share may be that of a month.
    """
    for series, least in ((group.share, 1), (group.value, _LEAST_MONTHS), (group.volume, _LEAST_MONTHS)):
        spans = printed(book, series) if series else {}
        chosen_spans: dict[int, Figure] = {}
        for first, last in sorted({*spans, *_whole_years(spans)}, key=lambda span: span[1] - span[0]):
            amount = _summed(spans, first, last)
            if series != group.share and whole_sum(book, group.whole, first=first, last=last) is None:
                continue
            if amount and last - first + 1 >= least and first // _YEAR == last // _YEAR:
                chosen_spans[first // _YEAR] = Figure(first, last, amount)
        if chosen_spans:
            return [chosen_spans[year] for year in sorted(chosen_spans)]
    return []


def _whole_years(spans: _Spans) -> set[tuple[int, int]]:
    years = {first // _YEAR for first, last in spans if first == last}
    whole = {(year * _YEAR, year * _YEAR + _YEAR - 1) for year in years}
    return {span for span in whole if _summed(spans, *span) is not None}
