"""Layers and models of the program's own classes: their `call` is interpreted on symbolic inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Shape, Tensor
from rnnlint.infer.registry import Arriving, Leaving, called
from rnnlint.interpreter import keras_calls
from rnnlint.interpreter.keras_inputs import Inputs, tensor_of
from rnnlint.interpreter.keras_records import STAND_IN, data_of, make_record, record
from rnnlint.interpreter.keras_values import Callable, LayerValue, ModelValue, Node, TensorValue, flatten, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Bound, Class, Dict, Function, Instance, List, Value, is_constant


def own_method(instance: Instance, name: str) -> Function | None:
    """The method of that name that the program's class defines."""
    for cls in instance.cls.line():
        if isinstance(cls, Class):
            method = cls.names.get(name)
            if isinstance(method, Function):
                return method
    return None


def own_call(callee: Callable) -> Function | None:
    """The `call` method that the program's class gives the layer or model."""
    if callee.instance is None:
        return None
    for cls in callee.instance.cls.line():
        if isinstance(cls, Class):
            method = cls.names.get("call")
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


def call_own(
    machine: Machine,
    callee: Callable,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    inputs: Inputs,
    node: Any,
) -> Value:
    """Interprets the `call` method of the program's class on symbolic inputs."""
    method, instance = own_call(callee), callee.instance
    assert method is not None
    assert instance is not None
    kept = session(machine)
    values = [*inputs.tensors, *inputs.states]
    if callee.id in kept.running or len(kept.running) > 20:
        return opaque(machine, callee, values, node)
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
        out = opaque(machine, callee, values, node)
    else:
        facts = tuple(replace(tensor_of(leaf), origin=None) for leaf in leaves)
        arriving = Arriving(tuple(map(tensor_of, inputs.tensors)), tuple(map(tensor_of, inputs.states)))
        leaving = Leaving(facts)
        make_record(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)
        out = _rebuilt(machine, result, callee.nodes[-1], any(isinstance(value, TensorValue) for value in values))
    callee.nodes[-1].trace = trace
    if isinstance(callee, ModelValue) and not callee.graph:
        callee.graph = trace
        callee.inputs = [_as_input(machine, tensor_of(value)) for value in inputs.tensors]
        callee.outputs = list(callee.nodes[-1].outputs)
    return out


def call_lambda(machine: Machine, layer: LayerValue, args: Sequence[Value], inputs: Inputs, node: Any) -> Value:
    """A Lambda gives what its function gives; a mask is not followed through it."""
    values = inputs.tensors
    function = layer.attributes.get("function", UNKNOWN)
    kept = session(machine)
    if function is UNKNOWN or not args or layer.id in kept.running:
        return keras_calls.call_as_library(machine, layer, inputs, node)
    kept.running.add(layer.id)
    trace: list[Node] = []
    kept.traces.append(trace)
    given = _symbolic(machine, args[0])
    named: Value = layer.attributes.get("arguments")
    extra = {str(key): item for key, item in named.items.items()} if isinstance(named, Dict) else {}
    try:
        result = machine.call(function, [given], extra)
    finally:
        kept.traces.pop()
        kept.running.discard(layer.id)
    masked = any(tensor_of(value).mask is not False for value in values)
    if not isinstance(result, TensorValue) or result.fact.shape is UNKNOWN:
        return keras_calls.call_as_library(machine, layer, inputs, node)
    fact = Tensor(result.fact.shape, result.fact.dtype, UNKNOWN if masked else False)
    arriving = Arriving(tuple(map(tensor_of, values)), arguments=_index(trace, given, result))
    return record(machine, layer, values, arriving, Leaving((fact,)), node)


def _index(trace: list[Node], given: Value, result: TensorValue) -> dict[str, Any]:
    """What a Lambda that does nothing else takes from its tensor: `lambda x: x[:, -1]`."""
    if len(trace) != 1 or result.node is not trace[0] or trace[0].layer.kind != "GetItem":
        return {}
    if len(trace[0].inputs) != 1 or trace[0].inputs[0] is not given:
        return {}
    return {"key": trace[0].fact.arguments.get("key", UNKNOWN)}


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


def opaque(machine: Machine, callee: Callable, values: Sequence[Value], node: Any) -> Value:
    """A call of which nothing is known but that it is made."""
    if isinstance(callee, ModelValue):
        callee.complete = False
    leaving = Leaving((Tensor(),))
    arriving = Arriving(tuple(map(tensor_of, values)))
    return make_record(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)


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
