"""Calls of layers and models on symbolic tensors and on data."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlint.facts import (
    RECURRENT,
    UNKNOWN,
    Data,
    Layer,
    LayerCall,
    Model,
    Origin,
    Shape,
    Tensor,
    Unknown,
    Values,
)
from rnnlint.infer.catalogue import declared_input, defaults
from rnnlint.infer.naming import renamed
from rnnlint.infer.registry import Arriving, Leaving, called, infer
from rnnlint.interpreter.keras_facts import layer_fact, model_fact
from rnnlint.interpreter.keras_values import (
    Callable,
    LayerValue,
    ModelValue,
    Node,
    TensorValue,
    flatten,
    new_name,
    plain,
    session,
    unwrap,
    wrap,
)
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import (
    Array,
    Bound,
    Class,
    Dict,
    Function,
    Instance,
    List,
    Value,
    is_constant,
    is_size,
)

READS_STATES = RECURRENT | {"Bidirectional"}
"""Layers that take initial states with their call."""

STAND_IN = Layer(0, "", "", "")
"""Where the layer itself does not count."""

_INPUT_NAMES = ("inputs", "sequences", "sequence", "query", "value", "key", "input", "x", "target", "source")


@dataclass(slots=True)
class _Inputs:
    """The arguments of a layer call, sorted."""

    tensors: list[Value] = field(default_factory=list)
    states: list[Value] = field(default_factory=list)
    constants: list[Value] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)
    listed: bool = False
    names: tuple[str, ...] = ()
    unsure: bool = False


def call(
    machine: Machine,
    callee: Callable,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: Any = None,
) -> Value:
    """Calls a layer or model: symbolic tensors in, symbolic tensors out; data in, data out."""
    inputs = _sorted_inputs(machine, callee, args, kwargs)
    if _own_call(callee) is not None and callee.instance is not None:
        return _call_own(machine, callee, args, kwargs, inputs, node)
    if callee.kind == "Lambda" and isinstance(callee, LayerValue):
        return _call_lambda(machine, callee, args, inputs, node)
    return call_as_library(machine, callee, inputs, node)


def call_as_library(machine: Machine, callee: Callable, inputs: _Inputs, node: Any) -> Value:
    """The call as Keras itself makes it, whatever the program's class does around it."""
    if isinstance(callee, ModelValue):
        _make_ready(machine, callee, inputs)
        _order_by_name(callee, inputs)
    fact = layer_fact(machine, callee)
    for value in inputs.tensors:
        _name_input(value, fact)
    tensors = tuple(tensor_of(value) for value in inputs.tensors)
    # Constants alone would pass for initial states.
    given = [*inputs.states, *inputs.constants] if inputs.states else []
    states = tuple(tensor_of(value) for value in given)
    arriving = Arriving(tensors, states, inputs.arguments, machine.keras, inputs.listed)
    # `return_runtime` of tf.keras adds an output that nothing tells of.
    unsure = inputs.unsure or fact.options.get("return_runtime", False) is not False
    leaving = Leaving(None) if unsure else infer(fact, arriving)
    values = (*inputs.tensors, *inputs.states, *inputs.constants)
    return _made(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)


def _name_input(value: Value, reader: Layer) -> None:
    """The axes of an input are called as its first reader calls them."""
    if not isinstance(value, TensorValue) or value.node is None or value.node.layer.kind != "InputLayer":
        return
    source = value.node.layer
    if isinstance(source, LayerValue) and "__read__" not in source.attributes:
        source.attributes["__read__"] = True
        value.fact = renamed(value.fact, reader)
        value.node.fact = replace(value.node.fact, outputs=(value.fact,))


def call_library_method(
    machine: Machine, callee: Callable, args: Sequence[Value], kwargs: Mapping[str, Value], node: Any
) -> Value:
    """`super().call(...)`: what the library's class does."""
    return call_as_library(machine, callee, _sorted_inputs(machine, callee, args, kwargs), node)


def tensor_of(value: Value) -> Tensor:
    """What arrives at a layer: of a symbolic tensor its fact, of data its shape; of anything else nothing is known."""
    if isinstance(value, TensorValue):
        return value.fact
    if isinstance(value, Array):
        return Tensor(value.fact.shape, value.fact.dtype, False)
    if isinstance(value, bool | int | float):
        return Tensor(Shape(()), UNKNOWN, False)
    return Tensor()


def data_of(machine: Machine, tensor: Tensor) -> Array:
    """Data that a layer gives when it is called on data."""
    source = machine.new_id()
    return Array(Data("tensor", tensor.shape, tensor.dtype, Values(), source=source))


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
            if not before:
                before_values = [TensorValue(Tensor(), model.graph[-1])]
            collected: list[Node] = []
            session(machine).traces.append(collected)
            call(machine, layer, before_values, {}, None)
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
    name = f"{_name(model.layers[0])}_input" if machine.keras in (1, 2) else None
    dtype = tensor.dtype if isinstance(tensor.dtype, str) else UNKNOWN
    model.source = new_input_layer(machine, dims, dtype, name, model.location)
    extend_sequential(machine, model)
    session(machine).changed()


