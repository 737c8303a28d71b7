"""Put figures, tables and result values into a notebook's output, with what a report needs beside them."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eastbound.errors import InputError
from eastbound.plots.style import numbers as fmt

RESULT_MIME = "application/vnd.eastbound.result+json"


def show(
    drawn: Figure | Axes | Sequence[Axes],
    *,
    alt: str,
    caption: str | None = None,
    source: str | None = None,
    observed: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Emit a figure as PNG with its text alternative, and close it.

    A figure with nothing drawn in it, such as the effect of the baseline on
    itself, says less than its caption; then only that sentence is emitted.

    Parameters
    ----------
    drawn : Figure, Axes or sequence of Axes
        A whole figure is shown, also when one of its axes is given.
    alt : str
        The text alternative, see `alt_text`.
    caption : str, optional
        One sentence under the figure, see `finding`.
    source : str, optional
        Where the figures come from, when the figure does not say it itself.
    observed : sequence of mappings
        The notes of observed values in the caption, see `last_observed_note`.

    Raises
    ------
    InputError
        If the text alternative is empty.
    """
    if not alt.strip():
        message = "a figure was shown without a text alternative; pass `alt=eb.plots.alt_text(table)`."
        raise InputError(message)
    figure = _figure(drawn)
    if not any(ax.has_data() for ax in figure.axes):
        _close(figure)
        text = caption or alt  # may hold a title from a file: text, not Markdown
        _emit({"text/html": f"<p>{escape(text)}</p>", "text/plain": text}, {})
        return
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144, metadata={"Software": None})
    width = round(figure.get_figwidth() * 100)
    _close(figure)
    image = base64.b64encode(buffer.getvalue()).decode("ascii")
    notes = {"alt": alt, "caption": caption, "source": source, **({"observed": list(observed)} if observed else {})}
    _emit({"image/png": image, "text/plain": alt}, {"eastbound": notes, "image/png": {"width": width}})


def show_table(frame: pd.DataFrame, *, caption: str, raw: Sequence[str] = ()) -> None:
    """Emit a table of ready strings as accessible HTML with a plain text fallback.

    Parameters
    ----------
    frame : DataFrame
        Strings; the first column heads the rows. Notes of observed values, which the table
        functions attach with `cite_cells`, go along.
    caption : str
        What the table shows.
    raw : sequence of str
        Columns that hold HTML of our own making.
    """
    text = f"{caption}\n{frame.drop(columns=list(raw)).to_string(index=False)}"
    observed = frame.attrs.get("observed")
    notes = {"table": True, **({"observed": observed} if observed else {})}
    _emit({"text/html": fmt.html(frame, caption=caption, raw=raw), "text/plain": text}, {"eastbound": notes})


def result(name: str, value: float, *, unit: str, note: str = "", text: str = "") -> None:
    """Emit one named number that index pages and other programs pick up.

    Parameters
    ----------
    name : str
        Stable name, e.g. ``"china_share_2035"``.
    value : float
        Unrounded; percent are 0–100.
    unit : str
        A unit id such as ``USD_bn`` or ``percent``.
    note : str
        What the number is, in words.
    text : str
        The number as people should read it; made from value and unit when empty.
    """
    shown = text or fmt.number(float(value), unit)
    record = {"name": name, "value": float(value), "unit": unit, "note": note, "text": shown}
    plain = f"{note or name}: {shown}"
    _emit({RESULT_MIME: record, "text/plain": plain}, {})


def results(table: pd.DataFrame, *, caption: str) -> None:
    """Show a table of headline numbers and emit each of them as a result.

    Parameters
    ----------
    table : DataFrame
        Columns name, label, value, unit, text, range from `headline`.
    caption : str
        What the numbers are.
    """
    frame = table[["label", "text", "range"]].set_axis(["quantity", "value", "range"], axis=1)
    show_table(frame, caption=caption)
    for row in table.itertuples():
        result(str(row.name), float(row.value), unit=str(row.unit), note=str(row.label), text=str(row.text))  # type: ignore[arg-type]


def _figure(drawn: Figure | Axes | Sequence[Axes]) -> Figure:
    if isinstance(drawn, Figure):
        return drawn
    first = drawn if isinstance(drawn, Axes) else next(iter(drawn))
    figure = first.get_figure(root=True)
    assert figure is not None  # axes are never without a figure here
    return figure


def _close(figure: Any) -> None:
    """Let pyplot forget the figure when it was made there, so that a kernel does not show it twice."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def _emit(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    from IPython.display import display  # only in a notebook, so `eastbound data` never loads it

    display(data, metadata=metadata, raw=True)
