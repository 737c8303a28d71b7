"""Pages are whole and safe: text is text, pictures are inside, and what remains outside is named."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from eastbound.reports.outputs import clean_outputs, hide_paths, overwrite
from eastbound.reports.plan import plan_report
from eastbound.reports.render import Frame, render_page
from eastbound.reports.run import run_report

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def page(*cells, folder=None):
    rendered = render_page(new_notebook(cells=[new_markdown_cell("# T"), *cells]), Frame("T"), folder=folder)
    return BeautifulSoup(rendered.html, "html.parser"), rendered.outside


def test_dollar_signs_are_money():
    soup, _ = page(new_markdown_cell("From $190 bn in **2022** to $240 bn in *2023*."))
    assert "From $190 bn in 2022 to $240 bn in 2023." in soup.get_text()
    assert [tag.get_text() for tag in soup.main.find_all(["strong", "em"])] == ["2022", "2023"]


def test_local_pictures_and_attachments_are_put_into_the_page(tmp_path):
    (tmp_path / "a map.png").write_bytes(base64.b64decode(DOT))
    text = '![m](a%20map.png)\n\n<img src="attachment:dot.png" width="50">\n\n![d](attachment:dot.png)'
    cell = new_markdown_cell(text, attachments={"dot.png": {"image/png": DOT}})
    html = new_output("display_data", {"text/html": '<img src="a map.png">'})
    soup, outside = page(cell, new_code_cell("x", outputs=[html]), folder=tmp_path)
    assert [image["src"][:22] for image in soup.find_all("img")] == ["data:image/png;base64,"] * 4
    assert outside == ()


def test_what_remains_outside_is_named_on_the_page():
    frame = '<iframe src="https://example.org/map"></iframe>'
    html = f'<img src="lost.png">{frame}<div style="background:url(b.png)"></div>'
    soup, outside = page(new_code_cell("x", outputs=[new_output("display_data", {"text/html": html})]))
    assert set(outside) == {"lost.png", "https://example.org/map", "b.png"}
    notice = soup.select_one(".warning").get_text()
    assert all(address in notice for address in outside)
    assert soup.select_one('p.outside a[href="https://example.org/map"]')


def test_code_that_speaks_of_pictures_is_not_outside():
    _, outside = page(new_code_cell('display(HTML("<img src=map.png>"))'))
    assert outside == ()


def test_policy_allows_the_one_script_of_the_page():
    soup, _ = page()
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    script = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe" not in script
    digest = base64.b64encode(sha256(soup.script.string.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in script


def test_carriage_returns_overwrite_and_streams_are_joined():
    parts = [new_output("stream", name="stderr", text=f"\r{k} %") for k in (1, 50, 100)]
    cell = new_code_cell("x", outputs=[*parts, new_output("stream", name="stdout", text="end")])
    nb = new_notebook(cells=[cell])
    clean_outputs(nb, {})
    assert [output.text for output in nb.cells[0].outputs] == ["100 %", "end"]
    assert overwrite("abc\rx\r\nnext\b\bo") == "xbc\nneo"
    assert overwrite("\b\b") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/eb/desk/notebooks/a.csv", "./notebooks/a.csv"),
        ("File /tmp/ipykernel_1/2.py:3", "File <cell>:3"),
        ("/srv/eb/deskless", "/srv/eb/deskless"),
    ],
)
def test_machine_paths_are_hidden(text, shown):
    assert hide_paths(text, {"/srv/eb/desk": "."}) == shown


CHANGES = """\
from pathlib import Path
home = Path({home!r})
(home / "params/scenarios/baseline.yml").write_text("name: baseline\\ntitle: Changed\\n")
(home / "notebooks/20_later.ipynb").unlink(missing_ok=True)
(home / "data").mkdir(exist_ok=True)
_ = (home / "data/own.csv").write_text({table!r})
"""
TABLE = (
    "series_id,period,value,unit,kind,source_id,published,locator,note\n"
    "trade.china_russia.total,2026-09,999,USD_bn,observed,efinder_lk_2026,2026-10-20,x,\n"
)
LOOKS = """\
import warnings
import eastbound as eb
print(eb.load_scenario("baseline").title, eb.load_evidence().digest)
warnings.warn("see " + __import__("os").getcwd())
"""


def test_changes_during_a_run_change_nothing_and_lose_nothing(home, write_notebook):
    write_notebook(home, "10_good", CHANGES.format(home=str(home), table=TABLE), LOOKS)
    write_notebook(home, "20_later", LOOKS)
    plan = plan_report(home=home, scenarios=["baseline"])
    run = run_report(plan, jobs=1)
    assert run.exit_code == 0, run.as_text()
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    for name in ("10_good", "20_later"):
        soup = BeautifulSoup((run.folder / "baseline" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        computed = [pre.get_text(strip=True) for pre in soup.select("pre.output")]
        digest = manifest["evidence"].removeprefix("sha256:")
        assert computed == [f"Baseline {digest}"], "the page computed what the manifest says"
        assert digest in soup.footer.get_text()
        assert "see ./notebooks" in soup.select_one("details.messages").get_text(), "no path of this machine"
    stored = nbformat.read(run.folder / "notebooks" / "baseline" / "20_later.ipynb", as_version=4)
    assert str(plan.home) not in json.dumps(stored)


def test_users_matplotlibrc_takes_no_part(home, write_notebook, tmp_path, monkeypatch):
    (tmp_path / ".config" / "matplotlib").mkdir(parents=True)
    for folder in (tmp_path / ".config" / "matplotlib", tmp_path, home / "notebooks"):
        (folder / "matplotlibrc").write_text("axes.facecolor: black\ntext.usetex: True\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    show = "import matplotlib\nprint(matplotlib.rcParams['axes.facecolor'], matplotlib.rcParams['text.usetex'])"
    write_notebook(home, "10_good", show)
    for number in range(4):
        write_notebook(home, f"2{number}_more", show, parameters="as_of = None  # type: str day\n")
    for jobs in (1, 6):  # kernels of a server, kernels started one by one
        run = run_report(plan_report(home=home, scenarios=["baseline"]), jobs=jobs)
        text = (run.folder / "baseline" / "10_good.html").read_text(encoding="utf-8")
        assert "white False" in text
