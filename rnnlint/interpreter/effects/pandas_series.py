"""pandas.Series: methods that a table does not have, or has otherwise."""

from typing import Any

from rnnlint.facts import UNKNOWN, Values
from rnnlint.facts.sizes import symbol
from rnnlint.interpreter import arrays, frames
from rnnlint.interpreter.arrays import derive, like_rows, make
from rnnlint.interpreter.effects import numpy_reductions, numpy_selection
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.frames import rows_of, series
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Object, Sequenced, Value

REDUCTIONS = ("sum", "mean", "median", "std", "var", "min", "max", "any", "all", "prod", "argmax", "argmin", "idxmax",
              "idxmin")  # fmt: skip

effect(*(f"pandas.Series.{name}" for name in REDUCTIONS))(numpy_reductions.reduce)
effect("pandas.Index.max", "pandas.Index.min")(numpy_reductions.reduce)
effect("pandas.Series.argsort")(numpy_selection.sort)


@effect("pandas.Series.map", "pandas.Series.apply", "pandas.Series.transform")
def mapped(at: Invocation, values: Array) -> Value:
    """A function of each element."""
    return series(like_rows(at, values, values.dims, dtype=UNKNOWN, values=Values(), cut=None))


@effect("pandas.Series.unique")
def unique(at: Invocation, values: Array) -> Value:
    """The different values."""
    return make(at, (symbol("len(unique)", values.fact.source),), values.fact.dtype)


@effect("pandas.Series.nunique", "pandas.Index.nunique")
def nunique(at: Invocation, values: Array) -> Value:
    """How many different values there are."""
    return symbol("len(unique)", values.fact.source)


@effect("pandas.Series.value_counts")
def value_counts(at: Invocation, values: Array) -> Value:
    """How often each value occurs."""
    return series(make(at, (symbol("len(unique)", values.fact.source),), "int64"))


@effect("pandas.Series.count", "pandas.Series.quantile", "pandas.Series.describe", "pandas.Series.corr",
        "pandas.Series.autocorr", "pandas.Series.skew", "pandas.Series.kurt", "pandas.Series.mode")  # fmt: skip
def number(at: Invocation) -> Value:
    """A number that is not followed."""
    return UNKNOWN


@effect("pandas.Series.to_frame")
def to_frame(at: Invocation, values: Array, name: Value = None) -> Value:
    """A table of one column."""
    found = like_rows(at, values, (rows_of(values), 1))
    columns = (name,) if isinstance(name, str) else None
    return frames.Frame(found.fact, frames.FRAME, found.cut, None, columns)


@effect("pandas.Series.items", "pandas.Series.iteritems")
def items(at: Invocation, values: Array) -> Value:
    """Label and value, one after the other."""
    return Sequenced(None, rows_of(values), (UNKNOWN, derive(at, values, ())), of_data=True)


@attribute("pandas.Series.dt", "pandas.Series.cat")
def moments(machine: Machine, values: Array) -> Value:
    """Parts of moments, codes of categories."""
    return Object("pandas.Series.dt_accessor", {"table": values})


@attribute("pandas.Series.str", "pandas.Index.str")
def text(machine: Machine, values: Array) -> Value:
    """Functions on texts."""
    return Object("pandas.Series.str_accessor", {"table": values})


@effect("pandas.Series.dt_accessor.__getattr__")
def moment_part(at: Invocation, accessor: Object, name: Value) -> Value:
    """A number of each moment: its hour, its day."""
    return _like(at, accessor.attributes["table"])


@effect("pandas.Series.str_accessor.*")
def text_part(at: Invocation, accessor: Value) -> Value:
    """Something of each text."""
    if (
        not isinstance(accessor, Object)
        or "table" not in accessor.attributes
        or at.kwargs.get("expand", False) is not False
    ):
        return UNKNOWN
    return _like(at, accessor.attributes["table"])


def _like(at: Invocation, values: Array) -> Value:
    return series(like_rows(at, values, values.dims, dtype=UNKNOWN, values=Values(), cut=None))


@effect("pandas.Index.__getattr__")
def index_part(at: Invocation, labels: Array, name: Value) -> Value:
    """A number of each moment of an index of moments."""
    if name not in ("hour", "day", "month", "year", "dayofweek", "weekday", "minute", "second", "dayofyear", "quarter"):
        return UNKNOWN
    found = make(at, (rows_of(labels),), values=Values(whole=True))
    found.path = "pandas.Index"
    return found


@effect("pandas.Series.rolling", "pandas.DataFrame.rolling", "pandas.Series.ewm", "pandas.DataFrame.ewm",
        "pandas.Series.expanding", "pandas.DataFrame.expanding")  # fmt: skip
def rolling(at: Invocation, table: Array) -> Value:
    """Windows that move along the rows."""
    return Object("pandas.Rolling", {"table": table})


@effect("pandas.Rolling.*")
def rolled(at: Invocation, windows: Value) -> Value:
    """A number for each row."""
    table: Any = windows.attributes.get("table") if isinstance(windows, Object) else None
    if not isinstance(table, Array) or at.path.endswith(("__iter__", "__getattr__")):
        return UNKNOWN
    found = frames.with_rows(table, derive(at, table, table.dims, dtype="float64", values=Values()))
    if isinstance(found, frames.Frame):
        found.held = {}
    return found


@effect("pandas.Rolling.__getitem__")
def rolled_columns(at: Invocation, windows: Value, index: Value) -> Value:
    """Windows of some columns."""
    table = windows.attributes["table"]
    return Object("pandas.Rolling", {"table": at.machine.get_item(table, index)})


@effect("pandas.Series.explode", "pandas.Series.reindex", "pandas.Series.asfreq")
def other_rows(at: Invocation, values: Array) -> Value:
    """Rows that depend on the data."""
    return series(derive(at, values, (at.machine.symbol("n"),)))


@effect("pandas.Series.repeat")
def repeat(at: Invocation, values: Array, repeats: Value) -> Value:
    """Each element several times."""
    found = arrays.derive(at, values, (UNKNOWN,))
    if isinstance(repeats, int):
        found = arrays.derive(at, values, (arrays.product((rows_of(values), repeats)),))
    return series(found)
