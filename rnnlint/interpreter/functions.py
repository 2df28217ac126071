"""Calls: of the program's own functions and classes, of library functions through their effects."""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Unknown
from rnnlint.interpreter import blocks
from rnnlint.interpreter.access import MISSING, find_in_class
from rnnlint.interpreter.assignment import assigned_names
from rnnlint.interpreter.effects.registry import Invocation, apply, find_effect
from rnnlint.interpreter.expressions import evaluate
from rnnlint.interpreter.join import join_all
from rnnlint.interpreter.names import EXITS, HARMLESS
from rnnlint.interpreter.state import MAX_CALL_DEPTH, ProgramExits, Yields
from rnnlint.interpreter.values import (
    Bound,
    Class,
    Dict,
    Function,
    Generator,
    Instance,
    Library,
    List,
    Object,
    Partial,
    Scope,
    Value,
    type_path,
)
from rnnlint.interpreter.walking import children, walk

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_SAME = 3
"""How often a function may be inside itself."""


def call(
    m: "Machine", function: Value, args: list[Value], kwargs: dict[str, Value], node: ast.AST | None, open: bool
) -> Value:
    """Calls anything. What cannot be called, or is not known, gives UNKNOWN."""
    match function:
        case Library():
            return call_library(m, function, args, kwargs, node, open)
        case Bound(str(path), owner):
            return call_library(m, Library(path), [owner, *args], kwargs, node, open)
        case Bound(inner, owner):
            return call(m, inner, [owner, *args], kwargs, node, open)
        case Function():
            return call_function(m, function, args, kwargs, open, node)
        case Class():
            return instantiate(m, function, args, kwargs, node, open)
        case Partial(inner, given, named):
            return call(m, inner, [*given, *args], {**named, **kwargs}, node, open)
        case Instance():
            method = find_in_class(function.cls, "__call__")
            if isinstance(method, Function):
                return call_function(m, method, [function, *args], kwargs, open, node)
            return call(m, function.base, args, kwargs, node, open) if function.base is not None else UNKNOWN
        case Unknown():
            escape(m, [*args, *kwargs.values()])
            return UNKNOWN
    path = f"{type_path(function)}.__call__"
    if find_effect(path) is not None:
        return call_library(m, Library(path), [function, *args], kwargs, node, open)
    return UNKNOWN


def call_library(
    m: "Machine", function: Library, args: list[Value], kwargs: dict[str, Value], node: ast.AST | None, open: bool
) -> Value:
    """Runs the effect of a library function; one without an effect gives UNKNOWN."""
    if function.path in EXITS:
        raise ProgramExits
    entry = find_effect(function.path)
    if entry is None:
        if function.path.partition(".")[0] not in ("builtins", *HARMLESS):
            escape(m, [*args, *kwargs.values()])
        return UNKNOWN
    m.spend()
    return apply(entry, Invocation(m, node, function.path, args, kwargs, open, function.spelled))


def escape(m: "Machine", values: Sequence[Value]) -> None:
    """Something unknown gets these values and may change them: lists and dictionaries are forgotten, other values
    that care are told (their effect `__escape__`)."""
    for value in values:
        match value:
            case List():
                value.forget()
            case Dict():
                value.items, value.open = dict.fromkeys(value.items, UNKNOWN), True
            case Instance() if value.base is not None:
                escape(m, [value.base])
            case _:
                entry = find_effect(f"{type_path(value)}.__escape__")
                if entry is not None:
                    apply(entry, Invocation(m, None, "", [value]))


def call_function(
    m: "Machine",
    function: Function,
    args: list[Value],
    kwargs: dict[str, Value],
    open: bool,
    node: ast.AST | None = None,
) -> Value:
    """Runs the body of a function with its arguments; UNKNOWN beyond the bounds of depth."""
    m.spend()
    m.entered.add(id(function.node))
    if len(m.stack) >= MAX_CALL_DEPTH or sum(f.node is function.node for f in m.stack) >= MAX_SAME:
        return UNKNOWN
    scope = Scope(_bind(m, function, args, kwargs, open), parent=function.scope)
    if function.owner is not None and args:
        scope.names.setdefault("__class__", function.owner)
    outside = m.scope, m.module
    m.called.append(m.location(node))
    m.scope, m.module = scope, function.module or m.module
    m.stack.append(function)
    depth = m.timeline.depth
    loops = len(m.loops)
    loop = m.loops[-1] if m.loops else None
    changes = frozenset() if loop is None else loop.changes
    if loop is not None:
        loop.changes |= _varying(m, function, node, len(args))
    try:
        if isinstance(function.node, ast.Lambda):
            return evaluate(m, function.node.body)
        if is_generator(function.node):
            return _generate(m, function)
        return blocks.run_body(m, function.node.body)
    finally:
        m.stack.pop()
        m.called.pop()
        m.scope, m.module = outside
        m.timeline.unwind(depth)
        del m.loops[loops:]
        if loop is not None:
            loop.changes = changes


