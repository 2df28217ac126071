"""The samples of a stateful model do not divide by its batch size.

A stateful layer keeps one state for each row of its batches, so every batch must have all rows:

    batch size 4, 10 samples       rows
    batch 1                        s0 s1 s2 s3
    batch 2                        s4 s5 s6 s7     each row goes on from the one above
    batch 3                        s8 s9           two states have no row: Keras raises, at the end of the first epoch

A last batch of exactly one row does not raise: it is broadcast against all stored states, silently, and `predict` gives
12 rows for 9 samples.

When to ignore this: never, Keras raises or mixes states.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.edits import PLAIN, behind
from rnnlint.facts import NOWHERE, Dim, Layer, Size, Slots, TextLocation
from rnnlint.facts.sizes import divides, remainder
from rnnlint.finding import set_argument
from rnnlint.infer.batches import Batches, Feed, feed, fitting_rows, fitting_sizes, judge_batches, validation_feed
from rnnlint.infer.states import keepers
from rnnlint.messages import Told, fixed_rows
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
x, y = np.random.rand(103, 10, 8), np.random.rand(103, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32, shuffle=False)  # <-
"""

GOOD = """
x, y = np.random.rand(103, 10, 8), np.random.rand(103, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x[:96], y[:96], batch_size=32, shuffle=False)
"""

WRONG = (Batches.PARTIAL, Batches.ONE)


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls():
        layers = keepers(call.model)
        if not layers:
            continue
        fixed, fed = call.model.batch_size, feed(call)
        verdict = judge_batches(fixed, fed)
        if verdict in WRONG and not _split_is_to_blame(call, fixed):
            yield _finding(call, layers[0], fixed, fed, verdict)
        elif call.held_out is not None and (verdict := judge_batches(fixed, validation_feed(call))) in WRONG:
            yield _validation(call, layers[0], fixed, validation_feed(call), verdict)


def _split_is_to_blame(call: Call, fixed: Dim) -> bool:
    """Whether all samples together make full batches, and only the two parts of the split do not."""
    return (
        call.validated is not None and call.validated.split is not None and divides(fixed, call.x.samples) is not False
    )


def _finding(call: Call, layer: Layer, fixed: Dim, fed: Feed, verdict: Batches) -> Finding:
    notes = [*_made(call), _note(layer, fixed)]
    if call.held_out is not None and judge_batches(fixed, validation_feed(call)) in WRONG:
        rows = validation_feed(call).rows
        notes.append(Note(call.held_out.argument.location, f"the {rows} samples to validate on do not divide either"))
    return Finding(
        call["x"].location if call["x"].given else call.location,
        _message(f"`{call.spelled or call.name}` gets", fixed, fed, verdict),
        notes=notes,
        layer=layer.path,
        fix=_fix(call, fixed, fed),
    )


def _validation(call: Call, layer: Layer, fixed: Dim, fed: Feed, verdict: Batches) -> Finding:
    assert call.held_out is not None
    title, edits = _choices(fixed, fed), _whole_validation(call, fixed)
    return Finding(
        call.held_out.argument.location,
        _message("the validation has", fixed, fed, verdict),
        notes=[_note(layer, fixed)],
        layer=layer.path,
        fix=Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title),
    )


def _made(call: Call) -> list[Note]:
    """Where data that comes in batches was made."""
    found = next((data for data in call.x.known if data.batching is not None), None)
    if found is None or found.batching is None:
        return []
    where = found.batching.batched_at if found.batching.batched_at != NOWHERE else found.location
    return [Note(where, "the batches are made here")] if where != NOWHERE else []


def _note(layer: Layer, fixed: Dim) -> Note:
    return Note(layer.location, f"keeps a state for each of {fixed} rows", layer.path)


def _message(what: str, fixed: Dim, fed: Feed, verdict: Batches) -> str:
    rest = 1 if verdict is Batches.ONE else remainder(fed.rows, fixed)
    end = ", which is broadcast against all states" if verdict is Batches.ONE else ""
    return f"{what} {fed.rows} samples, so batches of {fixed} leave a last one of {rest}{end}"


def _choices(fixed: Dim, fed: Feed) -> str:
    """The numbers of samples and the batch sizes that would fit."""
    rows = " or ".join(map(str, fitting_rows(fed.rows, fed.size)))
    sizes = ", ".join(map(str, fitting_sizes(fed.rows)))
    if not rows:
        return f"take a multiple of {fixed} samples, as with `len(x) // {fixed} * {fixed}`"
    return f"take {rows} samples" + (f", or a batch size that divides {fed.rows}: {sizes}" if sizes else "")


