"""What a live Keras model (Keras 3 or tf_keras) says of itself: every layer, every call, shapes and masks.

`seen(model)` is what a reader of its file, or the interpreter of its script, should find.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Dims = tuple[int | None, ...]


@dataclass(frozen=True)
class SeenCall:
    """A call: the shapes of its inputs (initial states and constants too, no masks) and outputs, and which outputs
    carry a mask."""

    inputs: tuple[Dims, ...]
    outputs: tuple[Dims, ...]
    masks: tuple[bool, ...]


@dataclass(frozen=True)
class SeenLayer:
    """A layer of a model, by its path (`encoder/lstm`), with the calls that belong to the model."""

    path: str
    cls: str
    calls: tuple[SeenCall, ...]


def seen(model: Any, prefix: str = "") -> list[SeenLayer]:
    """The layers in the order of the model, InputLayers of a functional model included, operations of Keras 3 too;
    those of a nested model behind it."""
    found: list[SeenLayer] = []
    nodes = _nodes(model)
    for layer in _layers(model):
        path = prefix + layer.name
        calls = tuple(_call(node) for owner, node in nodes if owner is layer)
        found.append(SeenLayer(path, type(layer).__name__, calls))
        if _is_model(layer):
            found += seen(layer, path + "/")
    return found


def calls_by_path(model: Any) -> dict[str, tuple[SeenCall, ...]]:
    """The same as a dict, layers that were called alone."""
    return {layer.path: layer.calls for layer in seen(model) if layer.calls}


def _is_model(layer: Any) -> bool:
    return hasattr(layer, "layers") and hasattr(layer, "compile")


def _layers(model: Any) -> list[Any]:
    if hasattr(model, "operations"):
        return list(model.operations)
    return list(model.layers)


def _nodes(model: Any) -> list[tuple[Any, Any]]:
    """(layer, node) for each call that belongs to the model."""
    graph = getattr(model, "_functional", None) or model
    if hasattr(graph, "_nodes"):
        return [
            (operation, node)
            for operation in graph.operations
            for index, node in enumerate(operation._inbound_nodes)
            if f"{id(operation)}_ib-{index}" in graph._nodes
        ]
    keys: set[str] = getattr(graph, "_network_nodes", set())
    return [
        (layer, node)
        for layer in getattr(graph, "_self_tracked_trackables", [])
        for index, node in enumerate(getattr(layer, "_inbound_nodes", []))
        if f"{layer.name}_ib-{index}" in keys
    ]


def _call(node: Any) -> SeenCall:
    outputs = _tensors(node.output_tensors if hasattr(node, "output_tensors") else node.outputs)
    return SeenCall(
        tuple(dims(tensor) for tensor in _inputs(node)),
        tuple(dims(tensor) for tensor in outputs),
        tuple(has_mask(tensor) for tensor in outputs),
    )


def _inputs(node: Any) -> Sequence[Any]:
    if getattr(node, "is_input", False):
        return []
    if not hasattr(node, "arguments"):
        return _tensors(node.keras_inputs)
    kwargs = {name: value for name, value in node.arguments.kwargs.items() if not name.endswith("mask")}
    return _tensors([node.arguments.args, kwargs])


def _tensors(value: Any) -> list[Any]:
    """Every symbolic tensor in a nested structure, in order."""
    return list(_walk(value))


def _walk(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _walk(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part)
    elif type(value).__name__ == "KerasTensor" or hasattr(value, "_keras_history"):
        yield value


def dims(tensor: Any) -> Dims:
    """The shape of a symbolic tensor."""
    return tuple(None if size is None else int(size) for size in tensor.shape)


def has_mask(tensor: Any) -> bool:
    """Whether a mask travels with it."""
    return getattr(tensor, "_keras_mask", None) is not None
