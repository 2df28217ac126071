"""Python's built-in functions and types."""

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Size, Truth, Unknown, Values
from rnnlint.facts.sizes import ceil_divide, floor_divide, is_known, less_equal, remainder, term
from rnnlint.interpreter.access import find_in_class, has_method
from rnnlint.interpreter.effects import dictionaries, files, lists  # noqa: F401  (they fill the table)
from rnnlint.interpreter.effects.containers import (
    counted,
    each,
    make_list_of,
    mapped,
    reversed_items,
    set_of,
    spanned,
    zipped,
)
from rnnlint.interpreter.effects.registry import Invocation, effect, find_effect
from rnnlint.interpreter.effects.text import formatted, unknown_text
from rnnlint.interpreter.expressions import look_up
from rnnlint.interpreter.iteration import range_length
from rnnlint.interpreter.join import join_all, number
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, is_of, resets
from rnnlint.interpreter.state import MAX_TEXT
from rnnlint.interpreter.values import (
    Array,
    Bound,
    Class,
    Dict,
    Function,
    Instance,
    Iterator,
    Library,
    List,
    Object,
    Partial,
    Quantity,
    Range,
    Sequenced,
    Set,
    Value,
    is_constant,
    is_size,
    type_path,
)

MAX_BITS = 2_000


@effect("builtins.len")
def length(at: Invocation, value: Value) -> Value:
    """Number of elements; of something that may hold any number a size of its own, UNKNOWN if it is not known."""
    match value:
        case str() | bytes() | tuple():
            return len(value)
        case List():
            return value.size()
        case Dict():
            return value.length if value.open else len(value.items)
        case Set():
            return value.length
        case Range():
            return range_length(value)
        case Array() if value.dims:
            return value.dims[0]
        case Instance():
            method = find_in_class(value.cls, "__len__")
            if isinstance(method, Function):
                return at.machine.call(Bound(method, value), node=at.node)
            return length(at, value.base) if value.base is not None else UNKNOWN
    path = f"{type_path(value)}.__len__"
    if find_effect(path) is not None:
        return at.machine.effect(path, value, node=at.node)
    return UNKNOWN


@effect("builtins.range")
def range_(at: Invocation, start: Value, stop: Value = None, step: Value = 1) -> Value:
    if stop is None:
        start, stop = 0, start
    bounds = [_as_size(bound) for bound in (start, stop, step)]
    return Range(*bounds)


def _as_size(value: Value) -> Size:
    if isinstance(value, bool):
        return int(value)
    if is_size(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, Array) and isinstance(value.content, int):
        return value.content
    return UNKNOWN


@effect("builtins.enumerate")
def enumerate_(at: Invocation, iterable: Value, start: Value = 0) -> Value:
    return counted(at.machine, each(at, iterable), start)


@effect("builtins.zip")
def zip_(at: Invocation, *iterables: Value, strict: Value = False) -> Value:
    if at.open:
        return UNKNOWN if iterables else _turned(at)
    return zipped(at.machine, [each(at, iterable) for iterable in iterables])


def _turned(at: Invocation) -> Value:
    """`zip(*rows)` of rows whose number is not known: one list for each column."""
    match at.node:
        case ast.Call(args=[ast.Starred(value=ast.Name() as name)]):
            rows = each(at, look_up(at.machine, name.id))
        case _:
            return UNKNOWN
    if rows.items is not None:
        return UNKNOWN
    row = each(at, rows.element)
    if row.items is None:
        return UNKNOWN
    columns = [at.machine.make_list(None, rows.length, item) for item in row.items]
    return Sequenced(columns, len(columns))


@effect("builtins.map")
def map_(at: Invocation, function: Value, *iterables: Value) -> Value:
    parts = [each(at, iterable) for iterable in iterables]
    rows = parts[0] if len(parts) == 1 else zipped(at.machine, parts)
    if len(parts) == 1:
        return mapped(at, rows, lambda item: at.machine.call(function, [item], node=at.node))
    return mapped(at, rows, lambda row: at.machine.call(function, list(row), node=at.node))


