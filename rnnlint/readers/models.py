"""A configuration as facts: layers with their calls, nested models, wrappers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rnnlint.facts import (
    UNKNOWN,
    AnyShape,
    Layer,
    LayerCall,
    LayerLocation,
    Model,
    Shape,
    Tensor,
)
from rnnlint.infer.graph import Step, listed, trace
from rnnlint.readers import eras, plain
from rnnlint.readers.compiled import compiled
from rnnlint.readers.eras import Entry, Written
from rnnlint.readers.functional import FunctionalBuilder
from rnnlint.readers.recorded import Recorded, any_batch, normalized
from rnnlint.readers.saved import Saved
from rnnlint.readers.sequential import SequentialBuilder

MAX_NESTING = 64
"""How deep models and wrappers may be nested; what lies deeper is not read."""

MAX_LAYERS = 100_000
"""Layers of all models of a file together."""


@dataclass(slots=True)
class Builder:
    """Makes the facts of one file.

    Attributes:
        path: of the file.
        saved: what it holds.
        by: who wrote it.
        not_understood: what was left out, in words.
    """

    path: str
    saved: Saved
    by: Written
    not_understood: list[str] = field(default_factory=list)
    _next: int = 0
    _hints: Mapping[str, tuple[AnyShape, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = Counter(plain.text(node.get("name")) for node in self.saved.nodes.values())
        self._hints = {
            plain.text(node.get("name")): plain.shapes(node.get("build_input_shape"))
            for node in self.saved.nodes.values()
            if names[plain.text(node.get("name"))] == 1
        }

    def model(self) -> Model | None:
        """The model of the file with its compile facts; None where the configuration is of no model."""
        root = eras.entry(self.saved.root, self.by)
        if root is None:
            return None
        if root.is_model:
            made = self._model(root, "", 0)
        elif root.custom or root.kind in ("Model", "Functional", "Network"):
            made = self._subclassed(root)
        else:
            return None
        names = [layer.name if layer is not None else "" for layer in made.output_layers]
        structure = root.config.get("output_layers") if isinstance(root.config, Mapping) else None
        if isinstance(structure, dict):
            names = sorted(structure)
        setting = self.saved.root.get("compile_config", self.saved.training)
        facts = compiled(setting if isinstance(setting, Mapping) else None, names, self.path, self.saved.compiled)
        return _located(replace(made, compile=facts))

    # --- layers

    def new_id(self) -> int:
        self._next += 1
        return self._next

    def layer(self, of: Entry, path: str, depth: int) -> tuple[Layer, tuple[str, ...]]:
        """The layer without calls, and what is wrong with its entry."""
        made, faults = eras.options(of, self.by)
        own = self.new_id()
        model = None
        wraps: tuple[Layer, ...] = ()
        if depth >= MAX_NESTING or own > MAX_LAYERS:
            self._miss(f"`{path}`: models or wrappers nested more than {MAX_NESTING} deep, or too many layers")
        elif of.is_model:
            model = self._model(of, path + "/", depth + 1)
        else:
            wraps = tuple(self._wrapped(of, path, depth))
        layer = Layer(
            own,
            path,
            of.cls,
            of.kind,
            made,
            wraps=wraps,
            model=model,
            custom=of.custom,
            operation=of.operation,
            location=LayerLocation(self.path, path),
        )
        return layer, of.faults + faults

    def _wrapped(self, of: Entry, path: str, depth: int) -> Iterator[Layer]:
        for raw in eras.wrapped(of, self.by):
            inner = eras.entry(raw, self.by)
            if inner is not None:
                yield self.layer(inner, f"{path}/{inner.name}", depth + 1)[0]

    def _miss(self, what: str) -> None:
        if what not in self.not_understood:
            self.not_understood.append(what)

    # --- models

    def _model(self, of: Entry, prefix: str, depth: int) -> Model:
        if of.kind == "Sequential" and not (isinstance(of.config, Mapping) and "input_layers" in of.config):
            return SequentialBuilder(self, of, prefix, depth).build()
        return FunctionalBuilder(self, of, prefix, depth).build()

    def _subclassed(self, of: Entry) -> Model:
        """A model of which only the configuration of its own is saved; a SavedModel lists the layers beside it."""
        layers = []
        for place, node in self.saved.nodes.items():
            if place == "root" or place.count(".") > 1 or plain.text(node.get("class_name")).endswith("Cell"):
                continue
            entry = eras.entry(node, self.by)
            if entry is None or node.get("identifier") == "_tf_keras_input_layer":
                continue
            layer, _ = self.layer(entry, entry.name, 0)
            layers.append(self._alone(layer, entry.shapes))
        self._miss(f"`{of.cls}` is a class of its own: what it does with its layers is not in the file")
        name = plain.text(self.saved.root.get("name")) or of.name
        inputs = tuple(Tensor(any_batch(shape)) for shape in of.shapes)
        return Model(
            self.new_id(),
            name,
            of.cls,
            "subclassed",
            listed(layers),
            inputs,
            complete=False,
            built=UNKNOWN,
            location=LayerLocation(self.path),
        )

    def _alone(self, layer: Layer, shapes: Sequence[AnyShape]) -> Layer:
        """A layer of a subclassed model, called once on what it was built for."""
        if not shapes:
            return layer
        inputs = tuple(Tensor(any_batch(shape)) for shape in shapes)
        traced = trace([layer], [Step(layer.id, inputs, location=LayerLocation(self.path, layer.path))], self.by.keras)
        return traced.layers[0]

    def batched(self, entry: Entry) -> bool:
        """Whether a SavedModel says that the layer was built for a fixed batch: where the input says that any size
        fits, nobody knows which of the two holds."""
        shapes = self._hints.get(entry.name, ())
        return len(shapes) == 1 and isinstance(shapes[0], Shape) and isinstance(shapes[0].batch, int)

    def told(self, entry: Entry, layer: Layer, call: LayerCall) -> Recorded | None:
        """What the entry of a layer itself, or the Keras that wrote it, tells of the outputs of a call."""
        if layer.kind == "Normalization":
            return normalized(layer, call.output, self.shapes_of(entry), self.saved.weights.get(layer.name, ()))
        outputs = eras.quirk(self.by, layer, call)
        return None if outputs is None else Recorded(outputs)

    def shapes_of(self, entry: Entry) -> tuple[AnyShape, ...]:
        """Shapes an entry was built with; of a SavedModel those of the object beside the graph."""
        return entry.shapes or self._hints.get(entry.name, ())


def _located(model: Model) -> Model:
    """The model with the place of each layer at its calls."""

    def located(layer: Layer) -> Layer:
        calls = tuple(replace(call, location=layer.location) for call in layer.calls)
        arrivals = tuple(replace(call, location=layer.location) for call in layer.arrivals)
        return replace(layer, calls=calls, arrivals=arrivals)

    layers = {layer.id: located(layer) for layer in model.layers}
    ends_ = tuple(layer and layers.get(layer.id, layer) for layer in model.output_layers)
    return replace(model, layers=tuple(layers[layer.id] for layer in model.layers), output_layers=ends_)


def unknown_layers(model: Model) -> Iterator[str]:
    """Layers of which nothing is known but that they are there, in words."""
    for layer in model.layers:
        shaped = any(isinstance(output.shape, Shape) for call in layer.calls for output in call.outputs)
        if layer.custom and layer.calls and not shaped:
            yield f"`{layer.path}`: what `{layer.cls}` does is not in the file"
