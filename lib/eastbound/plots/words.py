"""Sentences made from the numbers of a figure: its text alternative and its finding."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from eastbound.plots import evidence_words, parts, track_words
from eastbound.plots.sentences import band_words, observed_words
from eastbound.plots.style import numbers as fmt


def finding(table: pd.DataFrame) -> str:
    """Return one or two sentences that say what a figure shows, number first.

    Parameters
    ----------
    table : DataFrame
        From one of the table functions of this package.

    Returns
    -------
    str
        Composed from the numbers of the table; nothing in it is typed by hand.
    """
    return _FINDINGS[table.attrs["figure"]](table)


def alt_text(table: pd.DataFrame) -> str:
    """Return the text alternative of the figure drawn from a table: what it is, its span and its finding.

    Parameters
    ----------
    table : DataFrame
        From one of the table functions of this package.
    """
    attrs = table.attrs
    where = f", scenario {attrs['scenario']}" if attrs["scenario"] else ""
    span = ""
    if len(table) and "period" in table:
        spans = table["period"].astype(str)
        first, last = spans.min(), spans.max()
        span = f", in {first}" if first == last else f", from {first} to {last}"
    return f"{_KINDS[attrs['figure']]}: {attrs['label']}{where}{span}. {finding(table)}"


def _fan(table: pd.DataFrame) -> str:
    unit = table.attrs["unit"]
    seen, ahead = table[table["part"] == "observed"], table[table["part"] == "simulated"]
    words = ""
    if len(seen):
        last = seen.iloc[-1]
        words = f"The last observed value is {observed_words(last, unit)}. "
    if ahead.empty:
        return words + "No simulated value is defined."
    end = ahead.iloc[-1]
    words += f"In {end['period']} the median is {band_words(end, unit)}."
    return words + _undefined(end, table)


def _undefined(row: pd.Series, table: pd.DataFrame) -> str:
    """Say in how many futures the quantity exists at all, when not in all of them."""
    if row["defined"] >= 1.0:
        return ""
    share = fmt.share_of_futures(float(row["defined"]), table.attrs["draws"])
    return f" It exists in {share} of the simulated futures; the median is over those."


def _probability(table: pd.DataFrame) -> str:
    return _ends(table, "The probability of standing at or above {name} in {period} is {p}.")


def _passage(table: pd.DataFrame) -> str:
    return _ends(table, "The probability that a full year has reached {name} by {period} is {p}.")


def _fall(table: pd.DataFrame) -> str:
    single, ever = (table[table["threshold"] == name] for name in ("falls that year", "fell by then"))
    first, last = single.iloc[0], ever.iloc[-1]
    return (
        f"The probability of a fall in {first['period']} is {_p(first)}; "
        f"that of at least one yearly fall by {last['period']} is {_p(last)}."
    )


def _milestone(table: pd.DataFrame) -> str:
    sentences = []
    for name, part in table.groupby("threshold", sort=False):
        half = part[part["probability"] >= 0.5]
        when = (
            f"half of the futures have it by {half['period'].iloc[0]}" if len(half) else "fewer than half ever see it"
        )
        never = fmt.probability(float(part["never"].iloc[0]), float(part["mcse"].max()))
        sentences.append(f"{name}: {when}, never in {never}.")
    return " ".join(sentences)


def _comparison(table: pd.DataFrame) -> str:
    end = _last_rows(table).sort_values("value")
    low, high, unit = end.iloc[0], end.iloc[-1], table.attrs["unit"]
    if len(end) == 1:
        return f"In {low['period']} the median is {band_words(low, unit)}."
    return (
        f"In {low['period']} the medians run from {fmt.number(low['value'], unit)} ({low['title']}) "
        f"to {fmt.number(high['value'], unit)} ({high['title']})."
    )


def _effect(table: pd.DataFrame) -> str:
    if table.empty:
        return "Only the baseline is shown, so there is no difference to report."
    unit = table.attrs["unit"]
    points = "percentage points" if fmt.UNITS.get(unit) == "%" else fmt.UNITS.get(unit, unit)
    rows = [
        f"{row['title']} makes no difference in {row['period']}."
        if row["low_95"] == row["high_95"] == 0
        else f"{row['title']} changes {row['period']} by {fmt.signed(row['value'], unit)} {points} at the median "
        f"(80 % of futures: {fmt.signed(row['low_80'], unit)} to {fmt.signed(row['high_80'], unit)})."
        for _, row in _last_rows(table).iterrows()
    ]
    return " ".join(rows)


def _utilization(table: pd.DataFrame) -> str:
    ahead = table[table["part"] == "simulated"]
    if ahead.empty:
        return "No utilization is defined: the system does not flow in enough of the simulated futures."
    ends = [part.iloc[-1] for _, part in ahead.groupby("measure", sort=False)]
    parts = [f"{end['measure']} {band_words(end, table.attrs['unit'])}" for end in ends]
    return f"Median utilization in {ends[0]['period']}: {'; '.join(parts)}." + _undefined(ends[0], table)


def _variant(table: pd.DataFrame) -> str:
    sentences = [
        f"{row['variant']} {band_words(row, table.attrs['unit'])}, "
        f"{fmt.probability(row['p_80_90'], row['mcse'])} inside 80–90 %"
        for _, row in table.iterrows()
    ]
    return f"Median share in {table['period'].iloc[0]} by view of the drift: {'; '.join(sentences)}."


def _belief(table: pd.DataFrame) -> str:
    unit, now, (low, high) = table.attrs["unit"], table.iloc[0], table.attrs["between"]
    band = fmt.interval(low, high, unit)
    sentences = [
        f"As forecast, {band} in {now['period']} has a chance of {fmt.probability(now['chance'], now['mcse'])} and the "
        f"median is {band_words(now, unit)}."
    ]
    for _, row in table.iloc[1:].iterrows():
        if row["refused"]:
            sentences.append(f"To give it {fmt.level(100 * row['stated'], 'percent')} lies outside the model.")
            continue
        sentences.append(
            f"To give it {fmt.level(100 * row['stated'], 'percent')} costs {row['kl']:.2f} nats, leaves an effective "
            f"{100 * row['ess']:.0f} % of the draws and moves the median to {fmt.number(row['value'], unit)}."
        )
    return " ".join(sentences)


def _panels(table: pd.DataFrame) -> str:
    ends = [part.iloc[-1] for _, part in table[table["part"] == "simulated"].groupby("series", sort=False)]
    parts = [f"{end['series']} {band_words(end, end['unit'])}" for end in ends]
    return f"Medians in {ends[0]['period']}: {'; '.join(parts)}."


def _last_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["period"] == table["period"].max()]


def _ends(table: pd.DataFrame, sentence: str) -> str:
    unit = table.attrs["unit"]
    return " ".join(
        sentence.format(name=fmt.level(row["threshold"], unit), period=row["period"], p=_p(row))
        for _, row in _last_rows(table).iterrows()
    )


def _p(row: pd.Series) -> str:
    return fmt.probability(float(row["probability"]), float(row["mcse"]))


_KINDS = {
    "fan": "Fan chart with 50, 80 and 95 % bands",
    "probability": "Line chart of probabilities by year",
    "passage": "Line chart of cumulative probabilities by year",
    "fall": "Line chart of the probability of a yearly fall",
    "milestone": "Step chart of the probability that a milestone has been reached",
    "comparison": "Line chart of scenario medians",
    "effect": "Line chart of differences from the baseline",
    "utilization": "Line chart of three utilizations",
    "variant": "Interval chart of three views of the drift",
    "change": "Interval chart of what a change consists of",
    "belief": "Interval chart of a forecast and of the same under stated beliefs",
    "panels": "Small fan charts side by side",
    **evidence_words.KINDS,
    **track_words.KINDS,
}
_FINDINGS: dict[str, Callable[[pd.DataFrame], str]] = {
    "fan": _fan,
    "probability": _probability,
    "passage": _passage,
    "fall": _fall,
    "milestone": _milestone,
    "comparison": _comparison,
    "effect": _effect,
    "utilization": _utilization,
    "variant": _variant,
    "belief": _belief,
    "change": parts.finding_of_changes,
    "panels": _panels,
    **evidence_words.FINDINGS,
    **track_words.FINDINGS,
}
