"""Views give back an ensemble in which they hold, say what they cost, and refuse what the draws cannot carry."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import eastbound as eb
from eastbound.core.ratio import percent
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.views import apply_views
from eastbound.ensemble.with_views import view_text
from eastbound.errors import InputError, ModelError, UnknownName
from eastbound.evidence.book import load_evidence

COUNT = 2000


def ensemble():
    """One year, two scenarios: a flow, a ratio undefined in a tenth of the draws, a date that may never come."""
    rng = np.random.default_rng(11)
    period = pd.period_range("2030-01", periods=12, freq="M").to_timestamp()
    flow = np.exp(rng.normal(0, 0.3, (2, COUNT, 1)) + np.zeros(12)).astype("float32")
    base = np.full_like(flow, 2.0)
    base[:, : COUNT // 10] = 0.0
    date = np.where(rng.random((2, COUNT)) < 0.3, np.inf, 2030 + 8 * rng.random((2, COUNT)))
    dims = ("scenario", "draw", "period")
    return xr.Dataset(
        {
            "flow": (dims, flow, {"unit": "Mt", "label": "F", "aggregate": "mean"}),
            "base": (dims, base, {"unit": "Mt", "label": "B", "aggregate": "mean"}),
            "ratio": (dims, percent(flow, base), {"unit": "percent", "label": "R", "aggregate": "ratio:flow/base"}),
            "milestone.start": (("scenario", "draw"), date, {"unit": "year"}),
        },
        coords={"scenario": ["baseline", "other"], "draw": np.arange(COUNT), "period": period},
        attrs={"seed": 1, "digest": "0"},
    )


ENS = ensemble()
ONE = ENS.isel(scenario=slice(0, 1))


def chance(ens, *, above, scenario="baseline"):
    table = eb.exceedance(ens, "flow", above, at=2030)
    return table.loc[table["scenario"] == scenario].iloc[0]


def test_price_of_a_probability_is_the_closed_form():
    before = chance(ONE, above=1.2)["probability"]
    tilted = eb.apply_views(ONE, "P(flow >= 1.2 in 2030) = 0.5")
    record = tilted.attrs["views"][0]
    price = 0.5 * np.log(0.5 / before) + 0.5 * np.log(0.5 / (1 - before))
    ess = 1 / (0.25 / before + 0.25 / (1 - before))
    assert record["kl"] == pytest.approx(price)
    assert record["ess"] == pytest.approx(ess)
    assert record["largest"] == pytest.approx(0.5 / before / COUNT)
    assert (record["before"], record["after"]) == (pytest.approx(before), pytest.approx(0.5))
    assert float(tilted["ess"][0]) == pytest.approx(ess)
    # The Monte-Carlo error is that of the effective draws.
    assert chance(tilted, above=1.2)["mcse"] == pytest.approx(np.sqrt(0.25 / (COUNT + 4) / ess), rel=1e-3)


@given(
    st.sampled_from(["P(flow >= 1.1 in 2030)", "P(0.9 <= flow < 1.2 in 2030)", "P(flow > 1 in 2030-05)"]),
    st.floats(0.15, 0.85),
    st.sampled_from(["=", ">=", "<="]),
)
def test_resampled_draws_hit_the_target_to_one_draw(event, target, relation):
    statement = f"{event} {relation} {target:.4f}"
    tilted = eb.apply_views(ONE, statement)
    record = tilted.attrs["views"][0]
    again = eb.apply_views(tilted, f"{event} >= 0").attrs["views"][-1]  # reads the probability of the new draws
    assert abs(again["before"] - record["after"]) <= 1.01 / COUNT
    assert record["kl"] >= 0.0
    assert tilted.sizes == ONE.sizes


def test_means_quantiles_and_spreads_hold():
    for statement, read in [
        ("mean(flow, 2030) = 1.3", lambda x: (x.mean(), 1.3)),
        ("median(flow, 2030) = 1.2", lambda x: (np.median(x), 1.2)),
        ("q90(flow, 2030) <= 1.3", lambda x: (np.quantile(x, 0.9), 1.3)),
        ("mean(flow, 2030) = 1.2 ± 0.2", lambda x: (x.std(), 0.2)),
    ]:
        draws = eb.annual(eb.apply_views(ONE, statement), "flow").to_numpy().ravel()
        found, wanted = read(draws)
        assert found == pytest.approx(wanted, abs=0.01), statement


def test_a_ratio_counts_where_it_is_defined():
    tilted = eb.apply_views(ONE, ["mean(ratio, 2030) = 60", "P(ratio >= 60 in 2030) >= 0.4"])
    after = {record["statement"]: record["after"] for record in tilted.attrs["views"]}
    assert after["mean(ratio, 2030) = 60"] == pytest.approx(60.0)
    assert after["P(ratio >= 60 in 2030) >= 0.4"] >= 0.4 - 1e-9
    # Draws without a ratio carry equal weights, so a mean hardly changes how likely the ratio is to exist.
    alone = eb.apply_views(ONE, "mean(ratio, 2030) = 60")
    share = [float(np.isfinite(eb.annual(ens, "ratio").to_numpy()[0]).mean()) for ens in (ONE, alone)]
    assert share[1] == pytest.approx(share[0], abs=0.02)


def test_dates_that_never_come():
    tilted = eb.apply_views(ONE, "P(milestone.start < 2034) = 0.6")
    assert float((tilted["milestone.start"] < 2034).mean()) == pytest.approx(0.6, abs=1 / COUNT)
    median = eb.apply_views(ONE, "median(milestone.start) = 2033").attrs["views"][0]["after"]
    assert median == pytest.approx(2033, abs=0.05)


def test_other_scenarios_do_not_move_and_everything_moves_together():
    tilted = eb.apply_views(ENS, "P(flow >= 1.2 in 2030) = 0.5", scenario="other")
    for name in ENS.data_vars:
        np.testing.assert_array_equal(tilted[name][0], ENS[name][0])
        np.testing.assert_array_equal(tilted[name][1], ENS[name][1].to_numpy()[tilted["origin"][1]])
    assert (float(tilted["ess"][0]), tilted.attrs["views"][0]["scenario"]) == (1.0, "other")
    assert chance(tilted, above=1.2)["mcse"] == chance(ENS, above=1.2)["mcse"]
    with pytest.raises(InputError, match="without views"):
        eb.difference(tilted, "flow")


def test_order_and_repetition_do_not_matter_and_the_digest_tells():
    views = ["P(flow >= 1.2 in 2030) = 0.4", "P(milestone.start < 2034) = 0.6"]
    first, second = eb.apply_views(ONE, views), eb.apply_views(ONE, [*reversed(views), views[0]])
    xr.testing.assert_identical(first, second)
    assert first.attrs["digest"] != ONE.attrs["digest"]
    assert first.attrs["digest"] != eb.apply_views(ONE, views[0]).attrs["digest"]
    assert [record["statement"] for record in first.attrs["views"]] == views


def test_a_view_that_holds_already_changes_nothing():
    tilted = eb.apply_views(ONE, "P(flow >= 1.2 in 2030) <= 0.9")
    np.testing.assert_array_equal(tilted["flow"], ONE["flow"])
    assert tilted.attrs["views"][0]["kl"] == 0.0


@pytest.mark.parametrize(
    ("views", "error", "expected"),
    [
        ("P(flow >= 2.2 in 2030) = 0.5", ModelError, r"P\(flow >= 2.2 in 2030\).*effective.*carry it as far as 0\."),
        ("mean(flow, 2030) = 2.1", ModelError, r"mean\(flow.*Now it is 1\.0.*as far as 1\."),
        ("P(flow >= 200 in 2030) = 0.5", InputError, r"outside the model: 0 of 2000 draws"),
        ("mean(flow, 2030) = 300", InputError, r"outside the model: the draws lie between 0\.\d+ and"),
        (
            ["P(flow >= 1.2 in 2030) >= 0.6", "mean(flow, 2030) <= 1.0", "P(flow >= 1 in 2030) <= 0.5"],
            InputError,
            "cannot hold",
        ),
        ("P(flwo >= 1 in 2030) = 0.5", UnknownName, "did you mean `flow`"),
        ("P(flow >= 1 in 2031) = 0.5", InputError, "has no period `2031`; the ensemble runs from 2030 to 2030"),
        ("P(flow >= 1) = 0.5", InputError, "name a year or month"),
        ("P(milestone.start < 2034 in 2030) = 0.5", InputError, "no periods; leave `2030` out"),
        ("set trade.damping = 0.8", InputError, "changes an input"),
        ([], InputError, "no view was given"),
    ],
)
def test_refusals(views, error, expected):
    with pytest.raises(error, match=expected):
        eb.apply_views(ONE, views)


def test_a_scenario_must_be_named_where_there_are_several():
    with pytest.raises(InputError, match="baseline, other; say which"):
        eb.apply_views(ENS, "P(flow >= 1.2 in 2030) = 0.5")
    with pytest.raises(UnknownName, match="did you mean `other`"):
        eb.apply_views(ENS, "P(flow >= 1.2 in 2030) = 0.5", scenario="othre")


@pytest.mark.parametrize(
    "text", ["mean(gas.pos2.utilization_nameplate, 2030) = 50", "q90(milestone.pos2_first_gas) = 2060"]
)
def test_a_view_that_does_not_hold_on_the_weighted_draws_is_refused(text):
    ens = simulate("baseline", book=load_evidence("2026-10-31"), draws=4096)
    with pytest.raises((InputError, ModelError), match=r"of 4,096 draws are defined"):
        apply_views(ens, text)


def test_a_view_on_part_of_the_draws_says_how_many():
    ens = simulate("baseline", book=load_evidence("2026-10-31"), draws=512)
    tilted = apply_views(ens, "mean(milestone.pos2_first_gas) = 2035")
    record = tilted.attrs["views"][0]
    assert 256 < record["defined"] < record["draws"] == 512
    dates = tilted["milestone.pos2_first_gas"].to_numpy()
    assert abs(dates[np.isfinite(dates)].mean() - 2035) < 0.1
    assert f"{record['defined']} of 512 draws are defined" in view_text(record)
