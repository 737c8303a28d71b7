"""Score the standard models of `second_opinion` at past origins, on the years that a backtest scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound.core.verification.scoring import crps
from eastbound.errors import EastboundError
from eastbound.evaluation.counted import counted
from eastbound.evaluation.regular_history import yearly_history
from eastbound.evaluation.result_cache import cached
from eastbound.evaluation.second_opinion import OURS, is_share, opinions
from eastbound.evidence.book import load_evidence
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

COLUMNS: Final = ("model", "series_id", "ahead", "outcomes", "origins", "crps", "crps_ensemble")
_LEVELS: Final = tuple((np.arange(99) + 0.5) / 99)  # equally likely points, for the CRPS
_FURTHEST: Final = 3  # years ahead from which on horizons are pooled


def second_opinion_scores(table: pd.DataFrame, series: Sequence[str]) -> pd.DataFrame:
    """Return the mean CRPS of the standard models beside that of the ensemble, over the same origins and years.

    At each origin the models read the yearly totals known by then. The ensemble also reads the months of the running
    year, which is an advantage one year ahead. Only years after the origin's own are compared.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    series : sequence of str
        Some of its series.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `ahead` is 1, 2 or 3 (three and more). Both scores are on the scale of the backtest: logs,
        or percentage points for a share.

    Examples
    --------
    >>> outcome = {"origin": "2023-12-31", "series_id": "trade.china_russia.total", "status": "scored", "horizon": 1}
    >>> table = pd.DataFrame([{**outcome, "period": "2024", "outcome": 244.8, "crps": 0.1}])
    >>> second_opinion_scores(table, ["trade.china_russia.total"])["outcomes"].tolist()
    [1, 1, 1]
    """
    rows = counted(table[table["series_id"].isin(series) & (table["horizon"] >= 1)])
    scored = [_scored(str(origin), str(name), part) for (origin, name), part in rows.groupby(["origin", "series_id"])]
    if not any(scored):
        return pd.DataFrame(columns=list(COLUMNS))
    flat = pd.DataFrame([line for lines in scored for line in lines])
    flat["ahead"] = flat["horizon"].clip(upper=_FURTHEST)
    groups = flat.groupby(["series_id", "ahead", "model"], sort=False)
    result = groups.agg(
        outcomes=("crps", "size"), origins=("origin", "nunique"), crps=("crps", "mean"), crps_ensemble=("ours", "mean")
    )
    return result.reset_index()[list(COLUMNS)]


def _scored(origin: str, series_id: str, rows: pd.DataFrame) -> list[Record]:
    past = load_evidence(origin)
    truth = {str(year): float(value) for year, value in zip(rows["period"], rows["outcome"], strict=True)}
    key: Record = {"second_scores": series_id, "vintage": past.digest, "outcomes": truth}
    task = f"Fitting the standard models to what was known on {origin}"
    scores = cached(key, lambda: {"rows": _forecast_and_score(series_id, past, truth)}, task=task)["rows"]
    ours = rows.set_index("period")[["crps", "horizon"]]
    return [
        {**row, "origin": origin, "series_id": series_id, "ours": ours.loc[row["period"], "crps"]}
        | {"horizon": int(ours.loc[row["period"], "horizon"])}
        for row in scores
    ]


def _forecast_and_score(series_id: str, past: Evidence, truth: dict[str, float]) -> list[Record]:
    try:
        history = yearly_history(series_id, book=past)
    except EastboundError:
        return []  # the page counts the origins; too few figures are no forecast
    last = history.values.index[-1].year
    share = is_share(past, series_id)
    log = past.series.loc[series_id, "unit"] != "percent"
    lines: list[Record] = []
    for model, table in opinions(history, max(map(int, truth)) - last, share=share, levels=_LEVELS).items():
        for year, outcome in truth.items():
            points = table.loc[int(year) - last].to_numpy(dtype=float)
            if log:
                points, outcome = np.log(points), float(np.log(outcome))
            name = "our single-series forecast" if model == OURS else model
            lines.append({"model": name, "period": year, "crps": float(crps(points, outcome))})
    return lines
