"""Loops: run round by round where they are short, else once for all their rounds."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Linear, Location, Size, Unknown
from rnnlint.facts.sizes import add, subtract
from rnnlint.interpreter import assignment, branches, expressions, filled_lists
from rnnlint.interpreter.access import find_in_class
from rnnlint.interpreter.blocks import Jump, Return, Signal, run, statement
from rnnlint.interpreter.join import join_all
from rnnlint.interpreter.state import MAX_ROUNDS, MAX_UNROLL, Looping
from rnnlint.interpreter.values import (
    Class,
    Function,
    Instance,
    List,
    Object,
    Sequenced,
    Value,
)
from rnnlint.interpreter.walking import children, walk

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@lru_cache(maxsize=4096)
def _assigned_attributes(node: ast.AST) -> tuple[ast.Attribute, ...]:
    return tuple(inner for inner in walk(node) if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store))


@statement(ast.For, ast.AsyncFor)
def _for(m: "Machine", node: ast.For | ast.AsyncFor) -> Signal:
    seen = m.iterate(expressions.evaluate(m, node.iter), node.iter)
    where = m.location(node)
    if seen.items is not None and len(seen.items) <= MAX_UNROLL and m.rounds_open * len(seen.items) <= MAX_ROUNDS:
        return _unrolled(m, node, seen.items, where)
    return _summed_up(m, node, seen, where)


def _unrolled(m: "Machine", node: ast.For | ast.AsyncFor, items: Sequence[Value], where: Location) -> Signal:
    """Runs every round."""
    if not items:
        return run(m, node.orelse)
    m.timeline.enter_loop(len(items), _over(m, node, None), where)
    m.rounds_open *= len(items)
    depth = m.timeline.depth
    left = False
    signal: Signal = None
    for item in items:
        m.timeline.unwind(depth)
        m.timeline.enter_round()
        assignment.assign(m, node.target, item)
        signal = run(m, node.body)
        if isinstance(signal, Return) or signal is Jump.BREAK:
            left = True
            break
    m.rounds_open //= len(items)
    m.timeline.unwind(depth)
    m.timeline.leave_loop()
    if isinstance(signal, Return):
        return signal
    return None if left else run(m, node.orelse)


def _summed_up(m: "Machine", node: ast.For | ast.AsyncFor, seen: Sequenced, where: Location) -> Signal:
    """Runs the body once, for all rounds."""
    element = seen.element
    if seen.items is not None and seen.counter is None:
        element = join_all(seen.items) if seen.items else UNKNOWN
    changes = assignment.assigned_names(node)
    _settle_count(m, node, changes)
    _widen(m, node, changes)
    assignment.assign(m, node.target, element)
    loop = Looping(m.new_id(), seen.length, seen.counter, changes)
    m.timeline.enter_loop(seen.length, _over(m, node, seen), where)
    m.loops.append(loop)
    opened = _open_lists(m, node)
    signal = run(m, node.body)
    _close_lists(opened)
    m.loops.remove(loop)
    once = isinstance(signal, Return) or signal is Jump.BREAK
    m.timeline.leave_loop(times=1 if once else loop.times, counter=loop.counter)
    if isinstance(signal, Return):
        return signal
    return run(m, node.orelse)


def _settle_count(m: "Machine", node: ast.For | ast.AsyncFor, changes: frozenset[str]) -> None:
    """`for i in range(n)` runs its body, so what is asked later, `if n > 0` or `if n == 0`, has one answer."""
    match node.iter:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Name() | ast.Attribute() as count], keywords=[]):
            pass
        case _:
            return
    if any(isinstance(part, ast.Name) and part.id in changes for part in walk(count)):
        return
    text = ast.unparse(count)
    for holds in (text, f"{text} > 0", f"{text} >= 1", f"0 < {text}", f"1 <= {text}"):
        m.decisions.settle(f"{m.module.path}:{holds}", 0)
    for fails in (f"{text} == 0", f"{text} <= 0", f"{text} < 1", f"0 == {text}", f"0 >= {text}", f"1 > {text}"):
        m.decisions.settle(f"{m.module.path}:{fails}", 1)


def _over(m: "Machine", node: ast.For | ast.AsyncFor, seen: Sequenced | None) -> str | Unknown:
    """What a loop runs over: `data`, `epochs` (a counter that the body does not use but to print), or UNKNOWN."""
    if seen is not None and seen.of_data:
        return "data"
    used = assignment.target_names(node.target)
    call = node.iter
    counts = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("range", "trange")
    return "epochs" if counts and not _uses(m, node, used) and not _goes_on(m, node) else UNKNOWN


def _goes_on(m: "Machine", node: ast.For | ast.AsyncFor) -> bool:
    """Whether the body asks for the next data: with `next`, or a function that counts on in a variable outside."""
    for call in walk(node):
        if not isinstance(call, ast.Call):
            continue
        if isinstance(call.func, ast.Name):
            called = expressions.look_up(m, call.func.id)
            if call.func.id == "next" or (isinstance(called, Function) and _counts_on(called.node)):
                return True
        elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            owner = expressions.look_up(m, call.func.value.id)
            method = find_in_class(owner.cls, call.func.attr) if isinstance(owner, Instance) else None
            if isinstance(method, Function) and _counts_on(method.node):
                return True
    return False


@lru_cache(maxsize=4096)
def _counts_on(node: ast.AST) -> bool:
    """Whether a function sets a variable outside itself: one that it declares, or an attribute that it adds to."""
    for part in walk(node):
        if isinstance(part, ast.Global | ast.Nonlocal):
            return True
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Attribute):
            return True
    return False


def _uses(m: "Machine", node: ast.For | ast.AsyncFor, names: frozenset[str]) -> bool:
    """Whether the body uses one of the names other than to print it or in a condition."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Expr) and branches.idle(m, current):
            continue
        if isinstance(current, ast.JoinedStr):
            continue
        if isinstance(current, ast.If):
            waiting += [*current.body, *current.orelse]
            continue
        if isinstance(current, ast.Name) and current.id in names:
            return True
        waiting += children(current)
    return False


