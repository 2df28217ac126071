"""What Keras makes data with: one-hot rows, padded sequences, tokens, windows, images, its example datasets."""

from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Padding, Size, Truth, Unknown, Values
from rnnlint.facts.sizes import add, equal, is_known, less, less_equal
from rnnlint.interpreter import arrays
from rnnlint.interpreter.dtypes import dtype_name
from rnnlint.interpreter.effects import keras_datasets, keras_images, keras_series, keras_text
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.join import element_of
from rnnlint.interpreter.ranges import as_whole
from rnnlint.interpreter.values import Array, Library, List, Value, is_size

__all__ = ["keras_datasets", "keras_images", "keras_series", "keras_text"]


@effect("keras.utils.to_categorical")
def to_categorical(at: Invocation, x: Value, num_classes: Value = None, dtype: Value = None, y: Value = None) -> Value:
    """One-hot rows, on a new last axis (in the place of a last axis of 1)."""
    labels = at.machine.effect("numpy.asarray", y if y is not None else x, node=at.node)
    if not isinstance(labels, Array):
        return arrays.make(at, None, values=Values(0, 1, True, True))
    classes = _classes(at, labels, num_classes)
    dims = labels.dims
    if dims is not None:
        if len(dims) > 1 and dims[-1] == 1:
            dims = dims[:-1]
        elif dims and dims[-1] is UNKNOWN and len(dims) > 1:
            dims = None
    result = None if dims is None else (*dims, classes)
    kind = UNKNOWN if at.machine.keras is UNKNOWN else "float64" if at.machine.keras == 3 else "float32"
    given = dtype_name(dtype) if dtype is not None else kind
    values = Values(0, 1, True, True)
    if dims is None or not dims:
        return arrays.derive(at, labels, result, dtype=given, values=values)
    return arrays.like_rows(at, labels, result, dtype=given, values=values)


def _classes(at: Invocation, labels: Array, given: Value) -> Size:
    if is_size(given) and given != 0:
        return given  # type: ignore[no-any-return]
    if isinstance(given, Array) and isinstance(given.content, int):
        return given.content
    if given is not None and given != 0:
        return UNKNOWN
    high = labels.fact.values.high
    if labels.fact.values.whole is True and isinstance(high, int | Linear):
        classes = add(high, 1)
        return classes if is_known(classes) else UNKNOWN
    return at.machine.symbol("classes")


PADS = ["sequences", "maxlen", "dtype", "padding", "truncating", "value"]
"""Parameters of `pad_sequences`."""


@effect("keras.utils.pad_sequences")
def pad_sequences(
    at: Invocation,
    sequences: Value,
    maxlen: Value = None,
    dtype: Value = "int32",
    padding: Value = "pre",
    truncating: Value = "pre",
    value: Value = 0.0,
) -> Value:
    """Sequences brought to one length: `maxlen`, or the longest."""
    found = _Sequences(at, sequences)
    length: Size
    if maxlen is None:
        length = found.length if is_known(found.length) else at.machine.symbol("maxlen")
    else:
        length = _number(maxlen)
    filler = int(value) if isinstance(value, float) and value.is_integer() else value
    known = isinstance(filler, int | float) and not isinstance(filler, bool)
    if not known:
        filler = UNKNOWN
    pads = less(found.shortest, length)
    made = Padding(
        padding if isinstance(padding, str) else UNKNOWN,
        filler,
        clash=_occurs(filler, found.values) if known else UNKNOWN,
        empty=found.empty,
        location=at.machine.location(at.node),
        site=at.machine.site(at, PADS),
    )
    dims = None if found.inner is None else (found.count, length, *found.inner)
    values = _with(Values() if found.few and less(length, found.length) is True else found.values, filler, pads)
    if isinstance(dtype, str) and dtype.startswith(("int", "uint")):
        values = as_whole(values)  # the default cuts fractions off
    facts: dict[str, Any] = {} if found.origins is None else {"origins": found.origins}
    return arrays.make(
        at,
        dims,
        dtype_name(dtype),
        values,
        padding=None if pads is False else made,
        ragged=False,
        **facts,
    )


def _number(value: Value) -> Size:
    if isinstance(value, Array) and isinstance(value.content, int):
        return value.content
    return value if is_size(value) else UNKNOWN


