"""What Keras makes data with: shapes, types and ranges as Keras itself gives them."""

import ast
import os
import textwrap
from importlib import import_module
from typing import Any

import pytest

from rnnlint.facts import UNKNOWN, Batching, Data, Slots
from rnnlint.facts.sizes import is_known
from rnnlint.interpreter import feeds
from rnnlint.interpreter.datasets import Batches
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.values import Array, Module

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

PRELUDE = """
import numpy as np
import keras
from keras.utils import to_categorical, pad_sequences
"""


def interpret(text: str, keras: int = 3) -> tuple[Machine, dict[str, Any]]:
    text = PRELUDE + textwrap.dedent(text)
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text), keras)
    assert run(machine), "the bounds were reached"
    return machine, machine.main.scope.names


def result(text: str) -> Data:
    _, names = interpret(text)
    assert isinstance(names["r"], Array)
    return names["r"].fact


ARRAYS = [
    "r = to_categorical([0, 2, 1])",
    "r = to_categorical(np.array([0, 2, 1]), num_classes=5)",
    "r = to_categorical(np.zeros((7, 1), int), 3)",
    "r = to_categorical(np.zeros((7, 4), int), 3)",
    "r = to_categorical(np.zeros((7, 4, 1), int), num_classes=3)",
    "r = to_categorical(np.arange(10))",
    "r = to_categorical(4, 10)",
    "r = pad_sequences([[1, 2, 3], [4], []])",
    "r = pad_sequences([[1, 2, 3], [4]], maxlen=5)",
    "r = pad_sequences([[1, 2, 3], [4]], maxlen=2, padding='post', value=9)",
    "r = pad_sequences([[1, 2, 3], [4]], maxlen=5, value=-1.0, dtype='float32')",
    "r = pad_sequences([np.zeros((3, 4)), np.zeros((5, 4))], dtype='float32')",
    "r = pad_sequences([np.zeros((3, 4)), np.zeros((5, 4))], maxlen=6, dtype='float64')",
    "r = pad_sequences(np.zeros((3, 4), int), maxlen=7)",
    "r = pad_sequences([[[1, 2], [3, 4]], [[5, 6]]], maxlen=3)",
    "r = pad_sequences([(1, 2), (3,)])",
    "r = keras.utils.normalize(np.ones((3, 4)))",
]


@pytest.mark.oracle
@pytest.mark.parametrize("text", ARRAYS)
def test_arrays_are_as_keras_makes_them(text: str) -> None:
    real: dict[str, Any] = {}
    exec(PRELUDE + text, real)
    expected, found = real["r"], result(text)
    assert found.shape is not UNKNOWN
    assert found.shape.dims == expected.shape
    assert found.dtype == str(expected.dtype)
    low, high = found.values.low, found.values.high
    if low is not UNKNOWN:
        assert low == expected.min()
    if high is not UNKNOWN:
        assert high == expected.max()
    if found.values.one_hot is True:
        assert (expected.sum(axis=-1) == 1).all()
    if found.values.whole is True:
        assert (expected == expected.round()).all()


@pytest.mark.parametrize(
    ("text", "side", "value", "clash", "empty"),
    [
        ("r = pad_sequences([[1, 2, 3], [4]])", "pre", 0, False, False),
        ("r = pad_sequences([[1, 2, 3], [4]], padding='post')", "post", 0, False, False),
        ("r = pad_sequences([[0, 2, 3], [4]])", "pre", 0, True, False),
        ("r = pad_sequences([[1, 2, 3], []])", "pre", 0, False, True),
        ("r = pad_sequences([[1, 2, 3], [4]], value=4)", "pre", 4, True, False),
        ("r = pad_sequences([[1, 2, 3], [4]], value=99)", "pre", 99, False, False),
        ("r = pad_sequences([[1, 2, 3], [4]], padding=unknown, value=unknown)", UNKNOWN, UNKNOWN, UNKNOWN, False),
    ],
)
def test_padding_says_how(text: str, side: Any, value: Any, clash: Any, empty: Any) -> None:
    padding = result(text).padding
    assert padding is not None
    assert (padding.side, padding.value, padding.clash, padding.empty) == (side, value, clash, empty)


