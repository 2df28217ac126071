"""Indexing of arrays: what `x[...]` selects.

An index is brought to one part for each axis, then the parts are read one after the other. Of a slice with symbolic
bounds it is assumed that it lies inside its axis: `a[n:n + 60]` has 60 elements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Split, Unknown
from rnnlint.facts.sizes import add, ceil_divide, equal, is_known, less, multiply, subtract, symbol
from rnnlint.interpreter import arrays, dtypes
from rnnlint.interpreter.arrays import Dims, broadcast, derive, like_rows, row_cut, to_array
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.join import number as unknown_number
from rnnlint.interpreter.values import Array, Cut, List, Range, Value
from rnnlint.interpreter.windows import sliced_rows, sliced_steps

MAX_COLUMNS = 1_000
"""Columns of a selection that are told one by one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a slice selects of an axis: from `start`, `length` elements, every `step`th; UNKNOWN what cannot be told."""

    start: Any
    length: Any
    step: int | Unknown = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What an index says about axes.

    `kind` is `at` (one element, the axis goes), `slice`, `new` (a new axis), `pick` (by an array of numbers), `mask`
    (by an array of truths, over `span` axes) or `gap` (an Ellipsis for no axis: arrays around it still stand apart).
    """

    kind: str
    value: Any = None
    span: int = 1

    @property
    def full(self) -> bool:
        """Whether it takes the whole axis as it is."""
        return self.kind == "slice" and self.value in (slice(None), slice(None, None, 1), slice(0, None))


WHOLE = Part("slice", slice(None))


def piece(size: Any, index: slice) -> Piece:
    """What `[start:stop:step]` selects of an axis of `size` elements."""
    start, stop, step = index.start, index.stop, 1 if index.step is None else index.step
    if not isinstance(step, int) or step == 0:
        return Piece(UNKNOWN, UNKNOWN, UNKNOWN)
    if isinstance(size, int) and all(bound is None or isinstance(bound, int) for bound in (start, stop)):
        chosen = range(size)[index]
        return Piece(chosen.start, len(chosen), chosen.step)
    if step < 0:
        whole = start is None and stop is None
        return Piece(subtract(size, 1), ceil_divide(size, -step), step) if whole else Piece(UNKNOWN, UNKNOWN, step)
    first = from_front(0 if start is None else start, size)
    last = from_front(size if stop is None else stop, size)
    span = subtract(last, first)
    return Piece(first, 0 if less(span, 0) is True else ceil_divide(span, step), step)


def from_front(bound: Value, size: Any) -> Any:
    """A bound or an index counted from the front; UNKNOWN where that cannot be told."""
    bound = arrays.to_size(bound)
    if isinstance(bound, int):
        if bound < 0:
            return add(size, bound)
        return size if isinstance(size, int) and bound > size else bound
    if isinstance(bound, Linear) and bound.constant <= 0 and all(factor < 0 for _, factor in bound.terms):
        return add(size, bound)
    return bound


def parts_of(index: Value, rank: int | None) -> list[Part] | None:
    """One part for each thing the index says, with the axes it leaves out; None where it is not understood.

    Without a rank the axes that are left out are missing.
    """
    items = list(index) if isinstance(index, tuple) else [index]
    if len(items) > arrays.MAX_RANK or sum(item is Ellipsis for item in items) > 1:
        return None
    parts: list[Part] = []
    hole: int | None = None
    for item in items:
        if item is Ellipsis:
            hole = len(parts)
            continue
        part = _part(item)
        if part is None:
            return None
        parts.append(part)
    if rank is None:
        return parts if hole is None else None
    rest = rank - sum(part.span for part in parts if part.kind != "new")
    if rest < 0:
        return None
    place = len(parts) if hole is None else hole
    between = [WHOLE] * rest
    if hole is not None and rest == 0 and 0 < hole < len(parts):
        between = [Part("gap", span=0)]
    return [*parts[:place], *between, *parts[place:]]


