"""Draw the forecasts of two runs side by side, from the quantiles that both have kept."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import matplotlib
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from eastbound.catalogue import cards
from eastbound.constants import BANDS
from eastbound.plots.export import save_figure
from eastbound.plots.style import marks
from eastbound.plots.style.canvas import palette, style
from eastbound.plots.style.numbers import unit_text

_SIZE: Final = (8.4, 3.4)  # inches


def fan_pair(series_id: str, tables: tuple[pd.DataFrame, pd.DataFrame], *, titles: tuple[str, str]) -> tuple[str, str]:
    """Draw the fans of a series in two runs on one scale.

    Parameters
    ----------
    series_id : str
        A headline series.
    tables : pair of DataFrame
        The numbers of one scenario of each run.
    titles : pair of str
        What stands above each fan.

    Returns
    -------
    svg : str
    alt : str
        Text alternative with the medians of the last year.
    """
    card = cards()[series_id]
    fans = [_fan(table, series_id) for table in tables]
    with matplotlib.rc_context(style()):
        figure = Figure(figsize=_SIZE, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, 2, sharey=True)
        for ax, fan, title in zip(axes, fans, titles, strict=True):
            marks.fan(ax, fan, color=palette(1)[0], label=False)
            ax.set_title(title, pad=8)
        axes[0].set_ylabel(unit_text(card.unit, aggregate=card.aggregate, freq="Y"))
    with TemporaryDirectory() as folder:
        svg = save_figure(figure, Path(folder, "fans.svg")).read_text(encoding="utf-8")
    ends = [f"{title}: {_last(fan)}" for title, fan in zip(titles, fans, strict=True)]
    return svg, f"{card.label}, median with bands of 50, 80 and 95 %. {'; '.join(ends)}."


def _last(fan: pd.DataFrame) -> str:
    row = fan.iloc[-1]
    return f"{row['value']:.4g} in {row['x']:.0f} (80 %: {row['low_80']:.4g} to {row['high_80']:.4g})"


def has_fan(series_id: str, table: pd.DataFrame) -> bool:
    """Return whether a run has kept the quantiles of a series."""
    return bool(((table["series_id"] == series_id) & (table["kind"] == "quantile")).any())


def _fan(table: pd.DataFrame, series_id: str) -> pd.DataFrame:
    rows = table[(table["series_id"] == series_id) & (table["kind"] == "quantile")]
    wide = rows.pivot_table(index="period", columns="level", values="value")
    columns = {"x": wide.index.astype(int), "value": wide[0.5].to_numpy()}
    for mass in BANDS:
        low = round((1 - mass / 100) / 2, 4)
        columns |= {f"low_{mass}": wide[low].to_numpy(), f"high_{mass}": wide[round(1 - low, 4)].to_numpy()}
    return pd.DataFrame(columns)
