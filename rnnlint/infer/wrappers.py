"""TimeDistributed and Bidirectional."""

from dataclasses import replace

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Truth, Unknown, negate
from rnnlint.facts.sizes import add, equal, multiply
from rnnlint.infer.masks import KEEP, arriving_mask, by_keras
from rnnlint.infer.naming import needs
from rnnlint.infer.options import dtype_of, flag
from rnnlint.infer.recurrent import sorted_inputs, step_of
from rnnlint.infer.registry import Arriving, Leaving, infer, transfer
from rnnlint.infer.single import wanted

MERGE_MODES = ("concat", "sum", "mul", "ave")

MASKED_INSIDE = KEEP | {"Embedding", "LSTM", "GRU", "SimpleRNN", "RNN", "Masking", "TimeDistributed", "Bidirectional"}
"""Layers that tf.keras's TimeDistributed can ask what becomes of a mask."""


@transfer("TimeDistributed")
def time_distributed(layer: Layer, arriving: Arriving) -> Leaving:
    """The wrapped layer at each step: what it reads and gives has one axis less."""
    if len(layer.wraps) != 1 or len(arriving.tensors) != 1:
        return Leaving((Tensor(),))
    inner, tensor = layer.wraps[0], arriving.tensors[0]
    shape = tensor.shape
    if isinstance(shape, Unknown):
        outside = _inside(inner, arriving, Tensor(dtype=tensor.dtype))
        return replace(outside, outputs=_blank(outside, layer, arriving))
    if shape.rank < 3:
        names = ("batch", "time", "features")
        message = f"reads at least ({', '.join(names)}), but rank {shape.rank} arrives"
        problem = Problem("rank", message, gives=shape, needs=needs(layer) or wanted(names))
        outside = _inside(inner, arriving, Tensor(dtype=tensor.dtype))
        return Leaving(_blank(outside, layer, arriving), (problem,))
    steps = _outer_axis(inner, shape.axes[1])
    reduced = Shape((shape.axes[0], *_inner_axes(shape)))
    leaving = _inside(inner, arriving, Tensor(reduced, tensor.dtype, _inner_mask(inner, arriving)))
    problems = tuple(_outward(problem, layer, inner, shape, arriving) for problem in leaving.problems)
    problems += _refused_mask(inner, arriving)
    if leaving.outputs is None or len(leaving.outputs) != 1:
        several = leaving.outputs is not None and len(leaving.outputs) > 1
        if several and not problems:
            problems = (Problem("argument", f"`{inner.name}` inside gives several outputs", layer=inner.path),)
        return Leaving((Tensor(),) if several else None, problems, leaving.inner)
    output = leaving.outputs[0]
    outer: AnyShape = UNKNOWN
    if isinstance(output.shape, Shape) and output.shape.rank:
        outer = Shape((shape.axes[0], steps, *output.shape.axes[1:]))
    mask = _outer_mask(inner, output.mask, arriving)
    return Leaving((Tensor(outer, _dtype(layer, output, arriving), mask),), problems, leaving.inner)


def _dtype(layer: Layer, inner: Tensor, arriving: Arriving) -> str | Unknown:
    """Keras 3 gives the dtype of the wrapper."""
    own = dtype_of(layer)
    if own == inner.dtype or arriving.keras == 3:
        return own
    return UNKNOWN if arriving.keras is UNKNOWN else inner.dtype


def _inside(inner: Layer, arriving: Arriving, tensor: Tensor) -> Leaving:
    """What the wrapped layer makes of one step."""
    arguments = {name: value for name, value in arriving.arguments.items() if name != "mask"}
    return infer(inner, Arriving((tensor,), (), arguments, arriving.keras, False, arriving.depth + 1))


