"""shuffle=False where nothing is stateful.

A stateless layer starts every sample fresh: each window is a sequence of its own, and `shuffle` changes the order of
the samples, never the order of the steps in them. Only states that are carried from batch to batch need the order:

    stateless    batch 1    1 2 3 | 2 3 4        any window may stand in any row of any batch
                 batch 2    3 4 5 | 4 5 6
    stateful     batch 1    1 2 3                must come first
                 batch 2    4 5 6                goes on from 3

Batches of neighbouring windows look alike, and training on them in order is worse than on mixed ones.

When to ignore this: where a run must be repeated step by step.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Note, Program, Rule, Severity

BAD = """
y = np.linspace(0, 10, 320)
x = np.random.rand(320, 10, 1) + y[:, None, None]
model = Sequential([Input((10, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=5, shuffle=False)  # <-
"""

GOOD = """
y = np.linspace(0, 10, 320)
x = np.random.rand(320, 10, 1) + y[:, None, None]
model = Sequential([Input((10, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=5)
"""

PROBE = """
# loss over all samples after the last epoch
model.evaluate(x, y)
"""


def check(program: Program) -> Iterator[Finding]:
    needed = {call.location for call in program.calls("fit") if call.model.has("stateful", True) is not False}
    for call in program.calls("fit"):
        shuffle = call["shuffle"]
        recurrent = [layer for layer in call.model.layers if layer.recurrent]
        if not shuffle.given or shuffle.value is not False or not recurrent:
            continue
        if call.location not in needed:
            yield Finding(
                shuffle.location,
                "the samples stay in order, but no layer carries anything from one batch to the next",
                notes=[Note(recurrent[0].location, "starts every sample fresh", recurrent[0].path)],
                fix=Fix.argument(call, "shuffle", None),
            )


rule = Rule(
    check,
    family="stateful",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    everywhere=True,
)
