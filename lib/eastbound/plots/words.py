"""Constant words that a sink translates: heads of tables, and titles that notebooks give to charts."""

from __future__ import annotations

import re
from datetime import date
from functools import reduce
from typing import Final

from eastbound.language import ENGLISH, _, current, day, mark, month

# Heads of the columns of `Table` and of the text tables of charts, under which code finds its columns.
_HEADS: Final = (
    mark("quantity"),
    mark("value"),
    mark("range"),
    mark("level"),
    mark("series"),
    mark("period"),
    mark("known since"),
    mark("scenario"),
    mark("probability"),
    mark("futures as far out"),
    mark("furthest figure"),
    mark("its level"),
    mark("branch"),
    mark("item"),
    mark("in this scenario"),
    mark("this page"),
    mark("word"),
    mark("source"),
    mark("publisher"),
    mark("observations"),
    mark("years covered"),
    mark("median"),
    mark("tail"),
    mark("widest case"),
    mark("wider than any case"),
    mark("year"),
    mark("Monte-Carlo error"),
    mark("drift model"),
    mark("all futures"),
    mark("futures in which it holds"),
    mark("year of the observation"),
    mark("judged ranges"),
    mark("belief in the band"),
    mark("strength of the view"),
    mark("effective draws"),
    mark("largest weight"),
    mark("note"),
    mark("setting"),
    mark("share"),
    mark("with China"),
    mark("with others"),
    mark("all trade"),
    mark("China in exports"),
    mark("China in imports"),
    mark("simulated futures"),
    mark("share in all trade"),
    mark("exports' part of trade"),
    mark("China's share in exports"),
    mark("needed in imports"),
    mark("earlier"),
    mark("now"),
    mark("change"),
    mark("nameplate"),
    mark("contract"),
    mark("technical"),
    mark("operating in"),
    mark("model"),
    mark("rule"),
    mark("errors"),
    mark("warnings"),
    mark("notes"),
    mark("accepted"),
    mark("arithmetic"),
    mark("figure"),
    mark("figures"),
    mark("printed"),
    mark("age"),
    mark("next review"),
    mark("what"),
    mark("number"),
    mark("file"),
    mark("collected"),
    mark("became"),
    mark("used"),
    mark("spread"),
    mark("not used"),
    mark("origin"),
    mark("outcome"),
    mark("skill"),
    mark("first release"),
    mark("later figure"),
    mark("difference"),
    mark("forecast probability"),
    mark("if calibrated (95 %)"),
    mark("what it is"),
    mark("added width"),
    mark("added variance"),
    mark("shift of the median"),
    mark("walk"),
    mark("walk with drift"),
    mark("best"),
    mark("against the better walk"),
    mark("forecast (80 %)"),
    mark("80 % band"),
    mark("inside the 80 % band"),
    mark("80 % inside when widened by"),
    mark("stated on"),
    mark("target"),
    mark("CRPS, theirs"),
    mark("CRPS, ours"),
    mark("ours"),
    mark("fit"),
    mark("verdict"),
    mark("CRPS, this suite"),
    mark("skill of this suite"),
    mark("as of"),
    mark("newest figure covers"),
    mark("definition"),
    mark("area"),
    mark("announced"),
    mark("made"),
    mark("amount"),
    mark("converted"),
    mark("gap"),
    mark("programme"),
    mark("made of announced, %"),
    mark("treatment"),
    mark("one year ahead"),
    mark("random walk"),
    mark("pages"),
    mark("events"),
    mark("flow"),
    mark("technical capacity"),
    mark("nameplate capacity"),
    mark("China's share"),
    mark("80 % of futures, share"),
    mark("total trade"),
    mark("80 % of futures, trade"),
    mark("on the chart"),
    mark("month"),
    mark("event"),
    mark("published change"),
    mark("on this way"),
    mark("on the map"),
    mark("pipeline"),
    mark("median flow"),
    mark("use of nameplate capacity"),
    mark("standard deviations"),
    mark("judgement"),
    mark("raised"),
    mark("size"),
    mark("claim"),
    mark("stated by"),
    mark("due"),
    mark("probability or outcome"),
    mark("question"),
    mark("answer"),
    mark("missing figure"),
    mark("by the year"),
    mark("place"),
    mark("newest figure"),
    mark("of"),
    mark("missing for a forecast"),
    mark("crossing"),
    mark("passes"),
    mark("use of capacity"),
    mark("good"),
    mark("unit"),
    mark("value of cars"),
    mark("cars"),
    mark("fee in January"),
    mark("met"),
    mark("missed"),
    mark("open"),
    mark("road"),
    mark("rail"),
    mark("observed so far"),
    mark("still to come"),
    mark("part"),
    mark("years ahead"),
    mark("partners"),
    mark("origins"),
    mark("outcomes"),
    mark("CRPS"),
    mark("over a walk"),
    mark("over own drift"),
    mark("inside 80 %"),
    mark("inside 95 %"),
    mark("system"),
    mark("since"),
    mark("per year"),
    mark("kind"),
    mark("milestone"),
    mark("statements"),
    mark("published dates"),
    mark("restated for their slip"),
    mark("this scenario"),
    mark("never"),
    mark("first gas"),
    mark("years"),
    mark("sources"),
    mark("basis"),
    mark("warning"),
    mark("moves most"),
    mark("by"),
    mark("impact"),
    mark("since the earlier run"),
    mark("standard deviations of the forecast"),
    mark("plan for"),
    mark("largest regret"),
    mark("largest in"),
    mark("worst"),
    mark("reference median"),
    mark("loss exceeded (VaR)"),
    mark("expected shortfall"),
    mark("draws in the tail"),
    mark("factor"),
    mark("10th to 90th percentile"),
    mark("median at the low end"),
    mark("median at the high end"),
    mark("swing"),
    mark("alarm"),
    mark("probability now"),
    mark("with the alarm"),
    mark("likelihood ratio"),
    mark("from a year before"),
    mark("from the median"),
    mark("chance of the alarm"),
    mark("in the year"),
    mark("in any year by then"),
    mark("in any 12 months by then"),
    mark("at the limit"),
    mark("where"),
    mark("mean loss there"),
    mark("loss exceeded by one in ten"),
    mark("the same there"),
    mark("both in their worst tenth"),
    mark("alone"),
    mark("lost without it"),
    mark("Shapley effect"),
    mark("quantile"),
    mark("Ljung-Box"),
    mark("Jarque-Bera"),
    mark("quantile regression"),
    mark("this simulation"),
    mark("threshold"),
    mark("watched"),
    mark("condition"),
    mark("median of the forecast"),
    mark("p-value"),
    mark("minor"),
    mark("small"),
    mark("large"),
    mark("very large"),
    mark("in any year"),
    mark("in any 12 months"),
    mark("exports"),
    mark("imports"),
    mark("sign"),
    mark("size, when"),
    mark("told by"),
    mark("carried by"),
    mark("sign tested on"),
    mark("moved"),
    mark("planned"),
    mark("stated"),
)

