"""Every rule does what it claims on Keras 2."""

from typing import Any

import pytest

from rnnlint.packs import load_rules
from tests.oracle.rules_on_keras import run_examples, verdict, without_figures

pytestmark = pytest.mark.oracle
RULES = {name: rule for name, rule in load_rules().items() if 2 in rule.proof()}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    return run_examples(RULES, 2)


@pytest.mark.parametrize("name", RULES)
def test_claim(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    holds, what = verdict(RULES[name], 2, outcomes[name]["bad"], outcomes[name]["good"])
    assert holds, what
    assert without_figures(what) == without_figures(RULES[name].proof()[2]), "record_proofs writes it down"
