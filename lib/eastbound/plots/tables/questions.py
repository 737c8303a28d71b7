"""Table of the standing questions with their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import scenario_of
from eastbound.plots.retold import retold
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated
from eastbound.risk.answers import TOO_FEW
from eastbound.risk.questions import ask
from eastbound.risk.text import number_text
from eastbound.typing import Record

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from eastbound.evidence.book import Evidence
_NO_ANSWER = mark("not answered by this simulation")
_CAPTION = mark("Standing questions: {answered} of {count} are answered with a number")


def questions(ens: xr.Dataset, *, book: Evidence, scenario: str | None = None, home: Path | None = None) -> Table:
    """Tabulate the standing questions of ``params/questions.yml``: the answer, its range, and what is not answered.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
    scenario : str, optional
        Its name; default is the first of the ensemble. Other scenarios that a question names are simulated with the
        same draws where the ensemble lacks them.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns question, answer, range (of a quantity the central 80 %, of a probability its range over the drift views
        and their mixture) and missing figure.
    """
    records = ask(scenario=scenario_of(ens, scenario), book=book, ens=ens, home=home)
    rows = [_row(record) for record in records]
    answered = sum(record["status"] != "no_basis" for record in records)
    caption = _(_CAPTION, answered=answered, count=len(records))
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def _row(record: Record) -> dict[str, str]:
    question = str(record["question"])
    row = {"question": _(question), "answer": numbers.NONE, "range": numbers.NONE}
    if record["status"] != "no_basis":
        asked = str(record["label"])
        label = _(asked)
        value = _value(record["value"], record["unit"], record["mcse"])
        row["answer"] = _("{label}: {value}", label=label[0].upper() + label[1:], value=value)
        row["range"] = _range(record)
    figure = str(record["missing"])
    missing = [_(figure)] if figure else []
    missing += [_unanswered(**part) for part in record["unanswered"]]
    return {**row, "missing figure": _("; ").join(missing) or numbers.NONE}


def _unanswered(label: str, reason: str) -> str:
    return _("{label}: {value}", label=_(label), value=retold(reason, TOO_FEW, otherwise=_NO_ANSWER))


def _value(value: float | None, unit: str, mcse: float | None = None) -> str:
    if unit == "year":
        return dated(number_text(value, unit))
    if value is None:
        return numbers.NONE
    if unit == "ratio":  # the words of the answer say what it is
        return numbers.plain(value, unit)
    if unit == "probability":
        return numbers.probability(value, mcse or 0.0)
    return numbers.number(value, unit)


def _range(record: Record) -> str:
    if not record["interval"] or record["interval"][0] == record["interval"][1]:
        return numbers.NONE
    low, high = record["interval"]
    if record["unit"] == "probability":
        return numbers.between(numbers.probability(low), numbers.probability(high))
    if record["unit"] == "year" or None in (low, high):
        ends = (_("later") if edge is None else dated(number_text(edge, "year")) for edge in (low, high))
        return numbers.between(*ends)
    return numbers.interval(low, high, record["unit"])
