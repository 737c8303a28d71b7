"""One chart in the picture of the explorer: while a slider moves, only bands, median and their names are drawn again.

What seldom changes (title, axes, grid, labels of ticks, history) is kept as pixels. Drawing it takes ten times as long
as drawing the bands.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.transforms import Bbox

from eastbound.constants import BANDS
from eastbound.plots.style import canvas

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from eastbound.plots.chart import Chart

_OUTER: Final = max(BANDS)
_FILLED: Final = sorted(BANDS)[-2::-1]  # the order in which `eastbound.plots.style.marks.fan` fills them
_LEAST_USE: Final = 0.4  # part of the height of the axes; a fan that needs less of it gets closer limits
_LINES: Final = (f"low_{_OUTER}", f"high_{_OUTER}", "value")


@dataclass
class Panel:
    """Axes at a fixed place, with the artists of a fan that follow its table.

    Parameters
    ----------
    ax : Axes
    region : Bbox
        The part of the canvas that belongs to these axes, in pixels.
    blank : object
        Its pixels while the canvas is empty, from `FigureCanvasAgg.copy_from_bbox`.
    """

    ax: Axes
    region: Bbox
    blank: Any
    _scenario: str = ""
    _fills: list[Any] = field(default_factory=list)
    _lines: list[Any] = field(default_factory=list)
    _names: list[Any] = field(default_factory=list)
    _corner: Any = None
    _pixels: Any = None  # of everything but the moving artists

    def show(self, chart: Chart, table: pd.DataFrame, *, title: str, corner: str = "") -> None:
        """Show the fan of a chart: update its artists where they fit, else draw the chart anew.

        Parameters
        ----------
        chart : Chart
        table : DataFrame
            The fan, as `eastbound.plots.style.marks.fan` takes it; empty when the chart shows none.
        title : str
            Above the axes.
        corner : str
            Note inside the axes, upper left.
        """
        if table.empty or not self._fills or chart.facts.scenario != self._scenario:
            # without the footer, which takes more room than the axes leave
            self.clear()
            replace(chart, facts=replace(chart.facts, footer="", title=title)).draw(self.ax)
            self._scenario = chart.facts.scenario
            self._keep(corner)
        else:
            self._update(table)
            self._corner.set_text(corner)

    def explain(self, text: str) -> None:
        """Show a sentence instead of a fan."""
        self.clear()
        self.ax.annotate(text, (0.5, 0.5), xycoords="axes fraction", ha="center", wrap=True)

    def clear(self) -> None:
        """Remove what is drawn, and leave the ticks: making them anew takes half of the time of a picture."""
        ax = self.ax
        for artist in [*ax.lines, *ax.collections, *ax.patches, *ax.texts]:
            artist.remove()
        ax.dataLim.set_points(Bbox.null().get_points())
        ax.ignore_existing_data_limits = True
        ax.autoscale(True)
        self._fills, self._lines, self._names, self._corner, self._pixels = [], [], [], None, None

    def draw(self, sheet: FigureCanvasAgg) -> None:
        """Draw the panel on the canvas of its figure."""
        if self._pixels is None:
            sheet.restore_region(self.blank)
            self.ax.draw(sheet.get_renderer())
            self._pixels = sheet.copy_from_bbox(self.region)
        sheet.restore_region(self._pixels)
        for artist in self._moving():
            self.ax.draw_artist(artist)

    def _moving(self) -> list[Artist]:
        corner = [] if self._corner is None else [self._corner]
        return [*self._fills, *self._lines, *self._names, *corner]

    def _keep(self, corner: str) -> None:
        """Find the artists of the fan; animated ones are left out of a normal drawing."""
        ax = self.ax
        self._fills = [item for item in ax.collections if isinstance(item, FillBetweenPolyCollection)]
        if self._fills:
            self._lines = list(ax.lines)[-len(_LINES) :]
            self._names = [text for text in ax.texts if getattr(text, "xycoords", "") == "axes fraction"]
            self._names = [text for text in self._names if text.xy[0] == 1.0]  # type: ignore[attr-defined]
        self._corner = ax.annotate(corner, (0.01, 0.94), xycoords="axes fraction", fontsize=8)
        for artist in self._moving():
            artist.set_animated(True)

    def _update(self, table: pd.DataFrame) -> None:
        for mass, fill in zip(_FILLED, self._fills, strict=True):
            fill.set_data(table["x"], table[f"low_{mass}"], table[f"high_{mass}"])
        for column, line in zip(_LINES, self._lines, strict=True):
            line.set_data(table["x"], table[column])
        self._limit(table)
        low, high = self.ax.get_ylim()
        last = table.iloc[-1]
        ends = [last["value"], *(last[f"high_{mass}"] for mass in BANDS)]
        heights = canvas.spread([(end - low) / (high - low) for end in ends], gap=canvas.LABEL_GAP)
        for name, height in zip(self._names, heights, strict=True):
            name.xy = (1.0, height)

    def _limit(self, table: pd.DataFrame) -> None:
        """Set new limits where the fan leaves the present ones or has become small in them."""
        bottom, top = self.ax.get_ylim()
        low, high = float(table[f"low_{_OUTER}"].min()), float(table[f"high_{_OUTER}"].max())
        still = [line.get_ydata() for line in list(self.ax.lines)[: -len(_LINES)]]  # history, or the line at zero
        for values in still:
            numbers = pd.to_numeric(pd.Series(values), errors="coerce").dropna()
            low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
        if low < bottom or high > top or high - low < _LEAST_USE * (top - bottom):
            room = 0.05 * (high - low)
            self.ax.set_ylim(low - room, high + room)
            self._pixels = None
