"""Eastbound: scenario and risk forecasts for the China-Russia turn to the East.

The public face is loaded on first use, so that ``import eastbound`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

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
    "report_scenarios": "eastbound.scenarios.library",
    "risk_register": "eastbound.risk.register",
    "runs": "eastbound.reports.history.catalogue",
    "scenario_names": "eastbound.scenarios.loader",
    "second_opinion": "eastbound.evaluation.second_opinion",
    "second_opinion_scores": "eastbound.evaluation.second_scores",
    "simulate": "eastbound.ensemble.simulate",
    "target_scores": "eastbound.evaluation.targets",
    "uncertainty_decomposition": "eastbound.ensemble.uncertainty",
}

__all__ = sorted(_FACE)


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        from eastbound.errors import nearest

        message = f"module `eastbound` has no attribute `{name}`; {nearest(name, _FACE)}dir() lists what it offers"
        raise AttributeError(message)
    home = _FACE[name]
    module = import_module(home)
    value = module if home == f"eastbound.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
