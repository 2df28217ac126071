"""What `fit` and its kin accept as x for an input of a model.

Measured on Keras 3.15 and tf_keras 2.21 (tests/oracle/test_feeding.py): a last axis of size 1 is added or dropped
where that makes the ranks equal; a functional model, and every model of Keras 2, holds the data to each declared
size; a Sequential of Keras 3 leaves it to its layers, so that other steps pass a recurrent layer and other features
do not. The batch size of the input is never compared here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rnnlint.facts import RECURRENT, UNKNOWN, Call, Data, Dim, Layer, Model, Shape, Tensor, Truth, Unknown
from rnnlint.facts.shapes import fits
from rnnlint.facts.sizes import equal
from rnnlint.infer.graph import chain, own_layers

PASSING = frozenset(
    {"InputLayer", "Masking", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "Activation", "ReLU"}
)
"""Layers that pass on the shape of what they get, whatever it is."""

WEIGHTED = RECURRENT | {"Dense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "BatchNormalization", "Bidirectional"}
"""Layers with weights for each feature, that refuse another number of features."""


class Fate(Enum):
    """What becomes of x: it FITS; Keras adds or drops a last axis of size 1 (ADJUSTED); it is refused for its RANK,
    or for the SIZE of an axis; UNKNOWN: cannot tell, or it depends on the layers."""

    FITS = "fits"
    ADJUSTED = "adjusted"
    RANK = "rank"
    SIZE = "size"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Feeding:
    """Data for an input of a model, and what becomes of it.

    Attributes:
        data: what is given.
        declared: the shape of the input, batch first.
        fate: what becomes of it.
        axis: where sizes differ: the first such axis.
        index: number of the input.
    """

    data: Data
    declared: Shape
    fate: Fate
    axis: int = 0
    index: int = 0

    @property
    def lacks_batch(self) -> bool:
        """Whether it is one sample without its batch axis: its shape is that of the input without the batch.

        Where the last axis is 1, Keras adds another behind it and takes the steps for samples.
        """
        given, wanted = self.data.shape, self.declared.dims[1:]
        if self.data.batching is not None or not isinstance(given, Shape) or given.rank != len(wanted) or not wanted:
            return False
        if self.fate is Fate.RANK:
            return all(fits(a, b) is True for a, b in zip(given.dims, wanted, strict=True))
        several = equal(given.dims[0], 1) is False and len(wanted) > 1
        return several and all(equal(a, b) is True for a, b in zip(given.dims, wanted, strict=True))

    @property
    def swapped(self) -> bool:
        """Whether time and features are exchanged: the sizes fit the other way round."""
        given = self.data.shape
        return (
            self.fate is Fate.SIZE
            and self.data.reshaped is None
            and isinstance(given, Shape)
            and given.rank == self.declared.rank == 3
            and equal(given.dims[1], self.declared.dims[2]) is True
            and equal(given.dims[2], self.declared.dims[1]) is True
        )


def feedings(call: Call, keras: int | Unknown) -> Iterator[Feeding]:
    """What becomes of each x of a call. Nothing for models whose input is not declared, or that no data can pass."""
    yield from _fed(call.model, call.x.items, keras)


def validation_feedings(call: Call, keras: int | Unknown) -> Iterator[Feeding]:
    """The same for the validation data that a fit is given."""
    if call.held_out is not None:
        yield from _fed(call.model, call.held_out.x.items, keras)


def judge_input(model: Model, index: int, given: Shape, keras: int | Unknown) -> tuple[Fate, int]:
    """What becomes of data of this shape (samples first) at an input of the model, and at which axis it fails."""
    declared = model.inputs[index].shape
    if isinstance(declared, Unknown):
        return Fate.UNKNOWN, 0
    fitted = _same_rank(given, declared)
    if fitted is None:
        return Fate.RANK, 0
    if isinstance(fitted, Unknown):
        return Fate.UNKNOWN, 0
    axis, sure = _differing(declared, fitted)
    if given.rank < declared.rank and given.dims[-1] == 1:
        return Fate.UNKNOWN, 0
    if axis is None:
        return (Fate.FITS if given.rank == declared.rank else Fate.ADJUSTED) if sure else Fate.UNKNOWN, 0
    last = axis == declared.rank - 1
    if model.kind == "functional" or (model.kind == "sequential" and isinstance(keras, int) and keras != 3):
        return Fate.SIZE, axis
    if model.kind == "sequential" and last and reads_features(model) is True:
        return Fate.SIZE, axis
    if model.kind == "sequential" and not last and _built_for_others(model, (None, *fitted[1:])):
        return Fate.SIZE, axis
    return Fate.UNKNOWN, axis


def _built_for_others(model: Model, sizes: tuple[Dim, ...]) -> bool:
    """Whether a layer of a Sequential has weights for other sizes than these bring it: a Dense behind a Flatten."""
    arriving = Tensor(Shape.of(sizes), model.inputs[0].dtype)
    traced = chain(own_layers(model), 3, arriving)
    return any(problem.when is not None for layer in traced.layers for call in layer.calls for problem in call.problems)


def reads_features(model: Model) -> Truth:
    """Whether the first layer that does anything holds the last axis to a number of features."""
    for layer in model.layers:
        if layer.custom or "/" in layer.path:
            return UNKNOWN
        if layer.kind not in PASSING:
            inner: Layer = layer.wraps[0] if layer.kind == "TimeDistributed" and layer.wraps else layer
            return True if inner.kind in WEIGHTED and not inner.custom else UNKNOWN
    return UNKNOWN


def reads_ids(model: Model) -> bool:
    """Whether the first layer that does anything is an Embedding: what it may be fed with, its own rule judges."""
    first = next((layer for layer in model.layers if layer.kind != "InputLayer"), None)
    return first is not None and first.kind == "Embedding"


def refuses_all(model: Model) -> bool:
    """Whether a layer of the model cannot do what it is asked to, whatever the data: rules of shapes speak then."""
    return any(
        problem.when is not None for layer in model.layers for call in layer.arrivals for problem in call.problems
    )


def _fed(model: Model, items: tuple[Data | Unknown, ...], keras: int | Unknown) -> Iterator[Feeding]:
    if len(items) != len(model.inputs) or model.built is not True or refuses_all(model):
        return
    for index, data in enumerate(items):
        declared = model.inputs[index].shape
        if not isinstance(data, Data) or _holds_objects(data):
            continue
        if isinstance(data.shape, Shape) and isinstance(declared, Shape):
            fate, axis = judge_input(model, index, data.shape, keras)
            yield Feeding(data, declared, fate, axis, index)


def _holds_objects(data: Data) -> bool:
    """Whether the elements may be sequences themselves, so that the shape does not say all; or there are none."""
    row = isinstance(data.shape, Shape) and data.shape.rank == 1
    vague = row and (data.dtype is UNKNOWN or data.samples == 0)
    return data.ragged is True or data.dtype == "object" or vague


def _same_rank(given: Shape, declared: Shape) -> tuple[Dim, ...] | Unknown | None:
    """The sizes after Keras has added or dropped a last axis of 1; None where that does not help."""
    if given.rank == declared.rank:
        return given.dims
    if given.rank == declared.rank + 1 and given.rank > 1:
        last = equal(given.dims[-1], 1)
        return UNKNOWN if last is UNKNOWN else given.dims[:-1] if last else None
    if given.rank == declared.rank - 1:
        last = equal(declared.dims[-1], 1)
        if last is UNKNOWN and declared.dims[-1] is None:
            return None
        return UNKNOWN if last is UNKNOWN else (*given.dims, 1) if last else None
    return None


def _differing(declared: Shape, given: tuple[Dim, ...]) -> tuple[int | None, bool]:
    """The first axis whose sizes surely differ, and whether all others surely fit."""
    answers = [fits(a, b) for a, b in zip(declared.dims[1:], given[1:], strict=True)]
    if False in answers:
        return answers.index(False) + 1, True
    return None, all(answer is True for answer in answers)
