"""Expressions to values."""

import ast
import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Unknown
from rnnlint.facts.sizes import add, multiply
from rnnlint.interpreter import assignment, branches, definitions, imports, operators
from rnnlint.interpreter.join import join, join_all
from rnnlint.interpreter.state import MAX_EXPRESSION_DEPTH, MAX_ITEMS, MAX_TEXT, Looping, OutOfFuel
from rnnlint.interpreter.values import (
    PLACE,
    Class,
    Dict,
    Generator,
    Library,
    Scope,
    Set,
    Super,
    Value,
    is_constant,
    is_size,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))

MAX_COMPREHENSION = 32
"""A comprehension over more elements is worked out once, for all of them."""


def evaluate(m: "Machine", node: ast.expr) -> Value:
    """The value of an expression; UNKNOWN for what is not understood.

    Raises:
        OutOfFuel: the bounds of the run are reached.
    """
    m.fuel -= 1
    if m.fuel < 0:
        raise OutOfFuel
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return UNKNOWN
    if m.depth >= MAX_EXPRESSION_DEPTH:
        m.not_understood(node, "an expression nested too deep")
        return UNKNOWN
    m.depth += 1
    try:
        return handler(m, node)
    finally:
        m.depth -= 1


def look_up(m: "Machine", name: str) -> Value:
    """What a name holds; UNKNOWN if nothing visible defines it."""
    scope: Scope | None = m.scope
    while scope is not None:
        if name in scope.names:
            return scope.names[name]
        if scope.outer and name in scope.outer:
            return scope.outer[name].names.get(name, UNKNOWN)
        for path in reversed(scope.stars):
            found = _in_star(m, path, name)
            if found is not None:
                return found
        scope = scope.parent
    return Library(f"builtins.{name}", name) if name in _BUILTINS else UNKNOWN


def _in_star(m: "Machine", path: str, name: str) -> Value:
    """The name, if it is one that `from path import *` brings; None if not."""
    library = m.library(f"{path}.{name}")
    if imports.exports(library.path):
        return m.get_attribute(Library(path, path), name)
    return None


def _constant(m: "Machine", node: ast.Constant) -> Value:
    return node.value


def _name(m: "Machine", node: ast.Name) -> Value:
    return look_up(m, node.id)


def _attribute(m: "Machine", node: ast.Attribute) -> Value:
    return m.get_attribute(evaluate(m, node.value), node.attr, node)


def _subscript(m: "Machine", node: ast.Subscript) -> Value:
    value = evaluate(m, node.value)
    return m.get_item(value, evaluate(m, node.slice), node)


def _slice(m: "Machine", node: ast.Slice) -> Value:
    start, stop, step = [None if part is None else evaluate(m, part) for part in (node.lower, node.upper, node.step)]
    if start is UNKNOWN and stop is UNKNOWN and step is None:
        start, stop = _ahead(m, node)
    return slice(start, stop, step)


def _ahead(m: "Machine", node: ast.Slice) -> tuple[Value, Value]:
    """The bounds of `x[i:i + 32]` where `i` is not known: 32 elements from some place on."""
    match node.lower, node.upper:
        case ast.Name(id=first), ast.BinOp(left=ast.Name(id=second), op=ast.Add(), right=more) if first == second:
            length = evaluate(m, more)
            if is_size(length):
                start = m.symbol(PLACE)
                return start, add(start, length)
    return UNKNOWN, UNKNOWN


def elements(m: "Machine", nodes: list[ast.expr]) -> list[Value] | None:
    """The values of a display, stars unpacked; None where a starred one has no known elements."""
    values: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            seen = m.iterate(evaluate(m, node.value), node)
            if seen.items is None:
                return None
            values += seen.items
        else:
            values.append(evaluate(m, node))
        if len(values) > 20_000:
            return None
    return values


def _tuple(m: "Machine", node: ast.Tuple) -> Value:
    values = elements(m, node.elts)
    return UNKNOWN if values is None else tuple(values)


def _list(m: "Machine", node: ast.List) -> Value:
    values = elements(m, node.elts)
    return m.make_list(None, m.symbol("n"), UNKNOWN) if values is None else m.make_list(values)


def _set(m: "Machine", node: ast.Set) -> Value:
    values = elements(m, node.elts)
    if values is None:
        return Set()
    constant = all(is_constant(value) for value in values)
    return _set_of(m, values) if constant else Set(UNKNOWN, join_all(values), born=m.new_id())


def _set_of(m: "Machine", values: list[Value]) -> Set:
    kept = frozenset(values)
    return Set(len(kept), join_all(kept), kept, m.new_id())


def _dict(m: "Machine", node: ast.Dict) -> Value:
    made = Dict()
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = evaluate(m, value_node)
        if key_node is None:
            if isinstance(value, Dict):
                made.items.update(value.items)
            made.open = made.open or not isinstance(value, Dict) or value.open
            continue
        key = evaluate(m, key_node)
        if is_constant(key):
            made.items[key] = value
        else:
            made.open = True
    return made


