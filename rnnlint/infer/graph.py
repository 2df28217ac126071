"""Runs `infer` over a graph of layer calls, in topological order and without recursion over layers.

A reader or the interpreter says what layers there are and which calls connect them (`Step`); `trace` gives the layers
back with their calls. `chain` is the same for a Sequential. A nested model is traced again with the sizes that
arrive from outside: its layers keep their own `calls` and get `arrivals`.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlint.facts import (
    NOWHERE,
    UNKNOWN,
    Layer,
    LayerCall,
    Location,
    Model,
    Origin,
    Problem,
    Shape,
    Tensor,
    Unknown,
)
from rnnlint.infer.naming import renamed
from rnnlint.infer.registry import Arriving, Leaving, infer, transfer

MODEL_KINDS = ("Model", "Functional", "Sequential")


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a layer before it is inferred.

    Attributes:
        layer: id of the layer.
        inputs: a tensor with an origin stands for that output of that call (calls of a layer count from 0 in the
            order of the steps); one without, or whose origin is no step, stands for itself.
        states: initial states, then constants.
        arguments: other arguments of the call, as in `Arriving`.
        listed: whether the inputs came as a list.
        recorded: outputs as the file records them.
        trusted: whether `recorded` counts more than what is inferred; else only where nothing is inferred.
        location: where the layer is called.
    """

    layer: int
    inputs: tuple[Tensor, ...] = ()
    states: tuple[Tensor, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = False
    recorded: tuple[Tensor, ...] | None = None
    trusted: bool = True
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Traced:
    """A graph with everything inferred: the layers with calls and arrivals, in the order given, and every tensor."""

    layers: tuple[Layer, ...]
    tensors: Mapping[Origin, Tensor]

    def __getitem__(self, origin: Origin) -> Tensor:
        """The tensor; one of which nothing is known where the graph has no such tensor."""
        return self.tensors.get(origin, Tensor(origin=origin))


def trace(
    layers: Sequence[Layer],
    steps: Sequence[Step],
    keras: int | Unknown,
    given: Mapping[Origin, Tensor] | None = None,
    depth: int = 0,
) -> Traced:
    """Infers every step.

    Args:
        layers: those of this graph, without the layers inside nested models.
        steps: their calls, in any order.
        given: outputs that come from outside (what arrives at the InputLayers of a nested model).
        depth: how many models stand around this one.
    """
    by_id = {layer.id: layer for layer in layers}
    steps = [step for step in steps if step.layer in by_id]
    numbers = _call_numbers(steps)
    tensors: dict[Origin, Tensor] = {}
    calls: dict[int, dict[int, LayerCall]] = defaultdict(dict)
    inner: dict[int, dict[int, list[LayerCall]]] = defaultdict(lambda: defaultdict(list))
    fresh: dict[int, dict[int, Layer]] = defaultdict(dict)
    order, stuck = _order(steps, numbers)
    readers = _first_readers(steps, by_id)
    for index in order:
        step, (_, number) = steps[index], numbers[index]
        layer = by_id[step.layer]
        first = tuple(calls[layer.id].values())[:1]
        call, leaving = _take(replace(layer, calls=first), step, number, tensors, keras, given or {}, depth)
        if layer.kind == "InputLayer":
            call = _named(call, readers, tensors)
        calls[layer.id][number] = call
        for part in leaving.inner:
            _add_arrivals(inner[layer.id][part.id], part.arrivals)
            fresh[layer.id].setdefault(part.id, part)
    for index in stuck:
        step, (_, number) = steps[index], numbers[index]
        problem = Problem("graph", "its input depends on its own output")
        calls[step.layer][number] = LayerCall(step.inputs + step.states, (), len(step.states), (problem,))
    done = [_with_calls(layer, calls[layer.id], inner[layer.id], fresh[layer.id]) for layer in layers]
    return Traced(tuple(done), tensors)


def chain(layers: Sequence[Layer], keras: int | Unknown, arriving: Tensor | None = None, depth: int = 0) -> Traced:
    """Infers a Sequential: each layer reads what the one before it gives.

    Args:
        layers: those of this model, without the layers inside nested models; an InputLayer may stand first.
        arriving: what is fed in; None: what the first layer declares (see `declared`), else nothing is known.
        depth: how many models stand around this one.
    """
    tensors: dict[Origin, Tensor] = {}
    done: list[Layer] = []
    counts: dict[int, int] = defaultdict(int)
    current: tuple[Tensor, ...] = (arriving or Tensor(),)
    for place, layer in enumerate(layers):
        number = counts[layer.id]
        counts[layer.id] += 1
        given = {Origin(layer.id, number): arriving} if layer.kind == "InputLayer" and arriving is not None else {}
        inputs = () if layer.kind == "InputLayer" else current
        step = Step(layer.id, inputs, listed=len(inputs) > 1)
        call, leaving = _take(replace(layer, calls=layer.calls[:1]), step, number, tensors, keras, given, depth)
        if layer.kind == "InputLayer" and place + 1 < len(layers):
            call = _named(call, {Origin(layer.id, number): layers[place + 1]}, tensors)
        current = call.outputs if leaving.outputs is not None else (Tensor(origin=Origin(layer.id, number)),)
        if keras != 3:
            current = current[:1]
        inner: dict[int, list[LayerCall]] = {part.id: list(part.arrivals) for part in leaving.inner}
        done.append(_with_calls(layer, {number: call}, inner, {part.id: part for part in leaving.inner}))
    return Traced(tuple(done), tensors)


def _add_arrivals(known: list[LayerCall], more: Sequence[LayerCall]) -> None:
    """Adds calls, those that are equal once: a model called often with the same sizes shows nothing new."""
    for call in more:
        if len(known) < MAX_ARRIVALS and call not in known:
            known.append(call)


def own_layers(model: Model) -> tuple[Layer, ...]:
    """The layers of a model without those inside its nested models."""
    nested = {part.id for layer in model.layers if layer.model is not None for part in layer.model.layers}
    return tuple(layer for layer in model.layers if layer.id not in nested)


def listed(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Layers with those of nested models behind the layer that stands for the nested model."""
    found: list[Layer] = []
    for layer in layers:
        found.append(layer)
        if layer.model is not None:
            found += layer.model.layers
    return tuple(found)


MAX_ARRIVALS = 32
"""How many different arrivals of a layer inside a nested model are kept."""

MAX_TRACES = 1_000
"""How many different traces of nested models one call of a model may need. Models that call models twice each, one in
the other, would need two to the power of their depth."""

_traces: "ContextVar[dict[object, Leaving] | None]" = ContextVar("traces", default=None)
"""What came of nested models, by model and what arrives, while the outermost of them is traced."""


@transfer("Model", "Functional", "Sequential", "Network")
def nested_model(layer: Layer, arriving: Arriving) -> Leaving:
    """A model called as a layer: its graph with the sizes that arrive."""
    model = layer.model
    if model is None:
        return Leaving((Tensor(),))
    known = _traces.get()
    if known is not None:
        return _traced_once(model, arriving, known)
    token = _traces.set({})
    try:
        return _through(model, arriving)
    finally:
        _traces.reset(token)


def _traced_once(model: Model, arriving: Arriving, known: dict[object, Leaving]) -> Leaving:
    key = (id(model), tuple(replace(tensor, origin=None) for tensor in arriving.tensors))
    if key not in known:
        if len(known) >= MAX_TRACES:
            return Leaving(tuple(Tensor() for _ in model.outputs) or None)
        known[key] = _through(model, arriving)
    return known[key]


def _through(model: Model, arriving: Arriving) -> Leaving:
    if model.kind == "sequential":
        return _through_chain(model, arriving)
    if model.kind == "functional":
        return _through_graph(model, arriving)
    return Leaving((Tensor(),))


def _through_chain(model: Model, arriving: Arriving) -> Leaving:
    if len(arriving.tensors) != 1:
        return Leaving((Tensor(),), _count_problem(1, len(arriving.tensors)))
    tensor, problems = _adjusted(arriving.tensors[0], model.inputs[0] if model.inputs else Tensor(), 0)
    traced = chain(own_layers(model), arriving.keras, tensor, arriving.depth + 1)
    if not traced.layers:
        return Leaving((tensor,), problems)
    last = traced.layers[-1]
    outputs = last.arrivals[-1].outputs if last.arrivals else ()
    return Leaving(outputs or (Tensor(),), problems, _arrived(model, traced))


def _through_graph(model: Model, arriving: Arriving) -> Leaving:
    own = own_layers(model)
    entries = [tensor.origin for tensor in model.inputs]
    if not entries or any(entry is None for entry in entries):
        entries = [Origin(layer.id, 0) for layer in own if layer.kind == "InputLayer"]
    blank = tuple(Tensor() for _ in model.outputs) or None
    if len(entries) != len(arriving.tensors):
        return Leaving(blank, _count_problem(len(entries), len(arriving.tensors)))
    given: dict[Origin, Tensor] = {}
    problems: tuple[Problem, ...] = ()
    for number, (entry, tensor) in enumerate(zip(entries, arriving.tensors, strict=True)):
        declared = model.inputs[number] if number < len(model.inputs) else Tensor()
        fitted, wrong = _adjusted(tensor, declared, number)
        problems += wrong
        if entry is not None:
            given[entry] = declared if wrong else fitted
    steps = [
        Step(
            layer.id,
            call.inputs[: len(call.inputs) - call.states],
            call.inputs[len(call.inputs) - call.states :],
            call.arguments,
            recorded=call.outputs or None,
            trusted=False,
            listed=len(call.inputs) - call.states > 1,
        )
        for layer in own
        for call in layer.calls
    ]
    traced = trace(own, steps, arriving.keras, given, arriving.depth + 1)
    outputs = [traced[tensor.origin] if tensor.origin is not None else Tensor() for tensor in model.outputs]
    return Leaving(tuple(outputs) or None, problems, _arrived(model, traced))


def _arrived(model: Model, traced: Traced) -> tuple[Layer, ...]:
    """The layers of the model, in its order, with their arrivals in this call."""
    found = {layer.id: layer for layer in listed(traced.layers)}
    return tuple(found.get(layer.id, layer) for layer in model.layers)


def _adjusted(tensor: Tensor, declared: Tensor, number: int) -> tuple[Tensor, tuple[Problem, ...]]:
    """What arrives at an input, with the last axis of 1 that Keras adds or drops itself."""
    shape, wanted = tensor.shape, declared.shape
    if isinstance(shape, Unknown) or isinstance(wanted, Unknown) or shape.rank == wanted.rank:
        return tensor, ()
    if shape.rank == wanted.rank + 1 and shape.dims[-1] == 1:
        return replace(tensor, shape=Shape(shape.axes[:-1])), ()
    if shape.rank == wanted.rank - 1 and wanted.dims[-1] == 1:
        return replace(tensor, shape=Shape((*shape.axes, wanted.axes[-1]))), ()
    message = f"the model reads rank {wanted.rank}, but rank {shape.rank} arrives"
    return tensor, (Problem("rank", message, gives=shape, needs=wanted, input=number),)


def _count_problem(needs: int, gives: int) -> tuple[Problem, ...]:
    return (Problem("input-count", f"the model reads {needs} inputs, but {gives} arrive"),)


def _call_numbers(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """(layer, number of the call) of each step."""
    counts: dict[int, int] = defaultdict(int)
    numbers = []
    for step in steps:
        numbers.append((step.layer, counts[step.layer]))
        counts[step.layer] += 1
    return numbers


def _order(steps: Sequence[Step], numbers: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Steps with each behind those it reads from, and those that wait for themselves."""
    place = {number: index for index, number in enumerate(numbers)}
    waiting = [0] * len(steps)
    readers: dict[int, list[int]] = defaultdict(list)
    for index, step in enumerate(steps):
        for source in {(o.layer, o.call) for o in _origins(step)}:
            if source in place:
                waiting[index] += 1
                readers[place[source]].append(index)
    ready = deque(index for index, count in enumerate(waiting) if not count)
    order: list[int] = []
    while ready:
        index = ready.popleft()
        order.append(index)
        for reader in readers[index]:
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    return order, [index for index, count in enumerate(waiting) if count]


def _first_readers(steps: Sequence[Step], by_id: Mapping[int, Layer]) -> dict[Origin, Layer]:
    """The layer that reads a tensor first."""
    found: dict[Origin, Layer] = {}
    for step in steps:
        for tensor in step.inputs:
            if tensor.origin is not None:
                found.setdefault(tensor.origin, by_id[step.layer])
    return found


def _named(call: LayerCall, readers: Mapping[Origin, Layer], tensors: dict[Origin, Tensor]) -> LayerCall:
    """An input under the names that fit what reads it."""
    outputs = []
    for output in call.outputs:
        reader = None if output.origin is None else readers.get(output.origin)
        outputs.append(output if reader is None else renamed(output, reader))
        if output.origin is not None:
            tensors[output.origin] = outputs[-1]
    return replace(call, outputs=tuple(outputs))


def _origins(step: Step) -> Iterator[Origin]:
    for tensor in (*step.inputs, *step.states, *step.arguments.values()):
        if isinstance(tensor, Tensor) and tensor.origin is not None:
            yield tensor.origin


def _take(
    layer: Layer,
    step: Step,
    number: int,
    tensors: dict[Origin, Tensor],
    keras: int | Unknown,
    given: Mapping[Origin, Tensor],
    depth: int,
) -> tuple[LayerCall, Leaving]:
    """Infers one step and keeps its outputs in `tensors`."""
    inputs = tuple(_found(tensor, tensors) for tensor in step.inputs)
    states = tuple(_found(tensor, tensors) for tensor in step.states)
    arguments = {
        name: _found(value, tensors) if isinstance(value, Tensor) else value for name, value in step.arguments.items()
    }
    leaving = infer(layer, Arriving(inputs, states, arguments, keras, step.listed, depth))
    outputs = _agreed(leaving.outputs, step.recorded, step.trusted)
    if outputs is None:
        leaving = replace(leaving, outputs=None)
        outputs = ()
    kept = []
    for index, output in enumerate(outputs):
        origin = Origin(layer.id, number, index)
        output = given.get(origin, output)
        kept.append(replace(output, origin=origin))
        tensors[origin] = kept[-1]
    call = LayerCall(inputs + states, tuple(kept), len(states), leaving.problems, arguments, step.location)
    return call, leaving


def _found(tensor: Tensor, tensors: Mapping[Origin, Tensor]) -> Tensor:
    return tensor if tensor.origin is None else tensors.get(tensor.origin, tensor)


def _agreed(
    inferred: tuple[Tensor, ...] | None, recorded: tuple[Tensor, ...] | None, trusted: bool
) -> tuple[Tensor, ...] | None:
    """Outputs from what was inferred and what is recorded."""
    if recorded is None or inferred is None:
        return inferred if recorded is None else recorded
    recorded += tuple(Tensor() for _ in inferred[len(recorded) :])
    if len(inferred) != len(recorded):
        return recorded if trusted or _blank(inferred) else inferred
    return tuple(_one(a, b, trusted) for a, b in zip(inferred, recorded, strict=True))


def _one(inferred: Tensor, recorded: Tensor, trusted: bool) -> Tensor:
    own, other = inferred.shape, recorded.shape
    if isinstance(other, Unknown):
        shape = own
    elif isinstance(own, Unknown) or own.rank != other.rank:
        shape = other if trusted or isinstance(own, Unknown) else own
    else:
        pairs = zip(own.dims, other.dims, strict=True)
        sizes = [b if b is not UNKNOWN and (trusted or a is UNKNOWN) else a for a, b in pairs]
        shape = Shape.of(sizes, own.names)
    dtype = (
        recorded.dtype if inferred.dtype is UNKNOWN or (trusted and recorded.dtype is not UNKNOWN) else inferred.dtype
    )
    mask = recorded.mask if inferred.mask is UNKNOWN or (trusted and recorded.mask is not UNKNOWN) else inferred.mask
    return Tensor(shape, dtype, mask)


def _blank(tensors: Sequence[Tensor]) -> bool:
    return all(isinstance(tensor.shape, Unknown) for tensor in tensors)


def _with_calls(
    layer: Layer,
    calls: Mapping[int, LayerCall],
    inner: Mapping[int, Sequence[LayerCall]],
    fresh: Mapping[int, Layer],
) -> Layer:
    """The layer with its calls; a nested model with the arrivals of its layers."""
    made = tuple(calls[number] for number in sorted(calls))
    model = layer.model
    if model is not None and inner:
        parts = tuple(
            replace(
                part,
                arrivals=tuple(inner.get(part.id, ())),
                calls=part.calls or fresh[part.id].calls if part.id in fresh else part.calls,
            )
            for part in model.layers
        )
        model = replace(model, layers=parts)
    return replace(layer, calls=made, arrivals=made, model=model)
