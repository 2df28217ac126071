"""Sizes of axes: integers, Keras's None, linear forms over symbols, UNKNOWN.

A size that has a name but no value (`n` rows of a file) is a linear form: `n - 60`, `2*t`, `32*(n // 32)`. Sums and
differences of forms are exact; products with a number too; a quotient is a term of its own (an atom), so that
`n // 32 * 32` is known to divide by 32. What cannot be decided is UNKNOWN, never a guess.

Every atom stands for a size, hence for an integer that is at least 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd
from typing import TypeGuard

from rnnlint.facts.unknown import UNKNOWN, Truth, Unknown, negate

MAX_TERMS = 24
"""A form with more terms is UNKNOWN: nothing useful is decided about it, and scripts can build sums of thousands."""

MAX_DEPTH = 6
"""How deep quotients and products may be nested before the form is UNKNOWN."""

MAX_SIZE = 10**18
"""No axis is longer; numbers beyond it are no sizes."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A size with a name. Two symbols of the same name and another key are two sizes.

    Attributes:
        name: what is shown: `n`, `len(x)`.
        key: tells symbols of one name apart.
        least: the smallest value it can have.
    """

    name: str
    key: int = 0
    least: int = 0

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Quotient:
    """`numerator // denominator`, denominator > 1."""

    numerator: "Linear"
    denominator: int

    def __str__(self) -> str:
        return f"{_grouped(self.numerator)} // {self.denominator}"


@dataclass(frozen=True, slots=True)
class Product:
    """Of two forms, neither a number; `left` is the one that prints first."""

    left: "Linear"
    right: "Linear"

    def __str__(self) -> str:
        return f"{_grouped(self.left)}*{_grouped(self.right)}"


@dataclass(frozen=True, slots=True)
class Term:
    """A size that a function of other sizes gives: `int(0.8 * n)`, `min(n, 60)`.

    Equal text and equal operands: the same size.
    """

    text: str
    operands: tuple["Size", ...] = ()
    least: int = 0

    def __str__(self) -> str:
        return self.text


Atom = Symbol | Quotient | Product | Term


@dataclass(frozen=True, slots=True)
class Linear:
    """`constant + sum(factor * atom)`; at least one term, factors not 0, terms in the order of their text.

    Build it with `symbol`, `add`, `multiply`...; equality is structural, `equal` answers whether two sizes are equal.
    """

    constant: int
    terms: tuple[tuple[Atom, int], ...]

    def __str__(self) -> str:
        text = ""
        for atom, factor in self.terms:
            sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
            body = str(atom)
            if abs(factor) != 1:
                body = f"{abs(factor)}*{f'({body})' if isinstance(atom, Quotient) else body}"
            text += sign + body
        if self.constant:
            text += f" {'-' if self.constant < 0 else '+'} {abs(self.constant)}"
        return text

    def __repr__(self) -> str:
        return f"<{self}>"

    @property
    def depth(self) -> int:
        return 1 + max(_depth(atom) for atom, _ in self.terms)


Size = int | Linear | Unknown
"""An integer, a form, or UNKNOWN."""

Dim = int | None | Linear | Unknown
"""The size of an axis: as `Size`, or Keras's None (any size)."""


def symbol(name: str, key: int = 0, least: int = 0) -> Linear:
    """The size called `name`."""
    return Linear(0, ((Symbol(name, key, least), 1),))


def term(text: str, *operands: Size, least: int = 0) -> Size:
    """The size that a function of `operands` gives, shown as `text`. UNKNOWN if an operand is."""
    if any(operand is UNKNOWN for operand in operands):
        return UNKNOWN
    return _made(0, {Term(text, operands, least): 1})


def is_known(size: object) -> TypeGuard[int | Linear]:
    """Whether it is an integer or a form (not None, not UNKNOWN, not a bool)."""
    return isinstance(size, Linear) or (isinstance(size, int) and not isinstance(size, bool))


def add(a: Dim, b: Dim) -> Dim:
    """a + b; UNKNOWN if one is UNKNOWN, else None if one is None."""
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if a is None or b is None:
        return None
    if isinstance(a, int):
        return _bounded(a + b) if isinstance(b, int) else _shifted(b, a)
    if isinstance(b, int):
        return _shifted(a, b)
    terms = dict(a.terms)
    for atom, factor in b.terms:
        terms[atom] = terms.get(atom, 0) + factor
    return _made(a.constant + b.constant, terms)


