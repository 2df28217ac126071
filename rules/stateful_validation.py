"""Validation runs through the states of training, or its split does not divide.

`fit` validates with the same layers that it trains. A stateful layer enters the validation in the state that the last
training batch left, and the next epoch starts in the state that the validation left:

    epoch 1    train a0 a1 a2 | validate b0 b1        b0 goes on from a2
    epoch 2    train a0 a1 a2 | ...                   a0 goes on from b1

So the validation loss depends on what was trained last, and training on what was validated. Reset the states around the
validation, by a callback with `on_test_begin` and `on_epoch_begin`, or evaluate by hand between resets. And
`validation_split` cuts the samples into two parts which both must be multiples of the batch size.

When to ignore this: where the validation data go on where the training data stop, and one epoch is all there is.
"""

from collections.abc import Iterator

from rnnlint import Call, Finding, Fix, Layer, Matcher, Note, Program, Rule, Severity
from rnnlint.facts import Dim, Unknown
from rnnlint.facts.sizes import divides
from rnnlint.infer.batches import Batches, feed, judge_batches, validation_feed
from rnnlint.infer.states import ids, keepers, resets, understood
from rnnlint.wordings import INCOMPATIBLE

BAD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
held_x, held_y = np.random.rand(32, 10, 8), np.random.rand(32, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32, shuffle=False, validation_data=(held_x, held_y))  # <-
"""

GOOD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
held_x, held_y = np.random.rand(32, 10, 8), np.random.rand(32, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32, shuffle=False)
model.layers[0].reset_states()
model.evaluate(held_x, held_y, batch_size=32)
model.layers[0].reset_states()
"""

PROBE = """
# largest state that the validation leaves to the next epoch
max(np.abs(np.array(state)).max() for state in model.layers[0].states)
# how far the validation loss is from the one of fresh states
model.layers[0].reset_states()
np.abs(LOSSES[-1] - model.evaluate(held_x, held_y, batch_size=32))
"""

WRONG = (Batches.PARTIAL, Batches.ONE)


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit"):
        layers = keepers(call.model)
        if layers and call.validation is not None and not isinstance(call.validation, Unknown):
            found = _split(call, layers[0], call.model.batch_size) or _leak(call, layers[0])
            if found is not None:
                yield found


def _split(call: Call, layer: Layer, fixed: Dim) -> Finding | None:
    """A split whose parts do not divide, although all samples do."""
    assert call.validated is not None
    if call.validated.split is None or divides(fixed, call.x.samples) is False:
        return None
    train, held = feed(call), validation_feed(call)
    if judge_batches(fixed, train) not in WRONG and judge_batches(fixed, held) not in WRONG:
        return None
    argument = call.validated.argument
    return Finding(
        argument.location if argument.given else call.location,
        f"the split leaves {train.rows} samples to train and {held.rows} to validate, which batches of {fixed} do not"
        " divide",
        notes=[Note(layer.location, f"keeps a state for each of {fixed} rows", layer.path)],
        severity=Severity.ERROR,
        layer=layer.path,
        fix=_fraction(call, fixed, mended=_leak(call, layer) is None),
    )


def _fraction(call: Call, fixed: Dim, mended: bool) -> Fix:
    """The fraction next to the one given that leaves multiples of the batch size; advice where that mends not all."""
    samples, split = call.x.samples, call.validated.split if call.validated is not None else None
    if not isinstance(samples, int) or not isinstance(fixed, int) or not isinstance(split, float):
        return Fix.advice(f"choose a fraction that leaves multiples of {fixed} on both sides")
    batches = samples // fixed
    held = min(max(round(batches * split), 1), batches - 1)
    fraction = held / batches if batches > 1 else 0.0
    if batches < 2 or int(samples * (1.0 - fraction)) % fixed:
        return Fix.advice(f"give `validation_data` of a multiple of {fixed} samples")
    if not mended:
        return Fix.advice(f"set `validation_split={fraction!r}`, and reset the states around the validation")
    return Fix.argument(call, "validation_split", repr(fraction))


def _leak(call: Call, layer: Layer) -> Finding | None:
    """Training states reach the validation."""
    layers = ids(call.model)
    if not understood(call) or any(resets(inner, layers) for inner in (*call.each_validation, *call.each_batch)):
        return None
    assert call.validated is not None
    argument = call.validated.argument
    return Finding(
        argument.location if argument.given else call.location,
        f"validation starts in the states that training leaves in `{layer.name}`, and the next epoch in its own",
        notes=[Note(layer.location, "keeps its states between batches", layer.path)],
        severity=Severity.WARNING,
        layer=layer.path,
        fix=Fix.advice("evaluate by hand between resets, or reset in a callback's `on_test_begin`"),
    )


ADVICE = "give training and validation a multiple of the batch size each; `validation_split` cuts all samples in two"

MESSAGES = (
    Matcher(
        INCOMPATIBLE,
        cause="the batch that does not fit may be the last one of the validation: {gives} and {needs} meet",
        fix=ADVICE,
        score=0.65,
        when=lambda told: told.same_but_batch,
    ),
    Matcher(
        r"number of samples that can be divided by the batch size\. found: (?P<gives>\d{1,15}) samples",
        cause="the {gives} samples may be what `validation_split` left of one side",
        fix=ADVICE,
        score=0.65,
    ),
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
    messages=MESSAGES,
)
