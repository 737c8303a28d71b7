"""Every figure that is entered moves a forecast, or the entry says that it does not.

Run as a script, this file prints the table of all series that models read: figure, forecast before and after.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from eastbound import catalogue, names
from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble.aggregate import ratio_of
from eastbound.ensemble.simulate import simulate_block
from eastbound.evaluation.figure_effect import reference_only
from eastbound.evidence.book import load_from
from eastbound.evidence.choice import chosen
from eastbound.models import registry
from eastbound.models.goods.policy import CAR_PRICE
from eastbound.models.protocol import Grid, World, grid_start, last_month
from eastbound.periods import month_text
from eastbound.scenarios.events import shocks
from eastbound.scenarios.inputs import load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months

YEARS = 3
LAST = registry.ORDER[-2:]  # no model after them, nor they themselves, change a path of an earlier one
STREAM = Stream(3, 0, 256)
# A series that models read but do not simulate, and the simulated one that its figures move upwards.
MOVES = {
    names.BRENT_FUTURES: names.BRENT,
    names.USD_RUB_ECB: names.USD_RUB,
    names.USD_RUB_MONTH_END: names.USD_RUB,
    "investment.china_in_rfe.spent_share": "investment.china_in_rfe.spent_rub",
    "investment.foreign_in_rfe.spent_share": "investment.china_in_rfe.spent_rub",
    "investment.all_in_rfe.spent_share": "investment.china_in_rfe.spent_rub",
    "payments.china_russia.agent_share": "payments.china_russia.cost",
    "payments.china_russia.commission_netting": "payments.china_russia.commission",
    names.EXPORT_PART: names.PRIMORYE_EXPORTS,
    f"{names.PRIMORYE_EXPORTS}.yoy": names.PRIMORYE_EXPORTS,
    f"{names.PRIMORYE_IMPORTS}.yoy": names.PRIMORYE_IMPORTS,
    f"{names.PRIMORYE_TURNOVER}.yoy": names.PRIMORYE_TURNOVER,
    f"{names.CHINA_TURNOVER}.yoy": names.CHINA_SHARE,
    "trade.primorye.china_share_turnover_recon": names.CHINA_SHARE,
    **{
        f"composition.china_exports_to_russia.{good}_share": f"composition.china_exports_to_russia.{good}_value"
        for good in ("industrial_equipment", "electronics")
    },
    CAR_PRICE: names.CARS_VALUE,  # the dearer the car, the less a higher fee matters
}
_GRADED = "figures of a running year wait until its share is stated"
_COMPLETE = "fitted to complete years alone"
_FLOW = "counts once the flow that it is a part of is published for the same months"
_MONTHS = "the months of that period are published"
_FULL = "the crossing is full: what passes is a lower bound of demand, below the level that is known already"
_NOT_OPEN = "the crossing is not open yet, so what passes is no demand"
_QUOTAS = "lies before the figures that count: the closure of 2020-2022 and the quotas after it"
# Figures of these periods cannot count; entering one says so.
SILENT = {
    ("coal.china_imports_from_russia_hs2701", "closed"): _MONTHS,
    ("composition.china_exports_to_russia.passenger_cars_value", "open"): _FLOW,
    ("composition.china_imports_from_russia.base_metals_value", "open"): _FLOW,
    ("composition.china_imports_from_russia.enriched_uranium_value", "open"): _FLOW,
    ("composition.china_imports_from_russia.food_value", "open"): _FLOW,
    ("lng.china_imports_from_russia", "open"): _FLOW,
    ("lng.china_imports_from_russia_value", "open"): _FLOW,
    ("lpg.russia_to_china", "open"): _FLOW,
    ("driver.brent_futures", "closed"): "a futures price of a past delivery tells nothing",
    ("driver.settlement.yuan_share", "closed"): "more than roubles and yuan together were stated to have",
    ("investment.china_in_russia.implemented", "closed"): "a figure of the last day of that month is known",
    ("investment.all_in_rfe.spent_share", "closed"): "a newer statement is known",
    ("investment.foreign_in_rfe.spent_share", "closed"): "a newer statement is known",
    ("driver.usd_rub_ecb", "closed"): "a mean of the same month is printed",
    ("gas.china_pipeline_imports_from_russia_value", "closed"): _MONTHS,
    (
        "gas.china_pipeline_imports_from_russia_value_imputed",
        "open",
    ): "counts only where no month is printed",
    ("gas.fareast.deliveries", "open"): "no draw has the line open so early",
    ("gas.fareast.deliveries", "closed"): "nothing has flowed before the line opens",
    ("gas.pos2.deliveries", "open"): "no draw has the line open so early",
    ("gas.pos2.deliveries", "closed"): "nothing has flowed before the line opens",
    ("logistics.checkpoint.kraskino.trucks_per_day", "open"): _FULL,
    ("logistics.checkpoint.kraskino.trucks_per_day", "closed"): _QUOTAS,
    ("logistics.checkpoint.markovo.trucks_per_day", "open"): _NOT_OPEN,
    ("logistics.checkpoint.markovo.trucks_per_day", "closed"): _NOT_OPEN,
    ("logistics.checkpoint.pogranichny.trucks", "closed"): _QUOTAS,
    ("logistics.checkpoint.poltavka.trucks", "closed"): _QUOTAS,
    ("logistics.eastern_polygon.traffic_control_section", "open"): _FULL,
    ("logistics.eastern_polygon.traffic_control_section", "closed"): "lies before the figures that count",
    ("oil.china_imports_from_russia_value", "closed"): _MONTHS,
    ("oil.espo2.deliveries", "closed"): "whole years move the demand, single months before the grid do not",
    ("oil.mohe.deliveries", "closed"): "before the years that over-delivery is fitted to",
    ("trade.china_russia.total.yoy_usd", "closed"): "both levels are published",
    ("trade.primorye.china_share_exports", "open"): _GRADED,
    ("trade.primorye.china_share_imports", "open"): _GRADED,
    ("trade.primorye.china_turnover", "open"): _COMPLETE,
    ("trade.primorye.china_turnover.yoy", "open"): _GRADED,
    ("trade.primorye.export_part_of_turnover", "open"): _GRADED,
    ("trade.primorye.exports", "open"): _GRADED,
    ("trade.primorye.exports.yoy", "open"): _GRADED,
    ("trade.primorye.imports", "open"): _GRADED,
    ("trade.primorye.imports.yoy", "open"): _GRADED,
    ("trade.primorye.japan_share_turnover", "open"): _GRADED,
    ("trade.primorye.korea_share_turnover", "open"): _GRADED,
    ("trade.primorye.others_share_turnover", "open"): _GRADED,
    ("trade.primorye.turnover", "open"): _COMPLETE,
    ("trade.primorye.turnover", "closed"): "the trade with China is published for that year",
    ("trade.primorye.turnover.yoy", "open"): _GRADED,
}
_SAME = 1e-3  # a contract binds a whole year: one month more is a month less later


@cache
def inputs():
    """Return the inputs of all models, the trade model with a short history that is fitted sooner."""
    result = dict(load_all_inputs(registry.ORDER))
    result["trade"] = {**result["trade"], "first_month": "2022-01", "energy_from": "2022-01"}
    return result


@cache
def book():
    return load_from([], as_of="2026-10-30")


@cache
def fits():
    return fitted(book(), registry.ORDER)


@cache
def paths():
    return simulated(fits())


def fitted(evidence, subjects):
    start = grid_start(book())
    return {name: registry.model(name).fit(evidence, inputs()[name], start=start) for name in subjects}


def simulated(fits_):
    start = grid_start(book())
    block = simulate_block(
        load_scenario("baseline"), fits_, grid=Grid(start, 12 * YEARS), stream=STREAM, after=last_month(book())
    )
    return {name: np.array(path) for name, path in block.items()}


@cache
def world():
    """Return the world of the block without its paths, as `simulate_block` makes it."""
    start, scenario = grid_start(book()), load_scenario("baseline")
    acting = {"start": start, "stream": STREAM, "after": last_month(book())}
    effects = shocks(scenario, months=12 * YEARS, **acting)
    return World(Grid(start, 12 * YEARS), shocks=effects, milestones=milestone_months(scenario, **acting))


def resimulated(fits_, subjects):
    """Return the block with changed fits; models that no later one corrects are run again alone."""
    if not set(subjects) <= set(LAST):
        return simulated(fits_)
    result = dict(paths())
    for subject in registry.ORDER[registry.ORDER.index(LAST[0]) :]:
        fresh = registry.model(subject).simulate(fits_[subject], replace(world(), paths=result), STREAM)
        result |= {name: np.array(path) for name, path in fresh.items()}
    return result


def readers():
    return registry.model_inputs(inputs())


def target(series):
    """Return the id of the forecast that a figure of the series should move."""
    return MOVES.get(series, series.split(".yoy")[0].removesuffix("_imputed"))


def level(draws, series, rows):
    """Return the forecast of a series over months, one value a draw."""
    rule = catalogue.card(series).aggregate
    flows = ratio_of(rule)
    if flows:
        return 100.0 * draws[flows[0]][rows].sum(axis=0) / draws[flows[1]][rows].sum(axis=0)
    return draws[series][rows].mean(axis=0) if rule == "mean" else draws[series][rows].sum(axis=0)


@dataclass(frozen=True)
class Entry:
    """A figure to enter: its months as ordinals and its value."""

    series: str
    when: str
    first: int
    last: int
    value: float

    @property
    def period(self):
        return (
            month_text(self.first) if self.first == self.last else f"{month_text(self.first)}/{month_text(self.last)}"
        )


def open_entry(series):
    """Return a figure one standard deviation above its forecast, for the first period without one."""
    start, shown = grid_start(book()), target(series)
    rows = chosen(book(), series) if series in book().series.index else pd.DataFrame()
    rows = rows[rows["kind"] == "observed"]
    monthly = catalogue.card(series).frequency == "M" and not rows[rows["months"] == 1].empty
    if ".yoy_usd" in series:
        first, last = start, start + 8  # January to September, ahead of all flows
    elif series == names.BRENT_FUTURES:
        first = last = start + 12  # a contract that is delivered after the months known
    elif monthly:
        newest = rows["end"].max()
        first = last = max(newest.year * 12 + newest.month, start)
    else:
        first, last = start, start + 11
    forecast = level(paths(), shown, slice(first - start, last - start + 1))
    value = forecast.mean() + max(forecast.std(), 0.02 * forecast.mean())
    if ".yoy" in series:
        before = _known(shown, first - 12, last - 12)
        value = 100.0 * (value / before - 1.0) if before else 20.0
    elif series in (names.EXPORT_PART, *(name for name in MOVES if name.startswith("composition."))):
        value = 40.0  # percent of the flow
    elif series == CAR_PRICE:
        value = 4.5e6
    elif MOVES.get(series, series) != series and "percent" in catalogue.card(series).unit:
        value = float(chosen(book(), series)["value"].iloc[-1]) + 5.0  # a share of another unit than what it moves
    return Entry(series, "open", first, last, float(value) or 1.0)


def _known(series, first, last):
    """Return the published sum of a flow over months, from the years or cumulatives of the book."""
    rows = chosen(book(), series)
    hit = rows[(rows["start"].dt.year * 12 + rows["start"].dt.month - 1 == first)]
    hit = hit[hit["end"].dt.year * 12 + hit["end"].dt.month - 1 == last]
    return float(hit["value"].iloc[0]) if len(hit) else None


def closed_entry(series):
    """Return the newest figure before the grid, a tenth higher; or a figure for the last year, where none is known."""
    start = grid_start(book())
    rows = chosen(book(), series)
    rows = rows[rows["value"].notna() & (rows["end"].dt.year * 12 + rows["end"].dt.month <= start)]
    if rows.empty:
        return Entry(series, "closed", start - 12, start - 1, 1.0)
    row = rows.sort_values(["end", "months"]).iloc[-1]
    percent = "percent" in catalogue.card(series).unit
    value = row["value"] + 5.0 if percent else 1.1 * row["value"]
    begin, end = (day.year * 12 + day.month - 1 for day in (row["start"], row["end"]))
    return Entry(series, "closed", begin, end, float(value))


def with_entry(entry):
    """Return the book with the figure in place of those of its period (test data)."""
    rows = book().observations
    start = pd.Timestamp(f"{month_text(entry.first)}-01")
    end = pd.Timestamp(f"{month_text(entry.last)}-01") + pd.offsets.MonthEnd()
    same = (rows["series_id"] == entry.series) & (rows["start"] == start) & (rows["end"] == end)
    like = rows[rows["series_id"] == entry.series]
    row = (like if len(like) else rows).iloc[[-1]].copy()
    kind = "estimate" if entry.series.endswith(("_recon", "_imputed")) else "observed"
    row = row.assign(series_id=entry.series, period=entry.period, start=start, end=end, value=entry.value, kind=kind)
    row = row.assign(low=np.nan, high=np.nan, months=entry.last - entry.first + 1, note="", locator="test")
    row = row.assign(published="2026-10-29", available=pd.Timestamp("2026-10-29"), source_id="tass-2026-01-14")
    if entry.series.endswith("_recon"):
        row = row.assign(low=entry.value - 2.5, high=entry.value + 2.5)
    row = row.assign(unit=catalogue.card(entry.series).unit)
    observations = pd.concat([rows[~same], row], ignore_index=True)
    return replace(book(), observations=observations, digest=f"{book().digest} {entry}")


@cache
def outcome(entry):
    """Return the forecast with the figure."""
    subjects = readers()[entry.series]
    return resimulated({**fits(), **fitted(with_entry(entry), subjects)}, subjects)


def effect(entry, rows=slice(0, 36)):
    """Return the mean forecast of the series that should move, before and after: in its first three years."""
    shown = target(entry.series)
    return tuple(float(np.nanmean(level(draws, shown, rows))) for draws in (paths(), outcome(entry)))


def moves(entry):
    after = outcome(entry)
    return any(not np.array_equal(path, after[name], equal_nan=True) for name, path in paths().items())


@pytest.mark.parametrize("series", sorted(readers()))
def test_a_figure_above_its_forecast_raises_it(series):
    entry = open_entry(series)
    assert moves(entry) == ((series, "open") not in SILENT), entry
    if not moves(entry):
        return
    start = grid_start(book())
    before, after = effect(entry, slice(entry.first - start, entry.last - start + 1))
    assert after > before, entry
    before, after = effect(entry)
    assert after > before * (1.0 - _SAME), entry


@pytest.mark.faults  # a fit and a simulation for each of fifty series: the gate enters the open period alone
@pytest.mark.parametrize("series", sorted(readers()))
def test_a_changed_figure_of_the_last_closed_period_moves_something(series):
    entry = closed_entry(series)
    assert moves(entry) == ((series, "closed") not in SILENT), entry


def test_the_last_models_run_alone_give_the_block():
    for name, path in resimulated(fits(), LAST).items():
        np.testing.assert_array_equal(path, paths()[name], err_msg=name)


def test_models_read_only_what_they_declare():
    rows = book().observations
    fewer = rows[rows["series_id"].isin(readers())].reset_index(drop=True)
    bare = simulated(fitted(replace(book(), observations=fewer, digest="declared"), registry.ORDER))
    for name, path in paths().items():
        np.testing.assert_array_equal(path, bare[name], err_msg=name)


@pytest.mark.parametrize("series", sorted(set(catalogue.cards()) - set(readers())))
def test_every_other_series_is_said_to_be_kept_for_reference(series):
    assert f"no model reads `{series}`; this series is kept for reference" in reference_only(series, inputs=inputs())


def table():
    """Yield the lines of the table: each series that a model reads, then all others."""
    yield "series | when | period | figure | forecast before -> after (mean, three years) | verdict"
    for series in sorted(readers()):
        for entry in (open_entry(series), closed_entry(series)):
            before, after = effect(entry)
            verdict = "moves" if moves(entry) else f"said: {SILENT.get((series, entry.when))}"
            forecast = f"{before:.4g} -> {after:.4g}"
            yield " | ".join([series, entry.when, entry.period, f"{entry.value:.4g}", forecast, verdict])
    for series in sorted(set(catalogue.cards()) - set(readers())):
        yield f"{series} | any | any | any | unchanged | said: {reference_only(series, inputs=inputs())}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
