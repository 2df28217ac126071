"""Branches: which side a run takes of a condition that cannot be told."""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Linear, Size, Truth, Unknown
from rnnlint.facts.sizes import add, floor_divide, less, less_equal, multiply, subtract
from rnnlint.interpreter import assignment, expressions
from rnnlint.interpreter.blocks import Return, Signal, run, statement
from rnnlint.interpreter.join import join, join_all
from rnnlint.interpreter.names import EXITS, HARMLESS, canonical
from rnnlint.interpreter.values import (
    Library,
    Object,
    Value,
    is_size,
)
from rnnlint.interpreter.walking import children

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


def decide(m: "Machine", test: ast.expr) -> bool:
    """The side that this run takes for a condition that cannot be told; a comparison that is taken to hold with a
    constant fixes what it compares."""
    negated = False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, negated = test.operand, not negated
    flipped = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.NotEq, ast.IsNot))
    positive = _positive_text(test)
    side = m.decisions.choose(f"{m.module.path}:{positive}", 2)
    holds = (side == 0) is not flipped if flipped else side == 0
    refine(m, test, holds)
    return holds is not negated


@lru_cache(maxsize=4096)
def _positive_text(test: ast.expr) -> str:
    """The text of a condition, `a != b` as `a == b`."""
    text = ast.unparse(test) if len(_nodes(test)) < 200 else f"condition at {test.lineno}:{test.col_offset}"
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return text.replace(" != ", " == ").replace(" is not ", " is ")
    return text


