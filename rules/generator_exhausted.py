"""A generator or dataset ends before the epochs do.

`steps_per_epoch` asks for so many batches in each epoch. A dataset of fewer ends each epoch early in Keras 3, the whole
training in Keras 2, with a warning that is easily missed; a Python generator that has ended gives nothing to any later
epoch. A dataset knows its own length, so `steps_per_epoch` is best left out; a generator must go on for ever
(`while True:`), a dataset may `repeat()`.

When to ignore this: where the last epoch may be short.
"""

from collections.abc import Iterator
from dataclasses import replace

from rnnlint import Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.facts import NOWHERE, SourceLocation
from rnnlint.questions.passes import Pass, exhausted, passes

BAD = """
x, y = np.random.rand(200, 16, 3), np.random.rand(200, 1)
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(25)
model = Sequential([Input((16, 3)), LSTM(8), Dense(1)])
model.compile("adam", "mse")
model.fit(data, epochs=2, steps_per_epoch=16)  # <-
"""

GOOD = """
x, y = np.random.rand(200, 16, 3), np.random.rand(200, 1)
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(25)
model = Sequential([Input((16, 3)), LSTM(8), Dense(1)])
model.compile("adam", "mse")
model.fit(data, epochs=2)
"""

PROBE = """
# batches that were asked for and never came
model.history.params["steps"] * model.history.params["epochs"] - len(BATCHES)
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit", "evaluate", "predict"):
        for read in passes(call):
            why = exhausted(read, program.keras)
            if why is not None and not read.counts_samples:
                yield _finding(read, why)


def _finding(read: Pass, why: str) -> Finding:
    made = read.data.location
    return Finding(
        read.steps.location if read.steps.given else read.call.location,
        f"the {read.data.kind} ends after {read.batches} batches, but {why}",
        notes=[Note(made, f"gives {read.batches} batches")] if made != NOWHERE else [],
        fix=_fix(read),
    )


def _fix(read: Pass) -> Fix:
    if read.data.batching is not None and read.data.batching.restarts is True and read.steps.given:
        return Fix.argument(read.call, read.name, None, f"drop `{read.name}`: each epoch reads all", Safety.REVIEW)
    if edits := _for_ever(read):
        return Fix("let the generator go on for ever", edits, Safety.REVIEW)
    return Fix.advice("let the generator go on for ever: `while True:` around what it yields")


def _for_ever(read: Pass) -> tuple[Edit, ...]:
    """`while True:` around the loop that a generator ends with, if the call says how many batches it wants."""
    loop = read.data.batching.loop if read.data.batching is not None else NOWHERE
    if not isinstance(loop, SourceLocation) or read.call.name != "fit" or not read.steps.given:
        return ()
    indent = " " * (loop.column - 1)
    head = replace(loop, end_line=loop.line, end_column=loop.column)
    lines = [SourceLocation(loop.path, line, 1, line, 1) for line in range(loop.line + 1, loop.end_line + 1)]
    return (Edit(head, f"while True:\n{indent}    "), *(Edit(line, "    ") for line in lines))


MESSAGES = (
    Matcher(
        r"the generator must yield at least one batch|received an empty generator|the pydataset has length 0",
        cause="the generator or dataset gives no batch at all: it was read to its end before, or is too short for one",
        fix="make it anew for each pass, and see that there are as many samples as a batch has",
        score=0.9,
    ),
    Matcher(
        r"output of generator should be (?:a|in the form of a) tuple [^:]{0,80}found: none",
        cause="the generator gave nothing: it ended, or an error inside ended it",
        fix="let it go on (`while True`), and look above for the error that was raised in it",
        score=0.75,
    ),
    Matcher(
        r"your (?:input|dataset|generator|dataset iterator|input iterator) ran out of data|"
        r"can generate at least `?steps_per_epoch ?\* ?epochs`? batches(?: \(in this case, (?P<needs>\d{1,12}) "
        r"batches\))?",
        cause="the generator or dataset ends before all epochs have had their steps",
        fix="let it go on (`while True`, `.repeat()`), or leave `steps_per_epoch` out for a dataset that ends",
        score=0.95,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
