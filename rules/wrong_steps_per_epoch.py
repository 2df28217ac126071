"""steps_per_epoch or validation_steps counts samples, not batches.

A step is a batch. With `steps_per_epoch=len(samples)` and batches of 32 each epoch goes through the data 32 times: it
takes 32 times as long, and epochs, learning curves and early stopping no longer mean what they say. The right number is
the samples divided by the batch size, rounded up.

When to ignore this: where an epoch is meant to be so many batches, whatever the data.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.facts import NOWHERE
from rnnlint.questions.passes import Pass, passes

BAD = """
def batches(x, y, size):
    while True:
        for start in range(0, len(x), size):
            yield x[start:start + size], y[start:start + size]

x, y = np.random.rand(64, 10, 3), np.random.rand(64, 1)
model = Sequential([Input((10, 3)), LSTM(8), Dense(1)])
model.compile("adam", "mse")
model.fit(batches(x, y, 16), steps_per_epoch=64)  # <-
"""

GOOD = """
def batches(x, y, size):
    while True:
        for start in range(0, len(x), size):
            yield x[start:start + size], y[start:start + size]

x, y = np.random.rand(64, 10, 3), np.random.rand(64, 1)
model = Sequential([Input((10, 3)), LSTM(8), Dense(1)])
model.compile("adam", "mse")
model.fit(batches(x, y, 16), steps_per_epoch=4)
"""

PROBE = """
# how often one epoch goes through the data
int(model.optimizer.iterations) * 16 / len(x)
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit", "evaluate", "predict"):
        for read in passes(call):
            if read.counts_samples:
                yield _finding(read)


def _finding(read: Pass) -> Finding:
    made = read.data.location
    rows = read.rows if isinstance(read.rows, int) else read.steps.value
    return Finding(
        read.steps.location if read.steps.given else read.call.location,
        f"`{read.name}={read.steps.value}` is the number of samples, but a step takes a batch of {read.size}",
        notes=[Note(made, f"gives batches of {read.size}")] if made != NOWHERE else [],
        fix=_fix(read, rows),
    )


def _fix(read: Pass, rows: object) -> Fix:
    size = read.size
    if isinstance(read.enough, int):
        title = f"count batches: {read.enough}"
        return Fix.argument(read.call, read.name, str(read.enough), title, Safety.REVIEW)
    return Fix.advice(f"count batches: `math.ceil({rows} / {size})`")


MESSAGES = (
    Matcher(
        r"your (?:input|dataset|generator|dataset iterator|input iterator) ran out of data",
        cause="more steps are asked for than there are batches: `steps_per_epoch` or `validation_steps` may "
        "count samples",
        fix="count batches: `len(x) // batch_size`",
        score=0.75,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
