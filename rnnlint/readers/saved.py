"""A model configuration as taken out of a file, whatever the format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file holds of a model.

    Attributes:
        root: the object that describes the model: class_name, config, perhaps module, build_config, compile_config.
        written_by: the Keras version the file names; None where it names none.
        backend: likewise.
        training: training_config of the formats before Keras 3.
        compiled: whether the format tells if the model was compiled.
        weights: shapes of the weights of each layer by name, in the order saved; from headers, never their values.
        nodes: of a SavedModel: the metadata of each tracked object by its path (`root.layer-0`).
        tensorflow: version of TensorFlow that wrote a SavedModel.
    """

    root: Mapping[str, Any]
    written_by: str | None = None
    backend: str | None = None
    training: Mapping[str, Any] | None = None
    compiled: bool = False
    weights: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tensorflow: str | None = None
