"""What is compared with what: each output of a model, its loss, and the target that a call gives for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint.facts import (
    RECURRENT,
    UNKNOWN,
    Argument,
    Call,
    Compile,
    Data,
    Dim,
    Layer,
    Location,
    Loss,
    Program,
    Shape,
    Slots,
    Tensor,
    Truth,
    Unknown,
)
from rnnlint.facts.sizes import less, symbol
from rnnlint.infer.batches import Feed, feed, first_batch, validation_feed
from rnnlint.infer.catalogue import CELLS
from rnnlint.infer.feeding import Fate, feedings, refuses_all, validation_feedings
from rnnlint.infer.losses import Verdict, counterparts, judge_target
from rnnlint.questions.flow import KEEPS_NUMBERS, KEEPS_STEPS, Flow

COMPARES = ("fit", "evaluate", "train_on_batch", "test_on_batch")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A target and the output it is compared with.

    Attributes:
        argument: what hands the target over.
        output: the output; `shape` is its shape with the batch, axes of any size given a name.
        loss: what compares them.
        verdict: what the loss does with them.
        meant: the loss for which the target would fit: the one for ids in place of one-hot rows, or the reverse.
    """

    call: Call
    argument: Argument
    output: Tensor
    shape: Shape
    target: Data
    loss: Loss
    verdict: Verdict
    meant: Loss | None = None

    @property
    def location(self) -> Location:
        """Where the target is handed over."""
        return self.argument.location if self.argument.given else self.call.location


@dataclass(frozen=True, slots=True)
class Head:
    """What ends in an output.

    Attributes:
        layer: the layer that decides how many units there are.
        activation: what is applied last, `linear` for none; UNKNOWN: cannot tell.
        applied: the layer that applies it.
    """

    layer: Layer
    activation: str | Unknown
    applied: Layer


def comparisons(program: Program) -> Iterator[Comparison]:
    """Every target whose shape is known, with the output it is compared with. None of a call whose x is refused: then
    the data are to be mended first."""
    for call in program.calls(*COMPARES):
        if refuses_all(call.model) or _refused(call, program.keras):
            continue
        yield from _compared(program, call, call.y, call["y"], feed(call))
        if (given := call.held_out) is not None:
            yield from _compared(program, call, given.y, given.argument, validation_feed(call))


def head(flow: Flow, output: Tensor) -> Head | None:
    """What ends in an output; None where that cannot be told."""
    activation: str | Unknown | None = None
    applied: Layer | None = None
    for _ in range(16):
        layer, call = flow.source(output), flow.call(output)
        state = output.origin is not None and output.origin.output > 0
        if layer is None or call is None or layer.custom or (layer.recurrent and state):
            return None
        inner = layer.inner
        own = _activation(inner)
        if own != "linear" and activation is None:
            activation, applied = own, layer
        if inner.kind == "Dense" or layer.recurrent:
            return Head(layer, "linear" if activation is None else activation, applied or layer)
        if layer.kind not in KEEPS_NUMBERS or len(call.inputs) != 1:
            return None
        output = call.input
    return None


def path_back(flow: Flow, output: Tensor) -> tuple[list[Layer], Layer | None]:
    """The layers in front of an output that treat every step alike, the last one first, and the layer before them."""
    passed: list[Layer] = []
    for _ in range(64):
        layer, call = flow.source(output), flow.call(output)
        if layer is None or call is None:
            return passed, None
        alike = layer.kind in KEEPS_STEPS or layer.kind == "TimeDistributed"
        if not alike or layer.custom or len(call.inputs) != 1:
            return passed, layer
        passed.append(layer)
        output = call.input
    return passed, None


def _refused(call: Call, keras: int | Unknown) -> bool:
    fed = [*feedings(call, keras), *validation_feedings(call, keras)]
    return any(feeding.fate in (Fate.RANK, Fate.SIZE) or feeding.lacks_batch for feeding in fed)


def _compared(program: Program, call: Call, targets: Slots, argument: Argument, fed: Feed) -> Iterator[Comparison]:
    model, keras = call.model, program.keras
    losses = model.compile.losses if isinstance(model.compile, Compile) else UNKNOWN
    if isinstance(losses, Unknown) or targets.unsure or not len(losses) == len(targets) == len(model.outputs):
        return
    size = first_batch(fed)
    size = fed.size if size is UNKNOWN else size
    for loss, output, target in zip(losses, model.outputs, targets, strict=True):
        if loss is None or not isinstance(target, Data) or not isinstance(target.shape, Shape):
            continue
        if not isinstance(output.shape, Shape):
            continue
        shape = _named(output.shape, call)
        verdict = judge_target(loss, shape, target.shape, keras, size, _sigmoid(program.source(output)))
        meant = None
        if verdict.wrong:
            fitting = (other for other in counterparts(loss) if _fits(other, shape, target, keras, size))
            meant = next(fitting, None)
        yield Comparison(call, argument, output, shape, target, loss, verdict, meant)


def _fits(loss: Loss, shape: Shape, target: Data, keras: int | Unknown, size: Dim) -> bool:
    assert isinstance(target.shape, Shape)
    return judge_target(loss, shape, target.shape, keras, size) is Verdict.FITS


def _named(shape: Shape, call: Call) -> Shape:
    """Axes of any size get a name: steps that are more than one, where the data have more than one."""
    several = any(
        isinstance(data.shape, Shape) and data.shape.rank > 1 and less(1, data.shape.dims[1]) is True
        for data in call.x.known
    )
    for index, size in enumerate(shape.dims):
        if index and size is None:
            name = shape.names[index]
            least = 2 if several and index == 1 else 1
            shape = shape.with_size(index, symbol(name, key=-1 - index, least=least))
    return shape


def _sigmoid(layer: Layer | None) -> Truth:
    """Whether a layer ends in a sigmoid, as an operation that a loss can see."""
    if layer is None or layer.custom:
        return UNKNOWN
    if layer.kind in ("Dense", "Activation", "Conv1D", "Conv2D", "Conv3D"):
        return layer.has("activation", "sigmoid")
    return False if layer.recurrent or layer.kind in ("Reshape", "Flatten") else UNKNOWN


def _activation(layer: Layer) -> str | Unknown:
    """What a layer applies: `linear` where it applies nothing."""
    while layer.kind in ("RNN", "StackedRNNCells"):
        if not layer.wraps or layer.custom:
            return UNKNOWN
        layer = layer.wraps[-1]
    if layer.custom:
        return UNKNOWN
    if layer.kind in ("Dense", "Activation") or layer.kind in RECURRENT | CELLS:
        given = layer["activation"]
        return "linear" if given is None else given if isinstance(given, str) else UNKNOWN
    if layer.kind == "Softmax":
        return "softmax" if layer["axis"] in (-1, [-1]) else UNKNOWN
    named = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "prelu", "ELU": "elu"}
    return named.get(layer.kind, "linear")
