"""numpy: the same numbers in another shape."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Reshaped, Shape, Use, Values, Windows
from rnnlint.facts.sizes import equal, floor_divide, is_known
from rnnlint.interpreter import arrays
from rnnlint.interpreter.arrays import Dims, derive, product, row_cut, to_array, to_axis, to_dims, to_items, view
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.unknown_shape import row_count
from rnnlint.interpreter.values import Array, Value


@effect("numpy.reshape")
def reshape(at: Invocation, a: Value, shape: Value, order: Value = "C") -> Value:
    """The same numbers, in another shape."""
    if shape is UNKNOWN:
        shape = at.kwargs.get("newshape", UNKNOWN)
    return reshaped(at, to_array(at, a), to_dims(shape), order, ("a", "shape", "order"))


@effect("numpy.ndarray.reshape")
def reshape_method(at: Invocation, a: Array, *sizes: Value, shape: Value = None, order: Value = "C") -> Value:
    """The same numbers, in another shape, its sizes given as one argument or as several."""
    wanted = sizes[0] if len(sizes) == 1 else sizes if sizes else shape
    parameters = ("shape",) if len(sizes) == 1 else [f"size {number}" for number in range(len(sizes))]
    return reshaped(at, a, to_dims(wanted), order, parameters)


@effect("unknown.reshape")
def reshape_unknown(at: Invocation, a: Value, *sizes: Value, shape: Value = None) -> Value:
    """Whatever it is, it has the shape that is asked for."""
    wanted = to_dims(sizes[0] if len(sizes) == 1 else sizes if sizes else shape)
    if wanted is None:
        return UNKNOWN
    return arrays.make(at, resolve(None, wanted), origins=frozenset())


@effect("numpy.resize")
def resize(at: Invocation, a: Value, new_shape: Value) -> Value:
    """Numbers again and again until the shape is full."""
    return derive(at, to_array(at, a), to_dims(new_shape))


@effect("numpy.ndarray.resize")
def resize_in_place(at: Invocation, a: Array, *sizes: Value) -> Value:
    """Another shape in place."""
    wanted = sizes[0] if len(sizes) == 1 else sizes
    a.fact = derive(at, a, to_dims(wanted)).fact
    a.cut = a.content = None
    return None


def reshaped(at: Invocation, array: Array, target: Dims, order: Value, parameters: Sequence[str]) -> Array:
    """An array in the shape that is asked for, -1 worked out."""
    dims = None if target is None else resolve(array.dims, target)
    found = view(at, array, dims)
    before = array.fact.shape
    where = at.machine.location(at.node)
    if isinstance(found.fact.shape, Shape):
        site = at.machine.site(at, parameters)
        at.machine.uses.append(Use("reshape", array.fact, found.fact.shape, where, site=site))
    if array.dims is not None and dims is not None and _refused(array.dims, dims):
        return derive(at, array, None)  # numpy refuses: what was meant, and has come of it, cannot be told
    if order != "C":
        return derive(at, array, dims)
    if array.content is not None and dims is not None and all(isinstance(size, int) for size in dims):
        flat = arrays.flat(array.content)
        found.content = arrays.nested(flat, dims) if len(flat) == product(dims) else None
    same = same_rows(array, dims)
    if isinstance(before, Shape) and before != found.fact.shape:
        found.fact = replace(
            found.fact, reshaped=Reshaped(before, where, at.machine.site(at, parameters), array.fact.windows)
        )
    if not same:
        found.cut = None
        found.fact = replace(found.fact, windows=_pieces(array, dims), padding=None, split=array.fact.split)
    if found.fact.values.one_hot is True and (array.dims is None or dims is None or dims[-1:] != array.dims[-1:]):
        found.fact = replace(found.fact, values=replace(found.fact.values, one_hot=UNKNOWN))
    return found


def _refused(dims: Sequence[Any], target: Sequence[Any]) -> bool:
    """Whether the shapes surely hold another count of numbers; sizes of both do not matter, how many they may be."""
    rest, others = list(target), []
    for size in dims:
        if is_known(size) and size in rest:
            rest.remove(size)
        else:
            others.append(size)
    return equal(product(others), product(rest)) is False


def resolve(dims: Dims, target: tuple[Any, ...]) -> Dims:
    """The target with the one size that is left open (-1, or not known) worked out."""
    target = tuple(-1 if size == -1 else size for size in target)
    open_ = [number for number, size in enumerate(target) if size == -1 or not is_known(size)]
    holes = [number for number in open_ if target[number] == -1]
    if not open_:
        return target
    if len(open_) > 1 or dims is None:
        return (
            tuple(UNKNOWN if number in open_ else size for number, size in enumerate(target))
            if len(holes) < 2
            else None
        )
    rest = list(dims)
    others = []
    for number, size in enumerate(target):
        if number == open_[0]:
            continue
        if size in rest:
            rest.remove(size)
        else:
            others.append(size)
    size = floor_divide(product(rest), product(others))
    found = size if is_known(size) else UNKNOWN
    return (*target[: open_[0]], found, *target[open_[0] + 1 :])


def same_rows(array: Array, dims: Dims) -> bool:
    """Whether the rows of the array are rows of the new shape still."""
    if dims is None or not dims:
        return False
    old = array.dims
    if old is None:
        return bool(dims[0] == row_count(array))
    if not old:
        return False
    if equal(old[0], dims[0]) is True:
        return True
    return equal(product(old[1:]), product(dims[1:])) is True and product(old[1:]) != 0


def _pieces(array: Array, dims: Dims) -> Windows | None:
    """A series (of numbers, or of rows of features) that is cut into pieces, one behind the other."""
    old = array.dims
    if old is None or dims is None or array.fact.shuffled is True or array.fact.windows is not None:
        return None
    width = old[1] if len(old) == 2 else 1
    narrow = len(old) == 1 or (len(old) == 2 and len(dims) == 3)
    if len(old) not in (1, 2) or not narrow or len(dims) not in (2, 3) or not is_known(dims[1]):
        return None
    if len(dims) == 3 and equal(dims[2], width) is not True:
        return None
    cut = row_cut(array)
    if not is_known(cut.start) or cut.step != 1 or equal(dims[1], 1) is not False:
        return None
    columns = frozenset(cut.columns) if isinstance(cut.columns, tuple) else cut.columns
    return Windows(cut.source, dims[1], stride=dims[1], offset=cut.start, columns=columns)


@effect("numpy.ravel", "numpy.ndarray.ravel", "numpy.ndarray.flatten")
def ravel(at: Invocation, a: Value) -> Value:
    """One axis of all numbers."""
    array = to_array(at, a)
    total = UNKNOWN if array.dims is None else product(array.dims)
    found = view(at, array, (total,))
    if array.dims is None or len(array.dims) != 1:
        found.cut = row_cut(array) if same_rows(array, (total,)) else None
        windows = array.fact.windows if found.cut is not None else None
        found.fact = replace(found.fact, windows=windows, padding=None, values=_flat_values(array.fact.values))
    if array.content is not None:
        found.content = tuple(arrays.flat(array.content))
    return found


def _flat_values(values: Values) -> Values:
    return replace(values, one_hot=UNKNOWN)


@effect("numpy.expand_dims")
def expand_dims(at: Invocation, a: Value, axis: Value) -> Value:
    """An axis of size 1 more."""
    array = to_array(at, a)
    if array.dims is None:
        return view(at, array, None)
    wanted = [axis] if isinstance(axis, int) else to_items(axis)
    if wanted is None or not all(isinstance(number, int) for number in wanted):
        return view(at, array, None)
    rank = len(array.dims) + len(wanted)
    places = {number % rank for number in wanted if -rank <= number < rank}
    if len(places) != len(wanted):
        return view(at, array, None)
    rest = iter(array.dims)
    dims = tuple(1 if number in places else next(rest) for number in range(rank))
    return with_new_axes(at, array, dims, 0 in places)


def with_new_axes(at: Invocation, array: Array, dims: Dims, in_front: bool) -> Array:
    """The array with further axes of size 1; in front of all: one row that holds what were the rows."""
    found = view(at, array, dims)
    if in_front and array.dims != ():
        found.cut = None
        found.fact = replace(found.fact, windows=None, padding=None)
    if dims and dims[-1] == 1:
        found.fact = replace(found.fact, values=_flat_values(found.fact.values))
    if array.content is not None and dims is not None and all(isinstance(size, int) for size in dims):
        found.content = arrays.nested(arrays.flat(array.content), dims)
    return found


@effect("numpy.atleast_1d", "numpy.atleast_2d", "numpy.atleast_3d")
def atleast(at: Invocation, a: Value) -> Value:
    """Axes of size 1 up to that rank."""
    array = to_array(at, a)
    rank = int(at.path[-2])
    if array.dims is None or len(array.dims) >= rank:
        return array
    dims = array.dims
    missing = rank - len(dims)
    dims = (*((1,) if len(dims) == 1 else ()), *dims, 1) if rank == 3 and dims else (1,) * missing + dims
    return with_new_axes(at, array, dims, dims[0] == 1 and len(array.dims) < 2)


@effect("numpy.squeeze", "numpy.ndarray.squeeze")
def squeeze(at: Invocation, a: Value, axis: Value = None) -> Value:
    """Without axes of size 1."""
    array = to_array(at, a)
    dims = array.dims
    if dims is None:
        return view(at, array, None)
    if axis is None:
        answers = [equal(size, 1) for size in dims]
        if any(answer is UNKNOWN for answer in answers):
            return view(at, array, None)
        gone = {number for number, answer in enumerate(answers) if answer is True}
    else:
        wanted = [axis] if isinstance(axis, int) else to_items(axis)
        places = [to_axis(number, len(dims)) for number in wanted] if wanted is not None else [None]
        if any(place is None for place in places):
            return view(at, array, None)
        gone = {place for place in places if place is not None}
    kept = tuple(size for number, size in enumerate(dims) if number not in gone)
    found = view(at, array, kept)
    if 0 in gone:
        found.cut = None
        found.fact = replace(found.fact, windows=None, padding=None)
    if array.content is not None and all(isinstance(size, int) for size in kept):
        found.content = arrays.nested(arrays.flat(array.content), kept)
    return found


def permuted(at: Invocation, array: Array, order: Sequence[int] | None) -> Array:
    """The array with its axes in another order."""
    dims = array.dims
    if dims is None or order is None:
        return view(at, array, None)
    result = tuple(dims[number] for number in order)
    if list(order) == list(range(len(dims))):
        return array
    if order[0] == 0:
        found = view(at, array, result)
        found.fact = replace(found.fact, values=_flat_values(array.fact.values))
        return found
    found = derive(
        at, array, result, source=array.fact.source, shuffled=UNKNOWN, values=_flat_values(array.fact.values)
    )
    if array.content is not None and len(dims) == 2 and len(array.content) and not isinstance(array.content, str):
        found.content = tuple(zip(*array.content, strict=True))
    return found


@effect("numpy.transpose")
def transpose(at: Invocation, a: Value, axes: Value = None) -> Value:
    """The axes in another order, backwards unless it is given."""
    array = to_array(at, a)
    return permuted(at, array, _order(array, axes))


@effect("numpy.ndarray.transpose")
def transpose_method(at: Invocation, a: Array, *axes: Value) -> Value:
    """The axes in another order, given as one argument or as several."""
    wanted = axes[0] if len(axes) == 1 else axes if axes else None
    return permuted(at, a, _order(a, wanted))


@attribute("numpy.ndarray.T")
def transposed(machine: Machine, a: Array) -> Value:
    """The axes backwards."""
    return permuted(Invocation(machine, None, "numpy.ndarray.T"), a, _order(a, None))


def _order(array: Array, axes: Value) -> list[int] | None:
    if array.dims is None:
        return None
    rank = len(array.dims)
    if axes is None:
        return list(reversed(range(rank)))
    wanted = to_items(axes)
    if wanted is None:
        return None
    order = [to_axis(axis, rank) for axis in wanted]
    found = [axis for axis in order if axis is not None]
    return found if sorted(found) == list(range(rank)) else None


@effect("numpy.swapaxes", "numpy.ndarray.swapaxes")
def swapaxes(at: Invocation, a: Value, axis1: Value, axis2: Value) -> Value:
    """Two axes exchanged."""
    array = to_array(at, a)
    if array.dims is None:
        return view(at, array, None)
    first, second = to_axis(axis1, len(array.dims)), to_axis(axis2, len(array.dims))
    if first is None or second is None:
        return view(at, array, None)
    order = list(range(len(array.dims)))
    order[first], order[second] = order[second], order[first]
    return permuted(at, array, order)


@effect("numpy.moveaxis")
def moveaxis(at: Invocation, a: Value, source: Value, destination: Value) -> Value:
    """Axes moved to other places."""
    array = to_array(at, a)
    if array.dims is None:
        return view(at, array, None)
    rank = len(array.dims)
    sources = [source] if isinstance(source, int) else to_items(source) or [None]
    targets = [destination] if isinstance(destination, int) else to_items(destination) or [None]
    pairs = [(to_axis(t, rank), to_axis(s, rank)) for s, t in zip(sources, targets, strict=False)]
    if len(sources) != len(targets) or any(t is None or s is None for t, s in pairs):
        return view(at, array, None)
    moved = {s for _, s in pairs}
    order = [number for number in range(rank) if number not in moved]
    for target, start in sorted((t, s) for t, s in pairs if t is not None and s is not None):
        order.insert(target, start)
    return permuted(at, array, order)


@effect("numpy.rollaxis")
def rollaxis(at: Invocation, a: Value, axis: Value, start: Value = 0) -> Value:
    """An axis rolled back to a place in front of `start`."""
    array = to_array(at, a)
    if array.dims is None or not isinstance(start, int):
        return view(at, array, None)
    rank = len(array.dims)
    number = to_axis(axis, rank)
    if number is None or not -rank <= start <= rank:
        return view(at, array, None)
    place = start % rank if start < 0 else start
    order = [axis for axis in range(rank) if axis != number]
    order.insert(place - 1 if number < place else place, number)
    return permuted(at, array, order)
