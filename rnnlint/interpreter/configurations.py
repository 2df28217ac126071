"""Configurations of models in a script: a dictionary or a JSON text that `model_from_json` makes a model of."""

import io
import json
from dataclasses import replace
from typing import Any

from rnnlint.facts import Layer, Location, Model
from rnnlint.interpreter.keras_values import items_of
from rnnlint.interpreter.values import Dict, List, Value

MAX_DEPTH = 40
"""How deep a configuration may be nested."""

MAX_PARTS = 20_000
"""How many values it may hold."""


class _NotPlain(Exception):
    """It holds something that is not known, or no JSON."""


def as_json(value: Value) -> str | None:
    """The JSON text of a value whose every part is known; None for any other."""
    try:
        return json.dumps(_plain(value, [0], 0))
    except (_NotPlain, ValueError):
        return None


def model_of(text: str, keras: int | None, location: Location) -> Model | None:
    """The model that a JSON text describes, its layers placed where the script makes it; None where it is none."""
    from rnnlint.readers.model_file import read_source
    from rnnlint.readers.source import Source

    data = text.encode("utf-8", "surrogatepass")
    reading = read_source(Source("config.json", lambda: io.BytesIO(data)), keras)
    models = reading.programs[0].models if reading.programs else ()
    return _placed(models[0], location) if models else None


def _plain(value: Value, parts: list[int], depth: int) -> Any:
    parts[0] += 1
    if parts[0] > MAX_PARTS or depth > MAX_DEPTH:
        raise _NotPlain
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Dict) and not value.open and all(isinstance(key, str) for key in value.items):
        return {key: _plain(item, parts, depth + 1) for key, item in value.items.items()}
    if isinstance(value, tuple | List) and (items := items_of(value)) is not None:
        return [_plain(item, parts, depth + 1) for item in items]
    raise _NotPlain


def _placed(model: Model, location: Location, depth: int = 0) -> Model:
    return replace(model, location=location, layers=tuple(_at(layer, location, depth) for layer in model.layers))


def _at(layer: Layer, location: Location, depth: int) -> Layer:
    if depth > MAX_DEPTH:
        return layer
    return replace(
        layer,
        location=location,
        calls=tuple(replace(call, location=location) for call in layer.calls),
        arrivals=tuple(replace(call, location=location) for call in layer.arrivals),
        wraps=tuple(_at(part, location, depth + 1) for part in layer.wraps),
        model=None if layer.model is None else _placed(layer.model, location, depth + 1),
    )
