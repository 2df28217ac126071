"""Definitions of functions and classes."""

import ast
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter import expressions
from rnnlint.interpreter.blocks import Signal, run, statement
from rnnlint.interpreter.values import (
    Bound,
    Class,
    Function,
    Library,
    Scope,
    Value,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


TRANSPARENT = (
    "tensorflow.",
    "keras.",
    "functools.lru_cache",
    "functools.cache",
    "functools.wraps",
    "numba.",
    "torch.",
    "typing.",
    "abc.",
    "contextlib.",
    "pytest.",
    "click.",
    "hydra.",
)
"""Decorators of these libraries leave shapes and options as they are."""


def make_function(m: "Machine", node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Function:
    """A function with its defaults worked out where it is defined."""
    spec = node.args
    positional = [*spec.posonlyargs, *spec.args]
    defaults: dict[str, Value] = {}
    with_default = positional[len(positional) - len(spec.defaults) :] if spec.defaults else []
    for parameter, default in zip(with_default, spec.defaults, strict=True):
        defaults[parameter.arg] = expressions.evaluate(m, default)
    for parameter, keyword_default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if keyword_default is not None:
            defaults[parameter.arg] = expressions.evaluate(m, keyword_default)
    return Function(node, m.scope, defaults, m.module)


@statement(ast.FunctionDef, ast.AsyncFunctionDef)
def _define(m: "Machine", node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signal:
    function = make_function(m, node)
    value: Value = function
    for decorator in reversed(node.decorator_list):
        value = _decorated(m, function, value, decorator)
    m.scope.names[node.name] = value
    m.definitions.append(function)
    return None


def _decorated(m: "Machine", function: Function, value: Value, decorator: ast.expr) -> Value:
    if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter", "getter"):
        return m.scope.names.get(getattr(function.node, "name", ""), value)
    found = expressions.evaluate(m, decorator.func if isinstance(decorator, ast.Call) else decorator)
    if isinstance(found, Library):
        name = found.path.removeprefix("builtins.")
        if name in ("staticmethod", "classmethod", "property", "functools.cached_property", "abc.abstractmethod"):
            function.decorators += ("property" if name.endswith("property") else name,)
            return value
        if found.path in ("click.option", "click.argument") and isinstance(decorator, ast.Call):
            return m.call(expressions.evaluate(m, decorator), [value], node=decorator)
        if found.path.endswith("add_arg_scope"):
            # Arguments may come from a scope around the call.
            return UNKNOWN
        if found.path.startswith(TRANSPARENT):
            return value
    if isinstance(found, (Function, Class, Bound)):
        if isinstance(decorator, ast.Call):
            found = expressions.evaluate(m, decorator)
        return m.call(found, [value], node=decorator)
    # A decorator of an unknown library leaves most functions as they are; that it is not known is said.
    if found is UNKNOWN:
        m.not_understood(decorator, "a decorator")
        return UNKNOWN
    return value


@statement(ast.ClassDef)
def _class(m: "Machine", node: ast.ClassDef) -> Signal:
    bases = tuple(expressions.evaluate(m, base) for base in node.bases)
    cls = Class(node.name, bases, {}, node, m.module)
    outside = m.scope
    body = Scope(parent=outside)
    m.scope = body
    try:
        run(m, node.body)
    finally:
        m.scope = outside
    cls.names = body.names
    for value in cls.names.values():
        if isinstance(value, Function) and value.owner is None and value.scope is body:
            value.owner = cls
            value.scope = outside  # methods do not see the names of the class body
    for decorator in node.decorator_list:
        found = expressions.evaluate(m, decorator.func if isinstance(decorator, ast.Call) else decorator)
        if isinstance(found, Library) and found.path in ("dataclasses.dataclass", "attr.s", "attrs.define"):
            cls.names.setdefault("__dataclass_fields__", True)
    m.scope.names[node.name] = cls
    m.definitions.append(cls)
    return None
