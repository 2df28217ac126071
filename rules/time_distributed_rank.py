"""TimeDistributed's input has not one axis more than the wrapped layer reads.

`TimeDistributed(layer)` cuts its input along the second axis and hands each step to the layer, without that axis:

    frames     (batch, 5, 12, 12)      >  each step (batch, 12, 12)       too few for a Conv2D
    channels   (batch, 5, 12, 12, 1)   >  each step (batch, 12, 12, 1)    right

So it needs one axis more than the layer: three around a Dense, five around a Conv2D (batch, time, height, width,
channels), and four around an LSTM (batch, super steps, time, features). tf_keras checks this when the model is built.
Keras 3 checks only that there are three axes: convolutions raise when the model is built all the same, pooling and
recurrent layers when data arrives, and some layers compute another shape. A missing channel axis, as above, is the most
frequent form.

When to ignore this: never; the wrapped layer cannot read what it gets.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import unwrapped
from rnnlint.questions.flow import Flow, place
from rnnlint.questions.ranks import Cause, RankProblem, rank_problems
from rnnlint.repairs import input_shape, one_more, shape_site
from rnnlint.wordings import SEQUENTIAL_TD, WRONG_RANK

BAD = """
frames = np.random.rand(6, 5, 12, 12)
model = Sequential([
    Input((5, 12, 12)),
    TimeDistributed(Conv2D(4, 3)),  # <-
    TimeDistributed(Flatten()),
    LSTM(8),
])
model.predict(frames)
"""

GOOD = """
frames = np.random.rand(6, 5, 12, 12, 1)
model = Sequential([
    Input((5, 12, 12, 1)),
    TimeDistributed(Conv2D(4, 3)),
    TimeDistributed(Flatten()),
    LSTM(8),
])
model.predict(frames)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for found in rank_problems(program):
        if found.cause is Cause.LAST_STEP or found.layer.kind != "TimeDistributed":
            continue
        yield Finding(
            place(found.layer, found.call),
            _message(found),
            gives=found.gives,
            needs=found.problem.needs,
            layer=found.layer.path,
            fix=_channels(flow, found) or _unwrapped(flow, found) or _advice(found),
        )


def _message(found: RankProblem) -> str:
    wrapped = found.layer.wraps[0].cls if found.layer.wraps else "layer"
    gives, needs = found.gives, found.problem.needs
    if gives is None or needs is None:
        return f"`{found.layer.name}` does not give the wrapped {wrapped} what it reads"
    return f"`{found.layer.name}` needs {needs.rank} axes around a {wrapped}, but {gives.rank} arrive: {gives}"


def _channels(flow: Flow, found: RankProblem) -> Fix | None:
    """Frames declared without their channels: the channels of the data, or one (Keras gives data without the axis one
    of size 1 itself)."""
    gives, needs = found.gives, found.problem.needs
    source = flow.source(found.call.input)
    if gives is None or needs is None or source is None or source.kind != "InputLayer" or gives.rank != needs.rank - 1:
        return None
    if not found.layer.wraps or not found.layer.wraps[0].kind.startswith("Conv"):
        return None
    shapes = [fed.data.shape for fed in flow.fed("fit") if flow.source(fed.tensor) is source]
    data = shapes[0] if len(shapes) == 1 else None
    if isinstance(data, Shape) and data.rank == needs.rank:
        edits = input_shape(flow, source, data.dims[1:])
        return Fix("give the input the shape of the data", edits, Safety.REVIEW) if edits else None
    written = shape_site(flow, source)
    if written is None or not written.elements or not isinstance(data, Shape) or data.rank != gives.rank:
        return None
    return Fix("give the frames one channel", (one_more(written, "1"),), Safety.REVIEW)


def _unwrapped(flow: Flow, found: RankProblem) -> Fix | None:
    """Without the wrapper, where its layer reads just what arrives and what it gives is read as it is."""
    gives, needs, layer = found.gives, found.problem.needs, found.layer
    inner = layer.wraps[0] if layer.wraps else layer
    if gives is None or needs is None or gives.rank != needs.rank - 1 or gives.rank != 3 or inner.model is not None:
        return None
    lost = inner.recurrent and inner.has("return_sequences", True) is not True
    if (lost and any(_reads_steps(reader) for reader, _ in flow.ahead(layer))) or inner.kind == "Flatten":
        return None
    edits = unwrapped(layer)
    return Fix("drop the wrapper: the layer reads steps itself", edits, Safety.REVIEW) if edits else None


def _reads_steps(layer: Layer) -> bool:
    return layer.recurrent or layer.kind == "TimeDistributed" or "1D" in layer.kind


def _advice(found: RankProblem) -> Fix | None:
    gives, needs = found.gives, found.problem.needs
    if gives is None or needs is None or not found.layer.wraps:
        return None
    kind = found.layer.wraps[0].kind
    if gives.rank == needs.rank - 1 and ("Conv" in kind or "Pooling2D" in kind or "Pooling3D" in kind):
        return Fix.advice("give the frames an axis of channels, of size 1 for grey ones: `np.expand_dims(x, -1)`")
    if gives.rank == needs.rank - 1 and found.layer.wraps[0].recurrent:
        return Fix.advice("drop the wrapper: the layer reads steps itself")
    return Fix.advice(f"give it {needs.rank} axes: the batch, the steps, then what the {kind} reads")


CAUSE = "TimeDistributed needs one axis more than the layer in it reads"
ADVICE = "give it (batch, steps, ...) with all the axes that the wrapped layer reads behind the steps"

MESSAGES = (
    Matcher(
        r"must be fully-defined \(no `none` dimensions\)\. received: shape=\([\w, ]{1,60}\) for variable "
        r"path='[^']{0,200}time_distributed",
        CAUSE,
        ADVICE,
        score=0.85,
    ),
    Matcher(
        WRONG_RANK,
        CAUSE,
        ADVICE,
        score=0.95,
        when=lambda told: "timedistributed" in told.text.lower().replace("_", "") and told.kind != "model",
    ),
    Matcher(
        r"kernel shape must have the same length as input, but received kernel of shape (?P<kernel>\([\d, "
        r"]{1,40}\)) and "
        r"input of shape (?P<gives>\([^()]{1,60}\))",
        cause="a convolution, probably inside TimeDistributed, reads one axis more or less than {gives}",
        fix=ADVICE,
    ),
    Matcher(SEQUENTIAL_TD, CAUSE, ADVICE),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
