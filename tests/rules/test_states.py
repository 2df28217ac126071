"""Rules for states, on programs built by hand: layouts of windows, resets and who left which state."""

import pytest

from rnnlint.engine import judge
from rnnlint.facts import UNKNOWN, Batching, Data, Program, Size, Slots, Validation, Windows
from rnnlint.facts.sizes import multiply, symbol
from rnnlint.infer.batches import Batches, Feed, fitting_rows, fitting_sizes, judge_batches
from rnnlint.infer.states import Continuation, continuation
from rnnlint.packs import load_rules
from tests.rules.build import call, data, epochs, over_data, program, recurrent_model

RULES = load_rules()


def found(name: str, given: Program) -> list[int]:
    """Lines where the rule speaks."""
    return [getattr(finding.location, "line", 0) for finding in judge(given, [RULES[name]])]


def windows(stride: Size, length: Size = 10, sequences: Size = 1, order: str = "sequence") -> Windows:
    return Windows(1, length, stride, sequences=sequences, order=order)


@pytest.mark.parametrize(
    ("cut", "size", "rows", "wanted"),
    [
        (windows(10), 1, 40, Continuation.CONTINUES),
        (windows(1), 1, 40, Continuation.OVERLAPS),
        (windows(1), 10, 40, Continuation.CONTINUES),
        (windows(1), 20, 40, Continuation.GAP),
        (windows(10), 4, 40, Continuation.GAP),
        (windows(10, sequences=4, order="window"), 4, 40, Continuation.CONTINUES),
        (windows(10, sequences=4, order="window"), 3, 40, Continuation.ANOTHER),
        (windows(10, sequences=4, order="sequence"), 20, 40, Continuation.ANOTHER),
        (windows(10, sequences=4, order="sequence"), 1, 40, Continuation.CONTINUES),
        (windows(10, sequences=UNKNOWN), 4, 40, Continuation.UNKNOWN),
        (windows(UNKNOWN), 4, 40, Continuation.UNKNOWN),
        (windows(10), UNKNOWN, 40, Continuation.UNKNOWN),
    ],
)
def test_continuation(cut: Windows, size: Size, rows: Size, wanted: Continuation) -> None:
    assert continuation(cut, size, rows) is wanted


@pytest.mark.parametrize(
    ("rows", "size", "wanted"),
    [
        (8, 4, Batches.FULL),
        (9, 4, Batches.ONE),
        (10, 4, Batches.PARTIAL),
        (3, 4, Batches.PARTIAL),
        (8, 2, Batches.OTHER),
        (4, 32, Batches.FULL),
        (5, 32, Batches.OTHER),
        (UNKNOWN, 4, Batches.UNKNOWN),
        (8, UNKNOWN, Batches.UNKNOWN),
        (symbol("n"), 4, Batches.UNKNOWN),
        (multiply(4, symbol("n")), 4, Batches.FULL),
        (symbol("n"), 2, Batches.OTHER),
        (symbol("n"), 32, Batches.UNKNOWN),
    ],
)
def test_batches_of_a_model_of_four_rows(rows: Size, size: Size, wanted: Batches) -> None:
    assert judge_batches(4, Feed(rows, size)) is wanted


def test_what_would_fit() -> None:
    assert fitting_rows(103, 32) == [96, 128]
    assert fitting_sizes(103) == [103]
    assert fitting_sizes(96)[:3] == [96, 48, 32]
    assert fitting_rows(20, 32) == [32]


def test_pieces_of_four_sequences() -> None:
    model = recurrent_model()
    wrong = data(12, 10, 1, windows=windows(10, sequences=4))
    right = data(12, 10, 1, windows=windows(10, sequences=4, order="window"))
    assert found("stateful-batch-layout", program(call("fit", model, 5, wrong, batch_size=4))) == [5]
    assert found("stateful-batch-layout", program(call("fit", model, 5, right, batch_size=4))) == []


