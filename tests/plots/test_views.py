"""Beliefs in a band: the table by hand, a figure with labels, sentences and strings made from its numbers."""

import numpy as np
import pytest
import xarray as xr

from eastbound import plots


@pytest.fixture
def ens():
    """A hundred draws of a yearly price from 1 to 100; 35 of them lie in 50 to 84."""
    values = np.broadcast_to(np.arange(1.0, 101.0)[None, :, None], (1, 100, 12)).astype("float32")
    period = np.arange("2030-01", "2031-01", dtype="datetime64[M]").astype("datetime64[ns]")
    about = {"unit": "percent", "label": "Price", "aggregate": "mean"}
    coords = {"scenario": ["baseline"], "title": ("scenario", ["Baseline"]), "draw": np.arange(100), "period": period}
    return xr.Dataset(
        {"price": (("scenario", "draw", "period"), values, about)}, coords=coords, attrs={"as_of": "2026-10-31"}
    )


@pytest.fixture
def table(ens):
    return plots.belief_table(ens, "price", between=(50, 84), at=2030, beliefs=[0.8, 1.0])


def test_price_is_that_of_methods(table):
    # METHODS 2.2: from .35 to .80 costs .8 ln(.8/.35) + .2 ln(.2/.65) = .43 nats.
    now, firm, sure = (row for _, row in table.iterrows())
    assert (now["belief"], now["chance"], now["kl"], now["ess"]) == ("as forecast", pytest.approx(0.35), 0.0, 1.0)
    assert firm["kl"] == pytest.approx(0.43, abs=0.005)
    assert firm["ess"] == pytest.approx(1 / (0.64 / 0.35 + 0.04 / 0.65))
    assert firm["largest"] == pytest.approx(0.8 / 0.35)
    assert (firm["chance"], sure["chance"]) == (pytest.approx(0.8), pytest.approx(1.0))
    assert sure["kl"] == pytest.approx(-np.log(0.35), abs=1e-6)
    assert 50 <= sure["low_95"] <= sure["high_95"] <= 84


def test_words_and_strings(table):
    text = plots.alt_text(table)
    assert text.startswith("Interval chart of a forecast and of the same under stated beliefs: Price")
    assert "To give it 80 % costs 0.43 nats, leaves an effective 53 % of the draws and moves the median to" in text
    shown = plots.readable(table).set_index("belief in the band")
    assert list(shown["price, nats"]) == ["0.00", "0.43", "1.05"]
    assert list(shown["effective draws"]) == ["100 %", "53 %", "35 %"]
    assert "note" not in shown


def test_a_refused_belief_is_shown_as_such(ens):
    table = plots.belief_table(ens, "price", between=(1, 2), at=2030, beliefs=[0.9])
    # An effective 5 % is reached where q² / .02 + (1 - q)² / .98 = 20.
    assert "carry it as far as 0.6302" in table["refused"].iloc[1]
    assert "To give it 90 % lies outside the model." in plots.finding(table)
    assert list(plots.readable(table)["note"]) == ["", "outside the model"]
    assert "outside the model" in plots.beliefs(table).get_xticklabels()[1].get_text()


def test_figure_names_band_unit_and_prices(table):
    ax = plots.beliefs(table)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels[1] == "80 % believed\n80 % inside, 0.43 nats"
    assert ax.get_ylabel() == "%"
    assert "95, 80 and 50 %" in ax.get_xlabel()
    assert any("the band, 50–84 %" in text.get_text() for text in ax.texts)
