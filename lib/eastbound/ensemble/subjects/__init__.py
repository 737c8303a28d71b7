"""What the forecasts of single subjects report beside quantiles and probabilities.

A module of this package is named after its subject and is optional: a subject without
one has a forecast of its headline series and nothing else. The module has two functions::

    complete(record, ens, *, book, settings, reporting) -> dict    # the forecast record with its additions
    as_lines(record) -> list of str                                # those additions as text
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def additions(subject: str) -> ModuleType | None:
    """Return the module with a subject's additions to its forecast, or None if it has none.

    Parameters
    ----------
    subject : str
        One of `eastbound.catalogue.subjects`.

    Returns
    -------
    module or None

    Examples
    --------
    >>> additions("primorye").__name__, additions("trade")
    ('eastbound.ensemble.subjects.primorye', None)
    """
    name = f"{__name__}.{subject}"
    return import_module(name) if find_spec(name) else None
