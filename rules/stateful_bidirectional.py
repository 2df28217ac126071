"""The backward half of a stateful Bidirectional continues from the future.

The forward half reads a sequence from its start and hands its state to the next batch, which is right. The backward
half reads each piece from its end: what it hands on is its state at the start of the piece, and it goes on from there
at the end of the next one. A row of steps 1 to 6, three in each batch:

               batch 1       batch 2
    forward    1 > 2 > 3  >  4 > 5 > 6        4 goes on from 3
    backward   3 > 2 > 1  >  6 > 5 > 4        6 goes on from 1, as if they were neighbours

No order of the batches makes both halves right. Use a stateless Bidirectional, or a stateful layer that reads forward.

When to ignore this: never.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Layer, Program, Rule, Safety, Severity
from rnnlint.edits import PLAIN, unwrapped
from rnnlint.questions.flow import made_elsewhere_too

BAD = """
x, y = np.random.rand(32, 10, 8), np.random.rand(32, 1)
model = Sequential([
    Input(batch_shape=(32, 10, 8)),
    Bidirectional(LSTM(16, stateful=True)),  # <-
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)
"""

GOOD = """
x, y = np.random.rand(32, 10, 8), np.random.rand(32, 1)
model = Sequential([
    Input(batch_shape=(32, 10, 8)),
    Bidirectional(LSTM(16)),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)
"""

PROBE = """
# how far the batch before moves what the backward half makes of a batch
layer, outputs = model.layers[0], []
for before in (x, -x):
    layer(before.astype("float32"))
    outputs.append(np.array(layer(x.astype("float32")))[:, 16:])
np.abs(outputs[1] - outputs[0]).max()
"""


def check(program: Program) -> Iterator[Finding]:
    for _, layer in program.layers():
        for part in layer.walk():
            if part.kind == "Bidirectional" and not part.custom and part.has("stateful", True) is True:
                yield _finding(program, layer, part)


def _finding(program: Program, layer: Layer, part: Layer) -> Finding:
    return Finding(
        part.location,
        f"the backward half of `{layer.name}` goes on from the wrong end of the batch before: from its first steps",
        layer=layer.path,
        fix=_fix(program, layer, part),
    )


def _fix(program: Program, layer: Layer, part: Layer) -> Fix:
    wrapped = part.wraps[0] if part.wraps else part
    resets = [call for call in program.calls() if call.resets]
    if resets and part is layer and not made_elsewhere_too(program, [layer]):
        edits = () if any(_of_a_half(call, part) for call in resets) else _forward(part)
        if edits:
            return Fix("read forward alone, with as many units as both halves have", edits, Safety.REVIEW)
    if (
        resets  # they would be left without a state
        or wrapped.site is None
        or "stateful" not in wrapped.site.arguments
        or made_elsewhere_too(program, [layer])
    ):
        return Fix.advice("use a stateless Bidirectional, or a stateful layer that reads forward")
    return Fix.argument(wrapped, "stateful", None)


def _of_a_half(reset: Call, part: Layer) -> bool:
    """Whether it resets one half alone, which there is none of without the wrapper."""
    layer, spelled = reset.layer, reset.site.spelled if reset.site is not None else ""
    return any(half is layer for half in part.wraps) or "ward_layer." in spelled


def _forward(part: Layer) -> tuple[Edit, ...]:
    """The layer without the wrapper; where that joined the halves, with twice the units."""
    site = part.wraps[0].site if part.wraps else None
    units = site.arguments.get("units") if site is not None else None
    if any(call.states for call in part.arrivals):
        return ()  # half as many would be left to take them
    if units is None or not units.text or part.has("return_state", False) is not True or len(part.arguments) > 1:
        return ()
    taken = unwrapped(part)
    text = str(2 * int(units.text)) if units.text.isdigit() else f"2 * {units.text}"
    plain = units.text.isdigit() or PLAIN.fullmatch(units.text)
    return (*taken, Edit(units.value, text)) if taken and plain else ()


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
