"""Operations of `keras.ops` on symbolic tensors, against real Keras 3."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from rnnlint.facts import Layer
from rnnlint.infer.registry import Arriving, Leaving, Place, infer
from tests.oracle.specs import differences, flat, given, known

pytestmark = pytest.mark.oracle

keras = import_module("keras")

Build = Callable[..., Any]

ops = keras.ops

OPERATIONS: list[tuple[str, Build]] = [
    ("add a number", lambda x, y: x + 1.0),
    ("add", lambda x, y: x + y),
    ("subtract", lambda x, y: x - y),
    ("multiply", lambda x, y: x * y),
    ("divide", lambda x, y: x / y),
    ("power", lambda x, y: x**2),
    ("maximum", lambda x, y: ops.maximum(x, y)),
    ("row of an array", lambda x, y: x + ops.ones((3,))),
    ("stretch", lambda x, y: ops.mean(x, axis=1, keepdims=True) * x),
    ("greater", lambda x, y: x > 0),
    ("not equal", lambda x, y: ops.not_equal(x, 0)),
    ("any", lambda x, y: ops.any(ops.not_equal(x, 0), axis=-1)),
    ("where", lambda x, y: ops.where(x > 0, x, y)),
    ("mean", lambda x, y: ops.mean(x, axis=1)),
    ("mean of all", lambda x, y: ops.mean(x)),
    ("mean of two", lambda x, y: ops.mean(x, axis=(1, 2))),
    ("sum", lambda x, y: ops.sum(x, axis=-1, keepdims=True)),
    ("max", lambda x, y: ops.max(x, axis=-2)),
    ("std", lambda x, y: ops.std(x, axis=1)),
    ("argmax", lambda x, y: ops.argmax(x, axis=-1)),
    ("logsumexp", lambda x, y: ops.logsumexp(x, axis=1)),
    ("last step", lambda x, y: x[:, -1]),
    ("last step, all given", lambda x, y: x[:, -1, :]),
    ("first two", lambda x, y: x[:, :2]),
    ("every second", lambda x, y: x[:, ::2, 1:]),
    ("new axis", lambda x, y: x[:, None]),
    ("ellipsis", lambda x, y: x[..., 0]),
    ("ellipsis and new axis", lambda x, y: x[..., None]),
    ("backwards", lambda x, y: x[:, ::-1]),
    ("from the end", lambda x, y: x[:, -2:]),
    ("one column", lambda x, y: x[:, :, 0:1]),
    ("reshape", lambda x, y: ops.reshape(x, (-1, 6))),
    ("reshape to fixed", lambda x, y: ops.reshape(x, (2, 3, 3))),
    ("transpose", lambda x, y: ops.transpose(x, (0, 2, 1))),
    ("transpose all", lambda x, y: ops.transpose(x)),
    ("swapaxes", lambda x, y: ops.swapaxes(x, 1, 2)),
    ("expand", lambda x, y: ops.expand_dims(x, 1)),
    ("expand at the end", lambda x, y: ops.expand_dims(x, -1)),
    ("squeeze", lambda x, y: ops.squeeze(ops.expand_dims(x, 1), 1)),
    ("concatenate", lambda x, y: ops.concatenate([x, y], axis=-1)),
    ("concatenate steps", lambda x, y: ops.concatenate([x, y], axis=1)),
    ("stack", lambda x, y: ops.stack([x, x], axis=1)),
    ("tile", lambda x, y: ops.tile(x, (1, 2, 3))),
    ("repeat", lambda x, y: ops.repeat(x, 3, axis=2)),
    ("split", lambda x, y: ops.split(x, 3, axis=-1)),
    ("split at", lambda x, y: ops.split(x, [1], axis=-1)),
    ("unstack", lambda x, y: ops.unstack(x, axis=-1)),
    ("flip", lambda x, y: ops.flip(x, axis=1)),
    ("roll", lambda x, y: ops.roll(x, 1, axis=1)),
    ("cast", lambda x, y: ops.cast(x, "int32")),
    ("one hot", lambda x, y: ops.one_hot(ops.cast(x, "int32"), 7)),
    ("matmul", lambda x, y: ops.matmul(x, ops.transpose(y, (0, 2, 1)))),
    ("einsum", lambda x, y: ops.einsum("btf,bsf->bts", x, y)),
    ("relu", lambda x, y: ops.relu(x)),
    ("softmax", lambda x, y: ops.softmax(x, axis=1)),
    ("exp", lambda x, y: ops.exp(x)),
    ("tanh", lambda x, y: ops.tanh(x)),
    ("clip", lambda x, y: ops.clip(x, 0, 1)),
    ("cumsum", lambda x, y: ops.cumsum(x, axis=1)),
    ("zeros like", lambda x, y: ops.zeros_like(x)),
    ("logical not", lambda x, y: ops.logical_not(x > 0)),
]

SHAPES = [
    ((None, 6, 3), (None, 6, 3)),
    ((2, 6, 3), (2, 6, 3)),
    ((None, None, 3), (None, None, 3)),
    ((None, 6, 3), (None, 1, 3)),
]


def placed(value: Any, tensors: list[Any]) -> Any:
    """The arguments of a call with a place for each tensor."""
    if type(value).__name__ == "KerasTensor":
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, list | tuple):
        return type(value)(placed(part, tensors) for part in value)
    if hasattr(value, "shape") and not isinstance(value, int | float):
        return given([value])[0]
    return value


def inferred(outputs: list[Any]) -> Leaving:
    """The same operation inferred from what the graph says of it."""
    history = outputs[0]._keras_history
    node = history.operation._inbound_nodes[history.node_index]
    tensors: list[Any] = []
    arguments = {"args": placed(node.arguments.args, tensors)}
    arguments |= {name: placed(value, tensors) for name, value in node.arguments.kwargs.items()}
    kind = type(history.operation).__name__
    layer = Layer(1, kind.lower(), kind, kind, history.operation.get_config(), operation=True)
    return infer(layer, Arriving(given(tensors), (), arguments, 3))


@pytest.mark.parametrize(("name", "build"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_operations_as_keras_has_them(name: str, build: Build) -> None:
    for a, b in SHAPES:
        try:
            outputs = flat(build(keras.Input(batch_shape=a), keras.Input(batch_shape=b)))
        except (ValueError, TypeError):
            continue
        leaving = inferred(outputs)
        assert not leaving.problems
        assert not differences(leaving, outputs), (a, b)
        if None not in a[1:]:
            assert known(leaving), (a, b)


def test_what_does_not_fit_is_foreseen() -> None:
    for kind, shapes in {
        "Add": [(None, 6, 3), (None, 5, 3)],
        "Matmul": [(None, 6, 3), (None, 6, 3)],
    }.items():
        tensors = [keras.Input(batch_shape=shape) for shape in shapes]
        with pytest.raises(ValueError):
            getattr(ops, kind.lower())(*tensors)
        layer = Layer(1, kind.lower(), kind, kind, operation=True)
        assert [p.kind for p in infer(layer, Arriving(given(tensors), keras=3)).problems] == ["merge"]
