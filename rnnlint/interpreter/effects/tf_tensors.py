"""Tensors of TensorFlow that hold data: they do what arrays of numpy do, and stay tensors."""

from dataclasses import replace

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect, find_attribute
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Sequenced, Value

PATH = "tensorflow.Tensor"
_NUMPY = "numpy.ndarray"


def as_tensor(value: Value) -> Value:
    """The array as a tensor; anything else as it is."""
    if isinstance(value, Array) and value.path == _NUMPY:
        return Array(replace(value.fact, kind="tensor"), PATH, value.cut, value.content)
    return value


@effect(*(f"{PATH}.{name}" for name in ("__getitem__", "__binary__", "__compare__", "__unary__", "__len__")))
def as_numpy_does(at: Invocation, *args: Value) -> Value:
    name = at.path.rpartition(".")[2]
    return as_tensor(at.machine.effect(f"{_NUMPY}.{name}", *args, node=at.node))


@effect(f"{PATH}.__iter__")
def rows(at: Invocation, self: Value) -> Value:
    found = at.machine.effect(f"{_NUMPY}.__iter__", self, node=at.node)
    if not isinstance(found, Sequenced):
        return found
    items = None if found.items is None else [as_tensor(item) for item in found.items]
    return Sequenced(items, found.length, as_tensor(found.element), found.counter, found.of_data)


@effect(f"{PATH}.numpy")
def to_numpy(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Array):
        return UNKNOWN
    return Array(replace(self.fact, kind="array"), _NUMPY, self.cut, self.content)


@effect(f"{PATH}.set_shape", f"{PATH}.ref", f"{PATH}.assign", f"{PATH}.eval", f"{PATH}.__setitem__")
def nothing(at: Invocation) -> Value:
    return None


@effect(f"{PATH}.get_shape")
def get_shape(at: Invocation, self: Value) -> Value:
    return at.machine.get_attribute(self, "shape", at.node)


@effect(f"{PATH}.*")
def unknown(at: Invocation) -> Value:
    return UNKNOWN


def _same_attribute(name: str) -> None:
    def found(machine: Machine, value: Value) -> Value:
        getter = find_attribute(f"{_NUMPY}.{name}")
        return UNKNOWN if getter is None else getter(machine, value)

    attribute(f"{PATH}.{name}")(found)


for _name in ("shape", "dtype", "ndim"):
    _same_attribute(_name)