def _fix(call: Call, fixed: Dim, fed: Feed) -> Fix:
    title = _choices(fixed, fed)
    edits = _whole_batches(call, fixed, fed)
    if edits and call.held_out is not None and judge_batches(fixed, validation_feed(call)) in WRONG:
        held = _whole_validation(call, fixed)
        edits = (*edits, *held) if held else ()
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


def _whole_batches(call: Call, fixed: Dim, fed: Feed) -> tuple[Edit, ...]:
    """Leaves out the rows of the last batch."""
    if any(data.batching for data in call.x.known):
        return _without_rest(call.x)
    if call.name not in ("fit", "evaluate") or fed.rows != call.x.samples:
        return ()
    names = ("x", "y") if call["y"].given else ("x",)
    written = [call.site.arguments.get(name) for name in names] if call.site is not None else []
    places = [(place.value, place.text) for place in written if place is not None]
    return _cut(places, fed.rows, fixed) if len(places) == len(names) else ()


def _whole_validation(call: Call, fixed: Dim) -> tuple[Edit, ...]:
    """The same for the data to validate on, where they are a tuple that is written out."""
    assert call.held_out is not None
    held, written = call.held_out, call.site.arguments.get("validation_data") if call.site is not None else None
    if any(data.batching for data in held.x.known):
        return _without_rest(held.x)
    rows = validation_feed(call).rows
    if written is None or len(written.elements) != 2 or rows != held.x.samples:
        return ()
    return _cut(list(zip(written.elements, written.texts, strict=True)), rows, fixed)


def _cut(places: list[tuple[TextLocation, str]], rows: Size, fixed: Dim) -> tuple[Edit, ...]:
    """Takes as many rows of each as fill whole batches."""
    if not isinstance(fixed, int) or not all(PLAIN.fullmatch(text) for _, text in places):
        return ()
    if not isinstance(rows, int):
        return tuple(Edit(behind(place), f"[:len({text}) // {fixed} * {fixed}]") for place, text in places)
    whole = rows // fixed * fixed
    return tuple(Edit(behind(place), f"[:{whole}]") for place, _ in places) if whole else ()


def _without_rest(x: Slots) -> tuple[Edit, ...]:
    """Lets a dataset drop the last batch where it makes them."""
    sites = [data.batching.batch_site for data in x.known if data.batching is not None]
    site = sites[0] if len(x) == len(sites) == 1 else None
    return set_argument(site, "drop_remainder", "True") if site is not None else ()


CAUSE = (
    "the samples do not divide by the batch size of the stateful model: batches of two sizes meet, {gives} and {needs}"
)
ROWS = (
    "the samples do not divide by the batch size of the stateful model: a batch of {rows} meets states of {fixed} rows"
)
ADVICE = (
    "take a multiple of the batch size, as with `len(x) // batch_size * batch_size`, or `batch(n, drop_remainder=True)`"
)


def _other_batch(told: Told) -> bool:
    return told.same_but_batch


def _smaller(told: Told) -> bool:
    """Whether the batch that arrives is smaller than the one that is wanted."""
    gives, needs = told.dims("gives"), told.dims("needs")
    return told.same_but_batch and (gives or (0,))[0] < (needs or (0,))[0]  # type: ignore[operator]


MESSAGES = (
    Matcher(
        r"number of samples that can be divided by the batch size\. found: (?P<gives>\d{1,15}) samples",
        cause="{gives} samples do not divide by the batch size of the stateful model",
        fix=ADVICE,
        score=0.97,
    ),
    Matcher(INCOMPATIBLE, CAUSE, ADVICE, score=0.92, when=_other_batch),
    Matcher(SIZES, CAUSE, ADVICE, score=0.85, when=lambda told: told.number("dimension") == 0),
    Matcher(FED, CAUSE, ADVICE, score=0.92, when=_smaller),
    Matcher(WRONG_SHAPE, CAUSE, ADVICE, score=0.92, when=_smaller),
    Matcher(FEWER_STATES, CAUSE, ADVICE, score=0.92, when=_smaller),
    Matcher(ROWS_OF_STATES, ROWS, ADVICE, score=0.92, when=fixed_rows),
    Matcher(THEANO_ROWS, ROWS, ADVICE, score=0.92, when=fixed_rows),
    Matcher(
        r"input dimension mis-match\. \(input\[\d\]\.shape\[0\] = (?P<gives>\d{1,9}), input\[\d\]\.shape\[0\] = "
        r"(?P<needs>\d{1,9})\)",
        CAUSE,
        ADVICE,
        score=0.85,
    ),
    *(Matcher(pattern, CAUSE, ADVICE, score=0.78, when=_other_batch) for pattern in (FED, WRONG_SHAPE, FEWER_STATES)),
    *(
        Matcher(pattern, ROWS, ADVICE, score=0.7)
        for pattern in (ROWS_OF_STATES, THEANO_ROWS, THEANO_PRODUCT, OTHER_STATES)
    ),
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
