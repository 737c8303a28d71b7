"""Small workspaces for scenario files."""

from __future__ import annotations

from pathlib import Path

import pytest

SMALL = """\
name: small
title: A small scenario
events:
  - id: halt
    hazard: {per_year: 1.2, judgement: a round number}
    severity: {dist: lognormal, median: 1, sigma: 0.5, max: 8, judgement: a round number}
    effects:
      - target: trade.china_russia.china_exports
        trough: {dist: fixed, value: -0.2, unit: log}
        lag_months: 0
        rise_months: 0
        half_life_months: 1
        transitory: 1
        judgement: round numbers
      - target: trade.china_russia.china_imports
        trough: {dist: normal, mean: -0.02, sd: 0.002, unit: log}
        transitory: 0
        source: a publication
  - id: fee
    onset: {dist: uniform, low: 2027-01, high: 2027-12}
    severity: 1
    judgement: assumed
    effects:
      - {target: driver.brent_price, trough: {dist: fixed, value: 0.1, unit: log}, transitory: 0, judgement: assumed}
milestones:
  - id: pos2_first_gas
    date: {dist: loglogistic, median: 2033-07, p10: 2031-01, p90: 2038-01}
    never: {value: 0.35, by: 2045-12}
    judgement: assumed
"""


class Home:
    """A workspace in which tests write scenario files; it begins with `small`."""

    small = SMALL

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = folder / "params" / "scenarios"
        (self.library / "parts").mkdir(parents=True)
        self.write("small", self.small)

    def write(self, name: str, text: str) -> Path:
        path = self.library / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)
