"""Writing into arrays: what `x[...] = y` makes of `x`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Shape, Truth, Values, Windows
from rnnlint.facts.sizes import equal, subtract, symbol, symbols
from rnnlint.interpreter import arrays, ranges
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.indexing import Part, parts_of
from rnnlint.interpreter.values import Array, List, Value
from rnnlint.interpreter.windows import windows_of_like

MAX_VIEWS = 8
"""Views of views that are followed."""


def set_item(at: Invocation, array: Array, index: Value, value: Value) -> None:
    """`array[index] = value`: the array is other data now, of the same shape and type."""
    fact, dims = array.fact, array.dims
    if fact.ragged is True and dims is not None and len(dims) == 1:
        _set_row(at, array, dims[0], index, value)
        return
    parts = parts_of(index, None if dims is None else len(dims))
    written = arrays.summarise(at, value)
    everywhere = parts is not None and all(part.full for part in parts)
    merged = written.origins if everywhere else frozenset()
    if not everywhere and (written.origins is None or written.origins):
        merged = fact.origins | (written.origins or frozenset()) if fact.origins else frozenset()
    array.fact = replace(
        fact,
        values=_values(fact.values, written.values, parts, everywhere),
        windows=_filled_windows(array, parts, value),
        padding=fact.padding or _padding(at, array, parts, value),
        source=at.machine.new_id(),
        origins=merged or frozenset(),
        pool=written.pool,
    )
    array.cut = None
    array.content = None
    _write_through(at, array, written, _blanked(at, array, parts, value))


def _set_row(at: Invocation, array: Array, count: Any, index: Value, value: Value) -> None:
    """Writes a row of a ragged array: where a loop does so for each, and all get one length, it is ragged no more."""
    fact, row = array.fact, arrays.summarise(at, value)
    all_alike = row.dims is not None and not any(_varies(dim, array) for dim in row.dims)
    array.cut = array.content = None
    array.fact = replace(
        fact,
        shape=UNKNOWN,
        dtype=UNKNOWN,
        values=ranges.joined([fact.values, row.values]),
        ragged=UNKNOWN,
        windows=None,
        padding=None,
        source=at.machine.new_id(),
        origins=fact.origins | (row.origins or frozenset()),
    )
    if all_alike and row.dims and at.machine.each_of(index, count):
        shape = Shape.of((count, *row.dims))
        array.fact = replace(
            array.fact, shape=shape, dtype=row.dtype, values=row.values, ragged=row.ragged, padding=row.padding
        )


def _write_through(at: Invocation, view: Array, written: arrays.Summary, padding: Padding | None) -> None:
    """What is written into a view (a row that a loop sees) is written into what it is a view of."""
    base = view.base
    for _ in range(MAX_VIEWS):
        if base is None or base is view:
            return
        values = replace(ranges.joined([base.fact.values, written.values]), one_hot=UNKNOWN)
        merged = base.fact.origins | (written.origins or frozenset()) if written.origins != frozenset() else frozenset()
        base.fact = replace(
            base.fact,
            values=values,
            windows=None,
            padding=base.fact.padding or padding,
            source=at.machine.new_id(),
            origins=merged if base.fact.origins else frozenset(),
        )
        base.cut = base.content = None
        base = base.base


def _blanked(at: Invocation, row: Array, parts: Sequence[Part] | None, value: Value) -> Padding | None:
    """The end (or the beginning) of a sequence is written over with one number, from another place in each round."""
    if not parts or parts[0].kind != "slice" or not isinstance(value, (int, float)) or row.base is None:
        return None
    start, stop = parts[0].value.start, parts[0].value.stop
    side = "post" if stop is None and _varies(start, row) else "pre" if start is None and _varies(stop, row) else None
    return None if side is None else Padding(side=side, value=value, location=at.machine.location(at.node))


def _values(before: Values, new: Values, parts: Sequence[Part] | None, everywhere: bool) -> Values:
    if everywhere:
        return replace(new, one_hot=UNKNOWN)
    one_hot = parts is not None and before.low == 0 and before.high == 0 and _one_each(parts)
    ones = new.low == 1 and new.high == 1
    joined = ranges.joined([before, new])
    return replace(joined, one_hot=True if one_hot and ones else UNKNOWN)


def _one_each(parts: Sequence[Part]) -> bool:
    """Whether one element of each row along the last axis is written: `y[i, k]`, `y[np.arange(n), ids]`."""
    if len(parts) < 2 or any(part.kind not in ("at", "pick") for part in parts):
        return False
    return all(part.kind == "at" for part in parts) or all(part.kind == "pick" for part in parts)


def _filled_windows(array: Array, parts: Sequence[Part] | None, value: Value) -> Windows | None:
    """A loop that writes a piece of a series into each row makes windows."""
    if not parts or parts[0].kind != "at" or not all(part.full for part in parts[1:]):
        return None
    row = parts[0].value
    windows = windows_of_like(value, array.fact.source)
    if windows is None or not isinstance(row, Linear):
        return None
    young = [found for found in symbols(row) if found.key > array.fact.source]
    return windows if len(young) == 1 and row == symbol(young[0].name, young[0].key, young[0].least) else None


def _padding(at: Invocation, array: Array, parts: Sequence[Part] | None, value: Value) -> Padding | None:
    """An array of one number of which each row is filled as far as its sequence goes is padded."""
    filler = array.fact.values.low
    if parts is None or len(parts) < 2 or array.dims is None or filler != array.fact.values.high:
        return None
    if not isinstance(filler, (int, float)) or parts[0].kind != "at" or isinstance(parts[0].value, int):
        return None
    if parts[1].kind == "at" and _step_of_a_sequence(at, parts[1].value, array):
        return Padding(side="post", value=filler, location=at.machine.location(at.node))
    if parts[1].kind != "slice" or not isinstance(value, (Array, List)):
        return None
    start, stop = parts[1].value.start, parts[1].value.stop
    if start in (None, 0) and _varies(stop, array) and equal(stop, array.dims[1]) is not True:
        side = "post"
    elif stop is None and _varies(start, array):
        side = "pre"
    else:
        return None
    held = arrays.summarise(at, value).values
    return Padding(side=side, value=filler, clash=_holds(held, filler), location=at.machine.location(at.node))


def _step_of_a_sequence(at: Invocation, index: Value, array: Array) -> bool:
    """Whether an index counts the steps of a sequence whose length differs from row to row."""
    return any(
        loop.counter is not None
        and isinstance(index, Linear)
        and isinstance(subtract(index, loop.counter), int)
        and _varies(loop.times, array)
        for loop in at.machine.loops
    )


def _holds(values: Values, number: int | float) -> Truth:
    """Whether the number is among these values."""
    low: Any = values.low
    high: Any = values.high
    if (isinstance(low, (int, float)) and low > number) or (isinstance(high, (int, float)) and high < number):
        return False
    whole = values.whole is True and isinstance(low, int) and isinstance(high, int)
    return True if whole and low <= number <= high else UNKNOWN


def _varies(bound: Any, array: Array) -> bool:
    """Whether a size may differ from round to round: it is younger than the array, or drawn at random."""
    if not isinstance(bound, Linear):
        return False
    return any(found.key > array.fact.source or found.name in arrays.DRAWS for found in symbols(bound))
