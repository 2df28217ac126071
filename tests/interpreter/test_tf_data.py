"""Datasets: sizes and counts as TensorFlow itself gives them, and windows of a series."""

import ast
import os
import textwrap
from typing import Any

import pytest

from rnnlint.facts import UNKNOWN, Batching, Data, Windows
from rnnlint.interpreter import feeds
from rnnlint.interpreter.datasets import Dataset, leaves
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.values import Array, Module

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

PRELUDE = """
import numpy as np
import tensorflow as tf
Dataset = tf.data.Dataset
x = np.zeros((100, 10, 8))
y = np.zeros((100, 1))
series = np.zeros((50, 3), "float32")
"""


def interpret(text: str) -> tuple[Machine, Any]:
    text = PRELUDE + textwrap.dedent(text)
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text))
    assert run(machine), "the bounds were reached"
    return machine, machine.main.scope.names["ds"]


def batching(text: str) -> Batching:
    machine, made = interpret(text)
    fed = feeds.batches(machine, made)
    assert fed is not None
    return fed.batching


def data(text: str) -> tuple[Data, ...]:
    machine, made = interpret(text)
    x, y = feeds.of_batches(machine, made, feeds.slots(machine, made), feeds.slots(machine, None))
    return (*x.known, *y.known)


SAME_AS_TENSORFLOW = [
    "ds = Dataset.from_tensor_slices(x)",
    "ds = Dataset.from_tensor_slices((x, y))",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32, drop_remainder=True)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(25)",
    "ds = Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32).prefetch(1)",
    "ds = Dataset.from_tensor_slices((x, y)).repeat(3).batch(32)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).repeat(3)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).take(2)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).take(20)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).skip(1)",
    "ds = Dataset.from_tensor_slices((x, y)).skip(10).take(33).batch(8)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).unbatch().batch(10)",
    "ds = Dataset.from_tensor_slices((x, y)).repeat().take(70).batch(32)",
    "ds = Dataset.from_tensors((x, y))",
    "ds = Dataset.from_tensors((x, y)).repeat(4)",
    "ds = Dataset.range(10)",
    "ds = Dataset.range(3, 20, 4).batch(2)",
    "ds = Dataset.range(10).map(lambda i: i * 2).batch(3)",
    "ds = Dataset.zip((Dataset.from_tensor_slices(x), Dataset.from_tensor_slices(y))).batch(32)",
    "ds = Dataset.zip((Dataset.from_tensor_slices(x).batch(32), Dataset.from_tensor_slices(y).batch(32)))",
    "ds = Dataset.from_tensor_slices(x).concatenate(Dataset.from_tensor_slices(x)).batch(32)",
    "ds = Dataset.from_tensor_slices({'a': x, 'b': y}).batch(7)",
    "ds = Dataset.from_tensor_slices((x, y)).map(lambda a, b: (a[:5], b)).batch(32)",
    "ds = Dataset.from_tensor_slices((x, y)).batch(32).map(lambda a, b: (a[:, :5], b[:, 0]))",
    "ds = Dataset.from_tensor_slices((x, y)).map(lambda a, b: (tf.cast(a, tf.float32), b)).batch(32)",
    "ds = Dataset.from_tensor_slices(x).map(lambda a: tf.expand_dims(a, 0))",
    "ds = Dataset.from_tensor_slices((x, y)).enumerate()",
    "ds = Dataset.from_tensor_slices(x).shard(3, 1)",
    "ds = Dataset.from_tensor_slices(series).window(6, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(6))",
    "ds = Dataset.from_tensor_slices(series).window(6, shift=2, drop_remainder=True).flat_map(lambda w: w.batch(6))",
    "ds = Dataset.from_tensor_slices(series).window(4, 3, 2, True).flat_map(lambda w: w.batch(4)).batch(5)",
    "ds = (Dataset.from_tensor_slices(series).window(6, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(6))"
    ".map(lambda w: (w[:-1], w[-1])).shuffle(10).batch(9).prefetch(1))",
    "ds = Dataset.from_tensor_slices(list(range(20))).batch(6)",
    "ds = Dataset.from_tensor_slices([[1, 2], [3, 4], [5, 6]])",
    "ds = Dataset.from_tensor_slices((x, y)).batch(200)",
    "ds = Dataset.from_tensor_slices((x, y)).padded_batch(32, padded_shapes=([12, 8], [1]))",
    "ds = tf.keras.utils.timeseries_dataset_from_array(series, series[6:], 6, batch_size=9)",
    "ds = tf.keras.utils.timeseries_dataset_from_array(series, None, 6, sequence_stride=6, batch_size=4)",
    "ds = tf.keras.utils.timeseries_dataset_from_array(series, series[:, 0], 5, sampling_rate=3, batch_size=None)",
    "ds = tf.keras.utils.timeseries_dataset_from_array("
    "series, series, 5, sequence_stride=2, start_index=4, end_index=40, batch_size=16)",
    """
    def rows():
        for i in range(10):
            yield np.zeros((10, 8)), 0.0
    ds = Dataset.from_generator(rows, output_signature=(tf.TensorSpec((10, 8)), tf.TensorSpec(()))).batch(4)
    """,
    "ds = Dataset.from_tensor_slices((x, y)).interleave("
    "lambda a, b: Dataset.from_tensors((a, b)), cycle_length=1).batch(30)",
]


