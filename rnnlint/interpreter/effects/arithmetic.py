"""Python's built-in functions of numbers and truths."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Size, Truth, Values
from rnnlint.facts.sizes import ceil_divide, floor_divide, is_known, less_equal, remainder, term
from rnnlint.interpreter.effects.containers import (
    each,
)
from rnnlint.interpreter.effects.registry import Invocation, effect, find_effect
from rnnlint.interpreter.join import number
from rnnlint.interpreter.values import (
    Array,
    Quantity,
    Sequenced,
    Value,
    is_constant,
    is_size,
)

MAX_BITS = 2_000


@effect("builtins.int")
def int_(at: Invocation, value: Value = 0, base: Value = 10) -> Value:
    """Cut to a whole number; of a number that depends on sizes a size that depends on the same."""
    if isinstance(value, Quantity):
        return whole(value, "int")
    if is_size(value) or isinstance(value, bool):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Array):
        inner = value.content
        if isinstance(inner, int | float | Linear | Quantity):
            return int_(at, inner)
        return number("int64", Values(whole=True)) if value.dims == () else UNKNOWN
    if isinstance(value, float) or (isinstance(value, str) and len(value) <= 64 and isinstance(base, int)):
        try:
            found = int(value, base) if isinstance(value, str) else int(value)
        except (ValueError, OverflowError):
            return UNKNOWN
        return found if found.bit_length() <= MAX_BITS else UNKNOWN
    return number("int64", Values(whole=True))


def whole(value: Quantity, how: str) -> Size:
    """A size made of a number that depends on sizes: `how` is int, round, ceil or floor."""
    if value.quotient is not None and how in ("int", "floor", "ceil"):
        divide = ceil_divide if how == "ceil" else floor_divide
        exact = divide(*value.quotient)
        if is_known(exact):
            return exact
    return term(f"{'int' if how == 'floor' else how}({value.text})", *value.operands)


@effect("builtins.float")
def float_(at: Invocation, value: Value = 0.0) -> Value:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Linear):
        return Quantity(str(value), (value,), (value, 1))
    if isinstance(value, Array) and isinstance(value.content, int | float):
        value = value.content
    if isinstance(value, int | float) or (isinstance(value, str) and len(value) <= 64):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return UNKNOWN
    return number("float64")


@effect("builtins.complex")
def complex_(at: Invocation) -> Value:
    return UNKNOWN


@effect("builtins.bool")
def bool_(at: Invocation, value: Value = False) -> Value:
    return at.machine.truth(value)


def _best(at: Invocation, values: Sequence[Value], key: Value, default: Value, pick: Callable[..., Any]) -> Value:
    name = pick.__name__
    if len(values) != 1:
        rows = Sequenced(list(values), len(values))
    else:
        if isinstance(values[0], Array) and find_effect(f"numpy.{name}") is not None:
            return at.machine.effect(f"numpy.{name}", values[0], node=at.node)
        rows = each(at, values[0])
    if rows.items is None or key is not None or at.open:
        return UNKNOWN
    if not rows.items:
        return default
    if all(is_constant(item) for item in rows.items):
        try:
            return pick(rows.items)
        except TypeError:
            return UNKNOWN
    if all(is_size(item) for item in rows.items):
        return best_size(list(rows.items), name)
    return UNKNOWN


def best_size(sizes: list[Any], name: str) -> Size:
    """The smallest (`min`) or greatest (`max`) of sizes: one of them where it is known which, else a form."""
    best = sizes[0]
    rest: list[Any] = []
    for size in sizes[1:]:
        lower, upper = (best, size) if name == "min" else (size, best)
        if less_equal(upper, lower) is True:
            best = size
        elif less_equal(lower, upper) is not True:
            rest.append(size)
    if not rest:
        return best  # type: ignore[no-any-return]
    parts = sorted({str(size): size for size in (best, *rest)}.items())
    if len(parts) > 8:
        return UNKNOWN
    return term(f"{name}({', '.join(text for text, _ in parts)})", *(size for _, size in parts))


@effect("builtins.min")
def min_(at: Invocation, *values: Value, key: Value = None, default: Value = UNKNOWN) -> Value:
    return _best(at, values, key, default, min)


@effect("builtins.max")
def max_(at: Invocation, *values: Value, key: Value = None, default: Value = UNKNOWN) -> Value:
    return _best(at, values, key, default, max)


@effect("builtins.sum")
def sum_(at: Invocation, iterable: Value, start: Value = 0) -> Value:
    if isinstance(iterable, Array) and iterable.dims is not None and len(iterable.dims) == 1:
        return at.machine.effect("numpy.sum", iterable, node=at.node)
    rows = each(at, iterable)
    if rows.items is None:
        return UNKNOWN
    total = start
    for item in rows.items:
        at.machine.spend()
        total = at.machine.binary("Add", total, item, at.node)
    return total


@effect("builtins.abs")
def abs_(at: Invocation, value: Value) -> Value:
    if isinstance(value, int | float | complex):
        return abs(value)
    if isinstance(value, Linear):
        return value if less_equal(0, value) is True else UNKNOWN
    if isinstance(value, Array):
        return at.machine.effect("numpy.abs", value, node=at.node)
    return UNKNOWN


@effect("builtins.round")
def round_(at: Invocation, value: Value, ndigits: Value = None) -> Value:
    if isinstance(value, Quantity):
        return whole(value, "round") if ndigits is None else UNKNOWN
    if isinstance(value, Linear):
        return value
    if isinstance(value, int | float) and (ndigits is None or (isinstance(ndigits, int) and abs(ndigits) < 400)):
        try:
            return round(value, ndigits)
        except (ValueError, OverflowError):
            return UNKNOWN
    return UNKNOWN


@effect("builtins.divmod")
def divmod_(at: Invocation, a: Value, b: Value) -> Value:
    if is_size(a) and is_size(b):
        return floor_divide(a, b), remainder(a, b)
    return at.machine.binary("FloorDiv", a, b, at.node), at.machine.binary("Mod", a, b, at.node)


@effect("builtins.pow")
def pow_(at: Invocation, base: Value, exponent: Value, mod: Value = None) -> Value:
    return at.machine.binary("Pow", base, exponent, at.node) if mod is None else UNKNOWN


def _truths(at: Invocation, iterable: Value) -> list[Truth] | None:
    rows = each(at, iterable)
    return None if rows.items is None else [at.machine.truth(item) for item in rows.items]


@effect("builtins.all")
def all_(at: Invocation, iterable: Value) -> Value:
    truths = _truths(at, iterable)
    if truths is None:
        return UNKNOWN
    if any(truth is False for truth in truths):
        return False
    return True if all(truth is True for truth in truths) else UNKNOWN


@effect("builtins.any")
def any_(at: Invocation, iterable: Value) -> Value:
    truths = _truths(at, iterable)
    if truths is None:
        return UNKNOWN
    if any(truth is True for truth in truths):
        return True
    return False if all(truth is False for truth in truths) else UNKNOWN


@effect("builtins.float.is_integer")
def is_integer(at: Invocation, self: Value) -> Value:
    return self.is_integer() if isinstance(self, float) and math.isfinite(self) else UNKNOWN
