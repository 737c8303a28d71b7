"""Table of value at risk and expected shortfall by year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr

from eastbound.ensemble.summary import variable
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import label_of, only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.risk.sample import Sample
from eastbound.risk.shortfall import LEVELS, Worse
from eastbound.risk.shortfall import shortfall as measure

TOO_FEW = mark("too few draws")

_CAPTIONS = {
    (True, True): mark("Shortfall below the median of the baseline: {label}"),
    (True, False): mark("Shortfall below the median of the scenario: {label}"),
    (False, True): mark("Excess over the median of the baseline: {label}"),
    (False, False): mark("Excess over the median of the scenario: {label}"),
}


def shortfall(
    ens: xr.Dataset,
    series_id: str,
    *,
    at: Sequence[int],
    levels: Sequence[float] = LEVELS,
    worse: Worse = "lower",
    scenario: str | None = None,
) -> Table:
    """Tabulate how far a series falls short of its median in the worst futures of each year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`. The loss is measured against the median of the baseline, or of the scenario itself when the
        ensemble has no baseline.
    series_id : str
        A variable of the ensemble.
    at : sequence of int
        Years; those that the ensemble does not cover are left out.
    levels : sequence of float
        Confidence levels, between 0 and 1.
    worse : {"lower", "higher"}
        Whether less or more of the series is the loss.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Table
        One row a year and level: the median that the loss is measured against, value at risk, expected shortfall with
        its Monte-Carlo error, draws in the tail. With fewer than 200 of them the cell says so.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> shortfall(ens, "trade.china_russia.total", at=[2030], levels=[0.9]).frame["expected shortfall"].tolist()
    ['too few draws: 25 of 200']
    """
    name = scenario_of(ens, scenario)
    names = [str(known) for known in ens["scenario"].to_numpy()]
    base = "baseline" if "baseline" in names else name
    sample = Sample(ens if base != name else only(ens, name))
    table = measure(sample, series_id, at=years_in(ens, at), levels=levels, against=base, worse=worse)
    card = variable(ens, series_id).attrs
    unit = str(card["unit"])
    rows = []
    for _key, row in table[table["scenario"] == name].iterrows():
        mean = f"{numbers.number(row['shortfall'], unit)} ± {numbers.plain(row['mcse'])}"
        rows.append(
            {
                "year": row["period"],
                "worst": _("{share} % of futures", share=numbers.general(100 * (1 - row["level"]), 3)),
                "reference median": numbers.number(row["baseline"], unit),
                "loss exceeded (VaR)": numbers.number(row["var"], unit),
                "expected shortfall": mean
                if row["enough"]
                else _("too few draws: {count} of {needed}", count=row["tail"], needed=200),
                "draws in the tail": str(row["tail"]),
            }
        )
    caption = _(_CAPTIONS[worse == "lower", base == "baseline"], label=label_of(ens, series_id))
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))
