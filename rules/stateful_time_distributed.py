"""A stateful layer stands inside TimeDistributed.

TimeDistributed applies the layer to each super step on its own. A stateful layer takes the state from one super step
into the next all the same, and from the last one of a batch into the first of the next. A row of three super steps,
each of them a sequence:

                wanted          read
    batch 1     u0 | u1 | u2    u0 > u1 > u2
    batch 2     v0 | v1 | v2    > v0 > v1 > v2        one long sequence, from batch to batch

The sequences that were to be kept apart run into each other. Drop `stateful=True`, or the wrapper.

When to ignore this: where the super steps of one sample are meant to be one long sequence.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Program, Rule, Severity
from rnnlint.questions.flow import made_elsewhere_too

BAD = """
x, y = np.random.rand(32, 5, 10, 8), np.random.rand(32, 5, 16)
model = Sequential([
    Input(batch_shape=(32, 5, 10, 8)),
    TimeDistributed(LSTM(16, stateful=True)),  # <-
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)
"""

GOOD = """
x, y = np.random.rand(32, 5, 10, 8), np.random.rand(32, 5, 16)
model = Sequential([
    Input(batch_shape=(32, 5, 10, 8)),
    TimeDistributed(LSTM(16)),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)
"""

PROBE = """
# how far the first super step moves what is made of the second
layer, outputs = model.layers[0].layer, []
for first in (1, -1):
    _ = layer.stateful and layer.reset_states()
    outputs.append(model.predict(np.concatenate([x[:, :1] * first, x[:, 1:]], axis=1), batch_size=32)[:, 1])
np.abs(outputs[1] - outputs[0]).max()
"""


def check(program: Program) -> Iterator[Finding]:
    for _, layer in program.layers():
        for part in layer.walk():
            if part.kind == "TimeDistributed" and not part.custom and part.has("stateful", True) is True:
                yield _finding(program, layer, part)


def _finding(program: Program, layer: Layer, part: Layer) -> Finding:
    inner = next(wrapped for wrapped in part.walk() if wrapped["stateful"] is True)
    return Finding(
        part.location,
        f"`{layer.name}` keeps its super steps apart, but the stateful {inner.cls} in it carries its state across them",
        layer=layer.path,
        fix=_fix(program, layer, inner),
    )


def _fix(program: Program, layer: Layer, inner: Layer) -> Fix:
    if inner.site is None or "stateful" not in inner.site.arguments or made_elsewhere_too(program, [layer]):
        return Fix.advice("drop `stateful=True`")
    return Fix.argument(inner, "stateful", None)


rule = Rule(
    check,
    family="stateful",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
