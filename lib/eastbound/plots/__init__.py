"""Figures and tables of the notebooks: what is drawn, what is said about it, how it reaches the page.

A figure function takes ``ax`` and returns it; the function ``<figure>_table``
gives the numbers behind it, `finding` and `alt_text` turn those into sentences,
`show`, `show_table` and `results` put them into a notebook's output.
"""

from __future__ import annotations

from eastbound.plots.bands import comparison_table, effect_table, fan_table, panels_table, utilization_table
from eastbound.plots.chances import fall_table, milestone_table, passage_table, probability_table, variant_table
from eastbound.plots.charts.fan import fan
from eastbound.plots.citations import last_observed_note
from eastbound.plots.display import show
from eastbound.plots.evidence import coverage_table, revision_table, slips_table, vintage_table
from eastbound.plots.evidence_facts import (
    card_table,
    conflict_table,
    count_table,
    evidence_headline,
    fate_table,
    finding_count_table,
    finding_table,
    plan_table,
)
from eastbound.plots.evidence_figures import coverage, revisions, slips
from eastbound.plots.facts import news_table, nowcast_table, observation_table, run_table, setting_table, source_table
from eastbound.plots.figures import (
    compare_scenarios,
    drift_variants,
    effects,
    falls,
    first_passage,
    mark_months,
    milestone_dates,
    panels,
    probabilities,
    utilization,
)
from eastbound.plots.headline import headline
from eastbound.plots.legacy import result, results, show_table
from eastbound.plots.parts import change_table, changes, parts_table
from eastbound.plots.pipelines import capacity_table, date_table, proxy_table, warning_table
from eastbound.plots.readable import readable
from eastbound.plots.regional import implied_table, needed_table
from eastbound.plots.track import pit_table, rung_table, score_table, track_table
from eastbound.plots.track_facts import (
    hit_table,
    joint_table,
    ladder_table,
    skill_table,
    stress_table,
    target_table,
    target_verdict,
    track_headline,
    width_table,
)
from eastbound.plots.track_figures import pit, rungs, scores, track_record
from eastbound.plots.views import belief_table, beliefs
from eastbound.plots.words import alt_text, finding

__all__ = [
    "alt_text",
    "belief_table",
    "beliefs",
    "capacity_table",
    "card_table",
    "change_table",
    "changes",
    "compare_scenarios",
    "comparison_table",
    "conflict_table",
    "count_table",
    "coverage",
    "coverage_table",
    "date_table",
    "drift_variants",
    "effect_table",
    "effects",
    "evidence_headline",
    "fall_table",
    "falls",
    "fan",
    "fan_table",
    "fate_table",
    "finding",
    "finding_count_table",
    "finding_table",
    "first_passage",
    "headline",
    "hit_table",
    "implied_table",
    "joint_table",
    "ladder_table",
    "last_observed_note",
    "mark_months",
    "milestone_dates",
    "milestone_table",
    "needed_table",
    "news_table",
    "nowcast_table",
    "observation_table",
    "panels",
    "panels_table",
    "parts_table",
    "passage_table",
    "pit",
    "pit_table",
    "plan_table",
    "probabilities",
    "probability_table",
    "proxy_table",
    "readable",
    "result",
    "results",
    "revision_table",
    "revisions",
    "run_table",
    "rung_table",
    "rungs",
    "score_table",
    "scores",
    "setting_table",
    "show",
    "show_table",
    "skill_table",
    "slips",
    "slips_table",
    "source_table",
    "stress_table",
    "target_table",
    "target_verdict",
    "track_headline",
    "track_record",
    "track_table",
    "utilization",
    "utilization_table",
    "variant_table",
    "vintage_table",
    "warning_table",
    "width_table",
]
