"""Stateful layers are trained on shuffled sequences.

A stateful layer starts row k of a batch in the state that row k of the batch before it ended in, so batches must arrive
in order (a0 and a1 are the first two pieces of sequence a):

    batch 1    a0 b0 c0 d0        in order: each row goes on from the one above
    batch 2    a1 b1 c1 d1

    batch 1    c1 a0 d1 b0        shuffled: a row goes on from some other sequence
    batch 2    b1 d0 a1 c0

`fit` shuffles arrays unless told not to; a dataset may shuffle its rows itself. Keras does not complain and the loss
still falls, but what the layer carries from batch to batch is noise.

When to ignore this: where every batch is followed by a reset, by means that are not seen here.
"""

from collections.abc import Iterator

from rnnlint import Call, Data, Finding, Fix, Layer, Note, Program, Rule, Safety, Severity
from rnnlint.edits import without_method
from rnnlint.facts import NOWHERE, Location
from rnnlint.facts.sizes import less_equal
from rnnlint.finding import set_argument
from rnnlint.infer.batches import feed
from rnnlint.infer.states import ids, keepers, resets, understood

BAD = """
x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(64, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)  # <-
"""

GOOD = """
x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(64, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32, shuffle=False)
"""

PROBE = """
# share of the rows that go on from the state of another sequence
read = ORDER(x)
np.mean(read[1:] != read[:-1] + 32)
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit"):
        layers = keepers(call.model)
        if not layers or not understood(call) or any(resets(inner, ids(call.model)) for inner in call.each_batch):
            continue
        fed = feed(call)
        if less_equal(fed.rows, fed.size) is True:
            continue
        found = _by_fit(call, layers) or _by_data(call, layers)
        if found is not None:
            yield found


def _by_fit(call: Call, layers: list[Layer]) -> Finding | None:
    shuffle = call["shuffle"]
    if shuffle.value is not True and shuffle.value != "batch":
        return None
    cause = f"`shuffle={shuffle.value!r}` reorders" if shuffle.given else "`fit` shuffles by default"
    return Finding(
        shuffle.location if shuffle.given else call.location,
        f"{cause} the rows that `{layers[0].name}` must read in order",
        notes=_notes(layers),
        layer=layers[0].path,
        fix=Fix.argument(call, "shuffle", "False"),
    )


def _by_data(call: Call, layers: list[Layer]) -> Finding | None:
    for data in call.x.known:
        where = _shuffled_at(data)
        if where is None:
            continue
        return Finding(
            call.location if where == NOWHERE else where,
            f"the {data.kind} shuffles the rows that `{layers[0].name}` must read in order",
            notes=[*_notes(layers), Note(call.location, "trained here")],
            layer=layers[0].path,
            fix=_fix(data),
        )
    return None


def _shuffled_at(data: Data) -> Location | None:
    """Where the rows are put in disorder; NOWHERE: that is not known; None: they are not."""
    if data.batching is not None and data.batching.shuffled is True:
        return data.batching.shuffled_at
    if data.shuffled is True:
        return data.shuffled_at
    if data.split is not None and data.split.random is True:
        return data.split.location
    return None


def _notes(layers: list[Layer]) -> list[Note]:
    return [Note(layer.location, "keeps its state between batches", layer.path) for layer in layers]


def _fix(data: Data) -> Fix:
    site = data.batching.shuffle_site if data.batching is not None else None
    edits = without_method(site, "shuffle") if site is not None else ()
    if not edits and site is not None and "shuffle" in site.arguments:
        edits = set_argument(site, "shuffle", "False")
    if edits:
        return Fix("leave the rows in order", edits, Safety.REVIEW)
    if data.split is not None and data.split.random is True and data.split.site is not None:
        return Fix.argument(data.split.site, "shuffle", "False")
    return Fix.advice("leave the rows in order, or drop `stateful=True` where each row is a sequence of its own")


rule = Rule(
    check,
    family="stateful",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
