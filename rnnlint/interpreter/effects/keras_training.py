"""Models: compile, and everything that runs them on data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlint.facts import (
    UNKNOWN,
    Argument,
    Call,
    Compile,
    Data,
    Layer,
    Loss,
    Model,
    Shape,
    Size,
    Slots,
    Tensor,
    Unknown,
    Validation,
)
from rnnlint.facts.sizes import is_known, subtract, term
from rnnlint.infer.losses import canonical as canonical_loss
from rnnlint.interpreter import callbacks, feeds
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.keras_calls import call
from rnnlint.interpreter.keras_facts import model_fact
from rnnlint.interpreter.keras_records import data_of
from rnnlint.interpreter.keras_sequential import build_sequential, extend_sequential
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, TensorValue, items_of, plain, resets, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Dict, Library, Object, Value

FIT = (
    "x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
    "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size",
    "validation_freq",
)  # fmt: skip
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "fit": FIT,
    "fit_generator": (
        "generator", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data", "validation_steps",
        "validation_freq", "class_weight", "max_queue_size", "workers", "use_multiprocessing", "shuffle",
        "initial_epoch",
    ),
    "evaluate": ("x", "y", "batch_size", "verbose", "sample_weight", "steps", "callbacks"),
    "evaluate_generator": ("generator", "steps", "callbacks", "max_queue_size", "workers"),
    "predict": ("x", "batch_size", "verbose", "steps", "callbacks"),
    "predict_generator": ("generator", "steps", "callbacks", "max_queue_size", "workers"),
    "predict_classes": ("x", "batch_size", "verbose"),
    "predict_proba": ("x", "batch_size", "verbose"),
    "train_on_batch": ("x", "y", "sample_weight", "class_weight"),
    "test_on_batch": ("x", "y", "sample_weight"),
    "predict_on_batch": ("x",),
    "reset_states": (),
    "reset_state": (),
}  # fmt: skip
"""Positional parameters, in order."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "fit": {
        "batch_size": None, "epochs": 1, "shuffle": True, "validation_split": 0.0, "validation_data": None,
        "initial_epoch": 0, "steps_per_epoch": None, "validation_steps": None, "validation_batch_size": None,
        "callbacks": None, "class_weight": None, "sample_weight": None,
    },
    "evaluate": {"batch_size": None, "steps": None, "callbacks": None, "sample_weight": None},
    "predict": {"batch_size": None, "steps": None, "callbacks": None},
}  # fmt: skip

NAMES: Mapping[str, str] = {
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
    "predict_classes": "predict",
    "predict_proba": "predict",
    "reset_state": "reset_states",
}
"""Spelled -> the name under which rules know it."""

OLD_ARGUMENTS = {"nb_epoch": "epochs", "samples_per_epoch": "steps_per_epoch", "nb_val_samples": "validation_steps",
                 "val_samples": "steps", "generator": "x"}  # fmt: skip

DEFAULT_BATCH = 32


@effect("keras.Model.compile")
def compile_model(
    at: Invocation, self: Value, optimizer: Value = None, loss: Value = None, metrics: Value = None, **rest: Value
) -> Value:
    """`model.compile("adam", "mse")`."""
    if not isinstance(self, ModelValue):
        return None
    machine = at.machine
    names = ["optimizer", "loss", "loss_weights" if machine.keras == 3 else "metrics"]
    given = _without_self(machine, at, names)
    if machine.keras == 3 and "metrics" not in given:
        metrics = None
    self.compile = Compile(
        UNKNOWN if at.open and loss is None else _losses(machine, self, loss),
        _optimizer(optimizer),
        _metrics(given["metrics"].value if "metrics" in given else metrics),
        machine.location(at.node),
        {name: replace(argument, value=plain(argument.value)) for name, argument in given.items()},
        machine.site(_shifted(at), names),
    )
    session(machine).changed()
    return None


