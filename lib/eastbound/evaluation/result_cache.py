"""Results of backtests, kept under their content hash, so that a second report computes nothing twice."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from eastbound.ensemble import store
from eastbound.typing import Record


@cache
def _own_code() -> str:
    """Return a sha256 over the source of this package, which the digest of ensembles leaves out."""
    total = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def cached(parts: dict[str, object], make: Callable[[], Record]) -> Record:
    """Return what `make` gives, from the cache when the same was made before.

    Parameters
    ----------
    parts : dict
        All inputs; code is added here.
    make : callable
        Returns values that JSON keeps exactly.

    Returns
    -------
    dict
        As read back from JSON, also the first time.

    Examples
    --------
    >>> cached({"example": 1}, lambda: {"value": 0.1})
    {'value': 0.1}
    """
    key = store.address({**parts, "code": [store.code_digest(), _own_code()]})
    path = store.cache_folder() / "backtests" / f"{key}.json"
    if not path.is_file():
        text = json.dumps(make(), allow_nan=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, work = tempfile.mkstemp(prefix=f".{key[:8]}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(work, path)  # readers never see half a file
    record: Record = json.loads(path.read_text(encoding="utf-8"))
    return record
