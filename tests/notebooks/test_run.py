"""Each notebook runs in a real kernel in quick mode, and the numbers it hands over are consistent."""

import re
from pathlib import Path

import papermill
import pytest
from bs4 import BeautifulSoup

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
RESULT = "application/vnd.eastbound.result+json"

pytestmark = pytest.mark.pages


def run(path, kernel_folder, **parameters):
    declared = papermill.inspect_notebook(str(path))
    given = {name: value for name, value in {"quick": True, "until": 2035, **parameters}.items() if name in declared}
    name = f"{path.stem}-{parameters.get('scenario', 'baseline')}.ipynb"
    return papermill.execute_notebook(
        str(path), str(kernel_folder / name), given, kernel_name="eastbound-test", progress_bar=False, log_output=False
    )


@pytest.fixture(scope="module")
def pages(kernel_folder):
    """Every notebook, run once; those of a scenario for one that is not the baseline."""
    return {path.stem: run(path, kernel_folder, scenario="secondary_sanctions") for path in NOTEBOOKS}


def outputs(node):
    return [out for cell in node.cells if cell.cell_type == "code" for out in cell.outputs]


def results(node):
    records = [out.data[RESULT] for out in outputs(node) if RESULT in out.get("data", {})]
    return {record["name"]: record for record in records}


def tables(node):
    """Return every table as {caption: [[cell, …], …]}, the first row being the head."""
    found = {}
    for out in outputs(node):
        soup = BeautifulSoup(out.get("data", {}).get("text/html", ""), "html.parser")
        for table in soup.find_all("table"):
            found[table.caption.get_text()] = [
                [c.get_text() for c in row.find_all(["th", "td"])] for row in table.find_all("tr")
            ]
    return found


def table_of(node, start, *, column=""):
    """Return the only table whose caption begins with `start` and whose head has the column."""
    (rows,) = (
        rows for name, rows in tables(node).items() if name.startswith(start) and (not column or column in rows[0])
    )
    return rows


def percent(text):
    return float(text.strip("<> %"))


def test_nothing_is_printed_or_warned(pages):
    for name, node in pages.items():
        streams = [out for out in outputs(node) if out.output_type in ("stream", "error")]
        assert streams == [], name


def test_figures_carry_words_and_tables_captions(pages):
    for name, node in pages.items():
        images = [out for out in outputs(node) if "image/png" in out.get("data", {})]
        assert images, name
        for out in images:
            notes = out.metadata["eastbound"]
            assert len(notes["alt"]) > 40
            assert notes["caption"] in notes["alt"]
        assert all(tables(node)), name
        assert not [out for out in outputs(node) if out.output_type == "execute_result"], name


def test_overview_hands_over_five_numbers_in_range(pages):
    found = results(pages["00_overview"])
    assert 0 <= found.pop("plausibility")["value"] <= 100
    assert len(found) == 5
    for record in found.values():
        if record["unit"] == "percent" and "utilization" not in record["name"]:
            assert 0 <= record["value"] <= 100
    trade = next(record for name, record in found.items() if name == "trade.china_russia.total.2030")
    assert 100 < trade["value"] < 600


def test_pages_agree_with_the_overview(pages):
    overview = results(pages["00_overview"])
    for name in ("10_trade", "20_primorye", "30_pipelines"):
        own = results(pages[name])
        assert own, name
        for key, record in own.items():
            assert record == overview[key]  # one simulation behind all pages


def test_chances_do_not_rise_with_the_threshold(pages):
    (head, *rows), *_ = (
        rows
        for caption, rows in tables(pages["20_primorye"]).items()
        if caption.startswith("Probability in each year: China's")
    )
    assert head[1:5] == ["≥ 75 %", "≥ 80 %", "≥ 85 %", "≥ 90 %"]
    assert [row[0] for row in rows] == ["2030", "2035"]
    for row in rows:
        chances = [percent(cell) for cell in row[1:5]]
        assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("name", ["00_overview", "50_risk"])
def test_a_level_by_a_year_is_never_less_probable_than_in_it(pages, name):
    head, *rows = table_of(pages[name], "Probability of a level")
    assert head == ["level", "in 2030", "by 2030", "in 2035", "by 2035"]
    for row in rows:
        in_2030, by_2030, in_2035, by_2035 = map(percent, row[1:])
        assert by_2030 >= in_2030
        assert by_2035 >= max(in_2035, by_2030)


def test_the_summary_opens_the_overview_and_repeats_its_first_number(pages):
    first = next(out for out in outputs(pages["00_overview"]) if 'class="summary"' in out.data.get("text/html", ""))
    text = first.data["text/plain"]
    assert text.startswith("This page assumes one scenario, “Secondary sanctions on Chinese banks”")
    trade = results(pages["00_overview"])["trade.china_russia.total.2030"]["text"]
    assert f"would be ${trade.removesuffix(' USD bn')} billion in 2030, against" in text


def test_first_passage_chances_do_not_fall_with_time(pages):
    head, *rows = table_of(pages["20_primorye"], "Reached at least once by then")
    for column in range(1, 5):
        chances = [percent(row[column]) for row in rows]
        assert chances == sorted(chances), head[column]


def test_the_joint_posterior_lies_between_own_history_and_reference_class(pages):
    _, *rows = table_of(pages["20_primorye"], "China's share of Primorye's foreign trade in 2035", column="drift model")
    medians = {row[0]: percent(row[1]) for row in rows}
    assert list(medians) == ["own history", "reference class", "joint posterior"]
    own, reference, joint = medians.values()
    assert min(own, reference) - 1 <= joint <= max(own, reference) + 1


