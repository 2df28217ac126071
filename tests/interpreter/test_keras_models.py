"""Models as programs put them together."""

from rnnlint.facts import UNKNOWN, Layer, Model, Program, Shape
from rnnlint.interpreter import read_text

PRELUDE = """\
import numpy as np
import keras
from keras import Input, Model, Sequential, layers
from keras.layers import *
"""


def program(text: str, keras: int | None = 3) -> Program:
    """The only way through a script."""
    reading = read_text(PRELUDE + text, "a.py", keras=keras)
    assert len(reading.programs) == 1, "the script branches on something unknown"
    return reading.programs[0]


def model(text: str, keras: int | None = 3) -> Model:
    """The last model of a script."""
    return program(text, keras).models[-1]


def outputs(made: Model) -> dict[str, tuple[object, ...] | None]:
    """Sizes of the first output of each layer, by its path; None where the rank is not known."""
    return {layer.path: sizes(layer) for layer in made.layers if layer.calls}


def sizes(layer: Layer) -> tuple[object, ...] | None:
    shape = layer.arrivals[-1].output.shape
    return shape.dims if isinstance(shape, Shape) else None


def test_a_sequential_list() -> None:
    made = model("m = Sequential([Input((10, 8)), LSTM(4, return_sequences=True), LSTM(3), Dense(1)])")
    assert made.kind == "sequential"
    assert made.built is True
    assert outputs(made) == {
        "input_layer": (None, 10, 8),
        "lstm": (None, 10, 4),
        "lstm_1": (None, 3),
        "dense": (None, 1),
    }


def test_layers_added_in_a_loop_and_a_branch() -> None:
    made = model(
        """
deep = True
m = Sequential()
m.add(LSTM(8, return_sequences=True, input_shape=(10, 2)))
for units in [6, 4]:
    m.add(LSTM(units, return_sequences=units != 4))
if deep:
    m.add(Dense(5))
m.add(Dense(1))
"""
    )
    assert [layer.kind for layer in made.layers] == ["InputLayer", "LSTM", "LSTM", "LSTM", "Dense", "Dense"]
    assert made.outputs[0].shape == Shape.of((None, 1), ("batch", "units"))
    assert made.complete


def test_layers_added_in_a_loop_of_unknown_length_leave_the_model_incomplete() -> None:
    made = model(
        """
n = int(open("n").read())
m = Sequential([Input((10, 2))])
for i in range(n):
    m.add(LSTM(4, return_sequences=True))
"""
    )
    assert not made.complete


def test_a_sequential_without_a_shape_learns_it_from_the_data_of_fit() -> None:
    made = model(
        """
m = Sequential([LSTM(4), Dense(1)])
m.compile("adam", "mse")
m.fit(np.zeros((20, 7, 3)), np.zeros((20, 1)))
"""
    )
    assert made.built is False
    assert [tensor.shape for tensor in made.inputs] == [Shape.of((None, 7, 3))]
    assert made.outputs[0].shape == Shape.of((None, 1), ("batch", "units"))


def test_a_sequential_that_never_sees_data_still_has_ranks() -> None:
    made = model("m = Sequential([LSTM(4, return_sequences=True), Flatten(), Dense(2)])")
    assert [len(dims) for dims in outputs(made).values() if dims is not None] == [3, 2, 2]


def test_a_functional_model_with_reassigned_tensors() -> None:
    made = model(
        """
x = Input((10, 8))
y = x
for units in (6, 4):
    y = LSTM(units, return_sequences=True)(y)
y = GlobalAveragePooling1D()(y)
m = Model(inputs=x, outputs=Dense(y.shape[-1] * 2)(y))
"""
    )
    assert outputs(made)["dense"] == (None, 8)
    assert made.output_layers[0] is not None
    assert made.output_layers[0].path == "dense"


