"""keras.layers: constructors of layers, and what can be asked of a layer."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Argument, CallSite, Data, Shape, Tensor
from rnnlint.infer.catalogue import FUNCTIONS, Bound, bind, kind_of, known, parameter_name, signature
from rnnlint.infer.naming import CONV_LSTM, SPATIAL
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.keras_calls import call, call_library_method
from rnnlint.interpreter.keras_facts import layer_fact
from rnnlint.interpreter.keras_inputs import tensor_of
from rnnlint.interpreter.keras_own import own_method
from rnnlint.interpreter.keras_sequential import input_options, make_input
from rnnlint.interpreter.keras_values import (
    Callable,
    LayerValue,
    ModelValue,
    TensorValue,
    items_of,
    new_name,
    plain,
    session,
    unwrap,
    wrap,
)
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Dict, Instance, Value, is_size

EFFORT = 15
"""Steps that a layer counts for, made or called: it takes so much longer than a plain expression."""

WRAPPED = {
    "TimeDistributed": ("layer",),
    "Bidirectional": ("layer", "backward_layer"),
    "RNN": ("cell",),
    "StackedRNNCells": ("cells",),
    "SpectralNormalization": ("layer",),
    "Wrapper": ("layer",),
}
"""Parameters that hold layers."""

ACTIVATION_LAYERS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}
"""Layers that stand in for an activation: `LSTM(8, activation=LeakyReLU())`."""

ASKED = (
    "units", "stateful", "return_sequences", "return_state", "go_backwards", "filters", "kernel_size", "rate",
    "input_dim", "output_dim", "mask_zero", "activation", "padding", "strides", "trainable", "n", "merge_mode",
    "use_bias", "supports_masking", "batch_size", "input_length", "pool_size", "axis", "num_heads", "key_dim",
)  # fmt: skip
"""Options that programs read off a layer."""


@effect("keras.layers.*", "keras.Layer.__new__")
def layer(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """`LSTM(32)`, `layers.add([a, b])`; the library part of an object whose class derives from a layer class."""
    name = at.path.rpartition("keras.layers.")[2]
    if name.endswith(".__new__") or at.path == "keras.Layer.__new__":
        return _of_class(at, "Layer" if at.path == "keras.Layer.__new__" else name.removesuffix(".__new__"))
    if name.endswith(".__init__") and at.args:
        return layer_init(Invocation(at.machine, at.node, at.path, [unwrap(at.args[0]), *at.args[1:]], at.kwargs))
    if "." in name or not name:
        return UNKNOWN
    if name in FUNCTIONS:
        return _functional(at, name)
    if not name[0].isupper():
        return UNKNOWN
    return make_layer(at, name, list(at.args), at.kwargs)


def make_layer(
    at: Invocation, cls: str, args: Sequence[Value], kwargs: Mapping[str, Value], instance: Instance | None = None
) -> LayerValue:
    """A new layer of one of Keras's own classes (or of one that is not known)."""
    machine = at.machine
    machine.spend(EFFORT)
    made = LayerValue(
        machine.new_id(),
        cls,
        kind_of(cls),
        "",
        instance=instance,
        custom=not known(cls),
        location=machine.location(at.node),
    )
    fill(at, made, cls, args, kwargs)
    machine.layers.append(made)
    session(machine).changed()
    if made.kind == "InputLayer":
        _make_input_tensor(at, made)
    return made


