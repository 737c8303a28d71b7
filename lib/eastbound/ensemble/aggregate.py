"""Series of an ensemble by calendar year or month, aggregated once for every period."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import xarray as xr

from eastbound.catalogue import unknown_series
from eastbound.core.ratio import percent
from eastbound.ensemble.row_files import release
from eastbound.errors import InputError
from eastbound.typing import Floats

Frequency = Literal["Y", "M"]
MONTHS: Final = 12


class Paths(NamedTuple):
    """Draws of one series in every year or month of an ensemble.

    Parameters
    ----------
    values : array, shape (scenario, period, draw)
        In the unit of the series; NaN where a ratio is undefined. The draws of a period are contiguous in memory,
        as on disk, so sums, sorts and counts read them in one pass.
    periods : list of str
        ``2035`` or ``2035-06``.
    """

    values: Floats
    periods: list[str]

    def at(self, period: str, series_id: str) -> Floats:
        """Return the draws of one period, shape (scenario, draw), or raise `InputError` if it is not covered."""
        if period not in self.periods:
            first, last = self.periods[0], self.periods[-1]
            message = f"`{series_id}` has no period `{period}`; the ensemble runs from {first} to {last}."
            raise InputError(message)
        return self.values[:, self.periods.index(period)]


def annual(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    """Aggregate the draws of a series to calendar years.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble. Its ``aggregate`` attribute is the rule: ``sum``, ``mean``, ``last``, or
        ``ratio:a/b`` for 100 times the ratio of the yearly sums of two other series.

    Returns
    -------
    xarray.DataArray, dims (scenario, draw, year)
        In the unit of the series; NaN where a ratio is undefined.

    Raises
    ------
    UnknownName
        If the ensemble has no such series.

    Examples
    --------
    >>> import eastbound as eb
    >>> annual(eb.simulate("baseline", draws=64), "driver.brent_price").sel(year=2030).shape
    (1, 64)
    """
    paths = periodic(ens, series_id, "Y")
    coords = {name: ens[name] for name in ("scenario", "draw", "ess") if name in ens.coords}
    return xr.DataArray(
        paths.values.transpose(0, 2, 1),
        dims=("scenario", "draw", "year"),
        coords={**coords, "year": np.array([int(period) for period in paths.periods])},
        name=series_id,
        attrs=ens.variables[series_id].attrs,
    )


def at_period(ens: xr.Dataset, series_id: str, period: str) -> Floats:
    """Return the draws of one year or month, shape (scenario, draw), in the unit of the series.

    To read many periods, take `annual` or `periodic` once.

    Raises
    ------
    InputError
        If the period lies outside the ensemble.

    Examples
    --------
    >>> import eastbound as eb
    >>> at_period(eb.simulate("baseline", draws=64), "driver.brent_price", "2030-06").shape
    (1, 64)
    """
    return periodic(ens, series_id, frequency(period)).at(period, series_id)


def frequency(period: str) -> Frequency:
    """Return ``"M"`` for a month such as 2030-06 and ``"Y"`` for a year.

    Examples
    --------
    >>> frequency("2030-06"), frequency("2030")
    ('M', 'Y')
    """
    return "M" if "-" in period else "Y"


def periodic(ens: xr.Dataset, series_id: str, freq: str) -> Paths:
    """Return the draws of a series by year or month.

    Raises
    ------
    UnknownName
        If the ensemble has no such series.
    InputError
        If the frequency is neither ``"Y"`` nor ``"M"``.

    Examples
    --------
    >>> import eastbound as eb
    >>> periodic(eb.simulate("baseline", draws=64, until=2028), "driver.brent_price", "Y").periods[-1]
    '2028'
    """
    rule = str(variable(ens, series_id).attrs["aggregate"])
    if freq == "M":
        months = _months(ens, series_id)
        return Paths(months, list(ens["period"].dt.strftime("%Y-%m").to_numpy()))
    if freq != "Y":
        message = f"frequency `{freq}` is not known; use `Y` for years or `M` for months."
        raise InputError(message)
    flows = ratio_of(rule)
    values = percent(*(_by_year(ens, flow, "sum") for flow in flows)) if flows else _by_year(ens, series_id, rule)
    first = int(ens["period"].dt.year[0])
    return Paths(np.asarray(values, dtype=np.float64), [str(first + k) for k in range(values.shape[1])])


def rolling_years(ens: xr.Dataset, series_id: str) -> Paths:
    """Return the draws of a series over the twelve months that end in each month, by the rule of its calendar years.

    The twelve months to a December are the calendar year, so whatever a year's figure reaches is reached here too.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.

    Returns
    -------
    Paths
        From the first December of the ensemble to its last month.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> rolling_years(ens, "trade.china_russia.total").periods[0]
    '2026-12'
    """
    rule = str(variable(ens, series_id).attrs["aggregate"])
    flows = ratio_of(rule)
    values = percent(*(_rolling(ens, flow, "sum") for flow in flows)) if flows else _rolling(ens, series_id, rule)
    months = list(ens["period"].dt.strftime("%Y-%m").to_numpy())
    return Paths(np.asarray(values, dtype=np.float64), months[MONTHS - 1 :])


def ratio_of(rule: str) -> tuple[str, str] | None:
    """Return the two series whose ratio an aggregate rule names, or None for other rules.

    Examples
    --------
    >>> ratio_of("ratio:a/b"), ratio_of("sum")
    (('a', 'b'), None)
    """
    if not rule.startswith("ratio:"):
        return None
    above, below = rule.removeprefix("ratio:").split("/")
    return above, below


def scenario_part(ens: xr.Dataset, index: int) -> xr.Dataset:
    """Return the ensemble of one scenario, by its position, with the dimension kept.

    An ensemble of one scenario is returned as it is: to take a part of its hundred series would cost more than most
    tables of one of them.

    Examples
    --------
    >>> ens = xr.Dataset({"a": (("scenario", "draw"), [[1.0], [2.0]])})
    >>> float(scenario_part(ens, 1)["a"][0, 0]), scenario_part(ens, 1).sizes["scenario"]
    (2.0, 1)
    """
    return ens if ens.sizes["scenario"] == 1 else ens.isel(scenario=slice(index, index + 1))


def variable(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    """Return a series of an ensemble, or raise `UnknownName` with the nearest name.

    Examples
    --------
    >>> variable(xr.Dataset({"a": ("draw", [1.0])}), "a").sizes["draw"]
    1
    """
    if not isinstance(series_id, str) or series_id not in ens.data_vars:
        raise unknown_series(series_id, map(str, ens.data_vars))
    return ens[series_id]


def _months(ens: xr.Dataset, series_id: str) -> np.ndarray:
    """Return monthly draws, shape (scenario, month, draw), as a view of what is stored."""
    values = ens.variables[series_id]
    # Transposing a lazy variable before it is read would make xarray gather single numbers, at ten times the cost.
    return np.transpose(values.to_numpy(), [values.dims.index(dim) for dim in ("scenario", "period", "draw")])


def _rolling(ens: xr.Dataset, series_id: str, rule: str) -> Floats:
    """Return rolling years in double precision, shape (scenario, month, draw)."""
    months = periodic(ens, series_id, "M").values
    if rule == "last":
        return np.asarray(months[:, MONTHS - 1 :], dtype=np.float64)
    total = months[:, : len(months[0]) - MONTHS + 1].astype(np.float64)
    # Added month by month, as `_by_year` adds: a year to December then equals its calendar year to the last digit, and
    # a level that is reached exactly (full use of a pipeline) counts the same in both.
    for month in range(1, MONTHS):
        total += months[:, month : month + total.shape[1]]
    return total / MONTHS if rule == "mean" else total


def _by_year(ens: xr.Dataset, series_id: str, rule: str) -> Floats:
    """Return yearly values in double precision, shape (scenario, year, draw)."""
    variable(ens, series_id)
    months = _months(ens, series_id)
    count, length, draws = months.shape
    yearly = np.empty((count, length // MONTHS, draws))
    # The grid starts in a January and ends in a December. Reducing over the months keeps draws contiguous, and of a
    # large file one year at a time is in memory.
    for year in range(yearly.shape[1]):
        by_month = months[:, MONTHS * year : MONTHS * (year + 1)]
        yearly[:, year] = by_month[:, -1] if rule == "last" else getattr(by_month, rule)(axis=1, dtype=np.float64)
        release(months)
    return yearly
