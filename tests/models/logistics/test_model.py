"""The logistics model on a block of draws: sums, closures, openings and what the border costs trade."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound import catalogue, names
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models import logistics
from eastbound.models.logistics.demand import COAL
from eastbound.models.logistics.levels import TRUCKS, fit_levels, season
from eastbound.models.logistics.losses import trade_after_losses
from eastbound.models.protocol import Grid, World
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.vocabulary import milestones

AS_OF, START, YEARS, WIDTH = "2026-10-30", 2026 * 12, 6, 256
STREAM = Stream(7, 0, WIDTH)
KRASKINO = "logistics.checkpoint.kraskino.trucks_per_day"
SETTINGS = load_inputs("logistics")
NEVER = np.full(WIDTH, np.inf)


@pytest.fixture(scope="module")
def fitted():
    return logistics.fit(load_evidence(AS_OF), SETTINGS, start=START)


def run(fitted, *, exports=9.0, shocks=None, dates=None):
    """Return the paths under constant trade; `exports` in USD bn a month (test data)."""
    size = (12 * YEARS, WIDTH)
    paths = {
        names.CHINA_EXPORTS: np.full(size, exports),
        names.CHINA_IMPORTS: np.full(size, 10.0),
        names.TRADE_TOTAL: np.full(size, exports + 10.0),
        names.IMPORTS_REST: np.full(size, 5.0),
        COAL: np.full(size, 7.0),
    }
    when = {name: NEVER for name in milestones()} | (dates or {})
    world = World(Grid(START, 12 * YEARS), shocks or {}, when, paths)
    return {**paths, **logistics.simulate(fitted, world, STREAM)}


def yearly(paths, series, year):
    return paths[series][12 * year : 12 * year + 12].mean(axis=0)


def test_trucks_and_tonnes_are_the_sums_of_their_crossings(fitted):
    paths = run(fitted)
    sums = catalogue.sums()
    for series in (TRUCKS, "logistics.rail_border.total.exports", "logistics.corridor.primorye_1_2.cargo"):
        np.testing.assert_allclose(paths[series], sum(paths[part] for part in sums[series]), rtol=1e-12)


def test_nothing_passes_beyond_what_can_be_used(fitted):
    paths = run(fitted, exports=20.0, dates={"markovo_opening": np.zeros(WIDTH)})
    for crossing in fitted.crossings:
        assert (paths[crossing.series] > 0).any(), crossing.id
        if crossing.bounded:
            assert (paths[crossing.series] <= paths[crossing.capacity_series] * (1 + 1e-6)).all(), crossing.id


def test_an_opening_adds_trucks_slowly_and_shortens_the_queue(fitted):
    queue = "logistics.checkpoint.primorye_china.queue_days"
    before, after = run(fitted, exports=12.0), run(fitted, exports=12.0, dates={"kraskino_opening": np.zeros(WIDTH)})
    assert yearly(after, TRUCKS, 5).mean() > 1.05 * yearly(before, TRUCKS, 5).mean()
    assert yearly(after, queue, 5).mean() < yearly(before, queue, 5).mean()
    capacity = "logistics.checkpoint.kraskino.capacity_usable"
    share = (after[capacity][30] - before[capacity][30]) / 525.0  # after two and a half years
    assert 0.15 < np.median(share) < 0.45


def test_a_closed_crossing_costs_trade_and_never_gains(fitted):
    closed = np.zeros((12 * YEARS, WIDTH))
    closed[12:24] = -5.0
    before, after = run(fitted, exports=12.0), run(fitted, exports=12.0, shocks={KRASKINO: closed})
    assert (after[KRASKINO][12:24] <= 0.01 * before[KRASKINO][12:24] + 1.0).all()
    for series in (names.CHINA_EXPORTS, names.TRADE_TOTAL):
        assert (after[series] <= before[series] * (1 + 1e-6)).all()
    assert after[names.CHINA_EXPORTS][12:24].mean() < before[names.CHINA_EXPORTS][12:24].mean()
    lost = [paths[names.TRADE_TOTAL] - paths[names.CHINA_EXPORTS] for paths in (before, after)]
    np.testing.assert_allclose(*lost, rtol=1e-6)  # imports keep what they had
    other = "logistics.checkpoint.pogranichny.trucks"
    assert after[other][12:24].sum() > before[other][12:24].sum()


def test_a_shock_on_all_trucks_leaves_trade_alone(fitted):
    quotas = np.full((12 * YEARS, WIDTH), -0.5)
    before, after = run(fitted), run(fitted, shocks={TRUCKS: quotas})
    np.testing.assert_allclose(after[TRUCKS], before[TRUCKS] * np.exp(-0.5), rtol=1e-6)
    np.testing.assert_array_equal(after[names.CHINA_EXPORTS], before[names.CHINA_EXPORTS])


def test_an_event_that_adds_trucks_adds_no_capacity(fitted):
    more = np.full((12 * YEARS, WIDTH), 1.5)
    before, after = run(fitted), run(fitted, shocks={TRUCKS: more})
    assert (after[TRUCKS] <= after["logistics.checkpoint.primorye_china.capacity_usable"] * (1 + 1e-6)).all()
    assert after[TRUCKS].mean() > before[TRUCKS].mean()


def test_published_months_of_trade_stay(fitted):
    paths = run(replace(fitted, first_open=START + 8), exports=20.0)
    assert (paths[names.CHINA_EXPORTS][:8] == 20.0).all()
    assert (paths[names.CHINA_EXPORTS][8:] < 20.0).any()


def test_only_losses_beyond_the_usual_count_and_they_fade():
    lost = np.full((4 + 16, 1), 0.1)
    lost[4:] = 0.3
    world = World(
        Grid(START, 48), paths={names.CHINA_EXPORTS: np.ones((48, 1)), names.TRADE_TOTAL: np.full((48, 1), 3.0)}
    )
    settings = {"road_part_of_exports": 0.5, "rerouting_half_life_years": 1.0}
    exports = trade_after_losses(lost, lost, settings, world=world, first=0)[names.CHINA_EXPORTS]
    assert exports[[0, 12, 24]].ravel().tolist() == pytest.approx([1 - 0.5 * 0.2, 1 - 0.5 * 0.1, 1 - 0.5 * 0.05])


def test_a_count_of_all_trucks_moves_every_crossing_of_primorye():
    book, crossings = load_evidence(AS_OF), SETTINGS["crossings"]
    rows = book.observations
    more = rows.assign(value=rows["value"].where(rows["series_id"] != TRUCKS, 2.0 * rows["value"]))
    before, after = (
        fit_levels(b, crossings, SETTINGS, start=START).mean
        for b in (book, replace(book, observations=more, digest="more"))
    )
    for crossing, low, high in zip(crossings, before, after, strict=True):
        assert (high > low) == (crossing.group == "primorye"), crossing.id


def test_what_passes_a_full_crossing_is_a_lower_bound_of_its_demand():
    book, crossings = load_evidence(AS_OF), SETTINGS["crossings"]
    rows = book.observations
    row = rows[rows["series_id"] == "logistics.checkpoint.pogranichny.trucks"].iloc[[-1]]

    def level(rate):
        first, last = np.datetime64("2026-01-01"), np.datetime64("2026-12-31")
        figure = row.assign(series_id=KRASKINO, period="2026", value=rate, start=first, end=last)
        more = replace(book, observations=pd.concat([rows, figure], ignore_index=True), digest=f"kraskino {rate}")
        return fit_levels(more, crossings, SETTINGS, start=START).mean[0]

    assert level(100.0) < level(115.0)  # below nine tenths of 125 a day a figure counts both ways
    assert level(120.0) == level(130.0) == fit_levels(book, crossings, SETTINGS, start=START).mean[0]
    assert level(250.0) > level(130.0)


def test_late_january_is_quiet_and_the_mean_is_one():
    factors = season(SETTINGS)
    assert factors.mean() == pytest.approx(1.0)
    assert factors.argmin() == 0
    assert 0.5 < factors[0] < 0.77  # the counts of 22-23 January 2026 lay at 0.50, 0.56 and 0.77 of the year before


def test_without_crossings_trade_is_as_before():
    bare = logistics.fit(load_evidence(AS_OF), {k: v for k, v in SETTINGS.items() if k != "crossings"}, start=START)
    paths = run(bare)
    assert (paths[names.CHINA_EXPORTS] == 9.0).all()
    assert not paths[TRUCKS].any()
