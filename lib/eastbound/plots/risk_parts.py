"""What charts and tables of risk share: sample, target and factors, and the names of branches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound.language import _
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.risk.branches import branch_draws
from eastbound.risk.factors import Factors, read_factors
from eastbound.risk.sample import Sample
from eastbound.scenarios.loader import load_scenario, scenario_names
from eastbound.typing import Bools, Floats

if TYPE_CHECKING:
    import xarray as xr


ALL_FUTURES: Final = "all_futures"  # the one group where no branch is open
TICK: Final = 36  # letters in a line of an axis with names
_TENTH: Final = 0.1
_FEWEST: Final = 40  # draws beyond a limit; the methods refuse fewer than 30


def target_and_factors(
    ens: xr.Dataset, series_id: str, *, at: int, factors: Sequence[str] = (), scenario: str | None = None
) -> tuple[Floats, Factors, dict[str, Bools], int]:
    """Return the draws of a series and of its factors, the draws of each branch by title, and the year shown.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    factors : sequence of str
        As for `eastbound.risk.factors.read_factors`.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    target : array, shape (draw,)
    factors : Factors
    groups : dict of str to bool array, shape (draw,)
        Empty where a factor is undefined in some draws.
    year : int
    """
    year = years_in(ens, [at])[0]
    sample = Sample(only(ens, scenario_of(ens, scenario)))
    target, read = read_factors(sample, series_id, at=year, chosen=factors)
    groups = branch_draws(sample) if len(target) == ens.sizes["draw"] else {}
    return target, read, {branch_title(name): holds for name, holds in groups.items()}, year


def limit_or_tenth(target: Floats, limit: float | None, *, below: bool) -> float:
    """Return a limit, by default the level that a tenth of the futures break, or 40 of them, to three digits.

    A level that suits the baseline is broken by nearly all futures of a stress test, or by too few of a quick run.

    Examples
    --------
    >>> limit_or_tenth(np.linspace(100, 200, 1001), None, below=True), limit_or_tenth(np.ones(3), 250, below=True)
    (110.0, 250)
    """
    if limit is not None:
        return limit
    share = max(_TENTH, _FEWEST / len(target))
    return float(f"{np.quantile(target, share if below else 1.0 - share):.3g}")


def factor_label(row: pd.Series) -> str:
    """Return the label of a factor or an event of a risk table, in the language of the page."""
    return _(row.label)


def branch_title(name: str, home: Path | None = None) -> str:
    """Return the title of the scenario that a branch is named after; the name in words where there is none.

    Examples
    --------
    >>> branch_title("price_slump"), branch_title("no_such_branch")
    ('A lasting slump of oil and gas prices', 'no such branch')
    """
    if name == ALL_FUTURES:
        return _("all futures")
    title = load_scenario(name, home=home).title if name in scenario_names(home) else name.replace("_", " ")
    return _(title)
