"""TensorFlow functions on symbolic tensors of Keras 2, and nodes of a TensorFlow graph, as operations of Keras 3."""

from collections.abc import Mapping, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Layer, Tensor, Unknown
from rnnlint.infer.operations import Values, run, values_of
from rnnlint.infer.options import as_sequence
from rnnlint.infer.registry import Arriving, Leaving, transfer

TENSORFLOW: Mapping[str, str] = {
    "__operators__.add": "Add",
    "__operators__.getitem": "GetItem",
    "abs": "Absolute",
    "argmax": "Argmax",
    "cast": "Cast",
    "clip_by_value": "Clip",
    "concat": "Concatenate",
    "einsum": "Einsum",
    "equal": "Equal",
    "exp": "Exp",
    "expand_dims": "ExpandDims",
    "identity": "Identity",
    "linalg.matmul": "Matmul",
    "matmul": "Matmul",
    "one_hot": "OneHot",
    "ones_like": "OnesLike",
    "ones": "Ones",
    "repeat": "Repeat",
    "reshape": "Reshape",
    "reverse": "Flip",
    "shape": "Shape",
    "sigmoid": "Sigmoid",
    "split": "Split",
    "sqrt": "Sqrt",
    "square": "Square",
    "squeeze": "Squeeze",
    "stack": "Stack",
    "stop_gradient": "StopGradient",
    "tanh": "Tanh",
    "tile": "Tile",
    "transpose": "Transpose",
    "unstack": "Unstack",
    "where": "Where",
    "zeros": "Zeros",
    "zeros_like": "ZerosLike",
    **{f"math.{name}": op for name, op in {
        "abs": "Absolute", "add": "Add", "argmax": "Argmax", "divide": "Divide", "equal": "Equal", "exp": "Exp",
        "greater": "Greater", "greater_equal": "GreaterEqual", "less": "Less", "less_equal": "LessEqual",
        "log": "Log", "logical_and": "LogicalAnd", "logical_not": "LogicalNot", "logical_or": "LogicalOr",
        "maximum": "Maximum", "minimum": "Minimum", "mod": "Mod", "multiply": "Multiply", "negative": "Negative",
        "not_equal": "NotEqual", "pow": "Power", "reduce_all": "All", "reduce_any": "Any", "reduce_max": "Max",
        "reduce_mean": "Mean", "reduce_min": "Min", "reduce_prod": "Prod", "reduce_sum": "Sum", "sigmoid": "Sigmoid",
        "softmax": "Softmax", "sqrt": "Sqrt", "square": "Square", "subtract": "Subtract", "tanh": "Tanh",
        "truediv": "TrueDivide", "l2_normalize": "Normalize",
    }.items()},
    **{f"nn.{name}": op for name, op in {
        "elu": "Elu", "gelu": "Gelu", "leaky_relu": "LeakyRelu", "relu": "Relu", "relu6": "Relu6", "selu": "Selu",
        "sigmoid": "Sigmoid", "softmax": "Softmax", "softplus": "Softplus", "swish": "Silu", "tanh": "Tanh",
    }.items()},
}  # fmt: skip
"""TensorFlow functions -> operations of Keras 3."""

NODES: Mapping[str, str] = {
    "AddV2": "Add", "BiasAdd": "Add", "ConcatV2": "Concatenate", "Mul": "Multiply", "Sub": "Subtract",
    "RealDiv": "Divide", "Neg": "Negative", "Abs": "Absolute", "Pack": "Stack", "BatchMatMulV2": "Matmul",
    "MatMul": "Matmul", "Pow": "Power",
}  # fmt: skip
"""Nodes of a TensorFlow graph -> operations of Keras 3, where the names differ."""


@transfer("TFOpLambda", "SlicingOpLambda")
def tensorflow_function(layer: Layer, arriving: Arriving) -> Leaving:
    """A TensorFlow function on a symbolic tensor of Keras 2."""
    function = layer.options.get("function")
    name = TENSORFLOW.get(function.rpartition("v1.")[2], "") if isinstance(function, str) else ""
    return run(name, values_of({}, arriving), arriving)


@transfer("TensorFlowOpLayer")
def tensorflow_node(layer: Layer, arriving: Arriving) -> Leaving:
    """A node of a TensorFlow graph, its constants by position."""
    node, constants = layer.options.get("node_def"), layer.options.get("constants")
    if not isinstance(node, Mapping) or not isinstance(constants, Mapping | None):
        return Leaving((Tensor(),))
    args = _filled(arriving.tensors, constants or {})
    attributes = node.get("attr") if isinstance(node.get("attr"), Mapping) else {}
    assert isinstance(attributes, Mapping)
    op = node.get("op")
    if op == "StridedSlice":
        return run("GetItem", Values((args[0], _strided(args, attributes)), {}, arriving.keras), arriving)
    named = {"keepdims": _attribute(attributes, "keep_dims", "b")} if "keep_dims" in attributes else {}
    if op == "ConcatV2":
        args = (list(args[:-1]), args[-1])
    elif op == "Pack":
        args, named = (list(args),), {"axis": _attribute(attributes, "axis", "i")}
    elif op == "Split":
        args = (args[1], _attribute(attributes, "num_split", "i"), args[0])
    name = NODES.get(op, op) if isinstance(op, str) else ""
    return run(name, Values(args, named, arriving.keras), arriving)


def _filled(tensors: Sequence[Tensor], constants: Mapping[Any, Any]) -> tuple[Any, ...]:
    """Constants at their positions, tensors in between."""
    fixed = {int(key): value for key, value in constants.items() if isinstance(key, int) or str(key).isdecimal()}
    rest = iter(tensors)
    count = min(len(tensors) + len(fixed), 64)
    return tuple(fixed[index] if index in fixed else next(rest, UNKNOWN) for index in range(count))


def _attribute(attributes: Mapping[Any, Any], name: str, kind: str) -> Any:
    value = attributes.get(name)
    value = value.get(kind, 0) if isinstance(value, Mapping) else value
    if kind == "i" and isinstance(value, str) and value.isdecimal() and len(value) < 10:
        return int(value)
    return value


def _strided(args: Sequence[Any], attributes: Mapping[Any, Any]) -> Any:
    """The key of a StridedSlice: begin, end, strides and bit masks."""
    parts = [as_sequence(part) for part in args[1:4]]
    if len(parts) < 3 or any(isinstance(part, Unknown) for part in parts):
        return UNKNOWN
    names = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    bits = {name: _attribute(attributes, name, "i") or 0 for name in names}
    if not all(isinstance(bit, int) for bit in bits.values()):
        return UNKNOWN
    key: list[Any] = []
    for index, (begin, end, step) in enumerate(zip(*parts, strict=False)):
        bit = 1 << index
        if bits["ellipsis_mask"] & bit:
            key.append(...)
        elif bits["new_axis_mask"] & bit:
            key.append(None)
        elif bits["shrink_axis_mask"] & bit:
            key.append(begin)
        else:
            key.append(
                slice(None if bits["begin_mask"] & bit else begin, None if bits["end_mask"] & bit else end, step)
            )
    return tuple(key)
