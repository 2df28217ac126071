"""A layer in a few words."""

from collections.abc import Iterator
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Layer, Linear

FIRST = {
    "Dense": "units",
    "LSTM": "units",
    "GRU": "units",
    "SimpleRNN": "units",
    "LSTMCell": "units",
    "GRUCell": "units",
    "SimpleRNNCell": "units",
    "Embedding": "input_dim output_dim",
    "Conv1D": "filters kernel_size",
    "Conv2D": "filters kernel_size",
    "Conv3D": "filters kernel_size",
    "ConvLSTM1D": "filters kernel_size",
    "ConvLSTM2D": "filters kernel_size",
    "ConvLSTM3D": "filters kernel_size",
    "SeparableConv1D": "filters kernel_size",
    "SeparableConv2D": "filters kernel_size",
    "Dropout": "rate",
    "RepeatVector": "n",
    "Reshape": "target_shape",
    "Permute": "dims",
    "Activation": "activation",
}
"""What a class is called with in front of everything else."""

FLAGS = ("return_sequences", "return_state", "stateful", "go_backwards")

LONGEST = 24
"""A longer value is left out."""

DEEPEST = 6
"""How many wrappers are written one in another."""


def described(layer: Layer, depth: int = 0) -> str:
    """As it could be written: `Bidirectional(LSTM(32, return_sequences))`; flags stand for true ones."""
    if layer.wraps and depth < DEEPEST:
        inner = layer.wraps[:1] if layer.kind == "Bidirectional" else layer.wraps
        arguments = [described(part, depth + 1) for part in inner]
    else:
        arguments = list(_arguments(layer))
    return f"{layer.cls}({', '.join(arguments)})" if arguments else layer.cls


def _arguments(layer: Layer) -> Iterator[str]:
    if layer.custom:
        return
    for name in FIRST.get(layer.kind, "").split():
        text = _value(layer[name])
        if text is not None:
            yield text
    for flag in FLAGS:
        if layer[flag] is True:
            yield flag


def _value(value: Any) -> str | None:
    if value is UNKNOWN or not isinstance(value, int | float | str | tuple | list | Linear):
        return None
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    text = str(value)
    return text if len(text) <= LONGEST else None


def output_shapes(layer: Layer) -> list[AnyShape]:
    """What the layer gives in its first call; nothing where it is not called."""
    calls = layer.arrivals or layer.calls
    return [output.shape for output in calls[0].outputs] if calls else []


def shape_text(shapes: list[AnyShape]) -> str:
    """Shapes one after the other; `?` where not even their number is known."""
    return ", ".join(map(str, shapes)) or "?"
