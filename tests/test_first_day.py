"""What a newcomer types first: short answers, and messages that name the remedy."""

import pandas as pd
import pytest

import eastbound as eb
from eastbound.errors import InputError, UnknownName
from eastbound.reports.doctor import Check, as_text


def test_the_book_prints_in_one_line():
    text = repr(eb.load_evidence("2024-12-31"))
    assert text.startswith("Evidence as of 2024-12-31: ")
    assert "\n" not in text
    assert len(text) < 300
    assert "observations" in text


@pytest.mark.parametrize(("module", "wrong", "right"), [(eb, "simulte", "simulate"), (eb.plots, "fans", "fan")])
def test_a_misspelt_attribute_gets_the_nearest_name(module, wrong, right):
    with pytest.raises(AttributeError, match=f"did you mean `{right}`"):
        getattr(module, wrong)


def test_a_chart_of_something_else_asks_for_an_ensemble():
    with pytest.raises(InputError, match=r"give the result of `eb\.simulate`"):
        eb.plots.fan("baseline", "trade.china_russia.total")


def test_only_figures_are_shown():
    with pytest.raises(InputError, match="takes a matplotlib figure"):
        eb.plots.show(3)


def test_a_year_may_be_a_number():
    book = eb.load_evidence("2024-12-31")
    assert eb.provenance("trade.china_russia.total", 2023, book=book)["period"] == "2023"


def test_yearly_values_are_told_the_period_to_give():
    yearly = pd.Series(range(1, 11), index=pd.period_range("2014", periods=10, freq="Y"), dtype=float)
    with pytest.raises(InputError, match="Give `period=1`"):
        eb.forecast_series(yearly, 3)


@pytest.mark.parametrize(
    ("path", "message"),
    [("missing/a.csv", "there is no folder"), ("missing/a.png", "there is no folder"), ("a", "no ending")],
)
def test_a_chart_says_why_it_cannot_be_saved(tmp_path, path, message):
    ens = eb.simulate("baseline", book=eb.load_evidence("2024-12-31"), draws=64, until=2027)
    chart = eb.plots.fan(ens, "trade.china_russia.total")
    with pytest.raises(InputError, match=message):
        chart.save(tmp_path / path)


def test_a_list_of_names_is_a_sentence_of_its_own_only_after_a_suggestion():
    assert "; known: alpha, beta." in str(UnknownName("name", "zzz", ["alpha", "beta"]))
    assert "? Known: alpha, beta." in str(UnknownName("name", "alpa", ["alpha", "beta"]))


def test_further_lines_of_a_check_are_indented():
    text = as_text([Check("freshness", True, "newest figures\nTrade: to April 2026")])
    assert text.splitlines()[:2] == ["ok     freshness: newest figures", "       Trade: to April 2026"]
