"""Model settings as the analyst finds them in the parameter file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from eastbound.language import _, digits
from eastbound.plots.table import Table


def settings(values: Any, names: Iterable[str]) -> Table:
    """Tabulate some settings of a model.

    Parameters
    ----------
    values : Settings
        From `load_settings`.
    names : iterable of str

    Returns
    -------
    Table
        Columns setting, value.
    """
    rows = [(_(name.replace("_", " ")), digits(f"{values[name]}")) for name in names]
    return Table(pd.DataFrame(rows, columns=["setting", "value"]), caption=_("Settings in the parameter file"))
