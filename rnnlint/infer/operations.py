"""Operations of a graph that are no layers: those of `keras.ops`, and the TensorFlow functions of Keras 2.

The options of an operation (`axis`) stand in `Layer.options`, as Keras 3 saves them, or in the arguments of the call.
Tensors among the arguments are `Place`s (see `Arriving.arguments`); where there are none the tensors come first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import add, divides, equal, floor_divide, multiply
from rnnlint.infer.core import refill
from rnnlint.infer.dtypes import is_float
from rnnlint.infer.options import as_integer, as_sequence, as_size
from rnnlint.infer.registry import Arriving, Leaving, Place, transfer
from rnnlint.infer.slicing import indexed, plain_key, shape_of, without

MAX_DEPTH = 4
"""How deep tensors may lie in lists of arguments."""

MAX_PARTS = 1000
"""A tensor is split into no more parts than these."""


@dataclass(frozen=True, slots=True)
class Values:
    """The arguments of an operation, tensors in their places."""

    args: tuple[Any, ...]
    named: Mapping[str, Any]
    keras: int | Unknown

    def get(self, position: int, *names: str, default: Any = None) -> Any:
        """The argument of one of these names, else the one at the position (-1: by name alone)."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.args[position] if 0 <= position < len(self.args) else default

    @property
    def first(self) -> Tensor:
        """The tensor worked on."""
        for value in (*self.args, *self.named.values()):
            if isinstance(value, Tensor):
                return value
        return Tensor()


@dataclass(frozen=True, slots=True)
class Result:
    """Outputs and problems of an operation."""

    outputs: tuple[Tensor, ...] | None
    problems: tuple[Problem, ...] = ()


Operation = Callable[[Values], Result]

NOT_KNOWN = Result((Tensor(mask=False),))

_operations: dict[str, Operation] = {}


def operation(*names: str) -> Callable[[Operation], Operation]:
    """Registers the rule of operations of `keras.ops`, by the name of their class."""

    def register(function: Operation) -> Operation:
        for name in names:
            _operations[name] = function
        return function

    return register


@transfer("operation")
def keras_operation(layer: Layer, arriving: Arriving) -> Leaving:
    """An operation of Keras 3."""
    return _run(layer.kind, _values(layer.options, arriving), arriving)


@transfer("TFOpLambda", "SlicingOpLambda")
def tensorflow_function(layer: Layer, arriving: Arriving) -> Leaving:
    """A TensorFlow function on a symbolic tensor of Keras 2."""
    function = layer.options.get("function")
    name = TENSORFLOW.get(function.rpartition("v1.")[2], "") if isinstance(function, str) else ""
    return _run(name, _values({}, arriving), arriving)


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
        return _run("GetItem", Values((args[0], _strided(args, attributes)), {}, arriving.keras), arriving)
    named = {"keepdims": _attribute(attributes, "keep_dims", "b")} if "keep_dims" in attributes else {}
    if op == "ConcatV2":
        args = (list(args[:-1]), args[-1])
    elif op == "Pack":
        args, named = (list(args),), {"axis": _attribute(attributes, "axis", "i")}
    elif op == "Split":
        args = (args[1], _attribute(attributes, "num_split", "i"), args[0])
    name = NODES.get(op, op) if isinstance(op, str) else ""
    return _run(name, Values(args, named, arriving.keras), arriving)


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


def _values(options: Mapping[str, Any], arriving: Arriving) -> Values:
    given = arriving.arguments.get("args")
    tensors = arriving.tensors
    args = _placed(given, tensors, 0) if isinstance(given, list | tuple) else None
    named = {
        name: _placed(value, tensors, 0) for name, value in {**options, **arriving.arguments}.items() if name != "args"
    }
    if args is None:
        placed = any(isinstance(value, Place) for value in arriving.arguments.values())
        args = [] if placed else [list(tensors)] if arriving.listed else list(tensors)
    return Values(tuple(args), named, arriving.keras)


def _placed(value: Any, tensors: Sequence[Tensor], depth: int) -> Any:
    """The value with tensors for `Place`s."""
    if isinstance(value, Place):
        return tensors[value.index] if 0 <= value.index < len(tensors) else Tensor()
    if isinstance(value, list | tuple) and depth < MAX_DEPTH:
        return type(value)(_placed(part, tensors, depth + 1) for part in value)
    return value


