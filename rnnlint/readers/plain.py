"""Values from a configuration, cleaned at the door: tagged tuples opened, sizes and flags checked once.

What is no sound value becomes UNKNOWN; nothing behind this file meets a hostile one.
"""

import re
from collections.abc import Mapping
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Dim, Shape, Unknown

MAX_NESTING = 40
"""How deep a value may be nested; what lies deeper is UNKNOWN."""

MAX_RANK = 32
"""Axes of a shape."""

LARGEST = 10**12
"""No axis or option is larger; numbers beyond it are no sizes."""

_SIZES = frozenset(
    {
        "units", "filters", "input_dim", "output_dim", "n", "num_heads", "key_dim", "value_dim", "groups",
        "depth_multiplier", "head_dim", "num_query_heads", "num_key_value_heads",
    }
)  # fmt: skip
"""Options that are one size each, at least 1."""

_REQUIRED = frozenset({"units", "filters"})

_FLAGS = frozenset(
    {
        "return_sequences", "return_state", "go_backwards", "stateful", "unroll", "mask_zero", "use_bias", "time_major",
        "reset_after", "zero_output_for_mask", "keepdims", "unit_forget_bias", "sparse", "ragged", "trainable",
    }
)  # fmt: skip
"""Options that are true or false."""


def opened(value: Any, depth: int = 0) -> Any:
    """The value with lists as tuples and arrays of Keras 3 as plain ones; too deep: UNKNOWN."""
    if depth > MAX_NESTING:
        return UNKNOWN
    if isinstance(value, Mapping):
        if value.get("class_name") == "__numpy__" and isinstance(value.get("config"), Mapping):
            return opened(value["config"].get("value"), depth + 1)
        return {str(key): opened(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(opened(item, depth + 1) for item in value)
    return value


def whole(value: Any) -> int | None:
    """The integer that it is (4.0 too), None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not (abs(value) < LARGEST and value.is_integer()):
        return None
    return int(value) if abs(value) <= LARGEST else None


def dim(value: Any) -> Dim:
    """A size of an axis; UNKNOWN for what is none."""
    if value is None:
        return None
    number = whole(value)
    if number == -1:
        return None
    return UNKNOWN if number is None or number < 0 else number


def shape(value: Any) -> AnyShape:
    """One shape, batch first; UNKNOWN for what is none."""
    value = opened(value)
    if not isinstance(value, list | tuple):
        return UNKNOWN
    if len(value) > MAX_RANK or any(isinstance(item, list | tuple | Mapping | str) for item in value):
        return UNKNOWN
    return Shape.of(dim(item) for item in value)


def shapes(value: Any) -> tuple[AnyShape, ...]:
    """All shapes in a structure of lists, tuples and objects, in order; none for None."""
    found: list[AnyShape] = []
    waiting = [opened(value)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting += reversed(list(item.values()))
        elif isinstance(item, tuple):
            if item and all(isinstance(part, tuple | Mapping) or part is None for part in item) and any(
                isinstance(part, tuple | Mapping) for part in item
            ):  # fmt: skip
                waiting += reversed([part for part in item if part is not None])
            else:
                found.append(shape(item))
        elif item is not None:
            found.append(UNKNOWN)
    return tuple(found)


def text(value: Any) -> str:
    """A name; empty for what is none. Halves of surrogate pairs, which cannot be printed, are replaced."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8")


def options(config: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Options as they are meant, and what is wrong with them in words."""
    cleaned: dict[str, Any] = {}
    faults: list[str] = []
    for key, value in config.items():
        if not isinstance(key, str):
            continue
        if key in _SIZES:
            cleaned[key], fault = _size(key, value)
            if fault:
                faults.append(fault)
        elif key in _FLAGS:
            if value is not None:
                cleaned[key] = _flag(value)
        else:
            cleaned[key] = opened(value)
    return cleaned, tuple(faults)


def _size(key: str, value: Any) -> tuple[Any, str | None]:
    if value is None and key not in _REQUIRED:
        return None, None
    number = whole(value)
    if number is not None and number > 0:
        return number, None
    return UNKNOWN, f"`{key}` is no size"


def _flag(value: Any) -> bool | Unknown:
    return bool(value) if isinstance(value, bool) or value in (0, 1) else UNKNOWN


def name_of(value: Any) -> str | Unknown | None:
    """The name of an activation, a loss or the like, which may be saved as an object of Keras's own.

    UNKNOWN for a function or class of one's own.
    """
    if value is None or isinstance(value, str):
        return value if value is None else text(value)
    if not isinstance(value, Mapping):
        return UNKNOWN
    cls, config = value.get("class_name"), value.get("config")
    if cls == "function":
        keras = isinstance(value.get("module"), str) and value["module"].startswith("keras")
        named = config if isinstance(config, str) else None
        if named and (keras or "module" not in value):
            return text(named)
        return UNKNOWN
    if not isinstance(cls, str) or ">" in cls:
        return UNKNOWN
    module = value.get("module", "keras")
    return snake(cls) if isinstance(module, str) and module.startswith("keras") else UNKNOWN


def snake(name: str) -> str:
    """`LeakyReLU` as `leaky_relu`, `MeanSquaredError` as `mean_squared_error`."""
    half = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", text(name)[:200])
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", half).lower().replace("re_lu", "relu")
