"""China's share of Primorye's trade against the level of that trade: observed years and regions of the forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.names import CHINA_SHARE, PRIMORYE_TURNOVER
from eastbound.plots.bands import only, scenario_of, titles, years_in
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.hover import Point
from eastbound.plots.observed import footer_text, observed
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.typing import Floats

_MASSES: Final = (50, 80)
_CORNERS: Final = 120  # of an outline
_EDGES: Final = [0.1, 0.5, 0.9]
_UNIT: Final = "USD_bn"


def share_and_level(
    ens: xr.Dataset, *, at: Sequence[int] = (2030, 2035), scenario: str | None = None, book: Evidence | None = None
) -> Chart:
    """Chart China's share of Primorye's trade against the total of that trade, year by year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    at : sequence of int
        Years whose futures are shown as regions; the last of the ensemble when it reaches none of them.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the observed years and the source line.

    Returns
    -------
    Chart
        Table with one row a year: part (observed, simulated), period, level and value (total trade in USD bn and share
        in percent; medians of the futures), level_low_80, level_high_80, low_80, high_80.

    Notes
    -----
    A region is an ellipse in the log of the level and the log-odds of the share, with centre and axes of the draws,
    grown until it holds 50 or 80 % of them. Both scales keep it within what is possible.
    """
    name = scenario_of(ens, scenario)
    chosen = only(ens, name)
    level, share = (summary.annual(chosen, series).isel(scenario=0) for series in (PRIMORYE_TURNOVER, CHINA_SHARE))
    table = pd.concat([_observed(book), _simulated(level, share)], ignore_index=True)
    years = years_in(ens, at)
    regions = {year: _regions(level.sel(year=year).to_numpy(), share.sel(year=year).to_numpy()) for year in years}
    facts = Facts(
        title=_("China's share and the level of Primorye's trade"),
        label=_("China's share of Primorye's foreign trade against its level"),
        unit="percent",
        footer=footer_text(ens, book, (CHINA_SHARE, PRIMORYE_TURNOVER)),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(table, facts, _FORM, options={"regions": regions})


def _observed(book: Evidence | None) -> pd.DataFrame:
    levels, shares = (observed(book, series, freq="Y") for series in (PRIMORYE_TURNOVER, CHINA_SHARE))
    both = levels[["period", "value"]].rename(columns={"value": "level"}).merge(shares[["period", "value"]])
    return both.assign(part="observed")


def _simulated(level: xr.DataArray, share: xr.DataArray) -> pd.DataFrame:
    levels, shares = (np.nanquantile(values.to_numpy(), _EDGES, axis=0) for values in (level, share))
    columns = {"level_low_80": levels[0], "level": levels[1], "level_high_80": levels[2]}
    columns |= {"low_80": shares[0], "value": shares[1], "high_80": shares[2]}
    return pd.DataFrame({"period": level["year"].to_numpy().astype(str), "part": "simulated", **columns})


def _regions(level: Floats, share: Floats) -> dict[int, Floats]:
    """Return the outline of each region, shape (corner, 2): level and share."""
    known = np.isfinite(level) & np.isfinite(share) & (level > 0) & (share > 0) & (share < 100)
    points = np.stack([np.log(level[known]), np.log(share[known] / (100 - share[known]))])
    if points.shape[1] < 3:
        return {}
    centre = np.median(points, axis=1, keepdims=True)
    root = np.linalg.cholesky(np.cov(points) + 1e-12 * np.eye(2))
    distances = np.linalg.norm(np.linalg.solve(root, points - centre), axis=0)
    turns = np.linspace(0.0, 2.0 * np.pi, _CORNERS)
    circle = np.stack([np.cos(turns), np.sin(turns)])
    outlines = {mass: centre + np.quantile(distances, mass / 100) * root @ circle for mass in _MASSES}
    return {mass: np.stack([np.exp(x), 100 / (1 + np.exp(-y))], axis=1) for mass, (x, y) in outlines.items()}


def _draw(ax: Axes, chart: Chart) -> None:
    past, ahead = _parts(chart)
    color = canvas.palette(1)[0]
    for year, outlines in chart.options["regions"].items():
        for mass in sorted(outlines, reverse=True):
            ax.fill(*outlines[mass].T, facecolor=color, alpha=0.10, linewidth=0)
            ax.plot(*outlines[mass].T, color=color, linewidth=0.9, linestyle="-" if mass == _MASSES[0] else (0, (4, 2)))
        if outlines:
            top = outlines[max(outlines)][outlines[max(outlines)][:, 0].argmax()]
            _name(ax, str(year), top, color=canvas.text_color(color), offset=(4, 0))
    ax.plot(past["level"], past["value"], color="#222222", marker="o", markersize=3.5, linewidth=1.2, zorder=4)
    ax.plot(ahead["level"], ahead["value"], color=color, marker="o", markersize=3.5, zorder=5)
    for row in (past.iloc[[0, -1]] if len(past) else past).to_dict("records"):
        _name(ax, str(row["period"]), (row["level"], row["value"]), color="#222222", offset=(5, -10))
    ax.margins(0.06)
    finish(ax, chart.facts, time=False)
    ax.set_xlabel(_("Primorye's foreign trade, {unit}", unit=numbers.unit_text(_UNIT, aggregate="sum", freq="Y")))
    ax.set_ylabel(_("China's share, {unit}", unit="%"))
    words = _("dark: observed; blue: median of the futures; regions: 50 and 80 % of the futures of a year")
    ax.annotate(words, (0.99, 0.02), xycoords="axes fraction", ha="right", fontsize=8.5, path_effects=marks.HALO)


def _name(ax: Axes, text: str, where: Any, *, color: str, offset: tuple[int, int]) -> None:
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8.5, "path_effects": marks.HALO, "zorder": 6}
    ax.annotate(text, tuple(where), offset, color=color, **style)


def _parts(chart: Chart) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = chart.table
    return table[table["part"] == "observed"], table[table["part"] == "simulated"]


def _points(chart: Chart) -> Iterator[Point]:
    for row in chart.table.to_dict("records"):
        level, share = numbers.number(row["level"], _UNIT), numbers.number(row["value"], "percent")
        text = _("{year}, observed: {share} of {level}", year=row["period"], share=share, level=level)
        if row["part"] == "simulated":
            text = _(
                "{year}: median share {share} (80 %: {shares}), median level {level} (80 %: {levels})",
                year=row["period"], share=share, shares=numbers.interval(row["low_80"], row["high_80"], "percent"),
                level=level, levels=numbers.interval(row["level_low_80"], row["level_high_80"], _UNIT),
            )  # fmt: skip
        yield Point(row["level"], row["value"], text)


def _caption(chart: Chart) -> str:
    past, ahead = _parts(chart)
    last = ""
    if len(past):
        row = past.iloc[-1]
        level, share = numbers.number(row["level"], _UNIT), numbers.number(row["value"], "percent")
        pattern = _("The last year with both figures is {year}: {share} of {level}.")
        last = pattern.format(year=row["period"], share=share, level=level)
    end = ahead.iloc[-1]
    words = _(
        "In {year} the median share is {share} ({shares}) and the median level {level} ({levels}); in brackets "
        "80 % of simulated futures.",
        year=end["period"], share=numbers.number(end["value"], "percent"),
        shares=numbers.interval(end["low_80"], end["high_80"], "percent"), level=numbers.number(end["level"], _UNIT),
        levels=numbers.interval(end["level_low_80"], end["level_high_80"], _UNIT),
    )  # fmt: skip
    return joined(last, words)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for row in chart.table.to_dict("records"):
        share, level = numbers.number(row["value"], "percent"), numbers.number(row["level"], _UNIT)
        shares = levels = _("observed")
        if row["part"] == "simulated":
            shares = numbers.interval(row["low_80"], row["high_80"], "percent")
            levels = numbers.interval(row["level_low_80"], row["level_high_80"], _UNIT)
        cells = {"year": str(row["period"]), "China's share": share, "80 % of futures, share": shares}
        rows.append(cells | {"total trade": level, "80 % of futures, trade": levels})
    return pd.DataFrame(rows)


_FORM = Form(
    mark("Scatter chart of share against level"), _draw, _caption, _text_table, size=(8.4, 5.2), points=_points
)
