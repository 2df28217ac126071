"""The shape of an array of which not even the rank is known: each size has a name, the same each time it is asked."""

from typing import Any

from rnnlint.facts import UNKNOWN
from rnnlint.facts.sizes import symbol
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Object, Value

PATH = "numpy.unknown_shape"


def row_count(array: Array) -> Any:
    """`len(array)`."""
    return array.dims[0] if array.dims else UNKNOWN if array.dims == () else unknown_size(array, 0)


def unknown_size(array: Array, axis: int) -> Any:
    """`array.shape[axis]` of an array of unknown rank."""
    name = array.fact.name or "x"
    return symbol(f"len({name})" if axis == 0 else f"{name}.shape[{axis}]", array.fact.source)


def unknown_shape(array: Array) -> Object:
    """`array.shape` of an array of unknown rank."""
    return Object(PATH, {"array": array})


@effect(f"{PATH}.__getitem__")
def size_at(at: Invocation, shape: Object, index: Value) -> Value:
    """A size from the front; others cannot be told apart."""
    if isinstance(shape, Object) and isinstance(index, int) and not isinstance(index, bool) and 0 <= index < 8:
        return unknown_size(shape.attributes["array"], index)
    return UNKNOWN
