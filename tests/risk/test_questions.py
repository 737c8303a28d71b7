"""Standing questions: the file holds what it names, numbers agree with the ensemble, refusals say where."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import eastbound as eb
from eastbound import cli, plots
from eastbound.catalogue import cards, short_names
from eastbound.core.quantiles import quantiles
from eastbound.errors import InputError
from eastbound.risk.answers import Answers
from eastbound.risk.questions import ask, load_questions
from eastbound.scenarios.expressions import Difference, Rank, series_in
from eastbound.scenarios.loader import scenario_names
from eastbound.scenarios.reader import parse_question

ROOT = Path(__file__).resolve().parents[2]
TRADE, SHARE = short_names()["trade"], short_names()["share"]
DAY = "2026-10-30"
DRAWS = 512
FEW = 64


@pytest.fixture(scope="module")
def book():
    return eb.load_evidence(DAY)


@pytest.fixture(scope="module")
def ens(book):
    return eb.simulate("baseline", book=book, draws=DRAWS)


@pytest.fixture(scope="module")
def answers(ens, book):
    return Answers(ens, book, scenario="baseline")


@pytest.fixture(scope="module")
def few(book):
    """Few draws of two scenarios, for questions whose answer does not matter."""
    return eb.simulate(["baseline", "price_slump"], book=book, draws=FEW)


@pytest.fixture(scope="module")
def records(few, book):
    return ask(ens=few, book=book)


def test_questions_name_what_exists(ens):
    questions = load_questions()
    assert len({question.id for question in questions}) == 35
    for question in questions:
        page, _, anchor = question.notebook.partition("#")
        cells = json.loads((ROOT / "notebooks" / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
        headings = re.findall(r"^#+ (.+)$", "\n".join("".join(cell["source"]) for cell in cells), flags=re.M)
        assert anchor in {re.sub(r"[^\w]+", "-", text.lower()).strip("-") for text in headings}, question.id
        for asked in question.asks:
            parsed = parse_question(asked.expr)
            for series in series_in(parsed):
                assert series.id in cards() or series.id in ens, f"{question.id}: {series.id}"
            named = parsed.scenarios if isinstance(parsed, Rank) else ()
            named = (parsed.scenario, parsed.base) if isinstance(parsed, Difference) else named
            assert set(named) <= set(scenario_names()), question.id


def test_at_least_28_are_answered_with_interval_error_and_assumptions(records):
    answered = [record for record in records if record["status"] != "no_basis"]
    assert len(records) == 35
    assert len(answered) >= 28
    for record in answered:
        assert record["unit"], record["id"]
        assert record["interval"], record["id"]
        assert record["assumptions"], record["id"]
        if record["value"] is not None:
            assert record["mcse"] is not None, record["id"]
    assert all(record["missing"] or record["unanswered"] for record in records if record["status"] == "no_basis")
    json.dumps(records, allow_nan=False)


def test_probabilities_and_quantiles_are_those_of_the_ensemble(answers, ens):
    trade = eb.annual(ens, TRADE).sel(scenario="baseline")
    share = eb.annual(ens, SHARE).sel(scenario="baseline", year=2028).to_numpy()
    total = trade.sel(year=2028).to_numpy()
    joint = answers.answer("P(trade < 300 and share > 70 in 2028)")
    assert joint.value == np.mean((total < 300) & (share > 70))
    assert answers.answer("P(trade >= 300 by 2030)").value == np.mean(
        (trade.sel(year=slice(None, 2030)) >= 300).any("year")
    )
    assert answers.answer("Q(0.9, trade in 2028)").value == pytest.approx(quantiles(total, [0.9])[0])
    given_low = answers.answer("E(share in 2028 given trade < 400 in 2028)")
    assert given_low.value == pytest.approx(share[total < 400].mean())
    change = trade.sel(year=2028) / trade.sel(year=2027) - 1
    assert answers.answer("P(change(trade) < 0 in 2028)").value == float((change < 0).mean())


def test_in_a_year_is_at_most_by_that_year_and_first_agrees(answers):
    for level in (250, 300, 400):
        inside, by = (answers.answer(f"P(trade >= {level} {word} 2030)").value for word in ("in", "by"))
        first = answers.answer(f"first(trade >= {level}, by 2030)")
        assert inside <= by
        assert first.parts[0]["value"] == by
        assert "any year" in first.parts[0]["label"]


def test_exceedance_falls_with_the_threshold(answers):
    chances = [answers.answer(f"P(trade >= {level} in 2030)").value for level in range(200, 600, 50)]
    assert chances == sorted(chances, reverse=True)


def test_the_interval_of_a_probability_spans_the_drift_views(answers, ens):
    answer = answers.answer("P(share >= 80 in 2035)")
    shares = [
        eb.annual(ens, f"{SHARE}.{name}").sel(scenario="baseline", year=2035)
        for name in ("own_history", "reference_class")
    ]
    values = [answer.value, *(float((share >= 80).mean()) for share in shares)]
    assert answer.interval == (min(values), max(values))


def test_a_difference_is_taken_draw_by_draw(few, book):
    answers = Answers(few, book, scenario="baseline")
    trade = eb.annual(few, TRADE).sel(year=2028)
    change = trade.sel(scenario="price_slump") - trade.sel(scenario="baseline")
    answer = answers.answer("diff(E(trade in 2028), price_slump, baseline)")
    assert answer.value == pytest.approx(float(change.mean()), rel=1e-6)
    assert answer.mcse == pytest.approx(float(change.std()) / np.sqrt(FEW), rel=1e-6)
    back = answers.answer("diff(E(trade in 2028), baseline, price_slump)")
    assert back.value == pytest.approx(-answer.value)


def test_contributions_add_up_and_use_published_figures(answers):
    answer = answers.answer("contrib(trade from 2024 to 2025)")
    assert sum(part["value"] for part in answer.parts) == pytest.approx(answer.value, abs=0.02)  # printed to 0.01
    assert answer.value == pytest.approx(228.105 - 244.819, abs=0.01)
    later = answers.answer("contrib(trade from 2027 to 2030)")
    assert sum(part["value"] for part in later.parts) == pytest.approx(later.value, rel=1e-5)


def test_yuan_of_twelve_months_is_the_sum_of_months(answers, ens):
    months = ens.sel(scenario="baseline", period=slice("2027-01", "2027-12"))
    product = (months[TRADE].astype(float) * months["driver.usd_cny"]).sum("period")
    answer = answers.answer("E(sum12(trade * usd_cny) in 2027-12)")
    assert answer.unit == "CNY_bn"
    assert answer.value == pytest.approx(float(product.mean()), rel=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P(trad >= 300 in 2030)", r"character 3: unknown series `trad`; did you mean `trade`\?"),
        ("P(trade > 300 in 2030 given trade < 20 in 2030)", r"too few draws: 0 of 200 needed"),
        ("E(pos2_gas)", r"a date that never comes in some futures has no mean"),
        ("E(trade + share in 2030)", r"character 9: `USD_bn` \+ `percent` has no unit"),
        ("E(trade in 2050)", r"`E\(trade in 2050\)`.*no period `2050`"),
        (
            "E(cars in 2020)",
            r"no published figure of `composition.*passenger_cars_value` for 2020",
        ),
        ("P(trade > 300 by 2050)", r"`by 2050` lies outside the forecast"),
        ("P(happens(price_slum))", r"did you mean `price_slump`"),
        ("E(sum12(trade) in 2030)", r"sums the twelve months"),
        ("diff(E(trade in 2028), gas_outage, baseline)", r"unknown scenario `gas_outage`"),
    ],
)
def test_questions_that_cannot_be_answered_say_why(answers, text, expected):
    with pytest.raises(InputError, match=expected):
        answers.answer(text)


def test_dates_that_may_never_come_have_quantiles(answers, ens):
    dates = np.sort(ens["milestone.pos2_first_gas"].sel(scenario="baseline").to_numpy())
    early = answers.answer("Q(0.1, pos2_gas)")
    assert early.value == dates[int(0.1 * (dates.size - 1))]
    late = answers.answer("Q(0.9, pos2_gas)")
    assert (late.value, late.interval) == (None, (None, None)) or late.value < np.inf


def test_views_widen_the_monte_carlo_error(book):
    view = "P(trade >= 300 in 2030) = 0.5"
    held, plain = (eb.simulate("baseline", book=book, draws=DRAWS, views=views) for views in ([view], []))
    text = "P(trade >= 300 in 2030)"
    tilted, free = (Answers(each, book, scenario="baseline").answer(text) for each in (held, plain))
    assert tilted.value == pytest.approx(0.5, abs=0.01)
    assert tilted.mcse > free.mcse * 1.05


def test_the_table_has_a_row_for_every_question(few, book):
    frame = plots.questions(few, book=book).frame
    assert frame.shape == (35, 4)
    text = " ".join(frame.to_numpy().ravel())
    assert not re.search(r"(?<![\d.])0 %|100 %(?! of)|nan", text)


def test_the_command_answers_and_refuses(capsys):
    assert cli.main(["ask", "--expr", "P(trade < 200 in 2028 and share > 75 in 2028)", "--draws", "256", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)[0]
    assert (record["status"], record["level"]) == ("answered", 0.8)
    assert cli.main(["ask", "--expr", "P(trade >> 200 in 2028)"]) == 2
    error = capsys.readouterr().err
    assert "character 10" in error
    assert error.rstrip().endswith("^")
    assert cli.main(["ask", "share_80"]) == 2
    assert "did you mean `share_80_90`" in capsys.readouterr().err


def test_a_broken_file_is_refused_with_file_and_line(tmp_path):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    text = (ROOT / "params" / "questions.yml").read_text(encoding="utf-8")
    broken = text.replace("E(sum12(trade) in +12)", "E(sum12(trade) on +12)", 1)
    (tmp_path / "params" / "questions.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match=r"questions.yml:\d+:\d+: .*character 16: expected `in`"):
        load_questions(tmp_path)


def test_several_scenarios_give_the_answers_of_each(few, book):
    both = ask("share_levels", scenario=["baseline", "price_slump"], ens=few, book=book)
    alone = [ask("share_levels", scenario=name, ens=few, book=book)[0] for name in ("baseline", "price_slump")]
    assert both == alone


def test_a_part_that_is_not_answered_says_so_in_a_few_words(records):
    unanswered = {record["id"]: record["unanswered"] for record in records}
    (part,) = (each for each in unanswered["share_levels"] if each["label"] == "median of 2035, sanctions are eased")
    assert part["reason"].startswith("too few draws: ")
    assert "character" not in str(unanswered)
