"""Forecasts of a subject, and forecasts from past vintages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eastbound.catalogue import subjects
from eastbound.cli.shared import (
    as_of_option,
    data_option,
    full_option,
    home_option,
    json_option,
    show,
    view_option,
    views_option,
)
from eastbound.constants import DRAWS, ORIGIN_DRAWS, SEED, UNTIL

_SUBJECTS = ", ".join(subjects())


@click.command(help=f"Forecast one SUBJECT: {_SUBJECTS}.")
@click.argument("subject")
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--until", type=int, default=UNTIL, show_default=True)
@views_option
@view_option
@full_option
@as_of_option
@data_option
@home_option
@click.option("--keep", is_flag=True, help="Keep it as the live forecast of its month; the first of a month counts.")
@json_option
def forecast(
    subject: str,
    *,
    as_of: str | None,
    data: Path | None,
    keep: bool,
    logged: bool,
    stated: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> int:
    """Print the forecast of a subject."""
    from eastbound.ensemble.forecast import as_text
    from eastbound.ensemble.forecast import forecast as run
    from eastbound.errors import InputError
    from eastbound.evaluation.live import keep_forecast
    from eastbound.evidence.book import load_evidence
    from eastbound.reports.vintage import settle_day
    from eastbound.scenarios.home import find_home

    if keep and as_of is not None:
        message = "a forecast from a past day is no live forecast; leave out --as-of or --keep."
        raise InputError(message)
    if as_of is not None:
        as_of = settle_day(find_home(options["home"]), as_of, data=data)
    book = load_evidence(as_of, data=data)
    from eastbound.scenarios.chosen_views import chosen_views

    views = chosen_views(logged=logged, stated=stated, as_of=as_of, home=options["home"])
    record = run(subject, book=book, views=views, **options)
    if keep:
        keep_forecast(record, home=options["home"])
    show(record if as_json else as_text(record), as_json)
    return 0


@click.command(help=f"Forecast one SUBJECT from past data vintages and score the outcomes: {_SUBJECTS}.")
@click.argument("subject")
@click.option(
    "--origin",
    "chosen",
    multiple=True,
    metavar="DATE",
    help="Day to forecast from; repeatable. Default: year ends and shocks.",
)
@click.option("--draws", type=int, default=ORIGIN_DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@full_option
@data_option
@home_option
@json_option
def backtest(subject: str, *, chosen: tuple[str, ...], data: Path | None, as_json: bool, **options: Any) -> int:
    """Print the scores of past forecasts of a subject."""
    from eastbound.evaluation.backtest import backtest as run
    from eastbound.evaluation.scorecard import backtest_record
    from eastbound.evaluation.targets import target_scores
    from eastbound.evaluation.text import as_text
    from eastbound.evidence.book import load_evidence

    book = load_evidence(data=data)
    table = run(subject, origins=chosen or None, book=book, **options)
    record = backtest_record(table, subject=subject, targets=target_scores(table, book, subject=subject))
    show(record if as_json else as_text(record), as_json)
    return 0