@pytest.mark.oracle
@pytest.mark.parametrize("text", SAME_AS_TENSORFLOW)
def test_sizes_and_counts_are_those_of_tensorflow(text: str) -> None:
    _, found = interpret(text)
    assert isinstance(found, Dataset)
    real: dict[str, Any] = {}
    exec(PRELUDE + textwrap.dedent(text), real)
    elements = [_shapes(element) for element in real["ds"]]
    assert [leaf.dims for leaf in leaves(found.element) if isinstance(leaf, Array)] == elements[0]
    assert found.count == len(elements)
    assert found.endless is False
    if found.batch is not None:
        assert found.partial is (elements[-1][0][0] != found.batch)
        assert found.samples == sum(element[0][0] for element in elements)


def _shapes(element: Any) -> list[tuple[int, ...]]:
    if isinstance(element, dict):
        return [shape for key in element for shape in _shapes(element[key])]
    if isinstance(element, tuple):
        return [shape for part in element for shape in _shapes(part)]
    return [tuple(element.shape)]


def test_repeat_never_ends() -> None:
    found = batching("ds = Dataset.from_tensor_slices((x, y)).batch(32).repeat()")
    assert (found.endless, found.count, found.partial, found.restarts) == (True, 4, True, True)


def test_batches_across_passes_are_full() -> None:
    assert batching("ds = Dataset.from_tensor_slices((x, y)).repeat().batch(32)").partial is False


def test_shuffle_says_where() -> None:
    found = batching("ds = Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32)")
    assert found.shuffled is True
    assert found.shuffle_site is not None
    assert "buffer_size" in found.shuffle_site.arguments


def test_a_buffer_of_one_shuffles_nothing() -> None:
    assert batching("ds = Dataset.from_tensor_slices((x, y)).shuffle(1).batch(32)").shuffled is False


def test_what_a_filter_leaves_is_not_known() -> None:
    found = batching("ds = Dataset.from_tensor_slices((x, y)).filter(lambda a, b: True).batch(32)")
    assert not isinstance(found.count, int)
    assert found.partial is UNKNOWN


WINDOWED = """
ds = (Dataset.from_tensor_slices(series).window(6, shift={shift}, drop_remainder=True)
      .flat_map(lambda w: w.batch(6)).map(lambda w: (w[:-1], w[-1])){shuffle}.batch(9))
"""


@pytest.mark.parametrize("shift", [1, 5])
@pytest.mark.parametrize("shuffle", ["", ".shuffle(100)"])
def test_windows_come_out_as_windows(shift: int, shuffle: str) -> None:
    x, y = data(WINDOWED.format(shift=shift, shuffle=shuffle))
    assert isinstance(x.windows, Windows)
    assert isinstance(y.windows, Windows)
    assert (x.windows.length, x.windows.stride, x.windows.offset) == (5, shift, 0)
    assert (y.windows.length, y.windows.stride, y.windows.offset) == (1, shift, 5)
    assert x.windows.source == y.windows.source != 0


