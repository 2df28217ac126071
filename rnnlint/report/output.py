"""Where reports go: standard output or a file."""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from typing import TextIO

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
    folder = os.path.dirname(output) or "."
    try:
        if os.path.exists(output) and not os.path.isfile(output):
            with open(output, "w", encoding="utf-8", errors="backslashreplace") as stream:
                write(stream)
            return
        handle, beside = tempfile.mkstemp(dir=folder, prefix=".rnnlint-")
    except OSError as error:
        raise CannotWrite(f"cannot write to {output}: {error.strerror}") from error
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            write(stream)
        os.chmod(beside, _mode(output))
        os.replace(beside, output)
    except OSError as error:
        raise CannotWrite(f"cannot write to {output}: {error.strerror}") from error
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _mode(output: str) -> int:
    """As the file has it, or as a new file would get it."""
    if os.path.exists(output):
        return os.stat(output).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
