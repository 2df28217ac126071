"""tf.data: datasets, and what their transformations make of the order and number of rows.

    Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32, drop_remainder=True)

keeps one element as it is and counts: elements, rows, the size of a batch. Windows of a series come out of
`window`, `flat_map` and `batch` as cuts of it, see `windows`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Data, Linear, Padding, Shape, Size, Truth, Unknown, Values, negate, some
from rnnlint.facts.sizes import add, ceil_divide, divides, floor_divide, is_known, less, less_equal, multiply, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.datasets import Dataset, leaves, rebuilt
from rnnlint.interpreter.effects import tf_functions  # noqa: F401  (it fills the table)
from rnnlint.interpreter.effects.builtins import best_size
from rnnlint.interpreter.effects.containers import recounted, shortest
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.effects.tf_tensors import as_tensor
from rnnlint.interpreter.join import join
from rnnlint.interpreter.values import Array, Cut, Generator, List, Object, Sequenced, Value, is_size

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

PATH = "tensorflow.data.Dataset"


def _method(*names: str) -> Callable[..., Any]:
    return effect(*(f"{PATH}.{name}" for name in names))


# Sources


@_method("from_tensor_slices")
def from_tensor_slices(at: Invocation, tensors: Value) -> Value:
    """One element for each row."""
    born = at.machine.new_id()
    counter = at.machine.symbol("i")
    made = Dataset(counter=counter, born=born)

    def row(value: Value) -> Value:
        whole = _as_array(at, value)
        if whole is None:
            return UNKNOWN
        if made.count is UNKNOWN and whole.dims:
            made.count = whole.dims[0]
        return _row(at, made, whole, counter)

    made.element = rebuilt(tensors, row)
    made.samples = made.count
    return made


def _as_array(at: Invocation, value: Value) -> Array | None:
    if isinstance(value, Array):
        return value
    if isinstance(value, Unknown):
        return None
    found = at.machine.effect("numpy.asarray", value, node=at.node)
    return found if isinstance(found, Array) else None


def _row(at: Invocation, dataset: Dataset, whole: Array, counter: Linear) -> Array:
    """What a row of an array is like, its place in the array kept."""
    dims = whole.dims
    if not dims:
        return Array(Data("tensor", dtype=whole.fact.dtype, values=whole.fact.values), "tensorflow.Tensor")
    place = arrays.row_cut(whole)
    start: Any = add(place.start, multiply(place.step, counter)) if place.length is not None else counter
    cut = Cut(place.source, UNKNOWN if start is None else start, None, place.step)
    fact = Data(
        "tensor",
        Shape.of(dims[1:]),
        whole.fact.dtype,
        whole.fact.values,
        origins=whole.fact.origins,
        location=at.machine.location(at.node),
    )
    leaf = Array(fact, "tensorflow.Tensor", cut)
    dataset.history[id(leaf)] = whole.fact
    return leaf


@_method("from_tensors")
def from_tensors(at: Invocation, tensors: Value) -> Value:
    """One element that holds everything."""
    made = Dataset(count=1, batch=UNKNOWN, born=at.machine.new_id())

    def whole(value: Value) -> Value:
        found = _as_array(at, value)
        if found is None:
            return UNKNOWN
        if found.dims and made.samples is UNKNOWN:
            made.samples = made.batch = found.dims[0]
        leaf = Array(replace(found.fact, kind="tensor"), "tensorflow.Tensor", found.cut)
        made.history[id(leaf)] = found.fact
        return leaf

    made.element = rebuilt(tensors, whole)
    return made


@_method("from_generator")
def from_generator(
    at: Invocation,
    generator: Value,
    output_types: Value = None,
    output_shapes: Value = None,
    args: Value = (),
    output_signature: Value = None,
) -> Value:
    """What a generator function yields: its shapes as declared, else as it gives them."""
    given = at.machine.call(generator, list(args) if isinstance(args, tuple) else [], node=at.node)
    found = Dataset(batch=UNKNOWN, endless=UNKNOWN, shuffled=UNKNOWN, partial=UNKNOWN, born=at.machine.new_id())
    if isinstance(given, Generator):
        found.element, found.endless, found.count = given.yields, given.endless, given.length
    elif isinstance(given, List):
        found.element = given.element if given.items is None else given.items[0] if given.items else UNKNOWN
        found.count, found.endless = given.size(), False
    if output_signature is not None:
        declared = rebuilt(output_signature, lambda spec: _of_spec(at, spec))
        found.element = declared if found.element is UNKNOWN else _refined(declared, found.element)
    found.element = rebuilt(found.element, lambda leaf: _tensor(at, leaf))
    return found


def _of_spec(at: Invocation, spec: Value) -> Value:
    if not isinstance(spec, Object) or "TensorSpec" not in spec.path:
        return UNKNOWN
    shape = spec.attributes.get("shape", UNKNOWN)
    dims = arrays.to_dims(shape) if shape is not UNKNOWN and shape is not None else None
    made = arrays.make(at, dims, kind="tensor")
    made.path = "tensorflow.Tensor"
    return made


def _refined(declared: Value, given: Value) -> Value:
    """What is declared, with the sizes that the generator is seen to give in place of unknown ones."""
    left, right = list(leaves(declared)), list(leaves(given))
    if len(left) != len(right):
        return declared
    pairs = {id(a): b for a, b in zip(left, right, strict=True)}

    def refine(leaf: Value) -> Value:
        other = pairs.get(id(leaf))
        if not isinstance(leaf, Array):
            return UNKNOWN if other is None else other
        if leaf.dims is None or not isinstance(other, Array) or other.dims is None:
            return other if leaf.dims is None and isinstance(other, Array) else leaf
        if len(leaf.dims) != len(other.dims):
            return leaf
        dims = [b if a is UNKNOWN else a for a, b in zip(leaf.dims, other.dims, strict=True)]
        return Array(replace(other.fact, shape=Shape.of(dims)), leaf.path)

    return rebuilt(declared, refine)


def _tensor(at: Invocation, leaf: Value) -> Value:
    found = _as_array(at, leaf)
    if found is None:
        return UNKNOWN
    return Array(replace(found.fact, kind="tensor"), "tensorflow.Tensor", found.cut)


@_method("range")
def range_(at: Invocation, start: Value, stop: Value = None, step: Value = 1) -> Value:
    if stop is None:
        start, stop = 0, start
    length: Size = UNKNOWN
    if is_size(start) and is_size(stop) and is_size(step):
        from rnnlint.interpreter.iteration import range_length
        from rnnlint.interpreter.values import Range

        length = range_length(Range(start, stop, step))
    high: Any = subtract(stop, 1) if is_size(stop) and step == 1 else UNKNOWN
    low = start if isinstance(start, int) else UNKNOWN
    return from_tensor_slices(at, arrays.make(at, (length,), "int64", Values(low, high, True)))


@effect("tensorflow.data.TextLineDataset", "tensorflow.data.TFRecordDataset", f"{PATH}.list_files")
def of_files(at: Invocation) -> Value:
    count = at.machine.symbol("len(records)")
    shuffled: Truth = at.kwargs.get("shuffle", True) is not False if at.path.endswith("list_files") else False
    return Dataset(unknown_text(at), count=count, samples=count, shuffled=shuffled, born=at.machine.new_id())


@effect("tensorflow.data.experimental.make_csv_dataset")
def csv_dataset(at: Invocation, file_pattern: Value, batch_size: Value = UNKNOWN, num_epochs: Value = None) -> Value:
    endless = at.kwargs.get("num_epochs") is None
    return Dataset(UNKNOWN, batch=_size(batch_size), endless=endless, partial=UNKNOWN, shuffled=UNKNOWN)


def _size(value: Value) -> Size:
    return value if is_size(value) else UNKNOWN


# Together


@_method("zip")
def zip_(at: Invocation, *datasets: Value) -> Value:
    """Elements side by side; the shortest ends it."""
    structure: Value = datasets[0] if len(datasets) == 1 else tuple(datasets)
    parts = list(leaves(structure))
    if not parts or not all(isinstance(part, Dataset) for part in parts):
        return Dataset(UNKNOWN, batch=UNKNOWN, partial=UNKNOWN, shuffled=UNKNOWN, endless=UNKNOWN)
    first: Dataset = parts[0]
    ending = [part for part in parts if part.endless is False]
    made = replace(first, history={}, born=min(part.born for part in parts))
    made.counter = first.counter or at.machine.symbol("i")
    made.count = shortest([part.count for part in ending]) if ending else first.count
    made.samples = shortest([part.samples for part in ending]) if ending else first.samples
    made.batch = first.batch if all(part.batch == first.batch for part in parts) else UNKNOWN
    made.endless = False if ending else first.endless
    for part in parts:
        made.history.update(part.history)
        if part.shuffled is True:
            made.shuffled, made.shuffled_at, made.shuffle_site = True, part.shuffled_at, part.shuffle_site
    made.element = rebuilt(structure, lambda part: _recounted(made, part))
    return made


def _recounted(made: Dataset, part: Dataset) -> Value:
    """The element of one dataset among others that are zipped, with their counter."""

    def change(leaf: Value) -> Value:
        counter = made.counter
        new = recounted(leaf, part.counter, counter) if counter is not None else leaf
        if id(leaf) in part.history:
            made.history[id(new)] = part.history[id(leaf)]
        return new

    return rebuilt(part.element, change)


@_method("concatenate")
def concatenate(at: Invocation, self: Value, other: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, history={})
    if not isinstance(other, Dataset):
        made.element, made.count, made.samples = UNKNOWN, UNKNOWN, UNKNOWN
        return made
    made.element = join(self.element, other.element)
    made.count, made.samples = _sum(self.count, other.count), _sum(self.samples, other.samples)
    made.endless = some(self.endless, other.endless)
    made.batch = self.batch if self.batch == other.batch else UNKNOWN
    made.shuffled = some(self.shuffled, other.shuffled)
    return made


def _sum(a: Size, b: Size) -> Size:
    total = add(a, b)
    return UNKNOWN if total is None else total


# Order and number


@_method("shuffle")
def shuffle(at: Invocation, self: Value, buffer_size: Value = UNKNOWN) -> Value:
    """Rows leave in another order, those of a batch together where they are batched already."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    if buffer_size == 1 or buffer_size == 0:
        return self
    site = at.machine.site(Invocation(at.machine, at.node, at.path, at.args[1:], at.kwargs, at.open), ["buffer_size"])
    return replace(self, shuffled=True, shuffled_at=at.machine.location(at.node), shuffle_site=site)


