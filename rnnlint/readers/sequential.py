"""Facts of a Sequential: a chain of layers, and what it is fed with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rnnlint.facts import (
    RECURRENT,
    UNKNOWN,
    Layer,
    LayerLocation,
    Model,
    Origin,
    Problem,
    Shape,
    Tensor,
    Unknown,
)
from rnnlint.infer.catalogue import declared_input
from rnnlint.infer.graph import Step, Traced, chain, listed, trace
from rnnlint.readers import eras, plain
from rnnlint.readers.eras import Entry
from rnnlint.readers.model_parts import NO_SHAPE, declares, entries_of, input_dtype, with_problems
from rnnlint.readers.recorded import Recorded, any_batch, batches, with_batch

if TYPE_CHECKING:
    from rnnlint.readers.models import Builder


@dataclass(slots=True)
class SequentialBuilder:
    """Makes the facts of a Sequential."""

    builder: "Builder"
    of: Entry
    prefix: str
    depth: int
    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    loose: list[Problem] = field(default_factory=list)

    def build(self) -> Model:
        names = list(self.builder.saved.weights) if not self.prefix else []
        entries = list(entries_of(self.of, self.builder.by, self.loose, names))
        layers = []
        for entry in entries:
            layer, faults = self.builder.layer(entry, self.prefix + entry.name, self.depth)
            layers.append(layer)
            self.problems[layer.id] += [Problem("graph", fault) for fault in faults]
        own = self.builder.new_id()
        arriving = self._arriving(entries, layers)
        traced = self._traced(entries, layers, arriving)
        done = with_problems(traced.layers, self.problems, self.loose)
        last = next((layer for layer in reversed(done) if layer.calls), None)
        return Model(
            own,
            plain.text(self.of.config.get("name")) if isinstance(self.of.config, Mapping) else self.of.name,
            self.of.cls,
            "sequential",
            listed(done),
            _entry_tensors(done, arriving),
            last.calls[-1].outputs if last is not None else (),
            tuple(last for _ in last.calls[-1].outputs) if last is not None else (),
            complete=not self.loose,
            built=not isinstance(arriving.shape, Unknown) if arriving is not None else False,
            location=LayerLocation(self.builder.path, self.prefix.rstrip("/")),
            problems=tuple(self.loose),
        )

    def _traced(self, entries: Sequence[Entry], layers: Sequence[Layer], arriving: Tensor | None) -> Traced:
        """The chain; where a layer gives what cannot be known, the next says what it was built for."""
        keras = self.builder.by.keras
        if layers and layers[0].kind == "Merge":
            return self._after_merge(entries, layers)
        traced = chain(layers, keras, arriving)
        recorded: dict[int, Recorded] = {}
        for number, (entry, layer) in enumerate(zip(entries, traced.layers, strict=True)):
            if not layer.calls:
                continue
            told = self.builder.told(entry, layer, layer.calls[0])
            if told is None and isinstance(layer.calls[0].output.shape, Unknown) and number + 1 < len(entries):
                shapes = self.builder.shapes_of(entries[number + 1])
                if len(shapes) == 1 and isinstance(shapes[0], Shape):
                    told = Recorded((Tensor(with_batch(shapes[0], arriving)),), trusted=False)
            if told is not None:
                recorded[number] = told
        kept = {origin.layer: told for origin, told in batches(traced.layers).items()}
        for number, layer in enumerate(layers):
            if layer.id in kept:
                recorded.setdefault(number, kept[layer.id])
        return self._along(layers, recorded, arriving) if recorded else traced

    def _along(self, layers: Sequence[Layer], recorded: Mapping[int, Recorded], arriving: Tensor | None) -> Traced:
        """The chain as a graph, with what is recorded of single layers."""
        steps = []
        inputs: tuple[Tensor, ...] = () if layers[0].kind == "InputLayer" else (arriving or Tensor(),)
        for number, layer in enumerate(layers):
            told = recorded.get(number)
            if layer.kind == "InputLayer" and arriving is not None:
                told = Recorded((arriving,))
            known = told.outputs if told is not None else None
            steps.append(Step(layer.id, inputs, recorded=known, trusted=told is None or told.trusted))
            inputs = (Tensor(origin=Origin(layer.id, 0)),)
        return trace(layers, steps, self.builder.by.keras)

    def _after_merge(self, entries: Sequence[Entry], layers: Sequence[Layer]) -> Traced:
        """Keras 1: a Merge in front holds the models whose outputs it joins."""
        branches = []
        config = entries[0].config
        inner = config.get("layers") if isinstance(config, Mapping) else None
        for raw in inner if isinstance(inner, list) else []:
            branch = eras.entry(raw, self.builder.by)
            made = self.builder.layer(branch, f"{layers[0].path}/{branch.name}", self.depth + 1)[0] if branch else None
            branches.append(made.model.outputs[0] if made and made.model and made.model.outputs else Tensor())
        steps = [Step(layers[0].id, tuple(replace(tensor, origin=None) for tensor in branches), listed=True)]
        steps += [Step(layer.id, (Tensor(origin=Origin(before.id, 0)),)) for before, layer in pairwise(layers)]
        return trace(layers, steps, self.builder.by.keras)

    def _arriving(self, entries: Sequence[Entry], layers: Sequence[Layer]) -> Tensor | None:
        """What the model is fed with, from the most to the least trusted place in the file."""
        if not layers:
            return None
        first, entry = layers[0], entries[0]
        declared = declared_input(first.kind, first.options) if not first.model else None
        if declared is not None:
            shape = plain.shape(declared)
            if isinstance(shape, Unknown) or UNKNOWN in shape.dims:
                self.problems[first.id].append(Problem("graph", NO_SHAPE))
            elif shape.rank and shape.batch is None and len(entries) > 1 and self.builder.batched(entries[1]):
                shape = shape.with_size(0, UNKNOWN)
            return Tensor(shape, input_dtype(first), False)
        if first.model is None and declares(first):
            self.problems[first.id].append(Problem("graph", NO_SHAPE))
        if first.model is not None and first.model.inputs:
            return replace(first.model.inputs[0], origin=None)
        return self._built(entry, first)

    def _built(self, entry: Entry, first: Layer) -> Tensor | None:
        """From the shapes the model was built with: their batch is that of some data, not of the model."""
        config = self.of.config if isinstance(self.of.config, Mapping) else {}
        for shapes in (plain.shapes(config.get("build_input_shape")), self.builder.shapes_of(self.of),
                       self.builder.shapes_of(entry)):  # fmt: skip
            if len(shapes) == 1 and isinstance(shapes[0], Shape):
                fixed = any(layer.has("stateful", True) is True for layer in (first,))
                return Tensor(shapes[0] if fixed else any_batch(shapes[0]), input_dtype(first), False)
        weights = self.builder.saved.weights.get(first.name, ())
        inner = first.inner
        if inner.kind in RECURRENT and not inner.kind.startswith("Conv") and weights and len(weights[0]) == 2:
            return Tensor(Shape.of((None, UNKNOWN, weights[0][0])), UNKNOWN, False)
        for layer in first.walk():
            declared = declared_input(layer.kind, layer.options)
            if declared is not None and layer is not first and first.kind == "Bidirectional":
                return Tensor(plain.shape(declared), input_dtype(layer), False)
        return None


def _entry_tensors(layers: Sequence[Layer], arriving: Tensor | None) -> tuple[Tensor, ...]:
    """Inputs of a Sequential."""
    if layers and layers[0].kind == "InputLayer" and layers[0].calls:
        return layers[0].calls[0].outputs
    if layers and layers[0].kind == "Merge" and layers[0].calls:
        return layers[0].calls[0].inputs
    return () if arriving is None else (arriving,)
