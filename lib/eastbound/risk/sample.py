"""Define `Sample`: the draws of an ensemble by series, aggregated and sorted once for all risk numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from eastbound.core.quantiles import quantiles_of_sorted
from eastbound.ensemble.aggregate import Frequency, Paths, frequency, periodic, variable
from eastbound.errors import UnknownName
from eastbound.typing import Floats


class Sample:
    """The draws of an ensemble, aggregated by year and sorted on first use and then shared.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`. It must not be changed afterwards: results are remembered.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> sample = Sample(ens)
    >>> sample.paths("trade.china_russia.total") is sample.paths("trade.china_russia.total")
    True
    >>> sample.quantiles("trade.china_russia.total", [0.1, 0.5], at=2030).shape
    (1, 2)
    """

    def __init__(self, ens: xr.Dataset) -> None:
        self.ens = ens
        self.scenarios = [str(name) for name in ens["scenario"].to_numpy()]
        self._paths: dict[tuple[str, Frequency], Paths] = {}
        self._sorted: dict[tuple[str, Frequency], Floats] = {}

    def paths(self, series_id: str, freq: Frequency = "Y") -> Paths:
        """Return the draws of a series by year or month, values of shape (scenario, period, draw).

        Raises
        ------
        UnknownName
            If the ensemble has no such series.
        """
        key = (series_id, freq)
        if key not in self._paths:
            self._paths[key] = periodic(self.ens, series_id, freq)
        return self._paths[key]

    def ordered(self, series_id: str, freq: Frequency = "Y") -> Floats:
        """Return the same values sorted over the draws, undefined draws last."""
        key = (series_id, freq)
        if key not in self._sorted:
            self._sorted[key] = np.sort(self.paths(series_id, freq).values, axis=-1)
        return self._sorted[key]

    def at(self, series_id: str, period: int | str) -> Floats:
        """Return the draws of a year or month, shape (scenario, draw), in the unit of the series.

        Raises
        ------
        InputError
            If the ensemble does not cover the period.
        """
        text = str(period)
        return self.paths(series_id, frequency(text)).at(text, series_id)

    def ordered_at(self, series_id: str, period: int | str) -> Floats:
        """Return the sorted draws of a year or month, shape (scenario, draw), undefined draws last."""
        text = str(period)
        paths = self.paths(series_id, frequency(text))
        paths.at(text, series_id)  # raises for a period that the ensemble does not cover
        return self.ordered(series_id, frequency(text))[:, paths.periods.index(text)]

    def quantiles(self, series_id: str, levels: Sequence[float], *, at: int | str) -> Floats:
        """Return quantiles of a year or month, shape (scenario, level), over the draws in which the series exists."""
        return quantiles_of_sorted(self.ordered_at(series_id, at), levels)

    def index(self, scenario: str | None = None) -> int:
        """Return the position of a scenario, by default the first.

        Raises
        ------
        UnknownName
            If the ensemble has no scenario of that name.
        """
        if scenario is None:
            return 0
        if scenario not in self.scenarios:
            raise UnknownName("scenario", scenario, self.scenarios, where="this ensemble")
        return self.scenarios.index(scenario)

    def unit(self, series_id: str) -> str:
        """Return the unit of a series."""
        return str(variable(self.ens, series_id).attrs["unit"])

    def effective(self) -> Floats:
        """Return the effective number of draws of each scenario; views leave fewer than there are draws."""
        count = float(self.ens.sizes["draw"])
        share = self.ens["ess"].to_numpy() if "ess" in self.ens.coords else np.ones(len(self.scenarios))
        return np.asarray(count * share, dtype=np.float64)
