"""The second opinion: right models, honest gaps, the same answer twice, and a known process recovered."""

import warnings

import numpy as np
import pandas as pd
import pytest

import eastbound as eb
from eastbound.errors import EvidenceError, InputError, UnknownName
from eastbound.evaluation.regular_history import RegularHistory, regular_history
from eastbound.evaluation.second_opinion import fit_models, opinions
from eastbound.evaluation.second_scores import second_opinion_scores

TOTAL = "trade.china_russia.total"


@pytest.fixture(scope="module")
def book():
    return eb.load_evidence("2025-12-31")


@pytest.fixture(scope="module")
def table(book):
    return eb.second_opinion(TOTAL, book=book, horizon=14)


def test_months_follow_the_last_observed_one(table, book):
    last = regular_history(TOTAL, book=book).values.index[-1]
    assert table["period"].unique().tolist() == [str(last + step) for step in range(1, 15)]


def test_quantiles_rise_with_their_level_and_widen_with_the_step(table):
    for _, part in table.groupby(["model", "period"]):
        assert (np.diff(part.sort_values("level")["value"]) > 0).all()
    for _, part in table.groupby("model"):
        edges = part[part["level"].isin([0.1, 0.9])].pivot(index="period", columns="level", values="value")
        widths = np.log(edges[0.9] / edges[0.1])
        assert widths.iloc[-1] > widths.iloc[0]


def test_the_same_question_gets_the_same_answer(table, book):
    pd.testing.assert_frame_equal(table, eb.second_opinion(TOTAL, book=book, horizon=14))


def test_sums_are_split_by_the_shares_of_other_years_and_add_up(book):
    from eastbound.evidence.derivation import monthly_panel

    panel = monthly_panel(book).set_index(["series_id", "period"])["value"]
    values = regular_history(TOTAL, book=book).values
    assert values["2025-01"] + values["2025-02"] == pytest.approx(panel[TOTAL, "2025-01/2025-02"])
    assert values["2025-01"] != pytest.approx(values["2025-02"])


def test_a_share_stays_between_0_and_100(book):
    table = eb.second_opinion("trade.primorye.china_share_turnover", book=book, horizon=10)
    assert table["value"].between(0, 100).all()


def test_ets_is_left_out_where_it_would_read_filled_values(book):
    table = eb.second_opinion("trade.primorye.china_turnover", book=book, horizon=1)
    assert "ETS" not in set(table["model"])
    assert table.attrs["left_out"].startswith("ETS: ")


def test_no_warning_reaches_the_reader(book):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        eb.second_opinion("trade.primorye.china_turnover", book=book, horizon=1)


def test_a_random_walk_with_seasons_is_forecast_within_its_innovations():
    rng = np.random.default_rng(5)
    season = 0.3 * np.sin(np.arange(120) * np.pi / 6)
    logs = np.cumsum(rng.normal(0, 0.02, 120)) + season + 3
    index = pd.period_range("2015-01", periods=120, freq="M")
    past = RegularHistory(pd.Series(np.exp(logs), index=index), 12, 0)
    truth = logs[-1] - season[-1] + season[11::-1][::-1]  # the walk stays where it is, the season repeats
    for model, quantiles in opinions(past, 12, share=False, levels=(0.1, 0.5, 0.9)).items():
        gap = np.log(quantiles[0.5].to_numpy()) - truth
        assert np.abs(gap).max() < 0.25, model
        width = np.log(quantiles[0.9] / quantiles[0.1]).iloc[0]
        assert 0.02 < width < 0.15, model  # 2.56 standard deviations of 0.02, with parameters estimated


def test_errors_leave_out_the_start_of_each_model(book):
    past = regular_history(TOTAL, book=book)
    fits = fit_models(past, 1, share=False)
    assert fits["airline"].errors.index[0] > past.values.index[12]
    assert all(0.5 < fit.errors.std() < 2 for fit in fits.values())


def test_bad_questions_are_refused(book):
    with pytest.raises(UnknownName):
        eb.second_opinion("trade.china_russia.totall", book=book)
    with pytest.raises(InputError, match="horizon"):
        eb.second_opinion(TOTAL, book=book, horizon=0)
    with pytest.raises(EvidenceError, match="known years"):
        eb.second_opinion("oil.mohe.deliveries", book=book)


def test_scores_compare_the_same_origins_and_leave_the_origins_own_year_out():
    row = {"series_id": TOTAL, "status": "scored", "outcome": 244.8, "crps": 0.1, "origin": "2023-12-31"}
    table = pd.DataFrame([{**row, "period": "2024", "horizon": 1}, {**row, "period": "2023", "horizon": 0}])
    scores = second_opinion_scores(table, [TOTAL])
    assert set(scores["outcomes"]) == {1}
    assert (scores["crps"] > 0).all()
    assert (scores["crps_ensemble"] == 0.1).all()