def _varying(m: "Machine", function: Function, node: ast.AST | None, given: int) -> frozenset[str]:
    """Names inside a function that differ from round to round of the loops around the call, for its arguments do."""
    if not isinstance(node, ast.Call) or isinstance(function.node, ast.Lambda):
        return frozenset()
    changes = frozenset().union(*(loop.changes for loop in m.loops))
    taken = [argument.arg for argument in (*function.node.args.posonlyargs, *function.node.args.args)]
    taken = taken[max(given - len(node.args), 0) :]  # without `self`
    pairs = [*zip(taken, node.args, strict=False), *((keyword.arg, keyword.value) for keyword in node.keywords)]
    varying = frozenset(name for name, value in pairs if name is not None and not changes.isdisjoint(_names(value)))
    return varying | assigned_names(function.node) if varying else varying


@lru_cache(maxsize=4096)
def _names(node: ast.expr) -> frozenset[str]:
    return frozenset(part.id for part in walk(node) if isinstance(part, ast.Name))


def _generate(m: "Machine", function: Function) -> Generator:
    """Runs a generator function at once and gathers what it yields."""
    assert not isinstance(function.node, ast.Lambda)
    yields = Yields(loops=len(m.loops))
    m.yields.append(yields)
    try:
        blocks.run_body(m, function.node.body)
    finally:
        m.yields.pop()
    return Generator(
        join_all(yields.values) if yields.values else UNKNOWN,
        endless=yields.endless,
        length=UNKNOWN if yields.endless else yields.length,
        round=yields.round if yields.endless else UNKNOWN,
        function=function,
    )


@lru_cache(maxsize=2048)
def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function itself, not one inside it, yields."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += children(inner)
    return False


def _bind(
    m: "Machine", function: Function, args: list[Value], kwargs: dict[str, Value], open: bool
) -> dict[str, Value]:
    """Names of the parameters and what they get. A missing argument without a default is UNKNOWN."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    names = [parameter.arg for parameter in positional]
    bound = {name: UNKNOWN if open else function.defaults.get(name, UNKNOWN) for name in names}
    bound |= {p.arg: UNKNOWN if open else function.defaults.get(p.arg, UNKNOWN) for p in spec.kwonlyargs}
    bound.update(zip(names, args, strict=False))
    if spec.vararg is not None:
        bound[spec.vararg.arg] = UNKNOWN if open else tuple(args[len(names) :])
    extra = {name: value for name, value in kwargs.items() if name not in bound}
    bound.update({name: value for name, value in kwargs.items() if name in bound})
    if spec.kwarg is not None:
        bound[spec.kwarg.arg] = Dict(extra, open=open)
    return bound


def instantiate(
    m: "Machine", cls: Class, args: list[Value], kwargs: dict[str, Value], node: ast.AST | None, open: bool
) -> Value:
    """A new object of a class of the program, its `__init__` run.

    The library part of it (`Instance.base`: a layer, a model) is made by the effect `<library class>.__new__`, which
    gets the instance and the arguments.
    """
    m.spend()
    m.entered.add(id(cls.node))
    instance = Instance(cls)
    bases = cls.library_bases()
    for path in bases:
        if find_effect(f"{path}.__new__") is not None:
            instance.base = call_library(m, Library(f"{path}.__new__"), [instance, *args], kwargs, node, open)
            break
    method = find_in_class(cls, "__init__")
    if isinstance(method, Function):
        call_function(m, method, [instance, *args], kwargs, open)
    elif any(path.endswith(("namedtuple", "NamedTuple")) for path in bases) or _is_dataclass(cls):
        _fill_fields(m, instance, args, kwargs, open)
    return instance


def _is_dataclass(cls: Class) -> bool:
    return any(isinstance(base, Class) and "__dataclass_fields__" in base.names for base in cls.line())


def _fill_fields(m: "Machine", instance: Instance, args: list[Value], kwargs: dict[str, Value], open: bool) -> None:
    """Fields of a dataclass or NamedTuple: the annotated names of the class, in order."""
    names: list[str] = []
    for base in reversed([b for b in instance.cls.line() if isinstance(b, Class)]):
        for statement in base.node.body:
            target = statement.target if isinstance(statement, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and target.id not in names:
                names.append(target.id)
    given: dict[str, Any] = dict(zip(names, args, strict=False)) | kwargs
    for name in names:
        if name in given:
            instance.attributes[name] = given[name]
            continue
        instance.attributes[name] = UNKNOWN if open else _default(m, find_in_class(instance.cls, name))
    post = find_in_class(instance.cls, "__post_init__")
    if isinstance(post, Function):
        call_function(m, post, [instance], {}, False)


def _default(m: "Machine", default: Value) -> Value:
    """The default of a field; of `field(default_factory=f)` what f makes; UNKNOWN where the class gives none."""
    if default is MISSING:
        return UNKNOWN
    if isinstance(default, Object) and default.path == "dataclasses.field":
        factory = default.attributes.get("default_factory")
        return m.call(factory) if factory is not None else default.attributes.get("default", UNKNOWN)
    return default
