"""What reaches a notebook's output, seen through the display publisher of a real shell."""

import base64
import io
import json
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import eastbound.plots as plots
from eastbound.evidence.book import load_evidence
from eastbound.names import TRADE_TOTAL
from eastbound.plots.export import DPI, png
from eastbound.plots.text import Text


@pytest.fixture
def outputs():
    """Collect what a function displays."""
    InteractiveShell.clear_instance()
    InteractiveShell.instance()

    def collect(action):
        with capture_output() as captured:
            action()
        return captured.outputs

    yield collect
    InteractiveShell.clear_instance()


def test_a_chart_shows_its_png_with_caption_and_text_alternative(outputs, tiny):
    chart = plots.fan(tiny, TRADE_TOTAL)
    (out,) = outputs(lambda: display(chart))
    notes = {"alt": chart.alt_text(), "caption": chart.caption(), "source": None}
    assert out.metadata["eastbound"].items() >= notes.items()
    assert out.data["text/plain"] == chart.alt_text()
    assert base64.b64decode(out.data["image/png"]).startswith(b"\x89PNG")


def test_jupyterlab_shows_the_caption_too(outputs, tiny):
    """JupyterLab prefers HTML to PNG; before, the sentence stood in metadata that it never shows."""
    (out,) = outputs(lambda: display(plots.fan(tiny, TRADE_TOTAL)))
    assert "<figcaption>In 2027 the median is 325 USD bn" in out.data["text/html"]


def test_a_chart_with_a_table_shows_it_beneath(outputs, tiny):
    figure, table = outputs(lambda: display(plots.fan(tiny, TRADE_TOTAL).with_table(at=[2027])))
    assert "image/png" in figure.data
    assert table.metadata["eastbound"] == {"table": True}
    assert table.data["text/html"].count("<tr>") == 2
    assert "<caption>China–Russia goods trade (Baseline)</caption>" in table.data["text/html"]


def test_every_figure_and_table_holds_its_csv(outputs, tiny):
    """A page may load nothing and is read offline, so the link holds the file itself."""
    chart = plots.fan(tiny, TRADE_TOTAL).with_table(at=[2027])
    figure, table = outputs(lambda: display(chart))
    link = BeautifulSoup(figure.metadata["eastbound"]["download"], "html.parser").a
    assert link["download"] == "china-russia-goods-trade.csv"
    assert _read(link)["value"].astype(float).tolist() == chart.table["value"].tolist()
    assert link in BeautifulSoup(figure.data["text/html"], "html.parser").find_all("a")
    (below,) = BeautifulSoup(table.data["text/html"], "html.parser").find_all("a")
    assert _read(below).to_dict("records") == chart.text_table([2027]).to_dict("records")


def test_the_csv_of_a_table_with_links_holds_their_text(outputs):
    html = '<a href="https://example.org">Customs &amp; ports</a>'
    frame = pd.DataFrame({"series": ["trade, total"], "source": [html]})
    (out,) = outputs(lambda: display(plots.Table(frame, caption="Sources", raw=("source",))))
    link = BeautifulSoup(out.data["text/html"], "html.parser").select_one("a.csv")
    assert _read(link).to_dict("records") == [{"series": "trade, total", "source": "Customs & ports"}]


def _read(link):
    kind, _, content = link["href"].partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    return pd.read_csv(io.StringIO(unquote(content)), dtype=str)


def test_observed_values_of_a_caption_bring_their_notes(outputs, tiny):
    book = load_evidence("2026-11-21")
    (out,) = outputs(lambda: display(plots.fan(tiny, TRADE_TOTAL, book=book)))
    (note,) = out.metadata["eastbound"]["observed"]
    assert note["text"] in out.metadata["eastbound"]["caption"]
    assert note["notes"][0]["id"] == TRADE_TOTAL


def test_the_same_chart_has_the_same_bytes(outputs, tiny):
    images = [outputs(lambda: display(plots.fan(tiny, TRADE_TOTAL)))[0].data["image/png"] for _ in range(2)]
    assert images[0] == images[1]


