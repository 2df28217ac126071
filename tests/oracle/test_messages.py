"""What the real libraries raise on the bad example of a rule leads back to the rule."""

from typing import Any

import pytest

from rnnlint.explain import explain
from rnnlint.packs import load_rules
from tests.oracle.rules_on_keras import run_examples

pytestmark = pytest.mark.oracle
RULES = load_rules()
RAISING = [
    (name, version) for name, rule in RULES.items() for version in rule.proof() if rule.claim(version) == "raises"
]


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, int], dict[str, Any]]:
    """What the bad examples do, by rule and version of Keras."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for version in (3, 2):
        rules = {name: RULES[name] for name, of in RAISING if of == version}
        found.update({(name, version): done["bad"] for name, done in run_examples(rules, version).items()})
    return found


@pytest.mark.parametrize("what", ["error", "traceback"])
@pytest.mark.parametrize(("name", "version"), RAISING)
def test_what_it_raises_leads_back(
    name: str, version: int, what: str, outcomes: dict[tuple[str, int], dict[str, Any]]
) -> None:
    pasted = outcomes[name, version][what]
    answers = explain(pasted, RULES.values())
    assert name in [answer.rule for answer in answers][:2], pasted
