"""Tables, figures and sentences of the track record, from a few made-up forecasts."""

import numpy as np
import pandas as pd
import pytest

from eastbound import plots
from eastbound.ensemble.uncertainty import STEPS, decompose
from eastbound.evaluation.backtest import COLUMNS
from eastbound.evaluation.targets import target_scores
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots.charts.outcome_ranks import BINS, LEAST_OUTCOMES

CAME = {2020: 107.76, 2021: 146.887, 2022: 190.271}


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def row(origin, year, *, median, pit=0.5, inside=True):
    came = CAME[year]
    values = {"origin": origin, "stress": origin == "2019-12-31", "series_id": TRADE_TOTAL, "period": str(year)}
    values |= {"horizon": year - int(origin[:4]), "status": "scored", "unit": "USD_bn", "scale": "log", "outcome": came}
    values |= {"median": median, "low80": 0.8 * median, "high80": 1.25 * median, "crps": 0.1, "wis": 0.09, "pit": pit}
    values |= {"inside50": False, "inside80": inside, "inside95": True}
    return {**values, "crps_reference": 0.2, "skill": 0.5, "crps_walk": 0.05 if year == 2022 else 0.3}


@pytest.fixture
def table():
    empty = {"origin": "2013-12-31", "stress": True, "series_id": TRADE_TOTAL, "period": ""}
    rows = [
        {**empty, "status": "no origin: 3 usable points, at least 8 are needed", "unit": "USD_bn"},
        row("2019-12-31", 2020, median=110.0),
        row("2019-12-31", 2021, median=115.0, inside=False),
        row("2020-12-31", 2021, median=120.0, pit=0.95),
        row("2020-12-31", 2022, median=130.0, pit=0.99, inside=False),
    ]
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    made.attrs["note"] = "data vintage only"
    return made


def test_vintages_stand_beside_what_was_observed(table, book):
    chart = plots.track_record(table, TRADE_TOTAL, book=book)
    found = chart.table
    forecast = found[found["part"] == "forecast"]
    assert forecast["value"].tolist() == [110.0, 115.0, 120.0, 130.0]
    assert found[found["part"] == "observed"]["value"].max() == 244.819
    words = chart.caption()
    assert words.startswith("Of 4 outcomes after 2 origins, 2 lie inside the 80 % band.")
    assert "the median for 2022 was 130 USD bn (104–162 USD bn); the outcome was 190 USD bn." in words
    assert words in chart.alt_text()
    ax = chart.draw()
    assert len(ax.collections) >= 1  # the band of the stress origin
    assert "from 2019-12" in {text.get_text() for text in ax.texts}


def test_a_series_without_outcomes_says_so(table, book):
    early = table[table["status"] != "scored"]
    early.attrs.update(table.attrs)
    chart = plots.track_record(early, TRADE_TOTAL, book=book)
    assert chart.caption() == "No origin of this series has an outcome yet."
    assert chart.draw().has_data()
    scores = plots.scores(early, TRADE_TOTAL, book=book)
    assert scores.table.empty
    assert scores.draw().get_title(loc="left")
    assert plots.outcome_ranks([early], book=book).table.empty
    assert plots.hit_table([early], book=book).frame.empty
    assert plots.wins_and_losses([early], book=book).frame.empty
    assert not plots.track_headline([early], book=book).results


def test_histogram_counts_every_outcome(table, book):
    few = plots.outcome_ranks([table], book=book)
    assert few.table.empty
    assert few.caption() == "Outcomes known so far: 4, too few for a histogram."
    many = pd.concat([table] * 3, ignore_index=True)
    chart = plots.outcome_ranks([many], book=book)
    found = chart.table
    assert len(found) == BINS
    assert found["count"].sum() == 12 >= LEAST_OUTCOMES
    assert found["count"].tolist() == [0, 0, 6, 0, 6]
    assert "of 12 outcomes 0 fell in the lowest bin and 6 in the highest" in chart.caption()
    ax = chart.draw()
    assert [bar.get_height() for bar in ax.patches if bar.get_width() == pytest.approx(0.2)] == [0, 0, 6, 0, 6]


def test_scores_by_years_ahead(table, book):
    chart = plots.scores(table, TRADE_TOTAL, book=book)
    found = chart.table
    assert found["ahead"].tolist() == [1, 2]
    assert found["origins"].tolist() == [2, 2]
    assert found["skill"].tolist() == pytest.approx([0.5, 0.5])
    assert "1 year ahead +0.50 (2), 2 years ahead +0.50 (2)" in chart.caption()
    assert len(chart.draw().lines) == 2


def test_losses_to_a_walk_are_printed_first(table, book):
    found = plots.wins_and_losses([table], book=book).frame
    # two years ahead the walks scored 0.05 and 0.3, one year ahead 0.3 twice; ours 0.1 everywhere
    assert found["years ahead"].tolist() == ["2", "1"]
    assert found["best"].tolist() == ["this suite", "this suite"]
    assert found["walk"].tolist() == ["0.175", "0.300"]
    worse = table.assign(crps=0.4)
    assert plots.wins_and_losses([worse], book=book).frame["best"].tolist() == ["walk", "walk with drift"]


def test_an_origin_a_month_after_another_does_not_count_again(table, book):
    again = table[table["origin"] == "2019-12-31"].assign(origin="2020-01-31")
    both = pd.concat([table, again], ignore_index=True)
    for view in (plots.hit_table, plots.width_table, plots.wins_and_losses):
        pd.testing.assert_frame_equal(view([both], book=book).frame, view([table], book=book).frame)
    assert len(plots.track_record(both, TRADE_TOTAL, book=book).table) > len(
        plots.track_record(table, TRADE_TOTAL, book=book).table
    )