def _run(name: str, values: Values, arriving: Arriving) -> Leaving:
    function = _operations.get(name)
    result = NOT_KNOWN if function is None else function(values)
    return Leaving(result.outputs, result.problems)


def _made(shape: AnyShape, dtype: str | Unknown) -> Result:
    return Result((Tensor(shape, dtype, False),))


UNARY = (
    "Absolute", "Fabs", "Negative", "Square", "Sqrt", "Rsqrt", "Exp", "Exp2", "Expm1", "Log", "Log10", "Log1p",
    "Log2", "Logaddexp", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Tanh", "Arcsin", "Arccos", "Arctan", "Arcsinh",
    "Arccosh", "Arctanh", "Ceil", "Floor", "Round", "Trunc", "Sign", "Reciprocal", "Clip", "Cumsum", "Cumprod",
    "Flip", "Fliplr", "Flipud", "Roll", "Sort", "Argsort", "Tril", "Triu", "OnesLike", "ZerosLike", "FullLike",
    "EmptyLike", "Copy", "NanToNum", "Conjugate", "Relu", "Relu6", "Sigmoid", "SparseSigmoid", "Softplus",
    "Softsign", "SoftShrink", "SparsePlus", "Silu", "Squareplus", "LogSigmoid", "LeakyRelu", "HardSigmoid",
    "HardSilu", "Elu", "Selu", "Gelu", "Celu", "TanhShrink", "HardTanh", "HardShrink", "Threshold", "Softmax",
    "LogSoftmax", "Sparsemax", "Normalize", "StopGradient", "Erf", "Erfc", "Erfinv", "RMSNorm", "LayerNorm",
    "BatchNorm", "Identity",
)  # fmt: skip
"""Operations that leave the shape as it is."""


def _unary(values: Values) -> Result:
    tensor = values.first
    return _made(tensor.shape, tensor.dtype if is_float(tensor.dtype) is True else UNKNOWN)


operation(*UNARY)(_unary)


@operation("LogicalNot", "Isnan", "Isinf", "Isfinite")
def truth(values: Values) -> Result:
    """A truth for each number."""
    return _made(values.first.shape, "bool")


def broadcast(shapes: Sequence[AnyShape]) -> tuple[AnyShape, bool]:
    """The shape of an operation on several tensors, aligned at the last axis, and whether they do not fit."""
    longest: Shape | None = None
    for shape in shapes:
        if isinstance(shape, Unknown):
            return UNKNOWN, False
        if longest is None or shape.rank > longest.rank:
            longest = shape
    if longest is None:
        return UNKNOWN, False
    axes = list(longest.axes)
    for shape in shapes:
        assert isinstance(shape, Shape)
        for index in range(1, shape.rank + 1):
            size = _stretched(axes[-index].size, shape.dims[-index])
            if size is False:
                return UNKNOWN, True
            assert not isinstance(size, bool)
            axes[-index] = Axis(axes[-index].name, size)
    return Shape(tuple(axes)), False


