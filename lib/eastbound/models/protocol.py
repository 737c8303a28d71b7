"""The protocol of models: a module that fits evidence once and then simulates blocks of draws.

A model module has ``SUBJECT``, ``SERIES``, ``READS``, ``SCORED``, ``SINGLE``, ``fit``
and ``simulate``; where its series or what it reads depend on settings it also has
``series(settings)`` and ``reads(settings)``, and where its errors can be tested
``errors(fit)``, which yields `Errors`. ``LEARNT`` names the targets of events whose
history it extrapolates, so that the mean effect of such events is in it already.
``USES`` names the subjects whose paths `simulate` reads, by default all earlier ones,
and ``CHANGES`` those whose paths it replaces: a call that names its series runs only
the models that they need (`registry.needed`).
Adding a subject takes a folder ``models/<subject>`` with these names, its settings
``params/models/<subject>.yml``, its rows in ``series.csv`` (some of them with a
number in the column ``headline``) and its name in ``registry.ORDER``; a package of its own or a workspace can add one
too (`eastbound.extensions`). A model knows
no files, no clock and no scenario names: `fit` sees evidence and settings,
`simulate` sees the world of one scenario and a stream of random numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from eastbound import names
from eastbound.core.simulation.memory import Memory
from eastbound.errors import EvidenceError
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence import Evidence


@dataclass(frozen=True)
class Grid:
    """The months that a simulation covers.

    Parameters
    ----------
    start : int
        Ordinal (year * 12 + month - 1) of the first month, a January.
    months : int
        Number of months, a multiple of twelve.

    Examples
    --------
    >>> grid = Grid(start=2026 * 12, months=120)
    >>> grid.position(2026 * 12 + 4), grid.stop
    (4, 24432)
    """

    start: int
    months: int

    @property
    def stop(self) -> int:
        """Ordinal of the month after the last."""
        return self.start + self.months

    def position(self, month: int) -> int:
        """Return the index of a month, cut to 0 ... `months`."""
        return min(max(month - self.start, 0), self.months)


@dataclass(frozen=True)
class World:
    """Inputs of a model for one block of draws: shocks, milestones and paths of earlier models.

    Parameters
    ----------
    grid : Grid
        The months.
    shocks : mapping of str to array, shape (months, width)
        Log effects of events by target id; a missing target has none.
    milestones : mapping of str to array, shape (width,)
        Months from the start of the grid to each milestone; infinity is never.
    paths : mapping of str to array, shape (months, width)
        Series that earlier models simulated, in their own units, plus the
        helper paths those models document.
    memory : Memory, optional
        Arrays of the block before, to be written again; without it paths get their own.
    """

    grid: Grid
    shocks: Mapping[str, Paths] = field(default_factory=dict)
    milestones: Mapping[str, Floats] = field(default_factory=dict)
    paths: Mapping[str, Paths] = field(default_factory=dict)
    memory: Memory | None = None

    def unwritten(self, names: Iterable[str], width: int) -> dict[str, Paths]:
        """Return an array of shape (months, width) for each name, for a model to write its paths into."""
        return (self.memory or Memory()).paths(names, self.grid.months, width)


class Errors(NamedTuple):
    """One-step forecast errors of one fitted series, for tests of the model.

    Parameters
    ----------
    fit : str
        The kind of model, for a table.
    series_id : str
        The series.
    what : str
        What the errors are measured in.
    values : array, shape (n,)
        Oldest first, without gaps.
    """

    fit: str
    series_id: str
    what: str
    values: Floats


class Model(Protocol):
    """One subject's model; the modules of this package are its instances."""

    SUBJECT: str
    SERIES: tuple[str, ...]  # ids that `simulate` always returns
    READS: tuple[str, ...]  # ids of the evidence that `fit` uses; a figure of any other series changes no forecast
    SCORED: tuple[str, ...]  # series that backtests score besides the subject's headlines
    SINGLE: Mapping[str, Any]  # settings by which one model replaces the pool; empty where there is no pool

    def fit(self, book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Any:
        """Return the posterior given the evidence; the same input gives the same fit.

        Parameters
        ----------
        book : Evidence
            Everything known at its as-of date.
        settings : mapping
            Values of ``params/models/<subject>.yml``.
        start : int
            Ordinal of the first month of the grid.
        full : bool
            Find posteriors by Markov chains (METHODS 1.1) rather than in fast mode.
        """

    def simulate(self, fit: Any, world: World, stream: Stream) -> dict[str, Paths]:
        """Return one block of paths by series id, shape (months, width), in the series' unit per month.

        Keys outside `SERIES` are helper paths for later models and are not stored, or replace a path of an earlier
        model that this one changes, as a full border does with exports.
        """


@lru_cache(maxsize=8)
def last_month(book: Evidence) -> int:
    """Return the ordinal of the last month that the published total trade covers.

    Scenario hazards start after this month: what happened before it is in the data.

    Parameters
    ----------
    book : Evidence
        The evidence.

    Returns
    -------
    int
        Month ordinal.

    Raises
    ------
    EvidenceError
        If the book holds no observed total.
    """
    rows = book.observations
    known = rows[(rows["series_id"] == names.TRADE_TOTAL) & (rows["kind"] == "observed")]
    if known.empty:
        message = f"no observed row of `{names.TRADE_TOTAL}` as of {book.as_of}; choose a later as-of date."
        raise EvidenceError(message)
    end = np.datetime64(known["end"].max(), "M")
    return int(end.astype(np.int64)) + 1970 * 12


def grid_start(book: Evidence) -> int:
    """Return the first month of the grid: January of the first incomplete year.

    Parameters
    ----------
    book : Evidence
        The evidence.

    Returns
    -------
    int
        Month ordinal of a January.

    Notes
    -----
    The year of the month after the last one covered, so that the running
    year's total exists: its known months are fixed and the others nowcast.
    """
    return (last_month(book) + 1) // 12 * 12
