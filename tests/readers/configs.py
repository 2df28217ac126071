"""Small configurations, to be bent by tests."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from rnnlint.facts import Model
from rnnlint.readers import read
from rnnlint.readers.source import Source
from rnnlint.reading import Reading

Config = dict[str, Any]


def lstm(name: str, units: Any = 4, **options: Any) -> Config:
    """The entry of an LSTM of Keras 2."""
    return {"class_name": "LSTM", "config": {"name": name, "units": units, "return_sequences": False, **options}}


def inputs(name: str, *shape: int | None) -> Config:
    """The entry of an InputLayer of Keras 2."""
    return {"class_name": "InputLayer", "config": {"batch_input_shape": list(shape), "dtype": "float32", "name": name}}


def dense(name: str, units: int = 1) -> Config:
    """The entry of a Dense."""
    return {"class_name": "Dense", "config": {"name": name, "units": units}}


def sequential(*layers: Any) -> Config:
    """A Sequential as tf.keras 2.4 writes it."""
    config = {"name": "s", "layers": list(layers)}
    return {"class_name": "Sequential", "config": config, "keras_version": "2.4.0", "backend": "tensorflow"}


def small() -> Config:
    """Ten steps of three features through an LSTM of four units into a Dense."""
    return sequential(inputs("i", None, 10, 3), lstm("a"), dense("d"))


def node(entry: Config, *calls: Any) -> Config:
    """An entry of a functional model, with its calls."""
    return {**entry, "name": entry["config"]["name"], "inbound_nodes": list(calls)}


def functional(*layers: Config, start: str = "i", end: str = "b") -> Config:
    """A functional model as tf.keras 2.6 writes it."""
    config = {"name": "f", "layers": list(layers), "input_layers": [[start, 0, 0]], "output_layers": [[end, 0, 0]]}
    return {"class_name": "Functional", "config": config, "keras_version": "2.6.0", "backend": "tensorflow"}


def two_lstms(first: Any = None, second: Any = None) -> Config:
    """Two stacked LSTMs as a graph, their calls as given."""
    return functional(
        node(inputs("i", None, 10, 3)),
        node(lstm("a", return_sequences=True), first or [["i", 0, 0, {}]]),
        node(lstm("b", 5), second or [["a", 0, 0, {}]]),
    )


def reading(content: Any, name: str = "model.json") -> Reading:
    """What is read of JSON, given as text, bytes or a value; never from a disk."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    data = content.encode() if isinstance(content, str) else content
    return read(Source(name, lambda: io.BytesIO(data)))


def model(content: Any) -> Model:
    """The model in it."""
    found = reading(content)
    assert found.status == "checked", found.reason
    return found.programs[0].models[0]


def archive(path: Path, config: Any, *more: tuple[str, bytes], version: str = "3.8.0") -> Path:
    """A `.keras` file of a configuration and further members."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": version}))
        file.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        for name, data in more:
            file.writestr(name, data)
    return path


def shown(found: Model) -> dict[str, list[str]]:
    """Output shapes by layer, of all calls."""
    return {
        layer.path: [str(tensor.shape) for call in layer.calls for tensor in call.outputs] for layer in found.layers
    }


def faults(found: Model) -> list[str]:
    """What the graph contradicts itself in."""
    at_calls = [
        f"{layer.path}: {problem.message}"
        for layer in found.layers
        for call in layer.arrivals
        for problem in call.problems
        if problem.kind == "graph"
    ]
    return at_calls + [problem.message for problem in found.problems]
