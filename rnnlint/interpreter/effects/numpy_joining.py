"""numpy: arrays laid side by side, repeated, taken apart."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Values
from rnnlint.facts.sizes import add, equal, floor_divide, is_known, multiply, subtract, symbols
from rnnlint.interpreter import arrays, dtypes, ranges
from rnnlint.interpreter.arrays import Dims, derive, like_rows, make, to_array, to_axis, to_items, to_size
from rnnlint.interpreter.effects.numpy_shapes import with_new_axes
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.indexing import get_item
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, List, Object, Value
from rnnlint.interpreter.windows import windows_of_rows

MAX_PARTS = 256
"""Arrays that an array is split into one by one."""


@effect("numpy.concatenate", "numpy.concat")
def concatenate(at: Invocation, arrays: Value, axis: Value = 0) -> Value:
    """Arrays laid behind each other along an axis."""
    return joined(at, arrays, axis)


def joined(at: Invocation, given: Value, axis: Value, shape: Any = None) -> Array:
    """Arrays laid behind each other; each first brought into shape by `shape`."""
    items = _parts(given)
    if items is None:
        return _joined_like(at, given, axis, shape)
    parts = [to_array(at, item) for item in items]
    if shape is not None:
        parts = [shape(at, part) for part in parts]
    if not parts:
        return make(at, None)
    if axis is None:
        total: Any = 0
        for part in parts:
            total = add(total, UNKNOWN if part.dims is None else arrays.product(part.dims))
        return _merged(at, parts, (total,), None)
    known = [part for part in parts if part.dims is not None]
    if not known or not isinstance(axis, int):
        return _merged(at, parts, None, None)
    rank = len(known[0].dims or ())
    number = to_axis(axis, rank)
    if number is None or any(len(part.dims or ()) != rank for part in known):
        return _merged(at, parts, None, None)
    size: Any = 0
    for part in parts:
        size = add(size, UNKNOWN if part.dims is None else part.dims[number])
    rest = _common(known, rank, number)
    dims = None if rest is None else (*rest[:number], size, *rest[number + 1 :])
    return _merged(at, parts, dims, number)


def _parts(given: Value) -> Sequence[Value] | None:
    """The arrays to join: elements of a list, rows of an array of known rows."""
    if isinstance(given, tuple):
        return given
    return given.items if isinstance(given, List) else None


def _common(parts: Sequence[Array], rank: int, axis: int) -> tuple[Any, ...] | None:
    """The sizes of the other axes; None where they do not fit."""
    result: list[Any] = []
    for number in range(rank):
        sizes = [part.dims[number] for part in parts if part.dims is not None]
        if number == axis:
            result.append(UNKNOWN)
            continue
        if any(equal(sizes[0], size) is False for size in sizes[1:]):
            return None
        result.append(next((size for size in sizes if isinstance(size, int)), sizes[0]))
    return tuple(result)


def _merged(at: Invocation, parts: Sequence[Array], dims: Dims, axis: int | None) -> Array:
    facts: dict[str, Any] = {
        "dtype": dtypes.promote(part.fact.dtype for part in parts),
        "values": ranges.joined(part.fact.values for part in parts),
        "origins": arrays.origins(parts),
        "ragged": UNKNOWN if any(part.fact.ragged is not False for part in parts) else False,
    }
    contents = [part.content for part in parts]
    if axis == 0 and dims is not None and all(isinstance(content, tuple) for content in contents):
        together = tuple(number for content in contents for number in content)
        if len(together) <= arrays.MAX_CONTENT and isinstance(arrays.product(dims), int):
            facts["content"] = together
    if axis:
        facts["values"] = replace(facts["values"], one_hot=UNKNOWN)
        return _side_by_side(at, parts, dims, facts)
    if len(parts) == 1:
        facts |= {"windows": parts[0].fact.windows, "cut": parts[0].cut, "split": parts[0].fact.split}
    if all(part.fact.shuffled is False for part in parts):
        facts["shuffled"] = False
    padding = parts[0].fact.padding
    if padding is not None and all(part.fact.padding == padding for part in parts):
        facts["padding"] = padding
    if axis == 0 and dims is not None and len(parts) == 2:
        facts["padding"] = facts.get("padding") or _padding(at, parts, dims)
    if (
        axis == 0
        and dims is not None
        and len(parts) > 1
        and all(equal(part.dims[0], 1) is True for part in parts if part.dims)
    ):
        facts["windows"] = windows_of_rows(parts)
    return make(at, dims, facts.pop("dtype"), facts.pop("values"), **facts)


def _padding(at: Invocation, parts: Sequence[Array], dims: tuple[Any, ...]) -> Padding | None:
    """A sequence with as many equal numbers as it lacks is padded."""
    for filler, side in ((parts[1], "post"), (parts[0], "pre")):
        number: Any = filler.fact.values.low
        lacking = filler.dims[0] if filler.dims else UNKNOWN
        constant = isinstance(number, (int, float)) and number == filler.fact.values.high
        if constant and isinstance(lacking, Linear) and not symbols(lacking) <= symbols(dims[0]):
            return Padding(side=side, value=number, location=at.machine.location(at.node))
    return None


def _side_by_side(at: Invocation, parts: Sequence[Array], dims: Dims, facts: dict[str, Any]) -> Array:
    """Rows of the first with the rows of the others behind them."""
    first = parts[0]
    windows = first.fact.windows
    for part in parts[1:]:
        other = part.fact.windows
        if windows is None or other is None or replace(other, columns=UNKNOWN) != replace(windows, columns=UNKNOWN):
            windows = None
    if windows is not None and len(parts) > 1:
        windows = replace(windows, columns=UNKNOWN)
    cut = first.cut
    if len(parts) > 1 and cut is not None:
        same = all(
            part.cut is not None and part.cut.source == cut.source and part.cut.start == cut.start for part in parts
        )
        cut = replace(cut, columns=UNKNOWN) if same else None
    elif len(parts) > 1:
        cut = None
    split = first.fact.split
    shuffled = True if any(part.fact.shuffled is True for part in parts) else first.fact.shuffled
    return derive(at, first, dims, **facts, windows=windows, cut=cut, split=split, shuffled=shuffled)


def _joined_like(at: Invocation, given: Value, axis: Value, shape: Any) -> Array:
    """Arrays of a list that holds `length` like arrays, or of the rows of an array."""
    whole = to_array(at, given) if isinstance(given, (List, Array)) else None
    if whole is None:
        return make(at, None, origins=frozenset())
    if not whole.dims:
        return derive(at, whole, None)
    inner = whole.dims[1:] if shape is None else shape(at, derive(at, whole, whole.dims[1:])).dims
    number = to_axis(axis, len(inner)) if inner else None
    if inner is None or number is None:
        return derive(at, whole, None)
    varied = isinstance(given, List) and inner[number] is UNKNOWN
    size = UNKNOWN if varied else multiply(whole.dims[0], inner[number])
    result = (*inner[:number], size, *inner[number + 1 :])
    windows = whole.fact.windows if number == 0 and equal(inner[0], 1) is True else None
    return derive(at, whole, result, windows=windows, padding=whole.fact.padding if number == 0 else None)


@effect("numpy.append")
def append(at: Invocation, arr: Value, values: Value, axis: Value = None) -> Value:
    """Behind each other; without an axis as numbers in one row."""
    more = values
    if isinstance(values, (int, float)) and axis is None:
        more = at.machine.make_list([values])
    return joined(at, (arr, more), axis)


@effect("numpy.vstack", "numpy.row_stack")
def vstack(at: Invocation, tup: Value) -> Value:
    """Above each other; vectors are rows."""
    return joined(at, tup, 0, _as_row)


@effect("numpy.hstack")
def hstack(at: Invocation, tup: Value) -> Value:
    """Behind each other along the second axis, of vectors along the first."""
    items = _parts(tup)
    first = to_array(at, items[0]) if items else None
    if first is None or first.dims is None:
        whole = to_array(at, tup) if isinstance(tup, (List, Array)) else None
        if whole is None or whole.dims is None:
            return make(at, None)
        return joined(at, tup, 0 if len(whole.dims) == 2 else 1)
    return joined(at, tup, 0 if len(first.dims) < 2 else 1, _as_vector)


@effect("numpy.dstack")
def dstack(at: Invocation, tup: Value) -> Value:
    """Along the third axis."""
    return joined(at, tup, 2, _as_depth)


@effect("numpy.column_stack")
def column_stack(at: Invocation, tup: Value) -> Value:
    """Vectors as columns, side by side."""
    return joined(at, tup, 1, _as_column)


def _as_row(at: Invocation, array: Array) -> Array:
    dims = array.dims
    if dims is None or len(dims) > 1:
        return array
    return with_new_axes(at, array, (1, *(dims or (1,))), True)


def _as_vector(at: Invocation, array: Array) -> Array:
    return with_new_axes(at, array, (1,), False) if array.dims == () else array


def _as_column(at: Invocation, array: Array) -> Array:
    dims = array.dims
    return with_new_axes(at, array, (*dims, 1), False) if dims is not None and len(dims) == 1 else array


def _as_depth(at: Invocation, array: Array) -> Array:
    dims = array.dims
    if dims is None or len(dims) > 2:
        return array
    return with_new_axes(at, array, (1, *dims, 1) if len(dims) == 1 else (*dims, 1), len(dims) == 1)


@effect("numpy.stack")
def stack(at: Invocation, arrays: Value, axis: Value = 0) -> Value:
    """Like arrays along a new axis."""
    if not isinstance(axis, int):
        return make(at, None)
    whole = to_array(at, arrays)
    if axis == 0 or whole.dims is None:
        return whole
    rank = len(whole.dims)
    number = to_axis(axis, rank)
    items = _parts(arrays)
    if number is None or whole.fact.ragged is True:
        return make(at, None)
    dims = (*whole.dims[1 : number + 1], whole.dims[0], *whole.dims[number + 1 :])
    facts: dict[str, Any] = {"dtype": whole.fact.dtype, "values": replace(whole.fact.values, one_hot=UNKNOWN)}
    if number == 0 or not items or not isinstance(items[0], Array):
        return derive(at, whole, dims, windows=None if number else whole.fact.windows, **facts)
    converted = [to_array(at, item) for item in items]
    return _side_by_side(at, converted, dims, facts | {"origins": whole.fact.origins})


@attribute("numpy.r_")
def rows_stacker(machine: Machine, library: Value) -> Value:
    """What `np.r_[a, b]` indexes."""
    return Object("numpy.r_.stacker")


@attribute("numpy.c_")
def columns_stacker(machine: Machine, library: Value) -> Value:
    """What `np.c_[a, b]` indexes."""
    return Object("numpy.c_.stacker")


@effect("numpy.r_.stacker.__getitem__")
def rows_joined(at: Invocation, stacker: Value, index: Value) -> Value:
    """`np.r_[a, b]`: behind each other along the first axis."""
    items = index if isinstance(index, tuple) else (index,)
    if any(isinstance(item, (slice, str)) for item in items):
        return make(at, None)
    return joined(at, tuple(items), 0, _as_vector)


@effect("numpy.c_.stacker.__getitem__")
def columns_joined(at: Invocation, stacker: Value, index: Value) -> Value:
    """`np.c_[a, b]`: side by side."""
    items = index if isinstance(index, tuple) else (index,)
    if any(isinstance(item, (slice, str)) for item in items):
        return make(at, None)
    return joined(at, tuple(items), -1, _as_column)


@effect("numpy.where", "numpy.select")
def where(at: Invocation, condition: Value, x: Value = None, y: Value = None) -> Value:
    """One or the other, element by element; alone: where it holds, a vector for each axis."""
    truths = to_array(at, condition)
    if x is None and y is None:
        count = at.machine.symbol("n")
        rank = 1 if truths.dims is None else len(truths.dims)
        found = tuple(make(at, (count,), "int64", Values(low=0, whole=True), shuffled=False) for _ in range(rank))
        return found if truths.dims is not None else UNKNOWN
    if any(not isinstance(item, (Array, List, tuple, int, float)) for item in (x, y)):
        return derive(
            at, truths, truths.dims if truths.dims else None, dtype=UNKNOWN, values=Values(), origins=frozenset()
        )
    first, second = to_array(at, x), to_array(at, y)
    dims = arrays.broadcast(truths.dims, first.dims, second.dims)
    dtype = dtypes.promote([first.fact.dtype, second.fact.dtype])
    values = ranges.joined([first.fact.values, second.fact.values])
    values = replace(values, one_hot=UNKNOWN)
    if dims is not None and truths.dims is not None and dims == truths.dims:
        merged = arrays.origins([truths, *(item for item in (x, y) if not isinstance(item, (int, float)))])
        return like_rows(at, truths, dims, dtype=dtype, values=values, origins=merged, cut=None)
    return make(at, dims, dtype, values, origins=arrays.origins([truths, first, second]))


@effect("numpy.repeat", "numpy.ndarray.repeat")
def repeat(at: Invocation, a: Value, repeats: Value, axis: Value = None) -> Value:
    """Each element several times."""
    array = to_array(at, a)
    times = to_size(repeats) if isinstance(repeats, (int, float)) or is_known(repeats) else UNKNOWN
    dims = array.dims
    if axis is None:
        total = UNKNOWN if dims is None else multiply(arrays.product(dims), times)
        return derive(at, array, (total,))
    number = None if dims is None else to_axis(axis, len(dims))
    if dims is None or number is None:
        return derive(at, array, None)
    result = (*dims[:number], multiply(dims[number], times), *dims[number + 1 :])
    return derive(at, array, result) if number == 0 else like_rows(at, array, result, windows=None)


@effect("numpy.tile")
def tile(at: Invocation, A: Value, reps: Value) -> Value:
    """The array several times along each axis."""
    array = to_array(at, A)
    counts = arrays.to_dims(reps)
    dims = array.dims
    if counts is None or dims is None:
        return derive(at, array, None)
    rank = max(len(counts), len(dims))
    sizes = (1,) * (rank - len(dims)) + dims
    times = (1,) * (rank - len(counts)) + counts
    result = tuple(multiply(size, count) for size, count in zip(sizes, times, strict=True))
    return derive(at, array, result, values=replace(array.fact.values, one_hot=UNKNOWN))


@effect("numpy.split", "numpy.array_split", "numpy.hsplit", "numpy.vsplit", "numpy.dsplit")
def split(at: Invocation, ary: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
    """Parts along an axis: a number of equal ones, or those between the given places."""
    array = to_array(at, ary)
    axis = {"h": 1, "v": 0, "d": 2}.get(at.path[6], axis) if at.path.endswith(("hsplit", "vsplit", "dsplit")) else axis
    dims = array.dims
    number = None if dims is None else to_axis(axis, len(dims))
    if dims is None or number is None:
        return at.machine.make_list(None, UNKNOWN, derive(at, array, None))
    whole: tuple[Value, ...] = (slice(None),) * number
    if isinstance(indices_or_sections, int):
        bounds = _even_bounds(dims[number], indices_or_sections, at.path.endswith("array_split"))
    else:
        places = to_items(indices_or_sections)
        bounds = None if places is None else [0, *places, None]
    if bounds is None or len(bounds) > MAX_PARTS:
        return at.machine.make_list(None, UNKNOWN, derive(at, array, (*dims[:number], UNKNOWN, *dims[number + 1 :])))
    slices = [slice(start, stop) for start, stop in pairwise(bounds)]
    return at.machine.make_list([get_item(at, array, (*whole, part)) for part in slices])


def _even_bounds(size: Any, count: int, uneven: bool) -> list[Any] | None:
    if not 1 <= count < MAX_PARTS:
        return None
    if isinstance(size, int) and uneven:
        each, more = divmod(size, count)
        return [number * each + min(number, more) for number in range(count + 1)]
    if uneven and count > 1:
        return None
    part = floor_divide(size, count)
    return [multiply(part, number) for number in range(count + 1)] if is_known(part) else None


@effect("numpy.take", "numpy.ndarray.take")
def take(at: Invocation, a: Value, indices: Value, axis: Value = None) -> Value:
    """Elements by number along an axis."""
    array = to_array(at, a)
    if axis is None:
        flat = array if array.dims is not None and len(array.dims) == 1 else derive(at, array, (UNKNOWN,))
        return get_item(at, flat, indices)
    number = None if array.dims is None else to_axis(axis, len(array.dims))
    if number is None:
        return derive(at, array, None)
    return get_item(at, array, (*(slice(None),) * number, indices))


@effect("numpy.delete")
def delete(at: Invocation, arr: Value, obj: Value, axis: Value = None) -> Value:
    """Without some elements along an axis."""
    array = to_array(at, arr)
    dims = array.dims
    number = None if dims is None else to_axis(axis, len(dims)) if axis is not None else 0 if len(dims) == 1 else None
    if dims is None or number is None:
        return derive(at, array, None if axis is not None or dims is None else (UNKNOWN,))
    gone: Any = UNKNOWN
    if isinstance(obj, int):
        gone = 1
    elif (items := to_items(obj)) is not None and all(isinstance(item, int) for item in items):
        size = dims[number]
        whole = [item % size if isinstance(size, int) and size else item for item in items]
        gone = len(set(whole)) if isinstance(size, int) or all(item >= 0 for item in whole) else UNKNOWN
    result = (*dims[:number], subtract(dims[number], gone), *dims[number + 1 :])
    return derive(at, array, result) if number == 0 else like_rows(at, array, result, windows=None, cut=None)


@effect("numpy.insert")
def insert(at: Invocation, arr: Value, obj: Value, values: Value, axis: Value = None) -> Value:
    """With more elements along an axis."""
    array = to_array(at, arr)
    dims = array.dims
    number = None if dims is None else to_axis(axis, len(dims)) if axis is not None else 0 if len(dims) == 1 else None
    if dims is None or number is None:
        return derive(at, array, None, values=Values())
    single = isinstance(obj, int) and isinstance(values, (int, float))
    size = add(dims[number], 1) if single else UNKNOWN
    return derive(at, array, (*dims[:number], size, *dims[number + 1 :]), values=Values())


@effect("numpy.broadcast_to")
def broadcast_to(at: Invocation, array: Value, shape: Value) -> Value:
    """The array as often as the shape asks."""
    return derive(at, to_array(at, array), arrays.to_dims(shape))
