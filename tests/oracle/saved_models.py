"""Models to be saved by real Keras and read back: each a function of the library (`keras` 3 or `tf_keras`)."""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnlint.facts import Layer, Shape, Tensor
from rnnlint.readers import read
from tests.oracle.live import SeenCall

Builder = Callable[[Any], Any]

BUILDERS: dict[str, Builder] = {}


def builder(function: Builder) -> Builder:
    """Adds a model to those that are built."""
    BUILDERS[function.__name__] = function
    return function


def source(k: Any, *shape: int | None, **options: Any) -> Any:
    """An Input, with `batch` as its fixed batch size."""
    batch = options.pop("batch", None)
    return k.Input(batch_shape=(batch, *shape), **options) if batch else k.Input(shape=shape, **options)


@builder
def stacked(k: Any) -> Any:
    return k.Sequential([source(k, 10, 3), k.layers.LSTM(4, return_sequences=True), k.layers.GRU(3), k.layers.Dense(2)])


@builder
def stateful(k: Any) -> Any:
    layers = [k.layers.LSTM(4, stateful=True, return_sequences=True), k.layers.SimpleRNN(3, stateful=True)]
    return k.Sequential([source(k, 5, 3, batch=4), *layers, k.layers.Dense(1)])


@builder
def variable_steps(k: Any) -> Any:
    return k.Sequential([source(k, None, 3), k.layers.LSTM(4, go_backwards=True), k.layers.Dense(1)])


@builder
def embedded(k: Any) -> Any:
    ids = source(k, 7, dtype="int32")
    return k.Sequential([ids, k.layers.Embedding(20, 4, mask_zero=True), k.layers.LSTM(3), k.layers.Dense(1)])


@builder
def masked_graph(k: Any) -> Any:
    x = source(k, None, 4)
    h = k.layers.Dropout(0.2)(k.layers.Masking(-1.0)(x))
    h = k.layers.Bidirectional(k.layers.GRU(3, return_sequences=True))(h)
    return k.Model(x, [k.layers.TimeDistributed(k.layers.Dense(2))(h), k.layers.LSTM(2)(h)])


@builder
def mask_dropped(k: Any) -> Any:
    x = source(k, 8, dtype="int32")
    h = k.layers.Conv1D(3, 2)(k.layers.Embedding(9, 4, mask_zero=True)(x))
    return k.Model(x, k.layers.LSTM(2)(h))


@builder
def built_late(k: Any) -> Any:
    model = k.Sequential([k.layers.LSTM(4), k.layers.Dense(1)])
    model.build((None, 6, 2))
    return model


@builder
def states(k: Any) -> Any:
    x = source(k, 6, 3)
    y, h, c = k.layers.LSTM(4, return_sequences=True, return_state=True)(x)
    g, s = k.layers.GRU(4, return_state=True)(y)
    return k.Model(x, [y, h, c, g, s])


@builder
def encoder_decoder(k: Any) -> Any:
    e, d = source(k, None, 5), source(k, None, 6)
    _, h, c = k.layers.LSTM(4, return_state=True)(e)
    y, _, _ = k.layers.LSTM(4, return_sequences=True, return_state=True)(d, initial_state=[h, c])
    return k.Model([e, d], k.layers.Dense(6, activation="softmax")(y))


@builder
def bidirectional_states(k: Any) -> Any:
    x, d = source(k, 8, 3), source(k, None, 5)
    y = k.layers.Bidirectional(k.layers.LSTM(4, return_state=True, return_sequences=True))(x)
    h, c = k.layers.Concatenate()([y[1], y[3]]), k.layers.Concatenate()([y[2], y[4]])
    return k.Model([x, d], k.layers.LSTM(8, return_sequences=True)(d, initial_state=[h, c]))


@builder
def merged_ways(k: Any) -> Any:
    x = source(k, 8, 3)
    ways = [k.layers.Bidirectional(k.layers.GRU(4), merge_mode=mode)(x) for mode in ("concat", "sum", "mul", "ave")]
    return k.Model(x, ways)


@builder
def both_ways(k: Any) -> Any:
    x = source(k, 8, 3)
    forward, back = k.layers.Bidirectional(k.layers.LSTM(4, return_sequences=True), merge_mode=None)(x)
    return k.Model(x, k.layers.Add()([forward, back]))


