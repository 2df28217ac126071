"""Operators on values: constants are computed within bounds, sizes stay forms, the rest is a matter of effects."""

import ast
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Linear, Truth, Unknown, negate
from rnnlint.facts import sizes as size_of
from rnnlint.interpreter.effects.registry import find_effect
from rnnlint.interpreter.state import MAX_ITEMS, MAX_TEXT
from rnnlint.interpreter.values import (
    Class,
    Dict,
    Function,
    Instance,
    Library,
    List,
    Quantity,
    Range,
    Set,
    Value,
    is_constant,
    is_size,
    type_path,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_BITS = 2_000
"""Bits of an integer that is computed."""

UNRELATED = frozenset(
    {
        *(f"builtins.{name}" for name in ("list", "tuple", "dict", "set", "str", "bytes", "int", "float", "bool")),
        "numpy.ndarray",
        "pandas.DataFrame",
        "pandas.Series",
    }
)
"""Classes that are certainly not each other, so that `type(x) is list` is False for an array."""

_WIDTH = re.compile(r"%[^%a-zA-Z]*(\d{4}|\*)")
"""A width in a format that makes a long text, or one that is an argument."""

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
}

_SIZES: dict[str, Callable[[Any, Any], Any]] = {
    "Add": size_of.add,
    "Sub": size_of.subtract,
    "Mult": size_of.multiply,
    "FloorDiv": size_of.floor_divide,
    "Mod": size_of.remainder,
}

_SIGNS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/"}

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}

_SPECIAL = {
    "Add": "add",
    "Sub": "sub",
    "Mult": "mul",
    "Div": "truediv",
    "FloorDiv": "floordiv",
    "Mod": "mod",
    "Pow": "pow",
    "MatMult": "matmul",
    "Eq": "eq",
    "NotEq": "ne",
    "Lt": "lt",
    "LtE": "le",
    "Gt": "gt",
    "GtE": "ge",
}


def binary(m: "Machine", name: str, left: Value, right: Value, node: ast.AST | None) -> Value:
    """`left + right` and the others; UNKNOWN where it cannot be told or would be too large."""
    if (_is_number(left) and _is_number(right)) or isinstance(left, (str, bytes)) or isinstance(right, (str, bytes)):
        if is_constant(left) and is_constant(right):
            return _constant(name, left, right)
        other = right if isinstance(left, (str, bytes)) else left
        if isinstance(other, Unknown) or is_size(other) or is_constant(other):
            return UNKNOWN
    if is_size(left) and is_size(right):
        if name in _SIZES:
            return _SIZES[name](left, right)
        return _quantity(name, left, right)
    if _is_real(left) and _is_real(right):
        return _quantity(name, left, right)
    if isinstance(left, tuple) and isinstance(right, tuple) and name == "Add":
        return left + right if len(left) + len(right) <= MAX_ITEMS else UNKNOWN
    if isinstance(left, tuple) and isinstance(right, int) and name == "Mult":
        return left * right if len(left) * right <= MAX_ITEMS else UNKNOWN
    if isinstance(left, List) or isinstance(right, List):
        found = _lists(m, name, left, right)
        if found is not None:
            return found
    for value, special in ((left, f"__{_SPECIAL.get(name)}__"), (right, f"__r{_SPECIAL.get(name)}__")):
        if isinstance(value, Instance):
            method = m.get_attribute(value, special, node)
            if method is not UNKNOWN:
                return m.call(method, [right if value is left else left], node=node)
    for value in (left, right):
        path = f"{type_path(value)}.__binary__"
        if find_effect(path) is not None:
            return m.effect(path, name, left, right, node=node)
    return UNKNOWN


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float, complex))


def _is_real(value: Value) -> bool:
    return isinstance(value, (int, float, Linear, Quantity))


