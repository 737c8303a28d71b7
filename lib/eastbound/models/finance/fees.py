"""What payments cost: the commission of agents fades towards that of netting, and a halt of payments raises it.

The model takes nothing from trade: what a halt costs trade, the event of that halt states itself, and a commission on
top of it would count the same loss twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from eastbound import names
from eastbound.core.simulation.memory import rounded
from eastbound.models.drivers import kept_share
from eastbound.models.finance.figures import figures, known
from eastbound.models.finance.shares import log_odds
from eastbound.models.finance.stocks import SUBJECT
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

COMMISSION: Final = "payments.china_russia.commission"
NETTING: Final = f"{COMMISSION}_netting"
AGENT_SHARE: Final = "payments.china_russia.agent_share"
COST: Final = "payments.china_russia.cost"
READS: Final = (COMMISSION, NETTING, AGENT_SHARE)
_MOST: Final = 30.0  # percent: beyond it nobody pays through an agent


@dataclass(frozen=True)
class Fees:
    """Posterior of the commission.

    Parameters
    ----------
    month : float
        Ordinal of the month of the last figure.
    floor, floor_sd : float
        Log of the commission that remains, in percent, and its spread.
    mean, root : array, shape (2,), (2, 2)
        Log of the excess over the floor at `month`, and of its half-life in months; root of their covariance.
    agents, agents_sd : float
        Log odds of the share of payments that goes through agents, and their spread.
    """

    month: float
    floor: float
    floor_sd: float
    mean: Floats
    root: Floats
    agents: float
    agents_sd: float


def fit_fees(book: Evidence, settings: Mapping[str, Any]) -> Fees | None:
    """Return the posterior of the commission, or None where no figure is known.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/finance.yml``.

    Returns
    -------
    Fees or None

    Notes
    -----
    The log of the excess falls on a line; its slope has the prior of the half-life, linearized at the median.
    Figures are normal with the errors of their ranges.
    """
    dated, netting = figures(book, COMMISSION), figures(book, NETTING)
    if not known(dated):
        return None
    floor, floor_sd = np.log(settings["fee_floor"][0]), float(settings["fee_floor"][1])
    if known(netting):  # a printed lowest price, weighed with the judgement
        precision, exact = floor_sd**-2.0, (settings["fee_floor_error"]) ** -2.0
        floor = (floor * precision + np.log(netting.value[-1]) * exact) / (precision + exact)
        floor_sd = (precision + exact) ** -0.5
    median, spread = settings["fee_half_life"]
    excess = np.maximum(dated.value - np.exp(floor), settings["fee_least_excess"])
    sd = np.hypot(dated.sd, settings["fee_statement_error"]) / excess
    ago = dated.month[-1] - dated.month
    # log excess = level + ago * log(2) / half-life, with the half-life as median * exp(z): linear in z near zero
    slope = np.log(2.0) / median
    design = np.stack([np.ones(len(ago)), -slope * ago], axis=1)
    prior = np.diag([float(settings["fee_excess_prior_sd"]) ** -2.0, float(spread) ** -2.0])
    rest = np.log(excess) - slope * ago
    centre = np.array([np.log(excess[-1]), 0.0])
    precision_matrix = prior + design.T @ (design / (sd**2)[:, None])
    covariance = np.linalg.inv(precision_matrix)
    mean = covariance @ (prior @ centre + design.T @ (rest / sd**2)) + np.array([0.0, np.log(median)])
    agents, agents_sd = _agents(book, settings)
    return Fees(float(dated.month[-1]), float(floor), floor_sd, mean, np.linalg.cholesky(covariance), agents, agents_sd)


def _agents(book: Evidence, settings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the log odds of the agents' share, from its last figure, and their spread over the forecast."""
    dated = figures(book, AGENT_SHARE)
    if not known(dated):
        centre, spread = settings["agents_prior"]
        return float(np.log(centre / (1.0 - centre))), float(spread)
    level, sd = log_odds(dated, error=float(settings["agents_prior"][1]))
    return float(level[-1]), float(sd[-1])


def simulate_fees(fees: Fees, world: World, stream: Stream, *, commission: Paths, cost: Paths) -> None:
    """Write the commission in percent and the money paid in commissions, USD bn a month.

    Parameters
    ----------
    fees : Fees
    world : World
        Needs China's exports; a shock on `COMMISSION` is a log factor on it.
    stream : Stream
    commission, cost : array, shape (months, width)
        Overwritten.
    """
    normals = stream.normals(SUBJECT, COMMISSION, "parameters", rows=4)
    log_excess, log_half_life = fees.mean[:, None] + fees.root @ normals[:2]
    floor, excess, keep, agents = rounded(
        np.exp(fees.floor + fees.floor_sd * normals[2]),
        np.exp(log_excess),
        kept_share(log_half_life),
        expit(fees.agents + fees.agents_sd * normals[3]) / 100.0,
    )
    shock, grid = world.shocks.get(COMMISSION), world.grid
    for month in range(min(int(fees.month), grid.start), grid.stop):
        if month > fees.month:
            excess *= keep
        if month < grid.start:
            continue
        row = commission[month - grid.start]
        np.add(floor, excess, out=row)
        if shock is not None:
            row *= np.exp(shock[month - grid.start])
        np.minimum(row, _MOST, out=row)
    np.multiply(commission, agents, out=cost)
    cost *= world.paths[names.CHINA_EXPORTS]
