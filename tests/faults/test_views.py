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


WELL_FORMED = (
    "P(trade.china_russia.total >= {n} in {year}) = 0.{chance}",
    "P(70 <= trade.primorye.china_share_turnover <= 9{chance} in {year}) = 0.{chance}",
    "mean(trade.china_russia.total, {year}) = {n}",
    "q{chance}0(gas.pos.deliveries, {year}) = 3{chance}",
    "path(driver.brent_price, {year}=7{chance}) ± 5",
)


def view(chance: Random) -> str:
    """Return one statement, half of the time well formed."""
    if chance.random() < 0.5:
        number, year, digit = chance.randrange(200, 400), chance.randrange(2027, 2036), chance.randrange(1, 10)
        return chance.choice(WELL_FORMED).format(n=number, year=year, chance=digit)
    return chance.choice(FORMS).format(
        series=chance.choice(SERIES),
        low=chance.choice(NUMBERS),
        high=chance.choice(NUMBERS),
        year=chance.choice(YEARS),
        chance=chance.choice(("0.5", "0.2", "0.9", "0", "1", "1.5", "x")),
        level=chance.choice(("10", "50", "90", "0", "100", "5.5")),
    )


def attempt(ens, text):
    """Return the tilted ensemble, or nothing and the message."""
    try:
        return apply_views(ens, [text]), ""
    except EastboundError as error:
        return None, str(error)


def test_two_hundred_views():
    ens = simulate("baseline", book=load_evidence("2026-10-30"), draws=1024)
    chance, held = Random(20261128), 0
    for _ in range(COUNT):
        text = view(chance)
        tilted, message = attempt(ens, text)
        if tilted is None:
            assert message.strip(), text
            assert "Traceback" not in message, text
            continue
        held += 1
        assert np.isfinite(tilted["trade.china_russia.total"].to_numpy()).all(), text
        for record in tilted.attrs["views"]:
            after = record["after"]  # one number, or one by period of a path
            assert np.isfinite(list(after.values()) if isinstance(after, dict) else after).all(), (text, record)
    assert COUNT // 10 <= held <= COUNT - COUNT // 10
