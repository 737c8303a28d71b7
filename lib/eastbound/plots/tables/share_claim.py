"""Tables on the published claim about China's share: what it needs, what would show it, how the grading moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import xarray as xr

from eastbound.ensemble import share_claim
from eastbound.ensemble.with_views import held_text
from eastbound.evaluation.result_cache import cached
from eastbound.language import _, digits, mark
from eastbound.plots.bands import label_of, only, scenario_of
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.scenarios.inputs import inputs_digest, load_inputs
from eastbound.scenarios.reporting import Claim, load_reporting
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEVELS: Final = (0.3, 0.05)  # probabilities at which the claim counts as a live possibility, or as remote
_POINTS: Final = (-2.5, 0.0, 2.5)  # half the width of the judged ranges of the latest years

_NEEDS: Final = mark("Share of {band} in {year}: median and central 80 % of {count} futures that hold it")
_SIGNALS: Final = mark("Share whose observation moves the probability of {band} in {year}, and its chance today")


def claim_needs(ens: xr.Dataset, *, scenario: str | None = None) -> Table:
    """Tabulate trade and drift in the futures in which the published claim comes true, beside all futures.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, to the year of the claim.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a quantity: median and central 80 %.
    """
    claim = load_reporting().claim
    if not _reaches(ens, claim):
        return _too_short(claim)
    table = share_claim.claim_needs(only(ens, scenario_of(ens, scenario)), claim)
    rows = []
    for name, part in table.groupby("quantity", sort=False):
        texts = {row["futures"]: _range(row) for _key, row in part.iterrows()}
        drift = name == share_claim.CHANGE
        label = _("change of the log ratio a year") if drift else label_of(ens, str(name))
        rows.append({"quantity": label, "all futures": texts["all"], "futures in which it holds": texts["inside"]})
    count = int(table.loc[table["futures"] == "inside", "draws"].iloc[0])
    caption = _(_NEEDS, band=_band(claim), year=claim.year, count=count)
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def claim_signals(ens: xr.Dataset, *, years: Sequence[int], scenario: str | None = None) -> Table:
    """Tabulate the share that has to be observed for the claim to pass 30 % or to fall under 5 %.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, to the year of the claim.
    years : sequence of int
        Years of the observation.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a year; the chance of such an observation stands behind the share.
    """
    claim = load_reporting().claim
    if not _reaches(ens, claim):
        return _too_short(claim)
    part = only(ens, scenario_of(ens, scenario))
    table = share_claim.claim_signals(part, claim, years=years, levels=_LEVELS)
    by_signal = {(row["observed"], row["level"]): row for _key, row in table.iterrows()}
    likely, remote = (numbers.level(100 * level, "percent") for level in _LEVELS)
    rows = [
        {
            "year of the observation": str(year),
            _("passes {chance} from", chance=likely): _signal(by_signal[year, _LEVELS[0]], above=True),
            _("under {chance} below", chance=remote): _signal(by_signal[year, _LEVELS[1]], above=False),
        }
        for year in years
    ]
    caption = _(_SIGNALS, band=_band(claim), year=claim.year)
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def claim_gradings(book: Evidence) -> Table:
    """Tabulate the claim's probability with the judged ranges of the latest years moved by half their width.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        One row a grading; without events.
    """
    claim, settings = load_reporting().claim, load_inputs("primorye")
    key: Record = {
        "gradings": book.digest,
        "settings": inputs_digest(settings),
        "claim": claim.model_dump(),
        "points": _POINTS,
    }
    make = partial(_gradings, book, settings, claim)
    table = pd.DataFrame(cached(key, make, task="Refitting the share with other judged ranges"))
    rows = [
        {
            "judged ranges": _moved(row["points"]),
            _("median share in {year}", year=claim.year): numbers.number(row["median"], claim.unit),
            _("inside {band}", band=_band(claim)): numbers.probability(row["probability"], row["mcse"]),
        }
        for _key, row in table.iterrows()
    ]
    years = _(" and ").join(map(str, settings["shared_error_years"]))
    caption = _("Share with other judged ranges of {years}, without events", years=years)
    return Table(pd.DataFrame(rows), caption=caption)


def _moved(points: float) -> str:
    if points == 0:
        return _("as judged")
    return _("moved by {points} points", points=digits(f"{points:+g}".replace("-", numbers.MINUS)))


def _gradings(book: Evidence, settings: Mapping[str, Any], claim: Claim) -> Record:
    table = share_claim.claim_by_grading(book, settings, claim, points=_POINTS)
    return {str(name): table[name].tolist() for name in table}


def _signal(row: pd.Series, *, above: bool) -> str:
    if pd.isna(row["share"]):
        return _("no share")
    chance = row["chance"] if above else 1.0 - row["chance"]
    return _("{share} % (chance {chance} %)", share=f"{row['share']:.0f}", chance=f"{100 * chance:.0f}")


def _range(row: pd.Series) -> str:
    if pd.isna(row["median"]):
        return _("too few")
    if row["quantity"] == share_claim.CHANGE:
        middle, low, high = (
            digits(f"{row[key]:+.3f}".replace("-", numbers.MINUS)) for key in ("median", "low", "high")
        )
        return f"{middle} ({numbers.between(low, high)})"
    unit = str(row["unit"])
    return f"{numbers.plain(row['median'], unit)} ({numbers.interval(row['low'], row['high'], unit)})"


def _band(claim: Claim) -> str:
    return numbers.interval(claim.low, claim.high, claim.unit)


def _reaches(ens: xr.Dataset, claim: Claim) -> bool:
    return int(ens["period"].dt.year[-1]) >= claim.year


def _too_short(claim: Claim) -> Table:
    caption = _("The forecast ends before {year}, the year of the claim", year=claim.year)
    return Table(pd.DataFrame({"": [_("none")]}), caption=caption)
