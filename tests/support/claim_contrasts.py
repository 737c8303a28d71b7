"""Contrasts of draws that test the signs of causal claims, all on one simulation."""

import io

import numpy as np
from ruamel.yaml import YAML

from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.evidence.causal_claims import causal_claims
from eastbound.scenarios.home import find_home

BOOK = "2026-10-30"
CLAIMS = causal_claims(load_evidence(BOOK))
TESTED = CLAIMS[CLAIMS["contrast"] != ""]  # where driver and target are both simulated
DRAWS = 256
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


def names(tested, kinds):
    """Return what the contrasts of some kinds name."""
    pairs = (text.split(" ") for text in tested["contrast"])
    return sorted({name for kind, name in pairs if kind in kinds})


def with_events_of(scenario):
    """The text of the baseline with the events of a scenario, in all branches of the tree alike."""
    own = YAML(typ="safe").load((find_home() / "params" / "scenarios" / f"{scenario}.yml").read_text(encoding="utf-8"))
    head = {"format": 1, "name": f"events_{scenario}", "title": "The baseline with events", "extends": "baseline"}
    stream = io.StringIO()
    YAML(typ="safe").dump(head | {"events": own["events"]}, stream)
    return stream.getvalue()


def simulated(tested, folder):
    """Simulate the baseline, the scenarios that claims name, and the baseline with each event they name at one date."""
    texts = {f"only_{event}": TEMPLATE.format(event=event) for event in names(tested, {"event", "recovery"})}
    texts |= {f"events_{name}": with_events_of(name) for name in names(tested, {"events"})}
    for name, text in texts.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    scenarios = ["baseline", *names(tested, {"scenario", "lasting"}), *(folder / f"{name}.yml" for name in texts)]
    drivers = {name for name in names(tested, {"correlation"}) if not name.startswith("milestone.")}
    series = sorted(drivers | set(tested["series"]))
    return simulate(scenarios, book=load_evidence(BOOK), draws=DRAWS, quick=True, series=series)


def yearly(ens, series, scenario, years):
    """Draws of the mean of a year, or of the years from the first to the last."""
    window = slice(str(years[0]), str(years[1])) if isinstance(years, tuple) else str(years)
    return ens[series].sel(scenario=scenario, period=window).mean("period").to_numpy()


def effect(ens, series, scenario, years):
    """Log ratio to the baseline of the same draws."""
    with_it, without = (np.log(yearly(ens, series, name, years)) for name in (scenario, "baseline"))
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
    elif kind == "events":
        change = effect(ens, series, f"events_{name}", (YEAR - 1, 2035))
    else:
        years = 2035 if kind == "lasting" else (YEAR - 1, 2035)
        change = effect(ens, series, name, years) if "pos2" not in series else _difference(ens, series, name, years)
    return float(change.mean()), float(change.std() / np.sqrt(len(change)))


def _difference(ens, series, name, years):
    """Difference from the baseline, for a flow that is nothing before its line opens."""
    return yearly(ens, series, name, years) - yearly(ens, series, "baseline", years)


def check_sign(ens, claim):
    """Hold the sign of a claim against the ensemble, which must be two standard errors on its side."""
    mean, error = contrast(ens, *claim["contrast"].split(" "), claim["series"])
    signed = mean if claim["expected"] == "+" else -mean
    link = f"{claim['driver']} -> {claim['target']}"
    assert signed > 2 * error, f"{link}: {mean:.4f} with a standard error of {error:.4f}"
