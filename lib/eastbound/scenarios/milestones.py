"""Draw the months in which milestones are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from eastbound.core.simulation.distributions import quantile
from eastbound.scenarios.schema import Scenario
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream


def milestone_months(scenario: Scenario, *, start: int, stream: Stream) -> dict[str, Floats]:
    """Draw the months from the start of the grid to each milestone.

    Parameters
    ----------
    scenario : Scenario
        Gives the milestones.
    start : int
        Ordinal of the first month of the grid.
    stream : Stream
        Random numbers of a block of draws.

    Returns
    -------
    dict of str to array, shape (width,)
        Months, negative before the grid, infinite for never.

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
    result = {}
    for milestone in scenario.milestones:
        level = stream.uniforms("milestone", milestone.id, "date", rows=1)[0]
        # The fraction of a month is kept: capacity ramps start within it.
        months = quantile(milestone.date.spec(), level) - start
        if milestone.never is not None:
            uniform = stream.uniforms("milestone", milestone.id, "never", rows=1)[0]
            months = np.where(uniform < milestone.never.value, np.inf, months)
        result[milestone.id] = months
    return result
