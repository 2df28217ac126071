"""Attributes and items of values."""

import ast
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Linear, Unknown
from rnnlint.interpreter.effects.registry import find_attribute, find_effect, knows
from rnnlint.interpreter.join import join_all, join_elements
from rnnlint.interpreter.names import canonical
from rnnlint.interpreter.values import (
    Bound,
    Class,
    Dict,
    Function,
    Instance,
    Library,
    List,
    Module,
    Object,
    Super,
    Value,
    is_constant,
    type_path,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MISSING = object()

MAX_LOOKED_UP = 1_000
"""Values of a dictionary that are joined for a key that is not known."""
"""No class of the line defines the name."""


def get_attribute(m: "Machine", value: Value, name: str, node: ast.AST | None) -> Value:
    """`value.name`; UNKNOWN where it cannot be told."""
    match value:
        case Unknown():
            return Bound(f"unknown.{name}", value) if knows(f"unknown.{name}") else UNKNOWN
        case Library(path, spelled):
            return _of_library(m, path, spelled, name)
        case Module():
            return value.scope.names.get(name, UNKNOWN)
        case Instance():
            return _of_instance(m, value, name, node)
        case Class():
            found = find_in_class(value, name)
            if isinstance(found, Function) and "classmethod" in found.decorators:
                return Bound(found, value)
            if found is MISSING:
                return Library(f"{bases[0]}.{name}") if (bases := value.library_bases()) else UNKNOWN
            return found
        case Super():
            return _of_super(m, value, name, node)
    if isinstance(value, Object) and name in value.attributes:
        return value.attributes[name]
    path = f"{type_path(value)}.{name}"
    attribute = find_attribute(path)
    if attribute is not None:
        return attribute(m, value)
    if find_effect(path) is not None:
        return Bound(path, value)
    fallback = f"{type_path(value)}.__getattr__"
    return m.effect(fallback, value, name, node=node) if find_effect(fallback) is not None else UNKNOWN


def set_attribute(m: "Machine", value: Value, name: str, new: Value, node: ast.AST | None) -> None:
    """`value.name = new`. What cannot hold it forgets nothing: it stays as it was."""
    match value:
        case Instance():
            value.attributes[name] = new
            if value.base is not None:
                _set_effect(m, value.base, name, new, node)
        case Class():
            value.names[name] = new
        case Module():
            value.scope.names[name] = new
        case Object():
            value.attributes[name] = new
        case Library(path):
            m.overrides[canonical(f"{path}.{name}")] = new
        case _:
            _set_effect(m, value, name, new, node)


def _set_effect(m: "Machine", value: Value, name: str, new: Value, node: ast.AST | None) -> None:
    path = f"{type_path(value)}.__setattr__"
    if find_effect(path) is not None:
        m.effect(path, value, name, new, node=node)


def find_in_class(cls: Class, name: str, after: Class | None = None) -> Value:
    """What the class, or a base of the program, defines under that name; `MISSING` if none does.

    With `after` only what stands behind that class in the line of bases counts.
    """
    behind = after is None
    for base in cls.line():
        if behind and isinstance(base, Class) and name in base.names:
            return base.names[name]
        behind = behind or base is after
    return MISSING


def has_method(cls: Class, name: str) -> bool:
    """Whether the class or a base of the program defines it as a function."""
    return isinstance(find_in_class(cls, name), Function)


def _of_library(m: "Machine", path: str, spelled: str, name: str) -> Value:
    full = canonical(f"{path}.{name}")
    if full in m.overrides:
        return m.overrides[full]
    attribute = find_attribute(full)
    if attribute is not None:
        return attribute(m, Library(path, spelled))
    return Library(full, f"{spelled or path}.{name}")


def _of_instance(m: "Machine", value: Instance, name: str, node: ast.AST | None) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return Dict(dict(value.attributes), open=True)
    found = find_in_class(value.cls, name)
    if found is not MISSING:
        return _bound(m, found, value, node)
    if value.base is not None:
        return get_attribute(m, value.base, name, node)
    for path in value.cls.library_bases():
        if find_effect(f"{path}.{name}") is not None:
            return Bound(f"{path}.{name}", value)
    getter = find_in_class(value.cls, "__getattr__")
    return m.call(getter, [value, name], node=node) if isinstance(getter, Function) else UNKNOWN


def _bound(m: "Machine", found: Value, instance: Value, node: ast.AST | None) -> Value:
    if not isinstance(found, Function):
        return found
    if "staticmethod" in found.decorators:
        return found
    if "classmethod" in found.decorators:
        return Bound(found, instance.cls)
    bound = Bound(found, instance)
    return m.call(bound, node=node) if "property" in found.decorators else bound


def _of_super(m: "Machine", value: Super, name: str, node: ast.AST | None) -> Value:
    instance = value.instance
    if not isinstance(instance, Instance):
        return UNKNOWN
    found = find_in_class(instance.cls, name, value.after)
    if found is not MISSING:
        return _bound(m, found, instance, node)
    if name == "__init__":
        path = f"{type_path(instance.base)}.__init__"
        if instance.base is not None and find_effect(path) is not None:
            return Bound(path, instance.base)
        return Bound("builtins.object.__init__", instance)
    if instance.base is not None:
        return get_attribute(m, instance.base, name, node)
    return UNKNOWN


def get_item(m: "Machine", value: Value, index: Value, node: ast.AST | None) -> Value:
    """`value[index]`; UNKNOWN where it cannot be told."""
    match value:
        case tuple():
            return _of_sequence(m, list(value), index, make=tuple)
        case str() | bytes():
            return _of_text(value, index)
        case List():
            return _of_list(m, value, index)
        case Dict():
            if isinstance(index, Unknown) or not _hashable(index):
                if value.open:
                    return value.element if not value.items else UNKNOWN
                return join_all(value.items.values()) if len(value.items) <= MAX_LOOKED_UP else UNKNOWN
            return value.items.get(index, value.element if value.open else UNKNOWN)
        case Instance():
            method = find_in_class(value.cls, "__getitem__")
            if isinstance(method, Function):
                return m.call(Bound(method, value), [index], node=node)
            return get_item(m, value.base, index, node) if value.base is not None else UNKNOWN
        case Library() | Class():
            return value
    path = f"{type_path(value)}.__getitem__"
    return m.effect(path, value, index, node=node) if find_effect(path) is not None else UNKNOWN


def set_item(m: "Machine", value: Value, index: Value, new: Value, node: ast.AST | None) -> None:
    """`value[index] = new`. An index that is not known makes the whole unknown."""
    match value:
        case List():
            _set_in_list(m, value, index, new)
        case Dict():
            if not isinstance(index, Unknown) and _hashable(index):
                value.items[index] = new
            else:
                value.open, value.length, value.element = True, UNKNOWN, UNKNOWN
                value.items = dict.fromkeys(value.items, UNKNOWN)
        case Instance():
            method = find_in_class(value.cls, "__setitem__")
            if isinstance(method, Function):
                m.call(Bound(method, value), [index, new], node=node)
        case _:
            path = f"{type_path(value)}.__setitem__"
            if find_effect(path) is not None:
                m.effect(path, value, index, new, node=node)


def _hashable(index: Value) -> bool:
    if isinstance(index, tuple):
        return is_constant(index)
    return isinstance(index, (int, float, str, bytes, bool, type(None), Linear))


def _of_sequence(m: "Machine", items: list[Value], index: Value, make: type) -> Value:
    if isinstance(index, (bool, int)):
        return items[index] if -len(items) <= index < len(items) else UNKNOWN
    if isinstance(index, slice) and _plain(index):
        return make(items[index])
    return UNKNOWN


def _plain(index: slice) -> bool:
    """Whether the bounds of a slice are integers or missing, and the step is not 0."""
    parts = (index.start, index.stop, index.step)
    return all(part is None or isinstance(part, int) for part in parts) and index.step != 0


def _of_text(value: str | bytes, index: Value) -> Value:
    if isinstance(index, int) and -len(value) <= index < len(value):
        return value[index]
    return value[index] if isinstance(index, slice) and _plain(index) else UNKNOWN


def _of_list(m: "Machine", value: List, index: Value) -> Value:
    if value.items is not None:
        if isinstance(index, slice) and _plain(index):
            return m.make_list(value.items[index])
        if isinstance(index, slice):
            return m.effect("builtins.list.__getitem__", value, index)
        found = _of_sequence(m, value.items, index, list)
        if found is UNKNOWN and value.items and not isinstance(index, int):
            first = value.items[0]
            return first if all(item is first for item in value.items) else UNKNOWN
        return found
    if isinstance(index, slice):
        return m.effect("builtins.list.__getitem__", value, index)
    return value.element


def _set_in_list(m: "Machine", value: List, index: Value, new: Value) -> None:
    if value.items is not None:
        if isinstance(index, int) and -len(value.items) <= index < len(value.items) and m.rounds(value.born) == 1:
            value.items[index] = new
            return
        value.element, value.length, value.items = join_all(value.items), len(value.items), None
    if isinstance(index, slice):
        value.length, value.element = UNKNOWN, UNKNOWN
    elif m.each_of(index, value.size()):
        value.element, value.padding = new, None
    else:
        value.element = join_elements(value.element, new)