def _shifted(at: Invocation) -> Invocation:
    """The call of a method without the object."""
    return Invocation(at.machine, at.node, at.path, at.args[1:], at.kwargs, at.open, at.spelled)


def _without_self(machine: Machine, at: Invocation, names: Sequence[str]) -> dict[str, Argument]:
    return machine.given(_shifted(at), names)


def _losses(machine: Machine, model: ModelValue, value: Value) -> Any:
    if "__losses__" in model.attributes:
        return UNKNOWN
    names = _names(model)[1]
    count = len(names) or (1 if model.kind == "sequential" else 0)
    if isinstance(value, Dict):
        if value.open or not names or not set(value.items) <= set(names):
            return UNKNOWN
        return tuple(_loss(value.items[name]) if name in value.items else None for name in names)
    items = items_of(value)
    if items is not None:
        return tuple(_loss(item) for item in items) if len(items) == count or not count else UNKNOWN
    if not count:
        return (_loss(value),) if model.kind == "subclassed" and value is not UNKNOWN else UNKNOWN
    return (_loss(value),) * count


def _loss(value: Value) -> Loss | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Loss(canonical_loss(value))
    if isinstance(value, Library) and value.path.startswith("keras."):
        return Loss(canonical_loss(value.path.rpartition(".")[2]))
    if isinstance(value, Object) and value.path.startswith("keras.losses."):
        options = {name: plain(option) for name, option in value.attributes.items() if name != "reduction"}
        return Loss(canonical_loss(value.path.rpartition(".")[2]), options)
    return Loss()


def _optimizer(value: Value) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, Object | Library):
        return value.path.rpartition(".")[2]
    return UNKNOWN


def _metrics(value: Value) -> Any:
    if value is None:
        return ()
    items = items_of(value)
    if items is None:
        return UNKNOWN if not isinstance(value, str) else (value,)
    found = [plain(item) for item in items]
    return tuple(item if isinstance(item, str) else UNKNOWN for item in found)


