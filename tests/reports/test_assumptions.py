"""A report with own figures and views: one parser with `forecast`, every page says what it holds, `latest` stays."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from eastbound.cli.command import main
from eastbound.errors import EastboundError, InputError
from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.view_log import Entry

TOTAL = "trade.china_russia.total"
VIEW = f"P({TOTAL} >= 340 in 2030) = 0.5"
PARAMETERS = """\
scenario: str = "baseline"  # scenario
as_of: str = None  # day
data: str = None  # folder
views: list = []  # statements
until: int = 2031  # year
draws: int = 256  # futures
seed: int = 20261122  # root
"""
STEPS = """\
import eastbound as eb
book = eb.load_evidence(as_of, data=data)
ens = eb.simulate(scenario, book=book, until=until, draws=draws, seed=seed, views=views)
print(eb.exceedance(ens, "trade.china_russia.total", 340, at=2030)["probability"].round(2).tolist(), views)
print(book.observations["value"].iloc[-1])
eb.plots.fan(ens, "trade.china_russia.total", book=book)
"""
ROWS = """\
series_id,period,value,unit,kind,source_id,published
driver.brent_price,2026-08,95,USD_per_bbl,observed,tass-2026-01-14,2026-09-05
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, add_notebook) -> Path:
    """Two notebooks, of which one takes own figures and views, and a folder of figures."""
    home = tmp_path_factory.mktemp("assumed") / "home"
    lay_out(home)
    for path in (home / "notebooks").glob("*.ipynb"):
        path.unlink()
    add_notebook(home, "10_takes", STEPS, parameters=PARAMETERS)
    add_notebook(home, "20_plain", "print(as_of)", parameters="as_of: str = None  # day\n")
    (home.parent / "figures").mkdir()
    (home.parent / "figures" / "brent.csv").write_text(ROWS, encoding="utf-8")
    (home.parent / "figures" / "notes.txt").write_text("not a table", encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def run(workspace):
    plan = plan_report(home=workspace, scenarios=["baseline"], data=workspace.parent / "figures", views=[VIEW])
    return plan, run_report(plan, jobs=1)


def test_the_notebook_gets_figures_and_views_and_they_act(run):
    text = (run[1].folder / "baseline" / "10_takes.html").read_text(encoding="utf-8")
    assert run[1].exit_code == 0
    assert f"[0.5] ['{VIEW.replace('>', '&gt;')}']" in text
    assert "95.0" in text


@pytest.mark.parametrize("page", ["index", "baseline/10_takes"])
def test_page_and_index_name_figures_view_and_price_in_words(run, page):
    soup = BeautifulSoup((run[1].folder / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    held = soup.select_one(".held").get_text(" ")
    assert "1 figure of driver.brent_price, from the folder `figures`" in held
    assert VIEW in held
    assert "weak view" in held
    assert VIEW in soup.select_one(".provenance").get_text(" ")


def test_a_page_that_takes_neither_says_so(run):
    soup = BeautifulSoup((run[1].folder / "20_plain.html").read_text(encoding="utf-8"), "html.parser")
    held = soup.select_one(".held").get_text(" ")
    assert "Own figures, not used on this page" in held
    assert "views of this report do not act on this page" in held


def test_the_manifest_records_figures_statements_and_prices(run):
    record = json.loads((run[1].folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["data"] == {"folder": "figures", "rows": 1, "series": ["driver.brent_price"]}
    assert record["views"] == [VIEW]
    assert record["prices"]["baseline"][0]["statement"] == VIEW
    assert record["prices"]["baseline"][0]["kl"] > 0


def test_latest_does_not_move(run):
    assert not run[0].full
    assert not (run[1].folder.parent / "latest").exists()


def test_without_figures_and_views_the_plan_is_full(workspace):
    assert plan_report(home=workspace).full
    assert not plan_report(home=workspace, views=[VIEW]).full


def test_an_entry_of_the_log_reaches_the_pages_of_its_scenario_alone(workspace):
    entry = Entry("add", "v1", date(2026, 11, 1), "Ann", "a guess", scenario="price_slump", statement=VIEW)
    plan = plan_report(home=workspace, scenarios=["baseline", "price_slump"], notebooks=["takes"], views=[entry])
    assert [page.values["views"] for page in plan.pages] == [[], [VIEW]]


def test_the_command_takes_what_forecast_takes(workspace, capsys):
    figures = str(workspace.parent / "figures")
    options = ["--home", str(workspace), "-s", "baseline", "--data", figures, "--view", VIEW, "--views", "-n"]
    assert main(["report", *options, "--json"]) == 0
    (plan,) = json.loads(capsys.readouterr().out)["runs"]
    assert plan["views"] == [VIEW]
    assert plan["pages"][0]["parameters"]["views"] == [VIEW]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"views": ["P(trade"]}, "P(trade"),
        ({"data": Path("no-such-folder")}, "is not a folder"),
        ({"notebooks": ["plain"], "views": [VIEW]}, "none of the notebooks declares the parameter `views`"),
        ({"parameters": {"views": "[]"}}, "--view STATEMENT"),
        ({"parameters": {"data": "x"}}, "--data FOLDER"),
    ],
)
def test_what_cannot_act_is_refused_before_a_kernel_starts(workspace, options, words):
    with pytest.raises(InputError, match="(?s)" + words.replace("(", r"\(")):
        plan_report(home=workspace, **options)


def test_a_folder_without_tables_is_named_by_its_own_path(workspace, tmp_path):
    with pytest.raises(InputError) as caught:
        plan_report(home=workspace, data=tmp_path)
    assert f"`{tmp_path}` holds no table of figures" in str(caught.value)


def test_a_view_outside_the_model_stops_the_report_and_leaves_nothing(workspace, tmp_path):
    plan = plan_report(
        home=workspace, scenarios=["baseline"], out=tmp_path, views=[f"P({TOTAL} >= 9000 in 2030) = 0.9"]
    )
    with pytest.raises(EastboundError, match="outside the model"):
        run_report(plan, jobs=1)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
