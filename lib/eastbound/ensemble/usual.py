"""Mean effects of random events that the history of a series already contains: they are not counted again.

The trend of trade and the mean of the oil price are learnt from years in which such events happened. The expected
effect of the baseline's random events is therefore taken off every scenario: in the baseline they widen a forecast and
do not lower it, and a scenario without them lies higher by what they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound.core.simulation.memory import PRECISION
from eastbound.models import registry
from eastbound.models.protocol import Grid, last_month
from eastbound.scenarios.hazards import known_on, mean_effects
from eastbound.scenarios.loader import load_scenario, scenario_names
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.schema import Scenario

_BASELINE: Final = "baseline"


def baseline_of(home: Path | None) -> Scenario | None:
    """Return the baseline of a workspace, or None where it has no such scenario."""
    return load_scenario(_BASELINE, home=home) if _BASELINE in scenario_names(home) else None


def usual_effects(baseline: Scenario | None, book: Evidence, *, grid: Grid) -> dict[str, Floats]:
    """Return the mean log effect of the baseline's random events on each series that has learnt them.

    Parameters
    ----------
    baseline : Scenario or None
        From `baseline_of`.
    book : Evidence
        Its as-of date decides which cases were known.
    grid : Grid
        The months to simulate.

    Returns
    -------
    dict of str to array, shape (months,)

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> usual = usual_effects(load_scenario("baseline"), load_evidence("2026-10-30"), grid=Grid(2026 * 12, 120))
    >>> bool(usual["driver.brent_price"][-1] < 0.0)
    True
    """
    if baseline is None:
        return {}
    known, targets = known_on(baseline, book.as_of), registry.learnt_targets()
    return mean_effects(known, targets, start=grid.start, months=grid.months, after=last_month(book))


def less_usual(shocks: dict[str, Paths], usual: Mapping[str, Floats], *, width: int) -> dict[str, Paths]:
    """Return shocks less the effects that are usual, which a series without any shock has too.

    Parameters
    ----------
    shocks : dict of str to array, shape (months, width)
        From `eastbound.scenarios.events.shocks`; changed in place.
    usual : mapping of str to array, shape (months,)
        From `usual_effects`.
    width : int
        Number of draws.

    Examples
    --------
    >>> less_usual({"a": np.zeros((2, 1))}, {"a": np.array([0.0, -0.1]), "b": np.zeros(2)}, width=1)["a"].tolist()
    [[0.0], [0.1]]
    """
    for target, effect in usual.items():
        shocks.setdefault(target, np.zeros((len(effect), width), PRECISION))
        shocks[target] -= effect[:, None].astype(shocks[target].dtype)
    return shocks
