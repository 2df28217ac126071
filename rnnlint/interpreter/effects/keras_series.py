"""Windows of a series that Keras cuts: TimeseriesGenerator, timeseries_dataset_from_array."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Batching, Data, Shape, Size, Truth, Windows, negate
from rnnlint.facts.sizes import add, ceil_divide, divides, floor_divide, is_known, less, multiply, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.datasets import Batches, Dataset
from rnnlint.interpreter.effects.arithmetic import best_size
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.values import Array, Sequenced, Value, is_size

PATH = "keras.utils.TimeseriesGenerator"


def _number(value: Value) -> Size:
    if isinstance(value, Array) and isinstance(value.content, int):
        return value.content
    return value if is_size(value) else UNKNOWN


def _known(size: Any) -> Size:
    return size if is_known(size) else UNKNOWN


def _first_batch(rows: Size, size: Size) -> Size:
    """Rows of the first batch: fewer where there are no more."""
    return rows if isinstance(rows, int) and isinstance(size, int) and 0 < rows < size else size


def _series(at: Invocation, value: Value) -> Array | None:
    if value is None or value is UNKNOWN:
        return None
    found = at.machine.effect("numpy.asarray", value, node=at.node)
    return found if isinstance(found, Array) else None


def _cut(
    series: Array | None, count: Size, size: Size, windows: Windows | None, length: Size | None
) -> tuple[Value, Data | None]:
    """One batch of pieces of a series (`length` None: of single steps), and all of them together."""
    if series is None:
        return UNKNOWN, None
    dims = series.dims
    inner = None if not dims else dims[1:] if length is None else (length, *dims[1:])
    whole = replace(
        series.fact,
        kind="array",
        shape=UNKNOWN if inner is None else Shape.of((count, *inner)),
        windows=windows,
        padding=None,
        reshaped=None,
        shuffled=False,
        source=0,
    )
    batch = replace(whole, shape=UNKNOWN if inner is None else Shape.of((size, *inner)))
    return Array(batch), whole


def _windows(
    at: Invocation, series: Array | None, length: Size, stride: Size, offset: Any, rate: Size
) -> Windows | None:
    if series is None:
        return None
    place = arrays.row_cut(series)
    start: Any = add(place.start, multiply(place.step, offset)) if place.length is not None else offset
    columns = frozenset(place.columns) if isinstance(place.columns, tuple) else place.columns
    where = at.machine.location(at.node)
    return Windows(place.source, length, stride, _known(start), rate, columns=columns, location=where)


@effect(PATH)
def timeseries_generator(
    at: Invocation,
    data: Value = UNKNOWN,
    targets: Value = UNKNOWN,
    length: Value = UNKNOWN,
    sampling_rate: Value = 1,
    stride: Value = 1,
    start_index: Value = 0,
    end_index: Value = None,
    shuffle: Value = False,
    reverse: Value = False,
    batch_size: Value = 128,
) -> Value:
    """Windows of `length` steps and the targets at the step behind each."""
    x_series, y_series = _series(at, data), _series(at, targets)
    span, rate, step, size = (_number(value) for value in (length, sampling_rate, stride, batch_size))
    rows: Size = x_series.dims[0] if x_series is not None and x_series.dims else UNKNOWN
    first: Any = add(_number(start_index), span)
    last: Any = subtract(rows, 1) if end_index is None else _number(end_index)
    reach: Any = add(subtract(last, first), 1)
    count = _known(ceil_divide(reach, step))
    if less(count, 0) is True:
        count = 0
    steps = _known(ceil_divide(span, rate))
    shuffled = shuffle if isinstance(shuffle, bool) else UNKNOWN
    of_batch = size if shuffled is True else _first_batch(count, size)
    x, _ = _cut(x_series, count, of_batch, _windows(at, x_series, steps, step, _number(start_index), rate), steps)
    y, _ = _cut(y_series, count, of_batch, _windows(at, y_series, 1, step, first, 1), None)
    across = multiply(size, step)
    batches = _known(floor_divide(add(subtract(last, first), across), across))
    batching = Batching(
        size=size,
        partial=False if shuffled is True else negate(divides(size, count)),
        count=batches,
        endless=False,
        restarts=True,
        shuffled=shuffled,
        samples=_known(multiply(batches, size)) if shuffled is True else count,
        shuffled_at=at.machine.location(at.node),
        shuffle_site=at.machine.site(at, PARAMETERS),
    )
    return Batches(PATH, (x, y), batching, {"length": span, "batch_size": size, "data": data, "targets": targets})


PARAMETERS = (
    "data", "targets", "length", "sampling_rate", "stride", "start_index", "end_index", "shuffle", "reverse",
    "batch_size",
)  # fmt: skip


@effect(f"{PATH}.__getitem__")
def generator_item(at: Invocation, self: Value, index: Value) -> Value:
    return self.element if isinstance(self, Batches) else UNKNOWN


@effect(f"{PATH}.__len__")
def generator_length(at: Invocation, self: Value) -> Value:
    return self.batching.count if isinstance(self, Batches) else UNKNOWN


@effect(f"{PATH}.__iter__")
def generator_rows(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Batches):
        return Sequenced(None, UNKNOWN)
    return Sequenced(None, self.batching.count, self.element, of_data=True)


def _setting(name: str) -> None:
    attribute(f"{PATH}.{name}")(lambda machine, self: self.attributes.get(name, UNKNOWN))


for _name in ("length", "batch_size", "data", "targets"):
    _setting(_name)


@effect("keras.utils.timeseries_dataset_from_array")
def timeseries_dataset(
    at: Invocation,
    data: Value = UNKNOWN,
    targets: Value = None,
    sequence_length: Value = UNKNOWN,
    sequence_stride: Value = 1,
    sampling_rate: Value = 1,
    batch_size: Value = 128,
    shuffle: Value = False,
    seed: Value = None,
    start_index: Value = None,
    end_index: Value = None,
) -> Value:
    """Windows of `sequence_length` steps; the target of the window that begins at i is `targets[i]`, both counted from
    the beginning of the arrays."""
    x_series, y_series = _series(at, data), _series(at, targets)
    steps, stride, rate = (_number(value) for value in (sequence_length, sequence_stride, sampling_rate))
    rows: Size = x_series.dims[0] if x_series is not None and x_series.dims else UNKNOWN
    first = 0 if start_index is None else _number(start_index)
    last = rows if end_index is None else _number(end_index)
    reach: Any = subtract(subtract(last, first), multiply(subtract(steps, 1), rate))
    if targets is not None:
        others: Size = y_series.dims[0] if y_series is not None and y_series.dims else UNKNOWN
        reach = best_size([reach, others], "min") if is_known(reach) and is_known(others) else UNKNOWN
    count = _known(ceil_divide(reach, stride))
    size = None if batch_size is None else _number(batch_size)
    of_batch: Size = UNKNOWN if size is None else _first_batch(count, size)
    x, all_x = _cut(x_series, count, of_batch, _windows(at, x_series, steps, stride, first, rate), steps)
    aims = _windows(at, y_series, 1, stride, first, 1)
    if aims is not None:
        aims = replace(aims, site=at.machine.site(at, DATASET_PARAMETERS))
    y, all_y = _cut(y_series, count, of_batch, aims, None)
    shuffled: Truth = shuffle if isinstance(shuffle, bool) else UNKNOWN
    made = Dataset(
        count=count if size is None else _known(ceil_divide(count, size)),
        batch=size,
        samples=count,
        partial=False if size is None else negate(divides(size, count)),
        shuffled=shuffled,
        shuffled_at=at.machine.location(at.node),
        shuffle_site=at.machine.site(at, DATASET_PARAMETERS),
        born=at.machine.new_id(),
    )
    parts = []
    for part, whole in ((x, all_x), (y, all_y)):
        leaf = part
        if isinstance(part, Array):
            fact = part.fact
            if size is None and isinstance(fact.shape, Shape):
                fact = replace(fact, shape=Shape.of(fact.shape.dims[1:]))
            leaf = Array(replace(fact, kind="tensor", windows=None), "tensorflow.Tensor")
            if whole is not None:
                made.history[id(leaf)] = whole
        parts.append(leaf)
    made.element = parts[0] if targets is None else tuple(parts)
    return made


DATASET_PARAMETERS = (
    "data", "targets", "sequence_length", "sequence_stride", "sampling_rate", "batch_size", "shuffle", "seed",
    "start_index", "end_index",
)  # fmt: skip
