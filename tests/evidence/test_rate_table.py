"""The one table of exchange rates, and the printed amounts in yuan and roubles that it must reproduce."""

from dataclasses import replace

import pytest

from eastbound import catalogue, names
from eastbound.evidence import rate_table
from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.rate_table import monthly_rates, yearly_rates

BOOK = load_evidence("2026-10-30")


def test_a_printed_mean_comes_before_the_mean_of_ends_and_no_month_is_made_of_one_end():
    table = monthly_rates(BOOK)
    assert table.loc["2022-03", [names.USD_RUB, "basis"]].tolist() == [106.4474, rate_table.PRINTED]
    assert table.loc["2021-12", "basis"] == rate_table.REFERENCE
    ends = chosen(BOOK, names.USD_RUB_MONTH_END).set_index("period")["value"]
    assert table.loc["2024-05", names.USD_RUB] == pytest.approx((ends["2024-04"] + ends["2024-05"]) / 2)
    assert table.loc["2026-04", "basis"] == ""  # no end of April
    gaps = table.index[1:].asi8 - table.index[:-1].asi8
    assert (gaps == 1).all()


def test_the_rates_close():
    for table in (monthly_rates(BOOK), yearly_rates(BOOK)):
        full = table.dropna(subset=list(rate_table.RATES))
        assert len(full) > 20
        assert (full[names.USD_CNY] * full[names.CNY_RUB] - full[names.USD_RUB]).abs().max() < 1e-9


def test_an_earlier_day_knows_fewer_months():
    assert monthly_rates(load_evidence("2019-12-31")).index[-1].year == 2019


def test_published_amounts_in_yuan_follow_from_dollars_within_the_gap_of_the_rates():
    """Customs convert at the central parity, up to 2.5 % from the market rate in 2023-24 and 0.7 % before."""
    rates, gaps = monthly_rates(BOOK)[names.USD_CNY], []
    for yuan, (dollars, rate) in catalogue.conversions().items():
        if rate != names.USD_CNY or not yuan.startswith("trade."):
            continue
        pairs = chosen(BOOK, dollars).merge(chosen(BOOK, yuan), on=["start", "end"])
        for _, row in pairs.iterrows():
            mean = rates[row["start"].to_period("M") : row["end"].to_period("M")].mean()
            gaps.append(row["value_x"] * mean / row["value_y"] - 1)
    assert len(gaps) >= 14
    assert max(map(abs, gaps)) < 0.025
    assert abs(sum(gaps) / len(gaps)) < 0.012


def test_a_book_without_one_witness_uses_the_next():
    rows = BOOK.observations
    fewer = replace(BOOK, observations=rows[rows["series_id"] != names.USD_RUB_ECB], digest="fewer")
    assert monthly_rates(fewer).loc["2021-12", "basis"] == rate_table.ENDS
