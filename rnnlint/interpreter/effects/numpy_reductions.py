"""numpy: sums, means, extremes and the like, along axes."""

from collections.abc import Callable, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Unknown, Values
from rnnlint.facts.sizes import add, subtract
from rnnlint.interpreter import arrays, dtypes, ranges
from rnnlint.interpreter.arrays import Dims, derive, like_rows, make, to_array, to_axis, to_items
from rnnlint.interpreter.effects.registry import Effect, Invocation, effect
from rnnlint.interpreter.values import Array, List, Range, Value

EXTREMES = ("max", "min", "amax", "amin", "nanmax", "nanmin")
SUMS = ("sum", "prod", "product", "nansum", "count_nonzero")
MEANS = ("mean", "median", "std", "var", "average", "nanmean", "nanmedian", "nanstd", "nanvar", "ptp")
TRUTHS = ("any", "all")
PLACES = ("argmax", "argmin", "nanargmax", "nanargmin")
QUANTILES = ("percentile", "quantile", "nanpercentile", "nanquantile")


def reducing(*names: str) -> Callable[[Effect], Effect]:
    """Registers a function of numpy that is a method of arrays, too."""
    return effect(*(f"numpy.{name}" for name in names), *(f"numpy.ndarray.{name}" for name in names))


@reducing(*EXTREMES, *SUMS, *MEANS, *TRUTHS, *PLACES)
def reduce(at: Invocation, a: Value, axis: Value = None, dtype: Value = None, out: Value = None,
           keepdims: Value = False) -> Value:  # fmt: skip
    """The axes that are reduced go, or are of size 1."""
    name = at.path.rpartition(".")[2]
    sizes = _of_sizes(name, a)
    if sizes is not None:
        return sizes
    if not isinstance(a, (Array, List, tuple, Range, int, float)):
        return UNKNOWN
    array = to_array(at, a)
    if axis is None and keepdims is False and array.content is not None and array.dims != ():
        found = _number(name, arrays.flat(array.content))
        if found is not None:
            return found
    dims = _reduced(array.dims, axis, keepdims)
    changes: dict[str, Any] = {"dtype": _dtype(name, array.fact.dtype), "values": _values(name, array, axis)}
    if dtype is not None and dtype is not UNKNOWN and isinstance(dtypes.dtype_name(dtype), str):
        changes["dtype"] = dtypes.dtype_name(dtype)
    if not _keeps_rows(array.dims, axis):
        return derive(at, array, dims, **changes)
    windows = array.fact.windows if array.dims is not None and len(array.dims) > 2 and axis in (-1,) else None
    return like_rows(at, array, dims, windows=windows, padding=None, cut=None, **changes)


def _of_sizes(name: str, a: Value) -> Value:
    """Of a tuple of sizes: `np.prod(x.shape[1:])`. None for all else."""
    items = to_items(a) if isinstance(a, (tuple, List)) else None
    if not items or not all(isinstance(item, (int, Linear)) for item in items):
        return None
    if not any(isinstance(item, Linear) for item in items):
        return None
    total: Any = None
    if name in ("prod", "product"):
        total = arrays.product(items)
    elif name == "sum":
        total = 0
        for item in items:
            total = add(total, item)
    return total


def _number(name: str, numbers: Sequence[Any]) -> Value:
    """The result where all numbers are known; None where it is not worked out."""
    plain = all(isinstance(number, (int, float)) and abs(number) < ranges.MAX_BOUND for number in numbers)
    if not numbers or not plain or len(numbers) > arrays.MAX_CONTENT:
        return None
    functions: dict[str, Callable[[Sequence[Any]], Any]] = {
        "max": max, "amax": max, "min": min, "amin": min, "sum": sum, "any": any, "all": all,
        "mean": lambda given: sum(given) / len(given), "argmax": lambda given: list(given).index(max(given)),
        "argmin": lambda given: list(given).index(min(given)), "prod": _product, "count_nonzero": _nonzero,
    }  # fmt: skip
    function = functions.get(name)
    return None if function is None else function(numbers)


def _product(numbers: Sequence[Any]) -> Any:
    total: Any = 1
    for number in numbers:
        total *= number
        if abs(total) > ranges.MAX_BOUND:
            return UNKNOWN
    return total


def _nonzero(numbers: Sequence[Any]) -> int:
    return sum(number != 0 for number in numbers)


def _axes(rank: int, axis: Value) -> set[int] | None:
    wanted = [axis] if isinstance(axis, int) else to_items(axis)
    places = [to_axis(number, rank) for number in wanted] if wanted is not None else [None]
    return None if any(place is None for place in places) else {place for place in places if place is not None}


def _reduced(dims: Dims, axis: Value, keepdims: Value) -> Dims:
    if axis is None and keepdims is False:
        return ()
    if dims is None or not isinstance(keepdims, bool):
        return None
    gone = set(range(len(dims))) if axis is None else _axes(len(dims), axis)
    if gone is None:
        return None
    if keepdims:
        return tuple(1 if number in gone else size for number, size in enumerate(dims))
    return tuple(size for number, size in enumerate(dims) if number not in gone)


def _keeps_rows(dims: Dims, axis: Value) -> bool:
    if axis is None or not dims:
        return False
    gone = _axes(len(dims), axis)
    return gone is not None and 0 not in gone


