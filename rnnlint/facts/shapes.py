"""Shapes with named axes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rnnlint.facts.sizes import Dim, Linear, equal, multiply
from rnnlint.facts.unknown import UNKNOWN, Truth, Unknown, every

NAMES_BY_RANK = {
    0: (),
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "time", "features"),
}
"""How axes are called where nothing else is known of them; further axes are `axis1`, `axis2`..."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it is called (batch, time, features, units, height ...) and its size."""

    name: str
    size: Dim

    def __str__(self) -> str:
        return f"{self.name}={self.size}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of known rank. Where not even the rank is known, `UNKNOWN` stands in its place.

    >>> str(Shape.of((32, 10, 8)))
    '(batch=32, time=10, features=8)'
    """

    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, dims: Iterable[Dim], names: Sequence[str] | None = None) -> "Shape":
        """A shape of sizes, batch first; without `names` those usual for the rank.

        Raises:
            ValueError: another number of names than of sizes.
        """
        sizes = tuple(dims)
        if names is None:
            names = NAMES_BY_RANK.get(len(sizes), ("batch", *(f"axis{i}" for i in range(1, len(sizes)))))
        return cls(tuple(Axis(name, size) for name, size in zip(names, sizes, strict=True)))

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def dims(self) -> tuple[Dim, ...]:
        return tuple(axis.size for axis in self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(axis.name for axis in self.axes)

    @property
    def batch(self) -> Dim:
        """Size of the first axis; UNKNOWN for a scalar."""
        return self.axes[0].size if self.axes else UNKNOWN

    @property
    def elements(self) -> Dim:
        """Product of all sizes but the batch: how many numbers a row holds."""
        total: Dim = 1
        for axis in self.axes[1:]:
            total = multiply(total, axis.size)
        return total

    def __getitem__(self, name: str) -> Dim:
        """The size of the axis called `name`.

        Raises:
            KeyError: there is no such axis.
        """
        for axis in self.axes:
            if axis.name == name:
                return axis.size
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(axis.name == name for axis in self.axes)

    def __iter__(self) -> Iterator[Dim]:
        return iter(self.dims)

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.axes))})"

    def named(self, *names: str) -> "Shape":
        """The same sizes under other names.

        Raises:
            ValueError: another number of names than of axes.
        """
        return Shape.of(self.dims, names)

    def without(self, name: str) -> "Shape":
        """Without the axis of that name (the same shape if it has none)."""
        return Shape(tuple(axis for axis in self.axes if axis.name != name))

    def with_size(self, index: int, size: Dim) -> "Shape":
        """With another size at `index`."""
        axes = list(self.axes)
        axes[index] = Axis(axes[index].name, size)
        return Shape(tuple(axes))

    def fits(self, other: "Shape | Unknown") -> Truth:
        """Whether a tensor of one shape may stand where the other is declared: same rank and sizes, None fits all."""
        if isinstance(other, Unknown):
            return UNKNOWN
        if self.rank != other.rank:
            return False
        return every(*(fits(a, b) for a, b in zip(self.dims, other.dims, strict=True)))

    def same_as(self, other: "Shape | Unknown") -> Truth:
        """Whether rank and all sizes are equal, None only to None."""
        if isinstance(other, Unknown):
            return UNKNOWN
        if self.rank != other.rank:
            return False
        return every(*(_same(a, b) for a, b in zip(self.dims, other.dims, strict=True)))


def fits(a: Dim, b: Dim) -> Truth:
    """Whether one size may stand where the other is declared. None fits every size."""
    if a is None or b is None:
        return True
    return equal(a, b)


def _same(a: Dim, b: Dim) -> Truth:
    if a is None or b is None:
        return UNKNOWN if a is UNKNOWN or b is UNKNOWN or isinstance(a, Linear) or isinstance(b, Linear) else a is b
    return equal(a, b)


AnyShape = Shape | Unknown
"""A shape, or UNKNOWN where not even the rank is known."""
