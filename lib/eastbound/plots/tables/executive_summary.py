"""The summary that opens a report: the answer in a few sentences, made from the numbers of the forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr

from eastbound.ensemble import summary
from eastbound.ensemble.forecast_rows import YEARS
from eastbound.ensemble.headline import Headline, headline_numbers, last_observed
from eastbound.ensemble.with_views import held_text
from eastbound.evaluation.annual_summary import annual_summaries
from eastbound.evaluation.counted import counted
from eastbound.language import _, mark
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots import summary_sentences as say
from eastbound.plots.bands import label_of, only, scenario_of, titles, years_in
from eastbound.plots.text import Text
from eastbound.plots.verification import series_label
from eastbound.risk.register import SIGNIFICANT, risk_register
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

BASELINE: Final = "baseline"
_NEW_LINE: Final = ("gas.pos2.deliveries", mark("Power of Siberia 2"))


def executive_summary(ens: xr.Dataset, *, book: Evidence, home: Path | None = None) -> Text:
    """Answer the questions of the suite in four or five sentences, from the numbers of the forecast.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    book : Evidence
        Gives the last observed years.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Text
        The standing of the scenario, where it is not the baseline; trade with the published target; China's share of
        Primorye's trade with the published claim; pipelines; and the scenarios that move trade most. Every number is
        one of the JSON of `forecast`, rounded.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, until=2030, quick=True)
    >>> executive_summary(ens, book=book).sentences[0].split(",")[0].startswith("Trade between China and Russia is")
    True
    """
    part = only(ens, scenario_of(ens))
    name = str(part["scenario"].to_numpy()[0])
    items = headline_numbers(part, home=home)
    sentences = [] if name == BASELINE else [_standing(part, name, home)]
    clauses = [(item, _clause(item, part, book=book, home=home)) for item in items]
    # trade takes two sentences, because the first explains the range; the share and the pipelines take one each
    sentences += [say.sentence(text) for item, text in clauses if item.series == TRADE_TOTAL]
    sentences += _joined([text for item, text in clauses if item.series == CHINA_SHARE])
    others = [text for item, text in clauses if item.series not in (TRADE_TOTAL, CHINA_SHARE)]
    sentences += _joined([*others, *_new_line(part, home)])
    if name == BASELINE:
        sentences += movers(part, items, home)
    if held_text(ens):
        sentences.append(_("These figures hold the views of this report, which stand at the end of the page."))
    return Text(tuple(sentences))


def past_forecasts(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Text:
    """State the record of past forecasts of total trade and of China's share, one line each.

    Parameters
    ----------
    tables : sequence of DataFrame
        Scored forecasts from `backtest`, one table per subject.
    book : Evidence
        Gives the names of the series.

    Returns
    -------
    Text
        For each series, how many outcomes one year ahead and further fell inside the 80 % interval.
    """
    sentences = []
    for series_id in (TRADE_TOTAL, CHINA_SHARE):
        parts = [counted(table[table["series_id"] == series_id]) for table in tables]
        part = pd.concat(parts, ignore_index=True)
        part = part[part["horizon"].astype(float) >= 1]
        if len(part):
            inside = int(part["inside80"].astype(bool).sum())
            origins = int(part["origin"].nunique())
            label = series_label(book, series_id)
            sentences.append(say.record_sentence(label, inside=inside, total=len(part), origins=origins))
    return Text(tuple(sentences) or (_("No past forecast has an outcome yet."),))


def _standing(ens: xr.Dataset, name: str, home: Path | None) -> str:
    scenario = load_scenario(name, home=home)
    chance = None if scenario.probability is None else scenario.probability.value
    return say.standing(titles(ens)[name], probability=chance, stress_test=scenario.stress_test)


def _joined(clauses: Sequence[str]) -> list[str]:
    return [say.sentence(*clauses)] if clauses else []


def _clause(item: Headline, ens: xr.Dataset, *, book: Evidence, home: Path | None) -> str:
    reporting = load_reporting(home)
    if item.kind == "target":
        return say.target_clause(item, reporting.target)
    if item.kind == "claim":
        return say.claim_clause(item, reporting.claim)
    conditional = str(ens["scenario"].to_numpy()[0]) != BASELINE
    quantity = say.Quantity(
        phrase=phrase_of(ens, item.series, home),
        number=item,
        observed=last_observed(book, item.series),
        baseline=_baseline(item, ens, book=book, home=home) if conditional else None,
        of=next((entry.of for entry in reporting.headline if entry.series == item.series and entry.of), ""),
    )
    return say.median_clause(quantity, conditional=conditional, explain=item.series == TRADE_TOTAL)


def phrase_of(ens: xr.Dataset, series_id: str, home: Path | None = None) -> str:
    """Return the name of a quantity in a sentence, as ``params/reporting.yml`` has it, else the label of the series."""
    phrases = {entry.series: entry.phrase for entry in load_reporting(home).headline if entry.phrase}
    return _(phrases[series_id]) if series_id in phrases else label_of(ens, series_id)


def _baseline(item: Headline, ens: xr.Dataset, *, book: Evidence, home: Path | None) -> float:
    """Return the median of the baseline, simulated with the same random numbers."""
    table = annual_summaries(ens, item.series, scenarios=[BASELINE], book=book, home=home)
    row = table[(table["period"] == str(item.year)) & (table["level"] == 0.5)]
    return float(row["value"].iloc[0])


def _new_line(ens: xr.Dataset, home: Path | None) -> Iterator[str]:
    """Yield the sentence on the planned pipeline, in the last of `YEARS` that the ensemble covers."""
    series_id, name = _NEW_LINE
    if series_id in ens:
        year = years_in(ens, YEARS)[-1]
        level = load_reporting(home).thresholds_of(series_id)[0]
        row = summary.exceedance(ens, series_id, level, at=year).iloc[0]
        yield say.opening_clause(name, year=year, probability=row["probability"], mcse=row["mcse"])


def movers(ens: xr.Dataset, items: Sequence[Headline], home: Path | None = None) -> list[str]:
    """Return the sentence on the scenarios of the tree that move the first median most, in a list that may be empty.

    Parameters
    ----------
    ens : xarray.Dataset
        Of one scenario.
    items : sequence of Headline
        Its headline numbers.
    home : Path, optional
        Workspace with ``params``.
    """
    first = next((item for item in items if item.kind == "median"), None)
    table = risk_register(ens, home=home)
    if first is None or table.empty:
        return []
    table = table[(table["kind"] == "scenario") & (table["series_id"] == first.series)]
    table = table[table["impact"].abs() >= SIGNIFICANT * table["impact_mcse"]].sort_values("impact", kind="stable")
    down, up = ([_(title) for title in table[side]["title"]] for side in (table["impact"] < 0, table["impact"] > 0))
    if not (down or up):
        return []
    phrase = phrase_of(ens, first.series, home)
    return [say.sentence(say.movers_clause(*(down[:1] or [""]), *(up[-1:] or [""]), phrase=phrase))]