def fill(at: Invocation, made: LayerValue, cls: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> None:
    """Gives a layer the arguments of its constructor."""
    machine = at.machine
    bound = bind(cls, [_setting(value) for value in args], {k: _setting(v) for k, v in kwargs.items()}, machine.keras)
    holds = WRAPPED.get(made.kind, ())
    options = {name: _normal(name, value) for name, value in bound.options.items() if name not in holds}
    options |= _for_each_place(made.kind, options)
    if at.open:
        options |= dict.fromkeys((name for name in options if name not in bound.given), UNKNOWN)
    made.options = options
    name = bound.given.get("name")
    made.arguments, made.site = arguments_of(at, cls, bound, args, kwargs)
    raw = {new: _raw(place, args, kwargs) for new, place in bound.written.items()}
    made.wraps = [part for parameter in holds for part in _layers_in(raw.get(parameter))]
    if made.kind == "RNN" and len(made.wraps) > 1:
        made.wraps = [_stacked(at, made.wraps)]
    if not made.name:
        made.name = name if isinstance(name, str) and name else new_name(machine, made.cls)
    elif isinstance(name, str) and name:
        made.name = name
    if made.kind == "Bidirectional":
        made.given = list(made.wraps)
        made.wraps = _both_ways(machine, made.wraps)
    if made.kind in ("Lambda", "Layer"):
        made.custom = True
        made.attributes["function"] = raw.get("function", UNKNOWN)
        made.attributes["arguments"] = raw.get("arguments")


def arguments_of(
    at: Invocation, cls: str, bound: Bound, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> tuple[dict[str, Argument], CallSite | None]:
    """The arguments with their locations, and the call as written, by the names of Keras 3."""
    machine = at.machine
    found = signature(cls, machine.keras)
    positional = [parameter.name for parameter in found.positional] if found is not None else []
    own = isinstance(at.node, ast.Call) and list(at.args[: len(args)]) == list(args)
    site = machine.site(at, positional) if own else None
    where = machine.location(at.node)
    sites = {} if site is None else {parameter_name(kind_of(cls), key): each for key, each in site.arguments.items()}
    arguments = {}
    for name in bound.written:
        location = sites[name].whole if name in sites else where
        arguments[name] = Argument(bound.given.get(name, UNKNOWN), True, location)
    return arguments, None if site is None else replace(site, arguments=sites)


def _raw(place: str | int, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    if isinstance(place, int):
        return args[place] if place < len(args) else UNKNOWN
    return kwargs.get(place, UNKNOWN)


def _setting(value: Value) -> Any:
    """A setting; a layer in the place of an activation by the name of its function."""
    found = unwrap(value)
    if not isinstance(found, LayerValue) or found.custom:
        return plain(value)
    if found.kind == "ReLU" and found.options.get("max_value", UNKNOWN) is not None:
        return UNKNOWN
    return ACTIVATION_LAYERS.get(found.kind, UNKNOWN)


def _normal(name: str, value: Any) -> Any:
    """Keras keeps `activation=None` as `linear`."""
    return "linear" if value is None and name in ("activation", "recurrent_activation") else value


def _for_each_place(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """`kernel_size=3` of a Conv2D is (3, 3); a pooling moves on by its own size."""
    count = SPATIAL.get(kind, CONV_LSTM.get(kind))
    if count is None or kind.startswith(("UpSampling", "ZeroPadding", "Cropping", "SpatialDropout")):
        return {}
    found = {
        name: (options[name],) * count
        for name in ("kernel_size", "strides", "dilation_rate", "pool_size")
        if is_size(options.get(name))
    }
    if "pool_size" in options and options.get("strides", UNKNOWN) is None:
        found["strides"] = found.get("pool_size", options["pool_size"])
    return found


def _layers_in(value: Value) -> list[Callable]:
    found = unwrap(value)
    if isinstance(found, LayerValue | ModelValue):
        return [found]
    return [part for item in items_of(value) or () for part in _layers_in(item)]


def _stacked(at: Invocation, cells: list[Callable]) -> LayerValue:
    machine = at.machine
    return LayerValue(
        machine.new_id(), "StackedRNNCells", "StackedRNNCells", new_name(machine, "StackedRNNCells"),
        wraps=cells, location=machine.location(at.node),
    )  # fmt: skip


def _both_ways(machine: Machine, wraps: list[Callable]) -> list[Callable]:
    """The layers that a Bidirectional makes of those it is given: a forward and a backward one."""
    if not wraps or not isinstance(wraps[0], LayerValue):
        return wraps
    given = wraps[0]
    options = dict(given.options)
    zeroed = {"zero_output_for_mask": True} if machine.keras == 3 and options.get("return_sequences") is True else {}
    options |= zeroed
    # Keras 2 saves the forward half under the name it was given.
    name = given.name if machine.keras in (1, 2) else f"forward_{given.name}"
    forward = replace(given, id=machine.new_id(), name=name, nodes=[], options=options)
    if len(wraps) > 1 and isinstance(wraps[1], LayerValue):
        wraps[1].options |= zeroed
        return [forward, wraps[1]]
    options = dict(options)
    backwards = options.get("go_backwards", False)
    options["go_backwards"] = UNKNOWN if backwards is UNKNOWN else not backwards
    backward = replace(given, id=machine.new_id(), name=f"backward_{given.name}", nodes=[], options=options)
    return [forward, backward]


def _functional(at: Invocation, name: str) -> Value:
    """`add([a, b])` is `Add()([a, b])`; `merge([a, b], mode="concat")` of Keras 1 likewise."""
    args, kwargs = list(at.args), dict(at.kwargs)
    inputs = args.pop(0) if args else kwargs.pop("inputs", UNKNOWN)
    cls = FUNCTIONS[name]
    machine = at.machine
    made = LayerValue(machine.new_id(), cls, cls, "", location=machine.location(at.node))
    if name == "merge":
        kwargs.update(zip(("mode", "concat_axis", "dot_axes"), args, strict=False))
        args = []
    fill(at, made, cls, args, kwargs)
    machine.layers.append(made)
    return call(machine, made, [inputs], {}, at.node)


def _of_class(at: Invocation, base: str) -> Value:
    """The layer that an object of the program's own class is. Its options come with `super().__init__(...)`, unless
    the class has no `__init__` of its own."""
    instance = at.args[0]
    if not isinstance(instance, Instance):
        return UNKNOWN
    machine = at.machine
    own = base == "Layer" or not known(base) or own_method(instance, "call") is not None
    cls = instance.cls.name
    made = LayerValue(
        machine.new_id(),
        cls,
        cls if own else kind_of(base),
        "",
        instance=instance,
        custom=own,
        location=machine.location(at.node),
        attributes={"__base__": base},
    )
    if own_method(instance, "__init__") is None and base != "Layer":
        fill(at, made, base, list(at.args[1:]), at.kwargs)
    made.name = made.name or new_name(machine, cls)
    machine.layers.append(made)
    session(machine).changed()
    return made


@effect("keras.Layer.__init__")
def layer_init(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """`super().__init__(units, ...)` in a class that derives from a layer class."""
    self = at.args[0]
    if isinstance(self, LayerValue):
        base = self.attributes.get("__base__", "Layer")
        if isinstance(base, str) and base != "Layer":
            fill(at, self, base, list(at.args[1:]), at.kwargs)
            session(at.machine).changed()
        name = at.kwargs.get("name")
        if isinstance(name, str) and name:
            self.name = name
    return None


@effect("keras.Input")
def input_tensor(
    at: Invocation,
    shape: Value = None,
    batch_size: Value = None,
    dtype: Value = None,
    sparse: Value = None,
    batch_shape: Value = None,
    name: Value = None,
    tensor: Value = None,
    **rest: Value,
) -> Value:
    """`Input((10, 8))`: the symbolic tensor of a new InputLayer."""
    machine = at.machine
    if "batch_input_shape" in rest:
        batch_shape = rest["batch_input_shape"]
    if isinstance(batch_size, tuple) or items_of(batch_size) is not None:
        batch_shape, batch_size = batch_size, None
    if isinstance(tensor, TensorValue | Array):
        arriving = tensor_of(tensor)
        dims: Sequence[Any] | None = arriving.shape.dims if isinstance(arriving.shape, Shape) else None
    else:
        dims = _batch_shape(shape, batch_size, batch_shape)
    made = LayerValue(
        machine.new_id(),
        "InputLayer",
        "InputLayer",
        name if isinstance(name, str) and name else new_name(machine, "InputLayer"),
        options=input_options(machine, dims, _dtype(dtype)),
        location=machine.location(at.node),
        site=machine.site(at, ["shape", "batch_size"]),
    )
    made.arguments = machine.given(at, ["shape", "batch_size"])
    made.arguments = {key: replace(value, value=plain(value.value)) for key, value in made.arguments.items()}
    machine.layers.append(made)
    fact = Tensor(UNKNOWN if dims is None else Shape.of(dims), made.options["dtype"], False)
    return make_input(machine, made, fact)


def _dtype(value: Value) -> Any:
    if value is None:
        return "float32"
    found = plain(value)
    return found if isinstance(found, str) else UNKNOWN


def _batch_shape(shape: Value, batch_size: Value, batch_shape: Value) -> tuple[Any, ...] | None:
    if batch_shape is not None:
        items = items_of(batch_shape)
        return None if items is None else tuple(_size(item) for item in items)
    batch = None if batch_size is None else _size(batch_size)
    if is_size(shape):
        return (batch, shape)
    items = items_of(shape)
    return None if items is None else (batch, *(_size(item) for item in items))


def _size(value: Value) -> Any:
    found = plain(value)
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if found is None or is_size(found) else UNKNOWN


def _make_input_tensor(at: Invocation, made: LayerValue) -> None:
    """The tensor of an InputLayer that is made as a layer."""
    options = {name: argument.value for name, argument in made.arguments.items()}
    dims = _batch_shape(
        options.get("shape", options.get("input_shape", UNKNOWN)),
        options.get("batch_size"),
        options.get("batch_shape", options.get("batch_input_shape")),
    )
    dtype = _dtype(options.get("dtype"))
    made.options = input_options(at.machine, dims, dtype)
    make_input(at.machine, made, Tensor(UNKNOWN if dims is None else Shape.of(dims), dtype, False))


@effect("keras.Layer.__call__")
def call_layer(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`layer(x)`."""
    if not isinstance(self, LayerValue):
        return UNKNOWN
    at.machine.spend(EFFORT)
    return call(at.machine, self, at.args[1:], at.kwargs, at.node)


@effect("keras.Layer.call")
def call_of_layer(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """`super().call(x)`."""
    if not isinstance(self, LayerValue) or self.custom:
        return UNKNOWN
    return call_library_method(at.machine, self, at.args[1:], at.kwargs, at.node)


@effect("keras.Layer.add_weight", "keras.Layer.add_variable")
def add_weight(at: Invocation, self: Value, shape: Value = UNKNOWN, initializer: Value = None, **rest: Value) -> Value:
    """A variable of a custom layer; Keras 2 took its name first."""
    items = items_of(shape)
    if items is None:
        items = items_of(initializer)
    dims = UNKNOWN if items is None else Shape.of(tuple(_size(item) for item in items))
    fact = Data("tensor", dims, "float32", source=at.machine.new_id(), location=at.machine.location(at.node))
    return Array(fact)


@effect("keras.Layer.compute_output_shape")
def compute_output_shape(at: Invocation, self: Value, input_shape: Value = UNKNOWN) -> Value:
    """The shape that the layer would give."""
    items = items_of(input_shape)
    if not isinstance(self, LayerValue) or items is None or not all(item is None or is_size(item) for item in items):
        return UNKNOWN
    from rnnlint.infer.registry import Arriving, infer

    tensor = Tensor(Shape.of(tuple(items)), "float32", False)
    leaving = infer(layer_fact(at.machine, self), Arriving((tensor,), keras=at.machine.keras))
    if leaving.outputs is None or len(leaving.outputs) != 1:
        return UNKNOWN
    shape = leaving.outputs[0].shape
    return shape.dims if isinstance(shape, Shape) else UNKNOWN


@effect("keras.Layer.build", "keras.Layer.adapt", "keras.Layer.set_weights", "keras.Layer.add_loss",
        "keras.Layer.add_metric", "keras.Layer.add_update")  # fmt: skip
def nothing(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """Gives nothing and changes nothing that counts."""
    return None


@effect("keras.Layer.get_config", "keras.Model.get_config")
def get_config(at: Invocation, self: Value) -> Value:
    """A dictionary of which nothing is known."""
    return Dict(open=True)


@effect("keras.Layer.__setattr__")
def set_attribute(at: Invocation, self: Value, name: Value, value: Value) -> Value:
    """`layer.stateful = True`."""
    if isinstance(self, LayerValue) and isinstance(name, str):
        if name in ("name", "_name") and isinstance(value, str) and self.instance is None:
            self.name = value
        elif name in self.options and self.instance is None:
            self.options[name] = plain(value)
        self.attributes[name] = value
        session(at.machine).changed()
    return None


@attribute("keras.Layer.name")
def name_of(machine: Machine, self: Any) -> Value:
    """The name in Keras."""
    return self.name


@attribute("keras.Layer.output")
def output_of(machine: Machine, self: Any) -> Value:
    """The symbolic output of the layer's only call."""
    if not isinstance(self, LayerValue) or not self.nodes:
        return UNKNOWN
    outputs = self.nodes[0].outputs
    return outputs[0] if len(outputs) == 1 else machine.make_list(list(outputs))


@attribute("keras.Layer.input")
def input_of(machine: Machine, self: Any) -> Value:
    """The symbolic input of the layer's only call."""
    if not isinstance(self, LayerValue) or not self.nodes:
        return UNKNOWN
    node = self.nodes[0]
    inputs = [value for value in node.inputs if value is not None] or list(node.outputs)
    return inputs[0] if len(inputs) == 1 else machine.make_list(list(inputs))


@attribute("keras.Layer.output_shape")
def output_shape_of(machine: Machine, self: Any) -> Value:
    """Its shape."""
    return _shape_of(output_of(machine, self))


@attribute("keras.Layer.input_shape")
def input_shape_of(machine: Machine, self: Any) -> Value:
    """Its shape."""
    return _shape_of(input_of(machine, self))


def _shape_of(value: Value) -> Value:
    if isinstance(value, TensorValue):
        return UNKNOWN if value.dims is None else value.dims
    items = items_of(value)
    return UNKNOWN if not items else tuple(_shape_of(item) for item in items)


@attribute("keras.Layer.layer", "keras.Layer.forward_layer", "keras.Layer.cell")
def wrapped(machine: Machine, self: Any) -> Value:
    """What a wrapper wraps."""
    return wrap(self.wraps[0]) if isinstance(self, LayerValue) and self.wraps else UNKNOWN


@attribute("keras.Layer.backward_layer")
def wrapped_backward(machine: Machine, self: Any) -> Value:
    """The backward half of a Bidirectional."""
    return wrap(self.wraps[1]) if isinstance(self, LayerValue) and len(self.wraps) > 1 else UNKNOWN


def _register_options() -> None:
    """`layer.units` and the others give the option."""

    def reader(option: str) -> Any:
        def read(machine: Machine, self: Any) -> Value:
            found = self.attributes.get(option, UNKNOWN)
            return found if found is not UNKNOWN else self.options.get(option, UNKNOWN)

        return read

    for option in ASKED:
        attribute(f"keras.Layer.{option}")(reader(option))


_register_options()