# Names of models in the cells of a table and on charts.
_MODELS: Final = (
    mark("this suite"),
    mark("single-series forecast"),
    mark("airline SARIMAX"),
    mark("local linear trend"),
    mark("own history"),
    mark("reference class"),
    mark("joint posterior"),
    mark("moderate"),
    mark("our single-series forecast"),
    mark("structural model"),
    mark("mean-reverting driver"),
)

# Fixed words and sentences that models and checks put into cells.
_CELLS: Final = (
    mark("recycling fee 10 % higher"),
    mark("key rate one percentage point higher"),
    mark("errors are autocorrelated: intervals may be too narrow several steps ahead"),
    mark("the variance of the errors changes: intervals may be too narrow after a shock and too wide in calm years"),
    mark("errors are skewed or heavy-tailed: surprises are larger than normal errors allow"),
    mark("the mean of the errors shifts: the fit may miss a break"),
    mark("errors are not stationary: the fit may miss a lasting change of level"),
    mark("one-step errors in units of the forecast's own spread"),
    mark("standardized one-step errors on the model's scale"),
    mark("tracked"),
    mark("total"),
    mark("test"),
    mark("stress test"),
    mark("observed"),
    mark("estimate"),
    mark("derived"),
    mark("milestones"),
    mark("analogues"),
    mark("merged"),
    mark("rejected"),
    mark("capacity"),
    mark("percent"),
    mark("percentage points"),
    mark("plan"),
    mark("projection"),
    mark("forecast"),
)

# Titles and labels in the code cells of the notebooks.
_NOTEBOOKS: Final = (
    mark("Exports and imports"),
    mark("Primorye"),
    mark("Primorye's trade by partner"),
    mark("Composition of Primorye's trade"),
    mark("Partners' shares"),
    mark("Goods of both flows"),
    mark("Crude oil from Russia"),
    mark("Gas from Russia by route"),
    mark("Investment in the Far East and Primorye"),
    mark("China-Russia trade in yuan and roubles"),
    mark("Currencies of payment"),
    mark("Commission of agents and what it sums to"),
    mark("planned stop"),
    mark("Oil routes"),
    mark("Capacity and queue in Primorye"),
    mark("Cargo along the corridors"),
)

_DATE: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])")
_KNOWN: Final = frozenset((*_HEADS, *_MODELS, *_CELLS, *_NOTEBOOKS))


def worded(text: str) -> str:
    """Return a constant in the language of the page; any other text, such as a year, as it is.

    Examples
    --------
    >>> worded("quantity"), worded("2030")
    ('quantity', '2030')
    """
    return _(text) if text in _KNOWN else text


def dated(period: str) -> str:
    """Return a day, a month, a quarter or a span of months as the language writes it; English pages keep the ISO form.

    Examples
    --------
    >>> dated("2026-09"), dated("2025")
    ('2026-09', '2025')
    """
    if current() == ENGLISH:
        return period
    from babel.dates import format_interval, format_skeleton

    if quarter := _QUARTER.fullmatch(period):
        return format_skeleton("yQQQQ", date(int(quarter[1]), 3 * int(quarter[2]), 1), locale=current())
    parts = period.split("/")
    if not all(_DATE.fullmatch(part) for part in parts):
        return period
    if len(parts) == 2 and all(part.count("-") == 1 for part in parts):
        first, last = (date.fromisoformat(f"{part}-01") for part in parts)
        return format_interval(first, last, "yMMMM", locale=current())
    return "–".join(day(part) if part.count("-") == 2 else month(part) if "-" in part else part for part in parts)


def before_comma(label: str) -> str:
    """Return what a translated label names, without what is measured of it; Chinese has a comma of its own.

    Examples
    --------
    >>> before_comma("Power of Siberia, deliveries"), before_comma("中俄贸易")
    ('Power of Siberia', '中俄贸易')
    """
    return re.split("[,，]", label)[0]


def joined(*sentences: str) -> str:
    """Join sentences, leaving out the empty ones; a language without spaces joins them directly.

    Examples
    --------
    >>> joined("Trade grows.", "", "The share stays.")
    'Trade grows. The share stays.'
    """
    return reduce(_pair, filter(None, sentences), "")


def _pair(first: str, second: str) -> str:
    return _("{first} {second}", first=first, second=second) if first else second
