"""Strings. Those that are known are computed, within bounds; all others are objects that keep a length."""

import re
from typing import Any

from rnnlint.facts import UNKNOWN, Size, Unknown
from rnnlint.facts.sizes import add, is_known
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.indexing import piece
from rnnlint.interpreter.state import MAX_ITEMS, MAX_TEXT
from rnnlint.interpreter.values import Object, Sequenced, Value, is_constant

MAX_WIDTH = 200
"""Widest field of a format that is computed."""

_KEEPS_LENGTH = "lower upper swapcase"
_CHANGES_LENGTH = (
    "strip lstrip rstrip replace title capitalize casefold center ljust rjust zfill expandtabs translate"
    " removeprefix removesuffix decode encode"
)
_ASKS = (
    "startswith endswith isdigit isalpha isalnum isnumeric isdecimal isspace islower isupper istitle isidentifier"
    " isascii isprintable"
)
_FINDS = "find rfind index rindex count"


def _paths(names: str, *types: str) -> list[str]:
    return [f"builtins.{kind}.{name}" for name in names.split() for kind in types or ("str",)]


def unknown_text(at: Invocation, length: Size = UNKNOWN) -> Object:
    """A string of which no more than its length is known; without one it may stand for many of several lengths."""
    return Object("builtins.str", {} if length is UNKNOWN else {"length": length})


def text_length(value: Value) -> Size:
    """Number of characters."""
    if isinstance(value, str):
        return len(value)
    return value.attributes.get("length", UNKNOWN) if isinstance(value, Object) else UNKNOWN


@effect("builtins.str.__len__")
def length(at: Invocation, self: Value) -> Value:
    return text_length(self)


@effect("builtins.str.__getitem__")
def item(at: Invocation, self: Value, index: Value) -> Value:
    if isinstance(index, slice):
        taken = piece(text_length(self), index).length
        return unknown_text(at, taken if is_known(taken) else UNKNOWN)
    return unknown_text(at, 1)


@effect("builtins.str.__iter__")
def characters(at: Invocation, self: Value) -> Value:
    return Sequenced(None, length(at, self), unknown_text(at, 1))


@effect("builtins.str.__binary__")
def combined(at: Invocation, operator: Value, left: Value, right: Value) -> Value:
    if operator == "Add" and all(_is_text(side) for side in (left, right)):
        total = add(text_length(left), text_length(right))
        return unknown_text(at, total if is_known(total) else UNKNOWN)
    return unknown_text(at) if operator in ("Add", "Mod", "Mult") else UNKNOWN


@effect("builtins.str.__compare__")
def compared(at: Invocation, operator: Value, left: Value, right: Value) -> Value:
    return UNKNOWN


def _is_text(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, Object) and value.path == "builtins.str")


def _computed(at: Invocation, self: Value, args: tuple[Value, ...]) -> Value:
    """What Python itself gives, for small constants; UNKNOWN otherwise."""
    if not isinstance(self, str | bytes) or not all(is_constant(arg) for arg in args):
        return UNKNOWN
    name = at.path.rpartition(".")[2]
    widths = [arg for arg in args if isinstance(arg, int)]
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs") and any(width > MAX_TEXT for width in widths):
        return UNKNOWN
    if name == "expandtabs" and widths and len(self) * max(widths) > MAX_TEXT:
        return UNKNOWN
    new = args[1] if name == "replace" and len(args) >= 2 and isinstance(args[1], str | bytes) else ""
    if (len(self) + 1) * len(new) + len(self) > 4 * MAX_TEXT:
        return UNKNOWN
    if name in ("decode", "encode") and not all(arg in ("utf-8", "utf8", "ascii", "latin-1") for arg in args):
        return UNKNOWN
    try:
        result: Any = getattr(self, name)(*args)
    except (TypeError, ValueError, AttributeError, OverflowError, LookupError, MemoryError):
        return UNKNOWN
    if isinstance(result, str | bytes) and len(result) > MAX_TEXT:
        return UNKNOWN
    return result


