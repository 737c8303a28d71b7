"""Conditional forecasts keep what must hold: the pinned path, the identities, the bounds, and the other scenario."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import eastbound as eb
from eastbound import catalogue, names
from eastbound.ensemble.summary import ratio_of
from eastbound.errors import InputError, ModelError, UnknownName

COUNT = 600
SHARE, TOTAL = names.CHINA_SHARE, names.TRADE_TOTAL


@pytest.fixture(scope="module")
def ens():
    return eb.simulate("baseline", draws=COUNT)


def bridge():
    """A price whose log is a monthly walk with exact normal steps over two years, known in the first month."""
    draws = np.random.default_rng(3).standard_normal((23, COUNT))
    draws -= draws.mean(axis=1, keepdims=True)
    steps = np.linalg.solve(np.linalg.cholesky(np.cov(draws)), draws)
    logs = np.concatenate([np.full((1, COUNT), 1.5), 1.5 + np.cumsum(0.1 * steps, axis=0)])
    period = pd.period_range("2030-01", periods=24, freq="M").to_timestamp()
    price = np.exp(logs).T[None]
    about = {"unit": "USD", "label": "P", "aggregate": "mean"}
    return xr.Dataset(
        {"price": (("scenario", "draw", "period"), price, about)},
        coords={"scenario": ["baseline"], "draw": np.arange(COUNT), "period": period},
        attrs={"seed": 7},
    )


def year(ens, series, at):
    return eb.annual(ens, series).sel(year=at).to_numpy()[0]


def test_a_month_pinned_gives_the_bridge_in_logs():
    given = eb.apply_views(bridge(), f"path(price, 2030-11={np.exp(2.0):.12g})")
    logs = np.log(given["price"].to_numpy()[0].T)
    steps = np.arange(11)
    np.testing.assert_allclose(logs[:11].mean(axis=1), 1.5 + 0.05 * steps, atol=1e-9)
    np.testing.assert_allclose(logs[:11].var(axis=1, ddof=1), 0.01 * steps * (10 - steps) / 10, atol=1e-9)
    record = given.attrs["views"][0]
    assert record["distance"] == pytest.approx(0.5 / 0.1 / np.sqrt(10))
    assert record["kl"] == pytest.approx(0.5 * 0.25 / 0.1)


def test_a_soft_pin_lands_between_forecast_and_path():
    # In logs: prior 1.5 ± .1 sqrt(10), pin 2.0 ± .2, so the weight of the pin is .1 / (.1 + .04) = 5/7.
    value = float(np.exp(2.0))
    given = eb.apply_views(bridge(), f"path(price, 2030-11={value:.12g}) ± {0.2 * value:.12g}")
    logs = np.log(given["price"].to_numpy()[0, :, 10])
    assert logs.mean() == pytest.approx(1.5 + 0.5 * 5 / 7, abs=3 * 0.2 / np.sqrt(COUNT))
    assert logs.var(ddof=1) == pytest.approx(0.1 * 0.04 / 0.14, rel=0.2)


def check_sums(ens):
    """Every total is the sum of its parts; energy is one of oil and gas with a weight each."""
    one = {name: ens[name].to_numpy().astype(float) for name in ens.data_vars}
    for total, parts in catalogue.sums().items():
        if ens[total].attrs["unit"] == ens[parts[0]].attrs["unit"]:
            np.testing.assert_allclose(
                one[total], sum(one[part] for part in parts), rtol=1e-5, atol=1e-6, err_msg=total
            )
    energy, gas, *oil = (
        one[name]
        for name in ("energy.eastern_pipelines.deliveries", *catalogue.sums()["energy.eastern_pipelines.deliveries"])
    )
    weights = np.linalg.lstsq(np.stack([gas.ravel(), sum(oil).ravel()], axis=1), energy.ravel())[0]
    np.testing.assert_allclose(weights[0] * gas + weights[1] * sum(oil), energy, rtol=1e-5)
    np.testing.assert_allclose(
        one[names.PRIMORYE_EXPORTS] + one[names.PRIMORYE_IMPORTS], one[names.PRIMORYE_TURNOVER], rtol=1e-5
    )
    for part, whole in (
        (names.EXPORTS_TO_CHINA, names.PRIMORYE_EXPORTS),
        (names.IMPORTS_FROM_CHINA, names.PRIMORYE_IMPORTS),
    ):
        assert (one[part] <= one[whole] * (1 + 1e-6)).all(), part


def test_the_forecast_has_the_sums_that_conditions_keep(ens):
    check_sums(ens)


@pytest.mark.parametrize(
    ("series", "pins"),
    [
        (names.BRENT, {2027: 60.0, 2028: 65.0}),
        (TOTAL, {2030: 300.0}),
        (SHARE, {2035: 85.0}),
        (names.CHINA_TURNOVER, {2029: 10.0}),
        (names.CHINA_SHARE_EXPORTS, {2032: 75.0}),
        (names.OIL_VALUE, {2028: 40.0}),
    ],
)
def test_every_draw_takes_the_path_and_identities_and_bounds_hold(ens, series, pins):
    given = eb.apply_views(ens, f"path({series}, {', '.join(f'{at}={value}' for at, value in pins.items())})")
    for at, value in pins.items():
        np.testing.assert_allclose(year(given, series, at), value, rtol=1e-5)
    check_sums(given)
    for name, variable in given.data_vars.items():
        flows = ratio_of(str(variable.attrs.get("aggregate", "")))
        if flows:
            part, whole = (given[flow].to_numpy() for flow in flows)
            flowing = whole > 0
            np.testing.assert_allclose(
                variable.to_numpy()[flowing], 100 * part[flowing] / whole[flowing], rtol=1e-5, err_msg=name
            )
        if "period" in variable.dims:
            assert (variable.to_numpy()[np.isfinite(variable.to_numpy())] >= 0).all(), name
            np.testing.assert_array_equal(np.isnan(variable), np.isnan(ens[name]), err_msg=name)
    assert float(given[SHARE].max()) < 100
    for gas in ("pos", "fareast", "pos2"):
        flow, room = given[f"gas.{gas}.deliveries"], given[f"gas.{gas}.capacity_technical"]
        assert (flow <= np.maximum(room, ens[f"gas.{gas}.deliveries"]) * 1.00001).all(), gas


def test_what_is_known_already_stays(ens):
    given = eb.apply_views(ens, f"path({names.BRENT}, 2027=60)")
    known = ens[TOTAL].to_numpy()[0].std(axis=0) < 1e-5
    assert known.any()
    for series in (TOTAL, names.BRENT):
        values = (table[series].to_numpy()[0][:, known] for table in (given, ens))
        np.testing.assert_allclose(*values, rtol=1e-6)


def test_a_lower_oil_price_lowers_trade_and_leaves_the_region_nearly_alone(ens):
    given = eb.apply_views(ens, f"path({names.BRENT}, 2027=60, 2028=60) ± 3")
    assert year(given, TOTAL, 2028).mean() < 0.97 * year(ens, TOTAL, 2028).mean()
    moved = year(given, SHARE, 2028).mean() - year(ens, SHARE, 2028).mean()
    assert abs(moved) < 3 * 0.7 / np.sqrt(COUNT) * year(ens, SHARE, 2028).std()  # distance .7, no real relation


def test_a_pin_on_the_median_costs_little_and_one_far_out_is_refused(ens):
    middle = float(np.median(year(ens, SHARE, 2030)))
    assert eb.apply_views(ens, f"path({SHARE}, 2030={middle:.4g})").attrs["views"][0]["kl"] < 0.05
    with pytest.raises(ModelError, match=r"lies \d+\.\d standard deviations from the forecast.*outside the model"):
        eb.apply_views(ens, f"path({TOTAL}, 2028=30)")


def test_total_and_part_together(ens):
    given = eb.apply_views(ens, [f"path({TOTAL}, 2030=320)", f"path({names.CHINA_EXPORTS}, 2030=150)"])
    np.testing.assert_allclose(year(given, names.CHINA_IMPORTS, 2030), 170.0, rtol=1e-5)
    with pytest.raises(ModelError, match=r"cannot take the value|standard deviations"):
        eb.apply_views(ens, [f"path({TOTAL}, 2030=300)", f"path({names.CHINA_EXPORTS}, 2030=310)"])


def test_one_pin_more_leaves_the_errors_of_the_others():
    ens = bridge()
    one = eb.apply_views(ens, "path(price, 2030-06=5) ± 1")
    same = eb.apply_views(ens, ["path(price, 2030-06=5) ± 1", "path(price, 2031-12=5) ± 1000"])
    np.testing.assert_allclose(same["price"][..., 5], one["price"][..., 5], rtol=2e-3)


def test_paths_and_views_together_hold_views_exactly(ens):
    given = eb.apply_views(ens, [f"path({names.BRENT}, 2027=60)", f"P({TOTAL} >= 300 in 2030) = 0.5"])
    assert (year(given, TOTAL, 2030) >= 300).mean() == pytest.approx(0.5, abs=1 / COUNT)
    np.testing.assert_allclose(year(given, names.BRENT, 2027), 60.0, rtol=1e-5)
    assert [record["statement"][:2] for record in given.attrs["views"]] == ["pa", "P("]


@pytest.mark.parametrize(
    ("path", "error", "expected"),
    [
        ("path(driver.brent_prise, 2027=60)", UnknownName, "did you mean `driver.brent_price`"),
        ("path(driver.brent_price, 2040=60)", InputError, "has no period `2040`"),
        ("path(driver.brent_price, 2026-01=60)", InputError, "known in 2026-01 already"),
        ("path(driver.brent_price, 2027=-60)", InputError, "lie above 0"),
        (f"path({SHARE}, 2030=100)", InputError, "between 0 and 100 percent"),
        ("path(gas.pos2.deliveries, 2033=10)", InputError, r"no flow in 2033 in \d+% of the draws"),
        ("path(milestone.pos2_first_gas, 2033=2033)", InputError, "a date and no path"),
        ("path(gas.pos.capacity_technical, 2030=38)", InputError, "engineers"),
        (
            ["path(driver.brent_price, 2027=60)", "path(driver.brent_price, 2027=61)"],
            InputError,
            "pinned twice in 2027",
        ),
    ],
)
def test_refusals(ens, path, error, expected):
    with pytest.raises(error, match=expected):
        eb.apply_views(ens, path)


def test_too_few_draws_for_many_pins(ens):
    few = ens.isel(draw=slice(0, 64))
    pins = ", ".join(f"{at}-{month:02d}=70" for at in (2030, 2031) for month in range(1, 13))
    with pytest.raises(InputError, match="24 pinned values need at least 240 draws, got 64"):
        eb.apply_views(few, f"path({names.BRENT}, {pins})")


def test_a_flow_pinned_above_its_capacity_is_told(ens):
    # The line runs at its capacity in most draws; more than that holds all the same, and the result says so.
    middle = float(np.median(year(ens, "gas.pos.deliveries", 2030)))
    record = eb.apply_views(ens, f"path(gas.pos.deliveries, 2030={1.04 * middle:.5g}) ± 0.5").attrs["views"][0]
    assert "of the draws the pinned flow passes what the system could carry" in record["warning"]


def test_imports_whose_parts_are_not_known_move_as_one(ens):
    parts = (names.IMPORTS_REST, names.OIL_VALUE, names.COAL_VALUE)
    early = ens.assign({name: ens[name] * np.nan for name in parts})
    for name in parts:
        early[name].attrs = ens[name].attrs
    given = eb.apply_views(early, f"path({TOTAL}, 2030=300)")
    np.testing.assert_allclose(year(given, TOTAL, 2030), 300.0, rtol=1e-5)
    np.testing.assert_allclose(
        year(given, names.CHINA_EXPORTS, 2030) + year(given, names.CHINA_IMPORTS, 2030), 300.0, rtol=1e-5
    )
    assert np.isnan(given[names.OIL_VALUE]).all()


def test_difference_stays_that_of_the_same_draws(ens):
    both = eb.simulate(["baseline", "price_slump"], draws=COUNT)
    given = eb.apply_views(both, f"path({TOTAL}, 2030=300)", scenario="price_slump")
    change = eb.difference(given, TOTAL, levels=[0.5]).set_index("period").loc["2030", "value"]
    assert change == pytest.approx(float(np.median(300.0 - year(both.isel(scenario=[0]), TOTAL, 2030))), rel=1e-3)
