"""Files that the program opens: what it did not write itself is not known."""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.values import (
    Object,
    Sequenced,
    Value,
)
from rnnlint.interpreter.written import append, empty, write, written

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@effect("builtins.open")
def open_(at: Invocation, file: Value, mode: Value = "r") -> Value:
    if isinstance(mode, str) and "w" in mode:
        empty(at.machine, file)
    binary = "b" in mode if isinstance(mode, str) else UNKNOWN
    return Object("builtins.file", {"binary": binary, "name": file})


@effect("builtins.file.read")
def read(at: Invocation, self: Value) -> Value:
    kept = written(at.machine, self)
    return unknown_text(at, at.machine.symbol("len(text)")) if kept is UNKNOWN else kept


@effect("builtins.file.readline")
def read_line(at: Invocation, self: Value) -> Value:
    return unknown_text(at, at.machine.symbol("len(text)"))


@effect("builtins.file.readlines")
def readlines(at: Invocation, self: Value) -> Value:
    return at.machine.make_list(None, at.machine.symbol("len(lines)"), unknown_text(at))


@effect("builtins.file.__iter__")
def iterate_lines(at: Invocation, self: Value) -> Value:
    return Sequenced(None, at.machine.symbol("len(lines)"), unknown_text(at))


@effect("builtins.file.__enter__")
def enter(at: Invocation, self: Value) -> Value:
    return self


@effect("builtins.file.write")
def write_text(at: Invocation, self: Value, text: Value) -> Value:
    """Kept for who reads it."""
    append(at.machine, self, text)
    return None


@effect("builtins.file.close", "builtins.file.flush", "builtins.file.writelines")
def nothing(at: Invocation, self: Value) -> Value:
    return None


@effect("pickle.dump", "joblib.dump", "dill.dump", "cPickle.dump")
def dump(at: Invocation, obj: Value, file: Value) -> Value:
    """The object, into an open file or a path."""
    opened = isinstance(file, Object) and file.path == "builtins.file"
    (append if opened else write)(at.machine, file, obj)
    return None


@effect("pickle.load", "joblib.load", "dill.load", "cPickle.load")
def load(at: Invocation, file: Value) -> Value:
    """The object that was written there."""
    return written(at.machine, file)


@attribute("builtins.file.name")
def file_name(machine: "Machine", value: Value) -> Value:
    return value.attributes.get("name", UNKNOWN) if isinstance(value, Object) else UNKNOWN
