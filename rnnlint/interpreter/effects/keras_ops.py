"""Operators and functions on symbolic tensors: `x[:, -1]`, `a + b`, keras.ops, keras.backend, keras.activations.

On data the same functions do what those of numpy do.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Data, Shape, Tensor
from rnnlint.infer.registry import Arriving, Leaving, Place, infer
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect, find_effect
from rnnlint.interpreter.keras_facts import layer_fact
from rnnlint.interpreter.keras_inputs import tensor_of
from rnnlint.interpreter.keras_records import record
from rnnlint.interpreter.keras_values import (
    LayerValue,
    TensorValue,
    flatten,
    items_of,
    new_name,
    plain,
    session,
)
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, List, Sequenced, Value, is_size

OPERATORS = {
    "Add": "Add",
    "Sub": "Subtract",
    "Mult": "Multiply",
    "Div": "TrueDivide",
    "FloorDiv": "FloorDivide",
    "Mod": "Mod",
    "Pow": "Power",
    "MatMult": "Matmul",
    "Eq": "Equal",
    "NotEq": "NotEqual",
    "Lt": "Less",
    "LtE": "LessEqual",
    "Gt": "Greater",
    "GtE": "GreaterEqual",
    "BitAnd": "LogicalAnd",
    "BitOr": "LogicalOr",
}
"""Operators of Python -> operations of Keras 3."""

BACKEND = {
    "permute_dimensions": "Transpose",
    "dot": "Matmul",
    "batch_flatten": "BatchFlatten",
    "repeat_elements": "Repeat",
    "reverse": "Flip",
    "pow": "Power",
    "l2_normalize": "Normalize",
    "dropout": "Identity",
    "hard_sigmoid": "HardSigmoid",
    "abs": "Absolute",
    "swish": "Silu",
    "batch_normalization": "BatchNorm",
}
"""Functions of keras.backend, keras.ops and keras.activations that are named otherwise than their operation."""

NUMPY = {
    "Reshape": "reshape", "ExpandDims": "expand_dims", "Squeeze": "squeeze", "Concatenate": "concatenate",
    "Stack": "stack", "Transpose": "transpose", "Mean": "mean", "Sum": "sum", "Max": "max", "Min": "min",
    "Absolute": "abs", "Square": "square", "Sqrt": "sqrt", "Exp": "exp", "Log": "log", "Tile": "tile",
    "Repeat": "repeat", "Zeros": "zeros", "Ones": "ones", "ZerosLike": "zeros_like", "OnesLike": "ones_like",
    "Arange": "arange", "Eye": "eye", "Where": "where", "Clip": "clip", "Maximum": "maximum", "Minimum": "minimum",
    "Argmax": "argmax", "Argmin": "argmin", "Matmul": "matmul", "Add": "add", "Subtract": "subtract",
    "Multiply": "multiply", "Divide": "divide", "TrueDivide": "divide", "Power": "power", "Flip": "flip",
    "Pad": "pad", "Linspace": "linspace", "Full": "full", "Tanh": "tanh", "Sin": "sin", "Cos": "cos",
    "Cumsum": "cumsum", "Round": "round", "Sign": "sign", "Std": "std", "Var": "var", "Negative": "negative",
    "Array": "array", "ConvertToTensor": "array", "Split": "split",
}  # fmt: skip
"""Operations of Keras 3 -> functions of numpy that do the same to data."""


def camel(name: str) -> str:
    """`expand_dims` -> `ExpandDims`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def is_symbolic(args: Sequence[Value], kwargs: Mapping[str, Value]) -> bool:
    """Whether a symbolic tensor is among the arguments."""
    leaves = flatten(tuple(args) + tuple(kwargs.values()))
    return leaves is not None and any(isinstance(leaf, TensorValue) for leaf in leaves)


def operate(
    machine: Machine, kind: str, args: Sequence[Value], kwargs: Mapping[str, Value], node: Any, cls: str = ""
) -> Value:
    """An operation on symbolic tensors."""
    tensors: list[Value] = []
    placed = tuple(_placed(value, tensors, 0) for value in args)
    named = {name: _placed(value, tensors, 0) for name, value in kwargs.items() if name != "name"}
    arguments: dict[str, Any] = {"args": placed, **named}
    if kind == "GetItem":
        arguments = {"key": placed[1] if len(placed) > 1 else UNKNOWN}
    given = kwargs.get("name")
    layer = LayerValue(
        machine.new_id(),
        cls or kind,
        kind,
        given if isinstance(given, str) and given else new_name(machine, kind),
        operation=True,
        location=machine.location(node),
        site=machine.positions.subscript(node) if isinstance(node, ast.Subscript) else None,
    )
    arriving = Arriving(tuple(map(tensor_of, tensors)), arguments=arguments, keras=machine.keras)
    leaving = infer(layer_fact(machine, layer), arriving)
    return record(machine, layer, tensors, arriving, leaving, node)


