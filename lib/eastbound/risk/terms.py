"""Values of the terms and events of a question in the draws of one scenario, each computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.catalogue import short_names
from eastbound.core.quantiles import quantiles
from eastbound.ensemble.aggregate import Paths, frequency, periodic
from eastbound.ensemble.draws import place_of
from eastbound.ensemble.summary import COMPARISONS, history
from eastbound.errors import InputError, UnknownName, nearest
from eastbound.evaluation.outcomes import outcomes
from eastbound.evidence.book import Evidence
from eastbound.models.protocol import last_month
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.scenarios.expressions import Arithmetic, Branch, Call, Comparison, Event, Joint, Number, Series, Term
from eastbound.scenarios.reader import comparisons, undated
from eastbound.scenarios.tokens import pointed
from eastbound.typing import Bools, Floats

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIANTS: Final = (OWN_HISTORY, REFERENCE_CLASS)  # drift views that a series may have beside their mixture
_YEAR: Final = 12


class Figures:
    """Published figures of a book by series, each series read once.

    Parameters
    ----------
    book : Evidence
    """

    def __init__(self, book: Evidence) -> None:
        self.book = book
        self._known: dict[tuple[str, str], dict[str, float]] = {}

    def of(self, name: str, freq: str = "Y") -> dict[str, float]:
        """Return the figures of a series by year or month; none of a series that the book does not have."""
        key = (name, freq)
        if key not in self._known:
            self._known[key] = self._read(name, freq) if name in self.book.series.index else {}
        return self._known[key]

    def _read(self, name: str, freq: str) -> dict[str, float]:
        if freq == "Y":
            return {str(year): value for year, value in outcomes(self.book, name).items()}
        rows = history(self.book, name)
        return {str(period): float(value) for period, value in zip(rows["period"], rows["value"], strict=True)}


class Draws:
    """Read terms and events in one scenario of an ensemble; sums, products and sorts are kept for the next question.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    figures : Figures
        Published figures, for years before the ensemble.
    scenario : str
        One of the ensemble.
    variant : str
        Drift view to read where a series has one; empty for their mixture.
    """

    def __init__(self, ens: xr.Dataset, figures: Figures, *, scenario: str, variant: str = "") -> None:
        if ens.sizes["scenario"] > 1:
            index = place_of(ens, scenario)
            ens = ens.isel(scenario=slice(index, index + 1))
        self.ens = ens
        self.figures, self.book, self.variant = figures, figures.book, variant
        self.size = int(ens.sizes["draw"])
        self.effective = self.size * float(self.ens["ess"][0]) if "ess" in ens.coords else float(self.size)
        self.start = pd.Period(self.ens["period"].to_numpy()[0], "M")
        self.end = pd.Period(self.ens["period"].to_numpy()[-1], "M")
        self._paths: dict[tuple[str, str], Paths] = {}
        self._values: dict[tuple[Term, str, str], Floats] = {}
        self._sorted: dict[tuple[Term, str], Floats] = {}

    def has_variant(self, series: Sequence[Series]) -> bool:
        """Return whether a drift view of any of these series is in the ensemble."""
        return any(f"{each.id}.{variant}" in self.ens for each in series for variant in VARIANTS)

    def unit(self, term: Term, text: str) -> str:
        """Return the unit of a term; empty for a pure number.

        Raises
        ------
        InputError
            If units do not fit: the position and both units.
        """
        if isinstance(term, Number):
            return ""
        if isinstance(term, Series):
            self.check(term, text)
            return self._unit(term.id)
        if isinstance(term, Call):
            inner = self.unit(term.of, text)
            return "percent" if term.name == "change" else inner
        left, right = self.unit(term.left, text), self.unit(term.right, text)
        unit = _joined(term.op, left, right)
        if unit is None:
            reason = f"`{left}` {term.op} `{right}` has no unit; use terms of one unit."
            _refuse(text, term.at, reason)
        return unit

    def check(self, series: Series, text: str) -> None:
        """Refuse a series that is neither simulated nor observed, with the nearest names and its position."""
        if series.id in self.ens or series.id in self.book.series.index:
            return
        known = [*short_names(), *map(str, self.ens.data_vars)]
        reason = f"unknown series `{series.id}`; {nearest(series.id, known)}`eastbound ask --names` lists short names."
        _refuse(text, series.at, reason)

    def month(self, period: str) -> str:
        """Return a period with a month relative to the last observed one, such as +12, written out."""
        if not period.startswith("+"):
            return period
        year, month = divmod(last_month(self.book) + int(period), _YEAR)
        return f"{year}-{month + 1:02d}"

    def values(self, term: Term, period: str) -> Floats:
        """Return the draws of a term in a year or month, shape (draw,); NaN where it is undefined.

        Parameters
        ----------
        term : Term
        period : str
            Empty for a variable with one value per draw.
        """
        key = (term, period, "")
        if key not in self._values:
            self._values[key] = self._computed(term, period)
        return self._values[key]

    def sorted(self, term: Term, period: str) -> Floats:
        """Return the defined draws of a term in ascending order."""
        key = (term, period)
        if key not in self._sorted:
            values = self.values(term, period)
            self._sorted[key] = np.sort(values[~np.isnan(values)])
        return self._sorted[key]

    def happens(self, event: Event, *, period: str = "") -> Bools:
        """Return in which draws an event holds, shape (draw,).

        Parameters
        ----------
        event : Event
        period : str
            Time of its comparisons that have none.
        """
        if isinstance(event, Branch):
            return self._branch(event)
        if isinstance(event, Joint):
            parts = [self.happens(part, period=period) for part in event.events]
            if event.word == "not":
                return ~parts[0]
            return np.logical_and.reduce(parts) if event.word == "and" else np.logical_or.reduce(parts)
        return self._compared(event, period)

    def periods_to(self, last: str) -> list[str]:
        """Return the years or months of the ensemble up to a period."""
        freq = frequency(last)
        end = pd.Period(last, freq)
        if not pd.Period(self.start, freq) <= end <= pd.Period(self.end, freq):
            message = f"`by {last}` lies outside the forecast, which runs from {self.start} to {self.end}."
            raise InputError(message)
        return [str(period) for period in pd.period_range(pd.Period(self.start, freq), end, freq=freq)]

    def _compared(self, event: Comparison, period: str) -> Bools:
        when = event.when
        target = self.month(when.period) if when.word else period
        if undated(event.term):
            values = self.values(event.term, "")
            by = values < _end(target) if when.word == "by" else np.ones(self.size, dtype=bool)
            return by & within(values, event)
        if when.word != "by":
            return within(self.values(event.term, target), event)
        hits = np.zeros(self.size, dtype=bool)
        for each in self.periods_to(target):
            if self.reaches(event, each):
                hits |= within(self.values(event.term, each), event)
        return hits

    def reaches(self, event: Event, period: str) -> bool:
        """Return whether the ensemble holds all months that an event needs: a sum of twelve begins with the twelfth."""
        sums = any(isinstance(part.term, Call) and part.term.name == "sum12" for part in comparisons(event))
        return not sums or pd.Period(period, "M") - (_YEAR - 1) >= self.start

    def _branch(self, event: Branch) -> Bools:
        known: dict[str, tuple[str, int]] = {}
        for name in self.ens.data_vars:
            if str(name).startswith("branch."):
                branches = self.ens.variables[name].attrs["branches"]
                known |= {str(branch): (str(name), code) for code, branch in enumerate(branches)}
        known.pop("other", None)
        if event.scenario not in known:
            raise UnknownName("branch", event.scenario, known, where="the scenario tree")
        name, code = known[event.scenario]
        return np.asarray(self.ens.variables[name].to_numpy()[0] == code)

    def _computed(self, term: Term, period: str) -> Floats:
        if isinstance(term, Number):
            return np.full(self.size, term.value)
        if isinstance(term, Series):
            return self._series(term.id, period)
        if isinstance(term, Arithmetic):
            return _operated(term.op, self.values(term.left, period), self.values(term.right, period))
        if term.name == "sum12":
            if frequency(period) != "M":
                message = f"`{term}` sums the twelve months to a month; ask `in 2027-06` or `in +12`, not `{period}`."
                raise InputError(message)
            months = [str(pd.Period(period, "M") - k) for k in range(_YEAR)]
            return np.asarray(np.sum([self.values(term.of, month) for month in months], axis=0))
        step = _YEAR if frequency(period) == "M" else 1
        before = str(pd.Period(period, frequency(period)) - step)
        return 100.0 * (self.values(term.of, period) / self.values(term.of, before) - 1.0)

    def _series(self, name: str, period: str) -> Floats:
        if not period:
            return np.asarray(self.ens.variables[name].to_numpy()[0], dtype=np.float64)
        freq = frequency(period)
        if name in self.ens and pd.Period(period, freq) >= pd.Period(self.start, freq):
            name = f"{name}.{self.variant}" if self.variant and f"{name}.{self.variant}" in self.ens else name
            key = (name, freq)
            if key not in self._paths:
                self._paths[key] = periodic(self.ens, name, freq)
            return np.asarray(self._paths[key].at(period, name)[0], dtype=np.float64)
        return np.full(self.size, self._observed(name, period))

    def _observed(self, name: str, period: str) -> float:
        if name not in self.book.series.index:
            message = f"`{name}` has no figure of {period}: it begins with the forecast, in {self.start.year}."
            raise InputError(message)
        known = self.figures.of(name, frequency(period))
        if period not in known:
            newest = f"the newest is of {max(known)}" if known else "there is none of a whole period"
            message = f"no published figure of `{name}` for {period}; {newest}."
            raise InputError(message)
        return known[period]

    def _unit(self, name: str) -> str:
        return str(self.ens.variables[name].attrs["unit"] if name in self.ens else self.book.series.loc[name, "unit"])


def standard_error(ordered: Floats, level: float, effective: float) -> float:
    """Return the Monte-Carlo error of a quantile, from the quantiles one binomial standard error beside it.

    Parameters
    ----------
    ordered : array, shape (draw,)
        Ascending.
    level : float
    effective : float
        Effective number of draws.

    Examples
    --------
    >>> round(standard_error(np.linspace(0.0, 1.0, 10_001), 0.5, 10_000.0), 4)
    0.005
    """
    spread = float(np.sqrt(level * (1.0 - level) / effective))
    places = [max(level - spread, 0.0), min(level + spread, 1.0)]
    if np.isinf(ordered[-1]):  # dates that may never come
        low, high = (ordered[int(edge * (ordered.size - 1))] for edge in places)
        return float(high - low) / 2.0 if np.isfinite(high) else np.inf
    low, high = quantiles(ordered, places)
    return float(high - low) / 2.0


def _refuse(text: str, at: int, reason: str) -> NoReturn:
    message = f"question `{text}`, character {at + 1}: {reason}{pointed(text, at)}"
    raise InputError(message)


def within(values: Floats, event: Comparison) -> Bools:
    """Return where values keep to the bounds of a comparison; one without bounds asks for a finite value.

    Examples
    --------
    >>> from eastbound.scenarios.expressions import Bound
    >>> within(np.array([1.0, 3.0]), Comparison(Series("a"), (Bound(">=", 2.0),))).tolist()
    [False, True]
    """
    if not event.bounds:
        return np.isfinite(values)
    hits = [COMPARISONS[op](values, bound) for op, bound in event.bounds]
    return np.logical_and.reduce(hits)


def _end(period: str) -> float:
    """Return the decimal year in which a period ends."""
    freq = frequency(period)
    end = pd.Period(period, freq) + 1
    return end.year + (end.month - 1) / _YEAR if freq == "M" else float(end.year)


def _operated(op: str, left: Floats, right: Floats) -> Floats:
    if op == "/":
        return np.divide(left, right, out=np.full(left.shape, np.nan), where=right != 0.0)
    return left + right if op == "+" else left - right if op == "-" else left * right


def _joined(op: str, left: str, right: str) -> str | None:
    """Return the unit of two terms joined by an operator; None where there is none.

    ``USD_bn * CNY_per_USD`` is ``CNY_bn``.
    """
    if op in "+-":
        return left or right if left == right or "" in (left, right) else None
    if op == "/":
        return left if not right else "ratio" if left == right else None
    if "" in (left, right):
        return left or right
    for money, rate in ((left, right), (right, left)):
        to, _, per = rate.partition("_per_")
        if per and money.startswith(f"{per}_"):
            return money.replace(per, to, 1)
    return None
