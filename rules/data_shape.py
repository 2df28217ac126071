"""x has other steps or features than the model's input declares.

The weights of a recurrent layer are made for a number of features, so other features never run. Declared steps are
enforced by functional models and by every model of Keras 2; a Sequential of Keras 3 takes any number. Where sequences
of several lengths are meant to pass, as with a shorter validation set, declare the steps as None.

When to ignore this: never, Keras refuses the data.
"""

from collections.abc import Iterator

from rnnlint import Call, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import shape_element
from rnnlint.facts import Argument
from rnnlint.infer.feeding import Fate, Feeding, feedings, validation_feedings
from rnnlint.messages import Told
from rnnlint.questions.counted import counted_batches
from rnnlint.questions.flow import Flow
from rnnlint.wordings import CALLED_ON, CHECKED_SHAPE, FEATURES, FED, SHAPE, WRONG_ARRAY, WRONG_AXIS, WRONG_SHAPE

BAD = """
x, y = np.random.rand(64, 30, 5), np.random.rand(64, 1)
inputs = Input(shape=(30, 10))  # <-
outputs = Dense(1)(LSTM(16)(inputs))
model = Model(inputs, outputs)
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
x, y = np.random.rand(64, 30, 5), np.random.rand(64, 1)
inputs = Input(shape=(30, 5))
outputs = Dense(1)(LSTM(16)(inputs))
model = Model(inputs, outputs)
model.compile("adam", "mse")
model.fit(x, y)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    counted = {found.layer.id for found in counted_batches(program)}
    trained: dict[int, Shape] = {}
    for call in program.calls():
        for feeding, argument, trains in _fed(program, call):
            layer = flow.source(call.model.inputs[feeding.index])
            if feeding.fate is Fate.FITS and trains and layer is not None and isinstance(feeding.data.shape, Shape):
                trained[layer.id] = feeding.data.shape
            if feeding.fate is not Fate.SIZE or feeding.swapped or (layer is not None and layer.id in counted):
                continue
            yield _finding(call, feeding, argument, layer, layer is not None and layer.id in trained)


def _fed(program: Program, call: Call) -> Iterator[tuple[Feeding, Argument, bool]]:
    for feeding in feedings(call, program.keras):
        yield feeding, call["x"], call.trains
    if call.held_out is not None:
        for feeding in validation_feedings(call, program.keras):
            yield feeding, call.held_out.argument, False


def _finding(call: Call, feeding: Feeding, argument: Argument, layer: Layer | None, trained: bool) -> Finding:
    given, declared, axis = feeding.data.shape, feeding.declared, feeding.axis
    assert isinstance(given, Shape)
    handed = argument.location if argument.given else call.location
    name = declared.names[axis]
    data = "validation data have" if argument.given and argument is not call["x"] else "data have"
    return Finding(
        handed if layer is None else layer.location,
        f"the input is declared with {name}={declared.dims[axis]}, the {data} {name}={_size(given, axis)}",
        notes=[Note(handed, f"`{call.spelled or call.name}` gets {given}")],
        gives=given,
        needs=declared,
        layer=None if layer is None else layer.path,
        fix=_fix(given, axis, layer, trained, several=trained and axis < declared.rank - 1),
    )


def _size(given: Shape, axis: int) -> object:
    return given.dims[axis] if axis < given.rank else 1


def _fix(given: Shape, axis: int, layer: Layer | None, trained: bool, several: bool) -> Fix:
    """Declare what the data have; None where data of several sizes must pass."""
    size = _size(given, axis)
    text = "None" if several else str(size)
    title = f"declare {'any number' if several else text} there"
    if trained and not several:
        return Fix.advice("give data of the size that it was trained with")
    edits = shape_element(layer, axis, text) if several or isinstance(size, int) else ()
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(f"{title}, or give data of the declared size")


CAUSE = "the data have other steps or features than the input: {gives} arrives, {needs} is read"
ADVICE = "make the input shape and the data agree: `Input(shape=x.shape[1:])`"


def _other_sizes(told: Told) -> bool:
    return told.same_rank and not told.same_but_batch


MESSAGES = (
    Matcher(WRONG_SHAPE, CAUSE, ADVICE, when=_other_sizes),
    Matcher(WRONG_ARRAY, CAUSE, ADVICE, when=_other_sizes),
    Matcher(CHECKED_SHAPE, CAUSE, ADVICE, when=lambda told: told.checks("input")),
    Matcher(CALLED_ON, CAUSE, ADVICE, when=_other_sizes),
    Matcher(
        rf"yielded an element of shape (?P<gives>{SHAPE}) where an element of shape (?P<needs>{SHAPE}) was expected",
        cause="the generator gives {gives} after {needs}: sizes that change from batch to batch are not declared open",
        fix="declare what may change as None (`output_signature`), or pad to one size",
        score=0.85,
    ),
    Matcher(FED, CAUSE, ADVICE, when=lambda told: _other_sizes(told) and "target" not in told.parts["layer"]),
    Matcher(
        WRONG_AXIS,
        cause="{layer} was built for {size} features, and {gives} arrives",
        fix="give it as many features as it was built for, or build it anew for the data",
    ),
    Matcher(
        FEATURES,
        cause="{gives} features arrive at a recurrent layer that was built for {needs}",
        fix=ADVICE,
        score=0.8,
    ),
    Matcher(
        r"matrix size-incompatible: in\[0\]: (?P<gives>\[[\d,]{1,40}\]), in\[1\]: (?P<needs>\[[\d,]{1,40}\])",
        cause="a layer multiplies {gives} with its weights, {needs}: the features are not as many as it was built for",
        fix=ADVICE,
        score=0.7,
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