def _part(item: Value) -> Part | None:
    match item:
        case None:
            return Part("new")
        case slice():
            return Part("slice", item)
        case bool():
            return None
        case int() | Linear():
            return Part("at", item)
        case Array() if item.dims is None:
            return None
        case Array() if dtypes.kind(item.fact.dtype) == "bool":
            return Part("mask", item, len(item.dims or ()))
        case Array():
            return Part("at", UNKNOWN) if item.dims == () else Part("pick", item)
        case List() | Range() | tuple():
            return Part("pick", item)
    return None


def get_item(at: Invocation, array: Array, index: Value) -> Value:
    """`array[index]`: a new array of the same class, or a plain number where it is known."""
    found = _selection(at, array, index)
    if isinstance(found, Array) and not array.path.startswith("pandas."):
        found.path = array.path
        if not isinstance(index, (Array, List)):
            found.base = array
    return found


def _selection(at: Invocation, array: Array, index: Value) -> Value:
    dims = array.dims
    if array.fact.ragged is True and dims is not None and len(dims) == 1 and isinstance(index, (int, Linear)):
        dtype = "int64" if array.fact.values.whole is True else UNKNOWN
        return at.machine.make_list(None, UNKNOWN, unknown_number(dtype, array.fact.values))
    parts = parts_of(index, None if dims is None else len(dims))
    if parts is None:
        return derive(at, array, None, values=array.fact.values)
    parts = [_listed(at, part) for part in parts]
    if dims is not None and sum(part.span for part in parts if part.kind != "new") != len(dims):
        return derive(at, array, None)
    content = _content(array, parts)
    if content is not None and not isinstance(content, tuple):
        return content
    result = None if dims is None else selected(dims, parts)
    if dims is not None and result is None:
        return derive(at, array, None)
    found = _with_history(at, array, parts, result)
    if content is not None and result is not None and all(isinstance(size, int) for size in result):
        return arrays.make(at, result, array.fact.dtype, content=content, cut=found.cut)
    return found


def _listed(at: Invocation, part: Part) -> Part:
    """A list as an index becomes an array; a list of truths a mask."""
    if part.kind != "pick" or isinstance(part.value, Array):
        return part
    array = to_array(at, part.value)
    if dtypes.kind(array.fact.dtype) == "bool":
        return Part("mask", array, len(array.dims or (0,)))
    return Part("pick", array)


def selected(dims: Sequence[Any], parts: Sequence[Part]) -> Dims:
    """The sizes that come out."""
    result: list[Any] = []
    together: list[Dims] = []
    places: list[int] = []
    advanced = any(part.kind in ("pick", "mask") for part in parts)
    axis = 0
    for number, part in enumerate(parts):
        if part.kind == "new":
            result.append(1)
            continue
        if part.kind == "slice":
            result.append(piece(dims[axis], part.value).length)
        elif advanced and part.kind != "gap":
            together.append(_picked(part))
            places.append(number)
        axis += part.span
    if together:
        block = broadcast(*together)
        if block is None:
            return None
        apart = places[-1] - places[0] + 1 != len(places)
        front = 0 if apart else sum(part.kind in ("slice", "new") for part in parts[: places[0]])
        result[front:front] = block
    return tuple(result)


def _picked(part: Part) -> Dims:
    if part.kind == "at":
        return ()
    if part.kind == "mask":
        return (symbol("sum(mask)", part.value.fact.source),)
    dims: Dims = part.value.dims
    return dims


def _content(array: Array, parts: Sequence[Part]) -> Any:
    """The elements that are selected, where they are known and the index is of whole numbers and slices."""
    if array.content is None or not all(_plain(part) for part in parts):
        return None
    try:
        return _content_part(array.content, [part.value for part in parts])
    except (IndexError, TypeError):
        return None


def _plain(part: Part) -> bool:
    if part.kind == "slice":
        bounds = (part.value.start, part.value.stop, part.value.step)
        return all(bound is None or isinstance(bound, int) for bound in bounds) and part.value.step != 0
    return part.kind == "at" and isinstance(part.value, int)


def _content_part(content: Any, indices: Sequence[Any]) -> Any:
    if not indices:
        return content
    chosen = content[indices[0]]
    if isinstance(indices[0], slice):
        return tuple(_content_part(part, indices[1:]) for part in chosen)
    return _content_part(chosen, indices[1:])