def test_states_are_handed_on() -> None:
    made = model(
        """
a, b = Input((None, 5)), Input((None, 7))
_, h, c = LSTM(12, return_state=True)(a)
y, _, _ = LSTM(12, return_sequences=True, return_state=True)(b, initial_state=[h, c])
m = Model([a, b], Dense(7)(y))
"""
    )
    decoder = made.layers[-2]
    (call,) = decoder.calls
    assert (len(call.inputs), call.states, len(call.outputs)) == (3, 2, 3)
    assert call.unpacking is not None
    assert call.unpacking.targets == 3
    assert made.source(call.inputs[1]) == made.layers[2]


def test_unpacking_into_another_number_of_names_is_noticed() -> None:
    made = program("out, h, c = Bidirectional(LSTM(4, return_state=True))(Input((5, 2)))")
    (layer,) = [layer for layer in made.loose if layer.kind == "Bidirectional"]
    (call,) = layer.calls
    assert len(call.outputs) == 5
    assert call.unpacking is not None
    assert call.unpacking.targets == 3


def test_a_nested_model_knows_what_arrives() -> None:
    made = model(
        """
inner = Sequential([Input((None, 3)), LSTM(4, return_sequences=True)], name="inner")
x = Input((6, 3))
m = Model(x, Dense(1)(inner(x)))
"""
    )
    lstm = made.find("inner/lstm")
    assert lstm is not None
    assert lstm.calls[0].input.shape == Shape.of((None, None, 3))
    assert lstm.arrivals[0].input.shape == Shape.of((None, 6, 3))


def test_a_subclassed_model_is_followed_through_its_call() -> None:
    made = model(
        """
class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.read = LSTM(units, return_sequences=True)
        self.head = Dense(2)

    def call(self, x, training=False):
        return self.head(self.read(x)[:, -1])


m = Net(9)
m.compile("adam", "mse")
m.fit(np.zeros((8, 5, 3)), np.zeros((8, 2)))
"""
    )
    assert (made.kind, made.cls, made.variable, made.complete) == ("subclassed", "Net", "m", True)
    assert outputs(made) == {"lstm": (None, 5, 9), "get_item": (None, 9), "dense": (None, 2)}


def test_a_custom_layer_gives_what_its_call_gives() -> None:
    made = model(
        """
class Attention(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1))

    def call(self, x):
        weights = keras.ops.softmax(keras.ops.matmul(x, self.w), axis=1)
        return keras.ops.sum(x * weights, axis=1)


x = Input((10, 8))
m = Model(x, Dense(3)(Attention()(x)))
"""
    )
    assert outputs(made)["attention"] == (None, 8)
    attention = made.find("attention")
    assert attention is not None
    assert attention.custom


def test_a_call_that_is_not_understood_leaves_the_output_unknown() -> None:
    made = model(
        """
class Odd(layers.Layer):
    def call(self, x):
        return unknown_function(x)


x = Input((10, 8))
m = Model(x, Dense(3)(Odd()(x)))
"""
    )
    assert outputs(made)["odd"] is None


def test_a_class_that_derives_from_a_layer_hands_on_its_options() -> None:
    made = model(
        """
class Reader(LSTM):
    def __init__(self, units, **kwargs):
        super().__init__(units, return_sequences=True, **kwargs)


m = Sequential([Input((5, 2)), Reader(6, dropout=0.5)])
"""
    )
    reader = made.layers[-1]
    assert (reader.cls, reader.kind, reader["dropout"], reader.custom) == ("Reader", "LSTM", 0.5, False)
    assert outputs(made)[reader.path] == (None, 5, 6)


def test_a_lambda_gives_what_its_function_gives() -> None:
    made = model(
        """
x = Input((10, 8))
y = Lambda(lambda t: keras.ops.mean(t, axis=1))(LSTM(4, return_sequences=True)(x))
m = Model(x, y)
"""
    )
    assert outputs(made)["lambda"] == (None, 4)


def test_an_application_gives_features() -> None:
    made = model(
        """
base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(96, 64, 3))
video = Input((5, 96, 64, 3))
y = TimeDistributed(base)(video)
m = Model(video, LSTM(4)(TimeDistributed(Flatten())(y)))
"""
    )
    assert outputs(made)["time_distributed"] == (None, 5, 3, 2, 512)
    assert outputs(made)["time_distributed_1"] == (None, 5, 3072)


