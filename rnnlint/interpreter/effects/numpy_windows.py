"""numpy: windows as views of a series."""

from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Windows
from rnnlint.facts.sizes import add, divides, floor_divide, is_known, multiply, subtract
from rnnlint.interpreter.arrays import derive, product, row_cut, to_array, to_axis, to_dims, to_items
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Value


@effect("numpy.lib.stride_tricks.sliding_window_view")
def sliding_window_view(at: Invocation, x: Value, window_shape: Value, axis: Value = None) -> Value:
    """All windows along some axes; the windows are the last axes."""
    array = to_array(at, x)
    lengths = to_dims(window_shape)
    dims = array.dims
    if dims is None or lengths is None:
        return derive(at, array, None)
    wanted = tuple(range(len(dims))) if axis is None else (axis,) if isinstance(axis, int) else to_items(axis) or ()
    places = [to_axis(number, len(dims)) for number in wanted]
    if len(places) != len(lengths) or any(place is None for place in places):
        return derive(at, array, None)
    sizes = list(dims)
    for place, length in zip(places, lengths, strict=True):
        if place is not None:
            sizes[place] = add(subtract(sizes[place], length), 1)
    windows = _series(array, lengths[0], 1, 1) if places == [0] else None
    return derive(at, array, (*sizes, *lengths), windows=windows, shuffled=False if windows else array.fact.shuffled)


@effect("numpy.lib.stride_tricks.as_strided")
def as_strided(at: Invocation, x: Value, shape: Value = None, strides: Value = None) -> Value:
    """Any view; windows where the first two strides go along the first axis."""
    array = to_array(at, x)
    dims = array.dims if shape is None else to_dims(shape)
    steps = to_items(strides) if strides is not None else None
    own = _strides(array)
    windows = None
    if dims and steps and own and len(steps) == len(dims) >= 2:
        stride, rate = _ratio(steps[0], own[0]), _ratio(steps[1], own[0])
        if is_known(stride) and is_known(rate):
            windows = _series(array, dims[1], stride, rate)
    return derive(at, array, dims, windows=windows)


def _ratio(step: Value, unit: Any) -> Any:
    exact = isinstance(step, (int, Linear)) and divides(unit, step) is True
    return floor_divide(step, unit) if exact else UNKNOWN


def _series(array: Array, length: Any, stride: Any, rate: Any) -> Windows | None:
    cut = row_cut(array)
    if array.fact.windows is not None or not is_known(cut.start) or not isinstance(cut.step, int):
        return None
    columns = frozenset(cut.columns) if isinstance(cut.columns, tuple) else cut.columns
    step: Any = multiply(stride, cut.step)
    between: Any = multiply(rate, cut.step)
    return Windows(cut.source, length, step, cut.start, between, columns=columns)


def _strides(array: Array) -> tuple[Any, ...] | None:
    """Bytes from one element to the next along each axis, of an array whose numbers lie one behind the other."""
    if not array.dims:
        return None
    digits = "".join(c for c in str(array.fact.dtype) if c.isdigit())
    item = int(digits) // 8 if digits and array.fact.dtype is not UNKNOWN else 8
    return tuple(multiply(item, product(array.dims[axis + 1 :])) for axis in range(len(array.dims)))


@attribute("numpy.ndarray.strides")
def strides(machine: Machine, array: Array) -> Value:
    """Bytes from one element to the next along each axis."""
    found = _strides(array)
    return UNKNOWN if found is None else found