def _with_history(at: Invocation, array: Array, parts: Sequence[Part], result: Dims) -> Array:
    """The selection with what is known of where its rows come from."""
    dims = array.dims
    if not parts or parts[0].kind == "new" or (parts[0].kind == "mask" and parts[0].span > 1):
        return derive(at, array, result)
    first, rest = parts[0], parts[1:]
    if all(part.full for part in parts):
        return arrays.view(at, array, result)
    size = dims[0] if dims else UNKNOWN
    facts: dict[str, Any] = {"windows": _windows(array, first, rest, size), "cut": _cut(array, first, rest, size)}
    facts |= {"split": _split(at, array, first), "reshaped": array.fact.reshaped if _all_full(rest) else None}
    if not _all_full(rest[:1]):
        facts["padding"] = None
    if rest and not rest[-1].full:
        facts["values"] = replace(array.fact.values, one_hot=UNKNOWN)
    if first.kind == "at":
        facts |= {"padding": None, "split": array.fact.split, "shuffled": UNKNOWN, "reshaped": None}
    if not first.full and is_known(size):
        facts["pool"] = size
    if rest and rest[0].kind == "slice" and not rest[0].full and dims is not None:
        taken = piece(dims[1], rest[0].value)
        facts["first_step"] = taken.start if is_known(taken.start) and taken.step == 1 else UNKNOWN
    if first.kind == "pick":
        if _is_table(array) or len(first.value.dims or ()) != 1:
            return _looked_up(at, array, first.value, result)
        facts |= _shuffling(array, first.value)
    return like_rows(at, array, result, **facts)


def _all_full(parts: Sequence[Part]) -> bool:
    return all(part.full for part in parts)


def _is_table(array: Array) -> bool:
    """Whether it is an identity matrix, so that `array[ids]` is about the ids."""
    dims = array.dims
    return array.fact.values.one_hot is True and dims is not None and len(dims) == 2 and equal(*dims) is True


def _looked_up(at: Invocation, table: Array, ids: Array, dims: Dims) -> Array:
    """Rows of a table, one for each id: the rows are those of the ids."""
    merged = arrays.origins([table, ids])
    return like_rows(at, ids, dims, dtype=table.fact.dtype, values=table.fact.values, origins=merged, ragged=False)


def _shuffling(array: Array, index: Array) -> dict[str, Any]:
    if index.fact.shuffled is True:
        facts: dict[str, Any] = {"shuffled": True, "shuffled_at": index.fact.shuffled_at}
        if array.fact.shuffled is True:
            facts["shuffled_at"] = array.fact.shuffled_at
        return facts
    return {"shuffled": array.fact.shuffled if array.fact.shuffled is True else index.fact.shuffled}


def _windows(array: Array, first: Part, rest: Sequence[Part], size: Any) -> Any:
    windows = array.fact.windows
    if windows is None or first.kind in ("at", "mask"):
        return None
    if first.kind == "slice":
        rows = piece(size, first.value)
        if not isinstance(rows.step, int) or rows.step < 1:
            return None
        windows = sliced_rows(windows, rows.start, rows.step)
    elif first.kind == "pick":
        windows = replace(windows, offset=UNKNOWN, sequences=UNKNOWN)
    windows = _of_columns(windows, array, rest)
    if rest and not rest[0].full and rest[0].kind != "new":
        steps = array.dims[1] if array.dims is not None and len(array.dims) > 1 else UNKNOWN
        if rest[0].kind == "slice":
            taken = piece(steps, rest[0].value)
            valid = isinstance(taken.step, int) and taken.step > 0
            return sliced_steps(windows, steps, taken.start, taken.length, int(taken.step)) if valid else None  # type: ignore[arg-type]
        if rest[0].kind == "at":
            return sliced_steps(windows, steps, from_front(rest[0].value, steps), 1, 1)
        return None
    return windows


