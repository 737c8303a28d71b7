"""Write figures and tables to files; the ending of the path chooses the format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import pandas as pd

from eastbound.errors import InputError
from eastbound.plots.style import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 144
# without them matplotlib stamps the time and its version, and the same figure would never have the same bytes
_METADATA: dict[str, dict[str, Any]] = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG or SVG; the same figure gives the same bytes."""
    with matplotlib.rc_context({**canvas.style(), "svg.hashsalt": "eastbound"}):
        figure.savefig(path, format=path.suffix[1:], dpi=DPI, metadata=_METADATA[path.suffix])
    return path


def save_frame(frame: pd.DataFrame, path: Path, *, formats: Sequence[str]) -> Path:
    """Write a table as CSV or XLSX.

    Parameters
    ----------
    frame : DataFrame
    path : Path
    formats : sequence of str
        The endings that the caller's object can be saved under, for the message.

    Raises
    ------
    InputError
        If the ending is neither ``.csv`` nor ``.xlsx``.
    """
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".xlsx":
        frame.to_excel(path, index=False, engine="xlsxwriter")
    else:
        message = f"`{path}` has the ending `{path.suffix}`; choose one of {', '.join(formats)}."
        raise InputError(message)
    return path
