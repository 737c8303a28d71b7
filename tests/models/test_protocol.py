from dataclasses import replace

import numpy as np
import pytest

import eastbound as eb
from eastbound import names
from eastbound.errors import EvidenceError, UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.added import model_fault
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.periods import month_ordinal
from eastbound.scenarios.inputs import load_all_inputs


def test_a_grid_knows_where_a_month_stands_and_cuts_what_lies_outside():
    grid = Grid(start=month_ordinal("2026-01"), months=24)
    assert grid.position(month_ordinal("2026-05")) == 4
    assert grid.position(month_ordinal("2025-01")) == 0
    assert grid.position(month_ordinal("2040-01")) == 24
    assert grid.stop == month_ordinal("2028-01")


@pytest.mark.parametrize(
    ("as_of", "newest", "start"),
    [
        # January-April 2026 came out in May
        ("2026-06-30", "2026-04", "2026-01"),
        # the year 2025 is complete with the release of 14 January 2026: the running year begins
        ("2026-01-31", "2025-12", "2026-01"),
        # a complete year whose December is not yet out is still the running year
        ("2024-12-31", "2024-11", "2024-01"),
    ],
)
def test_the_grid_begins_with_the_first_incomplete_year(as_of, newest, start):
    book = load_evidence(as_of)
    assert last_month(book) == month_ordinal(newest)
    assert grid_start(book) == month_ordinal(start)


def test_without_any_total_there_is_no_grid():
    book = load_evidence()
    rows = book.observations
    empty = replace(book, observations=rows[rows["series_id"] != names.TRADE_TOTAL])
    with pytest.raises(EvidenceError, match="choose a later as-of date"):
        grid_start(empty)


def test_an_unknown_model_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean `trade`"):
        registry.model("trad")


@pytest.mark.parametrize("model", registry.models(), ids=lambda model: model.SUBJECT)
def test_every_model_keeps_the_protocol(model):
    assert model.SUBJECT in registry.ORDER
    assert model_fault(model) is None
    known = load_evidence().series.index
    assert [name for name in (*model.SERIES, *model.SCORED) if name not in known] == []


def test_no_series_belongs_to_two_models():
    owned = registry.series(load_all_inputs(registry.ORDER))
    assert len(owned) == len(set(owned))


@pytest.mark.parametrize(
    ("series", "subjects"),
    [
        (names.BRENT, ["drivers"]),
        (names.TRADE_TOTAL, ["drivers", "pipelines", "trade", "logistics", "goods"]),
        (names.CHINA_TURNOVER, ["drivers", "pipelines", "trade", "logistics", "goods", "primorye"]),
    ],
)
def test_a_named_series_runs_the_models_that_it_needs_and_keeps_its_draws(series, subjects):
    assert list(registry.needed([series], load_all_inputs(registry.ORDER))) == subjects
    fixed = {"book": load_evidence("2026-10-30"), "draws": 64, "until": 2027}
    alone, together = (eb.simulate("baseline", series=wanted, **fixed) for wanted in ([series], None))
    np.testing.assert_array_equal(alone[series], together[series])
