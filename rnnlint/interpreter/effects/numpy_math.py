"""numpy: arithmetic, element by element, with broadcasting, and products of matrices."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Unknown, Values
from rnnlint.facts.sizes import equal
from rnnlint.interpreter import arrays, dtypes, ranges
from rnnlint.interpreter.arrays import Dims, broadcast, derive, like_rows, make, to_array, to_size
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.ranges import mapped
from rnnlint.interpreter.values import Array, Library, List, Object, Quantity, Range, Value

OPERATORS = {
    "add": "Add", "subtract": "Sub", "multiply": "Mult", "divide": "Div", "true_divide": "Div", "mod": "Mod",
    "floor_divide": "FloorDiv", "remainder": "Mod", "power": "Pow", "float_power": "Pow", "bitwise_and": "BitAnd",
    "bitwise_or": "BitOr", "bitwise_xor": "BitXor", "left_shift": "LShift", "right_shift": "RShift",
}  # fmt: skip
COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
               "logical_xor", "isclose")  # fmt: skip

_NUMBERS = (bool, int, float, Linear, Quantity)


def _is_operand(value: Value) -> bool:
    return isinstance(value, (*_NUMBERS, Array, List, tuple, Range, complex))


@effect("numpy.ndarray.__binary__")
def binary(at: Invocation, operator: str, left: Value, right: Value) -> Value:
    """`left + right` and the others, where one is an array."""
    if operator == "MatMult":
        return matmul(at, left, right)
    if not _is_operand(left) or not _is_operand(right):
        return _with_unknown(at, operator, left, right)
    a, b = to_array(at, left), to_array(at, right)
    dims = broadcast(a.dims, b.dims)
    content = _content(operator, a, b)
    if content is not None and dims is not None:
        return make(at, dims, _binary_dtype(operator, left, right), content=content, ragged=False) if dims else content
    values = _binary_values(operator, left, right)
    merged = arrays.origins([item for item in (left, right) if not isinstance(item, _NUMBERS)])
    leader, other = _leader(a, b, dims)
    facts: dict[str, Any] = {"dtype": _binary_dtype(operator, left, right), "values": values, "origins": merged}
    if leader is None:
        return make(at, dims, facts.pop("dtype"), facts.pop("values"), ragged=False, **facts)
    if _has_rows(other, leader):
        facts |= _common_history(leader, other)
    if operator not in ("Mult", "Div") and leader.fact.padding is not None:
        facts.setdefault("padding", arrays.padding_changed(leader.fact.padding))
    return arrays.of_kind(leader, like_rows(at, leader, dims, **facts))


def _with_unknown(at: Invocation, operator: str, left: Value, right: Value) -> Value:
    """An operation with something that is not known, most likely a number: two axes or more stay as they are."""
    array = left if isinstance(left, Array) else right
    if not isinstance(array, Array) or not isinstance(right if array is left else left, Unknown):
        return UNKNOWN
    dims = array.dims
    plain = dims is not None and len(dims) > 1 and all(equal(size, 1) is not True for size in dims)
    dtype = UNKNOWN if operator != "Div" else dtypes.as_float(array.fact.dtype)
    changed: dict[str, Any] = {"dtype": dtype, "values": Values(), "origins": frozenset()}
    if plain:
        return like_rows(at, array, dims, **changed)
    return derive(at, array, None, **changed)


def _leader(a: Array, b: Array, dims: Dims) -> tuple[Array | None, Array]:
    """The operand whose rows the result has, and the other."""
    if dims == ():
        placed = [x for x in (a, b) if x.cut is not None]
        other = b if placed and placed[0] is a else a
        return (placed[0], other) if len(placed) == 1 and other.content is not None else (None, b)
    if dims is None:
        return None, b
    fitting = [x for x in (a, b) if x.dims and len(x.dims) == len(dims) and equal(x.dims[0], dims[0]) is True]
    fitting = fitting or [x for x in (a, b) if x.dims and len(x.dims) == len(dims) and x.dims[0] == dims[0]]
    if not fitting:
        return None, b
    leader = next((x for x in fitting if x.fact.windows is not None or x.cut is not None), fitting[0])
    return leader, b if leader is a else a


def _has_rows(other: Array, leader: Array) -> bool:
    """Whether the other operand has rows of its own, and is no number or vector for all rows."""
    if other.dims is None or leader.dims is None:
        return True
    if not leader.dims:
        return False
    return len(other.dims) == len(leader.dims) and equal(other.dims[0], 1) is not True


def _common_history(a: Array, b: Array) -> dict[str, Any]:
    """What two arrays of the same rows have in common."""
    return {
        "cut": a.cut if a.cut == b.cut else None,
        "windows": a.fact.windows if a.fact.windows == b.fact.windows else None,
        "padding": a.fact.padding if a.fact.padding == b.fact.padding else None,
        "split": a.fact.split or b.fact.split,
        "shuffled": True if a.fact.shuffled is True or b.fact.shuffled is True else a.fact.shuffled,
    }


def _binary_dtype(operator: str, left: Value, right: Value) -> str | Unknown:
    kinds = {dtypes.kind(_dtype(left)), dtypes.kind(_dtype(right))}
    if isinstance(left, _NUMBERS) and isinstance(right, Array) and right.dims != ():
        dtype = dtypes.promote_with_scalar(right.fact.dtype, left)
    elif isinstance(right, _NUMBERS) and isinstance(left, Array) and left.dims != ():
        dtype = dtypes.promote_with_scalar(left.fact.dtype, right)
    else:
        dtype = dtypes.promote([_dtype(left), _dtype(right)])
    if operator == "Div":
        return dtypes.as_float(dtype)
    if kinds == {"bool"} and operator in ("Pow", "FloorDiv", "Mod", "LShift", "RShift"):
        return "int8"
    return dtype


def _dtype(value: Value) -> str | Unknown:
    if isinstance(value, (List, tuple)):
        return UNKNOWN
    return "int64" if isinstance(value, Range) else dtypes.dtype_of(value)


def _binary_values(operator: str, left: Value, right: Value) -> Values:
    if isinstance(right, (int, float, Linear)) and isinstance(left, Array):
        return _with_number(operator, left.fact.values, right)
    if isinstance(left, (int, float, Linear)) and isinstance(right, Array):
        values = right.fact.values
        if operator == "Add":
            return ranges.shifted(values, left)
        if operator == "Mult":
            return ranges.scaled(values, left)
        if operator == "Sub":
            return ranges.shifted(ranges.scaled(values, -1), left)
        return Values()
    whole = operator in ("Add", "Sub", "Mult", "FloorDiv", "Mod")
    found = [x.fact.values.whole for x in (left, right) if isinstance(x, Array)]
    if any(answer is False for answer in found) and operator in ("Add", "Sub", "Mult", "Div"):
        return Values(whole=False)
    return Values(whole=True) if whole and len(found) == 2 and all(answer is True for answer in found) else Values()


def _with_number(operator: str, values: Values, number: Any) -> Values:
    match operator:
        case "Add":
            return ranges.shifted(values, number)
        case "Sub":
            return ranges.shifted(values, number, -1)
        case "Mult":
            return ranges.scaled(values, number)
    if isinstance(number, (Linear, bool)) or number <= 0:
        return Values()
    match operator:
        case "Div":
            found = mapped(values, lambda bound: bound / number)
            return replace(found, whole=False) if values.whole is False else found
        case "FloorDiv":
            return mapped(values, lambda bound: bound // number, whole=True)
        case "Mod" if isinstance(number, int) and values.whole is True:
            return Values(0, number - 1, True)
    return Values()


def _content(operator: str, a: Array, b: Array) -> Any:
    """The result, number by number, where both are known and at least one is a plain number."""
    functions: dict[str, Callable[[Any, Any], Any]] = {
        "Add": lambda x, y: x + y, "Sub": lambda x, y: x - y, "Mult": lambda x, y: x * y, "Div": lambda x, y: x / y,
        "FloorDiv": lambda x, y: x // y, "Mod": lambda x, y: x % y,
    }  # fmt: skip
    function = functions.get(operator)
    if function is None or a.content is None or b.content is None or a.dims is None or b.dims is None:
        return None
    left, right = arrays.flat(a.content), arrays.flat(b.content)
    if a.dims != b.dims and len(left) != 1 and len(right) != 1:
        return None
    if a.dims != b.dims and () not in (a.dims, b.dims):
        return None
    size = max(len(left), len(right))
    pairs = zip(left * (size // max(1, len(left))), right * (size // max(1, len(right))), strict=False)
    try:
        numbers = [function(x, y) for x, y in pairs if _plain(x) and _plain(y)]
    except (ZeroDivisionError, OverflowError, TypeError):
        return None
    dims = a.dims or b.dims
    complete = len(numbers) == size and all(isinstance(size, int) for size in dims)
    return arrays.nested(numbers, dims) if complete else None


def _plain(number: Any) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < ranges.MAX_BOUND


def _operator(at: Invocation, x1: Value, x2: Value, dtype: Value = None) -> Value:
    return binary(at, OPERATORS[at.path.rpartition(".")[2]], x1, x2)


effect(*(f"numpy.{name}" for name in OPERATORS))(_operator)


@effect("numpy.maximum", "numpy.minimum", "numpy.fmax", "numpy.fmin", "numpy.arctan2", "numpy.hypot", "numpy.logaddexp",
        "numpy.copysign", "numpy.fmod", "numpy.nextafter")  # fmt: skip
def pairwise(at: Invocation, x1: Value, x2: Value) -> Value:
    """A function of two arrays, element by element."""
    found = binary(at, "Elementwise", x1, x2)
    if isinstance(found, Array) and at.path.endswith(("arctan2", "hypot", "logaddexp", "copysign")):
        found.fact = replace(found.fact, dtype=dtypes.as_float(found.fact.dtype))
    return found


@effect("numpy.ndarray.__compare__")
def compare(at: Invocation, operator: str, left: Value, right: Value) -> Value:
    """`left < right` and the others, where one is an array: truths of the same shape."""
    if operator in ("In", "NotIn", "Is", "IsNot"):
        return UNKNOWN
    text = (str, bytes)
    found = binary(at, "Compare", 0 if isinstance(left, text) else left, 0 if isinstance(right, text) else right)
    return _as_truths(found)


def _as_truths(found: Value) -> Value:
    if isinstance(found, Array):
        found.fact = replace(found.fact, dtype="bool", values=Values(low=0, high=1, whole=True))
        found.cut = found.content = None
    return found


def _compare(at: Invocation, x1: Value, x2: Value) -> Value:
    return compare(at, "Compare", x1, x2)


effect(*(f"numpy.{name}" for name in COMPARISONS))(_compare)


@effect("numpy.isnan", "numpy.isfinite", "numpy.isinf", "numpy.logical_not", "numpy.signbit", "numpy.iscomplex")
def truths(at: Invocation, x: Value) -> Value:
    """A truth for each element."""
    array = to_array(at, x)
    return _as_truths(arrays.of_kind(array, like_rows(at, array, array.dims)))


@effect("numpy.isin", "numpy.in1d")
def isin(at: Invocation, element: Value) -> Value:
    """A truth for each element."""
    return truths(at, element)


FLOATS = (
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "exp",
    "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "reciprocal", "deg2rad", "rad2deg", "degrees",
    "radians", "sinc", "i0", "erf",
)  # fmt: skip
SAME = (
    "abs", "absolute", "fabs", "negative", "positive", "sign", "rint", "trunc", "square", "conj", "conjugate", "real",
    "imag", "floor", "ceil", "round", "around", "round_", "fix", "nan_to_num", "copy", "bitwise_not", "invert",
)  # fmt: skip
ZERO_KEPT = frozenset({*SAME, "sin", "tan", "sinh", "tanh", "arcsin", "arctan", "sqrt", "cbrt", "log1p", "expm1"})
"""Functions that leave 0 as it is."""

GROWING: dict[str, Callable[[Any], Any]] = {
    "round": round, "around": round, "round_": round, "rint": round, "nan_to_num": lambda x: x, "copy": lambda x: x,
    "sqrt": lambda x: x**0.5, "positive": lambda x: x,
}  # fmt: skip


def _unary(at: Invocation, x: Value, decimals: Value = 0) -> Value:
    name = at.path.rpartition(".")[2]
    if isinstance(x, (Quantity, Linear)) and name in ("ceil", "floor", "round", "around", "rint"):
        function = {"ceil": "math.ceil", "floor": "math.floor"}.get(name, "builtins.round")
        return at.machine.call(Library(function), [x], node=at.node)
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return _number(name, x)
    if not _is_operand(x):
        return make(at, None, origins=frozenset())
    array = to_array(at, x)
    values = Values()
    if name in GROWING:
        rounds = name in ("round", "around", "round_") and decimals == 0
        if name not in ("round", "around", "round_") or rounds:
            whole = rounds or name == "rint" or (array.fact.values.whole is True and name != "sqrt")
            values = mapped(array.fact.values, GROWING[name], whole=whole)
    if (
        values.whole is UNKNOWN
        and array.fact.values.whole is False
        and name in (*FLOATS, "abs", "sqrt", "nan_to_num", "copy")
    ):
        values = replace(values, whole=False)
    dtype = dtypes.as_float(array.fact.dtype) if name in FLOATS else array.fact.dtype
    padding = array.fact.padding
    if padding is not None and name not in ZERO_KEPT:
        padding = arrays.padding_changed(padding)
    return arrays.of_kind(array, like_rows(at, array, array.dims, dtype=dtype, values=values, padding=padding))


def _number(name: str, number: int | float) -> Value:
    import math

    functions: dict[str, Callable[[Any], Any]] = {
        "abs": abs, "absolute": abs, "fabs": abs, "sqrt": math.sqrt, "floor": lambda x: float(math.floor(x)),
        "ceil": lambda x: float(math.ceil(x)), "square": lambda x: x * x, "negative": lambda x: -x, "exp": math.exp,
        "log": math.log, "log2": math.log2, "log10": math.log10, "sin": math.sin, "cos": math.cos, "round": round,
        "around": round, "rint": lambda x: float(round(x)),
    }  # fmt: skip
    function = functions.get(name)
    if function is None or not abs(number) < ranges.MAX_BOUND:
        return UNKNOWN
    try:
        return function(number)
    except (ValueError, OverflowError):
        return UNKNOWN


effect(*(f"numpy.{name}" for name in FLOATS), *(f"numpy.{name}" for name in SAME))(_unary)
effect(*(f"numpy.ndarray.{name}" for name in ("round", "copy", "conj", "__copy__", "__deepcopy__")))(_unary)
effect("numpy.ndarray.__pos__", "numpy.ndarray.__abs__", "numpy.ndarray.__invert__", "numpy.ndarray.__round__")(_unary)


@effect("numpy.ndarray.__neg__")
def negated(at: Invocation, x: Array) -> Value:
    """`-x`."""
    return like_rows(at, x, x.dims, values=ranges.scaled(x.fact.values, -1))


@effect("numpy.ndarray.__unary__")
def unary_operator(at: Invocation, operator: str, x: Array) -> Value:
    """`-x`, `~x`, `+x`; `not x` is a single truth."""
    if operator == "Not":
        return UNKNOWN
    return arrays.of_kind(x, negated(at, x) if operator == "USub" else like_rows(at, x, x.dims))


@effect("numpy.clip", "numpy.ndarray.clip")
def clip(at: Invocation, a: Value, a_min: Value = None, a_max: Value = None) -> Value:
    """Numbers brought between bounds."""
    array = to_array(at, a)
    values = mapped(array.fact.values, lambda bound: _clipped(bound, a_min, a_max))
    return like_rows(at, array, array.dims, values=replace(values, whole=array.fact.values.whole))


def _clipped(bound: Any, low: Value, high: Value) -> Any:
    if isinstance(low, (int, float)):
        bound = max(bound, low)
    if isinstance(high, (int, float)):
        bound = min(bound, high)
    return bound


@effect("numpy.vectorize", "numpy.frompyfunc")
def vectorize(at: Invocation, pyfunc: Value) -> Value:
    """A function for arrays of a function for numbers."""
    return Object("numpy.vectorize_object")


@effect("numpy.vectorize_object.__call__")
def vectorized(at: Invocation, function: Value, *given: Value) -> Value:
    """The shape of the arguments, broadcast."""
    if not given or not all(_is_operand(x) for x in given):
        return make(at, None, origins=frozenset())
    converted = [to_array(at, x) for x in given]
    return make(at, broadcast(*(array.dims for array in converted)), origins=arrays.origins(converted))


@effect("numpy.dot", "numpy.ndarray.dot", "numpy.matmul", "numpy.inner")
def dot(at: Invocation, a: Value, b: Value) -> Value:
    """Products of matrices and vectors."""
    if at.path == "numpy.matmul":
        return matmul(at, a, b)
    if not _is_operand(a) or not _is_operand(b):
        return make(at, None, origins=frozenset())
    left, right = to_array(at, a), to_array(at, b)
    if left.dims is None or right.dims is None:
        return make(at, None)
    if not left.dims or not right.dims:
        return binary(at, "Mult", left, right)
    axis = -1 if len(right.dims) == 1 or at.path == "numpy.inner" else -2
    rest = tuple(size for number, size in enumerate(right.dims) if number != len(right.dims) + axis)
    return _product(at, left, right, left.dims[:-1] + rest)


def matmul(at: Invocation, a: Value, b: Value) -> Value:
    """`a @ b`."""
    if not _is_operand(a) or not _is_operand(b):
        return make(at, None, origins=frozenset())
    left, right = to_array(at, a), to_array(at, b)
    if not left.dims or not right.dims:
        return make(at, None)
    if len(right.dims) == 1:
        return _product(at, left, right, left.dims[:-1])
    if len(left.dims) == 1:
        return _product(at, left, right, right.dims[:-2] + right.dims[-1:])
    batch = broadcast(left.dims[:-2], right.dims[:-2])
    return _product(at, left, right, None if batch is None else (*batch, left.dims[-2], right.dims[-1]))


def _product(at: Invocation, left: Array, right: Array, dims: Dims) -> Array:
    dtype = dtypes.promote([left.fact.dtype, right.fact.dtype])
    merged = arrays.origins([left, right])
    if dims and left.dims and dims[0] == left.dims[0] and len(dims) == len(left.dims):
        return like_rows(at, left, dims, dtype=dtype, values=Values(), origins=merged)
    return make(at, dims, dtype, origins=merged, ragged=False)


@effect("numpy.outer")
def outer(at: Invocation, a: Value, b: Value) -> Value:
    """Every product of an element of one with an element of the other."""
    left, right = to_array(at, a), to_array(at, b)
    sizes = [UNKNOWN if array.dims is None else arrays.product(array.dims) for array in (left, right)]
    return make(
        at, tuple(sizes), dtypes.promote([left.fact.dtype, right.fact.dtype]), origins=arrays.origins([left, right])
    )


@effect("numpy.einsum")
def einsum(at: Invocation, subscripts: Value, *operands: Value) -> Value:
    """Sums of products, as the subscripts say."""
    converted = [to_array(at, operand) for operand in operands]
    dtype = dtypes.promote(array.fact.dtype for array in converted)
    return make(at, _einsum_dims(subscripts, converted), dtype, origins=arrays.origins(converted))


def _einsum_dims(subscripts: Value, operands: list[Array]) -> Dims:
    if not isinstance(subscripts, str) or "." in subscripts or "->" not in subscripts:
        return None
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    sizes: dict[str, Any] = {}
    terms = inputs.split(",")
    if len(terms) != len(operands):
        return None
    for term, operand in zip(terms, operands, strict=True):
        if operand.dims is None or len(operand.dims) != len(term):
            return None
        for letter, size in zip(term, operand.dims, strict=True):
            if letter not in sizes or not isinstance(sizes[letter], int):
                sizes[letter] = size
    return tuple(sizes[letter] for letter in output) if all(letter in sizes for letter in output) else None


@effect("numpy.fft.fft", "numpy.fft.ifft", "numpy.fft.rfft", "numpy.fft.fft2", "numpy.fft.fftshift")
def fft(at: Invocation, a: Value, n: Value = None, axis: Value = -1) -> Value:
    """A spectrum along an axis."""
    array = to_array(at, a)
    dims = array.dims
    number = None if dims is None else arrays.to_axis(axis, len(dims))
    if dims is None or number is None:
        return derive(at, array, None, values=Values(), dtype=UNKNOWN)
    size: Any = dims[number] if n is None else to_size(n)
    if at.path.endswith("rfft"):
        size = size // 2 + 1 if isinstance(size, int) else UNKNOWN
    dtype = array.fact.dtype if at.path.endswith("shift") else "complex128"
    return derive(at, array, (*dims[:number], size, *dims[number + 1 :]), values=Values(), dtype=dtype)
