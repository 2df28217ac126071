"""What a problem says: of which layer, what arrives, what is read, when Keras raises, and what would have come out."""

from typing import Any

import pytest

from rnnlint.facts import UNKNOWN, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import symbol
from rnnlint.infer.naming import needs
from rnnlint.infer.registry import Arriving, Leaving, infer
from tests.oracle.specs import Spec, ours, spec


def on(made: Spec, *dims: Any, keras: int | Unknown = 3, mask: bool = False) -> Leaving:
    return infer(ours(made, 3), Arriving((Tensor(Shape.of(dims), "float32", mask),), keras=keras))


def only(leaving: Leaving) -> Problem:
    assert len(leaving.problems) == 1, leaving.problems
    return leaving.problems[0]


def test_rank_of_a_recurrent_layer() -> None:
    leaving = on(spec("LSTM", 4), None, 32)
    problem = only(leaving)
    assert (problem.kind, problem.when, problem.layer) == ("rank", "build", "")
    assert str(problem.gives) == "(batch=None, features=32)"
    assert str(problem.needs) == "(batch=None, time=?, features=?)"
    assert leaving.outputs is not None and str(leaving.outputs[0].shape) == "(batch=None, units=4)"


def test_sequences_after_a_wrong_rank() -> None:
    leaving = on(spec("LSTM", 4, return_sequences=True), None, 32)
    assert leaving.outputs is not None and str(leaving.outputs[0].shape) == "(batch=None, time=?, units=4)"


def test_rank_inside_time_distributed() -> None:
    made = ours(spec("TimeDistributed", spec("LSTM", 4)), 3)
    leaving = infer(made, Arriving((Tensor(Shape.of((None, 6, 8))),), keras=3))
    problem = only(leaving)
    assert (problem.kind, problem.layer) == ("rank", made.wraps[0].path)
    assert str(problem.gives) == "(batch=None, time=6, features=8)"
    assert str(problem.needs) == "(batch=None, super_steps=?, time=?, features=?)"


def test_time_distributed_on_rows() -> None:
    problem = only(on(spec("TimeDistributed", spec("Dense", 4)), None, 8))
    assert (problem.kind, str(problem.needs)) == ("rank", "(batch=None, time=?, features=?)")


def test_rank_of_a_bidirectional_is_its_own() -> None:
    problem = only(on(spec("Bidirectional", spec("GRU", 4)), None, 8))
    assert (problem.kind, problem.layer) == ("rank", "")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (spec("RepeatVector", 3), "(batch=None, features=?)"),
        (spec("ConvLSTM2D", 4, 3), "(batch=None, time=?, height=?, width=?, channels=?)"),
        (spec("Conv2D", 4, 3), "(batch=None, height=?, width=?, channels=?)"),
        (spec("Conv1D", 4, 3), "(batch=None, time=?, features=?)"),
        (spec("TimeDistributed", spec("Conv2D", 4, 3)), "(batch=None, time=?, height=?, width=?, channels=?)"),
        (spec("TimeDistributed", spec("TimeDistributed", spec("LSTM", 3))),
         "(batch=None, time=?, super_steps=?, time=?, features=?)"),
        (spec("Dense", 3), "None"),
        (spec("Dropout", 0.1), "None"),
    ],
)  # fmt: skip
def test_needs(made: Spec, text: str) -> None:
    if made.cls == "TimeDistributed" and made.args[0].cls == "TimeDistributed":
        shape = needs(ours(made, 3))
        assert shape is not None and shape.rank == 5
    else:
        assert str(needs(ours(made, 3))) == text


@pytest.mark.parametrize(
    ("made", "dims", "raises"),
    [
        (spec("LSTM", 3, stateful=True), (None, 6, 5), True),
        (spec("LSTM", 3, stateful=True), (4, 6, 5), False),
        (spec("LSTM", 3, stateful=True), (symbol("n"), 6, 5), False),
        (spec("LSTM", 3, stateful=True), (UNKNOWN, 6, 5), False),
        (spec("LSTM", 3), (None, 6, 5), False),
        (spec("Bidirectional", spec("LSTM", 3, stateful=True)), (None, 6, 5), True),
        (spec("TimeDistributed", spec("LSTM", 3, stateful=True)), (None, 2, 6, 5), True),
    ],
)
def test_stateful_needs_a_fixed_batch(made: Spec, dims: tuple[Any, ...], raises: bool) -> None:
    kinds = [problem.kind for problem in on(made, *dims).problems]
    assert kinds == (["stateful-batch"] if raises else [])


@pytest.mark.parametrize(
    ("made", "dims"),
    [
        (spec("Reshape", (7, 7)), (None, 6, 5)),
        (spec("Reshape", (-1, 7)), (None, 6, 5)),
        (spec("Conv1D", 3, 9), (None, 6, 5)),
        (spec("MaxPooling1D", 9), (None, 6, 5)),
        (spec("Cropping1D", 4), (None, 6, 5)),
    ],
)
def test_sizes_that_do_not_fit(made: Spec, dims: tuple[Any, ...]) -> None:
    assert only(on(made, *dims)).kind == "size"


@pytest.mark.parametrize(
    ("made", "dims"),
    [
        (spec("Reshape", (5, 7)), (None, symbol("n"), 5)),
        (spec("Conv1D", 3, 9), (None, None, 5)),
        (spec("Conv1D", 3, 9), (None, symbol("n"), 5)),
        (spec("MaxPooling1D", 9), (None, UNKNOWN, 5)),
        (spec("LSTM", 3), (None, None, symbol("n"))),
    ],
)
def test_what_cannot_be_decided_is_silent(made: Spec, dims: tuple[Any, ...]) -> None:
    assert not on(made, *dims).problems


def test_when_the_version_decides() -> None:
    states = (Tensor(Shape.of((None, 9)), "float32", False),)
    for keras, when in ((3, "call"), (2, "build")):
        leaving = infer(ours(spec("GRU", 3), keras), Arriving((Tensor(Shape.of((None, 6, 5))),), states, keras=keras))
        assert (only(leaving).kind, only(leaving).when) == ("state-width", when)


def test_opaque_layers() -> None:
    made = ours(spec("Lambda", None), 3)
    leaving = infer(made, Arriving((Tensor(Shape.of((None, 6, 5))),), keras=3))
    assert leaving.outputs is not None and leaving.outputs[0].shape is UNKNOWN and not leaving.problems
    made = ours(spec("Lambda", None, output_shape=(4,)), 3)
    leaving = infer(made, Arriving((Tensor(Shape.of((None, 6, 5))),), keras=3))
    assert leaving.outputs is not None and str(leaving.outputs[0].shape) == "(batch=None, features=4)"
