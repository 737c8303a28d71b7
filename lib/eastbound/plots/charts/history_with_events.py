"""Monthly history of a series with the events whose effect on it, or on its parts, has been published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from eastbound import catalogue
from eastbound.errors import InputError
from eastbound.evidence.event_effects import event_effects
from eastbound.language import ENGLISH, _, current, digits, mark, month
from eastbound.plots.bands import axis_position
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.hover import Point
from eastbound.plots.observed import as_of_words, last_words, observed, publishers
from eastbound.plots.sentences import observed_words
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import dated, joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_GAP: Final = 0.032  # of the width of the axes, between two numbers
_PLACE: Final = 0.95  # of their height, where the numbers stand
_RATES: Final = {"percent": "%", "percent_yoy": "%", "percent_mom": "%"}


def history_with_events(series_id: str, *, book: Evidence, since: int = 2018) -> Chart:
    """Chart the months of a series and mark the events whose effect on it, or on its parts, has been published.

    Parameters
    ----------
    series_id : str
        With monthly observations.
    book : Evidence
        Gives observations, events and their measured effects.
    since : int
        First year shown.

    Returns
    -------
    Chart
        Table with the observed months (part observed, period, x, value, low, high, grade), then one row per event (part
        event): number (on the chart), period, x, event (its name), kind, effect (the published change, in words),
        publisher.

    Raises
    ------
    InputError
        If no month of the series was published since then.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> history_with_events("trade.china_russia.total", book=book).text_table()["event"].iloc[0]
    'First wave of the pandemic'
    """
    past = observed(book, series_id, freq="M")
    past = past[past["x"] >= since]
    if past.empty:
        message = f"`{series_id}` has no monthly observation since {since}; choose another series or an earlier year."
        raise InputError(message)
    events = _events(book, series_id, first=float(past["x"].min()), last=float(past["x"].max()))
    table = pd.concat([past.assign(part="observed"), events], ignore_index=True).drop(columns="series_id")
    card = catalogue.card(series_id)
    rows = book.observations[book.observations["series_id"] == series_id]
    names = _("Source: {names}.", names=publishers(book, rows))
    footer = joined(last_words(str(past["period"].iloc[-1])), as_of_words(book.as_of), names)
    label = _(card.label)
    title = _("{series}: history and events", series=label)
    facts = Facts(title=title, label=label, unit=card.unit, footer=footer, aggregate=card.aggregate, freq="M")
    return Chart(table, facts, _FORM)


def _events(book: Evidence, series_id: str, *, first: float, last: float) -> pd.DataFrame:
    """Return one row per event inside the history: its first published effect that counts as one."""
    effects = event_effects(book)
    group = f"{series_id.rpartition('.')[0]}."
    effects = effects[effects["series_id"].str.startswith(group) & (effects["role"] == "effect")]
    effects = effects.assign(own=effects["series_id"] != series_id).sort_values(["date", "own"], kind="stable")
    rows: list[dict[str, Any]] = []
    for row in effects.drop_duplicates("event_id").to_dict("records"):
        period = str(row["date"])[:7]
        if first - 0.5 <= (x := axis_position(period)) <= last + 0.5:
            effect = _effect_words(row)
            publisher = publishers(book, pd.DataFrame([row]))
            names = {"event": _(str(row["label"])), "kind": str(row["type"]), "effect": effect, "publisher": publisher}
            rows.append({"part": "event", "number": len(rows) + 1, "period": period, "x": x, **names})
    return pd.DataFrame(rows, columns=["part", "number", "period", "x", "event", "kind", "effect", "publisher"])


def _effect_words(row: dict[Any, Any]) -> str:
    cards, series = catalogue.cards(), str(row["series_id"])
    in_dollars = series.removesuffix("_cny")
    label = _(cards[series].label) if series in cards else _(cards[in_dollars].label) if in_dollars in cards else series
    if series not in cards and in_dollars in cards:
        label = _("{series} in yuan", series=label)
    unit = _RATES.get(str(row["unit"]), numbers.unit_word(str(row["unit"])))
    size = digits(f"{row['value']:+.3g}").replace("-", numbers.MINUS)
    pattern = (
        _("{series}: {size} {unit} on the year before, {window}")
        if row["unit"] == "percent_yoy"
        else _("{series}: {size} {unit}, {window}")
    )
    return pattern.format(series=label, size=size, unit=unit, window=dated(str(row["window"])))


def _draw(ax: Axes, chart: Chart) -> None:
    past, events = _parts(chart)
    marks.observed_line(ax, past)
    ax.margins(x=0.03)
    low, high = ax.get_ylim()
    ax.set_ylim(min(0.0, low), high + 0.18 * (high - low))
    for x, position, number in _numbered(ax, events):
        ax.axvline(x, ymax=_PLACE - 0.06, color="#999999", linewidth=0.9, linestyle=":", zorder=1)
        coordinates: dict[str, Any] = {"xycoords": ax.get_xaxis_transform(), "textcoords": ax.transAxes}
        arrow: dict[str, Any] = {"arrowstyle": "-", "color": "#999999", "linewidth": 0.8}
        ax.annotate(
            str(number), (x, _PLACE - 0.06), (position, _PLACE), ha="center", va="center", fontsize=8.5,
            color=marks.RUST, arrowprops=arrow, **coordinates,
        )  # fmt: skip
    finish(ax, chart.facts)


def _numbered(ax: Axes, events: pd.DataFrame) -> list[tuple[float, float, int]]:
    """Return date, place of the number as a fraction of the axes, and number of each event."""
    low, high = ax.get_xlim()
    places = canvas.spread([(x - low) / (high - low) for x in events["x"]], gap=_GAP)
    return [(float(x), position, int(n)) for x, position, n in zip(events["x"], places, events["number"], strict=True)]


def _parts(chart: Chart) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = chart.table
    return table[table["part"] == "observed"], table[table["part"] == "event"]


def _points(chart: Chart) -> Iterator[Point]:
    past, events = _parts(chart)
    for _index, row in past.iterrows():
        yield Point(row["x"], row["value"], observed_words(row, chart.facts.unit))
    heights = np.atleast_1d(np.interp(events["x"].astype(float), past["x"].astype(float), past["value"].astype(float)))
    for height, event in zip(heights, events.to_dict("records"), strict=True):
        text = _(
            "{number} {event}, {month}: {effect}",
            number=f"{event['number']:.0f}", event=event["event"], month=month(event["period"]), effect=event["effect"],
        )  # fmt: skip
        yield Point(event["x"], float(height), text)


def _caption(chart: Chart) -> str:
    past, events = _parts(chart)
    last, top = past.iloc[-1], past.iloc[int(past["value"].argmax())]
    words = _(
        "Last observed month: {last}; highest month: {top}.",
        last=observed_words(last, chart.facts.unit), top=observed_words(top, chart.facts.unit),
    )  # fmt: skip
    if events.empty:
        return joined(words, _("No event with a published effect falls into these months."))
    counted = _(
        "Events marked: {count}, each followed by a published change of this trade. Such a change is not the effect of "
        "the event alone.",
        count=len(events),
    )
    return joined(words, counted)


def _text_table(chart: Chart) -> pd.DataFrame:
    _past, events = _parts(chart)
    rows = [
        {
            "on the chart": f"{row['number']:.0f}",
            "month": month(row["period"]),
            "event": row["event"],
            "published change": row["effect"],
            "source": row["publisher"] or numbers.NONE,
        }
        for row in events.to_dict("records")
    ]
    # names of publishers stay as they are, so they would be foreign words in the table of another edition
    dropped = [] if current() == ENGLISH else ["source"]
    return pd.DataFrame(rows).drop(columns=dropped, errors="ignore")


_FORM = Form(mark("Line chart of months with numbered events"), _draw, _caption, _text_table, points=_points)
