"""Which Keras wrote a configuration, and what an entry of it says in the words of Keras 3."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Layer, LayerCall, Shape, Tensor, Truth, Unknown
from rnnlint.facts.sizes import symbol
from rnnlint.infer.catalogue import CELLS, MODELS, Era, canonical_options, kind_of, known
from rnnlint.readers import plain
from rnnlint.readers.saved import Saved

_LAYERS_OF_OPERATIONS = frozenset(
    {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceMethod"}
)
"""Layers that tf.keras puts around a TensorFlow function."""

_ACTIVATIONS = ("activation", "recurrent_activation")

_INNER = frozenset({"layer", "backward_layer", "forward_layer", "cell", "cells", "layers"})
"""Keys that hold layers."""

_PROBE = 200
"""How many entries are looked at to tell the era of a configuration without a version."""


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote a configuration.

    Attributes:
        keras: 1, 2, 3 or UNKNOWN.
        version: where it is given: (2, 2, 4).
        era: whose defaults fill in what is missing.
        objects: whether objects of Keras carry their module (Keras 3, tf.keras 2.13 and later).
    """

    keras: int | Unknown
    version: tuple[int, ...] | None
    era: Era
    objects: bool = False


def written(saved: Saved) -> Written:
    """Who wrote it: by the version it names, else by its form."""
    version = _version(saved.written_by)
    javascript = (saved.written_by or "").startswith("tfjs")
    keras = 2 if javascript else version[0] if version and 1 <= version[0] <= 3 else _by_form(saved)
    objects = any("module" in entry for entry in _probe(saved.root))
    if keras == 1:
        era = Era.KERAS_1
    elif keras == 3:
        era = Era.KERAS_3
    elif javascript or _is_old_keras_2(saved, version):
        era = Era.KERAS_2
    else:
        era = Era.TF_KERAS_2
    return Written(keras, None if javascript else version, era, objects)


