"""Eastbound: scenario and risk forecasts for the China-Russia turn to the East.

The public face is loaded on first use, so that ``import eastbound`` stays cheap.
"""

from __future__ import annotations

import sys

from eastbound.face import attribute_of

__version__ = "0.1.0"

# public name -> module that holds it
_FACE = {
    "annual": "eastbound.ensemble.summary",
    "apply_views": "eastbound.ensemble.views",
    "ask": "eastbound.risk.questions",
    "assumption_register": "eastbound.risk.assumptions",
    "backtest": "eastbound.evaluation.backtest",
    "changed_scenario": "eastbound.scenarios.changes",
    "difference": "eastbound.ensemble.summary",
    "exceedance": "eastbound.ensemble.summary",
    "explore": "eastbound.explorer.explorer",
    "falls": "eastbound.ensemble.summary",
    "first_passage": "eastbound.ensemble.summary",
    "forecast_many": "eastbound.ensemble.many_series",
    "forecast_series": "eastbound.univariate.forecast",
    "history": "eastbound.ensemble.summary",
    "live_scores": "eastbound.evaluation.live",
    "load_evidence": "eastbound.evidence.book",
    "load_scenario": "eastbound.scenarios.loader",
    "load_settings": "eastbound.scenarios.settings",
    "plots": "eastbound.plots",
    "provenance": "eastbound.evidence.provenance",
    "published_claims": "eastbound.risk.claim_scores",
    "quantiles": "eastbound.ensemble.summary",
    "residual_diagnostics": "eastbound.evaluation.diagnostics",
    "reference": "eastbound.reference_tables",
    "report_scenarios": "eastbound.scenarios.library",
    "risk_register": "eastbound.risk.register",
    "runs": "eastbound.reports.history.catalogue",
    "scenario_names": "eastbound.scenarios.loader",
    "series": "eastbound.evidence.series_list",
    "second_opinion": "eastbound.evaluation.second_opinion",
    "second_opinion_scores": "eastbound.evaluation.second_scores",
    "simulate": "eastbound.ensemble.simulate",
    "table": "eastbound.ensemble.table",
    "target_scores": "eastbound.evaluation.targets",
    "to_hubverse": "eastbound.reports.exports.from_ensemble",
    "to_iamc": "eastbound.reports.exports.from_ensemble",
    "uncertainty_decomposition": "eastbound.ensemble.uncertainty",
}

__all__ = sorted(_FACE)


__getattr__ = attribute_of(__name__, _FACE, globals())


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: object) -> None:
    """Suit a notebook: short errors, ensembles as a summary, ids of series on Tab; importing the package does it."""
    from eastbound.notebook import suit

    suit(shell)


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()) is not None:
    load_ipython_extension(_shell)