@_method("repeat")
def repeat(at: Invocation, self: Value, count: Value = None) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if count is None or count == -1:
        return replace(self, endless=True)
    times = _size(count)
    return replace(self, count=_times(self.count, times), samples=_times(self.samples, times))


def _times(a: Size, b: Size) -> Size:
    total = multiply(a, b)
    return UNKNOWN if total is None else total


@_method("take")
def take(at: Invocation, self: Value, count: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if count == -1:
        return self
    wanted = _size(count)
    taken = wanted
    if self.endless is not True:
        taken = best_size([wanted, self.count], "min") if is_known(wanted) and is_known(self.count) else UNKNOWN
        if wanted is not UNKNOWN and self.count is UNKNOWN and self.endless is False:
            taken = UNKNOWN
    made = replace(self, count=taken, endless=False)
    made.samples = _rows(self, taken)
    if self.batch is not None and self.partial is not False and less(taken, self.count) is True:
        made.partial = False
    return made


@_method("skip")
def skip(at: Invocation, self: Value, count: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if self.endless is True:
        return self
    left: Any = subtract(self.count, _size(count))
    if less(left, 0) is True:
        left = 0
    made = replace(self, count=left)
    if self.batch is None:
        made.samples = left
    else:
        gone = multiply(_size(count), self.batch)
        rest = subtract(self.samples, gone)
        made.samples = UNKNOWN if rest is None else rest
    return made


def _rows(dataset: Dataset, count: Size) -> Size:
    """Rows of the first `count` elements."""
    if dataset.batch is None:
        return count
    if count is UNKNOWN or not is_known(dataset.batch):
        return UNKNOWN
    if dataset.endless is not True and less_equal(dataset.count, count) is True:
        return dataset.samples
    whole = dataset.partial is False or dataset.endless is True or less(count, dataset.count) is True
    return _times(count, dataset.batch) if whole else UNKNOWN


@_method("filter")
def filter_(at: Invocation, self: Value, predicate: Value = UNKNOWN) -> Value:
    """Fewer elements, nobody knows how many."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    history = {key: replace(fact, windows=None) for key, fact in self.history.items()}
    made = replace(self, count=at.machine.symbol("n"), history=history)
    made.samples = made.count if self.batch is None else UNKNOWN
    return made


@_method("shard")
def shard(at: Invocation, self: Value, num_shards: Value = UNKNOWN, index: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, count=UNKNOWN, samples=UNKNOWN, partial=UNKNOWN if self.partial is not False else False)
    if isinstance(num_shards, int) and num_shards > 0 and isinstance(self.count, int) and isinstance(index, int):
        made.count = len(range(index, self.count, num_shards))
        made.samples = made.count if self.batch is None else UNKNOWN
    return made


@_method("cache", "prefetch", "with_options", "snapshot", "ignore_errors", "copy", "rebatch", "map_and_batch")
def same(at: Invocation, self: Value) -> Value:
    return self


@_method("options")
def options(at: Invocation, self: Value) -> Value:
    return Object("tensorflow.data.Options")


@effect("tensorflow.data.experimental.prefetch_to_device", "tensorflow.data.experimental.copy_to_device")
def no_change(at: Invocation) -> Value:
    from rnnlint.interpreter.values import Library

    return Library("functools.same")


@_method("apply")
def apply(at: Invocation, self: Value, function: Value = UNKNOWN) -> Value:
    return at.machine.call(function, [self], node=at.node)


# Batches


@_method("batch")
def batch(at: Invocation, self: Value, batch_size: Value = UNKNOWN, drop_remainder: Value = False) -> Value:
    return _batched(at, self, batch_size, drop_remainder)


@_method("padded_batch")
def padded_batch(
    at: Invocation,
    self: Value,
    batch_size: Value = UNKNOWN,
    padded_shapes: Value = None,
    padding_values: Value = None,
    drop_remainder: Value = False,
) -> Value:
    """Batches of rows brought to one length, each batch to its own where no shapes are given."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    rows = list(leaves(self.element))
    shapes = _padded_shapes(padded_shapes, len(rows))
    made = _batched(at, self, batch_size, drop_remainder)
    if not isinstance(made, Dataset):
        return UNKNOWN
    order = iter(zip(rows, shapes, strict=True))
    value = padding_values if isinstance(padding_values, int | float) else 0 if padding_values is None else UNKNOWN
    history = made.history

    def pad(leaf: Value) -> Value:
        _, shape = next(order, (leaf, None))
        if not isinstance(leaf, Array) or leaf.dims is None:
            return leaf
        dims = _padded(leaf.dims[1:], shape)
        new = Array(replace(leaf.fact, shape=Shape.of((leaf.dims[0], *dims))), leaf.path)
        fact = history.get(id(leaf), leaf.fact)
        padding = Padding("post", value, location=at.machine.location(at.node)) if dims else None
        history[id(new)] = replace(fact, padding=padding or fact.padding)
        return new

    made.element = rebuilt(made.element, pad)
    return made


def _padded_shapes(value: Value, count: int) -> list[Value]:
    """One shape for each leaf; None where none is given."""
    found: list[Value] = []
    waiting = [value]
    while waiting and len(found) <= count:
        item = waiting.pop()
        items = item.items if isinstance(item, List) else item if isinstance(item, tuple) else None
        if items is None:
            return [None] * count
        if all(part is None or is_size(part) for part in items):
            found.append(tuple(items))
        else:
            waiting += reversed(list(items))
    return found if len(found) == count else [None] * count


def _padded(dims: tuple[Any, ...], shape: Value) -> tuple[Any, ...]:
    """Sizes of a padded row: as given; else as they are where all rows agree, which is not known for a symbol."""
    if isinstance(shape, tuple) and len(shape) == len(dims):
        return tuple(own if size is None or size == -1 else size for own, size in zip(dims, shape, strict=True))
    return dims


def _batched(at: Invocation, self: Value, batch_size: Value, drop_remainder: Value) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    size = _size(batch_size)
    drop: Truth = drop_remainder if isinstance(drop_remainder, bool) else UNKNOWN
    rows = self.count
    made = replace(self, batch=size, history={})
    made.partial = _partial(rows, size, drop, self.endless)
    made.count, made.samples = UNKNOWN, rows
    if self.endless is not True:
        divide = floor_divide if drop is True else ceil_divide
        made.count = _known(divide(rows, size)) if drop is not UNKNOWN or made.partial is False else UNKNOWN
        if drop is True and divides(size, rows) is not True:
            made.samples = _times(made.count, size)
    else:
        made.samples = UNKNOWN
    if isinstance(size, int) and isinstance(rows, int) and rows < size and drop is False:
        first: Size = rows
    else:
        first = size
    made.element = rebuilt(self.element, lambda leaf: _stacked(at, made, self, leaf, first))
    return made


def _known(size: Any) -> Size:
    return size if is_known(size) else UNKNOWN


def _partial(rows: Size, size: Size, drop: Truth, endless: Truth) -> Truth:
    """Whether the last batch may be smaller."""
    if drop is True or endless is True:
        return False
    if divides(size, rows) is True:
        return False
    return negate(divides(size, rows)) if drop is False else UNKNOWN


def _stacked(at: Invocation, made: Dataset, before: Dataset, leaf: Value, size: Size) -> Value:
    """Elements above each other. Rows that follow each other in a series make a piece of it."""
    if isinstance(leaf, Dataset):
        return UNKNOWN
    if not isinstance(leaf, Array):
        return leaf if isinstance(leaf, Unknown) else UNKNOWN
    dims = leaf.dims
    shape = UNKNOWN if dims is None else Shape.of((size, *dims))
    if before.batch is not None:
        return Array(replace(leaf.fact, shape=shape), leaf.path, _piece(leaf.cut, before.counter, size))
    whole = before.rows_of(leaf)
    fact = replace(
        leaf.fact,
        shape=shape,
        windows=whole.windows,
        padding=whole.padding,
        split=whole.split,
        shuffled=whole.shuffled,
        shuffled_at=whole.shuffled_at,
        ragged=whole.ragged,
        source=at.machine.new_id(),
    )
    new = Array(fact, leaf.path, _piece(leaf.cut, before.counter, size))
    made.history[id(new)] = whole
    return new


def _piece(cut: Cut | None, counter: Linear | None, size: Size) -> Cut | None:
    """Where `size` elements after each other lie, that lie one by one as `cut` says."""
    if cut is None or cut.length is not None or counter is None:
        return None
    first = _at(cut.start, counter, 0)
    step = subtract(_at(cut.start, counter, 1), first)
    if not isinstance(step, int) or step == 0:
        return None
    return replace(cut, start=first, length=size, step=step)


def _at(start: Size, counter: Linear, value: Any) -> Size:
    """A start with a number, or another form, in place of the counter."""
    found = recounted(start, counter, value if isinstance(value, Linear) else Linear(value, ()))
    if isinstance(found, Linear) and not found.terms:
        return found.constant
    return found if isinstance(found, int | Linear) else UNKNOWN


@_method("unbatch")
def unbatch(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, batch=None, partial=False, count=self.samples, history={})

    def row(leaf: Value) -> Value:
        if not isinstance(leaf, Array) or not leaf.dims:
            return UNKNOWN
        new = Array(replace(leaf.fact, shape=Shape.of(leaf.dims[1:])), leaf.path)
        if id(leaf) in self.history:
            made.history[id(new)] = self.history[id(leaf)]
        return new

    made.element = rebuilt(self.element, row)
    return made


@effect("tensorflow.data.experimental.unbatch")
def unbatch_function(at: Invocation) -> Value:
    from rnnlint.interpreter.values import Library

    return Library(f"{PATH}.unbatch")


@_method("bucket_by_sequence_length", "group_by_window", "ragged_batch", "dense_to_ragged_batch", "rejection_resample")
def other_batches(at: Invocation, self: Value) -> Value:
    """Batches whose size or order depends on the rows."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    return Dataset(UNKNOWN, batch=UNKNOWN, partial=UNKNOWN, endless=self.endless, shuffled=UNKNOWN)


# Windows


@_method("window")
def window(
    at: Invocation,
    self: Value,
    size: Value = UNKNOWN,
    shift: Value = None,
    stride: Value = 1,
    drop_remainder: Value = False,
) -> Value:
    """Datasets of `size` elements after each other."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    length = _size(size)
    shift = length if shift is None else _size(shift)
    span: Any = add(multiply(subtract(length, 1), _size(stride)), 1)
    last: Any = subtract(self.count, span)
    count = add(floor_divide(last, shift), 1) if drop_remainder is True else ceil_divide(self.count, shift)
    made = Dataset(
        counter=at.machine.symbol("i"),
        count=_known(count),
        samples=_known(count),
        endless=self.endless,
        shuffled=self.shuffled,
        shuffled_at=self.shuffled_at,
        shuffle_site=self.shuffle_site,
        born=self.born,
    )
    inner_length = length if drop_remainder is True else UNKNOWN
    made.element = rebuilt(self.element, lambda leaf: _windowed(at, self, made, leaf, shift, stride, inner_length))
    return made


def _windowed(
    at: Invocation, series: Dataset, outer: Dataset, leaf: Value, shift: Size, stride: Value, length: Size
) -> Value:
    """One window: its element j of window i is element `i * shift + j * stride` of the series."""
    inner = Dataset(counter=at.machine.symbol("j"), count=length, samples=length, born=series.born)
    if not isinstance(leaf, Array):
        return replace(inner, element=leaf)
    cut = leaf.cut
    if cut is not None and series.counter is not None and inner.counter is not None and outer.counter is not None:
        place: Any = add(multiply(outer.counter, shift), multiply(inner.counter, _size(stride)))
        cut = replace(cut, start=_at(cut.start, series.counter, place)) if isinstance(place, Linear) else None
    else:
        cut = None
    inner.element = Array(leaf.fact, leaf.path, cut)
    return inner


# Functions


def _called(at: Invocation, function: Value, element: Value) -> Value:
    """What a function makes of an element; a tuple comes as several arguments."""
    return at.machine.call(function, list(element) if isinstance(element, tuple) else [element], node=at.node)


@_method("map")
def map_(at: Invocation, self: Value, map_func: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, history={})
    found = _called(at, map_func, self.element)
    made.element = rebuilt(found, lambda leaf: _mapped(at, self, made, leaf))
    return made


def _mapped(at: Invocation, before: Dataset, made: Dataset, leaf: Value) -> Value:
    if isinstance(leaf, Dataset):
        return leaf
    if isinstance(leaf, Array):
        if id(leaf) in before.history:
            made.history[id(leaf)] = before.history[id(leaf)]
        return as_tensor(leaf)
    return _tensor(at, leaf)


@_method("flat_map", "interleave")
def flat_map(at: Invocation, self: Value, map_func: Value = UNKNOWN) -> Value:
    """The elements of the datasets that a function makes, behind each other."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    inner = _called(at, map_func, self.element)
    if not isinstance(inner, Dataset):
        return replace(
            self, element=UNKNOWN, count=UNKNOWN, samples=UNKNOWN, batch=UNKNOWN, partial=UNKNOWN, history={}
        )
    # A window of k elements that is batched by k is one element of k rows, not a batch of k.
    single = inner.count == 1
    made = replace(self, element=inner.element, history={}, batch=None if single else inner.batch)
    made.partial = False if single else inner.partial
    made.count = _times(self.count, inner.count)
    made.samples = made.count if made.batch is None else UNKNOWN
    if not single:
        made.counter = None
        made.history = dict(inner.history)
    if inner.endless is True:
        made.endless = True
    if inner.shuffled is True:
        made.shuffled, made.shuffled_at, made.shuffle_site = True, inner.shuffled_at, inner.shuffle_site
    return made


@_method("enumerate")
def enumerate_(at: Invocation, self: Value, start: Value = 0) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    number = arrays.make(at, (), "int64", kind="tensor")
    number.path = "tensorflow.Tensor"
    return replace(self, element=(number, self.element))


# Looking inside


@_method("as_numpy_iterator", "__iter__", "make_one_shot_iterator")
def iterate(at: Invocation, self: Value) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    element = self.element
    if at.path.endswith("as_numpy_iterator"):
        element = rebuilt(element, lambda leaf: replace_path(leaf, "numpy.ndarray"))
    return Sequenced(None, UNKNOWN if self.endless is True else self.count, element, of_data=True)


def replace_path(leaf: Value, path: str) -> Value:
    """The same array as an object of another class."""
    return Array(replace(leaf.fact, kind="array"), path, leaf.cut) if isinstance(leaf, Array) else leaf


@_method("get_single_element")
def single_element(at: Invocation, self: Value) -> Value:
    return self.element if isinstance(self, Dataset) else UNKNOWN


@_method("__len__", "cardinality")
def length(at: Invocation, self: Value) -> Value:
    return self.count if isinstance(self, Dataset) and self.endless is not True else UNKNOWN


@effect("tensorflow.data.experimental.cardinality")
def cardinality(at: Invocation, dataset: Value) -> Value:
    return length(at, dataset)


@attribute(f"{PATH}.element_spec")
def element_spec(machine: "Machine", value: Value) -> Value:
    return rebuilt(value.element, _spec) if isinstance(value, Dataset) else UNKNOWN


def _spec(leaf: Value) -> Value:
    if not isinstance(leaf, Array):
        return UNKNOWN
    shape = UNKNOWN if leaf.dims is None else tuple(size if isinstance(size, int) else None for size in leaf.dims)
    return Object("tensorflow.TensorSpec", {"shape": shape, "dtype": leaf.fact.dtype})


@effect("tensorflow.TensorSpec", "tensorflow.RaggedTensorSpec")
def tensor_spec(at: Invocation, shape: Value = None, dtype: Value = UNKNOWN) -> Value:
    return Object(at.path, {"shape": shape, "dtype": dtype})


@_method("reduce")
def reduce(at: Invocation, self: Value) -> Value:
    return UNKNOWN


@_method("*")
def unknown_method(at: Invocation) -> Value:
    return UNKNOWN
