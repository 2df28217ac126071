"""Models: how they are put together, and what can be asked of them."""

from collections.abc import Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Model, Shape, Tensor
from rnnlint.interpreter.configurations import as_json, model_of
from rnnlint.interpreter.effects import keras_applications, keras_training
from rnnlint.interpreter.effects.keras_layers import EFFORT
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.keras_calls import call, call_library_method
from rnnlint.interpreter.keras_facts import SAVED, held, model_fact, save_model
from rnnlint.interpreter.keras_own import own_method
from rnnlint.interpreter.keras_sequential import extend_sequential, new_input_layer
from rnnlint.interpreter.keras_values import (
    Callable,
    LayerValue,
    ModelValue,
    TensorValue,
    flatten,
    items_of,
    new_name,
    session,
    unwrap,
    wrap,
)
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.renumbering import renumbered
from rnnlint.interpreter.values import Array, Dict, Instance, Object, Value, is_size
from rnnlint.interpreter.written import path_text, written

__all__ = ["keras_applications", "keras_training"]

ID_STEP = 1_000_000
"""Ids of a model file's layers are moved by a multiple of this, out of the way of the program's own."""


def new_model(at: Invocation, kind: str, cls: str, name: Value = None, instance: Instance | None = None) -> ModelValue:
    """A new model, without anything in it."""
    machine = at.machine
    made = ModelValue(
        machine.new_id(),
        kind,
        cls,
        name if isinstance(name, str) and name else new_name(machine, _named_after(machine, cls)),
        instance=instance,
        location=machine.location(at.node),
        site=machine.site(at, ["layers"] if cls == "Sequential" else ["inputs", "outputs"]),
    )
    machine.models.append(made)
    session(machine).changed()
    return made


def _named_after(machine: Machine, cls: str) -> str:
    return "Model" if cls == "Functional" and machine.keras in (1, 2) else cls


# Construction


@effect("keras.Sequential")
def sequential(at: Invocation, layers: Value = None, name: Value = None, **rest: Value) -> Value:
    """`Sequential([...])`."""
    made = new_model(at, "sequential", "Sequential", name)
    _add_all(at, made, layers)
    return made


