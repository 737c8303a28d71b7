"""A scenario's draws as parts that move, and the totals and ratios that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import xarray as xr

from eastbound import catalogue
from eastbound.core.ratio import percent
from eastbound.core.views.conditional import DRAWS_PER_PIN, Carrier
from eastbound.ensemble.aggregate import ratio_of, scenario_part, variable
from eastbound.ensemble.derived import converted
from eastbound.ensemble.draws import place_of
from eastbound.errors import InputError, ModelError
from eastbound.typing import Bools, Floats

_TOGETHER: Final = 8  # rounds in which all parts move by regression
_STALLED: Final = 4  # rounds without gain after which pins are taken to stand against each other
_GAIN: Final = 0.98
_SLACK: Final = 0.001  # a flow so little above a capacity does not pass it
_CLOSE: Final = 1e-9  # of a log or log odds
_MISSED: Final = 1e-6
_STEP: Final = 1.0  # largest change of a log in one round
_FIXED: Final = ("capacity", "contract")  # set by engineers and contracts, not by what flows


class Pin(NamedTuple):
    """One pinned value.

    Parameters
    ----------
    series, period : str
        An ensemble variable and a year or month.
    value : float
        In the unit of the series.
    sd : float
        Standard deviation of the value on the scale of the series; 0 pins it exactly.
    share : bool
        Whether that scale is log odds of percent; otherwise it is the log.
    """

    series: str
    period: str
    value: float
    sd: float
    share: bool

    def scaled(self, levels: Floats) -> Floats:
        """Return levels in log odds or logs."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(levels / (100.0 - levels)) if self.share else np.log(levels))


