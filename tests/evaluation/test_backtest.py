"""Outcomes, the benchmark and the backtest: by hand, then one origin end to end."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from eastbound.cli import main
from eastbound.errors import InputError, UnknownName
from eastbound.evaluation import backtest as module
from eastbound.evaluation.backtest import COLUMNS, YEAR_ENDS, backtest, stress_origins
from eastbound.evaluation.outcome_ranges import outcome_points
from eastbound.evaluation.outcomes import _Span, _tiled, outcomes
from eastbound.evaluation.random_walk import plain_walk, random_walk, random_walk_paths
from eastbound.evaluation.scorecard import backtest_record, by_origin, summary
from eastbound.evaluation.targets import target_scores
from eastbound.evaluation.text import as_text
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_EXPORTS, CHINA_SHARE, TRADE_TOTAL
from eastbound.univariate.drift import drift_posterior, walk_forecast


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Trade from two origins: one with three points, one with a year to score."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASTBOUND_CACHE", str(tmp_path_factory.mktemp("cache")))
        return backtest("trade", origins=["2024-12-31", "2013-12-31"], draws=64)


def test_a_year_is_its_own_figure_or_the_sum_of_its_months():
    found = outcomes(load_evidence(), TRADE_TOTAL)
    assert (found[2023], found[2025]) == (240.11, 228.105)
    assert list(found) == sorted(found)
    assert outcomes(load_evidence(), CHINA_SHARE)[2024] == 68.0


def test_spans_add_up_only_without_gap_or_overlap():
    half, quarters = _Span(2020, 1, 7, 6.0), [_Span(2020, 7, 10, 3.0), _Span(2020, 10, 13, 4.0)]
    ten_months = _Span(2020, 1, 11, 11.0)  # longer, but nothing begins in November
    assert _tiled([half, *quarters, ten_months]) == 13.0
    assert _tiled([ten_months, *quarters]) is None


def test_nothing_is_known_before_it_was_published():
    assert max(outcomes(load_evidence("2021-12-31"), CHINA_EXPORTS)) == 2020


def test_random_walk_without_gaps_is_the_textbook_interval():
    known = dict(enumerate(np.random.default_rng(0).standard_normal(12).cumsum()))
    points = random_walk(known, [12, 15])
    changes = np.diff(list(known.values()))
    volatility = float(changes.std(ddof=1))
    drift, drift_sd = drift_posterior(changes, np.ones_like(changes), mean=0.0, sd=np.inf, volatility=volatility)
    location, scale = walk_forecast(known[11], 4, drift=drift, drift_sd=drift_sd, volatility=volatility)
    expected = location[[0, 3]] + scale[[0, 3]] * student.ppf(0.9, 10)
    np.testing.assert_allclose(np.quantile(points, 0.9, axis=1), expected, rtol=2e-3)


def test_random_walk_counts_a_gap_as_the_years_it_lasts():
    # 0 1 . 3 4: every year one up, nothing left to chance
    points = random_walk({2000: 0.0, 2001: 1.0, 2003: 3.0, 2004: 4.0}, [2006])
    np.testing.assert_allclose(points, 6.0)
    assert random_walk({2000: 0.0, 2001: 1.0, 2003: 3.0}, [2004]) is None


def test_paths_of_the_random_walk_have_its_marginals():
    known = dict(enumerate(np.random.default_rng(1).standard_normal(9).cumsum()))
    points = random_walk(known, [9, 12])
    paths = random_walk_paths(known, [9, 12], draws=200_000, rng=np.random.default_rng(2))
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    expected, found = np.quantile(points, levels, axis=1), np.quantile(paths, levels, axis=1)
    np.testing.assert_allclose(found, expected, atol=0.01 * np.ptp(expected))
    # without drift uncertainty the correlation would be 1/2; sharing the drift raises it
    assert 0.5 < np.corrcoef(np.argsort(np.argsort(paths)))[0, 1] < 0.8
    assert random_walk_paths({0: 1.0, 1: 2.0}, [3], draws=5, rng=np.random.default_rng(0)) is None


def test_scores_by_hand():
    # draws 1 and 4 with outcome 2 in logs of two: (1 + 1) / 2 - (0 + 2 + 2 + 0) / 8 = 1/2
    found = module._scores(np.array([1.0, 4.0]), np.array([2.0]), log=True, rng=np.random.default_rng(0))
    assert found["crps"] == pytest.approx(0.5 * np.log(2))
    assert found["scale"] == "log"
    assert (found["inside50"], found["inside95"]) == (True, True)
    assert 1 / 3 <= found["pit"] <= 2 / 3
    assert found["sharpness"] + found["under"] + found["over"] == pytest.approx(found["wis"])


def test_a_share_is_scored_against_its_range_and_not_its_middle():
    """Draws at 65 % against 62 to 68 %: off by 1.5 points on average, where the middle would give none."""
    points = outcome_points(load_evidence("2026-10-30"), CHINA_SHARE, [2016, 2023])
    assert list(points) == [2023]  # 2016 is interpolated
    result = module._scores(np.full(8, 65.0), points[2023], log=False, rng=np.random.default_rng(0))
    assert result["crps"] == pytest.approx(1.5, abs=0.01)
    assert result["wis"] == pytest.approx(1.5, abs=0.01)
    assert result["outcome"] == pytest.approx(65.0)


def test_a_walk_of_the_share_starts_anywhere_in_the_last_range():
    known = {2020: 50.0, 2021: 50.0, 2022: 50.0, 2023: 50.0}
    parts = ("2023-12-31", CHINA_SHARE, "percent", True, known, {2024: 55.0}, {})
    exact, ranged = (
        module._reference(module._Case(*parts, start), [2024], False, walk=plain_walk)
        for start in (None, np.linspace(46.0, 54.0, 25))
    )
    assert np.ptp(exact) == pytest.approx(0.0, abs=1e-9)
    assert (ranged.min(), ranged.max()) == pytest.approx((46.0, 54.0))
    assert np.median(ranged) == pytest.approx(50.0, abs=0.1)


def test_backtest_scores_what_followed(table):
    assert tuple(table.columns) == COLUMNS
    scored = table[(table["status"] == "scored") & (table["origin"] == "2024-12-31")]
    assert {TRADE_TOTAL, CHINA_EXPORTS} <= set(scored["series_id"])
    last = scored[(scored["series_id"] == TRADE_TOTAL) & (scored["period"] == "2025")].iloc[0]
    assert last["outcome"] == 228.105
    assert last["horizon"] == 1
    assert last["low80"] < last["median"] < last["high80"]
    assert last["skill"] == pytest.approx(1 - last["crps"] / last["crps_reference"])
    assert scored["pit"].between(0, 1).all()
    assert scored["crps"].gt(0).all()
    assert table.attrs["note"].startswith("data vintage only")


def test_an_origin_with_too_few_points_says_so(table):
    early = table[table["origin"] == "2013-12-31"]
    assert early["status"].str.match(r"no origin: \d usable points, at least 8 are needed").all()
    assert early["crps"].isna().all()
    assert early["stress"].all()


def test_record_is_json_and_states_its_small_sample(table):
    targets = target_scores(table, load_evidence(), subject="trade")
    record = backtest_record(table, subject="trade", targets=targets)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["schema"] == "backtest/1"
    assert {row["origin"] for row in record["stress"]} == {"2013-12-31", "2024-12-31"}
    assert all(row["verdict"].startswith("no test: too few origins") for row in record["summary"])
    text = as_text(record)
    assert "outcome 228.1 USD_bn" in text
    assert "no origin: 3 usable points" in text
    assert "300 USD_bn (AzerNews (TASS)): no outcome yet" in text


def test_origins_sum_up_by_hand():
    same = {"origin": "2020-12-31", "status": "scored", "series_id": "x", "scale": "log", "wis": 1.0, "inside50": False}
    rows = [
        {**same, "crps": c, "crps_reference": r, "inside80": c < 2, "inside95": True} for c, r in ((1, 2), (3, None))
    ]
    (found,) = by_origin(pd.DataFrame(rows))
    assert (found["years"], found["crps"], found["skill"]) == (2, 2.0, 0.5)  # skill where there is a reference
    assert [band["share"] for band in found["coverage"]] == [0, 50, 100]
    assert by_origin(pd.DataFrame({"status": ["no outcome yet"]})) == []


def test_summary_by_hand():
    rows = [
        {"origin": f"20{k}-12-31", "crps": crps, "crps_reference": 2.0, "wis": 1.0, "inside80": crps < 2}
        for k, crps in enumerate([1.0, 1.0, 3.0], start=10)
    ]
    same = {"status": "scored", "series_id": "x", "horizon": 1, "scale": "log", "inside50": False, "inside95": True}
    (found,) = summary(pd.DataFrame([{**same, **row} for row in rows]))
    assert found["origins"] == 3
    assert found["crps"] == pytest.approx(5 / 3)
    assert found["skill"] == pytest.approx(1 - (5 / 3) / 2)
    assert found["coverage"][1]["share"] == pytest.approx(200 / 3)
    assert found["coverage"][1]["low"] < 20 < 95 < found["coverage"][1]["high"]  # three outcomes say next to nothing


def test_stress_origins_are_among_the_default_ones():
    assert len(stress_origins()) == 5
    assert len({*stress_origins(), *YEAR_ENDS}) >= 6


def test_an_origin_has_something_to_score():
    with pytest.raises(InputError, match="lies after the newest evidence, 2026-10-30"):
        backtest("trade", origins=["2026-12-31"])
    with pytest.raises(InputError, match="`draws` is `3`; it must be a whole number from 64"):
        backtest("trade", origins=["2021-12-31"], draws=3)


def test_default_origins_end_with_the_evidence():
    early = backtest("trade", book=load_evidence("2015-06-30"), draws=64)
    assert early["origin"].max() == "2014-12-31"
    assert early["status"].str.startswith("no origin").all()
    # `quick` asks three of the days before shocks
    assert set(backtest("trade", book=load_evidence("2015-06-30"), quick=True)["origin"]) == {"2013-12-31"}


def test_a_backtest_is_kept_and_read_back_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    first, again = (backtest("trade", origins=["2013-12-31"]) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert len(list((tmp_path / "backtests").glob("*.json"))) == 1
    backtest("trade", origins=["2013-12-31"], seed=1)
    assert len(list((tmp_path / "backtests").glob("*.json"))) == 2


@pytest.mark.parametrize("origin", ["2021", "2021-13-01", "yesterday"])
def test_an_origin_must_be_a_day(origin):
    with pytest.raises(InputError, match="is not a day"):
        backtest("trade", origins=[origin])


def test_unknown_subject_and_no_origins_are_refused():
    with pytest.raises(UnknownName, match="did you mean `trade`"):
        backtest("trad")
    with pytest.raises(InputError, match="no origin was given"):
        backtest("trade", origins=[])


def test_command_takes_several_origins_and_refuses_wrong_ones(capsys):
    assert main(["backtest", "trade", "--origin", "2013-12-31", "--origin", "2012-12-31", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {row["origin"] for row in record["rows"]} == {"2012-12-31", "2013-12-31"}
    assert {row["origin"] for row in record["stress"]} == {"2013-12-31"}
    assert record["targets"]["summary"]["scored"] == 6  # not that of 2015, whose dollar level is refused
    for arguments in (["trad"], ["trade", "--origin", "2031-12-31"], ["trade", "--origin", "soon"]):
        assert main(["backtest", *arguments]) == 2
        assert "Traceback" not in capsys.readouterr().err
