"""Tables of the finance page: rates, trade in three currencies, printed amounts beside converted ones, investment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound import catalogue, names
from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.evidence.choice import chosen
from eastbound.evidence.rate_table import RATES, monthly_rates, yearly_rates
from eastbound.language import _, digits, mark
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.tree import OTHER

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_TOTALS: Final = (names.TRADE_TOTAL, f"{names.TRADE_TOTAL}_cny", f"{names.TRADE_TOTAL}_rub")
_LEVELS: Final = (0.1, 0.5, 0.9)
_THOUSAND: Final = 1000.0  # from here on figures are written out with separators
_BOUNDS: Final = {
    "floor": mark("over {value}"),
    "ceiling": mark("up to {value}"),
    "about": mark("about {value}"),
    "almost": mark("almost {value}"),
}
_FIRST_YEAR: Final = 2015
_KINDS: Final = ("observed", "estimate", "plan")
# definition, area, series of what is announced and of what is made; empty where nothing was published
_INVESTMENT: Final = (
    (mark("portfolio of the intergovernmental commission"), mark("Russia"), "investment.china_in_russia.announced", ""),
    (
        mark("projects of the Russian Direct Investment Fund"),
        mark("Russia"),
        "",
        "investment.china_in_russia.implemented",
    ),
    (mark("all kinds, as an ambassador counts"), mark("Russia"), "", "investment.china_in_russia.all_kinds"),
    (
        mark("direct investment, stock (balance of payments)"),
        mark("Russia"),
        "",
        "investment.china_in_russia.fdi_stock_cbr",
    ),
    (
        mark("direct investment, flow (balance of payments)"),
        mark("Russia"),
        "",
        "investment.china_in_russia.fdi_flow_cbr",
    ),
    (mark("new deals under the Belt and Road"), mark("Russia"), "investment.china_bri_in_russia.deals", ""),
    (mark("projects with Chinese capital, value"), mark("Far East"), "investment.china_in_rfe.projects_value_rub", ""),
    (mark("the same, as the articles call it: invested"), mark("Far East"), "", "investment.china_in_rfe.stock"),
    (mark("Chinese money, all years"), mark("Primorye"), "", "primorye.investment.chinese_total_rub"),
    (mark("one farm project"), mark("Primorye"), "agro.legendagro_primagro.investment_rub", ""),
)
_SPENT: Final = {
    mark("Far East, agreements signed by March 2016"): "investment.china_in_rfe.spent_share",
    mark("Far East, projects of all foreigners"): "investment.foreign_in_rfe.spent_share",
    mark("Far East, projects of all investors in the zones"): "investment.all_in_rfe.spent_share",
}
_REALIZATION: Final = "investment.china_in_russia.realization"
_BRANCH: Final = "branch.investment"
_PORTFOLIO: Final = mark("Russia, portfolio of the commission: {futures}")


def exchange_rates(ens: xr.Dataset, *, book: Evidence, at: Sequence[int]) -> Table:
    """Tabulate the yearly mean exchange rates: known years from the one rate table, then the forecast.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    book : Evidence
    at : sequence of int
        Years of the forecast to show.

    Returns
    -------
    Table
        One row a year; forecasts are medians with the central 80 %.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, until=2027, quick=True, series=["driver.cny_rub"])
    >>> exchange_rates(ens, book=book, at=[]).frame.query("year == '2025'").iloc[0].tolist()
    ['2025', '7.19', '83.5', '11.6', 'known']
    """
    columns = {name: numbers.unit_word(catalogue.card(name).unit) for name in RATES}
    rows = []
    for year, known in yearly_rates(book).iterrows():
        if int(str(year)) >= _FIRST_YEAR and known["months"] == 12:
            cells = {columns[name]: numbers.plain(known[name], catalogue.card(name).unit) for name in RATES}
            rows.append({"year": str(year), **cells, "basis": _("known")})
    single = only(ens, scenario_of(ens, None))
    forecasts = {name: summary.annual(single, name) for name in RATES if name in single}
    for year in years_in(single, list(at)):
        cells = {columns[name]: _span(table.sel(year=year).to_numpy()) for name, table in forecasts.items()}
        rows.append(
            {"year": str(year), **dict.fromkeys(columns.values(), numbers.NONE), **cells, "basis": _("forecast")}
        )
    caption = _("Exchange rates, yearly means; forecasts are medians with the central 80 %")
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def trade_currencies(ens: xr.Dataset, *, at: Sequence[int], scenario: str | None = None) -> Table:
    """Tabulate trade of the two countries in dollars, yuan and roubles, from the same draws.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    at : sequence of int
        Years.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a year: median with the central 80 % in each currency, and the probability that trade falls short of the
        year before, in each currency.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2028, quick=True)
    >>> trade_currencies(ens, at=[2028]).frame.columns.tolist()
    ['year', 'USD bn', 'CNY bn', 'RUB bn', 'falls in USD', 'falls in CNY', 'falls in RUB']
    """
    single = only(ens, scenario_of(ens, scenario))
    yearly = {str(single[name].attrs["unit"]): summary.annual(single, name) for name in _TOTALS}
    rows = []
    for year in years_in(single, list(at)):
        row = {"year": str(year)}
        row |= {numbers.unit_word(unit): _span(table.sel(year=year).to_numpy(), unit) for unit, table in yearly.items()}
        row |= {_("falls in {currency}", currency=unit[:3]): _fall(table, year) for unit, table in yearly.items()}
        rows.append(row)
    caption = _("China-Russia trade in three currencies, and the probability of a fall against the year before")
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def printed_amounts(book: Evidence) -> Table:
    """Tabulate amounts that were printed in yuan or roubles beside those in dollars, converted by the one rate table.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        One row a pair of figures of the same period: printed, converted, gap of the two in percent.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> frame = printed_amounts(load_evidence("2026-10-30")).frame
    >>> frame[frame["period"] == "2025"].iloc[-1].tolist()[2:]
    ['1,630 CNY bn', '1,640 CNY bn', '0.6 %']
    """
    rows = [
        {
            "amount": _(catalogue.card(dollars).label),
            "period": dated(str(row["period_y"])),
            "printed": _large(row["value_y"], unit),
            "converted": _large(row["value_x"] * rate, unit),
            "gap": _gap(row["value_x"] * rate, row["value_y"]),
        }
        for dollars, unit, row, rate in _pairs(book)
    ]
    caption = _("Printed amounts and those converted from dollars; the market rate and that of customs differ")
    return Table(pd.DataFrame(rows), caption=caption)


def investment_definitions(book: Evidence) -> Table:
    """Tabulate what was announced and what was made of Chinese investment, each definition and area apart.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        One row a definition, with its newest figures; money of one row is no part of that of another.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> frame = investment_definitions(load_evidence("2026-10-30")).frame
    >>> frame.loc[0, ["announced", "of"]].tolist()
    ['222 USD bn', '2025-10-31']
    """
    rows = []
    for words, area, announced, made in _INVESTMENT:
        newest = _newest(book, announced or made)
        if newest is None:
            continue
        text = _figure(newest, catalogue.card(announced or made).unit)
        rows.append(
            {
                "definition": _(words),
                "area": _(area),
                "announced": text if announced else numbers.NONE,
                "made": text if made else numbers.NONE,
                "of": dated(str(newest["period"])),
                "source": _publisher(book, newest),
            }
        )
    return Table(pd.DataFrame(rows), caption=_("Chinese investment by definition: rows are not parts of each other"))


def dated_figures(book: Evidence, series_ids: Sequence[str]) -> Table:
    """Tabulate every figure of some series with its date and source, oldest first.

    Parameters
    ----------
    book : Evidence
    series_ids : sequence of str

    Returns
    -------
    Table
        Columns figure, of, value, source; a range stands for a value that was stated as one.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = dated_figures(load_evidence("2026-10-30"), ["payments.china_russia.commission"])
    >>> table.frame["value"].tolist()
    ['3–5 %', 'about 3 %', '2–3 %']
    """
    rows = [
        {
            "figure": _(catalogue.card(series).label),
            "of": dated(str(row["period"])),
            "value": _stated(row, catalogue.card(series).unit),
            "source": _publisher(book, row),
        }
        for series in series_ids
        for _key, row in chosen(book, series, kinds=_KINDS).sort_values("end", kind="stable").iterrows()
    ]
    return Table(
        pd.DataFrame(rows, columns=["figure", "of", "value", "source"]), caption=_("What was stated, and by whom")
    )


def realization(ens: xr.Dataset, *, book: Evidence, at: int = 2030, scenario: str | None = None) -> Table:
    """Tabulate which part of announced projects was made, by programme, beside the forecast for the portfolio.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
        Gives the programmes that printed both figures.
    at : int
        Year of the forecast.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        Columns programme, made of announced in percent, of; the forecast for all futures, then for those of each branch
        of the axis of investment.
    """
    columns = ("programme", "made of announced, %", "of")
    rows = []
    for words, series in _SPENT.items():
        newest = _newest(book, series)
        if newest is not None:
            rows.append((_(words), numbers.plain(newest["value"], "percent"), dated(str(newest["period"]))))
    single = only(ens, scenario_of(ens, scenario))
    for year in years_in(single, [at]):
        parts = summary.annual(single, _REALIZATION).sel(year=year).to_numpy()[0]
        when = _("{year}, forecast", year=year)
        rows += [(_(_PORTFOLIO, futures=words), _span(parts[use]), when) for words, use in _futures(single)]
    caption = _("Part of announced projects that was made; forecasts are medians with the central 80 %")
    return Table(pd.DataFrame(rows, columns=list(columns)), caption=caption_with(caption, held_text(ens)))


def _pairs(book: Evidence) -> Iterator[tuple[str, str, pd.Series, float]]:
    """Yield dollar series, unit, the joined figures and the mean rate of their period, where all months have one."""
    rates = monthly_rates(book)
    for name, (dollars, rate) in catalogue.conversions().items():
        joined = chosen(book, dollars).merge(chosen(book, name), on=["start", "end"])
        for _key, row in joined.iterrows():
            months = rates[rate][row["start"].to_period("M") : row["end"].to_period("M")]
            if len(months) == row["months_x"] and months.notna().all():
                yield dollars, catalogue.card(name).unit, row, float(months.mean())


def _futures(ens: xr.Dataset) -> Iterator[tuple[str, np.ndarray]]:
    """Yield all draws, then those of each branch of the axis of investment that some draw follows, with its title."""
    yield _("all futures"), np.ones(ens.sizes["draw"], dtype=bool)
    if _BRANCH not in ens:
        return
    picks = ens[_BRANCH].to_numpy()[0]
    for index, name in enumerate(ens[_BRANCH].attrs["branches"]):
        if 0 < (picks == index).sum() < picks.size:
            yield _("neither") if name == OTHER else _(load_scenario(name).title), picks == index


def _span(draws: np.ndarray, unit: str = "") -> str:
    """Return the median with the central 80 %, without the unit, which the column names."""
    low, middle, high = np.nanquantile(draws, _LEVELS)
    if middle >= _THOUSAND:
        return digits(f"{middle:,.0f}") + f" ({digits(f'{low:,.0f}')}–{digits(f'{high:,.0f}')})"
    low, middle, high = (numbers.plain(float(value), unit) for value in (low, middle, high))
    return f"{middle} ({low}–{high})"


def _fall(years: xr.DataArray, year: int) -> str:
    if year - 1 not in years["year"]:
        return numbers.NONE
    fallen = (years.sel(year=year) < years.sel(year=year - 1)).to_numpy()
    return numbers.share_of_futures(float(fallen.mean()), fallen.size)


def _newest(book: Evidence, series: str) -> pd.Series | None:
    if series not in book.series.index:
        return None
    rows = chosen(book, series, kinds=_KINDS)
    return rows.sort_values("end", kind="stable").iloc[-1] if len(rows) else None


def _figure(row: pd.Series, unit: str) -> str:
    if np.isnan(row["value"]):
        return f"{numbers.interval(row['low'], row['high'], unit)} {numbers.unit_word(unit)}"
    return _large(row["value"], unit)


def _stated(row: pd.Series, unit: str) -> str:
    """Return a figure as it was stated: a range, a bound, about a value, or the value."""
    note = str(row["note"])
    if note.startswith(("range", "average")):
        return numbers.interval(row["low"], row["high"], unit)
    message = next((words for start, words in _BOUNDS.items() if note.startswith(start)), "")
    figure = _figure(row, unit)
    return _(message, value=figure) if message else figure


def _large(value: float, unit: str) -> str:
    """Return a figure with its unit; thousands are separated."""
    if abs(value) >= _THOUSAND:
        return numbers.with_unit(digits(f"{value:,.0f}".replace("-", numbers.MINUS)), unit)
    return numbers.level(value, unit).replace("-", numbers.MINUS)


def _gap(converted: float, printed: float) -> str:
    text = f"{100 * (converted / printed - 1):.1f}".replace("-", numbers.MINUS)
    return numbers.with_unit(digits(text), "percent")


def _publisher(book: Evidence, row: pd.Series) -> str:
    return str(book.sources.loc[str(row["source_id"]), "publisher"])
