"""Values that a page shows under the pointer lie where the picture has them, and say what the table says."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.hover import Point, hover_layer
from eastbound.plots.style import marks

FACTS = Facts("Trade", "Trade", "USD_bn", "")
TABLE = pd.DataFrame(
    {"scenario": ["a", "a", "b", "b"], "title": ["A", "A", "B", "B"], "period": ["2026", "2027"] * 2,
     "x": [2026.0, 2027.0] * 2, "value": [10.0, 20.0, 30.0, np.nan]}
)  # fmt: skip


def drawn(chart):
    figure = chart.draw(Figure(figsize=(4, 2)).add_subplot()).get_figure(root=True)
    figure.savefig(io.BytesIO(), format="png")
    return figure


def chart_of(table, points=None, draw=lambda ax, chart: marks.scenario_lines(ax, chart.table)):
    return Chart(table, FACTS, Form("Lines", draw, lambda _: "", lambda chart: chart.table, points=points))


def test_points_are_fractions_of_the_picture_from_its_upper_left():
    chart = chart_of(TABLE)
    figure = drawn(chart)
    layer = hover_layer(chart, figure)
    assert [point[2] for point in layer["points"]] == [
        "A, 2026: median 10.0 USD bn",
        "A, 2027: median 20.0 USD bn",
        "B, 2026: median 30.0 USD bn",
    ]
    x, y = figure.transFigure.inverted().transform(figure.axes[0].transData.transform((2027.0, 20.0)))
    assert layer["points"][1][:2] == pytest.approx([x, 1 - y], abs=1e-4)


def test_lines_of_scenarios_can_be_switched_off():
    chart = chart_of(TABLE)
    layer = hover_layer(chart, drawn(chart))
    assert [line["name"] for line in layer["lines"]] == ["A", "B"]
    left, top, right, bottom = layer["frame"]
    assert left < right
    assert top < bottom
    json.dumps(layer, allow_nan=False)


def test_a_chart_states_its_own_points_and_those_outside_are_left_out():
    points = [Point(0.0, 0.0, "inside"), Point(0.0, 1e9, "outside"), Point(np.nan, 0.0, "nowhere")]
    chart = chart_of(TABLE, points=lambda _: points, draw=lambda ax, _: ax.plot([0.0, 1.0], [0.0, 1.0]))
    layer = hover_layer(chart, drawn(chart))
    assert [point[2] for point in layer["points"]] == ["inside"]
    assert "lines" not in layer


def test_a_table_without_values_over_time_adds_nothing():
    chart = chart_of(TABLE[["title"]], draw=lambda ax, _: ax.plot([0, 1]))
    assert hover_layer(chart, drawn(chart)) == {}