@builder
def clips(k: Any) -> Any:
    x = source(k, 5, 8, 8, 1)
    h = k.layers.TimeDistributed(k.layers.Conv2D(2, 3, activation="relu"))(x)
    h = k.layers.TimeDistributed(k.layers.Flatten())(k.layers.TimeDistributed(k.layers.MaxPooling2D())(h))
    return k.Model(x, k.layers.LSTM(3)(h))


@builder
def model_per_step(k: Any) -> Any:
    frame = source(k, 6, 6, 1)
    inner = k.Model(frame, k.layers.Dense(4)(k.layers.Flatten()(k.layers.Conv2D(2, 3)(frame))))
    x = source(k, 5, 6, 6, 1)
    return k.Model(x, k.layers.GRU(3)(k.layers.TimeDistributed(inner)(x)))


@builder
def rnn_per_step(k: Any) -> Any:
    x = source(k, 3, 5, 2)
    return k.Model(x, k.layers.LSTM(2)(k.layers.TimeDistributed(k.layers.LSTM(4))(x)))


@builder
def conv_lstm(k: Any) -> Any:
    layers = [k.layers.ConvLSTM2D(2, 3, padding="same", return_sequences=True), k.layers.ConvLSTM2D(3, 3)]
    return k.Sequential([source(k, 4, 6, 6, 2), *layers, k.layers.Flatten(), k.layers.Dense(1)])


@builder
def cells(k: Any) -> Any:
    x = source(k, 5, 3)
    y = k.layers.RNN([k.layers.LSTMCell(4), k.layers.GRUCell(3)], return_sequences=True, return_state=True)(x)
    return k.Model(x, [k.layers.RNN(k.layers.SimpleRNNCell(2))(y[0]), *y[1:]])


@builder
def nested(k: Any) -> Any:
    i = source(k, None, 3)
    inner = k.Model(i, k.layers.LSTM(4, return_sequences=True)(i), name="inner")
    j = source(k, 6, 3)
    middle = k.Model(j, [k.layers.GRU(2, return_sequences=True)(inner(j)), inner(j)], name="middle")
    x = source(k, 6, 3)
    return k.Model(x, k.layers.Concatenate()(list(middle(x))))


@builder
def nested_sequential(k: Any) -> Any:
    encoder = k.Sequential([source(k, 6, 3), k.layers.LSTM(4, return_sequences=True), k.layers.LSTM(2)], name="encoder")
    x, y = source(k, 6, 3), source(k, 6, 3)
    return k.Model([x, y], k.layers.Dense(1)(k.layers.Concatenate()([encoder(x), encoder(y)])))


@builder
def shared(k: Any) -> Any:
    x, y = source(k, 6, 3), source(k, None, 3)
    layer = k.layers.GRU(4)
    return k.Model([x, y], k.layers.Concatenate()([layer(x), layer(y)]))


@builder
def attention(k: Any) -> Any:
    q, v = source(k, 5, 4), source(k, 7, 4)
    qs, vs = k.layers.LSTM(4, return_sequences=True)(q), k.layers.GRU(4, return_sequences=True)(v)
    c = k.layers.Concatenate()([qs, k.layers.Attention()([qs, vs]), k.layers.AdditiveAttention()([qs, vs])])
    return k.Model([q, v], k.layers.GlobalAveragePooling1D()(c))


@builder
def heads(k: Any) -> Any:
    x = source(k, 5, 4)
    h = k.layers.LSTM(4, return_sequences=True)(x)
    y = k.layers.LayerNormalization()(k.layers.Add()([h, k.layers.MultiHeadAttention(2, 3)(h, h)]))
    return k.Model(x, k.layers.MultiHeadAttention(1, 2)(y, value=x, key=x))


@builder
def reshaped(k: Any) -> Any:
    layers = [k.layers.LSTM(4), k.layers.RepeatVector(6), k.layers.LSTM(3, return_sequences=True)]
    layers += [k.layers.Permute((2, 1)), k.layers.Reshape((9, 2)), k.layers.GRU(2, return_sequences=True)]
    return k.Sequential([source(k, 5, 3), *layers, k.layers.Reshape((-1,)), k.layers.Reshape((2, -1))])


@builder
def convolved(k: Any) -> Any:
    layers = [k.layers.Conv1D(4, 5, padding="causal", dilation_rate=2), k.layers.MaxPooling1D(2)]
    layers += [k.layers.ZeroPadding1D(2), k.layers.UpSampling1D(2), k.layers.BatchNormalization(), k.layers.GRU(3)]
    return k.Sequential([source(k, None, 3), *layers])


