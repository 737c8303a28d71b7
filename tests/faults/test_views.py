"""Two hundred generated views: each is held by the weighted draws, or refused with the reason."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.views import apply_views
from eastbound.errors import EastboundError
from eastbound.evidence.book import load_evidence

pytestmark = pytest.mark.faults
COUNT = 200
SERIES = (
    *("trade.china_russia.total", "trade.primorye.china_share_turnover", "gas.pos.deliveries", "driver.brent_price"),
    *("gas.pos2.utilization_nameplate", "milestone.pos2_first_gas", "trade.nowhere", "TRADE", ""),
)
NUMBERS = ("0", "-1", "0.5", "50", "80", "200", "300", "2035", "1e9", "nan", "inf", "ten", "")
YEARS = ("2026", "2027", "2030", "2035", "2019", "2051", "soon", "")
FORMS = (
    "P({low} <= {series} <= {high} in {year}) = {chance}",
    "P({series} >= {low} in {year}) = {chance}",
    "P({series} < {low}) = {chance}",
    "mean({series}, {year}) = {low}",
    "q{level}({series}, {year}) = {low}",
    "q{level}({series}) = {year}",
    "path({series}, {year}={low})",
    "path({series}, {year}={low}, 2028={high} +- {chance})",
    "{series} = {low}",
    "P(({series} >= {low} = {chance}",
)


def view(chance: Random) -> str:
    """Return one statement, well formed or not."""
    return chance.choice(FORMS).format(
        series=chance.choice(SERIES),
        low=chance.choice(NUMBERS),
        high=chance.choice(NUMBERS),
        year=chance.choice(YEARS),
        chance=chance.choice(("0.5", "0.2", "0.9", "0", "1", "1.5", "x")),
        level=chance.choice(("10", "50", "90", "0", "100", "5.5")),
    )


def test_two_hundred_views():
    ens = simulate("baseline", book=load_evidence("2026-10-30"), draws=1024)
    chance, fates = Random(20261128), {"held": 0, "refused": 0}
    for _ in range(COUNT):
        text = view(chance)
        try:
            tilted = apply_views(ens, [text])
        except EastboundError as error:
            assert str(error).strip(), text
            assert "Traceback" not in str(error), text
            fates["refused"] += 1
            continue
        totals = tilted["trade.china_russia.total"].to_numpy()
        assert np.isfinite(totals).all(), text
        fates["held"] += 1
        for record in tilted.attrs["views"]:
            after = record["after"]  # one number, or one by period of a path
            assert np.isfinite(list(after.values()) if isinstance(after, dict) else after).all(), (text, record)
    assert sum(fates.values()) == COUNT
    assert min(fates.values()) >= COUNT // 20, fates
