"""The data package: every layout holds the same numbers, in the form that its readers require."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from itertools import pairwise

import hubverse_schema
import jsonschema
import numpy as np
import pandas as pd
import pytest

from eastbound.catalogue import cards
from eastbound.constants import QUANTILES
from eastbound.reports.exports.data_package import write_data_package
from eastbound.reports.exports.hub import COLUMNS, MODEL_ID, hub_table, hub_tasks
from eastbound.reports.exports.iamc import INDEX
from eastbound.reports.history.numbers import COLUMNS as NUMBERS
from eastbound.reports.history.parquet import connect, write_parquet
from eastbound.reports.vintage import Vintage

VINTAGE = Vintage("2026-11-20", "2026-10", "e" * 64, 100)
TRADE, SHARE = "trade.china_russia.total", "trade.primorye.china_share_turnover"


def numbers() -> pd.DataFrame:
    """Two series under two scenarios; the share does not exist in 2031."""
    rows = []
    for scenario, shift in (("baseline", 0.0), ("price_slump", -5.0)):
        for series_id, unit, centre in ((TRADE, "USD_bn", 260.0), (SHARE, "percent", 70.0)):
            for period in ("2030", "2031"):
                missing = series_id == SHARE and period == "2031"
                known = {"scenario": scenario, "name": "", "series_id": series_id, "period": period, "unit": unit}
                values = [np.nan if missing else centre + shift + 20 * (level - 0.5) for level in QUANTILES]
                rows += [
                    {**known, "kind": "quantile", "level": level, "value": value}
                    for level, value in zip(QUANTILES, values, strict=True)
                ]
                rows.append({**known, "kind": "mean", "value": np.nan if missing else centre + shift})
        claim = {"kind": "claim", "name": "claim.some", "period": "2030", "value": 12.5, "mcse": 0.4, "unit": "percent"}
        rows.append({"scenario": scenario, "series_id": "", **claim})
    return pd.DataFrame(rows, columns=list(NUMBERS))


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The data folder of a run."""
    run = tmp_path_factory.mktemp("run")
    write_parquet(run / "numbers.parquet", numbers(), notes={"schema": "numbers/1", "as_of": "2026-11-20"})
    write_data_package(run, vintage=VINTAGE)
    return run / "data"


def test_csv_and_parquet_hold_the_same_numbers(package):
    wide = pd.read_csv(package / "forecasts.csv")
    assert wide.columns.tolist() == [
        *("scenario", "series_id", "label", "unit", "year", "mean"),
        *(f"{level:g}" for level in QUANTILES),
    ]
    assert len(wide) == 6
    assert all(np.all(np.diff(row) > 0) for row in wide[[f"{level:g}" for level in QUANTILES]].to_numpy())
    file = str(package / "numbers.parquet")
    stored = connect().execute(
        "SELECT value FROM read_parquet($file) WHERE scenario = 'price_slump' AND series_id = $name "
        "AND period = '2030' AND level = 0.9",
        {"file": file, "name": TRADE},
    )
    row = wide.query("scenario == 'price_slump' and series_id == @TRADE and year == 2030")
    assert stored.fetchone()[0] == row["0.9"].item() == 263.0
    assert pd.read_csv(package / "probabilities.csv")["value"].tolist() == [12.5, 12.5]


def test_iamc_table_has_the_columns_and_rows_that_the_format_requires(package):
    table = pd.read_csv(package / "iamc.csv")
    assert table.columns.tolist() == [*INDEX, "2030", "2031"]
    assert not table.duplicated(subset=list(INDEX)).any()
    assert not table[list(INDEX)].isna().any().any()
    assert not table["Variable"].str.contains(r"[*;\s]\||\|\s|\|\|").any()
    share = table[
        (table["Scenario"] == "baseline") & table["Variable"].str.endswith("share_turnover|50.0th Percentile")
    ]
    assert share["2030"].tolist() == [70.0]
    assert share["2031"].isna().all()
    assert share["Region"].tolist() == ["Primorye"]


def submission_faults(hub) -> list[str]:
    """Return what the rules of hubverse's documentation for model output find wrong with the one submission.

    The rules: file and folder named by round and model id; the columns of the round in order; every value among those
    of the configuration; each task once per output type and id; every required quantile; values within their bounds
    and never falling with the level.
    """
    tasks = json.loads((hub / "hub-config" / "tasks.json").read_text(encoding="utf-8"))
    (path,) = (hub / "model-output").rglob("*.csv")
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})-([A-Za-z0-9_]+-[A-Za-z0-9_]+)", path.stem)
    faults = [] if match and path.parent.name == match[2] == MODEL_ID else [f"name {path.name}"]
    if not (hub / "model-metadata" / f"{path.parent.name}.yml").is_file():
        faults.append("no metadata")
    table = pd.read_csv(path, dtype={"output_type_id": str}, keep_default_na=False)
    (one_round,) = tasks["rounds"]
    if table.columns.tolist() != list(COLUMNS) or set(table[one_round["round_id"]]) != {match[1]}:
        faults.append("columns or round")
    ids = list(one_round["model_tasks"][0]["task_ids"])
    for group in one_round["model_tasks"]:
        allowed = {
            name: {*(given["required"] or []), *(given["optional"] or [])} for name, given in group["task_ids"].items()
        }
        part = table[table["target"].isin(allowed["target"])]
        faults += [f"{name} outside" for name in ids if not set(part[name]) <= allowed[name]]
        for task, rows in part.groupby(ids):
            faults += _task_faults(task, rows, group["output_type"])
        if group["target_metadata"][0]["target_keys"] != {"target": part["target"].iloc[0]}:
            faults.append("target keys")
    return faults


