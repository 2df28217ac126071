"""What came of reading a file: the programs in it, or the reason why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnnlint.facts import UNKNOWN, Program, Unknown


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something in a file that was left out, and where; `line` is None for a model file."""

    line: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number among all cells (from 1) and the joined lines it holds (from 1)."""

    number: int
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read.

    Attributes:
        path: as on the command line, or found below a folder.
        kind: `script`, `notebook`, `model`, or None.
        format: `python`, `notebook`, `keras`, `hdf5`, `json`, `yaml`, `savedmodel`, `tfjs`, or None.
        status: `checked`; `skipped` (nothing to lint in it) and `failed` (damaged, missing) with a `reason`.
        programs: each a consistent way through the file; a model file has one.
        keras: the Keras that will run it.
        written_by: the version a model file says it was written by (`2.2.4`).
        complete: False where something was not understood or bounds were reached.
        not_understood: what.
        text: source text for frames (cells of a notebook joined); empty for model files.
        cells: of a notebook.
        used: absolute paths of the project files and model files whose facts were used too.
    """

    path: str
    kind: str | None = None
    format: str | None = None
    status: str = "checked"
    reason: str | None = None
    programs: Sequence[Program] = ()
    keras: int | Unknown = UNKNOWN
    written_by: str | None = None
    complete: bool = True
    not_understood: Sequence[NotUnderstood] = ()
    text: str = ""
    cells: Sequence[Cell] = ()
    used: Sequence[str] = ()


def skipped(path: str, reason: str, format: str | None = None, kind: str | None = None) -> Reading:
    """A file in which there is nothing to lint."""
    return Reading(path, kind=kind, format=format, status="skipped", reason=reason, complete=False)


def failed(path: str, reason: str, format: str | None = None, kind: str | None = None) -> Reading:
    """A file that cannot be read: missing or damaged."""
    return Reading(path, kind=kind, format=format, status="failed", reason=reason, complete=False)
