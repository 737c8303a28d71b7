"""The test on China's other partners, as the benchmark last ran it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from eastbound.evaluation.panel import FIRST_ORIGIN, MODEL
from eastbound.evaluation.panel_summary import load_results
from eastbound.evaluation.partner_data import load_partners
from eastbound.language import _, mark
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.words import worded

_CAPTION: Final = mark(
    "China's trade with other partners, origins {first}–{before} (the figures end in {last}): score saved, percent, "
    "and outcomes inside the bands (after a break)"
)


def partner_panel() -> Table:
    """Tabulate how the yearly core of the trade model does on China's other partners.

    Returns
    -------
    Table
        Per flow and years ahead: partners, origins, outcomes, CRPS in logs, skill against a walk and against
        the partner's own drift with the standard errors of a bootstrap of origin years, and the percent of
        outcomes inside the bands, in all and after a break.
    """
    rows = load_results()
    lines = [
        {
            "flow": worded(row["flow"]),
            "years ahead": str(row["horizon"]),
            "partners": str(row["partners"]),
            "origins": str(row["origins"]),
            "outcomes": str(row["outcomes"]),
            "CRPS": numbers.fixed(row["crps"], 3),
            "over a walk": _percent(row, "over_walk"),
            "over own drift": _percent(row, "over_drift"),
            "inside 80 %": f"{row['cover80']:.0f} ({row['cover80_broken']:.0f})",
            "inside 95 %": f"{row['cover95']:.0f} ({row['cover95_broken']:.0f})",
        }
        for row in rows[rows["model"] == MODEL].to_dict("records")
    ]
    last = load_partners().years[-1]
    caption = _(_CAPTION, first=FIRST_ORIGIN, before=last - 1, last=last)
    return Table(pd.DataFrame(lines), caption)


def _percent(row: Mapping[Any, Any], name: str) -> str:
    return f"{100 * row[name]:+.0f} ± {100 * row[name + '_error']:.0f}".replace("-", "−")