def test_hits_come_with_the_range_of_chance(table, book):
    found = plots.hit_table([table], book=book).frame
    assert found["years ahead"].tolist() == ["1", "2"]
    assert found["80 % band"].tolist() == ["100 (16–100)", "0 (0–84)"]


def test_bands_that_missed_say_how_wide_they_should_have_been(table, book):
    found = plots.width_table([table], book=book).frame
    # in halves of a band, log(1.25): log(110/107.76) 0.09, log(146.887/120) 0.91, log(146.887/115) 1.10, 1.71
    assert found.iloc[0].tolist()[1:3] == ["4", "50 %"]
    assert found["80 % inside when widened by"].tolist() == ["1.7"]
    assert found["inside one 1.2 times as wide"].tolist() == ["75 %"]


def test_stress_origins_stand_beside_their_outcomes(table, book):
    shown = plots.stress_table([table], [TRADE_TOTAL], book=book)
    found = shown.frame
    assert found["origin"].tolist()[0] == "2013-12-31, before the sanctions of 2014"
    assert found["forecast (80 %)"].tolist()[0] == "no origin: 3 usable points, at least 8 are needed"
    assert found["outcome"].tolist()[1:] == ["107.8", "146.9"]
    assert found["80 % band"].tolist() == ["–", "inside", "missed"]
    assert [note["row"] for note in shown.observed] == [1, 2]  # every outcome opens its source


def test_other_tables_hold_what_was_scored(table, book):
    targets = target_scores(table, book, subject="trade")
    whole = plots.target_table(targets, book=book, subject="trade")
    shown = whole.frame
    assert len(shown) == len(targets)
    assert shown["met"].isin(["met", "missed", "open"]).all()
    assert shown["source"].str.startswith('<a href="http').all()
    assert "no test: too few targets" in whole.caption
    head = {record["name"]: record for record in plots.track_headline([table], book=book).results}
    assert head[f"track.{TRADE_TOTAL}.coverage80"]["value"] == 50.0
    assert head[f"track.{TRADE_TOTAL}.skill"]["text"] == "+0.50"


@pytest.fixture
def decomposition():
    normal = np.random.default_rng(0).standard_normal(4000)
    samples = {name: 300 * np.exp(0.1 * k * normal) for k, name in enumerate(STEPS, start=1)}
    samples["data conflict"] = samples["scenario"] - 20.0
    found = pd.DataFrame(decompose(samples, series_id=TRADE_TOTAL, year=2035, unit="USD_bn"))
    found.attrs.update({"draws": 4000, "as_of": "2026-10-30", "conflicts": 7, "branches": {}})
    return found


def test_a_decomposition_is_shown_step_by_step(decomposition, book):
    chart = plots.uncertainty(decomposition, TRADE_TOTAL, book=book)
    words = chart.caption()
    assert "Share of the variance, in this order: noise 6 %, parameters 19 %, model 31 %, scenario 44 %." in words
    assert "moves the median by −20.0 USD bn" in words
    assert words in chart.alt_text()
    ax = chart.draw()
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    assert ticks == ["noise", "+ parameters", "+ model", "+ scenario", "data conflict"]
    shown = chart.text_table()
    assert shown["source"].tolist() == list(STEPS)
    assert shown["added width"].tolist()[-1] == "–"


def test_charts_draw_where_they_are_told(table, decomposition, book):
    from matplotlib.figure import Figure

    charts = [
        plots.track_record(table, TRADE_TOTAL, book=book),
        plots.scores(table, TRADE_TOTAL, book=book),
        plots.uncertainty(decomposition, TRADE_TOTAL, book=book),
    ]
    for chart in charts:
        ax = Figure().add_subplot()
        assert chart.draw(ax) is ax
        assert len(ax.texts) > 1  # the footer and labels


def test_a_failed_diagnostic_is_stated_in_words(book):
    row = {"fit": "driver", "series_id": TRADE_TOTAL, "errors": "", "n": 99, "statistic": 9.0}
    rows = [
        {**row, "test": "Ljung-Box", "p_value": 0.0004, "failed": True},
        {**row, "test": "KPSS", "p_value": 0.1, "failed": False},
    ]
    shown = plots.diagnostics_table(pd.DataFrame(rows), book=book).frame.iloc[0]
    assert shown["Ljung-Box"] == "under 0.001 (fails)"
    assert shown["KPSS"] == "at least 0.10"
    assert "intervals may be too narrow" in shown["verdict"]
    rows[0] |= {"p_value": 0.5, "failed": False}
    assert plots.diagnostics_table(pd.DataFrame(rows), book=book).frame["verdict"][0] == "no test fails at 1 %"


def test_a_second_opinion_stands_beside_the_ensemble(book):
    from eastbound import simulate

    ens = simulate("baseline", book=book, until=2028, quick=True)
    chart = plots.second_opinion(CHINA_SHARE, book=book, ens=ens, horizon=2)
    assert {"observed", "this suite", "airline SARIMAX"} <= set(chart.table["model"])
    assert "this suite" in chart.caption()
    assert "Left out: ETS" in chart.caption()
    assert chart.draw().has_data()
    assert set(chart.text_table()["period"]) == {chart.table["period"].max()}
