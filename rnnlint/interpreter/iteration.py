"""What a loop over a value sees."""

import ast
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Size
from rnnlint.facts.sizes import add, ceil_divide, less, multiply, subtract
from rnnlint.interpreter.access import find_in_class
from rnnlint.interpreter.effects.registry import find_effect
from rnnlint.interpreter.state import MAX_ITEMS
from rnnlint.interpreter.values import (
    COUNTER,
    Bound,
    Dict,
    Function,
    Generator,
    Instance,
    Iterator,
    List,
    Range,
    Sequenced,
    Set,
    Value,
    type_path,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

NOTHING_KNOWN = Sequenced(None, UNKNOWN)


def iterate(m: "Machine", value: Value, node: ast.AST | None = None) -> Sequenced:
    """All elements one by one where they are few and known, else what each is like."""
    match value:
        case Sequenced():
            return value
        case tuple() | str():
            return Sequenced(tuple(value), len(value)) if len(value) <= MAX_ITEMS else Sequenced(None, len(value))
        case List():
            if value.items is not None:
                return Sequenced(list(value.items), len(value.items))
            return Sequenced(None, value.length, value.element)
        case Dict():
            if value.open:
                return Sequenced(None, m.symbol("n") if value.length is UNKNOWN else value.length, value.key)
            return Sequenced(list(value.items), len(value.items))
        case Set() if value.items is not None and len(value.items) <= MAX_ITEMS:
            # Python gives them in an order that nobody knows: one that is the same each time.
            return Sequenced(sorted(value.items, key=repr), len(value.items))
        case Set():
            return Sequenced(None, value.length, value.element)
        case Range():
            return _of_range(m, value)
        case Iterator():
            return _of_iterator(value)
        case Generator():
            return Sequenced(None, value.length, value.yields)
        case Instance():
            method = find_in_class(value.cls, "__iter__")
            if isinstance(method, Function):
                made = m.call(Bound(method, value), node=node)
                return NOTHING_KNOWN if isinstance(made, Instance) else iterate(m, made, node)
            return iterate(m, value.base, node) if value.base is not None else NOTHING_KNOWN
    path = f"{type_path(value)}.__iter__"
    if find_effect(path) is None:
        return NOTHING_KNOWN
    made = m.effect(path, value, node=node)
    if isinstance(made, Sequenced):
        return made
    return iterate(m, made, node) if isinstance(made, (List, tuple, Iterator, Generator)) else NOTHING_KNOWN


def range_length(value: Range) -> Size:
    """Number of elements of a range; UNKNOWN where it cannot be told."""
    start, stop, step = value.start, value.stop, value.step
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int):
        return len(range(start, stop, step)) if step else UNKNOWN
    if not isinstance(step, int) or step > 0:
        length = ceil_divide(subtract(stop, start), step)
    elif step < 0:
        length = ceil_divide(subtract(start, stop), -step)
    else:
        return UNKNOWN
    if length is None:
        return UNKNOWN
    return 0 if less(length, 0) is True else length


def _of_range(m: "Machine", value: Range) -> Sequenced:
    length = range_length(value)
    start, stop, step = value.start, value.stop, value.step
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int) and step:
        numbers = range(start, stop, step)
        if len(numbers) <= MAX_ITEMS:
            return Sequenced(list(numbers), len(numbers), *_stepping(m, value))
    return Sequenced(None, length, *_stepping(m, value))


def _stepping(m: "Machine", value: Range) -> tuple[Value, Value]:
    """What an element is like, in a symbol that counts the rounds."""
    counter = m.symbol(COUNTER)
    element = add(value.start, multiply(value.step, counter))
    return (UNKNOWN if element is None else element), counter


def _of_iterator(value: Iterator) -> Sequenced:
    items, rest = value.items, value.rest
    value.items = []
    if rest is None:
        return Sequenced(items, len(items))
    if not items:
        return rest
    return Sequenced(None, UNKNOWN, rest.element if rest.items is None else UNKNOWN)
