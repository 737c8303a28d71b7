"""The causal claims of the articles: all fifty-five, each with its sources, and with a parameter that exists."""

import re

import pytest
from ruamel.yaml import YAML

from eastbound.evidence.book import load_evidence
from eastbound.evidence.causal_claims import NO_FIGURE, causal_claims, causal_claims_text
from eastbound.scenarios.home import find_home

KEYS = ("id", "target", "milestone", "to")


@pytest.fixture(scope="module")
def claims():
    return causal_claims(load_evidence("2026-10-30"))


def follow(data, keys):
    """Walk down mappings by key, and lists by the name of an entry."""
    for key in keys:
        if isinstance(data, list):
            data = next((entry for entry in data if key in [entry.get(name) for name in KEYS]), None)
        else:
            data = data.get(key) if hasattr(data, "get") else None
        if data is None:
            return None
    return data


def test_all_claims_are_there(claims):
    assert list(claims["claim"]) == [f"C{number:02d}" for number in range(1, 56)]
    assert set(claims["sign"]) == {"+", "-"}
    assert (claims[["driver", "target", "magnitude", "lag", "sources"]] != "").all(axis=None)
    known = set(load_evidence("2026-10-30").sources.index)
    assert {source for text in claims["sources"] for source in text.split()} <= known


def test_every_carrier_names_a_file_and_a_key_that_exist(claims):
    home, files = find_home(), {}
    for row in claims[claims["carrier"] != ""].to_dict("records"):
        file, _, path = row["carrier"].partition("#")
        files.setdefault(file, YAML(typ="safe").load((home / file).read_text(encoding="utf-8")))
        assert follow(files[file], path.split("/")) is not None, (row["claim"], row["carrier"])


def test_a_claim_without_a_parameter_says_what_is_used_in_its_place(claims):
    assert (claims["judgement"] != "").all()
    statuses = set(claims["status"])
    assert statuses == {"carried", "carried by judgement", "figure not used", NO_FIGURE}
    assert (claims["magnitude"].eq(NO_FIGURE) == claims["status"].isin(["carried by judgement", NO_FIGURE])).all()


def test_contrasts_are_complete(claims):
    tested = claims[claims["contrast"] != ""]
    assert (tested["series"] != "").all()
    assert set(tested["expected"]) == {"+", "-"}
    for text in tested["contrast"]:
        assert re.fullmatch(r"(scenario|event|correlation|recovery|lasting|events) [\w.]+", text)
    assert (claims.loc[claims["contrast"] == "", ["series", "expected"]] == "").all(axis=None)


def test_an_old_vintage_knows_fewer_claims():
    early = causal_claims(load_evidence("2023-12-31"))
    assert 0 < len(early) < 10
    assert set(early["sources"]) == {"thinkchina-000"}


def test_text_counts_the_claims(claims):
    assert causal_claims_text(claims).splitlines()[-1].startswith("55 claims: ")
