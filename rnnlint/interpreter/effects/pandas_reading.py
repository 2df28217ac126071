"""pandas: tables from files, from Python data, from other tables."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Values
from rnnlint.facts.sizes import add, equal, multiply, subtract
from rnnlint.interpreter import arrays, dtypes
from rnnlint.interpreter.arrays import make, to_array
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.frames import (
    LEAST_ROWS,
    SERIES,
    Frame,
    columns_of,
    dictionary,
    frame,
    labels_of,
    names_of,
    new_rows,
    of_columns,
    rows_of,
    series,
    width_of,
    with_rows,
)
from rnnlint.interpreter.values import Array, Dict, Generator, Iterator, List, Range, Value
from rnnlint.interpreter.windows import windows_of_shifts


@effect("pandas.read_csv", "pandas.read_table", "pandas.read_fwf")
def read_csv(at: Invocation, filepath: Value, sep: Value = ",", header: Value = "infer", names: Value = None,
             index_col: Value = None, usecols: Value = None, squeeze: Value = False, chunksize: Value = None,
             nrows: Value = None) -> Value:  # fmt: skip
    """A table of as many rows as the file has."""
    if chunksize is not None:
        return UNKNOWN
    rows = new_rows(at, LEAST_ROWS)
    indices = 0 if index_col in (None, False) else len(arrays.to_items(index_col) or (0,))
    columns = None if names is None else names_of(names)
    width: Any = None
    chosen = None if usecols is None else names_of(usecols)
    if chosen is not None:
        width = subtract(len(chosen), indices)
        columns = chosen if indices == 0 and all(isinstance(name, str) for name in chosen) else None
        if columns is not None and len(columns) > 1 and names is None:
            columns = None
        if len(chosen) == 1 and indices == 0 and isinstance(chosen[0], str):
            columns = chosen
    elif columns is not None:
        width = subtract(len(columns), indices) if indices else None
        columns = columns if not indices else None
    elif usecols is not None or names is not None:
        width = UNKNOWN
    if squeeze is not False:
        return series(make(at, (rows,))) if squeeze is True and equal(width, 1) is True else make(at, None)
    found = frame(at, rows, columns, width)
    found.labels = ("index",) if index_col in (None, False) else None
    return found


@effect("pandas.read_excel", "pandas.read_sql", "pandas.read_sql_query", "pandas.read_json", "pandas.read_parquet",
        "pandas.read_feather", "pandas.read_sas", "pandas.read_stata", "pandas.io.data.DataReader",
        "pandas_datareader.data.DataReader", "yfinance.download")  # fmt: skip
def read_table(at: Invocation, source: Value, sheet_name: Value = 0) -> Value:
    """A table of which only the two axes are known."""
    if sheet_name is None or isinstance(sheet_name, List):
        return UNKNOWN
    return frame(at, new_rows(at, LEAST_ROWS))


@effect("pandas.DataFrame")
def data_frame(at: Invocation, data: Value = None, index: Value = None, columns: Value = None) -> Value:
    """A table of columns by name, of rows, or of an array."""
    names = None if columns is None else names_of(columns)
    if data is None:
        return frame(at, 0 if index is None else UNKNOWN, names or (() if columns is None else None))
    if isinstance(data, Dict):
        parts = dictionary(data)
        if parts is None:
            return frame(at, UNKNOWN)
        return of_columns(at, {name: parts[name] for name in names if name in parts} if names is not None else parts)
    if isinstance(data, Frame) and names is None:
        return with_rows(data, arrays.view(at, data, data.dims))
    if isinstance(data, List) and (rows := _of_dictionaries(at, data)) is not None:
        return rows
    if isinstance(data, (Generator, Iterator)):
        return frame(at, UNKNOWN, names, None if names is not None else UNKNOWN)
    if not isinstance(data, (Array, List, tuple, Range)):
        return frame(at, UNKNOWN, names, None if names is not None else UNKNOWN)
    return _of_array(at, to_array(at, data), names, columns is None)


def _of_array(at: Invocation, array: Array, names: list[Value] | None, unnamed: bool) -> Frame:
    dims = array.dims
    if dims is None or array.fact.ragged is True:
        rows = dims[0] if dims else UNKNOWN
        width = UNKNOWN if names is None else len(names)
        return frame(at, rows, names, width)
    rows, width = (dims[0], 1 if len(dims) == 1 else dims[1]) if dims else (UNKNOWN, UNKNOWN)
    if array.path == "pandas.Series" and unnamed:
        unnamed, names = False, _name_of(array)
    if names is None and isinstance(width, int) and width <= 1_000 and unnamed:
        names = list(range(width))
    found = arrays.view(at, array, (rows, width), kind="frame")
    return Frame(found.fact, "pandas.DataFrame", found.cut, None, None if names is None else tuple(names))


def _name_of(column: Array) -> list[Value] | None:
    """The name of a Series that is a column of a table as it stands there; None: not known."""
    names = column.cut.columns if column.cut is not None else None
    return list(names) if isinstance(names, tuple) and len(names) == 1 and isinstance(names[0], str) else None


def _of_dictionaries(at: Invocation, rows: List) -> Frame | None:
    """A table of a list of dictionaries, one a row."""
    element = rows.element if rows.items is None else rows.items[0] if rows.items else None
    parts = dictionary(element) if isinstance(element, Dict) else None
    if not isinstance(element, Dict):
        return None
    if parts is None or (rows.items is not None and not all(isinstance(row, Dict) for row in rows.items)):
        return frame(at, rows.size())
    found = frame(at, rows.size(), list(parts), origins=frozenset())
    for name, value in parts.items():
        inner = arrays.summarise(at, value)
        if inner.dims == ():
            found.held[name] = make(at, (rows.size(),), inner.dtype, Values(whole=inner.values.whole)).fact
    return found


@effect("pandas.Series")
def make_series(at: Invocation, data: Value = None, index: Value = None, dtype: Value = None) -> Value:
    """A vector with labels."""
    if isinstance(data, Dict):
        parts = dictionary(data)
        return series(make(at, (UNKNOWN if parts is None else len(parts),)))
    if not isinstance(data, (Array, List, tuple, Range)):
        return series(make(at, (UNKNOWN,), origins=frozenset()))
    array = to_array(at, data)
    changes = {} if dtype is None else {"dtype": dtypes.dtype_name(dtype)}
    found = arrays.view(at, array, array.dims, **changes)
    return series(found)


@effect("pandas.concat")
def concat(at: Invocation, objs: Value, axis: Value = 0, keys: Value = None) -> Value:
    """Tables below each other, or side by side."""
    if axis in (1, "columns"):
        return _beside(at, objs)
    items = objs if isinstance(objs, tuple) else objs.items if isinstance(objs, List) else None
    if items is None:
        element = objs.element if isinstance(objs, List) else UNKNOWN
        if not isinstance(element, Array) or not isinstance(objs, List):
            return UNKNOWN
        rows = UNKNOWN if _young(rows_of(element), objs.born) else multiply(objs.length, rows_of(element))
        return with_rows(element, arrays.derive(at, element, (rows, *(element.dims or (UNKNOWN,))[1:])))
    tables = [item for item in items if isinstance(item, Array)]
    if not tables or any(table.path != tables[0].path for table in tables):
        return UNKNOWN
    total: Any = 0
    for item in items:
        total = add(total, rows_of(item) if isinstance(item, Array) else UNKNOWN)
    if tables[0].path == SERIES:
        return series(
            make(at, (total,), dtypes.promote(table.fact.dtype for table in tables), origins=arrays.origins(items))
        )
    columns = columns_of(tables[0])
    same = columns is not None and all(columns_of(table) == columns for table in tables) and len(tables) == len(items)
    width = width_of(tables[0]) if all(width_of(table) == width_of(tables[0]) for table in tables) else UNKNOWN
    found = frame(at, total, columns if same else None, None if same else width, origins=arrays.origins(items))
    levels = {labels_of(table) for table in tables}
    found.labels = levels.pop() if len(levels) == 1 else None
    return found


def _young(size: Any, born: int) -> bool:
    from rnnlint.facts.sizes import symbols

    return not isinstance(size, int) and (not isinstance(size, Linear) or any(s.key > born for s in symbols(size)))


def _beside(at: Invocation, objs: Value) -> Value:
    items = objs if isinstance(objs, tuple) else objs.items if isinstance(objs, List) else None
    tables = [item for item in items or () if isinstance(item, Array)]
    if items is None or not tables or len(tables) != len(items):
        return frame(at, UNKNOWN, width=UNKNOWN, origins=frozenset())
    rows = rows_of(tables[0])
    if any(equal(rows, rows_of(table)) is not True for table in tables):
        rows = UNKNOWN
    width: Any = 0
    names: list[Value] | None = []
    for table in tables:
        width = add(width, 1 if table.path == SERIES else width_of(table))
        columns = columns_of(table)
        names = None if names is None or columns is None else [*names, *columns]
    found = frame(at, rows, names, width if names is None else None, origins=arrays.origins(tables))
    widths = [1 if table.path == SERIES else width_of(table) for table in tables]
    if all(equal(width, widths[0]) is True for width in widths):
        windows = windows_of_shifts([arrays.row_cut(table) for table in tables], tables[0].fact.location)
        found.fact = replace(found.fact, windows=windows)
    return found


@effect("pandas.merge", "pandas.DataFrame.merge", "pandas.DataFrame.join", "pandas.merge_asof")
def merge(at: Invocation, left: Value) -> Value:
    """Rows of two tables that belong together: it depends on the data how many."""
    return frame(at, new_rows(at), width=UNKNOWN, origins=frozenset())


@effect("pandas.get_dummies")
def get_dummies(at: Invocation, data: Value, columns: Value = None, drop_first: Value = False) -> Value:
    """A column for each different value: of one column rows with one 1."""
    if not isinstance(data, Array):
        array = to_array(at, data) if isinstance(data, (List, tuple)) else None
        rows = rows_of(array) if array is not None else UNKNOWN
    else:
        array, rows = data, rows_of(data)
    whole = array is not None and not isinstance(array, Frame) and drop_first is False
    values = Values(low=0, high=1, whole=True, one_hot=True) if whole else Values()
    changes: dict[str, Any] = {"values": values, "dtype": UNKNOWN, "cut": None, "kind": "frame"}
    if array is None:
        return frame(at, rows)
    found = arrays.like_rows(at, array, (rows, at.machine.symbol("len(df.columns)")), **changes)
    return Frame(found.fact, "pandas.DataFrame", None)


@effect("pandas.to_datetime", "pandas.to_numeric")
def converted(at: Invocation, arg: Value) -> Value:
    """The same rows as another type."""
    if not isinstance(arg, Array):
        return UNKNOWN
    dtype = "datetime64" if at.path.endswith("datetime") else UNKNOWN
    return with_rows(arg, arrays.like_rows(at, arg, arg.dims, dtype=dtype, values=Values()))


@effect("pandas.date_range", "pandas.bdate_range", "pandas.period_range", "pandas.timedelta_range")
def date_range(
    at: Invocation, start: Value = None, end: Value = None, periods: Value = None, freq: Value = None
) -> Value:
    """Moments one after the other."""
    rows = arrays.to_size(periods) if periods is not None else at.machine.symbol("n")
    found = make(at, (rows,), "datetime64")
    found.path = "pandas.Index"
    return found


@effect("pandas.Index")
def index(at: Invocation, data: Value) -> Value:
    """Labels."""
    array = to_array(at, data) if isinstance(data, (Array, List, tuple, Range)) else make(at, (UNKNOWN,))
    found = arrays.view(at, array, array.dims)
    found.path = "pandas.Index"
    return found


@effect("pandas.cut", "pandas.qcut")
def cut(at: Invocation, x: Value) -> Value:
    """A class for each element."""
    if not isinstance(x, Array):
        return UNKNOWN
    return series(arrays.like_rows(at, x, x.dims, dtype="category", values=Values(), cut=None))


@effect("pandas.factorize")
def factorize(at: Invocation, values: Value) -> Value:
    """A number for each element, and the elements by number."""
    if not isinstance(values, Array):
        return UNKNOWN
    codes = arrays.like_rows(at, values, values.dims, dtype="int64", values=Values(low=0, whole=True), cut=None)
    return codes, make(at, (at.machine.symbol("n"),), values.fact.dtype)


@effect("pandas.isnull", "pandas.isna", "pandas.notnull", "pandas.notna")
def missing(at: Invocation, obj: Value) -> Value:
    """A truth for each element."""
    if not isinstance(obj, Array):
        return UNKNOWN
    return arrays.of_kind(obj, arrays.like_rows(at, obj, obj.dims, dtype="bool", values=Values(0, 1, True), cut=None))


@effect("pandas.set_option", "pandas.options.*")
def nothing(at: Invocation) -> Value:
    """Changes nothing that is followed here."""
    return None
