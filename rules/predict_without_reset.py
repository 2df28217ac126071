"""Prediction starts in the state that training or another prediction left.

A stateful layer goes on wherever it stopped. Behind `fit` that is the end of the training data; a prediction for
another series, or for the same series from its start, then begins with the memory of something else:

    fit        a0 a1 a2
    predict    b0 b1        b0 goes on from a2
    predict    b0 b1        b0 goes on from b1: the same input, another answer

Reset in front of it; to predict what follows the training data, going on is right. A prediction whose result is thrown
away is taken for a warm-up of the states, and the next one for what goes on from there.

When to ignore this: where the data go on where the data before them stopped.
"""

from collections.abc import Iterator

from rnnlint import Call, Data, Finding, Fix, Note, Program, Rule, Safety, Severity
from rnnlint.edits import in_front, resetting
from rnnlint.infer.states import keepers, left_by, same_rows, unrelated

BAD = """
x, y = np.random.rand(12, 4, 3), np.random.rand(12, 1)
other = np.random.rand(4, 4, 3)
model = Sequential([Input(batch_shape=(1, 4, 3)), LSTM(10, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=1, shuffle=False)
forecast = model.predict(other, batch_size=1)  # <-
"""

GOOD = """
x, y = np.random.rand(12, 4, 3), np.random.rand(12, 1)
other = np.random.rand(4, 4, 3)
model = Sequential([Input(batch_shape=(1, 4, 3)), LSTM(10, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=1, shuffle=False)
model.layers[0].reset_states()
forecast = model.predict(other, batch_size=1)
"""

PROBE = """
# how far the forecast is from the one of fresh states
model.layers[0].reset_states()
np.abs(forecast - model.predict(other, batch_size=1)).max()
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("predict", "evaluate"):
        if not keepers(call.model):
            continue
        before = left_by(program, call)
        if before is not None and before.callbacks_known and (why := _why(before, call)):
            yield _finding(call, before, why)


def _why(before: Call, call: Call) -> str | None:
    """Why the data of a call do not go on where those of the call before stopped; None where they may."""
    if _warms_up(before):
        return None
    last, first = _first(before), _first(call)
    if last is None or first is None:
        return None
    if same_rows(last, first):
        return "the same data again"
    return "other data" if unrelated(last, first) else None


def _warms_up(call: Call) -> bool:
    """Whether nothing is done with what a prediction gives: it is made for the states that it leaves."""
    return call.name == "predict" and call.site is not None and call.site.bare


def _first(call: Call) -> Data | None:
    """What the call ends with: its validation data where it validates."""
    slots = call.held_out.x if call.held_out is not None else call.x
    if call.validation is not None and call.held_out is None:
        return None
    return next(iter(slots.known), None)


def _finding(call: Call, before: Call, why: str) -> Finding:
    layer = keepers(call.model)[0]
    name = call.spelled or call.name
    return Finding(
        call.location,
        f"`{name}` reads {why}, but starts in the state that `{before.spelled or before.name}` left in `{layer.name}`",
        notes=[
            Note(before.location, "leaves the state"),
            Note(layer.location, "keeps its state between calls", layer.path),
        ],
        layer=layer.path,
        fix=_fix(call, f"reset the states in front of `{name}`"),
    )


def _fix(call: Call, title: str) -> Fix:
    edits = in_front(call.site, resetting(call, keepers(call.model)))
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


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
