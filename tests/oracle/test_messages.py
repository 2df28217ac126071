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
def errors() -> dict[tuple[str, int], str]:
    """What the examples raise, by rule and version of Keras."""
    found: dict[tuple[str, int], str] = {}
    for version in (3, 2):
        rules = {name: RULES[name] for name, of in RAISING if of == version}
        outcomes: dict[str, dict[str, Any]] = run_examples(rules, version)
        found.update({(name, version): outcome["bad"]["error"] for name, outcome in outcomes.items()})
    return found


@pytest.mark.parametrize(("name", "version"), RAISING)
def test_what_it_raises_leads_back(name: str, version: int, errors: dict[tuple[str, int], str]) -> None:
    answers = explain(errors[name, version], RULES.values())
    assert name in [answer.rule for answer in answers][:2], errors[name, version]
