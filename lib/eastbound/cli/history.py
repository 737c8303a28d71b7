"""The history of runs: their catalogue, the ledger of published forecasts, and the scores of what has come true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import NamedPath, data_option, home_option, json_option, show, show_frame
from eastbound.constants import LIMITS

out_option = click.option("--out", type=NamedPath(), help="Folder of the runs. Default: reports.")


@click.command()
@click.option("--series", help="Id or short name of a series, or id of a probability. Default: list the runs.")
@click.option("--at", metavar="YEAR", help="Year of the series. Default: every year.")
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--level", type=float, default=0.5, show_default=True, help="Quantile of the series.")
@out_option
@home_option
@json_option
def runs(*, as_json: bool, **options: Any) -> int:
    """List the runs, or how a number moved over them."""
    from eastbound.reports.history.catalogue import runs as query

    table = query(**options)
    if as_json:
        show_frame(table)
    else:
        click.echo(table.to_string(index=False) if len(table) else "no run has kept numbers yet; make a report first.")
    return 0


@click.group()
def ledger() -> None:
    """The published forecasts: list them, or verify that nothing was changed."""


@ledger.command("list")
@home_option
@json_option
def list_entries(*, home: Path | None, as_json: bool) -> int:
    """List the published runs."""
    from eastbound.evaluation.ledger.chain import read_entries

    entries = read_entries(home)
    lines = [f"{e['number']:>5}  {e['run']}  as of {e['as_of']}  {e['rows']:,} rows  {e['hash']}" for e in entries]
    show(entries if as_json else "\n".join(lines) or "nothing has been published yet.", as_json)
    return 0


@ledger.command()
@click.option("--head", metavar="HASH", help="A hash noted earlier, which the chain must still contain.")
@home_option
@json_option
def verify(*, head: str | None, home: Path | None, as_json: bool) -> int:
    """Check every line of the ledger against the hashes; exit code 1 if one was changed."""
    from eastbound.evaluation.ledger.chain import ledger_faults, read_entries

    faults = ledger_faults(home, head=head)
    count = 0 if faults else len(read_entries(home))
    text = "\n".join(faults) or f"{count} published run{'s' * (count != 1)}, nothing changed."
    show({"schema": "ledger-check/1", "intact": not faults, "faults": faults} if as_json else text, as_json)
    return 1 if faults else 0


@ledger.command()
@out_option
@data_option
@home_option
@json_option
def corrections(*, out: Path | None, data: Path | None, home: Path | None, as_json: bool) -> int:
    """List the figures that were revised since a run was published, and the published numbers that they touch."""
    from eastbound.evidence.book import load_evidence
    from eastbound.reports.comparison.corrections import correction_text, corrections_log
    from eastbound.reports.folder import runs_folder
    from eastbound.scenarios.home import find_home

    log = corrections_log(load_evidence(data=data), runs_folder(find_home(home), out), home=home)
    lines = [f"{row['run']}  {correction_text(row)}" for row in log]
    show(log if as_json else "\n".join(lines) or "no figure of a published run has been revised.", as_json)
    return 0


@click.command()
@data_option
@home_option
@json_option
def score(*, data: Path | None, home: Path | None, as_json: bool) -> int:
    """Score the forecasts that were made before their outcomes, where the outcome has come."""
    from eastbound.evaluation.ledger.scores import score_record, scores_text
    from eastbound.evidence.book import load_evidence
    from eastbound.risk.claim_scores import published_claims

    book = load_evidence(data=data)
    # what is decided does not depend on the draws, so the fewest will do
    claims = published_claims(book=book, home=home, draws=LIMITS["draws"][0])
    decided = {claim["id"]: claim["status"] == "met" for claim in claims if claim["status"] in ("met", "missed")}
    record = score_record(book, decided=decided, home=home)
    show(record if as_json else scores_text(record), as_json)
    return 0


@click.command()
@click.argument("before")
@click.argument("after", default="latest")
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--all", "every", is_flag=True, help="List every number, not only the headline and what claims moved.")
@out_option
@home_option
@json_option
def compare(
    before: str, after: str, *, every: bool, out: Path | None, home: Path | None, as_json: bool, **options: Any
) -> int:
    """Explain what moved from run BEFORE to run AFTER: ids, folders, `latest` or `published`."""
    from eastbound.reports.comparison.compare import compare_runs
    from eastbound.reports.comparison.text import comparison_text
    from eastbound.reports.folder import runs_folder
    from eastbound.reports.history.locate import find_run
    from eastbound.scenarios.home import find_home

    folder = runs_folder(find_home(home), out)
    record = compare_runs(*(find_run(run, folder, home=home) for run in (before, after)), **options)
    show(record if as_json else comparison_text(record, every=every), as_json)
    return 0
