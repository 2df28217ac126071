"""tf.data: rows in batches and out of them, windows of a series."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Shape, Size, Truth, Unknown, negate
from rnnlint.facts.sizes import add, ceil_divide, divides, floor_divide, multiply, subtract
from rnnlint.interpreter.datasets import Dataset, leaves, rebuilt
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.effects.tf_elements import PATH, known, method, placed, times, to_size
from rnnlint.interpreter.values import Array, Cut, List, Value, is_size


@method("batch")
def batch(at: Invocation, self: Value, batch_size: Value = UNKNOWN, drop_remainder: Value = False) -> Value:
    return _batched(at, self, batch_size, drop_remainder)


@method("padded_batch")
def padded_batch(
    at: Invocation,
    self: Value,
    batch_size: Value = UNKNOWN,
    padded_shapes: Value = None,
    padding_values: Value = None,
    drop_remainder: Value = False,
) -> Value:
    """Batches of rows brought to one length, each batch to its own where no shapes are given."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    rows = list(leaves(self.element))
    shapes = _padded_shapes(padded_shapes, len(rows))
    made = _batched(at, self, batch_size, drop_remainder)
    if not isinstance(made, Dataset):
        return UNKNOWN
    order = iter(zip(rows, shapes, strict=True))
    value = padding_values if isinstance(padding_values, int | float) else 0 if padding_values is None else UNKNOWN
    history = made.history

    def pad(leaf: Value) -> Value:
        _, shape = next(order, (leaf, None))
        if not isinstance(leaf, Array) or leaf.dims is None:
            return leaf
        dims = _padded(leaf.dims[1:], shape)
        new = Array(replace(leaf.fact, shape=Shape.of((leaf.dims[0], *dims))), leaf.path)
        fact = history.get(id(leaf), leaf.fact)
        padding = Padding("post", value, location=at.machine.location(at.node)) if dims else None
        history[id(new)] = replace(fact, padding=padding or fact.padding)
        return new

    made.element = rebuilt(made.element, pad)
    return made


def _padded_shapes(value: Value, count: int) -> list[Value]:
    """One shape for each leaf; None where none is given."""
    found: list[Value] = []
    waiting = [value]
    while waiting and len(found) <= count:
        item = waiting.pop()
        items = item.items if isinstance(item, List) else item if isinstance(item, tuple) else None
        if items is None:
            return [None] * count
        if all(part is None or is_size(part) for part in items):
            found.append(tuple(items))
        else:
            waiting += reversed(list(items))
    return found if len(found) == count else [None] * count


def _padded(dims: tuple[Any, ...], shape: Value) -> tuple[Any, ...]:
    """Sizes of a padded row: as given; else as they are where all rows agree, which is not known for a symbol."""
    if isinstance(shape, tuple) and len(shape) == len(dims):
        return tuple(own if size is None or size == -1 else size for own, size in zip(dims, shape, strict=True))
    return dims


def _batched(at: Invocation, self: Value, batch_size: Value, drop_remainder: Value) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    size = to_size(batch_size)
    drop: Truth = drop_remainder if isinstance(drop_remainder, bool) else UNKNOWN
    rows = self.count
    names = ("drop_remainder",) if at.path.endswith(".batch") else ("padded_shapes", "padding_values", "drop_remainder")
    site = at.machine.site(at, ("batch_size", *names))
    made = replace(self, batch=size, history={}, batched_at=at.machine.location(at.node), batch_site=site)
    made.partial = _partial(rows, size, drop, self.endless)
    made.count, made.samples = UNKNOWN, rows
    if self.endless is not True:
        divide = floor_divide if drop is True else ceil_divide
        made.count = known(divide(rows, size)) if drop is not UNKNOWN or made.partial is False else UNKNOWN
        if drop is True and divides(size, rows) is not True:
            made.samples = times(made.count, size)
    else:
        made.samples = UNKNOWN
    if isinstance(size, int) and isinstance(rows, int) and rows < size and drop is False:
        first: Size = rows
    else:
        first = size
    made.element = rebuilt(self.element, lambda leaf: _stacked(at, made, self, leaf, first))
    return made


def _partial(rows: Size, size: Size, drop: Truth, endless: Truth) -> Truth:
    """Whether the last batch may be smaller."""
    if drop is True or endless is True:
        return False
    if divides(size, rows) is True:
        return False
    return negate(divides(size, rows)) if drop is False else UNKNOWN


