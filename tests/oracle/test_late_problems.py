"""What Keras 3 accepts when a model is built and refuses when data arrives: each such claim, on data."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from tests.oracle.specs import Spec, call_ours, call_real, ours, raising, real, spec

pytestmark = pytest.mark.oracle

keras = import_module("keras")
np = import_module("numpy")

Dims = tuple[int, ...]

LATE: list[tuple[Spec, list[Dims], list[Dims], bool]] = [
    (spec("LSTM", 3), [(6, 5)], [(3,)], False),
    (spec("LSTM", 3), [(6, 5)], [(3,), (3,), (3,)], False),
    (spec("LSTM", 3), [(6, 5)], [(4,), (4,)], False),
    (spec("GRU", 3), [(6, 5)], [(4,)], False),
    (spec("SimpleRNN", 3), [(6, 5)], [(3,), (3,)], False),
    (spec("Bidirectional", spec("LSTM", 3)), [(6, 5)], [(3,), (3,)], False),
    (spec("RNN", spec("LSTMCell", 3)), [(6, 5, 4)], [], False),
    (spec("TimeDistributed", spec("LSTM", 3)), [(6, 5, 4, 3)], [], False),
    (spec("TimeDistributed", spec("MaxPooling1D", 2)), [(6, 5)], [], False),
    (spec("TimeDistributed", spec("MaxPooling2D", 2)), [(6, 5, 4)], [], False),
    (spec("TimeDistributed", spec("RepeatVector", 2)), [(6, 5, 4)], [], False),
    (spec("Attention"), [(6, 5), (6, 4)], [], False),
    (spec("ConvLSTM1D", 3, 2), [(6, 5, 4)], [], True),
    (spec("Softmax"), [(6, 5)], [], True),
    (
        spec("Bidirectional", spec("LSTM", 3), merge_mode="sum", backward_layer=spec("LSTM", 2, go_backwards=True)),
        [(6, 5)], [], False,
    ),
]  # fmt: skip

FINE: list[tuple[Spec, list[Dims], list[Dims], bool]] = [
    (spec("LSTM", 3), [(6, 5)], [(3,), (3,)], False),
    (spec("GRU", 3), [(6, 5)], [(3,), (3,)], False),
    (spec("Bidirectional", spec("LSTM", 3)), [(6, 5)], [(3,)] * 4, False),
    (spec("TimeDistributed", spec("LSTM", 3)), [(6, 5, 4)], [], False),
    (spec("TimeDistributed", spec("GlobalMaxPooling1D")), [(6, 5)], [], False),
    (spec("TimeDistributed", spec("Flatten")), [(6, 5)], [], False),
    (spec("ConvLSTM1D", 3, 2, padding="same"), [(6, 5, 4)], [], True),
    (spec("Attention"), [(6, 5), (7, 5)], [], False),
]


def run(made: Spec, shapes: list[Dims], states: list[Dims], masked: bool) -> tuple[list[str], Callable[[], Any]]:
    """What is claimed of a model of this call alone, and a function that feeds it."""
    inputs = [keras.Input(shape) for shape in shapes]
    given = [keras.Input(shape) for shape in states]
    read = [keras.layers.Masking()(inputs[0])] if masked else inputs
    outputs = call_real(real(made, keras), read, given, len(read) > 1)
    leaving = call_ours(ours(made, 3), read, given, 3)
    assert not [problem for problem in leaving.problems if problem.when == "build"]
    model = keras.Model(inputs + given, outputs)
    data = [np.ones((2, *shape), "float32") for shape in shapes + states]
    return raising(leaving), lambda: model.predict(data, verbose=0)


@pytest.mark.parametrize("case", LATE, ids=lambda case: str(case[0]))
def test_refused_when_data_arrives(case: tuple[Spec, list[Dims], list[Dims], bool]) -> None:
    claims, predict = run(*case)
    assert claims
    with pytest.raises(Exception):  # noqa: B017 (Keras, TensorFlow and Python raise all sorts)
        predict()


@pytest.mark.parametrize("case", FINE, ids=lambda case: str(case[0]))
def test_fine_when_data_arrives(case: tuple[Spec, list[Dims], list[Dims], bool]) -> None:
    claims, predict = run(*case)
    assert not claims
    predict()
