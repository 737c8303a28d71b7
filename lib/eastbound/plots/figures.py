"""The figures: each takes axes or makes them, draws one table and returns the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.names import CHINA_SHARE
from eastbound.plots import bands as tables
from eastbound.plots import chances
from eastbound.plots.observed import observed
from eastbound.plots.style import canvas, marks
from eastbound.plots.style import numbers as fmt
from eastbound.plots.style.axes import HUE, fan_and_history, finish_axes, probability_axes
from eastbound.plots.style.canvas import styled

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


@styled
def fan(
    ens: xr.Dataset,
    series_id: str,
    *,
    ax: Axes | None = None,
    scenario: str | None = None,
    freq: tables.Frequency = "Y",
    book: Evidence | None = None,
    threshold: float | None = None,
) -> Axes:
    """Draw observed values and the fan of one series under one scenario.

    Parameters
    ----------
    ens, series_id, scenario, freq, book
        As in `fan_table`.
    ax : Axes, optional
        Where to draw; new axes by default.
    threshold : float, optional
        A level to mark, in the unit of the series.

    Returns
    -------
    Axes
    """
    table = tables.fan_table(ens, series_id, scenario=scenario, freq=freq, book=book)
    ax = canvas.new_axes(ax)
    if threshold is not None:  # first, because it may widen the limits that the labels at the end of the fan rely on
        marks.threshold_line(ax, threshold, fmt.level(threshold, table.attrs["unit"]))
    fan_and_history(ax, table)
    return finish_axes(ax, table)


@styled
def probabilities(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float],
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw, year by year, the probability that a series stands at or above each threshold.

    Parameters
    ----------
    ens, series_id, thresholds, scenario, book
        As in `probability_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = chances.probability_table(ens, series_id, thresholds=thresholds, scenario=scenario, book=book)
    return probability_axes(ax, table, title=f"Probability by year: {table.attrs['label']}")


@styled
def first_passage(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float],
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw the probability that a full year has reached each threshold by each year.

    Parameters
    ----------
    ens, series_id, thresholds, scenario, book
        As in `passage_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = chances.passage_table(ens, series_id, thresholds=thresholds, scenario=scenario, book=book)
    return probability_axes(ax, table, title=f"Reached by then: {table.attrs['label']}")


@styled
def falls(
    ens: xr.Dataset,
    series_id: str,
    *,
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw the probability of a yearly fall, year by year and at least once by then.

    Parameters
    ----------
    ens, series_id, scenario, book
        As in `fall_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = chances.fall_table(ens, series_id, scenario=scenario, book=book)
    return probability_axes(ax, table, title=f"Yearly falls: {table.attrs['label']}")


@styled
def milestone_dates(
    ens: xr.Dataset, milestones: Sequence[str], *, ax: Axes | None = None, scenario: str | None = None
) -> Axes:
    """Draw the probability that each milestone has happened by the end of each year.

    Parameters
    ----------
    ens, milestones, scenario
        As in `milestone_table`. What stays below 100 % at the right is the chance of never.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = chances.milestone_table(ens, milestones, scenario=scenario)
    return probability_axes(ax, table, title="Milestones reached by the end of the year")


@styled
def compare_scenarios(ens: xr.Dataset, series_id: str, *, ax: Axes | None = None, book: Evidence | None = None) -> Axes:
    """Draw the median of a series under every scenario, and the 80 % band of the first one.

    Parameters
    ----------
    ens, series_id, book
        As in `comparison_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = tables.comparison_table(ens, series_id, book=book)
    ax = canvas.new_axes(ax)
    first = table[table["scenario"] == table["scenario"].iloc[0]]
    ax.fill_between(first["x"], first["low_80"], first["high_80"], color="#E8EEF4", linewidth=0)
    marks.observed_line(ax, observed(book, series_id, freq="Y"), text="observed")
    marks.scenario_lines(ax, table, band_top=float(first["high_80"].iloc[-1]))
    return finish_axes(ax, table)


@styled
def effects(
    ens: xr.Dataset,
    series_id: str,
    *,
    baseline: str = "baseline",
    ax: Axes | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw what each scenario adds to the baseline: median line and, for a single scenario, its bands.

    Parameters
    ----------
    ens, series_id, baseline, book
        As in `effect_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        With a note in place of lines when there is nothing but the baseline.
    """
    table = tables.effect_table(ens, series_id, baseline=baseline, book=book)
    ax = canvas.new_axes(ax)
    spread = table[["low_95", "high_95"]].abs().to_numpy().max(initial=0.0)
    if spread == 0.0:
        ax.set_xlim(float(ens["period"].dt.year[0]), float(ens.attrs["until"]))
        words = "no difference in any simulated future" if len(table) else "only the baseline was simulated"
        ax.annotate(words, (0.5, 0.6), xycoords="axes fraction", ha="center")
    else:
        ax.axhline(0, color="#222222", linewidth=1.0)
        alone = table["scenario"].nunique() == 1
        marks.fan(ax, table, color=HUE) if alone else marks.scenario_lines(ax, table)
    return finish_axes(ax, table, title=f"{table.attrs['label']}: difference from the baseline", change=True)


