"""Validation runs through the states of training, or its split does not divide.

`fit` validates with the same layers that it trains. A stateful layer enters the validation in the state that the last
training batch left, and the next epoch starts in the state that the validation left:

    epoch 1    train a0 a1 a2 | validate b0 b1        b0 goes on from a2
    epoch 2    train a0 a1 a2 | ...                   a0 goes on from b1

So the validation loss depends on what was trained last, and training on what was validated; resets between the epochs
cure the second alone. Reset the states around the validation, by a callback with `on_test_begin` and `on_epoch_begin`,
or evaluate by hand between resets. And `validation_split` cuts the samples into two parts which both must be multiples
of the batch size.

When to ignore this: where the validation data go on where the training data stop, and the states are reset in front of
every epoch, or one epoch is all there is.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.edits import after, resetting
from rnnlint.facts import Dim, Unknown
from rnnlint.facts.sizes import divides
from rnnlint.finding import set_argument
from rnnlint.infer.batches import Batches, feed, judge_batches, validation_feed
from rnnlint.infer.states import ids, keepers, more_than_one, resets, understood
from rnnlint.repairs import resetting_callback
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
        title = f"set `validation_split={fraction!r}`, and reset the states around the validation"
        around = resetting_callback(call, keepers(call.model), "on_test_begin", "on_test_end")
        split_edits = set_argument(call.site, "validation_split", repr(fraction)) if call.site is not None else ()
        return Fix(title, (*split_edits, *around), Safety.REVIEW) if around and split_edits else Fix.advice(title)
    return Fix.argument(call, "validation_split", repr(fraction))


def _leak(call: Call, layer: Layer) -> Finding | None:
    """Training states reach the validation."""
    layers = ids(call.model)
    if not understood(call) or any(resets(inner, layers) for inner in (*call.each_validation, *call.each_batch)):
        return None
    assert call.validated is not None
    argument = call.validated.argument
    again = more_than_one(call["epochs"].value) is True and not any(resets(inner, layers) for inner in call.each_epoch)
    text = f"validation starts in the states that training leaves in `{layer.name}`"
    return Finding(
        argument.location if argument.given else call.location,
        f"{text}, and the next epoch in those of the validation" if again else text,
        notes=[Note(layer.location, "keeps its states between batches", layer.path)],
        severity=Severity.WARNING,
        layer=layer.path,
        fix=_apart(call),
    )


def _apart(call: Call) -> Fix:
    """An evaluation of its own between two resets behind a fit of one epoch that is a statement by itself; else resets
    in a callback."""
    layers = keepers(call.model)
    edits = _by_hand(call, resetting(call, layers))
    if edits:
        return Fix("evaluate by hand between resets", edits, Safety.REVIEW)
    edits = resetting_callback(call, layers, "on_test_begin", "on_test_end")
    if edits:
        return Fix("reset the states around the validation", edits, Safety.REVIEW)
    return Fix.advice("evaluate by hand between resets, or reset in a callback's `on_test_begin`")


def _by_hand(call: Call, resets: list[str]) -> tuple[Edit, ...]:
    site = call.site
    given = site.arguments.get("validation_data") if site is not None else None
    if site is None or given is None or len(given.texts) != 2 or not all(given.texts) or not site.bare:
        return ()
    if call["epochs"].value != 1 or call["callbacks"].given or call.spelled != "fit" or not resets:
        return ()
    size = site.arguments.get("batch_size")
    batch = f", batch_size={size.text}" if size is not None and size.text else ""
    receiver = site.spelled.removesuffix(".fit")
    behind_it = after(site, [*resets, f"{receiver}.evaluate({', '.join(given.texts)}{batch})", *resets])
    return (Edit(given.removal, ""), *behind_it) if behind_it else ()


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