@pytest.mark.parametrize(
    "text",
    [
        "r = pad_sequences(np.zeros((3, 4), int), maxlen=4)",
        "r = pad_sequences(np.zeros((3, 9), int), maxlen=4)",
        "r = pad_sequences([[1, 2], [3, 4]])",
    ],
)
def test_what_is_only_cut_is_not_padded(text: str) -> None:
    assert result(text).padding is None


def test_length_that_the_longest_sequence_gives() -> None:
    _, names = interpret("""
        tokenizer = keras.preprocessing.text.Tokenizer(num_words=500)
        tokenizer.fit_on_texts(texts)
        r = pad_sequences(tokenizer.texts_to_sequences(['a b', 'c', 'd e f']))
        s = pad_sequences(tokenizer.texts_to_sequences(['a b', 'c', 'd e f']), maxlen=20)
        v = len(tokenizer.word_index) + 1
        one = pad_sequences(tokenizer.texts_to_sequences(['a b']), maxlen=20)
        m = tokenizer.texts_to_matrix(['a b', 'c'])
    """)
    r, s = names["r"].fact, names["s"].fact
    assert r.shape.dims[0] == 3
    assert is_known(r.shape.dims[1])
    assert s.shape.dims == (3, 20)
    assert (s.values.low, s.values.high, s.values.whole) == (0, 499, True)
    assert (s.padding.side, s.padding.clash) == ("pre", False)
    assert str(names["v"]) == "len(word_index) + 1"
    assert names["one"].fact.shape.dims == (1, 20)
    assert names["m"].fact.shape.dims == (2, 500)


def test_ids_of_a_tokenizer_end_at_its_vocabulary() -> None:
    _, names = interpret("""
        t = keras.preprocessing.text.Tokenizer(oov_token='?')
        t.fit_on_texts(texts)
        x = pad_sequences(t.texts_to_sequences(texts), maxlen=20)
        v = len(t.word_index)
        same = len(t.word_index) == len(t.index_word)
        ids = [t.word_index[w] for w in ['a', 'b']]
    """)
    assert names["x"].fact.values.high == names["v"]
    assert names["x"].fact.shape.dims[1] == 20
    assert names["same"] is True


def test_categories_keep_the_rows_of_windows() -> None:
    fact = result("""
        codes = np.random.randint(0, 5, 100)
        xs = []
        for i in range(90):
            xs.append(codes[i:i + 10])
        r = to_categorical(np.array(xs), 5)
    """)
    assert fact.shape is not UNKNOWN
    assert fact.shape.dims == (90, 10, 5)
    assert fact.windows is not None
    assert (fact.windows.length, fact.windows.stride) == (10, 1)


# Windows of a series


GENERATORS = [
    "length=10",
    "length=10, batch_size=32",
    "length=10, batch_size=9",
    "length=6, sampling_rate=2, stride=3, batch_size=8",
    "length=10, start_index=7, end_index=60, batch_size=5",
    "length=7, sampling_rate=3, batch_size=1",
    "length=10, stride=5, batch_size=3",
    "length=10, shuffle=True, batch_size=16",
]


