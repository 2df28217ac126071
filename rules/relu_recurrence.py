"""An unbounded activation stands in the recurrence.

A recurrent layer feeds its output back at every step. `tanh` keeps it between -1 and 1; `relu`, `elu`, `linear` and
their kin do not, and over many steps it can grow without end: the loss becomes huge or NaN, now and then, depending on
the initial weights. In Keras this often comes from `activation="relu"` copied from Dense layers. (It keeps the layer
off the fused GPU kernel, too.)

When to ignore this: with very short sequences, clipped gradients and an eye on the loss. A SimpleRNN whose recurrent
weights begin as an identity is made for relu, and not meant.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Program, Rule, Safety, Severity
from rnnlint.questions.activations import unbounded

BAD = """
keras.utils.set_random_seed(0)
model = Sequential([
    Input((200, 4)),
    LSTM(16, activation="relu"),  # <-
])
print(model.predict(np.full((2, 200, 4), 2.0), verbose=0).max())
"""

GOOD = """
keras.utils.set_random_seed(0)
model = Sequential([
    Input((200, 4)),
    LSTM(16),
])
print(model.predict(np.full((2, 200, 4), 2.0), verbose=0).max())
"""

CELLS = frozenset({"LSTMCell", "GRUCell", "SimpleRNNCell"})
LAYERS = frozenset({"LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})

PROBE = """
# largest output
float(np.abs(model.predict(np.random.RandomState(0).randn(8, 200, 4) * 2, verbose=0)).max())
"""


def check(program: Program) -> Iterator[Finding]:
    for _, top in program.layers():
        for layer in top.walk():
            if layer.kind not in CELLS | LAYERS or layer.custom or _made_for_relu(layer):
                continue
            if top.kind == "Bidirectional" and layer is not top.wraps[0] and layer.location == top.wraps[0].location:
                continue  # the backward half is a copy of the forward one
            if "activation" not in layer.options or unbounded(layer["activation"]) is not True:
                continue
            argument = layer.arguments.get("activation")
            yield Finding(
                argument.location if argument is not None else layer.location,
                f"`{layer['activation']}` in the recurrence of `{layer.name}` has no bound: states can grow and grow",
                layer=top.path,
                fix=_fix(layer),
            )


def _made_for_relu(layer: Layer) -> bool:
    """A SimpleRNN with identity weights."""
    initializer = layer.options.get("recurrent_initializer", "orthogonal")
    simple = layer.kind in ("SimpleRNN", "SimpleRNNCell")
    return simple and not (isinstance(initializer, str) and initializer.lower() not in ("identity", "iidentity"))


def _fix(layer: Layer) -> Fix:
    if "activation" in layer.arguments:
        return Fix.argument(layer, "activation", None, title="leave it at `tanh`", safety=Safety.REVIEW)
    return Fix.advice("leave it at `tanh`")


rule = Rule(
    check,
    family="numerics",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
