"""What the panel of partners says: skill with its error, coverage, conformal factors and settings learnt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from eastbound.evaluation.panel import DRIFT, MODEL, WALK
from eastbound.evaluation.partner_core import learn_core, learn_tie
from eastbound.evaluation.partner_data import FLOWS, load_partners
from eastbound.evaluation.partner_ties import between_partners, shrunk_tie, ties_by_partner
from eastbound.typing import Floats

RESULTS: Final = Path(__file__).with_name("panel_results.csv")
LEFT_OUT: Final = "Russian Federation"
_RESAMPLES: Final = 2000
_LARGE: Final = 2.0  # USD bn, median of the smaller flow
_LEVELS: Final = {"80": 0.8, "95": 0.95}


def skill_rows(scores: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Compare every model of the panel with the walk and with the partner's own drift.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `panel_scores`.
    seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Per model, flow and horizon: `partners, origins, outcomes`, mean `crps`, `over_walk` and
        `over_drift` (part of the reference's CRPS that is saved) with standard errors by a bootstrap of
        origin years, and the coverage in percent, in all and after a break.
    """
    rows = []
    wide = scores.pivot_table(index=["flow", "horizon", "origin", "partner"], columns="model", values="crps")
    draws = np.random.default_rng(seed)
    for model in (name for name in scores["model"].unique() if name not in {WALK, DRIFT}):
        for (flow, horizon), part in scores[scores["model"] == model].groupby(["flow", "horizon"]):
            by_year = wide.loc[(flow, horizon)].groupby("origin").sum()
            broken = part[part["broken"]]
            row: dict[str, Any] = {"model": model, "flow": flow, "horizon": horizon}
            row |= {"partners": part["partner"].nunique(), "origins": part["origin"].nunique(), "outcomes": len(part)}
            row["crps"] = part["crps"].mean()
            for name in (WALK, DRIFT):
                row[f"over_{name}"], row[f"over_{name}_error"] = _skill(by_year[[model, name]].to_numpy(), draws)
            for level in _LEVELS:
                row[f"cover{level}"] = 100 * part[f"inside{level}"].mean()
                row[f"cover{level}_broken"] = 100 * broken[f"inside{level}"].mean()
            rows.append(row)
    order = {flow: position for position, flow in enumerate(FLOWS)}
    return pd.DataFrame(rows).sort_values(
        ["model", "flow", "horizon"], key=lambda c: c.replace(order) if c.name == "flow" else c
    )


def _skill(sums: Floats, draws: np.random.Generator) -> tuple[float, float]:
    """Return the skill of the first column over the second and its error under resampled years."""
    picks = draws.integers(len(sums), size=(_RESAMPLES, len(sums)))
    again = sums[picks].sum(axis=1)
    total = sums.sum(axis=0)
    return float(1 - total[0] / total[1]), float(np.std(1 - again[:, 0] / again[:, 1], ddof=1))


def conformal_rows(scores: pd.DataFrame) -> pd.DataFrame:
    """Return by how much the model's bands would have to be stretched to hold their nominal share of outcomes.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `panel_scores`.

    Returns
    -------
    pandas.DataFrame
        Per flow, horizon and group (`broken`: a flow had just moved by more than two typical steps): the
        `reach80` and `reach95` that hold 80 and 95 % of the outcomes, in half-widths of the model's 80 %
        band, and the coverage of bands stretched by what the other partners say.

    References
    ----------
    Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, chapter 4 (Mondrian groups).
    """
    rows = []
    for (flow, horizon, broken), part in scores[scores["model"] == MODEL].groupby(["flow", "horizon", "broken"]):
        row: dict[str, Any] = {"flow": flow, "horizon": horizon, "broken": broken, "outcomes": len(part)}
        for level, nominal in _LEVELS.items():
            row[f"reach{level}"] = _conformal(part["scaled"].to_numpy(), nominal)
            row[f"cover{level}"] = 100 * float(np.mean(list(_left_out(part, nominal))))
        rows.append(row)
    return pd.DataFrame(rows)


def _left_out(part: pd.DataFrame, nominal: float) -> Iterator[bool]:
    """Yield whether each outcome lies inside the band that the other partners' errors give."""
    for _, own in part.groupby("partner"):
        reach = _conformal(part.loc[part["partner"] != own["partner"].iloc[0], "scaled"].to_numpy(), nominal)
        yield from (own["scaled"] <= reach).tolist()


def _conformal(distances: Floats, nominal: float) -> float:
    rank = int(np.ceil(nominal * (len(distances) + 1)))
    return float(np.sort(distances)[min(rank, len(distances)) - 1])


def learnt_settings() -> pd.DataFrame:
    """Return what all partners but Russia teach: one row a group of partners, those with large flows apart.

    `tie` pools all partners' years; `typical_tie` weighs partners that differ by `tie_spread`, and `russia_tie` adds
    Russia's own figures to it.
    """
    panel = load_partners()
    others = np.array([name != LEFT_OUT for name in panel.names])
    large = np.median(np.exp(panel.logs), axis=2).min(axis=0) > _LARGE
    slopes, errors = ties_by_partner(panel.logs)
    rows = []
    for group, chosen in {"all": others, f"both flows over {_LARGE:g} bn": others & large}.items():
        core = learn_core(panel.logs[:, chosen])
        tie, error = learn_tie(panel.logs[:, chosen])
        row: dict[str, Any] = {"group": group, "partners": int(chosen.sum()), "tie": tie, "tie_error": error}
        typical = between_partners(slopes[chosen], errors[chosen])
        row |= {"typical_tie": typical.mean, "typical_tie_error": typical.error, "tie_spread": typical.spread}
        own = shrunk_tie(float(slopes[~others][0]), float(errors[~others][0]), typical)
        row |= {"russia_tie": own[0], "russia_tie_sd": own[1]}
        row["correlation"] = core.correlation
        for flow, scale, drift in zip(FLOWS[:2], core.scale, core.drift, strict=True):
            row |= {f"{flow}_step": scale.variance**0.5, f"{flow}_degrees": scale.degrees}
            row |= {f"{flow}_drift": drift[0], f"{flow}_drift_sd": drift[1]}
        rows.append(row)
    return pd.DataFrame(rows)


def load_results() -> pd.DataFrame:
    """Return the rows of the last run of the benchmark, kept with the package.

    Examples
    --------
    >>> sorted(load_results()["flow"].unique())
    ['exports', 'imports', 'total']
    """
    return pd.read_csv(RESULTS, comment="#")