@pytest.mark.oracle
@pytest.mark.parametrize("arguments", GENERATORS)
def test_timeseries_generator_is_exact(arguments: str) -> None:
    tf_keras = import_module("tf_keras")
    import numpy as np

    text = f"""
    x = np.zeros((100, 3))
    y = np.zeros((100, 2))
    r = keras.preprocessing.sequence.TimeseriesGenerator(x, y, {arguments})
    n = len(r)
    a, b = r[0]
    """
    machine, names = interpret(text)
    made = names["r"]
    assert isinstance(made, Batches)
    # The series counts its own steps, so that the windows show where they lie.
    x = np.arange(100)[:, None].repeat(3, 1)
    y = np.arange(100)[:, None].repeat(2, 1)
    real = eval(
        f"TimeseriesGenerator(x, y, {arguments})",
        {"TimeseriesGenerator": tf_keras.preprocessing.sequence.TimeseriesGenerator, "x": x, "y": y},
    )
    first, last = real[0], real[len(real) - 1]
    assert names["n"] == len(real)
    assert (names["a"].dims, names["b"].dims) == (first[0].shape, first[1].shape)
    batching = made.batching
    assert min(batching.size, batching.samples) == first[0].shape[0]  # type: ignore[type-var]
    if "shuffle" in arguments:
        assert (batching.shuffled, batching.partial) == (True, False)
        return
    assert batching.samples == sum(len(real[i][0]) for i in range(len(real)))
    assert batching.partial is (len(last[0]) != batching.size)
    found_x, found_y = _slots(machine, made)
    for fact, rows in ((found_x.known[0], first[0]), (found_y.known[0], first[1][:, None])):
        windows = fact.windows
        assert windows is not None
        assert windows.offset == rows[0, 0, 0]
        assert windows.length == rows.shape[1]
        if len(rows) > 1:
            assert windows.stride == rows[1, 0, 0] - rows[0, 0, 0]
        if rows.shape[1] > 1:
            assert windows.rate == rows[0, 1, 0] - rows[0, 0, 0]


def _slots(machine: Machine, value: Any) -> tuple[Slots, Slots]:
    return feeds.of_batches(machine, value, Slots(), Slots())


DATASETS = [
    "x, y[10:], 10, batch_size=16",
    "x, y, 6, sequence_stride=2, batch_size=7",
    "x, y, 6, sampling_rate=3, batch_size=7",
    "x, y, 6, start_index=5, end_index=60, batch_size=7",
    "x, y[3:], 6, sequence_stride=6, sampling_rate=2, batch_size=4",
]


@pytest.mark.oracle
@pytest.mark.parametrize("arguments", DATASETS)
def test_timeseries_dataset_is_exact(arguments: str) -> None:
    import keras
    import numpy as np

    text = f"""
    x = np.zeros((100, 3))
    y = np.zeros((100, 2))
    r = keras.utils.timeseries_dataset_from_array({arguments})
    """
    machine, names = interpret(text)
    x = np.arange(100)[:, None].repeat(3, 1)
    y = np.arange(100)[:, None].repeat(2, 1)
    real = list(eval(f"make({arguments})", {"make": keras.utils.timeseries_dataset_from_array, "x": x, "y": y}))
    found_x, found_y = _slots(machine, names["r"])
    batching = found_x.known[0].batching
    assert isinstance(batching, Batching)
    assert batching.count == len(real)
    assert batching.samples == sum(len(a) for a, _ in real)
    assert batching.partial is (len(real[-1][0]) != batching.size)
    first_x, first_y = (part.numpy() for part in real[0])
    for fact, rows in ((found_x.known[0], first_x), (found_y.known[0], first_y[:, None])):
        assert fact.shape is not UNKNOWN
        windows = fact.windows
        assert windows is not None
        assert (windows.offset, windows.length) == (rows[0, 0, 0], rows.shape[1])
        assert windows.stride == rows[1, 0, 0] - rows[0, 0, 0]
        if rows.shape[1] > 1:
            assert windows.rate == rows[0, 1, 0] - rows[0, 0, 0]
    assert shapes(found_x)[0] == first_x.shape


# Example datasets, measured once: the files are not at hand where the tests run.


