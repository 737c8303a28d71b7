"""The numbers that sum the track record up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from eastbound.core.verification.calibration import coverage
from eastbound.core.verification.comparison import skill
from eastbound.evaluation.counted import counted
from eastbound.language import _
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.tables.results import results_table
from eastbound.plots.verification import series_label as _label

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def track_headline(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Table:
    """Tabulate how past forecasts of total trade and of China's share of Primorye's trade did.

    Parameters
    ----------
    tables : sequence of pandas.DataFrame
        Scored forecasts from `backtest`, one table per subject.
    book : Evidence
        Gives the names of the series.

    Returns
    -------
    Table
        For each of the two series, from one year ahead on: the share of outcomes inside the 80 % band, with the range
        that chance alone would give, and the skill against a random walk (1 - CRPS / CRPS of the random walk, above
        0 is better). Both are also emitted as named results, which index pages repeat. A series without scored
        outcomes has no row.
    """
    rows: list[dict[str, Any]] = []
    for series_id in (TRADE_TOTAL, CHINA_SHARE):
        parts = [counted(table[table["series_id"] == series_id]) for table in tables]
        part = pd.concat(parts, ignore_index=True)
        part = part[part["horizon"].astype(float) >= 1]
        paired = part[part["crps_reference"].notna()]
        if paired.empty:
            continue
        share, label = coverage(part["inside80"].to_numpy(dtype=bool)), _label(book, series_id)
        origins = _(
            "{origins} origins, {outcomes} outcomes that overlap", origins=part["origin"].nunique(), outcomes=len(part)
        )
        low, high = 100 * share.low, 100 * share.high
        head = {
            "name": f"track.{series_id}.coverage80",
            "label": _("{label}: outcomes inside the 80 % band", label=label),
        }
        text = fmt.with_unit(f"{100 * share.share:.0f}", "percent")
        rows.append(
            {
                **head,
                "value": 100 * share.share,
                "unit": "percent",
                "text": text,
                "range": fmt.with_unit(f"{low:.0f}–{high:.0f}", "percent"),
            }
        )
        gain = float(skill(paired["crps"].mean(), paired["crps_reference"].mean()))
        head = {
            "name": f"track.{series_id}.skill",
            "label": _("{label}: skill against a random walk, 1 year ahead and on", label=label),
        }
        rows.append({**head, "value": gain, "unit": "ratio", "text": fmt.signed(gain), "range": origins})
    return results_table(rows, caption=_("The track record in a few numbers"))
