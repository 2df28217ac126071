"""Python's built-in functions and types that make and walk sequences, dictionaries and texts."""

import ast
from collections.abc import Callable
from typing import Any

from rnnlint.facts import UNKNOWN, Size, Values
from rnnlint.interpreter.access import find_in_class, has_method
from rnnlint.interpreter.effects import (  # noqa: F401  (they fill the table)
    arithmetic,
    dictionaries,
    files,
    lists,
    objects,
)
from rnnlint.interpreter.effects.arithmetic import MAX_BITS
from rnnlint.interpreter.effects.containers import (
    counted,
    each,
    make_list_of,
    mapped,
    reversed_items,
    set_of,
    zipped,
)
from rnnlint.interpreter.effects.dictionaries import update_dict
from rnnlint.interpreter.effects.lists import sort_items
from rnnlint.interpreter.effects.registry import Invocation, effect, find_effect
from rnnlint.interpreter.effects.text import formatted, unknown_text
from rnnlint.interpreter.expressions import look_up
from rnnlint.interpreter.iteration import range_length
from rnnlint.interpreter.join import join_all, number
from rnnlint.interpreter.state import MAX_TEXT
from rnnlint.interpreter.values import (
    Array,
    Bound,
    Dict,
    Function,
    Instance,
    Iterator,
    List,
    Object,
    Range,
    Sequenced,
    Set,
    Value,
    is_constant,
    is_size,
    type_path,
)


@effect("builtins.len")
def length(at: Invocation, value: Value) -> Value:
    """Number of elements; of something that may hold any number a size of its own, UNKNOWN if it is not known."""
    match value:
        case str() | bytes() | tuple():
            return len(value)
        case List():
            return value.size()
        case Dict():
            return value.length if value.open else len(value.items)
        case Set():
            return value.length
        case Range():
            return range_length(value)
        case Array() if value.dims:
            return value.dims[0]
        case Instance():
            method = find_in_class(value.cls, "__len__")
            if isinstance(method, Function):
                return at.machine.call(Bound(method, value), node=at.node)
            return length(at, value.base) if value.base is not None else UNKNOWN
    path = f"{type_path(value)}.__len__"
    if find_effect(path) is not None:
        return at.machine.effect(path, value, node=at.node)
    return UNKNOWN


@effect("builtins.range")
def range_(at: Invocation, start: Value, stop: Value = None, step: Value = 1) -> Value:
    if stop is None:
        start, stop = 0, start
    bounds = [_as_size(bound) for bound in (start, stop, step)]
    return Range(*bounds)


def _as_size(value: Value) -> Size:
    if isinstance(value, bool):
        return int(value)
    if is_size(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, Array) and isinstance(value.content, int):
        return value.content
    return UNKNOWN


@effect("builtins.enumerate")
def enumerate_(at: Invocation, iterable: Value, start: Value = 0) -> Value:
    return counted(at.machine, each(at, iterable), start)


@effect("builtins.zip")
def zip_(at: Invocation, *iterables: Value, strict: Value = False) -> Value:
    if at.open:
        return UNKNOWN if iterables else _turned(at)
    return zipped(at.machine, [each(at, iterable) for iterable in iterables])


def _turned(at: Invocation) -> Value:
    """`zip(*rows)` of rows whose number is not known: one list for each column."""
    match at.node:
        case ast.Call(args=[ast.Starred(value=ast.Name() as name)]):
            rows = each(at, look_up(at.machine, name.id))
        case _:
            return UNKNOWN
    if rows.items is not None:
        return UNKNOWN
    row = each(at, rows.element)
    if row.items is None:
        return UNKNOWN
    columns = [at.machine.make_list(None, rows.length, item) for item in row.items]
    return Sequenced(columns, len(columns))


@effect("builtins.map")
def map_(at: Invocation, function: Value, *iterables: Value) -> Value:
    parts = [each(at, iterable) for iterable in iterables]
    rows = parts[0] if len(parts) == 1 else zipped(at.machine, parts)
    if len(parts) == 1:
        return mapped(at, rows, lambda item: at.machine.call(function, [item], node=at.node))
    return mapped(at, rows, lambda row: at.machine.call(function, list(row), node=at.node))


@effect("builtins.filter")
def filter_(at: Invocation, function: Value, iterable: Value) -> Value:
    rows = each(at, iterable)
    if rows.items is None:
        return Sequenced(None, at.machine.symbol("n"), rows.element)
    kept: list[Value] = []
    for item in rows.items:
        keeps = at.machine.truth(item if function is None else at.machine.call(function, [item], node=at.node))
        if keeps is UNKNOWN:
            return Sequenced(None, UNKNOWN, join_all(rows.items))
        if keeps is True:
            kept.append(item)
    return Iterator(kept)


@effect("builtins.sorted")
def sorted_(at: Invocation, iterable: Value, key: Value = None, reverse: Value = False) -> Value:
    rows = each(at, iterable)
    if rows.items is None:
        return make_list_of(at.machine, rows)
    items = sort_items(at, list(rows.items), key, reverse)
    if items is None:
        return at.machine.make_list(None, len(rows.items), join_all(rows.items))
    return at.machine.make_list(items)


