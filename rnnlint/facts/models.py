"""Tensors, layers and models, as facts that do not change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts.location import CallSite, LayerLocation, Location
from rnnlint.facts.shapes import AnyShape, Shape
from rnnlint.facts.sizes import Dim
from rnnlint.facts.unknown import UNKNOWN, Truth, Unknown

NOWHERE = LayerLocation("", "")

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
"""Canonical classes that read steps one after the other."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The output of a layer call that a tensor is: layer `id`, number of its call, number of the output, from 0."""

    layer: int
    call: int
    output: int = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """What flows between layers.

    Attributes:
        shape: batch first; UNKNOWN where not even the rank is known.
        dtype: `float32`...; UNKNOWN where it cannot be told.
        mask: whether a mask travels with it.
        origin: the layer call it comes from; None: from outside (data, a constant).
    """

    shape: AnyShape = UNKNOWN
    dtype: str | Unknown = UNKNOWN
    mask: Truth = UNKNOWN
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a layer cannot do what it is asked to, as `infer` found.

    Attributes:
        kind: one of
            `rank` (an input has another rank than the layer reads),
            `features` (the layer was built for another number of features),
            `stateful-batch` (stateful=True and no fixed batch size),
            `state-count`, `state-width` (initial states do not fit),
            `input-count` (another number of input tensors than the layer reads),
            `merge` (inputs that cannot be merged), `size` (no valid output: kernel longer than the input, reshape
            that does not divide), `argument` (options that exclude each other), `mask` (a mask the layer refuses),
            `graph` (the saved graph contradicts itself here).
        message: one lower-case clause that says the defect.
        gives: the shape that arrives, where it is about one.
        needs: the shape the layer reads.
        layer: path of the layer it is about: of the wrapped one where a wrapper hands on what it cannot read;
            empty: of the layer called.
        input: number of the input it is about.
        when: the moment Keras raises: `build`, `call`, or None where it does not raise but gives something else.
    """

    kind: str
    message: str
    gives: AnyShape | None = None
    needs: Shape | None = None
    layer: str = ""
    input: int = 0
    when: str | None = "build"


@dataclass(frozen=True, slots=True)
class Unpacking:
    """The result of a call is taken apart into names: `out, h, c = lstm(x)`.

    Attributes:
        targets: how many names; with `starred` the one with the star counts too and takes any number.
        starred: whether one has a star (`out, *states = lstm(x)`).
        location: of the names.
        names: the names, where all are plain and stand on one line; else empty.
    """

    targets: int
    starred: bool = False
    location: Location = NOWHERE
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerCall:
    """One call of a layer.

    Attributes:
        inputs: every tensor it receives, initial states and constants last, in Keras's order; no mask tensors.
        outputs: what it gives (return_state: output, then states). After a problem: what it would have given.
        states: how many of `inputs`, at the end, are initial states and constants.
        problems: what `infer` found wrong with it.
        arguments: other arguments of the call (`training`, `mask`...), those that are known. Of the operation
            `GetItem` (`x[:, -1]`): `key`, what stands in the brackets, as a tuple of int, slice, None, Ellipsis.
        location: where it is called.
        unpacking: how the program takes the result apart; None: it does not, or that cannot be told.
        site: how the call is written.
    """

    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    states: int = 0
    problems: tuple[Problem, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    location: Location = NOWHERE
    unpacking: Unpacking | None = None
    site: CallSite | None = None

    @property
    def input(self) -> Tensor:
        """The first input; one of which nothing is known if there is none."""
        return self.inputs[0] if self.inputs else Tensor()

    @property
    def output(self) -> Tensor:
        """The first output; one of which nothing is known if there is none."""
        return self.outputs[0] if self.outputs else Tensor()


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it takes effect.

    Attributes:
        value: a constant, a `Data`, ... or UNKNOWN; the default of the Keras in use where it is not given.
        given: whether the program gives it (None counts as given where it is written).
        location: where it is written; the call where it is not.
    """

    value: Any
    given: bool = False
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer object.

    Attributes:
        id: unique within a program.
        path: `encoder/lstm`: the names from the model down.
        cls: class as saved or written in the program (`CuDNNLSTM`, `LSTM`).
        kind: the canonical class of Keras 3 that does the same (`LSTM` for CuDNNLSTM), the saved class where there is
            none. Rules look at this.
        options: effective options under the names of Keras 3, defaults of the version that made it filled in.
            A missing key or UNKNOWN: cannot tell.
        arguments: what the program gives, by the names of Keras 3 (scripts; empty for a saved model).
        wraps: what a wrapper wraps: the layer of TimeDistributed, the forward and backward one of Bidirectional,
            the cell of RNN, the cells of StackedRNNCells.
        model: a nested model: what it is inside.
        calls: the calls that belong to the model. For a layer of a nested model those of the inner graph.
        arrivals: for a layer of a nested model the same calls with the sizes that really arrive from outside;
            otherwise equal to `calls`. Rules look at these.
        custom: a class that is not Keras's own, or a Lambda: its options may not mean what they seem to.
        operation: no layer but an operation of the graph (`Add` of keras.ops).
        location: where it is made.
        site: how its constructor call is written; None for a saved model.
    """

    id: int
    path: str
    cls: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    wraps: tuple["Layer", ...] = ()
    model: "Model | None" = None
    calls: tuple[LayerCall, ...] = ()
    arrivals: tuple[LayerCall, ...] = ()
    custom: bool = False
    operation: bool = False
    location: Location = NOWHERE
    site: CallSite | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def inner(self) -> "Layer":
        """What does the work: the layer inside any wrappers, else the layer itself."""
        layer = self
        while layer.kind in ("TimeDistributed", "Bidirectional") and layer.wraps:
            layer = layer.wraps[0]
        return layer

    @property
    def recurrent(self) -> bool:
        """Whether it reads steps one after the other, itself or inside a Bidirectional."""
        layer = self
        while layer.kind == "Bidirectional" and layer.wraps:
            layer = layer.wraps[0]
        return layer.kind in RECURRENT

    def __getitem__(self, option: str) -> Any:
        """The effective option, UNKNOWN where it cannot be told."""
        return self.options.get(option, UNKNOWN)

    def walk(self) -> Iterator["Layer"]:
        """The layer and all that it wraps, to any depth."""
        waiting = [self]
        while waiting:
            layer = waiting.pop()
            yield layer
            waiting += reversed(layer.wraps)

    def has(self, option: str, value: Any) -> Truth:
        """Whether the layer, or one that it wraps, has the option with this value."""
        answers = [layer[option] for layer in self.walk() if option in layer.options]
        if any(answer is not UNKNOWN and answer == value for answer in answers):
            return True
        return UNKNOWN if any(answer is UNKNOWN for answer in answers) else False


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of a compiled model.

    Attributes:
        name: in snake case as Keras resolves it (`mean_squared_error`, `sparse_categorical_crossentropy`);
            UNKNOWN for a function or class of one's own.
        options: what is given to the class (`from_logits`...).
    """

    name: str | Unknown = UNKNOWN
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compile:
    """What `compile` set.

    Attributes:
        losses: one for each output, in order, None where an output has none; UNKNOWN where it cannot be told.
        optimizer: class name.
        metrics: as written, flat.
        location: of the call of `compile`.
        arguments: as written.
        site: how it is written.
    """

    losses: "tuple[Loss | None, ...] | Unknown" = UNKNOWN
    optimizer: str | Unknown | None = UNKNOWN
    metrics: "tuple[str | Unknown, ...] | Unknown" = UNKNOWN
    location: Location = NOWHERE
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    site: CallSite | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model.

    Attributes:
        id: unique within a program.
        name: its name in Keras.
        cls: class as saved (`Sequential`, `Functional`, `Model`, `MyModel`).
        kind: `sequential`, `functional`, `subclassed`.
        layers: every layer in the order of the model, InputLayers included, those of nested models behind the layer
            that stands for the nested model, with paths `outer/inner`.
        inputs, outputs: in order; empty where they are not known.
        output_layers: the layers whose output the model gives, in the order of `outputs` (None: cannot tell).
        compile: None: not compiled; UNKNOWN: cannot tell.
        complete: False where a part of it was not understood.
        built: whether the shape of its input is known before data arrives.
        location: where it is made.
        variable: how the program calls it (`model`, `self.model`), for messages; empty where it has no name.
        problems: contradictions of a saved graph that belong to no call of a layer; their `layer` names the layer.
    """

    id: int
    name: str
    cls: str
    kind: str
    layers: tuple[Layer, ...] = ()
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    output_layers: tuple[Layer | None, ...] = ()
    compile: Compile | Unknown | None = UNKNOWN
    complete: bool = True
    built: Truth = UNKNOWN
    location: Location = NOWHERE
    variable: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def batch_size(self) -> Dim:
        """The batch size the inputs are fixed to; None: not fixed; UNKNOWN: cannot tell."""
        if not self.inputs:
            return UNKNOWN
        sizes = [UNKNOWN if isinstance(t.shape, Unknown) else t.shape.batch for t in self.inputs]
        for size in sizes:
            if isinstance(size, int):
                return size
        return UNKNOWN if any(size is UNKNOWN for size in sizes) else sizes[0]

    def where(self, **options: Any) -> list[Layer]:
        """The layers that surely have all these options, themselves or in what they wrap (`stateful=True`)."""
        return [
            layer
            for layer in self.layers
            if not layer.custom and all(layer.has(key, value) is True for key, value in options.items())
        ]

    def has(self, option: str, value: Any) -> Truth:
        """Whether some layer has the option with this value; UNKNOWN too where the model is not complete."""
        answers = [layer.has(option, value) for layer in self.layers]
        if any(answer is True for answer in answers):
            return True
        unsure = not self.complete or any(
            answer is UNKNOWN or layer.custom for answer, layer in zip(answers, self.layers, strict=True)
        )
        return UNKNOWN if unsure else False

    def find(self, path: str) -> Layer | None:
        """The layer of that path."""
        return next((layer for layer in self.layers if layer.path == path), None)

    def source(self, tensor: Tensor) -> Layer | None:
        """The layer of this model that gives the tensor."""
        if tensor.origin is None:
            return None
        return next((layer for layer in self.layers if layer.id == tensor.origin.layer), None)

    def consumers(self, layer: Layer) -> list[tuple[Layer, LayerCall]]:
        """The calls that read an output of the layer."""
        return [
            (other, call)
            for other in self.layers
            for call in other.arrivals
            if any(t.origin is not None and t.origin.layer == layer.id for t in call.inputs)
        ]
