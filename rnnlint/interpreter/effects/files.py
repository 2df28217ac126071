"""Files that the program opens: what is read from them is not known."""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.values import (
    Object,
    Sequenced,
    Value,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@effect("builtins.file.read", "builtins.file.readline")
def read(at: Invocation, self: Value) -> Value:
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


@effect("builtins.file.write", "builtins.file.close", "builtins.file.flush", "builtins.file.writelines")
def write(at: Invocation, self: Value) -> Value:
    return None


@attribute("builtins.file.name")
def file_name(machine: "Machine", value: Value) -> Value:
    return value.attributes.get("name", UNKNOWN) if isinstance(value, Object) else UNKNOWN
