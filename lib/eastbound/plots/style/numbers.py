"""Numbers for people: no more digits than the Monte-Carlo error allows, never 0 % or 100 % (METHODS 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import pandas as pd

from eastbound.language import _, digits, mark
from eastbound.units import UNITS, unit_label

NONE = "–"
MINUS = "−"
_BARE = {"count", "ratio"}  # units whose name belongs on an axis and not behind a number
_GROUPED = 9999.5  # from here on thousands are set apart
_PACES = {"Y": mark("{unit} a year"), "M": mark("{unit} a month")}


def unit_word(unit: str) -> str:
    """Return a unit as a reader writes it; an empty one stays empty.

    Examples
    --------
    >>> unit_word("USD_per_bbl"), unit_word("percent")
    ('USD per barrel', '%')
    """
    return _(unit_label(unit)) if unit in UNITS else unit.replace("_", " ")


def unit_text(unit: str, *, aggregate: str = "", freq: str = "") -> str:
    """Return a unit as written on an axis, with the period for flows.

    Examples
    --------
    >>> unit_text("USD_bn", aggregate="sum", freq="Y"), unit_text("percent", aggregate="mean", freq="M")
    ('USD bn a year', '%')
    """
    word = unit_word(unit)
    pace = _PACES.get(freq) if aggregate == "sum" else None
    return _(pace, unit=word) if pace else word


def with_unit(digits: str, unit: str = "") -> str:
    """Return a number that is ready to print with its unit.

    Examples
    --------
    >>> with_unit("38.8", "bcm"), with_unit("71", "percent"), with_unit("71"), with_unit("0.95", "ratio")
    ('38.8 bcm', '71 %', '71', '0.95')
    """
    word = "" if unit in _BARE else unit_word(unit)
    if not word or digits == NONE:
        return digits
    return _("{digits} %", digits=digits) if word == "%" else _("{digits} {unit}", digits=digits, unit=word)


def points(unit: str) -> str:
    """Return the unit of a difference: of percentages the percentage point.

    Examples
    --------
    >>> points("percent"), points("bcm")
    ('percentage points', 'bcm')
    """
    word = unit_word(unit)
    return _("percentage points") if word == "%" else word


def number(value: float, unit: str = "") -> str:
    """Return a simulated quantity with three digits at most and its unit.

    Examples
    --------
    >>> number(312.44, "USD_bn"), number(38.84, "bcm"), number(71.4, "percent"), number(float("nan"), "bcm")
    ('312 USD bn', '38.8 bcm', '71 %', '–')
    """
    return with_unit(plain(value, unit), unit)


def plain(value: float, unit: str = "") -> str:
    """Return a simulated quantity as `number` does, without the unit.

    Examples
    --------
    >>> plain(38.84, "bcm"), plain(-0.2, "percent"), plain(-0.2, "bcm")
    ('38.8', '0', '−0.20')
    """
    return digits(_digits(value, unit))


def fixed(value: float, decimals: int = 0) -> str:
    """Return a number with a fixed count of decimals, as the language of the page writes it.

    Examples
    --------
    >>> fixed(0.84, 1), fixed(-0.841, 2)
    ('0.8', '−0.84')
    """
    return digits(f"{value:.{decimals}f}".replace("-", MINUS))


def general(value: float, significant: int = 6) -> str:
    """Return a number with so many digits at most, as the language of the page writes it.

    Examples
    --------
    >>> general(228.105, 4), general(80.0)
    ('228.1', '80')
    """
    return digits(f"{value:.{significant}g}".replace("-", MINUS))


def level(value: float, unit: str = "") -> str:
    """Return a threshold as it was chosen, with its unit.

    Examples
    --------
    >>> level(300, "USD_bn"), level(244.819, "USD_bn"), level(50_000, "persons")
    ('300 USD bn', '244.8 USD bn', '50,000 persons')
    """
    text = f"{value:,.0f}" if abs(value) >= _GROUPED else f"{value:.4g}"
    return with_unit(digits(text.replace("-", MINUS)), unit)


def signed(value: float, unit: str = "") -> str:
    """Return a difference with its sign, without the unit.

    Examples
    --------
    >>> signed(12.34), signed(-3.2, "percent"), signed(0.0)
    ('+12.3', '−3', '0')
    """
    text = _digits(value, unit)
    return digits(
        f"+{text}" if text != NONE and not text.startswith(MINUS) and float(text.replace(",", "")) > 0 else text
    )


def interval(low: float, high: float, unit: str = "") -> str:
    """Return an interval with its unit.

    Examples
    --------
    >>> interval(59.6, 93.2, "percent")
    '60–93 %'
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    lower, upper = plain(low, unit), plain(high, unit)
    ends = between(lower, upper) if MINUS in lower + upper else f"{lower}–{upper}"
    return with_unit(ends, unit)


