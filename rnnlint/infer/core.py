"""Dense, Embedding, reshaping and everything that leaves the shape as it is."""

from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import divides, equal, floor_divide, multiply
from rnnlint.infer.catalogue import declared_input
from rnnlint.infer.dtypes import output_dtype
from rnnlint.infer.masks import arriving_mask, by_keras, kept_mask
from rnnlint.infer.naming import called_by_rank, last_as
from rnnlint.infer.options import MAX_RANK, as_integer, as_sequence, as_size, dtype_of, flag, number, policy_dtype
from rnnlint.infer.registry import Arriving, Leaving, infer, transfer
from rnnlint.infer.single import (
    Given,
    counted,
    defined_features,
    ranked,
    reads_one,
    same_features,
    unchanged,
    wanted,
    with_mask,
)

reads_one(
    "Activation", "ActivityRegularization", "ELU", "Equalization", "GaussianDropout", "GaussianNoise", "Highway",
    "Identity", "LeakyReLU", "Normalization", "PReLU", "ParametricSoftplus", "RMSNormalization", "ReLU", "Rescaling",
    "SReLU", "ThresholdedReLU", "UnitNormalization", "AlphaDropout",
)(unchanged)  # fmt: skip


@reads_one("BatchNormalization", "LayerNormalization")
def normalization(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """The same shape; weights over one axis, whose size must be fixed."""
    axis = as_integer(layer.options.get("axis", -1))
    if isinstance(axis, Unknown) or not -shape.rank <= axis < shape.rank:
        return shape, ()
    return shape, same_features(layer, shape, axis - shape.rank if axis > 0 else axis) or defined_features(
        layer, shape, axis
    )


@reads_one("Softmax", "GroupNormalization")
def over_axes(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """The same shape. A mask over steps does not fit the numbers it should hide, unless by chance."""
    masked = arriving_mask(arriving) is True and shape.rank > 2 and equal(shape.dims[1], shape.dims[-1]) is False
    if not masked or arriving.keras is UNKNOWN or (layer.kind == "GroupNormalization" and arriving.keras == 3):
        chance = arriving_mask(arriving) is not False and arriving.keras != 3 and shape.rank > 2
        return shape.with_size(1, UNKNOWN) if chance else shape, ()
    when = "call" if arriving.keras == 3 else "build"
    return shape, (Problem("mask", "cannot use the mask that arrives", gives=shape, when=when),)


@transfer("Dropout")
def dropout(layer: Layer, arriving: Arriving) -> Leaving:
    """Of each of several tensors its own, where Keras takes several."""
    count = len(arriving.tensors)
    outputs = tuple(
        Tensor(tensor.shape, output_dtype(layer, arriving, index), kept_mask(layer, arriving, index))
        for index, tensor in enumerate(arriving.tensors)
    )
    return Leaving(outputs or (Tensor(),), counted(arriving) if count > 1 and arriving.keras in (1, 2) else ())


@reads_one("Dense", "MaxoutDense")
def dense(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Works on the last axis."""
    if shape.rank < 2:
        message = f"reads at least (batch, features), but rank {shape.rank} arrives"
        problem = Problem("rank", message, gives=shape, needs=wanted(("batch", "features")))
        return Shape.of((UNKNOWN, number(layer, "units")), ("batch", "units")), (problem,)
    problems = same_features(layer, shape) or defined_features(layer, shape)
    return last_as(shape, "units", number(layer, "units")), problems


@transfer("Embedding", "ReversibleEmbedding", "DynamicEmbedding")
def embedding(layer: Layer, arriving: Arriving) -> Leaving:
    """A vector for each id. `mask_zero` makes a mask; none that arrives is given on."""
    tensor = arriving.tensors[0] if arriving.tensors else Tensor()
    shape: AnyShape = UNKNOWN
    if isinstance(tensor.shape, Shape):
        shape = Shape((*_ids(tensor.shape).axes, Axis("features", number(layer, "output_dim"))))
    mask = flag(layer, "mask_zero", False)
    return Leaving((Tensor(shape, dtype_of(layer), mask),), counted(arriving))


def _ids(shape: Shape) -> Shape:
    """Ids under the names that fit them: (batch, time)."""
    if not called_by_rank(shape):
        return shape
    names = {2: ("batch", "time"), 3: ("batch", "super_steps", "time")}.get(shape.rank, shape.names)
    return shape.named(*names)


@reads_one("Flatten")
def flatten(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """All axes but the batch become one."""
    return Shape.of((shape.batch, shape.elements), ("batch", "features")), ()


@reads_one("Reshape")
def reshape(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Other axes for the same numbers of a row; one size may be -1."""
    target = as_sequence(layer["target_shape"])
    if isinstance(target, Unknown):
        single = as_integer(layer["target_shape"])
        if isinstance(single, Unknown):
            return UNKNOWN, ()
        target = (single,)
    sizes, problem = refill(shape.elements, target)
    if shape.elements is None and arriving.keras != 3 and list(target).count(-1) > 1:
        problem = None  # tf.keras leaves all of them open until data arrives
    problems = () if problem is None else (Problem("size", problem, gives=shape),)
    return Shape.of((shape.batch, *sizes)), problems or _never_full(shape, sizes)


def _never_full(shape: Shape, sizes: tuple[Dim, ...]) -> tuple[Problem, ...]:
    """Rows of any length that fill the new shape at no length: 2 numbers a step do not make 3."""
    if shape.elements is not None:
        return ()
    step, target = 1, 1
    for size in shape.dims[1:]:
        step *= size if isinstance(size, int) else 1
    for size in sizes:
        if not isinstance(size, int):
            return ()
        target *= size
    if any(size is UNKNOWN for size in shape.dims[1:]) or not step or target % step == 0:
        return ()
    message = f"steps of {step} numbers do not fill {_written(sizes)}"
    return (Problem("size", message, gives=shape, when="call"),)


def refill(elements: Dim, target: tuple[Any, ...]) -> tuple[tuple[Dim, ...], str | None]:
    """The sizes that `target` (one of them may be -1) means for so many numbers, and what is wrong."""
    free = [index for index, size in enumerate(target) if size == -1 or size is None]
    sizes: list[Dim] = [UNKNOWN if index in free else as_size(size) for index, size in enumerate(target)]
    if len(free) > 1:
        return tuple(sizes), "more than one size is left open" if all(target[i] == -1 for i in free) else None
    fixed: Dim = 1
    for index, size in enumerate(sizes):
        if index not in free:
            fixed = multiply(fixed, size)
    if not free:
        wrong = equal(fixed, elements) is False
        return tuple(sizes), f"{elements} numbers do not fill {_written(target)}" if wrong else None
    if divides(fixed, elements) is False:
        return tuple(sizes), f"{elements} numbers do not fill {_written(target)}"
    sizes[free[0]] = None if elements is None else floor_divide(elements, fixed)
    return tuple(sizes), None


def _written(target: tuple[Any, ...]) -> str:
    return f"({', '.join(map(str, target))})"


@reads_one("Permute")
def permute(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Axes in another order, counted from 1."""
    dims = as_sequence(layer["dims"])
    if isinstance(dims, Unknown):
        return UNKNOWN, ()
    order = [as_integer(index) for index in dims]
    if sorted(index for index in order if isinstance(index, int)) != list(range(1, len(dims) + 1)):
        return UNKNOWN, ()
    if shape.rank != len(dims) + 1:
        names = (
            ("batch", *(f"axis{i}" for i in range(1, len(dims) + 1)))
            if len(dims) != 2
            else ("batch", "time", "features")
        )
        return UNKNOWN, ranked(layer, shape, names)
    return Shape((shape.axes[0], *(shape.axes[index] for index in order if isinstance(index, int)))), ()


@reads_one("RepeatVector")
def repeat_vector(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """The row, `n` times one after the other."""
    steps = Axis("time", number(layer, "n"))
    problems = ranked(layer, shape, ("batch", "features"))
    if problems:
        last = shape.axes[-1] if shape.rank > 1 else Axis("features", UNKNOWN)
        batch = shape.axes[0] if shape.rank else Axis("batch", UNKNOWN)
        return Shape((batch, steps, Axis("features", last.size if shape.rank == 2 else UNKNOWN))), problems
    return Shape((shape.axes[0], steps, shape.axes[1])), ()


@transfer("Masking")
def masking(layer: Layer, arriving: Arriving) -> Leaving:
    """The same numbers, and always a mask."""
    tensor = arriving.tensors[0] if arriving.tensors else Tensor()
    return Leaving((Tensor(tensor.shape, output_dtype(layer, arriving), True),), counted(arriving))


@transfer("InputLayer")
def input_layer(layer: Layer, arriving: Arriving) -> Leaving:
    """What it declares."""
    declared = declared_input("InputLayer", layer.options)
    shape: AnyShape = UNKNOWN
    if declared is not None and len(declared) <= MAX_RANK:
        shape = Shape.of([as_size(size) for size in declared])
    dtype = layer.options.get("dtype")
    return Leaving((Tensor(shape, policy_dtype(dtype), False),))


@transfer("Lambda")
def lambda_layer(layer: Layer, arriving: Arriving) -> Leaving:
    """Opaque, unless it says what shape it gives."""
    mask = False if layer.options.get("mask", UNKNOWN) is None else UNKNOWN
    sizes = as_sequence(layer.options.get("output_shape"))
    if isinstance(sizes, Unknown) or not sizes or not all(_is_size(size) for size in sizes):
        return Leaving((Tensor(mask=mask),))
    shape = arriving.tensors[0].shape if arriving.tensors else UNKNOWN
    batch = shape.batch if isinstance(shape, Shape) else UNKNOWN
    return Leaving((Tensor(Shape.of((batch, *(as_size(size) for size in sizes))), UNKNOWN, mask),))


def _is_size(value: Any) -> bool:
    return value is None or as_size(value) is not UNKNOWN


@reads_one("EinsumDense")
def einsum_dense(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """`ab,bc->ac` with the input first; sizes that the equation does not fix stand in `output_shape`."""
    equation = layer["equation"]
    given = layer["output_shape"]
    sizes = as_sequence(given) if isinstance(given, list | tuple) else (given,)
    if not isinstance(equation, str) or isinstance(sizes, Unknown) or len(equation) > 100:
        return UNKNOWN, ()
    left, arrow, right = equation.replace(" ", "").partition("->")
    operand, comma, _ = left.partition(",")
    if not arrow or not comma or right.count("...") > 1:
        return UNKNOWN, ()
    if "..." in operand or "..." in right:
        return _elliptic(operand, right, shape, sizes), ()
    if len(operand) != shape.rank or len(right) != len(sizes) + 1:
        return UNKNOWN, ()
    read = _read(operand, right[1:], shape)
    after = [
        _open(arriving, size) if given is None else as_size(given) for given, size in zip(sizes, read, strict=True)
    ]
    return Shape.of((shape.batch, *after)), ()


def _open(arriving: Arriving, size: Dim) -> Dim:
    """A size left open in `output_shape`: Keras 3 leaves it open, Keras 2 reads it off the input."""
    if size is None or arriving.keras == 3:
        return None
    return size if arriving.keras in (1, 2) else UNKNOWN


def _elliptic(operand: str, right: str, shape: Shape, sizes: tuple[Any, ...]) -> AnyShape:
    """With `...` for leading axes (`...x,xy->...y`)."""
    if not operand.startswith("...") or not right.startswith("..."):
        return UNKNOWN
    leading = shape.rank - len(operand.removeprefix("..."))
    names = right.removeprefix("...")
    if leading < 1 or len(sizes) < len(names):
        return UNKNOWN
    between = shape.dims[1:leading] if leading < 3 else (UNKNOWN,) * (leading - 1)
    known = dict(zip(operand.removeprefix("..."), shape.dims[leading:], strict=True))
    last = [_own_or(size, known.get(name, UNKNOWN)) for size, name in zip(sizes[-len(names) :], names, strict=True)]
    return Shape.of((shape.batch, *between, *last))


def _read(operand: str, wanted_names: str, shape: Shape) -> list[Dim]:
    known = dict(zip(operand, shape.dims, strict=True))
    return [known.get(name, UNKNOWN) for name in wanted_names]


def _own_or(size: Any, read: Dim) -> Dim:
    return read if size is None else as_size(size)


@transfer("SpectralNormalization", "Wrapper")
def wrapped(layer: Layer, arriving: Arriving) -> Leaving:
    """What the wrapped layer gives."""

    if layer.kind == "Wrapper" or len(layer.wraps) != 1:
        return Leaving((Tensor(),))
    inside = Arriving(
        arriving.tensors, arriving.states, arriving.arguments, arriving.keras, arriving.listed, arriving.depth + 1
    )
    leaving = infer(layer.wraps[0], inside)
    return with_mask(leaving, by_keras(arriving, False, leaving.outputs[0].mask)) if leaving.outputs else leaving
