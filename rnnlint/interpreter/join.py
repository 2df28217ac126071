"""What is true of two values at once: equal facts stay, what differs becomes UNKNOWN.

Elements of a list that grows, the values a generator yields, the arms of a branch: each is one value that stands for
several.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from rnnlint.facts import UNKNOWN, Axis, Data, Dim, Linear, Shape, Unknown
from rnnlint.facts.sizes import equal
from rnnlint.interpreter import ranges
from rnnlint.interpreter.values import Array, Dict, List, Object, Quantity, Range, Set, Value, is_constant

MAX_DEPTH = 12


def join_all(values: Iterable[Value]) -> Value:
    """What is true of all of them; UNKNOWN of none."""
    found: Value = UNKNOWN
    for number, value in enumerate(values):
        found = value if number == 0 else join(found, value)
        if found is UNKNOWN:
            return UNKNOWN
    return found


def join(a: Value, b: Value, depth: int = 0) -> Value:
    """What is true of both. Never changes either: what can be changed is made anew."""
    if a is b:
        return a
    if isinstance(a, Unknown) or isinstance(b, Unknown) or depth > MAX_DEPTH:
        return UNKNOWN
    if isinstance(a, tuple) and isinstance(b, tuple) and not (is_constant(a) and a == b):
        if len(a) != len(b):
            return UNKNOWN
        return tuple(join(left, right, depth + 1) for left, right in zip(a, b, strict=True))
    if type(a) is not type(b):
        return UNKNOWN
    if is_constant(a) or isinstance(a, Linear | Quantity | slice):
        return a if a == b else UNKNOWN
    match a:
        case Array():
            return _arrays(a, b)
        case List():
            return _lists(a, b, depth)
        case Dict():
            return _dicts(a, b, depth)
        case Set():
            return Set(join_size(a.length, b.length), join(a.element, b.element, depth + 1))
        case Range():
            return a if (a.start, a.stop, a.step) == (b.start, b.stop, b.step) else UNKNOWN
        case Object():
            return _objects(a, b, depth)
    return UNKNOWN


def join_size(a: Dim, b: Dim) -> Any:
    """The size where both are the same, else UNKNOWN."""
    if a is b or (a is not UNKNOWN and a == b):
        return a
    return a if equal(a, b) is True else UNKNOWN


def join_data(a: Data, b: Data) -> Data:
    """What is true of the data of both."""
    if a == b:
        return a
    same: dict[str, Any] = {}
    for field in fields(Data):
        left, right = getattr(a, field.name), getattr(b, field.name)
        if left == right:
            same[field.name] = left
        elif field.name in ("dtype", "shuffled", "ragged"):
            same[field.name] = UNKNOWN
    same["shape"] = _shapes(a.shape, b.shape)
    same["values"] = ranges.joined((a.values, b.values))
    same["origins"] = a.origins | b.origins if a.origins and b.origins else frozenset()
    return Data(**same)


def unlike(value: Value) -> Value:
    """The value with everything forgotten that tells it from its like: for an element that stands for many."""
    if isinstance(value, Array):
        return Array(replace(value.fact, source=0), value.path, value.cut)
    return value


def _shapes(a: Any, b: Any) -> Any:
    if isinstance(a, Unknown) or isinstance(b, Unknown) or a.rank != b.rank:
        return UNKNOWN
    axes = zip(a.axes, b.axes, strict=True)
    return Shape(tuple(Axis(left.name, join_size(left.size, right.size)) for left, right in axes))


def _arrays(a: Array, b: Array) -> Value:
    if a.path != b.path:
        return UNKNOWN
    cut = a.cut if a.cut == b.cut else None
    content = a.content if a.content is not None and _same_content(a.content, b.content) else None
    return Array(join_data(a.fact, b.fact), a.path, cut, content)


def _same_content(a: Any, b: Any) -> bool:
    return is_constant(a) and is_constant(b) and type(a) is type(b) and bool(a == b)


def _lists(a: List, b: List, depth: int) -> List:
    if a.items is not None and b.items is not None and len(a.items) == len(b.items):
        items = [join(left, right, depth + 1) for left, right in zip(a.items, b.items, strict=True)]
        return List(items, born=max(a.born, b.born))
    # An empty list says nothing about what the elements are like.
    if a.size() == 0 or b.size() == 0:
        element = element_of(b) if a.size() == 0 else element_of(a)
    else:
        element = join(element_of(a), element_of(b), depth + 1)
    return List(None, join_size(a.size(), b.size()), element, born=max(a.born, b.born))


def element_of(value: List) -> Value:
    """What each element of a list is like."""
    return value.element if value.items is None else join_all(value.items)


def _dicts(a: Dict, b: Dict, depth: int) -> Dict:
    common = {key: join(item, b.items[key], depth + 1) for key, item in a.items.items() if key in b.items}
    exact = not a.open and not b.open and len(common) == len(a.items) == len(b.items)
    return Dict(common, open=not exact, length=join_size(_keys(a), _keys(b)), key=join(a.key, b.key, depth + 1))


def _keys(value: Dict) -> Any:
    return value.length if value.open else len(value.items)


def _objects(a: Object, b: Object, depth: int) -> Value:
    if a.path != b.path:
        return UNKNOWN
    common = {
        name: join(value, b.attributes[name], depth + 1) for name, value in a.attributes.items() if name in b.attributes
    }
    return Object(a.path, common)
