"""Sequences of unequal length are given as one array.

An array has one length on each axis. Sequences of different length become an array of Python objects, which Keras
cannot turn into a tensor, or do not become an array at all. Pad them to one length and mask the padding, or train on
batches of equal length.

When to ignore this: never, Keras refuses the data.
"""

from collections.abc import Iterator

from rnnlint import Data, Finding, Fix, Matcher, Note, Program, Rule, Severity
from rnnlint.facts import NOWHERE, Call, Slots
from rnnlint.wordings import CHECKED_RANK

BAD = """
short, long = [[1, 1], [2, 2]], [[1, 1], [2, 2], [3, 3]]
x = np.array([short, long, short], dtype=object)  # <-
y = np.array([0.0, 1.0, 0.0])
model = Sequential([Input((None, 2)), Masking(), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
short, long = [[1, 1], [2, 2]], [[1, 1], [2, 2], [3, 3]]
x = keras.utils.pad_sequences([short, long, short], padding="post", dtype="float32")
y = np.array([0.0, 1.0, 0.0])
model = Sequential([Input((None, 2)), Masking(), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls():
        for data in _handed(call):
            if data.ragged is True and data.batching is None and data.kind in ("array", "list", "frame"):
                yield _finding(call, data)


def _handed(call: Call) -> Iterator[Data]:
    slots: list[Slots] = [call.x, call.y]
    if call.held_out is not None:
        slots += [call.held_out.x, call.held_out.y]
    for slot in slots:
        yield from slot.known


def _finding(call: Call, data: Data) -> Finding:
    made = data.location != NOWHERE
    return Finding(
        data.location if made else call.location,
        "the sequences have different lengths, so they make no array of numbers",
        notes=[Note(call.location, f"`{call.spelled or call.name}` gets them")] if made else [],
        fix=Fix.advice("pad them to one length with `pad_sequences`, and mask the padding"),
    )


ADVICE = "pad the sequences to one length (`pad_sequences`) and mask the padding"

MESSAGES = (
    Matcher(
        r"setting an array element with a sequence|inhomogeneous shape after \d{1,2} dimensions|"
        r"failed to convert a numpy array to a tensor \(unsupported object type|"
        r"invalid dtype: (?:object|str)|"
        r"creating an ndarray from ragged nested sequences|"
        r"cannot batch tensors with different shapes in component|"
        r"can't convert non-rectangular python sequence to tensor|"
        r"can't convert np\.ndarray of type numpy\.object_",
        cause="the sequences have different lengths (or hold something that is no number), so they are no array "
        "of numbers",
        fix=ADVICE,
        score=0.92,
    ),
    Matcher(
        CHECKED_RANK,
        cause="{gives} may be an array of lists: sequences of different lengths",
        fix=ADVICE,
        score=0.7,
        when=lambda told: told.checks("input") and (told.dims("gives") or ())[1:] in ((), (1,)),
    ),
    Matcher(
        r"list of numpy arrays that you are passing to your model is not the size the model expected|"
        r"could not broadcast input array from shape",
        cause="the sequences are no array of one shape",
        fix=ADVICE,
        score=0.75,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
