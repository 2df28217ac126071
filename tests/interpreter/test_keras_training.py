"""compile, fit and everything else that runs a model."""

import pytest

from rnnlint.facts import UNKNOWN, Call, Compile, Loop, Program, Shape, Validation
from rnnlint.interpreter import read_text

PRELUDE = """\
import numpy as np
import keras
from keras import Input, Model, Sequential, layers
from keras.layers import *
from keras.callbacks import *
x, y = np.zeros((100, 10, 8)), np.zeros((100, 1))
m = Sequential([Input(batch_shape=(10, 10, 8)), LSTM(4, stateful=True), Dense(1)])
"""


def program(text: str, keras: int | None = 3) -> Program:
    """The only way through a script."""
    reading = read_text(PRELUDE + text, "a.py", keras=keras)
    assert len(reading.programs) == 1, "the script branches on something unknown"
    return reading.programs[0]


def only(text: str, keras: int | None = 3) -> Call:
    """The only call of a script."""
    (call,) = program(text, keras).calls()
    return call


def compiled(text: str) -> Compile:
    """What compile set at the first call."""
    call = next(program(text + "\nm.fit(x, y)").calls("fit"))
    assert isinstance(call.model.compile, Compile)
    return call.model.compile


def test_defaults_of_fit() -> None:
    fit = only("m.fit(x, y)")
    assert (fit.batch_size, fit.rows, fit.validation) == (32, 100, None)
    assert {name: fit[name].value for name in ("epochs", "shuffle", "validation_split")} == {
        "epochs": 1,
        "shuffle": True,
        "validation_split": 0.0,
    }
    assert not fit["shuffle"].given


def test_arguments_by_position() -> None:
    fit = only("m.fit(x, y, 10, 5, shuffle=False)")
    assert (fit.batch_size, fit["epochs"].value, fit["shuffle"].value, fit["shuffle"].given) == (10, 5, False, True)
    assert fit.site is not None
    assert set(fit.site.arguments) == {"x", "y", "batch_size", "epochs", "shuffle"}


def test_names_of_keras_1() -> None:
    fit = only("m.fit(x, y, nb_epoch=7, batch_size=5)", keras=1)
    assert (fit["epochs"].value, fit.batch_size) == (7, 5)


def test_arguments_that_may_be_there_make_a_call_open() -> None:
    fit = only("m.fit(x, y, **settings())")
    assert fit.open
    assert fit.batch_size is UNKNOWN
    assert not fit.callbacks_known


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ('"mse"', "mean_squared_error"),
        ("keras.losses.MeanSquaredError()", "mean_squared_error"),
        ("keras.losses.mean_squared_error", "mean_squared_error"),
        ("keras.losses.BinaryCrossentropy(from_logits=True)", "binary_crossentropy"),
        ("lambda a, b: a - b", UNKNOWN),
    ],
)
def test_losses(loss: str, name: object) -> None:
    losses = compiled(f"m.compile(loss={loss}, optimizer='adam')").losses
    assert isinstance(losses, tuple)
    assert [made.name if made else None for made in losses] == [name]


def test_options_of_a_loss() -> None:
    losses = compiled("m.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))").losses
    assert isinstance(losses, tuple)
    assert losses[0] is not None
    assert losses[0].options == {"from_logits": True}


def test_losses_by_the_name_of_the_output() -> None:
    text = """
a = Input((3,))
m = Model(a, [Dense(1, name="p")(a), Dense(2, name="q")(a)])
m.compile("adam", {"q": "mae"})
"""
    assert compiled(text).losses is not UNKNOWN
    losses = compiled(text).losses
    assert isinstance(losses, tuple)
    assert [made.name if made else None for made in losses] == [None, "mean_absolute_error"]


def test_a_loss_of_ones_own_inside_the_model_is_unknown() -> None:
    assert compiled("m.add_loss(5)\nm.compile('adam', 'mse')").losses is UNKNOWN


def test_the_validation_split_takes_the_last_rows() -> None:
    fit = only("m.fit(x, y, validation_split=0.3)")
    assert fit.rows == 70
    assert isinstance(fit.validation, Validation)
    assert (fit.validation.x.samples, fit.validation.y.samples, fit.validation.split) == (30, 30, 0.3)
    assert fit.validation.argument.given


def test_validation_data() -> None:
    fit = only("m.fit(x, y, validation_data=(x[:20], y[:20]), batch_size=10)")
    assert isinstance(fit.validation, Validation)
    assert (fit.validation.x.samples, fit.validation.batch_size, fit.validation.split) == (20, 10, None)
    assert fit.rows == 100


