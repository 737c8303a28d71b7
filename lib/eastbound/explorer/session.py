"""The state of an explorer: what was changed so far, and the ensemble and the code that belong to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import catalogue
from eastbound.constants import SEED, UNTIL
from eastbound.ensemble.prepared import Prepared, prepare
from eastbound.ensemble.views import hold_views, read_views
from eastbound.errors import InputError
from eastbound.explorer.subjects import levels_of, main_series_of
from eastbound.plots.observed import observed
from eastbound.scenarios.changes import changed_scenario
from eastbound.scenarios.controls import Control, Value, controls
from eastbound.scenarios.loader import load_scenario

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.statements import Statement

MOVING_DRAWS: Final = 256  # while a slider moves: half a second on two cores, with all models
RESTING_DRAWS: Final = 2048
DRIVERS: Final = ("driver.brent_price", "driver.usd_cny", "driver.usd_rub")  # paths that an analyst has an opinion on
_PATH: Final = "path."
_YEARS: Final = 3  # of a path, from the first whole year ahead


@dataclass
class Session:
    """An analyst's changes of one scenario, and what follows from them.

    Attributes
    ----------
    series : str
        The series that is shown.
    base : str
        Name of the scenario that is changed.
    levels : tuple of float
        Whose probabilities are tabulated.
    changes : dict
        New values by the key of a control; ``path.<driver>`` holds a driver at a level.
    views : str
        Statements, one a line, that hold in the changed scenario.
    past : DataFrame
        Observed values of the series, as the table of a fan has them.
    """

    series: str
    base: str
    prepared: Prepared
    home: Path | None = None
    changes: dict[str, Value] = field(default_factory=dict)
    views: str = ""
    levels: tuple[float, ...] = ()
    past: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def book(self) -> Evidence:
        """The evidence of the prepared simulation."""
        return self.prepared.book

    def controls(self) -> list[Control]:
        """Return the controls of the base scenario, those of its events on this series first, then the drivers."""
        listed = controls(load_scenario(self.base, home=self.home), as_of=self.book.as_of)
        prefix = self.series.rpartition(".")[0]
        close = [control for control in listed if any(target.startswith(prefix) for target in control.targets)]
        return [*close, *(control for control in listed if control not in close), *self._drivers()]

    def ensemble(self, draws: int) -> xr.Dataset:
        """Return the ensemble of the changed scenario and the baseline, under the views.

        Raises
        ------
        EastboundError
            If a change or view cannot hold; the message says why.
        """
        changes = {key: value for key, value in self.changes.items() if not key.startswith(_PATH)}
        scenario = changed_scenario(self.base, changes, as_of=self.book.as_of, home=self.home)
        ens = self.prepared.simulate(scenario, draws=draws)
        views = self.statements()
        return hold_views(ens, views) if views else ens

    def statements(self) -> list[Statement]:
        """Return the views that hold: those that were typed, and the driver paths that were set.

        Raises
        ------
        InputError
            If one of them cannot be read, or names a series that the explorer does not simulate.
        """
        texts = [line.strip() for line in self.views.splitlines() if line.strip()]
        texts += [self._path(key, float(value)) for key, value in self.changes.items() if key.startswith(_PATH)]
        views = read_views(texts) if texts else []
        for view in views:
            series = getattr(view, "series", "")
            if series not in self.prepared.series and not series.startswith(("milestone.", "branch.")):
                known = ", ".join(f"`{name}`" for name in self.prepared.series)
                message = f"the explorer simulates {known} and cannot hold the view `{view}`; use `eb.simulate` for it."
                raise InputError(message)
        return views

    def code(self) -> str:
        """Return a notebook cell that draws the same picture."""
        changes = {key: value for key, value in self.changes.items() if not key.startswith(_PATH)}
        lines = ["import eastbound as eb", "", f'book = eb.load_evidence("{self.book.as_of}")', "changes = {"]
        lines += [f"    {key!r}: {value!r}," for key, value in changes.items()]
        views = [str(view) for view in self.statements()]
        names = self.prepared.series if views else [self.series]
        held = [f"    views={views!r},"] if views else []
        return "\n".join(
            [
                *lines,
                "}",
                f"scenario = eb.changed_scenario({self.base!r}, changes, as_of=book.as_of)",
                "ens = eb.simulate(",
                '    [scenario, "baseline"],',
                "    book=book,",
                f"    draws={RESTING_DRAWS},",
                f"    seed={self.prepared.seed},",
                f"    until={self.prepared.grid.stop // 12 - 1},",
                f"    series={names!r},",
                *held,
                ")",
                f"eb.plots.fan(ens, {self.series!r}, book=book)",
            ]
        )

    def _drivers(self) -> list[Control]:
        ens = self.prepared.simulate(load_scenario("baseline", home=self.home), draws=MOVING_DRAWS)
        first, last = self._path_years()
        result = []
        for name in DRIVERS:
            if name not in self.prepared.series:
                continue
            low, middle, high = np.nanquantile(ens[name].sel(period=slice(f"{first}", f"{last}")), [0.025, 0.5, 0.975])
            card = catalogue.card(name)
            bounds: dict[str, Any] = {"low": float(f"{low:.3g}"), "high": float(f"{high:.3g}")}
            text = f"Holds the mean of each year from {first} to {last} at this level, by a view."
            result.append(
                Control(
                    f"{_PATH}{name}", group="Driver paths", kind="number", label=card.label, unit=card.unit,
                    value=float(f"{middle:.3g}"), step=(high - low) / 100, help=text,
                    basis="judgement: the median of the baseline; the bounds are its 95 % interval", **bounds,
                )
            )  # fmt: skip
        return result

    def _path(self, key: str, value: float) -> str:
        first, last = self._path_years()
        pins = ", ".join(f"{year}={value:.6g}" for year in range(first, last + 1))
        return f"path({key.removeprefix(_PATH)}, {pins})"

    def _path_years(self) -> tuple[int, int]:
        first = self.prepared.grid.start // 12 + 1
        return first, min(first + _YEARS - 1, self.prepared.grid.stop // 12 - 1)


def start(
    subject: str,
    *,
    base: str = "baseline",
    book: Evidence | None = None,
    seed: int = SEED,
    until: int = UNTIL,
    home: Path | None = None,
) -> Session:
    """Prepare a session on a subject.

    Parameters
    ----------
    subject : str
        Such as ``"primorye"``, or the id of a series.
    base : str
        The scenario to change.
    book : Evidence, optional
        The evidence; default is everything known.
    seed, until : int
        Root entropy and last year.
    home : Path, optional
        Workspace; found by itself when not given.

    Raises
    ------
    UnknownName
        If there is no such subject, series or scenario.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> session = start("gas.pos.deliveries", book=load_evidence("2026-10-30"), until=2027)
    >>> session.changes["gas_stop.rate"] = 0.5
    >>> "'gas_stop.rate': 0.5" in session.code()
    True
    """
    from eastbound.evidence.book import load_evidence

    load_scenario(base, home=home)
    series = main_series_of(subject)
    prepared = prepare([series, *DRIVERS], book=book or load_evidence(), seed=seed, until=until, home=home)
    session = Session(series, base, prepared, home)
    session.past = observed(prepared.book, series, freq="Y").assign(part="observed", defined=1.0)
    session.levels = levels_of(series, session.ensemble(MOVING_DRAWS), home=home)
    return session
