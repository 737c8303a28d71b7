"""Investment announced and made, currencies of payment and the cost of payments, on the draws of trade.

METHODS 2.11. Definitions are kept apart: the portfolio of the intergovernmental commission, what of it has been
implemented, the value of projects in the Far East and the money spent on them, and what was spent in Primorye, each
with its own figures. No part of one is taken for a part of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from eastbound.core.simulation.memory import rounded
from eastbound.models.finance import fees, shares
from eastbound.models.finance.figures import figures, known
from eastbound.models.finance.stocks import SUBJECT, Stock, fit_stock, simulate_stock
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

ANNOUNCED: Final = "investment.china_in_russia.announced"
IMPLEMENTED: Final = "investment.china_in_russia.implemented"
PROJECTS_VALUE: Final = "investment.china_in_rfe.projects_value_rub"
SPENT: Final = "investment.china_in_rfe.spent_rub"
PRIMORYE: Final = "primorye.investment.chinese_total_rub"
NATIONAL: Final = "driver.settlement.national_currency_share"
YUAN: Final = "driver.settlement.yuan_share"
STOCKS: Final = {
    ANNOUNCED: "announced",
    IMPLEMENTED: "implemented",
    PROJECTS_VALUE: "projects_value",
    PRIMORYE: "primorye",
}
SPENT_SHARES: Final = (
    "investment.china_in_rfe.spent_share",
    "investment.foreign_in_rfe.spent_share",
    "investment.all_in_rfe.spent_share",
)
SERIES: Final = (*STOCKS, SPENT, NATIONAL, YUAN, fees.COMMISSION, fees.COST)
READS: Final = (*STOCKS, *SPENT_SHARES, NATIONAL, YUAN, *fees.READS)


@dataclass(frozen=True)
class Fit:
    """Posterior of the model; None where no figure is known yet.

    Parameters
    ----------
    stocks : mapping of str to Stock or None
    spent : (float, float)
        Log odds of the part of a programme that has been spent, predictive mean and spread.
    national : Share or None
        Payments in roubles and yuan.
    yuan : (float, float)
        Log odds of the yuan's part of these, predictive mean and spread.
    fees : Fees or None
    """

    stocks: Mapping[str, Stock | None]
    spent: tuple[float, float]
    national: shares.Share | None
    yuan: tuple[float, float]
    fees: fees.Fees | None


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit every part from its own figures.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/finance.yml``.
    start : int
        First month of the grid, as an ordinal; changes nothing.
    full : bool
        Changes nothing: the posteriors have closed forms.

    Returns
    -------
    Fit
    """
    del start, full
    return Fit(
        {series: fit_stock(book, series, settings, prefix=prefix) for series, prefix in STOCKS.items()},
        _spent(book, settings),
        shares.fit_share(book, NATIONAL, settings),
        _yuan_part(book, settings),
        fees.fit_fees(book, settings),
    )


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return stocks, shares, the commission and its cost by month; a part without any figure is undefined (NaN).

    Parameters
    ----------
    fit : Fit
    world : World
        Needs China's exports.
    stream : Stream

    Returns
    -------
    dict of arrays, shape (months, width)
        USD bn and RUB bn at the end of the month, percent, and USD bn a month.
    """
    paths = world.unwritten(SERIES, stream.width)
    for series, stock in fit.stocks.items():
        if stock is None:
            paths[series].fill(np.nan)
        else:
            announced = paths[ANNOUNCED] if series == IMPLEMENTED and fit.stocks[ANNOUNCED] else None
            simulate_stock(stock, world, stream, out=paths[series], portfolio=announced)
    np.multiply(paths[PROJECTS_VALUE], _drawn_part(fit.spent, SPENT, stream), out=paths[SPENT])
    if fit.national is None:
        paths[NATIONAL].fill(np.nan)
    else:
        shares.simulate_share(fit.national, world, stream, out=paths[NATIONAL])
    part = _drawn_part(fit.yuan, YUAN, stream, shock=world.shocks.get(YUAN))
    np.multiply(paths[NATIONAL], part, out=paths[YUAN])
    if fit.fees is None:
        paths[fees.COMMISSION].fill(np.nan)
        paths[fees.COST].fill(np.nan)
    else:
        money = {"commission": paths[fees.COMMISSION], "cost": paths[fees.COST]}
        fees.simulate_fees(fit.fees, world, stream, **money)
    return paths


def _drawn_part(odds: tuple[float, float], series: str, stream: Stream, *, shock: Paths | None = None) -> Paths:
    """Return a part between 0 and 1 that stays in a draw, shape (width,) or with a shock (months, width)."""
    (level,) = rounded(odds[0] + odds[1] * stream.normals(SUBJECT, series, "part", rows=1)[0])
    (part,) = rounded(expit(level if shock is None else level + shock))
    return part


def _spent(book: Evidence, settings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the log odds of the spent part of a further programme, from the newest figure of those with one."""
    cases = [figures(book, series) for series in SPENT_SHARES]
    levels = [shares.log_odds(case, error=0.0)[0][-1:] for case in cases if known(case)]
    centre, spread = settings["spent_prior"]
    if not levels:
        return float(np.log(centre / (1.0 - centre))), float(spread)
    return shares.predictive(levels, prior_sd=float(spread))


def _yuan_part(book: Evidence, settings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the log odds of the yuan's part of payments in roubles and yuan.

    Notes
    -----
    A year's part is the stated share of the yuan over that of both currencies, interpolated in log odds. The judgement
    of ``yuan_part`` is one case more.
    """
    centre, spread = settings["yuan_part"]
    judged = np.log(centre / (1.0 - centre))
    yuan, both = figures(book, YUAN, middle=True), figures(book, NATIONAL, middle=True)
    cases = [np.array([judged])]
    if known(yuan) and known(both):
        error = float(settings["statement_error"])
        whole = expit(np.interp(yuan.month, both.month, shares.log_odds(both, error=error)[0])) * 100.0
        part = np.clip(100.0 * yuan.value / whole, 5.0, 97.5)
        cases.append(np.log(part / (100.0 - part)))
    return shares.predictive(cases, prior_sd=float(spread))