def test_unknown_validation_data_is_unknown() -> None:
    fit = only("m.fit(x, y, validation_data=load())")
    assert not isinstance(fit.validation, Validation) or fit.validation.x.unsure


def test_a_dataset_brings_its_batches_and_its_order() -> None:
    text = """
import tensorflow as tf
d = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(20, drop_remainder=True)
m.fit(d, epochs=2)
"""
    fit = only(text)
    assert fit.batch_size == 20
    assert "shuffle" not in fit.arguments
    (data,) = fit.x.known
    assert (data.kind, data.shape) == ("dataset", Shape.of((20, 10, 8)))
    assert data.batching is not None
    assert data.batching.shuffled is True
    assert [item.shape for item in fit.y.known] == [Shape.of((20, 1))]


def test_a_loop_of_fits_with_resets() -> None:
    (loop,) = program("for epoch in range(50):\n    m.fit(x, y, epochs=1)\n    m.reset_states()", 2).timeline.events
    assert isinstance(loop, Loop)
    assert (loop.times, loop.over) == (50, "epochs")
    assert [call.name for call in loop.body.run()] == ["fit", "reset_states"]


def test_resets_of_single_layers_found_in_the_model() -> None:
    text = """
for layer in m.layers:
    if hasattr(layer, "reset_states"):
        layer.reset_states()
"""
    resets = list(program(text, 2).calls("reset_states"))
    assert [call.layer.path if call.layer else None for call in resets] == ["lstm"]


def test_a_layer_resets_the_model_it_is_in() -> None:
    call = only("m.layers[0].reset_state()")
    assert (call.name, call.spelled, call.model.variable) == ("reset_states", "reset_state", "m")


def test_a_callback_that_resets_after_each_epoch() -> None:
    text = """
class Reset(Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.reset_states()


m.fit(x, y, callbacks=[Reset(), EarlyStopping(patience=3)])
"""
    fit = only(text, 2)
    assert [call.name for call in fit.each_epoch] == ["reset_states"]
    assert fit.each_batch == ()
    assert fit.callbacks_known


def test_a_lambda_callback_and_one_before_training() -> None:
    text = """
class Start(Callback):
    def on_train_begin(self, logs=None):
        m.reset_states()


m.fit(x, y, callbacks=[LambdaCallback(on_batch_end=lambda batch, logs: m.reset_states()), Start()])
"""
    before, fit = program(text, 2).calls()
    assert before.name == "reset_states"
    assert [call.name for call in fit.each_batch] == ["reset_states"]


def test_an_unknown_callback_may_do_anything() -> None:
    assert not only("m.fit(x, y, callbacks=[make_callback()])").callbacks_known


def test_predict_gives_rows_of_the_output() -> None:
    text = """
p = m.predict(x[:30], batch_size=10)
m.fit(x[:30], p, batch_size=10)
"""
    predict, fit = program(text).calls()
    assert (predict.name, predict.batch_size) == ("predict", 10)
    assert [data.shape.dims for data in fit.y.known if isinstance(data.shape, Shape)] == [(30, 1)]


def test_whole_batches_have_no_batch_size() -> None:
    call = only("m.train_on_batch(x[:10], y[:10])")
    assert (call.name, call.batch_size, call.trains) == ("train_on_batch", None, True)


def test_the_model_is_as_it_is_at_the_call() -> None:
    first, second = program(
        """
n = Sequential([Input((3,)), Dense(1)])
n.compile("adam", "mse")
n.fit(np.zeros((5, 3)), np.zeros((5, 1)))
n.add(Dense(4))
n.compile("adam", "mae")
n.fit(np.zeros((5, 3)), np.zeros((5, 4)))
"""
    ).calls("fit")
    assert [len(call.model.layers) for call in (first, second)] == [2, 3]
    assert isinstance(second.model.compile, Compile)
    losses = second.model.compile.losses
    assert isinstance(losses, tuple)
    assert losses[0] is not None
    assert losses[0].name == "mean_absolute_error"


def test_a_training_loop_of_ones_own_trains() -> None:
    call = only(
        """
import tensorflow as tf
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(m(x[:10]) - y[:10])
grads = tape.gradient(loss, m.trainable_variables)
""".replace("m(x[:10])", "x[:10]")
    )
    assert (call.name, call.trains) == ("train", True)


def test_a_call_on_data_is_a_call() -> None:
    call = only("out = m(x[:10])")
    assert (call.name, call.batch_size) == ("__call__", None)