class _Sequences:
    """What is padded: how many sequences, the longest and the shortest, sizes of a step, what the numbers can be."""

    def __init__(self, at: Invocation, value: Value) -> None:
        self.count: Size = UNKNOWN
        self.length: Size = UNKNOWN
        self.shortest: Size = UNKNOWN
        self.inner: tuple[Size, ...] | None = None
        self.values = Values()
        self.origins: frozenset[int] | None = None
        self.empty: Truth = UNKNOWN
        # Of a few sequences those that are cut may have held what is largest.
        self.few = isinstance(value, tuple) or (isinstance(value, List) and value.items is not None)
        if isinstance(value, Array):
            self._of_array(value)
        elif isinstance(value, List | tuple):
            self._of_list(at, value)
        if self.inner is None and not isinstance(value, Array) and value is not UNKNOWN and self.count is UNKNOWN:
            found = at.machine.effect("numpy.asarray", value)
            if isinstance(found, Array):
                self._of_array(found)

    def _of_array(self, value: Array) -> None:
        fact, dims = value.fact, value.dims
        self.values, self.origins = fact.values, fact.origins
        if dims:
            self.count = dims[0]
        if dims is not None and len(dims) > 1:
            self.length = self.shortest = dims[1]
            self.inner = dims[2:]
            self.empty = equal(dims[1], 0)
        elif fact.ragged is True:
            self.inner = ()

    def _of_list(self, at: Invocation, value: Value) -> None:
        whole = at.machine.effect("numpy.asarray", value)
        if isinstance(whole, Array):
            self.values, self.origins = whole.fact.values, whole.fact.origins
        items = list(value) if isinstance(value, tuple) else value.items
        self.count = value.size() if isinstance(value, List) else len(value)
        rows = [element_of(value)] if items is None else items
        sizes = [_row(at, row) for row in rows]
        if not sizes or any(size is None for size in sizes):
            return
        known = [size for size in sizes if size is not None]
        self.inner = known[0][1:] if all(size[1:] == known[0][1:] for size in known) else None
        lengths = [size[0] for size in known]
        if all(equal(lengths[0], length) is True for length in lengths):
            self.length = self.shortest = lengths[0]
        elif len(whole_lengths := [length for length in lengths if isinstance(length, int)]) == len(lengths):
            self.length, self.shortest = max(whole_lengths), min(whole_lengths)
        if items is not None and all(isinstance(length, int) for length in lengths):
            self.empty = any(length == 0 for length in lengths)
        if self.values == Values():
            self.values = _of_numbers(rows)


def _of_numbers(rows: list[Value]) -> Values:
    """Bounds of whole numbers that are written out, row by row."""
    numbers: list[Value] = []
    for row in rows:
        items = row.items if isinstance(row, List) else list(row) if isinstance(row, tuple) else None
        if items is None:
            return Values()
        numbers += items
    if not numbers or any(type(number) is not int for number in numbers):
        return Values()
    return Values(min(numbers), max(numbers), True)


def _row(at: Invocation, row: Value) -> tuple[Size, ...] | None:
    """Sizes of one sequence; None where they are not known."""
    if isinstance(row, Array):
        return row.dims or None
    if isinstance(row, List):
        inner = element_of(row)
        if isinstance(inner, Array):
            return None if inner.dims is None else (row.size(), *inner.dims)
        if isinstance(inner, List | tuple):
            found = at.machine.effect("numpy.asarray", row)
            return found.dims if isinstance(found, Array) else None
        return (row.size(),)
    if isinstance(row, tuple | str):
        return (len(row),)
    return (UNKNOWN,) if isinstance(row, Unknown) else None


def _occurs(number: Value, values: Values) -> Truth:
    """Whether the number is among those that occur: the bounds do."""
    if number == values.low or number == values.high:
        return True
    low, high = values.low, values.high
    if isinstance(low, int | float) and number < low:
        return False
    if isinstance(high, int | float) and number > high:
        return False
    return False if isinstance(number, float) and not number.is_integer() and values.whole is True else UNKNOWN


def _with(values: Values, filler: Value, pads: Truth) -> Values:
    """What the numbers can be with the padding among them."""
    if pads is False:
        return values
    if isinstance(filler, Unknown):
        return Values()
    low, high = values.low, values.high
    new_low = min(low, filler) if isinstance(low, int | float) else UNKNOWN
    if isinstance(high, int | float):
        new_high: object = max(high, filler)
    else:
        new_high = high if isinstance(high, Linear) and less_equal(int(filler), high) is True else UNKNOWN
    whole = values.whole if float(filler).is_integer() else False
    return Values(new_low, new_high, whole)  # type: ignore[arg-type]


@effect("keras.utils.normalize")
def normalize(at: Invocation, x: Value, axis: Value = -1, order: Value = 2) -> Value:
    array = at.machine.effect("numpy.asarray", x, node=at.node)
    if not isinstance(array, Array):
        return UNKNOWN
    return arrays.like_rows(at, array, array.dims, dtype="float64", values=Values())


@effect("keras.utils.get_file")
def get_file(at: Invocation) -> Value:
    return unknown_text(at)


@effect(
    "keras.utils.set_random_seed", "keras.utils.enable_interactive_logging", "keras.utils.disable_interactive_logging"
)
def nothing(at: Invocation) -> Value:
    return None


@effect("keras.utils.register_keras_serializable", "keras.saving.register_keras_serializable")
def registered(at: Invocation) -> Value:
    """`@register_keras_serializable()` leaves a class as it is."""
    return Library("functools.same")


@effect("keras.utils.custom_object_scope", "keras.utils.CustomObjectScope", "keras.saving.custom_object_scope")
def scope(at: Invocation) -> Value:
    return None
