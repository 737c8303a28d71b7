"""Early warning: for each branch of the scenario tree the observation that would speak for it most clearly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.catalogue import cards
from eastbound.ensemble.with_views import held_text
from eastbound.evidence.book import load_evidence
from eastbound.language import _, digits, mark
from eastbound.plots.bands import only, scenario_of, titles
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.observed import footer_text
from eastbound.plots.risk_parts import branch_title
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.letters import wrapped
from eastbound.plots.words import dated
from eastbound.risk.early_warning import early_warning as signals
from eastbound.risk.sample import Sample

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_MOST: Final = 8


def early_warning(ens: xr.Dataset, *, scenario: str | None = None, book: Evidence | None = None) -> Chart:
    """Chart how an alarm would move the probability of each branch that some observation tells apart.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with branches of the scenario tree.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        The evidence of the ensemble; read as of its day by default.

    Returns
    -------
    Chart
        Table with the columns of `eastbound.risk.early_warning.early_warning` and value (equal to posterior, in
        percent), the clearest signal first, eight at most.
    """
    name = scenario_of(ens, scenario)
    known = load_evidence(str(ens.attrs["as_of"])) if book is None else book
    table = signals(Sample(only(ens, name)), book=known).head(_MOST)
    table = table.assign(value=100.0 * table["posterior"])
    facts = Facts(
        title=_("What would move the probability of a scenario"),
        label=_("probability of branches before and after an alarm"),
        unit="percent",
        footer=footer_text(ens, book, sorted(set(table["series_id"]))),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(table, facts, _FORM)


def _alarm(row: pd.Series) -> str:
    label = _(cards()[row.series_id].label) if row["series_id"] in cards() else row["series_id"]
    flow = row["series_id"] in cards() and cards()[row["series_id"]].aggregate == "sum"
    level = numbers.number(row["alarm"], row["unit"])
    level = _("{unit} a month", unit=level) if flow else level
    until = dated(str(row["until"]))
    return _(_ALARMS[row.side], label=label, level=level, months=row["months"], until=until)


def _name(row: pd.Series) -> str:
    alarm = wrapped(_alarm(row), 48)
    return _("{branch}\nif {alarm}", branch=wrapped(branch_title(str(row["branch"])), 48), alarm=alarm)


def _draw(ax: Axes, chart: Chart) -> None:
    if chart.table.empty:
        return
    before, after = canvas.palette(2)
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        ax.annotate("", (row["value"], index), (100 * row["prior"], index), arrowprops={"arrowstyle": "->"})
        ax.plot(100 * row["prior"], index, marker="o", color=before, markersize=7)
        ax.plot(row["value"], index, marker="s", color=after, markersize=7)
    ax.set_xlim(0, 100)
    ax.set_yticks(range(len(chart.table)), [_name(row) for _key, row in chart.table.iterrows()])
    ax.set_ylim(len(chart.table) - 0.5, -0.5)
    finish(ax, chart.facts, time=False, named=True)
    ax.set_xlabel(_("probability of the branch, %: dot now, square once the alarm is on"))


def _caption(chart: Chart) -> str:
    if chart.table.empty:
        return _("No observation of the next twelve months tells a branch of the scenario tree from the others.")
    row = chart.table.iloc[0]
    prior, posterior, chance = (numbers.probability(float(row[name])) for name in ("prior", "posterior", "chance"))
    branch, alarm = branch_title(row["branch"]), _alarm(row)
    return _(_CLEAREST, branch=branch, alarm=alarm, prior=prior, posterior=posterior, chance=chance)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for _key, row in chart.table.iterrows():
        known = np.isfinite(row["distance"])
        rows.append(
            {
                "branch": branch_title(str(row["branch"])),
                "alarm": _alarm(row),
                "probability now": numbers.probability(float(row["prior"])),
                "with the alarm": numbers.probability(float(row["posterior"])),
                "likelihood ratio": numbers.fixed(row["ratio"], 1),
                "from a year before": numbers.with_unit(numbers.signed(row["distance"], "percent"), "percent")
                if known
                else numbers.NONE,
                "from the median": _("{gap} sd", gap=digits(f"{row['gap']:+.1f}".replace("-", numbers.MINUS))),
                "chance of the alarm": numbers.probability(float(row["chance"])),
            }
        )
    return pd.DataFrame(rows) if rows else pd.DataFrame({"branch": [_("none is told apart within a year")]})


_ALARMS = {
    "above": mark("{label} above {level}, mean of {months} months to {until}"),
    "below": mark("{label} below {level}, mean of {months} months to {until}"),
}
_CLEAREST = mark(
    "The clearest signal is for “{branch}”: {alarm} would raise its probability from {prior} to {posterior}. The "
    "probability of that alarm is {chance}."
)
_FORM = Form(mark("Chart of early warnings"), _draw, _caption, _text_table, size=(8.6, 5.6))
