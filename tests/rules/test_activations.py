"""How an activation without a bound is repaired."""

import pytest

from rnnlint import Safety
from rnnlint.check_rule import lint_text
from rnnlint.packs import load_rules
from rnnlint.rule import PRELUDE

RULE = load_rules()["relu-recurrence"]


@pytest.mark.parametrize(
    ("layers", "safety", "edits"),
    [
        ('LSTM(4, activation="relu"), Dense(1)', Safety.REVIEW, 1),
        ('LSTM(1, activation="relu")', Safety.MANUAL, 0),
        ('LSTM(4, activation="linear"), Dense(1)', Safety.MANUAL, 0),
        ('LSTM(4, recurrent_activation="relu"), Dense(1)', Safety.REVIEW, 1),
        ('LSTM(4, activation="relu", recurrent_activation="relu"), Dense(1)', Safety.MANUAL, 0),
    ],
)
def test_the_layer_that_predicts_is_left_to_a_person(layers: str, safety: Safety, edits: int) -> None:
    (finding,) = lint_text(f"{PRELUDE}model = Sequential([Input((8, 3)), {layers}])\n", [RULE])
    assert finding.fix is not None
    assert (finding.fix.safety, len(finding.fix.edits)) == (safety, edits)
