"""An option keeps the layer off the fused GPU kernel.

On a GPU, LSTM and GRU run on one fused cuDNN kernel, many times faster than step by step. The kernel knows the default
options alone: `activation="tanh"`, `recurrent_activation="sigmoid"`, no `recurrent_dropout`, `unroll=False`, a bias,
and for a GRU `reset_after=True`. With anything else Keras falls back to the loop, with a warning at most. (Before
TensorFlow 2 the kernel had layers of its own, CuDNNLSTM and CuDNNGRU, and no option of an LSTM led there: programs of
that time are not meant.)

When to ignore this: where the option is worth the time, or the model never runs on a GPU.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.questions.activations import unbounded
from rnnlint.questions.cudnn import NEEDS, hindrances

BAD = """
model = Sequential([
    Input((48, 12)),
    GRU(24, recurrent_dropout=0.2),  # <-
    Dense(5),
])
"""

GOOD = """
model = Sequential([
    Input((48, 12)),
    GRU(24),
    Dense(5),
])
"""

OLD_DEFAULTS = frozenset({"recurrent_activation", "reset_after"})
"""Options whose defaults kept every layer off the kernel before TensorFlow 2."""

PROBE = """
# Keras leaves the fused kernel out
layer, tried = model.layers[0], []
kernel = getattr(keras.src.backend, "gru", None)
keras.src.backend.gru = lambda *args, **kwargs: (tried.append(1), kernel(*args, **kwargs))[1]
model(np.zeros((2, 48, 12), "float32"))
keras.src.backend.gru = kernel
not tried if KERAS == 3 else not layer._could_use_gpu_kernel
"""


def check(program: Program) -> Iterator[Finding]:
    if program.keras == 1 or program.early:
        return
    for _, top in program.layers():
        for layer in top.walk():
            names = [name for name in hindrances(layer) if _chosen(layer, name)]
            if not names or _left_alone(layer, names):
                continue
            argument = layer.arguments.get(names[0])
            yield Finding(
                argument.location if argument is not None else layer.location,
                f"{_listed(layer, names)} {_keep(names)} `{layer.name}` off the fused cuDNN kernel",
                notes=[Note(layer.location, "runs step by step on a GPU", layer.path)],
                layer=top.path,
                fix=_fix(layer, names),
            )


def _chosen(layer: Layer, name: str) -> bool:
    """Whether the program chose it: the defaults of old versions are nobody's choice."""
    return name in layer.arguments or name not in OLD_DEFAULTS


def _left_alone(layer: Layer, names: list[str]) -> bool:
    """Whether it is told to run without the kernel, or unrolled to be faster without it; or an activation without a
    bound stands in it, which is worse than slow, and `relu-recurrence` speaks of it."""
    told = layer["use_cudnn"] is False or layer["unroll"] is True
    return told or any(unbounded(layer[name]) is True for name in names)


def _keep(names: list[str]) -> str:
    return "keeps" if len(names) == 1 else "keep"


def _listed(layer: Layer, names: list[str]) -> str:
    return ", ".join(f"`{name}={layer[name]!r}`" for name in names)


def _fix(layer: Layer, names: list[str]) -> Fix:
    if len(names) == 1 and names[0] in layer.arguments:
        return Fix.argument(layer, names[0], None, safety=Safety.REVIEW)
    return Fix.advice("give " + ", ".join(f"`{name}={NEEDS[layer.kind][name]!r}`" for name in names))


MESSAGES = (
    Matcher(
        r"use_cudnn=true was specified, but cudnn is not supported for this layer configuration",
        cause="an option of the layer keeps it off the fused GPU kernel, which `use_cudnn=True` demands",
        fix="keep the defaults of the activations, `recurrent_dropout`, `unroll` and `use_bias`, or take "
        "`use_cudnn='auto'`",
        score=0.95,
    ),
    Matcher(
        r"(?:layer (?P<layer>[\w./-]{1,120}) )?will not use cudnn kernels?,? since it (?:doesn't|does not) meet the",
        cause="an option keeps {layer} off the fused GPU kernel; what it computes is right, but slower",
        fix="keep the defaults of `activation`, `recurrent_activation`, `recurrent_dropout`, `unroll`, "
        "`use_bias` and, for "
        "GRU, `reset_after`, if speed matters",
        score=0.95,
    ),
)

rule = Rule(
    check,
    family="speed",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
