"""pandas: groups of rows."""

from typing import Any

from rnnlint.facts import UNKNOWN, Values
from rnnlint.interpreter import frames
from rnnlint.interpreter.arrays import derive, make
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.frames import Frame, series
from rnnlint.interpreter.values import Array, Object, Sequenced, Value

REDUCTIONS = frozenset(
    (
        "sum", "mean", "median", "std", "var", "min", "max", "count", "first", "last", "nunique", "size", "any",
        "all", "prod", "sem", "quantile",
    )
)  # fmt: skip
PER_ROW = frozenset(
    (
        "transform", "shift", "cumsum", "cumcount", "cumprod", "diff", "pct_change", "rank", "ffill", "bfill",
        "fillna",
    )
)  # fmt: skip


@effect("pandas.DataFrame.groupby", "pandas.Series.groupby", "pandas.DataFrame.resample", "pandas.Series.resample")
def groupby(at: Invocation, table: Array) -> Value:
    """Groups; how many and how large depends on the data."""
    return Object("pandas.GroupBy", {"table": table, "count": at.machine.symbol("groups")})


def _table(groups: Value) -> Array | None:
    table = groups.attributes.get("table") if isinstance(groups, Object) else None
    return table if isinstance(table, Array) else None


def _group(at: Invocation, table: Array) -> Array:
    """The rows of one group, a number that differs from group to group."""
    dims = None if table.dims is None else (at.machine.symbol("len(group)"), *table.dims[1:])
    return frames.with_rows(table, derive(at, table, dims))


@effect("pandas.GroupBy.__iter__")
def iterate(at: Invocation, groups: Object) -> Value:
    """Key and rows of each group."""
    table = _table(groups)
    if table is None:
        return UNKNOWN
    return Sequenced(None, groups.attributes["count"], (UNKNOWN, _group(at, table)))


@effect("pandas.GroupBy.get_group")
def get_group(at: Invocation, groups: Object) -> Value:
    """The rows of one group."""
    table = _table(groups)
    return UNKNOWN if table is None else _group(at, table)


@effect("pandas.GroupBy.__getitem__")
def columns(at: Invocation, groups: Object, index: Value) -> Value:
    """Groups of some columns."""
    table = _table(groups)
    chosen = UNKNOWN if table is None else at.machine.get_item(table, index)
    return Object("pandas.GroupBy", {"table": chosen, "count": groups.attributes["count"]})


@effect("pandas.GroupBy.__len__")
def count(at: Invocation, groups: Object) -> Value:
    """How many groups there are."""
    return groups.attributes["count"]


@effect("pandas.GroupBy.*")
def reduced(at: Invocation, groups: Value) -> Value:
    """A row for each group, or a value for each row."""
    table = _table(groups)
    name = at.path.rpartition(".")[2]
    if table is None or not isinstance(groups, Object):
        return UNKNOWN
    if name in PER_ROW:
        found = frames.with_rows(table, derive(at, table, table.dims, dtype=UNKNOWN, values=Values()))
        if isinstance(found, Frame):
            found.columns, found.held = None, {}
            found.fact = derive(at, found, (*(table.dims or (UNKNOWN,))[:1], UNKNOWN)).fact
        return found
    if name not in REDUCTIONS:
        return UNKNOWN
    rows: Any = groups.attributes["count"]
    if table.dims is not None and len(table.dims) == 1:
        return series(make(at, (rows,), origins=table.fact.origins))
    if name == "size":
        return series(make(at, (rows,), "int64"))
    found = frames.frame(at, rows, width=UNKNOWN, origins=table.fact.origins)
    found.labels = None
    return found
