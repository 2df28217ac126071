"""Where reports go: standard output or a file."""

import io
import os
import sys
from collections.abc import Callable
from typing import TextIO

from rnnlint.replacing import replace_file

Writer = Callable[[TextIO], object]


class CannotWrite(OSError):
    """The report cannot be written; the message says why."""


def emit(write: Writer, output: str | None) -> None:
    """Has the report written to the file `output`, or to standard output.

    A reader that stops reading (`| head`) is no fault. A file is replaced at once, when the report is complete.

    Raises:
        CannotWrite: the file or standard output cannot be written to.
    """
    if output is None:
        _to_stdout(write)
    else:
        _to_file(write, output)


def _to_stdout(write: Writer) -> None:
    if sys.stdout is None:
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        raise CannotWrite(f"cannot write to standard output: {error.strerror}") from error


def silence(stream: TextIO) -> None:
    """Lets what is still to be written go nowhere, so that Python's exit does not stumble over it."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _to_file(write: Writer, output: str) -> None:
    try:
        if os.path.exists(output) and not os.path.isfile(output):
            with open(output, "w", encoding="utf-8", errors="backslashreplace") as stream:
                write(stream)
            return
        text = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="\n")
        write(text)
        text.flush()
        replace_file(output, text.buffer.getvalue())
    except OSError as error:
        raise CannotWrite(f"cannot write to {output}: {error.strerror}") from error