def test_a_loaded_model_is_unknown_and_complete_is_false() -> None:
    made = program('m = keras.models.load_model("nowhere.h5")\nm.fit(np.zeros((3, 4)), np.zeros(3))')
    (fit,) = made.calls("fit")
    assert not fit.model.complete
    assert fit.model.compile is UNKNOWN
    assert not made.models


def test_models_of_build_functions_that_nothing_calls_count() -> None:
    made = program(
        """
def build(units=5):
    return Sequential([Input((4, 2)), LSTM(units)])
"""
    )
    assert [outputs(m)["lstm"] for m in made.models] == [(None, 5)]


def test_names_follow_keras_2() -> None:
    made = model("m = Sequential([LSTM(4, input_shape=(3, 2)), Dense(1)])\nx = Input((3,))", keras=2)
    assert [layer.path for layer in made.layers] == ["lstm_input", "lstm", "dense"]
    made = model("x = Input((3, 2))\nm = Model(x, LSTM(4)(x))", keras=2)
    assert (made.name, [layer.path for layer in made.layers]) == ("model", ["input_1", "lstm"])


def test_names_of_keras_1_become_those_of_keras_3() -> None:
    made = model("m = Sequential()\nm.add(LSTM(output_dim=7, input_dim=3, input_length=9, dropout_W=0.5))", keras=1)
    lstm = made.layers[-1]
    assert (lstm["units"], lstm["dropout"]) == (7, 0.5)
    assert lstm.calls[0].input.shape == Shape.of((None, 9, 3))
    assert lstm.site is not None
    assert set(lstm.site.arguments) >= {"units", "dropout"}


def test_layers_outside_of_models_are_loose() -> None:
    made = program("x = Input((10, 8))\nLSTM(4)(x)\nDense(3)")
    assert [layer.path for layer in made.loose] == ["input_layer", "lstm", "dense"]
    assert [len(layer.calls) for layer in made.loose] == [1, 1, 0]


def test_where_things_stand() -> None:
    made = model("x = Input((10, 8))\ny = LSTM(\n    4,\n    return_sequences=True,\n)(x)\nm = Model(x, y)")
    lstm = made.layers[-1]
    first = PRELUDE.count("\n") + 1
    assert (getattr(lstm.location, "line", 0), getattr(lstm.location, "end_line", 0)) == (first + 1, first + 4)
    given = lstm.arguments["return_sequences"]
    assert (given.value, given.given, getattr(given.location, "line", 0)) == (True, True, first + 3)
    assert getattr(lstm.calls[0].location, "line", 0) == first + 1


def test_raw_tensorflow_functions_are_noted_outside_of_layers_alone() -> None:
    made = program(
        """
import tensorflow as tf
x = Input((10, 8))
y = tf.reduce_mean(x, axis=1)
z = Lambda(lambda t: tf.reduce_mean(t, axis=1))(x)
"""
    )
    assert [raw.function for raw in made.raw] == ["tensorflow.reduce_mean"]


def test_models_that_double_twenty_times_end_soon() -> None:
    reading = read_text(
        PRELUDE + "m = Sequential([Input((3,)), Dense(3)])\n" + "m = Sequential([m, m])\n" * 20, "a.py", keras=3
    )
    (found,) = reading.programs
    first, last = found.models[0], found.models[-1]
    assert first.outputs[0].shape == Shape.of((None, 3), ("batch", "units"))
    assert not last.complete
    assert not reading.complete


def test_a_model_is_never_inside_itself() -> None:
    made = model("m = Sequential([Input((3,)), Dense(3)])\nm.add(m)\nm.add(m)")
    assert not made.complete
    assert len(made.layers) == 4


def test_a_chain_of_thousands_is_followed() -> None:
    made = model("i = x = Input((10, 8))\n" + "x = Dense(8)(x)\n" * 3000 + "m = Model(i, x)")
    assert len(made.layers) == 3001
    assert made.outputs[0].shape == Shape.of((None, 10, 8), ("batch", "time", "units"))
