"""What models with a fixed batch size do with batches of every size, against real Keras."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rnnlint.infer.batches import Batches, Feed, judge_batches

pytestmark = pytest.mark.oracle

FIXED = 4


@pytest.fixture(scope="module", params=[3, 2])
def library(request: pytest.FixtureRequest) -> tuple[int, Any]:
    return request.param, import_module("keras" if request.param == 3 else "tf_keras")


def model(keras: Any, stateful: bool) -> Any:
    layers = keras.layers
    made = keras.Sequential(
        [keras.Input(batch_shape=(FIXED, 3, 1)), layers.LSTM(2, stateful=stateful), layers.Dense(1)]
    )
    made.compile("sgd", "mse")
    return made


def runs(keras: Any, stateful: bool, name: str, rows: int, size: int | None) -> bool:
    made, x, y = model(keras, stateful), np.zeros((rows, 3, 1), "float32"), np.zeros((rows, 1), "float32")
    try:
        if name == "fit":
            made.fit(x, y, batch_size=size, shuffle=False, verbose=0)
        elif name == "evaluate":
            made.evaluate(x, y, batch_size=size, verbose=0)
        else:
            made.predict(x, batch_size=size, verbose=0)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("name", ["fit", "predict"])
@pytest.mark.parametrize("rows", [9, 10])
def test_remainders(library: tuple[int, Any], name: str, rows: int) -> None:
    """Full batches run, a last one of several rows raises, a last one of one row is taken without a word."""
    verdict = judge_batches(FIXED, Feed(rows, FIXED))
    assert verdict is {0: Batches.FULL, 1: Batches.ONE}.get(rows % FIXED, Batches.PARTIAL)
    assert runs(library[1], True, name, rows, FIXED) == (verdict is not Batches.PARTIAL)
    assert runs(library[1], False, name, rows, FIXED)


@pytest.mark.parametrize(("rows", "size"), [(8, 2), (8, None), (4, None)])
def test_other_sizes(library: tuple[int, Any], rows: int, size: int | None) -> None:
    verdict = judge_batches(FIXED, Feed(rows, size or 32))
    assert runs(library[1], True, "predict", rows, size) == (verdict is Batches.FULL)
    assert runs(library[1], False, "predict", rows, size)


def test_one_row_alone(library: tuple[int, Any]) -> None:
    version, keras = library
    assert judge_batches(FIXED, Feed(1, 32)) is Batches.OTHER
    assert runs(keras, True, "fit", 1, FIXED)
    assert runs(keras, True, "predict", 1, None) == (version == 2)


@pytest.mark.parametrize(("rows", "split"), [(12, 0.25), (16, 0.25)])
def test_splits(library: tuple[int, Any], rows: int, split: float) -> None:
    kept = int(rows * (1.0 - split))
    feeds = [Feed(kept, FIXED), Feed(rows - kept, FIXED)]
    made = model(library[1], stateful=True)
    x, y = np.zeros((rows, 3, 1), "float32"), np.zeros((rows, 1), "float32")
    try:
        made.fit(x, y, batch_size=FIXED, shuffle=False, validation_split=split, verbose=0)
        ran = True
    except Exception:
        ran = False
    assert ran == all(judge_batches(FIXED, fed) is not Batches.PARTIAL for fed in feeds)
