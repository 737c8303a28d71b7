"""Draws that cannot be are refused, naming the event behind them."""

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble.checks import check_possible
from eastbound.errors import ModelError
from eastbound.models.protocol import Grid
from eastbound.scenarios.loader import load_scenario

TRADE = "trade.china_russia.total"
GRID = Grid(2027 * 12, 24)


@pytest.mark.parametrize(
    ("value", "text"),
    [(np.nan, "is not finite"), (np.inf, "is not finite"), (1e39, "is not finite"), (1e5, "1e.05 USD")],
)
def test_impossible_draws_are_refused_with_the_event(value, text):
    scenario = load_scenario("secondary_sanctions")
    paths = {TRADE: np.full((24, 64), 20.0)}
    options = {"grid": GRID, "stream": Stream(1, 0, 64), "after": 2026 * 12 + 8}
    check_possible(paths, scenario, **options)
    paths[TRADE][-1, :40] = value
    with pytest.raises(ModelError, match=rf"secondary_sanctions.*{TRADE}.*{text}.*event `\w+` moves it most"):
        check_possible(paths, scenario, **options)
