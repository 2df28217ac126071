"""Compares what a reader says of a model with what Keras said of it before saving."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlint.facts import AnyShape, Layer, LayerCall, Shape
from rnnlint.reading import Reading

REFUSED = (".weights.h5", ".ckpt", ".exported")
"""Endings of files that hold no configuration."""

FOREIGN = frozenset({"Lambda", "Scale", "Gate", "Block", "MyLSTM", "MinimalCell", "CCell"})
"""Classes of the models that are not Keras's own."""

FLAGS = ("stateful", "return_sequences", "return_state", "go_backwards", "units")

Facts = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A file and its truth."""

    path: Path
    truth: Path

    @property
    def refused(self) -> bool:
        return self.path.name.endswith(REFUSED)

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def cases(root: Path) -> list[Case]:
    """Every file below a folder that has a truth beside it."""
    found = []
    for truth in sorted(root.glob("*/*.truth.json")):
        stem = truth.name.removesuffix("truth.json")
        beside = sorted(path for path in truth.parent.glob(f"{stem}*") if path != truth)
        found += [Case(path, truth) for path in beside]
    return found


@dataclass
class Verdict:
    """What is wrong, and what could not be told, in words; how many calls were compared."""

    wrong: list[str]
    unknown: list[str]
    calls: int = 0


def compare(reading: Reading, truth_file: Path) -> Verdict:
    """Holds every call of every layer against the truth."""
    truth = json.loads(truth_file.read_text("utf-8"))
    verdict = Verdict([], [])
    model = reading.programs[0].models[0]
    layers = {layer.path: layer for layer in model.layers}
    for path, expected in _layers(truth, ""):
        nodes = _used(expected)
        if not nodes:
            continue
        layer = layers.get(path)
        if layer is None:
            verdict.wrong.append(f"{path}: not there")
            continue
        if len(layer.calls) != len(nodes):
            verdict.wrong.append(f"{path}: {len(layer.calls)} calls instead of {len(nodes)}")
        for number, (node, call) in enumerate(zip(nodes, layer.calls, strict=False)):
            verdict.calls += 1
            _call(verdict, f"{path}[{number}]", truth, node, call, opaque=_is_foreign(expected))
        _flags(verdict, path, expected, layer)
    return verdict


def _layers(truth: Facts, prefix: str) -> Iterator[tuple[str, Facts]]:
    for layer in truth["layers"]:
        yield prefix + layer["name"], layer
        if "layers" in layer:
            yield from _layers(layer, f"{prefix}{layer['name']}/")


def _used(layer: Facts) -> list[Facts]:
    """The calls that belong to the model. Where none is marked all do, but for the call that a nested model makes of
    itself when it is built."""
    nodes = [node for node in layer["nodes"] if "out" in node]
    marked = [node for node in nodes if node.get("used")]
    return marked or (nodes[1:] if "layers" in layer and len(nodes) > 1 else nodes)


def _is_foreign(layer: Facts) -> bool:
    return layer["class"] in FOREIGN or any(_is_foreign(inner) for inner in layer.get("wrapped", []))


def _call(verdict: Verdict, where: str, truth: Facts, node: Facts, call: LayerCall, opaque: bool) -> None:
    outputs = flat(node["out"])
    if len(call.outputs) != len(outputs):
        verdict.wrong.append(f"{where}: {len(call.outputs)} outputs instead of {len(outputs)}")
        return
    for number, (dims, tensor) in enumerate(zip(outputs, call.outputs, strict=True)):
        answer = agrees(dims, tensor.shape)
        if answer is False:
            verdict.wrong.append(f"{where}: output {number} is {tensor.shape} instead of {dims}")
        elif answer is None and not opaque:
            verdict.unknown.append(f"{where}: output {number} is {tensor.shape}, not known to be {dims}")
    for number, (mask, tensor) in enumerate(zip(_masks(truth, node), call.outputs, strict=False)):
        if isinstance(tensor.mask, bool) and tensor.mask is not mask:
            verdict.wrong.append(f"{where}: mask of output {number} is {tensor.mask}")


def _masks(truth: Facts, node: Facts) -> list[bool]:
    """TensorFlow 2.4 to 2.9 say that every mask of a layer with several outputs is there, also the absent ones."""
    masks: list[bool] = node.get("mask_out", [])
    faulty = truth.get("tf_version", "").startswith(("2.4.", "2.6.", "2.9.")) and len(flat(node["out"])) > 1
    return [] if faulty or len(masks) != len(flat(node["out"])) else masks


def _flags(verdict: Verdict, path: str, expected: Facts, layer: Layer) -> None:
    for name in FLAGS:
        value = expected["flags"].get(name)
        if value is not None and name in layer.options and layer[name] != value:
            verdict.wrong.append(f"{path}: {name} is {layer[name]} instead of {value}")


def flat(shapes: list[Any]) -> list[list[Any]]:
    """A list of shapes, those in nested lists too."""
    found: list[list[Any]] = []
    for shape in shapes:
        nested = bool(shape) and all(isinstance(item, list) for item in shape)
        found += flat(shape) if nested else [shape]
    return found


def agrees(dims: list[Any], shape: AnyShape) -> bool | None:
    """Whether a shape is the one that Keras gave; None where it is not known and nothing contradicts."""
    if not isinstance(shape, Shape):
        return None
    if shape.rank != len(dims):
        return False
    unsure = False
    for expected, size in zip(dims, shape.dims, strict=True):
        if expected == []:  # a size that Keras itself lost
            continue
        if size is None or isinstance(size, int):
            if size != expected:
                return False
        else:
            unsure = True
    return None if unsure else True
