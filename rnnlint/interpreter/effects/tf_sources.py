"""tf.data: where datasets come from: arrays, generators, ranges, files."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Data, Linear, Shape, Size, Truth, Values
from rnnlint.facts.sizes import add, multiply, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.datasets import Dataset, leaves, rebuilt
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.effects.tf_elements import PATH, as_array, method, to_size, to_tensor
from rnnlint.interpreter.values import Array, Cut, Generator, List, Object, Value, is_size


@method("from_tensor_slices")
def from_tensor_slices(at: Invocation, tensors: Value) -> Value:
    """One element for each row."""
    born = at.machine.new_id()
    counter = at.machine.symbol("i")
    made = Dataset(counter=counter, born=born)

    def row(value: Value) -> Value:
        whole = as_array(at, value)
        if whole is None:
            return UNKNOWN
        if made.count is UNKNOWN and whole.dims:
            made.count = whole.dims[0]
        return _row(at, made, whole, counter)

    made.element = rebuilt(tensors, row)
    made.samples = made.count
    return made


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


@method("from_tensors")
def from_tensors(at: Invocation, tensors: Value) -> Value:
    """One element that holds everything."""
    made = Dataset(count=1, batch=UNKNOWN, born=at.machine.new_id())

    def whole(value: Value) -> Value:
        found = as_array(at, value)
        if found is None:
            return UNKNOWN
        if found.dims and made.samples is UNKNOWN:
            made.samples = made.batch = found.dims[0]
        leaf = Array(replace(found.fact, kind="tensor"), "tensorflow.Tensor", found.cut)
        made.history[id(leaf)] = found.fact
        return leaf

    made.element = rebuilt(tensors, whole)
    return made


@method("from_generator")
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
    found.element = rebuilt(found.element, lambda leaf: to_tensor(at, leaf))
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


@method("range")
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
    return Dataset(UNKNOWN, batch=to_size(batch_size), endless=endless, partial=UNKNOWN, shuffled=UNKNOWN)
