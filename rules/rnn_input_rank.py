"""A recurrent layer's input has another rank than it reads.

LSTM, GRU, SimpleRNN and RNN read (batch, time, features): three axes, of which the input shape names the last two.
ConvLSTM1D, 2D and 3D read one axis of steps in front of what the convolution reads: four, five and six axes. With
another rank Keras refuses ("expected ndim=3, found ndim=2"), or, for `RNN(cell)` in Keras 3, builds a model that fails
when data arrives.

Two axes mean that there are no steps yet: give the input as (steps, features), or let `RepeatVector` or `Reshape` make
steps. Four axes mean that each step is a grid or an image: fold its axes into one with `Reshape`, read it with
`TimeDistributed` layers first, or use a ConvLSTM.

When to ignore this: never; the layer cannot read such an input.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Matcher, Program, Rule, Safety, Severity, Shape
from rnnlint.messages import Told
from rnnlint.questions.flow import KEEPS_NUMBERS, KEEPS_STEPS, Flow, made_elsewhere_too, place
from rnnlint.questions.ranks import Cause, RankProblem, rank_problems
from rnnlint.repairs import in_front, input_shape, one_more, shape_site, without_layer, wrapped_in
from rnnlint.wordings import OLDEST_RANK, THEANO_AXES, WRONG_RANK

BAD = """
model = Sequential([
    Input((8,)),
    Dense(16),
    LSTM(32),  # <-
    Dense(1),
])
"""

GOOD = """
model = Sequential([
    Input((10, 8)),
    Dense(16),
    LSTM(32),
    Dense(1),
])
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for found in rank_problems(program):
        if found.cause is not Cause.PLAIN or not found.layer.recurrent:
            continue
        needs, gives = found.problem.needs, found.gives
        wants = f"{needs.rank} axes, ({', '.join(needs.names)})" if needs is not None else "another number of axes"
        arrives = f"{gives.rank} arrive: {gives}" if gives is not None else "others arrive"
        yield Finding(
            place(found.layer, found.call),
            f"`{found.layer.name}` reads {wants}, but {arrives}",
            gives=gives,
            needs=needs,
            layer=found.layer.path,
            fix=_repair(flow, found) or _advice(found),
        )


def _repair(flow: Flow, found: RankProblem) -> Fix | None:
    """The shape that the data have, where they have steps and the input shape has none; a Reshape that folds the axes
    of a step, where the layer is called on a tensor."""
    gives, needs = found.gives, found.problem.needs
    if gives is None or needs is None:
        return None
    if needs.rank > 4 and gives.rank == needs.rank - 1:
        return _one_channel(flow, found, gives)
    if needs.rank != 3:
        return None
    if gives.rank == 2 and (flat := _flattened(flow, found)) is not None:
        return flat
    if gives.rank == 2:
        _, source = flow.behind(found.call.input, KEEPS_STEPS)
        for fed in flow.fed("fit"):
            if source is not None and flow.source(fed.tensor) is source and _three_axes(fed.data.shape):
                edits = input_shape(flow, source, fed.data.shape.dims[1:])  # type: ignore[union-attr]
                return Fix("give the input the shape of the data", edits, Safety.REVIEW) if edits else None
    folded = _folded(gives) if gives.rank > 3 else ""
    if folded.isascii() and "steps" not in folded and folded:
        edits = in_front(found.layer, found.call, "Reshape", folded)
        return Fix("fold the axes of a step into one", edits, Safety.REVIEW) if edits else None
    return None


def _one_channel(flow: Flow, found: RankProblem, gives: Shape) -> Fix | None:
    """Frames declared without their channels (Keras gives data without the axis one of size 1 itself)."""
    source = flow.source(found.call.input)
    shapes = [fed.data.shape for fed in flow.fed("fit") if source is not None and flow.source(fed.tensor) is source]
    written = shape_site(flow, source) if source is not None and source.kind == "InputLayer" else None
    if written is None or not written.elements or not shapes:
        return None
    if not all(isinstance(shape, Shape) and shape.rank == gives.rank for shape in shapes):
        return None
    return Fix("give the frames one channel", (one_more(written, "1"),), Safety.REVIEW)


