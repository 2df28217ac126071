"""tf.data: datasets, and what their transformations make of the order and number of rows.

    Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32, drop_remainder=True)

keeps one element as it is and counts: elements, rows, the size of a batch. Windows of a series come out of
`window`, `flat_map` and `batch` as cuts of it, see `windows`.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Size, some
from rnnlint.facts.sizes import add, is_known, less, less_equal, multiply, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.datasets import Dataset, leaves, rebuilt
from rnnlint.interpreter.effects import (  # noqa: F401
    tf_batches,
    tf_functions,
    tf_sources,
)
from rnnlint.interpreter.effects.arithmetic import best_size
from rnnlint.interpreter.effects.containers import recounted, shortest
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.tf_elements import PATH, method, times, to_size, to_tensor
from rnnlint.interpreter.effects.tf_tensors import as_tensor
from rnnlint.interpreter.join import join
from rnnlint.interpreter.values import Array, Object, Sequenced, Value

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

# Together


@method("zip")
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


@method("concatenate")
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


@method("shuffle")
def shuffle(at: Invocation, self: Value, buffer_size: Value = UNKNOWN) -> Value:
    """Rows leave in another order, those of a batch together where they are batched already."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    if buffer_size == 1 or buffer_size == 0:
        return self
    site = at.machine.site(Invocation(at.machine, at.node, at.path, at.args[1:], at.kwargs, at.open), ["buffer_size"])
    return replace(self, shuffled=True, shuffled_at=at.machine.location(at.node), shuffle_site=site)


@method("repeat")
def repeat(at: Invocation, self: Value, count: Value = None) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if count is None or count == -1:
        return replace(self, endless=True)
    rounds = to_size(count)
    return replace(self, count=times(self.count, rounds), samples=times(self.samples, rounds))


@method("take")
def take(at: Invocation, self: Value, count: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if count == -1:
        return self
    wanted = to_size(count)
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


@method("skip")
def skip(at: Invocation, self: Value, count: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    if self.endless is True:
        return self
    left: Any = subtract(self.count, to_size(count))
    if less(left, 0) is True:
        left = 0
    made = replace(self, count=left, drawn_at=self.shuffled_at if self.shuffled is True else self.drawn_at)
    if self.batch is None:
        made.samples = left
    else:
        gone = multiply(to_size(count), self.batch)
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
    return times(count, dataset.batch) if whole else UNKNOWN


@method("filter")
def filter_(at: Invocation, self: Value, predicate: Value = UNKNOWN) -> Value:
    """Fewer elements, nobody knows how many; what is left of a series does not lie evenly in it any more."""
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, count=at.machine.symbol("n"), history={})
    made.samples = made.count if self.batch is None else UNKNOWN

    def loose(leaf: Value) -> Value:
        if not isinstance(leaf, Array):
            return leaf
        new = Array(replace(leaf.fact, windows=None), leaf.path)
        if id(leaf) in self.history:
            made.history[id(new)] = replace(self.history[id(leaf)], windows=None)
        return new

    made.element = rebuilt(self.element, loose)
    return made


@method("shard")
def shard(at: Invocation, self: Value, num_shards: Value = UNKNOWN, index: Value = UNKNOWN) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    made = replace(self, count=UNKNOWN, samples=UNKNOWN, partial=UNKNOWN if self.partial is not False else False)
    if isinstance(num_shards, int) and num_shards > 0 and isinstance(self.count, int) and isinstance(index, int):
        made.count = len(range(index, self.count, num_shards))
        made.samples = made.count if self.batch is None else UNKNOWN
    return made


@method("cache", "prefetch", "with_options", "snapshot", "ignore_errors", "copy")
def same(at: Invocation, self: Value) -> Value:
    return self


@method("options")
def options(at: Invocation, self: Value) -> Value:
    return Object("tensorflow.data.Options")


@effect("tensorflow.data.experimental.prefetch_to_device", "tensorflow.data.experimental.copy_to_device")
def no_change(at: Invocation) -> Value:
    from rnnlint.interpreter.values import Library

    return Library("functools.same")


@method("apply")
def apply(at: Invocation, self: Value, function: Value = UNKNOWN) -> Value:
    return at.machine.call(function, [self], node=at.node)


# Functions


def _called(at: Invocation, function: Value, element: Value) -> Value:
    """What a function makes of an element; a tuple comes as several arguments."""
    return at.machine.call(function, list(element) if isinstance(element, tuple) else [element], node=at.node)


@method("map")
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
    return to_tensor(at, leaf)


@method("flat_map", "interleave")
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
    made.count = times(self.count, inner.count)
    made.samples = made.count if made.batch is None else UNKNOWN
    if not single:
        made.counter = None
        made.history = dict(inner.history)
    if inner.endless is True:
        made.endless = True
    if inner.shuffled is True:
        made.shuffled, made.shuffled_at, made.shuffle_site = True, inner.shuffled_at, inner.shuffle_site
    return made


@method("enumerate")
def enumerate_(at: Invocation, self: Value, start: Value = 0) -> Value:
    if not isinstance(self, Dataset):
        return UNKNOWN
    number = arrays.make(at, (), "int64", kind="tensor")
    number.path = "tensorflow.Tensor"
    return replace(self, element=(number, self.element))


# Looking inside


@method("as_numpy_iterator", "__iter__", "make_one_shot_iterator")
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


@method("get_single_element")
def single_element(at: Invocation, self: Value) -> Value:
    return self.element if isinstance(self, Dataset) else UNKNOWN


@method("__len__", "cardinality")
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


@method("reduce")
def reduce(at: Invocation, self: Value) -> Value:
    return UNKNOWN


@method("*")
def unknown_method(at: Invocation) -> Value:
    return UNKNOWN