def test_a_chart_without_data_gives_way_to_its_sentence(outputs, tiny):
    chart = plots.effects(tiny.sel(scenario=["baseline"]), TRADE_TOTAL)
    (out,) = outputs(lambda: display(chart.with_table()))
    assert "image/png" not in out.data
    assert "no difference to report" in out.data["text/html"]


def test_a_users_own_figure_gets_a_text_alternative_from_its_labels(outputs):
    """`eb.plots.show(ax)` used to fail without `alt`."""
    ax = pyplot.figure().add_subplot(title="Trade", xlabel="year", ylabel="USD bn")
    ax.plot([2024, 2025], [245, 228])
    for drawn in (ax, ax.get_figure(), [ax]):
        (out,) = outputs(lambda drawn=drawn: plots.show(drawn))
        assert out.metadata["eastbound"]["alt"] == "Figure: Trade, USD bn by year."
    assert not pyplot.get_fignums()
    (out,) = outputs(lambda: plots.show(ax, alt="Two points.", caption="It fell.", source="GACC"))
    assert out.metadata["eastbound"] == {"alt": "Two points.", "caption": "It fell.", "source": "GACC"}


def test_headline_shows_one_table_and_one_result_each(outputs, tiny):
    table = plots.headline(tiny)
    shown = outputs(lambda: display(table))
    assert len(shown) == 1 + len(table.frame)
    records = [out.data["application/vnd.eastbound.result+json"] for out in shown[1:]]
    assert records == list(table.results)
    assert json.loads(json.dumps(records)) == records
    assert shown[1].data["text/plain"] == ""  # JupyterLab would print the number again under the table


def test_plain_text_of_a_table_holds_no_markup(outputs):
    frame = pd.DataFrame({"source": ['<a href="https://example.org">x</a>'], "publisher": ["GACC"]})
    (out,) = outputs(lambda: display(plots.Table(frame, caption="Sources", raw=("source",))))
    assert "<a" not in out.data["text/plain"]
    assert "GACC" in out.data["text/plain"]
    assert '<a href="https://example.org">' in out.data["text/html"]


def test_text_is_left_aligned_and_numbers_right(outputs):
    frame = pd.DataFrame({"year": ["2030"], "median": ["71 %"], "kind": ["plan"]})
    (out,) = outputs(lambda: display(plots.Table(frame, caption="Mixed")))
    assert '<td class="number" style="text-align:right">71 %</td>' in out.data["text/html"]
    assert '<td style="text-align:left">plan</td>' in out.data["text/html"]


def test_a_summary_is_escaped_and_keeps_each_number_with_its_unit(outputs):
    (out,) = outputs(lambda: display(Text(("“A <b>halt</b>” costs $300 billion (80 %).",))))
    assert out.data["text/plain"] == "“A <b>halt</b>” costs $300 billion (80 %)."
    assert (
        "A &lt;b&gt;halt&lt;/b&gt;” costs $300\N{NO-BREAK SPACE}billion (80\N{NO-BREAK SPACE}%)."
        in out.data["text/html"]
    )


@pytest.mark.parametrize("layout", ["constrained", "tight", None])
def test_a_figure_is_drawn_once_and_has_the_bytes_of_savefig(layout):
    drawn = []

    class Counted(Line2D):
        def draw(self, renderer):
            drawn.append(layout)
            super().draw(renderer)

    def new():
        figure = Figure(layout=layout)
        figure.add_subplot(title="Trade", ylabel="USD bn").add_line(Counted([0, 1], [0, 1]))
        return figure

    buffer, figure = io.BytesIO(), new()
    new().savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    drawn.clear()
    engine, dpi = figure.get_layout_engine(), figure.get_dpi()
    assert png(figure) == buffer.getvalue()
    assert len(drawn) == 1
    assert (type(figure.get_layout_engine()), figure.get_dpi()) == (type(engine), dpi)
