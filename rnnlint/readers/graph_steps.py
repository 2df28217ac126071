"""Saved calls as steps of a graph: which tensors a layer reads, in Keras's order, and its other arguments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import UNKNOWN, Layer, LayerLocation, Shape, Tensor
from rnnlint.infer.graph import Step
from rnnlint.infer.registry import Place
from rnnlint.readers.nodes import Constant, Node, Reference, references

KEEPS_LISTS = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty"})
"""Layers of tf.keras that stand for a TensorFlow function and are called with its arguments as they are."""

_FURTHER: Mapping[str, tuple[str, ...]] = {
    "MultiHeadAttention": ("value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"),
    "GroupedQueryAttention": ("value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"),
    "Attention": ("mask", "return_attention_scores", "training"),
    "AdditiveAttention": ("mask", "return_attention_scores", "training"),
    "TimeDistributed": ("training", "mask"),
    "BatchNormalization": ("training", "mask"),
    "Softmax": ("mask",),
}
"""Parameters of `call` behind the first, where a mask or a tensor can be given by position (Keras 3)."""

_RECURRENT = ("initial_state", "mask", "training")
_STATES = ("initial_state", "constants")


@dataclass(slots=True)
class _Inputs:
    """Tensors of a call as they are found."""

    resolve: Callable[[Reference], Tensor]
    tensors: list[Tensor] = field(default_factory=list)

    def take(self, value: Any) -> list[Tensor]:
        """The tensors in a structure, constants among them, in order."""
        found: list[Tensor] = []
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Reference):
                found.append(self.resolve(item))
            elif isinstance(item, Constant):
                found.append(constant(item))
            elif isinstance(item, Mapping):
                waiting += reversed([item[key] for key in sorted(item)])
            elif isinstance(item, tuple):
                waiting += reversed(item)
        return found

    def placed(self, value: Any, depth: int = 0) -> Any:
        """The structure with a `Place` for each tensor, which becomes an input, and a Tensor for a constant array."""
        if isinstance(value, Reference):
            self.tensors.append(self.resolve(value))
            return Place(len(self.tensors) - 1)
        if isinstance(value, Constant):
            plain = isinstance(value.value, int | float) and not isinstance(value.value, bool)
            return value.value if plain else constant(value)
        if depth > 40:
            return UNKNOWN
        if isinstance(value, Mapping):
            return {key: self.placed(item, depth + 1) for key, item in value.items()}
        if isinstance(value, tuple):
            return tuple(self.placed(item, depth + 1) for item in value)
        return value


def constant(value: Constant) -> Tensor:
    """A constant array as a tensor from outside."""
    dims: list[int] = []
    inner = value.value
    if inner is UNKNOWN:
        return Tensor(mask=False)
    while isinstance(inner, tuple):
        dims.append(len(inner))
        inner = inner[0] if inner else None
    return Tensor(Shape.of(dims), mask=False)


def step(layer: Layer, node: Node, resolve: Callable[[Reference], Tensor], location: LayerLocation) -> Step:
    """The call as a step; without what the file records of its outputs."""
    inputs = _Inputs(resolve)
    if layer.operation or layer.cls in KEEPS_LISTS:
        arguments: dict[str, Any] = {"args": inputs.placed(node.args)}
        arguments |= {key: inputs.placed(value) for key, value in node.kwargs.items()}
        return Step(layer.id, tuple(inputs.tensors), (), arguments, location=location)
    first = node.args[0] if node.args else ()
    named = dict(zip(_names(layer), node.args[1:], strict=False))
    named |= node.kwargs
    inputs.tensors += inputs.take(first)
    states: list[Tensor] = []
    if _reads_states(layer):
        states += inputs.tensors[1:]
        del inputs.tensors[1:]
        for name in _STATES:
            states += inputs.take(named.pop(name, None))
    arguments = _arguments(named, inputs)
    listed = isinstance(first, tuple | Mapping)
    return Step(layer.id, tuple(inputs.tensors), tuple(states), arguments, listed, location=location)


def _arguments(named: Mapping[str, Any], inputs: _Inputs) -> dict[str, Any]:
    """Further arguments: masks as tensors that are no inputs, other tensors as inputs."""
    arguments: dict[str, Any] = {}
    for name, value in named.items():
        if "mask" not in name:
            arguments[name] = inputs.placed(value)
        elif isinstance(value, Reference):
            arguments[name] = inputs.resolve(value)
        elif any(True for _ in references(value)):
            arguments[name] = tuple(inputs.resolve(item) if isinstance(item, Reference) else None for item in value)
        elif value is not None:
            arguments[name] = value
    return arguments


def _names(layer: Layer) -> tuple[str, ...]:
    if _reads_states(layer):
        return _RECURRENT
    return _FURTHER.get(layer.kind, tuple(f"argument{number}" for number in range(1, 20)))


def _reads_states(layer: Layer) -> bool:
    return layer.recurrent and not layer.custom
