"""Cache of backtest results, addressed by their inputs and checked when read."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from eastbound.ensemble.cache import address, cache_folder, code_digest, read_checked, write_checked
from eastbound.ensemble.progress import working
from eastbound.typing import Record


@cache
def _own_code() -> str:
    """Return a sha256 over the source of this package, which the digest of ensembles leaves out."""
    total = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def cached(parts: dict[str, object], make: Callable[[], Record], *, task: str) -> Record:
    """Return the result of `make`, from the cache if the same inputs were computed before.

    Parameters
    ----------
    parts : dict
        All inputs; code is added here.
    make : callable
        Returns values that JSON keeps exactly.
    task : str
        What a notebook shows while `make` runs.

    Returns
    -------
    dict
        As read back from JSON, also the first time.

    Examples
    --------
    >>> cached({"example": 1}, lambda: {"value": 0.1}, task="Computing an example")
    {'value': 0.1}
    """
    key = address({**parts, "code": [code_digest(), _own_code()]})
    path = cache_folder() / "backtests" / f"{key}.json"
    content = read_checked(path)
    if content is None:
        with working(task):
            content = json.dumps(make(), allow_nan=False).encode()
        write_checked(path, content)
    record: Record = json.loads(content)
    return record
