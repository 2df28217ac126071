"""Methods of dictionaries, sets and slices."""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Linear, Size
from rnnlint.interpreter.effects.containers import each, spanned
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.join import join_all
from rnnlint.interpreter.values import (
    Class,
    Dict,
    Function,
    Library,
    List,
    Sequenced,
    Set,
    Value,
    is_constant,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


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


def update_dict(at: Invocation, target: Dict, source: Value) -> None:
    """`target.update(source)` with a dictionary or pairs."""
    if isinstance(source, Dict):
        if source.open:
            _open(target, source.length if not target.items else UNKNOWN, source.key, source.element)
        target.items.update(source.items)
        return
    rows = each(at, source)
    if rows.items is None:
        pair = spanned(rows.element, rows.counter, rows.length)
        key, element = pair if isinstance(pair, tuple) and len(pair) == 2 else (UNKNOWN,) * 2
        _open(target, rows.length if not target.items else UNKNOWN, key, element)
        return
    for row in rows.items:
        pair = row if isinstance(row, tuple) else row.items if isinstance(row, List) else None
        if pair is None or len(pair) != 2 or not _is_key(pair[0]):
            _open(target, UNKNOWN, UNKNOWN, UNKNOWN)
        else:
            target.items[pair[0]] = pair[1]


def _open(target: Dict, length: Size, key: Value, element: Value) -> None:
    target.open, target.length, target.key, target.element = True, length, key, element
    target.items = dict.fromkeys(target.items, UNKNOWN)
