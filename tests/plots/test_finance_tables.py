"""Tables of the finance page."""

import numpy as np
import pytest

import eastbound as eb
from eastbound.plots.tables import finance

BOOK = eb.load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def ens():
    return eb.simulate("baseline", book=BOOK, draws=256, until=2030)


def test_definitions_are_told_apart_and_no_ratio_is_formed_of_two_rows():
    frame = finance.investment_definitions(BOOK).frame.set_index("definition")
    assert frame.loc["projects of the Russian Direct Investment Fund", ["announced", "made"]].tolist() == [
        "–",
        "9.8 USD bn",
    ]
    assert frame.loc["direct investment, flow (balance of payments)", "made"] == "−1.005 USD bn"
    assert set(frame["area"]) == {"Russia", "Far East", "Primorye"}


def test_an_early_day_shows_only_what_was_known():
    frame = finance.investment_definitions(eb.load_evidence("2019-12-31")).frame
    assert "projects of the Russian Direct Investment Fund" not in set(frame["definition"])
    assert len(frame) >= 4


def test_the_forecast_of_realization_is_split_by_branch(ens):
    frame = finance.realization(ens, book=BOOK, at=2030).frame
    forecast = frame[frame["of"].str.endswith("forecast")]["made of announced, %"]
    middles = [float(text.split(" ")[0]) for text in forecast]
    assert len(middles) == 4
    every, wave, small, _ = middles
    assert small <= every < wave


def test_dollars_and_yuan_share_the_draws(ens):
    frame = finance.trade_currencies(ens, at=[2030]).frame.iloc[0]
    dollars, yuan = (float(frame[name].split(" ")[0].replace(",", "")) for name in ("USD bn", "CNY bn"))
    assert 6.0 < yuan / dollars < 8.0
    assert frame["falls in USD"].endswith("%")


def test_known_years_come_before_the_forecast_and_close(ens):
    frame = finance.exchange_rates(ens, book=BOOK, at=[2030]).frame
    assert frame["basis"].tolist() == ["known"] * 11 + ["forecast"]
    known = frame[frame["basis"] == "known"][["CNY per USD", "RUB per USD", "RUB per CNY"]].astype(float)
    np.testing.assert_allclose(known.iloc[:, 0] * known.iloc[:, 2], known.iloc[:, 1], rtol=0.01)


def test_printed_amounts_follow_from_dollars():
    frame = finance.printed_amounts(BOOK).frame
    gaps = frame["gap"].str.removesuffix(" %").str.replace("−", "-").astype(float)
    assert len(frame) >= 20
    assert gaps.abs().median() < 1.0
    worst = frame.loc[gaps.abs().idxmax()]
    assert (worst["period"], worst["printed"]) == ("2023", "800 RUB bn")  # a round number of officials
