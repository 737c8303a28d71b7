"""Exports return to their usual ratio to imports; imports do not react."""

import numpy as np
import pytest

from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual
from eastbound.evidence.book import load_evidence
from eastbound.models.trade.tie import Balance, fit_balance, tie_exports

DAY = "2026-08-31"


def flat(months, ratio):
    """Return exports that stay at a multiple of imports, and the imports."""
    season = np.tile(1.0 + 0.3 * np.sin(np.arange(12.0)), months // 12)[:, None]
    return ratio * season * np.ones((months, 2)), season * np.ones((months, 2))


def test_each_year_closes_its_share_of_the_gap_that_the_year_before_left():
    exports, imports = flat(36, 2.0)
    tie_exports(exports, imports, Balance(0.0, np.log(2.0)), first=0, share=0.3)
    # a month closes a twelfth, so December of the first year stands at the whole share
    assert exports[11, 0] / imports[11, 0] == pytest.approx(2.0**0.7)
    gap = np.log(exports[:12].sum(axis=0) / imports[:12].sum(axis=0))[0]
    assert np.log(exports[23, 0] / imports[23, 0]) == pytest.approx(0.7 * np.log(2.0) - 0.3 * gap)


def test_exports_at_their_usual_ratio_stay_there_and_seasons_are_no_gap():
    exports, imports = flat(48, 0.8)
    before = exports.copy()
    tie_exports(exports, imports, Balance(np.log(0.8), np.log(0.8)), first=0, share=0.3)
    np.testing.assert_allclose(exports, before, rtol=1e-12)


def test_known_months_and_a_book_with_too_few_years_stay_untouched():
    exports, imports = flat(24, 2.0)
    tie_exports(exports, imports, Balance(0.0, np.log(2.0)), first=8, share=0.3)
    np.testing.assert_array_equal(exports[:8], flat(24, 2.0)[0][:8])
    assert np.all(exports[8:] < flat(24, 2.0)[0][8:])
    exports, imports = flat(24, 2.0)
    tie_exports(exports, imports, None, first=0, share=0.3)
    np.testing.assert_array_equal(exports, flat(24, 2.0)[0])
    assert fit_balance(load_evidence("2015-12-31"), start=2015 * 12) is None


def test_the_balance_is_that_of_the_published_years_known_at_the_origin():
    # the only years that both flows had by the end of 2018
    balance = fit_balance(load_evidence("2018-12-31"), start=2018 * 12)
    assert balance.mean == pytest.approx(np.log(np.array([37.297 / 32.228, 42.88 / 41.2])).mean())
    assert balance.last == pytest.approx(np.log(42.88 / 41.2))


@pytest.fixture(scope="module")
def ratio():
    flows = (names.CHINA_EXPORTS, names.CHINA_IMPORTS)
    ens = simulate("baseline", book=load_evidence(DAY), draws=1024, series=flows)
    exports, imports = (annual(ens, series).isel(scenario=0) for series in flows)
    return exports / imports


def test_the_ratio_of_2035_is_one_that_trade_has_known(ratio):
    low, high = np.quantile(ratio.sel(year=2035), [0.025, 0.975])
    # .67 to 1.16 in 2015-25; without the tie the band went from .2 to 5
    assert 0.25 < low < 0.5
    assert 1.8 < high < 3.0


def test_the_spread_of_the_ratio_settles(ratio):
    spread = np.log(ratio).std("draw")
    assert spread.sel(year=2035) < 1.25 * spread.sel(year=2031)
