"""pandas.DataFrame: attributes, methods that keep the shape, and those that change rows or columns."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Values
from rnnlint.facts.sizes import add, is_known, multiply, subtract
from rnnlint.interpreter import arrays, dtypes, frames
from rnnlint.interpreter.arrays import derive, like_rows, make, row_cut, to_items, to_size
from rnnlint.interpreter.effects import numpy_arrays, numpy_math, numpy_shapes
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.frames import FRAME, Frame, columns_of, rows_of, series, width_of, with_rows
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Dict, List, Object, Sequenced, Value
from rnnlint.interpreter.windows import windows_without_gaps

BOTH = ("pandas.DataFrame", "pandas.Series")

attribute(*(f"{path}.shape" for path in BOTH))(numpy_arrays.shape)
attribute(*(f"{path}.ndim" for path in BOTH))(numpy_arrays.ndim)
attribute(*(f"{path}.size" for path in BOTH), "pandas.Index.size")(numpy_arrays.size)
attribute("pandas.Series.dtype", "pandas.Series.dtypes", "pandas.Index.dtype")(numpy_arrays.dtype)
effect(*(f"{path}.__len__" for path in (*BOTH, "pandas.Index")))(numpy_arrays.length)
effect(*(f"{path}.__binary__" for path in (*BOTH, "pandas.Index")))(numpy_math.binary)
effect(*(f"{path}.__compare__" for path in (*BOTH, "pandas.Index")))(numpy_math.compare)
effect(*(f"{path}.__unary__" for path in BOTH))(numpy_math.unary_operator)
effect("pandas.Series.tolist", "pandas.Series.to_list", "pandas.Index.tolist", "pandas.Index.to_list")(
    numpy_arrays.tolist
)
effect("pandas.Series.__iter__", "pandas.Index.__iter__")(numpy_arrays.rows)
effect("pandas.Series.ravel")(numpy_shapes.ravel)
effect("pandas.Series.clip", "pandas.DataFrame.clip")(numpy_math.clip)
effect("pandas.DataFrame.transpose")(numpy_shapes.transpose)


def bare(table: Array) -> Array:
    """The numbers of a table as an array of numpy: the same data."""
    return Array(replace(table.fact, kind="array"), cut=table.cut, content=table.content)


@attribute("pandas.DataFrame.values", "pandas.Series.values", "pandas.Index.values", "pandas.Series.array")
def values(machine: Machine, table: Array) -> Value:
    """The numbers as an array."""
    return bare(table)


@effect("pandas.DataFrame.to_numpy", "pandas.Series.to_numpy", "pandas.DataFrame.as_matrix", "pandas.Series.as_matrix",
        "pandas.Index.to_numpy", "pandas.DataFrame.to_records")  # fmt: skip
def to_numpy(at: Invocation, table: Array, dtype: Value = None) -> Value:
    """The numbers as an array."""
    found = bare(table)
    if dtype is not None and dtype is not UNKNOWN:
        found.fact = replace(found.fact, dtype=dtypes.dtype_name(dtype))
    return found


@attribute("pandas.DataFrame.T", "pandas.Series.T")
def transposed(machine: Machine, table: Array) -> Value:
    """Rows as columns."""
    if table.dims is None or len(table.dims) != 2:
        return table
    at = Invocation(machine, None, "pandas.DataFrame.T")
    found = derive(at, table, tuple(reversed(table.dims)))
    return Frame(replace(found.fact, kind="frame"), FRAME)


@attribute("pandas.DataFrame.columns")
def columns(machine: Machine, table: Array) -> Value:
    """The names of the columns."""
    names = columns_of(table)
    at = Invocation(machine, None, "pandas.DataFrame.columns")
    plain = names if names is not None and all(isinstance(name, (int, str)) for name in names) else None
    found = make(at, (width_of(table),), "object", content=plain)
    found.path = "pandas.Index"
    return found


@attribute("pandas.DataFrame.index", "pandas.Series.index")
def index(machine: Machine, table: Array) -> Value:
    """The labels of the rows."""
    found = make(Invocation(machine, None, "pandas.DataFrame.index"), (rows_of(table),))
    found.path = "pandas.Index"
    return found


@attribute("pandas.DataFrame.empty", "pandas.Series.empty")
def empty(machine: Machine, table: Array) -> Value:
    """Whether there is nothing in it."""
    return UNKNOWN


KEEPING = (
    "fillna", "ffill", "bfill", "pad", "interpolate", "replace", "round", "abs", "copy", "infer_objects",
    "convert_dtypes", "where", "mask", "rename", "rename_axis", "set_axis", "sort_index", "tz_localize",
    "tz_convert", "cumsum", "cumprod", "cummax", "cummin", "rank", "add", "sub", "mul", "div", "divide", "multiply",
    "subtract", "pow", "truediv", "mod",
)  # fmt: skip
MIXING = (
    "cumsum", "cumprod", "cummax", "cummin", "rank", "add", "sub", "mul", "div", "divide", "multiply", "subtract",
    "pow", "truediv", "mod",
)  # fmt: skip
"""Those of which a row may tell of other rows, or of another table."""

VALUES_KEPT = ("copy", "rename", "rename_axis", "set_axis", "infer_objects", "convert_dtypes", "ffill", "bfill")
MOVING = ("diff", "pct_change", "sort_values", "sort_index", "tshift")
TRUTHS = ("isna", "isnull", "notna", "notnull", "isin", "duplicated", "between", "eq", "ne", "lt", "gt", "le", "ge")


def finish(table: Array, found: Array, inplace: Value) -> Value:
    """The new table, or, in place, what the table is now."""
    if inplace is True:
        frames.become(table, found)
        return None
    return found


@effect(*(f"{path}.{name}" for path in BOTH for name in KEEPING))
def keeping(at: Invocation, table: Array, inplace: Value = False, columns: Value = None) -> Value:
    """Other values in the same rows and columns."""
    name = at.path.rpartition(".")[2]
    fact = table.fact
    kept = name in VALUES_KEPT
    values = fact.values if kept else Values()
    dtype = fact.dtype if kept or name in ("fillna", "pad", "abs", "cumsum", "round") else UNKNOWN
    cut = {"cut": None} if name in MIXING else {}
    found = with_rows(table, like_rows(at, table, table.dims, values=values, dtype=dtype, **cut))
    if isinstance(found, Frame):
        if not kept:
            found.held = {}
        if name in ("rename", "set_axis"):
            _rename(found, columns)
    return finish(table, found, inplace)


def _rename(table: Frame, columns: Value) -> None:
    table.held = {}
    if not isinstance(columns, Dict) or columns.open or table.columns is None:
        table.columns = None
        return
    new = tuple(columns.items.get(name, name) for name in table.columns)
    table.columns = new if all(isinstance(name, (str, int)) for name in new) else None


@effect(*(f"{path}.{name}" for path in BOTH for name in MOVING))
def moving(at: Invocation, table: Array, inplace: Value = False, ascending: Value = True) -> Value:
    """Rows that are not where they were."""
    found = with_rows(table, derive(at, table, table.dims, dtype=UNKNOWN, values=Values()))
    if isinstance(found, Frame):
        found.held = {}
    return finish(table, found, at.kwargs.get("inplace", False))


@effect(*(f"{path}.shift" for path in BOTH))
def shift(at: Invocation, table: Array, periods: Value = 1, freq: Value = None, axis: Value = 0) -> Value:
    """Row k holds what row k - periods held: cut from the same table so many rows before."""
    rows = row_cut(table)
    away = multiply(to_size(periods), rows.step)
    known = freq is None and axis in (0, "index") and is_known(away) and is_known(rows.start) and not at.open
    cut = replace(rows, start=to_size(subtract(rows.start, away))) if known else None
    found = with_rows(table, derive(at, table, table.dims, dtype=UNKNOWN, values=Values(), cut=cut))
    if isinstance(found, Frame):
        found.held = {}
    return found


@effect(*(f"{path}.{name}" for path in BOTH for name in TRUTHS))
def truths(at: Invocation, table: Array) -> Value:
    """A truth for each element."""
    found = with_rows(table, like_rows(at, table, table.dims, dtype="bool", values=Values(0, 1, True), cut=None))
    if isinstance(found, Frame):
        found.held = {}
    return found


@effect("pandas.DataFrame.astype", "pandas.Series.astype")
def astype(at: Invocation, table: Array, dtype: Value) -> Value:
    """The same values as another type."""
    name = dtypes.dtype_name(dtype)
    values = table.fact.values if dtypes.kind(name) in ("int", "float") else Values()
    found = with_rows(table, arrays.view(at, table, table.dims, dtype=name, values=values))
    if isinstance(found, Frame):
        found.held = {} if isinstance(dtype, Dict) else {n: replace(f, dtype=name) for n, f in found.held.items()}
    return found


@effect("pandas.DataFrame.dropna", "pandas.Series.dropna", "pandas.DataFrame.drop_duplicates",
        "pandas.Series.drop_duplicates", "pandas.DataFrame.query")  # fmt: skip
def fewer_rows(at: Invocation, table: Array, axis: Value = 0, inplace: Value = False) -> Value:
    """Some of the rows: it depends on the data how many. (Of `axis=1`: of the columns.)"""
    if at.path.endswith("query"):
        axis, inplace = 0, at.kwargs.get("inplace", False)
    if axis in (1, "columns") and at.path.endswith("dropna"):
        return finish(table, frames.unknown_columns(at, table, at.machine.symbol("len(df.columns)")), inplace)
    least = frames.LEAST_ROWS if at.path.endswith("dropna") else 0
    dims = None if table.dims is None else (frames.new_rows(at, least), *table.dims[1:])
    windows = windows_without_gaps(table.fact.windows) if at.path.endswith("dropna") else None
    return finish(table, with_rows(table, derive(at, table, dims, windows=windows)), at.kwargs.get("inplace", False))


@effect("pandas.DataFrame.drop", "pandas.Series.drop")
def drop(at: Invocation, table: Array, labels: Value = None, axis: Value = 0, index: Value = None,
         columns: Value = None, inplace: Value = False) -> Value:  # fmt: skip
    """Without some columns, or rows."""
    by_column = columns is not None or axis in (1, "columns")
    if by_column:
        names = frames.names_of(columns if columns is not None else labels)
        if names is None:
            found: Array = frames.unknown_columns(at, table, at.machine.symbol("len(df.columns)"))
        else:
            found = frames.without_columns(at, table, names)
        return finish(table, found, inplace)
    gone = to_items(labels if index is None else index)
    count: Any = len(gone) if gone is not None else 1 if isinstance(labels, (int, str)) else UNKNOWN
    rows = frames.new_rows(at) if count is UNKNOWN else subtract(rows_of(table), count)
    dims = None if table.dims is None else (rows, *table.dims[1:])
    return finish(table, with_rows(table, derive(at, table, dims)), inplace)


@effect("pandas.DataFrame.reset_index", "pandas.Series.reset_index")
def reset_index(
    at: Invocation, table: Array, level: Value = None, drop: Value = False, inplace: Value = False
) -> Value:
    """New labels for the rows; the old ones become a column unless they are dropped."""
    found = with_rows(table, arrays.view(at, table, table.dims))
    if drop is True:
        return finish(table, found, inplace)
    if table.dims is None or len(table.dims) == 1:
        return frames.frame(
            at, rows_of(table), width=2 if table.dims is not None else UNKNOWN, origins=table.fact.origins
        )
    names, labels = columns_of(table), frames.labels_of(table)
    width = UNKNOWN if labels is None else add(width_of(table), len(labels))
    wider = frames.frame(at, rows_of(table), width=width, origins=table.fact.origins)
    wider.columns = None if names is None or labels is None else (*labels, *names)
    wider.held = dict(found.held) if isinstance(found, Frame) else {}
    return finish(table, wider, inplace)


@effect("pandas.DataFrame.set_index")
def set_index(at: Invocation, table: Array, keys: Value, drop: Value = True, inplace: Value = False) -> Value:
    """Columns become the labels of the rows."""
    names = frames.names_of(keys)
    if drop is not True or isinstance(keys, Array):
        found = with_rows(table, arrays.view(at, table, table.dims))
        names = names if not isinstance(keys, Array) else None
    elif names is None:
        found = frames.unknown_columns(at, table)
    else:
        found = frames.without_columns(at, table, names)
    if isinstance(found, Frame):
        found.labels = None if names is None else tuple(names)
    return finish(table, found, inplace)


@effect("pandas.DataFrame.assign")
def assign(at: Invocation, table: Array, **columns: Value) -> Value:
    """With more columns."""
    found = with_rows(table, like_rows(at, table, table.dims))
    for name, value in columns.items():
        frames.add_column(at, found, name, value)
    return found


@effect("pandas.DataFrame.insert")
def insert(at: Invocation, table: Array, loc: Value, column: Value, value: Value) -> Value:
    """A new column in place."""
    frames.add_column(at, table, column, value)
    if isinstance(table, Frame) and table.columns is not None and isinstance(loc, int):
        rest = [name for name in table.columns if name != column]
        rest.insert(loc, column)
        table.columns = tuple(rest)
    return None


@effect("pandas.DataFrame.append", "pandas.Series.append")
def append(at: Invocation, table: Array, other: Value) -> Value:
    """More rows."""
    more = rows_of(other) if isinstance(other, Array) and other.path == table.path else 1
    rows = add(rows_of(table), more if isinstance(other, (Array, Dict)) else UNKNOWN)
    dims = None if table.dims is None else (rows, *table.dims[1:])
    return with_rows(table, derive(at, table, dims, values=Values(), origins=arrays.origins([table, other])))


@effect("pandas.DataFrame.apply", "pandas.DataFrame.agg", "pandas.DataFrame.aggregate")
def apply(at: Invocation, table: Array, func: Value, axis: Value = 0) -> Value:
    """A function of each row (or column): what it gives is not followed."""
    if axis in (1, "columns"):
        return series(make(at, (rows_of(table),), origins=table.fact.origins))
    return Array(derive(at, table, None).fact, "pandas.unknown")


@effect("pandas.DataFrame.applymap", "pandas.DataFrame.map", "pandas.DataFrame.transform")
def applymap(at: Invocation, table: Array) -> Value:
    """A function of each element."""
    found = with_rows(table, like_rows(at, table, table.dims, dtype=UNKNOWN, values=Values(), cut=None))
    if isinstance(found, Frame):
        found.held = {}
    return found


REDUCTIONS = ("sum", "mean", "median", "std", "var", "min", "max", "any", "all", "count", "nunique", "prod", "quantile",
              "idxmax", "idxmin", "skew", "kurt", "mode_", "sem", "mad")  # fmt: skip


@effect(*(f"pandas.DataFrame.{name}" for name in REDUCTIONS))
def reduce_frame(at: Invocation, table: Array, axis: Value = 0) -> Value:
    """A number for each column, or for each row."""
    if table.dims is None or len(table.dims) != 2 or at.path.endswith("quantile"):
        return derive(at, table, None)
    if axis in (1, "columns"):
        return series(like_rows(at, table, table.dims[:1], dtype=UNKNOWN, values=Values(), cut=None))
    return series(derive(at, table, table.dims[1:], dtype=UNKNOWN, values=Values()))


@effect("pandas.DataFrame.corr", "pandas.DataFrame.cov")
def corr(at: Invocation, table: Array) -> Value:
    """A square table over the columns."""
    width = width_of(table)
    return frames.frame(at, width, columns_of(table), width, origins=table.fact.origins)


@effect("pandas.DataFrame.iterrows")
def iterrows(at: Invocation, table: Array) -> Value:
    """Label and row, one after the other."""
    counter = at.machine.symbol("i")
    row = frames.take_rows(at, table, counter)
    return Sequenced(None, rows_of(table), (UNKNOWN, row), counter, of_data=True)


@effect("pandas.DataFrame.itertuples")
def itertuples(at: Invocation, table: Array) -> Value:
    """Rows as named tuples."""
    return Sequenced(None, rows_of(table), UNKNOWN, of_data=True)


@effect("pandas.DataFrame.__iter__", "pandas.DataFrame.keys")
def iterate(at: Invocation, table: Array) -> Value:
    """The names of the columns."""
    names = columns_of(table)
    return Sequenced(names, len(names)) if names is not None else Sequenced(None, width_of(table))


@effect("pandas.DataFrame.items", "pandas.DataFrame.iteritems")
def items(at: Invocation, table: Array) -> Value:
    """Name and column, one after the other."""
    names = columns_of(table)
    if names is not None and len(names) <= 64:
        pairs = [(name, frames.column(at, table, name)) for name in names]
        return Sequenced(pairs, len(pairs))
    return Sequenced(None, width_of(table), (UNKNOWN, frames.column(at, table, UNKNOWN)))


@effect("pandas.DataFrame.to_dict", "pandas.DataFrame.stack", "pandas.DataFrame.unstack", "pandas.DataFrame.pivot",
        "pandas.DataFrame.pivot_table", "pandas.DataFrame.melt", "pandas.DataFrame.explode",
        "pandas.DataFrame.select_dtypes", "pandas.DataFrame.reindex", "pandas.DataFrame.asfreq",
        "pandas.DataFrame.describe", "pandas.DataFrame.pipe")  # fmt: skip
def unknown_table(at: Invocation, table: Array) -> Value:
    """Rows or columns that depend on the data."""
    name = at.path.rpartition(".")[2]
    if name in ("to_dict", "stack", "unstack", "pipe"):
        return UNKNOWN
    if name == "select_dtypes":
        return frames.unknown_columns(at, table, at.machine.symbol("len(df.columns)"))
    return frames.frame(at, frames.new_rows(at), width=UNKNOWN, origins=frozenset())


@effect("pandas.DataFrame.filter")
def chosen(at: Invocation, table: Array, items: Value = None, like: Value = None, **rest: Value) -> Value:
    """Those of the named columns that the table has; all that are named, where its columns are not known."""
    names = frames.names_of(items) if isinstance(items, (List, tuple)) else None
    by_column = not {"axis", "regex"} & set(at.kwargs) and like is None and len(at.args) <= 2
    if names is None or not by_column:
        axes = frames.unknown_columns(at, table, at.machine.symbol("len(df.columns)"))
        return axes if at.kwargs.get("axis", 1) in (1, "columns") else derive(at, table, None)
    columns = frames.columns_of(table)
    return frames.take_columns(at, table, [name for name in names if columns is None or name in columns])


@effect("pandas.DataFrame.nlargest", "pandas.DataFrame.nsmallest", "pandas.Series.nlargest", "pandas.Series.nsmallest")
def largest(at: Invocation, table: Array, n: Value = 5) -> Value:
    """A number of rows."""
    dims = None if table.dims is None else (arrays.to_size(n), *table.dims[1:])
    return with_rows(table, derive(at, table, dims))


@effect(*(f"pandas.DataFrame.{name}" for name in ("info", "plot", "hist", "boxplot", "to_csv", "to_excel", "to_pickle",
                                                  "to_json", "to_sql", "to_parquet", "to_hdf", "memory_usage")),
        "pandas.Series.to_csv", "pandas.Series.plot", "pandas.Series.hist")  # fmt: skip
def nothing(at: Invocation) -> Value:
    """Shows or writes."""
    return None


@attribute("pandas.DataFrame.plot", "pandas.Series.plot", "pandas.DataFrame.style")
def plot(machine: Machine, table: Value) -> Value:
    """Draws."""
    return Object("pandas.plotting")


@effect("pandas.plotting.*")
def drawn(at: Invocation) -> Value:
    """Draws."""
    return UNKNOWN
