"""What the numbers of an array can be, and what arithmetic makes of it.

Bounds are those that occur, so an operation that need not reach its bounds (the sum of two arrays) has none.
"""

from collections.abc import Callable, Iterable
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Unknown, Values, every
from rnnlint.facts.sizes import add, is_known, multiply

Bound = int | float | Linear | Unknown

MAX_BOUND = 10**18


def constant_values(value: Any) -> Values:
    """Of an array filled with one number."""
    if isinstance(value, bool):
        return Values(int(value), int(value), True)
    if isinstance(value, (int, Linear)):
        return Values(value, value, True)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return Values(value, value, value.is_integer())
    return Values()


def values_of(numbers: Iterable[Any]) -> Values:
    """Of an array with these elements; nothing where one is no plain number."""
    low: int | float | None = None
    high: int | float | None = None
    whole = True
    for number in numbers:
        if not isinstance(number, (bool, int, float)) or number != number or abs(number) == float("inf"):
            return Values()
        plain = int(number) if isinstance(number, bool) else number
        low = plain if low is None else min(low, plain)
        high = plain if high is None else max(high, plain)
        whole = whole and (isinstance(plain, int) or plain.is_integer())
    return Values() if low is None or high is None else Values(low, high, whole)


def is_one_hot(content: Any) -> bool:
    """Whether each row of a nested tuple (two axes) holds one 1 and else 0."""
    if not isinstance(content, tuple) or not content:
        return False
    for row in content:
        if not isinstance(row, tuple) or len(row) < 2 or any(n not in (0, 1) for n in row) or sum(row) != 1:
            return False
    return True


def joined(values: Iterable[Values]) -> Values:
    """Of arrays laid side by side."""
    found: Values | None = None
    for each in values:
        found = each if found is None else _joined(found, each)
    return found or Values()


def shifted(values: Values, by: Any, sign: int = 1) -> Values:
    """Of `x + by` (or `x - by` with sign -1) for a number `by`."""
    if isinstance(by, bool) or not isinstance(by, (int, float, Linear)):
        return Values()
    by = by if sign == 1 else _times(by, -1)
    return Values(_plus(values.low, by), _plus(values.high, by), every(values.whole, _is_whole(by)))


def scaled(values: Values, by: Any) -> Values:
    """Of `x * by` for a number `by`."""
    if isinstance(by, bool) or not isinstance(by, (int, float)) or by != by:
        return Values()
    low, high = _times(values.low, by), _times(values.high, by)
    return Values(*((low, high) if by >= 0 else (high, low)), every(values.whole, _is_whole(by)))


def mapped(values: Values, function: Callable[[Any], Any], whole: bool = False) -> Values:
    """Of a function that never falls, applied to each number."""
    return Values(_mapped(values.low, function), _mapped(values.high, function), True if whole else UNKNOWN)


def as_whole(values: Values) -> Values:
    """Of the numbers cut to integers."""
    if values.whole is True:
        return values
    return Values(_mapped(values.low, int), _mapped(values.high, int), True)


def _mapped(bound: Bound, function: Callable[[Any], Any]) -> Bound:
    if isinstance(bound, (Linear, Unknown)):
        return UNKNOWN
    try:
        result = function(bound)
    except (ValueError, OverflowError, ZeroDivisionError):
        return UNKNOWN
    return result if isinstance(result, (int, float)) and abs(result) <= MAX_BOUND else UNKNOWN


def _is_whole(number: Any) -> bool:
    return isinstance(number, (int, Linear)) or (isinstance(number, float) and number.is_integer())


def _plus(a: Bound, b: Bound) -> Bound:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if isinstance(a, float) or isinstance(b, float):
        return UNKNOWN if isinstance(a, Linear) or isinstance(b, Linear) else _finite(a + b)
    result = add(a, b)
    return UNKNOWN if result is None else result


def _times(a: Bound, b: int | float | Linear) -> Bound:
    if isinstance(a, Unknown):
        return UNKNOWN
    if isinstance(a, float) or isinstance(b, float):
        return UNKNOWN if isinstance(a, Linear) or isinstance(b, Linear) else _finite(a * b)
    result = multiply(a, b)
    return UNKNOWN if result is None else result


def _finite(number: int | float) -> Bound:
    return number if abs(number) <= MAX_BOUND else UNKNOWN


def _joined(a: Values, b: Values) -> Values:
    whole = every(a.whole, b.whole)
    return Values(_extreme(a.low, b.low, min), _extreme(a.high, b.high, max), whole, every(a.one_hot, b.one_hot))


def _extreme(a: Bound, b: Bound, pick: Callable[[Any, Any], Any]) -> Bound:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if isinstance(a, Linear) or isinstance(b, Linear):
        return a if a == b and is_known(a) else UNKNOWN
    chosen: Bound = pick(a, b)
    return chosen
