"""Edits that several rules make: another input shape, a layer put in front of another."""

import re
from collections.abc import Sequence

from rnnlint.edits import resetting
from rnnlint.facts import (
    ArgumentSite,
    Call,
    CallLocation,
    CallSite,
    Dim,
    Layer,
    LayerCall,
    SourceLocation,
    TextLocation,
)
from rnnlint.finding import Edit, set_argument
from rnnlint.questions.flow import Flow


def shape_site(flow: Flow, layer: Layer) -> ArgumentSite | None:
    """Where the shape of an InputLayer is written: in `Input(shape=...)`, or as `input_shape` of the first layer."""
    if layer.site is not None:
        return layer.site.arguments.get("shape")
    sites = [reader.site for reader, _ in flow.readers(layer) if reader.location == layer.location]
    return sites[0].arguments.get("input_shape") if len(sites) == 1 and sites[0] is not None else None


def input_shape(flow: Flow, layer: Layer, sizes: tuple[Dim, ...]) -> tuple[Edit, ...]:
    """Gives an InputLayer another shape; nothing where a size is no number or the shape is not written out."""
    written = shape_site(flow, layer)
    if written is None or not written.elements or not all(isinstance(size, int) for size in sizes):
        return ()
    comma = "," if len(sizes) == 1 else ""
    return (Edit(written.value, f"({', '.join(map(str, sizes))}{comma})"),)


def without_first(written: ArgumentSite) -> Edit:
    """Takes the first element and the comma behind it out of a tuple that is written out."""
    return Edit(_between(written.elements[0], written.elements[1]), "")


def one_more(written: ArgumentSite, text: str) -> Edit:
    """Puts another element at the end of a tuple that is written out."""
    return Edit(_behind(written.elements[-1]), f", {text}")


def in_front(layer: Layer, call: LayerCall, cls: str, arguments: str) -> tuple[Edit, ...]:
    """Puts a layer in front of a call on a tensor: `f(x)` becomes `f(cls(arguments)(x))`; nothing where it is not
    called so, or the class cannot be had."""
    found = named(layer.site, cls)
    given = call.site.arguments.get("inputs") if call.site is not None else None
    if found is None or given is None:
        return ()
    name, imports = found
    return (*imports, Edit(_ahead(given.value), f"{name}({arguments})("), Edit(_behind(given.value), ")"))


def new_layer(layer: Layer, call: LayerCall, cls: str, arguments: str) -> tuple[Edit, ...]:
    """Puts a layer in front of another: in a list, on a line of its own in front of `model.add(...)`, or around the
    tensor that it is called on; nothing where none of these is how it is written."""
    site, found = layer.site, named(layer.site, cls)
    if site is None or found is None:
        return ()
    name, imports = found
    if site.listed:
        space = "\n" + " " * (site.location.column - 1) if site.leads else " "
        return (*imports, Edit(_ahead(site.location), f"{name}({arguments}),{space}"))
    if site.statement is not None and site.receiver:
        indent = " " * (site.statement.column - 1)
        return (*imports, Edit(_ahead(site.statement), f"{site.receiver}.add({name}({arguments}))\n{indent}"))
    return in_front(layer, call, cls, arguments)


def wrapped_in(layer: Layer, cls: str) -> tuple[Edit, ...]:
    """Puts a wrapper around a layer where it is made: `LSTM(4)` becomes `Bidirectional(LSTM(4))`."""
    found = named(layer.site, cls)
    if layer.site is None or found is None:
        return ()
    place = layer.site.location
    return (*found[1], Edit(_ahead(place), f"{found[0]}("), Edit(_behind(place), ")"))


def without_layer(layer: Layer, call: LayerCall) -> tuple[Edit, ...]:
    """Takes a layer out: of a list, with its `model.add(...)`, or from around the tensor that it is called on."""
    if layer.site is not None and layer.site.removal is not None:
        return (Edit(layer.site.removal, ""),)
    given = call.site.arguments.get("inputs") if call.site is not None else None
    if call.site is None or given is None or len(layer.arrivals) != 1:
        return ()
    if call.site.removal is not None:
        return (Edit(call.site.removal, ""),)
    whole = call.site.location
    ends = _span(whole, (given.value.end_line, given.value.end_column), (whole.end_line, whole.end_column))
    return (Edit(_between(whole, given.value), ""), Edit(ends, ""))


