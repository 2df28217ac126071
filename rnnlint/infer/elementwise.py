"""Operations on numbers: each by itself, of two tensors, along axes; products of matrices."""

from collections.abc import Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import equal
from rnnlint.infer.dtypes import is_float
from rnnlint.infer.operations import NOT_KNOWN, Result, Values, axes_of, common_dtype, made, operation
from rnnlint.infer.options import as_size
from rnnlint.infer.slicing import shape_of, without

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
    return made(tensor.shape, tensor.dtype if is_float(tensor.dtype) is True else UNKNOWN)


operation(*UNARY)(_unary)


@operation("LogicalNot", "Isnan", "Isinf", "Isfinite")
def truth(values: Values) -> Result:
    """A truth for each number."""
    return made(values.first.shape, "bool")


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
        return made(shape, dtype)
    shapes = [str(operand.shape) for operand in operands if isinstance(operand, Tensor)]
    return Result((Tensor(UNKNOWN, dtype, False),), (Problem("merge", f"{' and '.join(shapes)} do not fit together"),))


@operation(*BINARY)
def arithmetic(values: Values) -> Result:
    """Two operands, stretched to one shape."""
    operands = _two(values)
    return _broadcast_result(operands, common_dtype(operands))


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
    return _broadcast_result(operands, common_dtype(operands[1:]))


REDUCING = (
    "Mean", "Sum", "Max", "Min", "Prod", "Std", "Var", "Amax", "Amin", "Median", "Logsumexp", "Nanmax",
    "Nanmean", "Nanmedian", "Nanmin", "Nanprod", "Nanstd", "Nansum", "Nanvar",
)  # fmt: skip


@operation(*REDUCING)
def reduction(values: Values) -> Result:
    """Axes that end in one number."""
    dtype = values.first.dtype
    return made(_reduced(values), dtype if is_float(dtype) is True else UNKNOWN)


@operation("Any", "All")
def truth_of_all(values: Values) -> Result:
    """The same of truths."""
    return made(_reduced(values), "bool")


@operation("Argmax", "Argmin", "CountNonzero")
def place_of(values: Values) -> Result:
    """The same of places."""
    return made(_reduced(values), UNKNOWN)


def _reduced(values: Values) -> AnyShape:
    shape = values.first.shape
    if isinstance(shape, Unknown):
        return UNKNOWN
    axis = values.get(1, "axis", "reduction_indices")
    keep = values.get(2, "keepdims", "keep_dims", default=False)
    if not isinstance(keep, bool):
        return UNKNOWN
    gone = set(range(shape.rank)) if axis is None else axes_of(axis, shape.rank)
    if gone is None:
        return UNKNOWN
    if keep:
        return Shape(tuple(Axis(a.name, 1) if i in gone else a for i, a in enumerate(shape.axes)))
    return Shape(without(shape.axes, gone))


@operation("Cast", "SaturateCast", "ConvertToTensor")
def cast(values: Values) -> Result:
    """Another dtype."""
    dtype = values.get(1, "dtype")
    return made(values.first.shape, dtype if isinstance(dtype, str) else UNKNOWN)


@operation("OneHot")
def one_hot(values: Values) -> Result:
    """A row for each id."""
    tensor = values.first
    size = as_size(values.get(1, "num_classes", "depth"))
    if isinstance(tensor.shape, Unknown) or values.get(2, "axis", default=-1) != -1:
        return NOT_KNOWN
    return made(Shape((*tensor.shape.axes, Axis("features", UNKNOWN if size is None else size))), UNKNOWN)


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
    dtype = common_dtype((a, b))
    if isinstance(a.shape, Unknown) or isinstance(b.shape, Unknown) or a.shape.rank < 2 or b.shape.rank < 2:
        return made(UNKNOWN, dtype)
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
    return made(Shape(tuple(sizes[letter] for letter in right)), common_dtype(operands))
