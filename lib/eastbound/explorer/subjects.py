"""What the explorer shows of each subject: one series, and the levels whose probabilities it tabulates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eastbound import catalogue
from eastbound.ensemble import summary
from eastbound.errors import UnknownName
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    import xarray as xr

_LEVELS = (0.1, 0.5, 0.9)


def main_series_of(subject: str) -> str:
    """Return the series that the explorer shows of a subject: the first headline of the catalogue.

    Parameters
    ----------
    subject : str
        A subject of the catalogue, such as ``"primorye"``, or the id of a series.

    Raises
    ------
    UnknownName
        If it is neither.

    Examples
    --------
    >>> main_series_of("primorye"), main_series_of("gas.pos.deliveries")
    ('trade.primorye.china_share_turnover', 'gas.pos.deliveries')
    """
    if subject in catalogue.cards():
        return subject
    if subject not in catalogue.subjects():
        raise UnknownName("subject", subject, catalogue.subjects())
    return catalogue.headlines(subject)[0]


def levels_of(series_id: str, ens: xr.Dataset, *, home: Path | None = None) -> tuple[float, ...]:
    """Return the levels whose probabilities are shown.

    Parameters
    ----------
    series_id : str
    ens : xarray.Dataset
        Whose last scenario is the baseline.
    home : Path, optional
        Workspace.

    Returns
    -------
    tuple of float
        Those of ``params/reporting.yml``, or the 10, 50 and 90 % quantiles of the baseline's last year, rounded to two
        digits, where that file has none.
    """
    stated = load_reporting(home).thresholds_of(series_id)
    if stated:
        return tuple(stated)
    last = summary.annual(ens.isel(scenario=[-1]), series_id).isel(year=-1)
    values = np.nanquantile(last.to_numpy(), _LEVELS)
    return tuple(dict.fromkeys(float(f"{value:.2g}") for value in values))
