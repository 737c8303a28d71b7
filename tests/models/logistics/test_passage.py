"""A month at a group of crossings, by pencil and by properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eastbound.models.logistics.passage import pass_crossings

RATES = arrays(float, (3, 4), elements=st.floats(0.0, 1000.0, allow_subnormal=False))
COSTS = {"length": 30.0, "detour": 2.0, "patience": 5.0}


@given(RATES, RATES, RATES)
def test_no_more_passes_and_waits_than_arrives(demand, capacity, queue):
    month = pass_crossings(demand, capacity, queue, **COSTS)
    arrived = (demand * COSTS["length"] + queue).sum(axis=0)
    held = (month.flow * COSTS["length"] + month.queue).sum(axis=0)
    assert (held <= arrived * (1 + 1e-9) + 1e-6).all()
    assert (month.flow <= capacity * (1 + 1e-9) + 1e-9).all()
    assert (month.queue <= COSTS["patience"] * capacity * (1 + 1e-9) + 1e-9).all()
    gave_up = arrived - held > 1e-6
    full = np.isclose(month.flow, capacity).all(axis=0)
    assert (full | ~gave_up).all()  # nobody gives up while there is room in the group


def test_a_crossing_alone_queues_and_then_loses():
    month = pass_crossings(np.array([[12.0]]), np.array([[10.0]]), np.zeros((1, 1)), **COSTS)
    assert [part.item() for part in month] == pytest.approx([10.0, 50.0])  # 10 of 60 give up


def test_a_closed_crossing_sends_everything_where_there_is_room():
    demand, capacity = np.array([[6.0], [10.0]]), np.array([[0.0], [15.0]])
    month = pass_crossings(demand, capacity, np.zeros((2, 1)), **COSTS)
    assert month.flow.ravel().tolist() == pytest.approx([0.0, 15.0])
    assert month.queue.ravel().tolist() == [0.0, 0.0]  # without capacity nobody waits


def test_the_longer_the_detour_the_fewer_take_it():
    demand, capacity = np.array([[12.0], [1.0]]), np.array([[10.0], [10.0]])
    moved = [
        pass_crossings(demand, capacity, np.zeros((2, 1)), length=30.0, detour=days, patience=9.0).flow[1, 0] - 1.0
        for days in (0.0, 2.0, 20.0)
    ]
    # 60 waiting trucks are 6 days of the crossing: all, 6 of 8 and 6 of 26 of the excess move
    assert moved == pytest.approx([2.0, 2.0 * 6 / 8, 2.0 * 6 / 26])
