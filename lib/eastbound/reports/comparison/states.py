"""Compute the numbers of a scenario from a mixture of the inputs of two runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from eastbound.ensemble.with_views import read_views, simulate_viewed
from eastbound.reports.comparison.side import Side
from eastbound.reports.history.inputs import TREE, is_scenario, with_probability_of
from eastbound.reports.history.numbers import ensemble_numbers, number_id

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

NEW, REVISED = "new data", "revisions"
PARAMETERS, PROBABILITIES = "parameters", "scenario probabilities"
VIEWS, SETTINGS, CODE = "views", "simulation settings", "code and packages"
CAUSES: Final = (NEW, REVISED, PARAMETERS, PROBABILITIES, VIEWS, SETTINGS)
_DIGESTS: Final = {PARAMETERS: "parameters", PROBABILITIES: "probabilities", VIEWS: "views", SETTINGS: "simulation"}
_KEYS: Final = {"observations": ["series_id", "period"]}  # of other tables the index or the first column


def changed_causes(before: Side, after: Side) -> list[str]:
    """Return the causes that can explain a difference between two runs, but for the code."""
    causes = []
    if before.book is not None and after.book is not None and before.book.digest != after.book.digest:
        if before.book.as_of != after.book.as_of or any(len(new) for _, new, _ in _split(before.book, after.book)):
            causes.append(NEW)
        if any(not same for *_, same in _split_same(before.book, after.book)):
            causes.append(REVISED)
    causes += [cause for cause, name in _DIGESTS.items() if before.digests.get(name) != after.digests.get(name)]
    return causes


def state_numbers(before: Side, after: Side, taken: frozenset[str], *, scenario: str, events: bool) -> pd.Series:
    """Compute the numbers of a scenario with some inputs of the later run and all others of the earlier one.

    Parameters
    ----------
    before, after : Side
    taken : frozenset of str
        The causes that have acted: their inputs are those of the later run.
    scenario : str
        Name of the scenario in both runs.
    events : bool
        Whether to compute the probabilities of claims and events too.

    Returns
    -------
    Series
        Values by the id of the number, see `numbers_by_id`.
    """

    def side(cause: str) -> Side:
        return after if cause in taken else before

    assert before.book is not None
    assert after.book is not None
    book = mixed_book(before.book, after.book, taken)
    held = [
        (statement, entry)
        for view in side(VIEWS).record["views"]
        if view["scenario"] in ("", scenario)
        for statement, entry in read_views([view["statement"]])
    ]
    settings: dict[str, Any] = side(SETTINGS).record["simulation"]
    with _home(side(PARAMETERS), side(PROBABILITIES)) as home:
        reference = side(PARAMETERS).record["scenarios"][scenario]
        named = str(home / "notebooks" / reference) if Path(reference).suffix else reference
        ens, _ = simulate_viewed(named, held, book=book, home=home, **settings)
        return numbers_by_id(ensemble_numbers(ens, book=book, home=home, events=events))


def numbers_by_id(numbers: pd.DataFrame) -> pd.Series:
    """Return the values of a table of numbers by their ids.

    Examples
    --------
    >>> row = {"kind": "quantile", "name": "", "series_id": "a", "period": "2030", "level": 0.5, "value": 3.0}
    >>> numbers_by_id(pd.DataFrame([row])).to_dict()
    {'a 2030 q0.5': 3.0}
    """
    ids = [number_id(row) for row in numbers.to_dict("records")]
    values = pd.Series(numbers["value"].to_numpy(), index=ids)
    return values[~values.index.duplicated()]


def mixed_book(before: Evidence, after: Evidence, taken: frozenset[str]) -> Evidence:
    """Return evidence with the new figures of a later book, with its revisions, with both or with none.

    A figure is new when the earlier book has none of its series and period. Events, planned dates and cards are new
    when the earlier book does not have their id. All else that differs is a revision. With new data the day is that
    of the later book.
    """
    chosen = taken & {NEW, REVISED}
    if len(chosen) != 1:
        return after if chosen else before
    news = NEW in chosen
    tables = {
        name: _joined(getattr(before, name), new) if news else same for (name, new, same) in _split(before, after)
    }
    digest = sha256(f"{before.digest}\n{after.digest}\n{sorted(chosen)}".encode()).hexdigest()
    return replace(before, **tables, as_of=after.as_of if news else before.as_of, digest=digest)


def _split(before: Evidence, after: Evidence) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Yield each table's name, the rows of the later book that are new, and its other rows."""
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, pd.DataFrame):
            known = _keys(new, field.name).isin(_keys(old, field.name))
            yield field.name, new[~known], new[known]


def _split_same(before: Evidence, after: Evidence) -> Iterator[tuple[str, bool]]:
    """Yield whether the rows of each table that both books know are the same."""
    for name, _, shared in _split(before, after):
        old = getattr(before, name)
        yield name, shared.reset_index(drop=True).equals(old.reset_index(drop=True))


def _keys(table: pd.DataFrame, name: str) -> pd.Index:
    if name in _KEYS:
        return pd.MultiIndex.from_frame(table[_KEYS[name]])
    return table.index if table.index.name else pd.Index(table.iloc[:, 0])


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    if new.empty:
        return old
    return pd.concat([old, new], ignore_index=old.index.name is None)


@contextmanager
def _home(parameters: Side, probabilities: Side) -> Iterator[Path]:
    """Lay out a workspace with the parameters of one run and the scenario probabilities of another."""
    with TemporaryDirectory() as temporary:
        home = Path(temporary)
        (home / "notebooks").mkdir()
        for name, content in parameters.files.items():
            if not name.startswith(("params/", "outside/")):
                continue
            if probabilities is not parameters and name in probabilities.files:
                other = probabilities.files[name]
                if name == TREE:
                    content = other
                elif is_scenario(name):
                    content = with_probability_of(content.decode(), other.decode()).encode()
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield home
