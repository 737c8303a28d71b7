"""Co-risk: how one quantity fares in the worst futures of another, and how often their tails coincide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from eastbound.core.quantiles import probability
from eastbound.risk.sample import Sample
from eastbound.risk.shortfall import FEWEST_TAIL, Worse
from eastbound.typing import Floats

TAIL: Final = 0.1


def co_risk(
    sample: Sample,
    series_id: str,
    *,
    given: Mapping[str, Worse],
    at: int | str,
    worse: Worse = "lower",
    tail: float = TAIL,
    scenario: str | None = None,
) -> pd.DataFrame:
    """Return how a series fares in the draws in which others are in their worst tail.

    Parameters
    ----------
    sample : Sample
    series_id : str
        A variable of the ensemble.
    given : mapping of str to {"lower", "higher"}
        The other series, and on which side each is worst.
    at : int or str
        A year or month.
    worse : {"lower", "higher"}
        On which side the series itself is worst.
    tail : float
        Probability of the tail, between 0 and 1.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    DataFrame
        One row for each of `given`: series_id, given, tail, draws (in the tail of the other), enough (whether they are
        200 or more), limit (value of the other at its tail), loss (median of the series less its mean in that tail, a
        marginal expected shortfall), var (loss that the series exceeds with the probability of the tail), covar (the
        same in the tail of the other), together (probability that the series is in its own tail there), mcse (of it)
        and lift (how many times more often than otherwise). Numbers from fewer than 200 draws are NaN.

    References
    ----------
    METHODS 5, row "co-risk"; Adrian and Brunnermeier (2016), https://doi.org/10.1257/aer.20120555, for CoVaR; Acharya
    and others (2017), https://doi.org/10.1093/rfs/hhw088, for the marginal expected shortfall.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> table = co_risk(Sample(ens), "trade.china_russia.total", given={"driver.brent_price": "lower"}, at=2030)
    >>> table[["draws", "enough"]].values.tolist()
    [[26, False]]
    """
    index = sample.index(scenario)
    share = float(sample.effective()[index]) / sample.ens.sizes["draw"]
    values = sample.at(series_id, at)[index]
    rows = []
    for other, side in given.items():
        beside = sample.at(other, at)[index]
        known = np.isfinite(values) & np.isfinite(beside)
        losses, limit, inside = _in_tail(values[known], beside[known], worse=worse, side=side, tail=tail)
        size = int(inside.sum() * share)
        own = float(np.quantile(losses, 1.0 - tail))
        numbers = [np.nan] * 5
        if size >= FEWEST_TAIL:
            together, error = (float(number) for number in probability(losses[inside] >= own))
            covar = float(np.quantile(losses[inside], 1.0 - tail))
            numbers = [float(losses[inside].mean()), covar, together, error / np.sqrt(share), together / tail]
        loss, covar, together, error, lift = numbers
        rows.append((series_id, other, tail, size, size >= FEWEST_TAIL, limit, loss, own, covar, together, error, lift))
    columns = ["series_id", "given", "tail", "draws", "enough", "limit", "loss", "var", "covar", "together", "mcse"]
    return pd.DataFrame(rows, columns=[*columns, "lift"])


def _in_tail(
    values: Floats, beside: Floats, *, worse: Worse, side: Worse, tail: float
) -> tuple[Floats, float, np.ndarray]:
    """Return the losses of a series, the value at which the tail of the other begins, and the draws in that tail."""
    sign = 1.0 if worse == "lower" else -1.0
    losses = sign * (np.median(values) - values)
    if side == "lower":
        limit = float(np.quantile(beside, tail))
        return losses, limit, beside <= limit
    limit = float(np.quantile(beside, 1.0 - tail))
    return losses, limit, beside >= limit