@effect("keras.Model")
def model(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """`Model(inputs, outputs)`; `Model(input=..., output=...)` of Keras 1."""
    made = new_model(at, "functional", "Functional", at.kwargs.get("name"))
    _connect(at, made, at.args, at.kwargs)
    return made


@effect("keras.models.Graph")
def graph(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """The graph model of the first Keras: not followed."""
    made = new_model(at, "unknown", "Graph")
    made.complete = False
    made.compile = UNKNOWN
    return made


@effect("keras.Sequential.__new__", "keras.Model.__new__")
def model_of_class(at: Invocation, instance: Value, *args: Value, **kwargs: Value) -> Value:
    """The model that an object of the program's own class is."""
    if not isinstance(instance, Instance):
        return UNKNOWN
    kind = "sequential" if at.path.startswith("keras.Sequential") else "subclassed"
    made = new_model(at, kind, instance.cls.name, None, instance)
    if own_method(instance, "__init__") is None:
        _initialise(at, made, at.args[1:], at.kwargs)
    return made


@effect("keras.Model.__init__")
def model_init(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`super().__init__(inputs=..., outputs=...)`."""
    if isinstance(self, ModelValue):
        _initialise(at, self, at.args[1:], at.kwargs)
    return None


def _initialise(at: Invocation, made: ModelValue, args: Sequence[Value], kwargs: dict[str, Value]) -> None:
    name = kwargs.get("name")
    if isinstance(name, str) and name:
        made.name = name
    if made.kind == "sequential":
        _add_all(at, made, args[0] if args else kwargs.get("layers"))
    elif len(args) >= 2 or {"inputs", "outputs"} <= kwargs.keys() or {"input", "output"} <= kwargs.keys():
        made.kind = "functional"
        _connect(at, made, args, kwargs)
    session(at.machine).changed()


def _connect(at: Invocation, made: ModelValue, args: Sequence[Value], kwargs: dict[str, Value]) -> None:
    named = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | kwargs
    inputs = named.get("inputs", named.get("input", UNKNOWN))
    outputs = named.get("outputs", named.get("output", UNKNOWN))
    if isinstance(named.get("name"), str) and named["name"]:
        made.name = named["name"]
    tensors = [_tensors(inputs), _tensors(outputs)]
    made.names = (_keys(inputs), _keys(outputs))
    if tensors[0] is None or tensors[1] is None or at.open:
        made.complete = False
        at.machine.not_understood(at.node, "the inputs or outputs of a model")
    made.inputs = tensors[0] or []
    made.outputs = tensors[1] or []


def _tensors(value: Value) -> list[TensorValue] | None:
    leaves = flatten(value)
    if not leaves or not all(isinstance(leaf, TensorValue) for leaf in leaves):
        return None
    return leaves


def _keys(value: Value) -> tuple[str, ...]:
    return tuple(str(key) for key in value.items) if isinstance(value, Dict) and not value.open else ()


def _add_all(at: Invocation, made: ModelValue, layers: Value) -> None:
    if layers is None:
        return
    items = items_of(layers)
    if items is None:
        made.complete = False
        at.machine.not_understood(at.node, "the layers of a Sequential")
        return
    for item in items:
        _add(at, made, item)
    extend_sequential(at.machine, made)


@effect("keras.Model.add")
def add(at: Invocation, self: Value, layer: Value = UNKNOWN, **rest: Value) -> Value:
    """`model.add(layer)`: in a loop that stands for many rounds nobody knows how many there are."""
    if isinstance(self, ModelValue):
        if self.kind != "sequential":
            return None
        if at.machine.rounds(self.id) != 1:
            self.complete = False
            at.machine.not_understood(at.node, "layers added in a loop of many rounds")
        before = len(self.layers)
        _add(at, self, layer)
        if any(loop.unsure for loop in at.machine.loops if loop.number > self.id):
            self.breaks |= {place for place in (before, len(self.layers)) if place > 0}
        extend_sequential(at.machine, self)
    return None


def _add(at: Invocation, made: ModelValue, value: Value) -> None:
    found = unwrap(value)
    if isinstance(found, TensorValue) and found.node is not None and found.node.layer.kind == "InputLayer":
        found = found.node.layer
    session(at.machine).changed()
    if isinstance(found, LayerValue | ModelValue) and not _holds(found, made):
        made.layers.append(found)
        return
    if found is None:
        return
    made.complete = False
    at.machine.not_understood(at.node, "a layer of a Sequential")
    made.layers.append(_unknown_layer(at))


def _holds(outer: Callable, inner: ModelValue) -> bool:
    """Whether a model is the other one, or has it inside."""
    waiting: list[Callable] = [outer]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if part is inner:
            return True
        if part.id not in seen:
            seen.add(part.id)
            waiting += part.layers if isinstance(part, ModelValue) else part.wraps
    return False


def _unknown_layer(at: Invocation) -> LayerValue:
    """Stands for a layer of which nothing is known."""
    machine = at.machine
    return LayerValue(
        machine.new_id(), "Layer", "Layer", new_name(machine, "Layer"), custom=True, location=machine.location(at.node)
    )


@effect("keras.Model.pop")
def pop(at: Invocation, self: Value) -> Value:
    """Takes the last layer off."""
    if isinstance(self, ModelValue) and self.kind == "sequential" and self.layers:
        self.layers.pop()
        del self.graph[len(self.layers) :]
        self.outputs = list(self.graph[-1].outputs) if self.graph else list(self.inputs)
        session(at.machine).changed()
    return None


@effect("keras.models.clone_model")
def clone_model(at: Invocation, model: Value = UNKNOWN, **rest: Value) -> Value:
    """The same layers with weights and states of their own, not compiled."""
    found = unwrap(model)
    if not isinstance(found, ModelValue):
        return unknown_model(at)
    if found.kind == "unknown":
        return unknown_model(at)
    made = _new_unknown(at)
    _take(at.machine, made, model_fact(at.machine, found))
    made.compile = None
    return made


# Calls


@effect("keras.Model.__call__")
def call_model(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`model(x)`."""
    if not isinstance(self, ModelValue):
        return UNKNOWN
    machine = at.machine
    machine.spend(EFFORT + len(self.layers))
    if at.args[1:] and not session(machine).running and _is_all_data(at.args[1]):
        keras_training.called_on_data(machine, self, at.args[1], at)
    return call(machine, self, at.args[1:], at.kwargs, at.node)


def _is_all_data(value: Value) -> bool:
    leaves = flatten(value)
    return bool(leaves) and all(isinstance(leaf, Array) for leaf in leaves or ())


@effect("keras.Model.call")
def call_of_model(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`super().call(x)`."""
    if not isinstance(self, ModelValue) or self.kind == "subclassed":
        return UNKNOWN
    return call_library_method(at.machine, self, at.args[1:], at.kwargs, at.node)


@effect("keras.Model.build")
def build(at: Invocation, self: Value, input_shape: Value = None, **rest: Value) -> Value:
    """`model.build((None, 10, 8))`."""
    if not isinstance(self, ModelValue):
        return None
    items = items_of(input_shape)
    if not items or not all(item is None or is_size(item) for item in items):
        return None
    machine = at.machine
    if self.kind == "sequential" and self.source is None and self.layers:
        name = f"{self.layers[0].name}_input" if machine.keras in (1, 2) else None
        self.source = new_input_layer(machine, items, "float32", name, self.location)
        self.declared = True
        extend_sequential(machine, self)
        session(machine).changed()
    elif self.kind == "subclassed" and not self.graph:
        call(machine, self, [TensorValue(Tensor(Shape.of(items), "float32", False))], {}, at.node)
    return None


# Questions


@attribute("keras.Model.name")
def name_of(machine: Machine, self: Any) -> Value:
    """The name in Keras."""
    return self.name


@attribute("keras.Model.layers")
def layers_of(machine: Machine, self: Any) -> Value:
    """Its layers; a Sequential does not show its InputLayer."""
    if self.saved is not None or self.kind == "unknown":
        return UNKNOWN
    found: list[Callable] = []
    if self.kind == "sequential":
        found = [layer for layer in self.layers if layer.kind != "InputLayer"]
    elif self.kind == "functional":
        found = _in_order(machine, self)
    elif self.instance is not None:
        found = list(held(self.instance))
    return machine.make_list([wrap(layer) for layer in found])


def _in_order(machine: Machine, model: ModelValue) -> list[Callable]:
    from rnnlint.interpreter.keras_facts import graph_of

    nodes, _ = graph_of(model.inputs, model.outputs)
    return list({node.layer.id: node.layer for node in nodes}.values())


@effect("keras.Model.get_layer")
def get_layer(at: Invocation, self: Value, name: Value = None, index: Value = None) -> Value:
    """`model.get_layer("lstm")`, `get_layer(index=2)`."""
    found = layers_of(at.machine, self) if isinstance(self, ModelValue) else UNKNOWN
    items = items_of(found)
    if items is None:
        return UNKNOWN
    if isinstance(index, int) and -len(items) <= index < len(items):
        return items[index]
    return next((item for item in items if isinstance(name, str) and unwrap(item).name == name), UNKNOWN)


@attribute("keras.Model.input", "keras.Model.inputs", "keras.Model._input")
def inputs_of(machine: Machine, self: Any) -> Value:
    """The symbolic inputs."""
    return _ends(machine, self, self.inputs)


@attribute("keras.Model.output", "keras.Model.outputs")
def outputs_of(machine: Machine, self: Any) -> Value:
    """The symbolic outputs."""
    return _ends(machine, self, self.outputs)


def _ends(machine: Machine, model: ModelValue, tensors: list[TensorValue]) -> Value:
    if not tensors:
        return UNKNOWN
    return tensors[0] if len(tensors) == 1 else machine.make_list(list(tensors))


@attribute("keras.Model.input_shape")
def input_shape(machine: Machine, self: Any) -> Value:
    """The shape of the input."""
    return _shape(machine, self, "inputs")


@attribute("keras.Model.output_shape")
def output_shape(machine: Machine, self: Any) -> Value:
    """The shape of the output."""
    return _shape(machine, self, "outputs")


def _shape(machine: Machine, model: ModelValue, ends: str) -> Value:
    tensors = getattr(model_fact(machine, model), ends)
    shapes = [tensor.shape.dims if isinstance(tensor.shape, Shape) else UNKNOWN for tensor in tensors]
    if not shapes:
        return UNKNOWN
    return shapes[0] if len(shapes) == 1 else machine.make_list(list(shapes))


@attribute("keras.Model.trainable_variables", "keras.Model.trainable_weights", "keras.Model.variables")
def variables_of(machine: Machine, self: Any) -> Value:
    """The weights; a tape that takes their gradient trains the model."""
    return Object("keras.Variables", {"model": self})


@attribute("keras.Model.stateful")
def stateful_of(machine: Machine, self: Any) -> Value:
    """Whether a layer keeps its state."""
    return model_fact(machine, self).has("stateful", True)


@effect("keras.Model.__setattr__")
def set_attribute(at: Invocation, self: Value, name: Value, value: Value) -> Value:
    """`model.trainable = False`, and what a class of the program's own keeps in it."""
    if isinstance(self, ModelValue) and isinstance(name, str):
        if name in ("name", "_name") and isinstance(value, str) and self.instance is None:
            self.name = value
        self.attributes[name] = value
        session(at.machine).changed()
    return None


@effect(
    "keras.Model.summary", "keras.Model.save_weights", "keras.Model.load_weights",
    "keras.Model.export", "keras.Model.set_weights", "keras.Model.reset_metrics", "keras.utils.plot_model",
    "keras.Model.add_metric", "keras.Model.compute_mask",
)  # fmt: skip
def nothing(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """Gives nothing and changes nothing that counts."""
    return None


@effect("keras.Model.add_loss")
def add_loss(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """A loss of one's own: what a target must be like is not known then."""
    if isinstance(self, ModelValue):
        self.attributes["__losses__"] = UNKNOWN
        session(at.machine).changed()
    return None


@effect("keras.Model.to_json", "keras.Model.to_yaml")
def to_json(at: Invocation, self: Value, **kwargs: Value) -> Value:
    """The configuration; made into a model again it is the same model."""
    return Object("keras.Configuration", {"model": self}) if isinstance(self, ModelValue) else UNKNOWN


@effect("keras.models.model_from_json", "keras.models.model_from_yaml", "keras.models.model_from_config")
def from_config(at: Invocation, config: Value = UNKNOWN, *args: Value, **kwargs: Value) -> Value:
    """A model from its configuration."""
    if isinstance(config, Object) and isinstance(config.attributes.get("model"), ModelValue):
        return clone_model(at, config.attributes["model"])
    text = config if isinstance(config, str) else as_json(config)
    made = unknown_model(at)
    keras, location = at.machine.keras, at.machine.location(at.node)
    found = model_of(text, keras if isinstance(keras, int) else None, location) if text else None
    if found is not None:
        _take(at.machine, made, found)
    return made


# Model files


@effect("keras.models.load_model", "keras.saving.load_model", "tensorflow.saved_model.load")
def load_model(at: Invocation, filepath: Value = UNKNOWN, *args: Value, **kwargs: Value) -> Value:
    """The model that the program saved there, or what the file holds; else nothing is known of it."""
    kept = written(at.machine, filepath)
    saved = kept.attributes.get("model") if isinstance(kept, Object) and kept.path == SAVED else None
    if not isinstance(saved, Model):
        return unknown_model(at, path_text(filepath))
    made = _new_unknown(at)
    _take(at.machine, made, saved)
    if kwargs.get("compile") is False:
        made.compile = None
    return made


def unknown_model(at: Invocation, path: str | None = None) -> ModelValue:
    """A model that the program does not show: what its file holds, if there is one, else nothing."""
    made = _new_unknown(at)
    _take_from_file(at.machine, made, path)
    return made


def _new_unknown(at: Invocation) -> ModelValue:
    machine = at.machine
    made = ModelValue(
        machine.new_id(),
        "unknown",
        "Model",
        "model",
        compile=UNKNOWN,
        complete=False,
        location=machine.location(at.node),
    )
    machine.models.append(made)
    return made


def _take_from_file(machine: Machine, made: ModelValue, path: str | None) -> None:
    """Takes the facts of the model in the file of that path (None: of the model that the script belongs to)."""
    reading = machine.load_model(path) if machine.load_model is not None else None
    found = reading.programs[0].models[0] if reading and reading.programs and reading.programs[0].models else None
    if found is not None:
        _take(machine, made, found)


def _take(machine: Machine, made: ModelValue, found: Model) -> None:
    """Takes the facts of a saved model."""
    made.saved = renumbered(found, ID_STEP * machine.new_id())
    made.kind, made.cls, made.name = found.kind, found.cls, found.name
    made.complete, made.compile = found.complete, found.compile
    session(machine).changed()


@effect("keras.Model.save", "keras.models.save_model", "keras.saving.save_model")
def save(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """`model.save("m.keras")`: kept for who loads it. What the file holds, where it is there, is what an unknown model
    was."""
    machine = at.machine
    parts = [unwrap(part) for part in (*at.args, *at.kwargs.values())]
    model = next((part for part in parts if isinstance(part, ModelValue)), None)
    path = next((part for part in parts if path_text(part) is not None), None)
    if model is None or path is None:
        return None
    if model.kind == "unknown":
        _take_from_file(machine, model, path_text(path))
        if model.saved is not None:
            session(machine).learned[model.id] = model_fact(machine, model)
    else:
        save_model(machine, model, path)
    return None


@effect("keras.Model.count_params", "keras.Model.get_weights")
def unknown(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """Not followed."""
    return UNKNOWN