@effect("builtins.filter")
def filter_(at: Invocation, function: Value, iterable: Value) -> Value:
    rows = each(at, iterable)
    if rows.items is None:
        return Sequenced(None, at.machine.symbol("n"), rows.element)
    kept: list[Value] = []
    for item in rows.items:
        keeps = at.machine.truth(item if function is None else at.machine.call(function, [item], node=at.node))
        if keeps is UNKNOWN:
            return Sequenced(None, UNKNOWN, join_all(rows.items))
        if keeps is True:
            kept.append(item)
    return Iterator(kept)


@effect("builtins.sorted")
def sorted_(at: Invocation, iterable: Value, key: Value = None, reverse: Value = False) -> Value:
    rows = each(at, iterable)
    if rows.items is None:
        return make_list_of(at.machine, rows)
    items = sort_items(at, list(rows.items), key, reverse)
    if items is None:
        return at.machine.make_list(None, len(rows.items), join_all(rows.items))
    return at.machine.make_list(items)


def sort_items(at: Invocation, items: list[Value], key: Value, reverse: Value) -> list[Value] | None:
    """The items in order; None where it is not known."""
    keys = items if key is None else [at.machine.call(key, [item], node=at.node) for item in items]
    if not all(is_constant(value) for value in keys) or not isinstance(reverse, bool):
        return None
    try:
        order = sorted(range(len(items)), key=lambda index: keys[index], reverse=reverse)
    except TypeError:
        return None
    return [items[index] for index in order]


@effect("builtins.reversed")
def reversed_(at: Invocation, sequence: Value) -> Value:
    return reversed_items(at, sequence)


@effect("builtins.iter")
def iter_(at: Invocation, value: Value) -> Value:
    path = f"{type_path(value)}.__iter__"
    if not isinstance(value, Array | List | tuple | str | Dict | Set | Range | Sequenced):
        if isinstance(value, Iterator) or (not isinstance(value, Instance) and find_effect(path) is None):
            return value
        if isinstance(value, Instance) and has_method(value.cls, "__next__"):
            return value
    rows = each(at, value)
    if rows.items is not None:
        return Iterator(list(rows.items))
    return Iterator([], rows)


@effect("builtins.next")
def next_(at: Invocation, iterator: Value, default: Value = UNKNOWN) -> Value:
    match iterator:
        case Iterator():
            if iterator.items and not at.machine.loops:
                return iterator.items.pop(0)
            if iterator.items:
                return join_all(iterator.items)
            return default if iterator.rest is None else iterator.rest.element
        case Instance():
            method = find_in_class(iterator.cls, "__next__")
            return at.machine.call(Bound(method, iterator), node=at.node) if isinstance(method, Function) else UNKNOWN
    path = f"{type_path(iterator)}.__next__"
    if find_effect(path) is not None:
        return at.machine.effect(path, iterator, node=at.node)
    rows = at.machine.iterate(iterator, at.node)
    if rows.items is not None:
        return rows.items[0] if rows.items else default
    return rows.element


@effect("builtins.list")
def list_(at: Invocation, iterable: Value = ()) -> Value:
    if isinstance(iterable, Array) and iterable.content is None:
        rows = each(at, iterable)
        return at.machine.make_list(None, rows.length, rows.element)
    return make_list_of(at.machine, each(at, iterable))


@effect("builtins.tuple")
def tuple_(at: Invocation, iterable: Value = ()) -> Value:
    rows = each(at, iterable)
    if rows.items is not None:
        return tuple(rows.items)
    if isinstance(rows.length, int) and 0 <= rows.length <= 16 and rows.element is not UNKNOWN:
        return (rows.element,) * rows.length
    return make_list_of(at.machine, rows)


@effect("builtins.set", "builtins.frozenset")
def set_(at: Invocation, iterable: Value = ()) -> Value:
    if isinstance(iterable, str):
        return set_of(at, tuple(set(iterable)))
    rows = each(at, iterable)
    if rows.items is not None:
        return set_of(at, rows.items)
    return Set(at.machine.symbol("len(set)"), rows.element)


