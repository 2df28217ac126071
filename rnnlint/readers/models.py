"""A configuration as facts: layers with their calls, nested models, wrappers."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rnnlint.facts import (
    RECURRENT,
    UNKNOWN,
    AnyShape,
    Dim,
    Layer,
    LayerCall,
    LayerLocation,
    Model,
    Origin,
    Problem,
    Shape,
    Tensor,
    Unknown,
)
from rnnlint.facts.sizes import symbol
from rnnlint.infer.catalogue import declared_input
from rnnlint.infer.graph import Step, Traced, chain, listed, trace
from rnnlint.readers import eras, plain
from rnnlint.readers.compiled import compiled
from rnnlint.readers.eras import Entry, Written
from rnnlint.readers.graph_steps import KEEPS_LISTS, step
from rnnlint.readers.nodes import Node, Reference, ends, parse
from rnnlint.readers.saved import Saved

MAX_NESTING = 64
"""How deep models and wrappers may be nested; what lies deeper is not read."""

MAX_OUTPUTS = 1_000
"""Outputs of one call."""

MAX_LAYERS = 100_000
"""Layers of all models of a file together."""


_NO_SHAPE = "its input shape is no shape of sizes"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Outputs of a call as the file records them; `trusted` where that counts more than what is inferred."""

    outputs: tuple[Tensor, ...]
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """Number of the first saved call of a layer where calls are referred to."""

    in_nodes: int = 0
    at_ends: int = 0


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

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _layer(self, of: Entry, path: str, depth: int) -> tuple[Layer, tuple[str, ...]]:
        """The layer without calls, and what is wrong with its entry."""
        made, faults = eras.options(of, self.by)
        own = self._id()
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
                yield self._layer(inner, f"{path}/{inner.name}", depth + 1)[0]

    def _miss(self, what: str) -> None:
        if what not in self.not_understood:
            self.not_understood.append(what)

    # --- models

    def _model(self, of: Entry, prefix: str, depth: int) -> Model:
        if of.kind == "Sequential" and not (isinstance(of.config, Mapping) and "input_layers" in of.config):
            return _Sequential(self, of, prefix, depth).build()
        return _Functional(self, of, prefix, depth).build()

    def _subclassed(self, of: Entry) -> Model:
        """A model of which only the configuration of its own is saved; a SavedModel lists the layers beside it."""
        layers = []
        for place, node in self.saved.nodes.items():
            if place == "root" or place.count(".") > 1 or plain.text(node.get("class_name")).endswith("Cell"):
                continue
            entry = eras.entry(node, self.by)
            if entry is None or node.get("identifier") == "_tf_keras_input_layer":
                continue
            layer, _ = self._layer(entry, entry.name, 0)
            layers.append(self._alone(layer, entry.shapes))
        self._miss(f"`{of.cls}` is a class of its own: what it does with its layers is not in the file")
        name = plain.text(self.saved.root.get("name")) or of.name
        inputs = tuple(Tensor(_any_batch(shape)) for shape in of.shapes)
        return Model(
            self._id(),
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
        inputs = tuple(Tensor(_any_batch(shape)) for shape in shapes)
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
            return self._normalized(entry, layer, call.output)
        outputs = eras.quirk(self.by, layer, call)
        return None if outputs is None else Recorded(outputs)

    def batches(self, layers: Sequence[Layer]) -> dict[Origin, Recorded]:
        """Outputs of layers behind one of which nothing is known, with the batch size that it keeps."""
        told: dict[Origin, Recorded] = {}
        calls = {Origin(layer.id, number): (layer, call) for layer in layers for number, call in enumerate(layer.calls)}
        for origin, (layer, call) in calls.items():
            shape = call.output.shape
            if layer.operation or isinstance(shape, Unknown) or not shape.rank or shape.batch is not UNKNOWN:
                continue
            batch = _batch_before(call, calls)
            if batch is not UNKNOWN:
                shapes = (output.shape for output in call.outputs)
                blank = (
                    s if isinstance(s, Unknown) else Shape.of((batch, *(UNKNOWN for _ in s.dims[1:]))) for s in shapes
                )
                told[origin] = Recorded(tuple(Tensor(s) for s in blank), trusted=False)
        return told

    def _normalized(self, entry: Entry, layer: Layer, output: Tensor) -> Recorded | None:
        """A Normalization that has seen data knows the sizes of the axes it keeps statistics of."""
        if not isinstance(output.shape, Shape):
            return None
        axes = layer["axis"] if isinstance(layer["axis"], tuple) else (layer["axis"],)
        rank = output.shape.rank
        places = sorted({axis % rank for axis in axes if isinstance(axis, int) and -rank <= axis < rank})
        built = next((shape for shape in self.shapes_of(entry) if isinstance(shape, Shape)), None)
        weights = self.saved.weights.get(layer.name, ((),))[0] if self.saved.weights.get(layer.name) else ()
        dims: list[Dim] = [UNKNOWN] * rank
        for index, place in enumerate(places):
            if built is not None and built.rank == rank:
                dims[place] = built.dims[place]
            elif len(weights) == len(places):
                dims[place] = weights[index]
            if not isinstance(dims[place], int):
                dims[place] = output.shape.dims[place] or symbol("features")
        return Recorded((Tensor(Shape.of(dims)),)) if places else None

    def shapes_of(self, entry: Entry) -> tuple[AnyShape, ...]:
        """Shapes an entry was built with; of a SavedModel those of the object beside the graph."""
        return entry.shapes or self._hints.get(entry.name, ())


@dataclass(slots=True)
class _Sequential:
    """Makes the facts of a Sequential."""

    builder: Builder
    of: Entry
    prefix: str
    depth: int
    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    loose: list[Problem] = field(default_factory=list)

    def build(self) -> Model:
        names = list(self.builder.saved.weights) if not self.prefix else []
        entries = list(_entries(self.of, self.builder.by, self.loose, names))
        layers = []
        for entry in entries:
            layer, faults = self.builder._layer(entry, self.prefix + entry.name, self.depth)
            layers.append(layer)
            self.problems[layer.id] += [Problem("graph", fault) for fault in faults]
        own = self.builder._id()
        arriving = self._arriving(entries, layers)
        traced = self._traced(entries, layers, arriving)
        done = _with_problems(traced.layers, self.problems, self.loose)
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
                    told = Recorded((Tensor(_with_batch(shapes[0], arriving)),), trusted=False)
            if told is not None:
                recorded[number] = told
        batches = {origin.layer: told for origin, told in self.builder.batches(traced.layers).items()}
        for number, layer in enumerate(layers):
            if layer.id in batches:
                recorded.setdefault(number, batches[layer.id])
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
            made = self.builder._layer(branch, f"{layers[0].path}/{branch.name}", self.depth + 1)[0] if branch else None
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
                self.problems[first.id].append(Problem("graph", _NO_SHAPE))
            elif shape.rank and shape.batch is None and len(entries) > 1 and self.builder.batched(entries[1]):
                shape = shape.with_size(0, UNKNOWN)
            return Tensor(shape, _input_dtype(first), False)
        if first.model is None and _declares(first):
            self.problems[first.id].append(Problem("graph", _NO_SHAPE))
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
                return Tensor(shapes[0] if fixed else _any_batch(shapes[0]), _input_dtype(first), False)
        weights = self.builder.saved.weights.get(first.name, ())
        inner = first.inner
        if inner.kind in RECURRENT and not inner.kind.startswith("Conv") and weights and len(weights[0]) == 2:
            return Tensor(Shape.of((None, UNKNOWN, weights[0][0])), UNKNOWN, False)
        for layer in first.walk():
            declared = declared_input(layer.kind, layer.options)
            if declared is not None and layer is not first and first.kind == "Bidirectional":
                return Tensor(plain.shape(declared), _input_dtype(layer), False)
        return None


@dataclass(slots=True)
class _Functional:
    """Makes the facts of a functional model."""

    builder: Builder
    of: Entry
    prefix: str
    depth: int
    entries: list[Entry] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    nodes: list[tuple[Node, ...]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    _renumbered: dict[tuple[str, int], int] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    loose: list[Problem] = field(default_factory=list)

    def build(self) -> Model:
        self._read_entries()
        own = self.builder._id()
        self._find_bases()
        if self.builder.by.keras == 3:
            self._renumber()
        steps = self._masked(list(self._steps()))
        traced = trace(self.layers, self._recorded(steps), self.builder.by.keras)
        told = self._told(traced)
        if told:
            traced = trace(self.layers, self._recorded(steps, told), self.builder.by.keras)
        self._check_outputs(traced)
        if self._without_masks(traced):
            traced = _masks_unknown(traced)
        inputs = self._ends("input_layers")
        outputs = self._ends("output_layers")
        done = _with_problems(traced.layers, self.problems, self.loose)
        by_id = {layer.id: layer for layer in done}
        return Model(
            own,
            plain.text(self.of.config.get("name")),
            self.of.cls,
            "functional",
            listed(done),
            tuple(traced[origin] for origin in inputs if origin is not None) or _free_inputs(done),
            tuple(Tensor() if origin is None else traced[origin] for origin in outputs),
            tuple(None if origin is None else by_id.get(origin.layer) for origin in outputs),
            complete=not self.loose and bool(outputs),
            built=True,
            location=LayerLocation(self.builder.path, self.prefix.rstrip("/")),
            problems=tuple(self.loose),
        )

    def _read_entries(self) -> None:
        self.entries = list(_entries(self.of, self.builder.by, self.loose))
        names = {entry.name for entry in self.entries}
        for number, entry in enumerate(self.entries):
            layer, faults = self.builder._layer(entry, self.prefix + entry.name, self.depth)
            self.layers.append(layer)
            if entry.name in self.places:
                faults += (f"another layer is called `{entry.name}` too",)
            self.places.setdefault(entry.name, number)
            self.nodes.append(parse(entry.inbound, names, entry.cls in KEEPS_LISTS))
            self.problems[layer.id] += [Problem("graph", fault) for fault in faults]

    def _find_bases(self) -> None:
        """Number of the first saved call of each nested model, in nodes and at the ends of the graph: 1 where the call
        that a model makes of itself counts. Keras 3 counts it at the ends alone, older files everywhere or nowhere."""
        highest: dict[str, int] = defaultdict(int)
        at_ends: dict[str, set[int]] = defaultdict(set)
        for reference in self._references():
            highest[reference.layer] = max(highest[reference.layer], reference.node)
        for reference in (*ends(self.of.config.get("input_layers")), *ends(self.of.config.get("output_layers"))):
            at_ends[reference.layer].add(reference.node)
        for name, number in self.places.items():
            model, calls = self.layers[number].model, len(self.nodes[number])
            if model is None:
                continue
            if self.builder.by.keras == 3:
                counted = model.kind == "functional" and 0 not in at_ends[name]
                self.bases[name] = Base(0, int(counted))
            elif max(highest[name], *at_ends[name], 0) == calls:
                self.bases[name] = Base(1, 1)

    def _renumber(self) -> None:
        """Early Keras 3 wrote the numbers of all calls that were ever made: the saved ones are those referred to, in
        their order."""
        numbers: dict[str, set[int]] = defaultdict(set)
        for reference in (*self._references(), *ends(self.of.config.get("output_layers"))):
            numbers[reference.layer].add(reference.node)
        for name, place in self.places.items():
            count = len(self.nodes[place])
            if (
                self.layers[place].model is None
                and len(numbers[name]) == count
                and max(numbers[name], default=0) >= count
            ):
                for call, number in enumerate(sorted(numbers[name])):
                    self._renumbered[name, number] = call

    def _origin(self, reference: Reference, reader: Layer | None) -> Origin | None:
        """The tensor that is meant; None, with a problem at the reader, where there is none."""
        number = self.places.get(reference.layer)
        if number is None:
            self._fault(reader, f"reads from `{reference.layer}`, which is not in the model")
            return None
        base = self.bases.get(reference.layer, Base())
        count = len(self.nodes[number])
        call = self._renumbered.get((reference.layer, reference.node), reference.node)
        call -= base.at_ends if reader is None else base.in_nodes
        if self.layers[number].kind == "InputLayer":
            call, count = 0, 1
        if not 0 <= call < count or reference.tensor < 0:
            self._fault(reader, f"reads call {reference.node} of `{reference.layer}`, which has {count} calls")
            return None
        return Origin(self.layers[number].id, call, reference.tensor)

    def _fault(self, layer: Layer | None, message: str) -> None:
        if layer is None:
            self.loose.append(Problem("graph", f"the model {message}"))
        elif all(problem.message != message for problem in self.problems[layer.id]):
            self.problems[layer.id].append(Problem("graph", message))

    def _resolver(self, layer: Layer) -> Callable[[Reference], Tensor]:
        def resolve(reference: Reference) -> Tensor:
            origin = self._origin(reference, layer)
            shape = reference.shape if reference.shape is not None else UNKNOWN
            return Tensor(shape, reference.dtype) if origin is None else Tensor(origin=origin)

        return resolve

    def _steps(self) -> Iterator[Step]:
        for entry, layer, nodes in zip(self.entries, self.layers, self.nodes, strict=True):
            if layer.kind == "InputLayer":
                yield Step(layer.id, recorded=(self._input(entry, layer),))
                continue
            for node in nodes:
                location = LayerLocation(self.builder.path, layer.path)
                yield step(layer, node, self._resolver(layer), location)

    def _masked(self, steps: list[Step]) -> list[Step]:
        """The steps with their mask arguments as far as this Keras heeds them."""
        heeds = eras.takes_masks(self.builder.by)
        if heeds is True or not any("mask" in one.arguments for one in steps):
            return steps
        bare = [
            replace(one, arguments={name: value for name, value in one.arguments.items() if name != "mask"})
            for one in steps
        ]
        if heeds is False:
            return bare
        layers = {layer.id: layer for layer in trace(self.layers, self._recorded(bare), self.builder.by.keras).layers}
        counts: dict[int, int] = defaultdict(int)
        for number, one in enumerate(steps):
            calls = layers[one.layer].calls[counts[one.layer] :]
            counts[one.layer] += 1
            if "mask" in one.arguments and not (calls and calls[0].input.mask is True):
                bare[number] = replace(one, arguments={**one.arguments, "mask": UNKNOWN})
        return bare

    def _input(self, entry: Entry, layer: Layer) -> Tensor:
        declared = declared_input("InputLayer", layer.options)
        shape = UNKNOWN if declared is None else plain.shape(declared)
        if isinstance(shape, Unknown) or UNKNOWN in shape.dims:
            self._fault(layer, _NO_SHAPE)
        return Tensor(shape, _input_dtype(layer), False)

    def _recorded(self, steps: Sequence[Step], told: Mapping[tuple[int, int], Recorded] | None = None) -> list[Step]:
        """The steps with the outputs that the file records: by those who read them, else as `told`."""
        found: dict[tuple[int, int], dict[int, Tensor]] = defaultdict(dict)
        for reference in self._references():
            number = self.places.get(reference.layer)
            if isinstance(reference.shape, Shape) and number is not None and 0 <= reference.tensor < MAX_OUTPUTS:
                call = self._renumbered.get((reference.layer, reference.node), reference.node)
                call -= self.bases.get(reference.layer, Base()).in_nodes
                tensor = Tensor(reference.shape, reference.dtype)
                found[self.layers[number].id, call].setdefault(reference.tensor, tensor)
        counts: dict[int, int] = defaultdict(int)
        result = []
        for one in steps:
            key = (one.layer, counts[one.layer])
            counts[one.layer] += 1
            outputs = _row(found[key]) if key in found else None
            if outputs is not None and one.recorded is None:
                one = replace(one, recorded=outputs, trusted=True)
            elif told and key in told and one.recorded is None:
                one = replace(one, recorded=told[key].outputs, trusted=told[key].trusted)
            result.append(one)
        return result

    def _references(self) -> Iterator[Reference]:
        return (reference for nodes in self.nodes for node in nodes for reference in node.references())

    def _told(self, traced: Traced) -> dict[tuple[int, int], Recorded]:
        """What else the file tells of outputs: what the one layer that reads an unknown tensor was built for, what
        the entry of a layer tells itself."""
        found: dict[tuple[int, int], dict[int, Tensor]] = defaultdict(dict)
        for entry, layer in zip(self.entries, traced.layers, strict=True):
            shapes = self.builder.shapes_of(entry)
            inputs = layer.calls[0].inputs if layer.calls else ()
            if len(layer.calls) != 1 or len(inputs) != len(shapes) or layer.kind == "Normalization":
                continue
            for tensor, shape in zip(inputs, shapes, strict=True):
                origin = tensor.origin
                if origin is not None and isinstance(tensor.shape, Unknown) and origin.output < MAX_OUTPUTS:
                    found[origin.layer, origin.call][origin.output] = Tensor(shape)
        told = {key: Recorded(_row(tensors), trusted=False) for key, tensors in found.items()}
        for entry, layer in zip(self.entries, traced.layers, strict=True):
            for number, call in enumerate(layer.calls):
                if (own := self.builder.told(entry, layer, call)) is not None:
                    told[layer.id, number] = own
        for origin, batch in self.builder.batches(traced.layers).items():
            told.setdefault((origin.layer, origin.call), batch)
        return told

    def _without_masks(self, traced: Traced) -> bool:
        """Whether a call is saved with no mask although one arrives: some backends of Keras 3 keep none."""
        return any(
            "mask" in node.kwargs and node.kwargs["mask"] is None and call.input.mask is True
            for layer, nodes in zip(traced.layers, self.nodes, strict=True)
            for node, call in zip(nodes, layer.calls, strict=False)
        )

    def _check_outputs(self, traced: Traced) -> None:
        """Reports reads of outputs that a call does not give."""
        by_id = {layer.id: layer for layer in traced.layers}
        for layer in traced.layers:
            for call in layer.calls:
                for tensor in call.inputs:
                    origin = tensor.origin
                    if origin is None or origin in traced.tensors or not origin.output:
                        continue
                    source = by_id.get(origin.layer)
                    given = source.calls[origin.call].outputs if source and origin.call < len(source.calls) else ()
                    if source and given and not isinstance(given[0].shape, Unknown):
                        self._fault(layer, f"reads output {origin.output} of `{source.name}`, which gives {len(given)}")

    def _ends(self, key: str) -> tuple[Origin | None, ...]:
        references = ends(self.of.config.get(key))
        if references:
            return tuple(self._origin(reference, None) for reference in references)
        if key == "input_layers":
            return ()
        read = {reference.layer for reference in self._references()}
        return tuple(
            Origin(layer.id, max(0, len(nodes) - 1))
            for entry, layer, nodes in zip(self.entries, self.layers, self.nodes, strict=True)
            if nodes and entry.name not in read
        )


def _entries(of: Entry, by: Written, loose: list[Problem], names: Sequence[str] = ()) -> Iterator[Entry]:
    """The entries of a model. Old files give nested Sequentials no name: it is the one under which the weights are
    saved, in `names`, or one with a number as Keras would give it."""
    numbered = len(names) == len(of.layers)
    for number, raw in enumerate(of.layers):
        entry = eras.entry(raw, by, names[number] if numbered else "", number + 1)
        if entry is None:
            loose.append(Problem("graph", f"entry {number} of the layers is no layer"))
        else:
            yield entry


def _with_problems(
    layers: Sequence[Layer], problems: Mapping[int, Sequence[Problem]], loose: list[Problem]
) -> tuple[Layer, ...]:
    """The layers with problems of the graph at their first call; of those without a call they go to `loose`."""
    done = []
    for layer in layers:
        own = tuple(problems.get(layer.id, ()))
        if own and layer.calls:
            first = replace(layer.calls[0], problems=own + layer.calls[0].problems)
            calls: tuple[LayerCall, ...] = (first, *layer.calls[1:])
            layer = replace(layer, calls=calls, arrivals=calls)
        elif own:
            loose += [replace(problem, layer=layer.path) for problem in own]
        done.append(layer)
    return tuple(done)


def _entry_tensors(layers: Sequence[Layer], arriving: Tensor | None) -> tuple[Tensor, ...]:
    """Inputs of a Sequential."""
    if layers and layers[0].kind == "InputLayer" and layers[0].calls:
        return layers[0].calls[0].outputs
    if layers and layers[0].kind == "Merge" and layers[0].calls:
        return layers[0].calls[0].inputs
    return () if arriving is None else (arriving,)


def _free_inputs(layers: Sequence[Layer]) -> tuple[Tensor, ...]:
    return tuple(layer.calls[0].output for layer in layers if layer.kind == "InputLayer" and layer.calls)


def _input_dtype(layer: Layer) -> str | Unknown:
    dtype = layer.options.get("dtype")
    if layer.kind == "Embedding" or not isinstance(dtype, str):
        return UNKNOWN if layer.kind == "Embedding" else "float32"
    return dtype if layer.kind == "InputLayer" else UNKNOWN


def _batch_before(call: LayerCall, calls: Mapping[Origin, tuple[Layer, LayerCall]]) -> Dim:
    """The batch size of what arrives, looked for behind layers of which nothing is known."""
    seen: set[Origin] = set()
    tensor = call.input
    while isinstance(tensor.shape, Unknown) and tensor.origin is not None and tensor.origin not in seen:
        seen.add(tensor.origin)
        source = calls.get(replace(tensor.origin, output=0))
        if source is None or source[0].operation or not source[1].inputs:
            return UNKNOWN
        tensor = source[1].input
    return tensor.shape.batch if isinstance(tensor.shape, Shape) and tensor.shape.rank else UNKNOWN


def _row(tensors: Mapping[int, Tensor]) -> tuple[Tensor, ...]:
    """Outputs by number as a tuple, unknown ones between them."""
    return tuple(tensors.get(index, Tensor()) for index in range(max(tensors) + 1))


def _masks_unknown(traced: Traced) -> Traced:
    """The same, but where a mask seemed to be, it cannot be told."""

    def unsure(tensor: Tensor) -> Tensor:
        return replace(tensor, mask=UNKNOWN) if tensor.mask is True else tensor

    layers = []
    for layer in traced.layers:
        calls = tuple(
            replace(call, inputs=tuple(map(unsure, call.inputs)), outputs=tuple(map(unsure, call.outputs)))
            for call in layer.calls
        )
        layers.append(replace(layer, calls=calls, arrivals=calls))
    return Traced(tuple(layers), {origin: unsure(tensor) for origin, tensor in traced.tensors.items()})


def _declares(layer: Layer) -> bool:
    """Whether an input shape is written at the layer, be it none."""
    return any(layer.options.get(name) is not None for name in ("batch_shape", "batch_input_shape"))


def _any_batch(shape: AnyShape) -> AnyShape:
    return shape if isinstance(shape, Unknown) or not shape.rank else shape.with_size(0, None)


def _with_batch(shape: AnyShape, like: Tensor | None) -> AnyShape:
    """With the batch size of another tensor: a recorded one may be that of some data."""
    if isinstance(shape, Unknown) or not shape.rank:
        return shape
    batch: Dim = None
    if like is not None and isinstance(like.shape, Shape) and like.shape.rank:
        batch = like.shape.batch
    return shape.with_size(0, batch)


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
