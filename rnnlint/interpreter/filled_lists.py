"""Lists that a `while` fills up to a length: `while len(row) < 50: row.append(0)`."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnlint.facts import Padding, Size
from rnnlint.interpreter import expressions
from rnnlint.interpreter.values import List, is_size

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True)
class Filling:
    """What a loop fills, up to which length, and with what."""

    row: List
    length: Size
    padding: Padding


def filling(m: "Machine", node: ast.While) -> Filling | None:
    """What the loop does, where it does nothing else."""
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Lt | ast.NotEq):
        return None
    name, added = _measured(test.left), _added(node.body)
    if name is None or added is None or added[0] != name or node.orelse:
        return None
    row = expressions.evaluate(m, ast.copy_location(ast.Name(name, ast.Load()), node))
    length, number = expressions.evaluate(m, test.comparators[0]), expressions.evaluate(m, added[1])
    if not isinstance(row, List) or isinstance(row.size(), int) or not is_size(length):
        return None
    if not isinstance(number, int | float):
        return None
    return Filling(row, length, Padding(side=added[2], value=number, location=m.location(node)))


def fill(found: Filling) -> None:
    """What the list is like behind the loop. (One that was longer stays so; rows of one array are all alike.)"""
    found.row.items, found.row.length, found.row.padding = None, found.length, found.padding


def _measured(left: ast.expr) -> str | None:
    """The name of `len(name)`."""
    if not isinstance(left, ast.Call) or not isinstance(left.func, ast.Name) or left.func.id != "len":
        return None
    return left.args[0].id if len(left.args) == 1 and isinstance(left.args[0], ast.Name) else None


def _added(body: list[ast.stmt]) -> tuple[str, ast.expr, str] | None:
    """The name of the list, what is added and at which side, where the body does that alone."""
    call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.keywords:
        return None
    if not isinstance(call.func.value, ast.Name):
        return None
    if call.func.attr == "append" and len(call.args) == 1:
        return call.func.value.id, call.args[0], "post"
    first = call.args[0] if call.args else None
    if call.func.attr == "insert" and len(call.args) == 2 and isinstance(first, ast.Constant) and first.value == 0:
        return call.func.value.id, call.args[1], "pre"
    return None
