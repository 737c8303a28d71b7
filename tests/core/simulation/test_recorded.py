"""A recorded stream gives the bits of the stream that it stands for, however often and in whatever portions."""

import numpy as np
import pytest

from eastbound.constants import BLOCK
from eastbound.core.simulation.recorded import RecordedStream
from eastbound.core.simulation.seeds import Stream

PLAIN = Stream(seed=3, block=1, width=7)


@pytest.fixture
def recorded():
    return RecordedStream(seed=3, block=1, width=7)


@pytest.mark.parametrize("kind", ["normals", "uniforms"])
def test_tables_are_those_of_the_stream_and_cannot_be_spoilt(recorded, kind):
    first = getattr(recorded, kind)("a", rows=5)
    expected = getattr(PLAIN, kind)("a", rows=5)
    assert np.array_equal(first, expected)
    first[:] = 0.0
    assert np.array_equal(getattr(recorded, kind)("a", rows=5), expected)


def test_positions_below_a_probability(recorded):
    for _ in range(2):
        for mine, plain in zip(
            recorded.below("b", rows=30, chance=0.1), PLAIN.below("b", rows=30, chance=0.1), strict=True
        ):
            assert np.array_equal(mine, plain)


def test_a_second_reader_may_read_more_rows_in_other_portions(recorded):
    expected = PLAIN.normals("c", rows=9)
    for portions in ([2, 2], [3, 3, 3], [1, 8]):
        source, rows = recorded.source("c"), []
        for count in portions:
            table = np.empty((count, BLOCK))
            source.fill_normals(table)
            rows.append(table[:, :7])
        assert np.array_equal(np.concatenate(rows), expected[: sum(portions)])
