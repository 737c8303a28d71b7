"""Tables of checks by standard methods: residual diagnostics in words, and scores of second opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evaluation.diagnostics import LEVEL, MEANING
from eastbound.language import _, digits
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.verification import series_label, years_ahead
from eastbound.plots.words import worded

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
        failed = [
            _("{meaning} ({test})", meaning=worded(MEANING[test]), test=worded(test))
            for test in rows.loc[rows["failed"], "test"]
        ]
        name = _("{label}: {value}", label=series_label(book, str(series_id)), value=worded(str(fit)))
        line = {"fit": name, "errors": str(rows["n"].iloc[0])}
        line |= {str(row["test"]): _p_value(row) for _key, row in rows.iterrows()}
        lines.append(
            line | {"verdict": _("; ").join(failed) or _("no test fails at {share} %", share=f"{100 * LEVEL:.0f}")}
        )
    return Table(
        pd.DataFrame(lines), _("One-step errors of the fits: p-values of the tests, and what a failed one means")
    )


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
            "years ahead": years_ahead(int(row["ahead"]), last=int(scores["ahead"].max())),
            "outcomes": str(row["outcomes"]),
            "model": worded(row["model"]),
            "CRPS": numbers.fixed(row["crps"], 3),
            "CRPS, this suite": numbers.fixed(row["crps_ensemble"], 3),
            "skill of this suite": numbers.signed(1 - row["crps_ensemble"] / row["crps"]),
        }
        for _key, row in scores.iterrows()
    ]
    return Table(pd.DataFrame(lines), _("Scores of standard models on the same origins and years"))


def _p_value(row: pd.Series) -> str:
    value = float(row["p_value"])
    if row["test"] == "KPSS" and value in (0.01, 0.1):  # the ends of its table
        text = numbers.fixed(value, 2)
        words = _("at most {value}", value=text) if value == 0.01 else _("at least {value}", value=text)
    else:
        words = _("under {share}", share=digits("0.001")) if value < 0.001 else numbers.fixed(value, 3)
    return _("{value} (fails)", value=words) if row["failed"] else words
