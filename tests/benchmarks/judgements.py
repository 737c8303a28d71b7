"""Measure what each judgement of the run moves: the baseline with one number raised by a quarter, same random numbers.

``python tests/benchmarks/judgements.py`` measures the judgements that are new or have another value than before, and
writes ``lib/eastbound/risk/judgement_effects.csv``; with ``--all`` every one of them. About two seconds each.
"""

import sys
import tempfile
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from eastbound.ensemble.headline import headline_numbers
from eastbound.ensemble.simulate import simulate
from eastbound.errors import EastboundError
from eastbound.evidence.book import load_evidence
from eastbound.risk.assumptions import COLUMNS, EFFECTS, size_of
from eastbound.risk.judgements import judgements
from eastbound.scenarios.home import find_home

DRAWS = 512
BATCHES = 8
SERIES = (
    "trade.china_russia.total",
    "trade.primorye.china_share_turnover",
    "trade.primorye.china_share_turnover.own_history",
    "trade.primorye.china_share_turnover.reference_class",
    "gas.pos.utilization_nameplate",
)


def numbers(ens, home):
    """Return the headline numbers of all draws and of each batch: arrays of shape (number,), (number, batch)."""
    whole = headline_numbers(ens, home=home)
    width = DRAWS // BATCHES
    parts = [headline_numbers(ens.isel(draw=slice(n * width, (n + 1) * width)), home=home) for n in range(BATCHES)]
    return whole, np.array([[item.value for item in part] for part in parts]).T


def world(book, home):
    return numbers(simulate("baseline", book=book, draws=DRAWS, series=SERIES, home=home), home)


def changed(judgement, folder):
    """Write a workspace with the judgement's number raised."""
    copytree(find_home() / "params", folder / "params")
    path = folder / "params" / judgement.file
    yaml = YAML(typ="safe", pure=True)
    content = yaml.load(path)
    node = content
    for name in judgement.path[:-1]:
        node = node[name]
    whole = isinstance(node[judgement.path[-1]], int) and judgement.raised.is_integer()
    node[judgement.path[-1]] = int(judgement.raised) if whole else judgement.raised
    yaml.dump(content, path)


def effect(judgement, book, before):
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        changed(judgement, home)
        try:
            after, batches = world(book, home)
        except EastboundError as error:
            print("  refused:", str(error).splitlines()[0][:150])
            return [row(judgement, "", status="refused")]
    rows = []
    for index, (old, new) in enumerate(zip(before[0], after, strict=True)):
        change = new.value - old.value
        error = float(np.std(batches[index] - before[1][index], ddof=1) / np.sqrt(BATCHES))
        if change:
            rows.append(row(judgement, new.name, change=change, mcse=error, size=size_of(change, old), unit=new.unit))
    return rows or [row(judgement, "")]


def row(judgement, number, *, change=0.0, mcse=0.0, size=0.0, unit="", status="measured"):
    known = {"file": judgement.file, "key": judgement.key, "value": judgement.value, "raised": judgement.raised}
    values = {name: float(f"{value:.4g}") for name, value in (("change", change), ("mcse", mcse), ("size", size))}
    return {**known, "number": number, "unit": unit, **values, "status": status}


def main():
    book = load_evidence()
    known = pd.read_csv(EFFECTS, keep_default_na=False) if EFFECTS.is_file() else pd.DataFrame(columns=COLUMNS)
    old = {} if "--all" in sys.argv else {pair: rows for pair, rows in known.groupby(["file", "key"])}
    before = world(book, None)
    tables = []
    for judgement in judgements():
        if not judgement.path or judgement.value == judgement.raised:
            continue
        rows = old.get((judgement.file, judgement.key))
        if rows is None or float(rows["value"].iloc[0]) != judgement.value:
            rows = pd.DataFrame(effect(judgement, book, before))
            print(judgement.file, judgement.key, rows["size"].abs().max(), flush=True)
        tables.append(rows)
        pd.concat(tables)[list(COLUMNS)].to_csv(EFFECTS, index=False)


if __name__ == "__main__":
    main()