def _stacked(at: Invocation, made: Dataset, before: Dataset, leaf: Value, size: Size) -> Value:
    """Elements above each other. Rows that follow each other in a series make a piece of it."""
    if isinstance(leaf, Dataset):
        return UNKNOWN
    if not isinstance(leaf, Array):
        return leaf if isinstance(leaf, Unknown) else UNKNOWN
    dims = leaf.dims
    shape = UNKNOWN if dims is None else Shape.of((size, *dims))
    if before.batch is not None:
        return Array(replace(leaf.fact, shape=shape), leaf.path, _piece(leaf.cut, before.counter, size))
    whole = before.rows_of(leaf)
    fact = replace(
        leaf.fact,
        shape=shape,
        windows=whole.windows,
        padding=whole.padding,
        split=whole.split,
        shuffled=whole.shuffled,
        shuffled_at=whole.shuffled_at,
        ragged=whole.ragged,
        source=at.machine.new_id(),
    )
    new = Array(fact, leaf.path, _piece(leaf.cut, before.counter, size))
    made.history[id(new)] = whole
    return new


def _piece(cut: Cut | None, counter: Linear | None, size: Size) -> Cut | None:
    """Where `size` elements after each other lie, that lie one by one as `cut` says."""
    if cut is None or cut.length is not None or counter is None:
        return None
    first = placed(cut.start, counter, 0)
    step = subtract(placed(cut.start, counter, 1), first)
    if not isinstance(step, int) or step == 0:
        return None
    return replace(cut, start=first, length=size, step=step)


@method("unbatch")
def unbatch(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, batch=None, partial=False, count=self.samples, history={})

    def row(leaf: Value) -> Value:
        if not isinstance(leaf, Array) or not leaf.dims:
            return UNKNOWN
        new = Array(replace(leaf.fact, shape=Shape.of(leaf.dims[1:])), leaf.path)
        if id(leaf) in self.history:
            made.history[id(new)] = self.history[id(leaf)]
        return new

    made.element = rebuilt(self.element, row)
    return made


@effect("tensorflow.data.experimental.unbatch")
def unbatch_function(at: Invocation) -> Value:
    from rnnlint.interpreter.values import Library

    return Library(f"{PATH}.unbatch")


@method("bucket_by_sequence_length", "group_by_window", "ragged_batch", "dense_to_ragged_batch", "rebatch")
def other_batches(at: Invocation, self: Value) -> Value:
    """Batches whose size or order depends on the rows."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    return Dataset(UNKNOWN, batch=UNKNOWN, partial=UNKNOWN, endless=self.endless, shuffled=UNKNOWN)


@method("window")
def window(
    at: Invocation,
    self: Value,
    size: Value = UNKNOWN,
    shift: Value = None,
    stride: Value = 1,
    drop_remainder: Value = False,
) -> Value:
    """Datasets of `size` elements after each other."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    length = to_size(size)
    shift = length if shift is None else to_size(shift)
    span: Any = add(multiply(subtract(length, 1), to_size(stride)), 1)
    last: Any = subtract(self.count, span)
    count = add(floor_divide(last, shift), 1) if drop_remainder is True else ceil_divide(self.count, shift)
    made = Dataset(
        counter=at.machine.symbol("i"),
        count=known(count),
        samples=known(count),
        endless=self.endless,
        shuffled=self.shuffled,
        shuffled_at=self.shuffled_at,
        shuffle_site=self.shuffle_site,
        born=self.born,
    )
    inner_length = length if drop_remainder is True else UNKNOWN
    made.element = rebuilt(self.element, lambda leaf: _windowed(at, self, made, leaf, shift, stride, inner_length))
    return made


def _windowed(
    at: Invocation, series: Dataset, outer: Dataset, leaf: Value, shift: Size, stride: Value, length: Size
) -> Value:
    """One window: its element j of window i is element `i * shift + j * stride` of the series."""
    inner = Dataset(counter=at.machine.symbol("j"), count=length, samples=length, born=series.born)
    if not isinstance(leaf, Array):
        return replace(inner, element=leaf)
    cut = leaf.cut
    if cut is not None and series.counter is not None and inner.counter is not None and outer.counter is not None:
        place: Any = add(multiply(outer.counter, shift), multiply(inner.counter, to_size(stride)))
        cut = replace(cut, start=placed(cut.start, series.counter, place)) if isinstance(place, Linear) else None
    else:
        cut = None
    inner.element = Array(leaf.fact, leaf.path, cut)
    return inner
