"""Random numbers depend on their own key and nothing else."""

import numpy as np
import pytest

from eastbound.constants import BLOCK
from eastbound.core.simulation.seeds import Stream


def test_more_rows_and_more_draws_keep_the_earlier_numbers():
    small = Stream(7, 0, 5).normals("a", "b", rows=3)
    large = Stream(7, 0, BLOCK).normals("a", "b", rows=6)
    np.testing.assert_array_equal(small, large[:3, :5])


@pytest.mark.parametrize("other", [Stream(8, 0, 5), Stream(7, 1, 5)], ids=["seed", "block"])
def test_seed_and_block_matter(other):
    assert not np.array_equal(Stream(7, 0, 5).normals("a", rows=2), other.normals("a", rows=2))


def test_keys_are_independent_and_order_of_calls_does_not_matter():
    stream = Stream(7, 0, BLOCK)
    first = stream.normals("a", rows=4)
    second = stream.normals("b", rows=4)
    np.testing.assert_array_equal(first, stream.normals("a", rows=4))
    # 16384 pairs: a correlation of independent normals stays below 5 / sqrt(n) = 0.04
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.04


def test_moments():
    draws = Stream(7, 0, BLOCK).normals("a", rows=16)
    assert abs(draws.mean()) < 5 / np.sqrt(draws.size)
    assert abs(draws.var() - 1) < 5 * np.sqrt(2 / draws.size)


@pytest.mark.parametrize("width", [5, BLOCK])
def test_few_are_found_where_the_whole_table_has_them(width):
    stream = Stream(7, 1, width)
    chance = np.linspace(0.0, 0.2, width)
    cells, levels = stream.below("a", rows=31, chance=chance)
    table = stream.uniforms("a", rows=31)
    np.testing.assert_array_equal(cells, np.flatnonzero(table < chance))
    np.testing.assert_array_equal(levels, table.ravel()[cells])


def test_generator_is_the_same_on_every_machine():
    # sha256(b"7/0/a/b") read as little-endian words; fixed, so that published draws can be made again
    assert Stream(7, 0, 1).generator("a", "b").random().hex() == "0x1.ec21f9df5b334p-1"