def describe(machine: Machine, callee: Callable) -> Layer:
    """The layer as a fact, without its calls."""
    return layer_fact(machine, callee)


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
    name = f"{_name(first)}_input" if machine.keras in (1, 2) else None
    return new_input_layer(machine, dims, dtype, name, first.location)


def _declared(machine: Machine, layer: LayerValue) -> tuple[Sequence[Any] | None, Any] | None:
    """Batch shape and dtype that a layer, or the layer it wraps, declares for its input."""
    if layer.custom and layer.instance is not None and not layer.options:
        return None
    found = declared_input(layer.kind, {**layer.options, **_given(layer)})
    if found is None:
        inner = layer.wraps[0] if layer.kind == "Bidirectional" and layer.wraps else None
        return None if not isinstance(inner, LayerValue) or machine.keras == 3 else _inner_declared(inner)
    dtype: Any = layer.options.get("input_dtype", layer.options.get("dtype", "float32"))
    if layer.kind == "Embedding":
        dtype = "float32"
    return tuple(_as_dim(size) for size in found), dtype if isinstance(dtype, str) else "float32"


def _inner_declared(layer: LayerValue) -> tuple[Sequence[Any] | None, Any] | None:
    return None


def _given(layer: LayerValue) -> dict[str, Any]:
    return {name: plain(argument.value) for name, argument in layer.arguments.items() if name not in layer.options}


def _as_dim(size: Any) -> Any:
    if size is None or is_size(size):
        return size
    if isinstance(size, float) and size.is_integer():
        return int(size)
    return UNKNOWN


def _name(callee: Callable) -> str:
    return callee.name


def _sorted_inputs(machine: Machine, callee: Callable, args: Sequence[Value], kwargs: Mapping[str, Value]) -> _Inputs:
    inputs = _Inputs()
    rest = list(args)
    named = {name: value for name, value in kwargs.items() if name not in _INPUT_NAMES}
    if not rest:
        rest = [kwargs[name] for name in _INPUT_NAMES if name in kwargs]
    elif isinstance(callee, LayerValue):
        rest += [kwargs[name] for name in ("value", "key") if name in kwargs and kwargs[name] is not None]
    if rest:
        first = rest.pop(0)
        inputs.listed = isinstance(first, List | tuple)
        if isinstance(first, Dict) and not first.open:
            inputs.names = tuple(str(key) for key in first.items)
        leaves = flatten(first)
        if inputs.listed and not any(isinstance(leaf, TensorValue | Array | Unknown) for leaf in leaves or ()):
            # A list of plain numbers or texts is one array.
            array = machine.effect("numpy.asarray", first)
            leaves, inputs.listed = [array if isinstance(array, Array) else UNKNOWN], False
        inputs.unsure = leaves is None
        inputs.tensors = leaves or []
    reads_states = callee.kind in READS_STATES and isinstance(callee, LayerValue)
    if reads_states and rest:
        named.setdefault("initial_state", rest.pop(0))
    elif isinstance(callee, LayerValue):
        inputs.tensors += [value for value in rest if isinstance(value, TensorValue | Array)]
    if reads_states:
        inputs.states = _states(named.pop("initial_state", None))
        inputs.constants = _states(named.pop("constants", None))
        if inputs.listed and len(inputs.tensors) > 1 and machine.keras in (1, 2):
            inputs.states = inputs.tensors[1:] + inputs.states
            inputs.tensors, inputs.listed = inputs.tensors[:1], False
    for name, value in named.items():
        inputs.arguments[name] = value.fact if isinstance(value, TensorValue) else plain(value)
    return inputs


def _states(value: Value) -> list[Value]:
    """States as a list; nothing where not even their number is known."""
    if value is UNKNOWN:
        return []
    return [state for state in flatten(value) or () if state is not None]


def _order_by_name(model: ModelValue, inputs: _Inputs) -> None:
    """Brings a dictionary of inputs into the order of the model."""
    wanted = model.names[0] or tuple(
        tensor.node.layer.name if tensor.node is not None else "" for tensor in model.inputs
    )
    if not inputs.names:
        return
    values = dict(zip(inputs.names, inputs.tensors, strict=False))
    if set(wanted) == set(inputs.names) and len(values) == len(inputs.tensors):
        inputs.tensors = [values[name] for name in wanted]
    elif len(inputs.tensors) > 1:
        inputs.unsure = True


