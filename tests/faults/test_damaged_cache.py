"""Sixty damaged cache files of a real run: the next run prints the same bytes and leaves a sound cache."""

from __future__ import annotations

import os
import random

import pytest

from eastbound.ensemble import fits
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence

pytestmark = pytest.mark.faults
COUNT = 60


def flip(path, rng):
    """Flip one bit."""
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def overwrite(path, rng):
    """Overwrite a stretch with one byte."""
    content = bytearray(path.read_bytes())
    at = rng.randrange(len(content))
    content[at : at + 500] = bytes([rng.choice((0, 0x7F, 0xFF))]) * len(content[at : at + 500])
    path.write_bytes(content)


def replace_by_folder(path, rng):
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


def replace_by_link(path, rng):
    """Put a link to nowhere in the place of a file."""
    path.unlink()
    path.symlink_to(path.parent / f"nowhere{rng.randrange(9)}")


DAMAGES = (
    flip,
    overwrite,
    replace_by_folder,
    replace_by_link,
    lambda path, rng: os.truncate(path, rng.randrange(path.stat().st_size)),
    lambda path, rng: path.write_bytes(b""),
    lambda path, rng: path.write_bytes(rng.randbytes(path.stat().st_size)),
    lambda path, rng: path.write_bytes(path.read_bytes() + b"1"),
    lambda path, rng: path.unlink(),
    lambda path, rng: path.chmod(0),
)


def draws_of(book, monkeypatch):
    """Return the bytes of three series, as another process would read them."""
    monkeypatch.setattr(fits, "_fits", {})
    ens = simulate("baseline", book=book, draws=64, until=2028)
    return [ens[name].to_numpy().tobytes() for name in ("trade.china_russia.total", "driver.brent_price")]


def test_sixty_damaged_files(tmp_path, monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    book, rng = load_evidence("2026-10-30"), random.Random(20261128)
    sound = draws_of(book, monkeypatch)
    struck = set()
    for number in range(COUNT):
        path = rng.choice(sorted(path for path in tmp_path.rglob("*") if path.is_file()))
        struck.add(path.relative_to(tmp_path).parts[0])
        DAMAGES[number % len(DAMAGES)](path, rng)
        assert draws_of(book, monkeypatch) == sound, (number, path)
    assert {"ensembles", "fits"} <= struck
