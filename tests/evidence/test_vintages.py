"""A forecast as of a day uses nothing that came later: tables, models and command line."""

import csv
import json
import shutil
from contextlib import contextmanager

import pandas as pd
import pytest

import eastbound as eb
from eastbound import cli
from eastbound.evidence import book as shelf
from eastbound.evidence.book import load_evidence
from eastbound.evidence.derivation import monthly_panel

DAYS = ("2021-12-31", "2023-11-30", "2024-12-31", "2025-06-30")
FRAMES = ("observations", "events", "effects", "milestones", "analogues")
FORECAST = ("--draws", "64", "--until", "2027", "--json")


@contextmanager
def tables_in(folder):
    """Read the book from another folder of tables."""
    packaged = shelf.TABLES
    shelf.TABLES = folder
    shelf._shelf.cache_clear()
    try:
        yield
    finally:
        shelf.TABLES = packaged
        shelf._shelf.cache_clear()


def spoilt(folder, day):
    """Copy the tables; of the rows available after a day, drop every other one and spoil the rest."""
    shutil.copytree(shelf.TABLES, folder)
    changed = 0
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if not rows or "available" not in rows[0]:
            continue
        late = [row for row in rows if row["available"] > day]
        for row in late[::2]:
            row.update({name: "987654" for name in ("value", "low", "high") if row.get(name)})
            row["note"] = "spoilt"
        dropped = {id(row) for row in late[1::2]}
        changed += len(late)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if id(row) not in dropped)
    return changed


def forecast(capsys, day):
    code = cli.main(["forecast", "trade", "--as-of", day, *FORECAST])
    out = capsys.readouterr()
    assert code == 0, out.err
    return json.loads(out.out)


def values(record):
    """Return the forecast without the hash of its inputs, which covers whole tables."""
    return {name: part for name, part in record.items() if name != "inputs"}


def frames(book):
    """Everything of a book that carries a date of availability, the monthly panel included."""
    return {**{name: getattr(book, name) for name in FRAMES}, "panel": monthly_panel(book)}


@pytest.mark.parametrize("day", DAYS)
def test_no_row_came_later(day):
    book = load_evidence(day)
    for name, frame in frames(book).items():
        assert (frame["available"] <= day).all(), name
    assert len(book.observations) > 1000


@pytest.mark.parametrize("day", DAYS)
def test_what_came_later_does_not_change_the_book(tmp_path, day):
    before = load_evidence(day)
    assert spoilt(tmp_path / "tables", day) > 100
    with tables_in(tmp_path / "tables"):
        after = load_evidence(day)
        assert (load_evidence().observations["note"] == "spoilt").any()
    for name, frame in frames(before).items():
        pd.testing.assert_frame_equal(frame, frames(after)[name])


def test_what_came_later_does_not_change_the_forecast(tmp_path, capsys):
    day = "2023-11-30"
    before = forecast(capsys, day)
    spoilt(tmp_path / "tables", day)
    with tables_in(tmp_path / "tables"):
        after = forecast(capsys, day)
    assert after["inputs"] != before["inputs"]  # so that it was computed anew, not found in the cache
    assert values(after) == values(before)


@pytest.mark.parametrize(("day", "first"), [("2021-12-31", 2021), ("2023-11-30", 2023), ("2024-12-31", 2024)])
def test_a_forecast_runs_as_of_an_earlier_day(capsys, day, first):
    record = forecast(capsys, day)
    assert record["as_of"] == day
    rows = record["series"][0]["rows"]
    years = [int(row["period"]) for row in rows]
    assert min(years) in (first, first + 1)
    assert max(years) == 2027


def test_the_shocks_after_an_origin_are_not_in_its_forecast():
    """Total trade rose by 63 % from 2021 to 2023, which was unknown in 2019."""
    ensemble = eb.simulate("baseline", book=load_evidence("2019-12-31"), draws=128, until=2027)
    medians = eb.annual(ensemble, "trade.china_russia.total").median("draw").isel(scenario=0)
    assert float(medians.sel(year=2023) / medians.sel(year=2021)) < 1.25
    assert float(medians.sel(year=2020) / medians.sel(year=2019)) > 0.97


def test_a_level_cast_back_from_growth_is_not_known_before_that_growth():
    """An earlier year's level that divides a later level by its growth waits for that later level."""
    rows = monthly_panel(load_evidence("2026-10-30"))
    cast = rows[rows["rule"].str.contains("back-cast")]
    ends = pd.to_datetime([f"{text.rpartition('/')[2][:4]}-01-01" for text in cast["period"]])
    assert (cast["available"].to_numpy() >= (ends + pd.DateOffset(years=1)).to_numpy()).all()
