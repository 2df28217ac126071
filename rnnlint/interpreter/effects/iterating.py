"""itertools."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN
from rnnlint.facts.sizes import add, is_known, multiply, subtract
from rnnlint.interpreter.effects.arithmetic import best_size
from rnnlint.interpreter.effects.containers import each, zipped
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.join import join_all
from rnnlint.interpreter.state import MAX_ITEMS
from rnnlint.interpreter.values import Generator, Iterator, Sequenced, Value, is_size


def _element(rows: Sequenced) -> Value:
    return rows.element if rows.items is None else join_all(rows.items)


@effect("itertools.chain")
def chain(at: Invocation, *iterables: Value) -> Value:
    return UNKNOWN if at.open else _chained([each(at, iterable) for iterable in iterables])


@effect("itertools.chain.from_iterable")
def chain_all(at: Invocation, iterable: Value) -> Value:
    outer = each(at, iterable)
    if outer.items is not None:
        return _chained([each(at, inner) for inner in outer.items])
    inner = each(at, outer.element)
    length = multiply(outer.length, inner.length)
    return Sequenced(None, length if is_known(length) else UNKNOWN, _element(inner))


def _chained(parts: Sequence[Sequenced]) -> Sequenced:
    if all(part.items is not None for part in parts):
        items = [item for part in parts for item in part.items or ()]
        if len(items) <= MAX_ITEMS:
            return Sequenced(items, len(items))
    total: Any = 0
    for part in parts:
        total = add(total, part.length)
    return Sequenced(None, total, join_all([_element(part) for part in parts if part.length != 0]))


@effect("itertools.islice")
def islice(at: Invocation, iterable: Value, *bounds: Value) -> Value:
    start, stop, step = (0, *bounds, 1) if len(bounds) == 1 else (*bounds, 1)[:3] if bounds else (0, UNKNOWN, 1)
    if isinstance(iterable, Iterator) and iterable.rest is None and len(bounds) == 1 and isinstance(stop, int):
        taken, iterable.items = iterable.items[:stop], iterable.items[stop:]
        return Sequenced(taken, len(taken))
    rows = each(at, iterable)
    whole = all(bound is None or isinstance(bound, int) for bound in (start, stop, step))
    if rows.items is not None and whole:
        items = list(rows.items)[start:stop:step]
        return Sequenced(items, len(items))
    length: Any = UNKNOWN
    if step == 1 and is_size(stop) and is_size(start):
        length = subtract(stop, start)
        if is_known(rows.length):
            length = best_size([length, rows.length], "min")
    return Sequenced(None, length, _element(rows))


@effect("itertools.count")
def count(at: Invocation, start: Value = 0, step: Value = 1) -> Value:
    return Generator(at.machine.symbol("i"), endless=True)


@effect("itertools.cycle")
def cycle(at: Invocation, iterable: Value) -> Value:
    return Generator(_element(each(at, iterable)), endless=True)


@effect("itertools.repeat")
def repeat(at: Invocation, value: Value, times: Value = None) -> Value:
    if times is None:
        return Generator(value, endless=True)
    if isinstance(times, int) and 0 <= times <= MAX_ITEMS:
        return Sequenced([value] * times, times)
    return Sequenced(None, times if is_size(times) else UNKNOWN, value)


@effect("itertools.zip_longest")
def zip_longest(at: Invocation, *iterables: Value, fillvalue: Value = None) -> Value:
    parts = [each(at, iterable) for iterable in iterables]
    if len({part.length for part in parts}) == 1:
        return zipped(at.machine, parts)
    return Sequenced(None, UNKNOWN, UNKNOWN)


@effect("itertools.product", "itertools.combinations", "itertools.permutations")
def product(at: Invocation, *iterables: Value, repeat: Value = 1) -> Value:
    """All of them where they are few; else what each is like."""
    name = at.path.rpartition(".")[2]
    parts = [each(at, iterable) for iterable in (iterables if name == "product" else iterables[:1])]
    if name == "product" and isinstance(repeat, int) and 1 <= repeat <= 8:
        parts = parts * repeat
    count = at.kwargs.get("r", iterables[1] if len(iterables) > 1 else UNKNOWN)
    small = all(part.items is not None and len(part.items) <= 32 for part in parts) and len(parts) <= 16
    if small and (name == "product" or (isinstance(count, int) and 0 <= count <= 4)):
        made: dict[str, Callable[..., Any]] = {
            "product": itertools.product,
            "combinations": itertools.combinations,
            "permutations": itertools.permutations,
        }
        pools = [part.items or () for part in parts]
        found = made[name](*pools) if name == "product" else made[name](pools[0], count)
        rows = list(itertools.islice(found, MAX_ITEMS + 1))
        if len(rows) <= MAX_ITEMS:
            return Sequenced(rows, len(rows))
    if name != "product":
        return Sequenced(None, UNKNOWN, UNKNOWN)
    total: Any = 1
    for part in parts:
        total = multiply(total, part.length)
    return Sequenced(None, total, tuple(_element(part) for part in parts))


@effect("itertools.tee")
def tee(at: Invocation, iterable: Value, n: Value = 2) -> Value:
    rows = each(at, iterable)
    return (rows,) * n if isinstance(n, int) and 0 <= n <= 8 else UNKNOWN


@effect("itertools.starmap")
def starmap(at: Invocation, function: Value, iterable: Value) -> Value:
    rows = each(at, iterable)
    if rows.items is not None:
        made = [at.machine.call(function, _arguments(at, row), node=at.node) for row in rows.items]
        return Sequenced(made, len(made))
    return Sequenced(None, rows.length, at.machine.call(function, _arguments(at, rows.element), node=at.node))


def _arguments(at: Invocation, row: Value) -> list[Value]:
    items = each(at, row).items
    return [UNKNOWN] if items is None else list(items)