@effect("builtins.dict")
def dict_(at: Invocation, source: Value = (), **given: Value) -> Value:
    made = Dict()
    if at.open:
        made.open = True
    update_dict(at, made, source)
    made.items.update(given)
    return made


def update_dict(at: Invocation, target: Dict, source: Value) -> None:
    """`target.update(source)` with a dictionary or pairs."""
    if isinstance(source, Dict):
        if source.open:
            _open(target, source.length if not target.items else UNKNOWN, source.key, source.element)
        target.items.update(source.items)
        return
    rows = each(at, source)
    if rows.items is None:
        pair = spanned(rows.element, rows.counter, rows.length)
        key, element = pair if isinstance(pair, tuple) and len(pair) == 2 else (UNKNOWN,) * 2
        _open(target, rows.length if not target.items else UNKNOWN, key, element)
        return
    for row in rows.items:
        pair = row if isinstance(row, tuple) else row.items if isinstance(row, List) else None
        if pair is None or len(pair) != 2 or not is_key(pair[0]):
            _open(target, UNKNOWN, UNKNOWN, UNKNOWN)
        else:
            target.items[pair[0]] = pair[1]


def _open(target: Dict, length: Size, key: Value, element: Value) -> None:
    target.open, target.length, target.key, target.element = True, length, key, element
    target.items = dict.fromkeys(target.items, UNKNOWN)


def is_key(value: Value) -> bool:
    """Whether it can be looked up in a dictionary."""
    return is_constant(value) or isinstance(value, Linear | Library | Class | Function)


@effect("builtins.str", "builtins.repr", "builtins.ascii")
def str_(at: Invocation, value: Value = "", encoding: Value = None) -> Value:
    if isinstance(value, str) and at.path == "builtins.str":
        return value
    if is_constant(value) and not (isinstance(value, int) and value.bit_length() > MAX_BITS):
        text = str(value) if at.path == "builtins.str" else repr(value)
        return text if len(text) <= MAX_TEXT else unknown_text(at)
    if isinstance(value, Object) and value.path == "builtins.str":
        return value
    if isinstance(value, Object) and isinstance(value.attributes.get("text"), str):
        return value.attributes["text"]
    return unknown_text(at)


@effect("builtins.bytes", "builtins.bytearray")
def bytes_(at: Invocation, source: Value = b"", encoding: Value = "utf-8") -> Value:
    return source if isinstance(source, bytes) else UNKNOWN


@effect("builtins.int")
def int_(at: Invocation, value: Value = 0, base: Value = 10) -> Value:
    """Cut to a whole number; of a number that depends on sizes a size that depends on the same."""
    if isinstance(value, Quantity):
        return whole(value, "int")
    if is_size(value) or isinstance(value, bool):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Array):
        inner = value.content
        if isinstance(inner, int | float | Linear | Quantity):
            return int_(at, inner)
        return number("int64", Values(whole=True)) if value.dims == () else UNKNOWN
    if isinstance(value, float) or (isinstance(value, str) and len(value) <= 64 and isinstance(base, int)):
        try:
            found = int(value, base) if isinstance(value, str) else int(value)
        except (ValueError, OverflowError):
            return UNKNOWN
        return found if found.bit_length() <= MAX_BITS else UNKNOWN
    return number("int64", Values(whole=True))


def whole(value: Quantity, how: str) -> Size:
    """A size made of a number that depends on sizes: `how` is int, round, ceil or floor."""
    if value.quotient is not None and how in ("int", "floor", "ceil"):
        divide = ceil_divide if how == "ceil" else floor_divide
        exact = divide(*value.quotient)
        if is_known(exact):
            return exact
    return term(f"{'int' if how == 'floor' else how}({value.text})", *value.operands)


