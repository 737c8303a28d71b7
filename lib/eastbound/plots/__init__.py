"""Charts and tables of the notebooks.

Every function returns a value, `Chart` or `Table`, that shows itself as the last expression of a notebook cell and
saves itself to a file; `show` takes a matplotlib figure of your own. Modules are loaded on first use, so that the first
figure of a notebook does not wait for those of the others.
"""

from __future__ import annotations

from typing import Any

from eastbound.face import attribute_of

# public name -> module of this package that holds it
_FACE = {
    "Chart": "chart",
    "Table": "table",
    "assumption_register": "tables.assumption_register",
    "beliefs": "charts.beliefs",
    "branches": "tables.branches",
    "building_times": "tables.pipelines",
    "capacities": "tables.pipelines",
    "car_responses": "tables.goods",
    "card_table": "tables.evidence",
    "causal_claim_table": "tables.causal_claims",
    "changes": "charts.changes",
    "cars_and_fee": "charts.cars_and_fee",
    "claim_gradings": "tables.share_claim",
    "claim_needs": "tables.share_claim",
    "claim_signals": "tables.share_claim",
    "co_risk": "tables.dependence",
    "compare_scenarios": "charts.compare_scenarios",
    "composition": "charts.composition",
    "conflict_table": "tables.evidence",
    "count_table": "tables.evidence",
    "coverage": "charts.coverage",
    "crossing_map": "charts.crossing_map",
    "dated_figures": "tables.finance",
    "diagnostics_table": "tables.diagnostics",
    "discovery": "tables.discovery",
    "drift_variants": "charts.drift_variants",
    "early_warning": "charts.early_warning",
    "effects": "charts.effects",
    "evidence_headline": "tables.evidence",
    "exchange_rates": "tables.finance",
    "executive_summary": "tables.executive_summary",
    "falls": "charts.falls",
    "fan": "charts.fan",
    "fate_table": "tables.evidence",
    "finding_count_table": "tables.evidence",
    "finding_table": "tables.evidence",
    "first_passage": "charts.first_passage",
    "flow_and_capacity": "charts.flow_and_capacity",
    "goods": "tables.goods",
    "growth_at_risk": "tables.dependence",
    "headline": "tables.headline",
    "history_with_events": "charts.history_with_events",
    "hit_table": "tables.track_record",
    "impact_bands": "tables.risk_register",
    "implied_flow": "tables.pipelines",
    "implied_levels": "tables.primorye",
    "import_parts": "tables.import_parts",
    "investment_definitions": "tables.finance",
    "live_table": "tables.live",
    "logistics_claims": "tables.logistics",
    "milestone_dates": "charts.milestone_dates",
    "moved": "tables.moved",
    "needed_shares": "tables.primorye",
    "news": "tables.news",
    "nowcast": "tables.nowcast",
    "opening_dates": "tables.pipelines",
    "opinion_score_table": "tables.diagnostics",
    "outcome_ranks": "charts.outcome_ranks",
    "panels": "charts.panels",
    "partner_panel": "tables.panel",
    "passage_years": "tables.dependence",
    "past_forecasts": "tables.executive_summary",
    "printed_amounts": "tables.finance",
    "pipeline_map": "charts.pipeline_map",
    "plausibility": "tables.plausibility",
    "probabilities": "charts.probabilities",
    "probability_words": "likelihood",
    "published_claims": "tables.published_claims",
    "questions": "tables.questions",
    "regret": "tables.regret",
    "replays": "tables.replays",
    "reverse_stress": "charts.reverse_stress",
    "realization": "tables.finance",
    "revisions": "charts.revisions",
    "risk_register": "tables.risk_register",
    "risk_summary": "tables.risk_summary",
    "run": "tables.run",
    "scenario": "tables.scenario",
    "scores": "charts.scores",
    "second_opinion": "charts.second_opinion",
    "settings": "tables.settings",
    "share_and_level": "charts.share_and_level",
    "shortfall": "tables.shortfall",
    "show": "display",
    "slips": "charts.slips",
    "sources": "tables.sources",
    "stress_path": "charts.stress_path",
    "stress_table": "tables.track_record",
    "systems": "tables.systems",
    "tails": "tables.tails",
    "target_table": "tables.targets",
    "threshold_paths": "charts.threshold_paths",
    "threshold_table": "tables.thresholds",
    "tornado": "charts.tornado",
    "track_headline": "tables.track_summary",
    "trade_currencies": "tables.finance",
    "track_record": "charts.track_record",
    "tracked": "tables.logistics",
    "uncertainty": "charts.uncertainty",
    "utilization": "charts.utilization",
    "utilization_warnings": "tables.pipelines",
    "variance_shares": "tables.dependence",
    "vintage_table": "tables.vintages",
    "width_table": "tables.track_record",
    "wins_and_losses": "tables.wins_and_losses",
}

__all__ = sorted(_FACE)


_own = attribute_of(__name__, {name: f"{__name__}.{home}" for name, home in _FACE.items()}, globals())


def __getattr__(name: str) -> Any:
    if name not in _FACE and name[0] != "_":
        from eastbound.plots.added import added_chart

        if (chart := added_chart(name)) is not None:
            return chart
    return _own(name)


def __dir__() -> list[str]:
    from eastbound.plots.added import added_charts

    return sorted({*__all__, *added_charts()})
