"""Options of a layer as what they should be; anything else is UNKNOWN. Saved and written values can be anything."""

from collections.abc import Mapping
from typing import Any

from rnnlint.facts import UNKNOWN, Dim, Layer, Linear, Truth, Unknown
from rnnlint.facts.sizes import MAX_SIZE

MAX_RANK = 16
"""Longer lists of sizes than this are not read."""


def as_size(value: Any) -> Dim:
    """A size of at least 0: an integer (also written `4.0`), a form, None; else UNKNOWN."""
    if value is None or isinstance(value, Linear):
        return value
    if isinstance(value, bool):
        return UNKNOWN
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SIZE:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= MAX_SIZE else UNKNOWN


def as_integer(value: Any) -> int | Unknown:
    """An integer of any sign; else UNKNOWN."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_SIZE:
        return UNKNOWN
    return value


def as_sequence(value: Any) -> tuple[Any, ...] | Unknown:
    """A list or tuple of sane length; else UNKNOWN."""
    return tuple(value) if isinstance(value, list | tuple) and len(value) <= MAX_RANK else UNKNOWN


def number(layer: Layer, name: str) -> Dim:
    """A size that must be given: `units`, `filters`. None is UNKNOWN too."""
    size = as_size(layer[name])
    return UNKNOWN if size is None else size


def flag(layer: Layer, name: str, default: Truth = UNKNOWN) -> Truth:
    """True, False or UNKNOWN; `default` where the layer has no such option."""
    value = layer.options.get(name, default)
    if isinstance(value, bool):
        return value
    return UNKNOWN


def text(layer: Layer, name: str, default: str | Unknown = UNKNOWN) -> str | Unknown:
    """A text; `default` where the layer has no such option."""
    value = layer.options.get(name, default)
    return value if isinstance(value, str) else UNKNOWN


def repeated(layer: Layer, name: str, count: int, default: Any = UNKNOWN) -> tuple[Dim, ...]:
    """`count` sizes, given as such or as one for all: `kernel_size`, `strides`."""
    value = layer.options.get(name, default)
    if isinstance(value, list | tuple):
        if len(value) != count:
            return (UNKNOWN,) * count
        return tuple(_not_none(as_size(element)) for element in value)
    return (_not_none(as_size(value)),) * count


def channels_first(layer: Layer) -> Truth:
    """Whether the channels stand before the places."""
    value = layer.options.get("data_format", "channels_last")
    return (
        {"channels_first": True, "channels_last": False, None: False}.get(value, UNKNOWN) if _plain(value) else UNKNOWN
    )


def dtype_of(layer: Layer) -> str | Unknown:
    """The dtype a layer computes in: its own, of its policy, else Keras's float32."""
    return policy_dtype(layer.options.get("dtype"))


def policy_dtype(value: Any) -> str | Unknown:
    """The dtype of a policy: `float32`, `mixed_float16`, or as an object of a configuration."""
    if isinstance(value, Mapping):
        config = value.get("config")
        value = config.get("name", config.get("source_name", UNKNOWN)) if isinstance(config, Mapping) else UNKNOWN
    if value is None:
        return "float32"
    if not isinstance(value, str):
        return UNKNOWN
    if value.startswith("mixed_"):
        return value.removeprefix("mixed_")
    _, split, source = value.partition("_from_")
    return policy_dtype(source) if split and len(source) < len(value) else value


def _not_none(size: Dim) -> Dim:
    return UNKNOWN if size is None else size


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str)
