"""TimeDistributed changes nothing here.

A Dense layer works on the last axis of an input of any rank, and so do activations and layer normalization: each step
is treated alike with or without the wrapper. `TimeDistributed(Dense(4))` has the weights and the outputs of
`Dense(4)`, and a longer graph that is slower to build and to run. (Keras 1 needed the wrapper; that is where the habit
comes from.)

An `activity_regularizer` is the exception: the wrapper weighs it differently, and nothing is said.

When to ignore this: where saved weights must keep their names, or where the wrapper is meant to tell the reader that a
step is treated alone.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Layer, Program, Rule, Safety, Severity, Shape
from rnnlint.facts import SourceLocation

BAD = """
model = Sequential([
    Input((10, 8)),
    GRU(6, return_sequences=True),
    TimeDistributed(Dense(4)),  # <-
])
"""

GOOD = """
model = Sequential([
    Input((10, 8)),
    GRU(6, return_sequences=True),
    Dense(4),
])
"""

STEP_BY_STEP = frozenset({"Activation", "Dense", "ELU", "LeakyReLU", "ReLU"})
"""Layers that treat each step alike by themselves."""


def check(program: Program) -> Iterator[Finding]:
    if program.keras == 1:
        return
    for _, layer in program.layers():
        if layer.kind == "TimeDistributed" and layer.wraps and not layer.custom and _needless(layer):
            wrapped = layer.wraps[0].cls
            yield Finding(
                layer.location,
                f"`{layer.name}` changes nothing: a {wrapped} treats every step alike by itself",
                layer=layer.path,
                fix=_fix(layer),
            )


def _needless(layer: Layer) -> bool:
    wrapped = layer.wraps[0]
    if wrapped.kind not in STEP_BY_STEP or wrapped.custom or not layer.arrivals:
        return False
    if wrapped.options.get("activity_regularizer") is not None:
        return False
    if wrapped.kind == "Activation" and wrapped["activation"] not in ("relu", "tanh", "sigmoid", "softmax", "linear"):
        return False
    return all(_fits(call.input.shape) and not call.problems for call in layer.arrivals)


def _fits(shape: object) -> bool:
    return isinstance(shape, Shape) and shape.rank >= 3


def _fix(layer: Layer) -> Fix:
    title = "drop the wrapper, unless saved weights need it"
    site, inner = layer.site, layer.wraps[0].site
    if site is None or inner is None or set(site.arguments) != {"layer"} or site.open:
        return Fix.advice(title)
    whole, part = site.location, inner.location
    if not isinstance(whole, SourceLocation) or not isinstance(part, SourceLocation) or not _within(part, whole):
        return Fix.advice(title)
    before = SourceLocation(whole.path, whole.line, whole.column, part.line, part.column)
    after = SourceLocation(whole.path, part.end_line, part.end_column, whole.end_line, whole.end_column)
    return Fix(title, (Edit(before, ""), Edit(after, "")), Safety.REVIEW)


def _within(part: SourceLocation, whole: SourceLocation) -> bool:
    starts = (whole.line, whole.column) <= (part.line, part.column)
    return part.path == whole.path and starts and (part.end_line, part.end_column) <= (whole.end_line, whole.end_column)


rule = Rule(
    check,
    family="shape",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
)
