"""Summaries on ensembles small enough to reckon with a pencil."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from eastbound.ensemble import summary
from eastbound.errors import InputError, UnknownName


@pytest.fixture
def ens():
    """Two years, two scenarios, four draws; flow `a` per month, `b` twelve per year, share a/b in percent."""
    period = pd.period_range("2030-01", periods=24, freq="M").to_timestamp()
    first = np.array([1.0, 2.0, 3.0, 4.0])[:, None] * np.ones(12)
    second = np.array([2.0, 1.0, 3.0, 8.0])[:, None] * np.ones(12)
    a = np.concatenate([first, second], axis=1)
    values = np.stack([a, a + 1.0]).astype("float32")
    dims = ("scenario", "draw", "period")
    share = np.full_like(values, 7.0)  # not used by annual values: those are ratios of sums
    return xr.Dataset(
        {
            "a": (dims, values, {"unit": "bcm", "label": "A", "aggregate": "sum"}),
            "b": (dims, np.full_like(values, 10.0), {"unit": "bcm", "label": "B", "aggregate": "sum"}),
            "share": (dims, share, {"unit": "percent", "label": "S", "aggregate": "ratio:a/b"}),
            "price": (dims, values, {"unit": "USD", "label": "P", "aggregate": "mean"}),
            "stock": (dims, values, {"unit": "Mt", "label": "K", "aggregate": "last"}),
        },
        coords={"scenario": ["baseline", "more"], "draw": np.arange(4), "period": period},
    )


def test_annual_aggregates(ens):
    np.testing.assert_allclose(summary.annual(ens, "a").sel(scenario="baseline", year=2030), [12, 24, 36, 48])
    np.testing.assert_allclose(summary.annual(ens, "price").sel(scenario="baseline", year=2031), [2, 1, 3, 8])
    np.testing.assert_allclose(summary.annual(ens, "stock").sel(scenario="more", year=2030), [2, 3, 4, 5])
    np.testing.assert_allclose(summary.annual(ens, "share").sel(scenario="baseline", year=2030), [10, 20, 30, 40])


def test_ratio_is_undefined_without_a_base(ens):
    ens["b"][:, :2, :12] = 0.0
    share = summary.annual(ens, "share").sel(scenario="baseline", year=2030)
    np.testing.assert_array_equal(np.isnan(share), [True, True, False, False])
    table = summary.quantiles(ens, "share", levels=[0.5])
    row = table[(table.scenario == "baseline") & (table.period == "2030")].iloc[0]
    assert (row["defined"], row["value"]) == (0.5, 35.0)


def test_quantiles_are_tidy(ens):
    table = summary.quantiles(ens, "a", levels=[0.0, 0.5, 1.0])
    row = table[(table.scenario == "more") & (table.period == "2031")].set_index("level")["value"]
    assert row.to_dict() == {0.0: 24.0, 0.5: 42.0, 1.0: 108.0}
    assert len(table) == 2 * 2 * 3
    monthly = summary.quantiles(ens, "a", freq="M", levels=[0.5])
    assert monthly.period.iloc[0] == "2030-01"
    assert len(monthly) == 2 * 24


@pytest.mark.parametrize("freq", ["Y", "M"])
@pytest.mark.parametrize("series", ["a", "share", "price"])
def test_many_draws_are_read_a_year_at_a_time_with_the_same_quantiles(ens, monkeypatch, series, freq):
    whole = summary.quantiles(ens, series, freq=freq)
    read = []
    periodic = summary.periodic
    monkeypatch.setattr(summary, "periodic", lambda part, *rest: read.append(part) or periodic(part, *rest))
    monkeypatch.setattr(summary, "MANY", 1)
    pd.testing.assert_frame_equal(summary.quantiles(ens, series, freq=freq), whole)
    assert [part.sizes["period"] for part in read] == [12, 12]


def test_exceedance_counts_draws(ens):
    table = summary.exceedance(ens, "a", [24.0, 24.1], at=[2030, "2031"])
    baseline = table[table.scenario == "baseline"].set_index(["period", "threshold"])["probability"]
    assert baseline.to_dict() == {
        ("2030", 24.0): 0.75, ("2030", 24.1): 0.5, ("2031", 24.0): 0.75, ("2031", 24.1): 0.5,
    }  # fmt: skip
    assert summary.exceedance(ens, "a", 24.0, at=2030, op="<").probability.iloc[0] == 0.25


def test_first_passage_is_by_year_and_counts_once(ens):
    table = summary.first_passage(ens, "a", 24.0)
    baseline = table[table.scenario == "baseline"]
    # draws: 12->24, 24->12, 36->36, 48->96: three pass in 2030, one more in 2031; the second stays passed
    assert baseline.probability.tolist() == [0.75, 0.25]
    assert baseline.by.tolist() == [0.75, 1.0]


def test_falls_compare_with_the_year_before(ens):
    table = summary.falls(ens, "a")
    assert table[table.scenario == "baseline"][["period", "probability", "by"]].values.tolist() == [
        ["2031", 0.25, 0.25]
    ]


def test_difference_pairs_the_draws(ens):
    table = summary.difference(ens, "a", levels=[0.0, 1.0])
    assert set(table.scenario) == {"more"}
    assert table.value.tolist() == [12.0] * 4  # one more a month, in every draw


def test_every_monte_carlo_error_heeds_the_effective_number_of_draws(ens):
    tilted = ens.assign_coords(ess=("scenario", [0.25, 1.0]))
    calls = [
        lambda e: summary.exceedance(e, "a", [24.0, 30.0], at=[2030, "2031-06"]),
        lambda e: summary.first_passage(e, "a", 24.0),
        lambda e: summary.falls(e, "a"),
    ]
    for call in calls:
        before, after = call(ens), call(tilted)
        for name in [name for name in before if name.startswith("mcse")]:
            factor = np.where(before["scenario"] == "baseline", 2.0, 1.0)
            np.testing.assert_allclose(after[name], factor * before[name])
    # a chart selects one scenario first; the coordinate is a scalar then
    draws = summary.annual(tilted, "a").sel(scenario="baseline", year=2030)
    plain = summary.annual(ens, "a").sel(scenario="baseline", year=2030)
    assert summary.probability(draws >= 24)[1] == 2 * summary.probability(plain >= 24)[1]


def test_quantiles_and_exceedance_equal_numpy_period_by_period(ens):
    rng = np.random.default_rng(5)
    dims = ("scenario", "draw", "period")
    large = xr.Dataset(
        {"a": (dims, rng.normal(size=(2, 301, 24)).astype("float32"), ens["a"].attrs)},
        coords={"scenario": ens["scenario"], "draw": np.arange(301), "period": ens["period"]},
    )
    levels = [0.025, 0.5, 0.9]
    table = summary.quantiles(large, "a", levels=levels).set_index(["scenario", "period"])["value"]
    chances = summary.exceedance(large, "a", [-1.0, 0.5], at=[2031, 2030]).set_index(["scenario", "period"])
    for k, name in enumerate(["baseline", "more"]):
        for year, months in ((2030, slice(0, 12)), (2031, slice(12, 24))):
            draws = large["a"].to_numpy()[k, :, months].astype(float).sum(axis=-1)
            np.testing.assert_allclose(table[name, str(year)], np.quantile(draws, levels), rtol=1e-12)
            found = chances.loc[(name, str(year)), "probability"]
            assert found.tolist() == [(draws >= -1).mean(), (draws >= 0.5).mean()]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda e: summary.annual(e, "shar"), UnknownName, "did you mean `share`"),
        (lambda e: summary.exceedance(e, "a", 1, at=2040), InputError, "from 2030 to 2031"),
        (lambda e: summary.exceedance(e, "a", 1, at=2030, op="=>"), UnknownName, "comparison"),
        (lambda e: summary.quantiles(e, "a", freq="W"), InputError, "`Y` for years"),
        (lambda e: summary.difference(e, "a", baseline="base"), UnknownName, "did you mean `baseline`"),
    ],
)
def test_bad_input_is_named(ens, call, error, text):
    with pytest.raises(error, match=text):
        call(ens)
