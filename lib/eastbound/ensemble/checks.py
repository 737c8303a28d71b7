"""Checks of simulated ratios that a reader should know of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from eastbound.ensemble.aggregate import annual
from eastbound.scenarios.inputs import load_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

# A technical ratio stays within 100 % by construction; these two may pass it.
_KINDS: Final = {"utilization_nameplate": "capacity_nameplate", "utilization_contract": "contract"}


def check_utilization(ens: xr.Dataset, *, home: Path | None = None) -> list[str]:
    """Return a warning for each use of a nameplate or contract whose yearly median passes the limit.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    home : path, optional
        Workspace, as in `simulate`.

    Returns
    -------
    list of str
        Empty when all is plausible. Single draws may lie above, and nothing is clipped.

    Examples
    --------
    >>> from eastbound.ensemble.simulate import simulate
    >>> check_utilization(simulate("baseline", draws=64, until=2027))
    []
    """
    limit = float(load_inputs("pipelines", home=home)["utilization_warning"])
    return list(_warnings(ens, limit))


def _warnings(ens: xr.Dataset, limit: float) -> Iterator[str]:
    for name in sorted(map(str, ens.data_vars)):
        line, _, kind = name.rpartition(".")
        if kind not in _KINDS:
            continue
        yearly = annual(ens, name).transpose("year", ...).to_numpy()
        years = sum(bool(np.isfinite(year).any() and np.nanmedian(year) > limit) for year in yearly)
        if years:
            yield (
                f"`{name}` has a median above {limit:g} % in {years} years; "
                f"look at `{_KINDS[kind].removeprefix('capacity_')}` and `technical` of `{line}` in params/systems.yml."
            )