def _placed(value: Value, tensors: list[Value], depth: int) -> Any:
    if isinstance(value, TensorValue):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, Array):
        return plain(value) if isinstance(value.content, int | tuple) else tensor_of(value)
    if isinstance(value, slice | type(Ellipsis)):
        return value
    items = items_of(value) if isinstance(value, tuple | List) else None
    if items is not None and depth < 4 and len(items) <= 256:
        made = [_placed(item, tensors, depth + 1) for item in items]
        return tuple(made) if isinstance(value, tuple) else made
    return plain(value)


@effect("keras.KerasTensor.__binary__", "keras.KerasTensor.__compare__")
def binary(at: Invocation, operator: Value, left: Value, right: Value) -> Value:
    """`a + b`, `a < b`."""
    kind = OPERATORS.get(operator) if isinstance(operator, str) else None
    return UNKNOWN if kind is None else operate(at.machine, kind, [left, right], {}, at.node)


@effect("keras.KerasTensor.__getitem__")
def get_item(at: Invocation, self: Value, index: Value) -> Value:
    """`x[:, -1]`."""
    return operate(at.machine, "GetItem", [self, index], {}, at.node)


@effect("keras.KerasTensor.__neg__", "keras.KerasTensor.__abs__")
def negative(at: Invocation, self: Value) -> Value:
    """`-x`."""
    return operate(at.machine, "Negative", [self], {}, at.node)


@effect("keras.KerasTensor.__iter__")
def iterate(at: Invocation, self: Value) -> Value:
    """A symbolic tensor has no elements one by one; a call with an unknown number of outputs gives like ones."""
    unsure = isinstance(self, TensorValue) and self.node is not None and not self.node.outputs
    element = TensorValue(Tensor(origin=self.fact.origin), self.node) if unsure else UNKNOWN
    return Sequenced(None, UNKNOWN, element)


@effect("keras.KerasTensor.__len__")
def length(at: Invocation, self: Value) -> Value:
    """Of the first axis, where it has a size."""
    dims = self.dims if isinstance(self, TensorValue) else None
    return dims[0] if dims and is_size(dims[0]) else UNKNOWN


@attribute("keras.KerasTensor.shape", "keras.KerasTensor._keras_shape")
def shape(machine: Machine, self: Any) -> Value:
    """Its sizes, None for any size."""
    return UNKNOWN if self.dims is None else self.dims


@attribute("keras.KerasTensor.ndim", "keras.KerasTensor.rank")
def ndim(machine: Machine, self: Any) -> Value:
    """Number of axes."""
    return UNKNOWN if self.dims is None else len(self.dims)


@attribute("keras.KerasTensor.dtype")
def dtype(machine: Machine, self: Any) -> Value:
    """Its dtype."""
    return self.fact.dtype


@attribute("keras.KerasTensor.name")
def name(machine: Machine, self: Any) -> Value:
    """Its name."""
    return self.node.layer.name if self.node is not None else UNKNOWN


@effect("keras.KerasTensor.get_shape", "keras.backend.int_shape")
def get_shape(at: Invocation, self: Value) -> Value:
    """Its sizes, None for any size."""
    if isinstance(self, TensorValue | Array):
        return UNKNOWN if self.dims is None else self.dims
    return UNKNOWN


@effect("keras.backend.shape", "keras.ops.shape")
def dynamic_shape(at: Invocation, x: Value) -> Value:
    """The sizes while it runs: None for those that only data gives."""
    return get_shape(at, x)


@effect("keras.KerasTensor.set_shape")
def set_shape(at: Invocation, self: Value, shape: Value = UNKNOWN) -> Value:
    """Changes nothing that is known."""
    return None


@effect("builtins.tuple.as_list", "builtins.tuple.to_list")
def as_list(at: Invocation, self: Value) -> Value:
    """`x.get_shape().as_list()`."""
    return at.machine.make_list(list(self)) if isinstance(self, tuple) else UNKNOWN


@attribute("builtins.tuple.ndims", "builtins.tuple.rank")
def ndims(machine: Machine, self: Any) -> Value:
    """`x.shape.ndims`."""
    return len(self)


@attribute("builtins.int.value")
def value_of(machine: Machine, self: Any) -> Value:
    """`x.shape[1].value` of TensorFlow 1."""
    return self


@effect("keras.backend.ndim", "keras.ops.ndim")
def ndim_of(at: Invocation, x: Value) -> Value:
    """Number of axes."""
    dims = x.dims if isinstance(x, TensorValue | Array) else None
    return UNKNOWN if dims is None else len(dims)


