"""The loop that a generator of the program ends with."""

import ast

from rnnlint.facts import NOWHERE, Location
from rnnlint.interpreter.positions import Positions
from rnnlint.interpreter.values import Function
from rnnlint.interpreter.walking import nodes_of


def last_loop(function: Function) -> Location:
    """Where it stands, if the module calls the generator once and each line of the loop can be moved to the right;
    else NOWHERE."""
    node, module = function.node, function.module
    if not isinstance(node, ast.FunctionDef) or module is None or module.call_index is not None:
        return NOWHERE
    loop = node.body[-1]
    uses = sum(name.id == node.name for name in nodes_of(module.tree, ast.Name))
    if not isinstance(loop, ast.For) or uses != 1 or loop.end_lineno is None:
        return NOWHERE
    lines = module.text.split("\n")[loop.lineno - 1 : loop.end_lineno]
    texts = [inner for inner in ast.walk(loop) if isinstance(inner, ast.Constant | ast.JoinedStr)]
    if any("\t" in line for line in lines) or any(text.lineno != text.end_lineno for text in texts):
        return NOWHERE
    return Positions(module).of(loop)
