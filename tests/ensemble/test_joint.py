"""The joint simulation on the shipped evidence: identities, common random numbers, store, limits."""

import numpy as np
import pytest

from eastbound.ensemble import cache
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual, history
from eastbound.errors import InputError
from eastbound.evidence.book import load_evidence
from eastbound.names import (
    BRENT,
    CHINA_EXPORTS,
    CHINA_IMPORTS,
    CHINA_SHARE,
    CHINA_TURNOVER,
    PRIMORYE_TURNOVER,
    REST_TURNOVER,
    TRADE_TOTAL,
)
from eastbound.scenarios.library import report_scenarios

FIVE = {"baseline", "secondary_sanctions", "sanctions_relief", "pos2_agreed", "price_slump"}


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def ens(book):
    return simulate(report_scenarios(), book=book, draws=512)


def test_all_scenarios_are_there_to_the_last_month(ens, book):
    assert set(ens["scenario"].to_numpy()) >= FIVE
    assert str(ens["period"].to_numpy()[-1])[:7] == "2035-12"
    assert ens["period"].dt.month.to_numpy()[0] == 1
    for name, values in ens.data_vars.items():
        if values.dims[-1] == "period":
            assert values.dims == ("scenario", "draw", "period")
            assert values.dtype == np.float32
            assert values.attrs["unit"] == book.series.loc[name, "unit"]


def test_flows_add_up(ens):
    np.testing.assert_allclose(ens[CHINA_EXPORTS] + ens[CHINA_IMPORTS], ens[TRADE_TOTAL], rtol=1e-5)
    np.testing.assert_allclose(ens[CHINA_TURNOVER] + ens[REST_TURNOVER], ens[PRIMORYE_TURNOVER], rtol=1e-5)


def test_the_annual_share_is_the_ratio_of_annual_flows(ens):
    expected = 100 * annual(ens, CHINA_TURNOVER) / annual(ens, PRIMORYE_TURNOVER)
    np.testing.assert_allclose(annual(ens, CHINA_SHARE), expected, rtol=1e-6)
    assert float(ens[CHINA_SHARE].min()) > 0
    assert float(ens[CHINA_SHARE].max()) < 100


def test_nothing_is_negative_or_undefined_but_ratios_without_a_base(ens):
    for name, values in ens.data_vars.items():
        if values.dims[-1] == "period" and not str(values.attrs["aggregate"]).startswith("ratio"):
            assert bool((values >= 0).all()), name


def test_printed_months_of_the_running_year_are_in_every_draw(ens, book):
    rows = history(book, TRADE_TOTAL)
    year = str(ens["period"].to_numpy()[0])[:4]
    months = rows[(rows["months"] == 1) & rows["period"].str.startswith(year) & (rows["kind"] == "observed")]
    assert not months.empty
    for row in months.itertuples():
        values = ens[TRADE_TOTAL].sel(period=row.start, scenario="baseline").to_numpy()
        np.testing.assert_allclose(values, row.value, rtol=0.01)  # the flows are printed; the total follows from them


def test_scenarios_share_their_random_numbers(ens):
    """PoS-2 touches no driver: the oil price is the same to the last bit."""
    np.testing.assert_array_equal(ens[BRENT].sel(scenario="baseline"), ens[BRENT].sel(scenario="pos2_agreed"))
    flow = annual(ens, "gas.pos2.deliveries")
    assert float((flow.sel(scenario="pos2_agreed") >= flow.sel(scenario="baseline")).mean()) > 0.95


def test_scenarios_move_what_they_should(ens):
    def median(series_id, scenario, year):
        return float(annual(ens, series_id).sel(scenario=scenario, year=year).median())

    assert median(BRENT, "price_slump", 2028) < 0.85 * median(BRENT, "baseline", 2028)
    assert median(CHINA_IMPORTS, "price_slump", 2028) < 0.95 * median(CHINA_IMPORTS, "baseline", 2028)
    assert median(CHINA_EXPORTS, "secondary_sanctions", 2027) < median(CHINA_EXPORTS, "baseline", 2027)
    assert median(CHINA_SHARE, "sanctions_relief", 2032) < median(CHINA_SHARE, "baseline", 2032)
    assert median("gas.pos2.deliveries", "pos2_agreed", 2035) > 10


def test_more_draws_and_a_longer_horizon_keep_the_earlier_numbers(book):
    small = simulate("baseline", book=book, draws=64, until=2029)
    large = simulate("baseline", book=book, draws=128, until=2031)
    for name in (TRADE_TOTAL, CHINA_TURNOVER, "gas.pos.deliveries", BRENT):
        part = large[name].sel(draw=slice(0, 63), period=small["period"])
        np.testing.assert_allclose(small[name], part, rtol=1e-6, err_msg=name)


def test_a_scenario_does_not_move_the_others(book, ens):
    alone = simulate("price_slump", book=book, draws=512)
    for name in (TRADE_TOTAL, CHINA_SHARE):
        np.testing.assert_array_equal(alone[name].sel(scenario="price_slump"), ens[name].sel(scenario="price_slump"))


def test_the_store_is_hit_and_gives_the_same(book, monkeypatch, tmp_path):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    first = simulate("baseline", book=book, draws=64)
    written = {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()}
    second = simulate("baseline", book=book, draws=64)
    assert written == {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()}
    assert first.attrs == second.attrs
    np.testing.assert_array_equal(first[TRADE_TOTAL], second[TRADE_TOTAL])


def test_whatever_moves_a_number_moves_the_address():
    base = {"evidence": "a", "inputs": {}, "code": "c", "seed": 1, "draws": 64, "until": 2035, "scenario": "s"}
    keys = {cache.address(base), *(cache.address({**base, name: "other"}) for name in base)}
    assert len(keys) == len(base) + 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"draws": 1}, "`draws` is `1`; it must be a whole number from 64"),
        ({"draws": "1e4"}, "`draws` is `1e4`; it must be a whole number from 64"),
        ({"draws": 1e4}, "`draws` is `10000.0`; it must be a whole number"),
        ({"draws": True}, "`draws` is `True`; it must be a whole number"),
        ({"quick": "maybe"}, "`quick` is `maybe`; it must be true or false"),
        ({"quick": None}, "`quick` is `None`; it must be true or false"),
        ({"until": 2100}, "`until` is `2100`"),
        ({"seed": -1}, "`seed` is `-1`"),
        ({"draws": 1, "seed": -1}, "`draws` is `1`.*`seed` is `-1`"),
    ],
)
def test_limits_are_told_together(book, options, text):
    with pytest.raises(InputError, match=text):
        simulate("baseline", book=book, **options)


def test_texts_are_read_as_papermill_passes_them(book):
    ens = simulate("baseline", book=book, draws="512", until="2027", quick="false")
    assert ens.sizes["draw"] == 512
    assert simulate("baseline", book=book, draws=np.int64(512), until=2027, quick="true").sizes["draw"] == 256


def test_no_scenario_is_refused(book):
    with pytest.raises(InputError, match="at least one"):
        simulate([], book=book)
