"""Small fan charts of several series side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpecFromSubplotSpec

from eastbound.errors import InputError
from eastbound.language import _, mark
from eastbound.plots.bands import scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.charts.fan import fan
from eastbound.plots.sentences import band_words, level_cell
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.letters import text_width
from eastbound.plots.words import worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_COLUMNS = 2
_ROW_HEIGHT = 3.3  # inches
_LETTERS = 40  # of a title in full size that have room over a panel


def panels(
    ens: xr.Dataset,
    series_ids: Sequence[str],
    *,
    title: str = "",
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the fans of several series side by side in one figure, two in a row.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_ids : sequence of str
        Variables of the ensemble, one panel each.
    title : str
        What the panels show together; the names of the series when empty.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the observed values and the source lines.

    Returns
    -------
    Chart
        Table with the columns of `fan`, series (its label) and unit.

    Raises
    ------
    InputError
        If no series is named.
    """
    if not series_ids:
        message = "`panels` was called without a series; name at least one variable of the ensemble."
        raise InputError(message)
    name = scenario_of(ens, scenario)
    fans = [fan(ens, series_id, scenario=name, book=book) for series_id in series_ids]
    parts = [chart.table.assign(series=chart.facts.label, unit=chart.facts.unit) for chart in fans]
    labels = _(", ").join(chart.facts.label for chart in fans)
    facts = replace(fans[0].facts, title=worded(title) or labels, label=labels)
    rows = -(-len(fans) // _COLUMNS)
    form = Form(_KIND, _draw, _caption, _text_table, size=(canvas.SIZE[0] * 1.25, _ROW_HEIGHT * rows))
    return Chart(pd.concat(parts, ignore_index=True), facts, form, options={"fans": tuple(fans)})


def _draw(ax: Axes, chart: Chart) -> None:
    fans, spec, figure = chart.options["fans"], ax.get_subplotspec(), ax.figure
    if spec is None:
        message = (
            "`panels` needs axes made by `add_subplot` or `subplots`, which it can divide; these are free-standing."
        )
        raise InputError(message)
    ax.set_axis_off()
    grid = GridSpecFromSubplotSpec(-(-len(fans) // _COLUMNS), _COLUMNS, subplot_spec=spec)
    for index, each in enumerate(fans):
        panel = figure.add_subplot(grid[divmod(index, _COLUMNS)])
        each.form.draw(panel, each)
        title = panel.set_title(each.facts.title)
        title.set_fontsize(float(title.get_fontsize()) * min(1.0, _LETTERS / max(text_width(each.facts.title), 1)))


def _caption(chart: Chart) -> str:
    ends = [part.iloc[-1] for _key, part in _ahead(chart).groupby("series", sort=False)]
    if not ends:
        return _("No simulated value is defined.")
    parts = [_("{name} {value}", name=end["series"], value=band_words(end, end["unit"])) for end in ends]
    return _("Medians in {period}: {parts}.", period=ends[0]["period"], parts=_("; ").join(parts))


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for name, part in _ahead(chart).groupby("series", sort=False):
        row = {"series": str(name)}
        row |= {str(line["period"]): level_cell(line, str(line["unit"])) for _key, line in part.iterrows()}
        rows.append(row)
    return pd.DataFrame(rows).fillna(numbers.NONE)


def _ahead(chart: Chart) -> pd.DataFrame:
    return chart.table[chart.table["part"] == "simulated"]


_KIND = mark("Small fan charts side by side")
