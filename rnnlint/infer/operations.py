"""Operations of a graph that are no layers: those of `keras.ops`, and what stands for them in Keras 2.

The options of an operation (`axis`) stand in `Layer.options`, as Keras 3 saves them, or in the arguments of the call.
Tensors among the arguments are `Place`s (see `Arriving.arguments`); where there are none the tensors come first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Layer, Problem, Tensor, Unknown
from rnnlint.infer.dtypes import is_float
from rnnlint.infer.options import as_integer, as_sequence
from rnnlint.infer.registry import Arriving, Leaving, Place, transfer

MAX_DEPTH = 4
"""How deep tensors may lie in lists of arguments."""


@dataclass(frozen=True, slots=True)
class Values:
    """The arguments of an operation, tensors in their places."""

    args: tuple[Any, ...]
    named: Mapping[str, Any]
    keras: int | Unknown

    def get(self, position: int, *names: str, default: Any = None) -> Any:
        """The argument of one of these names, else the one at the position (-1: by name alone)."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.args[position] if 0 <= position < len(self.args) else default

    @property
    def first(self) -> Tensor:
        """The tensor worked on."""
        for value in (*self.args, *self.named.values()):
            if isinstance(value, Tensor):
                return value
        return Tensor()


@dataclass(frozen=True, slots=True)
class Result:
    """Outputs and problems of an operation."""

    outputs: tuple[Tensor, ...] | None
    problems: tuple[Problem, ...] = ()


Operation = Callable[[Values], Result]

NOT_KNOWN = Result((Tensor(mask=False),))

_operations: dict[str, Operation] = {}


def operation(*names: str) -> Callable[[Operation], Operation]:
    """Registers the rule of operations of `keras.ops`, by the name of their class."""

    def register(function: Operation) -> Operation:
        for name in names:
            _operations[name] = function
        return function

    return register


@transfer("operation")
def keras_operation(layer: Layer, arriving: Arriving) -> Leaving:
    """An operation of Keras 3."""
    return run(layer.kind, values_of(layer.options, arriving), arriving)


def values_of(options: Mapping[str, Any], arriving: Arriving) -> Values:
    """The arguments of a call and the options of its layer."""
    given = arriving.arguments.get("args")
    tensors = arriving.tensors
    args = _placed(given, tensors, 0) if isinstance(given, list | tuple) else None
    named = {
        name: _placed(value, tensors, 0) for name, value in {**options, **arriving.arguments}.items() if name != "args"
    }
    if args is None:
        placed = any(isinstance(value, Place) for value in arriving.arguments.values())
        args = [] if placed else [list(tensors)] if arriving.listed else list(tensors)
    return Values(tuple(args), named, arriving.keras)


def _placed(value: Any, tensors: Sequence[Tensor], depth: int) -> Any:
    """The value with tensors for `Place`s."""
    if isinstance(value, Place):
        return tensors[value.index] if 0 <= value.index < len(tensors) else Tensor()
    if isinstance(value, list | tuple) and depth < MAX_DEPTH:
        return type(value)(_placed(part, tensors, depth + 1) for part in value)
    return value


def run(name: str, values: Values, arriving: Arriving) -> Leaving:
    """What the operation of that name gives."""
    function = _operations.get(name)
    result = NOT_KNOWN if function is None else function(values)
    return Leaving(result.outputs, result.problems)


def made(shape: AnyShape, dtype: str | Unknown) -> Result:
    """One tensor, which has no mask."""
    return Result((Tensor(shape, dtype, False),))


def common_dtype(operands: Sequence[Any]) -> str | Unknown:
    """Of floats the one they share; of anything else it is not told."""
    dtypes = {operand.dtype for operand in operands if isinstance(operand, Tensor)}
    if len(dtypes) != 1:
        return UNKNOWN
    dtype = dtypes.pop()
    return dtype if is_float(dtype) is True else UNKNOWN


def axes_of(axis: Any, rank: int) -> set[int] | None:
    """Axes counted from the front; None: not known."""
    listed = as_sequence(axis)
    found = set()
    for index in (axis,) if isinstance(listed, Unknown) else listed:
        place = as_integer(index)
        if isinstance(place, Unknown) or not -rank <= place < rank:
            return None
        found.add(place % rank)
    return found
