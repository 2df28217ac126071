"""The text that findings point into."""

from collections.abc import Sequence

from rnnlint.facts import CallLocation, LayerLocation, Location
from rnnlint.linting import Report
from rnnlint.reading import Cell, Reading

MOST_BYTES = 2_000_000
"""A longer source file is not shown."""


class Sources:
    """Lines of the files of a report, of the `--call` texts, and of files that scripts import (read when asked)."""

    def __init__(self, report: Report) -> None:
        self._calls = report.calls
        self._readings = {file.reading.path: file.reading for file in report.files}
        self._lines: dict[str, Sequence[str]] = {}

    def reading(self, path: str) -> Reading | None:
        """The file of that path, if it was on the line."""
        return self._readings.get(path)

    def line(self, location: Location) -> str:
        """The line where the location begins; empty where it has none."""
        if isinstance(location, LayerLocation):
            return ""
        lines = self.lines(location)
        return lines[location.line - 1] if 0 < location.line <= len(lines) else ""

    def lines(self, location: Location) -> Sequence[str]:
        """All lines of the text that the location stands in; none where it cannot be read."""
        if isinstance(location, LayerLocation):
            return ()
        if isinstance(location, CallLocation):
            return _split(self._calls[location.index - 1]) if 0 < location.index <= len(self._calls) else ()
        if location.path not in self._lines:
            reading = self._readings.get(location.path)
            text = reading.text if reading is not None and reading.text else _read(location.path)
            self._lines[location.path] = _split(text)
        return self._lines[location.path]

    def cell(self, path: str, line: int) -> Cell | None:
        """The notebook's cell that holds the line; None where it is no notebook."""
        reading = self._readings.get(path)
        for cell in reading.cells if reading is not None else ():
            if cell.first_line <= line <= cell.last_line:
                return cell
        return None


def _split(text: str) -> Sequence[str]:
    """Lines as Python counts them: a form feed or a separator inside a line ends none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _read(path: str) -> str:
    import tokenize

    try:
        with open(path, "rb") as file:
            encoding, _ = tokenize.detect_encoding(file.readline)
            file.seek(0)
            return file.read(MOST_BYTES).decode(encoding, "replace")
    except (OSError, SyntaxError, LookupError):
        return ""
