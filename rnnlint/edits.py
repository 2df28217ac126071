"""Edits that several rules make: spans between two places, slices behind an argument, elements of a written shape."""

import re

from rnnlint.facts import ArgumentSite, Call, CallLocation, Layer, SourceLocation, TextLocation
from rnnlint.finding import Edit

PLAIN = re.compile(r"[A-Za-z_]\w*(\.\w+)*(\[[^\[\]]*\])*")
"""A name, its attributes and subscripts: text behind which a subscript can be written."""


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
