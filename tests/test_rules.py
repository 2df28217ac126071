"""Every rule is held to the law by its own examples."""

import pytest

from rnnlint.check_rule import check_rule
from rnnlint.packs import load_rules

RULES = load_rules()


@pytest.mark.parametrize("name", RULES)
def test_rule(name: str) -> None:
    assert check_rule(RULES[name]) == []
