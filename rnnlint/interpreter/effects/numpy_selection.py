"""numpy: ordering, counting, finding and padding."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Values
from rnnlint.facts.sizes import add, equal, multiply, symbol, symbols
from rnnlint.interpreter import arrays, dtypes
from rnnlint.interpreter.arrays import derive, like_rows, make, to_array, to_axis, to_items, to_size
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Value


@effect("numpy.sort", "numpy.argsort", "numpy.ndarray.argsort", "numpy.argpartition", "numpy.partition")
def sort(at: Invocation, a: Value, axis: Value = -1) -> Value:
    """In order along an axis, or the numbers of the elements in that order."""
    array = to_array(at, a)
    places = "arg" in at.path
    changes: dict[str, Any] = {"dtype": "int64", "values": Values(low=0, whole=True)} if places else {}
    rank = None if array.dims is None else len(array.dims)
    if rank is None or axis is None or rank < 2 or to_axis(axis, rank) == 0:
        dims = array.dims if axis is not None else None
        return derive(at, array, dims, **changes)
    return like_rows(at, array, array.dims, windows=None, **changes)


@effect("numpy.ndarray.sort")
def sort_in_place(at: Invocation, a: Array, axis: Value = -1) -> Value:
    """In order, in place."""
    a.fact = replace(a.fact, source=at.machine.new_id(), windows=None)
    a.cut = a.content = None
    return None


@effect("numpy.unique")
def unique(at: Invocation, ar: Value, return_index: Value = False, return_inverse: Value = False,
           return_counts: Value = False, axis: Value = None) -> Value:  # fmt: skip
    """The different numbers, and what else is asked for."""
    array = to_array(at, ar)
    size: Any = symbol("len(unique)", array.fact.source)
    dims: Any = (size,) if axis is None else None
    content = None
    if array.content is not None and axis is None:
        numbers = arrays.flat(array.content)
        if all(isinstance(number, (int, float)) for number in numbers) or all(isinstance(n, str) for n in numbers):
            content = tuple(sorted(set(numbers)))
            dims = (len(content),)
    found = make(at, dims, array.fact.dtype, replace(array.fact.values, one_hot=UNKNOWN), content=content)
    extra = [flag for flag in (return_index, return_inverse, return_counts) if flag is not False]
    if not extra:
        return found
    more: list[Value] = []
    for flag, length in ((return_index, dims), (return_inverse, None), (return_counts, dims)):
        if flag is not False and length is None:
            values = Values(low=0, whole=True)
            more.append(
                derive(
                    at,
                    array,
                    None if array.dims is None else (arrays.product(array.dims),),
                    dtype="int64",
                    values=values,
                )
            )
        elif flag is not False:
            more.append(make(at, length, "int64", Values(low=0, whole=True)))
    return (found, *more)


@effect("numpy.bincount")
def bincount(at: Invocation, x: Value) -> Value:
    """How often each number occurs."""
    return make(at, (at.machine.symbol("n"),), "int64", Values(low=0, whole=True))


@effect("numpy.digitize", "numpy.searchsorted")
def digitize(at: Invocation, x: Value, bins: Value) -> Value:
    """The number of the bin of each element."""
    array = to_array(at, bins if at.path.endswith("searchsorted") else x)
    edges = to_array(at, x if at.path.endswith("searchsorted") else bins)
    high = edges.dims[0] if edges.dims and isinstance(edges.dims[0], int) else UNKNOWN
    return like_rows(at, array, array.dims, dtype="int64", values=Values(0, high, True))


@effect("numpy.nonzero", "numpy.ndarray.nonzero")
def nonzero(at: Invocation, a: Value) -> Value:
    """Where it is not zero: a vector of numbers for each axis."""
    array = to_array(at, a)
    if array.dims is None:
        return UNKNOWN
    count = at.machine.symbol("n")
    return tuple(make(at, (count,), "int64", Values(low=0, whole=True), shuffled=False) for _ in array.dims)


@effect("numpy.argwhere")
def argwhere(at: Invocation, a: Value) -> Value:
    """Where it is not zero: a row of numbers for each place."""
    array = to_array(at, a)
    rank = UNKNOWN if array.dims is None else len(array.dims)
    return make(at, (at.machine.symbol("n"), rank), "int64", Values(low=0, whole=True))


@effect("numpy.flatnonzero")
def flatnonzero(at: Invocation, a: Value) -> Value:
    """Where it is not zero, in one row."""
    return make(at, (at.machine.symbol("n"),), "int64", Values(low=0, whole=True), shuffled=False)


@effect("numpy.intersect1d", "numpy.union1d", "numpy.setdiff1d")
def sets(at: Invocation, ar1: Value, ar2: Value) -> Value:
    """Numbers of two sets."""
    first, second = to_array(at, ar1), to_array(at, ar2)
    return make(at, (at.machine.symbol("n"),), dtypes.promote([first.fact.dtype, second.fact.dtype]))


@effect("numpy.interp")
def interp(at: Invocation, x: Value) -> Value:
    """A number for each of `x`."""
    array = to_array(at, x)
    return like_rows(at, array, array.dims, dtype="float64", values=Values())


@effect("numpy.convolve")
def convolve(at: Invocation, a: Value, v: Value, mode: Value = "full") -> Value:
    """A moving sum."""
    first, second = to_array(at, a), to_array(at, v)
    if not first.dims or not second.dims:
        return make(at, (UNKNOWN,))
    n, m = first.dims[0], second.dims[0]
    size: Any = UNKNOWN
    if mode == "full":
        size = add(add(n, m), -1)
    elif isinstance(n, int) and isinstance(m, int):
        size = max(n, m) if mode == "same" else max(n, m) - min(n, m) + 1 if mode == "valid" else UNKNOWN
    elif mode == "valid":
        size = add(add(n, multiply(m, -1)), 1)
    dtype = dtypes.promote([first.fact.dtype, second.fact.dtype])
    return make(at, (size,), dtype, origins=arrays.origins([first, second]))


@effect("numpy.roll", "numpy.flip", "numpy.flipud", "numpy.fliplr", "numpy.rot90")
def roll(at: Invocation, a: Value, shift: Value = None, axis: Value = None) -> Value:
    """The same numbers in another order. Along the first axis rows change their places."""
    array = to_array(at, a)
    if at.path.endswith("rot90"):
        return derive(at, array, None if array.dims is None else (UNKNOWN,) * len(array.dims))
    if at.path.endswith("flip"):
        axis = shift
    rank = None if array.dims is None else len(array.dims)
    if at.path.endswith("lr") or (rank is not None and to_axis(axis, rank) not in (None, 0)):
        return like_rows(at, array, array.dims, windows=None)
    return derive(at, array, array.dims)


@effect("numpy.triu", "numpy.tril")
def triangle(at: Invocation, m: Value) -> Value:
    """A part of a matrix, else zeros."""
    array = to_array(at, m)
    return derive(at, array, array.dims, values=Values())


@effect("numpy.pad")
def pad(at: Invocation, array: Value, pad_width: Value, mode: Value = "constant", constant_values: Value = 0) -> Value:
    """Longer at both ends of each axis."""
    given = to_array(at, array)
    dims = given.dims
    if dims is None:
        return derive(at, given, None)
    widths = _widths(pad_width, len(dims))
    if widths is None:
        return derive(at, given, (UNKNOWN,) * len(dims))
    result = tuple(add(size, add(before, after)) for size, (before, after) in zip(dims, widths, strict=True))
    padding = _padding(at, widths, result, mode, constant_values)
    values = given.fact.values if mode != "constant" else Values()
    if widths and widths[0] == (0, 0):
        return like_rows(at, given, result, windows=None, values=values, padding=padding)
    return derive(at, given, result, values=values, padding=padding)


def _widths(pad_width: Value, rank: int) -> list[tuple[Any, Any]] | None:
    """How much is added before and behind each axis."""
    size = to_size(pad_width) if not isinstance(pad_width, tuple) else UNKNOWN
    if size is not UNKNOWN:
        return [(size, size)] * rank
    items = to_items(pad_width)
    if items is None or not items:
        return None
    if all(to_items(item) is None for item in items):
        pair = (to_size(items[0]), to_size(items[-1]))
        return [pair] * rank if len(items) <= 2 else None
    pairs: list[tuple[Any, Any]] = []
    for item in items:
        both = to_items(item)
        if both is None or not 1 <= len(both) <= 2:
            return None
        pairs.append((to_size(both[0]), to_size(both[-1])))
    return pairs * rank if len(pairs) == 1 else pairs if len(pairs) == rank else None


def _padding(
    at: Invocation, widths: list[tuple[Any, Any]], dims: tuple[Any, ...], mode: Value, value: Value
) -> Padding | None:
    """One sequence is brought to a length where the steps (the first axis) grow by what it lacks."""
    before, after = widths[0] if widths else (0, 0)
    if mode != "constant" or any(pair != (0, 0) for pair in widths[1:]) or not isinstance(value, (int, float)):
        return None
    lacking = before if isinstance(before, Linear) else after
    if not isinstance(lacking, Linear) or symbols(lacking) <= symbols(dims[0]):
        return None
    side = "post" if equal(before, 0) is True else "pre" if equal(after, 0) is True else UNKNOWN
    return Padding(side=side, value=value, location=at.machine.location(at.node))
