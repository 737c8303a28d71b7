"""Check simulated draws: impossible ones are refused, implausible ratios give a warning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from eastbound.catalogue import cards
from eastbound.ensemble.aggregate import annual
from eastbound.errors import ModelError
from eastbound.language import _, digits
from eastbound.scenarios.events import shocks
from eastbound.scenarios.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import Grid
    from eastbound.scenarios.schema import Scenario
    from eastbound.typing import Paths

# Judgement: goods trade of the whole world is about 24,000 USD bn a year (WTO, World Trade Statistics 2024).
WORLD_TRADE: Final = 2000.0  # USD bn a month
_LARGEST: Final = float(np.finfo(np.float32).max)  # draws are stored in single precision

# A technical ratio stays within 100 % by construction; these two may pass it.
_KINDS: Final = {"utilization_nameplate": "capacity_nameplate", "utilization_contract": "contract"}


def check_utilization(ens: xr.Dataset, *, subject: str | None = None, home: Path | None = None) -> list[str]:
    """Return a warning for each use of a nameplate or contract whose yearly median passes the limit.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    subject : str, optional
        Check only the series of this subject.
    home : path, optional
        Workspace, as in `simulate`.

    Returns
    -------
    list of str
        Empty when all is plausible. Single draws may lie above, and nothing is clipped.

    Examples
    --------
    >>> from eastbound.ensemble.simulate import simulate
    >>> check_utilization(simulate("baseline", draws=64, until=2027))
    []
    """
    return list(_warnings(ens, subject, home))


def check_possible(paths: Mapping[str, Paths], scenario: Scenario, *, grid: Grid, stream: Stream, after: int) -> None:
    """Refuse a block of draws with values that cannot be, and name the event that moves them most.

    Single draws have heavy tails and are not judged; the median of a value may not pass all goods trade of the world.

    Parameters
    ----------
    paths : mapping of str to array, shape (period, draw)
        From `simulate_block`.
    scenario, grid, stream, after
        What the block was simulated from.

    Raises
    ------
    ModelError
        If a value is not finite, or the median of a flow in USD bn passes `WORLD_TRADE` in the last month.
    """
    for name, values in paths.items():
        finite = _finite(values)
        card = cards().get(name)
        money = card is not None and card.unit == "USD_bn"
        if finite and not (money and float(np.median(values[-1])) > WORLD_TRADE):
            continue
        if not finite and np.isnan(values).all():  # an early vintage does not know the parts of a flow
            continue
        what = f"has a median of {np.median(values[-1]):.3g} USD bn a month" if finite else "is not finite"
        event = _strongest(scenario, grid=grid, stream=stream, after=after)
        cause = f"event `{event}` moves it most" if event else "no event acts, so look at params/models"
        message = (
            f"scenario `{scenario.name}`: `{name}` {what} at the end of the horizon, which is impossible; {cause}. "
            "Reduce its trough, severity or frequency."
        )
        raise ModelError(message)


def _finite(values: Paths) -> bool:
    """Return whether single precision holds every value: in one pass where, as nearly always, it holds their sum."""
    with np.errstate(over="ignore", invalid="ignore"):  # comparisons with NaN are false
        return bool(abs(values.sum()) <= _LARGEST or np.abs(values).max() <= _LARGEST)


def _strongest(scenario: Scenario, *, grid: Grid, stream: Stream, after: int) -> str:
    """Return the id of the event with the largest mean effect on any target, or an empty text."""
    sizes = {}
    for event in scenario.events:
        alone = scenario.model_copy(update={"events": type(scenario.events)([event])})
        effects = shocks(alone, start=grid.start, months=grid.months, stream=stream, after=after)
        sizes[event.id] = max((float(np.abs(effect).mean()) for effect in effects.values()), default=0.0)
    return max(sizes, key=lambda name: sizes[name], default="")


def _warnings(ens: xr.Dataset, subject: str | None, home: Path | None) -> Iterator[str]:
    limits: dict[str, float] = {}
    for name in sorted(map(str, ens.data_vars)):
        line, _dot, kind = name.rpartition(".")
        if kind not in _KINDS:
            continue
        owner = cards()[name].subject
        if subject not in (None, owner):
            continue
        if owner not in limits:
            limits[owner] = float(load_settings(owner, home=home)["utilization_warning"])  # type: ignore[arg-type]
        limit = limits[owner]
        yearly = annual(ens, name).transpose("year", ...).to_numpy()
        years = sum(bool(np.isfinite(year).any() and np.nanmedian(year) > limit) for year in yearly)
        if years:
            yield _(
                "`{name}` has a median above {limit} % in {count} years; "
                "look at `{key}` and `technical` of `{line}` in params/systems.yml.",
                name=name,
                limit=digits(f"{limit:g}"),
                count=years,
                line=line,
                key=_KINDS[kind].removeprefix("capacity_"),
            )
