"""What a program writes into files and reads again: models, their configurations, arrays, objects.

A file that the program did not write itself is not known, whether it is there or not.
"""

import posixpath
from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.state import MAX_TEXT
from rnnlint.interpreter.values import Object, Value

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


def path_text(value: Value) -> str | None:
    """A path, or the path of an open file, as text, where it is known."""
    if isinstance(value, str):
        return value
    if isinstance(value, Object) and value.path == "pathlib.Path":
        text = value.attributes.get("text")
        return text if isinstance(text, str) else None
    if isinstance(value, Object) and value.path == "builtins.file":
        return path_text(value.attributes.get("name"))
    return None


def write(machine: "Machine", path: Value, content: Value) -> None:
    """Makes this the content of a file."""
    name = _name(path)
    if name is not None:
        machine.files[name] = content


def append(machine: "Machine", file: Value, content: Value) -> None:
    """Writes into an open file; of one that holds several pieces nothing is known."""
    name = _name(file)
    if name is not None:
        machine.files[name] = UNKNOWN if name in machine.files else content


def empty(machine: "Machine", path: Value) -> None:
    """Opens a file to write it anew."""
    machine.files.pop(_name(path) or "", None)


def written(machine: "Machine", path: Value) -> Value:
    """What the program wrote into a file; UNKNOWN where it wrote nothing that is known."""
    name = _name(path)
    return UNKNOWN if name is None else machine.files.get(name, UNKNOWN)


def _name(path: Value) -> str | None:
    text = path_text(path)
    return posixpath.normpath(text) if text is not None and len(text) <= MAX_TEXT else None
