"""Lists, tuples, dictionaries, sets, and what is made of iterating over them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Size, Symbol, Values
from rnnlint.facts.sizes import add, equal, is_known, less_equal, multiply, subtract, term
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.indexing import piece
from rnnlint.interpreter.join import element_of, join_all, join_elements, number
from rnnlint.interpreter.state import MAX_ITEMS
from rnnlint.interpreter.values import (
    Array,
    Class,
    Dict,
    Function,
    Library,
    List,
    Object,
    Range,
    Sequenced,
    Set,
    Value,
    is_constant,
    is_size,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_HELD = 4 * MAX_ITEMS
"""A list that grows beyond it is held as so many like elements."""


def each(at: Invocation, iterable: Value) -> Sequenced:
    """What iterating over a value gives."""
    return at.machine.iterate(iterable, at.node)


def positioned(machine: "Machine", rows: Sequenced) -> Sequenced:
    """The same with a counter, if it has none."""
    if rows.counter is not None:
        return rows
    element = rows.element if rows.items is None else join_all(rows.items)
    return Sequenced(rows.items, rows.length, element, machine.symbol("i"), rows.of_data)


def counted(machine: "Machine", rows: Sequenced, start: Value = 0) -> Sequenced:
    """`enumerate`: numbers with the elements."""
    rows = positioned(machine, rows)
    first = start if is_size(start) else UNKNOWN
    number = add(first, rows.counter)
    items = None if rows.items is None else [(add(first, i), item) for i, item in enumerate(rows.items)]
    return Sequenced(items, rows.length, (number, rows.element), rows.counter, rows.of_data)


def zipped(machine: "Machine", parts: Sequence[Sequenced]) -> Sequenced:
    """`zip`: rows of one element of each."""
    if not parts:
        return Sequenced([], 0)
    of_data = any(part.of_data for part in parts)
    if all(part.items is not None for part in parts):
        rows: list[Value] = list(zip(*(part.items or () for part in parts), strict=False))
        return Sequenced(rows, len(rows), of_data=of_data)
    marked = [positioned(machine, part) for part in parts]
    counter = marked[0].counter
    assert counter is not None
    row = tuple(recounted(part.element, part.counter, counter) for part in marked)
    return Sequenced(None, shortest([part.length for part in parts]), row, counter, of_data)


def shortest(lengths: Sequence[Size]) -> Size:
    """Length of a zip of sequences of these lengths."""
    first = lengths[0]
    if all(equal(first, length) is True for length in lengths[1:]):
        return first
    whole = [length for length in lengths if isinstance(length, int)]
    if len(whole) == len(lengths):
        return min(whole)
    if any(not is_known(length) for length in lengths):
        return UNKNOWN
    return term(f"min({', '.join(sorted(map(str, lengths)))})", *sorted(lengths, key=str))


def recounted(value: Value, old: Linear | None, new: Linear) -> Value:
    """The value with another counter in the place of its own."""
    if old is None or old == new:
        return value
    symbol = old.terms[0][0]
    if isinstance(value, Linear) and isinstance(symbol, Symbol):
        return _with_counter(value, symbol, new)
    if isinstance(value, tuple):
        return tuple(recounted(item, old, new) for item in value)
    if isinstance(value, Array) and value.cut is not None and isinstance(symbol, Symbol):
        start = _with_counter(value.cut.start, symbol, new)
        return Array(value.fact, value.path, replace(value.cut, start=start), value.content)
    return value


def _with_counter(size: Size, symbol: Symbol, new: Linear) -> Size:
    if not isinstance(size, Linear):
        return size
    total: Any = size
    for atom, factor in size.terms:
        if atom == symbol:
            total = add(subtract(total, multiply(Linear(0, ((atom, 1),)), factor)), multiply(new, factor))
    return UNKNOWN if total is None else total


def mapped(at: Invocation, rows: Sequenced, function: Callable[[Value], Value]) -> Sequenced:
    """What a function makes of each element."""
    if rows.items is not None:
        items: list[Value] = []
        for item in rows.items:
            at.machine.spend()
            items.append(function(item))
        return Sequenced(items, len(items), of_data=rows.of_data)
    return Sequenced(None, rows.length, function(rows.element), rows.counter, rows.of_data)


def make_list_of(machine: "Machine", rows: Sequenced) -> List:
    """A new list of the elements."""
    if rows.items is not None:
        return machine.make_list(list(rows.items))
    return machine.make_list(None, rows.length, spanned(rows.element, rows.counter, rows.length))


def spanned(element: Value, counter: Linear | None, length: Size) -> Value:
    """An element of what a loop over `length` rounds made, once the loop is over: of a number that depends on the
    loop's counter its bounds."""
    if isinstance(element, tuple):
        return tuple(spanned(item, counter, length) for item in element)
    if not isinstance(element, Linear) or counter is None:
        return uncounted(element)
    ends: list[Any] = [recounted(element, counter, Linear(0, ())), recounted(element, counter, _last(length))]
    ends = [end.constant if isinstance(end, Linear) and not end.terms else end for end in ends]
    low, high = ends if less_equal(*ends) is not False else reversed(ends)
    return number("int64", Values(low, high, True))


