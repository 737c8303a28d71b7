"""Forecasts of a subject, and forecasts from past vintages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import as_of_option, data_option, home_option, json_option, show
from eastbound.constants import DRAWS, SEED, UNTIL


@click.command()
@click.argument("subject")
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--until", type=int, default=UNTIL, show_default=True)
@as_of_option
@data_option
@home_option
@json_option
def forecast(subject: str, *, as_of: str | None, data: Path | None, as_json: bool, **options: Any) -> int:
    """Forecast one SUBJECT: trade, primorye or pipelines."""
    from eastbound.ensemble.forecast import as_text
    from eastbound.ensemble.forecast import forecast as run
    from eastbound.evidence.book import load_evidence

    record = run(subject, book=load_evidence(as_of, data=data), **options)
    show(record if as_json else as_text(record), as_json)
    return 0


@click.command()
@click.argument("subject")
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@data_option
@home_option
@json_option
def backtest(subject: str, *, data: Path | None, as_json: bool, **options: Any) -> int:
    """Forecast SUBJECT again from past data vintages and score what came."""
    from eastbound.evaluation.backtest import backtest as run
    from eastbound.evaluation.record import as_text, backtest_record
    from eastbound.evidence.book import load_evidence

    record = backtest_record(run(subject, book=load_evidence(data=data), **options), subject=subject)
    show(record if as_json else as_text(record), as_json)
    return 0
