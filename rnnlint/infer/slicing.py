"""What indexing and slicing do to shapes."""

from collections.abc import Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Linear, Shape, Tensor
from rnnlint.facts.sizes import add, less_equal, subtract
from rnnlint.infer.options import MAX_RANK


def indexed(shape: Shape, key: Any) -> AnyShape:
    """`x[key]` as NumPy and Keras index: integers, slices, None, `...`, or a tuple of these.

    UNKNOWN for anything else (arrays and lists of indices) and for more indices than axes.
    """
    keys = list(key) if isinstance(key, tuple) else [key]
    if not all(k is None or k is Ellipsis or isinstance(k, slice) or _is_number(k) for k in keys):
        return UNKNOWN
    if keys.count(Ellipsis) > 1:
        return UNKNOWN
    taking = sum(k is not None and k is not Ellipsis for k in keys)
    if taking > shape.rank:
        return UNKNOWN
    if Ellipsis not in keys:
        keys.append(Ellipsis)
    place = keys.index(Ellipsis)
    keys[place : place + 1] = [slice(None)] * (shape.rank - taking)
    axes: list[Axis] = []
    source = iter(shape.axes)
    for k in keys:
        if k is None:
            axes.append(Axis(f"axis{len(axes)}", 1))
            continue
        axis = next(source)
        if isinstance(k, slice):
            axes.append(Axis(axis.name, sliced(axis.size, k.start, k.stop, k.step)))
    return Shape(tuple(axes))


def sliced(size: Dim, start: Any, stop: Any, step: Any) -> Dim:
    """How many of `size` the slice takes."""
    if any(not (part is None or _is_number(part) or isinstance(part, Linear)) for part in (start, stop, step)):
        return UNKNOWN
    if start is None and stop is None and step in (None, 1, -1):
        return size
    if size is None or size is UNKNOWN or step == 0:
        return None if size is None and step != 0 else UNKNOWN
    if isinstance(size, int) and all(part is None or isinstance(part, int) for part in (start, stop, step)):
        return len(range(*slice(start, stop, step).indices(size)))
    if step not in (None, 1):
        return UNKNOWN
    first, last = _place(size, start, 0), _place(size, stop, size)
    if first is UNKNOWN or last is UNKNOWN or less_equal(first, last) is not True:
        return UNKNOWN
    return subtract(last, first)


def _place(size: Dim, index: Any, default: Dim) -> Dim:
    """Where an index points to, if that surely lies inside."""
    if index is None:
        return default
    place = add(size, index) if isinstance(index, int) and index < 0 else index
    inside = less_equal(0, place) is True and less_equal(place, size) is True
    return place if inside else UNKNOWN


def plain_key(key: Any) -> Any:
    """A key as Python has it; saved ones hold lists and objects in place of tuples and slices."""
    if isinstance(key, dict) and key.keys() <= {"start", "stop", "step"}:
        return slice(key.get("start"), key.get("stop"), key.get("step"))
    if isinstance(key, list):
        parts = [plain_key(part) for part in key]
        whole = any(part is None or part is Ellipsis or isinstance(part, slice) for part in parts)
        return tuple(parts) if whole else key
    return tuple(plain_key(part) for part in key) if isinstance(key, tuple) else key


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def without(axes: Sequence[Axis], gone: set[int]) -> tuple[Axis, ...]:
    """The axes that are left."""
    return tuple(axis for index, axis in enumerate(axes) if index not in gone)


def shape_of(value: Any) -> AnyShape:
    """Of a tensor, a number, or an array written as nested lists."""
    if isinstance(value, Tensor):
        return value.shape
    sizes: list[Dim] = []
    while isinstance(value, list | tuple) and value and len(sizes) < MAX_RANK:
        sizes.append(len(value))
        value = value[0]
    return Shape.of(sizes) if isinstance(value, int | float) else UNKNOWN
