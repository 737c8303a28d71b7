"""Table of what each plan costs beyond the best plan, by branch of the scenario tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.summary import variable
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import label_of, only, scenario_of, years_in
from eastbound.plots.risk_parts import ALL_FUTURES, branch_title
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.risk.branches import branch_draws
from eastbound.risk.regret import regret_table
from eastbound.risk.sample import Sample

_MOST: Final = 4  # branches shown, those whose regrets differ most between plans
_FEWEST: Final = 100  # draws of a branch that a mean cost rests on (judgement)

_EQUAL: Final = mark(
    "Regret of plans for {label} in {year}; a unit that is missing costs as much as an idle one (judgement). The "
    "plan whose worst case costs least is {best}"
)
_DEARER: Final = mark(
    "Regret of plans for {label} in {year}; a unit that is missing costs {times} times as much as an idle one "
    "(judgement). The plan whose worst case costs least is {best}"
)


def regret(
    ens: xr.Dataset,
    series_id: str,
    *,
    plans: Sequence[float],
    at: int = 2030,
    missing: float = 1.0,
    scenario: str | None = None,
) -> Table:
    """Tabulate the regret of planning for each of some levels in the branches that matter most for the choice.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with branches of the scenario tree.
    series_id : str
        The quantity that is planned for.
    plans : sequence of float
        Levels, in its unit; two at least.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    missing : float
        Cost of a unit that comes unprepared for, in costs of a prepared unit that does not come (judgement).
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Table
        One row a plan, with its regret in each branch and the largest of all branches. The caption names the plan with
        the smallest largest regret.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=1024, until=2030)
    >>> regret(ens, "trade.china_russia.total", plans=[250, 300, 350]).frame["plan for"].tolist()
    ['250 USD bn', '300 USD bn', '350 USD bn']
    """
    year = years_in(ens, [at])[0]
    sample = Sample(only(ens, scenario_of(ens, scenario)))
    outcomes = sample.at(series_id, year)[0]
    groups = {name: holds for name, holds in branch_draws(sample).items() if holds.sum() >= _FEWEST}
    # before the tree was judged, and where it is decided, there is one group
    groups = groups or {ALL_FUTURES: np.ones(len(outcomes), dtype=bool)}
    table = regret_table(outcomes, plans, groups, missing=missing)
    spread = (table[list(groups)].max() - table[list(groups)].min()).sort_values(ascending=False)
    card = variable(ens, series_id).attrs
    unit = str(card["unit"])
    frame = pd.DataFrame({"plan for": [numbers.level(plan, unit) for plan in table["plan"]]})
    for name in spread.index[:_MOST]:
        frame[branch_title(str(name))] = [numbers.number(value, unit) for value in table[str(name)]]
    frame["largest regret"] = [numbers.number(value, unit) for value in table["largest"]]
    frame["largest in"] = [branch_title(name) for name in table["in"]]
    best = numbers.level(table.attrs["robust"], unit)
    message = _EQUAL if missing == 1.0 else _DEARER
    caption = _(message, label=label_of(ens, series_id), year=year, times=numbers.general(missing), best=best)
    return Table(frame, caption=caption_with(caption, held_text(ens)))
