"""Views of a simulation of several scenarios: they hold in the first, and the others are the same futures."""

import numpy as np
import pytest

import eastbound as eb
from eastbound.errors import InputError, ModelError
from eastbound.evaluation.annual_summary import annual_summaries
from eastbound.evidence.book import load_evidence
from eastbound.plots.table import caption_with

TOTAL = "trade.china_russia.total"
VIEW = f"P({TOTAL} >= 300 in 2030) = 0.5"
PATH = "path(driver.brent_price, 2028=60)"


def simulated(*views, names=("secondary_sanctions", "baseline")):
    return eb.simulate(list(names), book=load_evidence("2026-10-30"), draws=512, until=2031, views=views)


def test_the_view_holds_in_the_first_scenario_and_chooses_the_same_futures_of_the_others():
    ens = simulated(VIEW)
    chance = eb.exceedance(ens.isel(scenario=[0]), TOTAL, 300, at=2030)["probability"].iloc[0]
    assert chance == pytest.approx(0.5, abs=1 / 512)
    assert (ens["origin"][0] == ens["origin"][1]).all()
    plain = simulated()
    for row in range(2):
        chosen = plain[TOTAL].to_numpy()[row][ens["origin"].to_numpy()[row]]
        np.testing.assert_array_equal(ens[TOTAL].to_numpy()[row], chosen)


def test_the_difference_of_scenarios_is_still_taken_draw_by_draw():
    table = eb.difference(simulated(VIEW), TOTAL)
    assert np.isfinite(table["value"]).all()


def test_a_path_is_pinned_in_every_scenario():
    brent = eb.annual(simulated(PATH), "driver.brent_price").sel(year=2028)
    np.testing.assert_allclose(brent, 60.0, rtol=1e-5)


def test_a_setting_acts_in_every_scenario_and_is_listed():
    ens = simulated("set primorye.pull = 0.5")
    share = "trade.primorye.china_share_turnover"
    assert ens.attrs["changes"] == ["set primorye.pull = 0.5"]
    moved = eb.annual(ens, share).sel(year=2031) != eb.annual(simulated(), share).sel(year=2031)
    assert moved.any("draw").all()


def test_captions_name_view_scenario_and_price_in_words():
    ens = simulated(VIEW)
    words = f"View held: {VIEW} in `secondary_sanctions` (weak"
    book = load_evidence("2026-10-30")
    fan = eb.plots.fan(ens, TOTAL, book=book)
    assert words in fan.caption()
    assert words in fan.as_table().caption
    nowcast = eb.plots.nowcast(ens, [TOTAL], book=book)
    for table in (eb.plots.headline(ens), nowcast, eb.plots.utilization_warnings(ens)):
        assert words in table.caption
    assert "held" not in eb.plots.fan(simulated(), TOTAL, book=book).caption()
    assert caption_with("In numbers", "") == "In numbers"


@pytest.mark.parametrize("views", [[VIEW], [PATH], [VIEW, PATH], ["set primorye.pull = 0.5", VIEW]])
def test_a_compared_scenario_outside_the_ensemble_shows_the_same_futures_as_inside(views):
    book = load_evidence("2026-10-30")
    inside = eb.quantiles(simulated(*views).isel(scenario=[1]), TOTAL)
    alone = simulated(*views, names=("secondary_sanctions",))
    outside = annual_summaries(alone, TOTAL, scenarios=["baseline"], book=book)
    np.testing.assert_allclose(outside["value"], inside["value"], rtol=1e-6)


@pytest.mark.parametrize("view", ["P(no.such >= 1 in 2030) = 0.5", f"P({TOTAL} >= 9000 in 2030) = 0.5"])
def test_a_view_that_cannot_hold_is_refused(view):
    with pytest.raises((ModelError, InputError)):
        simulated(view)
