"""Contracts of every chart: found by walking plots/charts, so a new file is checked without being listed."""

import inspect
import pkgutil
from importlib import import_module
from itertools import pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

import eastbound as eb
import eastbound.plots as plots
from eastbound.errors import InputError
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_EXPORTS, CHINA_SHARE, TRADE_TOTAL
from eastbound.plots import Chart, charts
from eastbound.plots.style import canvas, marks
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Event

FUNCTIONS = {
    module.name: getattr(import_module(f"{charts.__name__}.{module.name}"), module.name, None)
    for module in pkgutil.iter_modules(charts.__path__)
}
CALLS = {
    "beliefs": ((), {"chances": [0.5]}),
    "cars_and_fee": ((), {"book": load_evidence("2026-10-30")}),
    "changes": ((), {}),
    "composition": ((), {"at": 2028}),
    "compare_scenarios": ((TRADE_TOTAL,), {}),
    "crossing_map": ((), {}),
    "drift_variants": ((), {"thresholds": [80]}),
    "effects": ((TRADE_TOTAL,), {}),
    "falls": ((TRADE_TOTAL,), {}),
    "fan": ((TRADE_TOTAL,), {"threshold": 300}),
    "flow_and_capacity": (("gas.pos",), {}),
    "first_passage": ((TRADE_TOTAL,), {"thresholds": [250, 300]}),
    "milestone_dates": ((["pos2_first_gas"],), {}),
    "panels": (([TRADE_TOTAL, CHINA_SHARE],), {}),
    "pipeline_map": ((), {"at": 2028}),
    "probabilities": ((TRADE_TOTAL,), {"thresholds": [250, 300]}),
    "threshold_paths": ((TRADE_TOTAL,), {"threshold": 300}),
    "early_warning": ((), {}),
    "reverse_stress": ((TRADE_TOTAL,), {"at": 2028}),
    "stress_path": ((TRADE_TOTAL,), {"at": 2028}),
    "share_and_level": ((), {"at": [2027]}),
    "tornado": ((TRADE_TOTAL,), {"at": 2028}),
    "utilization": (("gas.pos",), {}),
}
SIMULATED = {
    "cars_and_fee",
    "changes",
    "composition",
    "crossing_map",
    "early_warning",
    "pipeline_map",
    "reverse_stress",
    "stress_path",
    "tornado",
}  # they need series that the made-up ensemble lacks
# their values run from left to right
LYING = {"composition", "crossing_map", "early_warning", "pipeline_map", "reverse_stress", "tornado"}
OF_ENSEMBLE = sorted(
    name for name, make in FUNCTIONS.items() if make and next(iter(inspect.signature(make).parameters)) == "ens"
)


@pytest.fixture
def make(tiny, parts):
    """Return a function that makes the chart of a name."""

    def made(name):
        args, options = CALLS[name]
        return FUNCTIONS[name](parts if name in SIMULATED else tiny, *args, **options)

    return made


def texts(ax):
    return " | ".join(item.get_text() for item in ax.texts)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_chart_file_holds_one_public_chart_of_its_name(name):
    make = FUNCTIONS[name]
    assert callable(make), f"plots/charts/{name}.py has no function `{name}`"
    assert inspect.unwrap(getattr(plots, name)) is make
    assert inspect.signature(make).return_annotation == "Chart"
    parameters = list(inspect.signature(make).parameters.values())
    assert len(parameters) <= 7
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters[2:])


@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_a_chart_draws_on_the_axes_it_is_given_and_changes_no_setting(name, make):
    chart = make(name)
    assert isinstance(chart, Chart)
    settings = dict(matplotlib.rcParams)
    ax = Figure().add_subplot()
    assert chart.draw(ax) is ax
    assert dict(matplotlib.rcParams) == settings
    own = chart.draw()
    assert isinstance(own, Axes)
    assert own.get_figure() is not ax.get_figure()


@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_a_chart_says_what_it_is(name, make):
    chart = make(name)
    assert chart.caption().endswith(".")
    assert chart.caption() in chart.alt_text()
    assert "nan" not in chart.alt_text()
    assert repr(chart) == chart.alt_text()
    shown = [ax for ax in chart.draw().get_figure().axes if ax.axison]
    # a second scale on the right says what it measures, and belongs to the chart on the left
    assert all(ax.get_ylabel() for ax in shown if ax.yaxis.get_label_position() == "right")
    for ax in (ax for ax in shown if ax.yaxis.get_label_position() == "left"):
        assert ax.get_title(loc="left")
        assert ax.get_xlabel()
        measured = ax.get_xlabel() if name in LYING and not ax.get_ylabel() else ax.get_ylabel()
        assert any(unit in measured for unit in ("%", "USD bn", "bcm", "points", "standard deviations"))
        assert "Evidence as of" in texts(ax)
        assert "draws" in texts(ax)


