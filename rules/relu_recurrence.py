"""An unbounded activation stands in the recurrence.

A recurrent layer feeds its output back at every step. `tanh` keeps it between -1 and 1; `relu`, `elu`, `linear` and
their kin do not, and over many steps it can grow without end: the loss becomes huge or NaN, now and then, depending on
the initial weights. In Keras this often comes from `activation="relu"` copied from Dense layers. (It keeps the layer
off the fused GPU kernel, too.)

When to ignore this: with very short sequences, clipped gradients and an eye on the loss. A SimpleRNN whose recurrent
weights begin as an identity is made for relu, and not meant; nor is a layer with a `recurrent_constraint`, nor one
that reads a single step and keeps no state.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Program, Rule, Safety, Severity, Shape
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

ACTIVATIONS = {"activation": "tanh", "recurrent_activation": "sigmoid"}
"""What stands in a recurrence, and what Keras takes by default."""

PROBE = """
# largest output for inputs around 0 of size 20
np.abs(model.predict(np.random.RandomState(0).randn(8, 200, 4) * 20)).max()
"""


def check(program: Program) -> Iterator[Finding]:
    for model, top in program.layers():
        if top.kind in CELLS or _nothing_recurs(top):
            continue  # a cell that is called by hand: what is fed back, the program says
        for layer in top.walk():
            if layer.kind not in CELLS | LAYERS or layer.custom or _limited(layer):
                continue
            if top.kind == "Bidirectional" and layer is not top.wraps[0] and layer.location == top.wraps[0].location:
                continue  # the backward half is a copy of the forward one
            names = [name for name in ACTIVATIONS if name in layer.options and unbounded(layer[name]) is True]
            if names:
                last = [output.id for output in model.output_layers if output is not None] if model is not None else []
                yield _finding(top, layer, names, gives=top.id in last)


def _finding(top: Layer, layer: Layer, names: list[str], gives: bool) -> Finding:
    argument = layer.arguments.get(names[0])
    has = "have" if len(names) > 1 else "has"
    return Finding(
        argument.location if argument is not None else layer.location,
        f"{_listed(layer, names)} in the recurrence of `{layer.name}` {has} no bound: states can grow and grow",
        layer=top.path,
        fix=_fix(layer, names, gives),
    )


def _listed(layer: Layer, names: list[str]) -> str:
    if names == ["activation"]:
        return f"`{layer['activation']}`"
    return " and ".join(f"`{name}={layer[name]!r}`" for name in names)


def _nothing_recurs(top: Layer) -> bool:
    """Whether every sequence has one step and begins at zero."""
    if not top.arrivals or top.has("stateful", True) is not False:
        return False
    axis = 2 if top.kind == "TimeDistributed" else 1
    shapes = [call.input.shape for call in top.arrivals if not call.states]
    ones = [shape for shape in shapes if isinstance(shape, Shape) and shape.rank > axis and shape.dims[axis] == 1]
    return len(ones) == len(top.arrivals)


def _limited(layer: Layer) -> bool:
    """Whether the recurrence is kept from growing by other means, or made to be without a bound."""
    return layer.options.get("recurrent_constraint") is not None or _made_for_relu(layer)


def _made_for_relu(layer: Layer) -> bool:
    """A SimpleRNN with identity weights."""
    initializer = layer.options.get("recurrent_initializer", "orthogonal")
    simple = layer.kind in ("SimpleRNN", "SimpleRNNCell")
    return simple and not (isinstance(initializer, str) and initializer.lower() not in ("identity", "iidentity"))


def _fix(layer: Layer, names: list[str], gives: bool) -> Fix:
    """Advice alone where the layer gives what the model predicts, or is told to have no activation: that its numbers
    lie beyond the bounds of `tanh` may be meant."""
    title = "leave it at " + " and ".join(f"`{ACTIVATIONS[name]}`" for name in names)
    if "activation" in names and (gives or layer["activation"] in (None, "linear")):
        return Fix.advice(f"{title}, and let a layer behind it give the predictions")
    if len(names) == 1 and names[0] in layer.arguments:
        return Fix.argument(layer, names[0], None, title=title, safety=Safety.REVIEW)
    return Fix.advice(title)


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
