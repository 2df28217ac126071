"""TensorFlow.js layers models: model.json."""

from collections.abc import Mapping
from typing import Any

from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint


def read(document: Mapping[str, Any]) -> Saved:
    """The configuration in a model.json.

    Raises:
        Damaged: it has no configuration.
        NothingToLint: it is a graph model.
    """
    topology = document.get("modelTopology")
    if document.get("format") == "graph-model" or (isinstance(topology, Mapping) and "node" in topology):
        raise NothingToLint("is a TensorFlow.js graph model: operations without Keras layers")
    if not isinstance(topology, Mapping):
        raise Damaged("is a TensorFlow.js model without its modelTopology: save the model again")
    saved = topology.get("model_config", topology)
    if not isinstance(saved, Mapping):
        raise Damaged("is a TensorFlow.js model whose model_config is no object: save the model again")
    version = topology.get("keras_version", saved.get("keras_version"))
    backend = topology.get("backend")
    training = topology.get("training_config", document.get("trainingConfig"))
    return Saved(
        saved,
        version if isinstance(version, str) else None,
        backend if isinstance(backend, str) else None,
        training if isinstance(training, Mapping) else None,
        compiled=isinstance(training, Mapping),
    )