def _widen(m: "Machine", node: ast.AST, changes: frozenset[str]) -> None:
    """What the body of a loop assigns keeps no first value. Lists that only grow stay: growth is counted."""
    only_grow = _growing_names(node).added - _growing_names(node).assigned
    for name in changes:
        scope = assignment.scope_of(m, name)
        value = scope.names.get(name, UNKNOWN)
        stays = isinstance(value, (Function, Class)) or (isinstance(value, List) and name in only_grow)
        if name in scope.names and not stays:
            scope.names[name] = UNKNOWN
    for attribute in _assigned_attributes(node):
        if isinstance(attribute.value, ast.Name):
            owner = expressions.look_up(m, attribute.value.id)
            if isinstance(owner, (Instance, Object)) and not isinstance(owner.attributes.get(attribute.attr), List):
                owner.attributes[attribute.attr] = UNKNOWN


@dataclass(frozen=True, slots=True)
class _Growing:
    """Names in the body of a loop: lists that it adds to or takes from (`read`: and looks at too), by `+=` alone
    (`added`), and names it assigns otherwise."""

    read: frozenset[str]
    added: frozenset[str]
    assigned: frozenset[str]


_CHANGES_LENGTH = frozenset(["append", "extend", "insert", "pop", "remove", "clear", "popleft", "appendleft"])


@lru_cache(maxsize=4096)
def _growing_names(node: ast.AST) -> _Growing:
    changed: set[str] = set()
    read: set[str] = set()
    added: set[str] = set()
    assigned: set[str] = set()
    waiting = children(node)
    while waiting:
        current = waiting.pop()
        match current:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGES_LENGTH:
                changed.add(name)
                waiting += [*current.args, *current.keywords]
                continue
            case ast.AugAssign(target=ast.Name(id=name)):
                changed.add(name)
                added.add(name)
                waiting.append(current.value)
                continue
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name):
                assigned.add(name)
        waiting += children(current)
    return _Growing(frozenset(changed & read), frozenset(added), frozenset(assigned))