@effect("keras.backend.repeat")
def repeat(at: Invocation, x: Value, n: Value = UNKNOWN) -> Value:
    """`K.repeat(x, n)`: (batch, features) -> (batch, n, features)."""
    if not isinstance(x, TensorValue):
        return UNKNOWN
    found = plain(n)
    tensor = x.fact
    shaped = Tensor(UNKNOWN, tensor.dtype, False)
    if isinstance(tensor.shape, Shape) and tensor.shape.rank == 2:
        size = found if is_size(found) else UNKNOWN
        shaped = Tensor(Shape.of((tensor.shape.dims[0], size, tensor.shape.dims[1])), tensor.dtype, False)
    return _given(at, "Repeat", x, shaped)


@effect("keras.backend.batch_flatten")
def batch_flatten(at: Invocation, x: Value) -> Value:
    """All axes but the first become one."""
    if not isinstance(x, TensorValue):
        return UNKNOWN
    before = x.fact.shape
    after = Shape.of((before.batch, before.elements)) if isinstance(before, Shape) else UNKNOWN
    return _given(at, "Reshape", x, Tensor(after, x.fact.dtype, False))


def _given(at: Invocation, kind: str, x: TensorValue, out: Tensor) -> Value:
    """An operation whose result is known already."""
    machine = at.machine
    layer = LayerValue(
        machine.new_id(), kind, kind, new_name(machine, kind), operation=True, location=machine.location(at.node)
    )
    return record(machine, layer, [x], Arriving((x.fact,), keras=machine.keras), Leaving((out,)), at.node)


@effect("keras.backend.is_keras_tensor", "keras.utils.is_keras_tensor")
def is_keras_tensor(at: Invocation, x: Value) -> Value:
    """Whether it is symbolic."""
    return isinstance(x, TensorValue) if x is not UNKNOWN else UNKNOWN


@effect("keras.backend.clear_session", "keras.utils.clear_session", "keras.saving.clear_session")
def clear_session(at: Invocation, *args: Value) -> Value:
    """Names start again."""
    session(at.machine).names.clear()
    return None


@effect("keras.backend.image_data_format", "keras.config.image_data_format")
def image_data_format(at: Invocation) -> Value:
    """The default."""
    return "channels_last"


@effect("keras.backend.floatx", "keras.config.floatx")
def floatx(at: Invocation) -> Value:
    """The default."""
    return "float32"


@effect("keras.backend.epsilon", "keras.config.epsilon")
def epsilon(at: Invocation) -> Value:
    """The default."""
    return 1e-7


@effect("keras.backend.variable", "keras.backend.constant", "keras.Variable")
def variable(at: Invocation, value: Value = UNKNOWN, *args: Value, **kwargs: Value) -> Value:
    """Data."""
    if isinstance(value, TensorValue):
        return value
    return at.machine.effect("numpy.array", value, node=at.node)


@effect(
    "keras.random.normal", "keras.random.uniform", "keras.backend.random_normal", "keras.backend.random_uniform",
    "keras.random.truncated_normal",
)  # fmt: skip
def random(at: Invocation, shape: Value = UNKNOWN, *args: Value, **kwargs: Value) -> Value:
    """Random data of a shape."""
    items = items_of(shape)
    dims = (
        UNKNOWN
        if items is None
        else Shape.of(tuple(item if item is None or is_size(item) else UNKNOWN for item in items))
    )
    return Array(Data("tensor", dims, "float32", source=at.machine.new_id(), location=at.machine.location(at.node)))


@effect("keras.ops.*", "keras.backend.*", "keras.activations.*")
def function(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """Any other function: on symbolic tensors an operation, on data what numpy does."""
    name = at.path.rpartition(".")[2]
    return apply_function(at, BACKEND.get(name) or camel(name))


def apply_function(at: Invocation, kind: str) -> Value:
    """An operation of that kind on the arguments of a call."""
    if is_symbolic(at.args, at.kwargs):
        return operate(at.machine, kind, at.args, at.kwargs, at.node)
    path = f"numpy.{NUMPY.get(kind, '')}"
    if kind == "ConvertToTensor" and "shape" in at.kwargs:
        return at.machine.effect("numpy.full", at.kwargs["shape"], at.args[0] if at.args else 0, node=at.node)
    if kind == "Cast" and at.args and isinstance(at.args[0], Array):
        return at.machine.effect("numpy.ndarray.astype", *at.args, node=at.node, **at.kwargs)
    if kind in NUMPY and find_effect(path) is not None:
        return at.machine.effect(path, *at.args, node=at.node, **at.kwargs)
    return UNKNOWN