def _task_faults(task, rows, output_types) -> list[str]:
    quantiles = rows[rows["output_type"] == "quantile"].astype({"output_type_id": float})
    value = output_types["quantile"]["value"]
    checks = {
        "levels": quantiles["output_type_id"].tolist() == output_types["quantile"]["output_type_id"]["required"],
        "order": all(low <= high for low, high in pairwise(quantiles["value"])),
        "bounds": rows["value"].between(value.get("minimum", -np.inf), value.get("maximum", np.inf)).all(),
        "mean": (rows["output_type"] == "mean").sum() <= 1,
        "mean id": (rows.loc[rows["output_type"] == "mean", "output_type_id"] == "NA").all(),
        "types": set(rows["output_type"]) <= set(output_types),
    }
    return [f"{task}: {name}" for name, good in checks.items() if not good]


def test_hub_keeps_the_rules_of_hubverse(package):
    assert submission_faults(package / "hub") == []
    table = pd.read_csv(next((package / "hub" / "model-output").rglob("*.csv")))
    assert len(table) == 6 * 24
    assert set(table["target_end_date"]) == {"2030-12-31", "2031-12-31"}


@pytest.mark.parametrize(("name", "schema"), [("tasks", hubverse_schema.TASKS), ("admin", hubverse_schema.ADMIN)])
def test_configuration_of_the_hub_fits_the_schemas_of_hubverse(package, name, schema):
    record = json.loads((package / "hub" / "hub-config" / f"{name}.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(record)] == []


def test_every_series_has_a_target_of_its_own_within_the_limits_of_hubverse():
    """Hubverse takes 30 characters for a target's id, and many series have more."""
    series = [name for name, card in cards().items() if card.unit]
    rows = numbers().query("scenario == 'baseline' and series_id == @TRADE and period == '2030'")
    table = hub_table(pd.concat([rows.assign(series_id=name) for name in series]), as_of="2026-11-20")
    record = hub_tasks(table, "2026-11-20")
    jsonschema.Draft202012Validator(hubverse_schema.TASKS).validate(record)
    groups = record["rounds"][0]["model_tasks"]
    assert len({group["target_metadata"][0]["target_id"] for group in groups}) == len(series) > 50


def test_the_rules_find_a_missing_quantile_and_a_crossing(package, tmp_path):
    import shutil

    hub = shutil.copytree(package / "hub", tmp_path / "hub")
    (path,) = (hub / "model-output").rglob("*.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    index = next(k for k, line in enumerate(lines) if ",quantile,0.5," in line)
    path.write_text("\n".join([*lines[:index], *lines[index + 1 :]]), encoding="utf-8")
    assert [fault.rpartition(": ")[2] for fault in submission_faults(hub)] == ["levels"]
    swapped = [*lines]
    head, value = lines[index].rpartition(",")[::2]
    swapped[index] = f"{head},{float(value) + 100}"
    path.write_text("\n".join(swapped), encoding="utf-8")
    assert [fault.rpartition(": ")[2] for fault in submission_faults(hub)] == ["order"]


def test_descriptor_lists_every_file_with_its_checksum(package):
    record = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["path"] for resource in record["resources"]}
    assert paths == {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()} - {
        "datapackage.json"
    }
    for resource in record["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")
        if "schema" in resource:
            table = pd.read_csv(package / resource["path"])
            assert [field["name"] for field in resource["schema"]["fields"]] == table.columns.tolist()
    names = {"type": "string", "pattern": r"^[-a-z0-9._/]+$"}
    jsonschema.validate([resource["name"] for resource in record["resources"]], {"items": names, "uniqueItems": True})
    assert record["created"].startswith("2026-11-20")


def test_the_same_numbers_give_the_same_bytes(package, tmp_path):
    write_parquet(tmp_path / "numbers.parquet", numbers(), notes={"schema": "numbers/1", "as_of": "2026-11-20"})
    write_data_package(tmp_path, vintage=VINTAGE)
    for path in package.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "data" / path.relative_to(package)).read_bytes(), path.name
