"""Edits that several rules make: spans between two places, slices behind an argument, elements of a written shape."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rnnlint.facts import ArgumentSite, Call, CallLocation, CallSite, Layer, Model, SourceLocation, TextLocation
from rnnlint.finding import Edit

PLAIN = re.compile(r"[A-Za-z_]\w*(\.\w+)*(\[[^\[\]]*\])*")
"""A name, its attributes and subscripts: text behind which a subscript can be written."""

PRIMARY = re.compile(r"[A-Za-z_]\w*(\.\w+|\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\))*")
"""The same with calls: text behind which a method can be called."""


def between(first: TextLocation, last: TextLocation) -> TextLocation:
    """From the start of one place to the start of another in the same text."""
    if isinstance(first, CallLocation):
        return CallLocation(first.path, first.index, first.line, first.column, last.line, last.column)
    return SourceLocation(first.path, first.line, first.column, last.line, last.column)


def behind(place: TextLocation) -> TextLocation:
    """The empty place behind it."""
    if isinstance(place, CallLocation):
        end = (place.end_line, place.end_column)
        return CallLocation(place.path, place.index, *end, *end)
    return SourceLocation(place.path, place.end_line, place.end_column, place.end_line, place.end_column)


def to_end(first: TextLocation, last: TextLocation) -> TextLocation:
    """From the end of one place to the end of another."""
    return between(behind(first), behind(last))


def subscripts(call: Call, names: tuple[str, ...], text: str) -> tuple[Edit, ...]:
    """Edits that write a subscript (`[:960]`) behind each of these arguments; none where one cannot be done."""
    if call.site is None:
        return ()
    edits = []
    for name in names:
        written = call.site.arguments.get(name)
        if written is None or not PLAIN.fullmatch(written.text):
            return ()
        edits.append(Edit(behind(written.value), text))
    return tuple(edits)


def in_front(site: CallSite | None, lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edit that writes statements in front of the one that a call stands in; none where that is not possible."""
    if site is None or site.row is None or not lines:
        return ()
    indent = " " * (site.row.column - 1)
    return (Edit(between(site.row, site.row), "".join(f"{line}\n{indent}" for line in lines)),)


def after(site: CallSite | None, lines: Sequence[str], deeper: bool = False) -> tuple[Edit, ...]:
    """The edit that writes statements behind it, one level deeper or not."""
    if site is None or site.row is None or not lines:
        return ()
    indent = " " * (site.row.column - 1 + 4 * deeper)
    return (Edit(behind(site.row), "".join(f"\n{indent}{line}" for line in lines)),)


def resetting(call: Call, layers: Sequence[Layer], receiver: str = "") -> list[str]:
    """Statements that reset these layers of the model that a call is made on, in any Keras; none where they cannot be
    named.

    Args:
        receiver: how the model is called there; the call's own word for it where it is empty.
    """
    own, _, method = call.site.spelled.rpartition(".") if call.site is not None else ("", "", "")
    receiver = receiver or own
    order = _in_order(call.model)
    if order is None or not method or not PLAIN.fullmatch(receiver):
        return []
    numbers = [number for number, layer in enumerate(order) if any(layer.id == other.id for other in layers)]
    return [f"{receiver}.layers[{number}].reset_states()" for number in numbers] if len(numbers) == len(layers) else []


def _in_order(model: Model) -> list[Layer] | None:
    """What `model.layers` holds, where that is sure: of a Sequential, and of a model that is one chain of layers."""
    layers = [layer for layer in model.layers if "/" not in layer.path]
    if model.kind == "sequential":
        return [layer for layer in layers if layer.kind != "InputLayer"]
    if model.kind != "functional" or not model.complete or any(layer.operation for layer in layers):
        return None
    for before, layer in pairwise(layers):
        origins = [tensor.origin for call in layer.calls for tensor in call.inputs]
        if len(origins) != 1 or origins[0] is None or origins[0].layer != before.id:
            return None
    return layers


def written_shape(layer: Layer | None) -> ArgumentSite | None:
    """Where the input shape is written that an InputLayer, or the first layer, declares."""
    if layer is None or layer.site is None:
        return None
    names = ("shape", "input_shape", "batch_shape", "batch_input_shape")
    return next((layer.site.arguments[name] for name in names if name in layer.site.arguments), None)


def shape_element(layer: Layer | None, axis: int, text: str) -> tuple[Edit, ...]:
    """The edit that writes another size for an axis (0: the batch) into the input shape; none where it is no tuple."""
    written = written_shape(layer)
    if layer is None or layer.site is None or written is None:
        return ()
    whole = any(layer.site.arguments.get(name) is written for name in ("batch_shape", "batch_input_shape"))
    index = axis if whole else axis - 1
    return (Edit(written.elements[index], text),) if 0 <= index < len(written.elements) else ()


def unwrapped(layer: Layer) -> tuple[Edit, ...]:
    """Edits that take the wrapper away from around a layer: `TimeDistributed(Dense(1))` to `Dense(1)`."""
    if layer.site is None or (written := layer.site.arguments.get("layer")) is None:
        return ()
    whole = layer.site.location
    return (Edit(between(whole, written.value), ""), Edit(to_end(written.value, whole), ""))


def opened_batch(layer: Layer | None) -> tuple[Edit, ...]:
    """Edits that take a fixed batch size out of an input: `batch_shape=(8, 5, 1)` to `shape=(5, 1)`."""
    if layer is None or layer.site is None:
        return ()
    for name, other in (("batch_shape", "shape"), ("batch_input_shape", "input_shape")):
        written = layer.site.arguments.get(name)
        if written is None or len(written.elements) < 2 or written.whole == written.value:
            continue
        first, second = written.elements[:2]
        edits = (Edit(between(written.whole, written.value), f"{other}="), Edit(between(first, second), ""))
        return (*edits, Edit(behind(second), ",")) if len(written.elements) == 2 else edits
    dropped = layer.site.arguments.get("batch_size")
    return (Edit(dropped.removal, ""),) if dropped is not None else ()


def fixed_batch(layer: Layer | None, size: int, keras: object) -> tuple[Edit, ...]:
    """Edits that fix the batch size of an input: `shape=(5, 1)` to `batch_shape=(8, 5, 1)`; none where it is no tuple
    that is written out, or the Keras in use (3, or not known) has no such argument."""
    if layer is None or layer.site is None:
        return ()
    for name, other in (("shape", "batch_shape"), ("input_shape", "batch_input_shape")):
        written = layer.site.arguments.get(name)
        if written is None or not written.elements or (name == "input_shape" and keras not in (1, 2)):
            continue
        return (
            Edit(between(written.whole, written.value), f"{other}="),
            Edit(between(written.elements[0], written.elements[0]), f"{size}, "),
        )
    return ()


def without_statement(site: CallSite | None) -> tuple[Edit, ...]:
    """The edit that drops the statement or the element of a list that a call is; none where it is neither."""
    return (Edit(site.removal, ""),) if site is not None and site.removal is not None else ()


def without_method(site: CallSite, name: str) -> tuple[Edit, ...]:
    """The edit that takes a method out of a chain: `data.shuffle(100).batch(8)` to `data.batch(8)`."""
    function, dot = site.function, len(name) + 1
    if not site.spelled.endswith(f".{name}") or function.end_column - dot < 1:
        return ()
    start = replace(function, line=function.end_line, column=function.end_column - dot)
    return (Edit(between(start, behind(site.location)), ""),)
