"""How Primorye's flows divide: exact sums, figures met where they were stated, and no trend where none is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from eastbound import names
from eastbound.core.share.censored import Readings
from eastbound.core.share.shares import share_of
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models.primorye import composition as primorye_parts
from eastbound.models.primorye import model as primorye
from eastbound.models.primorye import readings as primorye_share
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.scenarios.settings import load_settings

STREAM = Stream(5, 0, 512)


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def settings():
    return load_settings("primorye")


@pytest.fixture(scope="module")
def paths(book, settings):
    start = grid_start(book)
    fit = primorye.fit(book, settings, start=start)
    hit = np.full((36, STREAM.width), -0.2)
    return primorye.simulate(fit, World(Grid(start, 36), shocks={names.CHINA_TURNOVER: hit}), STREAM)


def _parts(book, settings, *, year):
    shares = primorye_share.share_readings(book, settings, last_year=year)
    return primorye_parts.fit_parts(book, settings, shares, year=year), shares


def test_every_division_adds_up(paths):
    pairs = {
        names.PRIMORYE_TURNOVER: (names.PRIMORYE_EXPORTS, names.PRIMORYE_IMPORTS),
        names.CHINA_TURNOVER: (names.EXPORTS_TO_CHINA, names.IMPORTS_FROM_CHINA),
        names.REST_TURNOVER: (names.KOREA_TURNOVER, names.JAPAN_TURNOVER, names.OTHERS_TURNOVER),
    }
    for whole, parts in pairs.items():
        np.testing.assert_allclose(sum(paths[part] for part in parts), paths[whole], rtol=1e-6)
        assert all(np.all(paths[part] > 0) for part in parts)


def test_shares_in_exports_and_imports_are_bounded_and_weigh_up_to_the_whole(paths):
    exports = paths[names.PRIMORYE_EXPORTS] / paths[names.PRIMORYE_TURNOVER]
    in_exports = paths[names.EXPORTS_TO_CHINA] / paths[names.PRIMORYE_EXPORTS]
    in_imports = paths[names.IMPORTS_FROM_CHINA] / paths[names.PRIMORYE_IMPORTS]
    for share in (in_exports, in_imports):
        assert np.all((share > 0) & (share < 1))
    whole = paths[names.CHINA_TURNOVER] / paths[names.PRIMORYE_TURNOVER]
    np.testing.assert_allclose(exports * in_exports + (1 - exports) * in_imports, whole, rtol=1e-6)


def test_the_figures_of_2022_are_met(book, settings):
    """China 47 % of exports and 62 % of imports, which with 57-58 % of all trade makes exports about a third."""
    parts, shares = _parts(book, settings, year=2022)
    in_china, in_rest = expit(parts.exports)
    share = 0.575
    exports = share * in_china + (1 - share) * in_rest
    assert np.median(share * in_china / exports) == pytest.approx(0.47, abs=0.04)
    assert np.median(share * (1 - in_china) / (1 - exports)) == pytest.approx(0.62, abs=0.04)
    assert np.median(exports) == pytest.approx(1 / 3, abs=0.08)  # the share itself is known to four points only
    assert shares.years[-1] == 2022


def test_exports_are_a_quarter_or_less_in_2025(book, settings):
    parts, shares = _parts(book, settings, year=2025)
    share = float(share_of((shares.low[-1] + shares.high[-1]) / 2))
    exports = share * expit(parts.exports[0]) + (1 - share) * expit(parts.exports[1])
    assert 0.18 < np.quantile(exports, 0.1) < np.median(exports) < 0.26
    assert np.median(parts.exports[0]) < np.median(parts.exports[1])  # imports come from China more than exports go


def test_growth_starts_from_the_part_that_was_seen_the_year_before(book, settings):
    """Exports' part of 2024 is stated and so is its growth in 2025, whatever China's share in 2024 was."""
    years, width = np.arange(2016, 2026), np.full(10, 1.6)
    width[-1] = 0.0
    shares = Readings(years, 1.0 - width, 1.0 + width, np.ones(10), np.zeros(10))
    found = primorye_parts.fit_parts(book, settings, shares, year=2025)
    exports = share_of(1.0) * expit(found.exports[0]) + (1 - share_of(1.0)) * expit(found.exports[1])
    odds = np.log(exports / (1 - exports))
    # 18-28 % in 2024, exports 7 to 8 % behind imports in 2025; three errors of both on either side
    low, high = np.log(0.18 / 0.82) - 0.08 - 0.2, np.log(0.28 / 0.72) - 0.07 + 0.2
    assert np.mean((low < odds) & (odds < high)) > 0.99


def test_without_figures_anything_is_possible(settings):
    parts, _ = _parts(load_evidence("2017-06-30"), settings, year=2016)
    low, high = np.quantile(expit(parts.exports), [0.05, 0.95], axis=1)
    assert np.all(low < 0.25)
    assert np.all(high > 0.75)
    assert parts.partners.tolist() == [0.0, 0.0]


def test_partners_start_from_the_last_year_they_were_all_stated(book, settings):
    before, _ = _parts(load_evidence("2021-12-31"), settings, year=2018)
    np.testing.assert_allclose(before.partners, np.log([18.0 / 19.3, 9.6 / 19.3]))
    np.testing.assert_allclose(before.partners_sd, settings["partners_error"])
    after, _ = _parts(book, settings, year=2025)
    np.testing.assert_allclose(after.partners, before.partners + settings["exit_mean"])
    assert np.all(after.partners_sd > settings["exit_sd"])  # vague: no figure by partner after 2018


def test_the_exit_is_foreseen_only_once_it_is_known(settings):
    early, _ = _parts(load_evidence("2021-12-31"), settings, year=2020)
    np.testing.assert_allclose(early.partners, np.log([18.0 / 19.3, 9.6 / 19.3]))


def test_parts_hold_for_a_year_and_have_no_trend(book, settings, paths):
    part = paths[names.EXPORTS_TO_CHINA] / paths[names.CHINA_TURNOVER]
    np.testing.assert_allclose(part[1:12], np.broadcast_to(part[0], (11, STREAM.width)), rtol=1e-6)
    assert np.all(part[12] != part[0])
    parts, _ = _parts(book, settings, year=2025)
    found = primorye_parts.divisions(parts, settings, STREAM, begun=False)
    years = [next(found).exports_in_china for _ in range(10)]
    odds = np.log(np.array(years) / (1 - np.array(years)))
    assert np.abs(np.median(odds[-1]) - np.median(odds[0])) < 0.1
    assert odds[-1].std() > 2 * odds[0].std()


def test_a_begun_year_has_the_parts_that_were_fitted(book, settings):
    parts, _ = _parts(book, settings, year=2025)
    begun = next(primorye_parts.divisions(parts, settings, STREAM, begun=True))
    kept = (STREAM.uniforms("primorye", "parts/posterior", rows=1)[0] * parts.exports.shape[1]).astype(int)
    np.testing.assert_allclose(begun.exports_in_china, expit(parts.exports[0, kept]))
