"""The rules of hubverse's schemas, version 5.0.1, for the files that a hub of ours has, in our own words.

Read on 2026-11-28 in https://github.com/hubverse-org/schemas, ``v5.0.1/tasks-schema.json`` and
``v5.0.1/admin-schema.json``. Only the branches that our files can take are here: task ids of our own, output types
mean and quantile, one round with two dates. Everything else is refused, also what hubverse would take. hubverse's own
reader, hubdata 0.2.0 on PyPI, opened a hub of the tests on that day: 144 rows, dates, levels and values of their types.
"""

from __future__ import annotations

from typing import Any, Final

_FOLDER: Final = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1"
_TEXT: Final = {"type": "string"}
_VALUES: Final = {"type": ["array", "null"], "uniqueItems": True}
_DATE: Final = {"type": "string", "format": "date"}


def closed(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with these properties alone, all of them required but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _output(ids: dict[str, Any]) -> dict[str, Any]:
    bounds = {"minimum": {"type": "number"}, "maximum": {"type": "number"}}
    value = closed({"type": {"enum": ["double", "integer"]}, **bounds}, optional=("minimum", "maximum"))
    return closed({"output_type_id": closed({"required": ids}), "value": value, "is_required": {"type": "boolean"}})


_TARGET: Final = {
    "target_id": {**_TEXT, "maxLength": 30},
    "target_name": {**_TEXT, "maxLength": 100},
    "target_units": {**_TEXT, "maxLength": 100},
    "target_keys": {"type": ["object", "null"], "minProperties": 1, "maxProperties": 1, "additionalProperties": _TEXT},
    "description": _TEXT,
    "target_type": {"enum": ["continuous", "discrete", "date", "binary", "nominal", "ordinal", "compositional"]},
    "is_step_ahead": {"const": False},  # a series of steps also needs its unit of time
}
_LEVELS: Final = {"type": "array", "uniqueItems": True, "items": {"type": "number", "minimum": 0, "maximum": 1}}
_GROUP: Final = closed(
    {
        "task_ids": {
            "type": "object",
            "properties": {
                name: closed({"required": values, "optional": values})
                for name, values in (
                    ("reference_date", _VALUES),
                    ("scenario_id", {**_VALUES, "items": {"type": ["integer", "string"]}}),
                    ("target", {**_VALUES, "items": _TEXT}),
                    ("target_end_date", {**_VALUES, "items": _DATE}),
                )
            },
            "additionalProperties": closed({"required": _VALUES, "optional": _VALUES}),
        },
        "output_type": closed({"mean": _output({"type": "null"}), "quantile": _output(_LEVELS)}),
        "target_metadata": {"type": "array", "items": closed(_TARGET, optional=("description",))},
    }
)
_ROUND: Final = closed(
    {
        "round_id_from_variable": {"type": "boolean"},
        "round_id": _TEXT,
        "model_tasks": {"type": "array", "items": _GROUP},
        "submissions_due": closed({"start": _DATE, "end": _DATE}),
    }
)
TASKS: Final = closed(
    {
        "schema_version": {"const": f"{_FOLDER}/tasks-schema.json"},
        "rounds": {"type": "array", "items": _ROUND},
        "output_type_id_datatype": {"enum": ["auto", "character", "double", "integer", "logical", "Date"]},
    }
)
ADMIN: Final = closed(
    {
        "schema_version": {"const": f"{_FOLDER}/admin-schema.json"},
        "name": _TEXT,
        "maintainer": _TEXT,
        "contact": closed({"name": _TEXT}),
        "repository": closed(
            {"host": {"const": "github"}, "owner": _TEXT, "name": _TEXT}, optional=("host", "owner", "name")
        ),
        "file_format": {"type": "array", "items": {"enum": ["csv", "parquet", "arrow"]}},
        "timezone": _TEXT,  # of the tz database; hubverse lists them all
        "model_output_dir": _TEXT,
    }
)
