"""Forecast many single series at once, on all cores, and keep each result on disk."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from eastbound.constants import QUANTILES
from eastbound.cores import usable_cores
from eastbound.ensemble.cache import address, cache_folder, code_digest, read_checked, write_checked
from eastbound.ensemble.progress import working
from eastbound.errors import InputError
from eastbound.typing import Floats, Record
from eastbound.univariate.forecast import forecast_series

# Fewer series are forecast before a second process has imported what it needs (about two seconds).
_ENOUGH: Final = 16
_CHUNK: Final = 4  # series that a process takes at a time

History = Sequence[float] | Floats | pd.Series
Job = tuple[str, History, int, int, Sequence[float]]  # name, history, horizon, period, levels


def forecast_many(
    histories: Mapping[str, History] | pd.DataFrame,
    horizon: int,
    *,
    period: int = 12,
    quantiles: Sequence[float] = QUANTILES,
    workers: int | None = None,
) -> pd.DataFrame:
    """Forecast many single series, in parallel and with a progress bar, and return quantiles per series and step.

    A series that was forecast before, by any process, is read from the cache folder. The numbers are those of
    `forecast_series`, whatever the number of processes.

    Parameters
    ----------
    histories : mapping of str to history, or DataFrame
        By name; a DataFrame has one series per column. Each as `forecast_series` expects it.
    horizon : int
        Number of steps ahead, at most 360.
    period : {1, 4, 12}
        Observations per year.
    quantiles : sequence of float
        Levels strictly between 0 and 1.
    workers : int, optional
        Number of processes; default is one per core if there are enough series. More than one process needs a script
        to call this function under ``if __name__ == "__main__"``.

    Returns
    -------
    DataFrame, (series, step) x quantile level
        In the unit of each history. ``attrs["fallback"]`` maps series to what they got instead of the full method.

    Raises
    ------
    InputError
        If a history or an option is not as `forecast_series` expects it; the message names the series. What was
        forecast until then is kept.

    Examples
    --------
    >>> yearly = {"a": [8.0, 9, 11, 10, 12, 13, 13, 15, 16], "b": [3.0, 3, 4, 3, 3, 4, 4, 3, 4]}
    >>> forecast_many(yearly, 2, period=1, quantiles=(0.1, 0.5, 0.9)).shape
    (4, 3)
    """
    if workers is not None and (not isinstance(workers, int) or isinstance(workers, bool) or workers < 1):
        message = f"`workers` is {workers!r}; it must be a whole number of processes, at least 1."
        raise InputError(message)
    if not isinstance(histories, Mapping | pd.DataFrame) or not len(dict(histories)):
        message = (
            "`histories` must be a mapping of names to series or a DataFrame with one series per column, not empty."
        )
        raise InputError(message)
    levels = tuple(quantiles) if isinstance(quantiles, Iterable) else quantiles
    jobs: list[Job] = [(str(name), history, horizon, period, levels) for name, history in dict(histories).items()]
    keys = [_key(job) for job in jobs]
    records = [_read(key) for key in keys]
    missing = [number for number, record in enumerate(records) if record is None]
    with working(f"Forecasting {len(missing)} series"):
        results = _run([jobs[number] for number in missing], workers)
        for number, record in zip(missing, _shown(results, len(missing)), strict=True):
            write_checked(cache_folder() / "fits" / f"{keys[number]}.json", json.dumps(record).encode())
            records[number] = record
    return _table(jobs, [record for record in records if record is not None])


def _run(jobs: list[Job], workers: int | None) -> Iterator[Record]:
    """Yield the forecasts in order, each as soon as it and those before it are made."""
    count = min(workers or usable_cores(), len(jobs))
    if count <= 1 or (workers is None and len(jobs) < _ENOUGH):
        yield from map(_forecast, jobs)
        return
    # A fork of a process with threads can hang, so processes start afresh.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_forecast, jobs, chunksize=_CHUNK)


# One BLAS thread per process: more of them change last bits and wait for each other.
@threadpool_limits.wrap(limits=1, user_api="blas")
def _forecast(job: Job) -> Record:
    name, history, horizon, period, levels = job
    try:
        frame = forecast_series(history, horizon, period=period, quantiles=levels)
    except InputError as error:
        message = f"Series `{name}`: {error}"
        raise InputError(message) from None
    return {"rows": frame.to_numpy().tolist(), "fallback": frame.attrs["fallback"]}


def _shown(records: Iterable[Record], count: int) -> Iterable[Record]:
    """Show a bar while results come in, if errors go to a terminal."""
    if not count or not sys.stderr.isatty():
        return records
    from rich import progress
    from rich.console import Console

    return progress.track(
        records, f"Forecasting {count} series", total=count, console=Console(stderr=True), transient=True
    )


def _key(job: Job) -> str:
    _, history, horizon, period, levels = job
    total = sha256()
    # An index is part of the key, as a wrong one is refused; and the kind of values, as text is.
    index = list(map(str, history.index)) if isinstance(history, pd.Series) else None
    values = history if isinstance(history, Iterable) else [history]
    total.update(repr([index, *map(_written, values)]).encode())
    parts = {"series": total.hexdigest(), "horizon": repr(horizon), "period": repr(period), "levels": repr(levels)}
    return address({**parts, "code": code_digest()})


def _written(value: Any) -> str:
    """Return a value with all digits and its type.

    Examples
    --------
    >>> _written(np.float64(0.1)) == _written(0.1), _written("0.1") == _written(0.1)
    (True, False)
    """
    return repr(float(value)) if isinstance(value, float | np.floating) else f"{type(value).__name__} {value!r}"


def _read(key: str) -> Record | None:
    content = read_checked(cache_folder() / "fits" / f"{key}.json")
    return None if content is None else json.loads(content)


def _table(jobs: list[Job], records: list[Record]) -> pd.DataFrame:
    levels = [float(level) for level in jobs[0][4]]
    steps = range(1, int(jobs[0][2]) + 1)
    index = pd.MultiIndex.from_product([[job[0] for job in jobs], steps], names=["series", "step"])
    frame = pd.DataFrame(
        np.concatenate([np.array(record["rows"]) for record in records]), index, pd.Index(levels, name="level")
    )
    frame.attrs["fallback"] = {
        job[0]: record["fallback"] for job, record in zip(jobs, records, strict=True) if record["fallback"]
    }
    return frame