@effect("builtins.float")
def float_(at: Invocation, value: Value = 0.0) -> Value:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Linear):
        return Quantity(str(value), (value,), (value, 1))
    if isinstance(value, Array) and isinstance(value.content, int | float):
        value = value.content
    if isinstance(value, int | float) or (isinstance(value, str) and len(value) <= 64):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return UNKNOWN
    return number("float64")


@effect("builtins.complex")
def complex_(at: Invocation) -> Value:
    return UNKNOWN


@effect("builtins.bool")
def bool_(at: Invocation, value: Value = False) -> Value:
    return at.machine.truth(value)


def _best(at: Invocation, values: Sequence[Value], key: Value, default: Value, pick: Callable[..., Any]) -> Value:
    name = pick.__name__
    if len(values) != 1:
        rows = Sequenced(list(values), len(values))
    else:
        if isinstance(values[0], Array) and find_effect(f"numpy.{name}") is not None:
            return at.machine.effect(f"numpy.{name}", values[0], node=at.node)
        rows = each(at, values[0])
    if rows.items is None or key is not None or at.open:
        return UNKNOWN
    if not rows.items:
        return default
    if all(is_constant(item) for item in rows.items):
        try:
            return pick(rows.items)
        except TypeError:
            return UNKNOWN
    if all(is_size(item) for item in rows.items):
        return best_size(list(rows.items), name)
    return UNKNOWN


def best_size(sizes: list[Any], name: str) -> Size:
    """The smallest (`min`) or greatest (`max`) of sizes: one of them where it is known which, else a form."""
    best = sizes[0]
    rest: list[Any] = []
    for size in sizes[1:]:
        lower, upper = (best, size) if name == "min" else (size, best)
        if less_equal(upper, lower) is True:
            best = size
        elif less_equal(lower, upper) is not True:
            rest.append(size)
    if not rest:
        return best  # type: ignore[no-any-return]
    parts = sorted({str(size): size for size in (best, *rest)}.items())
    if len(parts) > 8:
        return UNKNOWN
    return term(f"{name}({', '.join(text for text, _ in parts)})", *(size for _, size in parts))


@effect("builtins.min")
def min_(at: Invocation, *values: Value, key: Value = None, default: Value = UNKNOWN) -> Value:
    return _best(at, values, key, default, min)


@effect("builtins.max")
def max_(at: Invocation, *values: Value, key: Value = None, default: Value = UNKNOWN) -> Value:
    return _best(at, values, key, default, max)


@effect("builtins.sum")
def sum_(at: Invocation, iterable: Value, start: Value = 0) -> Value:
    if isinstance(iterable, Array) and iterable.dims is not None and len(iterable.dims) == 1:
        return at.machine.effect("numpy.sum", iterable, node=at.node)
    rows = each(at, iterable)
    if rows.items is None:
        return UNKNOWN
    total = start
    for item in rows.items:
        at.machine.spend()
        total = at.machine.binary("Add", total, item, at.node)
    return total


@effect("builtins.abs")
def abs_(at: Invocation, value: Value) -> Value:
    if isinstance(value, int | float | complex):
        return abs(value)
    if isinstance(value, Linear):
        return value if less_equal(0, value) is True else UNKNOWN
    if isinstance(value, Array):
        return at.machine.effect("numpy.abs", value, node=at.node)
    return UNKNOWN


@effect("builtins.round")
def round_(at: Invocation, value: Value, ndigits: Value = None) -> Value:
    if isinstance(value, Quantity):
        return whole(value, "round") if ndigits is None else UNKNOWN
    if isinstance(value, Linear):
        return value
    if isinstance(value, int | float) and (ndigits is None or (isinstance(ndigits, int) and abs(ndigits) < 400)):
        try:
            return round(value, ndigits)
        except (ValueError, OverflowError):
            return UNKNOWN
    return UNKNOWN


@effect("builtins.divmod")
def divmod_(at: Invocation, a: Value, b: Value) -> Value:
    if is_size(a) and is_size(b):
        return floor_divide(a, b), remainder(a, b)
    return at.machine.binary("FloorDiv", a, b, at.node), at.machine.binary("Mod", a, b, at.node)


