"""Input shapes that count the batch, or the samples: `input_shape=(samples, steps, features)`."""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint.facts import Call, Data, Dim, Layer, Model, Program, Shape
from rnnlint.facts.shapes import fits
from rnnlint.facts.sizes import equal
from rnnlint.questions.flow import KEEPS_NUMBERS, Fed, Flow


@dataclass(frozen=True, slots=True)
class CountedBatch:
    """An input whose declared shape begins with a batch.

    Attributes:
        model, layer: the InputLayer and its model.
        shape: as declared, Keras's own batch axis in front.
        fed: the data that show it; None: the layers behind it show it.
        extra: whether the axis is one too many (the data have one axis less), not one in the place of the steps.
        samples: whether it is the number of samples that is counted, not the batch size.
    """

    model: Model
    layer: Layer
    shape: Shape
    fed: Fed | None
    extra: bool
    samples: bool


def counted_batches(program: Program) -> Iterator[CountedBatch]:
    """Every input that counts the batch, once."""
    flow = Flow(program)
    seen: set[int] = set()
    for fed in flow.fed("fit", "train_on_batch"):
        found = _by_data(flow, fed)
        if found is not None and found.layer.id not in seen:
            seen.add(found.layer.id)
            yield found
    for model in program.models:
        for layer in model.layers:
            if layer.kind == "InputLayer" and layer.id not in seen and "/" not in layer.path:
                found = _by_layers(flow, model, layer)
                if found is not None:
                    seen.add(layer.id)
                    yield found


def _by_data(flow: Flow, fed: Fed) -> CountedBatch | None:
    declared, given, layer = fed.tensor.shape, fed.data.shape, flow.source(fed.tensor)
    if layer is None or fed.data.batching is not None:
        return None
    if not isinstance(declared, Shape) or not isinstance(given, Shape) or declared.batch is not None:
        return None
    if declared.rank < 3:
        return None
    first, rest = declared.dims[1], declared.dims[2:]
    if first is None:
        return None
    samples = equal(first, given.batch) is True
    if given.rank == declared.rank - 1 and _all_fit(rest, given.dims[1:]):
        batch = equal(first, fed.call.batch_size) is True
        if (samples and _rows_are_samples(fed)) or (batch and not samples):
            return CountedBatch(fed.call.model, layer, declared, fed, extra=True, samples=samples)
        return None
    in_place_of_steps = given.rank == declared.rank and samples and first != 1
    if in_place_of_steps and equal(first, given.dims[1]) is False and _all_fit(rest, given.dims[2:]):
        return CountedBatch(fed.call.model, layer, declared, fed, extra=False, samples=True)
    return None


def _by_layers(flow: Flow, model: Model, layer: Layer) -> CountedBatch | None:
    """A recurrent layer straight on an input with one axis too many, of which the first is a batch."""
    declared = layer.arrivals[0].output.shape if layer.arrivals else None
    if not isinstance(declared, Shape) or declared.batch is not None or declared.rank < 4:
        return None
    needs = [
        problem.needs.rank
        for reader, call in flow.ahead(layer, KEEPS_NUMBERS)
        if reader.recurrent
        for problem in call.problems
        if problem.kind == "rank" and problem.needs is not None
    ]
    if not needs or any(rank != declared.rank - 1 for rank in needs):
        return None
    fits_data = [_as_many_axes(fed.data, declared) for fed in flow.fed() if flow.source(fed.tensor) is layer]
    if fits_data and not all(fits_data):
        return None
    first = declared.dims[1]
    sizes = [call.batch_size for call in flow.program.calls("fit") if call.model.id == model.id and _given(call)]
    if (first == 1 and fits_data) or any(equal(first, size) is True for size in sizes):
        return CountedBatch(model, layer, declared, None, extra=True, samples=False)
    return None


def _as_many_axes(data: Data, declared: Shape) -> bool:
    """Whether data fit the declared shape once its batch is taken out."""
    return isinstance(data.shape, Shape) and data.shape.rank == declared.rank - 1


def _rows_are_samples(fed: Fed) -> bool:
    """Whether the first axis of x counts samples: y has as many rows. (A lone sample can lack its batch axis.)"""
    return equal(fed.call.y.samples, fed.data.samples) is True


def _given(call: Call) -> bool:
    return call["batch_size"].given


def _all_fit(declared: tuple[Dim, ...], given: tuple[Dim, ...]) -> bool:
    return len(declared) == len(given) and all(fits(a, b) is True for a, b in zip(declared, given, strict=True))
