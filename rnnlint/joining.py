"""Reads what is on the line: each file once, scripts joined to the model files they belong to."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rnnlint.reading import Reading, failed


class CannotLint(Exception):
    """What was asked for cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file to lint.

    Attributes:
        path: as on the line, or found below a folder.
        named: it stands on the line itself.
        model: it is a model file, not a script or notebook.
    """

    path: str
    named: bool
    model: bool


@dataclass(slots=True)
class Readings:
    """Reads files, each once.

    Attributes:
        keras: the Keras that will run them; None: as the files say.
        fallback: the model file that belongs to the only script on the line.
    """

    keras: int | None = None
    fallback: str | None = None
    done: dict[str, Reading] = field(default_factory=dict)

    def model(self, path: str) -> Reading:
        """A model file."""
        key = os.path.realpath(path)
        if key not in self.done:
            self.done[key] = guarded(path, self._read_model)
        return self.done[key]

    def _read_model(self, path: str) -> Reading:
        from pathlib import Path

        from rnnlint.readers import read

        return read(Path(path), keras=self.keras)

    def script(self, path: str) -> Reading:
        """A script or notebook."""
        return guarded(path, self._read_script)

    def _read_script(self, path: str) -> Reading:
        from rnnlint.interpreter import read_script

        return read_script(path, keras=self.keras)


def guarded(path: str, read: Callable[[str], Reading]) -> Reading:
    """What `read` gives; where it crashes, a failed reading that says so: the other files go on."""
    try:
        return read(path)
    except MemoryError:
        return failed(path, "reading it takes more memory than there is")
    except Exception as error:
        return failed(path, f"rnnlint failed to read it ({type(error).__name__}); please report this file")