@effect("builtins.pow")
def pow_(at: Invocation, base: Value, exponent: Value, mod: Value = None) -> Value:
    return at.machine.binary("Pow", base, exponent, at.node) if mod is None else UNKNOWN


def _truths(at: Invocation, iterable: Value) -> list[Truth] | None:
    rows = each(at, iterable)
    return None if rows.items is None else [at.machine.truth(item) for item in rows.items]


@effect("builtins.all")
def all_(at: Invocation, iterable: Value) -> Value:
    truths = _truths(at, iterable)
    if truths is None:
        return UNKNOWN
    if any(truth is False for truth in truths):
        return False
    return True if all(truth is True for truth in truths) else UNKNOWN


@effect("builtins.any")
def any_(at: Invocation, iterable: Value) -> Value:
    truths = _truths(at, iterable)
    if truths is None:
        return UNKNOWN
    if any(truth is True for truth in truths):
        return True
    return False if all(truth is False for truth in truths) else UNKNOWN


@effect("builtins.print", "builtins.breakpoint", "builtins.help", "builtins.delattr", "builtins.exec")
def nothing(at: Invocation) -> Value:
    return None


@effect("builtins.input")
def input_(at: Invocation) -> Value:
    return unknown_text(at)


@effect("builtins.open")
def open_(at: Invocation, file: Value, mode: Value = "r") -> Value:
    binary = "b" in mode if isinstance(mode, str) else UNKNOWN
    return Object("builtins.file", {"binary": binary, "name": file})


@effect("builtins.format")
def format_(at: Invocation, value: Value, spec: Value = "") -> Value:
    return formatted(at, value, spec)


@effect("builtins.ord", "builtins.chr", "builtins.hex", "builtins.oct", "builtins.bin", "builtins.hash")
def of_one(at: Invocation, value: Value) -> Value:
    functions: dict[str, Callable[[Any], Any]] = {"ord": ord, "chr": chr, "hex": hex, "oct": oct, "bin": bin}
    function = functions.get(at.path.rpartition(".")[2])
    if function is not None and is_constant(value):
        try:
            return function(value)
        except (TypeError, ValueError, OverflowError):
            return UNKNOWN
    if at.path == "builtins.ord":
        return number("int64", Values(whole=True))
    return unknown_text(at) if function is not None else UNKNOWN


@effect("builtins.slice")
def slice_(at: Invocation, *bounds: Value) -> Value:
    return slice(*bounds) if 1 <= len(bounds) <= 3 else UNKNOWN


@effect("builtins.id")
def id_(at: Invocation, value: Value) -> Value:
    return UNKNOWN


@effect("builtins.callable")
def callable_(at: Invocation, value: Value) -> Value:
    if isinstance(value, Function | Class | Bound | Library | Partial):
        return True
    return False if is_constant(value) or isinstance(value, List | Dict | Array) else UNKNOWN


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int, Linear),
    "float": (float, Quantity),
    "str": (str,),
    "bytes": (bytes,),
    "bool": (bool,),
    "tuple": (tuple,),
    "list": (List,),
    "dict": (Dict,),
    "set": (Set,),
    "complex": (complex,),
}


@effect("builtins.isinstance")
def isinstance_(at: Invocation, value: Value, classes: Value) -> Value:
    options = classes if isinstance(classes, tuple) else (classes,)
    answers = [_is_of(value, option) for option in options]
    if any(answer is True for answer in answers):
        return True
    return False if all(answer is False for answer in answers) else UNKNOWN


