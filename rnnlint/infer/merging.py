"""Layers that make one tensor of several."""

from collections.abc import Sequence

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Truth, Unknown, every, some
from rnnlint.facts.sizes import add, equal
from rnnlint.infer.dtypes import is_float
from rnnlint.infer.masks import by_keras
from rnnlint.infer.options import as_integer, as_sequence, dtype_of
from rnnlint.infer.registry import Arriving, Leaving, transfer


@transfer("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
def elementwise(layer: Layer, arriving: Arriving) -> Leaving:
    """Number by number; an axis of 1 is stretched, missing axes are put in behind the batch."""
    tensors = arriving.tensors
    if len(tensors) < 2:
        return Leaving((tensors[0] if tensors else Tensor(),))
    if layer.kind == "Subtract" and len(tensors) != 2:
        return Leaving((Tensor(),), (Problem("input-count", f"subtracts 2 inputs, but {len(tensors)} arrive"),))
    shape: AnyShape = tensors[0].shape
    problems: tuple[Problem, ...] = ()
    for index, tensor in enumerate(tensors[1:], 1):
        shape, problem = _together(shape, tensor.shape, index, arriving)
        if problem is not None:
            problems = (problem,)
            break
    return Leaving((Tensor(shape, merged_dtype(layer, tensors), _merged_mask(arriving)),), problems)


def _together(a: AnyShape, b: AnyShape, index: int, arriving: Arriving) -> tuple[AnyShape, Problem | None]:
    """The shape of both, aligned at the last axis behind the batch."""
    if isinstance(a, Unknown) or isinstance(b, Unknown) or not a.rank or not b.rank:
        return UNKNOWN, None
    longer, shorter = (a, b) if a.rank >= b.rank else (b, a)
    extra = longer.rank - shorter.rank
    if a.batch is not None and b.batch is not None and equal(a.batch, b.batch) is False:
        message = f"batches of {a.batch} and {b.batch} cannot be merged"
        return longer, Problem("merge", message, gives=b, needs=a, input=index)
    axes = [Axis(longer.axes[0].name, _batch(a.batch, b.batch, arriving)), *longer.axes[1 : extra + 1]]
    for x, y in zip(longer.axes[extra + 1 :], shorter.axes[1:], strict=True):
        size, wrong = stretched(x.size, y.size, arriving)
        if wrong:
            message = f"{_plain(a)} and {_plain(b)} cannot be merged"
            return longer if extra else UNKNOWN, Problem("merge", message, gives=b, needs=a, input=index)
        axes.append(Axis(x.name, size))
    return Shape(tuple(axes)), None


def stretched(a: Dim, b: Dim, arriving: Arriving) -> tuple[Dim, bool]:
    """One size of two, and whether they cannot stand together."""
    if a == 1 or b == 1:
        return (b if a == 1 else a), False
    if a == b and a is not UNKNOWN:
        return a, False
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN, False
    if a is None or b is None:
        other = b if a is None else a
        if arriving.keras == 3:
            return None, False
        return (other if arriving.keras in (1, 2) else UNKNOWN), False
    same = equal(a, b)
    if same is UNKNOWN:
        return UNKNOWN, False
    return (a, False) if same else (UNKNOWN, not _may_be_one(a) and not _may_be_one(b))


def _may_be_one(size: Dim) -> bool:
    return equal(size, 1) is not False


def _batch(a: Dim, b: Dim, arriving: Arriving) -> Dim:
    """A fixed batch size counts more than None; in Keras 2 a batch of 1 (a constant) is stretched to it."""
    if a is None or b is None:
        other = b if a is None else a
        return None if other == 1 and arriving.keras == 2 else other
    if a == b:
        return a
    return a if equal(a, b) is True else UNKNOWN


def merged_dtype(layer: Layer, tensors: Sequence[Tensor]) -> str | Unknown:
    """Floats become the layer's own dtype; whole numbers stay what they are."""
    answers = {is_float(tensor.dtype) for tensor in tensors}
    if True in answers:
        return dtype_of(layer)
    return UNKNOWN


def _merged_mask(arriving: Arriving) -> Truth:
    """Keras 3 wants a mask on every input, Keras 2 on any."""
    masks = [tensor.mask for tensor in arriving.tensors]
    return by_keras(arriving, every(*masks), some(*masks))


@transfer("Concatenate")
def concatenate(layer: Layer, arriving: Arriving) -> Leaving:
    """One behind the other along an axis; all other sizes must be the same."""
    tensors = arriving.tensors
    if len(tensors) < 2:
        return Leaving((tensors[0] if tensors else Tensor(),))
    axis = as_integer(layer.options.get("axis", -1))
    dtype = merged_dtype(layer, tensors)
    mask = some(*(tensor.mask for tensor in tensors))
    shapes = [tensor.shape for tensor in tensors]
    known = [shape for shape in shapes if isinstance(shape, Shape)]
    if len(known) < len(shapes) or isinstance(axis, Unknown):
        return Leaving((Tensor(UNKNOWN, dtype, mask),), _rank_differs(known))
    problems = _rank_differs(known)
    rank = known[0].rank
    if not problems and not -rank <= axis < rank:
        problems = (Problem("argument", f"there is no axis {axis} in inputs of rank {rank}", gives=known[0]),)
    if problems:
        return Leaving((Tensor(UNKNOWN, dtype, mask),), problems)
    shape, problem = _row(known, axis % rank, arriving)
    problems = () if problem is None else (problem,)
    return Leaving((Tensor(shape, dtype, mask),), problems + _mask_of_other_width(known, axis % rank, arriving))


def _rank_differs(shapes: Sequence[Shape]) -> tuple[Problem, ...]:
    for index, shape in enumerate(shapes):
        if shape.rank != shapes[0].rank:
            message = f"{_plain(shapes[0])} and {_plain(shape)} cannot be concatenated"
            return (Problem("merge", message, gives=shape, needs=shapes[0], input=index),)
    return ()


def _row(shapes: Sequence[Shape], axis: int, arriving: Arriving) -> tuple[Shape, Problem | None]:
    axes = list(shapes[0].axes)
    problem = None
    for index, shape in enumerate(shapes[1:], 1):
        for place, (mine, other) in enumerate(zip(axes, shape.axes, strict=True)):
            if place == axis:
                axes[place] = Axis(mine.name, add(mine.size, other.size))
            elif equal(mine.size, other.size) is False:
                message = f"{_plain(shapes[0])} and {_plain(shape)} cannot be concatenated along axis {axis}"
                problem = problem or Problem("merge", message, gives=shape, needs=shapes[0], input=index)
            else:
                axes[place] = Axis(mine.name, _common(mine.size, other.size, arriving))
    return Shape(tuple(axes)), problem


def _common(a: Dim, b: Dim, arriving: Arriving) -> Dim:
    """The size of an axis that all must share."""
    if a is None or b is None:
        other = b if a is None else a
        if other is None or arriving.keras in (1, 2):
            return other
        return a if arriving.keras == 3 else UNKNOWN
    return a if equal(a, b) is True else UNKNOWN


def _mask_of_other_width(shapes: Sequence[Shape], axis: int, arriving: Arriving) -> tuple[Problem, ...]:
    """Keras 2 joins the masks too, and those it makes up are as wide as the input."""
    masks = [tensor.mask for tensor in arriving.tensors]
    if arriving.keras != 2 or axis == shapes[0].rank - 1 or some(*masks) is not True or False not in masks:
        return ()
    wide = [
        shape for shape, mask in zip(shapes, masks, strict=True) if mask is False and shape.dims[-1] not in (1, UNKNOWN)
    ]
    return (Problem("mask", "joins a masked and an unmasked input along another axis than the last"),) if wide else ()


@transfer("Dot")
def dot(layer: Layer, arriving: Arriving) -> Leaving:
    """Multiplies and sums along an axis of each."""
    dtype = merged_dtype(layer, arriving.tensors)
    if len(arriving.tensors) != 2:
        problem = Problem("input-count", f"multiplies 2 inputs, but {len(arriving.tensors)} arrive")
        return Leaving((Tensor(UNKNOWN, dtype, False),), (problem,) if len(arriving.tensors) > 2 else ())
    a, b = arriving.tensors[0].shape, arriving.tensors[1].shape
    shape, problems = dotted(a, b, layer["axes"])
    return Leaving((Tensor(shape, dtype, False),), problems or _batches(a, b, arriving))


def _batches(a: AnyShape, b: AnyShape, arriving: Arriving) -> tuple[Problem, ...]:
    """Rows are multiplied by rows: there must be as many."""
    if (
        isinstance(a, Unknown)
        or isinstance(b, Unknown)
        or None in (a.batch, b.batch)
        or equal(a.batch, b.batch) is not False
    ):
        return ()
    message = f"batches of {a.batch} and {b.batch} cannot be multiplied"
    when = "call" if arriving.keras == 3 else "build"
    return (Problem("merge", message, gives=b, needs=a, input=1, when=when),)


def dotted(a: AnyShape, b: AnyShape, axes: object) -> tuple[AnyShape, tuple[Problem, ...]]:
    """The shape of a dot product along `axes`: one for both, or one each."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN, ()
    pair = as_sequence(axes)
    left, right = (axes, axes) if isinstance(pair, Unknown) else pair if len(pair) == 2 else (UNKNOWN, UNKNOWN)
    i, j = as_integer(left), as_integer(right)
    if isinstance(i, Unknown) or isinstance(j, Unknown):
        return UNKNOWN, ()
    i, j = (i + a.rank if i < 0 else i), (j + b.rank if j < 0 else j)
    if i >= a.rank or j >= b.rank:
        return UNKNOWN, (Problem("argument", f"there are no axes {i} and {j} in {_plain(a)} and {_plain(b)}"),)
    if i <= 0 or j <= 0:
        return UNKNOWN, ()
    problems: tuple[Problem, ...] = ()
    if equal(a.dims[i], b.dims[j]) is False or _one_open(a.dims[i], b.dims[j]):
        message = f"{_plain(a)} and {_plain(b)} cannot be multiplied along axes {i} and {j}"
        problems = (Problem("merge", message, gives=b, needs=a, input=1),)
    rest = [size for index, size in enumerate(a.dims) if index != i]
    rest += [size for index, size in enumerate(b.dims) if index not in (0, j)]
    return Shape.of(rest if len(rest) > 1 else (*rest, 1)), problems


def _one_open(a: Dim, b: Dim) -> bool:
    """Whether one size is fixed and the other is not, which Dot takes for a difference."""
    return (a is None and isinstance(b, int)) or (b is None and isinstance(a, int))


@transfer("Merge")
def merge(layer: Layer, arriving: Arriving) -> Leaving:
    """Keras 1: any of these by `mode`."""
    tensors = arriving.tensors
    mode = layer.options.get("mode", "sum")
    if not tensors or not isinstance(mode, str):
        return Leaving((Tensor(),))
    mask = some(*(tensor.mask for tensor in tensors))
    dtype = "float32" if any(is_float(tensor.dtype) is True for tensor in tensors) else UNKNOWN
    if mode in ("sum", "mul", "ave", "max"):
        return Leaving((Tensor(tensors[0].shape, dtype, mask),))
    if mode == "concat":
        return _merged_row(layer, arriving, dtype, mask)
    if mode == "cos" and isinstance(tensors[0].shape, Shape):
        return Leaving((Tensor(Shape.of((tensors[0].shape.batch, 1)), dtype, False),))
    if mode == "dot" and len(tensors) == 2:
        axes = layer.options.get("dot_axes", -1)
        shape, problems = dotted(tensors[0].shape, tensors[1].shape, axes)
        return Leaving((Tensor(shape, dtype, False),), problems)
    return Leaving((Tensor(),))


def _merged_row(layer: Layer, arriving: Arriving, dtype: str | Unknown, mask: Truth) -> Leaving:
    axis = as_integer(layer.options.get("concat_axis", -1))
    shapes = [tensor.shape for tensor in arriving.tensors if isinstance(tensor.shape, Shape)]
    if isinstance(axis, Unknown) or len(shapes) != len(arriving.tensors) or _rank_differs(shapes):
        return Leaving((Tensor(UNKNOWN, dtype, mask),))
    if not -shapes[0].rank <= axis < shapes[0].rank:
        return Leaving((Tensor(UNKNOWN, dtype, mask),))
    shape, problem = _row(shapes, axis % shapes[0].rank, arriving)
    return Leaving((Tensor(shape, dtype, mask),), () if problem is None else (problem,))


def _plain(shape: Shape) -> str:
    return f"({', '.join(map(str, shape.dims))})"
