"""Rules for data, on programs built by hand: targets, windows, splits, passes and scalers."""

import pytest

from rnnlint.engine import judge
from rnnlint.facts import Batching, Program, Reshaped, Shape, Size, Split, Use, Windows
from rnnlint.facts.sizes import symbol
from rnnlint.packs import load_rules
from tests.rules.build import call, data, line, program, recurrent_model

RULES = load_rules()


def found(name: str, given: Program) -> list[int]:
    """Lines where the rule speaks."""
    return [getattr(finding.location, "line", 0) for finding in judge(given, [RULES[name]])]


def forecast(offset: Size, length: Size = 1, columns: frozenset[int | str] | None = None) -> Program:
    """Windows of 10 steps, and targets that start `offset` behind their start."""
    x = data(90, 10, 1, windows=Windows(7, 10, columns=columns))
    y = data(90, 1, windows=Windows(7, length, offset=offset, columns=frozenset({0})))
    return program(call("fit", recurrent_model(None, stateful=False), 5, x, y, batch_size=32))


@pytest.mark.parametrize(
    ("offset", "length", "wanted"),
    [
        (10, 1, []),
        (9, 1, [5]),
        (0, 1, [5]),
        (12, 1, []),
        (1, 10, []),
        (0, 10, []),
        (9, 3, [5]),
        (10, 3, []),
        (2, 3, []),
    ],
)
def test_targets_inside_their_window(offset: int, length: int, wanted: list[int]) -> None:
    assert found("window-target-misaligned", forecast(offset, length)) == wanted


def test_the_target_is_no_column_of_the_window() -> None:
    assert found("window-target-misaligned", forecast(9, columns=frozenset({1, 2}))) == []


def test_a_scaler_and_what_it_inverts() -> None:
    model = recurrent_model()

    def inverted(*dims: int, columns: int) -> list[int]:
        use = Use("inverse_transform", data(*dims), Shape.of((None, columns)), line(8))
        return found("inverse-transform-width", Program("train.py", "script", (model,), uses=(use,)))

    assert inverted(60, 1, columns=9) == [8]
    assert inverted(60, 9, columns=9) == []
    assert inverted(60, 5, columns=1) == []
    assert inverted(60, 5, 9, columns=9) == [8]


def test_a_reshape_for_which_there_are_no_numbers() -> None:
    rows = symbol("n", 3)

    def reshaped(*dims: Size) -> list[int]:
        use = Use("reshape", data(rows, 12), Shape.of(dims), line(8))
        return found("reshape-instead-of-windows", Program("train.py", "script", uses=(use,)))

    assert reshaped(rows, 9, 12) == [8]
    assert reshaped(rows, 1, 12) == []
    assert reshaped(rows, 3, 4) == []


def test_blocks_for_which_there_are_too_many_targets() -> None:
    model = recurrent_model(None, stateful=False)
    blocks = data(30, 10, 1, reshaped=Reshaped(Shape.of((300, 1)), line(6)))
    given = program(call("fit", model, 5, blocks, data(300, 1), batch_size=32))
    assert found("reshape-instead-of-windows", given) == [6]
    assert found("sample-count-mismatch", given) == []
    right = program(call("fit", model, 5, blocks, data(30, 1), batch_size=32))
    assert found("reshape-instead-of-windows", right) == []


def test_windows_shuffled_in_front_of_a_split() -> None:
    model = recurrent_model(None, stateful=False)
    split = Split(3, "train", False, line(7))
    x = data(90, 10, 1, windows=Windows(7, 10), split=split, shuffled=True, shuffled_at=line(6))
    assert found("shuffled-split-of-windows", program(call("fit", model, 5, x, batch_size=32))) == [6]
    plain = data(90, 10, 1, windows=Windows(7, 10), split=split)
    assert found("shuffled-split-of-windows", program(call("fit", model, 5, plain, batch_size=32))) == []


@pytest.mark.parametrize(
    ("batching", "steps", "epochs", "keras", "wanted"),
    [
        (Batching(4, count=8, endless=False, restarts=True), 9, 1, 3, [5]),
        (Batching(4, count=8, endless=False, restarts=True), 8, 3, 3, []),
        (Batching(4, count=8, endless=False, restarts=True), 4, 3, 3, []),
        (Batching(4, count=8, endless=False, restarts=True), 4, 3, 2, [5]),
        (Batching(4, count=8, endless=False, restarts=True), 4, 2, 2, []),
        (Batching(4, count=8, endless=False, restarts=False), 4, 3, 3, [5]),
        (Batching(4, count=8, endless=False, restarts=False), None, 2, 3, [5]),
        (Batching(4, count=8, endless=False, restarts=False), None, 1, 3, []),
        (Batching(4, count=8, endless=True, restarts=False), 9, 3, 3, []),
        (Batching(4, endless=False, restarts=False), 9, 3, 3, []),
    ],
)
def test_who_runs_out_of_data(
    batching: Batching, steps: int | None, epochs: int, keras: int, wanted: list[int]
) -> None:
    model = recurrent_model(None, stateful=False)
    x = data(4, 10, 1, kind="dataset" if batching.restarts is True else "generator", batching=batching)
    fit = call("fit", model, 5, x, steps_per_epoch=steps, epochs=epochs, batch_size=4)
    assert found("generator-exhausted", program(fit, keras=keras)) == wanted


@pytest.mark.parametrize(("steps", "wanted"), [(64, [5]), (49, [5]), (48, []), (65, []), (4, []), (16, [])])
def test_steps_that_are_samples(steps: int, wanted: list[int]) -> None:
    model = recurrent_model(None, stateful=False)
    x = data(16, 10, 1, kind="generator", batching=Batching(16, count=4, endless=True, restarts=False))
    fit = call("fit", model, 5, x, steps_per_epoch=steps, batch_size=16)
    assert found("wrong-steps-per-epoch", program(fit)) == wanted


def test_sizes_with_names() -> None:
    rows = symbol("n", 5)
    model = recurrent_model(None, stateful=False)
    known = program(call("fit", model, 5, data(rows, 10, 1), data(rows, 1), batch_size=32))
    other = program(call("fit", model, 5, data(rows, 10, 1), data(symbol("m", 6), 1), batch_size=32))
    for name in ("sample-count-mismatch", "target-shape", "data-rank", "data-shape"):
        assert found(name, known) == []
        assert found(name, other) == []
