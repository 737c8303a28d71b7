"""Contracts of every figure: found by walking the module, so a new one is checked without being listed."""

import inspect
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

import eastbound.plots as plots
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots import figures
from eastbound.plots.style import canvas, marks

CALLS = {
    "compare_scenarios": ((TRADE_TOTAL,), {}),
    "drift_variants": ((), {"at": 2035}),
    "effects": ((TRADE_TOTAL,), {}),
    "falls": ((TRADE_TOTAL,), {}),
    "fan": ((TRADE_TOTAL,), {"threshold": 300}),
    "first_passage": ((TRADE_TOTAL,), {"thresholds": [250, 300]}),
    "milestone_dates": ((["pos2_first_gas"],), {}),
    "probabilities": ((TRADE_TOTAL,), {"thresholds": [250, 300]}),
    "utilization": (("gas.pos",), {}),
}
FIGURES = sorted(
    name
    for name, function in inspect.getmembers(figures, inspect.isfunction)
    if function.__module__ == figures.__name__ and "ens" in inspect.signature(function).parameters and name != "panels"
)


def texts(ax):
    return " | ".join(item.get_text() for item in ax.texts)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_on_the_axes_it_is_given_and_returns_them(name, tiny):
    assert name in plots.__all__
    args, options = CALLS[name]
    function = getattr(plots, name)
    settings = dict(matplotlib.rcParams)
    ax = Figure().add_subplot()
    assert function(tiny, *args, ax=ax, **options) is ax
    assert dict(matplotlib.rcParams) == settings, "a figure changed matplotlib's settings"
    made = function(tiny, *args, **options)
    assert isinstance(made, Axes)
    assert made.get_figure() is not ax.get_figure()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_it_is(name, tiny):
    args, options = CALLS[name]
    ax = getattr(plots, name)(tiny, *args, **options)
    assert ax.get_title(loc="left")
    assert ax.get_xlabel()
    assert any(unit in ax.get_ylabel() for unit in ("%", "USD bn", "bcm", "points"))
    assert "Evidence as of 2026-10-31" in texts(ax)
    assert "4 draws" in texts(ax)


@pytest.mark.parametrize("name", FIGURES)
def test_only_the_first_arguments_are_positional(name):
    parameters = list(inspect.signature(getattr(figures, name)).parameters.values())
    assert len(parameters) <= 7
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters[2:])


def test_fan_names_its_bands_and_its_threshold(tiny):
    ax = plots.fan(tiny, TRADE_TOTAL, threshold=300)
    for words in ("median", "50 % band", "80 % band", "95 % band", "300 USD bn", "Scenario: Baseline"):
        assert words in texts(ax)


def test_scenarios_differ_in_colour_and_dash_and_are_named(tiny):
    ax = plots.compare_scenarios(tiny, TRADE_TOTAL)
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert len({line.get_color() for line in lines}) == 2
    assert len({line._dash_pattern[1] is None for line in lines}) == 2
    assert "Secondary sanctions on Chinese banks" in texts(ax)


def test_effects_that_are_zero_everywhere_say_so(tiny):
    ax = plots.effects(tiny, "gas.pos.deliveries")
    assert "no difference in any simulated future" in texts(ax)
    assert "makes no difference in 2027" in plots.finding(plots.effect_table(tiny, "gas.pos.deliveries"))


def test_fan_is_not_tied_to_an_observation_of_long_ago(tiny):
    ens = tiny.assign_coords(period=tiny["period"] + np.timedelta64(365 * 8 + 2, "D"))
    book = load_evidence()
    starts = []
    for each in (tiny, ens):
        drawn = plots.fan(each, "gas.pos.deliveries", book=book).collections
        bands = [item for item in drawn if isinstance(item, PolyCollection)]
        starts.append(min(path.vertices[:, 0].min() for item in bands for path in item.get_paths()))
    assert starts == [2025, 2034]


def test_effects_of_a_lone_baseline_say_so(tiny):
    ax = plots.effects(tiny.sel(scenario=["baseline"]), TRADE_TOTAL)
    assert "only the baseline" in texts(ax)


def test_drift_variants_mark_the_published_band(tiny):
    ax = plots.drift_variants(tiny, at=2035)
    assert "published projection, 80–90 %" in texts(ax)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert [label.split("\n")[0] for label in labels] == ["own history", "reference class", "mixture"]


def test_panels_fill_one_figure(tiny):
    axes = plots.panels(tiny, [TRADE_TOTAL, CHINA_SHARE, "gas.pos.deliveries"])
    assert len(axes) == 3
    assert len({id(ax.get_figure()) for ax in axes}) == 1
    assert len(axes[0].get_figure().axes) == 3  # no empty fourth panel


def test_months_are_marked_inside_the_figure_only(wide):
    ax = plots.fan(wide, TRADE_TOTAL, freq="M")
    before = len(ax.get_lines())
    assert plots.mark_months(ax, months=[3, 9], text="planned stop") is ax
    assert len(ax.get_lines()) - before == 4  # two years of two stops
    assert texts(ax).count("planned stop") == 1


def test_end_labels_do_not_overlap():
    ax = canvas.new_axes(None)
    ax.set_ylim(0, 100)
    canvas.end_labels(ax, [50, 50.5, 51, 90], ["a", "b", "c", "d"], colors=["#000000"] * 4)
    heights = sorted(text.xy[1] for text in ax.texts)
    assert min(b - a for a, b in pairwise(heights)) >= 0.0579
    assert [t.get_text() for t in sorted(ax.texts, key=lambda t: t.xy[1])] == ["a", "b", "c", "d"]


def test_text_is_readable_on_white():
    for color in canvas.palette(10):
        assert canvas.contrast(matplotlib.colors.to_rgb(canvas.text_color(color))) >= 4.5


def test_style_file_holds_the_colorblind_palette():
    cycle = matplotlib.rc_params_from_file(canvas.STYLE, use_default_template=False)["axes.prop_cycle"]
    assert sorted(
        matplotlib.colors.to_hex(c if c.startswith("#") else f"#{c}") for c in cycle.by_key()["color"]
    ) == sorted(canvas.palette(10))


def test_marks_stay_short():
    for name, function in inspect.getmembers(marks, inspect.isfunction):
        if function.__module__ == marks.__name__:
            source, docstring = inspect.getsource(function), function.__doc__ or ""
            assert source.count("\n") - docstring.count("\n") - 1 < 30, name