def _binary(m: "Machine", node: ast.BinOp) -> Value:
    # A sum of thousands of terms is a left-deep tree: walk down its spine without recursion.
    spine: list[ast.BinOp] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp):
        spine.append(current)
        current = current.left
    left = evaluate(m, current)
    while spine:
        operation = spine.pop()
        m.spend()
        left = operators.binary(m, type(operation.op).__name__, left, evaluate(m, operation.right), operation)
    return left


def _unary(m: "Machine", node: ast.UnaryOp) -> Value:
    return operators.unary(m, type(node.op).__name__, evaluate(m, node.operand), node)


def _bool(m: "Machine", node: ast.BoolOp) -> Value:
    stop = isinstance(node.op, ast.Or)
    value: Value = UNKNOWN
    unsure: list[Value] = []
    for operand in node.values:
        value = evaluate(m, operand)
        known = m.truth(value)
        if known is stop:
            break
        if known is UNKNOWN:
            unsure.append(value)
    if not unsure:
        return value
    known = m.truth(value)
    if known is stop and all(isinstance(v, (bool, Unknown)) for v in [value, *unsure]):
        return stop
    return UNKNOWN


def _compare(m: "Machine", node: ast.Compare) -> Value:
    left = evaluate(m, node.left)
    result: Value = True
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(m, right_node)
        answer = m.compare(type(op).__name__, left, right, node)
        if len(node.ops) == 1:
            return answer
        if answer is False:
            return False
        if answer is not True:
            result = UNKNOWN
        left = right
    return result


def _if_expression(m: "Machine", node: ast.IfExp) -> Value:
    known = m.truth(evaluate(m, node.test))
    if known is UNKNOWN:
        if branches.varies(m, node.test):
            return join(evaluate(m, node.body), evaluate(m, node.orelse))
        known = branches.decide(m, node.test)
    return evaluate(m, node.body if known is True else node.orelse)


def _call(m: "Machine", node: ast.Call) -> Value:
    # A chain of thousands of method calls is deep in `func`: bounded by the depth of expressions.
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(m, node)
    function = evaluate(m, node.func)
    args: list[Value] = []
    open = False
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            seen = m.iterate(evaluate(m, argument.value), argument)
            if seen.items is None:
                open = True
            else:
                args += seen.items
        else:
            args.append(evaluate(m, argument))
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(m, keyword.value)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, Dict):
            kwargs.update({key: item for key, item in value.items.items() if isinstance(key, str)})
            open = open or value.open
        else:
            open = True
    return m.call(function, args, kwargs, node, open)


def _super(m: "Machine", node: ast.Call) -> Value:
    values = [evaluate(m, argument) for argument in node.args]
    if len(values) == 2 and isinstance(values[0], Class):
        return Super(values[1], values[0])
    function = next((f for f in reversed(m.stack) if f.owner is not None), None)
    if function is None or function.owner is None or isinstance(function.node, ast.Lambda):
        return UNKNOWN
    parameters = [*function.node.args.posonlyargs, *function.node.args.args]
    return Super(look_up(m, parameters[0].arg), function.owner) if parameters else UNKNOWN


def _lambda(m: "Machine", node: ast.Lambda) -> Value:
    return definitions.make_function(m, node)


def _named(m: "Machine", node: ast.NamedExpr) -> Value:
    value = evaluate(m, node.value)
    assignment.assign(m, node.target, value)
    return value


def _text(m: "Machine", node: ast.JoinedStr) -> Value:
    parts: list[str] = []
    known = True
    for part in node.values:
        value: Value = UNKNOWN
        if isinstance(part, ast.Constant):
            value = part.value
        elif isinstance(part, ast.FormattedValue):
            value = evaluate(m, part.value)
            if part.format_spec is not None or part.conversion != -1:
                value = UNKNOWN
        if isinstance(value, (str, int, float, bool)):
            parts.append(str(value)[:MAX_TEXT])
        else:
            known = False
    return "".join(parts)[:MAX_TEXT] if known else UNKNOWN


def _await(m: "Machine", node: ast.Await) -> Value:
    return evaluate(m, node.value)


def _yield(m: "Machine", node: ast.Yield | ast.YieldFrom) -> Value:
    value = evaluate(m, node.value) if node.value is not None else None
    if not m.yields:
        return UNKNOWN
    yields = m.yields[-1]
    if isinstance(node, ast.YieldFrom):
        seen = m.iterate(value, node)
        yields.values += seen.items[:MAX_ITEMS] if seen.items is not None else [seen.element]
        _count_yields(m, multiply(seen.length, 1))
    else:
        if len(yields.values) < MAX_ITEMS:
            yields.values.append(value)
        _count_yields(m, 1)
    return UNKNOWN


def _count_yields(m: "Machine", times: Any) -> None:
    yields = m.yields[-1]
    yields.round = operators.binary(m, "Add", yields.round, _in_a_round(m, times), None)
    for loop in m.loops[yields.loops :]:
        yields.endless = yields.endless or loop.endless
        times = multiply(times, m.symbol("n") if loop.unsure or loop.times is UNKNOWN else loop.times)
    yields.length = operators.binary(m, "Add", yields.length, UNKNOWN if times is None else times, None)


