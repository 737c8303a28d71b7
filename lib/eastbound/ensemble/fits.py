"""Fitted models on disk, addressed by the content that they were fitted to.

A fit is kept for each model apart, so that another model's settings do not
touch it, and under the rows of its vintage, so that rows published later do
not either: a backtest whose past has not changed fits nothing again. A
damaged file is a miss.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from threadpoolctl import threadpool_limits

from eastbound.ensemble import store
from eastbound.models import registry
from eastbound.models.protocol import Grid, Model
from eastbound.scenarios.inputs import inputs_digest

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_PARTS: Final = ("observations", "events", "effects", "milestones", "analogues")
_MARK: Final = 32  # bytes of the sha256 in front of a file
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
        "code": store.code_digest(),
    }
    return {m.SUBJECT: _fit(m, book, inputs[m.SUBJECT], common=common) for m in registry.models()}


def _fit(model: Model, book: Evidence, inputs: Any, *, common: dict[str, Any]) -> Any:
    key = store.address({**common, "subject": model.SUBJECT, "inputs": inputs_digest(inputs)})
    if key not in _fits:
        found = _read(key)
        if found is None:
            found = model.fit(book, inputs, start=common["start"], full=common["full"])
            _write(key, found)
        _fits[key] = found
    return _fits[key]


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
    return store.cache_folder() / "fits" / f"{key}.pickle"


def _read(key: str) -> Any:
    """Return a stored fit, or None where there is none or it is not what was written."""
    try:
        content = _path(key).read_bytes()
    except OSError:
        return None
    mark, body = content[:_MARK], content[_MARK:]
    return pickle.loads(body) if sha256(body).digest() == mark else None


def _write(key: str, fit: Any) -> None:
    """Store a fit; a reader sees all of it or nothing."""
    path, body = _path(key), pickle.dumps(fit, protocol=5)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, work = tempfile.mkstemp(prefix=f".{key[:8]}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sha256(body).digest() + body)
        os.replace(work, path)
    except BaseException:
        Path(work).unlink(missing_ok=True)
        raise
