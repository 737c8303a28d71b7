"""Signs of causal claims on the ensemble: single events and correlations here, all of them in `tests/faults`."""

import pytest
from claim_contrasts import TESTED, check_sign, simulated

QUICK = TESTED[TESTED["contrast"].str.match("event |recovery |correlation ")]


@pytest.fixture(scope="module")
def ens(tmp_path_factory):
    return simulated(QUICK, tmp_path_factory.mktemp("scenarios"))


def test_enough_claims_are_tested():
    assert len(TESTED) >= 30
    assert len(QUICK) >= 12


@pytest.mark.parametrize("claim", QUICK.to_dict("records"), ids=lambda row: row["claim"])
def test_the_sign_of_the_claim_is_that_of_the_ensemble(ens, claim):
    check_sign(ens, claim)
