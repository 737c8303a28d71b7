"""Fits on disk: read once written, made again when damaged, and apart by what they were fitted to."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound.ensemble import fits
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, grid_start
from eastbound.scenarios.inputs import load_inputs

BOOK = load_evidence("2019-12-31")
GRID = Grid(grid_start(BOOK), 24)


@pytest.fixture
def inputs():
    return {model.SUBJECT: load_inputs(model.SUBJECT) for model in registry.models()}


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    monkeypatch.setattr(fits, "_fits", {})  # what a new process has
    return tmp_path


def test_another_process_reads_what_was_fitted_and_a_damaged_file_is_made_again(inputs, own_cache, monkeypatch):
    first = fits.fit_models(BOOK, inputs, grid=GRID)
    files = sorted((own_cache / "fits").iterdir())
    assert len(files) == len(registry.models())
    inodes = [file.stat().st_ino for file in files]
    monkeypatch.setattr(fits, "_fits", {})
    again = fits.fit_models(BOOK, inputs, grid=GRID)
    assert [file.stat().st_ino for file in files] == inodes  # nothing was fitted and written
    same = {
        name: np.array_equal(one.posterior.points, again["drivers"][name].posterior.points)
        for name, one in first["drivers"].items()
    }
    assert all(same.values())
    whole = [file.read_bytes() for file in files]
    files[0].write_bytes(whole[0][:-7])
    files[1].write_bytes(b"")
    files[2].write_bytes(whole[2][:50] + b"\0" + whole[2][51:])
    monkeypatch.setattr(fits, "_fits", {})
    fits.fit_models(BOOK, inputs, grid=GRID)
    assert [file.read_bytes() for file in files] == whole
    assert sorted((own_cache / "fits").iterdir()) == files  # and no half-written file is left


def test_a_model_is_fitted_again_only_for_its_own_settings(inputs, own_cache):
    fits.fit_models(BOOK, inputs, grid=GRID)
    before = len(list((own_cache / "fits").iterdir()))
    changed = {**inputs, "drivers": {**inputs["drivers"], "tail": 7.0}}
    fits.fit_models(BOOK, changed, grid=GRID)
    assert len(list((own_cache / "fits").iterdir())) == before + 1


def test_rows_that_come_later_are_not_part_of_a_vintage():
    extra = pd.concat([BOOK.sources, BOOK.sources.iloc[:1].set_axis(["later"])])
    assert fits.vintage_digest(replace(BOOK, sources=extra, digest="other")) == fits.vintage_digest(BOOK)
    fewer = replace(BOOK, observations=BOOK.observations.iloc[1:])
    assert fits.vintage_digest(fewer) != fits.vintage_digest(BOOK)
    row = BOOK.observations.copy()
    row.loc[row.index[0], "value"] += 1e-9
    assert fits.vintage_digest(replace(BOOK, observations=row)) != fits.vintage_digest(BOOK)
