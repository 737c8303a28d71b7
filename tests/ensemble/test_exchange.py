"""Stored ensembles passed on: whole or not at all, and a damaged copy is simulated again."""

import fsspec
import numpy as np
import pytest

from eastbound.ensemble import exchange
from eastbound.ensemble.store import entry_folder, provided, stored

SHAPE = (2, 3, 5)


def numbers():
    return np.arange(30, dtype=np.float32).reshape(SHAPE)


def opened(key, calls):
    def fill(put):
        calls.append(key)
        put(slice(0, 5), list(numbers()))

    return stored(key, ["a", "b"], SHAPE, fill=fill)


@pytest.fixture
def caches(tmp_path, monkeypatch):
    """Switch between the caches of two machines by name."""

    def use(name):
        monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / name))

    use("here")
    return use


def test_copy_through_an_address_is_the_original(caches):
    calls, fs = [], fsspec.filesystem("memory")
    opened("key", calls)
    exchange.share_entry("key", fs, "/exchange")
    caches("there")
    assert exchange.fetch_entry("key", fs, "/exchange")
    assert not exchange.fetch_entry("other", fs, "/exchange")
    np.testing.assert_array_equal(opened("key", calls).paths(1), numbers()[1])
    assert calls == ["key"]


def test_large_files_travel_in_pieces(caches, monkeypatch):
    monkeypatch.setattr(exchange, "PIECE", 50)
    calls, starts = [], []
    opened("key", calls)
    sizes, here = exchange.entry_sizes("key"), entry_folder("key")

    def read(name, start):
        starts.append((name, start))
        return (here / name).read_bytes()[start : start + exchange.PIECE]

    caches("there")
    exchange.install_entry("key", sizes, read)
    assert ("draws.npy", 50) in starts
    assert {path.name: path.read_bytes() for path in entry_folder("key").iterdir()} == {
        path.name: path.read_bytes() for path in here.iterdir()
    }


def test_transfer_that_is_cut_short_leaves_nothing(caches):
    calls = []
    opened("key", calls)
    sizes = exchange.entry_sizes("key")
    caches("there")
    with pytest.raises(EOFError, match=r"key/draws\.npy"):
        exchange.install_entry("key", sizes, lambda _, start: b"abc"[start:])
    assert not exchange.has_entry("key")
    assert list(entry_folder("key").parent.iterdir()) == []


def test_damaged_copy_is_simulated_again(caches):
    calls = []
    opened("key", calls)
    sizes, here = exchange.entry_sizes("key"), entry_folder("key")

    def damaged(name, start):
        content = (here / name).read_bytes()
        return (content[:-1] + b"\xff" if name == "draws.npy" else content)[start:]

    caches("there")
    exchange.install_entry("key", sizes, damaged)
    np.testing.assert_array_equal(opened("key", calls).paths(1), numbers()[1])
    assert calls == ["key", "key"]


def test_provider_is_asked_for_every_entry_and_only_inside_its_block(caches):
    asked, calls = [], []
    with provided(asked.append):
        opened("first", calls)
        opened("first", calls)
    opened("second", calls)
    assert asked == ["first", "first"]
    assert calls == ["first", "second"]
