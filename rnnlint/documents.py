"""Scripts and notebooks that can be edited and keep their encoding, line ends and formatting."""

import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rnnlint.notebook_text import source_of, with_source
from rnnlint.reading import Reading

_LINE_END = re.compile(r"\r\n|\r|\n")


class CannotEdit(Exception):
    """A file cannot be edited; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """Replace a span of the text by another; lines and columns as in findings."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text as it is written, without its byte order mark."""

    reading: Reading
    text: str
    encoding: str

    @classmethod
    def load(cls, reading: Reading) -> "Document":
        """The file that was read.

        Raises:
            CannotEdit: it cannot be read, or is another than was read.
        """
        try:
            with open(reading.path, "rb") as stream:
                data = stream.read()
            encoding = "utf-8" if reading.kind == "notebook" else _encoding(data)
            text = data.decode(encoding)
        except (OSError, SyntaxError, UnicodeError, LookupError) as error:
            raise CannotEdit(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if reading.kind != "notebook" and _LINE_END.sub("\n", text) != reading.text:
            raise CannotEdit("has changed since it was read")
        return cls(reading, text, encoding)

    def edited(self, changes: Sequence[Change]) -> "Document":
        """The document with changes that do not overlap.

        Raises:
            CannotEdit: a notebook of an old format, or a change beyond the text.
        """
        if self.reading.kind == "notebook":
            return replace(self, text=_edited_notebook(self.text, self.reading, changes))
        return replace(self, text=_edited(self.text, changes))

    @property
    def data(self) -> bytes:
        """As it is written to the file."""
        return self.text.encode(self.encoding)


def _encoding(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def _edited(text: str, changes: Iterable[Change], first_line: int = 1) -> str:
    """The text with the changes made; new lines end as the first one does."""
    ends = list(_LINE_END.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    newline = ends[0][0] if ends else "\n"
    for change in sorted(changes, key=lambda it: (it.line, it.column, it.end_line, it.end_column), reverse=True):
        start = _offset(starts, len(text), change.line - first_line, change.column)
        end = _offset(starts, len(text), change.end_line - first_line, change.end_column)
        text = text[:start] + change.text.replace("\n", newline) + text[end:]
    return text


def _offset(starts: Sequence[int], length: int, line: int, column: int) -> int:
    if line == len(starts) and column == 1:
        return length  # the end of a last line that has no line end
    if not 0 <= line < len(starts) or starts[line] + column - 1 > length:
        raise CannotEdit("a fix lies beyond its text")
    return starts[line] + column - 1


def _edited_notebook(text: str, reading: Reading, changes: Sequence[Change]) -> str:
    for cell in reading.cells:
        end = (cell.last_line + 1, 1)
        here = [it for it in changes if cell.first_line <= it.line and (it.end_line, it.end_column) <= end]
        if not here:
            continue
        source = source_of(text, cell.number)
        edited = None if source is None else with_source(text, cell.number, _edited(source, here, cell.first_line))
        if edited is None:
            raise CannotEdit("is a notebook of an old format")
        text = edited
    return text