class AdditiveTree:
    """One scenario's draws as parts, which move, and totals and ratios, which follow.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    scenario : str
        One of the ensemble.

    Examples
    --------
    >>> import eastbound as eb
    >>> parts = AdditiveTree(eb.simulate("baseline", draws=64), "baseline")
    >>> sorted(parts.leaves("trade.primorye.china_turnover"))
    ['trade.primorye.exports_to_china', 'trade.primorye.imports_from_china']
    """

    def __init__(self, ens: xr.Dataset, scenario: str) -> None:
        self.ens, self.scenario, index = ens, scenario, place_of(ens, scenario)
        self.part = scenario_part(ens, index)
        self.changed: dict[str, Floats] = {}  # moved parts, (month, draw)
        self.total = np.zeros(0)
        self._known: dict[str, int] = {}
        self._defined: dict[str, bool] = {}
        self.carrier: Carrier | None = None

    def parts(self, name: str) -> tuple[str, ...]:
        """Return what a variable is made of: two flows, a flow and a rate, the addends of a total, or nothing."""
        flows = ratio_of(str(variable(self.ens, name).attrs.get("aggregate", ""))) or catalogue.conversions().get(name)
        parts: tuple[str, ...] = flows or catalogue.sums().get(name) or catalogue.remainders().get(name) or ()
        return parts if all(part in self.ens and self.defined(part) for part in parts) else ()

    def defined(self, name: str) -> bool:
        """Return whether a flow has a value everywhere: early vintages do not know the parts of imports."""
        if name not in self._defined:
            self._defined[name] = not bool(np.isnan(self.part[name].to_numpy()).any())
        return self._defined[name]

    def leaves(self, name: str) -> set[str]:
        """Return the moving parts below a variable."""
        parts = self.parts(name)
        if parts:
            return set().union(*(self.leaves(part) for part in parts))
        return set() if name.rpartition(".")[2].startswith(_FIXED) else {name}

    def is_share(self, name: str) -> bool:
        """Return whether a variable is a part in percent of its whole, as against a flow in percent of a capacity."""
        flows = ratio_of(str(self.ens[name].attrs["aggregate"]))
        return bool(flows) and self.leaves(flows[0]) < self.leaves(flows[1])  # type: ignore[index]

    def value(self, pin: Pin, *, moved: bool = True) -> Floats:
        """Return the levels of a pinned series in its period, shape (draw,), as `summary.annual` folds months."""
        months = self.months(pin.period)
        level = self.monthly if moved else self.before
        rule = str(self.ens[pin.series].attrs["aggregate"])
        flows = ratio_of(rule)
        if flows:
            return np.asarray(percent(*(level(flow)[months].sum(axis=0) for flow in flows)))
        rows = level(pin.series)[months]
        return np.asarray(rows[-1] if rule == "last" else getattr(rows, rule)(axis=0))

    def monthly(self, name: str) -> Floats:
        """Return the levels of a variable, shape (month, draw), with what has moved."""
        if name in self.changed:
            return self.changed[name]
        parts = self.parts(name)
        if not parts:
            return self.before(name)
        levels = [self.monthly(part) for part in parts]
        if ratio_of(str(self.ens[name].attrs["aggregate"])):
            return np.asarray(percent(*levels))
        if name in catalogue.conversions():
            return np.asarray(converted(*levels))
        if name in catalogue.remainders():
            part, like = (self.before(part) for part in parts)
            return np.asarray(levels[0] + (self.before(name) - part) * levels[1] / like)
        return np.asarray(sum(weight * level for weight, level in zip(self.weights(name), levels, strict=True)))

    def weights(self, name: str) -> list[float]:
        """Return what a unit of each part adds to a total: one, or what the draws say where units differ."""
        parts = self.parts(name)
        units = [self.ens[part].attrs["unit"] for part in parts]
        if set(units) == {self.ens[name].attrs["unit"]}:
            return [1.0] * len(parts)
        kinds = sorted(set(units))
        rows = [sum(self.before(part) for part, own in zip(parts, units, strict=True) if own == unit) for unit in kinds]
        result = np.linalg.lstsq(np.stack([np.ravel(row) for row in rows], axis=1), self.before(name).ravel())[0]
        return [float(result[kinds.index(unit)]) for unit in units]

    def before(self, name: str) -> Floats:
        """Return the levels of a variable as forecast, shape (month, draw)."""
        return np.asarray(self.part[name].to_numpy()[0].T, dtype=np.float64)

    def move(self, pins: Sequence[Pin], forecast: Floats, *, wanted: Floats) -> None:
        """Move the parts of the pinned series until they take the wanted values in every draw."""
        self.carrier = Carrier(forecast)
        held = set().union(*(self.leaves(pin.series) for pin in pins))
        if not held:
            message = f"`{pins[0].series}` is set by engineers or contracts; pin a flow instead."
            raise InputError(message)
        slopes = {name: self.slope(name) for name in sorted(held)}
        self.total = np.zeros_like(forecast)
        gap = wanted - forecast
        for _ in range(_TOGETHER):
            self.total = self.total + np.clip(gap, -_STEP, _STEP)
            for name, slope in slopes.items():
                self.changed[name] = self.shifted(name, slope)
            gap = self.gap(pins, wanted)
            if np.abs(gap).max() < _CLOSE:
                return
        self.close(pins, wanted)

    def gap(self, pins: Sequence[Pin], wanted: Floats) -> Floats:
        """Return what the pinned quantities still lack, shape (pin, draw)."""
        return wanted - np.stack([pin.scaled(self.value(pin)) for pin in pins])

    def close(self, pins: Sequence[Pin], wanted: Floats) -> None:
        """Close what regression has left in single draws by scaling the pinned flows in their own months."""
        rows = [
            {name: self.months(pin.period) & self.open(name) for name in self.scaled_by(pin.series)} for pin in pins
        ]
        gap, before, stalled = np.abs(self.gap(pins, wanted)), np.inf, 0
        while gap.max() >= _CLOSE and stalled < _STALLED:
            for pin, target, parts in zip(pins, wanted, rows, strict=True):
                left = np.clip(target - pin.scaled(self.value(pin)), -_STEP, _STEP)
                for name, months in parts.items():
                    self.changed[name][months] *= np.exp(left)
            gap = np.abs(self.gap(pins, wanted))
            stalled = stalled + 1 if gap.max() > _GAIN * before else 0
            before = min(before, float(gap.max()))
        if not gap.max() < _MISSED:
            worst = pins[int(np.argmax(gap.max(axis=1)))]
            message = (
                f"`{worst.series}` cannot take the value {worst.value:g} in {worst.period} in every draw: other pins, "
                "or months that are known already, stand against it. Loosen it (±) or drop one."
            )
            raise ModelError(message)

    def scaled_by(self, name: str) -> set[str]:
        """Return the parts that scale a series: all of a total, the upper flow of a ratio."""
        flows = ratio_of(str(self.ens[name].attrs["aggregate"]))
        return self.leaves(flows[0] if flows else name)

    def months(self, period: str) -> Bools:
        """Return which months a year or month covers, shape (month,)."""
        return np.char.startswith(self._period_texts, period)

    @cached_property
    def _period_texts(self) -> np.ndarray:
        return self.ens["period"].dt.strftime("%Y-%m").to_numpy().astype(str)

    def open(self, name: str) -> Bools:
        """Return which months of a part may move, shape (month,): after the last known of it or of its totals."""
        above = [
            total
            for total in (*catalogue.sums(), *catalogue.remainders())
            if total in self.ens and name in self.leaves(total)
        ]
        last = max(self.known(series) for series in (name, *above))
        return np.arange(self.ens.sizes["period"]) > last

    def known(self, name: str) -> int:
        """Return the last month in which a flow is the same in all draws, -1 for none; a stop is no flow."""
        if name not in self._known:
            levels = self.before(name)
            top = levels.max(axis=1)
            same = (top > 0) & (top - levels.min(axis=1) <= _MISSED * top)
            self._known[name] = int(np.flatnonzero(same)[-1]) if same.any() else -1
        return self._known[name]

    def slope(self, name: str) -> Floats:
        """Return how the logs of a part move with the pinned values, shape (month, pin).

        Draws without a flow in a month say nothing about its size; they are left out of that month.
        """
        assert self.carrier is not None
        levels = self.before(name)
        flowing = levels > 0
        logs = np.log(np.where(flowing, levels, 1.0))
        free = self.open(name)
        slopes = np.where(free[:, None], self.carrier.slopes(logs), 0.0)
        for month in np.flatnonzero(free & ~flowing.all(axis=1)):
            enough = flowing[month].sum() >= DRAWS_PER_PIN * slopes.shape[1]
            part = self.carrier.among(flowing[month]) if enough else None
            slopes[month] = part.slopes(logs[month : month + 1, flowing[month]])[0] if part else 0.0
        return slopes

    def shifted(self, name: str, slope: Floats) -> Floats:
        """Return a part moved by the shifts of the pinned values; no flow stays no flow."""
        return np.asarray(self.before(name) * np.exp(slope @ self.total))

    def levels(self, name: str, draws: np.ndarray) -> np.ndarray:
        """Return the draws of a variable, (draw, month) in its own precision, after the move."""
        if draws.ndim == 1 or not self.leaves(name):
            return draws
        for leaf in sorted(self.leaves(name) - set(self.changed)):
            moved = self.shifted(leaf, self.slope(leaf))
            room = f"{leaf.removesuffix('.deliveries')}.capacity_technical"
            if leaf.endswith(".deliveries") and room in self.ens:  # no more flows than the system can carry
                moved = np.minimum(moved, np.maximum(self.before(room), self.before(leaf)))
            self.changed[leaf] = moved
        return self.monthly(name).T.astype(draws.dtype)

    def above_capacity(self, pin: Pin) -> float:
        """Return the share of draws in which a flow of a pinned period passes the technical capacity of that period."""
        months, passes = self.months(pin.period), np.zeros(self.ens.sizes["draw"], dtype=bool)
        for leaf in self.scaled_by(pin.series):
            room = f"{leaf.removesuffix('.deliveries')}.capacity_technical"
            if leaf.endswith(".deliveries") and room in self.ens:
                ceiling = np.maximum(self.before(room), self.before(leaf))[months].sum(axis=0)
                passes |= self.changed[leaf][months].sum(axis=0) > (1 + _SLACK) * ceiling
        return float(passes.mean())
