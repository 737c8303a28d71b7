"""Refuse figures of trade that leave nothing for their open months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eastbound.errors import EvidenceError
from eastbound.evidence.derivation import monthly_panel
from eastbound.models.observations import ordinals

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def refuse_overdrawn(book: Evidence, *, first: int) -> None:
    """Refuse published sums of trade that are not larger than the figures known for a part of their months.

    Parameters
    ----------
    book : Evidence
        The evidence.
    first : int
        Ordinal of the first month that counts.

    Raises
    ------
    EvidenceError
        If figures imply trade of zero or less in a span. The message names the figures.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> refuse_overdrawn(load_evidence("2026-10-30"), first=2016 * 12)
    """
    panel = monthly_panel(book)
    rows = panel[(panel["value"] <= 0.0) & (ordinals(panel["start"]) >= first)]
    if rows.empty:
        return
    row = rows.iloc[0]
    figures = " and ".join(dict.fromkeys(f"`{series}` of {period}" for series, period, *_ in row["parents"]))
    message = (
        f"{figures} contradict each other: they leave {row['value']:.2f} USD bn of `{row['series_id']}` for "
        f"{row['period']}. Correct or remove one: eastbound data show {row['series_id']}."
    )
    raise EvidenceError(message)