@dataclass(frozen=True, slots=True)
class _Opened:
    """A list that grows in a loop and is looked at there: within, it has some number of elements (`so_far`)."""

    value: List
    items: list[Value] | None
    length: Size
    element: Value
    so_far: Linear


def _open_lists(m: "Machine", node: ast.AST) -> list[_Opened]:
    """What the body of a loop sees of a list that it adds to is not how the list was before the first round."""
    opened: list[_Opened] = []
    for name in _growing_names(node).read:
        value = expressions.look_up(m, name)
        if isinstance(value, List) and not any(other.value is value for other in opened):
            so_far = m.symbol(f"len({name})")
            opened.append(_Opened(value, value.items, value.length, value.element, so_far))
            value.element = join_all(value.items) if value.items else value.element
            value.items, value.length = None, so_far
            value.empty = opened[-1].items == []
    return opened


def _close_lists(opened: Sequence[_Opened]) -> None:
    """Behind the loop a list has as many elements as it had, and those that were added."""
    for was in opened:
        value = was.value
        value.empty = False
        if value.items is not None:
            continue
        if value.length == was.so_far:
            value.items, value.length, value.element = was.items, was.length, was.element
            continue
        grown = subtract(value.length, was.so_far)
        before = len(was.items) if was.items is not None else was.length
        total = add(before, grown)
        counted = grown is not None and not isinstance(grown, Unknown) and was.so_far.terms[0] not in _terms(grown)
        value.length = UNKNOWN if total is None or not counted else total


def _terms(size: Size) -> tuple[object, ...]:
    return size.terms if isinstance(size, Linear) else ()


@statement(ast.While)
def _while(m: "Machine", node: ast.While) -> Signal:
    where = m.location(node)
    constant = isinstance(node.test, ast.Constant)
    known = m.truth(expressions.evaluate(m, node.test))
    if known is False:
        return run(m, node.orelse)
    if known is True and not constant:
        signal, done = _counted(m, node, where)
        if done:
            return signal
    filling = filled_lists.filling(m, node)
    changes = assignment.assigned_names(node)
    _widen(m, node, changes)
    endless = constant and not any(isinstance(inner, (ast.Break, ast.Return)) for inner in walk(node))
    loop = Looping(m.new_id(), UNKNOWN, None, changes, endless=endless)
    m.timeline.enter_loop(UNKNOWN, UNKNOWN, where)
    m.loops.append(loop)
    opened = _open_lists(m, node)
    signal = run(m, node.body)
    _close_lists(opened)
    m.loops.remove(loop)
    m.timeline.leave_loop()
    if filling is not None:
        filled_lists.fill(filling)
    return signal if isinstance(signal, Return) else None


def _counted(m: "Machine", node: ast.While, where: Location) -> tuple[Signal, bool]:
    """Runs a `while` round by round as long as its condition can be told; whether that came to the end."""
    m.timeline.enter_loop(UNKNOWN, UNKNOWN, where)
    depth = m.timeline.depth
    signal: Signal = None
    done = False
    for _ in range(MAX_UNROLL if m.rounds_open * MAX_UNROLL <= MAX_ROUNDS else 0):
        known = m.truth(expressions.evaluate(m, node.test))
        if known is not True:
            done = known is False
            break
        m.timeline.unwind(depth)
        m.timeline.enter_round()
        signal = run(m, node.body)
        if isinstance(signal, Return) or signal is Jump.BREAK:
            done = True
            break
    m.timeline.unwind(depth)
    m.timeline.leave_loop()
    return (signal if isinstance(signal, Return) else None), done
