"""What the files on tf.data share: how methods of a dataset are registered, sizes, elements as tensors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Size, Unknown
from rnnlint.facts.sizes import is_known, multiply
from rnnlint.interpreter.effects.containers import recounted
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Value, is_size

PATH = "tensorflow.data.Dataset"


def method(*names: str) -> Callable[..., Any]:
    """Registers a method of datasets."""
    return effect(*(f"{PATH}.{name}" for name in names))


def as_array(at: Invocation, value: Value) -> Array | None:
    """What numpy makes of a value; None where that is not known."""
    if isinstance(value, Array):
        return value
    if isinstance(value, Unknown):
        return None
    found = at.machine.effect("numpy.asarray", value, node=at.node)
    return found if isinstance(found, Array) else None


def to_tensor(at: Invocation, leaf: Value) -> Value:
    """A leaf of an element as a tensor."""
    found = as_array(at, leaf)
    if found is None:
        return UNKNOWN
    return Array(replace(found.fact, kind="tensor"), "tensorflow.Tensor", found.cut)


def to_size(value: Value) -> Size:
    """An argument as a size."""
    return value if is_size(value) else UNKNOWN


def times(a: Size, b: Size) -> Size:
    """Their product."""
    total = multiply(a, b)
    return UNKNOWN if total is None else total


def known(size: Any) -> Size:
    """The size, without Keras's None."""
    return size if is_known(size) else UNKNOWN


def placed(start: Size, counter: Linear, value: Any) -> Size:
    """A start with a number, or another form, in place of the counter."""
    found = recounted(start, counter, value if isinstance(value, Linear) else Linear(value, ()))
    if isinstance(found, Linear) and not found.terms:
        return found.constant
    return found if isinstance(found, int | Linear) else UNKNOWN
