"""What losses of old versions do with targets."""

import pytest

from rnnlint.facts import Loss, Shape
from rnnlint.infer.losses import Verdict, judge_target


@pytest.mark.parametrize(
    ("output", "target", "wanted"),
    [
        ((None, 112), (64,), Verdict.RAISES),
        ((None, 20, 1), (64, 1), Verdict.RAISES),
        ((None, 1), (64,), Verdict.FITS),
        ((None, 20, 1), (64, 20, 1), Verdict.FITS),
    ],
)
def test_keras_1_holds_targets_against_the_output(
    output: tuple[int | None, ...], target: tuple[int, ...], wanted: Verdict
) -> None:
    assert judge_target(Loss("mean_squared_error", {}), Shape.of(output), Shape.of(target), 1, 32) is wanted
