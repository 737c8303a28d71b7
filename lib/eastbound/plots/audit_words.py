"""Names of the rules of the audit, and of the subjects of its findings that no series stands for."""

from __future__ import annotations

from typing import Final

from eastbound.language import _, mark

_RULES: Final = {
    "area": mark("area"),
    "bare_multiple": mark("bare multiple"),
    "base_window": mark("base window"),
    "branch": mark("branch"),
    "chain": mark("chain"),
    "cited_page": mark("cited page"),
    "conflict": mark("conflict"),
    "dated_differently": mark("dated differently"),
    "dated_twice": mark("dated twice"),
    "early_effect": mark("early effect"),
    "early_print": mark("early print"),
    "growth": mark("growth"),
    "growth_twin": mark("growth twin"),
    "implied_rate": mark("implied rate"),
    "increase_over_level": mark("increase over level"),
    "list": mark("list"),
    "list_sizes": mark("list sizes"),
    "measure": mark("measure"),
    "mixed_currency": mark("mixed currency"),
    "months": mark("months against the year"),
    "multiple": mark("multiple"),
    "multiple_over_capacity": mark("multiple over capacity"),
    "no_period": mark("no period"),
    "one_witness": mark("one witness"),
    "part_for_whole": mark("part for whole"),
    "part_over_whole": mark("part over whole"),
    "part_window": mark("part window"),
    "per_day": mark("per day"),
    "plan": mark("plan"),
    "rate": mark("rate"),
    "rates_apart": mark("rates apart"),
    "share": mark("share"),
    "span_of_years": mark("span of years"),
    "step": mark("step"),
    "straight_line": mark("straight line"),
    "sum": mark("sum"),
    "two_bases": mark("two bases"),
    "two_rates": mark("two rates"),
    "two_readings": mark("two readings"),
    "unit_price": mark("unit price"),
    "use": mark("use"),
}

# What the articles state without a figure.
_FACTS: Final = {
    "china_russia_east_route": mark("China-Russia East Route"),
    "chinese_engagement_far_east": mark("Chinese engagement in the Far East"),
    "directions of the Far East plan": mark("Directions of the Far East plan"),
    "farmland_leases_primorye": mark("Leases of farmland in Primorye"),
    "heihe_ropeway": mark("Ropeway of Heihe"),
    "jiang_zemin_head_of_state": mark("Jiang Zemin as head of state"),
    "joint_statement_2025": mark("Joint statement of 2025"),
    "power_of_siberia": mark("Power of Siberia"),
    "treaty_of_aigun": mark("Treaty of Aigun"),
    "treaty_of_beijing": mark("Treaty of Beijing"),
    "western_exports_to_russia": mark("Western exports to Russia"),
}


def rule_words(rule: str) -> str:
    """Return the name of a rule of the audit.

    Examples
    --------
    >>> rule_words("growth_twin")
    'growth twin'
    """
    return _(_RULES.get(rule, rule))


def fact_words(name: str) -> str:
    """Return the words for a subject of the articles that is no series.

    Examples
    --------
    >>> fact_words("treaty_of_aigun")
    'Treaty of Aigun'
    """
    return _(_FACTS.get(name, name.replace("_", " ")))
