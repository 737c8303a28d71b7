"""Series that are computed when they are read: ratios of two simulated flows, and flows in another currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from eastbound import catalogue
from eastbound.core.ratio import percent
from eastbound.ensemble.aggregate import ratio_of
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


class Derived(NamedTuple):
    """How a series follows from two simulated ones, month by month.

    Parameters
    ----------
    parts : (str, str)
        Ids of the two.
    combine : callable
        Takes their arrays and returns that of the series.
    """

    parts: tuple[str, str]
    combine: Callable[..., Any]


def derived_series(simulated: Iterable[str], book: Evidence) -> Mapping[str, Derived]:
    """Return the series that follow from simulated ones, by id.

    Parameters
    ----------
    simulated : iterable of str
    book : Evidence
        Its cards give the ratios.

    Returns
    -------
    mapping of str to Derived
        Ratios in percent as ``aggregate`` has them, then flows times an exchange rate
        (`eastbound.catalogue.conversions`).

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> simulated = ["trade.china_russia.total", "driver.usd_cny"]
    >>> list(derived_series(simulated, load_evidence("2026-10-30")))
    ['trade.china_russia.total_cny']
    """
    known = set(simulated)
    rules = {str(name): ratio_of(rule) for name, rule in book.series["aggregate"].items()}
    ratios = {name: Derived(parts, percent) for name, parts in rules.items() if parts and known.issuperset(parts)}
    conversions = {
        name: Derived(parts, converted)
        for name, parts in catalogue.conversions().items()
        if known.issuperset(parts) and name not in known
    }
    return {**ratios, **conversions}


def converted(flow: Floats, rate: Floats) -> Floats:
    """Return an amount of dollars in another currency.

    Parameters
    ----------
    flow : array
        USD bn a month.
    rate : array, same shape
        Mean rate of the month, units of the currency per dollar.

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> converted(np.array([20.0]), np.array([7.1])).tolist()
    [142.0]
    """
    return flow * rate
