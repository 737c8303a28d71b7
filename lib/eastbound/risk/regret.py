"""Regret: what a plan costs beyond the best plan, in each branch of the scenario tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from eastbound.errors import InputError
from eastbound.typing import Bools, Floats


def planning_cost(outcomes: Floats, plan: float, *, missing: float = 1.0, idle: float = 1.0) -> Floats:
    """Return what it costs to have planned for one level when another comes.

    Parameters
    ----------
    outcomes : array
        In the unit of the plan.
    plan : float
        Level that was prepared for.
    missing, idle : float
        Cost of a unit that comes unprepared for, and of a prepared unit that does not come.

    Examples
    --------
    >>> planning_cost(np.array([8.0, 12.0]), 10.0, missing=3.0).tolist()
    [2.0, 6.0]
    """
    gap = outcomes - plan
    return np.asarray(missing * np.maximum(gap, 0.0) + idle * np.maximum(-gap, 0.0))


def regret_table(
    outcomes: Floats,
    plans: Sequence[float],
    groups: Mapping[str, Bools],
    *,
    missing: float = 1.0,
    idle: float = 1.0,
) -> pd.DataFrame:
    """Return the expected regret of each plan in each group of futures, and the largest.

    Parameters
    ----------
    outcomes : array, shape (draw,)
        Of the quantity that is planned for.
    plans : sequence of float
        Levels to prepare for, in the same unit.
    groups : mapping of str to bool array, shape (draw,)
        Branches of the scenario tree, or other sets of futures.
    missing, idle : float
        As for `planning_cost`.

    Returns
    -------
    DataFrame
        One row a plan: plan, one column for each group (expected cost there less that of the best plan there),
        `largest` and `in` (the group with the largest regret); ``attrs["robust"]`` is the plan with the smallest
        largest regret. No plan is the best in every group, so none is called optimal.

    Raises
    ------
    InputError
        If there are fewer than two plans, or no group.

    References
    ----------
    Savage (1951), https://doi.org/10.1080/01621459.1951.10500768. METHODS 5, row "robust choice".

    Examples
    --------
    >>> outcomes = np.array([1.0, 1.0, 5.0, 5.0])
    >>> table = regret_table(outcomes, [1, 3, 5], {"low": outcomes < 3, "high": outcomes > 3})
    >>> table["largest"].tolist(), table.attrs["robust"]
    ([4.0, 2.0, 4.0], 3.0)
    """
    if len(plans) < 2 or not groups:
        message = "regret compares at least two plans in at least one group of futures."
        raise InputError(message)
    costs = np.array(
        [
            [planning_cost(outcomes[holds], plan, missing=missing, idle=idle).mean() for holds in groups.values()]
            for plan in plans
        ]
    )
    regrets = costs - costs.min(axis=0)
    worst = regrets.argmax(axis=1)
    table = pd.DataFrame(regrets, columns=list(groups))
    table.insert(0, "plan", np.asarray(plans, dtype=np.float64))
    table = table.assign(**{"largest": regrets.max(axis=1), "in": [list(groups)[index] for index in worst]})
    table.attrs["robust"] = float(table["plan"].iloc[int(table["largest"].argmin())])
    return table
