"""Model configurations as JSON text, in all forms found in the wild."""

from collections.abc import Mapping
from typing import Any

from rnnlint.readers import json_text, tensorflow_js
from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint


def read(data: bytes) -> tuple[str, Saved]:
    """The format (`json` or `tfjs`) and the configuration.

    Raises:
        Damaged: it is no JSON, or no sound configuration.
        NothingToLint: it is JSON of another kind.
    """
    document = json_text.parse(data, "the file")
    if isinstance(document, list):
        return "json", _of_list(document)
    if not isinstance(document, dict):
        raise NothingToLint("is JSON, but no model configuration")
    if "modelTopology" in document or document.get("format") in ("layers-model", "graph-model"):
        return "tfjs", tensorflow_js.read(document)
    return "json", _of_object(document)


def _of_list(document: list[Any]) -> Saved:
    """A bare list of layers, as Sequential.get_config() gave it once."""
    entries = [entry for entry in document if isinstance(entry, dict)]
    if entries and all("paths" in entry and "weights" in entry for entry in entries):
        raise NothingToLint("is the weights manifest of a TensorFlow.js model: lint its model.json")
    if not entries or not any("class_name" in entry and "config" in entry for entry in entries):
        raise NothingToLint("is JSON, but no model configuration")
    return Saved({"class_name": "Sequential", "config": {"name": "sequential", "layers": document}})


def _of_object(document: dict[str, Any]) -> Saved:
    version, backend = document.get("keras_version"), document.get("backend")
    training = document.get("training_config")
    root = document.get("model_config", document)
    if isinstance(root, str):
        root = json_text.parse(root, "its model_config")
    if not isinstance(root, Mapping):
        raise Damaged("its model_config is no model configuration")
    if "class_name" not in root:
        root = _of_bare_config(root)
    return Saved(
        root,
        version if isinstance(version, str) else None,
        backend if isinstance(backend, str) else None,
        training if isinstance(training, Mapping) else None,
        compiled=isinstance(training, Mapping) or "compile_config" in root,
    )


def _of_bare_config(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What model.get_config() gives: layers without the class of the model."""
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(entry, dict | None) for entry in layers):
        raise NothingToLint("is JSON, but no model configuration")
    if layers and not any("class_name" in entry for entry in layers if entry):
        raise NothingToLint("is JSON, but no model configuration")
    functional = any(key in config for key in ("input_layers", "output_layers")) or any(
        "inbound_nodes" in entry for entry in layers if entry
    )
    return {"class_name": "Functional" if functional else "Sequential", "config": config}
