"""Statements: control flow, assignments, definitions, imports.

`run` gives a signal where a block does not simply end: `Return`, `BREAK` or `CONTINUE`.
"""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Linear, Location, Size, Truth, Unknown
from rnnlint.facts.models import Unpacking
from rnnlint.facts.sizes import add, floor_divide, less, less_equal, multiply, subtract
from rnnlint.infer.catalogue import FUNCTIONS as LAYER_FUNCTIONS
from rnnlint.infer.catalogue import known as known_layer
from rnnlint.interpreter import expressions
from rnnlint.interpreter.effects.registry import knows
from rnnlint.interpreter.join import join, join_all
from rnnlint.interpreter.names import EXPORTS, HOMES
from rnnlint.interpreter.state import MAX_ROUNDS, MAX_UNROLL, Looping, ProgramRaised
from rnnlint.interpreter.values import (
    Bound,
    Class,
    Dict,
    Function,
    Instance,
    Library,
    List,
    Module,
    Object,
    Scope,
    Sequenced,
    Value,
    is_constant,
    is_size,
)
from rnnlint.interpreter.walking import children, walk

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True)
class Return:
    """The function ends with this value."""

    value: Value


class Jump(Enum):
    """How a round of a loop ends early."""

    BREAK = "break"
    CONTINUE = "continue"


Signal = Return | Jump | None

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


def run_body(m: "Machine", body: Sequence[ast.stmt]) -> Value:
    """Runs the body of a function and gives what it returns."""
    signal = run(m, body)
    return signal.value if isinstance(signal, Return) else None


def run(m: "Machine", body: Sequence[ast.stmt]) -> Signal:
    """Runs statements one after the other, up to one that ends the block."""
    for statement in body:
        m.spend()
        handler = _HANDLERS.get(type(statement))
        if handler is None:
            continue
        signal = handler(m, statement)
        if signal is not None:
            return signal
    return None


def run_module(m: "Machine", body: Sequence[ast.stmt]) -> None:
    """Runs a whole module. What raises for sure is left, and what follows it is run all the same: it is rather we who
    are wrong about the exception."""
    for statement in body:
        try:
            signal = run(m, [statement])
        except ProgramRaised:
            m.timeline.unwind()
            m.loops.clear()
            continue
        if isinstance(signal, Return):
            break


# Conditions


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
    _refine(m, test, holds)
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


def _refine(m: "Machine", test: ast.expr, holds: bool) -> None:
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
    if _leaves(node.body):
        if m.loops and _breaks(node.body):
            _stop_counting(m, node.test)
        return run(m, node.orelse)
    if node.orelse and _leaves(node.orelse):
        return run(m, node.body)
    if _trivial(node.body) and _trivial(node.orelse):
        return None
    if varies(m, node.test):
        return _either(m, node)
    arm = node.body if decide(m, node.test) else node.orelse
    return run(m, arm)


def _either(m: "Machine", node: ast.If) -> Signal:
    """Some rounds take one arm, some the other: both are run, and what they assign is joined."""
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


@lru_cache(maxsize=4096)
def _leaves_node(statement: ast.stmt) -> bool:
    match statement:
        case ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="exit" | "quit"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="sys" | "os"), attr="exit" | "_exit"))):
            return True
        case ast.Assert(test=ast.Constant(value=False)):
            return True
    return False


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block surely raises, exits, or ends the round of a loop."""
    return any(_leaves_node(statement) for statement in body)


def _breaks(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(statement, ast.Break) for statement in body)


_IDLE = frozenset(["print", "display", "input", "exit", "quit"])
_IDLE_OWNERS = frozenset(["plt", "logging", "logger", "log", "warnings", "sns", "pyplot", "sys"])


def _trivial(body: Sequence[ast.stmt]) -> bool:
    """Whether a block only prints, plots or passes."""
    return all(_idle(statement) for statement in body)


@lru_cache(maxsize=4096)
def _idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return isinstance(statement, (ast.Pass, ast.Expr))
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _IDLE
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner)))):
            return owner in _IDLE_OWNERS
    return False


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


# Loops


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


@lru_cache(maxsize=4096)
def _assigned_attributes(node: ast.AST) -> tuple[ast.Attribute, ...]:
    return tuple(inner for inner in walk(node) if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store))


def target_names(target: ast.expr) -> frozenset[str]:
    """Names that a target assigns."""
    return frozenset(node.id for node in walk(target) if isinstance(node, ast.Name))


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
    m.timeline.enter_loop(len(items), _over(node, None), where)
    m.rounds_open *= len(items)
    depth = m.timeline.depth
    left = False
    signal: Signal = None
    for item in items:
        m.timeline.unwind(depth)
        m.timeline.enter_round()
        assign(m, node.target, item)
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
    changes = assigned_names(node)
    _widen(m, node, changes)
    assign(m, node.target, element)
    loop = Looping(m.new_id(), seen.length, seen.counter, changes)
    m.timeline.enter_loop(seen.length, _over(node, seen), where)
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


def _over(node: ast.For | ast.AsyncFor, seen: Sequenced | None) -> str | Unknown:
    """What a loop runs over: `data`, `epochs` (a counter that the body does not use but to print), or UNKNOWN."""
    if seen is not None and seen.of_data:
        return "data"
    used = target_names(node.target)
    call = node.iter
    counts = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("range", "trange")
    return "epochs" if counts and not _uses(node, used) else UNKNOWN


@lru_cache(maxsize=4096)
def _uses(node: ast.For | ast.AsyncFor, names: frozenset[str]) -> bool:
    """Whether the body uses one of the names other than to print it or in a condition."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Expr) and _idle(current):
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
        scope = _scope_of(m, name)
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
    changes = assigned_names(node)
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


