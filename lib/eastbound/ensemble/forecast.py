"""The forecast of one subject as a record with a schema, for people and machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from eastbound import catalogue
from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.ensemble import forecast_rows as records
from eastbound.ensemble.checks import check_utilization
from eastbound.ensemble.headline import headline_records
from eastbound.ensemble.subjects import additions
from eastbound.ensemble.with_views import changes_of, read_views, simulate_viewed, view_text
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.settings import load_settings
from eastbound.scenarios.statements import Statement
from eastbound.scenarios.view_log import Entry
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def forecast(  # noqa: PLR0913 - the names that notebooks and the command line share
    subject: str,
    *,
    scenario: str = "baseline",
    book: Evidence | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    full: bool = False,
    views: Iterable[str | Statement | Entry] = (),
    home: Path | None = None,
) -> Record:
    """Return the forecast of a subject: quantiles by year, probabilities, drift variants.

    Parameters
    ----------
    subject : str
        One of `eastbound.catalogue.subjects`, such as ``trade``.
    scenario : str
        A scenario name or path.
    book : Evidence, optional
        The evidence to forecast from; default is everything known.
    draws : int
        Joint draws per scenario.
    seed : int
        Root entropy.
    until : int
        Last year that is simulated.
    full : bool
        Fit the models by Markov chains.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.
    views : iterable of str, Statement or Entry
        Views, paths and changed settings that should hold, as in `simulate_viewed`.

    Returns
    -------
    dict
        Schema ``forecast/1``: for each series its unit and rows of mean and
        quantiles per year, and probabilities with Monte-Carlo errors; the numbers that open a report
        (`headline_records`); the probability of the scenario and whether it is a stress test; warnings
        of what is not plausible; ``views``, when any hold, with the size of each.

    Raises
    ------
    UnknownName
        If no series of that subject is marked as a headline in ``series.csv``.
    """
    heads = catalogue.headlines(subject)
    held = read_views(views)
    ens, sizes = simulate_viewed(scenario, held, book=book, draws=draws, seed=seed, until=until, full=full, home=home)
    reporting, known = load_reporting(home), load_evidence() if book is None else book
    series = [_series(ens, name, thresholds=reporting.thresholds_of(name)) for name in heads]
    record: Record = {
        "schema": "forecast/1",
        "subject": subject,
        "scenario": str(ens["scenario"].to_numpy()[0]),
        **_standing(scenario, home),
        "as_of": ens.attrs["as_of"],
        "seed": seed,
        "draws": ens.attrs["draws"],
        "fit": "full" if full else "fast",
        "inputs": f"sha256:{ens.attrs['digest']}",
        **({"views": sizes} if sizes else {}),
        "warnings": check_utilization(ens, subject=subject, home=home),
        "headline": headline_records(ens, subject, book=known, home=home),
        "series": series,
    }
    extra = additions(subject)
    if extra is None:
        return record
    settings = load_settings(subject, home=home, changes=changes_of(held))
    completed: Record = extra.complete(record, ens, book=known, settings=settings, reporting=reporting)
    return completed


def _standing(name: str, home: Path | None) -> Record:
    """Return what a scenario claims to be: its probability, if judged, and whether it only tests the tail."""
    scenario = load_scenario(name, home=home)
    probability = None if scenario.probability is None else scenario.probability.value
    return {"probability": probability, "stress_test": scenario.stress_test}


def _series(ens: xr.Dataset, series_id: str, *, thresholds: Sequence[float]) -> Record:
    return {
        "id": series_id,
        "unit": ens[series_id].attrs["unit"],
        "freq": "Y",
        "rows": records.rows(ens, series_id),
        "probabilities": records.probabilities(ens, series_id, thresholds) if thresholds else [],
    }


def as_text(record: Record) -> str:
    """Return a forecast record as a table for the terminal: median and 50, 80, 95 % intervals by year."""
    run = f"as of {record['as_of']}, {record['draws']} draws, {record['fit']} fit"
    lines = [f"{record['subject']} under `{record['scenario']}`, {run}"]
    lines += [view_text(view) for view in record.get("views", ())]
    for series in record["series"]:
        lines += [
            "",
            f"{series['id']} [{series['unit']}]",
            "year    median       50 %               80 %               95 %",
        ]
        lines += [_line(row) for row in series["rows"]]
        lines += [
            f"P({p['op']} {p['threshold']:g} in {p['period']}) = {p['probability']:.3f} ± {p['mcse']:.3f}"
            for p in series["probabilities"]
        ]
    extra = additions(record["subject"])
    lines += extra.as_lines(record) if extra else []
    lines += [f"warning: {text}" for text in record["warnings"]]
    return "\n".join(lines)


def _line(row: Record) -> str:
    q = row["quantiles"]
    if q["0.5"] is None:
        return f"{row['period']}    not defined"
    pairs = (("0.25", "0.75"), ("0.1", "0.9"), ("0.025", "0.975"))
    bands = "".join(f"{q[low]:>9.4g} –{q[high]:>8.4g}" for low, high in pairs)
    return f"{row['period']}  {q['0.5']:>8.4g} {bands}"
