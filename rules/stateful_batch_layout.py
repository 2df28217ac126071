"""Pieces of one sequence lie side by side in a batch, not in the same row of the next.

A stateful layer keeps a state for each row, so the next piece of a sequence must come in the same row of the next
batch. In the order in which sequences are cut they lie side by side (a0, a1, a2 are the pieces of sequence a):

    as cut     batch 1    a0 a1 a2 b0        right     batch 1    a0 b0 c0 d0
               batch 2    b1 b2 c0 c1                  batch 2    a1 b1 c1 d1
               batch 3    c2 d0 d1 d2                  batch 3    a2 b2 c2 d2

All pieces of a batch then start from states of other places of the series. Order the pieces by their number first; one
long series is cut into as many equal parts as a batch has rows. Or use batch size 1.

When to ignore this: where each row is a sequence of its own; then drop `stateful=True`.
"""

from collections.abc import Iterator

from rnnlint import Call, Data, Finding, Fix, Note, Program, Rule, Severity
from rnnlint.facts import NOWHERE
from rnnlint.facts.sizes import less, less_equal
from rnnlint.infer.batches import feed
from rnnlint.infer.states import Continuation, continuation, ids, keepers, overlapping, resets, understood

BAD = """
series = np.sin(np.arange(320) / 5)
x = series.reshape(32, 10, 1)
y = x.mean(axis=1)
model = Sequential([Input(batch_shape=(4, 10, 1)), LSTM(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=4, shuffle=False)  # <-
"""

GOOD = """
series = np.sin(np.arange(320) / 5)
x = series.reshape(32, 10, 1)
y = x.mean(axis=1)
model = Sequential([Input(batch_shape=(1, 10, 1)), LSTM(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=1, shuffle=False)
"""

PROBE = """
# share of the rows that do not go on with the next piece of the series
read = ORDER(x)
np.mean(read[1:] != read[:-1] + 1)
"""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[int] = set()
    for call in program.calls("fit"):
        if not keepers(call.model) or call.model.id in spoken or not understood(call) or _in_disorder(call):
            continue
        if any(resets(inner, ids(call.model)) for inner in call.each_batch):
            continue
        for data in call.x.known:
            if _side_by_side(call, data):
                spoken.add(call.model.id)
                yield _finding(call, data)
                break


def _in_disorder(call: Call) -> bool:
    """Whether the rows are shuffled, so that no layout is kept: another rule speaks then."""
    mixed = any(
        data.shuffled is True
        or (data.batching is not None and data.batching.shuffled is not False)
        or (data.split is not None and data.split.random is True)
        for data in call.x.known
    )
    return mixed or call["shuffle"].value is True


def _side_by_side(call: Call, data: Data) -> bool:
    windows, fed = data.windows, feed(call)
    if windows is None or overlapping(windows) is not False or less(1, fed.size) is not True:
        return False
    if less_equal(fed.rows, fed.size) is True:
        return False
    return continuation(windows, fed.size, fed.rows) in (Continuation.GAP, Continuation.ANOTHER)


def _finding(call: Call, data: Data) -> Finding:
    layer, size = keepers(call.model)[0], feed(call).size
    made = [Note(data.location, "the pieces are laid out here")] if data.location != NOWHERE else []
    return Finding(
        call.location,
        f"each batch of {size} holds pieces that follow one another, so no row of `{layer.name}` goes on in the next",
        notes=[*made, Note(layer.location, "keeps a state for each row", layer.path)],
        gives=data.shape,
        layer=layer.path,
        fix=Fix.advice("order the pieces so that piece k of every sequence is in batch k, or use batch size 1"),
    )


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
