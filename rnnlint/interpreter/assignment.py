"""Assignments: to names, attributes, items, and by taking apart."""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.facts.models import Unpacking
from rnnlint.interpreter import expressions
from rnnlint.interpreter.blocks import Signal, statement
from rnnlint.interpreter.effects.registry import knows
from rnnlint.interpreter.values import (
    Dict,
    Instance,
    List,
    Scope,
    Sequenced,
    Value,
    is_constant,
)
from rnnlint.interpreter.walking import children, walk

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@lru_cache(maxsize=4096)
def assigned_names(node: ast.AST) -> frozenset[str]:
    """Names that a loop's body or target assigns (not those inside functions it defines)."""
    names: set[str] = set()
    waiting = children(node)
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Name) and isinstance(current.ctx, (ast.Store, ast.Del)):
            names.add(current.id)
        elif isinstance(current, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(current.name)
            continue
        elif isinstance(current, ast.Lambda):
            continue
        waiting += children(current)
    return frozenset(names)


def target_names(target: ast.expr) -> frozenset[str]:
    """Names that a target assigns."""
    return frozenset(node.id for node in walk(target) if isinstance(node, ast.Name))


def scope_of(m: "Machine", name: str) -> Scope:
    return m.scope.outer.get(name, m.scope)


def assign(m: "Machine", target: ast.expr, value: Value) -> None:
    """`target = value`."""
    match target:
        case ast.Name(id=name):
            scope_of(m, name).names[name] = value
            _call_it(value, name)
        case ast.Attribute(value=owner, attr=name):
            m.set_attribute(expressions.evaluate(m, owner), name, value, target)
            _call_it(value, name)
        case ast.Subscript(value=owner, slice=index):
            m.set_item(expressions.evaluate(m, owner), expressions.evaluate(m, index), value, target)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(m, target, targets, value)
        case ast.Starred(value=inner):
            assign(m, inner, value)


def _call_it(value: Value, name: str) -> None:
    """Models are called in messages as the program calls them."""
    if isinstance(value, Instance) and value.base is not None:
        value = value.base
    if getattr(value, "variable", None) == "":
        value.variable = name


def _unpack(m: "Machine", node: ast.expr, targets: Sequence[ast.expr], value: Value) -> None:
    star = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    _note_unpack(m, node, value, targets)
    items = m.iterate(value, node).items if value is not UNKNOWN else None
    if items is None:
        seen = Sequenced(None, UNKNOWN) if value is UNKNOWN else m.iterate(value, node)
        for target in targets:
            assign(m, target, UNKNOWN if isinstance(target, ast.Starred) else seen.element)
        return
    if star is None:
        if len(items) != len(targets):
            items = [UNKNOWN] * len(targets)
        for target, item in zip(targets, items, strict=True):
            assign(m, target, item)
        return
    behind = len(targets) - star - 1
    if len(items) < len(targets) - 1:
        items = [UNKNOWN] * len(targets)
    stop = len(items) - behind
    parts = [*items[:star], m.make_list(list(items[star:stop])), *items[stop:]]
    for target, item in zip(targets, parts, strict=True):
        assign(m, target, item)


def _note_unpack(m: "Machine", node: ast.expr, value: Value, targets: Sequence[ast.expr]) -> None:
    """Layers are told into how many names what they give is unpacked."""
    if m.layers and value is not UNKNOWN:
        from rnnlint.interpreter.keras_values import note_unpack

        starred = any(isinstance(target, ast.Starred) for target in targets)
        plain = [target.id for target in targets if isinstance(target, ast.Name)]
        names = tuple(plain) if len(plain) == len(targets) and node.lineno == node.end_lineno else ()
        note_unpack(value, Unpacking(len(targets), starred, m.location(node), names))


@statement(ast.Assign)
def _assign(m: "Machine", node: ast.Assign) -> Signal:
    value = expressions.evaluate(m, node.value)
    for target in node.targets:
        assign(m, target, value)
    return None


@statement(ast.AnnAssign)
def _annotated(m: "Machine", node: ast.AnnAssign) -> Signal:
    if node.value is not None:
        assign(m, node.target, expressions.evaluate(m, node.value))
    return None


@statement(ast.AugAssign)
def _augmented(m: "Machine", node: ast.AugAssign) -> Signal:
    left = expressions.evaluate(m, node.target)
    right = expressions.evaluate(m, node.value)
    if isinstance(left, List) and isinstance(node.op, ast.Add):
        m.effect("builtins.list.extend", left, right, node=node)
        return None
    path = f"{getattr(left, 'type_path', '')}.__augmented__"
    if knows(path):
        m.effect(path, type(node.op).__name__, left, right, node=node)
        return None
    assign(m, node.target, m.binary(type(node.op).__name__, left, right, node))
    return None


@statement(ast.Delete)
def _delete(m: "Machine", node: ast.Delete) -> Signal:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                scope_of(m, name).names.pop(name, None)
            case ast.Subscript(value=owner):
                value = expressions.evaluate(m, owner)
                if isinstance(value, Dict):
                    value.items.pop(_key(m, target.slice), None)
                elif isinstance(value, List):
                    value.forget()
                elif knows(path := f"{getattr(value, 'type_path', '')}.__delitem__"):
                    m.effect(path, value, expressions.evaluate(m, target.slice), node=node)
    return None


def _key(m: "Machine", node: ast.expr) -> Value:
    key = expressions.evaluate(m, node)
    return key if is_constant(key) else None
