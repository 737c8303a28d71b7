"""The numbers that open a report, as params/reporting.yml lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import xarray as xr

from eastbound.ensemble.headline import Headline, headline_numbers
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import label_of, only, scenario_of
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.scenarios.reporting import load_reporting

_CLAIMED: Final = mark("{label}: probability of {band} in {year}, as claimed by {who}")


@dataclass(frozen=True)
class HeadlineRow:
    """Hold one number of the headline as people read it.

    Parameters
    ----------
    number : Headline
        The number itself.
    label : str
        What the number is, in words.
    text, range : str
        The value and its range.
    """

    number: Headline
    label: str
    text: str
    range: str


def headline(ens: xr.Dataset, *, subject: str = "", scenario: str | None = None) -> Table:
    """Tabulate the numbers that open a report, and emit each of them as a result that index pages repeat.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; a horizon before the year of a number moves that number to its last year.
    subject : str
        Beginning of the series ids to keep, such as ``"trade.primorye"``; all by default.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Table
        Columns quantity, value, range.
    """
    rows = [row for row in headline_rows(ens, scenario=scenario) if row.number.series.startswith(subject)]
    columns = ["quantity", "value", "range"]
    frame = pd.DataFrame([(row.label, row.text, row.range) for row in rows], columns=columns)
    results = [
        {
            "name": row.number.name,
            "value": row.number.value,
            "unit": row.number.unit,
            "note": row.label,
            "text": row.text,
            "range": row.range,
        }
        for row in rows
    ]
    return Table(frame, caption=caption_with(_("In numbers"), held_text(ens)), results=results)


def headline_rows(ens: xr.Dataset, *, scenario: str | None = None) -> list[HeadlineRow]:
    """Return the numbers that open a report with their words, in the order of params/reporting.yml.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    list of HeadlineRow
        One per entry of `headline` in that file, see `headline_numbers`.
    """
    part = only(ens, scenario_of(ens, scenario))
    words = {"median": _median, "target": _target, "claim": _claim}
    return [words[item.kind](item, label_of(part, item.series)) for item in headline_numbers(part)]


def _median(item: Headline, label: str) -> HeadlineRow:
    span = numbers.interval(item.low, item.high, item.unit)
    text = numbers.number(item.value, item.unit)
    quantity = _("{label} in {year}, median", label=label, year=item.year)
    return HeadlineRow(item, quantity, text, _("80 % of futures: {span}", span=span))


def _target(item: Headline, label: str) -> HeadlineRow:
    target = load_reporting().target
    level = numbers.level(target.value, target.unit)
    return HeadlineRow(
        item,
        _("{label}: probability of at least one year at {level} by {year}", label=label, level=level, year=item.year),
        numbers.probability(item.value / 100, item.mcse / 100),
        _("Monte-Carlo error {error} points", error=numbers.fixed(item.mcse, 1)),
    )


def _claim(item: Headline, label: str) -> HeadlineRow:
    claim = load_reporting().claim
    low, high = (
        numbers.probability(value / 100, error / 100)
        for value, error in ((item.low, item.low_mcse), (item.high, item.high_mcse))
    )
    band = numbers.interval(claim.low, claim.high, claim.unit)
    return HeadlineRow(
        item,
        _(_CLAIMED, label=label, band=band, year=item.year, who=_(claim.stated_by)),
        numbers.probability(item.value / 100, item.mcse / 100),
        _("drift models: {low} to {high}", low=low, high=high),
    )
