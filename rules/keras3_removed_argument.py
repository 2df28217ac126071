"""An argument or layer that Keras 3 took away.

Keras 3 refuses what it does not know: `batch_input_shape` ("Unrecognized keyword arguments passed to LSTM"),
`time_major`, `input_length`, `implementation` on most layers, `weights`, and the layers CuDNNLSTM, CuDNNGRU,
ThresholdedReLU and LocallyConnected1D. A fixed batch size is given with `Input(batch_shape=(...))` in front; LSTM and
GRU use the fused GPU kernel by themselves. `Embedding(input_length=...)` is a case of its own: some versions refuse it,
others take it and say that it is deprecated.

When to ignore this: never under Keras 3; the line raises. The rule is silent where Keras 2 runs the program, or where
it cannot be told which Keras does.
"""

from collections.abc import Iterator
from dataclasses import replace

from rnnlint import Edit, Finding, Fix, Layer, Matcher, Model, Program, Rule, Safety, Severity
from rnnlint.facts import RECURRENT, CallSite, LayerCall
from rnnlint.infer.catalogue import bind, exists, known
from rnnlint.repairs import new_layer

BAD = """
model = Sequential()
model.add(LSTM(4, batch_input_shape=(2, 5, 7), stateful=True))  # <-
model.add(Dense(1))
"""

GOOD = """
model = Sequential()
model.add(Input(batch_shape=(2, 5, 7)))
model.add(LSTM(4, stateful=True))
model.add(Dense(1))
"""

SAVED = ("time_major",)
"""Keys of configurations saved by Keras 2 that stop Keras 3 from loading them."""


def check(program: Program) -> Iterator[Finding]:
    if program.keras != 3:
        return
    for model, top in program.layers():
        for layer in top.walk():
            if layer.custom or layer.operation or layer.model is not None:
                continue
            if known(layer.cls) and exists(layer.cls, 3) is False:
                yield _layer(layer, top)
            else:
                yield from _arguments(model, layer, top)


def _layer(layer: Layer, top: Layer) -> Finding:
    instead = f"use {layer.kind}, which does the same" if layer.kind != layer.cls else "write a layer of your own"
    edits = _renamed(layer) if layer.kind != layer.cls else ()
    fix = Fix(instead, edits, Safety.SAFE) if edits else Fix.advice(instead)
    return Finding(layer.location, f"`{layer.cls}` is gone in Keras 3", layer=top.path, fix=fix)


def _renamed(layer: Layer) -> tuple[Edit, ...]:
    """Another name for the class, wherever it is named."""
    site = layer.site
    if site is None or site.mentions:
        return tuple(Edit(place, layer.kind) for place in site.mentions) if site is not None else ()
    if not site.spelled.endswith(f".{layer.cls}"):
        return ()
    name = replace(site.function, line=site.function.end_line, column=site.function.end_column - len(layer.cls))
    return (Edit(name, layer.kind),)


def _arguments(model: Model | None, layer: Layer, top: Layer) -> Iterator[Finding]:
    names = [name for name in layer.arguments if _taken_away(layer.cls, name)]
    if layer.site is None:
        names = [name for name in SAVED if name in layer.options and layer.kind in RECURRENT]
    for name in names:
        argument = layer.arguments.get(name)
        deprecated = layer.kind == "Embedding" and name == "input_length"
        verdict = "is deprecated in Keras 3, and some of its versions refuse it" if deprecated else "is gone in Keras 3"
        yield Finding(
            argument.location if argument is not None else layer.location,
            f"`{name}` of {layer.cls} {verdict}",
            severity=Severity.WARNING if deprecated else Severity.ERROR,
            layer=top.path,
            fix=_fix(model, layer, name, first=top is layer),
        )


def _taken_away(cls: str, name: str) -> bool:
    """Whether Keras 2 took the argument and Keras 3 does not."""
    if cls == "Embedding" and name == "input_length":
        return True
    in_3, in_2 = (bind(cls, (), {name: None}, keras).mismatches for keras in (3, 2))
    return any(found.kind == "unknown" for found in in_3) and not any(found.kind == "unknown" for found in in_2)


