"""x has another number of axes than the model's input.

A recurrent layer reads (batch, time, features). Windows cut from one column lack the features; a single sample lacks
its batch axis; frames that an image generator gives one by one lack the time. Keras refuses x then, with one
exception: a last axis of size 1 it adds or drops itself, so that (samples, steps) runs where one feature is declared.
A lone sample of shape (steps, 1) slips through by this and is read as that many samples of one step.

When to ignore this: where only a last axis of size 1 is too many (a hint), and the same arrays feed other models too.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Call, Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import PLAIN, behind, subscripts
from rnnlint.facts import NOWHERE, Argument
from rnnlint.infer.feeding import Fate, Feeding, feedings, reads_ids, validation_feedings
from rnnlint.messages import Told, kind_of
from rnnlint.questions.counted import counted_batches
from rnnlint.questions.flow import Flow
from rnnlint.wordings import CALLED_ON, CHECKED_RANK, FED, WRONG_ARRAY, WRONG_RANK, WRONG_SHAPE

BAD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([Input((10, 8)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
model.predict(x[0])  # <-
"""

GOOD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([Input((10, 8)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
model.predict(x[0][None])
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    counted = {found.layer.id for found in counted_batches(program)}
    spoken: set[tuple[int, int, int, bool]] = set()
    for call in program.calls():
        for feeding, argument in _fed(program, call):
            assert isinstance(feeding.data.shape, Shape)
            layer = flow.source(call.model.inputs[feeding.index])
            key = (call.model.id, feeding.index, feeding.data.shape.rank, feeding.lacks_batch)
            if (layer is None or layer.id not in counted) and key not in spoken:
                for finding in _judged(call, feeding, argument):
                    spoken.add(key)
                    yield finding


def _fed(program: Program, call: Call) -> Iterator[tuple[Feeding, Argument]]:
    for feeding in feedings(call, program.keras):
        yield feeding, call["x"]
    if call.held_out is not None:
        for feeding in validation_feedings(call, program.keras):
            yield feeding, call.held_out.argument


def _judged(call: Call, feeding: Feeding, argument: Argument) -> Iterator[Finding]:
    given = feeding.data.shape
    assert isinstance(given, Shape)
    what = f"`{call.spelled or call.name}`"
    if feeding.lacks_batch:
        message, severity, fix = f"{what} gets one sample without its batch axis", Severity.ERROR, _one_sample(call)
    elif feeding.fate is Fate.RANK and not (reads_ids(call.model) and given.rank > feeding.declared.rank):
        message = f"{what} gets {given.rank} axes where the model reads {feeding.declared.rank}"
        severity, fix = Severity.ERROR, _advice(given, feeding.declared)
    elif feeding.fate is Fate.ADJUSTED and given.rank > feeding.declared.rank >= 3:
        message, severity = f"{what} gets a last axis of size 1 that the model does not read", Severity.HINT
        fix = _without_last_axis(call, feeding, argument)
    else:
        return
    yield Finding(
        argument.location if argument.given else call.location,
        message,
        notes=_notes(feeding),
        gives=given,
        needs=feeding.declared,
        severity=severity,
        fix=fix,
    )


def _without_last_axis(call: Call, feeding: Feeding, argument: Argument) -> Fix:
    title = "drop the last axis; Keras does it too, but older versions refuse it"
    array = feeding.data.kind == "array" and argument is call["x"] and len(call.x) == 1
    edits = subscripts(call, ("x",), "[..., 0]") if array else ()
    if edits and call.held_out is not None:
        held = call.site.arguments.get("validation_data") if call.site is not None else None
        known = [data.shape.rank for data in call.held_out.x.known if isinstance(data.shape, Shape)]
        plain = held is not None and len(held.texts) == 2 and PLAIN.fullmatch(held.texts[0]) is not None
        same = known == [feeding.data.shape.rank if isinstance(feeding.data.shape, Shape) else 0]
        edits = (*edits, Edit(behind(held.elements[0]), "[..., 0]")) if held is not None and plain and same else ()
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


def _notes(feeding: Feeding) -> list[Note]:
    made = feeding.data.location
    return [] if made == NOWHERE else [Note(made, f"made here, with the shape {feeding.data.shape}")]


def _one_sample(call: Call) -> Fix:
    """Give the sample a batch axis, and its target with it."""
    title = "give the sample a batch axis"
    targets = [data for data in call.y.known if isinstance(data.shape, Shape)]
    outputs = [output.shape for output in call.model.outputs if isinstance(output.shape, Shape)]
    if not call["y"].given:
        edits = subscripts(call, ("x",), "[None]")
    elif len(targets) == len(outputs) == 1 and _lacks_batch(targets[0].shape, outputs[0]):
        edits = subscripts(call, ("x", "y"), "[None]")
    else:
        edits = ()
    return Fix(title, edits, Safety.SAFE) if edits else Fix.advice(f"{title}: `np.expand_dims(x, 0)`")


def _lacks_batch(target: object, output: Shape) -> bool:
    return isinstance(target, Shape) and target.dims == output.dims[1:]


def _advice(given: Shape, declared: Shape) -> Fix:
    if given.rank == declared.rank + 1 and 1 in given.dims[1:]:
        return Fix.advice(f"squeeze the axis of size 1 where it comes from: x must be {declared}")
    if given.rank == declared.rank - 1:
        missing = "features" if declared.rank == 3 and declared.dims[2] is not UNKNOWN else declared.names[1]
        return Fix.advice(f"keep the {missing} axis where x is made: it must be {declared}")
    return Fix.advice(f"give x as {declared}")


CAUSE = "the data have another number of axes than the input: {gives} arrives, {needs} is read"
ADVICE = "give the data the axes of the input, (samples, steps, features) for a recurrent model"


def _other_rank(told: Told) -> bool:
    return None not in (told.dims("gives"), told.dims("needs")) and not told.same_rank


def _real_batch(told: Told) -> bool:
    """Whether data arrive: the size of the batch is known."""
    return (told.dims("gives") or (None,))[0] is not None


def _straight(told: Told) -> bool:
    """Whether the shape that a layer refuses is that of what the whole model was called on."""
    _, found, rest = told.text.partition("rguments received by ")
    gives = told.parts.get("gives", "")
    return bool(found) and kind_of(rest[:40]) == "model" and bool(gives) and f"shape={gives}" in rest


MESSAGES = (
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.89, when=_straight),
    Matcher(CHECKED_RANK, CAUSE, ADVICE, score=0.95, when=lambda told: told.checks("input")),
    Matcher(WRONG_SHAPE, CAUSE, ADVICE, score=0.95, when=_other_rank),
    Matcher(WRONG_ARRAY, CAUSE, ADVICE, score=0.95, when=_other_rank),
    Matcher(CALLED_ON, CAUSE, ADVICE, when=_other_rank),
    Matcher(FED, CAUSE, ADVICE, when=lambda told: _other_rank(told) and "target" not in told.parts["layer"]),
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.92, when=lambda told: told.kind == "model"),
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.82, when=lambda told: told.kind == "recurrent" and _real_batch(told)),
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.7, when=lambda told: told.layer is None or told.kind == "reads_steps"),
    Matcher(
        r"list of numpy arrays that you are passing to your model is not the size the model expected",
        cause="x is a list, which Keras takes for one array for each input of the model",
        fix="make one array of it: `np.array(x)`, (samples, steps, features)",
        score=0.85,
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
