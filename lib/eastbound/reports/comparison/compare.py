"""Compare two runs: the difference of every number, split into its causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from eastbound.ensemble.forecast_rows import YEARS
from eastbound.errors import UnknownName
from eastbound.evaluation.ledger.rows import SCENARIO
from eastbound.reports.comparison import states as causing
from eastbound.reports.comparison.attribution import contributions, subsets, whole_parts
from eastbound.reports.comparison.corrections import corrections
from eastbound.reports.comparison.labels import labels_of
from eastbound.reports.comparison.side import Side, open_side
from eastbound.reports.history.inputs import installed
from eastbound.reports.history.numbers import number_id
from eastbound.typing import Record

SCHEMA: Final = "compare/1"
UNSPLIT: Final = "not computed"
_LEVELS: Final = (0.1, 0.5, 0.9)
_DATA: Final = (causing.NEW, causing.REVISED)


@dataclass(frozen=True)
class Split:
    """Hold the contributions of causes to every number.

    Parameters
    ----------
    causes : tuple of str
        Names of the causes, those that could not be parted joined by `` + ``.
    parts : DataFrame or None
        Numbers by causes; None if nothing could be computed.
    note : str
        Why causes are joined or nothing was computed; empty if every one stands alone.
    """

    causes: tuple[str, ...]
    parts: pd.DataFrame | None
    note: str = ""


def compare_runs(before: Path, after: Path, *, scenario: str = SCENARIO) -> Record:
    """Compare two runs and explain what moved.

    Parameters
    ----------
    before, after : Path
        Folders of the runs.
    scenario : str
        A scenario of both.

    Returns
    -------
    dict
        Schema ``compare/1``. ``causes``: what changed between the runs; ``numbers``: for each headline number,
        probability, and median and 80 % bound of a headline series in the reported years its value ``before`` and
        ``after``, the ``change``, and ``parts``, the contribution of each cause. All are printed to the same digit, and
        the parts add up to the change exactly. ``note`` says what could not be computed; ``corrections`` lists figures
        that were revised, see `corrections`.

    Raises
    ------
    InputError
        If a run kept no numbers, or does not have the scenario.

    Notes
    -----
    Each state between the runs is simulated again with inputs of both; a cause counts with its average effect over all
    orders (`attribution`). Code that is not installed any more cannot be run: its part is what remains.
    """
    with open_side(before) as first, open_side(after) as second:
        tables = [_of_scenario(side, scenario) for side in (first, second)]
        recorded = [causing.numbers_by_id(table) for table in tables]
        split = explain(first, second, recorded, scenario=scenario)
        code = _code(first, second)
        chosen = _shown(tables[1])
        labels = labels_of(chosen, second.files)
        listed: Any = chosen.to_dict("records")
        rows = [
            _row(row, labels, recorded, split, code=bool(code)) for row in listed if number_id(row) in recorded[0].index
        ]
        return {
            "schema": SCHEMA,
            "scenario": scenario,
            "before": {"run": first.run, "as_of": first.as_of},
            "after": {"run": second.run, "as_of": second.as_of},
            "causes": [*split.causes, *([causing.CODE] if code else [])],
            "note": " ".join(text for text in (split.note, code) if text),
            "numbers": rows,
            "corrections": corrections(first, second.book),
        }


def explain(before: Side, after: Side, recorded: Sequence[pd.Series], *, scenario: str) -> Split:
    """Return the contribution of every cause that changed between two runs, as far as it can be computed.

    Parameters
    ----------
    before, after : Side
    recorded : pair of Series
        Their numbers by id.
    scenario : str
    """
    obstacle = next((f"{side.run}: {side.obstacle}" for side in (before, after) if side.obstacle), "")
    if obstacle:
        return Split((), None, f"The causes could not be computed, because of run {obstacle}.")
    causes = causing.changed_causes(before, after)
    reason = ""
    for groups in _groupings(causes):
        try:
            parts = _parts(before, after, recorded, groups=groups, scenario=scenario)
        except Exception as error:  # a mixture of two runs may be no valid input; what it was is not ours to foresee
            reason = reason or str(error).splitlines()[0]
            continue
        names = tuple(" + ".join(group) for group in groups)
        joined = f"Causes are joined where a mixture of both runs cannot be simulated ({reason})." if reason else ""
        return Split(names, parts, joined)
    return Split((), None, f"The causes could not be computed: {reason}.")


def _groupings(causes: Sequence[str]) -> list[list[tuple[str, ...]]]:
    """Return the causes one by one, then with the assumptions together, then all together."""
    data, other = [cause for cause in causes if cause in _DATA], [cause for cause in causes if cause not in _DATA]
    groupings: list[list[tuple[str, ...]]] = [[(cause,) for cause in causes]]
    if len(other) > 1:
        groupings.append([*((cause,) for cause in data), tuple(other)])
    if len(causes) > 1:
        groupings.append([tuple(causes)])
    return groupings


def _parts(
    before: Side, after: Side, recorded: Sequence[pd.Series], *, groups: Sequence[tuple[str, ...]], scenario: str
) -> pd.DataFrame:
    names = [" + ".join(group) for group in groups]
    current = installed()
    events = all(any(name.startswith("claim.") for name in numbers.index) for numbers in recorded)
    states = {}
    for subset in subsets(names):
        taken = frozenset(cause for name, group in zip(names, groups, strict=True) if name in subset for cause in group)
        # the recorded numbers are those of the first and the last state, if the code that made them is installed
        ends = {frozenset[str](): (before, recorded[0]), frozenset(names): (after, recorded[1])}
        end = ends.get(subset) if names else None
        if end is not None and _made_by(end[0], current):
            states[subset] = end[1]
        elif names:
            states[subset] = causing.state_numbers(before, after, taken, scenario=scenario, events=events)
        else:
            states[subset] = recorded[0]
    return contributions(states, names)


def _made_by(side: Side, current: Mapping[str, str]) -> bool:
    return all(side.digests.get(name) == digest for name, digest in current.items())


def _code(before: Side, after: Side) -> str:
    """Return what can be said of the code's part; empty if one code made both runs and is installed."""
    current = installed()
    first, second = (_made_by(side, current) for side in (before, after))
    if first and second:
        return ""
    if second:
        return "The part of the code is the change that the earlier inputs show with the present code."
    same = all(before.digests.get(name) == after.digests.get(name) for name in current)
    how = "The code or the packages of both runs are" if same else "The code or the packages of the later run are"
    return f"{how} not installed; their part is what the other causes leave."


