"""What losses do with targets of every shape, against real Keras: fits, broadcasts silently, or raises."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rnnlint.facts import Loss, Shape
from rnnlint.infer.losses import Verdict, canonical, judge_target

pytestmark = pytest.mark.oracle

ROWS = 6
OUTPUTS = [(1,), (3,), (4,), (5, 1), (5, 3), (5, 5), (1, 1), (1, 3), (2, 5, 3)]
TARGETS = [
    *((), (1,), (3,), (4,), (5,), (5, 1), (5, 3), (1, 3), (1, 1), (3, 1), (4, 1), (1, 5)),
    *((5, 5), (5, 4), (2, 5, 3), (2, 5), (4, 3), (5, 3, 1), (1, 1, 1), (6,), (6, 3), (6, 1)),
]
LOSSES = [
    *("mse", "huber", "kl_divergence", "binary_crossentropy", "categorical_crossentropy"),
    "sparse_categorical_crossentropy",
]
MORE_LOSSES = [
    *("mae", "mape", "msle", "log_cosh", "poisson", "hinge", "squared_hinge", "categorical_hinge"),
    *("cosine_similarity", "binary_focal_crossentropy", "categorical_focal_crossentropy"),
]


@pytest.fixture(scope="module", params=[3, 2])
def library(request: pytest.FixtureRequest) -> tuple[int, Any]:
    return request.param, import_module("keras" if request.param == 3 else "tf_keras")


def compiled(keras: Any, output: tuple[int, ...], loss: str) -> Any:
    layers = keras.layers
    inputs = keras.Input((2,))
    units = layers.Dense(int(np.prod(output)), activation="sigmoid")(inputs)
    model = keras.Model(inputs, layers.Reshape(output)(units))
    model.compile("sgd", loss, run_eagerly=True)
    return model


def train(model: Any, target: tuple[int, ...], loss: str, rows: int) -> tuple[float, Any, Any]:
    """The loss of one batch, the output before it, and the target. Raises what Keras raises."""
    random = np.random.default_rng(1)
    x = random.random((rows, 2)).astype("float32")
    ids = loss.startswith("sparse")
    y = np.zeros((rows, *target), "int64") if ids else random.random((rows, *target)).astype("float32")
    output = np.asarray(model(x))
    return float(np.mean(model.train_on_batch(x, y))), output, y


def one_by_one(value: float, output: Any, target: Any) -> bool:
    """Whether the mean squared error is that of a comparison number by number."""
    if output.size != target.size:
        return False
    return bool(abs(np.mean((target.reshape(output.shape) - output) ** 2) - value) < 1e-5)


def disagreements(version: int, keras: Any, losses: list[str], rows: int, every: int = 1) -> list[str]:
    """The pairs of shapes, each `every`th of them, of which another thing is said than the library does."""
    wrong, number = [], 0
    for loss in losses:
        name = canonical(loss)
        assert isinstance(name, str)
        for output in OUTPUTS:
            model = compiled(keras, output, loss)
            for target in TARGETS:
                number += 1
                if number % every:
                    continue
                shapes = Shape.of((None, *output)), Shape.of((rows, *target))
                verdict = judge_target(Loss(name), *shapes, version, rows)
                try:
                    value, given, y = train(model, target, loss, rows)
                except Exception:
                    real = {Verdict.RAISES}
                else:
                    real = {Verdict.FITS, Verdict.SILENT}
                    if loss == "mse":
                        real = {Verdict.FITS} if one_by_one(value, given, y) else {Verdict.SILENT}
                if verdict not in real:
                    wrong.append(f"{loss} {output} {target}: {verdict}")
    return wrong


def test_every_shape(library: tuple[int, Any]) -> None:
    assert disagreements(*library, LOSSES, ROWS, every=7) == []


@pytest.mark.wide
@pytest.mark.parametrize("rows", [1, 3, 5, 6])
def test_every_shape_and_loss(library: tuple[int, Any], rows: int) -> None:
    assert disagreements(*library, LOSSES + MORE_LOSSES, rows) == []


@pytest.mark.parametrize("ids", [[0, 1, 3, 2], [0, 1, -1, 2]])
def test_ids_out_of_range_raise_on_a_cpu(library: tuple[int, Any], ids: list[int]) -> None:
    _, keras = library
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(Exception, match=r"(?s)out of range|outside the valid range|Received a label value|label"):
        model.fit(np.zeros((4, 2)), np.array(ids), verbose=0)


@pytest.mark.parametrize("name", ["mse", "MSE", "MeanSquaredError", "mean_squared_error"])
def test_names_of_one_loss(library: tuple[int, Any], name: str) -> None:
    _, keras = library
    found = keras.losses.get(name)
    assert getattr(found, "__name__", type(found).__name__) in ("mean_squared_error", "MeanSquaredError")
    assert canonical(name) == "mean_squared_error"


@pytest.mark.parametrize("output", [(1,), (3,), (5, 1), (5, 3)])
def test_keras_2_compares_what_goes_into_a_sigmoid(output: tuple[int, ...]) -> None:
    keras = import_module("tf_keras")
    x = np.random.default_rng(1).random((ROWS, *output[:-1], 2))
    wrong = []
    for target in [(), (1,), (3,), (5,), (5, 1), (5, 3), (1, 3)]:
        layers = [keras.Input((*output[:-1], 2)), keras.layers.Dense(output[-1], activation="sigmoid")]
        model = keras.Sequential(layers)
        model.compile("sgd", "binary_crossentropy")
        shapes = Shape.of((None, *output)), Shape.of((ROWS, *target))
        verdict = judge_target(Loss("binary_crossentropy"), *shapes, 2, ROWS, sigmoid=True)
        try:
            model.fit(x, np.zeros((ROWS, *target)), verbose=0)
        except Exception:
            runs = False
        else:
            runs = True
        if runs is not (verdict in (Verdict.FITS, Verdict.SILENT)):
            wrong.append(f"{output} {target}: {verdict}, runs: {runs}")
    assert wrong == []
