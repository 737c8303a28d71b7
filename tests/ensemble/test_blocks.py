"""Blocks of draws on several threads: same bits, errors reach the caller, nothing goes on afterwards."""

import time

import numpy as np
import pytest

import eastbound as eb
from eastbound import names
from eastbound.constants import BLOCK
from eastbound.core.ratio import percent
from eastbound.core.simulation.memory import Memory
from eastbound.ensemble.blocks import fill_blocks
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate_block
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.inputs import load_all_inputs
from eastbound.scenarios.loader import load_scenario


def into(array):
    """Return a function that writes blocks into an array of shape (series, months, draws)."""

    def put(part, rows):
        for k, row in enumerate(rows):
            array[k, :, part] = row

    return put


def nowhere(part, rows):
    pass


SERIES = [names.CHINA_TURNOVER, names.TRADE_TOTAL, "gas.pos.deliveries"]


def test_two_threads_and_one_give_the_same_bits():
    book = load_evidence("2026-10-30")
    grid = Grid(grid_start(book), 24)
    fits = fit_models(book, load_all_inputs(registry.ORDER), grid=grid)
    scenario, used = load_scenario("baseline"), []

    def block(stream, memory):
        used.append(memory)
        return simulate_block(scenario, fits, grid=grid, stream=stream, after=last_month(book), memory=memory)

    arrays = [np.empty((len(SERIES), 24, 3 * BLOCK + 17), np.float32) for _ in range(2)]
    for threads, array in zip((1, 2), arrays, strict=True):
        fill_blocks(into(array), SERIES, block, draws=array.shape[-1], seed=1, threads=threads)
    np.testing.assert_array_equal(*arrays)
    assert len({id(memory) for memory in used}) == 2  # that of the one thread is kept, and the second gets another


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_block_reaches_the_caller_and_stops_the_others(threads):
    begun = []

    def block(stream, memory):
        begun.append(stream.block)
        if stream.block == 2:
            raise ValueError("block 2")
        time.sleep(0.01)  # the caller has time to learn of the error on a busy machine too
        return {"a": stream.normals("x", rows=1)}

    with pytest.raises(ValueError, match="block 2"):
        fill_blocks(nowhere, ["a"], block, draws=100 * BLOCK, seed=1, threads=threads)
    assert len(begun) < 100


@pytest.mark.parametrize("threads", [1, 2])
def test_errors_in_all_blocks_leave_no_thread_waiting(threads):
    def block(stream, memory):
        raise ValueError(f"block {stream.block}")

    with pytest.raises(ValueError, match="block 0"):
        fill_blocks(nowhere, ["a"], block, draws=40 * BLOCK, seed=1, threads=threads)


def test_no_two_threads_share_memory():
    at_once, most = [], []

    def block(stream, memory):
        assert isinstance(memory, Memory)
        assert id(memory) not in at_once
        at_once.append(id(memory))
        most.append(len(at_once))
        path = stream.normals("x", rows=50)
        at_once.remove(id(memory))
        return {"a": path}

    fill_blocks(nowhere, ["a"], block, draws=40 * BLOCK, seed=1, threads=2)
    assert max(most) <= 2


def test_a_ratio_is_computed_from_the_stored_flows_when_it_is_read():
    ens = eb.simulate("baseline", book=load_evidence("2026-10-30"), draws=64, series=[names.CHINA_SHARE], until=2027)
    share, china, total = (ens[name] for name in (names.CHINA_SHARE, names.CHINA_TURNOVER, names.PRIMORYE_TURNOVER))
    assert share.dtype == np.float32
    np.testing.assert_array_equal(share, percent(china, total))
    np.testing.assert_array_equal(share[0, 3:7, -1], percent(china[0, 3:7, -1], total[0, 3:7, -1]))
