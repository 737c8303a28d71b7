"""Model settings as the analyst finds them in the parameter file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from eastbound.language import _, digits, mark
from eastbound.plots.table import Table

# Names of the settings that a page shows; a setting without an entry stays as the file has it.
_NAMES: Final = (
    mark("reference class weight"),
    mark("normal mean"),
    mark("normal sd"),
    mark("pull"),
    mark("volatility median"),
    mark("shift mean"),
    mark("shift slowing"),
)


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
    words = {name: name.replace("_", " ") for name in names}
    rows = [(_(word) if word in _NAMES else word, digits(f"{values[name]}")) for name, word in words.items()]
    return Table(pd.DataFrame(rows, columns=["setting", "value"]), caption=_("Settings in the parameter file"))
