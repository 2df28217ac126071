"""Operations that rearrange, join, cut and make tensors."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rnnlint.facts import UNKNOWN, Axis, Dim, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import add, divides, equal, floor_divide, multiply
from rnnlint.infer.core import refill
from rnnlint.infer.operations import NOT_KNOWN, Result, Values, axes_of, common_dtype, made, operation
from rnnlint.infer.options import as_integer, as_sequence, as_size
from rnnlint.infer.slicing import indexed, plain_key, shape_of, without

MAX_PARTS = 1000
"""A tensor is split into no more parts than these."""


@operation("Reshape")
def reshape(values: Values) -> Result:
    """All axes anew, the batch included."""
    tensor = values.first
    target = as_sequence(values.get(1, "newshape", "shape"))
    if isinstance(tensor.shape, Unknown) or isinstance(target, Unknown):
        sized = () if isinstance(target, Unknown) else target
        known = bool(sized) and all(_is_plain(size) for size in sized)
        return made(Shape.of([UNKNOWN if s == -1 else as_size(s) for s in sized]) if known else UNKNOWN, tensor.dtype)
    total = multiply(tensor.shape.batch, tensor.shape.elements) if tensor.shape.rank else 1
    if all(_is_plain(size) for size in target):
        sizes, problem = refill(total, tuple(target))
        sizes = _keep_batch(tensor.shape, tuple(target), sizes)
        problems = () if problem is None else (Problem("size", problem, gives=tensor.shape),)
        return Result((Tensor(Shape.of(sizes), tensor.dtype, False),), problems)
    return made(Shape.of([UNKNOWN] * len(target)), tensor.dtype)


def _is_plain(size: Any) -> bool:
    return size == -1 or as_size(size) is not UNKNOWN


def _keep_batch(shape: Shape, target: tuple[Any, ...], sizes: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """A free size is None where the batch is, whatever else there is."""
    free = [index for index, size in enumerate(target) if size == -1]
    if len(free) == 1 and any(size is None for size in shape.dims):
        return tuple(None if index == free[0] else size for index, size in enumerate(sizes))
    return sizes


@operation("Transpose")
def transpose(values: Values) -> Result:
    """Axes in another order."""
    tensor = values.first
    if isinstance(tensor.shape, Unknown):
        return made(UNKNOWN, tensor.dtype)
    order = values.get(1, "axes", "perm")
    places = tuple(range(tensor.shape.rank))[::-1] if order is None else as_sequence(order)
    if isinstance(places, Unknown) or sorted(map(str, places)) != sorted(map(str, range(tensor.shape.rank))):
        return made(UNKNOWN, tensor.dtype)
    return made(Shape(tuple(tensor.shape.axes[place] for place in places)), tensor.dtype)


@operation("Swapaxes")
def swap(values: Values) -> Result:
    """Two axes exchanged."""
    tensor = values.first
    if isinstance(tensor.shape, Unknown):
        return made(UNKNOWN, tensor.dtype)
    one = axes_of(values.get(1, "axis1"), tensor.shape.rank)
    two = axes_of(values.get(2, "axis2"), tensor.shape.rank)
    if one is None or two is None or len(one) != 1 or len(two) != 1:
        return made(UNKNOWN, tensor.dtype)
    axes = list(tensor.shape.axes)
    i, j = one.pop(), two.pop()
    axes[i], axes[j] = axes[j], axes[i]
    return made(Shape(tuple(axes)), tensor.dtype)


@operation("ExpandDims")
def expand(values: Values) -> Result:
    """A further axis of 1."""
    tensor = values.first
    axis = as_integer(values.get(1, "axis", "dim"))
    if isinstance(tensor.shape, Unknown) or isinstance(axis, Unknown):
        return made(UNKNOWN, tensor.dtype)
    rank = tensor.shape.rank + 1
    if not -rank <= axis < rank:
        return made(UNKNOWN, tensor.dtype)
    axes = list(tensor.shape.axes)
    axes.insert(axis % rank, Axis(f"axis{axis % rank}", 1))
    return made(Shape(tuple(axes)), tensor.dtype)


@operation("Squeeze")
def squeeze(values: Values) -> Result:
    """Axes of 1 dropped."""
    tensor = values.first
    axis = values.get(1, "axis", "squeeze_dims")
    if isinstance(tensor.shape, Unknown):
        return made(UNKNOWN, tensor.dtype)
    if axis is None or axis == []:
        if any(not isinstance(size, int) for size in tensor.shape.dims[1:]):
            return made(UNKNOWN, tensor.dtype)
        gone: set[int] | None = {index for index, size in enumerate(tensor.shape.dims) if size == 1}
    else:
        gone = axes_of(axis, tensor.shape.rank)
    return made(UNKNOWN if gone is None else Shape(without(tensor.shape.axes, gone)), tensor.dtype)


def _listed(values: Values) -> list[Tensor] | None:
    """The tensors of a list; None: it holds something else."""
    given = values.get(0, "xs", "values", "inputs", "arrays")
    if not isinstance(given, list | tuple) or not given or not all(isinstance(part, Tensor) for part in given):
        return None
    return list(given)


@operation("Concatenate")
def concatenate(values: Values) -> Result:
    """One behind the other."""
    tensors = _listed(values)
    axis = as_integer(values.get(1, "axis", default=0))
    if tensors is None or isinstance(axis, Unknown):
        return NOT_KNOWN
    shapes = [tensor.shape for tensor in tensors if isinstance(tensor.shape, Shape)]
    dtype = common_dtype(tensors)
    if (
        len(shapes) < len(tensors)
        or len({shape.rank for shape in shapes}) > 1
        or not -shapes[0].rank <= axis < shapes[0].rank
    ):
        return made(UNKNOWN, dtype)
    place = axis % shapes[0].rank
    axes = list(shapes[0].axes)
    for shape in shapes[1:]:
        for index, (mine, other) in enumerate(zip(axes, shape.axes, strict=True)):
            size = add(mine.size, other.size) if index == place else _shared(mine.size, other.size)
            axes[index] = Axis(mine.name, size)
    return made(Shape(tuple(axes)), dtype)


def _shared(a: Dim, b: Dim) -> Dim:
    if a == b:
        return a
    if a is None or b is None:
        return b if a is None else a
    return a if equal(a, b) is True else UNKNOWN


@operation("Stack")
def stack(values: Values) -> Result:
    """Beside each other along a new axis."""
    tensors = _listed(values)
    axis = as_integer(values.get(1, "axis", default=0))
    if tensors is None and axis == 0 and (count := _scalars(values.get(0, "xs", "values"))):
        return made(Shape((Axis("sizes", count),)), UNKNOWN)
    if tensors is None or isinstance(axis, Unknown) or isinstance(tensors[0].shape, Unknown):
        return NOT_KNOWN
    rank = tensors[0].shape.rank + 1
    if not -rank <= axis < rank:
        return NOT_KNOWN
    axes = list(tensors[0].shape.axes)
    axes.insert(axis % rank, Axis(f"axis{axis % rank}", len(tensors)))
    return made(Shape(tuple(axes)), common_dtype(tensors))


def _scalars(parts: Any) -> int:
    """How many there are in a list of nothing but numbers, as constants or tensors; else 0."""
    if not isinstance(parts, list | tuple):
        return 0
    shapes = [shape_of(part) for part in parts]
    return len(parts) if all(isinstance(shape, Shape) and shape.rank == 0 for shape in shapes) else 0


@operation("Split")
def split(values: Values) -> Result:
    """Parts of equal size, or cut at places."""
    tensor = values.first
    parts = values.get(1, "indices_or_sections", "num_or_size_splits")
    axis = as_integer(values.get(2, "axis", default=0))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return Result(None)
    place = axis % tensor.shape.rank
    size = tensor.shape.dims[place]
    if isinstance(parts, int) and not isinstance(parts, bool) and 0 < parts <= MAX_PARTS:
        problem = (Problem("size", f"{size} do not divide into {parts} parts", gives=tensor.shape),)
        each = tensor.shape.with_size(place, floor_divide(size, parts))
        return Result((Tensor(each, tensor.dtype, False),) * parts, problem if divides(parts, size) is False else ())
    listed = as_sequence(parts)
    if isinstance(listed, Unknown) or not all(isinstance(part, int) for part in listed):
        return Result(None)
    sizes = list(listed) if "num_or_size_splits" in values.named or values.keras in (1, 2) else _between(size, listed)
    return Result(tuple(Tensor(tensor.shape.with_size(place, as_size(s)), tensor.dtype, False) for s in sizes))


def _between(size: Dim, places: Sequence[int]) -> list[Dim]:
    edges: list[Dim] = [0, *places, size]
    return [UNKNOWN if b is None else as_size(_minus(b, a)) for a, b in pairwise(edges)]


def _minus(a: Dim, b: Dim) -> Dim:
    return add(a, multiply(b, -1))


@operation("Unstack")
def unstack(values: Values) -> Result:
    """As many tensors as an axis is long."""
    tensor = values.first
    axis = as_integer(values.get(2, "axis", default=0))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return Result(None)
    size = tensor.shape.dims[axis]
    if not isinstance(size, int) or size > MAX_PARTS:
        return Result(None)
    rest = Shape(without(tensor.shape.axes, {axis % tensor.shape.rank}))
    return Result((Tensor(rest, tensor.dtype, False),) * size)


@operation("Tile")
def tile(values: Values) -> Result:
    """Repeated along each axis."""
    tensor = values.first
    times = as_sequence(values.get(1, "repeats", "multiples"))
    if isinstance(tensor.shape, Unknown) or isinstance(times, Unknown) or len(times) > tensor.shape.rank:
        return made(UNKNOWN, tensor.dtype)
    factors = [1] * (tensor.shape.rank - len(times)) + list(times)
    sizes = [multiply(size, as_size(factor)) for size, factor in zip(tensor.shape.dims, factors, strict=True)]
    return made(Shape.of(sizes, tensor.shape.names), tensor.dtype)


@operation("Repeat")
def repeat(values: Values) -> Result:
    """Each entry of an axis several times."""
    tensor = values.first
    times = as_size(values.get(1, "repeats"))
    axis = as_integer(values.get(2, "axis"))
    if (
        isinstance(tensor.shape, Unknown)
        or isinstance(axis, Unknown)
        or times is None
        or not -tensor.shape.rank <= axis < tensor.shape.rank
    ):
        return made(UNKNOWN, tensor.dtype)
    return made(tensor.shape.with_size(axis, multiply(tensor.shape.dims[axis], times)), tensor.dtype)


@operation("GetItem")
def get_item(values: Values) -> Result:
    """`x[key]`."""
    tensor = values.first
    key = plain_key(values.get(1, "key", "slice_spec"))
    return made(UNKNOWN if isinstance(tensor.shape, Unknown) else indexed(tensor.shape, key), tensor.dtype)


@operation("Shape")
def sizes_of(values: Values) -> Result:
    """The sizes of a tensor, as a tensor of whole numbers."""
    shape = values.first.shape
    return made(UNKNOWN if isinstance(shape, Unknown) else Shape((Axis("sizes", shape.rank),)), "int32")


@operation("Zeros", "Ones")
def filled(values: Values) -> Result:
    """An array of given sizes; those that are tensors are known only when it runs."""
    sizes = as_sequence(values.get(0, "shape", "dims"))
    if isinstance(sizes, Unknown):
        return NOT_KNOWN
    dtype = values.get(1, "dtype", default="float32")
    known = [None if isinstance(size, Tensor) and size.origin is not None else as_size(size) for size in sizes]
    return made(Shape.of(known), dtype if isinstance(dtype, str) else UNKNOWN)
