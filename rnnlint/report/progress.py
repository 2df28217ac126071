"""How far it has come, on standard error, where that is a terminal and it takes long."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rnnlint.report.escape import escaped

PATIENCE = 0.7
"""Seconds before anything is shown."""

PAUSE = 0.1
"""Seconds between two signs of life."""


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None] | None]:
    """Gives what is to be told before each file; None where nobody watches. The line is wiped at the end."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    line = _ProgressLine(time.monotonic())
    try:
        yield line.tell
    finally:
        line.wipe()


class _ProgressLine:
    def __init__(self, start: float) -> None:
        self._next = start + PATIENCE
        self._shown = False

    def tell(self, done: int, total: int, path: str) -> None:
        now = time.monotonic()
        if total < 2 or now < self._next:
            return
        self._next, self._shown = now + PAUSE, True
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        text = f"{done}/{total} {escaped(path)}"
        if len(text) > width - 1:
            text = text[: max(width - 4, 0)] + "..."
        sys.stderr.write(f"\r\x1b[K{text.encode('ascii', 'replace').decode()}")
        sys.stderr.flush()

    def wipe(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
