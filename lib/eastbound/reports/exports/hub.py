"""Lay out the forecasts of a run as a modelling hub in the format of hubverse, schema version 5.

References
----------
Format of model output: https://docs.hubverse.io/en/latest/. Schemas of the files in ``hub-config``:
https://github.com/hubverse-org/schemas, folder ``v5.0.1``.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd

from eastbound.catalogue import cards
from eastbound.constants import QUANTILES
from eastbound.files import write_text
from eastbound.reports.exports.columns import forecasts
from eastbound.units import unit_label

MODEL_ID: Final = "eastbound-ensemble"  # hubverse: abbreviation of the team, a hyphen, that of the model
COLUMNS: Final = (
    "reference_date",
    "scenario_id",
    "target",
    "target_end_date",
    "output_type",
    "output_type_id",
    "value",
)
_LONGEST_ID: Final = 30  # characters of a `target_id`
_LONGEST_TEXT: Final = 100  # of a target's name and unit
_SCHEMAS: Final = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1"


def write_hub(folder: Path, numbers: pd.DataFrame, *, as_of: str) -> list[Path]:
    """Write the hub: configuration, card of the model, and its forecasts.

    Parameters
    ----------
    folder : Path
        Folder of the hub.
    numbers : DataFrame
        Columns of `eastbound.reports.history.numbers.COLUMNS`.
    as_of : str
        Day of the evidence: the round.

    Returns
    -------
    list of Path
        The files.
    """
    table = hub_table(numbers, as_of=as_of)
    contents = {
        "hub-config/admin.json": _json(_admin()),
        "hub-config/tasks.json": _json(hub_tasks(table, as_of)),
        "hub-config/model-metadata-schema.json": _json(_card_schema()),
        f"model-metadata/{MODEL_ID}.yml": _card(),
        f"model-output/{MODEL_ID}/{as_of}-{MODEL_ID}.csv": table.to_csv(index=False, na_rep="NA", lineterminator="\n"),
    }
    for name, text in contents.items():
        write_text(folder / name, text)
    return [folder / name for name in contents]


def hub_table(numbers: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """Return means and quantiles as model output of hubverse.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; a year is dated by its last day. A year that lacks a quantile is left out, because
        hubverse takes a distribution with every level or none.

    Examples
    --------
    >>> row = {"scenario": "baseline", "kind": "mean", "series_id": "trade.china_russia.total", "period": "2030",
    ...     "level": float("nan"), "value": 262.0, "unit": "USD_bn"}
    >>> hub_table(pd.DataFrame([row]), as_of="2026-11-20").empty
    True
    """
    rows = forecasts(numbers)
    levels = rows["level"].where(rows["kind"] == "quantile")
    complete = levels.groupby([rows["scenario"], rows["series_id"], rows["period"]]).transform("count") == len(
        QUANTILES
    )
    rows, levels = rows[complete], levels[complete]
    return pd.DataFrame(
        {
            "reference_date": as_of,
            "scenario_id": rows["scenario"],
            "target": rows["series_id"],
            "target_end_date": rows["period"] + "-12-31",
            "output_type": rows["kind"],
            "output_type_id": [None if pd.isna(level) else f"{level:g}" for level in levels],
            "value": rows["value"],
        }
    ).reset_index(drop=True)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _admin() -> dict[str, Any]:
    return {
        "schema_version": f"{_SCHEMAS}/admin-schema.json",
        "name": "Eastbound: China-Russia trade, Primorye and pipelines",
        "maintainer": "The Eastbound developers",
        "contact": {"name": "The Eastbound developers"},
        "repository": {},
        "file_format": ["csv"],
        "timezone": "Asia/Vladivostok",
        "model_output_dir": "model-output",
    }


def hub_tasks(table: pd.DataFrame, as_of: str) -> dict[str, Any]:
    """Return the configuration of the one round: a group of tasks per series, since their units and bounds differ.

    Parameters
    ----------
    table : DataFrame
        From `hub_table`.
    as_of : str
        Day of the evidence: the round.

    Returns
    -------
    dict
        The content of ``hub-config/tasks.json``.
    """
    tasks = [_group(str(name), part, as_of) for name, part in table.groupby("target", sort=False)]
    days = {"start": as_of, "end": as_of}
    one_round = {"round_id_from_variable": True, "round_id": "reference_date", "model_tasks": tasks}
    return {
        "schema_version": f"{_SCHEMAS}/tasks-schema.json",
        "rounds": [{**one_round, "submissions_due": days}],
        "output_type_id_datatype": "double",
    }


def _group(series_id: str, table: pd.DataFrame, as_of: str) -> dict[str, Any]:
    card = cards()[series_id]
    value: dict[str, Any] = {"type": "double"}
    value |= {"minimum": card.lower} if card.lower is not None else {}
    value |= {"maximum": card.upper} if card.upper is not None else {}
    optional = {name: list(dict.fromkeys(table[name])) for name in ("scenario_id", "target_end_date")}
    quantile = {"output_type_id": {"required": list(QUANTILES)}, "is_required": True, "value": value}
    return {
        "task_ids": {
            "reference_date": {"required": None, "optional": [as_of]},
            "scenario_id": {"required": None, "optional": optional["scenario_id"]},
            "target": {"required": None, "optional": [series_id]},
            "target_end_date": {"required": None, "optional": optional["target_end_date"]},
        },
        "output_type": {
            "mean": {"output_type_id": {"required": None}, "is_required": False, "value": value},
            "quantile": quantile,
        },
        "target_metadata": [
            {
                "target_id": _target_id(series_id),
                "target_name": _shortened(card.label),
                "target_units": _shortened(unit_label(card.unit)),
                "target_keys": {"target": series_id},
                "description": card.definition or card.label,
                "target_type": "continuous",
                "is_step_ahead": False,
            }
        ],
    }


def _target_id(series_id: str) -> str:
    """Return a name of a series of at most 30 characters, the most that hubverse takes; `target_keys` has the whole."""
    if len(series_id) <= _LONGEST_ID:
        return series_id
    digest = sha256(series_id.encode()).hexdigest()[:8]  # shortened names must stay different
    return f"{series_id[: _LONGEST_ID - 9]}-{digest}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _card_schema() -> dict[str, Any]:
    texts = ("team_name", "team_abbr", "model_name", "model_abbr", "methods")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Card of a model",
        "type": "object",
        "properties": {name: {"type": "string"} for name in texts} | {"designated_model": {"type": "boolean"}},
        "required": list(texts),
    }


def _card() -> str:
    team, model = MODEL_ID.split("-")
    return (
        f"team_name: Eastbound\nteam_abbr: {team}\nmodel_name: Joint ensemble\nmodel_abbr: {model}\n"
        "designated_model: true\n"
        "methods: One joint simulation of trade, regional share and pipelines under scenarios; see METHODS.md.\n"
    )
