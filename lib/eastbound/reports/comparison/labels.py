"""Name the numbers of a comparison for readers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from eastbound.catalogue import cards
from eastbound.errors import EastboundError
from eastbound.reports.comparison.states import numbers_by_id
from eastbound.risk.claims import FILE, load_claims

_BOUNDS: Final = {0.1: "lower end of the central 80 %", 0.5: "median", 0.9: "upper end of the central 80 %"}


def labels_of(numbers: pd.DataFrame, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return a label for each number, by id.

    Parameters
    ----------
    numbers : DataFrame
    files : mapping of str to bytes
        Archive of the later run, which has the words of the claims.
    """
    claims = _claims(files)
    rows: Any = numbers.to_dict("records")
    return {index: _label(row, claims) for index, row in zip(numbers_by_id(numbers).index, rows, strict=True)}


def _label(row: Mapping[str, object], claims: Mapping[str, str]) -> str:
    name, series, kind = str(row["name"]), str(row["series_id"]), row["kind"]
    label = cards()[series].label if series in cards() else series
    if kind == "quantile":
        return f"{label} in {row['period']}, {_BOUNDS[float(str(row['level']))]}"
    if kind == "claim":
        return claims.get(name.removeprefix("claim."), name)
    if kind == "headline" and name == f"{series}.{row['period']}":
        return f"{label} in {row['period']}, median"
    if kind == "event":
        return name
    words = name.removeprefix(series).strip(".").replace("_", " ").replace(f".{row['period']}", f" in {row['period']}")
    return f"{label}: probability, {words}"


def _claims(files: Mapping[str, bytes]) -> dict[str, str]:
    name = FILE.as_posix()
    if name not in files:
        return {}
    with TemporaryDirectory() as temporary:
        home = Path(temporary)
        (home / "params" / "scenarios").mkdir(parents=True)
        (home / name).write_bytes(files[name])
        try:
            return {claim.id: claim.claim for claim in load_claims(home)}
        except EastboundError:  # of another version; the ids must do
            return {}