def _dtype(name: str, dtype: str | Unknown) -> str | Unknown:
    if name in PLACES or name == "count_nonzero":
        return "int64"
    if name in TRUTHS:
        return "bool"
    if name in MEANS and name != "ptp":
        return dtypes.as_float(dtype)
    if name in SUMS and dtypes.kind(dtype) in ("bool", "int"):
        return dtype if isinstance(dtype, str) and dtype.startswith("uint") else "int64"
    return dtype


def _values(name: str, array: Array, axis: Value) -> Values:
    if name in TRUTHS:
        return Values(low=0, high=1, whole=True)
    if name in PLACES:
        dims = array.dims
        number = to_axis(axis, len(dims)) if dims is not None and isinstance(axis, int) else None
        high = subtract(dims[number], 1) if dims is not None and number is not None else UNKNOWN
        return Values(0, high if isinstance(high, (int, Linear)) else UNKNOWN, True)
    if name in EXTREMES or name in SUMS:
        return Values(whole=array.fact.values.whole)
    return Values()


@effect(*(f"numpy.{name}" for name in QUANTILES))
def percentile(at: Invocation, a: Value, q: Value, axis: Value = None, keepdims: Value = False) -> Value:
    """Quantiles along axes, those of several numbers in front."""
    array = to_array(at, a)
    dims = _reduced(array.dims, axis, keepdims)
    if isinstance(q, (int, float)):
        return derive(at, array, dims, values=Values(), dtype=dtypes.as_float(array.fact.dtype))
    chosen = to_array(at, q).dims
    found = None if dims is None or chosen is None else (*chosen, *dims)
    return derive(at, array, found, values=Values(), dtype=dtypes.as_float(array.fact.dtype))


@reducing("cumsum", "cumprod", "nancumsum")
def cumsum(at: Invocation, a: Value, axis: Value = None) -> Value:
    """Sums so far."""
    array = to_array(at, a)
    dtype = "int64" if dtypes.kind(array.fact.dtype) == "bool" else array.fact.dtype
    values = Values(whole=array.fact.values.whole)
    if array.dims == () or (axis is None and (array.dims is None or len(array.dims) != 1)):
        total = UNKNOWN if array.dims is None else arrays.product(array.dims)
        return derive(at, array, (total,), values=values, dtype=dtype)
    return like_rows(at, array, array.dims, values=values, dtype=dtype, cut=None)


@effect("numpy.diff", "numpy.ediff1d")
def diff(
    at: Invocation, a: Value, n: Value = 1, axis: Value = -1, prepend: Value = None, append: Value = None
) -> Value:
    """Differences of neighbours: one fewer for each time."""
    array = to_array(at, a)
    dims = array.dims
    number = None if dims is None else to_axis(axis, len(dims))
    if dims is None or number is None or not isinstance(n, int):
        return derive(at, array, None, values=Values())
    size = subtract(dims[number], n)
    for more in (prepend, append):
        if more is not None:
            extra = 1 if isinstance(more, (int, float)) else to_array(at, more).dims
            size = add(
                size, extra if isinstance(extra, int) else extra[number] if extra and len(extra) > number else UNKNOWN
            )
    result = (*dims[:number], size, *dims[number + 1 :])
    values = Values(whole=array.fact.values.whole)
    if number == 0:
        return derive(at, array, result, values=values)
    return like_rows(at, array, result, values=values, windows=None, padding=None)


@effect("numpy.linalg.norm")
def norm(at: Invocation, x: Value, ord: Value = None, axis: Value = None, keepdims: Value = False) -> Value:
    """Lengths of vectors along an axis."""
    array = to_array(at, x)
    dims = _reduced(array.dims, axis, keepdims)
    return derive(at, array, dims, values=Values(), dtype=dtypes.as_float(array.fact.dtype))


@effect("numpy.linalg.inv", "numpy.linalg.pinv", "numpy.linalg.cholesky")
def inverse(at: Invocation, a: Value) -> Value:
    """A matrix of the same sizes; of the pseudoinverse they are exchanged."""
    array = to_array(at, a)
    dims = array.dims
    if dims is None or len(dims) < 2 or at.path.endswith("pinv"):
        dims = None if dims is None or len(dims) < 2 else (*dims[:-2], dims[-1], dims[-2])
    return derive(at, array, dims, values=Values(), dtype=dtypes.as_float(array.fact.dtype))


@effect("numpy.gradient")
def gradient(at: Invocation, f: Value) -> Value:
    """Slopes: as many as there are numbers."""
    array = to_array(at, f)
    if array.dims is None or len(array.dims) != 1:
        return make(at, None)
    return like_rows(at, array, array.dims, values=Values(), dtype="float64", cut=None)


@effect("numpy.allclose", "numpy.array_equal", "numpy.array_equiv", "numpy.isscalar")
def one_truth(at: Invocation) -> Value:
    """A truth that is not followed."""
    return UNKNOWN


@effect("numpy.corrcoef", "numpy.cov")
def correlation(at: Invocation, m: Value, rowvar: Value = True) -> Value:
    """A square matrix over the variables."""
    array = to_array(at, m)
    if array.dims is None or len(array.dims) != 2 or not isinstance(rowvar, bool) or len(at.args) > 1:
        return make(at, None)
    size = array.dims[0 if rowvar else 1]
    return make(at, (size, size), "float64")


@effect("numpy.histogram")
def histogram(at: Invocation, a: Value, bins: Value = 10) -> Value:
    """Counts and edges of bins."""
    if isinstance(bins, int):
        return make(at, (bins,), UNKNOWN), make(at, (bins + 1,), "float64")
    return make(at, (UNKNOWN,)), make(at, (UNKNOWN,))
