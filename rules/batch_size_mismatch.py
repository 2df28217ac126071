"""fit, evaluate or predict use another batch size than the model's.

A stateful layer has one state for each row of the batch size that its input declares; batches of any other size raise:

    states      s0 s1 s2 s3                  batch_shape=(4, ...)
    a batch     r0 r1 r2 r3 r4 r5 ... r31    of 32: there is no state for r4

`predict` and `evaluate` read batches of 32 unless told otherwise. To train on batches and predict one by one, build the
model twice, with batch size 1 the second time, and copy the weights: `sampler.set_weights(model.get_weights())`.

A single row does not raise in Keras 2, nor in `fit` and `evaluate` of Keras 3: it is broadcast against all states, and
as many rows come back (a warning). A stateless model with a fixed batch size takes batches of any size today (a
warning): the declaration says something else than what is done, and other tools refuse it.

When to ignore this: in a stateless model, where the fixed size serves another tool.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Call, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.edits import opened_batch
from rnnlint.facts import Dim, Location, Size, Unknown
from rnnlint.facts.sizes import divides, is_known
from rnnlint.infer.batches import Batches, Feed, feed, first_batch, judge_batches
from rnnlint.infer.states import keepers
from rnnlint.messages import Told
from rnnlint.questions.flow import Flow
from rnnlint.wordings import (
    FED,
    FEWER_STATES,
    INCOMPATIBLE,
    OTHER_STATES,
    ROWS_OF_STATES,
    SIZES,
    THEANO_PRODUCT,
    THEANO_ROWS,
    WRONG_SHAPE,
)

BAD = """
x, y = np.random.rand(40, 5, 1), np.random.rand(40, 1)
model = Sequential([Input(batch_shape=(10, 5, 1)), GRU(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.predict(x)  # <-
"""

GOOD = """
x, y = np.random.rand(40, 5, 1), np.random.rand(40, 1)
model = Sequential([Input(batch_shape=(10, 5, 1)), GRU(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.predict(x, batch_size=10)
"""


def check(program: Program) -> Iterator[Finding]:
    flow: Flow | None = None
    for call in program.calls():
        fixed, fed = call.model.batch_size, feed(call)
        if call.resets or call.name == "train" or judge_batches(fixed, fed) is not Batches.OTHER:
            continue
        layers = keepers(call.model)
        if layers:
            yield _stateful(call, layers[0], fixed, fed, program.keras)
        elif call.model.has("stateful", True) is False and is_known(first_batch(fed)):
            flow = flow or Flow(program)
            yield _stateless(call, flow.source(call.model.inputs[0]), fixed, first_batch(fed))


def _stateful(call: Call, layer: Layer, fixed: Dim, fed: Feed, keras: int | Unknown) -> Finding:
    read = first_batch(fed)
    read = fed.size if read is UNKNOWN else read
    silent = read == 1 and fed.rows == 1 and (keras in (1, 2) or call.name in ("fit", "evaluate"))
    return Finding(
        _place(call),
        f"`{call.spelled or call.name}` reads batches of {read}, but `{layer.name}` keeps states for {fixed} rows"
        + (": the one row is broadcast against all of them" if silent else ""),
        notes=[Note(layer.location, f"keeps a state for each of {fixed} rows", layer.path)],
        severity=Severity.WARNING if silent else Severity.ERROR,
        layer=layer.path,
        fix=_fix(call, fixed, fed),
    )


def _stateless(call: Call, layer: Layer | None, fixed: Dim, read: Size) -> Finding:
    edits = opened_batch(layer)
    title = "leave the batch size open"
    return Finding(
        _place(call),
        f"`{call.spelled or call.name}` reads batches of {read}, but the input is declared for batches of {fixed}",
        notes=[] if layer is None else [Note(layer.location, f"declares batches of {fixed}", layer.path)],
        severity=Severity.WARNING,
        layer=None if layer is None else layer.path,
        fix=Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title),
    )


def _place(call: Call) -> Location:
    return call["batch_size"].location if call["batch_size"].given else call.location


def _fix(call: Call, fixed: Dim, fed: Feed) -> Fix:
    arrays = not any(data.batching for data in call.x.known)
    if isinstance(fixed, int) and arrays and call.batch_size is not None and divides(fixed, fed.rows) is not False:
        changes = call.trains
        return Fix.argument(call, "batch_size", str(fixed), safety=Safety.REVIEW if changes else Safety.SAFE)
    return Fix.advice("build the model a second time with that batch size, and copy the weights")


CAUSE = "a batch of another size than the stateful model's arrives: {gives} and {needs} meet"
ROWS = "a batch of {rows} rows meets states of {fixed} rows"
ADVICE = (
    "pass the model's own batch size to `fit`, `evaluate` and `predict` (the default is 32), or predict with a copy "
)
ADVICE += "of the model that is built for another one"


def _other_batch(told: Told) -> bool:
    return told.same_but_batch


MESSAGES = (
    *(Matcher(pattern, CAUSE, ADVICE, score=0.85, when=_other_batch) for pattern in (FED, INCOMPATIBLE, FEWER_STATES)),
    Matcher(SIZES, CAUSE, ADVICE, score=0.8, when=lambda told: told.number("dimension") == 0),
    Matcher(WRONG_SHAPE, CAUSE, ADVICE, score=0.88, when=_other_batch),
    *(Matcher(pattern, ROWS, ADVICE, score=0.88) for pattern in (ROWS_OF_STATES, THEANO_PRODUCT, OTHER_STATES)),
    Matcher(THEANO_ROWS, ROWS, ADVICE, score=0.85),
)

rule = Rule(
    check,
    family="stateful",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
