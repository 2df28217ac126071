"""The calls that `--call` knows: those of a model, with shapes in place of arrays."""

from typing import Any

from rnnlint.facts import UNKNOWN, Data, Shape
from rnnlint.facts.sizes import ceil_divide, is_known
from rnnlint.interpreter.datasets import Dataset
from rnnlint.interpreter.effects.keras_training import PARAMETERS, run
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.keras_values import ModelValue
from rnnlint.interpreter.values import Array, Dict, List, Value, is_size

_HOLDS_DATA = ("x", "y", "generator", "sample_weight")


@effect(*(f"rnnlint.call.{spelled}" for spelled in PARAMETERS))
def call(at: Invocation, model: Value, *args: Value, **kwargs: Value) -> Value:
    """`fit(x=(1000, 10, 8), y=(1000, 1))`."""
    if not isinstance(model, ModelValue):
        return UNKNOWN
    spelled = at.path.rpartition(".")[2]
    names = PARAMETERS[spelled]
    given = [_argument(at, name, value) for name, value in zip(names, at.args[1:], strict=False)]
    named = {name: _argument(at, name, value) for name, value in at.kwargs.items()}
    return run(at.machine, model, spelled, Invocation(at.machine, at.node, at.path, given, named, at.open))


def _argument(at: Invocation, name: str, value: Value) -> Value:
    if name in _HOLDS_DATA:
        return data(at, value)
    if name == "validation_data" and isinstance(value, tuple | List):
        items = value if isinstance(value, tuple) else value.items or []
        if items and not all(_is_size(item) for item in items):
            return tuple(data(at, item) for item in items)
        return data(at, value)
    return value


def data(at: Invocation, value: Value) -> Value:
    """An array for a tuple of sizes; several for a list, a tuple or a dictionary of such."""
    if isinstance(value, tuple):
        if value and all(_is_size(item) for item in value):
            return array(at, value)
        return at.machine.make_list([data(at, item) for item in value])
    if isinstance(value, List) and value.items is not None:
        return at.machine.make_list([data(at, item) for item in value.items])
    if isinstance(value, Dict):
        return Dict({key: data(at, item) for key, item in value.items.items()}, value.open)
    return value


def _is_size(value: Value) -> bool:
    return value is None or value is UNKNOWN or is_size(value)


def array(at: Invocation, sizes: tuple[Any, ...]) -> Array:
    """Data of this shape, of which nothing else is known. None: a size that is not known."""
    machine = at.machine
    first = machine.symbol("n") if sizes[0] is None else sizes[0]
    dims = (first, *(UNKNOWN if size is None else size for size in sizes[1:]))
    source = machine.new_id()
    fact = Data("array", Shape.of(dims), source=source, origins=frozenset({source}), location=machine.location(at.node))
    return Array(fact)


@effect("rnnlint.dataset")
def dataset(
    at: Invocation,
    x: Value = UNKNOWN,
    y: Value = None,
    batch_size: Value = None,
    shuffle: Value = False,
    drop_remainder: Value = False,
    repeat: Value = False,
) -> Value:
    """`dataset(x=(1000, 10, 8), y=(1000, 1), batch_size=32)`: a `tf.data.Dataset` of these rows, in batches."""
    size = batch_size if is_known(batch_size) else None if batch_size is None else UNKNOWN
    parts = [data(at, part) for part in (x, y) if part is not None]
    rows = next((part.dims[0] for part in parts if isinstance(part, Array) and part.dims), UNKNOWN)
    batches = [_batch(at, part, size) for part in parts]
    count: Any = rows if size is None else ceil_divide(rows, size) if drop_remainder is False else UNKNOWN
    return Dataset(
        batches[0] if len(batches) == 1 else tuple(batches),
        count=UNKNOWN if count is None else count,
        batch=size,
        samples=rows,
        partial=not drop_remainder if isinstance(drop_remainder, bool) else UNKNOWN,
        endless=repeat if isinstance(repeat, bool) else UNKNOWN,
        shuffled=shuffle if isinstance(shuffle, bool) else UNKNOWN,
        shuffled_at=at.machine.location(at.node),
        shuffle_site=at.machine.site(at, ["x", "y", "batch_size", "shuffle", "drop_remainder", "repeat"]),
    )


def _batch(at: Invocation, part: Value, size: Any) -> Value:
    if isinstance(part, List) and part.items is not None:
        return tuple(_batch(at, item, size) for item in part.items)
    if isinstance(part, Dict):
        return Dict({key: _batch(at, item, size) for key, item in part.items.items()})
    if not isinstance(part, Array) or not part.dims:
        return part
    dims = part.dims[1:] if size is None else (size, *part.dims[1:])
    return array(at, dims) if dims else part