def _row(row: Record, labels: Mapping[str, str], recorded: Sequence[pd.Series], split: Split, *, code: bool) -> Record:
    index = number_id(row)
    first, second = (float(numbers[index]) for numbers in recorded)
    digits = decimals(max(abs(first), abs(second)), row["unit"])
    steps = [round(value * 10**digits) for value in (first, second)]
    change = steps[1] - steps[0]
    exact: Any = None if split.parts is None or index not in split.parts.index else split.parts.loc[index]
    if exact is None or exact.isna().any():
        parts = {UNSPLIT: change} if change else {}
    else:
        values: list[float] = [value * 10**digits for value in exact.tolist()]
        rest = [(second - first) * 10**digits - sum(values)] if code else []
        names = [*split.causes, *([causing.CODE] if code else [])]
        if not names:
            parts = {UNSPLIT: change} if change else {}
        else:
            parts = dict(zip(names, whole_parts(change, [*values, *rest]), strict=True))
    return {
        "id": index,
        "label": labels[index],
        "kind": row["kind"],
        "unit": row["unit"],
        "decimals": digits,
        **{
            name: _number(value, digits)
            for name, value in (("before", steps[0]), ("after", steps[1]), ("change", change))
        },
        "parts": {name: _number(value, digits) for name, value in parts.items()},
    }


def decimals(size: float, unit: str) -> int:
    """Return how many decimals of a number are printed: one more than on the pages, so that small parts are seen.

    Examples
    --------
    >>> decimals(350.6, "USD_bn"), decimals(38.8, "bcm"), decimals(71.4, "percent"), decimals(2_100.0, "trucks_per_day")
    (1, 2, 1, 0)
    """
    if unit == "percent":
        return 1
    return next((digits for digits, limit in ((0, 999.5), (1, 99.95), (2, 9.995)) if size >= limit), 3)


def _number(steps: int, digits: int) -> float:
    return round(steps / 10**digits, digits)


def _of_scenario(side: Side, scenario: str) -> pd.DataFrame:
    table = side.numbers[side.numbers["scenario"] == scenario]
    if table.empty:
        raise UnknownName("scenario", scenario, sorted(set(side.numbers["scenario"])), where=f"run {side.run}")
    return table[table["value"].notna()]


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    years = table["period"].isin([str(year) for year in YEARS]) & table["level"].isin(_LEVELS)
    order = {kind: rank for rank, kind in enumerate(("headline", "claim", "event", "threshold", "quantile"))}
    rows = table[(table["name"] != "") | (table["kind"].eq("quantile") & years)]
    return rows.iloc[rows["kind"].map(order).argsort(kind="stable")]
