"""A mask ends at a layer that neither uses nor passes it.

`Embedding(mask_zero=True)` and `Masking` say which steps are padding. Recurrent layers skip those, Dense and dropout
hand the mask on. Flatten, Reshape, Conv1D, pooling and others drop it: from there on padding is read like data. Old
Keras refused ("does not support masking"); today it is silent, or a warning that scrolls by.

When to ignore this: where padding does no harm behind the layer, as behind a Conv1D that reads a few trailing zeros. To
say so, drop the mask where it is made.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, LayerCall, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.finding import set_argument
from rnnlint.questions.flow import Flow, place

BAD = """
ids = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [4, 5, 6, 0], [7, 8, 9, 3]])
model = Sequential([
    Input((4,)),
    Embedding(10, 4, mask_zero=True),
    Conv1D(6, 1),  # <-
    LSTM(6),
    Dense(1),
])
model.predict(ids)
"""

GOOD = """
ids = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [4, 5, 6, 0], [7, 8, 9, 3]])
model = Sequential([
    Input((4,)),
    Embedding(10, 4, mask_zero=True),
    Dense(6),
    LSTM(6),
    Dense(1),
])
model.predict(ids)
"""

USES = frozenset(
    {
        "AdditiveAttention", "Attention", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Dot", "GRU",
        "GlobalAveragePooling1D", "GroupedQueryAttention", "LSTM", "MultiHeadAttention", "RNN", "SimpleRNN",
        "TimeDistributed",
    }
)  # fmt: skip
"""Layers that read a mask themselves, whether or not they hand it on."""

DROPS = frozenset(
    {
        "Add", "Average", "AveragePooling1D", "Concatenate", "Conv1D", "Conv1DTranspose", "Cropping1D",
        "DepthwiseConv1D", "EinsumDense", "Flatten", "GlobalMaxPooling1D", "LocallyConnected1D", "MaxPooling1D",
        "Maximum", "Minimum", "Multiply", "Permute", "Reshape", "SeparableConv1D", "Subtract", "UpSampling1D",
        "ZeroPadding1D",
    }
)  # fmt: skip
"""Keras's layers that can lose one."""

PROBE = """
# how far another vector for padding moves the predictions
before = model.predict(ids)
table = model.layers[0].get_weights()[0]
table[0] += 1
model.layers[0].set_weights([table])
np.abs(model.predict(ids) - before).max()
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    spoken: set[object] = set()
    for _, layer, call in program.layer_calls():
        if layer.custom:
            continue
        refused = next((problem for problem in call.problems if problem.kind == "mask"), None)
        if refused is not None:
            yield Finding(
                place(layer, call),
                refused.message,
                severity=Severity.ERROR if refused.when is not None else Severity.WARNING,
                layer=layer.path,
                notes=_masked_by(flow, call),
            )
        elif layer.kind in DROPS and not layer.operation and _drops(call):
            origin = next((tensor.origin for tensor in call.inputs if tensor.mask is True), None)
            if origin in spoken:
                continue  # one mask, one finding: the other branches lose the same one
            spoken.add(origin)
            yield Finding(
                place(layer, call),
                f"the mask ends at `{layer.name}`: {layer.cls} drops it, and padding is read as data behind it",
                notes=_masked_by(flow, call),
                layer=layer.path,
                fix=_last_step(flow, layer, call) or Fix.advice(_advice(layer)),
            )


def _drops(call: LayerCall) -> bool:
    given = call.arguments.get("mask")
    arrives = any(tensor.mask is True for tensor in call.inputs)
    return given is None and arrives and bool(call.outputs) and call.output.mask is False


def _masked_by(flow: Flow, call: LayerCall) -> list[Note]:
    """The layer that makes the mask."""
    tensor = next((tensor for tensor in call.inputs if tensor.mask is True), None)
    source: Layer | None = None
    for _ in range(1000):
        before = flow.call(tensor) if tensor is not None else None
        source = flow.source(tensor) if tensor is not None else None
        tensor = next((t for t in before.inputs if t.mask is True), None) if before is not None else None
        if tensor is None:
            break
    return [Note(source.location, "makes the mask", source.path)] if source is not None else []


def _last_step(flow: Flow, layer: Layer, call: LayerCall) -> Fix | None:
    """Behind a recurrent layer Flatten need not see all steps: it can leave the last one."""
    _, source = flow.behind(call.input)
    if layer.kind != "Flatten" or source is None or not source.recurrent or source.inner.site is None:
        return None
    edits = set_argument(source.inner.site, "return_sequences", None)
    alone = len(flow.readers(source)) == 1
    return Fix("give the last step alone, which is not padding", edits, Safety.REVIEW) if edits and alone else None


def _advice(layer: Layer) -> str:
    match layer.kind:
        case "Flatten":
            return "let the recurrent layer return its last step alone, or average with GlobalAveragePooling1D"
        case "GlobalMaxPooling1D":
            return "use GlobalAveragePooling1D, which leaves padding out"
        case "Add" | "Average" | "Concatenate" | "Maximum" | "Minimum" | "Multiply" | "Subtract":
            return "mask all inputs or none"
        case _:
            return "mask behind it anew with `Masking`, or leave the mask out where it is made"


MESSAGES = (
    Matcher(
        r"layer [\"']?(?P<layer>[\w./-]{1,120}?)[\"']? does not support masking,? but was passed an input_mask|"
        r"attached non-masking layer to layer with masked output",
        cause="a mask arrives at {layer}, which cannot use it",
        fix="let the mask end in a recurrent layer that gives its last step, or leave the masking out",
        score=0.95,
    ),
)

rule = Rule(
    check,
    family="masking",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
