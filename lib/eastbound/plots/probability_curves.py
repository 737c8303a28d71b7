"""Probabilities of events in an ensemble, with Monte-Carlo errors that count the effective draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble import summary
from eastbound.language import _
from eastbound.plots.style import marks, numbers
from eastbound.plots.style.axes import HUE, finish

if TYPE_CHECKING:
    from eastbound.plots.chart import Chart

AT_LEAST = "≥ "


def event_probability(ens: xr.Dataset, happens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of an event and its Monte-Carlo standard error.

    Parameters
    ----------
    ens : xarray.Dataset
        With one scenario. Where views hold in it, fewer draws are effective and the error is larger.
    happens : array of bool, shape (..., draw)

    Returns
    -------
    probability, error : array, shape (...)
        In [0, 1].
    """
    dims = ("scenario", *(f"event_{axis}" for axis in range(happens.ndim - 1)), "draw")
    effective = {"ess": ens["ess"]} if "ess" in ens.coords else {}
    share, error = summary.probability(xr.DataArray(happens[None], dims=dims, coords=effective))
    return share[0], error[0]


def error_words(mcse: float) -> str:
    """Return the largest Monte-Carlo error of some probabilities, as a cell of a table.

    Examples
    --------
    >>> error_words(0.0078)
    'at most 0.8 points'
    """
    return _("at most {error} points", error=numbers.fixed(100 * mcse, 1))


def draw_curves(ax: Axes, chart: Chart) -> None:
    """Draw one curve per threshold or event of a probability table, on an axis from 0 to 100 %."""
    ax.set_ylim(-1, 101)
    parts = [part for _key, part in chart.table.groupby("threshold", sort=False)]
    texts = [curve_name(part["threshold"].iloc[0], chart.facts.unit) for part in parts]
    heights = [100 * part["probability"].to_numpy(dtype=float) for part in parts]
    marks.curves(ax, parts[0]["x"].to_numpy(dtype=float), heights, texts=texts, color=HUE)
    finish(ax, chart.facts)
    ax.set_ylabel(_("probability, %"))


def curve_name(threshold: str | float, unit: str) -> str:
    """Return the name of a curve: the event in words, or the level that is reached.

    Examples
    --------
    >>> curve_name(300.0, "USD_bn"), curve_name("falls that year", "USD_bn")
    ('≥ 300 USD bn', 'falls that year')
    """
    return threshold if isinstance(threshold, str) else AT_LEAST + numbers.level(float(threshold), unit)


def curve_rows(chart: Chart) -> pd.DataFrame:
    """Return a probability table as strings: one row per year, one column per curve, the largest error last."""
    rows = []
    for period, part in chart.table.groupby("period", sort=True):
        row = {"year": str(period)}
        for line in part.itertuples():
            name = curve_name(line.threshold, chart.facts.unit)  # type: ignore[arg-type]
            row[name] = numbers.probability(float(line.probability), float(line.mcse))  # type: ignore[arg-type]
        row["Monte-Carlo error"] = error_words(part["mcse"].max())
        rows.append(row)
    return pd.DataFrame(rows).fillna(numbers.NONE)
