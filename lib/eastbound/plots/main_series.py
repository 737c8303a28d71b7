"""The series that the evidence page follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eastbound import catalogue
from eastbound.plots.chart import Facts
from eastbound.plots.observed import as_of_words

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def main_series(book: Evidence) -> list[str]:
    """Return the series that forecasts rest on and that the book has figures of.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> main_series(load_evidence("2025-12-31"))[:2]
    ['trade.china_russia.total', 'trade.china_russia.china_exports']
    """
    wanted = [*catalogue.headlines(), *catalogue.event_targets()]
    known = set(book.observations["series_id"])
    return [name for name in dict.fromkeys(wanted) if name in known]


def evidence_facts(book: Evidence, *, title: str, label: str, unit: str = "") -> Facts:
    """Return title, unit and footer of a chart of the evidence page."""
    return Facts(title, label, unit, as_of_words(book.as_of))