def asked_sizes(site: CallSite | None) -> list[tuple[TextLocation, str]]:
    """Where and how the sizes are written that a reshape asks for; none where they are not written out one by one."""
    if site is None:
        return []
    for name in ("shape", "newshape"):
        if name in site.arguments:
            written = site.arguments[name]
            return list(zip(written.elements, written.texts, strict=True))
    sizes = [site.arguments[name] for name in sorted(site.arguments) if name.startswith("size ")]
    return [(size.value, size.text) for size in sizes]


def exchanged(first: tuple[TextLocation, str], second: tuple[TextLocation, str]) -> tuple[Edit, ...]:
    """Puts each of two texts in the place of the other; none where one is not known."""
    if not first[1] or not second[1]:
        return ()
    return (Edit(first[0], second[1]), Edit(second[0], first[1]))


MOMENTS = {"on_epoch_begin": "epoch, logs", "on_test_begin": "logs", "on_test_end": "logs"}
"""What callbacks are handed at each moment."""


def resetting_callback(call: Call, layers: Sequence[Layer], *moments: str) -> tuple[Edit, ...]:
    """Gives `fit` a callback that resets these layers at each of these moments; nothing where they cannot be named, or
    its callbacks are not written out."""
    site, lines, found = call.site, resetting(call, layers), named(call.site, "LambdaCallback", "callbacks")
    if site is None or not lines or found is None:
        return ()
    name, imports = found
    body = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    callback = f"{name}({', '.join(f'{moment}=lambda {MOMENTS[moment]}: {body}' for moment in moments)})"
    written = site.arguments.get("callbacks")
    if written is not None and written.elements:
        return (*imports, Edit(_behind(written.elements[-1]), f", {callback}"))
    if written is not None and written.text not in ("None", "[]"):
        return ()
    edits = set_argument(site, "callbacks", f"[{callback}]")
    return (*imports, *edits) if edits else ()


def behind_tensor(call: LayerCall, text: str) -> tuple[Edit, ...]:
    """Writes something behind the tensor that a layer is called on: `f(x)` becomes `f(x[:, -1])`."""
    given = call.site.arguments.get("inputs") if call.site is not None else None
    if given is None or not re.fullmatch(r"\w+", given.text):
        return ()
    return (Edit(_behind(given.value), text),)


def spelled_as(site: CallSite | None, cls: str) -> str | None:
    """A layer class as the program can name it where another layer is made: `layers.LSTM` gives `layers.Permute`."""
    if site is None:
        return None
    module, dot, _ = site.spelled.rpartition(".")
    if re.fullmatch(r"(\w+\.)*(layers|L|kl)", module):
        return f"{module}{dot}{cls}"
    return cls if cls in site.scope else None


def named(site: CallSite | None, name: str, home: str = "layers") -> tuple[str, tuple[Edit, ...]] | None:
    """How the program can call a class or function of Keras, and the edits that import it where it is not at hand;
    None where it cannot be had."""
    if site is None:
        return None
    spelled = spelled_as(site, name) if home == "layers" else name if name in site.scope else None
    if spelled is not None:
        return spelled, ()
    for module, path in ((home, home), ("keras", f"keras.{home}"), ("tf", f"tf.keras.{home}")):
        if module in site.scope:
            return f"{path}.{name}", ()
    if name in site.imports:
        where, text = site.imports[name]
        return name, (Edit(where, text),)
    return None


def _between(first: TextLocation, second: TextLocation) -> TextLocation:
    """From the start of one to the start of the other."""
    return _span(first, (first.line, first.column), (second.line, second.column))


def _ahead(place: TextLocation) -> TextLocation:
    return _span(place, (place.line, place.column), (place.line, place.column))


def _behind(place: TextLocation) -> TextLocation:
    return _span(place, (place.end_line, place.end_column), (place.end_line, place.end_column))


def _span(like: TextLocation, start: tuple[int, int], end: tuple[int, int]) -> TextLocation:
    if isinstance(like, CallLocation):
        return CallLocation(like.path, like.index, *start, *end)
    return SourceLocation(like.path, *start, *end)
