"""What fit accepts as x for an input, against real Keras: fits, is adjusted by an axis of 1, or raises."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rnnlint.facts import Layer, LayerCall, Model, Origin, Shape, Tensor
from rnnlint.infer.feeding import Fate, judge_input

pytestmark = pytest.mark.oracle

DECLARED: list[tuple[int | None, ...]] = [(5, 2), (5, 1), (None, 2), (None, 1), (1, 2)]
GIVEN = [
    *((5, 2), (9, 2), (5, 3), (2, 5), (5,), (5, 2, 1), (5, 1), (5, 1, 1), (10,), (9,), (9, 1)),
    *((1, 2), (2,), (1, 5, 2), (5, 1, 2), (1,)),
]
IDS: list[tuple[int | None, ...]] = [(5,), (None,)]
GIVEN_IDS = [(5,), (9,), (5, 1), (1, 5), (9, 1), (5, 3), (3, 5), (5, 3, 1)]


@pytest.fixture(scope="module", params=[3, 2])
def library(request: pytest.FixtureRequest) -> tuple[int, Any]:
    return request.param, import_module("keras" if request.param == 3 else "tf_keras")


def built(keras: Any, kind: str, declared: tuple[int | None, ...], first: str) -> Any:
    layers = keras.layers
    starts = {
        "LSTM": lambda: [layers.LSTM(2)],
        "Embedding": lambda: [layers.Embedding(20, 3), layers.LSTM(2)],
        "Conv1D": lambda: [layers.Conv1D(3, 1), layers.LSTM(2)],
        "Masking": lambda: [layers.Masking(), layers.LSTM(2)],
        "Bidirectional": lambda: [layers.Bidirectional(layers.LSTM(2))],
    }
    stack = [*starts[first](), layers.Dense(1)]
    if kind == "sequential":
        model = keras.Sequential([keras.Input(declared), *stack])
    else:
        inputs = keras.Input(declared)
        outputs = inputs
        for layer in stack:
            outputs = layer(outputs)
        model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse", run_eagerly=True)
    return model


def fact(kind: str, declared: tuple[int | None, ...], first: str) -> Model:
    tensor = Tensor(Shape.of((None, *declared)), origin=Origin(1, 0))
    start = Layer(1, "input", "InputLayer", "InputLayer", calls=(LayerCall(outputs=(tensor,)),))
    layers = [start, *(Layer(2, "masking", "Masking", "Masking") for _ in range(first == "Masking"))]
    kinds = "LSTM" if first == "Masking" else first
    layers.append(Layer(3, "first", kinds, kinds))
    return Model(1, "model", "Model", kind, layers=tuple(layers), inputs=(tensor,), built=True)


Case = tuple[str, tuple[int | None, ...], tuple[int, ...]]
"""First layer, declared shape and given shape, without the batch."""


def disagreements(version: int, keras: Any, cases: list[Case]) -> list[str]:
    wrong = []
    for first, declared, given in cases:
        for kind in ("sequential", "functional"):
            model = built(keras, kind, declared, first)
            x = np.random.default_rng(1).integers(0, 9, (4, *given)).astype("float32")
            try:
                model.fit(x, np.zeros((4, 1)), batch_size=4, verbose=0)
                real = {Fate.FITS, Fate.ADJUSTED, Fate.UNKNOWN}
            except Exception:
                real = {Fate.RANK, Fate.SIZE, Fate.UNKNOWN}
            fate, _ = judge_input(fact(kind, declared, first), 0, Shape.of((4, *given)), version)
            if fate not in real:
                wrong.append(f"{kind} {first} {declared} {given}: {fate}")
    return wrong


RECURRENT: list[Case] = [("LSTM", declared, given) for declared in DECLARED for given in GIVEN]


def test_recurrent_layer_first(library: tuple[int, Any]) -> None:
    assert disagreements(*library, RECURRENT[::9]) == []


@pytest.mark.wide
def test_recurrent_layer_first_on_every_shape(library: tuple[int, Any]) -> None:
    assert disagreements(*library, RECURRENT) == []


def test_embedding_first(library: tuple[int, Any]) -> None:
    cases: list[Case] = [("Embedding", declared, given) for declared in IDS for given in GIVEN_IDS]
    assert disagreements(*library, cases[::3]) == []


def test_other_layers_first(library: tuple[int, Any]) -> None:
    given = [(9, 2), (5, 3), (2, 5), (5, 2, 1), (5,), (10,)]
    firsts = ("Conv1D", "Masking", "Bidirectional")
    cases: list[Case] = [(first, (5, 2), shape) for first in firsts for shape in given]
    assert disagreements(*library, cases[::4]) == []


def test_it_is_known_what_most_of_them_do() -> None:
    fates = [
        judge_input(fact(kind, declared, "LSTM"), 0, Shape.of((4, *given)), version)[0]
        for declared in DECLARED
        for given in GIVEN
        for kind in ("sequential", "functional")
        for version in (2, 3)
    ]
    assert fates.count(Fate.UNKNOWN) * 8 < len(fates)


@pytest.mark.parametrize("steps", [5, 9])
def test_one_sample_without_its_batch_axis_is_read_as_samples_of_one_step(library: tuple[int, Any], steps: int) -> None:
    _, keras = library
    model = built(keras, "sequential", (steps, 1), "LSTM")
    assert model.predict(np.zeros((steps, 1)), verbose=0).shape == (steps, 1)
