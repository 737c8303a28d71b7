"""Read the key figures that notebooks provide for the head of a page, the index and other programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from eastbound.language import _

RESULT_MIME = "application/vnd.eastbound.result+json"


@dataclass(frozen=True)
class Result:
    """Hold a key figure that a notebook provides.

    Parameters
    ----------
    name : str
        Stable name for machines.
    value : float or None
        None when there is no figure.
    unit : str
        Unit id.
    note : str
        Its name for readers.
    text : str
        The value as readers see it, with its unit.
    range : str
        Its uncertainty, as readers see it, such as ``"80 % of futures: 199–426 USD bn"``; may be empty.
    """

    name: str
    value: float | None
    unit: str = ""
    note: str = ""
    text: str = ""
    range: str = ""

    def as_record(self) -> dict[str, Any]:
        """Return the figure as a JSON record."""
        return asdict(self)


def read_results(nb: Any) -> tuple[Result, ...]:
    """Return the results that an executed notebook displayed, in order."""
    outputs = [o for cell in nb.cells if cell.cell_type == "code" for o in cell.outputs]
    records = [output.data[RESULT_MIME] for output in outputs if RESULT_MIME in output.get("data", {})]
    return tuple(_result(record) for record in records)


def _result(record: dict[str, Any]) -> Result:
    value = record.get("value")
    unit = str(record.get("unit") or "")
    text = record.get("text") or (_("no figure") if value is None else f"{value:g} {unit}".strip())
    note, span = str(record.get("note") or record["name"]), str(record.get("range") or "")
    return Result(str(record["name"]), value, unit, note, str(text), span)
