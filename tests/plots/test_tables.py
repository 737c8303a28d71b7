"""The tables behind the figures, against numbers that a pencil can check."""

import shutil

import numpy as np
import pytest

import eastbound.plots as plots
from eastbound.errors import UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots import bands as tables
from eastbound.plots.charts.drift_variants import VARIANTS
from eastbound.plots.tables.headline import headline_rows
from eastbound.scenarios.home import find_home


def one(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_fan_table_has_the_median_and_central_intervals_of_the_four_draws(tiny):
    row = one(plots.fan(tiny, TRADE_TOTAL).table, period="2027")  # 250, 300, 350, 400
    assert row["value"] == pytest.approx(325)
    assert (row["low_50"], row["high_50"]) == pytest.approx((287.5, 362.5))
    assert (row["low_80"], row["high_80"]) == pytest.approx((265, 385))
    assert (row["low_95"], row["high_95"]) == pytest.approx((253.75, 396.25))
    assert (row["part"], row["x"], row["defined"]) == ("simulated", 2027, 1)


def test_fan_table_takes_the_first_scenario_unless_told(tiny):
    first = one(plots.fan(tiny, TRADE_TOTAL).table, period="2026")
    other = one(plots.fan(tiny, TRADE_TOTAL, scenario="secondary_sanctions").table, period="2026")
    assert first["value"] - other["value"] == pytest.approx(40)
    with pytest.raises(UnknownName, match="did you mean `baseline`"):
        plots.fan(tiny, TRADE_TOTAL, scenario="basline")


def test_monthly_fan_without_a_book_shows_two_years_from_the_start(wide):
    table = plots.fan(wide, TRADE_TOTAL, freq="M").table
    assert (table["period"].iloc[0], table["period"].iloc[-1]) == ("2026-01", "2028-01")


def test_a_year_that_hardly_any_draw_defines_is_left_out(tiny):
    ens = tiny.copy(deep=True)
    ens["gas.pos.capacity_nameplate"][:, :, :12] = 0  # no utilization in 2026
    assert plots.fan(ens, "gas.pos.utilization_nameplate").table["period"].tolist() == ["2027"]


def test_probability_table_counts_draws_at_or_above(tiny):
    table = plots.probabilities(tiny, TRADE_TOTAL, thresholds=[300, 350.5]).table
    assert one(table, period="2026", threshold=300)["probability"] == 0.5  # 300 itself counts
    assert one(table, period="2027", threshold=350.5)["probability"] == 0.25


def test_passage_is_never_below_the_chance_of_the_same_year(wide):
    at = plots.probabilities(wide, TRADE_TOTAL, thresholds=[260, 300]).table
    by = plots.first_passage(wide, TRADE_TOTAL, thresholds=[260, 300]).table
    joined = at.merge(by, on=["period", "threshold"])
    assert (joined["probability_y"] >= joined["probability_x"] - 1e-12).all()
    assert (joined.groupby("threshold")["probability_y"].diff().dropna() >= 0).all()


def test_fall_table_keeps_single_and_cumulative_chances_apart(tiny):
    ens = tiny.copy(deep=True)
    ens[TRADE_TOTAL][0, 0, 12:] = 10  # 120 in 2027 after 200
    table = plots.falls(ens, TRADE_TOTAL).table
    assert one(table, period="2027", threshold="falls that year")["probability"] == 0.25
    assert one(table, period="2027", threshold="has fallen by then")["probability"] == 0.25


def test_comparison_and_effect_tables_share_draws(tiny):
    medians = plots.compare_scenarios(tiny, TRADE_TOTAL).table
    assert medians["title"].unique().tolist() == ["Baseline", "Secondary sanctions on Chinese banks"]
    effect = plots.effects(tiny, TRADE_TOTAL).table
    assert effect["scenario"].unique().tolist() == ["secondary_sanctions"]
    # the same draw is 40 lower everywhere: the difference has no width although both fans have
    assert effect[["value", "low_95", "high_95"]].to_numpy() == pytest.approx(np.full((2, 3), -40), abs=1e-4)


def test_effect_table_of_a_lone_baseline_is_empty(tiny):
    chart = plots.effects(tiny.sel(scenario=["baseline"]), TRADE_TOTAL)
    assert chart.table.empty
    assert "no difference" in chart.caption()
    assert "nan" not in chart.alt_text()


def test_milestone_table_keeps_the_never_mass(tiny):
    table = plots.milestone_dates(tiny, ["pos2_first_gas"]).table  # 2026.5, 2027.0, 2030.9, never
    by_year = table.set_index("period")["probability"]
    assert by_year["2026"] == 0.25
    assert by_year["2027"] == 0.5  # 2027.0 is January 2027, not the year before
    assert by_year["2029"] == 0.5
    assert by_year["2030"] == 0.75
    assert (table["never"] == 0.25).all()
    with pytest.raises(UnknownName, match="did you mean `pos2_first_gas`"):
        plots.milestone_dates(tiny, ["pos2_firstgas"])


def test_milestone_table_reaches_beyond_the_ensemble_but_not_without_end(wide):
    assert plots.milestone_dates(wide, ["pos2_first_gas"]).table["period"].iloc[-1] == "2039"
    late = wide.assign({"milestone.pos2_first_gas": wide["milestone.pos2_first_gas"] + 40})
    assert plots.milestone_dates(late, ["pos2_first_gas"]).table["period"].iloc[-1] == "2045"


def test_utilization_table_has_one_part_per_measure(tiny):
    table = plots.utilization(tiny, "gas.pos").table
    row = one(table, measure="nameplate", period="2027")  # 38, 38, 40, 40 of 38
    assert row["value"] == pytest.approx(100 * 39 / 38, rel=1e-6)
    assert one(table, measure="contract", period="2027")["value"] == pytest.approx(100 * 39 / 38 / 1.02, rel=1e-6)
    with pytest.raises(UnknownName, match=r"did you mean `gas.pos`"):
        plots.utilization(tiny, "gas.poss")


def test_variant_table_gives_each_view_its_own_chance_of_the_band(tiny):
    table = plots.drift_variants(tiny, thresholds=[80]).table.set_index("variant")
    assert (table["period"] == "2027").all()  # the horizon is shorter than asked
    assert table.loc["joint posterior", "p_80"] == 0.75  # 70, 80, 85, 95
    assert table.loc["joint posterior", "inside"] == 0.5
    assert table.loc["own history", "inside"] == 0.25  # 63, 72, 76.5, 85.5
    assert table.loc["reference class", "inside"] == 0.25  # 77, 88, 93.5, 104.5


def test_panels_table_keeps_each_label_and_unit(tiny):
    table = plots.panels(tiny, [TRADE_TOTAL, CHINA_SHARE]).table
    assert table.groupby("series", sort=False)["unit"].first().tolist() == ["USD_bn", "percent"]


def test_headline_falls_back_to_the_last_year_of_a_short_horizon(tiny):
    rows = headline_rows(tiny)
    assert len(rows) == 5
    assert all("2027" in row.label for row in rows)
    trade, target, share, band, _ = (row.number for row in rows)
    assert trade.value == pytest.approx(325)
    assert target.value == pytest.approx(75)  # all but the first draw reach 300
    assert share.value == pytest.approx(82.5)
    assert (band.low, band.value, band.high) == (25, 50, 50)


def test_headline_of_a_subject_keeps_its_numbers_only(tiny):
    table = plots.headline(tiny, subject="trade.primorye")
    assert [record["name"].startswith("trade.primorye") for record in table.results] == [True, True]
    assert len(table.frame) == 2


def test_headline_follows_the_reporting_file(tiny, tmp_path, monkeypatch):
    """A claim written once in params/reporting.yml reaches chart, caption, table and headline."""
    params = tmp_path / "params"
    shutil.copytree(find_home() / "params", params)
    file = params / "reporting.yml"
    file.write_text(file.read_text().replace("  low: 80\n", "  low: 60\n"))
    monkeypatch.setenv("EASTBOUND_HOME", str(tmp_path))
    assert "between_60_and_90" in headline_rows(tiny)[3].number.name
    chart = plots.drift_variants(tiny, thresholds=[80])
    assert "inside 60–90 %" in chart.caption()
    assert "60–90 %" in chart.text_table().columns
    assert any("60–90 %" in text.get_text() for text in chart.draw().texts)


def test_monte_carlo_errors_count_the_effective_draws_only(tiny):
    """Where views leave a quarter of the draws effective, every error doubles (before: unchanged)."""
    tilted = tiny.assign_coords(ess=("scenario", [0.25, 0.25]))
    calls = {
        "probabilities": lambda ens: plots.probabilities(ens, TRADE_TOTAL, thresholds=[300]),
        "first_passage": lambda ens: plots.first_passage(ens, TRADE_TOTAL, thresholds=[300]),
        "falls": lambda ens: plots.falls(ens, TRADE_TOTAL),
        "milestone_dates": lambda ens: plots.milestone_dates(ens, ["pos2_first_gas"]),
        "drift_variants": lambda ens: plots.drift_variants(ens, thresholds=[80]),
    }
    for name, make in calls.items():
        plain, wider = (make(ens).table["mcse"].to_numpy() for ens in (tiny, tilted))
        assert wider == pytest.approx(2 * plain), name
    target = [headline_rows(ens)[1] for ens in (tiny, tilted)]
    assert target[1].range != target[0].range


def test_axis_position_and_years():
    assert tables.axis_position("2035") == 2035
    assert tables.axis_position("2030-01") == pytest.approx(2030 + 0.5 / 12)
    assert VARIANTS[""] == "joint posterior"


def test_the_card_of_a_scenario_says_what_happens_when_and_how_large():
    book = load_evidence("2026-10-30")
    rows = dict(plots.scenario("secondary_sanctions", book=book).frame.to_numpy())
    assert rows["Probability"].startswith("15 % (judgement: ")
    assert rows["Expires"].startswith("after 2028-12 or when ")
    table = plots.scenario("secondary_sanctions", book=book).frame
    halts = table[table["item"].str.startswith("Payment halt")]["in this scenario"]
    assert halts.str.startswith("2027-01 to 2027-12; ").all()
    assert any("China's exports to Russia -32 % (-52 to -16 %)" in text for text in halts)
