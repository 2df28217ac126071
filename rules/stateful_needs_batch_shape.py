"""stateful=True and no fixed batch size.

A stateful layer keeps one state for each row of a batch, so it must know how many rows there are when it is built:

    rows       0  1  2
    batch 1    a0 b0 c0
    batch 2    a1 b1 c1        three states, one for each row, are made with the layer and wait between the batches

Give the batch size with the input: `Input(batch_shape=(batch, steps, features))`. All inputs that lead to the layer
need it, and `fit`, `evaluate` and `predict` must use it. Many models are stateful without need: where each sample is a
whole sequence, drop `stateful=True`.

When to ignore this: never, Keras cannot build the layer.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.edits import fixed_batch
from rnnlint.facts import LayerCall, Model, Shape, SourceLocation
from rnnlint.questions.flow import made_elsewhere_too

BAD = """
x, y = np.random.rand(40, 5, 1), np.random.rand(40, 1)
model = Sequential([
    Input(shape=(5, 1)),
    GRU(8, stateful=True),  # <-
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=10, shuffle=False)
"""

GOOD = """
x, y = np.random.rand(40, 5, 1), np.random.rand(40, 1)
model = Sequential([
    Input(batch_shape=(10, 5, 1)),
    GRU(8, stateful=True),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, batch_size=10, shuffle=False)
"""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[int] = set()
    for model, layer, call in program.layer_calls():
        key = -layer.id if model is None else model.id
        if key not in spoken and any(problem.kind == "stateful-batch" for problem in call.problems):
            spoken.add(key)
            yield _finding(program, model, layer, call)


def _finding(program: Program, model: Model | None, layer: Layer, call: LayerCall) -> Finding:
    inputs, given = _open_inputs(model), call.input.shape
    return Finding(
        layer.location,
        f"`{layer.name}` is stateful, but the batch size of its input is not fixed",
        notes=[
            *_called(layer, call),
            *(Note(item.location, "leaves the batch size open", item.path) for item in inputs),
        ],
        gives=given if isinstance(given, Shape) else None,
        layer=layer.path,
        fix=_fix(program, model, inputs),
    )


def _called(layer: Layer, call: LayerCall) -> list[Note]:
    """Where the layer is called, if that is another line than where it is made."""
    made, where = layer.location, call.location
    if not isinstance(made, SourceLocation) or not isinstance(where, SourceLocation):
        return []
    return [] if (made.path, made.line) == (where.path, where.line) else [Note(where, "is called here", layer.path)]


def _open_inputs(model: Model | None) -> list[Layer]:
    """The model's own input layers that leave the batch size open."""
    layers = [] if model is None else [layer for layer in model.layers if layer.kind == "InputLayer"]
    return [
        layer
        for layer in layers
        if "/" not in layer.path
        and layer.arrivals
        and isinstance(layer.arrivals[0].output.shape, Shape)
        and layer.arrivals[0].output.shape.batch is None
    ]


def _fix(program: Program, model: Model | None, inputs: list[Layer]) -> Fix:
    title = "fix the batch size of the input, or drop `stateful=True` where each sample is a sequence of its own"
    sizes = {call.batch_size for call in program.calls("fit") if model is not None and call.model.id == model.id}
    size = sizes.pop() if len(sizes) == 1 else None
    if not isinstance(size, int) or not inputs or made_elsewhere_too(program, inputs):
        return Fix.advice(title)
    edits: tuple[Edit, ...] = ()
    for layer in inputs:
        found = fixed_batch(layer, size, program.keras)
        if not found:
            return Fix.advice(title)
        edits += found
    return Fix(f"fix the batch size of the input to {size}", edits, Safety.REVIEW)


MESSAGES = (
    Matcher(
        r"if an? rnn is stateful,? (?:it needs to know its batch size|a complete (?:batch_)?input_shape must be "
        r"provided)|"
        r"when using `?stateful ?= ?true`? in an? rnn, the batch size must be static"
        r"(?:\. found dynamic batch size: sequence\.shape=(?P<gives>\([^()]{1,80}\)))?|"
        r"must be specified in the `?batch_input_shape|"
        r"complete input_shape must be provided \(including batch size\)",
        cause="the layer is stateful, and the size of its batches is open",
        fix="fix it: `Input(batch_shape=(batch, steps, features))`, in Keras 1 and 2 `batch_input_shape=` on the first "
        "layer",
        score=0.97,
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
