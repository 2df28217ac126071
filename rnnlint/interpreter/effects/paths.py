"""Paths and names of files."""

import os.path
import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.values import Object, Sequenced, Value
from rnnlint.interpreter.written import path_text, write, written

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@effect("os.path.join")
def join_path(at: Invocation, *parts: Value) -> Value:
    texts = [path_text(part) for part in parts]
    if any(text is None for text in texts) or not texts:
        return unknown_text(at)
    return posixpath.join(*(text for text in texts if text is not None))


_PATHS: dict[str, Callable[[str], Any]] = {
    "basename": posixpath.basename,
    "dirname": posixpath.dirname,
    "normpath": posixpath.normpath,
    "split": posixpath.split,
    "splitext": posixpath.splitext,
}


@effect(*(f"os.path.{name}" for name in _PATHS), "os.fspath")
def of_path(at: Invocation, path: Value) -> Value:
    text = path_text(path)
    name = at.path.rpartition(".")[2]
    if text is not None:
        return _PATHS[name](text) if name in _PATHS else text
    return (unknown_text(at), unknown_text(at)) if name in ("split", "splitext") else unknown_text(at)


@effect("os.path.abspath", "os.path.realpath", "os.path.expanduser", "os.getcwd", "os.getenv", "tempfile.mkdtemp")
def some_text(at: Invocation) -> Value:
    return unknown_text(at)


@effect(
    "os.listdir",
    "glob.glob",
    "glob.iglob",
    "os.scandir",
    "pathlib.Path.glob",
    "pathlib.Path.rglob",
    "pathlib.Path.iterdir",
)
def some_names(at: Invocation) -> Value:
    like = unknown_text(at) if not at.path.startswith("pathlib") else Object("pathlib.Path")
    return at.machine.make_list(None, at.machine.symbol("len(files)"), like)


@effect("os.walk")
def walk(at: Invocation) -> Value:
    names = at.machine.make_list(None, UNKNOWN, unknown_text(at))
    return Sequenced(None, UNKNOWN, (unknown_text(at), names, names))


@attribute("os.sep")
def separator(machine: "Machine", value: Value) -> Value:
    return "/"


@effect("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath")
def path(at: Invocation, *parts: Value) -> Value:
    texts = [path_text(part) for part in parts]
    known = all(text is not None for text in texts)
    return _path(posixpath.join(*(text or "" for text in texts)) if known and texts else None)


def _path(text: str | None) -> Object:
    return Object("pathlib.Path", {} if text is None else {"text": os.path.normpath(text) if text else "."})


@effect("pathlib.Path.__binary__")
def path_operator(at: Invocation, operator: Value, left: Value, right: Value) -> Value:
    return path(at, left, right) if operator == "Div" else UNKNOWN


@effect("pathlib.Path.joinpath")
def joinpath(at: Invocation, self: Value, *parts: Value) -> Value:
    return path(at, self, *parts)


@attribute("pathlib.Path.parent")
def parent(machine: "Machine", value: Value) -> Value:
    text = path_text(value)
    return _path(posixpath.dirname(text) or "." if text is not None else None)


@effect("pathlib.Path.resolve", "pathlib.Path.absolute", "pathlib.Path.expanduser", "pathlib.Path.with_suffix")
def other_path(at: Invocation, self: Value) -> Value:
    return _path(None)


@effect("pathlib.Path.open")
def open_path(at: Invocation, self: Value, mode: Value = "r") -> Value:
    return at.machine.effect("builtins.open", self, mode, node=at.node)


@effect("pathlib.Path.read_text")
def read_text(at: Invocation, self: Value) -> Value:
    """What the program wrote there, else some text."""
    kept = written(at.machine, self)
    return unknown_text(at, at.machine.symbol("len(text)")) if kept is UNKNOWN else kept


@effect("pathlib.Path.write_text")
def write_text(at: Invocation, self: Value, data: Value) -> Value:
    """Kept for who reads it."""
    write(at.machine, self, data)
    return None