def _nodes(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    waiting = [node]
    while waiting and len(found) < 300:
        current = waiting.pop()
        found.append(current)
        waiting += children(current)
    return found


def refine(m: "Machine", test: ast.expr, holds: bool) -> None:
    """`mode == "train"` taken to hold: `mode` is "train" from here on."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return
    equals = isinstance(test.ops[0], (ast.Eq, ast.Is))
    differs = isinstance(test.ops[0], (ast.NotEq, ast.IsNot))
    if not ((equals and holds) or (differs and not holds)):
        return
    name, other = test.left, test.comparators[0]
    if not isinstance(name, ast.Name):
        name, other = other, name
    match name, other:
        case ast.Name(id=text), ast.Constant(value=constant):
            if isinstance(expressions.look_up(m, text), (Unknown, Library)):
                m.scope.names[text] = constant


def varies(m: "Machine", test: ast.expr) -> bool:
    """Whether a condition may differ from round to round of a loop that is run once for all its rounds."""
    if not m.loops:
        return False
    changes = frozenset().union(*(loop.changes for loop in m.loops))
    return any(
        isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id in changes) for node in _nodes(test)
    )


@statement(ast.If)
def _if(m: "Machine", node: ast.If) -> Signal:
    # An elif chain is a nest of else branches: go down it without recursion.
    while True:
        known = m.truth(expressions.evaluate(m, node.test))
        if known is UNKNOWN:
            return _branch(m, node)
        if known is True:
            return run(m, node.body)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            m.spend()
            continue
        return run(m, node.orelse)


def _branch(m: "Machine", node: ast.If) -> Signal:
    """A branch on something unknown."""
    if _leaves(m, node.body):
        if m.loops and _breaks(node.body):
            _stop_counting(m, node.test)
        return run(m, node.orelse)
    if node.orelse and _leaves(m, node.orelse):
        return run(m, node.body)
    if _trivial(m, node.body) and _trivial(m, node.orelse):
        return None
    if varies(m, node.test):
        return _either(m, node)
    arm = node.body if decide(m, node.test) else node.orelse
    return run(m, arm)


def _either(m: "Machine", node: ast.If) -> Signal:
    """Some rounds take one arm, some the other: both are run, and what they assignment.assign is joined."""
    loop = m.loops[-1]
    loop.unsure += 1
    m.timeline.enter_branch(m.location(node))
    before = dict(m.scope.names)
    signals = [run(m, node.body)]
    after_body = m.scope.names
    m.scope.names = dict(before)
    m.timeline.next_arm()
    signals.append(run(m, node.orelse))
    m.timeline.leave_branch()
    loop.unsure -= 1
    after_else = m.scope.names
    joined: dict[str, Value] = {}
    for name in {**after_body, **after_else}:
        if name in after_body and name in after_else:
            a, b = after_body[name], after_else[name]
            joined[name] = a if a is b else join(a, b)
        else:
            joined[name] = after_body[name] if name in after_body else after_else[name]
    m.scope.names = joined
    returns = [signal for signal in signals if isinstance(signal, Return)]
    return Return(join_all([signal.value for signal in returns])) if len(returns) == 2 else None


def _leaves(m: "Machine", body: Sequence[ast.stmt]) -> bool:
    """Whether a block surely raises, exits, or ends the round of a loop."""
    return any(_leaves_here(m, node) for node in body)


def _leaves_here(m: "Machine", node: ast.stmt) -> bool:
    match node:
        case ast.Raise() | ast.Break() | ast.Continue() | ast.Assert(test=ast.Constant(value=False)):
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return _path(m, function) in EXITS
    return False


def _breaks(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Break) for node in body)


def _trivial(m: "Machine", body: Sequence[ast.stmt]) -> bool:
    """Whether a block only prints, plots or passes."""
    return all(idle(m, node) for node in body)


def idle(m: "Machine", node: ast.stmt) -> bool:
    """Whether a statement only prints, plots, logs or passes."""
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=function)):
            path = _path(m, function)
            return path in ("builtins.print", "builtins.input") or path.partition(".")[0] in HARMLESS
    return False


def _path(m: "Machine", function: ast.expr) -> str:
    """The canonical path of a library function that is called by its dotted name; empty for anything else."""
    names: list[str] = []
    while isinstance(function, ast.Attribute):
        names.append(function.attr)
        function = function.value
    owner = expressions.look_up(m, function.id) if isinstance(function, ast.Name) else UNKNOWN
    return canonical(".".join([owner.path, *reversed(names)])) if isinstance(owner, (Library, Object)) else ""


def _stop_counting(m: "Machine", test: ast.expr) -> None:
    """`if i + k > len(a): break` in a loop over i: the loop has as many rounds as the condition lets it."""
    loop = m.loops[-1]
    rounds: Size = UNKNOWN
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and loop.counter is not None and not loop.unsure:
        left = expressions.evaluate(m, test.left)
        right = expressions.evaluate(m, test.comparators[0])
        op = type(test.ops[0]).__name__
        if is_size(left) and is_size(right):
            rounds = _first_round(loop.counter, op, left, right)
    if rounds is UNKNOWN:
        loop.times = m.symbol("n")
    elif loop.times is UNKNOWN or less_equal(rounds, loop.times) is True:
        loop.times = rounds
    elif less(loop.times, rounds) is not True:
        loop.times = m.symbol("n")


def _first_round(counter: Linear, op: str, left: Size, right: Size) -> Size:
    """The first round, from 0, in which `left op right` holds, where it depends on the counter alone."""
    if op in ("Lt", "LtE"):
        op, left, right = {"Lt": "Gt", "LtE": "GtE"}[op], right, left
    if op not in ("Gt", "GtE", "Eq"):
        return UNKNOWN
    ahead = subtract(left, right)
    if not isinstance(ahead, Linear):
        return UNKNOWN
    ((symbol, _),) = counter.terms
    factor = dict(ahead.terms).get(symbol, 0)
    rest = subtract(ahead, multiply(counter, factor))
    if factor <= 0 or rest is None:
        return UNKNOWN
    # factor * i + rest > 0 for the first time
    bound = multiply(rest, -1)
    first = floor_divide(bound, factor)
    if op == "Gt":
        first = add(first, 1)
    elif factor != 1:
        first = floor_divide(add(bound, factor - 1), factor)
    return UNKNOWN if first is None else first


@statement(ast.Match)
def _match(m: "Machine", node: ast.Match) -> Signal:
    """Cases with constants are compared; where it cannot be told, a run takes one of them."""
    subject = expressions.evaluate(m, node.subject)
    possible: list[ast.match_case] = []
    for case in node.cases:
        fits = _matches(m, case.pattern, subject) if case.guard is None else UNKNOWN
        if fits is True and not possible:
            return run(m, case.body)
        if fits is not False:
            possible.append(case)
        if fits is True:
            break
    if not possible:
        return None
    key = f"{m.module.path}:match at {node.lineno}:{node.col_offset}"
    case = possible[m.decisions.choose(key, len(possible))]
    for name in assignment.assigned_names(case.pattern):
        m.scope.names[name] = UNKNOWN
    if isinstance(case.pattern, (ast.MatchAs, ast.MatchStar)) and case.pattern.name:
        m.scope.names[case.pattern.name] = subject
    return run(m, case.body)


def _matches(m: "Machine", pattern: ast.pattern, subject: Value) -> Truth:
    match pattern:
        case ast.MatchValue(value=value):
            answer = m.compare("Eq", subject, expressions.evaluate(m, value))
            return answer if isinstance(answer, bool) else UNKNOWN
        case ast.MatchSingleton(value=constant):
            answer = m.compare("Is", subject, constant)
            return answer if isinstance(answer, bool) else UNKNOWN
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchOr(patterns=patterns):
            answers = [_matches(m, part, subject) for part in patterns]
            if any(answer is True for answer in answers):
                return True
            return False if all(answer is False for answer in answers) else UNKNOWN
    return UNKNOWN
