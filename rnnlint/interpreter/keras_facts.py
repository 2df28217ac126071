"""Layers and models of the interpreted program as facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rnnlint.facts import UNKNOWN, Layer, LayerCall, Model, Origin, Tensor
from rnnlint.interpreter.keras_values import Callable, LayerValue, ModelValue, Node, TensorValue, session, unwrap
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Dict, Instance, List, Object, Value
from rnnlint.interpreter.written import write

MAX_NESTING = 12
"""Models inside models that are followed."""

MAX_TRACKED = 2_000
"""Values that are looked at for layers that an object holds."""

MAX_ARRIVALS = 50
"""Different arrivals of a layer inside a nested model that are kept."""

SAVED = "keras.saved"
"""The class of what stands for a saved model; its attribute `model` is a fact."""

Numbers = Mapping[tuple[int, int], int]
"""(layer, number of its call in the run) -> number of the call in the model."""


def layer_fact(machine: Machine, callee: Callable, depth: int = 0) -> Layer:
    """A layer, or a model as a layer, without its calls."""
    if isinstance(callee, ModelValue):
        inner = None if depth > MAX_NESTING else _under(callee.name, model_fact(machine, callee, depth + 1))
        kind = {"sequential": "Sequential", "functional": "Functional"}.get(callee.kind, callee.cls)
        return Layer(
            callee.id,
            callee.name,
            callee.cls,
            kind,
            model=inner,
            location=callee.location,
            site=callee.site,
        )
    wraps = tuple(_inside(callee.name, layer_fact(machine, part, depth + 1)) for part in callee.wraps[:64])
    first = callee.nodes[:1]
    return Layer(
        callee.id,
        callee.name,
        callee.cls,
        callee.kind,
        options=callee.options,
        arguments=callee.arguments,
        wraps=wraps if depth <= MAX_NESTING else (),
        calls=tuple(node.fact for node in first),
        custom=callee.custom,
        operation=callee.operation,
        location=callee.location,
        site=callee.site,
    )


def model_fact(machine: Machine, model: ModelValue, depth: int = 0) -> Model:
    """The model as it is at this moment."""
    kept = session(machine)
    known = kept.facts.get(model.id)
    if known is not None and known[0] == kept.changes:
        return known[1]
    if depth > MAX_NESTING:
        return Model(model.id, model.name, model.cls, model.kind, complete=False)
    made = _saved(model) if model.saved is not None else _made(machine, model, depth)
    kept.facts[model.id] = (kept.changes, made)
    return made


def save_model(machine: Machine, model: ModelValue, path: Value) -> None:
    """The model as it is at this moment into a file, for who loads it."""
    if model.kind != "unknown":
        write(machine, path, Object(SAVED, {"model": model_fact(machine, model)}))


def loose_layer(machine: Machine, layer: LayerValue) -> Layer:
    """A layer that belongs to no model, with all its calls."""
    calls = tuple(node.fact for node in layer.nodes)
    return replace(layer_fact(machine, layer), calls=calls, arrivals=calls)


def held(value: Value) -> Iterator[Callable]:
    """The layers and models that an object holds in its attributes, in the order it got them, each once."""
    waiting: list[Value] = [value]
    seen: set[int] = set()
    count = 0
    while waiting and count < MAX_TRACKED:
        item = waiting.pop(0)
        count += 1
        if id(item) in seen:
            continue
        seen.add(id(item))
        found = unwrap(item)
        if found is not unwrap(value) and isinstance(found, LayerValue | ModelValue):
            yield found
        elif isinstance(item, Instance) and item is value:
            waiting = [*item.attributes.values(), *waiting]
        elif isinstance(item, List) and item.items is not None:
            waiting = [*item.items, *waiting]
        elif isinstance(item, tuple):
            waiting = [*item, *waiting]
        elif isinstance(item, Dict):
            waiting = [*item.items.values(), *waiting]


def graph_of(inputs: Sequence[TensorValue], outputs: Sequence[TensorValue]) -> tuple[list[Node], bool]:
    """The calls that lead from the inputs to the outputs, in the order Keras lists their layers; whether all of the
    way is known."""
    stop = {id(tensor.node) for tensor in inputs if tensor.node is not None}
    finished: list[Node] = []
    first_met: dict[int, int] = {}
    state: dict[int, bool] = {}
    complete = True
    waiting: list[tuple[Node, bool]] = [(t.node, False) for t in reversed(outputs) if t.node is not None]
    while waiting:
        node, expanded = waiting.pop()
        if expanded:
            if not state.get(id(node)):
                state[id(node)] = True
                finished.append(node)
            continue
        if id(node) in state:
            continue
        state[id(node)] = False
        first_met.setdefault(node.layer.id, len(first_met))
        waiting.append((node, True))
        if id(node) in stop and node.layer.kind == "InputLayer":
            continue
        before = [value.node for value in node.inputs if value is not None and value.node is not None]
        complete = complete and all(value is None or value.node is not None for value in node.inputs)
        if id(node) not in stop:
            waiting += [(part, False) for part in reversed(before)]
    return _in_keras_order(finished, inputs, first_met), complete


def _in_keras_order(
    finished: Sequence[Node], inputs: Sequence[TensorValue], first_met: Mapping[int, int]
) -> list[Node]:
    """Deepest layers first, where depth counts calls to the outputs; equal ones as they were first met."""
    depth_of: dict[int, int] = {}
    depth_of_layer: dict[int, int] = {}
    for node in reversed(finished):
        depth = max(depth_of.setdefault(id(node), 0), depth_of_layer.get(node.layer.id, 0))
        depth_of_layer[node.layer.id] = depth
        depth_of[id(node)] = depth
        for value in node.inputs:
            if value is not None and value.node is not None:
                depth_of[id(value.node)] = max(depth + 1, depth_of.get(id(value.node), 0))
    nodes = list(finished)
    for tensor in inputs:
        if tensor.node is not None and tensor.node.layer.id not in depth_of_layer:
            depth_of_layer[tensor.node.layer.id] = 0
            nodes.append(tensor.node)
    return sorted(
        nodes,
        key=lambda node: (-depth_of_layer[node.layer.id], first_met.get(node.layer.id, -1), node.number),
    )


def _saved(model: ModelValue) -> Model:
    assert model.saved is not None
    made = replace(model.saved, id=model.id, variable=model.variable)
    return made if model.compile is UNKNOWN else replace(made, compile=model.compile)


def _made(machine: Machine, model: ModelValue, depth: int) -> Model:
    nodes, complete = list(model.graph), True
    order: list[Callable] = []
    if model.kind == "functional":
        nodes, complete = graph_of(model.inputs, model.outputs)
    elif model.kind == "sequential":
        nodes = nodes[: len(model.layers)]
        if model.source is not None:
            nodes = [model.source.nodes[0], *(node for node in nodes if node.layer is not model.source)]
            order.append(model.source)
        order += model.layers
    elif model.instance is not None:
        order += held(model.instance)
    order += [node.layer for node in nodes]
    numbers = _numbers(nodes)
    layers, whole = _layers(machine, _each_once(order), nodes, numbers, depth)
    inputs = tuple(_renumbered(tensor.fact, numbers) for tensor in model.inputs)
    outputs = tuple(_renumbered(tensor.fact, numbers) for tensor in model.outputs)
    by_id = {layer.id: layer for layer in layers}
    return Model(
        model.id,
        model.name,
        model.cls,
        model.kind if model.kind in ("sequential", "functional") else "subclassed",
        layers,
        inputs,
        outputs,
        tuple(by_id.get(tensor.origin.layer) if tensor.origin is not None else None for tensor in outputs),
        model.compile,
        model.complete and complete and whole,
        _built(model),
        model.location,
        model.variable,
    )


def _built(model: ModelValue) -> bool:
    return model.kind == "functional" or (model.kind == "sequential" and model.declared)


def _each_once(layers: Iterable[Callable]) -> list[Callable]:
    return list({layer.id: layer for layer in layers}.values())


def _numbers(nodes: Iterable[Node]) -> Numbers:
    """Calls of a layer count from 0 in the model, however often it was called for other models."""
    numbers: dict[tuple[int, int], int] = {}
    counts: dict[int, int] = {}
    for node in sorted(nodes, key=lambda node: node.number):
        key = (node.layer.id, node.number)
        if key not in numbers:
            numbers[key] = counts.get(node.layer.id, 0)
            counts[node.layer.id] = numbers[key] + 1
    return numbers


def _renumbered(tensor: Tensor, numbers: Numbers) -> Tensor:
    origin = tensor.origin
    if origin is None or (number := numbers.get((origin.layer, origin.call), origin.call)) == origin.call:
        return tensor
    return replace(tensor, origin=Origin(origin.layer, number, origin.output))


def _call(node: Node, numbers: Numbers) -> LayerCall:
    fact = node.fact
    arguments = {
        name: _renumbered(value, numbers) if isinstance(value, Tensor) else value
        for name, value in fact.arguments.items()
    }
    return replace(
        fact,
        inputs=tuple(_renumbered(tensor, numbers) for tensor in fact.inputs),
        outputs=tuple(_renumbered(tensor, numbers) for tensor in fact.outputs),
        arguments=arguments,
    )


def _layers(
    machine: Machine, order: Sequence[Callable], nodes: Sequence[Node], numbers: Numbers, depth: int
) -> tuple[tuple[Layer, ...], bool]:
    """The layers in order with their calls in this model, what is nested behind what it is in; whether all of them
    are understood."""
    by_layer: dict[int, list[Node]] = {}
    for node in nodes:
        by_layer.setdefault(node.layer.id, []).append(node)
    made: list[Layer] = []
    complete = True
    for callee in order:
        own = sorted(by_layer.get(callee.id, ()), key=lambda node: node.number)
        calls = tuple(_call(node, numbers) for node in own)
        fact = replace(layer_fact(machine, callee, depth), calls=calls, arrivals=calls)
        if fact.model is not None:
            fact = replace(fact, model=_arrived(fact.model, own))
            complete = complete and fact.model is not None and fact.model.complete
        made.append(fact)
        if fact.model is not None:
            made += fact.model.layers
        elif any(node.trace for node in own):
            made += _traced(machine, callee, own, depth)
    return tuple(made), complete


def _traced(machine: Machine, callee: Callable, calls: Sequence[Node], depth: int) -> list[Layer]:
    """The layers that a custom layer calls, behind it."""
    if depth > MAX_NESTING:
        return []
    inside = [node for call in calls for node in call.trace]
    order = list(held(callee.instance)) if callee.instance is not None else []
    order += [node.layer for node in inside]
    found, _ = _layers(machine, _each_once(order), inside, _numbers(inside), depth + 1)
    return [_inside(callee.name, layer) for layer in found]


def _arrived(model: Model, calls: Sequence[Node]) -> Model:
    """A nested model whose layers know what arrives at them in these calls."""
    arrivals: dict[int, list[LayerCall]] = {}
    for node in calls:
        for part in node.inner:
            known = arrivals.setdefault(part.id, [])
            known += [call for call in part.arrivals if call not in known][: MAX_ARRIVALS - len(known)]
    if not arrivals:
        return model
    layers = tuple(replace(layer, arrivals=tuple(arrivals.get(layer.id, layer.arrivals))) for layer in model.layers)
    return replace(model, layers=layers)


def _under(name: str, model: Model) -> Model:
    return replace(model, layers=tuple(_inside(name, layer) for layer in model.layers))


def _inside(name: str, layer: Layer) -> Layer:
    model = None if layer.model is None else _under(name, layer.model)
    wraps = tuple(_inside(name, part) for part in layer.wraps)
    return replace(layer, path=f"{name}/{layer.path}", model=model, wraps=wraps)
