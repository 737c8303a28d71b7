"""Branches of the scenario tree as groups of the draws of an ensemble."""

from __future__ import annotations

from eastbound.risk.sample import Sample
from eastbound.scenarios.tree import OTHER
from eastbound.typing import Bools

_VARIABLE = "branch."


def branch_draws(sample: Sample, *, scenario: str | None = None) -> dict[str, Bools]:
    """Return in which draws each branch of the scenario tree holds.

    Parameters
    ----------
    sample : Sample
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    dict of str to bool array, shape (draw,)
        By the name of the branch; the rest of an axis and branches that hold in every draw or in none are left out.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> "secondary_sanctions" in branch_draws(Sample(ens))
    True
    """
    index = sample.index(scenario)
    result = {}
    for variable in map(str, sample.ens.data_vars):
        if not variable.startswith(_VARIABLE):
            continue
        codes = sample.ens[variable].to_numpy()[index]
        for code, name in enumerate(sample.ens[variable].attrs["branches"]):
            holds = codes == code
            if name != OTHER and holds.any() and not holds.all():
                result[str(name)] = holds
    return result