@pytest.mark.parametrize("title", ["Oil at $40", "Oil from $70 to $40", "a_b^2 $\\frac{"])
@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_a_title_is_text_and_no_mathematics(name, title, tiny, parts):
    """A lone dollar would end the drawing, and two would set what is between them as a formula."""
    args, options = CALLS[name]
    ens = parts if name in SIMULATED else tiny
    titled = ens.assign_coords(title=("scenario", [title] * ens.sizes["scenario"]))
    figure = FUNCTIONS[name](titled, *args, **options).draw().get_figure()
    figure.canvas.draw()
    texts = [text for text in figure.findobj(Text) if "$" in text.get_text()]
    assert texts or name in ("beliefs", "drift_variants"), "the title is shown"
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_the_text_table_holds_strings_without_empty_cells(name, make):
    frame = make(name).text_table()
    assert len(frame)
    assert all(isinstance(cell, str) and cell for cell in frame.to_numpy().ravel())


@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_a_chart_saves_its_figure_and_its_numbers(name, make, tmp_path):
    chart = make(name)
    for ending, start in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".xlsx", b"PK")):
        assert chart.save(tmp_path / f"x{ending}").read_bytes().startswith(start)
    saved = pd.read_csv(chart.save(tmp_path / "x.csv"))
    assert saved.columns.tolist() == chart.table.columns.tolist()
    assert len(saved) == len(chart.table)
    with pytest.raises(InputError, match=r"choose one of \.png, \.svg, \.csv, \.xlsx"):
        chart.save(tmp_path / "x.pdf")


@pytest.mark.parametrize("name", OF_ENSEMBLE)
def test_the_drawing_shows_the_numbers_of_the_table(name, make):
    """A change of the table changes the picture, and nothing else feeds it."""
    chart = make(name)
    column = "probability" if "probability" in chart.table else "value"
    factor = 100 if column == "probability" else 1
    drawn = [
        float(number)
        for ax in chart.draw().get_figure().axes
        for line in ax.get_lines()
        for numbers in ([line.get_xdata()] if name in LYING else [line.get_ydata()])
        for number in np.atleast_1d(np.asarray(numbers, dtype=float))
        if np.isfinite(number)
    ]
    for value in chart.table[column].dropna():
        assert np.isclose(drawn, factor * value, rtol=1e-5, atol=1e-6).any(), value


def test_a_threshold_is_typed_once(tiny):
    chart = plots.fan(tiny, TRADE_TOTAL, threshold=300)
    words = texts(chart.draw())
    for word in ("median", "50 % band", "80 % band", "95 % band", "300 USD bn", "Scenario: Baseline"):
        assert word in words


def test_the_outer_band_is_a_line_and_the_inner_ones_are_filled(tiny):
    ax = plots.fan(tiny, TRADE_TOTAL).draw()
    assert len([item for item in ax.collections if isinstance(item, PolyCollection)]) == 2
    edges = [line for line in ax.get_lines() if line.get_linestyle() == "--"]
    assert len(edges) == 2


def test_scenarios_differ_in_colour_and_dash_and_are_named(tiny):
    ax = plots.compare_scenarios(tiny, TRADE_TOTAL).draw()
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert len({line.get_color() for line in lines}) == 2
    assert len({line._dash_pattern[1] is None for line in lines}) == 2
    assert "Secondary sanctions on Chinese banks" in texts(ax)


def test_effects_that_are_zero_everywhere_say_so(tiny):
    chart = plots.effects(tiny, "gas.pos.deliveries")
    assert "no difference in any simulated future" in texts(chart.draw())
    assert "makes no difference in 2027" in chart.caption()
    alone = plots.effects(tiny.sel(scenario=["baseline"]), TRADE_TOTAL)
    assert "only the baseline" in texts(alone.draw())


def test_fan_is_not_tied_to_an_observation_of_long_ago(tiny):
    ens = tiny.assign_coords(period=tiny["period"] + np.timedelta64(365 * 8 + 2, "D"))
    book = load_evidence("2026-11-21")
    starts = []
    for each in (tiny, ens):
        drawn = plots.fan(each, "gas.pos.deliveries", book=book).draw().collections
        bands = [item for item in drawn if isinstance(item, PolyCollection)]
        starts.append(min(path.vertices[:, 0].min() for item in bands for path in item.get_paths()))
    assert starts == [2025, 2034]


def test_panels_fill_one_figure(tiny):
    figure = plots.panels(tiny, [TRADE_TOTAL, CHINA_SHARE, "gas.pos.deliveries"]).draw().get_figure()
    assert len([ax for ax in figure.axes if ax.axison]) == 3  # no empty fourth panel
    with pytest.raises(InputError, match="name at least one"):
        plots.panels(tiny, [])


