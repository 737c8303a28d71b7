"""The signs of all causal claims whose driver and target are simulated hold on one simulation of many scenarios."""

import pytest
from claim_contrasts import TESTED, check_sign, simulated

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def ens(tmp_path_factory):
    return simulated(TESTED, tmp_path_factory.mktemp("scenarios"))


@pytest.mark.parametrize("claim", TESTED.to_dict("records"), ids=lambda row: row["claim"])
def test_the_sign_of_the_claim_is_that_of_the_ensemble(ens, claim):
    check_sign(ens, claim)