def _in_a_round(m: "Machine", times: Any) -> Any:
    """How often a yield is reached in one round of the innermost endless loop around it."""
    loops = m.loops[m.yields[-1].loops :]
    endless = next((n for n in reversed(range(len(loops))) if loops[n].endless), None)
    if endless is None or any(loop.unsure for loop in loops[endless:]):
        return UNKNOWN
    for loop in loops[endless + 1 :]:
        times = multiply(times, loop.times)
    return UNKNOWN if times is None else times


def _starred(m: "Machine", node: ast.Starred) -> Value:
    return evaluate(m, node.value)


def _comprehension(m: "Machine", node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
    gathered = _Gathered(m.new_id())
    outside = m.scope
    loops = len(m.loops)
    m.scope = Scope(parent=outside)
    try:
        _gather(m, node, 0, gathered)
    finally:
        m.scope = outside
        del m.loops[loops:]
    if isinstance(node, ast.DictComp):
        made = Dict(open=not gathered.exact)
        for key, value in gathered.values:
            if is_constant(key) and gathered.exact:
                made.items[key] = value
            else:
                made.open = True
        if made.open and gathered.values:
            made.items, made.length = {}, gathered.length
            made.key, made.element = (gathered.spanned(join_all(part)) for part in zip(*gathered.values, strict=True))
        return made
    if isinstance(node, ast.SetComp):
        if gathered.exact and all(is_constant(value) for value in gathered.values):
            return _set_of(m, gathered.values)
        return Set(m.symbol("len(set)"), join_all(gathered.values) if gathered.values else UNKNOWN, born=gathered.began)
    if gathered.exact:
        made_list = m.make_list(gathered.values)
    else:
        made_list = m.make_list(None, gathered.length, join_all(gathered.values) if gathered.values else UNKNOWN)
    made_list.born = gathered.began
    if isinstance(node, ast.GeneratorExp) and not gathered.exact:
        return Generator(made_list.element, endless=False, length=made_list.size())
    return made_list


class _Gathered:
    """Elements of a comprehension: all of them (`exact`), or samples that stand for `length` of them."""

    def __init__(self, began: int) -> None:
        self.began = began
        self.values: list[Value] = []
        self.exact = True
        self.length: Any = 0
        self.counter: Any = None
        self.rounds: Any = UNKNOWN

    def spanned(self, element: Value) -> Value:
        """An element, once the loop over its rounds is over."""
        from rnnlint.interpreter.effects.containers import spanned

        return spanned(element, self.counter, self.rounds)


def _gather(m: "Machine", node: Any, level: int, gathered: _Gathered) -> None:
    if level == len(node.generators):
        if isinstance(node, ast.DictComp):
            gathered.values.append((evaluate(m, node.key), evaluate(m, node.value)))
        else:
            gathered.values.append(evaluate(m, node.elt))
        rounds = m.rounds(gathered.began)
        gathered.length = operators.binary(m, "Add", gathered.length, rounds, None)
        gathered.exact = gathered.exact and rounds == 1
        return
    clause = node.generators[level]
    seen = m.iterate(evaluate(m, clause.iter), clause.iter)
    gathered.counter, gathered.rounds = seen.counter, seen.length
    items = seen.items
    if items is not None and len(items) > MAX_COMPREHENSION and not isinstance(node, ast.ListComp | ast.GeneratorExp):
        # The same thing many times over (`texts * 100`) changes nothing in a set or a dictionary.
        items = list({id(item): item for item in items}.values())
    if items is not None and len(items) <= MAX_COMPREHENSION and len(gathered.values) <= MAX_ITEMS:
        for item in items:
            assignment.assign(m, clause.target, item)
            _gather_if(m, node, clause, level, gathered)
        return
    element, counter = seen.element, seen.counter
    if seen.items is not None and counter is None:
        element = join_all(seen.items) if seen.items else UNKNOWN
    loop = Looping(m.new_id(), seen.length, counter, assignment.target_names(clause.target))
    m.loops.append(loop)
    assignment.assign(m, clause.target, element)
    _gather_if(m, node, clause, level, gathered)
    m.loops.pop()


def _gather_if(m: "Machine", node: Any, clause: ast.comprehension, level: int, gathered: _Gathered) -> None:
    """Goes on with an element if the conditions let it pass; in an unknown number of rounds if they cannot be told."""
    known: Any = True
    for test in clause.ifs:
        answer = m.truth(evaluate(m, test))
        if answer is False:
            return
        if answer is UNKNOWN:
            known = UNKNOWN
    if known is True:
        _gather(m, node, level + 1, gathered)
        return
    loop = Looping(m.new_id(), UNKNOWN, None, assignment.target_names(clause.target))
    m.loops.append(loop)
    _gather(m, node, level + 1, gathered)
    m.loops.pop()


_HANDLERS: dict[type[ast.expr], Callable[["Machine", Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _if_expression,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.JoinedStr: _text,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Starred: _starred,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