def _flattened(flow: Flow, found: RankProblem) -> Fix | None:
    """A Flatten in front: of frames, each is to be flattened by itself; of steps, none."""
    tensor, flatten = flow.behind(found.call.input, KEEPS_NUMBERS)
    call = flow.call(tensor)
    if flatten is None or call is None or flatten.kind != "Flatten" or flatten.custom:
        return None
    before, (_, giver) = call.input.shape, flow.behind(call.input, KEEPS_NUMBERS)
    if not isinstance(before, Shape) or giver is None or made_elsewhere_too(flow.program, [flatten]):
        return None
    if before.rank > 3 and giver.kind in ("TimeDistributed", "ConvLSTM2D", "ConvLSTM3D"):
        edits = wrapped_in(flatten, "TimeDistributed")
        return Fix("flatten each step by itself", edits, Safety.REVIEW) if edits else None
    if before.rank == 3 and (giver.kind == "Embedding" or giver.recurrent or "1D" in giver.kind):
        edits = without_layer(flatten, call)
        return Fix("drop the Flatten, which joins all steps to one", edits, Safety.REVIEW) if edits else None
    return None


def _three_axes(shape: object) -> bool:
    return isinstance(shape, Shape) and shape.rank == 3


def _advice(found: RankProblem) -> Fix | None:
    gives, needs = found.gives, found.problem.needs
    if gives is None or needs is None:
        return None
    if gives.rank < needs.rank:
        return Fix.advice("give the input an axis of steps: the input shape is (steps, features), without the batch")
    if needs.rank == 3:
        return Fix.advice(
            f"fold the axes of a step into one, as with `Reshape({_folded(gives)})`, or use TimeDistributed"
        )
    return Fix.advice(f"give the input {needs.rank - 1} axes besides the batch")


def _folded(gives: Shape) -> str:
    steps = "steps" if gives.dims[1] is None else str(gives.dims[1])
    sizes = gives.dims[2:]
    if not all(isinstance(size, int) for size in sizes):
        return f"({steps}, features)"
    product = 1
    for size in sizes:
        product *= size if isinstance(size, int) else 1
    return f"({steps}, {product})" if isinstance(gives.dims[1], int) else f"(-1, {product})"


def _reads_steps(told: Told) -> bool:
    return told.kind == "conv_lstm" or (told.kind in ("recurrent", None) and told.number("ndim") == 3)


def _without_steps(told: Told) -> bool:
    return _reads_steps(told) and told.number("found") < told.number("ndim")


MESSAGES = (
    Matcher(
        OLDEST_RANK,
        cause="the layer reads {needs}, and {gives} arrives",
        fix="give it a sequence: (steps, features) for each sample, without the batch in the input shape",
        score=0.85,
        when=lambda told: told.number("ndim") == 3,
    ),
    Matcher(
        r"calling (?:layer [\"'])?[\w.]{0,60}cell\b.{0,1500}inputs=tf\.tensor\(shape=(?P<gives>\(\w{1,9}, "
        r"\w{1,9}, \w{1,9}\))",
        cause="each step arrives at the cell as {gives}: the input of the layer has one axis too many",
        fix="fold the axes of a step into one with `Reshape`",
        score=0.87,
    ),
    Matcher(
        THEANO_AXES,
        cause="a recurrent layer reads three axes, (batch, steps, features), and {found} arrive",
        fix="give it a sequence: (steps, features) for each sample",
        score=0.8,
        when=lambda told: told.number("found") == 2,
    ),
    Matcher(
        r"dimension must be \d but is 3 for [^=]{0,300}= transpose\[",
        cause="a recurrent layer reads three axes, (batch, steps, features), and another number arrives",
        fix="give it a sequence: (steps, features) for each sample",
        score=0.75,
    ),
    Matcher(
        WRONG_RANK,
        cause="{layer} reads (batch, steps, features), but its input has no axis of steps",
        fix="declare the input as (steps, features), without the batch, and give the data these axes",
        score=0.88,
        when=lambda told: _without_steps(told) and told.first,
    ),
    Matcher(
        WRONG_RANK,
        cause="{layer} reads (batch, steps, features), but its input has no axis of steps",
        fix="give the layer a sequence: (steps, features) for each sample",
        score=0.78,
        when=_without_steps,
    ),
    Matcher(
        WRONG_RANK,
        cause="each step of the input of {layer} is a grid or an image, not a row of features",
        fix="fold the axes of a step into one with `Reshape`, or read each step with `TimeDistributed` layers first",
        score=0.8,
        when=lambda told: _reads_steps(told) and told.number("found") > told.number("ndim"),
    ),
    Matcher(
        WRONG_RANK,
        cause="the model reads sequences, (batch, steps, features), but what arrives has no axis of steps",
        fix="give the data the axes (samples, steps, features)",
        score=0.7,
        when=lambda told: told.kind == "model" and told.number("ndim") == 3 and told.number("found") == 2,
    ),
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
