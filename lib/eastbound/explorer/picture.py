"""The picture of the explorer: one matplotlib figure whose axes stay where they are while their content changes."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.errors import InputError
from eastbound.explorer.panel import Panel
from eastbound.plots.bands import titles, years_in
from eastbound.plots.charts.effects import effects
from eastbound.plots.charts.fan import fan
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import joined

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.explorer.session import Session

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

    sheet: FigureCanvasAgg
    above: Panel
    below: Panel

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
        ahead = upper.table
        if len(session.past):  # what was observed stays the same, and finding it takes as long as a simulation
            upper = replace(upper, table=pd.concat([session.past, ahead], ignore_index=True))
        texts = [upper.alt_text()]
        draws = f"{ens.sizes['draw']:,} draws"
        with matplotlib.rc_context({**canvas.style(), **_FIXED}):
            self.above.show(upper, joined(session.past, ahead), title=upper.facts.title, corner=draws)
            texts.append(self._show_difference(session, ens))
            for panel in (self.above, self.below):
                panel.draw(self.sheet)
        return self._png(), " ".join(texts)

    def _show_difference(self, session: Session, ens: xr.Dataset) -> str:
        """Show the difference from the baseline, or why there is none, and return its text alternative."""
        try:
            lower = effects(ens, session.series)
        except InputError as problem:  # views have chosen other draws than the baseline has
            self.below.explain(str(problem))
            return str(problem)
        table = lower.table
        same = table[[f"low_{max(BANDS)}", f"high_{max(BANDS)}"]].abs().to_numpy().max(initial=0.0) == 0.0
        self.below.show(lower, table.iloc[:0] if same else table, title="Difference from the baseline")
        return lower.alt_text()

    def _png(self) -> bytes:
        """Return the picture with fast compression: it is looked at once and never stored."""
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.sheet.buffer_rgba())[..., :3]).save(buffer, "png", compress_level=1)
        return buffer.getvalue()


def new_picture() -> Picture:
    """Return an empty picture.

    Examples
    --------
    >>> new_picture().sheet.get_width_height()
    (576, 528)
    """
    with matplotlib.rc_context({**canvas.style(), **_FIXED}):
        figure = Figure(figsize=_SIZE, dpi=_DPI)
        sheet = FigureCanvasAgg(figure)
        sheet.draw()
        width, height = sheet.get_width_height()
        middle = height // 2
        regions = Bbox.from_bounds(0, middle, width, height - middle), Bbox.from_bounds(0, 0, width, middle)
        blanks = [sheet.copy_from_bbox(region) for region in regions]
        axes = [figure.add_axes(rectangle) for rectangle in _PLACES]
    for ax in axes:
        ax.xaxis.set_label_coords(0.5, -0.13)
        ax.yaxis.set_label_coords(-0.085, 0.5)
    above, below = (Panel(ax, region, blank) for ax, region, blank in zip(axes, regions, blanks, strict=True))
    return Picture(sheet, above, below)


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