def between(low: str, high: str) -> str:
    """Return the ends of an interval that are ready to print, in words.

    Examples
    --------
    >>> between("−3", "+4")
    '−3 to +4'
    """
    return _("{low} to {high}", low=low, high=high)


def probability(value: float, mcse: float = 0.0) -> str:
    """Return a probability in percent, rounded to what its Monte-Carlo error allows.

    Parameters
    ----------
    value : float
        In [0, 1].
    mcse : float
        Its Monte-Carlo standard error: below 1.25 points whole percents are
        printed, below 4 points steps of 5, else of 10.

    Returns
    -------
    str
        Never ``0 %`` or ``100 %``: such a value is only beyond what the draws can see.

    Examples
    --------
    >>> probability(0.5312, 0.008), probability(0.0, 0.0003), probability(0.9999, 0.0003), probability(0.53, 0.03)
    ('53 %', '<1 %', '>99 %', '55 %')
    """
    if math.isnan(value):
        return NONE
    sign, percent = whole_percent(value, mcse)
    return sign + with_unit(str(percent), "percent")


def whole_percent(value: float, mcse: float = 0.0) -> tuple[str, int]:
    """Return a probability in whole percent, and the sign ``<`` or ``>`` where the draws cannot see further.

    Parameters
    ----------
    value : float
        In [0, 1].
    mcse : float
        As for `probability`.

    Examples
    --------
    >>> whole_percent(0.5312, 0.008), whole_percent(0.0, 0.0003)
    (('', 53), ('<', 1))
    """
    step = 1 if mcse < 0.0125 else 5 if mcse < 0.04 else 10
    percent = step * round(100 * value / step)
    if percent < step:
        return "<", step
    return (">", 100 - step) if percent > 100 - step else ("", percent)


def share_of_futures(share: float, draws: int) -> str:
    """Return in how many of the draws a quantity exists, ``all`` when in each of them.

    Examples
    --------
    >>> share_of_futures(1.0, 4096), share_of_futures(0.4, 4096)
    ('all', '40 %')
    """
    return _("all") if share >= 1.0 else probability(share, math.sqrt(share * (1 - share) / draws))


def _digits(value: float, unit: str) -> str:
    """Return a simulated quantity with a decimal point."""
    if not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    size = abs(value)
    decimals = 0 if size >= 99.5 or unit_word(unit) == "%" else 1 if size >= 9.95 else 2
    text = f"{value:,.{decimals}f}" if size >= _GROUPED else f"{value:.{decimals}f}"
    return text.removeprefix("-") if size < _GROUPED and float(text) == 0 else text.replace("-", MINUS)


def html(frame: pd.DataFrame, *, caption: str, raw: Sequence[str] = ()) -> str:
    """Return a table as HTML that a screen reader can follow: caption, column and row headers.

    Parameters
    ----------
    frame : DataFrame
        Strings ready to print; its first column heads the rows.
    caption : str
        What the table shows.
    raw : sequence of str
        Columns that hold HTML of our own making; all others are escaped.

    Returns
    -------
    str
        Without ids or random parts, so the same table gives the same bytes.

    Examples
    --------
    >>> html(pd.DataFrame({"year": ["2030"], "median": ["71 %"]}), caption="Share").count("scope=")
    3
    """
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in frame.columns)
    styles = [_css([str(cell) for cell in frame[column]]) for column in frame.columns]
    body = []
    for _key, row in frame.iterrows():
        cells = [str(row[c]) if c in raw else escape(str(row[c])) for c in frame.columns]
        rest = "".join(f"<td{style}>{cell}</td>" for style, cell in zip(styles[1:], cells[1:], strict=True))
        body.append(f'<tr><th scope="row" style="text-align:left">{cells[0]}</th>{rest}</tr>')
    return (
        f'<table class="eastbound"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


def _css(cells: Sequence[str]) -> str:
    """Return class and alignment of a column; the style is for JupyterLab, which aligns every cell to the right."""
    starts = [cell.lstrip(f"<>≥ +{MINUS}")[:1] for cell in cells]
    if all(start.isdigit() or cell == NONE for start, cell in zip(starts, cells, strict=True)):
        return ' class="number" style="text-align:right"'
    return ' style="text-align:left"'
