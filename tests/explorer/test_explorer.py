"""The explorer without a browser: a changed control moves fan, table and code; bad input leaves the last picture."""

from pathlib import Path

import numpy as np
import pytest

import eastbound as eb
from eastbound.explorer.explorer import READ_ONLY, Explorer
from eastbound.explorer.picture import new_picture
from eastbound.explorer.session import RESTING_DRAWS, start
from eastbound.scenarios.layout import lay_out

DAY = "2026-10-30"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorer") / "space"
    lay_out(folder)
    return folder


@pytest.fixture(scope="module")
def made(home):
    """One explorer for all tests, with few draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eastbound.explorer.session.MOVING_DRAWS", 64)
        patch.setattr("eastbound.explorer.explorer.MOVING_DRAWS", 64)
        patch.setattr("eastbound.explorer.explorer.RESTING_DRAWS", 64)
        patch.delenv(READ_ONLY, raising=False)
        yield Explorer(start("gas.pos.deliveries", book=eb.load_evidence(DAY), until=2028, home=home))


@pytest.fixture
def explorer(made):
    made.reset()
    return made


def test_a_changed_control_moves_picture_table_text_and_code(explorer):
    before = explorer.image.value, explorer.table.value, explorer.text.value
    explorer.change("gas_stop.rate", 1.0)
    assert 'alt="Fan chart' in explorer.image.value
    after = explorer.image.value, explorer.table.value, explorer.text.value
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert "64 draws" in explorer.table.value
    assert "'gas_stop.rate': 1.0" in explorer.session.code()


def test_the_code_gives_the_same_ensemble(explorer):
    explorer.change("gas_stop.rate", 1.0)
    names = {}
    exec(explorer.session.code().replace(f"draws={RESTING_DRAWS}", "draws=64"), names)
    mine = explorer.session.ensemble(64)["gas.pos.deliveries"]
    assert (names["ens"]["gas.pos.deliveries"].values == mine.values).all()


def test_a_refused_value_leaves_the_picture_and_says_why(explorer):
    before = explorer.image.value
    explorer.change("partner_return.rate", 0.9)
    assert explorer.image.value == before
    assert "Not drawn" in explorer.message.value
    explorer.reset()
    assert "Not drawn" not in explorer.message.value


@pytest.mark.parametrize(
    ("view", "words"),
    [("mean(driver.brent_price, 2027) ==", "Not drawn"), ("mean(trade.china_russia.total, 2027) = 9", "eb.simulate")],
)
def test_a_view_that_cannot_hold_is_explained(explorer, view, words):
    explorer.views.value = view
    assert words in explorer.message.value


def test_a_driver_path_holds_in_the_ensemble(explorer):
    explorer.change("path.driver.brent_price", 55.0)
    assert "Not drawn" not in explorer.message.value
    year = eb.annual(explorer.session.ensemble(64), "driver.brent_price").isel(scenario=0).sel(year=2027)
    assert float(abs(year - 55.0).max()) < 0.1


def test_save_writes_a_valid_scenario_once(explorer, home):
    explorer.change("gas_stop.rate", 1.0)
    explorer.save("more_stops", "More stops")
    assert "Saved as more_stops.yml" in explorer.message.value
    assert eb.load_scenario("more_stops", home=home).title == "More stops"
    text = (Path(home) / "params/scenarios/more_stops.yml").read_bytes()
    explorer.save("more_stops", "Other")
    assert "already" in explorer.message.value
    assert (Path(home) / "params/scenarios/more_stops.yml").read_bytes() == text


def test_a_shared_page_saves_nothing(explorer, monkeypatch):
    def texts(widget):
        return [getattr(widget, "description", ""), *(t for c in getattr(widget, "children", ()) for t in texts(c))]

    assert "Save as scenario" in texts(explorer.page())
    monkeypatch.setenv(READ_ONLY, "1")
    assert "Save as scenario" not in texts(explorer.page())


@pytest.fixture
def two(explorer):
    """The session, and the ensembles of two changes."""
    made = []
    for rate in (0.5, 1.0):
        explorer.session.changes["gas_stop.rate"] = rate
        made.append(explorer.session.ensemble(64))
    return explorer.session, made


def test_bands_over_kept_pixels_leave_no_trace_of_the_last_picture(two):
    """Restoring the wrong part of the canvas left old labels beneath the new ones."""
    session, (first, second) = two
    picture = new_picture()
    picture.drawn(session, first)
    png, alt = picture.drawn(session, second)
    for panel in (picture.above, picture.below):
        panel._pixels = None  # draws axes, history and labels again
    assert picture.drawn(session, second) == (png, alt)


def test_updated_artists_hold_the_numbers_of_a_new_picture(two):
    session, (first, second) = two
    updated, fresh = new_picture(), new_picture()
    for ens in (first, second):
        updated.drawn(session, ens)
    fresh.drawn(session, second)
    for old, new in ((updated.above, fresh.above), (updated.below, fresh.below)):
        assert len(old.ax.lines) == len(new.ax.lines) > 2
        for line, same in zip(old.ax.lines, new.ax.lines, strict=True):
            assert np.array_equal(line.get_xydata(), same.get_xydata(), equal_nan=True)
        for band, same in zip(old._fills, new._fills, strict=True):
            assert np.array_equal(band.get_paths()[0].vertices, same.get_paths()[0].vertices)