def test_windows_that_are_split_batch_by_batch_stay_windows() -> None:
    x, y = data("""
    ds = (Dataset.from_tensor_slices(np.arange(1000)).window(21, shift=1, drop_remainder=True)
          .flat_map(lambda w: w.batch(21)).shuffle(99).batch(32).map(lambda w: (w[:, :-1], w[:, 1:]))
          .map(lambda a, b: (tf.one_hot(a, 50), b)))
    """)
    assert (dims(x), dims(y)) == ((32, 20, 50), (32, 20))
    assert x.values.one_hot is True
    assert x.windows is not None
    assert y.windows is not None
    assert (x.windows.offset, y.windows.offset) == (0, 1)
    assert (x.windows.length, x.windows.stride) == (20, 1)


def test_characters_of_a_text_in_batches_of_pieces() -> None:
    x, y = data("""
    text = open("f", "rb").read().decode("utf-8")
    codes = tf.keras.layers.StringLookup(vocabulary=sorted(set(text)))
    pieces = Dataset.from_tensor_slices(codes(tf.strings.unicode_split(text, "UTF-8"))).batch(101, drop_remainder=True)
    ds = pieces.map(lambda chunk: (chunk[:-1], chunk[1:])).shuffle(1000).batch(64, drop_remainder=True)
    """)
    assert (dims(x), dims(y)) == ((64, 100), (64, 100))
    assert x.batching is not None
    assert (x.batching.size, x.batching.partial, x.batching.shuffled) == (64, False, True)


def test_texts_from_folders_are_made_numbers() -> None:
    x, y = data("""
    numbers = tf.keras.layers.TextVectorization(max_tokens=1000, output_sequence_length=20)
    texts = tf.keras.utils.text_dataset_from_directory("d", batch_size=16)
    ds = texts.map(lambda x, y: (numbers(x), y))
    """)
    assert (dims(x), dims(y)) == ((16, 20), (16,))


def dims(fact: Data) -> Any:
    assert fact.shape is not UNKNOWN
    return fact.shape.dims


def test_windows_that_were_made_before_stay_windows() -> None:
    x, y = data("""
    xs, ys = [], []
    for i in range(50 - 5):
        xs.append(series[i:i + 5])
        ys.append(series[i + 5])
    ds = Dataset.from_tensor_slices((np.array(xs), np.array(ys))).batch(32)
    """)
    assert x.windows is not None
    assert y.windows is not None
    assert (x.windows.length, x.windows.stride, y.windows.offset) == (5, 1, 5)


def test_timeseries_dataset_is_windows() -> None:
    x, y = data("ds = tf.keras.utils.timeseries_dataset_from_array(series, series[6:], 6, batch_size=9)")
    assert x.windows is not None
    assert y.windows is not None
    assert (x.windows.length, x.windows.offset, y.windows.offset) == (6, 0, 6)


def test_a_generator_gives_its_batches() -> None:
    found = batching("""
    def batches():
        while True:
            yield np.zeros((16, 10, 8)), np.zeros((16, 1))
    ds = batches()
    """)
    assert (found.size, found.endless, found.restarts) == (16, True, False)


def test_a_sequence_of_the_programs_own() -> None:
    machine, made = interpret("""
    class Batches(tf.keras.utils.Sequence):
        def __init__(self, x, y, size):
            self.x, self.y, self.size = x, y, size
        def __len__(self):
            return len(self.x) // self.size
        def __getitem__(self, index):
            return self.x[index * self.size:(index + 1) * self.size], self.y[index * self.size:(index + 1) * self.size]
    ds = Batches(x, y, 20)
    """)
    fed = feeds.batches(machine, made)
    assert fed is not None
    assert (fed.kind, fed.batching.size, fed.batching.count, fed.batching.restarts) == ("sequence", 20, 5, True)
    assert isinstance(fed.x, Array)
    assert fed.x.dims == (20, 10, 8)


def test_what_is_not_understood_is_not_known() -> None:
    machine, made = interpret("ds = Dataset.from_tensor_slices((x, y)).batch(32).map(unknown)")
    assert feeds.slots(machine, made).known[0].shape is UNKNOWN
    assert batching("ds = tf.data.TFRecordDataset(['a']).map(parse).batch(32)").partial is UNKNOWN
