"""The example datasets of Keras: their real shapes, types and ranges."""

from rnnlint.facts import UNKNOWN, Data, Linear, Shape, Size, Values
from rnnlint.facts.sizes import subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Dict, Object, Value, is_size

_IMAGES: dict[str, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    "mnist": ((60000, 28, 28), (10000, 28, 28), 10),
    "fashion_mnist": ((60000, 28, 28), (10000, 28, 28), 10),
    "cifar10": ((50000, 32, 32, 3), (10000, 32, 32, 3), 10),
    "cifar100": ((50000, 32, 32, 3), (10000, 32, 32, 3), 100),
}
"""Shapes of the images to train and to test on, and number of classes."""


@effect(*(f"keras.datasets.{name}.load_data" for name in _IMAGES))
def images(at: Invocation, label_mode: Value = "fine") -> Value:
    name = at.path.split(".")[2]
    *shapes, classes = _IMAGES[name]
    if label_mode == "coarse":
        classes = 20
    column = (1,) if name.startswith("cifar") else ()
    return tuple(
        (
            arrays.make(at, shape, "uint8", Values(0, 255, True)),
            arrays.make(at, (shape[0], *column), "uint8" if not column else UNKNOWN,
                        Values(0, classes - 1, True)),
        )
        for shape in shapes
        if isinstance(shape, tuple)
    )  # fmt: skip


_TEXTS = {"imdb": ((25000, 25000), 2, 88586), "reuters": ((8982, 2246), 46, 30981)}
"""Reviews or messages to train and to test on, classes, largest word id (index_from=3)."""


@effect("keras.datasets.imdb.load_data", "keras.datasets.reuters.load_data")
def texts(
    at: Invocation,
    path: Value = None,
    num_words: Value = None,
    skip_top: Value = 0,
    maxlen: Value = None,
    start_char: Value = 1,
    oov_char: Value = 2,
    index_from: Value = 3,
    nb_words: Value = None,
    test_split: Value = 0.2,
) -> Value:
    """Lists of word ids, each of its own length."""
    rows, classes, largest = _TEXTS[at.path.split(".")[2]]
    words = num_words if num_words is not None else nb_words
    high: Size = UNKNOWN
    if words is None:
        high = largest if index_from == 3 else UNKNOWN
    elif is_size(words):
        last = subtract(words, 1)
        high = min(last, largest) if isinstance(last, int) else last if isinstance(last, Linear) else UNKNOWN
    low = 1 if start_char == 1 and index_from == 3 and oov_char == 2 else UNKNOWN
    counts: tuple[Size, ...] = rows
    if maxlen is not None or test_split != 0.2:
        counts = tuple(at.machine.symbol("n") for _ in rows)
    return tuple(
        (
            arrays.make(at, (count,), "object", Values(low, high, True), ragged=True),
            arrays.make(at, (count,), "int64", Values(0, classes - 1, True)),
        )
        for count in counts
    )


@effect("keras.datasets.imdb.get_word_index", "keras.datasets.reuters.get_word_index")
def word_index(at: Invocation) -> Value:
    size = 88584 if "imdb" in at.path else 30979
    ids = Array(Data(shape=Shape(()), dtype="int64", values=Values(1, size, True)))
    return Dict(open=True, length=size, key=Object("builtins.str"), element=ids)


@effect("keras.datasets.boston_housing.load_data")
def boston(at: Invocation, path: Value = None, test_split: Value = 0.2) -> Value:
    counts: tuple[Size, ...] = (404, 102)
    if test_split != 0.2:
        counts = tuple(at.machine.symbol("n") for _ in counts)
    return tuple((arrays.make(at, (n, 13), "float64"), arrays.make(at, (n,), "float64")) for n in counts)


@effect("keras.datasets.california_housing.load_data")
def california(at: Invocation, version: Value = "large", path: Value = None, test_split: Value = 0.2) -> Value:
    counts: tuple[Size, ...] = tuple(at.machine.symbol("n") for _ in range(2))
    if test_split == 0.2 and version in ("large", "small"):
        counts = (16512, 4128) if version == "large" else (480, 120)
    return tuple((arrays.make(at, (n, 8), "float32"), arrays.make(at, (n,), "float32")) for n in counts)
