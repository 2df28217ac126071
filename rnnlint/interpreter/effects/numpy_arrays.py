"""numpy.ndarray: its attributes, indexing, iteration and methods that have no function of their own."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter import arrays, ranges
from rnnlint.interpreter.arrays import derive, product, to_array
from rnnlint.interpreter.effects.numpy_creation import cast
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.filling import set_item
from rnnlint.interpreter.indexing import get_item
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.unknown_shape import row_count, unknown_shape
from rnnlint.interpreter.values import Array, Library, List, Sequenced, Value

MAX_ROWS = 4
"""Rows that a loop sees one by one (`a, b = array`)."""


@attribute("numpy.ndarray.shape")
def shape(machine: Machine, array: Array) -> Value:
    """Its sizes."""
    return unknown_shape(array) if array.dims is None else array.dims


@attribute("numpy.ndarray.ndim")
def ndim(machine: Machine, array: Array) -> Value:
    """Number of axes."""
    return UNKNOWN if array.dims is None else len(array.dims)


@attribute("numpy.ndarray.size")
def size(machine: Machine, array: Array) -> Value:
    """Number of elements."""
    return UNKNOWN if array.dims is None else product(array.dims)


@attribute("numpy.ndarray.dtype")
def dtype(machine: Machine, array: Array) -> Value:
    """The type of its elements."""
    name = array.fact.dtype
    return Library(f"numpy.{name}") if isinstance(name, str) else UNKNOWN


@attribute("numpy.ndarray.flat", "numpy.ndarray.base", "numpy.ndarray.values")
def itself(machine: Machine, array: Array) -> Value:
    """Its numbers."""
    return array


@attribute("numpy.ndarray.real", "numpy.ndarray.imag")
def part(machine: Machine, array: Array) -> Value:
    """A part of complex numbers."""
    return derive(Invocation(machine, None, "numpy.real"), array, array.dims, dtype=UNKNOWN)


@effect("numpy.shape")
def shape_function(at: Invocation, a: Value) -> Value:
    """Its sizes."""
    return shape(at.machine, to_array(at, a))


@effect("numpy.ndim")
def ndim_function(at: Invocation, a: Value) -> Value:
    """Number of axes."""
    return ndim(at.machine, to_array(at, a))


@effect("numpy.size")
def size_function(at: Invocation, a: Value, axis: Value = None) -> Value:
    """Number of elements, or size of an axis."""
    array = to_array(at, a)
    if axis is None:
        return size(at.machine, array)
    number = None if array.dims is None else arrays.to_axis(axis, len(array.dims))
    return UNKNOWN if number is None or array.dims is None else array.dims[number]


@effect("numpy.ndarray.__len__")
def length(at: Invocation, array: Array) -> Value:
    """Number of rows."""
    return row_count(array)


@effect("numpy.ndarray.__getitem__")
def item(at: Invocation, array: Array, index: Value) -> Value:
    """What the index selects."""
    return get_item(at, array, index)


@effect("numpy.ndarray.__setitem__")
def assign(at: Invocation, array: Array, index: Value, value: Value) -> Value:
    """Writes into the array."""
    set_item(at, array, index, value)
    return None


@effect("numpy.ndarray.fill")
def fill(at: Invocation, array: Array, value: Value) -> Value:
    """Writes one number everywhere."""
    array.fact = replace(array.fact, values=ranges.constant_values(value), source=at.machine.new_id(), windows=None)
    array.cut = array.content = None
    return None


@effect("numpy.ndarray.__iter__", "numpy.nditer")
def rows(at: Invocation, array: Value) -> Value:
    """Its rows; one by one where they are few or known, else one for all, with the loop's counter in its place."""
    if not isinstance(array, Array):
        return UNKNOWN
    count = row_count(array)
    few = isinstance(count, int) and (count <= MAX_ROWS or array.content is not None)
    if few and array.dims is not None:
        items = [get_item(at, array, number) for number in range(count)]
        return Sequenced(items, count, of_data=True)
    counter = at.machine.symbol("i")
    return Sequenced(None, count, get_item(at, array, counter), counter, of_data=True)


@effect("numpy.ndenumerate")
def ndenumerate(at: Invocation, arr: Value) -> Value:
    """Every element with its place."""
    array = to_array(at, arr)
    total = UNKNOWN if array.dims is None else product(array.dims)
    return Sequenced(None, total, (UNKNOWN, derive(at, array, ())), of_data=True)


@effect("numpy.ndarray.astype", "numpy.ndarray.view")
def astype(at: Invocation, array: Array, dtype: Value = None) -> Value:
    """The same numbers as another type."""
    return cast(at, array, dtype)


@effect("numpy.ndarray.tolist", "numpy.ndarray.to_list")
def tolist(at: Invocation, array: Array) -> Value:
    """A list of its rows."""
    return as_list(at, array)


def as_list(at: Invocation, array: Array) -> Value:
    """A list of the rows of an array: one by one where the numbers are known."""
    if array.content is not None:
        return _listed(at, array.content)
    if array.dims is None:
        return at.machine.make_list(None, row_count(array), UNKNOWN)
    if not array.dims:
        return array
    made = at.machine.make_list(None, array.dims[0], UNKNOWN)
    if isinstance(made, List):
        made.element = derive(at, array, array.dims[1:])
    return made


def _listed(at: Invocation, content: Any) -> Value:
    if not isinstance(content, tuple):
        return content
    return at.machine.make_list([_listed(at, part) for part in content])


@effect("numpy.ndarray.item")
def one(at: Invocation, array: Array) -> Value:
    """A single number."""
    if array.dims is None:
        return UNKNOWN
    numbers = arrays.flat(array.content) if array.content is not None else []
    return numbers[0] if len(numbers) == 1 and not at.args[1:] else derive(at, array, ())


@effect("numpy.ndarray.tobytes", "numpy.ndarray.tostring", "numpy.ndarray.dump", "numpy.ndarray.tofile",
        "numpy.ndarray.setflags", "numpy.ndarray.__exit__")  # fmt: skip
def nothing(at: Invocation) -> Value:
    """Nothing that is followed."""
    return UNKNOWN
