"""Cars from China beside the steps of the recycling fee, in one picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound import names
from eastbound.language import _, mark
from eastbound.models.goods.policy import fee_path
from eastbound.models.protocol import grid_start
from eastbound.plots.bands import facts_of, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.charts.fan import fan_frame
from eastbound.plots.sentences import band_words, level_cell
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import fan_and_history, finish
from eastbound.plots.words import joined
from eastbound.scenarios.settings import load_settings

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_FIRST: Final = 2022  # the boom of Chinese cars begins
_FEE: Final = "fee"


def cars_and_fee(ens: xr.Dataset, *, book: Evidence, scenario: str | None = None) -> Chart:
    """Chart the value of cars from China with its bands, and the recycling fee as steps on an axis of its own.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with the value of passenger cars.
    book : Evidence
        Has the dated steps of the fee and its plan.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Chart
        Table with the columns of `fan`, and rows with the part ``fee`` whose value is the fee in thousand roubles at
        the start of each month.
    """
    name = scenario_of(ens, scenario)
    table = fan_frame(ens, names.CARS_VALUE, scenario=name, book=book)
    facts = facts_of(
        ens, names.CARS_VALUE, title=mark("Cars from China and the recycling fee"), scenario=name, book=book
    )
    start, stop = _FIRST * 12, grid_start(book) + ens.sizes["period"]
    fee = fee_path(book, first=start, stop=stop, inflation=float(load_settings("goods")["rouble_inflation"]))  # type: ignore[arg-type]
    if fee is not None:
        months = range(start, stop)
        steps = pd.DataFrame({"x": [month / 12 for month in months], "value": fee / 1000.0})
        steps["period"] = [f"{month // 12}-{month % 12 + 1:02d}" for month in months]
        table = pd.concat([table, steps.assign(part=_FEE)], ignore_index=True)
    return Chart(table, replace(facts, label=_("cars from China and the recycling fee")), _FORM)


def _draw(ax: Axes, chart: Chart) -> None:
    fan_and_history(ax, chart.table[chart.table["part"] != _FEE], label=False)
    finish(ax, chart.facts)
    steps = chart.table[chart.table["part"] == _FEE]
    if steps.empty:
        return
    color = canvas.palette(2)[1]
    right = ax.twinx()
    right.plot(steps["x"], steps["value"], drawstyle="steps-post", color=color, linewidth=1.6)
    right.set_ylabel(_("recycling fee, thousand roubles"), color=color)
    right.tick_params(axis="y", colors=color)
    right.set_ylim(0.0, 1.15 * float(steps["value"].max()))
    right.grid(visible=False)
    right.spines["right"].set_visible(True)


def _caption(chart: Chart) -> str:
    ahead, steps = (chart.table[chart.table["part"] == part] for part in ("simulated", _FEE))
    if ahead.empty:
        return _("No simulated value of cars is defined.")
    end = ahead.iloc[-1]
    value = band_words(end, chart.facts.unit)
    words = _("In {period} the median of cars is {value}.", period=end["period"], value=value)
    if steps.empty:
        return words
    first, last = (_roubles(float(steps["value"].iloc[index])) for index in (0, -1))
    fee = _("The fee of a new car of one to two litres goes from {first} to {last}.", first=first, last=last)
    return joined(words, fee)


def _roubles(thousand: float) -> str:
    return _("{count} thousand roubles", count=numbers.plain(thousand))


def _text_table(chart: Chart) -> pd.DataFrame:
    steps = chart.table[chart.table["part"] == _FEE].set_index("period")["value"]
    rows = []
    for _key, line in chart.table[chart.table["part"] == "simulated"].iterrows():
        fee = steps.get(f"{line['period']}-01")
        cell = numbers.NONE if fee is None else _roubles(float(fee))
        rows.append({"period": str(line["period"]), "cars": level_cell(line, chart.facts.unit), "fee in January": cell})
    return pd.DataFrame(rows)


_FORM = Form(mark("Fan chart of cars with the steps of the recycling fee"), _draw, _caption, _text_table)
