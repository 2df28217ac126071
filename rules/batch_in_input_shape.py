"""input_shape counts the batch or the samples.

The input shape describes one sample: (steps, features). Keras adds the batch axis itself. Written as (batch, steps,
features) the layer gets one axis too many ("expected ndim=3, found ndim=4"); written as (batch, features) the batch
size is taken for the number of steps, and the table that `fit` gets has no steps at all.

When to ignore this: where the first size is the number of steps, and equals the batch size by chance. A layer that gets
one axis too many is never meant.
"""

import re
from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import behind
from rnnlint.messages import Told
from rnnlint.questions.counted import CountedBatch, counted_batches
from rnnlint.questions.flow import Flow
from rnnlint.repairs import shape_site, without_first
from rnnlint.wordings import WRONG_RANK

BAD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([
    Input(shape=(64, 10, 8)),  # <-
    LSTM(16),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=16)
"""

GOOD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([
    Input(shape=(10, 8)),
    LSTM(16),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=16)
"""

WHOLE = re.compile(r"\(?[A-Za-z_][\w.]*\.shape\)?")
"""The shape of all data."""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for found in counted_batches(program):
        sample = Shape(found.shape.axes[1:])
        what = "the samples" if found.samples else "the batch"
        yield Finding(
            found.layer.location,
            f"the input shape {_tuple(sample)} counts {what}, but describes one sample: {_of_one_sample(found)}",
            notes=_notes(found),
            gives=found.fed.data.shape if found.fed else None,
            needs=found.shape,
            layer=found.layer.path,
            fix=_fix(flow, found),
        )


def _of_one_sample(found: CountedBatch) -> str:
    if found.fed is None or not isinstance(found.fed.data.shape, Shape):
        return "the layers behind it read one axis less"
    return f"{found.fed.call.spelled or found.fed.call.name} gets {_tuple(found.fed.data.shape)}"


def _notes(found: CountedBatch) -> list[Note]:
    if found.fed is None:
        return []
    return [Note(found.fed.call.location, f"x is {found.fed.data.shape}")]


def _fix(flow: Flow, found: CountedBatch) -> Fix:
    written = shape_site(flow, found.layer)
    if found.extra and found.samples and written is not None and WHOLE.fullmatch(written.text):
        return Fix("leave the samples out of the input shape", (Edit(behind(written.value), "[1:]"),), Safety.SAFE)
    if found.extra and found.shape.rank >= 4 and written is not None and len(written.elements) > 1:
        return Fix("leave the batch out of the input shape", (without_first(written),), Safety.SAFE)
    if found.shape.rank == 3 and found.extra:
        return Fix.advice("cut the rows into windows of some steps and give the input shape (steps, features)")
    return Fix.advice("give the shape of one sample, (steps, features)")


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape.dims))}{',' if shape.rank == 1 else ''})"


CAUSE = "the input shape of {layer} counts the samples or the batch, so that one axis too many arrives"
ADVICE = "declare (steps, features) alone; Keras adds the batch axis itself"


def _one_too_many(told: Told) -> bool:
    return (
        told.kind in ("recurrent", "conv_lstm", None)
        and told.number("ndim") in (3, 4, 5, 6)
        and told.number("found") == told.number("ndim") + 1
        and "bound" not in told.parts
    )


def _any_batch(told: Told) -> bool:
    """Whether the size of the batch is open: Keras put it in front of all that was declared."""
    return (told.dims("gives") or (None,))[0] is None


MESSAGES = (
    Matcher(WRONG_RANK, CAUSE, ADVICE, when=lambda told: _one_too_many(told) and _any_batch(told)),
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.65, when=_one_too_many),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    why="Keras adds the batch axis itself",
    messages=MESSAGES,
)
