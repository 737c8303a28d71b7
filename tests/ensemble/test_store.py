"""Stored ensembles, fits and results: damaged files are made again, the size is limited, a full disk is an error."""

import errno
import os
import random
import shutil
import threading

import numpy as np
import pytest

from eastbound.ensemble import cache, store
from eastbound.ensemble.simulate import simulate
from eastbound.errors import InputError, WriteError
from eastbound.evaluation.result_cache import cached
from eastbound.names import TRADE_TOTAL

PACKAGE = cache._PACKAGE
SERIES = [f"series_{k}" for k in range(5)]
SHAPE = (5, 24, 64)
DRAWS = np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    return tmp_path


def fill(put):
    put(slice(0, SHAPE[2]), list(DRAWS))


def fill_in_blocks(put):
    for start in range(0, SHAPE[2], 24):
        part = slice(start, min(start + 24, SHAPE[2]))
        put(part, list(DRAWS[:, :, part]))


def read(key, **options):
    """Return all draws of a good entry."""
    entry = store.stored(key, SERIES, SHAPE, **({"fill": None} | options))
    return np.stack([entry.paths(row) for row in range(SHAPE[0])])


def flip(path, rng, *, skip=0):
    content = bytearray(path.read_bytes())
    place = rng.randrange(skip, len(content))
    content[place] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def change_digit(path, rng):
    content = bytearray(path.read_bytes())
    places = [k for k, byte in enumerate(content) if byte in b"0123456789" and k >= 32]
    place = rng.choice(places)
    content[place] = ord("0") + (content[place] - ord("0") + 1) % 10
    path.write_bytes(content)


