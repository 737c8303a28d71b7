"""The sentences that open the page on risk: how bad it may get, and which event weighs most."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xarray as xr

from eastbound.ensemble import summary
from eastbound.ensemble.headline import Headline, headline_numbers
from eastbound.language import _
from eastbound.plots import summary_sentences as say
from eastbound.plots.bands import only, scenario_of
from eastbound.plots.tables.executive_summary import movers, phrase_of
from eastbound.plots.text import Text
from eastbound.risk.sample import Sample
from eastbound.risk.shortfall import shortfall
from eastbound.scenarios.reporting import load_reporting

_LEVEL: Final = 0.9


def risk_summary(ens: xr.Dataset, *, home: Path | None = None) -> Text:
    """Answer how bad the first headline quantity may get, and what would move it most.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Text
        The mean of the worst tenth of futures; the probability of falling below the lowest threshold of
        ``params/reporting.yml``; and the scenarios of the tree that move the quantity most.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2030, quick=True)
    >>> risk_summary(ens).sentences[0].startswith("In the worst 10 % of simulated futures trade between China")
    True
    """
    part = only(ens, scenario_of(ens))
    items = headline_numbers(part, home=home)
    first = next((item for item in items if item.kind == "median"), None)
    if first is None:
        return Text((_("This ensemble holds no headline quantity."),))
    worst = [say.sentence(_worst(part, first, home)), *_below(part, first, home)]
    return Text((*worst, *movers(part, items, home)))


def _worst(ens: xr.Dataset, item: Headline, home: Path | None) -> str:
    table = shortfall(Sample(ens), item.series, at=item.year, levels=[_LEVEL], against=item.value)
    value = item.value - float(table["shortfall"].iloc[0])
    phrase, unit = phrase_of(ens, item.series, home), item.unit
    return say.worst_clause(phrase, year=item.year, level=_LEVEL, value=value, median=item.value, unit=unit)


def _below(ens: xr.Dataset, item: Headline, home: Path | None) -> list[str]:
    levels = load_reporting(home).thresholds_of(item.series)
    if not levels:
        return []
    row = summary.exceedance(ens, item.series, levels[0], at=item.year, op="<").iloc[0]
    chance, error = float(row["probability"]), float(row["mcse"])
    phrase = phrase_of(ens, item.series, home)
    clause = say.level_clause(phrase, year=item.year, level=levels[0], unit=item.unit, probability=chance, mcse=error)
    return [say.sentence(clause)]