def _blank(leaving: Leaving, layer: Layer, arriving: Arriving) -> tuple[Tensor, ...]:
    """What comes out where the number of steps is not known."""
    if leaving.outputs is None or len(leaving.outputs) != 1:
        return (Tensor(),)
    output = leaving.outputs[0]
    shape: AnyShape = UNKNOWN
    if isinstance(output.shape, Shape) and output.shape.rank:
        shape = Shape((output.shape.axes[0], Axis("time", UNKNOWN), *output.shape.axes[1:]))
    return (Tensor(shape, output.dtype, _outer_mask(layer.wraps[0], output.mask, arriving)),)


def _outer_axis(inner: Layer, axis: Axis) -> Axis:
    """The axis that is shared out: of super steps where the wrapped layer reads steps itself."""
    reads = needs(inner)
    if reads is not None and "time" in reads.names:
        return Axis("super_steps", axis.size)
    return Axis("time", axis.size) if axis.name.startswith("axis") else axis


def _inner_axes(shape: Shape) -> tuple[Axis, ...]:
    """The axes of one step, under names that fit their number."""
    axes = shape.axes[2:]
    if any(axis.name.startswith("axis") for axis in axes):
        return Shape.of((shape.batch, *(axis.size for axis in axes))).axes[1:]
    return axes


def _inner_mask(inner: Layer, arriving: Arriving) -> Truth:
    """A mask over steps says nothing within a step. tf.keras hands it on all the same, and a ConvLSTM stumbles over it
    where a step changes its size."""
    return arriving.keras == 2 and inner.kind.startswith("ConvLSTM") and arriving_mask(arriving) is True


def _outward(problem: Problem, layer: Layer, inner: Layer, shape: Shape, arriving: Arriving) -> Problem:
    """A problem of the wrapped layer as one of the whole."""
    needed = problem.needs
    if problem.kind == "rank":
        needed = needs(layer) or (None if needed is None else _with_steps(needed))
    elif needed is not None:
        needed = _with_steps(needed, shape.dims[1])
    when = problem.when
    if arriving.keras == 3 and when == "build" and problem.kind == "rank" and not _fails_at_build(inner, shape):
        when = None if inner.kind.startswith("Global") else "call"
    return replace(problem, gives=shape, needs=needed, layer=problem.layer or inner.path, when=when)


def _fails_at_build(inner: Layer, shape: Shape) -> bool:
    """Whether Keras 3, which does not check ranks here, stumbles over missing axes when it makes the weights."""
    reads = needs(inner)
    if reads is None or inner.kind.startswith("Conv"):
        return reads is not None
    short = shape.rank - 1 < reads.rank and shape.batch is None
    return short and (inner.recurrent or inner.kind == "TimeDistributed")


def _with_steps(shape: Shape, size: Dim = UNKNOWN) -> Shape:
    name = "super_steps" if "time" in shape else "time"
    return Shape((*shape.axes[:1], Axis(name, size), *shape.axes[1:]))


def _outer_mask(inner: Layer, made: Truth, arriving: Arriving) -> Truth:
    """Keras 3 keeps the outer mask whatever is inside; tf.keras asks the wrapped layer too."""
    mask = arriving_mask(arriving)
    if mask is True:
        return True
    return by_keras(arriving, mask, made if mask is False else UNKNOWN)


def _refused_mask(inner: Layer, arriving: Arriving) -> tuple[Problem, ...]:
    if arriving.keras != 2 or arriving_mask(arriving) is not True:
        return ()
    if inner.custom or inner.model is not None or inner.kind in MASKED_INSIDE or inner.kind not in _REFUSE:
        return ()
    return (Problem("mask", f"`{inner.name}` inside refuses the mask that arrives", layer=inner.path),)


_REFUSE = frozenset(
    {
        "Conv1D", "Conv2D", "Conv3D", "Flatten", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D",
        "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Reshape", "Permute",
        "RepeatVector", "GlobalAveragePooling2D", "ZeroPadding1D", "ZeroPadding2D", "Cropping1D", "UpSampling1D",
    }
)  # fmt: skip