def _break(m: "Machine", node: ast.Break) -> Signal:
    return Jump.BREAK


def _continue(m: "Machine", node: ast.Continue) -> Signal:
    return Jump.CONTINUE


# Assignments


def _scope_of(m: "Machine", name: str) -> Scope:
    return m.scope.outer.get(name, m.scope)


def assign(m: "Machine", target: ast.expr, value: Value) -> None:
    """`target = value`."""
    match target:
        case ast.Name(id=name):
            _scope_of(m, name).names[name] = value
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
        note_unpack(value, Unpacking(len(targets), starred, m.location(node)))


def _assign(m: "Machine", node: ast.Assign) -> Signal:
    value = expressions.evaluate(m, node.value)
    for target in node.targets:
        assign(m, target, value)
    return None


def _annotated(m: "Machine", node: ast.AnnAssign) -> Signal:
    if node.value is not None:
        assign(m, node.target, expressions.evaluate(m, node.value))
    return None


def _augmented(m: "Machine", node: ast.AugAssign) -> Signal:
    left = expressions.evaluate(m, _as_load(node.target))
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


def _as_load(target: ast.expr) -> ast.expr:
    """The target of an augmented assignment as an expression (the context plays no part in evaluation)."""
    return target


def _delete(m: "Machine", node: ast.Delete) -> Signal:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                _scope_of(m, name).names.pop(name, None)
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


def _expression(m: "Machine", node: ast.Expr) -> Signal:
    expressions.evaluate(m, node.value)
    return None


def _return(m: "Machine", node: ast.Return) -> Signal:
    return Return(None if node.value is None else expressions.evaluate(m, node.value))


def _raise(m: "Machine", node: ast.Raise) -> Signal:
    if node.exc is not None:
        expressions.evaluate(m, node.exc)
    raise ProgramRaised


def _assert(m: "Machine", node: ast.Assert) -> Signal:
    if m.truth(expressions.evaluate(m, node.test)) is UNKNOWN:
        _refine(m, node.test, True)
    return None


def _global(m: "Machine", node: ast.Global) -> Signal:
    module = m.scope.module
    if module is not m.scope:
        m.scope.outer.update(dict.fromkeys(node.names, module))
    return None


def _nonlocal(m: "Machine", node: ast.Nonlocal) -> Signal:
    for name in node.names:
        scope = m.scope.parent
        while scope is not None and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            m.scope.outer[name] = scope
    return None


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
            assign(m, item.optional_vars, entered)
    signal = run(m, node.body)
    for item in node.items:
        if isinstance(item.optional_vars, ast.Name):
            manager = expressions.look_up(m, item.optional_vars.id)
            found = m.get_attribute(manager, "__exit__")
            if isinstance(found, Bound) and isinstance(found.function, str):
                m.call(found, [None, None, None], node=node)
    return signal


def _expects_failure(manager: ast.expr) -> bool:
    """`with self.assertRaises(...)`, `with pytest.raises(...)`."""
    function = manager.func if isinstance(manager, ast.Call) else manager
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name.startswith("assertRaises") or name == "raises"


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
    for name in assigned_names(case.pattern):
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


# Definitions


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


# Imports


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


_HANDLERS: dict[type[ast.stmt], Callable[["Machine", Any], Signal]] = {
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
