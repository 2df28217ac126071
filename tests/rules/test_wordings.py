"""What a finding says is so in that very program, and so is its advice."""

import pytest

from rnnlint.check_rule import lint_text
from rnnlint.finding import Finding
from rnnlint.packs import load_rules
from rnnlint.rule import PRELUDE

RULES = load_rules()


def found(rule: str, program: str, keras: int = 3) -> Finding:
    (finding,) = lint_text(PRELUDE + program, [RULES[rule]], keras)
    return finding


STATEFUL = """
x, y, held = np.random.rand(8, 6, 3), np.random.rand(8, 1), (np.random.rand(4, 6, 3), np.random.rand(4, 1))
model = Sequential([Input(batch_shape=(4, 6, 3)), LSTM(5, stateful=True), Dense(1)])
model.compile("adam", "mse")
"""


def test_validation_and_the_epoch_behind_it() -> None:
    fit = "model.fit(x, y, batch_size=4, shuffle=False, validation_data=held, epochs=3)\n"
    message = found("stateful-validation", STATEFUL + fit).message
    assert message == (
        "validation starts in the states that training leaves in `lstm`, and the next epoch in those of the validation"
    )


def test_no_epoch_starts_in_what_is_reset() -> None:
    loop = "for _ in range(3):\n    model.fit(x, y, batch_size=4, shuffle=False, validation_data=held)\n"
    reset = "    for layer in model.layers:\n        if layer.stateful:\n            layer.reset_states()\n"
    message = found("stateful-validation", STATEFUL + loop + reset).message
    assert message == "validation starts in the states that training leaves in `lstm`"


@pytest.mark.parametrize(("second", "what"), [("np.ones((4, 6, 3))", "the same data again"), ("x[:4]", "other data")])
def test_which_data_a_prediction_reads(second: str, what: str) -> None:
    calls = f"first = model.predict(np.ones((4, 6, 3)))\nsecond = model.predict({second})\n"
    message = found("predict-without-reset", STATEFUL + calls).message
    assert message == f"`predict` reads {what}, but starts in the state that `predict` left in `lstm`"


@pytest.mark.parametrize(
    ("layers", "advice"),
    [
        ("Input((1, 10)), LSTM(5)", "if the 10 features are 10 steps of one series, give the input shape (10, 1)"),
        ("LSTM(5, input_shape=(1, 10))", "if the 10 features are 10 steps of one series, give the input shape (10, 1)"),
        ("Input((1, 1)), LSTM(5)", "give each sequence more steps: windows of the series, (samples, steps, features)"),
        (
            "Input((1,)), Embedding(50, 10), LSTM(5)",
            "give each sequence more steps: the ids of several words, (samples, steps)",
        ),
        (
            "Input((7,)), Dense(10), Reshape((1, 10)), LSTM(5)",
            "hand the steps of the data on to `lstm`, or use a Dense in its place",
        ),
    ],
)
def test_features_of_the_data_may_be_steps(layers: str, advice: str) -> None:
    fix = found("single-timestep", f"model = Sequential([{layers}, Dense(1)])\n").fix
    assert fix is not None
    assert fix.title == advice


def test_how_many_samples_a_reshape_has_is_left_out() -> None:
    program = """
x, y = np.random.rand(100, 3, 50), np.random.rand(100, 1)
model = Sequential([Input((50, 3)), LSTM(5), Dense(1)])
model.compile("adam", "mse")
model.fit(x.reshape(-1, 50, 3), y)
"""
    message = found("swapped-axes", program).message
    assert message == "reshape from (3, 50) to (50, 3) does not exchange axes, so `lstm` does not read them as steps"


@pytest.mark.parametrize(
    ("last", "keras", "what"),
    [
        ('Dense(1, activation="sigmoid")', 2, "which Keras refuses"),
        ("Dense(1)", 2, "and the loss broadcasts them"),
        ('Dense(1, activation="sigmoid")', 3, "which Keras refuses"),
    ],
)
def test_what_binary_crossentropy_does(last: str, keras: int, what: str) -> None:
    program = f"""
x, y = np.random.rand(64, 20, 4), np.random.randint(0, 2, 64)
model = Sequential([Input((20, 4)), Dense(8), {last}])
model.compile("adam", "binary_crossentropy")
model.fit(x, y)
"""
    message = found("target-shape", program, keras).message
    assert message == f"the output is (batch=None, time=20, units=1) and the target (batch=64), {what}"


@pytest.mark.parametrize("layer", ["LSTM(3)", "Bidirectional(GRU(3))", "RNN(LSTMCell(3))"])
def test_a_softmax_within_a_recurrent_layer_is_no_softmax_of_its_output(layer: str) -> None:
    program = f"""
model = Sequential([Input((20, 4)), {layer}])
model.compile("adam", "categorical_crossentropy")
"""
    fix = found("loss-output-mismatch", program).fix
    units = 6 if "Bidirectional" in layer else 3
    assert fix is not None
    assert (fix.title, fix.edits) == (f'put a `Dense({units}, activation="softmax")` behind it', ())