DAMAGES = {
    "truncate": lambda path, rng: os.truncate(path, rng.randrange(path.stat().st_size)),
    "empty": lambda path, rng: path.write_bytes(b""),
    "delete": lambda path, rng: path.unlink(),
    "flip": flip,
    "digit": change_digit,
    "lengthen": lambda path, rng: path.write_bytes(path.read_bytes() + b"1"),
}


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_ensemble_is_made_again(seed):
    store.stored("entry", SERIES, SHAPE, fill=(fill, fill_in_blocks)[seed % 2])
    rng = random.Random(seed)
    name = ("draws.npy", "series.json")[seed % 2]
    damage = list(DAMAGES.values())[seed // 2 % len(DAMAGES)]
    damage(cache.cache_folder() / "ensembles" / "entry" / name, rng)
    again = store.stored("entry", SERIES, SHAPE, fill=fill)
    for row in range(len(SERIES)):
        np.testing.assert_array_equal(again.paths(row), DRAWS[row])
    # the entry on disk is good again: nothing is computed for the next reader
    whole = store.stored("entry", SERIES, SHAPE, fill=None)
    np.testing.assert_array_equal(np.stack([whole.paths(row) for row in range(5)]), DRAWS)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_result_is_made_again(seed):
    made = []

    def make():
        made.append(seed)
        return {"crps": 12.345678, "rows": [1, 2, 3]}

    first = cached({"seed": seed}, make, task="Testing")
    (path,) = (cache.cache_folder() / "backtests").iterdir()
    list(DAMAGES.values())[seed % len(DAMAGES)](path, random.Random(seed))
    assert cached({"seed": seed}, make, task="Testing") == first
    assert cached({"seed": seed}, make, task="Testing") == first
    assert len(made) == 2


@pytest.mark.parametrize("name", ["", "draws.npy", "series.json"])
@pytest.mark.parametrize("damage", ["folder", "file", "link"])
def test_an_entry_of_another_kind_is_made_again(name, damage):
    store.stored("entry", SERIES, SHAPE, fill=fill)
    path = cache.cache_folder() / "ensembles" / "entry" / name
    cache.discard(path)
    if damage == "folder":
        (path / "inner").mkdir(parents=True)
    elif damage == "file":
        path.write_bytes(b"x")
    else:
        path.symlink_to(path.parent / "nowhere")
    again = store.stored("entry", SERIES, SHAPE, fill=fill)
    np.testing.assert_array_equal(again.paths(4), DRAWS[4])


def test_a_folder_in_the_place_of_a_result_is_made_again():
    cached({"seed": 1}, lambda: {"value": 1.5}, task="Testing")
    (path,) = (cache.cache_folder() / "backtests").iterdir()
    path.unlink()
    path.mkdir()
    assert cached({"seed": 1}, lambda: {"value": 1.5}, task="Testing") == {"value": 1.5}
    assert path.is_file()


def test_flipped_bits_never_reach_a_forecast(own_cache):
    first = simulate("baseline", draws=64, until=2027)
    values = {name: first[name].to_numpy().copy() for name in first.data_vars}
    (folder,) = (own_cache / "ensembles").iterdir()
    content = bytearray((folder / "draws.npy").read_bytes())
    content[-4 * 64 * 24 :: 97] = b"\x7f" * len(content[-4 * 64 * 24 :: 97])
    (folder / "draws.npy").write_bytes(content)
    again = simulate("baseline", draws=64, until=2027)
    for name, draws in values.items():
        np.testing.assert_array_equal(again[name].to_numpy(), draws)


def test_a_full_disk_is_an_error_that_says_so(monkeypatch, own_cache):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(WriteError, match=r"disk is full; free some space.*set .EASTBOUND_CACHE"):
        store.stored("entry", SERIES, SHAPE, fill=fill)
    assert list((own_cache / "ensembles").iterdir()) == []


def test_the_least_recently_used_entry_goes_first_and_none_in_use(monkeypatch, own_cache):
    size = 5 * 24 * 64 * 4
    for age, key in enumerate(("new", "old", "oldest")):
        store.stored(key, SERIES, SHAPE, fill=fill).paths(0)
        os.utime(own_cache / "ensembles" / key, (10**9 - age, 10**9 - age))
    opened = store.stored("oldest", SERIES, SHAPE, fill=fill)
    os.utime(own_cache / "ensembles" / "oldest", (10, 10))
    assert 3 * size < cache.cache_size() < 3.5 * size
    assert cache.clean_cache(int(2.5 * size)) > size
    assert sorted(path.name for path in (own_cache / "ensembles").iterdir()) == ["new", "oldest"]
    np.testing.assert_array_equal(opened.paths(1), DRAWS[1])
    monkeypatch.setenv("EASTBOUND_CACHE_LIMIT", "50 KB")
    del opened
    store.stored("last", SERIES, SHAPE, fill=fill)
    assert [path.name for path in (own_cache / "ensembles").iterdir()] == ["last"]


@pytest.mark.parametrize(("text", "size"), [("", 4 * 10**9), ("2 GB", 2 * 10**9), ("500mb", 5 * 10**8), ("1e3", 1000)])
def test_the_limit_is_a_size(monkeypatch, text, size):
    monkeypatch.setenv("EASTBOUND_CACHE_LIMIT", text)
    assert cache.cache_limit() == size


def test_a_limit_that_is_no_size_is_refused(monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE_LIMIT", "much")
    with pytest.raises(InputError, match="4 GB"):
        cache.cache_limit()


def test_more_scenarios_than_the_cache_may_hold_are_simulated_all_the_same(monkeypatch, own_cache):
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "1 MB")  # of which each of these ensembles takes more than half
    names = ["baseline", "price_slump", "sanctions_relief", "secondary_sanctions"]
    ens = simulate(names, draws=64, until=2028)
    assert np.isfinite(ens[TRADE_TOTAL].to_numpy()).all()
    assert [str(name) for name in ens["scenario"].to_numpy()] == names


def test_leftovers_of_dead_processes_are_swept_and_those_of_living_ones_stay(own_cache):
    import fcntl

    shutil.copytree(make_entry(own_cache), own_cache / "ensembles" / ".dead-1")
    living = shutil.copytree(own_cache / "ensembles" / "entry", own_cache / "ensembles" / ".living-1")
    with (living / "draws.npy").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        cache.sweep()
        assert sorted(path.name for path in (own_cache / "ensembles").iterdir()) == [".living-1", "entry"]


def make_entry(own_cache):
    store.stored("entry", SERIES, SHAPE, fill=fill)
    return own_cache / "ensembles" / "entry"


def test_the_digest_covers_the_ground_floor_and_the_engine_of_single_series(monkeypatch, tmp_path):
    for name in ("univariate/drift.py", "constants.py", "units.py", "periods.py"):
        package = shutil.copytree(
            cache._PACKAGE, tmp_path / name.replace("/", "_"), ignore=shutil.ignore_patterns("*.csv")
        )
        monkeypatch.setattr(cache, "_PACKAGE", package)
        before = cache.code_digest.__wrapped__()
        with (package / name).open("a") as file:
            file.write("# changed\n")
        assert cache.code_digest.__wrapped__() != before


def test_opening_many_scenarios_reads_only_the_series_in_use(monkeypatch):
    import tracemalloc

    from eastbound.scenarios.loader import load_scenario

    base = load_scenario("baseline")
    scenarios = [base.model_copy(update={"name": f"copy_{k}"}) for k in range(10)]
    simulate(scenarios, draws=64, until=2028)
    tracemalloc.start()
    ens = simulate(scenarios, draws=64, until=2028)
    one = ens["trade.china_russia.total"].to_numpy()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert one.shape == (10, 64, ens.sizes["period"])
    whole = sum(draws.size for draws in ens.data_vars.values()) * 4
    assert peak < whole / 2


def test_milestones_carry_their_titles():
    ens = simulate("baseline", draws=64, until=2028)
    assert "Power of Siberia 2" in ens["milestone.pos2_first_gas"].attrs["label"]


def test_nobody_sweeps_an_entry_between_its_writing_and_its_name():
    """A process that starts sweeps the cache; another one may be flushing its file to disk just then."""
    done = threading.Event()

    def sweep():
        while not done.is_set():
            cache.sweep()

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for number in range(30):
            entry = store.stored(f"entry{number}", SERIES, SHAPE, fill=fill)
            assert np.array_equal(entry.paths(1), DRAWS[1])
    finally:
        done.set()
        sweeper.join()


def other(row, *, width=SHAPE[2]):
    """Return a filler whose draws differ in one row."""
    draws = DRAWS.copy()
    draws[row] += 1

    def fill_other(put):
        for start in range(0, SHAPE[2], width):
            part = slice(start, min(start + width, SHAPE[2]))
            put(part, list(draws[:, :, part]))

    return draws, fill_other


@pytest.mark.parametrize("width", [SHAPE[2], 24])
def test_rows_that_two_ensembles_share_are_written_once(own_cache, width):
    lender = store.stored("baseline", SERIES, SHAPE, fill=fill)
    draws, fill_other = other(3, width=width)
    np.testing.assert_array_equal(read("other", fill=fill_other, lender=lender), draws)
    own, shared = (own_cache / "ensembles" / "other" / name for name in ("draws.npy", "shared1.npy"))
    assert own.stat().st_size < lender.folder.joinpath("draws.npy").stat().st_size / 4
    assert shared.samefile(lender.folder / "draws.npy")
    assert cache.cache_size() < 1.5 * DRAWS.nbytes
    # a third one takes rows from both
    draws[1] -= 1
    borrower = store.stored("other", SERIES, SHAPE, fill=None)
    np.testing.assert_array_equal(
        read("third", fill=lambda put: put(slice(0, SHAPE[2]), list(draws)), lender=borrower), draws
    )
    third = own_cache / "ensembles" / "third"
    assert sorted(path.name for path in third.glob("*.npy")) == ["draws.npy", "shared1.npy", "shared2.npy"]
    # and the lender may go
    del lender
    cache.discard(own_cache / "ensembles" / "baseline")
    np.testing.assert_array_equal(read("third"), draws)


def test_an_ensemble_that_shares_every_row_is_whole():
    lender = store.stored("baseline", SERIES, SHAPE, fill=fill)
    np.testing.assert_array_equal(read("same", fill=fill, lender=lender), DRAWS)
    np.testing.assert_array_equal(read("same"), DRAWS)


def test_damage_of_a_shared_file_harms_neither_ensemble(own_cache):
    lender = store.stored("baseline", SERIES, SHAPE, fill=fill)
    draws, fill_other = other(3)
    store.stored("other", SERIES, SHAPE, fill=fill_other, lender=lender)
    flip(own_cache / "ensembles" / "baseline" / "draws.npy", random.Random(1), skip=128)
    again = store.stored("baseline", SERIES, SHAPE, fill=fill)
    np.testing.assert_array_equal(read("other", fill=fill_other, lender=again), draws)
    np.testing.assert_array_equal(read("baseline", fill=fill), DRAWS)


def test_without_links_every_row_is_written(own_cache, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    lender = store.stored("baseline", SERIES, SHAPE, fill=fill)
    monkeypatch.setattr(os, "link", refused)
    draws, fill_other = other(3)
    np.testing.assert_array_equal(read("other", fill=fill_other, lender=lender), draws)
    assert not list((own_cache / "ensembles" / "other").glob("shared*"))
