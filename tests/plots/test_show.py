"""What reaches a notebook's output, seen through the display publisher of a real shell."""

import base64
import json

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import eastbound.plots as plots
from eastbound.errors import InputError
from eastbound.names import TRADE_TOTAL


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


def test_show_emits_png_with_its_text_alternative(outputs, tiny):
    ax = plots.fan(tiny, TRADE_TOTAL)
    (out,) = outputs(lambda: plots.show(ax, alt="A fan.", caption="It opens.", source="GACC"))
    assert out.metadata["eastbound"] == {"alt": "A fan.", "caption": "It opens.", "source": "GACC"}
    assert out.data["text/plain"] == "A fan."
    assert base64.b64decode(out.data["image/png"]).startswith(b"\x89PNG")


def test_the_same_figure_has_the_same_bytes(outputs, tiny):
    images = [
        outputs(lambda: plots.show(plots.fan(tiny, TRADE_TOTAL), alt="A fan."))[0].data["image/png"] for _ in range(2)
    ]
    assert images[0] == images[1]


def test_show_takes_a_figure_axes_or_panels(outputs, tiny):
    panels = plots.panels(tiny, [TRADE_TOTAL, "gas.pos.deliveries"])
    for drawn in (panels, panels[1], panels[0].get_figure()):
        assert len(outputs(lambda drawn=drawn: plots.show(drawn, alt="Two fans."))) == 1


def test_an_empty_figure_gives_way_to_its_sentence(outputs, tiny):
    ens = tiny.sel(scenario=["baseline"])
    table = plots.effect_table(ens, TRADE_TOTAL)
    ax = plots.effects(ens, TRADE_TOTAL)
    (out,) = outputs(lambda: plots.show(ax, alt=plots.alt_text(table), caption=plots.finding(table)))
    assert "image/png" not in out.data
    assert "no difference to report" in out.data["text/html"]


def test_show_refuses_a_figure_without_words(tiny):
    with pytest.raises(InputError, match="text alternative"):
        plots.show(plots.fan(tiny, TRADE_TOTAL), alt=" ")


def test_show_closes_a_figure_made_by_pyplot(outputs, tiny):
    from matplotlib import pyplot

    figure, ax = pyplot.subplots()
    outputs(lambda: plots.show(plots.fan(tiny, TRADE_TOTAL, ax=ax), alt="A fan."))
    assert figure.number not in pyplot.get_fignums()


def test_result_is_machine_readable_and_has_a_fallback(outputs):
    (out,) = outputs(lambda: plots.result("share_2035", 78.123, unit="percent", note="Share in 2035"))
    record = out.data["application/vnd.eastbound.result+json"]
    assert json.loads(json.dumps(record)) == {
        "name": "share_2035",
        "value": 78.123,
        "unit": "percent",
        "note": "Share in 2035",
        "text": "78 %",
    }
    assert out.data["text/plain"] == "Share in 2035: 78 %"


def test_results_show_one_table_and_one_result_each(outputs, tiny):
    table = plots.headline(tiny)
    shown = outputs(lambda: plots.results(table, caption="Five numbers"))
    assert len(shown) == 1 + len(table)
    assert "<caption>Five numbers</caption>" in shown[0].data["text/html"]
    names = [out.data["application/vnd.eastbound.result+json"]["name"] for out in shown[1:]]
    assert names == table["name"].tolist()


def test_plain_text_of_a_table_holds_no_markup(outputs):
    frame = pd.DataFrame({"source": ['<a href="https://example.org">x</a>'], "publisher": ["GACC"]})
    (out,) = outputs(lambda: plots.show_table(frame, caption="Sources", raw=["source"]))
    assert "<a" not in out.data["text/plain"]
    assert "GACC" in out.data["text/plain"]
