"""How a Sequential learns its input, and calls its layers one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, LayerCall, Origin, Shape, Tensor
from rnnlint.infer.catalogue import declared_input, defaults
from rnnlint.interpreter import keras_calls
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, Node, TensorValue, new_name, plain, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Value, is_size


def make_input(machine: Machine, layer: LayerValue, tensor: Tensor) -> TensorValue:
    """The symbolic tensor of an InputLayer."""
    node = Node(layer, len(layer.nodes), LayerCall())
    out = TensorValue(replace(tensor, origin=Origin(layer.id, node.number)), node)
    node.fact = LayerCall(outputs=(out.fact,), location=layer.location)
    node.outputs = (out,)
    layer.nodes.append(node)
    return out


def input_options(machine: Machine, shape: Sequence[Any] | None, dtype: Any) -> dict[str, Any]:
    """The options of an InputLayer."""
    given = {"batch_shape": UNKNOWN if shape is None else tuple(shape), "dtype": dtype}
    return {**defaults("InputLayer", machine.keras), "sparse": False, "ragged": False, **given}


def new_input_layer(
    machine: Machine, shape: Sequence[Any] | None, dtype: Any = "float32", name: str | None = None, location: Any = None
) -> LayerValue:
    """An InputLayer of that batch shape (None: not even the rank is known)."""
    layer = LayerValue(
        machine.new_id(),
        "InputLayer",
        "InputLayer",
        name if name is not None else new_name(machine, "InputLayer"),
        options=input_options(machine, shape, dtype),
        location=location if location is not None else machine.location(None),
    )
    fact = Tensor(UNKNOWN if shape is None else Shape.of(shape), dtype if isinstance(dtype, str) else UNKNOWN, False)
    make_input(machine, layer, fact)
    return layer


def extend_sequential(machine: Machine, model: ModelValue) -> None:
    """Calls the layers of a Sequential that were added since, as far as its input is known."""
    if len(model.graph) > len(model.layers):
        # Layers were taken off again.
        del model.graph[len(model.layers) :]
    if model.source is None:
        _declare(machine, model)
    if model.source is None:
        return
    key = model.id
    running = session(machine).running
    if key in running:
        return
    running.add(key)
    try:
        model.inputs = list(model.source.nodes[0].outputs)
        for layer in model.layers[len(model.graph) :]:
            if layer is model.source:
                model.graph.append(layer.nodes[0])
                continue
            before = model.graph[-1].outputs if model.graph else tuple(model.inputs)
            before_values: list[Value] = [before[0]] if len(before) == 1 else [machine.make_list(list(before))]
            if not before or len(model.graph) in model.breaks:
                before_values = [TensorValue(Tensor(), model.graph[-1])]
            collected: list[Node] = []
            session(machine).traces.append(collected)
            try:
                keras_calls.call(machine, layer, before_values, {}, None)
            finally:
                session(machine).traces.pop()
            if not layer.nodes:
                model.complete = False
                return
            model.graph.append(layer.nodes[-1])
        if model.graph:
            model.outputs = list(model.graph[-1].outputs) or [TensorValue(Tensor(), model.graph[-1])]
    finally:
        running.discard(key)


def build_sequential(machine: Machine, model: ModelValue, tensors: Sequence[Tensor]) -> None:
    """Builds a Sequential whose input shape was not declared for what arrives."""
    if model.source is not None or not model.layers or not tensors:
        return
    tensor = tensors[0]
    shape = tensor.shape
    dims = None if not isinstance(shape, Shape) else (None, *shape.dims[1:])
    name = f"{model.layers[0].name}_input" if machine.keras in (1, 2) else None
    dtype = tensor.dtype if isinstance(tensor.dtype, str) else UNKNOWN
    model.source = new_input_layer(machine, dims, dtype, name, model.location)
    extend_sequential(machine, model)
    session(machine).changed()


def _declare(machine: Machine, model: ModelValue) -> None:
    """Takes the input shape of a Sequential from its first layer."""
    if not model.layers:
        return
    first = model.layers[0]
    if isinstance(first, LayerValue) and first.kind == "InputLayer":
        model.source = first
        model.declared = True
        return
    if isinstance(first, ModelValue):
        if first.kind == "sequential":
            extend_sequential(machine, first)
        shapes = [tensor.fact for tensor in first.inputs]
        if not shapes and first.saved is not None:
            shapes = list(first.saved.inputs)
        if len(shapes) == 1 and isinstance(shapes[0].shape, Shape):
            model.source = _source(machine, model, shapes[0].shape.dims, shapes[0].dtype)
        return
    declared = _declared(machine, first)
    if declared is not None:
        model.source = _source(machine, model, *declared)


def _source(machine: Machine, model: ModelValue, dims: Sequence[Any] | None, dtype: Any) -> LayerValue:
    model.declared = True
    first = model.layers[0]
    name = f"{first.name}_input" if machine.keras in (1, 2) else None
    return new_input_layer(machine, dims, dtype, name, first.location)


def _declared(machine: Machine, layer: LayerValue) -> tuple[Sequence[Any] | None, Any] | None:
    """Batch shape and dtype that a layer, or the layer it wraps, declares for its input."""
    if layer.custom and layer.instance is not None and not layer.options:
        return None
    kind = layer.cls if layer.cls == "TimeDistributedDense" else layer.kind
    found = declared_input(kind, {**layer.options, **_given(layer)}, machine.keras)
    if found is None:
        return None
    dtype: Any = layer.options.get("input_dtype", layer.options.get("dtype", "float32"))
    if layer.kind == "Embedding":
        dtype = "float32"
    return tuple(_as_dim(size) for size in found), dtype if isinstance(dtype, str) else "float32"


def _given(layer: LayerValue) -> dict[str, Any]:
    return {name: plain(argument.value) for name, argument in layer.arguments.items() if name not in layer.options}


def _as_dim(size: Any) -> Any:
    if size is None or is_size(size):
        return size
    if isinstance(size, float) and size.is_integer():
        return int(size)
    return UNKNOWN
