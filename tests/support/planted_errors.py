"""Errors planted in the tables of the evidence, one at a time by kind, and harmless changes that are none.

Each kind picks a row at random among all rows where its error could be noticed: the text, or the book, prints what the
figure must agree with. What a kind returns names the row that was spoilt, so that a finding can be attributed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from eastbound.evidence.audit import audit, growth, money, ratios, sums
from eastbound.evidence.audit.findings import records, relations
from eastbound.evidence.book import Evidence, with_periods
from eastbound.periods import parse_period

Plant = Callable[[Evidence, random.Random], tuple[Evidence, tuple[str, str]]]
# Findings that say something about many rows at once, or about pairs that kinds of errors are planted in.
KEPT = ("one_witness", "branch", "rates_apart", "plan")
KEY = ["series_id", "period", "source_id", "locator"]


def clean(book: Evidence) -> Evidence:
    """Return the book without the figures, happenings and lists that the audit has findings about."""
    book = comparable(book)
    for _ in range(6):
        findings = [item for item in audit(book) if item.rule not in KEPT]
        spoilt = {(row["series_id"], row["period"], row["source_id"]) for item in findings for row in item.observations}
        if not spoilt:
            return book
        book = replace(
            book,
            observations=_without(book.observations, ["series_id", "period", "source_id"], spoilt),
            happenings=_without(book.happenings, ["happening", "date", "source_id"], spoilt),
            lists=book.lists[~book.lists["list"].isin([key[0] for key in spoilt])],
            readings=_without(book.readings, ["series_id", "period", "source_id"], spoilt),
        )
    return book


def comparable(book: Evidence) -> Evidence:
    """Return the book with one area in all readings, so that plans and outcomes can be compared."""
    area = book.readings["area"]
    return replace(book, readings=book.readings.assign(area=area.where(area == "", "Russia")))


def _without(table: pd.DataFrame, names: list[str], keys: set[tuple]) -> pd.DataFrame:
    found = pd.MultiIndex.from_frame(table[names]).isin(list(keys))
    return table[~found].reset_index(drop=True)


def _changed(book: Evidence, row: dict, **cells: object) -> Evidence:
    """Return the book with some cells of one observation changed."""
    table = book.observations.copy()
    at = (table[KEY] == [row[name] for name in KEY]).all(axis=1) & table["kind"].eq(row["kind"])
    for name, value in cells.items():
        table.loc[at, name] = value
    if "value" in cells:
        table.loc[at, ["low", "high"]] = float("nan")
    return replace(book, observations=table)


def _added(book: Evidence, row: dict, **cells: object) -> Evidence:
    """Return the book with a copy of an observation in which some cells differ."""
    copy = with_periods(pd.DataFrame([{**row, **cells}]))
    return replace(book, observations=pd.concat([book.observations, copy], ignore_index=True))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _apart(rng: random.Random, least: float, most: float) -> float:
    return rng.choice((-1, 1)) * rng.uniform(least, most)


def wrong_growth(book, rng):
    """A growth rate some points off, beside the two levels that it leads from and to."""
    levels = growth._by_series_period(book)
    rows = [row for row in growth._growth_rows(book) if all(growth._level_pairs(row, levels))]
    row = rng.choice(rows)
    spoilt = _changed(book, row, value=_rounded(row["value"] + _apart(rng, 4, 20)))
    return spoilt, (row["series_id"], row["period"])


def wrong_part(book, rng):
    """A part or a total off by a tenth or more, where one source prints total and parts."""
    groups = []
    for whole, parts in relations(book, "sum"):
        for prints in sums._by_period_source(book, [whole, *parts]).values():
            if len(parts) > 1 and all(name in prints for name in (whole, *parts)):
                largest = max(prints[name]["value"] for name in parts)
                groups.append([row for row in prints.values() if row["value"] > 0.2 * largest])
    row = rng.choice(rng.choice(groups))
    spoilt = _changed(book, row, value=_rounded(row["value"] * rng.choice((1 / 1.3, 1 / 1.1, 1.1, 1.3))))
    return spoilt, (row["series_id"], row["period"])


def wrong_currency(book, rng):
    """An amount in dollars converted at a wrong rate, beside the same amount in another currency."""
    twins = [row for row, other in money._twins(book) if money._mean_rate(book, money._currency(other), row["period"])]
    row = rng.choice(twins)
    spoilt = _changed(book, row, value=_rounded(row["value"] * (1 + _apart(rng, 0.08, 0.4))))
    return spoilt, (row["series_id"], row["period"])


def wrong_share(book, rng):
    """A share some points off, beside the two amounts it divides."""
    rows = []
    for whole, parts in relations(book, "share"):
        amounts = ratios._by_period(book, parts, kinds=("observed",))
        for period, prints in ratios._by_period(book, [whole], kinds=("observed", "estimate")).items():
            if set(parts) <= set(amounts.get(period, {})):
                # "Less than 40 %" is as true of a quarter as "less than a third".
                rows += [row for row in prints[whole] if row["note"] not in ("ceiling", "floor")]
    row = rng.choice(rows)
    spoilt = _changed(book, row, value=_rounded(max(row["value"] + _apart(rng, 5, 15), 1.0)))
    return spoilt, (row["series_id"], row["period"])


def wrong_month(book, rng):
    """A month off by a tenth or more, between two cumulative figures or in a full year."""
    rows = []
    for series in book.series.index[book.series["aggregate"] == "sum"]:
        figures = {row["period"]: row for row in records(sums.chosen(book, series, kinds=("observed",)))}
        rows += [row for row in figures.values() if row["value"] > 0 and _bracketed(row, figures)]
    row = rng.choice(rows)
    spoilt = _changed(book, row, value=_rounded(row["value"] * (1 + _apart(rng, 0.1, 0.6))))
    return spoilt, (row["series_id"], row["period"])


def _bracketed(row, figures):
    period = parse_period(row["period"])
    if period.freq != "M" or period.start.month < 2:
        return False
    return all(sums._to_date(period, last) in figures for last in (period.last_month, period.last_month - 1))


def wrong_unit(book, rng):
    """An amount wrong by a factor, beside the money, trains or projects that it belongs to."""
    rows = []
    for value_id, parts in relations(book, "price"):
        prints = ratios._by_period(book, [value_id, parts[0]], kinds=("observed",))
        both = [figures for figures in prints.values() if {value_id, parts[0]} <= set(figures)]
        rows += [figures[parts[0]][0] for figures in both if len(both) > 3 and len(figures[parts[0]]) == 1]
    for card in records(book.rates[book.rates["low"].notna() | book.rates["factor"].notna()]):
        rows += [row for row in _own_pairs(book, card)]
    row = rng.choice(rows)
    spoilt = _changed(book, row, value=_rounded(row["value"] * rng.choice((0.1, 0.25, 4, 10))))
    return spoilt, (row["series_id"], row["period"])


def _own_pairs(book, card):
    seen = book.observations
    above = seen[seen["series_id"].eq(card["numerator"])]
    below = seen[seen["series_id"].eq(card["denominator"])]
    return records(above[above["source_id"].isin(below["source_id"]) & above["value"].gt(0)])


def second_date(book, rng):
    """A happening that its source dates once more, on another day."""
    row = rng.choice(records(book.happenings))
    day = pd.Timestamp(parse_period(row["date"]).end) + pd.Timedelta(days=rng.choice((3, 40, 200, 700)))
    again = pd.DataFrame([{**row, "date": day.date().isoformat(), "years": float("nan"), "told": ""}])
    table = pd.concat([book.happenings, again], ignore_index=True)
    return replace(book, happenings=table), (row["happening"], row["date"])


def wrong_count(book, rng):
    """A list that lacks an item, or is announced with one more or less."""
    table = book.lists.copy()
    at = rng.choice(list(table.index))
    items = table.loc[at, "items"].split("; ")
    if rng.random() < 0.5 and len(items) > 1:
        items.pop(rng.randrange(len(items)))
        table.loc[at, "items"] = "; ".join(items)
    else:
        table.loc[at, "announced"] += rng.choice((-1, 1))
    return replace(book, lists=table), (table.loc[at, "list"], "")


def other_area(book, rng):
    """An outcome of one area beside the plan for another."""
    pairs = relations(book, "scope")
    ends = {name for whole, parts in pairs for name in (whole, *parts)}
    table = book.readings.copy()
    at = rng.choice(list(table.index[table["series_id"].isin(ends)]))
    table.loc[at, "area"] = rng.choice(("Primorye", "Heilongjiang", "Siberia", "Amur Oblast"))
    return replace(book, readings=table), (table.loc[at, "series_id"], table.loc[at, "period"])


def part_as_year(book, rng):
    """Some months of a year printed as the whole year by another page."""
    seen = book.observations
    years = set(zip(*(seen[seen["period"].str.len().eq(4)][name] for name in ("series_id", "period")), strict=True))
    parts = seen[seen["months"].between(2, 11) & seen["kind"].eq("observed") & seen["value"].gt(0)]
    rows = [row for row in records(parts) if (row["series_id"], row["period"][:4]) in years]
    row = rng.choice(rows)
    pages = sorted(set(seen["source_id"]) - {row["source_id"]})
    spoilt = _added(book, row, period=row["period"][:4], source_id=rng.choice(pages), kind="observed")
    return spoilt, (row["series_id"], row["period"][:4])


def unsaid_measure(book, rng):
    """A growth rate that a text prints without saying of what."""
    seen = book.observations
    marked = set(zip(*(book.readings[name] for name in KEY), strict=True))
    rates = seen[seen["unit"].eq("percent_yoy") & seen["kind"].eq("observed")]
    row = rng.choice([row for row in records(rates) if tuple(row[name] for name in KEY) not in marked])
    mark = {name: row[name] for name in KEY} | {"area": "", "window": "", "base_window": "", "measure": "unsaid"}
    table = pd.concat([book.readings, pd.DataFrame([{**mark, "cited": "", "note": ""}])], ignore_index=True)
    return replace(book, readings=table), (row["series_id"], row["period"])


def part_too_large(book, rng):
    """A part larger than its whole in one text."""
    seen = book.observations
    rows = []
    for whole, parts in relations(book, "component"):
        wholes = seen[seen["series_id"].eq(whole) & seen["value"].gt(0)]
        inner = seen[seen["series_id"].isin(parts) & seen["value"].gt(0)]
        both = inner.merge(wholes[["period", "source_id", "value", "unit"]], on=["period", "source_id", "unit"])
        rows += records(both.rename(columns={"value_x": "value"}))
    row = rng.choice(rows)
    return _changed(book, row, value=_rounded(row["value_y"] * rng.uniform(1.1, 3))), (row["series_id"], row["period"])


def late_citation(book, rng):
    """A figure cited to a page that is older than its period."""
    seen = book.observations
    row = rng.choice(records(seen[seen["kind"].eq("observed") & seen["months"].gt(1)]))
    page = pd.Timestamp(row["end"]) - pd.Timedelta(days=rng.choice((60, 200, 400)))
    mark = {name: row[name] for name in KEY} | {"area": "", "window": "", "base_window": "", "measure": "value"}
    mark |= {"cited": page.date().isoformat(), "note": ""}
    rest = _without(book.readings, KEY, {tuple(row[name] for name in KEY)})
    table = pd.concat([rest, pd.DataFrame([mark])], ignore_index=True)
    return replace(book, readings=table), (row["series_id"], row["period"])


ERRORS: tuple[Plant, ...] = (
    wrong_growth,
    wrong_part,
    wrong_currency,
    wrong_share,
    wrong_month,
    wrong_unit,
    second_date,
    wrong_count,
    other_area,
    part_as_year,
    unsaid_measure,
    part_too_large,
)


def coarser_value(book, rng):
    """The same figure with a digit less, as another page rounds it."""
    seen = book.observations
    row = rng.choice(records(seen[seen["kind"].eq("observed") & seen["value"].gt(10) & seen["unit"].ne("percent_yoy")]))
    pages = sorted(set(seen["source_id"]) - set(seen.loc[seen["series_id"].eq(row["series_id"]), "source_id"]))
    half = 10 ** (len(str(int(row["value"]))) - 3) * 5
    value = float(f"{row['value']:.3g}")
    spoilt = _added(book, row, value=value, low=value - half, high=value + half, source_id=rng.choice(pages))
    return spoilt, (row["series_id"], row["period"])


def coarser_date(book, rng):
    """A happening dated once more by its source, by the year alone."""
    row = rng.choice(records(book.happenings))
    again = pd.DataFrame([{**row, "date": row["date"][:4], "years": float("nan"), "told": ""}])
    return replace(book, happenings=pd.concat([book.happenings, again], ignore_index=True)), (row["happening"], "")


def same_list(book, rng):
    """The same list in another order."""
    table = book.lists.copy()
    at = rng.choice(list(table.index))
    items = table.loc[at, "items"].split("; ")
    rng.shuffle(items)
    table.loc[at, "items"] = "; ".join(items)
    return replace(book, lists=table), (table.loc[at, "list"], "")


def right_growth(book, rng):
    """The growth that two levels of one page give, printed without error."""
    levels = growth._by_series_period(book)
    pairs = []
    for row in growth._growth_rows(book):
        now, then = growth._level_pairs(row, levels)
        pairs += [(row, a, b) for a in now for b in then if a["source_id"] == b["source_id"]]
    row, now, then = rng.choice(pairs)
    value = round(100 * (now["value"] / then["value"] - 1), 1)
    return _changed(book, row, value=value), (row["series_id"], row["period"])


def small_revision(book, rng):
    """A month revised by a thousandth."""
    seen = book.observations
    rows = seen[
        seen["months"].eq(1) & seen["kind"].eq("observed") & seen["value"].gt(1) & seen["unit"].ne("percent_yoy")
    ]
    row = rng.choice(records(rows))
    value = row["value"] * (1 + _apart(rng, 0.0002, 0.001))
    return _changed(book, row, value=float(f"{value:.6g}")), (row["series_id"], row["period"])


HARMLESS: tuple[Plant, ...] = (coarser_value, coarser_date, same_list, right_growth, small_revision)


def tally(book: Evidence, plants: tuple[Plant, ...], *, rounds: int, seed: int = 20261122) -> pd.DataFrame:
    """Plant changes one of each kind at a time and count those that the audit tells, and findings about other rows.

    Returns
    -------
    pandas.DataFrame
        By kind: planted, found; `stray` is the number of findings of a round that no plant explains.
    """
    rng = random.Random(seed)
    known = {(item.id, item.arithmetic) for item in audit(book)}
    rows = []
    for _ in range(rounds):
        changed, keys = book, []
        for plant in plants:
            changed, key = plant(changed, rng)
            keys.append(key)
        fresh = [
            item for item in audit(changed) if (item.id, item.arithmetic) not in known and item.rule != "one_witness"
        ]
        told = [any(_about(item, key) for item in fresh) for key in keys]
        stray = [item.id for item in fresh if not any(_about(item, key) for key in keys)]
        rows += [{"kind": plant.__name__, "found": hit} for plant, hit in zip(plants, told, strict=True)]
        rows += [{"kind": "stray", "found": True, "id": name} for name in stray]
    return pd.DataFrame(rows)


def _about(item, key) -> bool:
    """Return whether a finding is about a spoilt row: its series, in its year, as first or later figure."""
    series, period = key
    return any(
        row["series_id"] == series and (not period or str(row["period"])[:4] == period[:4]) for row in item.observations
    )
