"""TensorFlow functions on symbolic tensors of Keras 2, against tf_keras."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from rnnlint.facts import Layer
from rnnlint.infer.registry import Arriving, Leaving, Place, infer
from tests.oracle.specs import differences, flat, given, known

pytestmark = pytest.mark.oracle

tf = import_module("tensorflow")
tf_keras = import_module("tf_keras")

Build = Callable[..., Any]

OPERATIONS: list[tuple[str, Build]] = [
    ("add", lambda x, y: x + y),
    ("add a number", lambda x, y: x + 1.0),
    ("multiply", lambda x, y: x * y),
    ("mean", lambda x, y: tf.reduce_mean(x, axis=1)),
    ("mean kept", lambda x, y: tf.reduce_mean(x, axis=1, keepdims=True)),
    ("sum of all", lambda x, y: tf.reduce_sum(x)),
    ("max", lambda x, y: tf.reduce_max(x, axis=-1)),
    ("last step", lambda x, y: x[:, -1]),
    ("last step, all given", lambda x, y: x[:, -1, :]),
    ("from the end", lambda x, y: x[:, -2:]),
    ("new axis", lambda x, y: x[:, tf.newaxis]),
    ("ellipsis", lambda x, y: x[..., 0]),
    ("reshape", lambda x, y: tf.reshape(x, (-1, 6))),
    ("transpose", lambda x, y: tf.transpose(x, (0, 2, 1))),
    ("transpose all", lambda x, y: tf.transpose(x)),
    ("expand", lambda x, y: tf.expand_dims(x, 1)),
    ("squeeze", lambda x, y: tf.squeeze(tf.expand_dims(x, 1), axis=1)),
    ("concat", lambda x, y: tf.concat([x, y], axis=-1)),
    ("stack", lambda x, y: tf.stack([x, x], axis=1)),
    ("tile", lambda x, y: tf.tile(x, (1, 2, 3))),
    ("split", lambda x, y: tf.split(x, 3, axis=-1)),
    ("split sizes", lambda x, y: tf.split(x, [1, 2], axis=-1)),
    ("unstack", lambda x, y: tf.unstack(x, axis=-1)),
    ("relu", lambda x, y: tf.nn.relu(x)),
    ("softmax", lambda x, y: tf.nn.softmax(x)),
    ("cast", lambda x, y: tf.cast(x, "int32")),
    ("matmul", lambda x, y: tf.matmul(x, tf.transpose(y, (0, 2, 1)))),
    ("one hot", lambda x, y: tf.one_hot(tf.cast(x, "int32"), 7)),
    ("shape", lambda x, y: tf.shape(x)),
    ("exp", lambda x, y: tf.exp(x)),
]

SHAPES = [
    ((None, 6, 3), (None, 6, 3)),
    ((2, 6, 3), (2, 6, 3)),
    ((None, None, 3), (None, None, 3)),
    ((None, 6, 3), (None, 1, 3)),
]


def placed(value: Any, tensors: list[Any]) -> Any:
    """The arguments of a call with a place for each tensor."""
    if hasattr(value, "_keras_history"):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, list | tuple):
        return type(value)(placed(part, tensors) for part in value)
    return getattr(value, "name", value) if isinstance(value, tf.DType) else value


def inferred(outputs: list[Any]) -> Leaving:
    """The same function inferred from what the graph says of it."""
    history = outputs[0]._keras_history
    node = history.layer._inbound_nodes[history.node_index]
    tensors: list[Any] = []
    arguments = {"args": placed(node.call_args, tensors)}
    arguments |= {name: placed(value, tensors) for name, value in node.call_kwargs.items()}
    kind = type(history.layer).__name__
    layer = Layer(1, kind.lower(), kind, kind, history.layer.get_config())
    return infer(layer, Arriving(given(tensors), (), arguments, 2))


@pytest.mark.parametrize(("name", "build"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_functions_as_tensorflow_has_them(name: str, build: Build) -> None:
    for a, b in SHAPES:
        try:
            outputs = flat(build(tf_keras.Input(batch_shape=a), tf_keras.Input(batch_shape=b)))
        except (ValueError, TypeError):
            continue
        leaving = inferred(outputs)
        assert not leaving.problems
        assert not differences(leaving, outputs), (a, b)
        if None not in a[1:]:
            assert known(leaving), (a, b)
