"""Published targets as forecasts: what was announced, what came of it, and the suite's forecast beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evaluation.targets import target_summary
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.tables.sources import source_link
from eastbound.plots.verification import series_label as _label

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def target_table(targets: pd.DataFrame, *, book: Evidence, subject: str) -> Table:
    """Return published targets, their outcomes, and our forecast beside them.

    Parameters
    ----------
    targets : DataFrame
        From `target_scores`.
    book : Evidence
    subject : str
        Whose targets they are, for the caption.

    Returns
    -------
    Table
        Columns stated on, target, source (a link), outcome, met, our forecast and its origin, CRPS of both.
    """
    lines: list[dict[str, str]] = []
    for _, row in targets.iterrows():
        unit = str(row["unit"])
        level = fmt.level(row["value"], unit) if pd.notna(row["value"]) else fmt.interval(row["low"], row["high"], unit)
        stated = str(row["published"]) + (f", {row['statements']} pages" if row["statements"] > 1 else "")
        line = {"stated on": stated, "target": f"{_label(book, row['series_id'])}, {row['period']}: {level}"}
        line |= {
            "source": source_link(row),
            "outcome": fmt.NONE,
            "met": "open",
            "ours": fmt.NONE,
            "CRPS, theirs": fmt.NONE,
        }
        line["CRPS, ours"] = fmt.NONE
        if row["status"] == "scored":
            line |= {"outcome": f"{row['outcome']:.4g}", "met": "met" if row["met"] else "missed"}
            line["CRPS, theirs"] = f"{row['crps']:.3f}"
            if pd.notna(row["origin"]):
                line["ours"] = f"{fmt.number(row['median'], unit)}, {row['origin']}"
                line["CRPS, ours"] = f"{row['crps_ours']:.3f}"
        lines.append(line)
    columns = ["stated on", "target", "source", "outcome", "met", "CRPS, theirs", "ours", "CRPS, ours"]
    frame = pd.DataFrame(lines, columns=columns)
    return Table(frame, caption=f"Published targets: {subject}. {_verdict(targets)}.", raw=("source",))


def _verdict(targets: pd.DataFrame) -> str:
    """Return how many targets were met, mean scores beside ours, and whether the difference can be tested."""
    sums = target_summary(targets)
    parts = [f"{sums['scored']} of {sums['stated']} have an outcome, {sums['met']} were met"]
    for name, words in (("paired", "beside a forecast of ours"), ("earlier", "beside one of ours that is no later")):
        part = sums[name]
        if part["targets"]:
            means = f"mean CRPS {part['crps']:.3f}, ours {part['crps_ours']:.3f}, skill {fmt.signed(part['skill'])}"
            parts.append(f"{part['targets']} {words}: {means}")
    return "; ".join([*parts, str(sums["verdict"])])
