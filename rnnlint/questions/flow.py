"""Follows tensors through the layers of a program: what stands in front of a layer, and what behind."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rnnlint.facts import NOWHERE, Call, Data, Layer, LayerCall, Location, Model, Program, Tensor

KEEPS_NUMBERS = frozenset(
    {
        "Activation", "ActivityRegularization", "AlphaDropout", "Dropout", "ELU", "GaussianDropout", "GaussianNoise",
        "Identity", "LeakyReLU", "Masking", "PReLU", "ReLU", "Softmax", "SpatialDropout1D", "SpatialDropout2D",
        "SpatialDropout3D", "ThresholdedReLU",
    }
)  # fmt: skip
"""Layers behind which every number still stands where it stood."""

KEEPS_STEPS = KEEPS_NUMBERS | {
    "BatchNormalization", "Dense", "LayerNormalization", "Normalization", "Rescaling", "UnitNormalization",
}  # fmt: skip
"""Layers that treat every step alike and keep the axes in front of the last."""

MERGES = frozenset({"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"})
"""Layers that join tensors of one rank to another of that rank."""


@dataclass(frozen=True, slots=True)
class Fed:
    """Data that a call hands to an input of its model: the call, the data, the input and its number."""

    call: Call
    data: Data
    tensor: Tensor
    index: int


class Flow:
    """The layers of a program by what they give and read."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._layers: dict[int, Layer] = {}
        self._models: dict[int, Model | None] = {}
        self._readers: dict[int, list[tuple[Layer, LayerCall]]] = {}
        for model, layer in program.layers():
            self._layers[layer.id] = layer
            for inner in layer.model.layers if layer.model is not None else ():
                self._layers.setdefault(inner.id, inner)
            self._models[layer.id] = model
            for call in layer.arrivals:
                for giver in {tensor.origin.layer for tensor in call.inputs if tensor.origin is not None}:
                    self._readers.setdefault(giver, []).append((layer, call))

    def source(self, tensor: Tensor) -> Layer | None:
        """The layer that gives the tensor."""
        return None if tensor.origin is None else self._layers.get(tensor.origin.layer)

    def call(self, tensor: Tensor) -> LayerCall | None:
        """The layer call that gives the tensor."""
        layer = self.source(tensor)
        if layer is None or tensor.origin is None or not 0 <= tensor.origin.call < len(layer.arrivals):
            return None
        return layer.arrivals[tensor.origin.call]

    def readers(self, layer: Layer) -> list[tuple[Layer, LayerCall]]:
        """The calls that read an output of the layer."""
        return self._readers.get(layer.id, [])

    def outer(self, layer: Layer) -> Layer | None:
        """The layer that stands for the nested model that the layer is in."""
        model, (path, _, _) = self._models.get(layer.id), layer.path.rpartition("/")
        return model.find(path) if model is not None and path else None

    def behind(self, tensor: Tensor, through: Collection[str] = KEEPS_STEPS) -> tuple[Tensor, Layer | None]:
        """Back through layers of these classes, and out of nested models: the first tensor that is given by another
        layer, and that layer."""
        for _ in range(len(self._layers) + 1):
            layer, call = self.source(tensor), self.call(tensor)
            if layer is None or call is None:
                return tensor, layer
            if layer.kind == "InputLayer" and (before := self._outside(layer)) is not None:
                tensor = before
            elif layer.kind in through and not layer.custom and len(call.inputs) == 1:
                tensor = call.input
            else:
                return tensor, layer
        return tensor, None

    def ahead(self, layer: Layer, through: Collection[str] = KEEPS_STEPS) -> Iterator[tuple[Layer, LayerCall]]:
        """The calls that read the layer's output, directly or behind layers of these classes."""
        waiting, seen = [layer], {layer.id}
        while waiting:
            for reader, call in self.readers(waiting.pop()):
                if reader.kind in through and not reader.custom:
                    if reader.id not in seen:
                        seen.add(reader.id)
                        waiting.append(reader)
                else:
                    yield reader, call

    def last_steps(self, tensor: Tensor) -> list[Layer]:
        """The recurrent layers of whose sequences the tensor holds the last step alone; none where it holds anything
        else besides."""
        givers: dict[int, Layer] = {}
        waiting, seen = [tensor], set()
        while waiting:
            tensor, layer = self.behind(waiting.pop())
            if tensor.origin is None or layer is None:
                return []
            if tensor.origin in seen:
                continue
            seen.add(tensor.origin)
            call = self.call(tensor)
            if layer.recurrent and gives_last_step(layer) and tensor.origin.output == 0:
                givers[layer.id] = layer
            elif layer.kind in MERGES and call is not None:
                waiting += call.inputs
            elif layer.model is not None and tensor.origin.output < len(layer.model.outputs):
                waiting.append(layer.model.outputs[tensor.origin.output])
            else:
                return []
        return list(givers.values())

    def fed(self, *names: str) -> Iterator[Fed]:
        """The known data that calls of these names hand to the inputs of their models."""
        for call in self.program.calls(*names):
            if call.x.unsure or len(call.x) != len(call.model.inputs):
                continue
            for index, (data, tensor) in enumerate(zip(call.x, call.model.inputs, strict=True)):
                if isinstance(data, Data):
                    yield Fed(call, data, tensor, index)

    def _outside(self, layer: Layer) -> Tensor | None:
        """What the nested model that this InputLayer belongs to is called with, in its one call."""
        outer = self.outer(layer)
        if outer is None or outer.model is None or len(outer.arrivals) != 1:
            return None
        inputs = outer.arrivals[0].inputs
        for index, tensor in enumerate(outer.model.inputs):
            if tensor.origin is not None and tensor.origin.layer == layer.id and index < len(inputs):
                return inputs[index]
        return None


def gives_last_step(layer: Layer) -> bool:
    """Whether a recurrent layer surely gives its last step alone."""
    return layer.has("return_sequences", False) is True and layer.has("return_sequences", True) is False


def place(layer: Layer, call: LayerCall) -> Location:
    """Where the layer is called; where it is made, for a saved model or a layer that a Sequential calls."""
    return layer.location if call.location == NOWHERE else call.location


def made_elsewhere_too(program: Program, layers: Collection[Layer]) -> bool:
    """Whether the expression that makes one of these layers makes others too, in a loop or in a function that is
    called again: an edit would change those as well."""
    ids = {layer.id for layer in layers}
    places = {layer.location for layer in layers if layer.site is not None}
    return any(
        part.site is not None and part.location in places and layer.id not in ids and part.id not in ids
        for _, layer in program.layers()
        for part in layer.walk()
    )
