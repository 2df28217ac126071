"""Operators and functions on symbolic tensors, and on data."""

import pytest

from rnnlint.facts import Program, Shape
from rnnlint.interpreter import read_text

PRELUDE = """\
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, layers, ops
from keras import backend as K
x = Input((10, 8))
"""


def program(text: str, keras: int = 3) -> Program:
    (found,) = read_text(PRELUDE + text, "a.py", keras=keras).programs
    return found


@pytest.mark.parametrize(
    ("expression", "dims"),
    [
        ("x[:, -1]", (None, 8)),
        ("x[:, 2:5, :]", (None, 3, 8)),
        ("x[..., None]", (None, 10, 8, 1)),
        ("x + 1.0", (None, 10, 8)),
        ("1.0 - x", (None, 10, 8)),
        ("x * x[:, :1]", (None, 10, 8)),
        ("x > 0", (None, 10, 8)),
        ("ops.mean(x, axis=1)", (None, 8)),
        ("ops.sum(x, axis=-1, keepdims=True)", (None, 10, 1)),
        ("ops.concatenate([x, x], axis=1)", (None, 20, 8)),
        ("ops.transpose(x, (0, 2, 1))", (None, 8, 10)),
        ("ops.expand_dims(x, 1)", (None, 1, 10, 8)),
        ("ops.reshape(x, (-1, 80))", (None, 80)),
        ("ops.softmax(x)", (None, 10, 8)),
        ("ops.stack([x, x], axis=1)", (None, 2, 10, 8)),
        ("K.permute_dimensions(x, (0, 2, 1))", (None, 8, 10)),
        ("K.sum(x, axis=1)", (None, 8)),
        ("K.repeat(x[:, 0], 7)", (None, 7, 8)),
        ("K.batch_flatten(x)", (None, 80)),
        ("tf.reduce_mean(x, axis=1)", (None, 8)),
        ("tf.concat([x, x], axis=-1)", (None, 10, 16)),
        ("tf.transpose(x, perm=[0, 2, 1])", (None, 8, 10)),
        ("tf.reshape(x, (tf.shape(x)[0], 80))", (None, 80)),
        ("keras.activations.relu(x)", (None, 10, 8)),
    ],
)
def test_shapes_of_operations(expression: str, dims: tuple[object, ...]) -> None:
    found = program(f"m = Model(x, {expression})")
    shape = found.models[0].outputs[0].shape
    assert isinstance(shape, Shape)
    assert shape.dims == dims
    assert found.models[0].complete


@pytest.mark.parametrize(
    "question",
    [
        "x.shape[-1]",
        "x.shape.as_list()[-1]",
        "x.get_shape().as_list()[-1]",
        "x.shape[2].value",
        "int(x.shape[-1])",
        "K.int_shape(x)[-1]",
        "len(x.shape) + 5",
        "K.ndim(x) + 5",
        "x._keras_shape[2]",
        "ops.shape(x)[2]",
    ],
)
def test_programs_ask_for_sizes(question: str) -> None:
    found = program(f"m = Model(x, layers.Dense({question})(x))")
    shape = found.models[0].outputs[0].shape
    assert isinstance(shape, Shape)
    assert shape.dims[-1] == 8


def test_an_operation_is_no_layer_of_the_program() -> None:
    found = program("m = Model(x, x[:, -1] * 2)")
    made = found.models[0]
    assert [(layer.kind, layer.operation) for layer in made.layers] == [
        ("InputLayer", False),
        ("GetItem", True),
        ("Multiply", True),
    ]
    (call,) = made.layers[1].calls
    assert call.arguments["key"] == (slice(None), -1)


def test_functions_that_are_not_known_give_nothing() -> None:
    found = program("m = Model(x, layers.Dense(3)(ops.some_function_to_come(x)))")
    made = found.models[0]
    assert not isinstance(made.layers[1].calls[0].output.shape, Shape)


def test_the_same_functions_on_data() -> None:
    found = program(
        """
d = tf.reshape(tf.zeros((6, 40)), (6, 5, 8))
e = ops.expand_dims(tf.reduce_mean(d, axis=2), -1)
keras.Sequential([layers.LSTM(2)]).fit(d, e)
"""
    )
    (fit,) = found.calls("fit")
    assert [data.shape.dims for data in (*fit.x.known, *fit.y.known) if isinstance(data.shape, Shape)] == [
        (6, 5, 8),
        (6, 5, 1),
    ]
