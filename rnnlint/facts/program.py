"""A linted unit: its models and the calls on them in the order they run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rnnlint.facts.data import Data, Slots, Use
from rnnlint.facts.location import CallSite, Location
from rnnlint.facts.models import NOWHERE, Argument, Layer, LayerCall, Model, Tensor
from rnnlint.facts.sizes import Size
from rnnlint.facts.unknown import UNKNOWN, Truth, Unknown


@dataclass(frozen=True, slots=True)
class Validation:
    """What a fit validates on.

    Attributes:
        x, y: the data; for a split the last part of the training data, with its rows.
        batch_size: rows in a batch of it.
        split: the fraction of `validation_split`; None where data was given.
        argument: `validation_split` or `validation_data`, with its location.
    """

    x: Slots
    y: Slots
    batch_size: Size | None = UNKNOWN
    split: float | Unknown | None = None
    argument: Argument = field(default_factory=lambda: Argument(None))


@dataclass(frozen=True, slots=True)
class Call:
    """A call on a model.

    Attributes:
        id: unique within a program, in the order of the program text being run.
        name: `fit` (fit_generator too), `evaluate`, `predict`, `train_on_batch`, `test_on_batch`, `predict_on_batch`,
            `reset_states`; `__call__` for a call on data; `train` for a training loop of one's own (GradientTape).
        spelled: as the program has it (`fit_generator`, `reset_states`, `reset_state`).
        model: the model as it is at that moment.
        layer: for a reset of one layer alone: that layer.
        arguments: all effective arguments, defaults of the Keras in use filled in; arguments that Keras ignores
            (`shuffle` for a dataset) are dropped. A missing key: cannot tell.
        x, y: the data by input and output.
        batch_size: rows per batch as it takes effect (argument, dataset, default 32); None for whole-batch calls.
        rows: samples that are trained on (without the validation split); of batched data: UNKNOWN or batches * size.
        validation: None: no validation; UNKNOWN: cannot tell.
        each_epoch, each_batch: resets and other calls that callbacks make at an epoch's or a batch's beginning or end.
            What they do at the beginning of training stands in the timeline before the call, at its end behind it.
        each_validation: the same around each pass over the validation data.
        callbacks_known: False where a callback was not understood (it may reset).
        open: True where arguments came by `**kwargs` that were not understood.
        location, site: where and how it is written.
    """

    id: int
    name: str
    model: Model
    spelled: str = ""
    layer: Layer | None = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    x: Slots = field(default_factory=lambda: Slots(unsure=True))
    y: Slots = field(default_factory=lambda: Slots(unsure=True))
    batch_size: Size | None = UNKNOWN
    rows: Size = UNKNOWN
    validation: "Validation | Unknown | None" = None
    each_epoch: "tuple[Call, ...]" = ()
    each_batch: "tuple[Call, ...]" = ()
    each_validation: "tuple[Call, ...]" = ()
    callbacks_known: bool = True
    open: bool = False
    location: Location = NOWHERE
    site: CallSite | None = None

    def __getitem__(self, name: str) -> Argument:
        """The argument as it takes effect; one that is UNKNOWN where it cannot be told."""
        return self.arguments.get(name) or Argument(UNKNOWN, False, self.location)

    @property
    def validated(self) -> Validation | None:
        """What it validates on; None where it does not, or that cannot be told."""
        return self.validation if isinstance(self.validation, Validation) else None

    @property
    def held_out(self) -> Validation | None:
        """The data it is given to validate on; None for a split, too."""
        found = self.validated
        return found if found is not None and found.split is None else None

    @property
    def trains(self) -> bool:
        return self.name in ("fit", "train_on_batch", "train")

    @property
    def resets(self) -> bool:
        return self.name == "reset_states"


@dataclass(frozen=True, slots=True)
class Loop:
    """Calls that run again and again.

    Attributes:
        times: how often; UNKNOWN where it cannot be told.
        body: what runs each time.
        over: what the loop runs over: `epochs` for a counter, `data` where the loop variable is used in the data of
            the calls, else UNKNOWN.
    """

    times: Size
    body: "Timeline"
    over: str | Unknown = UNKNOWN
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the arms runs, which one cannot be told; an arm may be empty."""

    arms: tuple["Timeline", ...]
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in the order they run."""

    events: tuple["Call | Loop | Branch", ...] = ()

    def walk(self, *around: Loop | Branch) -> Iterator[tuple[Call, tuple[Loop | Branch, ...]]]:
        """Every call once, with the loops and branches around it, outermost first."""
        for event in self.events:
            match event:
                case Call():
                    yield event, around
                case Loop():
                    yield from event.body.walk(*around, event)
                case Branch():
                    for arm in event.arms:
                        yield from arm.walk(*around, event)

    def run(self) -> Iterator[Call]:
        """The calls as they run: a loop that runs more than once is run twice, so that what stands at its end comes
        before what stands at its beginning. Of a branch the arms run one after the other."""
        for event in self.events:
            match event:
                case Call():
                    yield event
                case Loop():
                    yield from event.body.run()
                    if event.times != 1 and event.times != 0:
                        yield from event.body.run()
                case Branch():
                    for arm in event.arms:
                        yield from arm.run()

    def around(self, call: Call) -> tuple[Loop | Branch, ...]:
        """The loops and branches around a call, outermost first."""
        return next((around for other, around in self.walk() if other.id == call.id), ())

    def repeats(self, call: Call) -> Truth:
        """Whether the call runs more than once."""
        loops = [event for event in self.around(call) if isinstance(event, Loop)]
        if any(isinstance(loop.times, int) and loop.times > 1 for loop in loops):
            return True
        return UNKNOWN if any(not isinstance(loop.times, int) for loop in loops) else False

    def between(self, first: Call, second: Call) -> list[Call]:
        """What runs after `first` and before the next run of `second`, going round a loop where that is the way."""
        calls = list(self.run())
        for start, call in enumerate(calls):
            if call.id != first.id:
                continue
            for end in range(start + 1, len(calls)):
                if calls[end].id == second.id:
                    return calls[start + 1 : end]
        return []


@dataclass(frozen=True, slots=True)
class RawOperation:
    """A function of TensorFlow itself (`tf.math.not_equal`) that is called on a symbolic tensor while a model is put
    together, not inside of a layer's `call` or a Lambda.

    Attributes:
        function: its canonical path (`tensorflow.math.not_equal`).
        tensor: the tensor.
        location, site: where and how it is written.
    """

    function: str
    tensor: Tensor
    location: Location = NOWHERE
    site: CallSite | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """One consistent way through a script, a notebook or a model file with its calls.

    Attributes:
        path: the file.
        kind: `script`, `notebook`, `model`.
        models: every model that was made, in order.
        timeline: what is called on them.
        keras: the Keras that runs it: 1, 2, 3 or UNKNOWN.
        version: its version where it is known: (3, 15, 1).
        loose: layers that belong to no model: made and called, or made and never used.
        data: data that the program hands to other functions than those of models and that rules look at.
        uses: what it does with data outside of models, where rules look at it.
        raw: functions of TensorFlow itself that it calls on symbolic tensors.
        early: whether it is written for a Keras 2 from before TensorFlow 2, in which LSTM and GRU had no fused kernel.
    """

    path: str
    kind: str
    models: tuple[Model, ...] = ()
    timeline: Timeline = field(default_factory=Timeline)
    keras: int | Unknown = UNKNOWN
    version: tuple[int, ...] | None = None
    loose: tuple[Layer, ...] = ()
    data: tuple[Data, ...] = ()
    uses: tuple[Use, ...] = ()
    raw: tuple[RawOperation, ...] = ()
    early: bool = False

    def calls(self, *names: str) -> Iterator[Call]:
        """Every call of these names (all, without a name), in the order of the text."""
        for call, _ in self.timeline.walk():
            if not names or call.name in names:
                yield call

    def layers(self) -> Iterator[tuple[Model | None, Layer]]:
        """Every layer with its model, once; layers of no model with None."""
        seen: set[int] = set()
        for model in self.models:
            for layer in model.layers:
                if layer.id not in seen:
                    seen.add(layer.id)
                    yield model, layer
        for layer in self.loose:
            if layer.id not in seen:
                seen.add(layer.id)
                yield None, layer

    def layer_calls(self) -> Iterator[tuple[Model | None, Layer, LayerCall]]:
        """Every call of every layer, with the sizes that really arrive."""
        for model, layer in self.layers():
            for call in layer.arrivals:
                yield model, layer, call

    def layer(self, id: int) -> Layer | None:
        """The layer of that id."""
        return next((layer for _, layer in self.layers() if layer.id == id), None)

    def source(self, tensor: Tensor) -> Layer | None:
        """The layer that gives the tensor."""
        return None if tensor.origin is None else self.layer(tensor.origin.layer)
