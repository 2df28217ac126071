"""What all layers that read one tensor have in common."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rnnlint.facts import UNKNOWN, AnyShape, Dim, Layer, Problem, Shape, Tensor, Unknown
from rnnlint.facts.sizes import equal
from rnnlint.infer.dtypes import output_dtype
from rnnlint.infer.masks import kept_mask
from rnnlint.infer.naming import built_features, needs, reading_names
from rnnlint.infer.registry import Arriving, Leaving, Transfer, transfer

Given = tuple[AnyShape, tuple[Problem, ...]]
"""The shape that comes out, and what is wrong."""

ShapeRule = Callable[[Layer, Shape, Arriving], Given]
"""From the layer and the known shape of its input to the shape of its output."""


def reads_one(*kinds: str) -> Callable[[ShapeRule], ShapeRule]:
    """Registers a layer that reads one tensor and gives one, whose dtype and mask follow the tables."""

    def register(rule: ShapeRule) -> ShapeRule:
        transfer(*kinds)(_with_tables(rule))
        return rule

    return register


def _with_tables(rule: ShapeRule) -> Transfer:
    def applied(layer: Layer, arriving: Arriving) -> Leaving:
        if not arriving.tensors:
            return Leaving((Tensor(),))
        problems = counted(arriving)
        shape = arriving.tensors[0].shape
        output: AnyShape = UNKNOWN
        if isinstance(shape, Shape):
            output, found = rule(layer, shape, arriving)
            problems += found
        elif (read := _only_rank(layer)) is not None:
            output, _ = rule(layer, read, arriving)
        return Leaving((Tensor(output, output_dtype(layer, arriving), kept_mask(layer, arriving)),), problems)

    return applied


def _only_rank(layer: Layer) -> Shape | None:
    """Of an input of unknown rank: what it must be like for the layer to take it; None where any rank will do."""
    if layer.kind in ("Flatten", "Reshape"):
        return Shape.of((UNKNOWN, UNKNOWN))
    if layer.kind == "Permute":
        dims = layer["dims"]
        return Shape.of((UNKNOWN,) * (len(dims) + 1)) if isinstance(dims, tuple | list) and len(dims) < 16 else None
    names = reading_names(layer)
    return None if names is None else Shape.of((UNKNOWN,) * len(names), names)


def counted(arriving: Arriving) -> tuple[Problem, ...]:
    """The problem of more tensors than one."""
    count = len(arriving.tensors)
    return (Problem("input-count", f"reads 1 input, but {count} arrive"),) if count > 1 else ()


def unchanged(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Layers that work on each number by itself."""
    return shape, ()


def ranked(layer: Layer, shape: Shape, names: Sequence[str], when: str | None = "build") -> tuple[Problem, ...]:
    """The problem of another rank than these axes have."""
    if shape.rank == len(names):
        return ()
    message = f"reads ({', '.join(names)}), but rank {shape.rank} arrives"
    return (Problem("rank", message, gives=shape, needs=needs(layer) or wanted(names), when=when),)


def wanted(names: Sequence[str]) -> Shape:
    """Axes of any size."""
    return Shape.of([None] + [UNKNOWN] * (len(names) - 1), names)


def same_features(layer: Layer, shape: Shape, index: int = -1) -> tuple[Problem, ...]:
    """The problem of another number of features than the layer was built for."""
    built = built_features(layer) if index == -1 else _built(layer, index)
    if isinstance(built, Unknown) or built is None or equal(built, shape.dims[index]) is not False:
        return ()
    need = shape.with_size(index, built)
    message = f"was built for {built} features, but {shape.dims[index]} arrive"
    return (Problem("features", message, gives=shape, needs=need),)


def defined_features(layer: Layer, shape: Shape, index: int = -1) -> tuple[Problem, ...]:
    """The problem of weights over an axis of any size."""
    if shape.dims[index] is not None:
        return ()
    need = shape.with_size(index, UNKNOWN)
    return (Problem("features", "the number of features must be fixed", gives=shape, needs=need),)


def with_mask(leaving: Leaving, mask: bool | Unknown) -> Leaving:
    """The same with a mask on the first output."""
    if not leaving.outputs:
        return leaving
    return replace(leaving, outputs=(replace(leaving.outputs[0], mask=mask), *leaving.outputs[1:]))


def _built(layer: Layer, index: int) -> Dim:
    if not layer.calls or not layer.calls[0].inputs:
        return UNKNOWN
    shape = layer.calls[0].inputs[0].shape
    return shape.dims[index] if isinstance(shape, Shape) and shape.rank > abs(index) else UNKNOWN
