"""Monthly trade and gas derived from printed figures, checked by hand and against an older panel."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastbound.evidence.book import TABLES, load_evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.derivation import monthly_panel
from eastbound.evidence.gas_flow import CARRIED, gas_flow_proxy
from eastbound.evidence.interval_sums import releases
from eastbound.evidence.provenance import provenance
from eastbound.evidence.revisions import FLOWS, measured_revision, revision_gaps
from eastbound.evidence.schema import KEY
from eastbound.names import CHINA_EXPORTS, CHINA_IMPORTS, TRADE_TOTAL

NEWER = "a print found since"
COARSE = "the month itself is printed, to one decimal"
REVISED = "back-cast on a revised base there, difference of first prints here"
# Months in which this panel lies outside the stated error of the older one, and the reason.
DIFFERENCES = {
    (CHINA_EXPORTS, "2017-12"): NEWER,
    (CHINA_EXPORTS, "2022-10"): COARSE,
    (CHINA_EXPORTS, "2022-11"): COARSE,
    (CHINA_EXPORTS, "2023-11"): COARSE,
    (CHINA_EXPORTS, "2025-03"): NEWER,
    (CHINA_EXPORTS, "2025-01/2025-02"): REVISED,
    (CHINA_EXPORTS, "2025"): NEWER,
    (CHINA_IMPORTS, "2022-11"): COARSE,
    (CHINA_IMPORTS, "2023-11"): COARSE,
    (CHINA_IMPORTS, "2025-01/2025-02"): REVISED,
    (CHINA_IMPORTS, "2025"): NEWER,
    (TRADE_TOTAL, "2023-11"): COARSE,
    (TRADE_TOTAL, "2025-01/2025-02"): REVISED,
}


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def trade(book):
    """The book with nothing but trade, which is quicker to rank again."""
    rows = book.observations
    return replace(book, observations=rows[rows["series_id"].str.startswith("trade.china_russia.")])


@pytest.fixture(scope="module")
def panel(book):
    return monthly_panel(book)


def without(book, series, *periods):
    rows = book.observations
    gone = (rows["series_id"] == series) & rows["period"].isin(periods)
    assert gone.any()
    return replace(book, observations=rows[~gone].reset_index(drop=True))


def row(panel, series, period):
    found = panel[(panel["series_id"] == series) & (panel["period"] == period)]
    assert len(found) == 1, (series, period)
    return found.iloc[0]


# Every sum can be redone from what `eastbound data show` prints.
PENCIL = [
    (CHINA_IMPORTS, "2022-08", 11.21, "printed"),
    (CHINA_IMPORTS, "2022-05", 41.25 - 30.85, "difference"),
    (CHINA_EXPORTS, "2025-11", 103.309 - 82.069 - 11.711, "difference"),
    (TRADE_TOTAL, "2020-04", 40.89 - 25.35 - 7.37, "difference"),
    (CHINA_IMPORTS, "2026-01", 20.75 - 9.968, "difference"),
    (CHINA_IMPORTS, "2026-03/2026-04", 47.41 - 20.75, "difference"),
    (TRADE_TOTAL, "2019-02", 2.75 + 4.08, "sum of both flows"),
    (CHINA_EXPORTS, "2018-01/2018-02", 7.07 / (1 - 0.048), "growth back-cast"),
    (CHINA_EXPORTS, "2021", 76.122 / 1.128, "growth back-cast"),
    (CHINA_IMPORTS, "2021", 146.887 - 76.122 / 1.128, "growth back-cast and total less the other flow"),
    (CHINA_EXPORTS, "2024-09", 73.566 / (1 - 0.113) - 71.91, "growth back-cast and difference"),
    (TRADE_TOTAL, "2022-01/2022-02", 26.43, "printed"),
]


@pytest.mark.parametrize(("series", "period", "value", "rule"), PENCIL)
def test_with_a_pencil(panel, series, period, value, rule):
    found = row(panel, series, period)
    assert (found["value"], found["rule"]) == (pytest.approx(value, abs=1e-9), rule)
    assert found["low"] <= found["value"] <= found["high"]


def test_january_has_no_release_of_its_own():
    january = 2024 * 12
    assert [releases(january, january + n) for n in (1, 2, 3, 12, 24)] == [1, 1, 2, 11, 22]
    assert [releases(january + 1, january + n) for n in (2, 3, 14)] == [1, 2, 12]
    assert releases(january - 1, january + 1) == 2


def test_a_difference_carries_the_revisions_it_crosses(book, panel):
    usual = measured_revision(book).loc[CHINA_IMPORTS]
    one = row(panel, CHINA_IMPORTS, "2022-05")
    assert one["bias"] == pytest.approx(usual["mean"])
    assert one["sd"] == pytest.approx((usual["sd"] ** 2 + 2 * 0.005**2 / 3) ** 0.5)
    # January remains when one release gives January-February and February
    assert row(panel, CHINA_IMPORTS, "2026-01")["bias"] == 0
    # January-May less January-March and less May crosses two releases
    two = row(panel, TRADE_TOTAL, "2020-04")
    assert two["bias"] == pytest.approx(2 * measured_revision(book).loc[TRADE_TOTAL, "mean"])


def test_the_revision_is_measured_from_the_rows(book):
    gaps = revision_gaps(book).set_index(["series_id", "period"])["gap"]
    assert gaps[CHINA_IMPORTS, "2022-08"] == pytest.approx(72.949 - 61.45 - 11.21)
    assert gaps[CHINA_EXPORTS, "2023-06"] == pytest.approx(52.284 - 42.947 - 9.551)
    table = measured_revision(book)
    assert table["pairs"].to_dict() == {CHINA_EXPORTS: 10, CHINA_IMPORTS: 13, TRADE_TOTAL: 11, "all": 34}
    assert table.loc["all", "mean_abs"] == pytest.approx(0.105, abs=0.003)
    assert table.loc["all", "largest"] == pytest.approx(0.289)
    # One-sided for imports, almost zero for exports
    assert (gaps[CHINA_IMPORTS] > 0.06).all()
    assert abs(gaps[CHINA_EXPORTS].median()) < 0.02


def test_it_agrees_with_the_older_panel(panel):
    """The table `trade_derived` was derived independently from the same prints, before some were found."""
    old = pd.read_csv(TABLES / "trade_derived.csv")
    both = old.merge(panel, on=["series_id", "period"], suffixes=("_old", ""))
    assert len(both) >= 280
    error = (both["high_old"] - both["low_old"]) / 2
    off = both[(both["value"] - both["value_old"]).abs() > error + 0.0006]  # both rounded to three places
    found = set(zip(off["series_id"], off["period"], strict=True))
    assert found <= set(DIFFERENCES)
    # what is listed is there, so that the list does not outlive its reasons
    seen = set(zip(both["series_id"], both["period"], strict=True))
    assert set(DIFFERENCES) & seen == found


def test_older_spans_are_covered_by_finer_ones(panel):
    old = pd.read_csv(TABLES / "trade_derived.csv")
    held = set(zip(panel["series_id"], panel["period"], strict=True))
    for name, text in zip(old["series_id"], old["period"], strict=True):
        if (name, text) in held or (name, text) in DIFFERENCES:
            continue
        rows = panel[(panel["series_id"] == name) & (panel["months"] < 12)]
        covered = rows[(rows["start"].dt.year == int(text[:4]))]
        assert covered["months"].sum() >= 11, (name, text)


def test_months_add_up_to_the_printed_year(book, panel):
    """First prints lack the revisions of the year: eleven releases, so ten of the usual ones."""
    checked = 0
    for series in FLOWS:
        usual = measured_revision(book).loc[series]
        years = chosen(book, series, kinds=("observed",))
        years = years[(years["period"].str.len() == 4) & ~years["note"].str.contains("conflict")]
        for year, printed in zip(years["period"], years["value"], strict=True):
            rows = panel[(panel["series_id"] == series) & (panel["start"].dt.year == int(year))]
            rows = rows[rows["months"] < 12]
            if rows["months"].sum() != 12:
                continue
            checked += 1
            gap = printed - rows["value"].sum()
            error = 2 * (10 * usual["sd"] ** 2 + (rows["sd"] ** 2).sum()) ** 0.5
            assert -error <= gap <= 10 * usual["mean"] + error, (series, year, gap)
    assert checked >= 20


def test_flows_add_up_to_the_total(panel):
    wide = panel.pivot_table(index="period", columns="series_id", values=["value", "sd", "bias"])
    wide = wide.dropna()
    gap = wide["value"][CHINA_EXPORTS] + wide["value"][CHINA_IMPORTS] - wide["value"][TRADE_TOTAL]
    error = ((wide["sd"] ** 2).sum(axis=1)) ** 0.5
    room = wide["bias"].abs().max(axis=1) + 3 * error + 0.02
    assert (gap.abs() <= room).all()
    assert len(wide) > 80


def test_what_prints_do_not_tell_stays_a_span(panel):
    for series in FLOWS:
        texts = set(panel.loc[panel["series_id"] == series, "period"])
        for year in (2020, 2021, 2022, 2023, 2024, 2025):
            assert f"{year}-01/{year}-02" in texts
            assert not texts & {f"{year}-01", f"{year}-02"}
        assert {"2019-01", "2019-02", "2026-01", "2026-02", "2026-03/2026-04"} <= texts


def test_dollars_only(panel, book):
    units = book.series["unit"]
    used = {key[0] for parents in panel["parents"] for key in parents}
    assert used <= {*FLOWS, *(f"{series}.yoy_usd" for series in FLOWS)}
    assert set(units[list(used)]) == {"USD_bn", "percent_yoy"}


def test_converted_restated_and_disputed_prints_are_no_parents(panel, book):
    keyed = book.observations.set_index(list(KEY))
    cards = book.sources["directness"]
    for parents in panel["parents"]:
        for key in parents:
            assert cards[key[3]] in ("customs", "quoting")
            assert "conver" not in keyed.loc[key, "note"]
    # The print of 2015 contradicts the growth printed for 2016, so 2015 is derived
    assert row(panel, CHINA_EXPORTS, "2015")["value"] == pytest.approx(37.297 / 1.073)


def test_every_value_names_rule_and_parents_and_waits_for_them(panel, book):
    known = book.observations.set_index(list(KEY))["available"]
    for found in panel.itertuples():
        assert found.rule
        assert found.available == max(known[key] for key in found.parents)
    assert set(panel["kind"]) == {"derived"}
    assert list(panel.index) == list(range(len(panel)))
    assert not panel.duplicated(["series_id", "period"]).any()


@pytest.mark.parametrize("day", ["2010-01-31", "2018-06-30", "2021-12-31", "2023-11-30", "2024-12-31"])
def test_a_vintage_uses_only_what_was_known(day):
    panel = monthly_panel(load_evidence(day))
    assert len(panel)
    assert (panel["available"] <= pd.Timestamp(day)).all()
    assert (panel["end"] <= pd.Timestamp(day)).all()


def test_november_2025_by_flow_follows_when_the_year_is_split():
    early = monthly_panel(load_evidence("2026-01-10"))
    assert row(early, TRADE_TOTAL, "2025-11")["value"] == pytest.approx(203.675 - 183.243)
    assert early.loc[early["series_id"] == CHINA_EXPORTS, "end"].max() == pd.Timestamp("2025-10-31")
    assert row(monthly_panel(load_evidence("2026-01-14")), CHINA_EXPORTS, "2025-11")["available"] == pd.Timestamp(
        "2026-01-14"
    )


CHAINED = ["2022-04", "2022-09", "2022-10", "2023-03", "2023-04", "2023-07", "2024-08", "2025-06", "2025-09"]


@settings(max_examples=9, deadline=None)
@given(series=st.sampled_from([CHINA_EXPORTS, CHINA_IMPORTS]), period=st.sampled_from(CHAINED))
def test_without_its_print_a_month_falls_back_to_the_difference(trade, panel, series, period):
    printed = row(panel, series, period)
    assert printed["rule"] == "printed"
    found = row(monthly_panel(without(trade, series, period)), series, period)
    assert found["rule"] == "difference"
    assert found["sd"] > printed["sd"]
    # Three standard deviations, because one month in twenty lies beyond two
    assert abs(found["value"] - found["bias"] - printed["value"]) < 3.5 * found["sd"]


def test_rules_come_in_their_order(trade):
    """September 2022: remove one basis after the other."""
    first = without(trade, CHINA_EXPORTS, "2022-09")
    assert row(monthly_panel(first), CHINA_EXPORTS, "2022-09")["rule"] == "difference"
    second = without(first, CHINA_EXPORTS, "2022-01/2022-09")
    found = row(monthly_panel(second), CHINA_EXPORTS, "2022-09")
    # January-October less January-August and less October
    assert found["value"] == pytest.approx(59.596 - 44.256 - 7.4)
    third = without(second, CHINA_EXPORTS, "2022-10")
    found = row(monthly_panel(third), CHINA_EXPORTS, "2022-09")
    assert (found["rule"], found["value"]) == ("total less the other flow", pytest.approx(18.656 - 10.656))


def test_few_pairs_give_a_stated_error():
    early = row(monthly_panel(load_evidence("2020-12-31")), CHINA_IMPORTS, "2020-06")
    assert (early["value"], early["bias"]) == (pytest.approx(28.21 - 23.95), 0)
    assert early["sd"] == pytest.approx(0.15, abs=0.001)


def test_provenance_names_rule_and_parents(book):
    record = provenance(CHINA_IMPORTS, "2022-05", book=book)
    assert record["chosen"] is None
    assert record["derived"]["rule"] == "difference"
    assert [parent["period"] for parent in record["derived"]["parents"]] == ["2022-01/2022-04", "2022-01/2022-05"]
    assert provenance(CHINA_IMPORTS, "2022-06", book=book)["derived"] is None


def test_gas_flows_add_up_to_the_printed_deliveries(book):
    flow = gas_flow_proxy(book)
    sums = flow.groupby(flow["start"].dt.year)["value"].sum()
    assert sums.loc[2021:2025].tolist() == pytest.approx([10.39, 15.4, 22.73, 31.12, 38.8])
    half = flow[flow["period"].between("2021-01", "2021-06")]
    assert half["value"].sum() == pytest.approx(4.62)
    assert set(flow["kind"]) == {"derived"}
    assert not set(flow["parents"].explode().map(lambda key: key[0])) - {
        "gas.pos.deliveries",
        "gas.china_pipeline_imports_from_russia_value",
    }


def test_a_gas_month_with_a_pencil(book):
    """Customs of October 2025 hold the flow of September, with its week of planned stop."""
    values = book.observations[book.observations["source_id"] == "doiennoson-china-energy-moni-2026-09-2"]
    values = values[values["series_id"] == "gas.china_pipeline_imports_from_russia_value"].set_index("period")["value"]
    year = sum(values[f"2025-{month:02d}"] for month in range(2, 13)) + values["2026-01"]
    flow = gas_flow_proxy(book).set_index("period")["value"]
    assert flow["2025-09"] == pytest.approx(0.5609 / (year / 38.8))
    assert flow["2025-09"] < 0.8 * min(flow["2025-08"], flow["2025-10"])


def test_gas_growth_agrees_with_what_gazprom_prints(book):
    flow = gas_flow_proxy(book).set_index("period")
    for last, printed in ((6, 28.9), (8, 28.3), (9, 27.5)):
        months = [f"{month:02d}" for month in range(1, last + 1)]
        this, before = (sum(flow.loc[f"{year}-{month}", "value"] for month in months) for year in (2025, 2024))
        assert 100 * (this / before - 1) == pytest.approx(printed, abs=3)


def test_a_gas_price_carried_on_is_less_sure(book):
    flow = gas_flow_proxy(book)
    carried = flow["rule"] == CARRIED
    share = flow["sd"] / flow["value"]
    assert flow.loc[carried, "period"].tolist()[0] == "2026-01"
    assert share[carried].min() > share[flow["start"].dt.year == 2025].max()
    assert (share >= 0.06).all()
    early = gas_flow_proxy(load_evidence("2024-12-31"))
    assert (early["available"] <= pd.Timestamp("2024-12-31")).all()
    assert early["period"].max() == "2024-10"


def test_no_gas_proxy_without_deliveries():
    assert gas_flow_proxy(load_evidence("2021-06-30")).empty