def _last(length: Size) -> Linear:
    """Number of the last round, as a form."""
    last = subtract(length, 1)
    if isinstance(last, int):
        return Linear(last, ())
    return last if isinstance(last, Linear) else Linear(0, ())


def set_of(at: Invocation, items: Sequence[Value]) -> Set:
    """A new set of these."""
    if all(is_constant(item) for item in items):
        kept = frozenset(items)
        return Set(len(kept), join_all(kept), kept, at.machine.new_id())
    return Set(at.machine.symbol("len(set)"), join_all(items), born=at.machine.new_id())


def uncounted(element: Value) -> Value:
    """An element of a list in which the loop's counter means nothing any more."""
    if isinstance(element, Linear):
        return number("int64", Values(whole=True))
    if isinstance(element, tuple):
        return tuple(uncounted(item) for item in element)
    return element


def reversed_items(at: Invocation, sequence: Value) -> Value:
    """`reversed(sequence)`."""
    if isinstance(sequence, Range) and all(isinstance(n, int) for n in (sequence.start, sequence.stop, sequence.step)):
        numbers = range(sequence.start, sequence.stop, sequence.step or 1)[::-1]  # type: ignore[arg-type]
        return Range(numbers.start, numbers.stop, numbers.step)
    rows = each(at, sequence)
    if rows.items is not None:
        return Sequenced(list(reversed(rows.items)), rows.length, of_data=rows.of_data)
    return Sequenced(None, rows.length, uncounted(rows.element), None, rows.of_data)


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
    from rnnlint.interpreter.effects.builtins import sort_items

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
    if not isinstance(self, List):
        return UNKNOWN
    if not isinstance(index, slice):
        return element_of(self)
    length = piece(self.size(), index).length
    if length is None:
        length = UNKNOWN
    element = _sliced_element(element_of(self))
    return at.machine.make_list(None, length, element)


def _sliced_element(element: Value) -> Value:
    return element


def _of_rows(at: Invocation, rows: Array, index: Value) -> Value:
    """Of a list of lists of unequal lengths, held as an array."""
    if not isinstance(index, slice):
        return at.machine.make_list(None, UNKNOWN, number_like(rows))
    part = at.machine.effect("numpy.ndarray.__getitem__", rows, index, node=at.node)
    return Array(part.fact, rows.path, part.cut) if isinstance(part, Array) else part


def number_like(rows: Array) -> Value:
    """An element of a row of an array of ragged rows."""
    return number("int64" if rows.fact.values.whole is True else UNKNOWN, rows.fact.values)


@effect("builtins.list.__iter__")
def list_iter(at: Invocation, self: Value) -> Value:
    if isinstance(self, Array):
        length = self.dims[0] if self.dims else UNKNOWN
        return Sequenced(None, length, at.machine.make_list(None, UNKNOWN, number_like(self)), of_data=True)
    return Sequenced(None, UNKNOWN)


@effect("builtins.dict.get", "builtins.dict.pop")
def get(at: Invocation, self: Value, key: Value, default: Value = None) -> Value:
    if not isinstance(self, Dict):
        return UNKNOWN
    if not _is_key(key):
        return UNKNOWN
    if at.path.endswith("pop") and at.machine.rounds(0) == 1 and key in self.items:
        return self.items.pop(key)
    if key in self.items:
        return self.items[key]
    return UNKNOWN if self.open else default


@effect("builtins.dict.setdefault")
def setdefault(at: Invocation, self: Value, key: Value, default: Value = None) -> Value:
    if not isinstance(self, Dict) or not _is_key(key):
        return UNKNOWN
    if key not in self.items:
        if self.open:
            return UNKNOWN
        self.items[key] = default
    return self.items[key]


@effect("builtins.dict.items")
def items(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dict):
        return UNKNOWN
    if self.open:
        return Sequenced(None, self.length, (self.key, self.element))
    return Sequenced([(key, value) for key, value in self.items.items()], len(self.items))


