"""What is true of two values at once: equal facts stay, what differs becomes UNKNOWN.

Elements of a list that grows, the values a generator yields, the arms of a branch: each is one value that stands for
several.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from rnnlint.facts import UNKNOWN, Axis, Data, Dim, Linear, Shape, Unknown, Values
from rnnlint.facts.sizes import equal
from rnnlint.interpreter import dtypes, ranges
from rnnlint.interpreter.values import Array, Dict, List, Object, Quantity, Range, Set, Value, is_constant

MAX_DEPTH = 12
MAX_PARTS = 3_000
"""Parts of two values that are compared."""


def join_all(values: Iterable[Value]) -> Value:
    """What is true of all of them, as elements of a list; UNKNOWN of none."""
    found: Value = UNKNOWN
    for count, value in enumerate(values):
        found = value if count == 0 else join_elements(found, value)
        if found is UNKNOWN:
            return UNKNOWN
    return found


def join_elements(a: Value, b: Value) -> Value:
    """What is true of both as elements of a list: of two numbers that they are numbers, and between which bounds; of
    two strings that they are strings."""
    return _Joining(elements=True).join(a, b)


def join(a: Value, b: Value) -> Value:
    """What is true of both. Never changes either: what can be changed is made anew."""
    return _Joining(elements=False).join(a, b)


class _Joining:
    """One join, of all that two values hold; beyond `MAX_PARTS` parts and `MAX_DEPTH` nothing is known of the rest."""

    def __init__(self, elements: bool) -> None:
        self.elements = elements
        self.left = MAX_PARTS
        self.depth = 0

    def join(self, a: Value, b: Value) -> Value:
        if a is b:
            return a
        self.left -= 1
        if self.left < 0 or self.depth > MAX_DEPTH:
            return UNKNOWN
        if self.elements and (found := _like(a, b)) is not None:
            return found
        self.depth += 1
        joined = self._join(a, b)
        self.depth -= 1
        return joined

    def _join(self, a: Value, b: Value) -> Value:
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return UNKNOWN
        if isinstance(a, tuple) and isinstance(b, tuple):
            return self._each(a, b) if len(a) == len(b) else UNKNOWN
        if type(a) is not type(b):
            return UNKNOWN
        if is_constant(a) or isinstance(a, Linear | Quantity | slice):
            return a if a == b else UNKNOWN
        match a:
            case Array():
                return _arrays(a, b)
            case List():
                return self._lists(a, b)
            case Dict():
                return self._dicts(a, b)
            case Set():
                return Set(join_size(a.length, b.length), self.like(a.element, b.element))
            case Range():
                return a if (a.start, a.stop, a.step) == (b.start, b.stop, b.step) else UNKNOWN
            case Object():
                return self._objects(a, b)
        return UNKNOWN

    def like(self, a: Value, b: Value) -> Value:
        """What is true of both as elements."""
        outside, self.elements = self.elements, True
        joined = self.join(a, b)
        self.elements = outside
        return joined

    def _each(self, a: Iterable[Value], b: Iterable[Value]) -> tuple[Value, ...]:
        return tuple(self.join(left, right) for left, right in zip(a, b, strict=True))

    def _lists(self, a: List, b: List) -> List:
        born = max(a.born, b.born)
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            return List(list(self._each(a.items, b.items)), born=born)
        # An empty list says nothing about what the elements are like.
        if a.size() == 0 or b.size() == 0:
            element = element_of(b) if a.size() == 0 else element_of(a)
        else:
            element = self.like(self._element(a), self._element(b))
        return List(None, join_size(a.size(), b.size()), element, born=born)

    def _element(self, value: List) -> Value:
        if value.items is None:
            return value.element
        found: Value = UNKNOWN
        for number_, item in enumerate(value.items):
            found = item if number_ == 0 else self.like(found, item)
        return found

    def _dicts(self, a: Dict, b: Dict) -> Dict:
        common = {key: self.join(item, b.items[key]) for key, item in a.items.items() if key in b.items}
        exact = not a.open and not b.open and len(common) == len(a.items) == len(b.items)
        return Dict(common, open=not exact, length=join_size(_keys(a), _keys(b)), key=self.like(a.key, b.key))

    def _objects(self, a: Object, b: Object) -> Value:
        if a.path != b.path:
            return UNKNOWN
        common = {
            name: self.join(value, b.attributes[name]) for name, value in a.attributes.items() if name in b.attributes
        }
        return Object(a.path, common)


def number(dtype: str | Unknown = UNKNOWN, values: Values | None = None) -> Array:
    """A number of which no more is known."""
    return Array(Data(shape=Shape(()), dtype=dtype, values=values or Values()))


def _like(a: Value, b: Value) -> Value:
    """Two numbers as one, two strings as one; None for anything else, and where both are the same constant."""
    if is_constant(a) and type(a) is type(b) and a == b:
        return None
    numbers = (_as_number(a), _as_number(b))
    if numbers[0] is not None and numbers[1] is not None:
        dtype = dtypes.promote(each.dtype for each in numbers if each is not None)
        return number(dtype, ranges.joined(each.values for each in numbers if each is not None))
    return Object("builtins.str") if _is_text(a) and _is_text(b) else None


def _as_number(value: Value) -> Data | None:
    if isinstance(value, Array):
        return value.fact if value.dims == () else None
    if isinstance(value, bool) or not isinstance(value, int | float | Linear | Quantity):
        return None
    values = Values(whole=True) if isinstance(value, Linear) else ranges.constant_values(value)
    return Data(shape=Shape(()), dtype=dtypes.dtype_of(value), values=values)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, Object) and value.path == "builtins.str")


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


def element_of(value: List) -> Value:
    """What each element of a list is like."""
    return value.element if value.items is None else join_all(value.items)


def _keys(value: Dict) -> Any:
    return value.length if value.open else len(value.items)
