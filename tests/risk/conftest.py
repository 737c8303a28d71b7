"""One small ensemble, shared by the tests of risk."""

import pytest

import eastbound as eb
from eastbound.risk.sample import Sample

AS_OF = "2026-10-30"


@pytest.fixture(scope="session")
def book():
    return eb.load_evidence(AS_OF)


@pytest.fixture(scope="session")
def ens(book):
    return eb.simulate(["baseline", "price_slump"], book=book, draws=1024, until=2030)


@pytest.fixture(scope="session")
def sample(ens):
    return Sample(ens)
