"""What is made of iterating over something: enumerate, zip, lists and sets of what comes out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Linear, Size, Symbol, Values
from rnnlint.facts.sizes import add, equal, is_known, less_equal, multiply, subtract, term
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.join import join_all, number
from rnnlint.interpreter.values import (
    Array,
    List,
    Range,
    Sequenced,
    Set,
    Value,
    is_constant,
    is_size,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


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
