"""A mask that the cuDNN kernel refuses.

On a GPU, LSTM and GRU with default options run on the fused cuDNN kernel. It takes the padding at the end of each
sequence alone. Sequences that are padded in front (the default of `pad_sequences`) give a mask that Keras 3 refuses
there ("RNN mask that does not correspond to right-padded sequences"); rows that are all padding have crashed the kernel
in some versions and work or not depending on the rest of the batch. On a CPU all of this runs.

When to ignore this: where the model never runs on a GPU, or with `use_cudnn=False`.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.facts import Padding
from rnnlint.questions.cudnn import fused
from rnnlint.questions.flow import KEEPS_STEPS, Flow

BAD = """
ids = keras.utils.pad_sequences([[1, 2], [3], [4, 1, 2, 3], [2, 4, 3]] * 4, maxlen=6)  # <-
model = Sequential([
    Input((6,)),
    Embedding(5, 5, mask_zero=True),
    GRU(6),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

GOOD = """
ids = keras.utils.pad_sequences([[1, 2], [3], [4, 1, 2, 3], [2, 4, 3]] * 4, maxlen=6, padding="post")
model = Sequential([
    Input((6,)),
    Embedding(5, 5, mask_zero=True),
    GRU(6),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

THROUGH = KEEPS_STEPS | {"Embedding"}

PROBE = """
# Keras's own check finds the mask unfit for the kernel
import sys
rnn = sys.modules["keras.src.backend.tensorflow.rnn"]
not rnn._is_sequence_right_padded(tf.constant(ids != 0))
"""


def check(program: Program) -> Iterator[Finding]:
    if program.keras == 1 or program.keras == 2:
        return
    flow = Flow(program)
    spoken: set[object] = set()
    for fed in flow.fed("fit", "train_on_batch"):
        padding, start = fed.data.padding, flow.source(fed.tensor)
        if padding is None or start is None or padding.location in spoken:
            continue
        if padding.side != "pre" and padding.empty is not True:
            continue
        for layer, call in flow.ahead(start, THROUGH):
            if call.input.mask is True and _fused(layer):
                spoken.add(padding.location)
                yield _finding(layer, padding)
                break


def _fused(layer: Layer) -> bool:
    if layer.kind == "Bidirectional":
        return bool(layer.wraps) and all(fused(half) is True for half in layer.wraps)
    return fused(layer) is True


def _finding(layer: Layer, padding: Padding) -> Finding:
    what = "the padding stands in front" if padding.side == "pre" else "some sequences are all padding"
    site = padding.site
    fix = Fix.advice("pad behind the sequences, and leave out those that are empty")
    if padding.side == "pre" and padding.empty is not True and site is not None:
        fix = Fix.argument(site, "padding", '"post"', title="pad behind the sequences", safety=Safety.REVIEW)
    return Finding(
        padding.location if padding.location.path else layer.location,
        f"{what}, a mask that the cuDNN kernel of `{layer.name}` refuses on a GPU in Keras 3",
        notes=[Note(layer.location, "is fused on a GPU", layer.path)],
        layer=layer.path,
        fix=fix,
    )


MESSAGES = (
    Matcher(
        r"rnn mask that does not correspond to right-padded sequences|not correspond to right-padded sequences|"
        r"mask that is not right-padded",
        cause="the fused kernel reads the first steps of a row, but the mask leaves out steps in front or between",
        fix="pad behind (`padding='post'`), or give the layer `use_cudnn=False`",
        score=0.97,
    ),
    Matcher(
        r"cudnn_status_bad_param|masking is not supported for cudnn rnns",
        cause="the fused kernel cannot read the mask: most often a row of the batch is masked throughout",
        fix="leave out rows that are all padding, or give the layer `use_cudnn=False`",
    ),
    Matcher(
        r"failed to call thenrnnforward|failed to call dornnforward",
        cause="the fused kernel refused the batch, as it does for a row that is masked throughout",
        fix="leave out rows that are all padding, or give the layer `use_cudnn=False`",
        score=0.7,
    ),
)

rule = Rule(
    check,
    family="masking",
    severity=Severity.WARNING,
    keras={3: "slower"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
