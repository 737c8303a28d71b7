"""Conditional forecasts: an ensemble given that a series takes a stated path.

The flows and prices that a simulation consists of are moved in logs, by their
regression on the pinned values (METHODS 2.7). Totals and ratios follow from them, so
that every identity still holds; capacities, contracts and the dates of milestones stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import xarray as xr

from eastbound.constants import BLOCK
from eastbound.core.simulation.seeds import Stream
from eastbound.core.views.conditional import Conditioned, Plausibility, condition_draws
from eastbound.ensemble.additive_tree import AdditiveTree, Pin
from eastbound.ensemble.aggregate import variable
from eastbound.ensemble.draws import draws_of, replaced, resampled
from eastbound.errors import InputError, ModelError
from eastbound.scenarios.statements import Path
from eastbound.typing import Floats, Record

# A path is refused as outside the model when the Gaussian tail and the share of draws farther out are both smaller.
LEAST_TAIL: Final = 0.001
LEAST_FARTHER: Final = 0.01
RARE_TAIL: Final = 0.05  # a rarer path carries a warning
MOST_IDLE: Final = 0.05  # share of draws without a flow that a pin may exclude, or above capacity without a warning
_SAME: Final = 1e-6  # a smaller standard deviation of a log is that of a known figure in 32 bits


def condition(ens: xr.Dataset, paths: Sequence[Path], *, scenario: str) -> tuple[xr.Dataset, list[Record]]:
    """Return an ensemble in which one scenario takes stated paths, and the record of each.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    paths : sequence of Path
        All hold together.
    scenario : str
        The scenario they speak about; the others stay as they are.

    Returns
    -------
    ens : xarray.Dataset
        As before, draw for draw: draw i is what draw i becomes.
    records : list of dict
        Per path, alone: ``statement``, ``distance`` (standard deviations), ``tail`` (chi-square), ``farther`` (share of
        draws that lie farther out), ``kl`` (price of the shift, nats), ``before`` and ``after`` (medians by period),
        and ``warning`` where something should be known.

    Raises
    ------
    InputError
        If a series or period is not there, is known already, has draws without any flow, or a value is impossible.
    ModelError
        If the paths are implausible, or cannot all be met.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", draws=512)
    >>> given, records = condition(ens, [Path("driver.brent_price", (("2028", 60.0),))], scenario="baseline")
    >>> round(float(eb.annual(given, "driver.brent_price").sel(year=2028).max()), 3)
    60.0
    """
    pins = [pin for path in paths for pin in _pins(AdditiveTree(ens, scenario), path)]
    _check_once(pins)
    ens, forecast = _flowing(ens, pins, scenario=scenario)
    records, first = [], 0
    for path in paths:
        rows = slice(first, first + len(path.pins))
        records.append(_record(path, pins[rows], forecast[rows], ens=ens))
        first = rows.stop
    result = _pinned(pins, forecast, ens=ens)
    _check_plausible(result.plausibility, " and ".join(f"`{path}`" for path in paths))
    model = AdditiveTree(ens, scenario)
    model.move(pins, forecast, wanted=result.draws)
    for record, path in zip(records, paths, strict=True):
        _finish(record, [pin for pin in pins if pin.series == path.series], model=model)
    return replaced(ens, model.levels, scenario=scenario), records


def _pins(model: AdditiveTree, path: Path) -> Iterator[Pin]:
    variable_ = variable(model.ens, path.series)
    if "period" not in variable_.dims:
        message = f"`{path.series}` is a date and no path; state a probability such as `P({path.series} < 2034) = 0.5`."
        raise InputError(message)
    share = model.is_share(path.series)
    for period, value in path.pins:
        draws_of(model.ens, path.series, period, scenario=model.scenario)  # refuses a period that is not there
        if value <= 0 or (share and value >= 100):
            expected = "between 0 and 100 percent" if share else "above 0"
            message = f"`{path}` pins {value:g} in {period}; the values of `{path.series}` lie {expected}."
            raise InputError(message)
        slope = 1.0 / (value * (1.0 - value / 100.0)) if share else 1.0 / value  # of log odds or log
        yield Pin(path.series, period, value, path.sd * slope, share)


def _check_once(pins: Sequence[Pin]) -> None:
    pairs = [(pin.series, pin.period) for pin in pins]
    for pair in pairs:
        if pairs.count(pair) > 1:
            message = f"`{pair[0]}` is pinned twice in {pair[1]}; keep one of the two."
            raise InputError(message)


def _flowing(ens: xr.Dataset, pins: Sequence[Pin], *, scenario: str) -> tuple[xr.Dataset, Floats]:
    """Return the pinned quantities as forecast, shape (pin, draw); the few draws without a flow give way to others.

    A draw in which nothing flows cannot take a pinned value, so a pin also says that there is a flow.
    """
    model = AdditiveTree(ens, scenario)
    forecast = np.stack([pin.scaled(model.value(pin)) for pin in pins])
    defined = np.isfinite(forecast)
    for pin, row in zip(pins, defined, strict=True):
        if row.mean() < 1 - MOST_IDLE:
            message = (
                f"`{pin.series}` has no flow in {pin.period} in {1 - row.mean():.0%} of the draws, so it cannot be "
                "pinned there; state the probability of its milestone first, or pin a later period."
            )
            raise InputError(message)
    use = defined.all(axis=0)
    if not use.all():
        ens = resampled(ens, use / use.sum(), scenario=scenario)
        return _flowing(ens, pins, scenario=scenario)
    for pin, row in zip(pins, forecast, strict=True):
        if row.std() < _SAME:
            message = f"`{pin.series}` is known in {pin.period} already and cannot be pinned there; pin a later period."
            raise InputError(message)
    return ens, forecast


def _pinned(pins: Sequence[Pin], forecast: Floats, *, ens: xr.Dataset) -> Conditioned:
    values = np.array([float(pin.scaled(np.array(pin.value))) for pin in pins])
    return condition_draws(forecast, values, sd=np.array([pin.sd for pin in pins]), noise=_noise(pins, ens))


def _noise(pins: Sequence[Pin], ens: xr.Dataset) -> Floats:
    """Return the errors of soft pins, keyed by series and period so that one pin more moves no other."""
    count, seed = ens.sizes["draw"], int(ens.attrs.get("seed", 0))
    blocks = [Stream(seed, block, min(BLOCK, count - block * BLOCK)) for block in range(-(-count // BLOCK))]
    rows = [
        np.concatenate([stream.normals("conditions", pin.series, pin.period, rows=1)[0] for stream in blocks])
        if pin.sd
        else np.zeros(count)
        for pin in pins
    ]
    return np.stack(rows)


def _record(path: Path, pins: Sequence[Pin], forecast: Floats, *, ens: xr.Dataset) -> Record:
    plausibility = _pinned(pins, forecast, ens=ens).plausibility
    _check_plausible(plausibility, f"`{path}`")
    record: Record = {"statement": str(path), **plausibility._asdict(), "before": {}, "after": {}}
    if plausibility.tail < RARE_TAIL:
        record["warning"] = (
            f"only {plausibility.farther:.1%} of the draws lie as far out; what causes such a path may well change "
            "more than the draws know"
        )
    return record


def _check_plausible(plausibility: Plausibility, what: str) -> None:
    """Refuse paths that are rare both by the Gaussian tail and among the draws themselves, whose tails are heavier."""
    if plausibility.tail >= LEAST_TAIL or plausibility.farther >= LEAST_FARTHER:
        return
    message = (
        f"{what} lies {plausibility.distance:.1f} standard deviations from the forecast, farther out than all but "
        f"{plausibility.farther:.1%} of the draws (price {plausibility.kl:.1f} nats). "
        "It lies outside the model: pin it less firmly "
        "(±), or describe what would cause it in a scenario."
    )
    raise ModelError(message)


def _finish(record: Record, pins: Sequence[Pin], *, model: AdditiveTree) -> None:
    for pin in pins:
        record["before"][pin.period] = float(np.median(model.value(pin, moved=False)))
        record["after"][pin.period] = float(np.median(model.value(pin)))
    above = max(model.above_capacity(pin) for pin in pins)
    if above > MOST_IDLE:
        text = f"in {above:.0%} of the draws the pinned flow passes what the system could carry in that period"
        record["warning"] = f"{record['warning']}; {text}" if "warning" in record else text
