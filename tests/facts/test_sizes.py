"""Sizes as forms against plain integers: whatever is decided must hold for every value of the symbols."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlint.facts.sizes import (
    MAX_SIZE,
    Dim,
    Linear,
    Size,
    Symbol,
    add,
    ceil_divide,
    divides,
    equal,
    floor_divide,
    is_known,
    less,
    less_equal,
    multiply,
    remainder,
    substitute,
    subtract,
    symbol,
    symbols,
    term,
)
from rnnlint.facts.unknown import UNKNOWN, Truth

NAMES = {"n": 0, "t": 0, "m": 3}
SYMBOLS = {name: Symbol(name, 0, least) for name, least in NAMES.items()}

small = st.integers(-12, 12)
values = st.fixed_dictionaries({SYMBOLS[name]: st.integers(least, 40) for name, least in NAMES.items()})


def forms() -> st.SearchStrategy[Size]:
    """Integers and forms of all kinds."""
    leaves = small | st.sampled_from([symbol(name, 0, least) for name, least in NAMES.items()])

    def grown(inner: st.SearchStrategy[Size]) -> st.SearchStrategy[Size]:
        return st.one_of(
            st.builds(add, inner, inner),
            st.builds(subtract, inner, inner),
            st.builds(multiply, inner, small),
            st.builds(multiply, inner, inner),
            st.builds(floor_divide, inner, st.integers(1, 9)),
        ).filter(is_known)

    return st.recursive(leaves, grown, max_leaves=6)


def number(size: Dim, assigned: Mapping[Symbol, int]) -> int:
    result = substitute(size, assigned)
    assert isinstance(result, int)
    return result


OPERATIONS: dict[str, tuple[Callable[[Dim, Dim], Dim], Callable[[int, int], int]]] = {
    "add": (add, lambda a, b: a + b),
    "subtract": (subtract, lambda a, b: a - b),
    "multiply": (multiply, lambda a, b: a * b),
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(a=forms(), b=forms(), assigned=values)
def test_operations(name: str, a: Size, b: Size, assigned: Mapping[Symbol, int]) -> None:
    ours, plain = OPERATIONS[name]
    result = ours(a, b)
    if result is not UNKNOWN:
        assert number(result, assigned) == plain(number(a, assigned), number(b, assigned))


DIVISIONS: dict[str, tuple[Callable[[Dim, Dim], Dim], Callable[[int, int], int]]] = {
    "floor_divide": (floor_divide, lambda a, b: a // b),
    "remainder": (remainder, lambda a, b: a % b),
    "ceil_divide": (ceil_divide, lambda a, b: -(-a // b)),
}


@pytest.mark.parametrize("name", DIVISIONS)
@given(a=forms(), b=st.integers(1, 12), assigned=values)
def test_divisions_by_numbers(name: str, a: Size, b: int, assigned: Mapping[Symbol, int]) -> None:
    ours, plain = DIVISIONS[name]
    result = ours(a, b)
    if result is not UNKNOWN:
        assert number(result, assigned) == plain(number(a, assigned), b)


@given(a=forms(), b=forms(), assigned=values)
def test_quotients_of_forms(a: Size, b: Size, assigned: Mapping[Symbol, int]) -> None:
    result = floor_divide(a, b)
    if result is not UNKNOWN and number(b, assigned):
        assert number(result, assigned) == number(a, assigned) // number(b, assigned)


PREDICATES: dict[str, tuple[Callable[[Dim, Dim], Truth], Callable[[int, int], bool]]] = {
    "equal": (equal, lambda a, b: a == b),
    "less": (less, lambda a, b: a < b),
    "less_equal": (less_equal, lambda a, b: a <= b),
}


@pytest.mark.parametrize("name", PREDICATES)
@given(a=forms(), b=forms(), assigned=values)
def test_predicates(name: str, a: Size, b: Size, assigned: Mapping[Symbol, int]) -> None:
    ours, plain = PREDICATES[name]
    answer = ours(a, b)
    if answer is not UNKNOWN:
        assert answer is plain(number(a, assigned), number(b, assigned))


@given(divisor=forms(), size=forms(), assigned=values)
def test_divides(divisor: Size, size: Size, assigned: Mapping[Symbol, int]) -> None:
    answer = divides(divisor, size)
    if answer is not UNKNOWN and number(divisor, assigned):
        assert answer is (number(size, assigned) % number(divisor, assigned) == 0)


@given(a=small, b=small)
def test_numbers_are_always_decided(a: int, b: int) -> None:
    assert add(a, b) == a + b
    assert multiply(a, b) == a * b
    assert equal(a, b) is (a == b)
    assert less(a, b) is (a < b)
    assert divides(b, a) is (UNKNOWN if b == 0 else a % b == 0)


@given(a=forms())
def test_only_its_symbols_matter(a: Size) -> None:
    assert number(substitute(a, dict.fromkeys(symbols(a), 5)), {}) == number(a, dict.fromkeys(SYMBOLS.values(), 5))


n, t = symbol("n"), symbol("t")


def test_what_users_rely_on() -> None:
    assert str(subtract(n, 60)) == "n - 60"
    assert divides(32, multiply(32, floor_divide(n, 32))) is True
    assert divides(32, n) is UNKNOWN
    assert divides(2, add(multiply(2, n), 1)) is False
    assert equal(subtract(n, 60), n) is False
    assert equal(n, t) is UNKNOWN
    assert less(n, 0) is False
    assert floor_divide(multiply(n, t), t) == n
    assert multiply(floor_divide(n, 32), 32) != n


def test_symbols_of_one_name_are_two_sizes() -> None:
    assert equal(symbol("n", 1), symbol("n", 2)) is UNKNOWN
    assert subtract(symbol("n", 1), symbol("n", 1)) == 0


@pytest.mark.parametrize("operation", [add, subtract, multiply, floor_divide])
def test_none_and_unknown_spread(operation: Callable[[Dim, Dim], Dim]) -> None:
    assert operation(None, 3) is None
    assert operation(None, n) is None
    assert operation(UNKNOWN, None) is UNKNOWN
    assert operation(n, UNKNOWN) is UNKNOWN


@pytest.mark.parametrize("question", [equal, less, less_equal, divides])
def test_nothing_is_decided_about_none_and_unknown(question: Callable[[Dim, Dim], Truth]) -> None:
    assert question(None, 3) is UNKNOWN
    assert question(3, UNKNOWN) is UNKNOWN
    assert question(None, None) is UNKNOWN


def test_zero_times_anything() -> None:
    assert multiply(0, None) == 0
    assert multiply(UNKNOWN, 0) == 0


def test_bounds() -> None:
    assert multiply(MAX_SIZE, 2) is UNKNOWN
    many: Dim = 0
    for index in range(100):
        many = add(many, symbol(f"s{index}"))
    assert many is UNKNOWN
    deep: Dim = n
    for _ in range(20):
        deep = floor_divide(add(deep, 1), 2)
    assert deep is UNKNOWN


def test_terms() -> None:
    size = term("int(0.8 * n)", n)
    assert isinstance(size, Linear)
    assert str(size) == "int(0.8 * n)"
    assert equal(size, term("int(0.8 * n)", n)) is True
    assert term("int(0.8 * n)", UNKNOWN) is UNKNOWN
    assert substitute(size, {SYMBOLS["n"]: 5}) is UNKNOWN
    assert less(size, 0) is False


@pytest.mark.parametrize(("size", "known"), [(3, True), (n, True), (None, False), (UNKNOWN, False), (True, False)])
def test_is_known(size: object, known: bool) -> None:
    assert is_known(size) is known
