"""Simulation of trade beyond the data: what flows and volumes share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from eastbound import names
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.simulate import Noise, carry_on, draw_states, growth_of, normal_rows
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.protocol import World
from eastbound.models.trade.flow import FlowFit, known_regressors
from eastbound.models.trade.growth import YearlyWalk, mix
from eastbound.typing import Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

SUBJECT: Final = "trade"


class Structural(Protocol):
    """What flows and volumes have in common when they are simulated."""

    @property
    def posterior(self) -> Posterior: ...

    @property
    def simple(self) -> YearlyWalk: ...


@dataclass(frozen=True)
class Future:
    """What all series of one block of draws share.

    Parameters
    ----------
    world : World
        Grid and paths of earlier models.
    stream : Stream
        Random numbers.
    settings : mapping
        Of ``params/models/trade.yml``.
    scale : array, shape (width,)
        Common scale of the future of a draw.
    views : array of int, shape (width,)
        Which view of growth each draw follows.
    """

    world: World
    stream: Stream
    settings: Mapping[str, Any]
    scale: Floats
    views: Ints


def continue_flow(
    out: Paths,
    fit: Structural,
    future: Future,
    *,
    series: str,
    level: Iterable[Paths],
    known: Floats,
    driven: tuple[int, Paths] | None = None,
) -> Floats:
    """Write the months of a series after its history, and return the months of its history that the fit keeps.

    Parameters
    ----------
    out : array, shape (months, width)
        Overwritten with the level of the series.
    fit : FlowFit or EnergyFit
        Posterior and yearly changes.
    future : Future
        What all series share.
    series : str
        Id, for its random numbers.
    level : iterable of array, shape (width,)
        Standard normals of the level by month.
    known : array, shape (months, k)
        Regressors whose future is known.
    driven : (int, array of shape (months, width)), optional
        Column of the regressor that is simulated, and its path.

    Returns
    -------
    array, shape (kept, width)
        Levels of the kept months, drawn jointly.
    """
    stream, posterior = future.stream, fit.posterior
    states = stream.normals(SUBJECT, series, "states", rows=posterior.mean.shape[1])
    drawn = draw_states(posterior, stream.uniforms(SUBJECT, series, "point", rows=1)[0], states)
    growth = growth_of(posterior, drawn)
    shrunk = stream.normals(SUBJECT, series, "shrunk", rows=1)[0]
    mix(growth, future.views, shrunk, simple=fit.simple, settings=future.settings)
    drift, irregular = (normal_rows(stream, SUBJECT, series, part) for part in ("drift", "irregular"))
    noise = Noise(level, drift, irregular, future.scale)
    carry_on(posterior, drawn, noise, out=out, known=known, driven=driven, growth=growth)
    joint: Floats = np.exp(drawn[1][posterior.rows["kept"]])
    return joint


def fill_flow(out: Paths, fit: FlowFit, future: Future, *, series: str, level: Iterable[Paths], before: float) -> None:
    """Write the paths of a flow without shocks; nothing is pinned yet.

    Parameters
    ----------
    out : array, shape (months, width)
        Overwritten, USD bn per month.
    fit : FlowFit
        From `fit_flow`.
    future : Future
        What all series share; imports need the log oil price in its world.
    series : str
        A key of `WORDS`.
    level : iterable of array, shape (width,)
        Standard normals of the level by month.
    before : float
        Log oil price of the month before the grid, relative to the reference.
    """
    grid = future.world.grid
    position = grid.position(fit.end)
    columns = known_regressors(series, future.settings, np.arange(fit.end, grid.stop))[:, fit.begun]
    driven = None
    if series != names.CHINA_EXPORTS:
        centre = np.full(len(columns), -np.log(future.settings["brent_reference"]))
        columns = np.column_stack([columns, centre])
        price = future.world.paths[LOG_BRENT]
        lagged = (
            price[position - 1 : -1]
            if position
            else np.concatenate(
                [np.full_like(price[:1], before + np.log(future.settings["brent_reference"])), price[:-1]]
            )
        )
        driven = (columns.shape[1] - 1, lagged)
    out[:position] = continue_flow(
        out[position:], fit, future, series=series, level=level, known=columns, driven=driven
    )[:position]
