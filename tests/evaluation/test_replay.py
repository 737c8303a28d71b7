"""A payment halt replayed on what was known before it: trough and recovery against the months that came."""

import numpy as np
import pytest

from eastbound.ensemble.simulate import simulate
from eastbound.evaluation.regular_history import regular_history
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_EXPORTS
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Event

MONTHS = [f"2024-{month:02d}" for month in range(1, 11)]


@pytest.fixture(scope="module")
def replay():
    """Exports by month under the order of December 2023 against banks, shape (baseline and halt, draw, month)."""
    baseline = load_scenario("baseline")
    random = next(event for event in baseline.events if event.id == "bank_payment_halt")
    content = random.model_dump(exclude_none=True, exclude={"hazard"}) | {
        "id": "order_of_december_2023",
        "onset": {"dist": "fixed", "value": "2023-12", "judgement": "the order against banks"},
        "severity": {"dist": "fixed", "value": 1, "judgement": "the halt of March 2024 is 1"},
    }
    halt = baseline.model_copy(
        update={"name": "halt", "digest": "halt", "events": (*baseline.events, Event.model_validate(content))}
    )
    options = {"book": load_evidence("2023-12-31"), "draws": 2048, "until": 2027, "series": [CHINA_EXPORTS]}
    ens = simulate([baseline, halt], **options)
    return ens[CHINA_EXPORTS].sel(period=[f"{month}-01" for month in MONTHS]).to_numpy()


def test_the_intervals_hold_trough_and_recovery(replay):
    observed = regular_history(CHINA_EXPORTS, book=load_evidence("2026-10-30")).values[MONTHS].to_numpy()
    low, high = np.quantile(replay[1], [0.1, 0.9], axis=0)
    inside = (low <= observed) & (observed <= high)
    assert inside.sum() >= 8
    assert inside[2:8].all()  # March to August, trough and recovery
    low, high = np.quantile(replay[1], [0.025, 0.975], axis=0)
    assert ((low <= observed) & (observed <= high)).all()


def test_the_trough_is_in_spring_and_fades(replay):
    loss = np.median(np.log(replay[1] / replay[0]), axis=0)
    assert MONTHS[loss.argmin()] in ("2024-03", "2024-04")
    assert loss.min() == pytest.approx(-0.22, abs=0.03)
    assert loss[-1] > loss.min() / 3