@effect("builtins.dict.keys")
def keys(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dict):
        return UNKNOWN
    if self.open:
        return Sequenced(None, self.length, self.key)
    return Sequenced(list(self.items), len(self.items))


@effect("builtins.dict.values")
def values(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dict):
        return UNKNOWN
    if self.open:
        return Sequenced(None, self.length, self.element)
    return Sequenced(list(self.items.values()), len(self.items))


@effect("builtins.dict.update")
def update(at: Invocation, self: Value, source: Value = (), **given: Value) -> Value:
    from rnnlint.interpreter.effects.builtins import update_dict

    if isinstance(self, Dict):
        update_dict(at, self, source)
        self.items.update(given)
        if at.open:
            self.open, self.length = True, UNKNOWN
    return None


@effect("builtins.dict.copy")
def copy_dict(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dict):
        return UNKNOWN
    return Dict(dict(self.items), self.open, self.length, self.key, self.element)


@effect("builtins.dict.clear")
def clear_dict(at: Invocation, self: Value) -> Value:
    if isinstance(self, Dict):
        self.items, self.open, self.length, self.key, self.element = {}, False, UNKNOWN, UNKNOWN, UNKNOWN
    return None


@effect("builtins.dict.fromkeys")
def fromkeys(at: Invocation, keys: Value, value: Value = None) -> Value:
    rows = each(at, keys)
    if rows.items is not None and all(_is_key(key) for key in rows.items):
        return Dict(dict.fromkeys(rows.items, value))
    return Dict(open=True, length=rows.length, element=value)


def _is_key(value: Value) -> bool:
    return is_constant(value) or isinstance(value, Linear | Library | Class | Function)


@effect("builtins.set.add", "builtins.set.update", "builtins.set.discard", "builtins.set.remove")
def change_set(at: Invocation, self: Value, item: Value) -> Value:
    if isinstance(self, Set):
        name = at.path.rpartition(".")[2]
        new = {"add": lambda kept: kept | {item}, "discard": lambda kept: kept - {item}}.get(name)
        if new is not None and self.items is not None and is_constant(item) and at.machine.rounds(self.born) == 1:
            self.items = new(self.items)
            self.length, self.element = len(self.items), join_all(self.items)
        else:
            self.length, self.element, self.items = at.machine.symbol("len(set)"), UNKNOWN, None
    return None


@effect("builtins.set.union", "builtins.set.intersection", "builtins.set.difference", "builtins.set.copy")
def of_sets(at: Invocation, self: Value) -> Value:
    return Set(at.machine.symbol("len(set)"), UNKNOWN)


@effect("builtins.set.__binary__")
def set_operator(at: Invocation, operator: Value, left: Value, right: Value) -> Value:
    return Set(at.machine.symbol("len(set)"), UNKNOWN)


@effect("builtins.slice.indices")
def indices(at: Invocation, self: Value, size: Value) -> Value:
    try:
        return self.indices(size) if isinstance(self, slice) and isinstance(size, int) else UNKNOWN
    except (TypeError, ValueError):
        return UNKNOWN


@attribute("builtins.slice.start", "builtins.slice.stop", "builtins.slice.step")
def bound(machine: "Machine", value: Value) -> Value:
    return UNKNOWN


@effect("builtins.file.read", "builtins.file.readline")
def read(at: Invocation, self: Value) -> Value:
    from rnnlint.interpreter.effects.text import unknown_text

    return unknown_text(at, at.machine.symbol("len(text)"))


@effect("builtins.file.readlines")
def readlines(at: Invocation, self: Value) -> Value:
    from rnnlint.interpreter.effects.text import unknown_text

    return at.machine.make_list(None, at.machine.symbol("len(lines)"), unknown_text(at))


@effect("builtins.file.__iter__")
def iterate_lines(at: Invocation, self: Value) -> Value:
    from rnnlint.interpreter.effects.text import unknown_text

    return Sequenced(None, at.machine.symbol("len(lines)"), unknown_text(at))


@effect("builtins.file.__enter__")
def enter(at: Invocation, self: Value) -> Value:
    return self


@effect("builtins.file.write", "builtins.file.close", "builtins.file.flush", "builtins.file.writelines")
def write(at: Invocation, self: Value) -> Value:
    return None


@attribute("builtins.file.name")
def file_name(machine: "Machine", value: Value) -> Value:
    return value.attributes.get("name", UNKNOWN) if isinstance(value, Object) else UNKNOWN
