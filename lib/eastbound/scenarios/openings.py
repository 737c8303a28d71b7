"""Opening dates by a cure model: a contract that may never be signed, then the time that building takes.

Building times follow a reference class of pipelines. The effect of the project (its frailty) multiplies the class's
median by a lognormal factor, so that a project that is late already is expected to be later still.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import numpy as np
from pydantic import Field
from scipy.special import ndtr

from eastbound.core.simulation.distributions import quantile
from eastbound.periods import month_ordinal
from eastbound.scenarios.quantities import Based, FixedDate, LogNormal, Month, Number, UniformDate, When
from eastbound.typing import Floats

CONTRACT: Final = ".contract"  # after the id of a milestone: the date of its contract, where that is uncertain
_YEAR: Final = 12
_LEAST_TALKS: Final = 12.0  # months of talks that count at least, so that a rate exists on the first day


class Talks(Based):
    """A contract that is under negotiation; the rate of signing is unknown and learnt from the time without one."""

    dist: Literal["talks"]
    since: Month
    events: Annotated[Number, Field(gt=0, description="Prior number of contracts, 0.5 by Jeffreys.")]
    not_before: Month | None = Field(None, description="First month, where a branch has the earlier contracts.")

    def months(self, level: Floats, *, after: int) -> Floats:
        """Return the month ordinals of the contract at levels in [0, 1).

        Parameters
        ----------
        level : array, shape (n,)
        after : int
            Ordinal of the last observed month, up to which nothing was signed.

        Notes
        -----
        The rate has a gamma distribution of shape `events` and rate t, the months of talks up to now. Over it, the
        probability of no contract within s more months is ``(t / (t + s)) ** events``: the longer the talks have
        lasted, the longer they are expected to last.
        """
        first = max(after + 1, month_ordinal(self.since))
        if self.not_before is not None:
            # Given that nothing was signed until then, the same rule holds from then on.
            first = max(first, month_ordinal(self.not_before))
        waited = max(float(first - month_ordinal(self.since)), _LEAST_TALKS)
        months: Floats = first + waited * np.expm1(-np.log1p(-level) / self.events)
        return months


class BuildingTime(LogNormal):
    """Years from contract to first flow: `median` of the class, `sigma` of the project's factor."""


class Opening(Based):
    """The date of first flow: the contract's date plus the building time."""

    dist: Literal["opening"]
    contract: Annotated[Talks | FixedDate | UniformDate, Field(discriminator="dist")]
    building: BuildingTime
    not_before: Month | None = Field(None, description="The earliest month that the builders themselves name.")

    @property
    def based(self) -> bool:
        """Whether the entry, or each of its parts, states a source or a judgement."""
        return bool(self.source or self.judgement) or (self.contract.based and self.building.based)

    @property
    def signed(self) -> bool:
        """Whether the date of the contract is known."""
        return self.contract.dist == "fixed"

    def contract_months(self, level: Floats, *, after: int) -> Floats:
        """Return the month ordinals of the contract at levels in [0, 1)."""
        if isinstance(self.contract, Talks):
            return self.contract.months(level, after=after)
        return quantile(self.contract.spec(), level)

    def months(self, level: Floats, *, contract: Floats, after: int) -> Floats:
        """Return the month ordinals of first flow.

        Parameters
        ----------
        level : array, shape (n,)
            Levels of the building time, in [0, 1).
        contract : array, shape (n,)
            From `contract_months`.
        after : int
            Ordinal of the last observed month: no gas has flowed up to its end, nor before `not_before`.

        Notes
        -----
        The distribution of the building time is cut off at the age that the project has reached, and not moved: a
        project older than the class's median keeps its upper tail.
        """
        earliest = max(after + 1, month_ordinal(self.not_before) if self.not_before else 0)
        age = np.maximum(earliest - contract, 0.0) / _YEAR
        passed = self._share_built(age)
        years = quantile(self.building.spec(), passed + (1.0 - passed) * level)
        months: Floats = contract + _YEAR * np.maximum(years, age)
        return months

    def even_months(self, *, after: int) -> Floats:
        """Return month ordinals of first flow that represent the distribution evenly, shape (40000,)."""
        level = (np.arange(200) + 0.5) / 200
        contract, building = (grid.ravel() for grid in np.meshgrid(level, level))
        return self.months(building, contract=self.contract_months(contract, after=after), after=after)

    def _share_built(self, years: Floats) -> Floats:
        """Return the probability that building takes at most so many years."""
        with np.errstate(divide="ignore"):  # the log of no time at all
            score = (np.log(years) - np.log(self.building.median)) / self.building.sigma
        share: Floats = ndtr(score)
        return share


MilestoneDate: TypeAlias = Annotated[When | Opening, Field(discriminator="dist")]
