"""Methods of lists and tuples; how a list grows in a loop that stands for many rounds."""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Padding, Size, Values
from rnnlint.facts.sizes import add, equal, is_known, multiply, subtract
from rnnlint.interpreter.effects.containers import each, uncounted
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.filling import set_item
from rnnlint.interpreter.indexing import piece
from rnnlint.interpreter.join import element_of, join_all, join_elements, number
from rnnlint.interpreter.state import MAX_ITEMS
from rnnlint.interpreter.values import (
    Array,
    List,
    Sequenced,
    Value,
    is_constant,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_HELD = 4 * MAX_ITEMS
"""A list that grows beyond it is held as so many like elements."""


def grow(machine: "Machine", target: List, times: Size, count: Size, element: Value) -> None:
    """Appends `count` like elements, `times` times over."""
    size = target.size()
    target.element = element if size == 0 or target.empty else join_elements(element_of(target), element)
    target.empty = False
    total = add(size, multiply(count, times))
    target.items, target.length = None, UNKNOWN if total is None else total


@effect("builtins.list.append")
def append(at: Invocation, self: Value, item: Value) -> Value:
    if isinstance(self, List):
        rounds = at.machine.rounds(self.born)
        if rounds == 1 and self.items is not None and len(self.items) < MAX_HELD:
            self.items.append(item)
        else:
            grow(at.machine, self, rounds, 1, item)
    return None


@effect("builtins.list.extend", "builtins.list.__iadd__")
def extend(at: Invocation, self: Value, iterable: Value) -> Value:
    if isinstance(self, List):
        rows = each(at, iterable)
        rounds = at.machine.rounds(self.born)
        before, element = self.size(), element_of(self)
        if rows.items is None:
            grow(at.machine, self, rounds, rows.length, uncounted(rows.element))
            if isinstance(self.length, int) and not isinstance(before, int):
                self.padding = _padding(at, element, rows.element)
        elif rounds == 1 and self.items is not None and len(self.items) + len(rows.items) <= MAX_HELD:
            self.items.extend(rows.items)
        elif rows.items:
            grow(at.machine, self, rounds, len(rows.items), join_all(rows.items))
    return None


def _padding(at: Invocation, front: Value, back: Value) -> Padding | None:
    """How two lists of unknown lengths that make one of known length pad each other: the one of a single constant."""
    for side, value, other in (("post", back, front), ("pre", front, back)):
        if isinstance(value, int | float) and not isinstance(other, int | float):
            values = other.fact.values if isinstance(other, Array) else Values()
            outside = (isinstance(values.low, int | float) and value < values.low) or (
                isinstance(values.high, int | float) and value > values.high
            )
            clash = True if value in (values.low, values.high) else False if outside else UNKNOWN
            return Padding(side, value, clash=clash, location=at.machine.location(at.node))
    return None


@effect("builtins.list.insert")
def insert(at: Invocation, self: Value, index: Value, item: Value) -> Value:
    if isinstance(self, List):
        rounds = at.machine.rounds(self.born)
        if rounds == 1 and self.items is not None and isinstance(index, int) and len(self.items) < MAX_HELD:
            self.items.insert(index, item)
        else:
            grow(at.machine, self, rounds, 1, item)
    return None


@effect("builtins.list.appendleft")
def appendleft(at: Invocation, self: Value, item: Value) -> Value:
    return insert(at, self, 0, item)


@effect("builtins.list.pop", "builtins.list.popleft")
def pop(at: Invocation, self: Value, index: Value = -1) -> Value:
    if not isinstance(self, List):
        return UNKNOWN
    if at.path.endswith("popleft"):
        index = 0
    rounds = at.machine.rounds(self.born)
    if self.items is not None and rounds == 1 and isinstance(index, int):
        return self.items.pop(index) if -len(self.items) <= index < len(self.items) else UNKNOWN
    element = element_of(self)
    length = subtract(self.size(), rounds)
    self.items, self.length, self.element = None, UNKNOWN if length is None else length, element
    return element


@effect("builtins.list.remove")
def remove(at: Invocation, self: Value, item: Value) -> Value:
    if isinstance(self, List):
        if self.items is not None and at.machine.rounds(self.born) == 1 and is_constant(item):
            for i, other in enumerate(self.items):
                if not is_constant(other):
                    break
                if other == item:
                    del self.items[i]
                    return None
        element = element_of(self)
        length = subtract(self.size(), at.machine.rounds(self.born))
        self.items, self.length, self.element = None, UNKNOWN if length is None else length, element
    return None


@effect("builtins.list.clear")
def clear(at: Invocation, self: Value) -> Value:
    if isinstance(self, List):
        if at.machine.rounds(self.born) == 1:
            self.items, self.length, self.element = [], 0, UNKNOWN
        else:
            self.forget()
    elif isinstance(self, Array):
        return None
    return None


@effect("builtins.list.sort")
def sort(at: Invocation, self: Value, key: Value = None, reverse: Value = False) -> Value:
    if isinstance(self, List) and self.items is not None:
        items = sort_items(at, self.items, key, reverse)
        if items is not None:
            self.items = items
        else:
            self.length, self.element, self.items = len(self.items), join_all(self.items), None
    return None


@effect("builtins.list.reverse")
def reverse(at: Invocation, self: Value) -> Value:
    if isinstance(self, List):
        if self.items is not None and at.machine.rounds(self.born) == 1:
            self.items.reverse()
        else:
            self.length, self.element, self.items = self.size(), element_of(self), None
    return None


@effect("builtins.list.copy")
def copy_list(at: Invocation, self: Value) -> Value:
    if not isinstance(self, List):
        return UNKNOWN
    return at.machine.make_list(None if self.items is None else list(self.items), self.length, self.element)


@effect("builtins.list.index", "builtins.tuple.index")
def index_of(at: Invocation, self: Value, item: Value) -> Value:
    items = self if isinstance(self, tuple) else self.items if isinstance(self, List) else None
    if items is not None and is_constant(item) and all(is_constant(other) for other in items):
        return next((i for i, other in enumerate(items) if other == item), UNKNOWN)
    size = len(self) if isinstance(self, tuple) else self.size() if isinstance(self, List) else UNKNOWN
    last = subtract(size, 1)
    return number("int64", Values(0, last if is_known(last) else UNKNOWN, True))


@effect("builtins.list.count", "builtins.tuple.count")
def count_of(at: Invocation, self: Value, item: Value) -> Value:
    items = self if isinstance(self, tuple) else self.items if isinstance(self, List) else None
    if items is not None and is_constant(item) and all(is_constant(other) for other in items):
        return sum(other == item for other in items)
    return number("int64", Values(whole=True))


@effect("builtins.list.__getitem__")
def list_item(at: Invocation, self: Value, index: Value) -> Value:
    """A slice of a list with bounds that are not plain numbers, or of a list that is known as a whole alone."""
    if isinstance(self, Array):
        return _of_rows(at, self, index)
    if not isinstance(self, List) or isinstance(index, tuple):
        return UNKNOWN
    if not isinstance(index, slice):
        return element_of(self)
    length = piece(self.size(), index).length
    if length is None:
        length = UNKNOWN
    part = at.machine.make_list(None, length, element_of(self))
    if self.padding is not None and equal(length, self.size()) is True:
        part.padding = self.padding
    return part


def _of_rows(at: Invocation, rows: Array, index: Value) -> Value:
    """Of a list of lists of unequal lengths, held as an array."""
    if isinstance(index, tuple):
        return UNKNOWN
    if rows.fact.ragged is not True:
        return at.machine.effect("numpy.ndarray.__getitem__", rows, index, node=at.node)
    if not isinstance(index, slice):
        return at.machine.make_list(None, UNKNOWN, number_like(rows))
    part = at.machine.effect("numpy.ndarray.__getitem__", rows, index, node=at.node)
    return Array(part.fact, rows.path, part.cut) if isinstance(part, Array) else part


def number_like(rows: Array) -> Value:
    """An element of a row of an array of ragged rows."""
    return number("int64" if rows.fact.values.whole is True else UNKNOWN, rows.fact.values)


@effect("builtins.list.__setitem__")
def set_row(at: Invocation, self: Value, index: Value, row: Value) -> Value:
    """Of a list of lists, held as an array."""
    if isinstance(self, Array):
        set_item(at, self, index, row)
    return None


@effect("builtins.list.__iter__")
def list_iter(at: Invocation, self: Value) -> Value:
    if isinstance(self, Array):
        length = self.dims[0] if self.dims else UNKNOWN
        return Sequenced(None, length, at.machine.make_list(None, UNKNOWN, number_like(self)), of_data=True)
    return Sequenced(None, UNKNOWN)


def sort_items(at: Invocation, items: list[Value], key: Value, reverse: Value) -> list[Value] | None:
    """The items in order; None where it is not known."""
    keys = items if key is None else [at.machine.call(key, [item], node=at.node) for item in items]
    if not all(is_constant(value) for value in keys) or not isinstance(reverse, bool):
        return None
    try:
        order = sorted(range(len(items)), key=lambda index: keys[index], reverse=reverse)
    except TypeError:
        return None
    return [items[index] for index in order]
