"""Turn the numbers of a run into rows of the ledger, in the columns of hubverse, and back into forecasts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.catalogue import cards
from eastbound.evaluation.ledger.chain import read_entries, read_rows
from eastbound.periods import last_day
from eastbound.typing import Record

if TYPE_CHECKING:
    import pandas as pd

SCENARIO: Final = "baseline"  # the mixture of the scenario tree, which alone can come true and is scored
OPEN_END: Final = "9999-12-31"  # of a probability without a date of its own


def ledger_rows(numbers: pd.DataFrame, *, as_of: str) -> list[list[str]]:
    """Return the quantiles and probabilities of a run as rows of the ledger, those of the baseline first.

    Parameters
    ----------
    numbers : DataFrame
        Columns kind, scenario, name, series_id, period, level, value and unit.
    as_of : str
        Day of the evidence.

    Returns
    -------
    list of list of str
        Values of `chain.COLUMNS` without the check. A quantile has the output type ``quantile`` and its level; the
        probability of an event has ``pmf`` and ``true``, a value from 0 to 1 and the event's id as target.
    """
    rows = []
    baseline_first = numbers.sort_values("scenario", key=lambda names: names != SCENARIO, kind="stable")
    for row in baseline_first.to_dict("records"):
        if math.isnan(row["value"]):  # a series that does not exist yet in that year
            continue
        end = _last_day(row["period"])
        if row["kind"] == "quantile":
            known = (row["series_id"], end, row["unit"], "quantile", f"{row['level']:g}", f"{row['value']:.7g}")
        elif not math.isnan(row["mcse"]):  # only probabilities have one
            known = (row["name"], end, "probability", "pmf", "true", f"{row['value'] / 100:.6f}")
        else:
            continue
        rows.append([as_of, row["scenario"], *(text.replace(",", ";") for text in known)])
    return rows


def published_forecasts(home: Path | None = None) -> dict[tuple[str, str], Record]:
    """Return the first published forecast of each month, by subject and month, in the form of a kept forecast.

    Parameters
    ----------
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    dict
        By (subject, month): ``as_of``, ``headline`` (name and value) and ``series`` (id, unit and rows of quantiles).
    """
    result: dict[tuple[str, str], Record] = {}
    months: set[str] = set()
    for entry in read_entries(home):
        month = str(entry["as_of"])[:7]
        if month not in months:
            months.add(month)
            result |= {(record["subject"], month): record for record in _records(entry, home)}
    return result


def published_probabilities(entry: Record, home: Path | None = None) -> dict[str, float]:
    """Return the baseline's probabilities of an entry, in [0, 1], by the id of their event."""
    return {row["target"]: float(row["value"]) for row in _baseline(entry, home) if row["output_type"] == "pmf"}


def published_register(home: Path | None = None) -> pd.DataFrame | None:
    """Return the probabilities of the last published run as an earlier register of risks, None if there is no run.

    Parameters
    ----------
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    DataFrame or None
        Columns event and probability in [0, 1]; it has claims and thresholds beside the events.
    """
    import pandas as pd

    entries = read_entries(home)
    if not entries:
        return None
    chances = published_probabilities(entries[-1], home)
    return pd.DataFrame({"event": list(chances), "probability": list(chances.values())})


def _baseline(entry: Record, home: Path | None) -> Iterator[dict[str, str]]:
    """Yield the rows that are scored and compared; they stand first, and a run has many more of other scenarios."""
    return takewhile(lambda row: row["scenario"] == SCENARIO, read_rows(entry, home))


def _last_day(period: str) -> str:
    return str(last_day(period)) if period else OPEN_END


def _records(entry: Record, home: Path | None) -> Iterator[Record]:
    table: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    units: dict[str, str] = {}
    chances = []
    for row in _baseline(entry, home):
        if row["output_type"] == "quantile":
            table[row["target"]][row["target_end_date"][:4]][row["output_type_id"]] = float(row["value"])
            units[row["target"]] = row["unit"]
        else:
            chances.append({"name": row["target"], "value": 100 * float(row["value"])})
    subjects: dict[str, list[Record]] = defaultdict(list)
    for series_id, years in table.items():
        if series_id in cards():
            subjects[cards()[series_id].subject].append(_series(series_id, units[series_id], years))
    for subject, series in subjects.items():
        yield {"subject": subject, "as_of": entry["as_of"], "run": entry["run"], "headline": chances, "series": series}


def _series(series_id: str, unit: str, years: Mapping[str, Any]) -> Record:
    rows = [{"period": year, "quantiles": dict(levels)} for year, levels in years.items()]
    return {"id": series_id, "unit": unit, "rows": rows}
