"""China's yearly trade with many partners: the reference class of the trade model.

The figures and their sources stand in ``china_partners.csv`` and its card ``china_partners.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from eastbound.typing import Floats

TABLE: Final = Path(__file__).with_name("china_partners.csv")
EXPORTS, IMPORTS, TOTAL = range(3)
FLOWS: Final = ("exports", "imports", "total")


@dataclass(frozen=True)
class Partners:
    """China's trade with its partners in logs.

    Parameters
    ----------
    names : tuple of str
    years : tuple of int
    logs : array, shape (2, partner, year)
        China's exports to and imports from each partner, log of USD bn.
    """

    names: tuple[str, ...]
    years: tuple[int, ...]
    logs: Floats


@cache
def load_partners() -> Partners:
    """Return the panel of China's partners.

    Examples
    --------
    >>> panel = load_partners()
    >>> panel.logs.shape, panel.years[0], panel.years[-1]
    ((2, 83, 21), 1998, 2018)
    >>> russia = panel.names.index("Russian Federation")
    >>> np.exp(panel.logs[:, russia, panel.years.index(2014)]).round(1).tolist()
    [53.7, 41.6]
    """
    table = pd.read_csv(TABLE)
    columns = [name for name in table.columns if name.isdigit()]
    world = table["partner"] == "World"
    values = []
    for flow in FLOWS[:2]:
        rows = table[table["flow"] == flow]
        totals = rows.loc[world, columns].to_numpy(dtype=float)
        values.append(rows.loc[~world, columns].to_numpy(dtype=float) * totals / 100)
    names = table.loc[~world & (table["flow"] == FLOWS[0]), "partner"]
    return Partners(tuple(names), tuple(int(name) for name in columns), np.log(np.stack(values)))


def with_total(logs: Floats) -> Floats:
    """Return exports, imports and their sum, all in logs, along the first axis.

    Examples
    --------
    >>> with_total(np.log([[1.0], [3.0]])).round(3).tolist()
    [[0.0], [1.099], [1.386]]
    """
    total = np.logaddexp(logs[EXPORTS], logs[IMPORTS])
    return np.concatenate([logs, total[None]])