@effect(*_paths(_KEEPS_LENGTH))
def same_length(at: Invocation, self: Value) -> Value:
    result = _computed(at, self, ())
    if result is not UNKNOWN or not isinstance(self, Object):
        return result
    return unknown_text(at, length(at, self))


@effect(*_paths(_CHANGES_LENGTH))
def changed(at: Invocation, self: Value, *args: Value) -> Value:
    result = UNKNOWN if at.kwargs else _computed(at, self, args)
    if not isinstance(result, Unknown):
        return result
    return unknown_text(at, at.machine.symbol("len(text)") if is_known(text_length(self)) else UNKNOWN)


@effect(*_paths("decode strip lower upper replace", "bytes"))
def of_bytes(at: Invocation, self: Value, *args: Value) -> Value:
    return _computed(at, self, args)


@effect(*_paths(_ASKS), *_paths(_FINDS))
def asked(at: Invocation, self: Value, *args: Value) -> Value:
    return _computed(at, self, args)


@effect(*_paths("split rsplit splitlines partition rpartition"))
def split(at: Invocation, self: Value, *args: Value) -> Value:
    parts = UNKNOWN if at.kwargs else _computed(at, self, args)
    if isinstance(parts, tuple):
        return parts
    if isinstance(parts, list) and len(parts) <= MAX_ITEMS:
        return at.machine.make_list(list(parts))
    if at.path.endswith("partition"):
        return (unknown_text(at), unknown_text(at), unknown_text(at))
    one = is_known(text_length(self))
    return at.machine.make_list(None, at.machine.symbol("len(parts)") if one else UNKNOWN, unknown_text(at))


@effect("builtins.str.join")
def join(at: Invocation, self: Value, iterable: Value) -> Value:
    rows = at.machine.iterate(iterable, at.node)
    parts = rows.items
    if isinstance(self, str) and parts is not None and all(isinstance(part, str) for part in parts):
        short = sum(len(part) + len(self) for part in parts) <= MAX_TEXT
        return self.join(parts) if short else unknown_text(at)
    return unknown_text(at)


_FIELD = re.compile(r"\{([^{}:!]*)(![rsa])?(?::([^{}]*))?\}")


@effect("builtins.str.format")
def format_method(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """Only plain fields by number or name, so that no attribute of a value is ever looked up."""
    if not isinstance(self, str) or at.open or "{{" in self or "}}" in self:
        return unknown_text(at)
    numbers = iter(range(len(args)))
    known = True

    def filled(match: "re.Match[str]") -> str:
        nonlocal known
        name = match[1] or str(next(numbers, -1))
        value = args[int(name)] if name.isdecimal() and int(name) < len(args) else kwargs.get(name, UNKNOWN)
        text = formatted(at, value, match[3] or "")
        known = known and isinstance(text, str)
        return text if isinstance(text, str) else ""

    if len(self) > MAX_TEXT or self.count("{") != len(_FIELD.findall(self)):
        return unknown_text(at)
    try:
        text = _FIELD.sub(filled, self)
    except (ValueError, RecursionError):
        return unknown_text(at)
    return text if known and len(text) <= MAX_TEXT else unknown_text(at)


def formatted(at: Invocation, value: Value, spec: Value = "") -> Value:
    """`format(value, spec)`; the sizes a spec asks for are looked at before anything is computed."""
    if not is_constant(value) or not isinstance(spec, str) or isinstance(value, tuple):
        return unknown_text(at)
    if any(int(number) > MAX_WIDTH for number in re.findall(r"\d{1,20}", spec)) or len(spec) > 40:
        return unknown_text(at)
    if isinstance(value, int) and value.bit_length() > 2000:
        return unknown_text(at)
    try:
        text = format(value, spec)
    except (TypeError, ValueError, OverflowError):
        return unknown_text(at)
    return text if len(text) <= MAX_TEXT else unknown_text(at)


@effect("builtins.str.maketrans")
def maketrans(at: Invocation) -> Value:
    return UNKNOWN