def _make_ready(machine: Machine, model: ModelValue, inputs: _Inputs) -> None:
    """A Sequential without a shape learns it at its first call."""
    if model.kind == "sequential":
        extend_sequential(machine, model)
        build_sequential(machine, model, [tensor_of(value) for value in inputs.tensors])


def _made(
    machine: Machine, callee: Callable, values: Iterable[Value], fact: LayerCall, leaving: Leaving, node: Any
) -> Value:
    """Records the call and gives what it returns."""
    inputs = tuple(value if isinstance(value, TensorValue) else None for value in values)
    number = len(callee.nodes)
    record = Node(callee, number, fact, inputs, inner=leaving.inner)
    facts = leaving.outputs or ()
    record.outputs = tuple(
        TensorValue(replace(tensor, origin=Origin(callee.id, number, index)), record, index)
        for index, tensor in enumerate(facts)
    )
    location = machine.location(node) if node is not None else callee.location
    site = machine.positions.site(node, ["inputs"]) if isinstance(node, ast.Call) else None
    record.fact = replace(fact, outputs=tuple(out.fact for out in record.outputs), location=location, site=site)
    callee.nodes.append(record)
    kept = session(machine)
    kept.changed()
    if kept.traces:
        kept.traces[-1].append(record)
    symbolic = any(value is not None for value in inputs) or not all(_is_data(value) for value in values)
    if not symbolic and not record.outputs:
        return UNKNOWN
    if not symbolic:
        return _together(machine, callee, [data_of(machine, out.fact) for out in record.outputs])
    if not leaving.outputs:
        return TensorValue(Tensor(origin=Origin(callee.id, number)), record)
    return _together(machine, callee, list(record.outputs))


def _together(machine: Machine, callee: Callable, outputs: list[Value]) -> Value:
    if len(outputs) == 1:
        return outputs[0]
    if isinstance(callee, ModelValue):
        names = callee.names[1]
        if names and len(names) == len(outputs):
            return Dict(dict(zip(names, outputs, strict=True)))
        return machine.make_list(outputs)
    return tuple(outputs)


def _is_data(value: Value) -> bool:
    return isinstance(value, Array) or is_constant(value)


def _own_call(callee: Callable) -> Function | None:
    """The `call` method that the program's class gives the layer or model."""
    if callee.instance is None:
        return None
    for cls in callee.instance.cls.line():
        if isinstance(cls, Class):
            method = cls.names.get("call")
            if isinstance(method, Function):
                return method
    return None


def own_method(instance: Instance, name: str) -> Function | None:
    """The method of that name that the program's class defines."""
    for cls in instance.cls.line():
        if isinstance(cls, Class):
            method = cls.names.get(name)
            if isinstance(method, Function):
                return method
    return None


def build_own(machine: Machine, callee: Callable, shapes: Sequence[Any]) -> None:
    """Runs the `build` method of the program's class once, with the shape of what arrives."""
    if callee.instance is None or callee.attributes.get("__built__"):
        return
    callee.attributes["__built__"] = True
    build = own_method(callee.instance, "build")
    if build is None or not shapes:
        return
    value: Value = shapes[0] if len(shapes) == 1 else machine.make_list(list(shapes))
    machine.call(Bound(build, callee.instance), [value])


def _call_own(
    machine: Machine,
    callee: Callable,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    inputs: _Inputs,
    node: Any,
) -> Value:
    """Interprets the `call` method of the program's class on symbolic inputs."""
    method, instance = _own_call(callee), callee.instance
    assert method is not None
    assert instance is not None
    kept = session(machine)
    values = [*inputs.tensors, *inputs.states]
    if callee.id in kept.running or len(kept.running) > 20:
        return _opaque(machine, callee, values, node)
    shapes = [value.dims if isinstance(value, TensorValue | Array) else None for value in inputs.tensors]
    kept.running.add(callee.id)
    trace: list[Node] = []
    kept.traces.append(trace)
    try:
        build_own(machine, callee, [UNKNOWN if shape is None else shape for shape in shapes])
        symbolic = [_symbolic(machine, value) for value in args]
        taken = {parameter.arg for parameter in (*method.node.args.args, *method.node.args.kwonlyargs)}
        named = {
            name: _symbolic(machine, value)
            for name, value in kwargs.items()
            if name in taken or name not in ("training", "mask") or method.node.args.kwarg is not None
        }
        result = machine.call(Bound(method, instance), symbolic, named)
    finally:
        kept.traces.pop()
        kept.running.discard(callee.id)
    leaves = flatten(result)
    if leaves is None or not leaves or not all(isinstance(leaf, TensorValue | Array) for leaf in leaves):
        out = _opaque(machine, callee, values, node)
    else:
        facts = tuple(replace(tensor_of(leaf), origin=None) for leaf in leaves)
        arriving = Arriving(tuple(map(tensor_of, inputs.tensors)), tuple(map(tensor_of, inputs.states)))
        leaving = Leaving(facts)
        _made(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)
        out = _rebuilt(machine, result, callee.nodes[-1], any(isinstance(value, TensorValue) for value in values))
    callee.nodes[-1].trace = trace
    if isinstance(callee, ModelValue) and not callee.graph:
        callee.graph = trace
        callee.inputs = [_as_input(machine, tensor_of(value)) for value in inputs.tensors]
        callee.outputs = list(callee.nodes[-1].outputs)
    return out