def _cut(array: Array, first: Part, rest: Sequence[Part], size: Any) -> Cut | None:
    if array.cut is not None and array.cut.length is None and array.dims is not None and len(array.dims) == 1:
        single = _column_of_row(array.cut, first, size)
        if single is not None:
            return single
    base = row_cut(array)
    columns = _columns(array, base, rest)
    if first.kind == "at":
        start = add(base.start, multiply(from_front(first.value, size), base.step))
        return Cut(base.source, start, None, base.step, columns) if is_known(start) else None
    if first.kind != "slice":
        return None
    rows = piece(size, first.value)
    if not isinstance(rows.step, int) or rows.step < 1 or not is_known(rows.start):
        return None
    start = add(base.start, multiply(rows.start, base.step))
    return Cut(base.source, start, rows.length, base.step * rows.step, columns) if is_known(start) else None


def _column_of_row(row: Cut, part: Part, width: Any) -> Cut | None:
    """`a[i][0]` is what `a[i, 0]` is."""
    numbers = _numbers(part, width) if part.kind == "at" and isinstance(part.value, int) else None
    if numbers is None or isinstance(row.columns, Unknown):
        return None
    if row.columns is None:
        return replace(row, columns=tuple(numbers))
    return replace(row, columns=(row.columns[numbers[0]],)) if numbers[0] < len(row.columns) else None


def _columns(array: Array, base: Cut, rest: Sequence[Part]) -> Any:
    """Which columns of what it was cut from are left. Columns are the second of two axes."""
    if isinstance(base.columns, Unknown) or all(part.full or part.kind == "new" for part in rest):
        return base.columns
    dims = array.dims
    if len(rest) != 1 or (dims is not None and len(dims) != 2):
        return UNKNOWN
    width = dims[1] if dims is not None else UNKNOWN
    numbers = _numbers(rest[0], width)
    if numbers is None or base.columns is None:
        return UNKNOWN if numbers is None else tuple(numbers)
    return tuple(base.columns[n] for n in numbers) if all(n < len(base.columns) for n in numbers) else UNKNOWN


def _numbers(part: Part, width: Any) -> list[int] | None:
    if part.kind == "at":
        column = from_front(part.value, width)
        return [column] if isinstance(column, int) and column >= 0 else None
    if part.kind == "slice":
        taken = piece(width, part.value)
        if isinstance(taken.start, int) and isinstance(taken.length, int) and isinstance(taken.step, int):
            numbers = range(taken.start, taken.start + taken.length * taken.step, taken.step)
            return list(numbers) if len(numbers) <= MAX_COLUMNS and min(numbers, default=0) >= 0 else None
    if part.kind == "pick" and isinstance(part.value, Array) and isinstance(part.value.content, tuple):
        chosen = [from_front(number, width) for number in part.value.content]
        return chosen if all(isinstance(number, int) and number >= 0 for number in chosen) else None
    return None


def _of_columns(windows: Any, array: Array, rest: Sequence[Part]) -> Any:
    """Windows of some of the columns: the third of three axes."""
    if windows is None or len(rest) < 2 or all(part.full or part.kind == "new" for part in rest[1:]):
        return windows
    dims = array.dims
    numbers = _numbers(rest[1], dims[2]) if dims is not None and len(dims) == 3 and len(rest) == 2 else None
    known = numbers is not None and windows.columns is None
    return replace(windows, columns=frozenset(numbers) if known and numbers is not None else UNKNOWN)


def _split(at: Invocation, array: Array, first: Part) -> Split | None:
    """A slice of rows is a part of the data: the front is for training, the rest for testing."""
    fact = array.fact
    if first.kind == "pick" and first.value.fact.split is not None:
        return fact.split or replace(first.value.fact.split, source=fact.source)
    if fact.split is not None or first.kind != "slice" or first.full:
        return fact.split
    start, stop = first.value.start, first.value.stop
    if array.dims and stop is not None and equal(arrays.to_size(stop), array.dims[0]) is True:
        stop = None
    if start in (None, 0) and stop is None:
        return None
    part: str | Unknown = UNKNOWN
    if start in (None, 0) and stop is not None:
        part = "train"
    elif start not in (None, 0) and stop is None:
        part = "test"
    return Split(fact.source, part, fact.shuffled is True, at.machine.location(at.node))
