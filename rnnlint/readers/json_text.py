"""JSON from bytes of any encoding, within bounds."""

import codecs
import json
from typing import Any

from rnnlint.readers.source import Damaged

MAX_BYTES = 64_000_000
"""A configuration is no longer; the largest known have a few MB."""

MAX_VALUES = 3_000_000
"""Values it may hold: a byte of text can cost a hundred of memory."""

MAX_ENCODED = 3
"""How often a configuration may be text inside JSON."""

_TAGS = frozenset({"__tuple__", "TensorShape"})

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text: UTF-8, UTF-16 or UTF-32 by their marks; bytes that are no UTF-8 are taken as Latin-1."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parse(text: str | bytes, what: str) -> Any:
    """The value; text inside JSON is opened too. NaN and Infinity are read, of a key twice the last counts.

    Raises:
        Damaged: it is no JSON, is too large, or too deeply nested; the message names `what`.
    """
    if len(text) > MAX_BYTES:
        raise Damaged(f"{what} is larger than {MAX_BYTES // 1_000_000} MB, which no model configuration is")
    value: Any = decode(text) if isinstance(text, bytes) else text
    for _ in range(MAX_ENCODED):
        value = _loads(value, what)
        if not isinstance(value, str):
            return value
    raise Damaged(f"{what} is text inside text inside text, not a model configuration")


def _loads(text: str, what: str) -> Any:
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise Damaged(f"{what} holds more than {MAX_VALUES:,} values, which no model configuration does")
    tagged = "__tuple__" in text or "TensorShape" in text
    try:
        return json.loads(text, object_hook=_untagged if tagged else None)
    except RecursionError:
        raise Damaged(f"{what} is nested too deeply to be a model configuration") from None
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
            return _leading(text, what)
        detail = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise Damaged(f"{what} is not JSON ({detail}): save the model again") from None


def _untagged(value: dict[str, Any]) -> Any:
    """Tuples and shapes, which tf.keras tags, as plain lists."""
    items = value.get("items")
    return items if isinstance(items, list) and value.get("class_name") in _TAGS else value


def _leading(text: str, what: str) -> Any:
    """What stands before text that does not belong there, if it is an object."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Damaged(f"{what} is not JSON: save the model again")
    return value
