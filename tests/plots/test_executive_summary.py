"""The summary of every default scenario says what the JSON of `forecast` says, in words that read aloud."""

import re
from functools import cache

import pytest

from eastbound.ensemble.forecast import forecast
from eastbound.ensemble.simulate import simulate
from eastbound.evaluation.live import keep_forecast
from eastbound.evidence.book import load_evidence
from eastbound.plots.likelihood import SCALE, in_words, likelihood, probability_words
from eastbound.plots.style import numbers
from eastbound.plots.summary_sentences import movers_clause, sentence, standing
from eastbound.plots.tables.executive_summary import executive_summary
from eastbound.plots.tables.moved import moved
from eastbound.plots.tables.thresholds import threshold_table
from eastbound.scenarios.home import find_home
from eastbound.scenarios.reporting import load_reporting

SUBJECTS = ("trade", "primorye", "pipelines")
RUN = {"draws": 128, "until": 2035}
TITLES = re.compile("“[^”]*”")
# numbers that are names or given by the published claim and target
GIVEN = {"300", "80", "90", "2030", "2035", "2025"}
NAMES = ("Power of Siberia 2",)


# the other six take half a minute and run with `make faults`
GATE = ("baseline", "russian_collapse")
EACH = pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=() if each in GATE else pytest.mark.faults) for each in load_reporting().scenarios],
)


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def summarized(book):
    """A function from a scenario to its summary and the JSON of its forecasts."""

    @cache
    def of(name):
        records = [forecast(subject, scenario=name, book=book, **RUN) for subject in SUBJECTS]
        return executive_summary(simulate(name, book=book, **RUN), book=book), records

    return of


def printed(records):
    """Return every number of the JSON as a summary may print it."""
    texts = set()
    for record in records:
        if record["probability"] is not None:
            texts.add(numbers.probability(record["probability"]))
        for item in record["headline"]:
            if item["kind"] == "median":
                texts |= {numbers.plain(item[key], item["unit"]) for key in ("value", "low", "high")}
                texts |= {f"{item['observed']['value']:.4g}"} if item["observed"] else set()
            else:
                texts.add(numbers.probability(item["value"] / 100, item["mcse"] / 100))
        for series in record["series"]:
            texts |= {numbers.probability(p["probability"], p["mcse"]) for p in series["probabilities"]}
    return {re.sub(r"[<>% ]", "", text) for text in texts}


@EACH
def test_every_number_of_a_summary_is_one_of_the_json(name, summarized):
    summary, records = summarized(name)
    text = TITLES.sub("", repr(summary))
    for proper in NAMES:
        text = text.replace(proper, "")
    spoken = set(re.findall(r"\d+(?:\.\d+)?", text))
    assert len(spoken) > 8
    assert spoken <= printed(records) | printed(summarized("baseline")[1]) | GIVEN


@EACH
def test_the_first_numbers_are_those_of_the_scenario_itself(name, summarized):
    summary, (trade, *_) = summarized(name)
    median, target = trade["headline"]
    value = numbers.plain(median["value"], "USD_bn")
    verb = "is forecast at" if name == "baseline" else "would be"
    assert f"Trade between China and Russia {verb} ${value} billion in 2030" in repr(summary)
    chance = in_words(target["value"] / 100, target["mcse"] / 100)
    assert f"({chance}) that trade reaches $300 billion" in repr(summary)


@EACH
def test_a_summary_has_three_to_five_sentences_that_read_aloud(name, summarized):
    sentences = summarized(name)[0].sentences
    assert 3 <= len(sentences) <= 5
    for text in sentences:
        assert re.match(r"[A-Z].*[^.]\.$", text)
        assert not re.search(r"\b(0|100) %|nan|–|USD|_|  |<|>|\.\.", text), text
        assert text.count("(") == text.count(")")
        assert len(text.split()) <= 60, text


@EACH
def test_only_the_baseline_is_called_a_forecast_and_a_stress_test_says_so(name, summarized):
    summary, records = summarized(name)
    assert ("is forecast at" in repr(summary)) == (name == "baseline")
    assert ("is a stress test, not a forecast" in repr(summary)) == records[0]["stress_test"]
    assert records[0]["stress_test"] == (name == "russian_collapse")


def test_a_scenario_without_probability_is_an_assumption():
    text = standing("Mine", probability=None, stress_test=False)
    assert text == "This page is an assumption, not a forecast: it assumes “Mine”, to which we assign no probability."
    assert standing("X", probability=0.5, stress_test=False).endswith("which we give a roughly even chance (50 %).")


def test_words_follow_the_printed_number():
    assert [band.high for band in SCALE[:-1]] == [band.low for band in SCALE[1:]]
    for percent in range(1, 100):
        band = likelihood(percent / 100)
        assert band.low <= percent < band.high
    assert likelihood(0.547).word == "likely"  # printed as 55 %
    assert likelihood(0.53, 0.03).word == "likely"  # printed as 55 %, in steps of 5
    assert len(probability_words().frame) == 7


def test_movers_of_one_direction_alone():
    assert sentence(movers_clause("", "Relief", phrase="China's share")) == (
        "Of the scenarios considered, “Relief” would raise China's share most."
    )


def test_by_a_year_is_never_less_probable_than_in_it(book):
    ens = simulate("baseline", book=book, **RUN)
    frame = threshold_table(ens, ["trade.china_russia.total"]).frame
    for year in ("2030", "2035"):
        within, by = ([float(cell.strip("<>% ")) for cell in frame[f"{word} {year}"]] for word in ("in", "by"))
        assert all(later >= single for single, later in zip(within, by, strict=True))


def test_what_moved_is_told_against_the_forecast_kept_last(book, tmp_path):
    for folder in ("notebooks", "params"):
        (tmp_path / folder).symlink_to(find_home() / folder)
    ens = simulate("baseline", book=book, **RUN)
    assert repr(moved(ens, home=tmp_path)).startswith("No earlier run: no forecast of this scenario was kept")
    kept = forecast("trade", book=book, **RUN)
    kept["headline"][0]["value"] -= 10
    kept["as_of"] = "2026-09-30"
    keep_forecast(kept, home=tmp_path)
    table = moved(ens, home=tmp_path)
    assert table.caption.endswith("2026-09")
    assert table.frame["change"].tolist()[:3] == ["+10.0", "0", "–"]
