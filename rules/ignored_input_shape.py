"""input_shape stands on a layer that is not the first.

Only the first layer of a Sequential needs an input shape; every other layer takes what the layer in front gives, and
an `input_shape`, `input_dim` or `batch_input_shape` on it is ignored without a word. So it is on a layer behind an
`Input`, on a layer that is called on a tensor, and on a layer inside `TimeDistributed` or `Bidirectional`. Where the
shape contradicts what arrives, the reader of the code is misled: a warning.

Where one line makes several layers in a loop, and the first of them needs the shape, nothing is said.

When to ignore this: never needed; dropping the argument changes nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rnnlint import Finding, Fix, Layer, Program, Rule, Safety, Severity, Shape
from rnnlint.facts import Argument
from rnnlint.facts.shapes import fits

BAD = """
model = Sequential([
    Input((10, 8)),
    LSTM(32, return_sequences=True),
    LSTM(16, input_shape=(10, 8)),  # <-
    Dense(1),
])
"""

GOOD = """
model = Sequential([
    Input((10, 8)),
    LSTM(32, return_sequences=True),
    LSTM(16),
    Dense(1),
])
"""

NAMES = ("input_shape", "batch_input_shape", "input_dim")


def check(program: Program) -> Iterator[Finding]:
    givers = {layer.id: layer for _, layer in program.layers()}
    unsure = {layer.id for model in program.models if not model.complete for layer in model.layers}
    needed = {layer.location for layer in givers.values() if _is_first(layer, givers)}
    for layer in givers.values():
        if layer.custom or not layer.arrivals or layer.id in unsure:
            continue
        giver = _giver(layer, givers)
        if giver is not None and layer.location not in needed:
            yield from _ignored(layer, layer, f"`{giver.name}` gives", compare=True)
        for wrapped in layer.wraps[:1] if layer.kind in ("TimeDistributed", "Bidirectional") else ():
            yield from _ignored(wrapped, layer, f"`{layer.name}` hands on", compare=layer.kind == "Bidirectional")


def _giver(layer: Layer, givers: Mapping[int, Layer]) -> Layer | None:
    """The layer that gives what arrives."""
    source = next((t.origin for call in layer.arrivals for t in call.inputs if t.origin is not None), None)
    return givers.get(source.layer) if source is not None else None


def _is_first(layer: Layer, givers: Mapping[int, Layer]) -> bool:
    """Whether it reads an InputLayer that Keras makes by itself, from the shape given here or from the data."""
    giver = _giver(layer, givers)
    return giver is not None and giver.kind == "InputLayer" and giver.site is None


def _ignored(layer: Layer, called: Layer, comes: str, compare: bool) -> Iterator[Finding]:
    names = [name for name in NAMES if name in layer.arguments and not (name == "input_dim" and _own_option(layer))]
    for name in names[:1]:
        argument = layer.arguments[name]
        arrives = called.arrivals[0].input.shape
        refused = bool(called.arrivals[0].problems)  # another rule says what is wrong
        wrong = compare and not refused and isinstance(arrives, Shape) and _contradicts(name, argument, arrives)
        says = f", and contradicts what {comes}: {arrives}" if wrong else f": it takes what {comes}"
        yield Finding(
            argument.location,
            f"`{name}` of `{layer.name}` is ignored{says}",
            severity=Severity.WARNING if wrong else Severity.HINT,
            gives=arrives if wrong else None,
            layer=called.path,
            fix=Fix.argument(layer, name, None, safety=Safety.REVIEW),
        )


def _own_option(layer: Layer) -> bool:
    """Embedding has an option of that name, which means something else."""
    return layer.kind == "Embedding"


def _contradicts(name: str, argument: Argument, arrives: Shape) -> bool:
    value: Any = argument.value
    if name == "input_dim":
        return fits(value, arrives.dims[-1]) is False if isinstance(value, int) else False
    if not isinstance(value, tuple | list):
        return False
    sizes = tuple(value) if name == "input_shape" else tuple(value[1:])
    if len(sizes) != arrives.rank - 1:
        return True
    return any(isinstance(a, int) and fits(a, b) is False for a, b in zip(sizes, arrives.dims[1:], strict=True))


rule = Rule(
    check,
    family="shape",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
)
