"""Charts and tables of the notebooks.

Every function returns a value, `Chart` or `Table`, that shows itself as the last expression of a notebook cell and
saves itself to a file; `show` takes a matplotlib figure of your own.
"""

from __future__ import annotations

from eastbound.plots.chart import Chart
from eastbound.plots.charts.beliefs import beliefs
from eastbound.plots.charts.changes import changes
from eastbound.plots.charts.compare_scenarios import compare_scenarios
from eastbound.plots.charts.coverage import coverage
from eastbound.plots.charts.drift_variants import drift_variants
from eastbound.plots.charts.effects import effects
from eastbound.plots.charts.falls import falls
from eastbound.plots.charts.fan import fan
from eastbound.plots.charts.first_passage import first_passage
from eastbound.plots.charts.milestone_dates import milestone_dates
from eastbound.plots.charts.outcome_ranks import outcome_ranks
from eastbound.plots.charts.panels import panels
from eastbound.plots.charts.probabilities import probabilities
from eastbound.plots.charts.revisions import revisions
from eastbound.plots.charts.scores import scores
from eastbound.plots.charts.second_opinion import second_opinion
from eastbound.plots.charts.slips import slips
from eastbound.plots.charts.track_record import track_record
from eastbound.plots.charts.uncertainty import uncertainty
from eastbound.plots.charts.utilization import utilization
from eastbound.plots.display import show
from eastbound.plots.table import Table
from eastbound.plots.tables.diagnostics import diagnostics_table, opinion_score_table
from eastbound.plots.tables.evidence import (
    card_table,
    conflict_table,
    count_table,
    evidence_headline,
    fate_table,
    finding_count_table,
    finding_table,
)
from eastbound.plots.tables.headline import headline
from eastbound.plots.tables.import_parts import import_parts
from eastbound.plots.tables.news import news
from eastbound.plots.tables.nowcast import nowcast
from eastbound.plots.tables.pipelines import capacities, implied_flow, opening_dates, utilization_warnings
from eastbound.plots.tables.primorye import implied_levels, needed_shares
from eastbound.plots.tables.run import run
from eastbound.plots.tables.settings import settings
from eastbound.plots.tables.sources import sources
from eastbound.plots.tables.targets import target_table
from eastbound.plots.tables.track_record import hit_table, joint_table, skill_table, stress_table, width_table
from eastbound.plots.tables.track_summary import track_headline
from eastbound.plots.tables.vintages import vintage_table

__all__ = [
    "Chart",
    "Table",
    "beliefs",
    "capacities",
    "card_table",
    "changes",
    "compare_scenarios",
    "conflict_table",
    "count_table",
    "coverage",
    "diagnostics_table",
    "drift_variants",
    "effects",
    "evidence_headline",
    "falls",
    "fan",
    "fate_table",
    "finding_count_table",
    "finding_table",
    "first_passage",
    "headline",
    "hit_table",
    "implied_flow",
    "implied_levels",
    "import_parts",
    "joint_table",
    "milestone_dates",
    "needed_shares",
    "news",
    "nowcast",
    "opening_dates",
    "opinion_score_table",
    "outcome_ranks",
    "panels",
    "probabilities",
    "revisions",
    "run",
    "scores",
    "second_opinion",
    "settings",
    "show",
    "skill_table",
    "slips",
    "sources",
    "stress_table",
    "target_table",
    "track_headline",
    "track_record",
    "uncertainty",
    "utilization",
    "utilization_warnings",
    "vintage_table",
    "width_table",
]


def __dir__() -> list[str]:
    return __all__
