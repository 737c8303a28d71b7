"""Tables of checks by standard methods: residual diagnostics in words, and scores of second opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evaluation.diagnostics import LEVEL, MEANING
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.verification import series_label

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def diagnostics_table(diagnostics: pd.DataFrame, *, book: Evidence) -> Table:
    """Return the p-value of each test by fit, and what each failed test means.

    Parameters
    ----------
    diagnostics : DataFrame
        From `eastbound.residual_diagnostics`.
    book : Evidence

    Returns
    -------
    Table
        Columns fit, errors (their number), a column of p-values for each test, verdict.
    """
    lines = []
    for (fit, series_id), rows in diagnostics.groupby(["fit", "series_id"], sort=False):
        failed = [f"{MEANING[test]} ({test})" for test in rows.loc[rows["failed"], "test"]]
        line = {"fit": f"{series_label(book, str(series_id))}: {fit}", "errors": str(rows["n"].iloc[0])}
        line |= {str(row["test"]): _p_value(row) for _, row in rows.iterrows()}
        lines.append(line | {"verdict": "; ".join(failed) or f"no test fails at {100 * LEVEL:.0f} %"})
    return Table(pd.DataFrame(lines), "One-step errors of the fits: p-values of the tests, and what a failed one means")


def opinion_score_table(scores: pd.DataFrame, *, book: Evidence) -> Table:
    """Return the mean CRPS of the standard models beside that of the ensemble.

    Parameters
    ----------
    scores : DataFrame
        From `eastbound.second_opinion_scores`.
    book : Evidence

    Returns
    -------
    Table
        Columns series, years ahead, outcomes, model, CRPS, CRPS of this suite and the share by which ours is lower.
    """
    lines = [
        {
            "series": series_label(book, str(row["series_id"])),
            "years ahead": f"{row['ahead']} or more" if row["ahead"] == scores["ahead"].max() else str(row["ahead"]),
            "outcomes": str(row["outcomes"]),
            "model": row["model"],
            "CRPS": f"{row['crps']:.3f}",
            "CRPS, this suite": f"{row['crps_ensemble']:.3f}",
            "skill of this suite": numbers.signed(1 - row["crps_ensemble"] / row["crps"]),
        }
        for _, row in scores.iterrows()
    ]
    return Table(pd.DataFrame(lines), "Scores of standard models on the same origins and years")


def _p_value(row: pd.Series) -> str:
    value = float(row["p_value"])
    mark = " (fails)" if row["failed"] else ""
    if row["test"] == "KPSS" and value in (0.01, 0.1):  # the ends of its table
        return f"{'at most 0.01' if value == 0.01 else 'at least 0.10'}{mark}"
    return f"{'under 0.001' if value < 0.001 else f'{value:.3f}'}{mark}"
