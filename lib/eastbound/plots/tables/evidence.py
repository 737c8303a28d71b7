"""Tables of the evidence page: what the book holds, conflicts, findings of the audit, source cards."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound.evaluation.audit_results import kept_findings
from eastbound.evidence.audit import Finding
from eastbound.evidence.book import TABLES
from eastbound.evidence.choice import chosen, conflicts
from eastbound.evidence.slips import slip_rates
from eastbound.language import _, digits, mark
from eastbound.periods import last_day
from eastbound.plots.audit_words import fact_words, rule_words
from eastbound.plots.citations import cell_notes
from eastbound.plots.main_series import main_series
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.tables.results import results_table
from eastbound.plots.tables.sources import source_link
from eastbound.plots.words import dated, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

SEVERITIES: Final = ("error", "warning", "note")
_WITH_ARITHMETIC: Final = {
    "error": mark("Errors, with their arithmetic"),
    "warning": mark("Warnings, with their arithmetic"),
    "note": mark("Notes, with their arithmetic"),
}
_FATES: Final = ("observations", "events", "milestones", "analogues", "derived", "merged", "rejected")


def conflict_table(book: Evidence, *, count: int = 20) -> Table:
    """Return the periods of the main series on which sources differ most, with what is used and why.

    Parameters
    ----------
    book : Evidence
    count : int
        Rows, by the largest difference in percent of the figure used.

    Returns
    -------
    Table
        Columns series, period, used (cited), spread (of the direct prints), not used, rule.
    """
    rows = conflicts(book)
    rows = rows[rows["series_id"].isin(main_series(book)) & rows["value"].notna() & rows["chosen"].notna()]
    size = rows["percent"].abs().groupby([rows["series_id"], rows["period"]]).max()
    top = size.sort_values(ascending=False, kind="stable").head(count).index
    lines = [_conflict(book, series, rows[(rows["series_id"] == series) & (rows["period"] == p)]) for series, p in top]
    table = pd.DataFrame(lines, columns=["series", "period", "used", "spread", "not used", "rule"])
    notes = cell_notes(table, "used", [[(str(series), str(period))] for series, period in top], book=book)
    caption = _("Main series: the largest differences between sources")
    return Table(table, caption, observed=notes, english=("rule",))


def finding_count_table(book: Evidence) -> Table:
    """Return how many findings each rule of the audit has, by severity, and how many are accepted."""
    result = _findings(book)
    rows = []
    for rule in [*sorted({finding.rule for finding in result}), ""]:
        mine = [finding for finding in result if rule in ("", finding.rule)]
        counts = {f"{name}s": str(sum(finding.severity == name for finding in mine)) for name in SEVERITIES}
        accepted = str(sum(finding.accepted is not None for finding in mine))
        rows.append({"rule": rule_words(rule) or _("all rules"), **counts, "accepted": accepted})
    return Table(pd.DataFrame(rows), _("Findings of the audit by rule and severity"))


def finding_table(book: Evidence, *, severity: str) -> Table:
    """Return the findings of one severity with their arithmetic.

    Parameters
    ----------
    book : Evidence
    severity : {"error", "warning", "note"}

    Returns
    -------
    Table
        Columns figure (series and period), arithmetic, pages (publishers) and accepted (why, when it is).
    """
    rows = [
        {
            "figure": _figure_of(book, finding),
            "arithmetic": finding.arithmetic,
            "pages": "; ".join(dict.fromkeys(_publisher(book, source) for source in finding.sources)),
            "accepted": finding.accepted or fmt.NONE,
        }
        for finding in _findings(book)
        if finding.severity == severity
    ]
    frame = pd.DataFrame(rows, columns=["figure", "arithmetic", "pages", "accepted"])
    return Table(frame, _(_WITH_ARITHMETIC[severity]), english=("arithmetic", "accepted"))


def card_table(book: Evidence, *, count: int = 12) -> Table:
    """Return source cards with their age and whether a review is due, all on the day of the book.

    Parameters
    ----------
    book : Evidence
    count : int
        Cards without a date of review that are shown, the most used first; those with one all are.

    Returns
    -------
    Table
        Columns source (a link, HTML), publisher, figures, printed, age, next review (with how long it is due).
    """
    used = book.observations["source_id"].value_counts()
    cards = book.sources.assign(figures=used.reindex(book.sources.index).fillna(0).astype(int))
    cards = cards[cards["figures"] > 0].sort_values("figures", ascending=False, kind="stable")
    planned = cards[cards["next_review"] != ""].sort_values("next_review", kind="stable")
    shown = pd.concat([planned, cards[cards["next_review"] == ""].head(count)])
    frame = pd.DataFrame(
        {
            "source": [source_link(card) for _key, card in shown.iterrows()],
            "publisher": shown["publisher"],
            "figures": shown["figures"].astype(str),
            "printed": shown["published"].where(shown["published"] != "", _("undated")),
            "age": [_age(book, text) for text in shown["published"]],
            "next review": [_state(book, text) for text in shown["next_review"]],
        }
    ).reset_index(drop=True)
    return Table(frame, _("Source cards: age and next review"), raw=("source",))


def count_table(book: Evidence) -> Table:
    """Return what the book holds on its day."""
    rows = book.observations
    counts = {
        _("observations"): len(rows),
        **{
            _("of these, {kind}", kind=worded(str(kind))): int(number)
            for kind, number in rows["kind"].value_counts().sort_index().items()
        },
        _("series with figures"): rows["series_id"].nunique(),
        _("pages"): rows["source_id"].nunique(),
        _("independent witnesses"): book.sources["group"].reindex(rows["source_id"].unique()).nunique(),
        _("events"): len(book.events),
        _("measured effects"): len(book.effects),
        _("planned dates"): len(book.milestones),
        _("partner shares of other countries"): len(book.analogues),
    }
    frame = pd.DataFrame({"what": list(counts), "number": [str(number) for number in counts.values()]})
    return Table(frame, _("What the book holds as of {day}", day=dated(str(book.as_of))))


def fate_table() -> Table:
    """Return what became of every row that was collected; the numbers of a line add up to it.

    Returns
    -------
    Table
        Columns file, collected and became, a line per file and one for all of them.

    Examples
    --------
    >>> fate_table().frame.set_index("file").loc["primorye"].tolist()
    ['112', '111 observations, 1 merged']
    """
    table = pd.read_csv(TABLES / "counts.csv").set_index("file")
    table.loc[_("all files")] = table.sum()
    lines = [
        (_spaced(str(file)), str(row["rows"]), _(", ").join(_fate(row, fate) for fate in _FATES if row[fate]))
        for file, row in table.iterrows()
    ]
    frame = pd.DataFrame(lines, columns=["file", "collected", "became"])
    return Table(frame, _("Collected rows by file, and what became of them"), english=("file",))


def evidence_headline(book: Evidence) -> Table:
    """Return the numbers that sum the page up, as named results."""
    errors = [finding for finding in _findings(book) if finding.severity == "error"]
    still_open = sum(finding.accepted is None for finding in errors)
    due = sum(bool(text) and last_day(text) < book.as_of for text in book.sources["next_review"])
    disputed = conflicts(book)[["series_id", "period"]].drop_duplicates()
    rates = slip_rates(book).set_index("milestone_id")["slope"]
    rows: list[tuple[str, str, float, str, str]] = [
        ("evidence.observations", _("Observations in the book"), len(book.observations), "count", ""),
        ("evidence.conflicts", _("Figures on which sources differ"), len(disputed), "count", ""),
        (
            "evidence.errors",
            _("Contradictions found by the audit"),
            len(errors),
            "count",
            _("{count} not accepted", count=still_open),
        ),
        ("evidence.due", _("Sources whose review is due"), due, "count", _("on {day}", day=dated(str(book.as_of)))),
    ]
    if "pos2_first_gas" in rates:
        label = _("Years by which the planned date of Power of Siberia 2 moves each year")
        rows.append(("evidence.slip.pos2", label, round(float(rates["pos2_first_gas"]), 3), "years", ""))
    records = [
        {"name": name, "label": label, "value": value, "unit": unit, "range": note}
        | {"text": fmt.fixed(value, 0 if unit == "count" else 1)}
        for name, label, value, unit, note in rows
    ]
    return results_table(records, caption=_("The evidence in a few numbers"))


@lru_cache(maxsize=2)
def _findings(book: Evidence) -> tuple[Finding, ...]:
    """Audit a book once for all tables of a page."""
    return tuple(kept_findings(book))


def _conflict(book: Evidence, series_id: str, rows: pd.DataFrame) -> tuple[str, ...]:
    unit, first = str(book.series.loc[series_id, "unit"]), rows.iloc[0]
    best = chosen(book, series_id).set_index("period").loc[first["period"]]
    losers = [
        f"{_six(row['value'])} ({_publisher(book, str(row['source_id']))}, {_signed(row['percent'], '%')})"
        for _key, row in rows.sort_values("percent", key=abs, ascending=False).head(3).iterrows()
    ]
    more = [_("{count} more", count=len(rows) - 3)] if len(rows) > 3 else []
    spread = fmt.general(best["spread"], 4) if best["spread"] else fmt.NONE
    used = fmt.with_unit(_six(first["chosen"]), unit)
    why = "; ".join(dict.fromkeys(str(text) for text in rows["rule"]))
    return _label(book, series_id), dated(str(first["period"])), used, spread, "; ".join([*losers, *more]), why


def _six(value: float) -> str:
    return digits(f"{value:.6g}")


def _label(book: Evidence, series_id: str) -> str:
    label = str(book.series["label"].get(series_id, ""))
    return _(label) if label else fact_words(series_id)


def _publisher(book: Evidence, source_id: str) -> str:
    return str(book.sources["publisher"].get(source_id, source_id))


def _spaced(file: str) -> str:
    return file.removesuffix(".csv").replace("_", " ")


def _signed(value: float, unit: str) -> str:
    return digits(f"{value:+.1f}".replace("-", fmt.MINUS).replace("+0.0", "0.0")) + f"\N{NO-BREAK SPACE}{unit}"


def _figure_of(book: Evidence, finding: Finding) -> str:
    first = finding.observations[0]
    label = _label(book, str(first["series_id"]))
    return _("{label}, {period}", label=label, period=dated(str(first["period"])))


def _fate(row: pd.Series, fate: str) -> str:
    return _("{count} {fate}", count=row[fate], fate=worded(fate))


def _age(book: Evidence, printed: str) -> str:
    """Return the days since a page was printed; it may be later than the release that it repeats."""
    if not printed:
        return fmt.NONE
    days = (book.as_of - last_day(printed)).days
    whole_day = len(printed) == len("2024-01-31")
    return _("page is later") if days < 0 and whole_day else _("{count} days", count=max(days, 0))


def _state(book: Evidence, review: str) -> str:
    if not review:
        return fmt.NONE
    late = (book.as_of - last_day(review)).days
    return _("{day}, due for {count} days", day=dated(review), count=late) if late > 0 else dated(review)
