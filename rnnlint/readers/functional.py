"""Facts of a functional model: a graph of calls, as the eras number and record them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rnnlint.facts import (
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
from rnnlint.infer.graph import Step, Traced, listed, trace
from rnnlint.readers import eras, plain
from rnnlint.readers.eras import Entry
from rnnlint.readers.graph_steps import KEEPS_LISTS, step
from rnnlint.readers.model_parts import NO_SHAPE, entries_of, input_dtype, with_problems
from rnnlint.readers.nodes import Node, Reference, ends, parse
from rnnlint.readers.recorded import MAX_OUTPUTS, Recorded, batches, masks_unknown, row

if TYPE_CHECKING:
    from rnnlint.readers.models import Builder


@dataclass(frozen=True, slots=True)
class Base:
    """Number of the first saved call of a layer where calls are referred to."""

    in_nodes: int = 0
    at_ends: int = 0


@dataclass(slots=True)
class FunctionalBuilder:
    """Makes the facts of a functional model."""

    builder: "Builder"
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
        own = self.builder.new_id()
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
            traced = masks_unknown(traced)
        inputs = self._ends("input_layers")
        outputs = self._ends("output_layers")
        done = with_problems(traced.layers, self.problems, self.loose)
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
        self.entries = list(entries_of(self.of, self.builder.by, self.loose))
        names = {entry.name for entry in self.entries}
        for number, entry in enumerate(self.entries):
            layer, faults = self.builder.layer(entry, self.prefix + entry.name, self.depth)
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
            self._fault(layer, NO_SHAPE)
        return Tensor(shape, input_dtype(layer), False)

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
            outputs = row(found[key]) if key in found else None
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
        told = {key: Recorded(row(tensors), trusted=False) for key, tensors in found.items()}
        for entry, layer in zip(self.entries, traced.layers, strict=True):
            for number, call in enumerate(layer.calls):
                if (own := self.builder.told(entry, layer, call)) is not None:
                    told[layer.id, number] = own
        for origin, batch in batches(traced.layers).items():
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
        """Reports reads of outputs that a call does not give. How many a custom layer gives, no file says."""
        by_id = {layer.id: layer for layer in traced.layers}
        for layer in traced.layers:
            for call in layer.calls:
                for tensor in call.inputs:
                    origin = tensor.origin
                    if origin is None or origin in traced.tensors or not origin.output:
                        continue
                    source = by_id.get(origin.layer)
                    given = source.calls[origin.call].outputs if source and origin.call < len(source.calls) else ()
                    if source and not source.custom and given and not isinstance(given[0].shape, Unknown):
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


def _free_inputs(layers: Sequence[Layer]) -> tuple[Tensor, ...]:
    return tuple(layer.calls[0].output for layer in layers if layer.kind == "InputLayer" and layer.calls)
