"""Emit figures, tables and named numbers into a notebook's output, with what a report reads beside them.

A figure goes out as PNG, which report pages use, and as HTML with its caption, which JupyterLab shows.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape, unescape
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eastbound.errors import InputError, shortened
from eastbound.language import _
from eastbound.plots.export import csv_link, png
from eastbound.plots.style import numbers

RESULT_MIME = "application/vnd.eastbound.result+json"


def show(
    drawn: Figure | Axes | Sequence[Axes],
    *,
    alt: str = "",
    caption: str | None = None,
    source: str | None = None,
) -> None:
    """Show a matplotlib figure of your own with a text alternative, so that a report can take it.

    Parameters
    ----------
    drawn : Figure, Axes or sequence of Axes
        The whole figure is shown, also when one of its axes is given.
    alt : str
        The text alternative; made from titles and axis labels when empty.
    caption : str, optional
        One sentence under the figure.
    source : str, optional
        Where its numbers come from.

    Raises
    ------
    InputError
        If `drawn` is no matplotlib figure or axes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot(title="Trade", xlabel="year", ylabel="USD bn")
    >>> described(ax.figure)
    'Figure: Trade, USD bn by year.'
    """
    shown = _whole(drawn)
    figure(shown, alt=alt.strip() or described(shown), caption=caption, source=source)


def described(shown: Figure) -> str:
    """Return a text alternative made from the titles and axis labels of a figure."""
    parts = []
    for ax in shown.axes:
        across, up = ax.get_xlabel(), ax.get_ylabel()
        axes = _("{up} by {across}", up=up, across=across) if up and across else up or across
        title = next((text for side in ("center", "left", "right") if (text := ax.get_title(loc=side))), "")
        parts.append(", ".join(text for text in (title, axes) if text) or _("no title"))
    return _("Figure: {parts}.", parts="; ".join(parts))


def figure(
    drawn: Figure | Axes,
    *,
    alt: str,
    caption: str | None = None,
    source: str | None = None,
    observed: Sequence[Mapping[str, Any]] = (),
    download: str = "",
    layer: Callable[[Figure], Mapping[str, Any]] | None = None,
) -> None:
    """Emit a figure with its text alternative, and close it.

    A figure without data, such as the effect of the baseline on itself, says less than its caption; then only that
    sentence is emitted. `download` is HTML for the end of the figure, see `csv_link`; `layer` returns what an
    interactive page adds to the picture, see `eastbound.plots.hover`.
    """
    whole = _whole(drawn)
    if not any(ax.has_data() for ax in whole.axes):
        _close(whole)
        text = caption or alt  # may hold a title from a file: text, not Markdown
        _emit({"text/html": f"<p>{escape(text)}</p>", "text/plain": text}, {})
        return
    image = base64.b64encode(png(whole)).decode("ascii")
    width = round(whole.get_figwidth() * 100)
    added = layer(whole) if layer is not None else {}
    _close(whole)
    notes: dict[str, Any] = {"alt": alt, "caption": caption, "source": source}
    notes |= {"download": download} if download else {}
    notes |= {"observed": list(observed)} if observed else {}
    notes |= {"layer": dict(added)} if added else {}
    words = " ".join(text for text in (caption, source) if text)
    page = (
        f'<figure style="margin:0"><img src="data:image/png;base64,{image}" width="{width}" alt="{escape(alt)}">'
        f"<figcaption>{escape(words)}</figcaption>{f'<p>{download}</p>' if download else ''}</figure>"
    )
    _emit(
        {"image/png": image, "text/html": page, "text/plain": alt},
        {"eastbound": notes, "image/png": {"width": width}},
    )


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    raw: Sequence[str] = (),
    observed: Sequence[Mapping[str, Any]] = (),
    text: str = "",
) -> None:
    """Emit a table of strings as accessible HTML with a link to its CSV, and as plain text."""
    notes = {"table": True, **({"observed": list(observed)} if observed else {})}
    link = csv_link(without_markup(frame, raw), caption)
    page = f"{numbers.html(frame, caption=caption, raw=raw)}<p>{link}</p>"
    _emit({"text/html": page, "text/plain": text}, {"eastbound": notes})


def paragraph(text: str) -> None:
    """Emit computed sentences as a paragraph, which may hold titles from files and is therefore escaped."""
    # a number and its unit stay on one line
    joined = re.sub(r"(\d) (%|billion|млрд)", "\\1\N{NO-BREAK SPACE}\\2", escape(text))
    _emit({"text/html": f'<p class="summary">{joined}</p>', "text/plain": text}, {})


def without_markup(frame: pd.DataFrame, raw: Sequence[str]) -> pd.DataFrame:
    """Return a table whose columns of HTML hold the text alone.

    Examples
    --------
    >>> without_markup(pd.DataFrame({"source": ['<a href="https://x.org">Customs &amp; ports</a>']}), ["source"])
                source
    0  Customs & ports
    """
    texts = {column: [unescape(re.sub("<[^>]*>", "", str(cell))) for cell in frame[column]] for column in raw}
    return frame.assign(**texts)


def result(record: Mapping[str, Any]) -> None:
    """Emit one named number that index pages and other programs pick up.

    Parameters
    ----------
    record : mapping
        name, value (unrounded; percent are 0–100), unit, note (in words), text (as people read it).
    """
    # the table above it shows the number already; without any text editors would complain of an unknown kind of output
    _emit({RESULT_MIME: dict(record), "text/plain": ""}, {})


def _whole(drawn: Figure | Axes | Sequence[Axes]) -> Figure:
    if isinstance(drawn, Figure):
        return drawn
    axes = [drawn] if isinstance(drawn, Axes) else list(drawn) if isinstance(drawn, Iterable) else []
    first = next((item for item in axes if isinstance(item, Axes)), None)
    if first is None:
        message = f"`show` takes a matplotlib figure or axes, not {shortened(repr(drawn))}."
        raise InputError(message)
    whole = first.get_figure(root=True)
    assert whole is not None  # axes are never without a figure here
    return whole


def _close(whole: Any) -> None:
    """Close the figure where pyplot holds it, so that a kernel does not show it twice."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(whole)


def _emit(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    from IPython.display import display  # only in a notebook, so `eastbound data` never loads it

    display(data, metadata=metadata, raw=True)
