"""Which scenarios of the tree have expired by what has been observed: they leave the mixture to `other`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from eastbound.ensemble.summary import COMPARISONS, history
from eastbound.periods import month_text
from eastbound.scenarios.branches import stamps, tree_scenarios
from eastbound.scenarios.dates import is_expired, month_range
from eastbound.scenarios.home import find_home
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import judged_since

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def expired_scenarios(book: Evidence, *, home: Path | None = None) -> frozenset[str]:
    """Return the scenarios of the tree whose expiry has come: by date, or by an observed figure.

    Parameters
    ----------
    book : Evidence
    home : Path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> expired_scenarios(load_evidence("2026-10-30"))
    frozenset()
    """
    since = judged_since(home)
    if since is None or book.as_of < since:
        return frozenset()
    return _expired(book, find_home(home), stamps(find_home(home)), since=str(since)[:7])


@lru_cache(maxsize=8)  # every ensemble of a page asks for those of one book
def _expired(book: Evidence, home: Path, stamped: tuple[tuple[str, str], ...], *, since: str) -> frozenset[str]:
    _, scenarios = tree_scenarios(home, stamped)
    return frozenset(each.name for each in scenarios.values() if has_expired(each, book, since=since))


def has_expired(scenario: Scenario, book: Evidence, *, since: str) -> bool:
    """Return whether the month after which a scenario expires has ended, or its rule holds for an observed figure.

    Parameters
    ----------
    scenario : Scenario
    book : Evidence
    since : str
        Month from which figures count, or the first possible month of the scenario's dated events if that is later: a
        level that was passed before the scenario began says nothing about it.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> from eastbound.scenarios.loader import load_scenario
    >>> has_expired(load_scenario("price_slump"), load_evidence("2026-10-30"), since="2026-06")
    False
    """
    if is_expired(scenario, book.as_of):
        return True
    if scenario.expires is None or scenario.expires.when is None:
        return False
    series, comparison, number = scenario.expires.when.split()
    onsets = [month_range(event.onset)[0] for event in scenario.events if event.onset is not None]
    first = max(since, month_text(min(onsets))) if onsets else since
    figures = history(book, series)
    counted = figures[figures["start"] >= pd.Timestamp(first)]
    return bool(COMPARISONS[comparison](counted["value"], float(number)).any())
