"""Combine the views of the log with those that a command states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eastbound.periods import last_day
from eastbound.scenarios.view_log import Entry, active, read_log


def chosen_views(
    *, logged: bool, stated: Sequence[str], as_of: str | None, home: str | Path | None
) -> list[str | Entry]:
    """Return the views that a command asks for: entries of the log when `logged`, then statements.

    Parameters
    ----------
    logged : bool
        Whether to take the entries in force, on the day `as_of` when one is given.
    stated : sequence of str
    as_of : str or None
    home : path or None
        The workspace.

    Examples
    --------
    >>> chosen_views(logged=False, stated=["mean(a, 2030) = 3"], as_of=None, home=None)
    ['mean(a, 2030) = 3']
    """
    entries = active(read_log(home), day=last_day(as_of) if as_of else None) if logged else []
    return [*entries, *stated]
