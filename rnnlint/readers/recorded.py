"""What a file records of the outputs of calls, beside what is inferred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rnnlint.facts import (
    UNKNOWN,
    AnyShape,
    Dim,
    Layer,
    LayerCall,
    Origin,
    Shape,
    Tensor,
    Unknown,
)
from rnnlint.facts.sizes import symbol
from rnnlint.infer.graph import Traced

MAX_OUTPUTS = 1_000
"""Outputs of one call."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Outputs of a call as the file records them; `trusted` where that counts more than what is inferred."""

    outputs: tuple[Tensor, ...]
    trusted: bool = True


def row(tensors: Mapping[int, Tensor]) -> tuple[Tensor, ...]:
    """Outputs by number as a tuple, unknown ones between them."""
    return tuple(tensors.get(index, Tensor()) for index in range(max(tensors) + 1))


def any_batch(shape: AnyShape) -> AnyShape:
    """With any batch size."""
    return shape if isinstance(shape, Unknown) or not shape.rank else shape.with_size(0, None)


def with_batch(shape: AnyShape, like: Tensor | None) -> AnyShape:
    """With the batch size of another tensor: a recorded one may be that of some data."""
    if isinstance(shape, Unknown) or not shape.rank:
        return shape
    batch: Dim = None
    if like is not None and isinstance(like.shape, Shape) and like.shape.rank:
        batch = like.shape.batch
    return shape.with_size(0, batch)


def masks_unknown(traced: Traced) -> Traced:
    """The same, but where a mask seemed to be, it cannot be told."""

    def unsure(tensor: Tensor) -> Tensor:
        return replace(tensor, mask=UNKNOWN) if tensor.mask is True else tensor

    layers = []
    for layer in traced.layers:
        calls = tuple(
            replace(call, inputs=tuple(map(unsure, call.inputs)), outputs=tuple(map(unsure, call.outputs)))
            for call in layer.calls
        )
        layers.append(replace(layer, calls=calls, arrivals=calls))
    return Traced(tuple(layers), {origin: unsure(tensor) for origin, tensor in traced.tensors.items()})


def normalized(
    layer: Layer, output: Tensor, shapes: Sequence[AnyShape], weights: Sequence[tuple[int, ...]]
) -> Recorded | None:
    """A Normalization that has seen data knows the sizes of the axes it keeps statistics of."""
    if not isinstance(output.shape, Shape):
        return None
    axes = layer["axis"] if isinstance(layer["axis"], tuple) else (layer["axis"],)
    rank = output.shape.rank
    places = sorted({axis % rank for axis in axes if isinstance(axis, int) and -rank <= axis < rank})
    built = next((shape for shape in shapes if isinstance(shape, Shape)), None)
    mean = weights[0] if weights else ()
    dims: list[Dim] = [UNKNOWN] * rank
    for index, place in enumerate(places):
        if built is not None and built.rank == rank:
            dims[place] = built.dims[place]
        elif len(mean) == len(places):
            dims[place] = mean[index]
        if not isinstance(dims[place], int):
            dims[place] = output.shape.dims[place] or symbol("features")
    return Recorded((Tensor(Shape.of(dims)),)) if places else None


def batches(layers: Sequence[Layer]) -> dict[Origin, Recorded]:
    """Outputs of layers behind one of which nothing is known, with the batch size that it keeps."""
    told: dict[Origin, Recorded] = {}
    calls = {Origin(layer.id, number): (layer, call) for layer in layers for number, call in enumerate(layer.calls)}
    for origin, (layer, call) in calls.items():
        shape = call.output.shape
        if layer.operation or isinstance(shape, Unknown) or not shape.rank or shape.batch is not UNKNOWN:
            continue
        batch = _batch_before(call, calls)
        if batch is not UNKNOWN:
            shapes = (output.shape for output in call.outputs)
            blank = (s if isinstance(s, Unknown) else Shape.of((batch, *(UNKNOWN for _ in s.dims[1:]))) for s in shapes)
            told[origin] = Recorded(tuple(Tensor(s) for s in blank), trusted=False)
    return told


def _batch_before(call: LayerCall, calls: Mapping[Origin, tuple[Layer, LayerCall]]) -> Dim:
    """The batch size of what arrives, looked for behind layers of which nothing is known."""
    seen: set[Origin] = set()
    tensor = call.input
    while isinstance(tensor.shape, Unknown) and tensor.origin is not None and tensor.origin not in seen:
        seen.add(tensor.origin)
        source = calls.get(replace(tensor.origin, output=0))
        if source is None or source[0].operation or not source[1].inputs:
            return UNKNOWN
        tensor = source[1].input
    return tensor.shape.batch if isinstance(tensor.shape, Shape) and tensor.shape.rank else UNKNOWN