@styled
def utilization(
    ens: xr.Dataset,
    system: str,
    *,
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw the nameplate utilization of a system as a fan, and the contract and technical medians as lines.

    Parameters
    ----------
    ens, system, scenario, book
        As in `utilization_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = tables.utilization_table(ens, system, scenario=scenario, book=book)
    ax = canvas.new_axes(ax)
    headline = table[table["measure"] == "nameplate"]
    fan_and_history(ax, headline, label=False)
    ahead = table[table["part"] == "simulated"]
    colors = dict(zip(("nameplate", "contract", "technical"), canvas.palette(3), strict=True))
    ends = []
    for measure, part in ahead.groupby("measure", sort=False):
        if measure != "nameplate":
            dashes = canvas.DASHES[1 if measure == "contract" else 2]
            ax.plot(part["x"], part["value"], color=colors[str(measure)], dashes=dashes)
        ends.append((part["value"].iloc[-1], f"{measure}, median", colors[str(measure)]))
    ax.margins(y=0.12)
    marks.threshold_line(ax, 100.0, "100 % of capacity")
    masses = ", ".join(f"{mass}" for mass in BANDS)
    ax.annotate(
        f"bands: {masses} % of futures, nameplate", (1, 0.02), xycoords="axes fraction", ha="right", fontsize=8.5
    )
    canvas.end_labels(ax, [e[0] for e in ends], [e[1] for e in ends], colors=[e[2] for e in ends])
    name = str(table.attrs["label"]).partition(",")[0]
    finish_axes(ax, table, title=f"{name}, use of capacity")
    ax.set_ylabel("flow in % of capacity")
    return ax


@styled
def drift_variants(
    ens: xr.Dataset,
    series_id: str = CHINA_SHARE,
    *,
    at: int,
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw one year of a share under own-history drift, reference-class drift and their mixture.

    Parameters
    ----------
    ens, series_id, at, scenario, book
        As in `variant_table`. The published band of 80–90 % is shaded.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = chances.variant_table(ens, series_id, at=at, thresholds=(80, 90), scenario=scenario, book=book)
    ax = canvas.new_axes(ax)
    marks.target_band(ax, 80, 90, text="published projection, 80–90 %")
    for k, (color, (_, row)) in enumerate(zip(canvas.palette(3), table.iterrows(), strict=True)):
        marks.interval(ax, k, row, color=color)
    names = [
        f"{row['variant']}\n{fmt.probability(row['p_80_90'], row['mcse'])} inside the band"
        for _, row in table.iterrows()
    ]
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.5, len(names) - 0.5)
    finish_axes(ax, table, title=f"{table.attrs['label']} in {table['period'].iloc[0]}", time=False)
    ax.set_xlabel(f"view of the drift; bars are the central {BANDS[2]}, {BANDS[1]} and {BANDS[0]} % intervals")
    return ax


@styled
def panels(
    ens: xr.Dataset, series_ids: Sequence[str], *, scenario: str | None = None, book: Evidence | None = None
) -> list[Axes]:
    """Draw small fans side by side in one figure, two in a row.

    Parameters
    ----------
    ens, scenario, book
        As in `fan_table`.
    series_ids : sequence of str
        One panel each.

    Returns
    -------
    list of Axes
    """
    rows = (len(series_ids) + 1) // 2
    figure = canvas.new_axes(None, size=(canvas.SIZE[0] * 1.25, 3.3 * rows)).figure
    figure.clear()
    grid = figure.subplots(rows, 2, squeeze=False)
    axes = list(grid.ravel())
    for extra in axes[len(series_ids) :]:
        extra.remove()
    return [fan(ens, name, ax=ax, scenario=scenario, book=book) for ax, name in zip(axes, series_ids, strict=False)]


def mark_months(ax: Axes, *, months: Sequence[int], text: str) -> Axes:
    """Mark calendar months, such as those of planned stops, in every year that a monthly figure shows.

    Parameters
    ----------
    ax : Axes
        From a figure with ``freq="M"``.
    months : sequence of int
        1 to 12.
    text : str
        Written at the first of them.

    Returns
    -------
    Axes
    """
    low, high = ax.get_xlim()
    places = [year + (month - 0.5) / 12 for year in range(int(low), int(high) + 1) for month in months]
    shown = sorted(place for place in places if low < place < high)
    for k, place in enumerate(shown):
        marks.event_marker(ax, place, text if k == 0 else "")
    return ax
