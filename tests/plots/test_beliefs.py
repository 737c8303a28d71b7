"""The claim as a view: its price by hand, a figure with labels, sentences and strings made from its numbers."""

import numpy as np
import pytest

from eastbound import plots
from eastbound.names import CHINA_SHARE
from eastbound.plots.charts.beliefs import strength


@pytest.fixture
def ens(make_ensemble):
    """A hundred draws of a yearly share, 35 of them in the claimed 80 to 90."""
    share = np.concatenate([np.linspace(80, 90, 35), np.linspace(20, 79, 65)])
    values = np.broadcast_to(share[None, :, None], (1, 100, 12))
    return make_ensemble({CHINA_SHARE: (values, "percent", "mean", "China's share")}, start=2035)


@pytest.fixture
def chart(ens):
    return plots.beliefs(ens, chances=[0.8, 1.0])


def test_price_is_that_of_methods(chart):
    # METHODS 2.2: from .35 to .80 costs .8 ln(.8/.35) + .2 ln(.2/.65) = .43 nats.
    now, firm, sure = (row for _, row in chart.table.iterrows())
    assert (now["belief"], now["chance"], now["kl"], now["ess"]) == ("as forecast", pytest.approx(0.35), 0.0, 1.0)
    assert firm["kl"] == pytest.approx(0.43, abs=0.005)
    assert firm["ess"] == pytest.approx(1 / (0.64 / 0.35 + 0.04 / 0.65))
    assert firm["largest"] == pytest.approx(0.8 / 0.35)
    assert (firm["chance"], sure["chance"]) == (pytest.approx(0.8), pytest.approx(1.0))
    assert sure["kl"] == pytest.approx(-np.log(0.35), abs=1e-6)
    assert 80 <= sure["low_95"] <= sure["high_95"] <= 90


def test_words_and_strings(chart):
    text = chart.alt_text()
    assert text.startswith("Interval chart of a forecast and of the same under stated beliefs: China's share")
    assert "Giving it 80 % is a moderate view (0.43 nats), leaves an effective 53 % of the draws" in text
    shown = chart.text_table().set_index("belief in the band")
    assert list(shown["strength of the view"]) == ["weak (0.00 nats)", "moderate (0.43 nats)", "strong (1.05 nats)"]
    assert list(shown["effective draws"]) == ["100 %", "53 %", "35 %"]
    assert "note" not in shown


def test_a_refused_belief_is_shown_as_such(ens):
    rare = ens.copy()
    rare[CHINA_SHARE] = (ens[CHINA_SHARE].dims, ens[CHINA_SHARE].to_numpy().copy(), ens[CHINA_SHARE].attrs)
    rare[CHINA_SHARE][0, 2:35] = 50.0
    chart = plots.beliefs(rare, chances=[0.9])
    # An effective 5 % is reached where q² / .02 + (1 - q)² / .98 = 20.
    assert "carry it as far as 0.6302" in chart.table["refused"].iloc[1]
    assert "A chance of 90 % lies outside the model." in chart.caption()
    assert list(chart.text_table()["note"]) == ["", "outside the model"]
    assert "outside the model" in chart.draw().get_xticklabels()[1].get_text()


def test_figure_names_band_unit_and_source_of_the_claim(chart):
    ax = chart.draw()
    assert ax.get_xticklabels()[1].get_text() == "80 % believed\n80 % inside"
    assert ax.get_ylabel() == "%"
    assert "95, 80 and 50 %" in ax.get_xlabel()
    assert any("The Saratoga Foundation: 80–90 %" in text.get_text() for text in ax.texts)


def test_strength_in_words_has_two_bounds():
    assert [strength(kl) for kl in (0.09, 0.1, 0.49, 0.5)] == ["weak", "moderate", "moderate", "strong"]
