"""The JSON of `rnnlint shapes`: every layer call with named axes, and where masks go."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from rnnlint.facts import Layer, LayerCall, Linear, Model, Shape, SourceLocation, Tensor, Unknown
from rnnlint.reading import Reading
from rnnlint.report.json import SCHEMA, document, shape_json

MAX_NESTING = 20
"""How deep values of options are shown."""

MAX_ITEMS = 1_000
"""Items of one list or object in the options that are shown."""


def shapes_json(readings: Iterable[Reading]) -> str:
    """The answer of `shapes` as strict JSON."""
    return document({"schema": SCHEMA, "files": [file_json(reading) for reading in readings]})


def file_json(reading: Reading) -> dict[str, Any]:
    """One file with the models in it."""
    return {
        "path": reading.path,
        "format": reading.format,
        "keras": None if isinstance(reading.keras, Unknown) else reading.keras,
        "status": reading.status,
        "reason": reading.reason,
        "models": [model_json(model) for model in models_of(reading)],
    }


def models_of(reading: Reading) -> list[Model]:
    """Every model of a file once, on all ways through it; one that stands inside another is shown there."""
    found: dict[Any, Model] = {}
    for program in reading.programs:
        inside = {layer.model.id for model in program.models for layer in model.layers if layer.model is not None}
        for model in program.models:
            if model.id not in inside:
                found.setdefault(_trace(model), model)
    return list(found.values())


def _trace(model: Model) -> Any:
    """What tells a model from others: where it is made, and what its layers are and give."""
    layers = tuple(
        (layer.path, layer.cls, *(str(output.shape) for call in layer.calls for output in call.outputs))
        for layer in model.layers
    )
    return model.location, model.name, layers


def model_json(model: Model) -> dict[str, Any]:
    """A model with every layer in it."""
    return {
        "name": model.name,
        "kind": model.kind,
        "complete": model.complete,
        "line": _line(model.location),
        "inputs": [tensor_json(tensor) for tensor in model.inputs],
        "outputs": [tensor_json(tensor) for tensor in model.outputs],
        "layers": [layer_json(layer, inside=False) for layer in model.layers],
    }


def layer_json(layer: Layer, inside: bool) -> dict[str, Any]:
    """A layer; without calls where it is `inside` a wrapper."""
    shown: dict[str, Any] = {
        "path": layer.path,
        "name": layer.name,
        "class": layer.cls,
        "line": _line(layer.location),
        "options": {name: value_json(value) for name, value in sorted(layer.options.items())},
    }
    if layer.operation:
        shown["operation"] = True
    if layer.wraps:
        shown["wraps"] = [layer_json(inner, inside=True) for inner in layer.wraps]
    if not inside:
        shown["calls"] = [call_json(call) for call in layer.calls]
    return shown


def call_json(call: LayerCall) -> dict[str, Any]:
    """A call with its inputs and outputs."""
    return {
        "inputs": [tensor_json(tensor) for tensor in call.inputs],
        "outputs": [tensor_json(tensor) for tensor in call.outputs],
        "masks": ["?" if isinstance(tensor.mask, Unknown) else tensor.mask for tensor in call.outputs],
    }


def tensor_json(tensor: Tensor) -> Any:
    """The shape of a tensor."""
    return shape_json(tensor.shape)


def value_json(value: Any, depth: int = 0) -> Any:
    """Any option as strict JSON: what has no JSON of its own becomes text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Unknown) or depth >= MAX_NESTING:
        return "?"
    if isinstance(value, Linear):
        return str(value)
    if isinstance(value, Shape):
        return shape_json(value)
    if isinstance(value, Mapping):
        items = list(value.items())[:MAX_ITEMS]
        return {str(key): value_json(item, depth + 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [value_json(item, depth + 1) for item in value[:MAX_ITEMS]]
    return "?"


def _line(location: object) -> int | None:
    return location.line if isinstance(location, SourceLocation) else None