def _is_of(value: Value, cls: Value) -> Truth:
    if isinstance(value, Unknown) or not isinstance(cls, Library | Class):
        return UNKNOWN
    if isinstance(cls, Class):
        if isinstance(value, Instance):
            return any(base is cls for base in value.cls.line()) or (
                UNKNOWN if any(isinstance(base, Unknown) for base in value.cls.line()) else False
            )
        return False if is_constant(value) or isinstance(value, List | Dict | Array) else UNKNOWN
    name = cls.path.removeprefix("builtins.")
    if isinstance(value, Instance):
        return True if cls.path in value.cls.library_bases() else UNKNOWN
    if type_path(value) == cls.path:
        return True
    if isinstance(value, LayerValue | ModelValue):
        return is_of(value, cls.path)
    plain = is_constant(value) or isinstance(value, List | Dict | Set | tuple | Linear)
    if name in _TYPES:
        if plain:
            return isinstance(value, _TYPES[name])
        return False if isinstance(value, Array) and value.path.startswith(("numpy.", "tensorflow.")) else UNKNOWN
    if plain and cls.path.startswith(("numpy.", "pandas.", "tensorflow.", "keras.")):
        return False
    if isinstance(value, Array) and cls.path == "pandas.DataFrame":
        return False
    return UNKNOWN


@effect("builtins.issubclass")
def issubclass_(at: Invocation, cls: Value, classes: Value) -> Value:
    if isinstance(cls, Class) and isinstance(classes, Class | Library):
        if any(base is classes for base in cls.line()):
            return True
        if isinstance(classes, Library) and classes.path in cls.library_bases():
            return True
    return UNKNOWN


@effect("builtins.type")
def type_(at: Invocation, value: Value, *rest: Value) -> Value:
    if rest:
        return UNKNOWN
    if isinstance(value, Instance):
        return value.cls
    path = type_path(value)
    return UNKNOWN if path in ("unknown", "library") or isinstance(value, Unknown) else Library(path)


@effect("builtins.hasattr")
def hasattr_(at: Invocation, value: Value, name: Value) -> Value:
    if not isinstance(name, str):
        return UNKNOWN
    if isinstance(value, Instance):
        if name in value.attributes or find_in_class_known(value.cls, name):
            return True
        only_own = value.base is None and not value.cls.library_bases()
        unknown = any(isinstance(base, Unknown) for base in value.cls.line())
        if unknown or has_method(value.cls, "__getattr__"):
            return UNKNOWN
        if isinstance(value.base, ModelValue) and name in ("reset_states", "reset_state"):
            return resets(value.base, name, at.machine.keras)
        return False if only_own else UNKNOWN
    if isinstance(value, Unknown | Library):
        return UNKNOWN
    if isinstance(value, LayerValue | ModelValue) and name in ("reset_states", "reset_state"):
        return resets(value, name, at.machine.keras)
    return True if at.machine.get_attribute(value, name, at.node) is not UNKNOWN else UNKNOWN


def find_in_class_known(cls: Class, name: str) -> bool:
    """Whether the class or a base of the program defines the name."""
    return any(isinstance(base, Class) and name in base.names for base in cls.line())


@effect("builtins.getattr")
def getattr_(at: Invocation, value: Value, name: Value, default: Value = UNKNOWN) -> Value:
    if not isinstance(name, str):
        return UNKNOWN
    if default is not UNKNOWN and hasattr_(at, value, name) is False:
        return default
    return at.machine.get_attribute(value, name, at.node)


@effect("builtins.setattr")
def setattr_(at: Invocation, value: Value, name: Value, new: Value) -> Value:
    if isinstance(name, str):
        at.machine.set_attribute(value, name, new, at.node)
    return None


@effect("builtins.vars")
def vars_(at: Invocation, value: Value = None) -> Value:
    if isinstance(value, Instance | Object):
        return Dict(dict(value.attributes), open=isinstance(value, Object) or value.base is not None)
    return Dict(open=True)


@effect("builtins.dir")
def dir_(at: Invocation) -> Value:
    return at.machine.make_list(None, UNKNOWN, UNKNOWN)


@effect("builtins.globals", "builtins.locals")
def names_(at: Invocation) -> Value:
    return Dict(open=True)


@effect("builtins.object.__init__")
def object_init(at: Invocation, self: Value) -> Value:
    return None


@effect("builtins.float.is_integer")
def is_integer(at: Invocation, self: Value) -> Value:
    return self.is_integer() if isinstance(self, float) and math.isfinite(self) else UNKNOWN
