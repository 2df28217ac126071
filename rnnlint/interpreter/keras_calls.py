"""Calls of layers and models on symbolic tensors and on data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import Layer
from rnnlint.infer.naming import renamed
from rnnlint.infer.registry import Arriving, Leaving, called, infer
from rnnlint.interpreter import keras_own, keras_sequential
from rnnlint.interpreter.keras_facts import graph_of, layer_fact
from rnnlint.interpreter.keras_inputs import Inputs, order_by_name, sorted_inputs, tensor_of
from rnnlint.interpreter.keras_records import STAND_IN, make_record
from rnnlint.interpreter.keras_values import Callable, LayerValue, ModelValue, TensorValue
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Value

MAX_WEIGHT = 6_000
"""A model that is more calls of layers than these, all levels together, is not followed when it is called."""


def call(
    machine: Machine,
    callee: Callable,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: Any = None,
) -> Value:
    """Calls a layer or model: symbolic tensors in, symbolic tensors out; data in, data out."""
    inputs = sorted_inputs(machine, callee, args, kwargs)
    if keras_own.own_call(callee) is not None and callee.instance is not None:
        return keras_own.call_own(machine, callee, args, kwargs, inputs, node)
    if callee.kind == "Lambda" and isinstance(callee, LayerValue):
        return keras_own.call_lambda(machine, callee, args, inputs, node)
    return call_as_library(machine, callee, inputs, node)


def call_as_library(machine: Machine, callee: Callable, inputs: Inputs, node: Any) -> Value:
    """The call as Keras itself makes it, whatever the program's class does around it."""
    if isinstance(callee, ModelValue):
        _make_ready(machine, callee, inputs)
        order_by_name(callee, inputs)
    fact = layer_fact(machine, callee)
    for value in inputs.tensors:
        _name_input(value, fact)
    tensors = tuple(tensor_of(value) for value in inputs.tensors)
    # Constants alone would pass for initial states.
    given = [*inputs.states, *inputs.constants] if inputs.states else []
    states = tuple(tensor_of(value) for value in given)
    arriving = Arriving(tensors, states, inputs.arguments, machine.keras, inputs.listed)
    # `return_runtime` of tf.keras adds an output that nothing tells of.
    too_heavy = isinstance(callee, ModelValue) and _weighed(machine, callee) > MAX_WEIGHT
    unsure = inputs.unsure or too_heavy or fact.options.get("return_runtime", False) is not False
    leaving = Leaving(None) if unsure else infer(fact, arriving)
    values = (*inputs.tensors, *inputs.states, *inputs.constants)
    return make_record(machine, callee, values, called(STAND_IN, arriving, leaving), leaving, node)


def call_library_method(
    machine: Machine, callee: Callable, args: Sequence[Value], kwargs: Mapping[str, Value], node: Any
) -> Value:
    """`super().call(...)`: what the library's class does."""
    return call_as_library(machine, callee, sorted_inputs(machine, callee, args, kwargs), node)


def _name_input(value: Value, reader: Layer) -> None:
    """The axes of an input are called as its first reader calls them."""
    if not isinstance(value, TensorValue) or value.node is None or value.node.layer.kind != "InputLayer":
        return
    source = value.node.layer
    if isinstance(source, LayerValue) and "__read__" not in source.attributes:
        source.attributes["__read__"] = True
        value.fact = renamed(value.fact, reader)
        value.node.fact = replace(value.node.fact, outputs=(value.fact,))


def _weighed(machine: Machine, model: ModelValue) -> int:
    """The weight of a model as it is now; its call costs as many steps."""
    if model.saved is not None:
        model.weight = len(model.saved.layers)
    else:
        nodes = graph_of(model.inputs, model.outputs)[0] if model.kind == "functional" else model.graph
        parts = (node.layer.weight if isinstance(node.layer, ModelValue) else 1 for node in nodes)
        model.weight = min(1 + sum(parts), 10 * MAX_WEIGHT)
    machine.spend(5 * min(model.weight, MAX_WEIGHT))
    return model.weight


def _make_ready(machine: Machine, model: ModelValue, inputs: Inputs) -> None:
    """A Sequential without a shape learns it at its first call."""
    if model.kind == "sequential":
        keras_sequential.extend_sequential(machine, model)
        keras_sequential.build_sequential(machine, model, [tensor_of(value) for value in inputs.tensors])