def test_months_are_marked_inside_the_chart_only(wide):
    plain = plots.fan(wide, TRADE_TOTAL, freq="M").draw()
    marked = plots.fan(wide, TRADE_TOTAL, freq="M", months=("planned stop", (3, 9))).draw()
    assert len(marked.get_lines()) - len(plain.get_lines()) == 4  # two years of two stops
    assert texts(marked).count("planned stop") == 1


def test_the_record_is_computed_from_the_book_and_not_typed(tiny):
    """As of 2021 the record year is another one than as of 2026."""
    for as_of, words in (("2026-11-21", "244.8 USD bn, the record of 2024"), ("2021-12-31", "the record of 20")):
        chart = plots.first_passage(tiny, TRADE_TOTAL, peak=True, book=load_evidence(as_of))
        assert words in chart.caption()
    assert "2024" not in chart.caption()


def test_numbers_beside_intervals_do_not_overlap(parts):
    ax = plots.changes(parts).draw()
    low, high = ax.get_ylim()
    columns = {}
    for item in ax.texts:
        if item.get_text()[:1] in "+−0123456789" and item.xycoords == "data":
            columns.setdefault(item.xy[0], []).append((item.xy[1] - low) / (high - low))
    assert len(columns) == 7
    for heights in columns.values():
        assert min(b - a for a, b in pairwise(sorted(heights))) >= 0.0579


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


def test_the_public_face_is_sorted_and_shows_public_names_only():
    assert plots.__all__ == sorted(plots.__all__)
    assert dir(plots) == plots.__all__
    assert all(not name.startswith("_") and name not in ("annotations", "Any") for name in plots.__all__)


def test_the_history_of_a_sum_that_nobody_publishes_comes_from_its_parts():
    """The chart of all pipeline gas had no history, although all of it came through one published line."""
    from eastbound.plots.observed import observed

    book = load_evidence("2026-11-21")
    gas = observed(book, "gas.russia_to_china.pipeline_deliveries", freq="Y")
    parts = observed(book, "gas.pos.deliveries", freq="Y")
    assert gas["value"].tolist() == parts["value"].tolist()
    assert gas["period"].iloc[-1] == "2025"
    assert observed(book, "energy.eastern_pipelines.deliveries", freq="Y").empty  # its parts have other units


def test_years_without_a_figure_are_said_on_the_chart():
    """The chart of the Mohe branch was blank for 2017 to 2025 and said nothing."""
    book = load_evidence("2026-11-21")
    ens = eb.simulate("baseline", book=book, quick=True, until=2030)
    texts = [text.get_text() for text in plots.fan(ens, "oil.mohe.deliveries", book=book).draw().texts]
    assert "no yearly figure\n2017–2025" in texts
    texts = [text.get_text() for text in plots.fan(ens, TRADE_TOTAL, book=book).draw().texts]
    assert not any("no yearly figure" in text for text in texts)


def test_an_uncertain_event_shows_its_effect_in_all_futures_and_in_those_where_it_happens():
    book = load_evidence("2026-11-21")
    event = {
        "id": "halt",
        "severity": 1,
        "onset": {"dist": "fixed", "value": "2027-01"},
        "probability": {"value": 0.25, "basis": "judgement", "why": "a round number"},
        "judgement": "a round number",
        "effects": [
            {
                "target": CHINA_EXPORTS,
                "trough": {"dist": "fixed", "value": -0.5, "unit": "log"},
                "transitory": 0,
                "judgement": "a round number",
            }
        ],
    }
    baseline = load_scenario("baseline")
    halt = baseline.model_copy(
        update={
            "name": "halt",
            "title": "A halt",
            "digest": "halt",
            "events": (*baseline.events, Event.model_validate(event)),
        }
    )
    ens = eb.simulate([baseline, halt], book=book, draws=256, until=2028)
    chart = plots.effects(ens, CHINA_EXPORTS)
    happens = ens["happens"].sel(scenario="halt").to_numpy()
    change = np.diff(eb.annual(ens, CHINA_EXPORTS).sel(year=2028).to_numpy(), axis=0)[0]
    np.testing.assert_array_equal(change != 0, happens)  # nothing else differs between the two
    chance, within = chart.options["happening"]["halt"]
    assert chance == happens.mean()
    assert within.set_index("period")["value"]["2028"] == pytest.approx(np.median(change[happens]), rel=1e-6)
    assert chart.table.set_index("period")["value"]["2028"] == 0  # the median of all futures hides the event
    assert "Its event happens in 25 % of simulated futures; in those the change is −" in chart.caption()
    assert list(chart.form.text_table(chart)["scenario"]) == ["A halt", "A halt, where it happens"]