@pytest.mark.parametrize(
    ("name", "x", "y", "classes"),
    [
        ("mnist", (60000, 28, 28), (60000,), 10),
        ("fashion_mnist", (60000, 28, 28), (60000,), 10),
        ("cifar10", (50000, 32, 32, 3), (50000, 1), 10),
        ("cifar100", (50000, 32, 32, 3), (50000, 1), 100),
        ("imdb", (25000,), (25000,), 2),
        ("reuters", (8982,), (8982,), 46),
    ],
)
def test_example_datasets(name: str, x: tuple[int, ...], y: tuple[int, ...], classes: int) -> None:
    _, names = interpret(f"""
        from keras.datasets import {name}
        (x, y), (x_test, y_test) = {name}.load_data()
        r = to_categorical(y)
    """)
    assert names["x"].dims == x
    assert names["y"].dims == y
    assert names["r"].dims == (y[0], classes)
    assert names["x_test"].dims[1:] == x[1:]


def test_reviews_are_lists_of_their_own_length() -> None:
    fact = result("(r, y), _ = keras.datasets.imdb.load_data(num_words=5000)")
    assert (fact.ragged, fact.dtype, fact.values.low, fact.values.high) == (True, "object", 1, 4999)


def test_reviews_that_are_turned_around_are_still_lists() -> None:
    fact = result("""
    (x, y), _ = keras.datasets.imdb.load_data(num_words=5000)
    x = [row[::-1] for row in x]
    r = pad_sequences(x, maxlen=80)
    """)
    assert fact.shape is not UNKNOWN
    assert fact.shape.dims == (25000, 80)
    assert (fact.values.low, fact.values.high) == (0, 4999)


# What is handed to fit


def slots(text: str, names: tuple[str, ...] = ()) -> Slots:
    machine, found = interpret(text)
    return feeds.slots(machine, found["r"], names)


def shapes(found: Slots) -> list[Any]:
    return [item.shape.dims if isinstance(item, Data) and item.shape is not UNKNOWN else UNKNOWN for item in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r = np.zeros((5, 3))", [(5, 3)]),
        ("r = [np.zeros((5, 3)), np.zeros((5, 2))]", [(5, 3), (5, 2)]),
        ("r = (np.zeros((5, 3)), np.zeros((5, 2)))", [(5, 3), (5, 2)]),
        ("r = [np.zeros((5, 3)), None]", [(5, 3), UNKNOWN]),
        ("r = [np.zeros((5, 3)), unknown]", [(5, 3), UNKNOWN]),
        ("r = [np.zeros((5, 3)), [1, 2, 3, 4, 5]]", [(5, 3), (5,)]),
        ("r = []", []),
        ("r = {}", []),
        ("r = [[1, 2, 3], [4, 5, 6]]", [(2, 3)]),
        ("r = [1, 2, 3]", [(3,)]),
        ("r = [np.zeros(3) for _ in range(500)]", [(500, 3)]),
        ("r = {'b': np.zeros((5, 2)), 'a': np.zeros((5, 3))}", [(5, 3), (5, 2)]),
    ],
)
def test_structures_of_arrays(text: str, expected: list[Any]) -> None:
    assert shapes(slots(text, ("a", "b"))) == expected


@pytest.mark.parametrize("text", ["r = unknown", "r = {'c': np.zeros(3)}", "r = {'a': 1, **unknown}"])
def test_structures_that_are_not_understood(text: str) -> None:
    assert slots(text, ("a", "b")).unsure


def test_something_unknown_for_one_input_is_one_unknown_array() -> None:
    found = slots("r = unknown", ("a",))
    assert (found.items, found.unsure) == ((UNKNOWN,), False)


def test_image_generators() -> None:
    machine, names = interpret("""
        from keras.preprocessing.image import ImageDataGenerator
        g = ImageDataGenerator(rescale=1 / 255)
        r = g.flow_from_directory('d', target_size=(64, 48), batch_size=20, class_mode='binary')
        s = g.flow(np.zeros((100, 8, 8, 3)), np.zeros((100, 2)), batch_size=32)
        steps = len(s)
        n = r.samples // 20
    """)
    x, y = _slots(machine, names["r"])
    assert shapes(x) == [(20, 64, 48, 3)]
    assert shapes(y) == [(20,)]
    assert names["steps"] == 4
    assert str(names["n"]) == "samples // 20"
    assert x.known[0].batching is not None
    assert x.known[0].batching.shuffled is True
