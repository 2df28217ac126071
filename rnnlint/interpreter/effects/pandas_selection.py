"""pandas: choosing rows and columns of tables, and writing them."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Values
from rnnlint.interpreter import arrays, dtypes, frames
from rnnlint.interpreter.arrays import derive
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.filling import set_item
from rnnlint.interpreter.frames import Frame, column, columns_of, rows_of, take_columns, take_rows, unknown_columns
from rnnlint.interpreter.indexing import get_item, piece
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, List, Object, Value

WHOLE = slice(None)


def _is_mask(index: Value) -> bool:
    return isinstance(index, Array) and dtypes.kind(index.fact.dtype) == "bool"


@effect("pandas.DataFrame.__getitem__")
def frame_item(at: Invocation, table: Array, index: Value) -> Value:
    """A column, some columns, a slice of rows, or the rows of a mask."""
    if isinstance(index, slice):
        return take_rows(at, table, index)
    if isinstance(index, (str, int, float)):
        return column(at, table, index)
    if _is_name(index):
        return frames.some_column(at, table)
    if isinstance(index, Array):
        if _is_mask(index):
            return _masked(at, table, index)
        return unknown_columns(at, table, rows_of(index) if index.dims and len(index.dims) == 1 else UNKNOWN)
    if isinstance(index, List):
        names = frames.names_of(index)
        if names is not None and all(isinstance(name, bool) for name in names):
            return take_rows(at, table, index)
        return take_columns(at, table, names) if names is not None else unknown_columns(at, table, index.size())
    return derive(at, table, None)


def _is_name(index: Value) -> bool:
    """Whether an index is one name of a column, though not known which: an element of `df.columns`, an f-string."""
    if isinstance(index, Array):
        return index.dims == ()
    return isinstance(index, Object) and index.path == "builtins.str"


def _masked(at: Invocation, table: Array, mask: Array) -> Array:
    """The rows of a mask (of one axis)."""
    if mask.dims is None or len(mask.dims) != 1:
        return frames.with_rows(table, derive(at, table, table.dims))
    return take_rows(at, table, mask)


@effect("pandas.DataFrame.get")
def get(at: Invocation, table: Array, key: Value) -> Value:
    """A column."""
    return frame_item(at, table, key)


@effect("pandas.DataFrame.__getattr__")
def column_attribute(at: Invocation, table: Array, name: str) -> Value:
    """A column by the way of an attribute, where the table is sure to have it, or may."""
    columns = columns_of(table)
    return column(at, table, name) if columns is None or name in columns else UNKNOWN


@effect("pandas.DataFrame.pop", "pandas.DataFrame.__delitem__")
def pop(at: Invocation, table: Array, item: Value) -> Value:
    """A column, which leaves the table."""
    found = column(at, table, item)
    frames.become(table, frames.without_columns(at, table, [item]))
    return found


@effect("pandas.DataFrame.__setitem__")
def frame_assign(at: Invocation, table: Array, index: Value, value: Value) -> Value:
    """Writes a column, or makes a new one."""
    names = frames.names_of(index) if isinstance(index, (str, int, List)) else None
    if names is None:
        _forget_columns(at, table, _is_mask(index) or isinstance(index, slice))
        return None
    single = isinstance(index, (str, int))
    for number, name in enumerate(names):
        part = value if single else _part_of(at, value, number)
        frames.add_column(at, table, name, part)
    return None


def _part_of(at: Invocation, value: Value, number: int) -> Value:
    if isinstance(value, Array) and value.dims is not None and len(value.dims) == 2:
        return get_item(at, frames.plain(value), (WHOLE, number))
    return value if isinstance(value, (int, float, str)) else UNKNOWN


def _forget_columns(at: Invocation, table: Array, same_columns: bool) -> None:
    dims = table.dims
    if dims and not same_columns:
        dims = (dims[0], at.machine.symbol("len(df.columns)"))
    table.fact = replace(
        derive(at, table, dims, dtype=UNKNOWN, values=Values(), origins=frozenset()).fact, kind="frame"
    )
    table.cut = table.content = None
    if isinstance(table, Frame):
        table.held = {}
        table.columns = table.columns if same_columns else None


@effect("pandas.DataFrame.__setattr__")
def attribute_assign(at: Invocation, table: Array, name: Value, value: Value) -> Value:
    """`df.columns = names`."""
    if name == "columns" and isinstance(table, Frame):
        table.columns = None
        table.held = {}
        names = frames.names_of(value) if isinstance(value, (List, tuple, Array)) else None
        if names is not None and table.dims is not None:
            table.columns = tuple(names)
            table.fact = replace(table.fact, shape=arrays.to_shape((table.dims[0], len(names))))
    return None


@attribute("pandas.DataFrame.iloc", "pandas.Series.iloc", "pandas.DataFrame.iat", "pandas.Series.iat")
def iloc(machine: Machine, table: Array) -> Value:
    """Selection by position."""
    return Object("pandas.iloc", {"table": table})


@attribute("pandas.DataFrame.loc", "pandas.Series.loc", "pandas.DataFrame.ix", "pandas.Series.ix",
           "pandas.DataFrame.at", "pandas.Series.at")  # fmt: skip
def loc(machine: Machine, table: Array) -> Value:
    """Selection by label."""
    return Object("pandas.loc", {"table": table})


@effect("pandas.iloc.__getitem__")
def by_position(at: Invocation, accessor: Object, index: Value) -> Value:
    """Rows, and columns, by position."""
    table: Array = accessor.attributes["table"]
    rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, WHOLE)
    if table.dims is None or len(table.dims) == 1:
        return take_rows(at, table, rows)
    return _crossed(at, table, rows, _columns_by_position(at, table, columns))


def _columns_by_position(at: Invocation, table: Array, columns: Value) -> Array:
    """The table of some columns; a Series for one."""
    names = columns_of(table)
    if columns == WHOLE:
        return table
    if names is not None:
        numbers = _positions(columns, len(names))
        if isinstance(columns, int) and -len(names) <= columns < len(names):
            return column(at, table, names[columns])
        if numbers is not None:
            return take_columns(at, table, [names[number] for number in numbers])
    found = get_item(at, frames.plain(table), (WHOLE, columns))
    if not isinstance(found, Array):
        return derive(at, table, None)
    if found.dims is not None and len(found.dims) == 1:
        return frames.series(found)
    found.fact = replace(found.fact, kind="frame")
    return Frame(found.fact, frames.FRAME, found.cut)


def _positions(columns: Value, width: int) -> list[int] | None:
    if isinstance(columns, slice):
        taken = piece(width, columns)
        if isinstance(taken.start, int) and isinstance(taken.length, int) and isinstance(taken.step, int):
            return list(range(taken.start, taken.start + taken.length * taken.step, taken.step))
        return None
    items = arrays.to_items(columns)
    if items is None or not all(isinstance(item, int) and -width <= item < width for item in items):
        return None
    return [item % width for item in items]


def _crossed(at: Invocation, table: Array, rows: Value, chosen: Array) -> Value:
    """Rows of the columns that were chosen."""
    if rows == WHOLE:
        return chosen
    return take_rows(at, chosen, rows)


@effect("pandas.loc.__getitem__")
def by_label(at: Invocation, accessor: Object, index: Value) -> Value:
    """Rows, and columns, by label. How many rows a slice of labels has depends on the labels."""
    table: Array = accessor.attributes["table"]
    rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, WHOLE)
    if table.dims is not None and len(table.dims) == 2:
        chosen = table if columns == WHOLE else _columns_by_label(at, table, columns)
    else:
        chosen = table
    if rows == WHOLE:
        return chosen
    if _is_mask(rows):
        return _masked(at, chosen, rows)
    if isinstance(rows, slice):
        return frames.with_rows(chosen, derive(at, chosen, _other_rows(at, chosen, rows)))
    if isinstance(rows, List):
        return frames.with_rows(chosen, derive(at, chosen, (rows.size(), *(chosen.dims or ())[1:])))
    if isinstance(rows, Array) and rows.dims is not None and len(rows.dims) == 1:
        return frames.with_rows(chosen, derive(at, chosen, (rows.dims[0], *(chosen.dims or ())[1:])))
    if isinstance(rows, (str, int, Linear)) and chosen.dims is not None:
        found = derive(at, chosen, chosen.dims[1:])
        return frames.series(found) if len(chosen.dims) == 2 else found
    return derive(at, chosen, None)


def _other_rows(at: Invocation, table: Array, rows: slice) -> Any:
    count = rows_of(table) if rows.start is None and rows.stop is None else frames.new_rows(at)
    return None if table.dims is None else (count, *table.dims[1:])


def _columns_by_label(at: Invocation, table: Array, columns: Value) -> Array:
    if isinstance(columns, (str, int)):
        return column(at, table, columns)
    if isinstance(columns, List):
        names = frames.names_of(columns)
        return take_columns(at, table, names) if names is not None else unknown_columns(at, table, columns.size())
    names = list(columns_of(table) or ())
    if isinstance(columns, slice) and columns.step is None and names:
        first = 0 if columns.start is None else names.index(columns.start) if columns.start in names else None
        last = len(names) - 1 if columns.stop is None else names.index(columns.stop) if columns.stop in names else None
        if first is not None and last is not None:
            return take_columns(at, table, names[first : last + 1])
    return unknown_columns(at, table, at.machine.symbol("len(df.columns)") if isinstance(columns, slice) else UNKNOWN)


@effect("pandas.iloc.__setitem__", "pandas.loc.__setitem__")
def write(at: Invocation, accessor: Object, index: Value, value: Value) -> Value:
    """Writes into a table; a new column label makes a column."""
    table: Array = accessor.attributes["table"]
    rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, WHOLE)
    by_name = at.path.startswith("pandas.loc") and isinstance(columns, (str, int))
    names = columns_of(table)
    if by_name and names is not None and columns in names:
        frames.add_column(at, table, columns, UNKNOWN)
        return None
    if by_name:
        frames.add_column(at, table, columns, value if rows == WHOLE else UNKNOWN)
        return None
    appends = at.path.startswith("pandas.loc") and not isinstance(rows, (slice, Array, List))
    _forget_columns(at, table, columns == WHOLE or at.path.startswith("pandas.iloc"))
    if appends and table.dims is not None:
        table.fact = replace(table.fact, shape=arrays.to_shape((UNKNOWN, *table.dims[1:])))
    return None


@effect("pandas.Series.__getitem__", "pandas.Index.__getitem__")
def series_item(at: Invocation, values: Array, index: Value) -> Value:
    """An element, a slice, or the elements of a mask. Labels are taken for positions, as they are by default."""
    if isinstance(index, str):
        return derive(at, values, ())
    if isinstance(index, List) and any(isinstance(name, str) for name in arrays.to_items(index) or ()):
        return frames.series(derive(at, values, (index.size(),)))
    if isinstance(index, slice) and any(isinstance(bound, str) for bound in (index.start, index.stop)):
        return frames.series(derive(at, values, (at.machine.symbol("n"),)))
    return take_rows(at, values, index)


@effect("pandas.Series.__setitem__")
def series_assign(at: Invocation, values: Array, index: Value, value: Value) -> Value:
    """Writes into a Series."""
    if isinstance(index, (str, slice, int)) or _is_mask(index):
        set_item(at, values, WHOLE if isinstance(index, str) else index, UNKNOWN if isinstance(index, str) else value)
    else:
        values.fact = derive(at, values, (UNKNOWN,), values=Values(), origins=frozenset()).fact
        values.cut = None
    return None


@effect("pandas.DataFrame.head", "pandas.Series.head", "pandas.DataFrame.tail", "pandas.Series.tail")
def head(at: Invocation, table: Array, n: Value = 5) -> Value:
    """The first or the last rows."""
    size = arrays.to_size(n)
    if at.path.endswith("head"):
        return take_rows(at, table, slice(None, size))
    if isinstance(size, int) and size > 0:
        return take_rows(at, table, slice(-size, None))
    return frames.with_rows(table, derive(at, table, (UNKNOWN, *(table.dims or ())[1:]) if table.dims else None))


@effect("pandas.DataFrame.sample", "pandas.Series.sample")
def sample(at: Invocation, table: Array, n: Value = None, frac: Value = None) -> Value:
    """Rows drawn at random; with frac=1 all rows, shuffled."""
    where = at.machine.location(at.node)
    rows: Any = at.machine.symbol("len(sample)")
    if frac is None:
        rows = 1 if n is None else arrays.to_size(n)
    elif frac == 1:
        rows = rows_of(table)
    dims = (rows, *(table.dims or ())[1:]) if table.dims else None
    facts: dict[str, Any] = {"shuffled": True, "shuffled_at": where, "cut": None}
    found = frames.with_rows(table, arrays.like_rows(at, table, dims, **facts))
    if isinstance(found, Frame):
        found.held = {name: _mixed(fact, where) for name, fact in found.held.items()}
    return found


def _mixed(fact: Any, where: Any) -> Any:
    return replace(fact, shuffled=True, shuffled_at=where)
