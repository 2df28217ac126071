"""Over the nodes of a syntax tree, quicker than `ast.walk`: no recursion, and only where nodes can be."""

import ast
from functools import lru_cache
from typing import TypeVar

_PLAIN = frozenset(
    {
        *(
            "arg",
            "asname",
            "attr",
            "conversion",
            "ctx",
            "id",
            "is_async",
            "kind",
            "level",
            "module",
            "name",
            "op",
            "ops",
        ),
        *("ops", "rest", "simple", "type_comment", "type_ignores"),
    }
)
"""Fields that hold names, numbers, and nodes that only say what kind another is."""

_Node = TypeVar("_Node", bound=ast.AST)

_NO_NODES = (ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton)

_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below, but for contexts and operators."""
    cls = node.__class__
    fields = _fields.get(cls)
    if fields is None:
        fields = () if cls in _NO_NODES else tuple(name for name in cls._fields if name not in _PLAIN)
        _fields[cls] = fields
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [item for item in value if item is not None]
        elif value is not None:
            found.append(value)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it."""
    found = [node]
    for inner in found:
        found += children(inner)
    return found


def nodes_of(tree: ast.Module, kind: type[_Node]) -> list[_Node]:
    """All nodes of a module that are of one class."""
    return _by_class(tree).get(kind, [])  # type: ignore[return-value]


@lru_cache(maxsize=4)
def _by_class(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    """Kept for those who ask next."""
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in walk(tree):
        found.setdefault(node.__class__, []).append(node)
    return found