@builder
def named_inputs(k: Any) -> Any:
    x = {"seq": source(k, 5, 3, name="seq"), "vec": source(k, 4, name="vec")}
    h = k.layers.GRU(4)(x["seq"])
    return k.Model(x, {"sum": k.layers.Add(name="sum")([h, x["vec"]]), "h": k.layers.Dense(2, name="h")(h)})


@builder
def dotted(k: Any) -> Any:
    q, v = source(k, 5, 4), source(k, 7, 4)
    scores = k.layers.Activation("softmax")(k.layers.Dot(axes=(2, 2))([q, v]))
    return k.Model([q, v], k.layers.Concatenate()([k.layers.Dot(axes=(2, 1))([scores, v]), q]))


@builder
def compiled(k: Any) -> Any:
    model = stacked(k)
    model.compile(k.optimizers.SGD(0.1), "mse", metrics=["mae"])
    return model


def random_stack(seed: int) -> Builder:
    """A stack of layers drawn at random, as a Sequential or as a graph with a skip connection now and then."""

    def build(k: Any) -> Any:
        draw = random.Random(seed)
        steps = draw.choice([None, 4, 6, 12])
        x = source(k, steps, draw.choice([1, 3, 5]), batch=draw.choice([None, None, 2]))
        layers = [_sequence_layer(k, draw) for _ in range(draw.randint(1, 5))]
        layers += [draw.choice([k.layers.GlobalMaxPooling1D(), k.layers.LSTM(2), k.layers.Dense(2)])]
        if seed % 2:
            return k.Sequential([x, *layers])
        h = x
        for layer in layers:
            before, h = h, layer(h)
            if draw.random() < 0.3 and h.shape == before.shape:
                h = k.layers.Add()([before, h])
        return k.Model(x, h)

    return build


def _sequence_layer(k: Any, draw: random.Random) -> Any:
    """A layer that reads sequences and gives sequences."""
    units = draw.choice([2, 3, 5])
    cell = draw.choice([k.layers.LSTM, k.layers.GRU, k.layers.SimpleRNN])
    choices: list[Callable[[], Any]] = [
        lambda: cell(units, return_sequences=True),
        lambda: cell(units, return_sequences=True, go_backwards=True),
        lambda: k.layers.Bidirectional(cell(units, return_sequences=True), merge_mode=draw.choice(["sum", "concat"])),
        lambda: k.layers.TimeDistributed(k.layers.Dense(units)),
        lambda: k.layers.Dense(units, activation="relu"),
        lambda: k.layers.Conv1D(units, 3, padding=draw.choice(["same", "causal"])),
        lambda: k.layers.Masking(0.0),
        lambda: k.layers.Dropout(0.1),
        lambda: k.layers.LayerNormalization(),
        lambda: k.layers.UpSampling1D(2),
    ]
    return draw.choice(choices)()


def differences(path: Path, expected: Mapping[str, Sequence[SeenCall]]) -> list[str]:
    """Where what is read of a saved model is not what the library said of the live one before."""
    reading = read(str(path))
    if reading.status != "checked":
        return [f"{path.name}: {reading.reason}"]
    model = reading.programs[0].models[0]
    layers = {layer.path: layer for layer in model.layers}
    wrong = [problem.message for layer in model.layers for call in layer.arrivals for problem in call.problems]
    return [f"{path.name}: {message}" for message in (*wrong, *(problem.message for problem in model.problems))] + [
        f"{path.name}: {name}: {difference}"
        for name, calls in expected.items()
        for difference in _layer_differences(layers.get(name), calls)
    ]


def _layer_differences(layer: Layer | None, calls: Sequence[SeenCall]) -> list[str]:
    if layer is None:
        return ["is missing"]
    if len(layer.calls) != len(calls):
        return [f"has {len(layer.calls)} calls instead of {len(calls)}"]
    return [
        f"call {number} gives {[_plain(tensor) for tensor in read_call.outputs]} instead of {expected}"
        for number, (call, read_call) in enumerate(zip(calls, layer.calls, strict=True))
        if [_plain(tensor) for tensor in read_call.outputs]
        != (expected := list(zip(call.outputs, call.masks, strict=True)))
    ]


def _plain(tensor: Tensor) -> Any:
    return (tensor.shape.dims if isinstance(tensor.shape, Shape) else "?", tensor.mask)
