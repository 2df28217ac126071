"""Imports: of libraries, and of the project's own files."""

import ast
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.infer.catalogue import FUNCTIONS as LAYER_FUNCTIONS
from rnnlint.infer.catalogue import known as known_layer
from rnnlint.interpreter.blocks import Signal, statement
from rnnlint.interpreter.effects.registry import knows
from rnnlint.interpreter.names import EXPORTS, HOMES
from rnnlint.interpreter.values import (
    Module,
    Object,
    Value,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@statement(ast.Import)
def _import(m: "Machine", node: ast.Import) -> Signal:
    for alias in node.names:
        own = _project_module(m, alias.name, 0)
        if alias.asname is not None:
            m.scope.names[alias.asname] = own if own is not None else m.library(alias.name)
            continue
        root = alias.name.partition(".")[0]
        if own is not None and root == alias.name:
            m.scope.names[root] = own
        elif own is not None:
            _set_submodule(m, alias.name, own)
        else:
            m.library(alias.name)
            m.scope.names[root] = m.library(root)
    return None


def _set_submodule(m: "Machine", dotted: str, module: Module) -> None:
    """`import a.b`: the name `a` has an attribute `b`."""
    root, *rest = dotted.split(".")
    package = _project_module(m, root, 0)
    owner: Value = package if package is not None else Object("types.ModuleType")
    current = m.scope.names.get(root)
    if isinstance(current, (Object, Module)):
        owner = current
    m.scope.names[root] = owner
    for part in rest[:-1]:
        inner = Object("types.ModuleType")
        m.set_attribute(owner, part, inner)
        owner = inner
    m.set_attribute(owner, rest[-1], module)


@statement(ast.ImportFrom)
def _import_from(m: "Machine", node: ast.ImportFrom) -> Signal:
    name = node.module or ""
    own = _project_module(m, name, node.level)
    for alias in node.names:
        if alias.name == "*":
            if own is not None:
                m.scope.names.update({k: v for k, v in own.scope.names.items() if not k.startswith("_")})
                m.scope.stars += own.scope.stars
            elif not node.level:
                m.scope.stars.append(m.library(name).path)
            continue
        target = alias.asname or alias.name
        value: Value = UNKNOWN
        if own is not None and alias.name in own.scope.names:
            value = own.scope.names[alias.name]
        else:
            inner = _project_module(m, f"{name}.{alias.name}" if name else alias.name, node.level)
            if inner is not None:
                value = inner
            elif own is None and not node.level:
                library = m.library(name)
                m.library(f"{name}.{alias.name}")
                value = m.get_attribute(library, alias.name, node)
        m.scope.names[target] = value
    return None


def _project_module(m: "Machine", name: str, level: int) -> Module | None:
    return m.project.module(m, name, level) if m.project is not None else None


def exports(path: str) -> bool:
    """Whether a library is known to have the thing of that path: what `from library import *` may bring."""
    if knows(path):
        return True
    parts = path.split(".")
    if parts[0] != "keras":
        return False
    name = parts[-1]
    if name in HOMES:
        return True
    if parts[1:2] == ["layers"]:
        return known_layer(name) or name in LAYER_FUNCTIONS
    return len(parts) == 3 and name in EXPORTS.get(parts[1], ())