def _version(text: str | None) -> tuple[int, ...] | None:
    match = re.match(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", text or "")
    return tuple(int(part) for part in match.groups(default="0")) if match else None


def _is_old_keras_2(saved: Saved, version: tuple[int, ...] | None) -> bool:
    """Standalone Keras 2, and tf.keras of TensorFlow 1 where the file tells it."""
    if version is None:
        return False
    if saved.tensorflow is not None:
        return saved.tensorflow.startswith("1.")
    return version < (2, 4) and not (saved.written_by or "").endswith("-tf")


def _probe(root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The object of the model and entries of layers, the first few."""
    waiting: list[Any] = [root]
    for _ in range(_PROBE):
        if not waiting:
            return
        entry = waiting.pop(0)
        if not isinstance(entry, Mapping):
            continue
        yield entry
        config = entry.get("config")
        inner = config.get("layers") if isinstance(config, Mapping) else config
        if isinstance(inner, list):
            waiting += inner[:_PROBE]


def _by_form(saved: Saved) -> int | Unknown:
    """The major version by the form of the configuration."""
    for entry in _probe(saved.root):
        config = entry.get("config")
        nodes = entry.get("inbound_nodes")
        if isinstance(nodes, list) and nodes and isinstance(nodes[0], Mapping) and "args" in nodes[0]:
            return 3
        if not isinstance(config, Mapping):
            continue
        if "batch_shape" in config or (isinstance(config.get("dtype"), Mapping) and _is_new_policy(config["dtype"])):
            return 3
        if "batch_input_shape" in config:
            return 1 if "input_dtype" in config and "dtype" not in config else 2
        if any(key in config for key in ("inner_activation", "nb_filter", "inner_init", "dropout_W")):
            return 1
    if "module" in saved.root and "registered_name" in saved.root:
        return 3
    return 2 if "backend" in saved.root else UNKNOWN


def _is_new_policy(value: Mapping[str, Any]) -> bool:
    return value.get("class_name") in ("DTypePolicy", "QuantizedDTypePolicy", "DTypePolicyMap")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a configuration: a layer, a model or an operation.

    Attributes:
        name: by which calls refer to it.
        cls: the class as saved, without the package it is registered under.
        kind: the canonical class.
        config: as saved.
        custom: whether it is no class of Keras, or a Lambda.
        operation: whether it is an operation of the graph.
        shapes: input shapes it was built with, as the file records them.
        inbound: its calls as saved.
        faults: what is wrong with it, in words.
    """

    name: str
    cls: str
    kind: str
    config: Any = field(default_factory=dict)
    custom: bool = False
    operation: bool = False
    shapes: tuple[AnyShape, ...] = ()
    inbound: Any = None
    faults: tuple[str, ...] = ()

    @property
    def is_model(self) -> bool:
        """Whether it is a model whose layers are saved."""
        if self.kind == "Sequential" and isinstance(self.config, list):
            return True
        if not isinstance(self.config, Mapping) or not isinstance(self.config.get("layers"), list):
            return False
        if self.kind in MODELS and not self.custom:
            return True
        return "input_layers" in self.config and "output_layers" in self.config

    @property
    def layers(self) -> list[Any]:
        """Entries of the layers of a model."""
        layers = self.config if isinstance(self.config, list) else self.config.get("layers")
        return layers if isinstance(layers, list) else []


def entry(raw: Any, by: Written, name: str = "", number: int = 1) -> Entry | None:
    """The entry; None for what is none. One that has no name is called `name`, or as Keras would number it."""
    if not isinstance(raw, Mapping):
        return None
    config = raw.get("config")
    cls = plain.text(raw.get("class_name"))
    if not cls:
        return None
    inner_name = plain.text(config.get("name")) if isinstance(config, Mapping) else ""
    own = plain.text(raw.get("name")) or inner_name
    faults: tuple[str, ...] = ()
    if not isinstance(config, Mapping | list):
        faults, config = ("its configuration is missing",), {}
    elif inner_name and own != inner_name and cls not in _LAYERS_OF_OPERATIONS and not _is_custom(raw, cls, config):
        faults = (f"it is called `{own}` by the graph and `{inner_name}` by itself",)
    operation = _is_operation(raw, config, cls, by)
    kind = cls if operation else kind_of(cls)
    return Entry(
        own or name or f"{plain.snake(cls)}_{number}",
        cls.rpartition(">")[2],
        kind.rpartition(">")[2],
        config,
        custom=not operation and _is_custom(raw, cls, config),
        operation=operation,
        shapes=_built(raw),
        inbound=raw.get("inbound_nodes"),
        faults=faults,
    )


def _is_custom(raw: Mapping[str, Any], cls: str, config: Any) -> bool:
    registered, module = raw.get("registered_name"), raw.get("module")
    if cls == "Lambda" or ">" in cls:
        return True
    if isinstance(registered, str) and ">" in registered:
        return True
    if isinstance(module, str) and module.partition(".")[0] not in ("keras", "tf_keras", "tensorflow", "builtins"):
        return True
    if cls in MODELS or cls in CELLS or cls in _LAYERS_OF_OPERATIONS:
        return False
    if isinstance(config, Mapping) and "layers" in config and "input_layers" in config:
        return False
    return not known(cls)


def _is_operation(raw: Mapping[str, Any], config: Any, cls: str, by: Written) -> bool:
    """Whether it is an operation of Keras 3. A converter may have dropped the module: what has the calls of Keras 3
    and a configuration that holds no more than its own arguments is one then."""
    module = raw.get("module")
    if isinstance(module, str):
        return by.keras == 3 and re.match(r"keras(\.src)?\.ops\b", module) is not None
    if by.keras != 3 or by.objects or not isinstance(config, Mapping):
        return False
    inbound = raw.get("inbound_nodes")
    if not (isinstance(inbound, list) and inbound and isinstance(inbound[0], Mapping)) or cls in MODELS:
        return False
    return "build_config" not in raw and "trainable" not in config and "dtype" not in config


def _built(raw: Mapping[str, Any]) -> tuple[AnyShape, ...]:
    """Input shapes from build_config, or from the build_input_shape of a SavedModel."""
    build = raw.get("build_config")
    if isinstance(build, Mapping):
        if isinstance(build.get("shapes_dict"), Mapping):
            return plain.shapes(build["shapes_dict"])
        return plain.shapes(build.get("input_shape"))
    return plain.shapes(raw.get("build_input_shape"))


def options(of: Entry, by: Written) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Effective options under the names of Keras 3, and what is wrong with them in words."""
    config = of.config if isinstance(of.config, Mapping) else {}
    given, faults = plain.options({key: value for key, value in config.items() if key not in _INNER})
    if isinstance(config.get("dtype"), Mapping):
        given["dtype"] = _policy(config["dtype"])
    for key in (*_ACTIVATIONS, "inner_activation"):
        if key in given:
            given[key] = plain.name_of(config[key])
    if of.operation or (of.custom and of.cls != "Lambda") or of.kind in MODELS or of.cls in _LAYERS_OF_OPERATIONS:
        given.pop("name", None)
        return given, () if of.custom else faults
    return canonical_options(of.cls, given, by.era), faults


def _policy(value: Mapping[str, Any]) -> str | Unknown:
    config = value.get("config")
    if not isinstance(config, Mapping):
        return UNKNOWN
    name, mode, source = config.get("name"), config.get("mode"), config.get("source_name")
    if isinstance(name, str):
        return plain.text(name)
    return plain.text(f"{mode}_from_{source}") if isinstance(mode, str) and isinstance(source, str) else UNKNOWN


def wrapped(of: Entry, by: Written) -> list[Any]:
    """Entries of what a layer wraps: the layer, forward and backward layer, the cell or the cells."""
    config = of.config
    if not isinstance(config, Mapping):
        return []
    if of.kind == "Bidirectional":
        forward = config.get("layer", config.get("forward_layer"))
        backward = config.get("backward_layer")
        return [forward, backward if isinstance(backward, Mapping) else _reversed(forward, by)]
    if isinstance(config.get("layer"), Mapping):
        return [config["layer"]]
    if isinstance(config.get("cell"), Mapping):
        return [config["cell"]]
    cells = config.get("cells")
    if not isinstance(cells, list | tuple):
        return []
    if of.kind == "RNN":
        return [{"class_name": "StackedRNNCells", "config": {"name": "stacked_rnn_cells", "cells": cells}}]
    return list(cells)


def _reversed(forward: Any, by: Written) -> Any:
    """The backward layer that Keras makes of the forward one where none is saved."""
    if not isinstance(forward, Mapping) or not isinstance(forward.get("config"), Mapping):
        return None
    config = forward["config"]
    back = {**config, "go_backwards": not config.get("go_backwards", False)}
    if isinstance(config.get("name"), str):
        back["name"] = "backward_" + config["name"].removeprefix("forward_")
    return {**forward, "config": back}


def takes_masks(by: Written) -> Truth:
    """Whether a mask that is given in the call itself travels on behind the layer (Keras 3.8 and before: it does not,
    there only the mask that comes with the input does)."""
    if by.keras != 3:
        return True
    return UNKNOWN if by.version is None else by.version >= (3, 9)


def quirk(by: Written, layer: Layer, call: LayerCall) -> tuple[Tensor, ...] | None:
    """Outputs where one version differs from its era; None where it does not.

    A size with a name stands where the version leaves open what it is.
    """
    output = call.output
    if by.keras == 3 and by.version is not None and by.version < (3, 1) and layer.kind == "Concatenate":
        return (Tensor(mask=False),)
    if by.version == (2, 2, 4) and by.era is not Era.KERAS_2 and layer.kind == "TimeDistributed":
        shape = output.shape
        if isinstance(shape, Shape) and shape.rank > 1 and isinstance(shape.batch, int) and shape.dims[1] is None:
            return (Tensor(shape.with_size(0, symbol("batch"))),)
    return None
