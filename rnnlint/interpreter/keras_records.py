"""Calls of layers as they are recorded, and what they give back to the program."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Data, Layer, LayerCall, Origin, Tensor, Values
from rnnlint.infer.registry import Arriving, Leaving, called
from rnnlint.interpreter.keras_inputs import tensor_of
from rnnlint.interpreter.keras_values import Callable, LayerValue, ModelValue, Node, TensorValue, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Dict, Value, is_constant

STAND_IN = Layer(0, "", "", "")
"""Where the layer itself does not count."""


def record(
    machine: Machine, layer: LayerValue, values: Sequence[Value], arriving: Arriving, leaving: Leaving, node: Any
) -> Value:
    """Records a call that was inferred already, and gives what it returns."""
    return make_record(machine, layer, values, called(STAND_IN, arriving, leaving), leaving, node)


def opaque_call(machine: Machine, layer: LayerValue, value: Value, out: Tensor, node: Any) -> TensorValue:
    """A call of a layer of which only what it gives is known."""
    arriving = Arriving((tensor_of(value),))
    leaving = Leaving((out,))
    make_record(machine, layer, [value], called(STAND_IN, arriving, leaving), leaving, node)
    return layer.nodes[-1].outputs[0]


def make_record(
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


def data_of(machine: Machine, tensor: Tensor) -> Array:
    """Data that a layer gives when it is called on data."""
    source = machine.new_id()
    return Array(Data("tensor", tensor.shape, tensor.dtype, Values(), source=source))
