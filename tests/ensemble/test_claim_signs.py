"""The signs of causal claims hold on the ensemble, wherever driver and target are both simulated: one simulation."""

from pathlib import Path

import numpy as np
import pytest

from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.evidence.claims import causal_claims

BOOK = "2026-10-30"
CLAIMS = causal_claims(load_evidence(BOOK))
TESTED = CLAIMS[CLAIMS["contrast"] != ""]
YEAR = 2028  # of the dated events; scenarios begin a year before
TEMPLATE = """format: 1
name: only_{event}
title: One event at a known date
extends: baseline
events:
  - id: {event}
    onset: {{dist: uniform, low: 2028-01, high: 2028-03, judgement: of the test}}
    severity: {{dist: lognormal, median: 1, sigma: 0.1, max: 8, judgement: of the test}}
"""


def names(kind):
    pairs = (text.split(" ") for text in TESTED["contrast"])
    return {name for first, name in pairs if first in kind}


@pytest.fixture(scope="module")
def ens(tmp_path_factory):
    """The baseline, the scenarios that claims name, and the baseline with each event that claims name at one date."""
    folder = tmp_path_factory.mktemp("scenarios")
    paths = []
    for event in sorted(names({"event", "recovery"})):
        path = Path(folder / f"only_{event}.yml")
        path.write_text(TEMPLATE.format(event=event), encoding="utf-8")
        paths.append(path)
    scenarios = ["baseline", *sorted(names({"scenario", "lasting"})), *paths]
    return simulate(scenarios, book=load_evidence(BOOK), draws=256, quick=True)


def yearly(ens, series, scenario, year):
    """Draws of the mean of a year."""
    return ens[series].sel(scenario=scenario, period=str(year)).mean("period").to_numpy()


def effect(ens, series, scenario, year):
    """Log ratio to the baseline of the same draws."""
    with_it, without = (np.log(yearly(ens, series, name, year)) for name in (scenario, "baseline"))
    return with_it - without


def contrast(ens, kind, name, series):
    """Return the mean of a contrast and its standard error."""
    if kind == "correlation":
        last = int(ens["period"].dt.year[-1])
        pair = [ens[name].sel(scenario="baseline").to_numpy() if "milestone" in name
                else yearly(ens, name, "baseline", last), yearly(ens, series, "baseline", last)]  # fmt: skip
        ranks = [np.argsort(np.argsort(np.nan_to_num(values, nan=np.inf))) for values in pair]
        return float(np.corrcoef(*ranks)[0, 1]), 1 / np.sqrt(len(ranks[0]))
    if kind == "recovery":
        change = effect(ens, series, f"only_{name}", YEAR + 2) - effect(ens, series, f"only_{name}", YEAR)
    elif kind == "event":
        change = effect(ens, series, f"only_{name}", YEAR)
    else:
        last = 2035 if kind == "lasting" or "pos2" in name else YEAR
        change = effect(ens, series, name, last) if "pos2" not in series else _difference(ens, series, name, last)
    return float(change.mean()), float(change.std() / np.sqrt(len(change)))


def _difference(ens, series, name, year):
    return yearly(ens, series, name, year) - yearly(ens, series, "baseline", year)


def test_enough_claims_are_tested():
    assert len(TESTED) >= 21


@pytest.mark.parametrize("claim", TESTED.to_dict("records"), ids=lambda row: row["claim"])
def test_the_sign_of_the_claim_is_that_of_the_ensemble(ens, claim):
    mean, error = contrast(ens, *claim["contrast"].split(" "), claim["series"])
    signed = mean if claim["expected"] == "+" else -mean
    assert signed > 2 * error, (
        f"{claim['driver']} -> {claim['target']}: {mean:.4f} with a standard error of {error:.4f}"
    )