def test_windows_handed_over_one_by_one() -> None:
    model = recurrent_model(batch=1)
    one = data(1, 10, 1, windows=windows(1))
    predict, reset = call("predict", model, 5, one, batch_size=1), call("reset_states", model, 6)
    assert found("stateful-overlapping-windows", program(over_data(predict))) == [5]
    assert found("stateful-overlapping-windows", program(over_data(reset, predict))) == []


def test_a_reset_in_a_loop_around_the_loop_over_data() -> None:
    model = recurrent_model(batch=1)
    train = call("train_on_batch", model, 5, data(1, 10, 1), batch_size=None)
    reset = call("reset_states", model, 6)
    assert found("stateful-missing-reset", program(epochs(over_data(train)))) == [5]
    assert found("stateful-missing-reset", program(epochs(over_data(train), reset))) == []
    assert found("stateful-missing-reset", program(over_data(train))) == []


def test_a_reset_in_front_of_all_epochs_is_misplaced_not_missing() -> None:
    model = recurrent_model()
    early, train = call("reset_states", model, 4), call("fit", model, 5, data(8, 10, 1), batch_size=4)
    given = program(early, epochs(train))
    assert found("reset-misplaced", given) == [4]
    assert found("stateful-missing-reset", given) == []


def test_a_generator_goes_on_by_itself() -> None:
    model = recurrent_model()
    endless = data(4, 10, 1, kind="generator", batching=Batching(4, endless=True, restarts=False))
    train = call("fit", model, 5, endless, epochs=3, batch_size=4, rows=UNKNOWN)
    assert found("stateful-missing-reset", program(train)) == []


def test_an_unknown_callback_may_reset() -> None:
    model, x = recurrent_model(), data(8, 10, 1)
    train = call("fit", model, 5, x, epochs=3, batch_size=4, callbacks_known=False)
    assert found("stateful-missing-reset", program(train)) == []


def validated(**facts: object) -> Program:
    model, x = recurrent_model(), data(8, 10, 1)
    held = Validation(Slots((data(8, 10, 1),)), Slots((data(8, 1),)), 4)
    return program(call("fit", model, 5, x, data(8, 1), batch_size=4, validation=held, **facts))


def test_validation_by_callbacks() -> None:
    reset = call("reset_states", recurrent_model(), 9)
    given = validated()
    model = next(given.calls("fit")).model
    reset = call("reset_states", model, 9)
    fit = next(given.calls("fit"))
    assert len(found("stateful-validation", given)) == 1
    assert found("stateful-validation", validated(callbacks_known=False)) == []
    fresh = call("fit", model, 5, data(8, 10, 1), batch_size=4, validation=fit.validation, each_validation=(reset,))
    assert found("stateful-validation", program(fresh)) == []


def prediction(first: Data, second: Data) -> list[int]:
    model = recurrent_model()
    return found(
        "predict-without-reset",
        program(call("fit", model, 5, first, batch_size=4), call("predict", model, 6, second, batch_size=4)),
    )


def test_prediction_for_other_data() -> None:
    one, other = data(8, 10, 1, origins=frozenset({1})), data(8, 10, 1, origins=frozenset({2}))
    derived = data(8, 10, 1, origins=frozenset({1, 3}))
    assert prediction(one, other) == [6]
    assert prediction(one, one) == [6]
    assert prediction(one, derived) == []
    assert prediction(data(8, 10, 1), data(8, 10, 1)) == []


def test_models_that_share_no_layer_share_no_state() -> None:
    one, other = recurrent_model(), recurrent_model()
    x = data(8, 10, 1, origins=frozenset({1}))
    events = call("fit", one, 5, x, batch_size=4), call("predict", other, 6, x, batch_size=4)
    assert found("predict-without-reset", program(*events)) == []


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.family in ("stateful", "data")])
def test_nothing_is_said_where_nothing_is_known(name: str) -> None:
    model = recurrent_model()
    unknown = call("fit", model, 5, batch_size=UNKNOWN, rows=UNKNOWN, shuffle=UNKNOWN, epochs=UNKNOWN)
    vague = call("predict", model, 6, Data(), batch_size=UNKNOWN, rows=UNKNOWN)
    findings = list(judge(program(unknown, vague), [RULES[name]]))
    assert findings == []
