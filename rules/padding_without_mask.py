"""Padded sequences reach a recurrent layer unmasked.

Sequences of unequal length are filled up to one length. Without a mask the recurrent layer reads the filling like data:
behind the end of a short sequence it goes on for many steps of zeros, and its last step has forgotten much of what it
read. `Embedding(mask_zero=True)` or a `Masking` layer in front lets it stop where the sequence ends.

The rule speaks of padding behind the sequences alone: in front of them (the default of `pad_sequences`) it does far
less harm.

When to ignore this: where the padding means something, as silence does in sound.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Layer, LayerCall, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.facts import Padding
from rnnlint.finding import set_argument
from rnnlint.questions.flow import KEEPS_STEPS, Flow
from rnnlint.repairs import new_layer

BAD = """
ids = keras.utils.pad_sequences([[1, 2], [3], [4, 5, 6, 7], [8, 9, 3]] * 4, maxlen=8, padding="post")
model = Sequential([
    Input((8,)),
    Embedding(10, 4),
    LSTM(6),  # <-
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

GOOD = """
ids = keras.utils.pad_sequences([[1, 2], [3], [4, 5, 6, 7], [8, 9, 3]] * 4, maxlen=8, padding="post")
model = Sequential([
    Input((8,)),
    Embedding(10, 4, mask_zero=True),
    LSTM(6),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

THROUGH = KEEPS_STEPS | {"Embedding"}

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
    spoken: set[int] = set()
    for fed in flow.fed("fit", "train_on_batch", "train"):
        padding, start = fed.data.padding, flow.source(fed.tensor)
        if padding is None or padding.side != "post" or start is None:
            continue
        for reader, call in flow.ahead(start, THROUGH):
            inner = _unmasked(reader, call)
            if inner is None or reader.id in spoken:
                continue
            spoken.add(reader.id)
            yield Finding(
                inner.location,
                f"`{inner.name}` reads the padding of the sequences as if it were data",
                notes=_notes(flow, call, padding),
                layer=reader.path,
                fix=_inside(flow, inner, padding) if inner is not reader else _fix(flow, reader, call, padding),
            )


def _notes(flow: Flow, call: LayerCall, padding: Padding) -> list[Note]:
    _, source = flow.behind(call.input)
    notes = [Note(padding.location, "padded here")] if padding.location.path else []
    if source is not None and source.kind == "Embedding":
        notes.append(Note(source.location, "makes no mask", source.path))
    return notes


def _unmasked(reader: Layer, call: LayerCall) -> Layer | None:
    """The recurrent layer that reads it without a mask; inside TimeDistributed or a nested model, where it stands."""
    if isinstance(call.input.shape, Shape) and call.input.shape.rank == 3 and call.input.shape.dims[1] == 1:
        return None  # of one step there is none to leave out: the padding lies elsewhere
    if reader.custom or call.problems or call.states:
        return None  # a decoder that is given its states answers step by step: what stands behind does not reach back
    if reader.recurrent:
        return reader if call.input.mask is False and call.arguments.get("mask") is None else None
    if reader.kind != "TimeDistributed" or not reader.wraps:
        return None
    inside = reader.wraps[0].model.layers if reader.wraps[0].model is not None else reader.wraps
    for layer in inside:
        if layer.kind == "Masking" or layer.has("mask_zero", True) is True:
            return None
        if layer.recurrent:
            return layer
    return None


def _fix(flow: Flow, reader: Layer, call: LayerCall, padding: Padding) -> Fix:
    _, source = flow.behind(call.input)
    value = padding.value if isinstance(padding.value, int | float) else "..."
    if source is None or source.kind != "Embedding":
        return _masking(flow, reader, call, f"mask_value={value}")
    if value != 0:
        return Fix.advice("pad with 0, a number that no word has, and set `mask_zero=True` on the Embedding")
    edits: tuple[Edit, ...] = set_argument(source.site, "mask_zero", "True") if source.site is not None else ()
    if padding.clash is True or not edits:
        return Fix.advice("set `mask_zero=True` on the Embedding, with ids that begin at 1")
    return Fix("mask the padding", edits, Safety.REVIEW)


def _inside(flow: Flow, inner: Layer, padding: Padding) -> Fix:
    """A Masking in front of the layer in the nested model, where that reads its input as it is."""
    arguments = f"mask_value={padding.value}"
    title = f"mask the padding in front with `Masking({arguments})`"
    calls = inner.calls if isinstance(padding.value, int | float) else ()
    source = flow.source(calls[0].input) if len(calls) == 1 else None
    plain = source is not None and source.kind == "InputLayer" and source.location != inner.location
    edits = new_layer(inner, calls[0], "Masking", arguments) if plain else ()
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


def _masking(flow: Flow, reader: Layer, call: LayerCall, arguments: str) -> Fix:
    """A Masking in front, where what arrives are the padded numbers themselves."""
    title = f"mask the padding in front with `Masking({arguments})`"
    straight = flow.source(call.input)
    given = straight is not None and straight.kind == "InputLayer" and straight.location != reader.location
    if not given or not reader.recurrent or "..." in arguments:
        return Fix.advice(title)
    edits = new_layer(reader, call, "Masking", arguments)
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


rule = Rule(
    check,
    family="masking",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