def _constant(name: str, left: Any, right: Any) -> Value:
    """Computed, if the result is sure to stay small."""
    if isinstance(left, int) and isinstance(right, int):
        if name == "Pow" and (right < 0 or left.bit_length() * right > MAX_BITS):
            return UNKNOWN if right >= 0 or left == 0 else float(left) ** max(right, -400)
        if name == "LShift" and (right < 0 or left.bit_length() + right > MAX_BITS):
            return UNKNOWN
        if name == "Mult" and left.bit_length() + right.bit_length() > MAX_BITS:
            return UNKNOWN
    text, times = (left, right) if isinstance(left, (str, bytes)) else (right, left)
    if isinstance(text, (str, bytes)):
        if name == "Mult" and (not isinstance(times, int) or len(text) * max(times, 0) > MAX_TEXT):
            return UNKNOWN
        if name == "Add" and (not isinstance(times, (str, bytes)) or len(text) + len(times) > MAX_TEXT):
            return UNKNOWN
        if name == "Mod":
            # A width or precision in the format could ask for any number of characters.
            wide = _WIDTH.search(text if isinstance(text, str) else text.decode("latin-1"))
            return UNKNOWN if wide else _try("Mod", left, right)
    return _try(name, left, right)


def _try(name: str, left: Any, right: Any) -> Value:
    try:
        result = _BINARY[name](left, right)
    except (ArithmeticError, TypeError, ValueError, KeyError, MemoryError):
        return UNKNOWN
    return result if not isinstance(result, (str, bytes)) or len(result) <= MAX_TEXT else UNKNOWN


def _quantity(name: str, left: Value, right: Value) -> Value:
    """A number computed from sizes: text, and the sizes it depends on."""
    if name not in _SIGNS:
        return UNKNOWN
    operands: list[Any] = []
    texts = []
    for value in (left, right):
        if isinstance(value, Quantity):
            operands += value.operands
        elif isinstance(value, Linear):
            operands.append(value)
        text = value.text if isinstance(value, Quantity) else str(value)
        texts.append(f"({text})" if " " in text and name in ("Mult", "Div") else text)
    if name == "Mult":
        texts.sort(key=lambda text: (not text[0].isdigit(), text))
    text = f"{texts[0]} {_SIGNS[name]} {texts[1]}"
    quotient = (left, right) if name == "Div" and is_size(left) and is_size(right) else None
    return Quantity(text, tuple(operands), quotient) if len(text) <= 200 else UNKNOWN


def _lists(m: "Machine", name: str, left: Value, right: Value) -> Value | None:
    """`[a] + [b]`, `[a] * 3`; None where neither fits."""
    if name == "Mult":
        part, times = (left, right) if isinstance(left, List) else (right, left)
        if not is_size(times):
            return m.make_list(None, UNKNOWN, UNKNOWN)
        if part.items is not None and isinstance(times, int) and len(part.items) * times <= MAX_ITEMS:
            return m.make_list(part.items * times)
        length = size_of.multiply(part.size(), times)
        element = part.element if part.items is None else part.items[0] if len(part.items) == 1 else UNKNOWN
        return m.make_list(None, UNKNOWN if length is None else length, element)
    if name == "Add" and isinstance(left, List) and isinstance(right, List):
        joined = m.make_list(list(left.items) if left.items is not None else None, left.length, left.element)
        m.effect("builtins.list.extend", joined, right)
        return joined
    return None


def compare(m: "Machine", name: str, left: Value, right: Value, node: ast.AST | None) -> Value:
    """`left < right` and the others: True, False, UNKNOWN, or what an effect makes of it (an array of bools)."""
    if name in ("Is", "IsNot"):
        same: Truth = _is(left, right)
        return same if same is UNKNOWN or name == "Is" else same is False
    if name in ("In", "NotIn"):
        inside = _in(m, left, right)
        return inside if inside is UNKNOWN or name == "In" else inside is False
    if is_constant(left) and is_constant(right):
        try:
            return bool(_COMPARISONS[name](left, right))
        except TypeError:
            return UNKNOWN
    if is_size(left) and is_size(right):
        return _compare_sizes(name, left, right)
    for value in (left, right):
        path = f"{type_path(value)}.__compare__"
        if find_effect(path) is not None:
            return m.effect(path, name, left, right, node=node)
    if name in ("Eq", "NotEq"):
        same = _equal(left, right)
        return same if same is UNKNOWN or name == "Eq" else same is False
    return UNKNOWN


