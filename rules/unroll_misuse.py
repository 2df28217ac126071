"""unroll=True stands with long or unknown length.

Unrolling writes the loop over the steps out: a copy of the cell for every step. For a handful of steps this can be
faster. For many it takes long to build and much memory, and keeps LSTM and GRU off the fused GPU kernel. Where the
number of steps is not known there is nothing to write out: tf_keras refuses, Keras 3 builds the model and unrolls for
each length that comes.

When to ignore this: where the model is to be exported without a loop.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Program, Rule, Safety, Severity, Shape
from rnnlint.questions.flow import place

BAD = """
model = Sequential([
    Input((100, 4)),
    LSTM(8, unroll=True),  # <-
])
"""

GOOD = """
model = Sequential([
    Input((100, 4)),
    LSTM(8),
])
"""

LONG = 64
"""Steps from which on unrolling is of no use."""

PROBE = """
# operations in the graph
len(tf.function(model).get_concrete_function(tf.zeros((2, 100, 4))).graph.get_operations())
"""


def check(program: Program) -> Iterator[Finding]:
    for _, layer, call in program.layer_calls():
        inner = layer.inner
        if not inner.recurrent or inner.custom or inner["unroll"] is not True:
            continue
        axis, shape = (2 if layer.kind == "TimeDistributed" else 1), call.input.shape
        if not isinstance(shape, Shape) or shape.rank <= axis:
            continue
        steps = shape.dims[axis]
        if steps is not None and not (isinstance(steps, int) and steps >= LONG):
            continue
        argument = inner.arguments.get("unroll")
        refused = program.keras == 2 and steps is None
        count = "an unknown number of" if steps is None else steps
        yield Finding(
            argument.location if argument is not None else place(layer, call),
            f"`unroll=True` copies the cell of `{layer.name}` for each of {count} steps",
            severity=Severity.ERROR if refused else Severity.HINT,
            layer=layer.path,
            fix=_fix(inner),
        )


def _fix(layer: Layer) -> Fix:
    if "unroll" in layer.arguments:
        return Fix.argument(layer, "unroll", None, safety=Safety.REVIEW)
    return Fix.advice("set `unroll=False`")


MESSAGES = (
    Matcher(
        r"cannot unroll an? rnn if the time dimension is undefined",
        cause="`unroll=True` needs a known number of steps",
        fix="leave `unroll=True` out, or declare the steps in the input shape",
        score=0.97,
    ),
)

rule = Rule(
    check,
    family="speed",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
