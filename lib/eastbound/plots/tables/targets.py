"""Published targets as forecasts: what was announced, what came of it, and the suite's forecast beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evaluation.targets import TOO_FEW, target_summary
from eastbound.language import _, mark
from eastbound.plots.retold import retold
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.tables.sources import source_link
from eastbound.plots.verification import series_label as _label
from eastbound.plots.words import dated, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
_BESIDE = mark("{count} beside a forecast of ours: mean CRPS {theirs}, ours {ours}, skill {skill}")
_NO_LATER = mark("{count} beside one of ours that is no later: mean CRPS {theirs}, ours {ours}, skill {skill}")


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
    for _key, row in targets.iterrows():
        unit = str(row["unit"])
        level = fmt.level(row["value"], unit) if pd.notna(row["value"]) else fmt.interval(row["low"], row["high"], unit)
        stated = dated(str(row["published"]))
        if row["statements"] > 1:
            stated = _("{day}, {count} pages", day=stated, count=row["statements"])
        line = {"stated on": stated, "target": _target(book, row, level)}
        line |= {
            "source": source_link(row),
            "outcome": fmt.NONE,
            "met": _("open"),
            "ours": fmt.NONE,
            "CRPS, theirs": fmt.NONE,
        }
        line["CRPS, ours"] = fmt.NONE
        if row["status"] == "scored":
            line |= {"outcome": fmt.general(row["outcome"], 4), "met": _("met") if row["met"] else _("missed")}
            line["CRPS, theirs"] = fmt.fixed(row["crps"], 3)
            if pd.notna(row["origin"]):
                line["ours"] = f"{fmt.number(row['median'], unit)}, {dated(str(row['origin']))}"
                line["CRPS, ours"] = fmt.fixed(row["crps_ours"], 3)
        lines.append(line)
    columns = ["stated on", "target", "source", "outcome", "met", "CRPS, theirs", "ours", "CRPS, ours"]
    frame = pd.DataFrame(lines, columns=columns)
    return Table(
        frame,
        caption=_("Published targets: {subject}. {verdict}.", subject=worded(subject), verdict=_verdict(targets)),
        raw=("source",),
    )


def _verdict(targets: pd.DataFrame) -> str:
    """Return how many targets were met, mean scores beside ours, and whether the difference can be tested."""
    sums = target_summary(targets)
    counts = {name: sums[name] for name in ("scored", "stated", "met")}
    parts = [_("{scored} of {stated} have an outcome, {met} were met", **counts)]
    for name, message in (("paired", _BESIDE), ("earlier", _NO_LATER)):
        part = sums[name]
        if part["targets"]:
            scores = {"theirs": fmt.fixed(part["crps"], 3), "ours": fmt.fixed(part["crps_ours"], 3)}
            parts.append(_(message, count=part["targets"], **scores, skill=fmt.signed(part["skill"])))
    return _("; ").join([*parts, retold(str(sums["verdict"]), TOO_FEW)])


def _target(book: Evidence, row: pd.Series, level: str) -> str:
    label = _label(book, row["series_id"])
    return _("{label}, {period}: {level}", label=label, period=row["period"], level=level)
