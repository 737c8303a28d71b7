"""Estimate how long pages take, from the manifests of earlier runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

_RUNS: Final = 20  # newest runs that are looked at
_Size = tuple[Any, Any]  # what a page's time depends on most: `draws` and `quick`
_Key = tuple[str, str | None, _Size]


@dataclass(frozen=True)
class Timings:
    """Hold the seconds of pages by notebook, scenario and size, the newest of each."""

    pages: Mapping[_Key, Mapping[str, float]] = field(default_factory=dict)

    def seconds(
        self, notebook: str, scenario: str | None, values: Mapping[str, Any], *, rendered: bool
    ) -> float | None:
        """Return the expected time of a page, from itself or else from the same notebook in other scenarios.

        Parameters
        ----------
        notebook, scenario : str
        values : mapping
            Its parameters.
        rendered : bool
            Whether its cells are kept and only its page is rendered anew.

        Examples
        --------
        >>> timings = Timings({("10_trade", "baseline", (4096, False)): {"total": 9.0, "render": 1.0}})
        >>> timings.seconds("10_trade", "price_slump", {"draws": 4096, "quick": False}, rendered=False)
        9.0
        >>> timings.seconds("10_trade", "baseline", {"draws": 64, "quick": False}, rendered=False) is None
        True
        """
        share, size = ("render" if rendered else "total"), _size(values)
        own = self.pages.get((notebook, scenario, size))
        if own is not None:
            return own.get(share)
        others = [record[share] for (name, _, other), record in self.pages.items() if (name, other) == (notebook, size)]
        return median(others) if others else None


def read_timings(out: Path) -> Timings:
    """Read the times of pages that the newest runs in a folder have executed.

    Parameters
    ----------
    out : Path
        Folder for runs; without a run in it there is no time of any page.
    """
    pages: dict[_Key, Mapping[str, float]] = {}
    for record in _manifests(out):
        for page in record.get("pages", ()):
            seconds = page.get("seconds") or {}
            if page.get("failure") or "compute" not in seconds:  # taken from the cache, or stopped early
                continue
            key = (page["notebook"], page["scenario"], _size(page["parameters"]))
            pages.setdefault(key, {"total": seconds["total"], "render": seconds.get("render", 0.0)})
    return Timings(pages)


def wall_seconds(pages: Iterable[float], *, jobs: int) -> float:
    """Return the time of pages that are made side by side: their sum over the workers, but no less than the longest.

    Examples
    --------
    >>> wall_seconds([4.0, 2.0, 2.0], jobs=2), wall_seconds([9.0, 1.0], jobs=2)
    (4.0, 9.0)
    """
    times = list(pages)
    return max(sum(times) / jobs, max(times, default=0.0))


def _size(values: Mapping[str, Any]) -> _Size:
    return values.get("draws"), values.get("quick")


def _manifests(out: Path) -> Iterable[Mapping[str, Any]]:
    names = sorted((path.name for path in out.glob("[0-9]*Z*") if path.is_dir() and not path.suffix), reverse=True)
    for name in names[:_RUNS]:
        try:
            record = json.loads((out / name / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):  # an estimate does without a run that cannot be read
            continue
        if isinstance(record, dict):
            yield record
