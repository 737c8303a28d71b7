"""Write figures and tables to files; the ending of the path chooses the format."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import matplotlib
import pandas as pd

from eastbound import files
from eastbound.errors import InputError
from eastbound.plots.style import canvas
from eastbound.plots.style.letters import every_glyph, note_english

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 144
_TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
_NUMBERS = "biufcMm"  # kinds of columns without text
# what a spreadsheet would compute or run; "-5 %" and "+10 USD" are no formulas
_FORMULA = re.compile(r"[=@\t\r]|[+-][A-Za-z(@]")
# without them matplotlib stamps the time and its version, and the same figure would never have the same bytes
_METADATA: dict[str, dict[str, Any]] = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG or SVG; the same figure gives the same bytes."""
    _check_folder(path)
    with matplotlib.rc_context({**canvas.style(), "svg.hashsalt": "eastbound"}):
        figure.savefig(path, format=path.suffix[1:], dpi=DPI, metadata=_METADATA[path.suffix])
    return path


def png(figure: Figure) -> bytes:
    """Return a figure as PNG; it is laid out once, where `Figure.savefig` draws it a second time for the layout.

    Parameters
    ----------
    figure : Figure
        Its layout engine and resolution stay what they were.

    Raises
    ------
    InputError
        If it has a character that no font draws.
    """
    note_english(figure)
    layout, dpi = figure.get_layout_engine(), figure.get_dpi()
    buffer = io.BytesIO()
    # without an engine `savefig` has no layout to find by drawing; None means matplotlib's own default, set here
    with (
        matplotlib.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}),
        every_glyph(),
    ):
        try:
            figure.set_dpi(DPI)
            if layout is not None:
                layout.execute(figure)
                figure.set_layout_engine(None)
            figure.savefig(buffer, format="png", dpi=DPI, metadata=_METADATA[".png"])
        finally:
            figure.set_layout_engine(layout)
            figure.set_dpi(dpi)
    return buffer.getvalue()


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        message = f"`{path}` cannot be saved: there is no folder `{path.parent}`; create it, or save elsewhere."
        raise InputError(message)


def _ending(path: Path) -> str:
    return f"the ending `{path.suffix}`" if path.suffix else "no ending"


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
        If the ending is neither ``.csv`` nor ``.xlsx``, or the folder does not exist.
    """
    _check_folder(path)
    if path.suffix == ".csv":
        files.write_text(path, csv_text(frame))
    elif path.suffix == ".xlsx":
        frame.to_excel(path, index=False, engine="xlsxwriter", engine_kwargs={"options": _TEXT_IS_TEXT})
    else:
        message = f"`{path}` has {_ending(path)}; choose one of {', '.join(formats)}."
        raise InputError(message)
    return path


def csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV with one header row and the same line ends on every system.

    An apostrophe stands before a text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"period": ["2030"], "value": [71.25]}))
    'period,value\\n2030,71.25\\n'
    """
    texts = frame.rename(columns=_as_text).apply(
        lambda column: column if column.dtype.kind in _NUMBERS else column.map(_as_text)
    )
    return str(texts.to_csv(index=False, lineterminator="\n"))


def _as_text(cell: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_link(frame: pd.DataFrame, title: str) -> str:
    """Return a link that downloads a table as CSV.

    The link holds the file itself, so that it works offline, in JupyterLab and on a page that may load nothing.

    Parameters
    ----------
    frame : DataFrame
    title : str
        Gives the name of the file.

    Examples
    --------
    >>> csv_link(pd.DataFrame({"share": ["71 %"]}), "China's share, 2030")[:72]
    '<a class="csv" download="china-s-share-2030.csv" href="data:text/csv;cha'
    """
    name = re.sub(r"[^a-z0-9\u0430-\u0451\u4e00-\u9fff]+", "-", title.lower()).strip("-")[:80] or "table"
    content = quote(csv_text(frame), safe=",.-_~:;/()")
    href = f"data:text/csv;charset=utf-8,{content}"
    return f'<a class="csv" download="{name}.csv" href="{escape(href)}" aria-label="CSV: {escape(title)}">CSV</a>'