@transfer("Bidirectional")
def bidirectional(layer: Layer, arriving: Arriving) -> Leaving:
    """A layer forwards and one backwards; outputs merged, then the states of both."""
    if not layer.wraps:
        return Leaving((Tensor(),))
    tensor, states, problems = sorted_inputs(layer, arriving)
    forward = layer.wraps[0]
    backward = layer.wraps[1] if len(layer.wraps) > 1 else forward
    half = len(states) // 2
    arguments = arriving.arguments
    ways = [
        infer(way, Arriving((tensor,), part, arguments, arriving.keras, False, arriving.depth + 1))
        for way, part in ((forward, states[:half]), (backward, states[half:]))
    ]
    problems += tuple(replace(problem, layer="") for problem in ways[0].problems)
    problems += _state_halves(forward, states, problems, arriving)
    problems += _directions(layer, forward, backward, arriving)
    a, b = ways[0].outputs, ways[1].outputs
    if a is None or b is None or not a or not b:
        return Leaving(None, problems)
    mode = layer.options.get("merge_mode", "concat")
    if mode is None:
        return Leaving((a[0], b[0], *a[1:], *b[1:]), problems)
    merged, found = _merged(a[0], b[0], mode, arriving)
    return Leaving((merged, *a[1:], *b[1:]), problems + found)


def _merged(a: Tensor, b: Tensor, mode: object, arriving: Arriving) -> tuple[Tensor, tuple[Problem, ...]]:
    """Both outputs as one. Concatenation joins the last axis, wherever the channels are."""
    if mode not in MERGE_MODES or isinstance(a.shape, Unknown) or isinstance(b.shape, Unknown) or not a.shape.rank:
        return Tensor(UNKNOWN, a.dtype, a.mask), ()
    last, other = a.shape.dims[-1], b.shape.dims[-1] if b.shape.rank else UNKNOWN
    differ = equal(last, other) is False
    problems: tuple[Problem, ...] = ()
    if mode == "concat":
        size = by_era(arriving, multiply(last, 2), add(last, other))
    else:
        size = last
        if differ:
            when = "call" if arriving.keras == 3 else "build"
            problems = (Problem("merge", f"{last} units forwards and {other} backwards cannot be merged", when=when),)
    return Tensor(a.shape.with_size(-1, size), a.dtype, a.mask), problems


def by_era(arriving: Arriving, in_3: Dim, in_2: Dim) -> Dim:
    """A size that Keras 3 and Keras 2 give differently."""
    if in_3 == in_2 or arriving.keras == 3:
        return in_3
    return UNKNOWN if arriving.keras is UNKNOWN else in_2


def _state_halves(
    forward: Layer, states: tuple[Tensor, ...], problems: tuple[Problem, ...], arriving: Arriving
) -> tuple[Problem, ...]:
    """An odd number of states cannot be shared out."""
    step = step_of(forward)
    if step.states is None or len(states) % 2 == 0 or any(problem.kind == "state-count" for problem in problems):
        return ()
    message = f"keeps {2 * len(step.states)} states, but is given {len(states)}"
    return (Problem("state-count", message, when="call" if arriving.keras == 3 else "build"),)


def _directions(layer: Layer, forward: Layer, backward: Layer, arriving: Arriving) -> tuple[Problem, ...]:
    """The two must go opposite ways and agree on what they give."""
    if len(layer.wraps) < 2 or layer.options.get("backward_layer") is None:
        if (
            arriving.keras == 3
            and layer.options.get("backward_layer", UNKNOWN) is None
            and flag(forward, "go_backwards") is True
        ):
            return (Problem("argument", "the wrapped layer goes backwards already"),)
        return ()
    if flag(backward, "go_backwards") is not UNKNOWN and flag(forward, "go_backwards") is flag(
        backward, "go_backwards"
    ):
        return (Problem("argument", "the backward layer must have the opposite `go_backwards`"),)
    for option in ("return_sequences", "return_state", "stateful"):
        if flag(forward, option) is negate(flag(backward, option)) and flag(forward, option) is not UNKNOWN:
            return (Problem("argument", f"forward and backward layer differ in `{option}`"),)
    return ()
