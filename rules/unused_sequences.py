"""return_sequences=True, and then only the last step is used.

`LSTM(32, return_sequences=True)(x)[:, -1]` keeps the output of every step in memory and throws away all but the last,
which is what `LSTM(32)(x)` gives.

Behind a Bidirectional layer it is not the same, and the rule is silent: there the last step of the sequence holds the
backward half's first.

When to ignore this: where the other steps are read for debugging.
"""

from collections.abc import Iterator
from typing import Any

from rnnlint import Edit, Finding, Fix, Layer, LayerCall, Model, Note, Program, Rule, Safety, Severity
from rnnlint.facts import SourceLocation
from rnnlint.finding import set_argument
from rnnlint.questions.flow import Flow, made_elsewhere_too, place
from rnnlint.repairs import without_layer

BAD = """
inputs = Input((10, 8))
steps = LSTM(16, return_sequences=True)(inputs)  # <-
model = Model(inputs, Dense(1)(steps[:, -1]))
"""

GOOD = """
inputs = Input((10, 8))
steps = LSTM(16)(inputs)
model = Model(inputs, Dense(1)(steps))
"""


EACH_STEP = frozenset({"Activation", "Dense", "Dropout", "LayerNormalization"})
"""Layers that do to a last step alone what they do to it among others."""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for model, layer in program.layers():
        if model is None or layer.custom or not layer.recurrent or layer.kind == "Bidirectional":
            continue
        if layer.has("return_sequences", True) is not True or len(layer.arrivals) != 1:
            continue
        readers = _readers(flow, model, layer)
        if readers and all(_takes_last(reader, call) for reader, call in readers) and _all_known(model):
            if made_elsewhere_too(program, [layer]):
                continue  # others that the same expression makes need their steps
            yield Finding(
                layer.location,
                f"`{layer.name}` returns every step, but only the last is used",
                notes=[Note(place(reader, call), "takes the last step") for reader, call in readers],
                layer=layer.path,
                fix=_fix(layer, readers),
            )


def _readers(flow: Flow, model: Model, layer: Layer) -> list[tuple[Layer, LayerCall]]:
    """What reads its output, directly or behind layers that treat each step by itself; none if the model gives it."""
    found: list[tuple[Layer, LayerCall]] = []
    waiting, seen = [layer], {layer.id}
    while waiting:
        current = waiting.pop()
        if _is_output(model, current):
            return []
        for reader, call in flow.readers(current):
            if reader.kind not in EACH_STEP or reader.custom or len(reader.arrivals) != 1:
                found.append((reader, call))
            elif reader.id not in seen:
                seen.add(reader.id)
                waiting.append(reader)
    return found


def _all_known(model: Model) -> bool:
    return model.complete


def _is_output(model: Model, layer: Layer) -> bool:
    return any(tensor.origin is not None and tensor.origin.layer == layer.id for tensor in model.outputs)


def _takes_last(reader: Layer, call: LayerCall) -> bool:
    """`x[:, -1]`, `x[:, -1, :]`, in a Lambda too."""
    key: Any = call.arguments.get("key")
    if reader.kind not in ("GetItem", "Lambda") or not isinstance(key, tuple) or len(key) < 2:
        return False
    first, second, rest = key[0], key[1], key[2:]
    return _all(first) and second == -1 and not isinstance(second, bool) and all(_all(part) for part in rest)


def _all(part: object) -> bool:
    return part is Ellipsis or (isinstance(part, slice) and (part.start, part.stop, part.step) == (None, None, None))


def _fix(layer: Layer, readers: list[tuple[Layer, LayerCall]]) -> Fix:
    title = "return the last step alone"
    edits = set_argument(layer.site, "return_sequences", None) if layer.site is not None else ()
    taken = [_taken(reader, call) for reader, call in readers]
    if not edits or not all(taken):
        return Fix.advice(title)
    return Fix(title, (*edits, *(edit for each in taken for edit in each)), Safety.REVIEW)


def _taken(reader: Layer, call: LayerCall) -> tuple[Edit, ...]:
    """Takes `[:, -1]` away: what stands between the tensor and the end of the expression, or the Lambda."""
    if reader.kind == "Lambda":
        return without_layer(reader, call)
    if reader.site is not None and reader.site.removal is not None:
        return (Edit(reader.site.removal, ""),)
    site = call.site or reader.site
    if site is None or not isinstance(site.location, SourceLocation) or not isinstance(site.function, SourceLocation):
        return ()
    whole, tensor = site.location, site.function
    rest = SourceLocation(whole.path, tensor.end_line, tensor.end_column, whole.end_line, whole.end_column)
    return (Edit(rest, ""),)


rule = Rule(
    check,
    family="speed",
    severity=Severity.HINT,
    keras="slower",
    since="0.1",
    bad=BAD,
    good=GOOD,
)