def subtract(a: Dim, b: Dim) -> Dim:
    """a - b; UNKNOWN and None as in `add`."""
    return add(a, multiply(b, -1))


def multiply(a: Dim, b: Dim) -> Dim:
    """a * b; 0 if one is 0; else UNKNOWN and None as in `add`."""
    if (isinstance(a, int) and a == 0) or (isinstance(b, int) and b == 0):
        return 0
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if a is None or b is None:
        return None
    if isinstance(a, int) and isinstance(b, int):
        return _bounded(a * b)
    if isinstance(a, Linear) and isinstance(b, Linear):
        left, right = sorted((a, b), key=str)
        return _made(0, {Product(left, right): 1})
    if isinstance(a, int):
        a, b = b, a
    if not isinstance(a, Linear) or not isinstance(b, int):  # a setting that is no size
        return UNKNOWN
    if any(abs(factor * b) > MAX_SIZE for _, factor in a.terms) or abs(a.constant * b) > MAX_SIZE:
        return UNKNOWN
    return Linear(a.constant * b, tuple((atom, factor * b) for atom, factor in a.terms))


def floor_divide(a: Dim, b: Dim) -> Dim:
    """a // b; a form divides exactly where it can. UNKNOWN for a divisor of 0 or one that is not a number."""
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if a is None or b is None:
        return None
    if not isinstance(b, int):
        return _divided_by_form(a, b)
    if b == 0:
        return UNKNOWN
    if isinstance(a, int):
        return a // b
    if b == 1:
        return a
    if b < 0:
        return UNKNOWN
    whole = {atom: factor // b for atom, factor in a.terms if factor % b == 0}
    rest = {atom: factor for atom, factor in a.terms if factor % b}
    if not rest:
        return _made(a.constant // b, whole)
    inner = _made(a.constant % b, rest)
    if inner is UNKNOWN or isinstance(inner, int):
        return UNKNOWN
    return add(_made(a.constant // b, whole), _made(0, {Quotient(inner, b): 1}))


def remainder(a: Dim, b: Dim) -> Dim:
    """a % b = a - b * (a // b)."""
    return subtract(a, multiply(b, floor_divide(a, b)))


def ceil_divide(a: Dim, b: Dim) -> Dim:
    """-(-a // b): how many batches of b rows a rows make."""
    if not isinstance(b, int):
        return UNKNOWN if b is UNKNOWN else None if b is None else floor_divide(a, b) if a == b else UNKNOWN
    return floor_divide(add(a, b - 1), b)


def equal(a: Dim, b: Dim) -> Truth:
    """Whether two sizes are the same. UNKNOWN where one is UNKNOWN or None (Keras's any size), or it depends."""
    if a is None or b is None or a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    difference = subtract(a, b)
    if isinstance(difference, int):
        return difference == 0
    if isinstance(difference, Linear):
        if (least := _least(difference)) is not None and least > 0:
            return False
        if (most := _most(difference)) is not None and most < 0:
            return False
        step = _common_factor(difference)
        if difference.constant % step:
            return False
    return UNKNOWN


def less(a: Dim, b: Dim) -> Truth:
    """Whether a < b."""
    if a is None or b is None or a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    difference = subtract(a, b)
    if isinstance(difference, int):
        return difference < 0
    if isinstance(difference, Linear):
        if (most := _most(difference)) is not None and most < 0:
            return True
        if (least := _least(difference)) is not None and least >= 0:
            return False
    return UNKNOWN


def less_equal(a: Dim, b: Dim) -> Truth:
    """Whether a <= b."""
    return negate(less(b, a))


def divides(divisor: Dim, size: Dim) -> Truth:
    """Whether `size` is a multiple of `divisor`."""
    if size is None or divisor is None or size is UNKNOWN or divisor is UNKNOWN:
        return UNKNOWN
    if isinstance(divisor, Linear):
        quotient = floor_divide(size, divisor)
        return True if is_known(quotient) and multiply(quotient, divisor) == size else UNKNOWN
    if divisor == 0:
        return UNKNOWN
    if isinstance(size, int):
        return size % divisor == 0
    if all(factor % divisor == 0 for _, factor in size.terms):
        return size.constant % divisor == 0
    return UNKNOWN


def substitute(size: Dim, values: Mapping[Symbol, int]) -> Dim:
    """The size with numbers in place of symbols; UNKNOWN where a `Term` stands in the way."""
    if not isinstance(size, Linear):
        return size
    total: Dim = size.constant
    for atom, factor in size.terms:
        total = add(total, multiply(_substituted(atom, values), factor))
    return total


def symbols(size: Dim) -> frozenset[Symbol]:
    """Every symbol in it."""
    if not isinstance(size, Linear):
        return frozenset()
    found: set[Symbol] = set()
    for atom, _ in size.terms:
        if isinstance(atom, Symbol):
            found.add(atom)
        for part in _parts(atom):
            found |= symbols(part)
    return frozenset(found)


def _substituted(atom: Atom, values: Mapping[Symbol, int]) -> Dim:
    match atom:
        case Symbol():
            return values[atom] if atom in values else _made(0, {atom: 1})
        case Quotient(numerator, denominator):
            return floor_divide(substitute(numerator, values), denominator)
        case Product(left, right):
            return multiply(substitute(left, values), substitute(right, values))
        case Term():
            touched = any(symbols(operand) & values.keys() for operand in atom.operands)
            return UNKNOWN if touched else _made(0, {atom: 1})


def _divided_by_form(a: int | Linear, b: Linear) -> Size:
    """Exact quotients only: n // n, (3*n) // n, (n*t) // t."""
    if a == b:
        return 1
    if isinstance(a, Linear):
        if len(b.terms) == 1 and not b.constant and not a.constant and len(a.terms) == 1:
            (atom_a, factor_a), (atom_b, factor_b) = a.terms[0], b.terms[0]
            if atom_a == atom_b and factor_a % factor_b == 0:
                return factor_a // factor_b
        if not a.constant and len(a.terms) == 1 and isinstance(a.terms[0][0], Product):
            product, factor = a.terms[0][0], a.terms[0][1]
            other = product.right if product.left == b else product.left if product.right == b else None
            if other is not None:
                result = multiply(other, factor)
                return UNKNOWN if result is None else result
    return UNKNOWN


def _parts(atom: Atom) -> tuple["Size", ...]:
    match atom:
        case Quotient(numerator, _):
            return (numerator,)
        case Product(left, right):
            return (left, right)
        case Term():
            return atom.operands
        case Symbol():
            return ()


def _depth(atom: Atom) -> int:
    return max((part.depth for part in _parts(atom) if isinstance(part, Linear)), default=0)


def _shifted(form: Linear, by: int) -> Size:
    return Linear(form.constant + by, form.terms) if abs(form.constant + by) <= MAX_SIZE else UNKNOWN


def _bounded(value: int) -> Size:
    return value if abs(value) <= MAX_SIZE else UNKNOWN


def _made(constant: int, terms: Mapping[Atom, int]) -> Size:
    kept = [(atom, factor) for atom, factor in terms.items() if factor]
    if len(kept) > 1:
        kept.sort(key=lambda term: str(term[0]))
    if not kept:
        return _bounded(constant)
    if len(kept) > MAX_TERMS or abs(constant) > MAX_SIZE or any(abs(factor) > MAX_SIZE for _, factor in kept):
        return UNKNOWN
    form = Linear(constant, tuple(kept))
    flat = all(atom.__class__ is Symbol for atom, _ in kept)
    return form if flat or form.depth <= MAX_DEPTH else UNKNOWN


def _atom_least(atom: Atom) -> int | None:
    """A value it is never below; None: not known (a product or quotient of something that may be negative)."""
    match atom:
        case Symbol() | Term():
            return atom.least
        case Quotient(numerator, denominator):
            least = _least(numerator)
            return None if least is None else least // denominator
        case Product(left, right):
            a, b = _least(left), _least(right)
            return a * b if a is not None and b is not None and a >= 0 and b >= 0 else None


def _least(form: Linear) -> int | None:
    total = form.constant
    for atom, factor in form.terms:
        least = _atom_least(atom)
        if factor < 0 or least is None:
            return None
        total += factor * least
    return total


def _most(form: Linear) -> int | None:
    negated = multiply(form, -1)
    least = _least(negated) if isinstance(negated, Linear) else None
    return None if least is None else -least


def _common_factor(form: Linear) -> int:
    return gcd(*(factor for _, factor in form.terms))


def _grouped(form: Linear) -> str:
    text = str(form)
    return text if len(form.terms) == 1 and not form.constant and form.terms[0][1] == 1 else f"({text})"
