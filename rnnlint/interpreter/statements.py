"""Statements that neither branch, loop, assign nor define."""

import ast
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter import assignment, branches, expressions
from rnnlint.interpreter.blocks import Jump, Return, Signal, run, statement
from rnnlint.interpreter.state import ProgramRaised
from rnnlint.interpreter.values import (
    Bound,
    Instance,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@statement(ast.Expr)
def _expression(m: "Machine", node: ast.Expr) -> Signal:
    expressions.evaluate(m, node.value)
    if _skips_test(node):
        raise ProgramRaised
    return None


@statement(ast.Return)
def _return(m: "Machine", node: ast.Return) -> Signal:
    return Return(None if node.value is None else expressions.evaluate(m, node.value))


@statement(ast.Break)
def _break(m: "Machine", node: ast.Break) -> Signal:
    return Jump.BREAK


@statement(ast.Continue)
def _continue(m: "Machine", node: ast.Continue) -> Signal:
    return Jump.CONTINUE


@statement(ast.Raise)
def _raise(m: "Machine", node: ast.Raise) -> Signal:
    if node.exc is not None:
        expressions.evaluate(m, node.exc)
    raise ProgramRaised


@statement(ast.Assert)
def _assert(m: "Machine", node: ast.Assert) -> Signal:
    if m.truth(expressions.evaluate(m, node.test)) is UNKNOWN:
        branches.refine(m, node.test, True)
    return None


@statement(ast.Global)
def _global(m: "Machine", node: ast.Global) -> Signal:
    module = m.scope.module
    if module is not m.scope:
        m.scope.outer.update(dict.fromkeys(node.names, module))
    return None


@statement(ast.Nonlocal)
def _nonlocal(m: "Machine", node: ast.Nonlocal) -> Signal:
    for name in node.names:
        scope = m.scope.parent
        while scope is not None and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            m.scope.outer[name] = scope
    return None


@statement(ast.With, ast.AsyncWith)
def _with(m: "Machine", node: ast.With | ast.AsyncWith) -> Signal:
    if any(_expects_failure(item.context_expr) for item in node.items):
        # What is in there is meant to raise: it is no part of the program.
        return None
    for item in node.items:
        manager = expressions.evaluate(m, item.context_expr)
        entered = manager
        if isinstance(manager, Instance):
            method = m.get_attribute(manager, "__enter__")
            entered = m.call(method, node=node) if method is not UNKNOWN else manager
        else:
            found = m.get_attribute(manager, "__enter__")
            entered = m.call(found, node=node) if isinstance(found, Bound) else manager
        if item.optional_vars is not None:
            assignment.assign(m, item.optional_vars, entered)
    signal = run(m, node.body)
    for item in node.items:
        if isinstance(item.optional_vars, ast.Name):
            manager = expressions.look_up(m, item.optional_vars.id)
            found = m.get_attribute(manager, "__exit__")
            if isinstance(found, Bound) and isinstance(found.function, str):
                m.call(found, [None, None, None], node=node)
    return signal


def _skips_test(node: ast.stmt) -> bool:
    """`self.skipTest(...)`, `pytest.skip(...)`: the test ends here."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="skipTest"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="pytest"), attr="skip" | "fail"))):
            return True
    return False


def _expects_failure(manager: ast.expr) -> bool:
    """`with self.assertRaises(...)`, `with pytest.raises(...)`."""
    function = manager.func if isinstance(manager, ast.Call) else manager
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name.startswith("assertRaises") or name == "raises"


@statement(ast.Try, ast.TryStar)
def _try(m: "Machine", node: Any) -> Signal:
    """The body is taken to run without an exception, unless it surely raises one or imports what is not there."""
    depth, loops = m.timeline.depth, len(m.loops)
    try:
        signal = run(m, node.body)
    except ProgramRaised:
        m.timeline.unwind(depth)
        del m.loops[loops:]
        signal = None
        for handler in node.handlers[:1]:
            if handler.name:
                m.scope.names[handler.name] = UNKNOWN
            signal = run(m, handler.body)
    else:
        if signal is None:
            signal = run(m, node.orelse)
    last = run(m, node.finalbody)
    return last if last is not None else signal
