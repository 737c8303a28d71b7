"""Standing questions, questions written on the spot, and published claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import as_of_option, data_option, home_option, json_option, show
from eastbound.constants import DRAWS, SEED, UNTIL


@click.command()
@click.argument("question_id", metavar="[ID]", required=False)
@click.option("--expr", help="A question of your own, such as P(trade < 200 in 2028 and share > 75 in 2028).")
@click.option("--names", is_flag=True, help="List the short names of series.")
@click.option("-s", "--scenario", multiple=True, default=("baseline",), show_default=True, help="Repeatable.")
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--until", type=int, default=UNTIL, show_default=True)
@as_of_option
@data_option
@home_option
@json_option
def ask(
    question_id: str | None,
    *,
    expr: str | None,
    names: bool,
    as_of: str | None,
    data: Path | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Answer all standing questions, the one with an ID, or one of your own.

    \b
    P(trade >= 300 in 2030)               probability that the figure of 2030 is so high
    P(trade >= 300 by 2030)               probability that any year to 2030 is
    P(share > 75 in 2028 given trade < 250 in 2028)
    E(trade in 2030), Q(0.9, trade in 2030), first(share >= 80, by 2035)
    diff(E(trade in 2028), price_slump, baseline)
    rank(E(trade in 2028), price_slump, gas_outage), contrib(trade from 2025 to 2030)
    """
    from eastbound.catalogue import short_names
    from eastbound.errors import InputError
    from eastbound.evidence.book import load_evidence
    from eastbound.risk.questions import ask as run
    from eastbound.risk.text import answers_text

    if names:
        table = dict(short_names())
        show(table if as_json else "\n".join(f"{name:<16} {series}" for name, series in table.items()), as_json)
        return 0
    if expr is not None and question_id is not None:
        message = "give either an ID or --expr, not both."
        raise InputError(message)
    book = load_evidence(as_of, data=data)
    records = run(expr if expr is not None else question_id, book=book, **options)
    show(records if as_json else answers_text(records), as_json)
    return 0


@click.command()
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--until", type=int, default=UNTIL, show_default=True)
@as_of_option
@data_option
@home_option
@json_option
def claims(*, as_of: str | None, data: Path | None, as_json: bool, **options: Any) -> int:
    """Score the published claims that are decided, and print the probability of those that are open."""
    from eastbound.evidence.book import load_evidence
    from eastbound.risk.claim_scores import claims_summary, published_claims
    from eastbound.risk.text import claims_text

    records = published_claims(book=load_evidence(as_of, data=data), **options)
    if as_json:
        show(records, as_json)
        return 0
    sums = claims_summary(records)
    decided = sums["met"] + sums["missed"]
    click.echo(claims_text(records))
    click.echo(f"{sums['claims']} claims: {sums['open']} open, {sums['met']} of {decided} decided ones were met.")
    return 0
