"""Values for what gives data bit by bit: a `tf.data.Dataset`, an iterator of Keras that makes batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from rnnlint.facts import NOWHERE, UNKNOWN, Batching, CallSite, Data, Dim, Linear, Location, Shape, Size, Truth
from rnnlint.interpreter.values import Array, Dict, List, Value
from rnnlint.interpreter.windows import windows_of_like

MAX_PARTS = 400
"""Parts of a nested structure: beyond, it is not followed."""


@dataclass(slots=True, eq=False)
class Dataset:
    """A `tf.data.Dataset`.

    Attributes:
        element: what each element is like: nested tuples and dictionaries of arrays. A window is a Dataset again.
        counter: the symbol in the cuts of `element` that counts the elements.
        born: a number of the run before `counter` was made.
        count: elements in one pass.
        batch: rows in an element; None: an element is one row; UNKNOWN: cannot tell.
        samples: rows in one pass.
        partial: whether the last batch may be smaller.
        endless: whether a pass never ends.
        shuffled, shuffled_at, shuffle_site: whether and where the order of the rows is changed.
        batched_at, batch_site: where the batches are made.
        drawn_at: where the rows were shuffled before some were skipped: what is left is a random part of them.
        history: for a leaf of `element` (by its id) what the rows that its batches are made of are all together.
    """

    element: Value = UNKNOWN
    counter: Linear | None = None
    born: int = 0
    count: Size = UNKNOWN
    batch: Dim = None
    samples: Size = UNKNOWN
    partial: Truth = False
    endless: Truth = False
    shuffled: Truth = False
    shuffled_at: Location = NOWHERE
    shuffle_site: CallSite | None = None
    batched_at: Location = NOWHERE
    batch_site: CallSite | None = None
    drawn_at: Location = NOWHERE
    history: dict[int, Data] = field(default_factory=dict)
    type_path: ClassVar[str] = "tensorflow.data.Dataset"

    def batching(self) -> Batching:
        """As a fact."""
        return Batching(
            size=self.batch,
            partial=self.partial,
            count=self.count,
            endless=self.endless,
            restarts=True,
            shuffled=self.shuffled,
            samples=self.samples,
            shuffled_at=self.shuffled_at,
            shuffle_site=self.shuffle_site,
            batched_at=self.batched_at,
            batch_site=self.batch_site,
        )

    def rows_of(self, leaf: Array) -> Data:
        """All rows of a leaf together."""
        if id(leaf) in self.history:
            return self.history[id(leaf)]
        windows = leaf.fact.windows or windows_of_like(leaf, self.born)
        dims = leaf.dims
        shape = UNKNOWN if dims is None else Shape.of((self.samples, *(dims if self.batch is None else dims[1:])))
        return replace(leaf.fact, windows=windows, shape=shape)


@dataclass(slots=True, eq=False)
class Batches:
    """An iterator of Keras that gives (x, y) in batches: TimeseriesGenerator, the iterators of image generators.

    Attributes:
        path: its class.
        element: what a batch is like.
        batching: how it gives them.
        attributes: what can be asked of it.
    """

    path: str
    element: Value
    batching: Batching
    attributes: dict[str, Value] = field(default_factory=dict)

    @property
    def type_path(self) -> str:
        return self.path


def leaves(value: Value) -> Iterator[Value]:
    """The leaves of nested tuples, lists and dictionaries, in order; none where there are too many parts."""
    return iter(_leaves(value) or ())


def _leaves(value: Value) -> list[Value] | None:
    waiting = [value]
    found: list[Value] = []
    for _ in range(MAX_PARTS):
        if not waiting:
            return found
        item = waiting.pop()
        inner = _inner(item)
        if inner is None:
            found.append(item)
        else:
            waiting += reversed(inner)
    return None


def _inner(value: Value) -> list[Value] | None:
    """What a structure holds; None for a leaf."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, List) and value.items is not None and any(_holds(part) for part in value.items):
        return value.items
    return list(value.items.values()) if isinstance(value, Dict) else None


def _holds(value: Value) -> bool:
    return isinstance(value, Array | Dataset | tuple | Dict)


def rebuilt(value: Value, change: Callable[[Value], Value]) -> Value:
    """The same structure with every leaf changed; UNKNOWN where it has too many parts."""
    return UNKNOWN if _leaves(value) is None else _rebuilt(value, change)


def _rebuilt(value: Value, change: Callable[[Value], Value]) -> Value:
    inner = _inner(value)
    if inner is None:
        return change(value)
    parts = [_rebuilt(item, change) for item in inner]
    return Dict(dict(zip(value.items, parts, strict=True)), value.open) if isinstance(value, Dict) else tuple(parts)