def test_milestones_only_accumulate(pages):
    head, *rows = table_of(pages["30_pipelines"], "Reached by the end of the year")
    assert [row[0] for row in rows][:2] == ["2027", "2028"]
    for column in range(1, len(head) - 1):
        chances = [percent(row[column]) for row in rows]
        assert chances == sorted(chances)
    pos2 = head.index("Power of Siberia 2: first gas")
    assert percent(rows[-1][pos2]) < 80  # the mass of never stays


def test_running_year_is_more_certain_than_the_next(pages):
    found = table_of(pages["10_trade"], "China-Russia trade (", column="50 % interval")
    widths = []
    for row in found[1:3]:
        low, high = re.findall(r"\d+", row[3].replace("USD bn", ""))[:2]
        widths.append(int(high) - int(low))
    assert widths[0] < widths[1]


def test_scenario_differs_from_the_baseline_on_its_own_page(pages):
    alts = [
        out.metadata["eastbound"]["alt"] for out in outputs(pages["10_trade"]) if "image/png" in out.get("data", {})
    ]
    effect = next(alt for alt in alts if alt.startswith("Line chart of differences"))
    assert "USD bn at the median" in effect


def test_an_old_vintage_and_a_short_horizon_run(kernel_folder):
    node = run(FOLDER / "10_trade.ipynb", kernel_folder, as_of="2025-06-30", until=2029)
    facts = dict(tables(node)["What this page rests on"][1:])
    assert facts["evidence published up to"] == "2025-06-30"
    assert facts["simulated"].endswith("2029-12, monthly")
    assert [row[0] for row in table_of(node, "China-Russia trade (", column="50 % interval")][-1] == "2029"


def notes(node):
    """Return the notes of every observed number of a page."""
    cited = [one for out in outputs(node) for one in out.get("metadata", {}).get("eastbound", {}).get("observed", [])]
    return [note for one in cited for note in one["notes"]]


def test_observed_numbers_name_their_source(pages):
    for name, node in pages.items():
        found = notes(node)
        assert found, name
        for note in found:
            assert note.get("publisher") or note["parents"], (name, note)
    total = next(note for note in notes(pages["10_trade"]) if note["period"] == "2025")
    assert (total["figure"], total["id"]) == ("228.105 USD bn", "trade.china_russia.total")
    assert "234 USD bn" in {other["figure"] for other in total["others"]}


def test_evidence_page_counts_what_the_book_holds(pages):
    found = results(pages["70_evidence"])
    counts = dict(table_of(pages["70_evidence"], "What the book holds as of")[1:])
    assert found["evidence.observations"]["value"] == int(counts["observations"]) > 4000
    kinds = [int(number) for name, number in counts.items() if name.startswith("of these")]
    assert sum(kinds) == int(counts["observations"])
    assert found["evidence.slip.pos2"]["value"] > 0.5


def test_every_collected_row_has_a_fate(pages):
    head, *rows = tables(pages["70_evidence"])["Collected rows by file, and what became of them"]
    assert head[1] == "collected"
    for row in rows:
        assert int(row[1]) == sum(int(number) for number in re.findall(r"\d+", row[2])), row[0]


def test_evidence_page_shows_the_two_known_conflicts(pages):
    _, *rows = tables(pages["70_evidence"])["Main series: the largest differences between sources"]
    total = {row[1]: row for row in rows if row[0] == "China-Russia trade"}
    assert total["2023"][2] == "240.11 USD bn"
    assert "232 (" in total["2023"][4]
    assert total["2025"][2] == "228.105 USD bn"
    assert "234 (" in total["2025"][4]


def test_errors_of_the_audit_stand_with_their_arithmetic(pages):
    found = tables(pages["70_evidence"])
    errors = found["Errors, with their arithmetic"][1:]
    assert len(errors) == results(pages["70_evidence"])["evidence.errors"]["value"]
    assert any(row[1] == "232 / 190.57 - 1 = 21.74 %, printed 4.9 %" for row in errors)
    head, *_, last = found["Findings of the audit by rule and severity"]
    assert dict(zip(head, last, strict=True))["errors"] == str(len(errors))


def test_evidence_of_an_old_day_is_aged_on_that_day(kernel_folder):
    node = run(FOLDER / "70_evidence.ipynb", kernel_folder, as_of="2025-06-30")
    rows = tables(node)["Total trade by year (USD bn) as known on successive days"]
    assert rows[-1][0] == "2025-06-30"
    assert dict(zip(rows[0], rows[-1], strict=True))["2024"] == "244.819"
    assert "2025" not in rows[0]
    assert results(node)["evidence.due"]["value"] == 0


def test_the_track_record_counts_what_it_scored(pages):
    found, shown = results(pages["60_track_record"]), tables(pages["60_track_record"])
    (hits,) = [rows for caption, rows in shown.items() if caption.startswith("Outcomes inside each band")]
    trade = [row for row in hits[1:] if row[0] == hits[1][0] and row[1] != "running year"]
    assert found["track.trade.china_russia.total.coverage80"]["value"] == pytest.approx(
        sum(int(row[2]) * float(row[5].split(" (")[0]) for row in trade) / sum(int(row[2]) for row in trade), abs=1
    )
    stress = table_of(pages["60_track_record"], "Forecasts made before a shock")
    assert stress[1][1] == "2013-12-31, before the sanctions of 2014"
    assert stress[1][3].startswith("no origin: 3 usable points")
    targets = table_of(pages["60_track_record"], "Published targets: total trade")
    assert {row[4] for row in targets[1:]} == {"met", "missed", "open"}
