"""Fitted models on disk, addressed by the content that they were fitted to.

Each model has its own file, so changing another model's settings does not refit it. The address covers only the rows
of the vintage, so rows published later do not refit it either. A damaged file is a miss.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from threadpoolctl import threadpool_limits

from eastbound.ensemble import cache
from eastbound.models import registry
from eastbound.models.protocol import Grid, Model
from eastbound.scenarios.inputs import inputs_digest

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_PARTS: Final = ("observations", "events", "effects", "milestones", "analogues")
_fits: dict[str, Any] = {}  # of this process


# One BLAS thread: more of them change the last bits of a result, and on a busy machine they wait for each other.
@threadpool_limits.wrap(limits=1, user_api="blas")
def fit_models(book: Evidence, inputs: Mapping[str, Any], *, grid: Grid, full: bool = False) -> dict[str, Any]:
    """Fit every model to the evidence, or read what an earlier process has fitted to the same.

    Parameters
    ----------
    book : Evidence
        The evidence.
    inputs : mapping of str to mapping
        By subject, from `load_inputs`.
    grid : Grid
        Its start decides what is history.
    full : bool
        In full mode: by Markov chains that must converge (METHODS 1.1).

    Returns
    -------
    dict
        What each model's `fit` returns, by subject.
    """
    common: dict[str, Any] = {
        "vintage": vintage_digest(book),
        "start": grid.start,
        "full": full,
        "code": cache.code_digest(),
    }
    return {m.SUBJECT: _fit(m, book, inputs[m.SUBJECT], common=common) for m in registry.models()}


def _fit(model: Model, book: Evidence, inputs: Any, *, common: dict[str, Any]) -> Any:
    key = cache.address({**common, "subject": model.SUBJECT, "inputs": inputs_digest(inputs)})
    if key not in _fits:
        fit = _read(key)
        if fit is None:
            fit = model.fit(book, inputs, start=common["start"], full=common["full"])
            cache.write_checked(_path(key), pickle.dumps(fit, protocol=5))
        _fits[key] = fit
    return _fits[key]


@lru_cache(maxsize=8)
def vintage_digest(book: Evidence) -> str:
    """Return a sha256 over what a vintage knows: its rows, the series and sources they name, and nothing later.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> vintage_digest(load_evidence("2021-12-31")) == vintage_digest(load_evidence("2022-12-31"))
    False
    """
    total = sha256()
    rows = book.observations
    cards = [book.series[book.series.index.isin(rows["series_id"])]]
    cards += [book.sources[book.sources.index.isin(rows["source_id"])]]
    for table in (*(getattr(book, name) for name in _PARTS), *cards):
        total.update("\t".join(table.columns).encode())
        total.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
    return total.hexdigest()


def _path(key: str) -> Path:
    return cache.cache_folder() / "fits" / f"{key}.pickle"


def _read(key: str) -> Any:
    """Return a stored fit, or None where it is missing or damaged."""
    content = cache.read_checked(_path(key))
    return None if content is None else pickle.loads(content)