def _compare_sizes(name: str, left: Value, right: Value) -> Truth:
    match name:
        case "Eq":
            return size_of.equal(left, right)
        case "NotEq":
            return negate(size_of.equal(left, right))
        case "Lt":
            return size_of.less(left, right)
        case "LtE":
            return size_of.less_equal(left, right)
        case "Gt":
            return size_of.less(right, left)
        case _:
            return size_of.less_equal(right, left)


def _equal(left: Value, right: Value) -> Truth:
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            return False
        answers = [_equal_values(a, b) for a, b in zip(left, right, strict=True)]
        if any(answer is False for answer in answers):
            return False
        return True if all(answer is True for answer in answers) else UNKNOWN
    if (left is None) != (right is None) and left is not UNKNOWN and right is not UNKNOWN:
        return False
    return _same_class(left, right)


def _equal_values(left: Value, right: Value) -> Truth:
    if is_constant(left) and is_constant(right):
        return bool(left == right)
    if is_size(left) and is_size(right):
        return size_of.equal(left, right)
    return UNKNOWN


def _is(left: Value, right: Value) -> Truth:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_constant(left) and is_constant(right):
        return bool(left == right)
    return True if left is right else _same_class(left, right)


def _same_class(left: Value, right: Value) -> Truth:
    """Whether two names of a library mean the same; classes that nobody derives from each other do not."""
    if not isinstance(left, Library) or not isinstance(right, Library):
        return UNKNOWN
    if left.path == right.path:
        return True
    return False if left.path in UNRELATED and right.path in UNRELATED else UNKNOWN


def _in(m: "Machine", item: Value, container: Value) -> Truth:
    if not is_constant(item) and not is_size(item):
        return UNKNOWN
    match container:
        case str() if isinstance(item, str):
            return item in container
        case Dict():
            if item in container.items:
                return True
            return UNKNOWN if container.open or not is_constant(item) else False
        case Range(int(start), int(stop), int(step)) if step and isinstance(item, int):
            return bool(item in range(start, stop, step))
        case tuple():
            items = list(container)
        case List() if container.items is not None:
            items = container.items
        case _:
            return UNKNOWN
    answers = [_equal_values(item, other) for other in items]
    if any(answer is True for answer in answers):
        return True
    return False if all(answer is False for answer in answers) else UNKNOWN


def unary(m: "Machine", name: str, operand: Value, node: ast.AST | None) -> Value:
    """`-x`, `+x`, `~x`, `not x`."""
    if name == "Not":
        return negate(m.truth(operand))
    if isinstance(operand, (int, float, complex)):
        try:
            return {"USub": operator.neg, "UAdd": operator.pos, "Invert": operator.invert}[name](operand)  # type: ignore[operator]
        except TypeError:
            return UNKNOWN
    if isinstance(operand, Linear):
        return size_of.multiply(operand, -1) if name == "USub" else operand if name == "UAdd" else UNKNOWN
    path = f"{type_path(operand)}.__unary__"
    return m.effect(path, name, operand, node=node) if find_effect(path) is not None else UNKNOWN


def truth(m: "Machine", value: Value) -> Truth:
    """Whether it counts as true; UNKNOWN where it cannot be told."""
    if is_constant(value) or isinstance(value, tuple):
        return bool(value)
    match value:
        case Unknown() | Quantity():
            return UNKNOWN
        case Linear():
            positive = size_of.less(0, value)
            return True if positive is True else UNKNOWN
        case List():
            return _positive(value.size())
        case Dict():
            return True if value.items else UNKNOWN if value.open else False
        case Set():
            return _positive(value.length)
        case Function() | Class():
            return True
    path = f"{type_path(value)}.__bool__"
    if find_effect(path) is not None:
        answer = m.effect(path, value)
        return answer if isinstance(answer, bool) else UNKNOWN
    return UNKNOWN


def _positive(size: Value) -> Truth:
    if isinstance(size, int):
        return size > 0
    return True if size_of.less(0, size) is True else UNKNOWN
