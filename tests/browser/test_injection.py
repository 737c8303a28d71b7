"""HTML in parameters, titles, tables, views and authors is shown as text, and does not run in a browser."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from eastbound.scenarios.statements import parse_statement
from eastbound.scenarios.view_log import add_view

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
# harmless: it only sets a variable of its page
MARK = """<img src=x onerror="window.ran='img'"><svg onload="window.ran='svg'"></svg>"""
SCRIPT = "</title></style></div><script>window.ran='script'</script>"
EVIL = f'"&#39;>{MARK}{SCRIPT}'
DAY = "2026-09-05"
PARAMETERS = """\
scenario: str = "baseline"  # scenario
as_of: str = None  # day
data: str = None  # folder
views: list = []  # statements
draws: int = 64  # simulated futures
note: str = "none"  # text
"""
CELL = """\
import eastbound as eb
from IPython.display import HTML, Latex, Markdown, SVG, display
import pandas as pd
book = eb.load_evidence(as_of, data=data)
print(note)
ens = eb.simulate(scenario, book=book, views=views, draws=draws)
display(ens)
display(Markdown(note), HTML(note), Latex(note), pd.DataFrame({note: [note]}))
display({"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{note}</svg>"}, raw=True)
display(book.sources.loc[["own-1"]].T)
eb.plots.sources(book, ["driver.brent_price"])
"""
RAISES = "raise ValueError(note)"


def write_table(path: Path, values: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(values))
        writer.writeheader()
        writer.writerow(values)


@pytest.fixture(scope="module")
def run(tmp_path_factory, eastbound, environment) -> Path:
    """A run whose every text from outside is an attack; one page fails on one."""
    root = tmp_path_factory.mktemp("evil")
    home, data = root / "home", root / "data"
    data.mkdir()
    (home / "notebooks").mkdir(parents=True)
    shutil.copytree(ROOT / "params", home / "params")
    title = EVIL.replace("'", "''")
    (home / "params" / "scenarios" / "evil.yml").write_text(f"name: evil\ntitle: '{title}'\n", encoding="utf-8")
    for statement in ("mean(driver.brent_price, 2030) = 80", "set primorye.reference_class_weight = 0.3"):
        add_view(parse_statement(statement), scenario="evil", who=f"who {EVIL}", why=f"why {EVIL}", size={}, home=home)
    for name, cell in {"10_shows": CELL, "20_raises": RAISES}.items():
        tagged = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [new_markdown_cell(f"# {EVIL}\n\nA page. {EVIL}"), tagged, new_code_cell(cell)]
        nbformat.write(new_notebook(cells=cells), home / "notebooks" / f"{name}.ipynb")
    source = {"source_id": "own-1", "publisher": EVIL, "title": EVIL, "url": "https://a.example/", "published": DAY}
    write_table(data / "sources.csv", source)
    row = {"series_id": "driver.brent_price", "period": "2026-08", "value": "95", "unit": "USD_per_bbl"}
    more = {"kind": "observed", "source_id": "own-1", "published": DAY, "locator": EVIL, "note": EVIL}
    write_table(data / "brent.csv", row | more)
    command = [
        eastbound,
        "report",
        "-s",
        "evil",
        "--home",
        str(home),
        "--data",
        str(data),
        "--views",
        "-p",
        "note",
        EVIL,
    ]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1, f"{done.stdout}\n{done.stderr}"
    assert "20_raises" in done.stdout
    assert "1 of 2 pages" in done.stdout, done.stdout
    (folder,) = [path for path in (home / "reports").iterdir() if path.name[0].isdigit()]
    return folder


def test_no_text_from_outside_runs(run, open_window):
    window = open_window()
    addresses = sorted(run.rglob("*.html"))
    assert len(addresses) == 3
    for path in addresses:
        page = window.open(path.as_uri())
        page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
        page.wait_for_timeout(200)
        assert page.evaluate("() => window.ran") is None, f"{path.name}: a text ran as HTML"
        assert "window.ran" in path.read_text(encoding="utf-8"), f"{path.name}: the text is not there at all"
    assert [address for address in window.requests if not address.startswith(("file:", "data:"))] == []


def test_author_and_reason_of_a_view_are_shown_as_text(run, open_window):
    (path,) = run.rglob("10_shows.html")
    text = open_window().open(path.as_uri()).locator("body").inner_text()
    assert [text.count(f"{word} {EVIL}") for word in ("who", "why")] == [2, 2], text[:2000]


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "a/../../outside"])
def test_no_name_leads_out_of_the_folder(tmp_path, eastbound, environment, name):
    before = sorted(tmp_path.rglob("*"))
    file = tmp_path / "evil.yml"
    file.write_text(f"name: {name}\ntitle: Out\n", encoding="utf-8")
    for options in (["-s", str(file)], [name], ["--resume", name]):
        command = [eastbound, "report", *options, "--out", str(tmp_path / "out"), "-k", "10_trade"]
        command = command[:-2] if "--resume" in options else command
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    file.unlink()
    assert sorted(tmp_path.rglob("*")) == before
