"""Facts beside a forecast, from the real evidence."""

import pytest

import eastbound.plots as plots
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_EXPORTS, CHINA_SHARE, TRADE_TOTAL
from eastbound.plots.observed import last_observed, observed


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-11-21")


def test_observed_years_are_the_chosen_customs_totals(book):
    table = observed(book, TRADE_TOTAL, freq="Y").set_index("period")
    assert table.loc["2024", "value"] == 244.819
    assert table.loc["2025", "value"] == 228.105
    assert table.loc["2025", "x"] == 2025


def test_observed_months_leave_sums_of_months_out(book):
    table = observed(book, TRADE_TOTAL, freq="M").set_index("period")
    assert table.loc["2026-02", "value"] == 19.19
    assert "2026-01/2026-04" not in table.index
    assert last_observed(book, TRADE_TOTAL) == pytest.approx(2026 + 7.5 / 12)  # the sum to August covers it


def test_the_share_is_shown_as_judged_with_grade_and_range(book):
    table = observed(book, CHINA_SHARE, freq="Y").set_index("period")
    assert table.loc["2018", "grade"] == "A"
    assert table.loc["2010", "grade"] == "D"
    assert (table.loc["2023", ["value", "low", "high"]]).tolist() == [65, 62, 68]


def test_a_series_without_observations_has_none(book):
    assert observed(book, "gas.pos2.deliveries", freq="Y").empty
    assert observed(None, TRADE_TOTAL, freq="Y").empty


def test_fan_joins_observed_and_simulated_and_names_its_sources(book, tiny):
    chart = plots.fan(tiny, TRADE_TOTAL, book=book)
    table = chart.table
    assert table["part"].unique().tolist() == ["observed", "simulated"]
    assert table[table["part"] == "simulated"]["period"].tolist() == ["2026", "2027"]
    assert "Last observation 2026-01/2026-08." in chart.facts.footer
    assert "Source: " in chart.facts.footer
    assert "228.1 USD bn in 2025" in chart.caption()


def test_nowcast_adds_the_observed_months_to_the_rest(book, tiny):
    row = plots.nowcast(tiny, [TRADE_TOTAL], book=book).frame.iloc[0]
    assert row["observed so far"] == "185 USD bn to 2026-08"
    assert row["2026"].startswith("275 USD bn")  # median of 200, 250, 300, 350
    assert row["still to come"].startswith("90.0 USD bn")  # 275 - 185
    assert row["change on 2025"].startswith("+21 %")  # 275 / 228.105


def test_falls_use_the_last_observed_year(book, tiny):
    table = plots.falls(tiny, TRADE_TOTAL, book=book).table
    first = table[(table["period"] == "2026") & (table["threshold"] == "falls that year")]
    assert first["probability"].item() == 0.25  # only 200 is below 228.1


def test_run_table_states_vintage_draws_and_seed(book, tiny):
    items = plots.run(tiny, book=book).frame.set_index("item")["this page"]
    assert items["evidence published up to"] == str(book.as_of)
    assert items["draws and seed"] == "4 (a quick look, not for publication) and 1"
    assert "today's" in items["vintage"]


def test_source_table_links_every_source_once(book):
    table = plots.sources(book, [TRADE_TOTAL]).frame
    seen = book.observations[book.observations["series_id"] == TRADE_TOTAL]
    assert len(table) == 21
    assert table["source"].iloc[-1] == f"{seen['source_id'].nunique() - 20} more sources"
    assert table["observations"].astype(int).sum() == len(seen)
    assert table["source"].iloc[:-1].str.startswith("<a href=").all()


def test_a_year_that_only_follows_from_growth_rates_is_hollow(book):
    table = observed(book, CHINA_EXPORTS, freq="Y").set_index("period")
    assert table.loc["2021", "grade"] == "C"
    assert table.loc["2022", "grade"] == ""
    assert table.index.is_unique


def test_news_are_sorted_by_the_day_they_became_known(book):
    table = plots.news(book, [TRADE_TOTAL, CHINA_SHARE], count=5).frame
    assert len(table) == 5
    assert table["known since"].is_monotonic_decreasing
    assert "nan" not in " ".join(table["value"])  # published claims are no news


def test_an_earlier_vintage_knows_less():
    table = plots.news(load_evidence("2024-12-31"), [TRADE_TOTAL], count=3).frame
    assert (table["known since"] <= "2024-12-31").all()
    assert len(table) == 3
