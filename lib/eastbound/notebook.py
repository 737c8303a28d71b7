"""Suit an IPython shell to the package: short errors, ensembles as a summary, ids of series on Tab.

Only IPython's public hooks are used, and only for values of this package; everything else looks as it did.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from eastbound.catalogue import cards, headlines, short_names
from eastbound.errors import EastboundError

if TYPE_CHECKING:
    import xarray as xr

_SHOWN: Final = 8  # series in the summary of an ensemble
_MOST: Final = 12  # scenarios in it


def suit(shell: Any) -> None:
    """Set up a shell; doing it again changes nothing.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
    """
    shell.set_custom_exc((EastboundError,), _show_error)
    formatters = shell.display_formatter.formatters
    formatters["text/plain"].for_type_by_name("xarray.core.dataset", "Dataset", _print)
    formatters["text/html"].for_type_by_name("xarray.core.dataset", "Dataset", _html)
    from IPython.core.completer import completion_matcher

    matchers = shell.Completer.custom_matchers
    if _match_series not in matchers:
        matchers.append(completion_matcher(identifier="eastbound.series", api_version=2)(_match_series))


def summary(ens: xr.Dataset) -> str:
    """Describe an ensemble in a few lines: scenarios, draws, months, and series with their units.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=64, until=2030)
    >>> print(summary(ens).splitlines()[0])
    Ensemble: 1 scenario, 64 draws, 2026-01 to 2030-12, evidence to 2026-10-30, seed 20261122
    """
    names = [str(name) for name in ens["scenario"].to_numpy()]
    first, last = (str(month)[:7] for month in ens["period"].to_numpy()[[0, -1]])
    count = f"{len(names)} scenario" + "s" * (len(names) > 1)
    lines = [
        f"Ensemble: {count}, {ens.sizes['draw']:,} draws, {first} to {last}, evidence to {ens.attrs['as_of']}, "
        f"seed {ens.attrs['seed']}"
    ]
    width = max(map(len, names))
    titles = [str(title) for title in ens["title"].to_numpy()]
    lines += [f"  {name:<{width}}  {title}" for name, title in zip(names[:_MOST], titles, strict=False)]
    if len(names) > _MOST:
        lines.append(f"  and {len(names) - _MOST} more")
    lines.append(f"{len(ens.data_vars)} variables, among them:")
    short = {series_id: name for name, series_id in short_names().items()}
    rows = [(short.get(name, name), cards()[name].label, cards()[name].unit) for name in headlines() if name in ens]
    wide = max((len(row[0]) for row in rows[:_SHOWN]), default=0)
    lines += [f"  {name:<{wide}}  {label} ({unit})" for name, label, unit in rows[:_SHOWN]]
    lines.append("eb.series() lists and searches all; eb.table(ens) tabulates; ens.data_vars has the arrays.")
    return "\n".join(lines)


def _is_ensemble(dataset: Any) -> bool:
    return {"digest", "as_of", "seed"} <= dataset.attrs.keys() and {"scenario", "draw", "period"} <= set(dataset.dims)


def _print(dataset: Any, printer: Any, _: bool) -> None:
    printer.text(summary(dataset) if _is_ensemble(dataset) else repr(dataset))


def _html(dataset: Any) -> str:
    return f"<pre>{escape(summary(dataset))}</pre>" if _is_ensemble(dataset) else dataset._repr_html_()


def _show_error(shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType, **_: Any) -> None:
    """Show the message of an error and the line of the cell that led to it, and fold the trace away."""
    line = next((frame for frame in traceback.extract_tb(trace) if "ipykernel" in frame.filename), None)
    where = [f"line {line.lineno} of the cell: {line.line}"] if line is not None and line.line else []
    from eastbound.reports.reads import VARIABLE

    if VARIABLE not in os.environ:  # a page of a report has no place for the paths of a machine
        whole = "".join(traceback.format_exception(kind, error, trace))
        folded = f"<details><summary>Full trace</summary><pre>{escape(whole)}</pre></details>"
        shell.display_pub.publish({"text/html": folded, "text/plain": "(%tb shows the full trace)"})
    shell._showtraceback(kind, error, [f"\x1b[31m{kind.__name__}\x1b[0m: {error}", *where])


def _match_series(context: Any) -> Any:
    """Offer the ids and short names of series inside a string."""
    from IPython.core.completer import SimpleCompletion

    line = context.line_with_cursor[: context.cursor_position]
    inside = any(line.count(quote) % 2 for quote in "\"'")
    names = sorted(_starting_with(context.token)) if inside and context.token else []
    return {"completions": [SimpleCompletion(name, type="series") for name in names], "suppress": bool(names)}


def _starting_with(text: str) -> Iterator[str]:
    yield from (name for name in (*short_names(), *cards()) if name.startswith(text))