def _call_lambda(machine: Machine, layer: LayerValue, args: Sequence[Value], inputs: _Inputs, node: Any) -> Value:
    """A Lambda gives what its function gives; a mask is not followed through it."""
    values = inputs.tensors
    function = layer.attributes.get("function", UNKNOWN)
    kept = session(machine)
    if function is UNKNOWN or not args or layer.id in kept.running:
        return call_as_library(machine, layer, inputs, node)
    kept.running.add(layer.id)
    kept.traces.append([])
    named: Value = layer.attributes.get("arguments")
    extra = {str(key): item for key, item in named.items.items()} if isinstance(named, Dict) else {}
    try:
        result = machine.call(function, [_symbolic(machine, args[0])], extra)
    finally:
        kept.traces.pop()
        kept.running.discard(layer.id)
    masked = any(tensor_of(value).mask is not False for value in values)
    if not isinstance(result, TensorValue) or result.fact.shape is UNKNOWN:
        return call_as_library(machine, layer, inputs, node)
    fact = Tensor(result.fact.shape, result.fact.dtype, UNKNOWN if masked else False)
    return record(machine, layer, values, Arriving(tuple(map(tensor_of, values))), Leaving((fact,)), node)


def _as_input(machine: Machine, tensor: Tensor) -> TensorValue:
    shape = tensor.shape
    return TensorValue(
        Tensor(shape.with_size(0, None) if isinstance(shape, Shape) and shape.axes else shape, tensor.dtype)
    )


def _symbolic(machine: Machine, value: Value) -> Value:
    """Data as symbolic tensors, in any structure."""
    if isinstance(value, Array):
        return TensorValue(tensor_of(value))
    if isinstance(value, tuple) and not is_constant(value):
        return tuple(_symbolic(machine, item) for item in value[:64])
    if isinstance(value, List) and value.items is not None:
        return machine.make_list([_symbolic(machine, item) for item in value.items[:64]])
    if isinstance(value, Dict):
        return Dict({key: _symbolic(machine, item) for key, item in value.items.items()}, value.open)
    return value


def record(
    machine: Machine, layer: LayerValue, values: Sequence[Value], arriving: Arriving, leaving: Leaving, node: Any
) -> Value:
    """Records a call that was inferred already, and gives what it returns."""
    return _made(machine, layer, values, called(STAND_IN, arriving, leaving), leaving, node)


def opaque_call(machine: Machine, layer: LayerValue, value: Value, out: Tensor, node: Any) -> TensorValue:
    """A call of a layer of which only what it gives is known."""
    arriving = Arriving((tensor_of(value),))
    leaving = Leaving((out,))
    _made(machine, layer, [value], called(STAND_IN, arriving, leaving), leaving, node)
    return layer.nodes[-1].outputs[0]


def _opaque(machine: Machine, callee: Callable, values: Sequence[Value], node: Any) -> Value:
    """A call of which nothing is known but that it is made."""
    if isinstance(callee, ModelValue):
        callee.complete = False
    leaving = Leaving((Tensor(),))
    arriving = Arriving(tuple(map(tensor_of, values)))
    return _made(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)


def _rebuilt(machine: Machine, result: Value, node: Node, symbolic: bool) -> Value:
    """The result of a method with the outputs of the call in place of its tensors."""
    outputs = iter(node.outputs)

    def rebuilt(value: Value) -> Value:
        if isinstance(value, TensorValue | Array):
            out = next(outputs)
            return out if symbolic else data_of(machine, out.fact)
        if isinstance(value, tuple):
            return tuple(rebuilt(item) for item in value)
        if isinstance(value, List) and value.items is not None:
            return machine.make_list([rebuilt(item) for item in value.items])
        if isinstance(value, Dict):
            return Dict({key: rebuilt(item) for key, item in value.items.items()}, value.open)
        return value

    return rebuilt(result)


def compute_model(machine: Machine, model: ModelValue) -> Model:
    """The model as facts, as it is now."""
    return model_fact(machine, model)


__all__ = [
    "READS_STATES",
    "build_own",
    "build_sequential",
    "call",
    "call_library_method",
    "compute_model",
    "data_of",
    "describe",
    "extend_sequential",
    "make_input",
    "new_input_layer",
    "own_method",
    "tensor_of",
    "unwrap",
    "wrap",
]
