"""The first day on which a figure was available.

A page is often dated much later than the release it repeats, so a figure counts as available
from the earlier of the page's date and the date in the release calendar of its series.
"""

from __future__ import annotations

from datetime import date, timedelta

from eastbound.periods import Period


def available_on(period: Period, published: date | None, *, lag_days: int, customs: bool = False) -> tuple[date, str]:
    """Return the day on which a figure became available, and the basis of that day.

    Parameters
    ----------
    period : Period
        The interval that the figure covers.
    published : datetime.date or None
        Date of the page, None when the page has none.
    lag_days : int
        Days from the end of a period to the first release of the series.
    customs : bool
        Whether the release calendar of China's customs applies: January and February in March.

    Returns
    -------
    tuple of (datetime.date, str)
        The day and ``"printed"`` or ``"calendar"``. METHODS, Rulings.

    Examples
    --------
    >>> from eastbound.periods import parse_period
    >>> day, basis = available_on(parse_period("2024-12"), date(2025, 8, 29), lag_days=14)
    >>> str(day), basis
    ('2025-01-14', 'calendar')
    >>> str(available_on(parse_period("2024-01"), None, lag_days=14, customs=True)[0])
    '2024-03-14'
    """
    end = period.end
    if customs and period.freq == "M" and period.start.month == 1:
        end = date(end.year, 3, 1) - timedelta(days=1)
    expected = end + timedelta(days=lag_days)
    if published is not None and published <= expected:
        return published, "printed"
    return expected, "calendar"