def _fix(model: Model | None, layer: Layer, name: str, first: bool) -> Fix:
    site = layer.site
    if site is None:
        return Fix.advice(f"take `{name}` out of the saved configuration, or save the model again with Keras 3")
    if name == "batch_input_shape":
        return _input_in_front(model, layer, site) if first else Fix.advice("give `Input(batch_shape=...)` in front")
    if name == "input_length" and (shape := _input_shape(layer, site)):
        return Fix("give the shape of the input", shape, Safety.SAFE)
    if name in ("input_length", "implementation", "time_major") and layer[name] is not True:
        return Fix.argument(layer, name, None, safety=Safety.REVIEW if name == "input_length" else Safety.SAFE)
    return Fix.argument(layer, name, None, safety=Safety.REVIEW)


def _input_shape(layer: Layer, site: CallSite) -> tuple[Edit, ...]:
    """`input_shape=(10, 4)` for `input_dim=4, input_length=10` of a recurrent layer."""
    length, features = site.arguments.get("input_length"), site.arguments.get("input_dim")
    if layer.kind not in RECURRENT or length is None or features is None or not length.text or not features.text:
        return ()
    return (Edit(length.whole, f"input_shape=({length.text}, {features.text})"), Edit(features.removal, ""))


def _input_in_front(model: Model | None, layer: Layer, site: CallSite) -> Fix:
    """Moves the shape into an Input in front of the layer: a line of its own, or an element of the list."""
    title, written = "give the batch shape with an Input in front", site.arguments.get("batch_input_shape")
    text = written.text if written is not None else ""
    if written is not None and text and model is not None and _first(model, layer):
        edits = new_layer(layer, LayerCall(), "Input", f"batch_shape={text}")
        if edits:
            return Fix(title, (*edits, Edit(written.removal, "")), Safety.SAFE)
    return Fix.advice(f"{title}: `Input(batch_shape={text or '...'})`")


def _first(model: Model, layer: Layer) -> bool:
    """Whether it is the first layer of the Sequential, but for the InputLayer that Keras makes itself."""
    front = next((other for other in model.layers if other.kind != "InputLayer"), None)
    return model.kind == "sequential" and front is not None and front.id == layer.id


GONE = r"batch_input_shape|time_major|input_length|implementation|weights"
NO_LAYERS = r"CuDNNLSTM|CuDNNGRU|ThresholdedReLU|LocallyConnected[12]D"
ADVICE = "leave it out; a fixed batch goes into `Input(batch_shape=...)` in front"

MESSAGES = (
    Matcher(
        rf"(?:unrecognized|unexpected) keyword arguments?(?: passed to (?P<class>\w{{1,60}}))?:? "
        rf"\W{{0,3}}(?P<name>{GONE})\b",
        cause="Keras 3 knows no `{name}` for that layer",
        fix=ADVICE,
        score=0.97,
    ),
    Matcher(
        r"unrecognized keyword arguments? passed to (?P<class>\w{1,60}): \{(?P<given>[^{}]{0,200})",
        cause="{class} takes no such argument: {given}",
        fix="leave it out, or write it as this Keras does",
        score=0.85,
    ),
    Matcher(
        r"unrecognized keyword arguments",
        cause="a layer takes no such argument in this Keras",
        fix="leave it out, or write it as this Keras does",
        score=0.75,
    ),
    Matcher(
        rf"got an unexpected keyword argument '(?P<name>{GONE})'",
        cause="this Keras knows no `{name}` there",
        fix=ADVICE,
    ),
    Matcher(
        rf"keyword argument not understood:?'?,? \W{{0,3}}(?P<name>{GONE})\b",
        cause="the Keras in use knows no `{name}`: the code or the file was written for another one",
        fix="leave it out, or use the Keras that it was written for",
        score=0.8,
    ),
    Matcher(
        rf"cannot import name '(?P<class>{NO_LAYERS})'|has no attribute '(?P<other>{NO_LAYERS})'|"
        rf"unknown layer: '?(?P<saved>{NO_LAYERS})|could not locate class '(?P<lost>{NO_LAYERS})'",
        cause="the layer is gone in Keras 3",
        fix="use LSTM or GRU, which choose the fused GPU kernel themselves; for the others, write a layer of your own",
        score=0.95,
    ),
)

rule = Rule(
    check,
    family="migration",
    severity=Severity.ERROR,
    keras={3: "raises"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
