"""The picture of the explorer: one matplotlib figure whose axes stay where they are while their content changes."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from eastbound.ensemble import summary
from eastbound.errors import InputError
from eastbound.plots.bands import titles, years_in
from eastbound.plots.charts.effects import effects
from eastbound.plots.charts.fan import fan
from eastbound.plots.style import canvas, numbers

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.explorer.session import Session
    from eastbound.plots.chart import Chart

_SIZE: Final = (7.2, 6.6)  # inches
_DPI: Final = 80
_PLACES: Final = ((0.1, 0.58, 0.76, 0.34), (0.1, 0.09, 0.76, 0.31))  # left, bottom, width, height of both axes
_FIXED: Final[Any] = {"axes.titley": 1.0}  # matplotlib otherwise measures every label to place titles above them
YEARS: Final = (2030, 2035)


@dataclass(frozen=True)
class Picture:
    """A figure with the fan and the difference from the baseline; `drawn` redraws it.

    Laying a figure out anew takes longer than simulating a scenario, so the axes have fixed places.
    """

    figure: Figure
    above: Axes
    below: Axes

    def drawn(self, session: Session, ens: xr.Dataset) -> tuple[bytes, str]:
        """Draw an ensemble.

        Parameters
        ----------
        session : Session
        ens : xarray.Dataset
            From `Session.ensemble`.

        Returns
        -------
        png : bytes
        alt : str
            Text alternative.
        """
        upper = fan(ens, session.series)
        if len(session.past):  # what was observed stays the same, and finding it takes as long as a simulation
            upper = replace(upper, table=pd.concat([session.past, upper.table], ignore_index=True))
        texts = [upper.alt_text()]
        with matplotlib.rc_context({**canvas.style(), **_FIXED}):
            for ax in (self.above, self.below):
                _empty(ax)
            _draw(upper, self.above, title=upper.facts.title)
            try:
                lower = effects(ens, session.series)
            except InputError as problem:  # views have chosen other draws than the baseline has
                self.below.annotate(str(problem), (0.5, 0.5), xycoords="axes fraction", ha="center", wrap=True)
                texts.append(str(problem))
            else:
                _draw(lower, self.below, title="Difference from the baseline")
                texts.append(lower.alt_text())
            self.above.annotate(f"{ens.sizes['draw']:,} draws", (0.01, 0.94), xycoords="axes fraction", fontsize=8)
            buffer = io.BytesIO()
            # Fast compression: the picture is looked at once and never stored.
            self.figure.savefig(buffer, format="png", dpi=_DPI, pil_kwargs={"compress_level": 1})
        return buffer.getvalue(), " ".join(texts)


def new_picture() -> Picture:
    """Return an empty picture.

    Examples
    --------
    >>> new_picture().figure.get_size_inches().tolist()
    [7.2, 6.6]
    """
    with matplotlib.rc_context({**canvas.style(), **_FIXED}):
        figure = Figure(figsize=_SIZE)
        FigureCanvasAgg(figure)
        picture = Picture(figure, *(figure.add_axes(rectangle) for rectangle in _PLACES))
    for ax in (picture.above, picture.below):
        ax.xaxis.set_label_coords(0.5, -0.13)
        ax.yaxis.set_label_coords(-0.085, 0.5)
    return picture


def threshold_frame(session: Session, ens: xr.Dataset) -> pd.DataFrame:
    """Return the probability of each level beside that in the baseline, as strings.

    Parameters
    ----------
    session : Session
    ens : xarray.Dataset
        From `Session.ensemble`.

    Returns
    -------
    DataFrame
        A row per level, two columns per year.
    """
    years = years_in(ens, YEARS)
    table = summary.exceedance(ens, session.series, session.levels, at=years)
    unit = str(summary.variable(ens, session.series).attrs["unit"])
    names = list(titles(ens))
    cells = {
        (row["threshold"], row["period"], row["scenario"]): numbers.probability(row["probability"], row["mcse"])
        for row in table.to_dict("records")
    }
    rows = []
    for level in session.levels:
        row = {"level": f"{numbers.level(level, unit)} or more"}
        for year in years:
            for name, heading in zip(names, (f"in {year}", f"baseline {year}"), strict=False):
                row[heading] = cells[level, str(year), name]
        rows.append(row)
    return pd.DataFrame(rows)


def _empty(ax: Axes) -> None:
    """Remove what is drawn, and leave the ticks: making them anew takes half of the time of a picture."""
    for artist in [*ax.lines, *ax.collections, *ax.patches, *ax.texts]:
        artist.remove()
    ax.dataLim.set_points(Bbox.null().get_points())
    ax.ignore_existing_data_limits = True
    ax.autoscale(True)


def _draw(chart: Chart, ax: Axes, *, title: str) -> None:
    """Draw a chart without its footer, which takes more room than the axes leave."""
    replace(chart, facts=replace(chart.facts, footer="", title=title)).draw(ax)