@effect("keras.losses.*")
def loss_of_keras(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """`BinaryCrossentropy(from_logits=True)`; a loss computed at once is not followed."""
    name = at.path.rpartition(".")[2]
    if not name[:1].isupper():
        return UNKNOWN
    attributes = dict(at.kwargs)
    if at.args and "entropy" in name.lower():
        attributes.setdefault("from_logits", at.args[0])
    return Object(at.path, attributes)


@effect(
    "keras.optimizers.*", "keras.metrics.*", "keras.callbacks.*", "keras.regularizers.*", "keras.initializers.*",
    "keras.constraints.*",
)  # fmt: skip
def object_of_keras(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """An object that only its class and its arguments are known of."""
    name = at.path.rpartition(".")[2]
    if not name[:1].isupper():
        return Object(at.path) if at.path.startswith(("keras.regularizers", "keras.initializers")) else UNKNOWN
    return Object(at.path, dict(at.kwargs))


@effect(callbacks.CHECKPOINT)
def checkpoint(
    at: Invocation,
    filepath: Value,
    monitor: Value = "val_loss",
    verbose: Value = 0,
    save_best_only: Value = False,
    save_weights_only: Value = False,
) -> Value:
    """Saves the model into the file, or its weights."""
    return Object(at.path, {**at.kwargs, "filepath": filepath, "save_weights_only": save_weights_only})


# Calls on data


@dataclass(slots=True)
class _Arguments:
    """The arguments of a call: as values, and as facts with their locations."""

    values: dict[str, Value] = field(default_factory=dict)
    facts: dict[str, Argument] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        return self.values.get(name)


@effect(*(f"keras.Model.{spelled}" for spelled in PARAMETERS))
def run_model(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`fit`, `predict`, `evaluate` and kin: recorded in the timeline."""
    if not isinstance(self, ModelValue):
        return UNKNOWN
    spelled = at.path.rpartition(".")[2]
    return run(at.machine, self, spelled, _shifted(at))


def run(machine: Machine, model: ModelValue, spelled: str, at: Invocation) -> Value:
    """Records a call of the method `spelled`; `at` has its arguments without the object."""
    machine.spend(30 + 4 * len(model.layers) + 4 * len(model.graph))
    name = NAMES.get(spelled, spelled)
    arguments = _bound(machine, at, spelled)
    x = _x_slots(machine, model, arguments["x"], name)
    _learn_input(machine, model, arguments["x"], x)
    given_y = arguments["y"] if name in ("fit", "evaluate", "train_on_batch", "test_on_batch") else None
    y = _slots(machine, model, given_y, "y")
    if given_y is None and name != "predict":
        x, y = feeds.of_batches(machine, arguments["x"], x, y, _names(model))
    batched = any(data.batching is not None for data in x.known) or spelled.endswith("_generator")
    fact = model_fact(machine, model)
    made = Call(
        machine.new_id(),
        name,
        fact,
        spelled,
        arguments=_effective(arguments, name, x, batched),
        x=x,
        y=y,
        open=at.open,
        location=machine.location(at.node),
        site=machine.site(at, PARAMETERS[spelled]),
    )
    made = replace(made, batch_size=_batch_size(made, x, batched), rows=x.samples if is_known(x.samples) else UNKNOWN)
    if name == "fit":
        made = _validated(machine, model, made, arguments, batched)
    found = callbacks.follow(machine, model, arguments["callbacks"])
    made = replace(
        made,
        each_epoch=found.each_epoch,
        each_batch=found.each_batch,
        each_validation=found.each_validation,
        callbacks_known=found.known and not at.open,
    )
    machine.timeline.extend(found.before)
    machine.timeline.record(made)
    machine.timeline.extend(found.behind)
    return _result(machine, model, fact, made, spelled)


def _bound(machine: Machine, at: Invocation, spelled: str) -> _Arguments:
    parameters = [OLD_ARGUMENTS.get(parameter, parameter) for parameter in PARAMETERS[spelled]]
    bound = _Arguments()
    for parameter, argument in machine.given(at, parameters).items():
        new = OLD_ARGUMENTS.get(parameter, parameter)
        bound.values[new] = UNKNOWN if parameter in ("samples_per_epoch", "nb_val_samples") else argument.value
        bound.facts[new] = replace(argument, value=plain(bound.values[new]))
    return bound


def _effective(arguments: _Arguments, name: str, x: Slots, batched: bool) -> dict[str, Argument]:
    """All arguments that take effect; what Keras ignores is dropped."""
    effective = dict(arguments.facts)
    for parameter, default in DEFAULTS.get(name, {}).items():
        effective.setdefault(parameter, Argument(default))
    known = x.known
    if "x" in effective and known:
        effective["x"] = replace(effective["x"], value=known[0])
    if batched:
        if not any(data.kind == "sequence" for data in known):
            effective.pop("shuffle", None)
        effective.pop("batch_size", None)
        effective.pop("validation_split", None)
    return effective


def _x_slots(machine: Machine, model: ModelValue, value: Value, name: str) -> Slots:
    return _slots(machine, model, value, "x") if name != "reset_states" else Slots()


def _slots(machine: Machine, model: ModelValue, value: Value, which: str) -> Slots:
    if value is None:
        return Slots()
    names = _names(model)[0 if which == "x" else 1]
    return feeds.slots(machine, value, names) if which == "x" else feeds.targets(machine, value, names)


def _names(model: ModelValue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of inputs and outputs, by which dictionaries of data are told apart."""
    if model.saved is not None:
        made = model.saved
        names = tuple(layer.name if layer is not None else "" for layer in made.output_layers)
        return tuple(layer.name for layer in made.layers if layer.kind == "InputLayer"), names
    inputs = tuple(tensor.node.layer.name if tensor.node is not None else "" for tensor in model.inputs)
    outputs = tuple(tensor.node.layer.name if tensor.node is not None else "" for tensor in model.outputs)
    return model.names[0] or inputs, model.names[1] or outputs


def _learn_input(machine: Machine, model: ModelValue, value: Value, x: Slots) -> None:
    """A model without an input shape is built for the data it is first called on."""
    if value is None or model.saved is not None:
        return
    arriving = [_arriving(data) for data in x] or [Tensor()]
    if model.kind == "sequential":
        extend_sequential(machine, model)
        build_sequential(machine, model, arriving)
    elif model.kind == "subclassed" and not model.graph and model.id not in session(machine).running:
        inputs = [TensorValue(_any_batch(tensor)) for tensor in arriving]
        call(machine, model, [inputs[0] if len(inputs) == 1 else machine.make_list(list(inputs))], {}, None)
        session(machine).changed()


def _arriving(data: Data | Unknown) -> Tensor:
    """Of rows of unequal length nothing arrives that a model could be built for."""
    known = isinstance(data, Data) and data.ragged is not True
    return Tensor(data.shape, data.dtype, False) if known and isinstance(data, Data) else Tensor()


def _any_batch(tensor: Tensor) -> Tensor:
    shape = tensor.shape
    return replace(tensor, shape=shape.with_size(0, None)) if isinstance(shape, Shape) and shape.axes else tensor


def _batch_size(made: Call, x: Slots, batched: bool) -> Size | None:
    """Rows per batch as it takes effect."""
    if made.name.endswith("_on_batch"):
        return None
    if batched:
        sizes = {data.batching.size for data in x.known if data.batching is not None}
        size = sizes.pop() if len(sizes) == 1 else UNKNOWN
        return UNKNOWN if size is None else size
    argument = made["batch_size"].value
    if argument is None:
        return UNKNOWN if made.open else DEFAULT_BATCH
    return argument if is_known(argument) else UNKNOWN


def _validated(machine: Machine, model: ModelValue, made: Call, arguments: _Arguments, batched: bool) -> Call:
    """The call with its validation and the rows that are left to train on."""
    value = arguments["validation_data"]
    size = made["validation_batch_size"].value
    size = made.batch_size if size is None else size if is_known(size) else UNKNOWN
    if value is not None:
        if value is UNKNOWN:
            return replace(made, validation=UNKNOWN)
        argument = replace(arguments.facts["validation_data"], value=UNKNOWN)
        x, y = feeds.validation(machine, value, _names(model))
        sizes = {data.batching.size for data in x.known if data.batching is not None}
        if sizes:
            only = sizes.pop() if len(sizes) == 1 else UNKNOWN
            size = UNKNOWN if only is None else only
        return replace(made, validation=Validation(x, y, size, None, argument))
    split = made["validation_split"].value
    if made.open and "validation_split" not in arguments.facts:
        return replace(made, validation=UNKNOWN)
    if split is None or split == 0 or batched:
        return made
    if not isinstance(split, float) or not 0 < split < 1:
        return replace(made, validation=UNKNOWN, rows=UNKNOWN)
    kept = _kept(made.rows, split)
    rest = subtract(made.rows, kept)
    part = Validation(_last(made.x, rest), _last(made.y, rest), size, split, made["validation_split"])
    return replace(made, rows=UNKNOWN if kept is None else kept, validation=part)


def _kept(rows: Size, split: float) -> Size:
    """Rows that are left to train on: Keras takes the validation rows from the end."""
    if isinstance(rows, int):
        return int(rows * (1.0 - split))
    if rows is UNKNOWN:
        return UNKNOWN
    return term(f"int({1.0 - split:g} * {rows})", rows)


def _last(slots: Slots, rows: Any) -> Slots:
    items = tuple(
        replace(item, shape=item.shape.with_size(0, rows), source=0)
        if isinstance(item, Data) and isinstance(item.shape, Shape) and item.shape.axes
        else item
        for item in slots
    )
    return replace(slots, items=items)


def _result(machine: Machine, model: ModelValue, fact: Model, made: Call, spelled: str) -> Value:
    if made.name == "fit":
        return Object("keras.callbacks.History", {"history": Dict(open=True), "model": model})
    if made.name not in ("predict", "predict_on_batch"):
        return UNKNOWN if made.name != "reset_states" else None
    outputs = fact.outputs or (Tensor(),)
    rows = made.x.samples
    arrays: list[Value] = [_predicted(machine, tensor, rows) for tensor in outputs]
    if spelled == "predict_classes":
        array = data_of(machine, Tensor(Shape.of((rows,)), "int64"))
        return Array(replace(array.fact, kind="array"), "numpy.ndarray")
    names = model.names[1]
    if names and len(names) == len(arrays):
        return Dict(dict(zip(names, arrays, strict=True)))
    return arrays[0] if len(arrays) == 1 else machine.make_list(arrays)


def _predicted(machine: Machine, tensor: Tensor, rows: Any) -> Array:
    shape = tensor.shape
    if isinstance(shape, Shape) and shape.axes:
        sizes = [UNKNOWN if size is None else size for size in shape.dims[1:]]
        shape = Shape.of((UNKNOWN if rows is None else rows, *sizes))
    array = data_of(machine, Tensor(shape, "float32"))
    return Array(replace(array.fact, kind="array"), "numpy.ndarray")


def called_on_data(machine: Machine, model: ModelValue, value: Value, at: Invocation) -> None:
    """Records `model(x)` on data: a stateful model goes on from there."""
    machine.timeline.record(
        Call(
            machine.new_id(),
            "__call__",
            model_fact(machine, model),
            "__call__",
            x=feeds.slots(machine, value, _names(model)[0]),
            y=Slots(),
            batch_size=None,
            location=machine.location(at.node),
            site=machine.site(at, ["x"]),
        )
    )


# Resets of single layers, training by hand


@effect("keras.Layer.reset_states", "keras.Layer.reset_state")
def reset_layer(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`layer.reset_states()`: of the model that has the layer."""
    if not isinstance(self, LayerValue) or not (self.custom or resets(self, "reset_state", 3)):
        return None
    machine = at.machine
    for candidate in reversed(machine.models):
        fact = model_fact(machine, candidate)
        found = _found(fact, self)
        if found is not None:
            machine.timeline.record(
                Call(
                    machine.new_id(),
                    "reset_states",
                    fact,
                    at.path.rpartition(".")[2],
                    found,
                    x=Slots(),
                    y=Slots(),
                    location=machine.location(at.node),
                    site=machine.site(_shifted(at), []),
                )
            )
            break
    return None


def _found(model: Model, layer: LayerValue) -> Layer | None:
    """The layer of the model that this value is, or that has it inside."""
    return next((part for part in model.layers if any(inner.id == layer.id for inner in part.walk())), None)


@effect("tensorflow.GradientTape.gradient")
def gradient(at: Invocation, self: Value, target: Value = UNKNOWN, sources: Value = UNKNOWN, **rest: Value) -> Value:
    """The gradient of a model's weights: a training step of one's own."""
    if isinstance(sources, Object) and isinstance(sources.attributes.get("model"), ModelValue):
        train(at.machine, sources.attributes["model"], at)
    return UNKNOWN


def train(machine: Machine, model: ModelValue, at: Invocation) -> None:
    """Records a training step that is not followed."""
    machine.timeline.record(
        Call(
            machine.new_id(), "train", model_fact(machine, model), "train", batch_size=None,
            location=machine.location(at.node),
        )
    )  # fmt: skip


@effect("tensorflow.GradientTape")
def tape(at: Invocation, **kwargs: Value) -> Value:
    """A tape."""
    return Object("tensorflow.GradientTape")


@effect("tensorflow.GradientTape.__enter__")
def enter_tape(at: Invocation, self: Value) -> Value:
    """`with tf.GradientTape() as tape`."""
    return self


@effect("tensorflow.GradientTape.watch")
def watch(at: Invocation, self: Value, tensor: Value = None) -> Value:
    """Changes nothing."""
    return None
