"""Tables: a DataFrame is an array of two axes with named columns, a Series one of one axis."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlint.facts import UNKNOWN, Data, Unknown, Values
from rnnlint.facts.sizes import equal, subtract
from rnnlint.interpreter import arrays, dtypes, indexing, ranges
from rnnlint.interpreter.arrays import like_rows, make, row_cut
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.values import Array, Cut, Dict, List, Value

FRAME = "pandas.DataFrame"
SERIES = "pandas.Series"


@dataclass(slots=True, eq=False)
class Frame(Array):
    """A DataFrame.

    Attributes:
        columns: their names in order; None where they are not known.
        held: what is known of single columns, by name.
        labels: names of the levels of the row labels, which `reset_index` makes columns of; None: not known.
    """

    columns: tuple[Value, ...] | None = None
    held: dict[Value, Data] = field(default_factory=dict)
    labels: tuple[Value, ...] | None = ("index",)


def frame(
    at: Invocation,
    rows: Any,
    columns: Sequence[Value] | None = None,
    width: Any = None,
    held: dict[Value, Data] | None = None,
    **facts: Any,
) -> Frame:
    """A new table. Of unknown columns there are as many as a symbol says, unless `width` is given."""
    if width is None:
        width = at.machine.symbol("len(df.columns)") if columns is None else len(columns)
    found = make(at, (rows, width), facts.pop("dtype", UNKNOWN), facts.pop("values", None), kind="frame", **facts)
    return Frame(found.fact, FRAME, found.cut, None, None if columns is None else tuple(columns), dict(held or {}))


def series(found: Array) -> Array:
    """An array of one axis as a Series."""
    found.path = SERIES
    found.fact = replace(found.fact, kind="frame")
    return found


def columns_of(value: Array) -> tuple[Value, ...] | None:
    """The names of the columns, where they are known."""
    return value.columns if isinstance(value, Frame) else None


def rows_of(value: Array) -> Any:
    """Number of rows."""
    return value.dims[0] if value.dims else UNKNOWN


def width_of(value: Array) -> Any:
    """Number of columns."""
    return value.dims[1] if value.dims and len(value.dims) > 1 else UNKNOWN


def with_rows(model: Array, found: Array) -> Array:
    """Rows of a table (or of a Series): the same columns."""
    found.path = model.path
    found.fact = replace(found.fact, kind="frame")
    if isinstance(model, Frame):
        held = {name: replace(fact, windows=None) for name, fact in model.held.items()}
        return Frame(found.fact, FRAME, found.cut, None, model.columns, held, model.labels)
    return found


def labels_of(value: Array) -> tuple[Value, ...] | None:
    """Names of the levels of the row labels, where they are known."""
    return value.labels if isinstance(value, Frame) else None


def take_rows(at: Invocation, table: Array, index: Value) -> Array:
    """Some rows, by position or by truths."""
    found = indexing.get_item(at, plain(table), index)
    if not isinstance(found, Array):
        found = arrays.to_array(at, found)
    if found.dims is not None and table.dims is not None and len(found.dims) < len(table.dims):
        return series(found) if len(found.dims) == 1 else found
    return with_rows(table, found)


def plain(table: Array) -> Array:
    """The numbers of a table as an array."""
    return Array(table.fact, cut=table.cut, content=table.content)


def column(at: Invocation, table: Array, name: Value) -> Array:
    """One column, as a Series."""
    rows = rows_of(table)
    known = table.held.get(name) if isinstance(table, Frame) and _hashable(name) else None
    facts: dict[str, Any] = {"cut": column_cut(table, (name,)), "dtype": UNKNOWN, "values": Values()}
    if known is not None:
        facts |= {"dtype": known.dtype, "values": known.values, "windows": known.windows}
        if known.ragged is True:
            facts["ragged"] = True
    elif table.fact.dtype is not UNKNOWN:
        facts |= {"dtype": table.fact.dtype, "values": replace(table.fact.values, one_hot=UNKNOWN)}
    return series(like_rows(at, table, (rows,), **facts))


def some_column(at: Invocation, table: Array) -> Array:
    """A column, as a Series; it is not known which."""
    cut = replace(row_cut(table), columns=UNKNOWN)
    return series(like_rows(at, table, (rows_of(table),), cut=cut, dtype=table.fact.dtype, values=Values()))


def take_columns(at: Invocation, table: Array, names: Sequence[Value]) -> Frame:
    """Some columns, as a table."""
    held = {name: table.held[name] for name in names if name in table.held} if isinstance(table, Frame) else {}
    cut = column_cut(table, tuple(names))
    found = like_rows(
        at, table, (rows_of(table), len(names)), cut=cut, values=Values(), dtype=_dtype(table, held, names)
    )
    found.fact = replace(found.fact, values=_values(held, names) or table.fact.values, kind="frame")
    return Frame(found.fact, FRAME, found.cut, None, tuple(names), held, labels_of(table))


def unknown_columns(at: Invocation, table: Array, width: Any = UNKNOWN) -> Frame:
    """Some columns of which only the number may be known."""
    cut = replace(row_cut(table), columns=UNKNOWN)
    found = like_rows(at, table, (rows_of(table), width), cut=cut)
    return Frame(replace(found.fact, kind="frame"), FRAME, found.cut, labels=labels_of(table))


def column_cut(table: Array, names: tuple[Any, ...]) -> Cut | None:
    """Where columns lie in the table that it was cut from."""
    cut = row_cut(table)
    if isinstance(cut.columns, Unknown) or not all(isinstance(name, (int, str)) for name in names):
        return replace(cut, columns=UNKNOWN)
    return replace(cut, columns=names)


def without_columns(at: Invocation, table: Array, names: Sequence[Value]) -> Frame:
    """All columns but some."""
    columns = columns_of(table)
    if columns is not None:
        return take_columns(at, table, [name for name in columns if name not in names])
    return unknown_columns(at, table, subtract(width_of(table), len(names)))


def add_column(at: Invocation, table: Array, name: Value, value: Value) -> None:
    """`table[name] = value`: the table is other data now."""
    columns = columns_of(table)
    width = width_of(table)
    if columns is not None and _hashable(name):
        width = len(columns) + (name not in columns)
        columns = columns if name in columns else (*columns, name)
    elif columns is None:
        width = at.machine.symbol("len(df.columns)")
    array = value if isinstance(value, Array) else None
    rows = rows_of(table)
    if equal(rows, 0) is True and array is not None and array.dims:
        rows = array.dims[0]
    merged = table.fact.origins | array.fact.origins if array is not None and table.fact.origins else frozenset()
    if array is None and isinstance(value, (int, float, str)):
        merged = table.fact.origins
    table.fact = replace(
        table.fact,
        shape=arrays.to_shape((rows, width)),
        dtype=UNKNOWN,
        values=Values(),
        windows=None,
        source=at.machine.new_id(),
        origins=merged,
    )
    table.cut = table.content = None
    if isinstance(table, Frame):
        table.columns = columns
        if _hashable(name):
            table.held.pop(name, None)
            if array is not None and array.dims is not None and len(array.dims) == 1:
                table.held[name] = array.fact


def become(table: Array, other: Array) -> None:
    """The table changes in place to what the other is."""
    table.fact, table.cut, table.content = other.fact, other.cut, other.content
    if isinstance(table, Frame):
        table.columns = columns_of(other)
        table.held = dict(other.held) if isinstance(other, Frame) else {}
        table.labels = labels_of(other)


def names_of(value: Value) -> list[Value] | None:
    """A list of names of columns; None where it is not known."""
    if isinstance(value, (str, int)):
        return [value]
    items = arrays.to_items(value)
    if items is None or not all(_hashable(item) for item in items):
        return None
    return list(items)


def of_columns(at: Invocation, parts: dict[Value, Value]) -> Frame:
    """A table of columns by name."""
    rows: Any = UNKNOWN
    held: dict[Value, Data] = {}
    merged: list[Array] = []
    for name, value in parts.items():
        if not isinstance(value, (Array, List, tuple)):
            continue
        array = arrays.to_array(at, value)
        merged.append(array)
        if array.dims:
            rows = array.dims[0] if rows is UNKNOWN else rows
            held[name] = array.fact if len(array.dims) == 1 else replace(array.fact, dtype="object")
    values = _values(held, list(parts)) or Values()
    dtype = _dtype(None, held, list(parts))
    found = arrays.origins(merged) if len(merged) == len(parts) else frozenset()
    return frame(at, rows, list(parts), held=held, values=values, dtype=dtype, origins=found)


def _values(held: dict[Value, Data], names: Sequence[Value]) -> Values | None:
    if not names or not all(name in held for name in names):
        return None
    return ranges.joined(held[name].values for name in names)


def _dtype(table: Array | None, held: dict[Value, Data], names: Sequence[Value]) -> str | Unknown:
    if names and all(name in held for name in names):
        return dtypes.promote(held[name].dtype for name in names)
    return table.fact.dtype if table is not None and not held else UNKNOWN


def _hashable(name: Value) -> bool:
    if isinstance(name, tuple):
        return all(isinstance(part, (int, float, str)) for part in name)
    return isinstance(name, (int, float, str))


def dictionary(value: Value) -> dict[Value, Value] | None:
    """The columns of a dictionary of all known keys."""
    return dict(value.items) if isinstance(value, Dict) and not value.open else None


LEAST_ROWS = 2
"""Rows that a table read from a file has at least, and one without its gaps: a single row is no data to train on."""


def new_rows(at: Invocation, least: int = 0) -> Any:
    """A number of rows that is not known."""
    return at.machine.symbol("len(df)", least)