@effect("builtins.reversed")
def reversed_(at: Invocation, sequence: Value) -> Value:
    return reversed_items(at, sequence)


@effect("builtins.iter")
def iter_(at: Invocation, value: Value) -> Value:
    path = f"{type_path(value)}.__iter__"
    if not isinstance(value, Array | List | tuple | str | Dict | Set | Range | Sequenced):
        if isinstance(value, Iterator) or (not isinstance(value, Instance) and find_effect(path) is None):
            return value
        if isinstance(value, Instance) and has_method(value.cls, "__next__"):
            return value
    rows = each(at, value)
    if rows.items is not None:
        return Iterator(list(rows.items))
    return Iterator([], rows)


@effect("builtins.next")
def next_(at: Invocation, iterator: Value, default: Value = UNKNOWN) -> Value:
    match iterator:
        case Iterator():
            if iterator.items and not at.machine.loops:
                return iterator.items.pop(0)
            if iterator.items:
                return join_all(iterator.items)
            return default if iterator.rest is None else iterator.rest.element
        case Instance():
            method = find_in_class(iterator.cls, "__next__")
            return at.machine.call(Bound(method, iterator), node=at.node) if isinstance(method, Function) else UNKNOWN
    path = f"{type_path(iterator)}.__next__"
    if find_effect(path) is not None:
        return at.machine.effect(path, iterator, node=at.node)
    rows = at.machine.iterate(iterator, at.node)
    if rows.items is not None:
        return rows.items[0] if rows.items else default
    return rows.element


@effect("builtins.list")
def list_(at: Invocation, iterable: Value = ()) -> Value:
    if isinstance(iterable, Array) and iterable.content is None:
        rows = each(at, iterable)
        return at.machine.make_list(None, rows.length, rows.element)
    return make_list_of(at.machine, each(at, iterable))


@effect("builtins.tuple")
def tuple_(at: Invocation, iterable: Value = ()) -> Value:
    rows = each(at, iterable)
    if rows.items is not None:
        return tuple(rows.items)
    if isinstance(rows.length, int) and 0 <= rows.length <= 16 and rows.element is not UNKNOWN:
        return (rows.element,) * rows.length
    return make_list_of(at.machine, rows)


@effect("builtins.set", "builtins.frozenset")
def set_(at: Invocation, iterable: Value = ()) -> Value:
    if isinstance(iterable, str):
        return set_of(at, tuple(set(iterable)))
    rows = each(at, iterable)
    if rows.items is not None:
        return set_of(at, rows.items)
    return Set(at.machine.symbol("len(set)"), rows.element)


@effect("builtins.dict")
def dict_(at: Invocation, source: Value = (), **given: Value) -> Value:
    made = Dict()
    if at.open:
        made.open = True
    update_dict(at, made, source)
    made.items.update(given)
    return made


@effect("builtins.str", "builtins.repr", "builtins.ascii")
def str_(at: Invocation, value: Value = "", encoding: Value = None) -> Value:
    if isinstance(value, str) and at.path == "builtins.str":
        return value
    if is_constant(value) and not (isinstance(value, int) and value.bit_length() > MAX_BITS):
        text = str(value) if at.path == "builtins.str" else repr(value)
        return text if len(text) <= MAX_TEXT else unknown_text(at)
    if isinstance(value, Object) and value.path == "builtins.str":
        return value
    if isinstance(value, Object) and isinstance(value.attributes.get("text"), str):
        return value.attributes["text"]
    return unknown_text(at)


@effect("builtins.bytes", "builtins.bytearray")
def bytes_(at: Invocation, source: Value = b"", encoding: Value = "utf-8") -> Value:
    return source if isinstance(source, bytes) else UNKNOWN


@effect("builtins.print", "builtins.breakpoint", "builtins.help", "builtins.delattr", "builtins.exec")
def nothing(at: Invocation) -> Value:
    return None


@effect("builtins.input")
def input_(at: Invocation) -> Value:
    return unknown_text(at)


@effect("builtins.format")
def format_(at: Invocation, value: Value, spec: Value = "") -> Value:
    return formatted(at, value, spec)


@effect("builtins.ord", "builtins.chr", "builtins.hex", "builtins.oct", "builtins.bin", "builtins.hash")
def of_one(at: Invocation, value: Value) -> Value:
    functions: dict[str, Callable[[Any], Any]] = {"ord": ord, "chr": chr, "hex": hex, "oct": oct, "bin": bin}
    function = functions.get(at.path.rpartition(".")[2])
    if function is not None and is_constant(value):
        try:
            return function(value)
        except (TypeError, ValueError, OverflowError):
            return UNKNOWN
    if at.path == "builtins.ord":
        return number("int64", Values(whole=True))
    return unknown_text(at) if function is not None else UNKNOWN
