"""Draw the months in which milestones are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from eastbound.core.simulation.distributions import quantile
from eastbound.periods import month_ordinal
from eastbound.scenarios.branches import NO_BRANCHES, Branches, other_forms
from eastbound.scenarios.openings import CONTRACT, Opening
from eastbound.scenarios.schema import Milestone, Scenario
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream


def milestone_months(
    scenario: Scenario,
    *,
    start: int,
    stream: Stream,
    after: int | None = None,
    branches: Branches = NO_BRANCHES,
) -> dict[str, Floats]:
    """Draw the months from the start of the grid to each milestone, and to uncertain contracts.

    Parameters
    ----------
    scenario : Scenario
        Gives the milestones.
    start : int
        Ordinal of the first month of the grid.
    stream : Stream
        Random numbers of a block of draws.
    after : int, optional
        Ordinal of the last observed month: an opening comes after it. Default is the month before the grid.
    branches : Branches
        Those of the axes that the scenario leaves open; each dates its milestones in its draws.

    Returns
    -------
    dict of str to array, shape (width,)
        Months, negative before the grid, infinite for never. An opening whose contract is not signed has a second
        entry under its id and `CONTRACT`.

    Notes
    -----
    METHODS 2.3. The date and the event "never" use separate uniform numbers: a
    smaller probability of never adds dates and leaves the others unchanged.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> months = milestone_months(load_scenario("baseline"), start=2026 * 12, stream=Stream(1, 0, 8))
    >>> months["pos2_first_gas"].shape
    (8,)
    """
    after = start - 1 if after is None else after
    result: dict[str, Floats] = {}
    masks = branches.masks(stream)
    for milestone in scenario.milestones:
        dates = _dates(milestone, stream, after=after)
        for form, mask in other_forms(milestone, branches, masks):
            for name, months in _dates(form, stream, after=after).items():
                dates[name] = np.where(mask, months, dates[name]) if name in dates else months
        # The fraction of a month is kept: capacity ramps start within it.
        result |= {name: months - start for name, months in dates.items()}
    return result


def _dates(milestone: Milestone, stream: Stream, *, after: int) -> dict[str, Floats]:
    """Return the ordinals of a milestone and of its contract, infinite for never."""
    level = stream.uniforms("milestone", milestone.id, "date", rows=1)[0]
    never = milestone.never
    lost = np.zeros(level.shape, dtype=bool)
    if never is not None:
        lost = stream.uniforms("milestone", milestone.id, "never", rows=1)[0] < never.value
    date = milestone.date
    if not isinstance(date, Opening):
        return {milestone.id: np.where(lost, np.inf, quantile(date.spec(), level))}
    contract = date.contract_months(stream.uniforms("milestone", milestone.id, "contract", rows=1)[0], after=after)
    opened = date.months(level, contract=contract, after=after)
    result = {milestone.id: opened}
    if not date.signed:
        result[f"{milestone.id}{CONTRACT}"] = contract
    end = np.inf if never is None else month_ordinal(never.by) + 1
    return {name: np.where(lost | (months > end), np.inf, months) for name, months in result.items()}
