"""The arguments of a layer call, sorted: inputs, initial states, settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import RECURRENT, UNKNOWN, Shape, Tensor, Unknown
from rnnlint.interpreter.keras_values import Callable, LayerValue, ModelValue, TensorValue, flatten, plain
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Dict, List, Value

READS_STATES = RECURRENT | {"Bidirectional"}
"""Layers that take initial states with their call."""


_INPUT_NAMES = ("inputs", "sequences", "sequence", "query", "value", "key", "input", "x", "target", "source")


@dataclass(slots=True)
class Inputs:
    """The arguments of a layer call, sorted."""

    tensors: list[Value] = field(default_factory=list)
    states: list[Value] = field(default_factory=list)
    constants: list[Value] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)
    listed: bool = False
    names: tuple[str, ...] = ()
    unsure: bool = False


def sorted_inputs(machine: Machine, callee: Callable, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Inputs:
    inputs = Inputs()
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


def order_by_name(model: ModelValue, inputs: Inputs) -> None:
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


def tensor_of(value: Value) -> Tensor:
    """What arrives at a layer: of a symbolic tensor its fact, of data its shape; of anything else nothing is known."""
    if isinstance(value, TensorValue):
        return value.fact
    if isinstance(value, Array):
        return Tensor(value.fact.shape, value.fact.dtype, False)
    if isinstance(value, bool | int | float):
        return Tensor(Shape(()), UNKNOWN, False)
    return Tensor()
