"""States are reset where no layer keeps any.

A stateless layer starts every sample with fresh states, so there is nothing to reset:

    stateless                       a0 | a1 | a2 | a0 | a1 | a2        fresh at every `|`, without a reset
    stateful, reset each epoch      a0 > a1 > a2 | a0 > a1 > a2

Where the reset is there for a reason, `stateful=True` is missing: the model forgets what it was meant to carry. Under
Keras 2 `model.reset_states()` then does nothing, and `layer.reset_states()` of the stateless layer raises.

When to ignore this: where the same code also serves a stateful model.
"""

from collections.abc import Iterator

from rnnlint import Call, Finding, Fix, Matcher, Program, Rule, Safety, Severity
from rnnlint.edits import without_statement
from rnnlint.infer.methods import lacks

BAD = """
x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)
model = Sequential([Input((10, 8)), LSTM(64), Dense(1)])
model.compile("adam", "mse")
for epoch in range(3):
    model.fit(x, y)
    model.reset_states()  # <-
"""

GOOD = """
x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)
model = Sequential([Input((10, 8)), LSTM(64), Dense(1)])
model.compile("adam", "mse")
for epoch in range(3):
    model.fit(x, y)
"""


def check(program: Program) -> Iterator[Finding]:
    needed = {call.location for call in program.calls("reset_states") if call.model.has("stateful", True) is not False}
    for call in program.calls("reset_states"):
        if call.location not in needed and not lacks(program, call) and call.model.complete and call.model.layers:
            yield Finding(
                call.location,
                "no layer of the model keeps a state that could be reset",
                fix=_fix(call),
            )


def _fix(call: Call) -> Fix:
    edits = without_statement(call.site)
    if not edits:
        return Fix.advice("drop the reset, or give `stateful=True` where states are to be kept")
    return Fix("drop the reset", edits, Safety.REVIEW)


MESSAGES = (
    Matcher(
        r"\blayer must be stateful\b",
        cause="states are reset of a layer that keeps none",
        fix="leave the reset out, or set `stateful=True`, if the layer is to go on from batch to batch",
        score=0.95,
    ),
)

rule = Rule(
    check,
    family="stateful",
    severity=Severity.HINT,
    keras={2: "slower"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
    everywhere=True,
)
