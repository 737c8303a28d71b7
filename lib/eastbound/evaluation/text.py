"""A backtest for the terminal: scores by horizon and origin, stress origins, targets."""

from __future__ import annotations

from collections.abc import Iterator

from eastbound.typing import Record


def as_text(record: Record) -> str:
    """Render a record for people.

    Parameters
    ----------
    record : dict
        From `backtest_record`.

    Returns
    -------
    str

    Examples
    --------
    >>> empty = {"summary": [], "origins": [], "stress": [], "targets": None}
    >>> print(as_text({"subject": "trade", "note": "data vintage only", **empty}))
    trade: data vintage only
    """
    parts = (
        ("by years ahead", _by_horizon(record)),
        ("by origin, all years after it", _by_origin(record)),
        ("forecasts made before a shock", _stress(record)),
        ("published targets", _targets(record)),
    )
    lines = [f"{record['subject']}: {record['note']}"]
    for title, content in parts:
        body = list(content)
        lines += ["", title, *body] if body else []
    return "\n".join(lines)


def _by_horizon(record: Record) -> Iterator[str]:
    for row in record["summary"]:
        yield f"{row['series_id']} +{row['horizon']}: {row['origins']} origins, {_means(row)}"
        yield f"  coverage {_coverage(row)}; {row['verdict']}"


def _by_origin(record: Record) -> Iterator[str]:
    for row in record["origins"]:
        yield f"{row['origin']} {row['series_id']}: {row['years']} years, {_means(row)}; coverage {_coverage(row)}"


def _stress(record: Record) -> Iterator[str]:
    for row in record["stress"]:
        where = f"{row['origin']} {row['series_id']} {row['period']}".rstrip()
        if row["status"] != "scored":
            yield f"{where}: {row['status']}"
            continue
        forecast = f"{row['median']:.1f} [{row['low80']:.1f}, {row['high80']:.1f}]"
        verdict = "inside" if row["inside80"] else "outside"
        yield f"{where}: forecast {forecast}, outcome {row['outcome']:.1f} {row['unit']}, {verdict}"


def _targets(record: Record) -> Iterator[str]:
    if not record["targets"]:
        return
    for row in record["targets"]["rows"]:
        level = f"{row['low']:g}-{row['high']:g}" if row["value"] is None else f"{row['value']:g}"
        line = f"{row['published']} {row['series_id']} {row['period']}: {level} {row['unit']} ({row['publisher']})"
        if row["status"] != "scored":
            yield f"{line}: {row['status']}"
            continue
        line += f"; outcome {row['outcome']:.1f}, {'met' if row['met'] else 'missed'}"
        if row["origin"]:
            line += f"; ours of {row['origin']} {row['median']:.1f}, CRPS {row['crps_ours']:.3f} for {row['crps']:.3f}"
        yield line
    summary = record["targets"]["summary"]
    yield f"{summary['scored']} of {summary['stated']} have an outcome, {summary['met']} were met; {summary['verdict']}"
    for name, words in (("paired", "beside a forecast of ours"), ("earlier", "of these, ours was made no later")):
        part = summary[name]
        if part["targets"]:
            means = f"CRPS {part['crps_ours']:.3f} for {part['crps']:.3f}, skill {part['skill']:+.2f}"
            yield f"  {part['targets']} {words}: {means}"


def _means(row: Record) -> str:
    gain = "" if row["skill"] is None else f", skill {row['skill']:+.2f}"
    return f"CRPS {row['crps']:.3f}, WIS {row['wis']:.3f}{gain}"


def _coverage(row: Record) -> str:
    return ", ".join(f"{c['band']} % {c['share']:.0f} [{c['low']:.0f}-{c['high']:.0f}]" for c in row["coverage"])