def _stretched(a: Dim, b: Dim) -> Dim | bool:
    """One size of two; False: they do not fit."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if a is None or b is None:
        other = b if a is None else a
        return other if equal(other, 1) is False else UNKNOWN
    same = equal(a, b)
    if same is True:
        return a
    return False if same is False and equal(a, 1) is False and equal(b, 1) is False else UNKNOWN


BINARY = (
    "Add", "Subtract", "Multiply", "Divide", "DivideNoNan", "TrueDivide", "FloorDivide", "Power", "Maximum",
    "Minimum", "Fmax", "Fmin", "Mod", "Fmod", "Arctan2", "Hypot", "Logaddexp", "Logaddexp2", "Nextafter",
)  # fmt: skip

COMPARING = (
    "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr",
    "LogicalXor", "Isclose",
)  # fmt: skip


def _two(values: Values) -> tuple[Any, Any]:
    return values.get(0, "x1", "x", "a"), values.get(1, "x2", "y", "b")


def _broadcast_result(operands: Sequence[Any], dtype: str | Unknown) -> Result:
    shape, wrong = broadcast([shape_of(operand) for operand in operands])
    if not wrong:
        return _made(shape, dtype)
    shapes = [str(operand.shape) for operand in operands if isinstance(operand, Tensor)]
    return Result((Tensor(UNKNOWN, dtype, False),), (Problem("merge", f"{' and '.join(shapes)} do not fit together"),))


@operation(*BINARY)
def arithmetic(values: Values) -> Result:
    """Two operands, stretched to one shape."""
    operands = _two(values)
    return _broadcast_result(operands, _common_dtype(operands))


@operation(*COMPARING)
def comparison(values: Values) -> Result:
    """The same, with truths as the result."""
    return _broadcast_result(_two(values), "bool")


@operation("Where")
def where(values: Values) -> Result:
    """One of two by a condition."""
    operands = [values.get(0, "condition"), values.get(1, "x1", "x"), values.get(2, "x2", "y")]
    if operands[1] is None or operands[2] is None:
        return NOT_KNOWN
    return _broadcast_result(operands, _common_dtype(operands[1:]))


def _common_dtype(operands: Sequence[Any]) -> str | Unknown:
    """Of floats the one they share; of anything else it is not told."""
    dtypes = {operand.dtype for operand in operands if isinstance(operand, Tensor)}
    if len(dtypes) != 1:
        return UNKNOWN
    dtype = dtypes.pop()
    return dtype if is_float(dtype) is True else UNKNOWN


REDUCING = (
    "Mean", "Sum", "Max", "Min", "Prod", "Std", "Var", "Amax", "Amin", "Median", "Logsumexp", "Nanmax",
    "Nanmean", "Nanmedian", "Nanmin", "Nanprod", "Nanstd", "Nansum", "Nanvar",
)  # fmt: skip


@operation(*REDUCING)
def reduction(values: Values) -> Result:
    """Axes that end in one number."""
    dtype = values.first.dtype
    return _made(_reduced(values), dtype if is_float(dtype) is True else UNKNOWN)


@operation("Any", "All")
def truth_of_all(values: Values) -> Result:
    """The same of truths."""
    return _made(_reduced(values), "bool")


@operation("Argmax", "Argmin", "CountNonzero")
def place_of(values: Values) -> Result:
    """The same of places."""
    return _made(_reduced(values), UNKNOWN)


def _reduced(values: Values) -> AnyShape:
    shape = values.first.shape
    if isinstance(shape, Unknown):
        return UNKNOWN
    axis = values.get(1, "axis", "reduction_indices")
    keep = values.get(2, "keepdims", "keep_dims", default=False)
    if not isinstance(keep, bool):
        return UNKNOWN
    gone = set(range(shape.rank)) if axis is None else _axes(axis, shape.rank)
    if gone is None:
        return UNKNOWN
    if keep:
        return Shape(tuple(Axis(a.name, 1) if i in gone else a for i, a in enumerate(shape.axes)))
    return Shape(without(shape.axes, gone))


def _axes(axis: Any, rank: int) -> set[int] | None:
    """Axes counted from the front; None: not known."""
    listed = as_sequence(axis)
    found = set()
    for index in (axis,) if isinstance(listed, Unknown) else listed:
        place = as_integer(index)
        if isinstance(place, Unknown) or not -rank <= place < rank:
            return None
        found.add(place % rank)
    return found


@operation("Reshape")
def reshape(values: Values) -> Result:
    """All axes anew, the batch included."""
    tensor = values.first
    target = as_sequence(values.get(1, "newshape", "shape"))
    if isinstance(tensor.shape, Unknown) or isinstance(target, Unknown):
        sized = () if isinstance(target, Unknown) else target
        known = bool(sized) and all(_is_plain(size) for size in sized)
        return _made(Shape.of([UNKNOWN if s == -1 else as_size(s) for s in sized]) if known else UNKNOWN, tensor.dtype)
    total = multiply(tensor.shape.batch, tensor.shape.elements) if tensor.shape.rank else 1
    if all(_is_plain(size) for size in target):
        sizes, problem = refill(total, tuple(target))
        sizes = _keep_batch(tensor.shape, tuple(target), sizes)
        problems = () if problem is None else (Problem("size", problem, gives=tensor.shape),)
        return Result((Tensor(Shape.of(sizes), tensor.dtype, False),), problems)
    return _made(Shape.of([UNKNOWN] * len(target)), tensor.dtype)


def _is_plain(size: Any) -> bool:
    return size == -1 or as_size(size) is not UNKNOWN


def _keep_batch(shape: Shape, target: tuple[Any, ...], sizes: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """A free size is None where the batch is, whatever else there is."""
    free = [index for index, size in enumerate(target) if size == -1]
    if len(free) == 1 and any(size is None for size in shape.dims):
        return tuple(None if index == free[0] else size for index, size in enumerate(sizes))
    return sizes


@operation("Transpose")
def transpose(values: Values) -> Result:
    """Axes in another order."""
    tensor = values.first
    if isinstance(tensor.shape, Unknown):
        return _made(UNKNOWN, tensor.dtype)
    order = values.get(1, "axes", "perm")
    places = tuple(range(tensor.shape.rank))[::-1] if order is None else as_sequence(order)
    if isinstance(places, Unknown) or sorted(map(str, places)) != sorted(map(str, range(tensor.shape.rank))):
        return _made(UNKNOWN, tensor.dtype)
    return _made(Shape(tuple(tensor.shape.axes[place] for place in places)), tensor.dtype)


@operation("Swapaxes")
def swap(values: Values) -> Result:
    """Two axes exchanged."""
    tensor = values.first
    if isinstance(tensor.shape, Unknown):
        return _made(UNKNOWN, tensor.dtype)
    one = _axes(values.get(1, "axis1"), tensor.shape.rank)
    two = _axes(values.get(2, "axis2"), tensor.shape.rank)
    if one is None or two is None or len(one) != 1 or len(two) != 1:
        return _made(UNKNOWN, tensor.dtype)
    axes = list(tensor.shape.axes)
    i, j = one.pop(), two.pop()
    axes[i], axes[j] = axes[j], axes[i]
    return _made(Shape(tuple(axes)), tensor.dtype)


@operation("ExpandDims")
def expand(values: Values) -> Result:
    """A further axis of 1."""
    tensor = values.first
    axis = as_integer(values.get(1, "axis", "dim"))
    if isinstance(tensor.shape, Unknown) or isinstance(axis, Unknown):
        return _made(UNKNOWN, tensor.dtype)
    rank = tensor.shape.rank + 1
    if not -rank <= axis < rank:
        return _made(UNKNOWN, tensor.dtype)
    axes = list(tensor.shape.axes)
    axes.insert(axis % rank, Axis(f"axis{axis % rank}", 1))
    return _made(Shape(tuple(axes)), tensor.dtype)


@operation("Squeeze")
def squeeze(values: Values) -> Result:
    """Axes of 1 dropped."""
    tensor = values.first
    axis = values.get(1, "axis", "squeeze_dims")
    if isinstance(tensor.shape, Unknown):
        return _made(UNKNOWN, tensor.dtype)
    if axis is None or axis == []:
        if any(not isinstance(size, int) for size in tensor.shape.dims[1:]):
            return _made(UNKNOWN, tensor.dtype)
        gone: set[int] | None = {index for index, size in enumerate(tensor.shape.dims) if size == 1}
    else:
        gone = _axes(axis, tensor.shape.rank)
    return _made(UNKNOWN if gone is None else Shape(without(tensor.shape.axes, gone)), tensor.dtype)


def _listed(values: Values) -> list[Tensor] | None:
    """The tensors of a list; None: it holds something else."""
    given = values.get(0, "xs", "values", "inputs", "arrays")
    if not isinstance(given, list | tuple) or not given or not all(isinstance(part, Tensor) for part in given):
        return None
    return list(given)


@operation("Concatenate")
def concatenate(values: Values) -> Result:
    """One behind the other."""
    tensors = _listed(values)
    axis = as_integer(values.get(1, "axis", default=0))
    if tensors is None or isinstance(axis, Unknown):
        return NOT_KNOWN
    shapes = [tensor.shape for tensor in tensors if isinstance(tensor.shape, Shape)]
    dtype = _common_dtype(tensors)
    if (
        len(shapes) < len(tensors)
        or len({shape.rank for shape in shapes}) > 1
        or not -shapes[0].rank <= axis < shapes[0].rank
    ):
        return _made(UNKNOWN, dtype)
    place = axis % shapes[0].rank
    axes = list(shapes[0].axes)
    for shape in shapes[1:]:
        for index, (mine, other) in enumerate(zip(axes, shape.axes, strict=True)):
            size = add(mine.size, other.size) if index == place else _shared(mine.size, other.size)
            axes[index] = Axis(mine.name, size)
    return _made(Shape(tuple(axes)), dtype)


def _shared(a: Dim, b: Dim) -> Dim:
    if a == b:
        return a
    if a is None or b is None:
        return b if a is None else a
    return a if equal(a, b) is True else UNKNOWN


@operation("Stack")
def stack(values: Values) -> Result:
    """Beside each other along a new axis."""
    tensors = _listed(values)
    axis = as_integer(values.get(1, "axis", default=0))
    if tensors is None and axis == 0 and (count := _scalars(values.get(0, "xs", "values"))):
        return _made(Shape((Axis("sizes", count),)), UNKNOWN)
    if tensors is None or isinstance(axis, Unknown) or isinstance(tensors[0].shape, Unknown):
        return NOT_KNOWN
    rank = tensors[0].shape.rank + 1
    if not -rank <= axis < rank:
        return NOT_KNOWN
    axes = list(tensors[0].shape.axes)
    axes.insert(axis % rank, Axis(f"axis{axis % rank}", len(tensors)))
    return _made(Shape(tuple(axes)), _common_dtype(tensors))


def _scalars(parts: Any) -> int:
    """How many there are in a list of nothing but numbers, as constants or tensors; else 0."""
    if not isinstance(parts, list | tuple):
        return 0
    shapes = [shape_of(part) for part in parts]
    return len(parts) if all(isinstance(shape, Shape) and shape.rank == 0 for shape in shapes) else 0


@operation("Split")
def split(values: Values) -> Result:
    """Parts of equal size, or cut at places."""
    tensor = values.first
    parts = values.get(1, "indices_or_sections", "num_or_size_splits")
    axis = as_integer(values.get(2, "axis", default=0))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return Result(None)
    place = axis % tensor.shape.rank
    size = tensor.shape.dims[place]
    if isinstance(parts, int) and not isinstance(parts, bool) and 0 < parts <= MAX_PARTS:
        problem = (Problem("size", f"{size} do not divide into {parts} parts", gives=tensor.shape),)
        each = tensor.shape.with_size(place, floor_divide(size, parts))
        return Result((Tensor(each, tensor.dtype, False),) * parts, problem if divides(parts, size) is False else ())
    listed = as_sequence(parts)
    if isinstance(listed, Unknown) or not all(isinstance(part, int) for part in listed):
        return Result(None)
    sizes = list(listed) if "num_or_size_splits" in values.named or values.keras in (1, 2) else _between(size, listed)
    return Result(tuple(Tensor(tensor.shape.with_size(place, as_size(s)), tensor.dtype, False) for s in sizes))


def _between(size: Dim, places: Sequence[int]) -> list[Dim]:
    edges: list[Dim] = [0, *places, size]
    return [UNKNOWN if b is None else as_size(_minus(b, a)) for a, b in pairwise(edges)]


def _minus(a: Dim, b: Dim) -> Dim:
    return add(a, multiply(b, -1))


@operation("Unstack")
def unstack(values: Values) -> Result:
    """As many tensors as an axis is long."""
    tensor = values.first
    axis = as_integer(values.get(2, "axis", default=0))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return Result(None)
    size = tensor.shape.dims[axis]
    if not isinstance(size, int) or size > MAX_PARTS:
        return Result(None)
    rest = Shape(without(tensor.shape.axes, {axis % tensor.shape.rank}))
    return Result((Tensor(rest, tensor.dtype, False),) * size)


@operation("Tile")
def tile(values: Values) -> Result:
    """Repeated along each axis."""
    tensor = values.first
    times = as_sequence(values.get(1, "repeats", "multiples"))
    if isinstance(tensor.shape, Unknown) or isinstance(times, Unknown) or len(times) > tensor.shape.rank:
        return _made(UNKNOWN, tensor.dtype)
    factors = [1] * (tensor.shape.rank - len(times)) + list(times)
    sizes = [multiply(size, as_size(factor)) for size, factor in zip(tensor.shape.dims, factors, strict=True)]
    return _made(Shape.of(sizes, tensor.shape.names), tensor.dtype)


@operation("Repeat")
def repeat(values: Values) -> Result:
    """Each entry of an axis several times."""
    tensor = values.first
    times = as_size(values.get(1, "repeats"))
    axis = as_integer(values.get(2, "axis"))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or times is None
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return _made(UNKNOWN, tensor.dtype)
    return _made(tensor.shape.with_size(axis, multiply(tensor.shape.dims[axis], times)), tensor.dtype)


@operation("Cast", "SaturateCast", "ConvertToTensor")
def cast(values: Values) -> Result:
    """Another dtype."""
    dtype = values.get(1, "dtype")
    return _made(values.first.shape, dtype if isinstance(dtype, str) else UNKNOWN)


@operation("OneHot")
def one_hot(values: Values) -> Result:
    """A row for each id."""
    tensor = values.first
    size = as_size(values.get(1, "num_classes", "depth"))
    if isinstance(tensor.shape, Unknown) or values.get(2, "axis", default=-1) != -1:
        return NOT_KNOWN
    return _made(Shape((*tensor.shape.axes, Axis("features", UNKNOWN if size is None else size))), UNKNOWN)


@operation("GetItem")
def get_item(values: Values) -> Result:
    """`x[key]`."""
    tensor = values.first
    key = plain_key(values.get(1, "key", "slice_spec"))
    return _made(UNKNOWN if isinstance(tensor.shape, Unknown) else indexed(tensor.shape, key), tensor.dtype)


@operation("Shape")
def sizes_of(values: Values) -> Result:
    """The sizes of a tensor, as a tensor of whole numbers."""
    shape = values.first.shape
    return _made(UNKNOWN if isinstance(shape, Unknown) else Shape((Axis("sizes", shape.rank),)), "int32")


@operation("Zeros", "Ones")
def filled(values: Values) -> Result:
    """An array of given sizes; those that are tensors are known only when it runs."""
    sizes = as_sequence(values.get(0, "shape", "dims"))
    if isinstance(sizes, Unknown):
        return NOT_KNOWN
    dtype = values.get(1, "dtype", default="float32")
    known = [None if isinstance(size, Tensor) and size.origin is not None else as_size(size) for size in sizes]
    return _made(Shape.of(known), dtype if isinstance(dtype, str) else UNKNOWN)


@operation("Matmul")
def matmul(values: Values) -> Result:
    """Rows by columns; leading axes are stretched."""
    a, b = _two(values)
    flipped = any(
        values.named.get(name)
        for name in ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")
        if name in values.named
    )
    if not isinstance(a, Tensor) or not isinstance(b, Tensor) or flipped:
        return NOT_KNOWN
    dtype = _common_dtype((a, b))
    if isinstance(a.shape, Unknown) or isinstance(b.shape, Unknown) or a.shape.rank < 2 or b.shape.rank < 2:
        return _made(UNKNOWN, dtype)
    leading, wrong = broadcast([Shape(a.shape.axes[:-2]), Shape(b.shape.axes[:-2])])
    wrong = wrong or equal(a.shape.dims[-1], b.shape.dims[-2]) is False
    problems = (
        (Problem("merge", f"{a.shape} and {b.shape} cannot be multiplied", gives=b.shape, input=1),) if wrong else ()
    )
    shape: AnyShape = UNKNOWN
    if isinstance(leading, Shape):
        shape = Shape((*leading.axes, a.shape.axes[-2], b.shape.axes[-1]))
    return Result((Tensor(shape, dtype, False),), problems)


@operation("Einsum")
def einsum(values: Values) -> Result:
    """Sums over letters."""
    equation = values.get(0, "subscripts", "equation")
    operands = [value for value in values.args if isinstance(value, Tensor)]
    if not isinstance(equation, str) or "->" not in equation or "." in equation or len(equation) > 100:
        return NOT_KNOWN
    left, _, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    sizes: dict[str, Axis] = {}
    if len(terms) != len(operands):
        return NOT_KNOWN
    for letters, operand in zip(terms, operands, strict=True):
        if isinstance(operand.shape, Unknown) or operand.shape.rank != len(letters):
            return NOT_KNOWN
        for letter, axis in zip(letters, operand.shape.axes, strict=True):
            if letter not in sizes or sizes[letter].size is None:
                sizes[letter] = axis
    if any(letter not in sizes for letter in right):
        return NOT_KNOWN
    return _made(Shape(tuple(sizes[letter] for letter in right)), _common_dtype(operands))


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
