"""Simulate changed scenarios again and again: everything that such a change leaves alone is prepared once.

Kept are the fits, the random numbers, the baseline's paths and the paths of every model whose inputs a change does not
touch. Paths stay in memory and never enter the store, which a moved slider would fill with ensembles of no other use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from eastbound.constants import BLOCK, SEED, UNTIL
from eastbound.core.simulation.recorded import RecordedStream
from eastbound.ensemble.derived import Derived, derived_series
from eastbound.ensemble.draw_variables import OpenScenario, draw_variables
from eastbound.ensemble.expiry import expired_scenarios
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.reuse import Reuse
from eastbound.ensemble.simulate import coordinates, grid_of, names_kept, simulate_block
from eastbound.ensemble.usual import baseline_of, usual_effects
from eastbound.errors import InputError
from eastbound.models import registry
from eastbound.models.protocol import Grid, last_month
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.dates import refuse_past_events
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.inputs import load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.schema import Scenario


@dataclass(frozen=True)
class _Block:
    """The random numbers of some draws, and what the baseline simulated with them."""

    stream: RecordedStream
    reuse: Reuse
    baseline: dict[str, Paths]


@dataclass(frozen=True)
class Prepared:
    """A simulation of some series that only waits for a scenario; made by `prepare`.

    Attributes
    ----------
    book : Evidence
    grid : Grid
    series : list of str
        Ids that an ensemble holds.
    seed : int
    """

    book: Evidence
    grid: Grid
    series: list[str]
    seed: int
    _derived: Mapping[str, Derived]
    _fits: Mapping[str, Any]
    _usual: Mapping[str, Floats]
    _expired: frozenset[str]
    _baseline: Scenario
    _home: Path | None
    _blocks: dict[int, _Block] = field(default_factory=dict)

    # One BLAS thread: more of them change the last bits of a result, as in `eastbound.ensemble.blocks`.
    @threadpool_limits.wrap(limits=1, user_api="blas")
    def simulate(self, scenario: Scenario, *, draws: int) -> xr.Dataset:
        """Simulate a scenario beside the baseline.

        Parameters
        ----------
        scenario : Scenario
        draws : int
            At most `constants.BLOCK`; the first draws of a larger ensemble with the same seed.

        Returns
        -------
        xarray.Dataset
            As `eastbound.simulate` returns it for the scenario and the baseline, in memory; only the baseline where
            the scenario is the baseline.

        Raises
        ------
        ScenarioError
            If an event of the scenario lies in the past.
        """
        refuse_past_events([scenario], self.book.as_of)
        block = self._block(draws)
        pairs = [(self._baseline, block.baseline)]
        if scenario.digest != self._baseline.digest:
            pairs.insert(0, (scenario, self._paths(scenario, stream=block.stream, reuse=block.reuse)))
        chosen = [content for content, _ in pairs]
        cards = self.book.series.loc[self.series, ["unit", "label", "aggregate"]].to_dict("index")
        variables = {
            name: xr.Variable(
                ("scenario", "draw", "period"),
                np.stack([self._path(name, paths).T for _, paths in pairs]),
                {str(key): value for key, value in cards[name].items()},
            )
            for name in self.series
        }
        worlds = [self._open(content) for content in chosen]
        fixed: Any = {"grid": self.grid, "draws": draws, "seed": self.seed, "after": last_month(self.book)}
        until = self.grid.stop // 12 - 1
        attrs = {"as_of": str(self.book.as_of), "seed": self.seed, "draws": draws, "until": until, "full": 0}
        return xr.Dataset(
            {**variables, **draw_variables(worlds, **fixed)}, coordinates(chosen, self.grid, draws), attrs
        )

    def _block(self, draws: int) -> _Block:
        """Return the random numbers of some draws; the first call for a number of draws simulates the baseline."""
        if not 1 <= draws <= BLOCK:
            message = f"`draws` is {draws}; a prepared simulation makes 1 to {BLOCK} draws."
            raise InputError(message)
        if draws not in self._blocks:
            stream, reuse = RecordedStream(self.seed, 0, draws), Reuse()
            self._blocks[draws] = _Block(stream, reuse, self._paths(self._baseline, stream=stream, reuse=reuse))
        return self._blocks[draws]

    def _paths(self, scenario: Scenario, *, stream: RecordedStream, reuse: Reuse) -> dict[str, Paths]:
        known, branches = self._open(scenario)
        fixed: Any = {"grid": self.grid, "after": last_month(self.book), "usual": self._usual}
        return simulate_block(known, self._fits, stream=stream, branches=branches, reuse=reuse, **fixed)

    def _open(self, scenario: Scenario) -> OpenScenario:
        as_of = self.book.as_of
        return known_on(scenario, as_of), open_branches(scenario, as_of=as_of, home=self._home, expired=self._expired)

    def _path(self, name: str, paths: Mapping[str, Paths]) -> Paths:
        if name not in self._derived:
            return paths[name]
        rule = self._derived[name]
        result: Paths = rule.combine(*(paths[part] for part in rule.parts))
        return result


def prepare(
    series: Iterable[str],
    *,
    book: Evidence,
    seed: int = SEED,
    until: int = UNTIL,
    home: Path | None = None,
) -> Prepared:
    """Prepare simulations of some series under changing scenarios.

    Parameters
    ----------
    series : iterable of str
        Ids to keep, and with a derived one the two that it is made of. Only the models that they need are simulated.
    book : Evidence
        The evidence to forecast from.
    seed : int
        Root entropy.
    until : int
        Last year.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Prepared

    Raises
    ------
    UnknownName
        If a series is not known.
    InputError
        If `until` lies before the first year to forecast.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> prepared = prepare(["gas.pos.deliveries"], book=load_evidence("2026-10-30"), until=2027)
    >>> ens = prepared.simulate(load_scenario("gas_outage"), draws=8)
    >>> dict(ens.sizes), ens["scenario"].values.tolist()
    ({'scenario': 2, 'draw': 8, 'period': 24}, ['gas_outage', 'baseline'])
    """
    grid = grid_of(book, until)
    inputs = load_all_inputs(registry.order(), home=home)
    flows = registry.series(inputs)
    derived = derived_series(flows, book)
    names = names_kept(series, flows, derived)
    fits = fit_models(book, inputs, grid=grid)
    simulated = [name for name in names if name not in derived]
    return Prepared(
        book=book,
        grid=grid,
        series=names,
        seed=seed,
        _derived=derived,
        _fits={subject: fits[subject] for subject in registry.needed(simulated, inputs)},
        _usual=usual_effects(baseline_of(home), book, grid=grid),
        _expired=expired_scenarios(book, home=home),
        _baseline=load_scenario("baseline", home=home),
        _home=home,
    )
