"""Periods, numbers of axes and names of publishers in the language of an edition."""

import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from eastbound.language import use_language
from eastbound.plots.chart import Facts
from eastbound.plots.style.axes import finish
from eastbound.plots.words import dated
from eastbound.reports.editions.leftovers import mark_publishers

PERIODS = ("2025-Q2", "2024-01/2024-08", "2024-11/2025-02", "2025")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", PERIODS),
        ("ru", ("2-й квартал 2025 г.", "январь – август 2024 г.", "ноябрь 2024 г. – февраль 2025 г.", "2025")),
        ("zh", ("2025年第2季度", "2024年1月至8月", "2024年11月至2025年2月", "2025")),
    ],
)
def test_periods_are_written_as_the_language_writes_them(code, words):
    with use_language(code):
        assert tuple(dated(period).replace("\N{NARROW NO-BREAK SPACE}", " ") for period in PERIODS) == words


@pytest.mark.parametrize(("code", "text"), [("en", "0.20"), ("ru", "0,20"), ("zh", "0.20")])
def test_numbers_of_axes_have_the_separator_of_the_language(code, text):
    figure = Figure()
    ax = figure.add_subplot()
    ax.plot([0, 1], [0.0, 0.4])
    with use_language(code):
        finish(ax, Facts(title="", label="", unit="percent", footer=""), time=False)
        figure.canvas.draw()
        assert text in [label.get_text() for label in ax.get_yticklabels()]


def test_publishers_with_an_ampersand_are_marked_as_a_whole():
    soup = BeautifulSoup(
        "<td>Oil &amp; Gas Journal, October 2001; SOCAR in Turkish Digest of 2007-07-04</td>", "html.parser"
    )
    with use_language("ru"):
        mark_publishers(soup)
    assert [span.get_text() for span in soup.select("span[lang=en]")] == [soup.get_text()]
