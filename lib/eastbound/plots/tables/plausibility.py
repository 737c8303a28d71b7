"""How plausible each scenario is: its probability in the tree, and its distance from the baseline's futures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound.catalogue import cards
from eastbound.ensemble.draws import one_scenario
from eastbound.ensemble.simulate import simulate
from eastbound.evaluation.plausibility import YEAR, scenario_plausibility
from eastbound.language import _, mark
from eastbound.plots.style import numbers
from eastbound.plots.table import Table

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.evidence.book import Evidence

_CAPTION: Final = mark(
    "Plausibility in {year}: share of the baseline's futures at least as far from the centre as the scenario"
)


def plausibility(ens: xr.Dataset, *, others: Iterable[str] = (), book: Evidence) -> Table:
    """Tabulate how far scenarios lie from the futures of the baseline.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, of one scenario; its views are not held here, because the baseline is compared as it is.
    others : iterable of str
        Names of scenarios beside it.
    book : Evidence
        The evidence of the ensemble.

    Returns
    -------
    Table
        Columns scenario, probability (in the tree), futures as far out (share of the baseline's futures that lie at
        least as far from their centre), furthest figure and its level. See `scenario_plausibility` for the measure.
        The scenario's own share is a result for the index; the baseline, whose futures they are, has none.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("price_slump", book=book, draws=128, until=2028)
    >>> table = plausibility(ens, book=book)
    >>> table.frame["probability"].tolist(), [result["name"] for result in table.results]
    (['15 %'], ['plausibility'])
    >>> plausibility(eb.simulate("baseline", book=book, draws=128, until=2028), book=book).results
    []
    """
    first = one_scenario(ens)
    options = {name: ens.attrs[name] for name in ("draws", "seed", "until")}
    baseline = simulate(
        "baseline", book=book, full=bool(ens.attrs["full"]), views=ens.attrs.get("changes", ()), **options
    )
    names = dict.fromkeys([first, *others])
    table = scenario_plausibility(baseline, names, book=book)
    year = min(YEAR, int(ens.attrs["until"]))
    frame = pd.DataFrame(
        {
            "scenario": table["title"].map(_),
            "probability": [_percent(value) for value in table["probability"]],
            "futures as far out": [_percent(value) for value in table["share"]],
            "furthest figure": [_(cards()[name].label) for name in table["furthest"]],
            "its level": [_percent(value) for value in table["level"]],
        }
    )
    own = table[table["scenario"] == first].iloc[0]
    result = {
        "name": "plausibility",
        "value": 100.0 * float(own["share"]),
        "unit": "percent",
        "note": _("Baseline futures as far from the centre in {year}", year=year),
        "text": _percent(own["share"]),
    }
    return Table(frame, _(_CAPTION, year=year), results=[] if first == "baseline" else [result])


def _percent(share: float) -> str:
    if math.isnan(share):
        return numbers.NONE
    if share < 0.01 or share > 0.99:
        return _("below 1 %") if share < 0.01 else _("above 99 %")
    return numbers.with_unit(f"{100.0 * share:.0f}", "percent")
