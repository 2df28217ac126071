"""The table of effects: canonical dotted path -> a small function that says what the library function does.

    @effect("numpy.zeros", "numpy.ones")
    def zeros(at: Invocation, shape: Value, dtype: Value = "float64") -> Value: ...

The parameters behind `at` are those of the library function under their own names; arguments the effect does not list
are dropped, missing ones take the effect's default (UNKNOWN if it has none). An effect never raises for what the
program does: what it does not know is UNKNOWN. It reports nothing and judges nothing.

Methods are effects of the path of the class: `numpy.ndarray.reshape` gets the array first. Special methods are named
as Python names them (`__getitem__`, `__setitem__`, `__iter__`, `__len__`, `__call__`); operators come as `__binary__`
with the operator's ast class name (`Add`) and both operands, comparisons as `__compare__` likewise.
Attributes are registered with `attribute` and get the object alone.
A path that ends in `*` (`numpy.random.*`) catches what no other entry names.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.values import Value

if TYPE_CHECKING:
    import ast

    from rnnlint.interpreter.machine import Machine


@dataclass(slots=True, eq=False)
class Invocation:
    """A call that the program makes.

    Attributes:
        machine: the interpreter.
        node: the call expression; None for calls that no call expression makes (operators, callbacks).
        path: canonical path of what is called.
        args, kwargs: all arguments.
        open: whether more arguments may have come by `*args` or `**kwargs` that were not understood.
        spelled: the path as the program wrote it.
    """

    machine: "Machine"
    node: "ast.AST | None"
    path: str
    args: list[Value] = field(default_factory=list)
    kwargs: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    spelled: str = ""


Effect = Callable[..., Value]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Entry:
    """An effect with how its arguments are bound."""

    function: Effect
    names: tuple[str, ...]
    defaults: dict[str, Any]
    star: bool
    double_star: bool


_effects: dict[str, Entry] = {}
_attributes: dict[str, Callable[["Machine", Value], Value]] = {}
_found_effects: dict[str, Entry | None] = {}
_found_attributes: dict[str, Callable[["Machine", Value], Value] | None] = {}

MAX_KEPT = 10_000
"""Paths whose entry is remembered."""

LIBRARIES = {
    "builtins": ("builtins",),
    "numpy": ("numpy",),
    "pandas": ("numpy", "pandas"),
    "sklearn": ("numpy", "sklearn"),
    "scipy": ("numpy", "other_science"),
    "keras": ("numpy", "keras_layers", "keras_model", "keras_data", "keras_ops"),
    "tensorflow": ("numpy", "tensorflow", "tf_data", "keras_ops", "keras_layers", "keras_model", "keras_data"),
    "argparse": ("argparse",),
}
"""Which modules of this package know a library, by the first part of its paths; all others are in `standard`."""

_loaded: set[str] = set()


def load_for(path: str) -> None:
    """Imports the modules of this package that know the library of a path, so that its effects are in the table."""
    root = path.partition(".")[0]
    if root not in _loaded:
        _loaded.add(root)
        for name in LIBRARIES.get(root, ("standard",)):
            import_module(f"rnnlint.interpreter.effects.{name}")


def effect(*paths: str) -> Callable[[Effect], Effect]:
    """Registers an effect under each path."""

    def register(function: Effect) -> Effect:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        entry = Entry(
            function,
            tuple(p.name for p in named if p.kind is p.POSITIONAL_OR_KEYWORD),
            {p.name: UNKNOWN if p.default is p.empty else p.default for p in named},
            any(p.kind is p.VAR_POSITIONAL for p in parameters),
            any(p.kind is p.VAR_KEYWORD for p in parameters),
        )
        for path in paths:
            _effects[path] = entry
        _found_effects.clear()
        return function

    return register


def attribute(*paths: str) -> Callable[[Callable[["Machine", Any], Value]], Callable[["Machine", Any], Value]]:
    """Registers what an attribute of an object is: a function of the machine and the object."""

    def register(function: Callable[["Machine", Any], Value]) -> Callable[["Machine", Any], Value]:
        for path in paths:
            _attributes[path] = function
        _found_attributes.clear()
        return function

    return register


def find_effect(path: str) -> Entry | None:
    """The effect of a path, or the one that catches it."""
    if path not in _found_effects:
        if len(_found_effects) > MAX_KEPT:
            _found_effects.clear()
        _found_effects[path] = _found(_effects, path)
    return _found_effects[path]


def find_attribute(path: str) -> Callable[["Machine", Value], Value] | None:
    """What the attribute of that path is."""
    if path not in _found_attributes:
        if len(_found_attributes) > MAX_KEPT:
            _found_attributes.clear()
        _found_attributes[path] = _found(_attributes, path)
    return _found_attributes[path]


def _found(table: dict[str, _T], path: str) -> _T | None:
    entry = table.get(path)
    if entry is not None:
        return entry
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        entry = table.get(".".join(parts[:end]) + ".*")
        if entry is not None:
            return entry
    return None


def apply(entry: Entry, at: Invocation) -> Value:
    """Runs an effect with the arguments it asks for."""
    values = dict(entry.defaults)
    positional = at.args[: len(entry.names)]
    values.update(zip(entry.names, positional, strict=False))
    rest = at.args[len(entry.names) :] if entry.star else ()
    extra = {}
    for name, value in at.kwargs.items():
        if name in values:
            values[name] = value
        elif entry.double_star:
            extra[name] = value
    ordered = [values.pop(name) for name in entry.names]
    return entry.function(at, *ordered, *rest, **values, **extra)


def knows(path: str) -> bool:
    """Whether the path itself has an entry (not one that catches it)."""
    return path in _effects or path in _attributes
