"""Reads a script or notebook as far as an `ast.Module`: encodings, notebooks, and what is no Python 3.

Whatever the parser of the running Python does with hostile text (RecursionError, MemoryError, ValueError) is an
expected outcome: the statement that is too deep is left out, or the file is refused with a reason.
"""

import ast
import codecs
import io
import os
import sys
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rnnlint.interpreter import magics, notebook
from rnnlint.interpreter.refusal import Refusal, refuse
from rnnlint.reading import Cell, NotUnderstood

MAX_BYTES = 2 * 1024 * 1024
"""Text beyond it is not parsed: Python's own parser needs gigabytes for a literal of 10 MB."""

MAX_NOTEBOOK_BYTES = 12 * 1024 * 1024
"""A notebook holds its outputs too; its code is held to `MAX_BYTES`."""

PARSER_DEPTH = 4000
"""Recursion limit while Python's parser runs: a sum of 3,000 terms is a tree 3,000 deep."""

_FOREIGN_BOMS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as far as its syntax.

    Attributes:
        path: as given.
        kind: `script` or `notebook`.
        tree: the statements; empty where the status is not `checked`.
        text: what line numbers count in, line ends as `\\n`; the code cells of a notebook joined.
        cells: the code cells of a notebook.
        not_understood: cells and statements that were left out.
        status: `checked`, `skipped` or `failed`, the last two with a `reason`.
    """

    path: str
    kind: str
    tree: ast.Module
    text: str = ""
    cells: tuple[Cell, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    status: str = "checked"
    reason: str | None = None

    @property
    def format(self) -> str:
        """`python` or `notebook`."""
        return "notebook" if self.kind == "notebook" else "python"


def parse(path: str) -> Source:
    """Reads and parses a script or notebook; what it is, its content decides."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as stream:
            data = stream.read(MAX_NOTEBOOK_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _nothing(path, _kind_by_name(path), "failed", f"cannot be read: {reason}")
    return parse_bytes(data, path, size)


def parse_bytes(data: bytes, path: str, size: int | None = None) -> Source:
    """As `parse`, for bytes that are already read; `size` is that of the file where `data` is only its beginning."""
    if notebook.is_notebook(data, path):
        return _parse_notebook(data, path, size or len(data))
    if (size or len(data)) > MAX_BYTES:
        return _too_large(path, "script", MAX_BYTES)
    try:
        text = decode(data)
    except ValueError as error:
        return _nothing(path, "script", "failed", str(error))
    return parse_text(text, path)


def parse_text(text: str, path: str) -> Source:
    """As `parse`, for the text of a script."""
    text = _plain_lines(text)
    if len(text) > MAX_BYTES:
        return _too_large(path, "script", MAX_BYTES)
    notes: list[NotUnderstood] = []
    try:
        tree = _tree(text, notes)
    except Refusal as refusal:
        without, lines = magics.drop(text)
        try:
            if not lines or refusal.status == "skipped":
                raise refusal
            tree = _tree(without, notes)
        except Refusal:
            return _nothing(path, "script", refusal.status, refusal.reason, text)
        notes += [NotUnderstood(line, "an IPython command, which Python itself does not run") for line in lines]
    return Source(path, "script", tree, text, not_understood=tuple(notes))


def decode(data: bytes) -> str:
    """The text of a script, by its byte order mark or declared encoding (PEP 263), else UTF-8, else Latin-1.

    Raises:
        ValueError: it is no text that Python reads; the message says why, in words for the user.
    """
    for mark, name in _FOREIGN_BOMS.items():
        if data.startswith(mark):
            raise ValueError(f"is {name} text, which Python does not run: save it as UTF-8")
    if b"\x00" in data:
        raise ValueError("holds NUL bytes: it is no Python text, or damaged")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise ValueError(f"declares an encoding that Python does not know ({error.msg})") from None
        encoding = "latin-1"
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        # Python 2 files without a declaration; everything but the letters in comments and strings is right.
        return data.decode("latin-1")


def _parse_notebook(data: bytes, path: str, size: int) -> Source:
    if size > MAX_NOTEBOOK_BYTES:
        return _too_large(path, "notebook", MAX_NOTEBOOK_BYTES)
    try:
        sources = notebook.code_cells(data)
    except Refusal as refusal:
        return _nothing(path, "notebook", refusal.status, refusal.reason)
    if sum(len(source) for _, source in sources) > MAX_BYTES:
        return _too_large(path, "notebook", MAX_BYTES)
    body: list[ast.stmt] = []
    lines: list[str] = []
    cells: list[Cell] = []
    notes: list[NotUnderstood] = []
    refused: Refusal | None = None
    for number, source in sources:
        first = len(lines) + 1
        source = _plain_lines(source)
        lines += source.split("\n")
        cells.append(Cell(number, first, len(lines)))
        try:
            body += _cell_body(source, first, notes)
        except Refusal as refusal:
            refused = refused or refusal
            notes.append(NotUnderstood(first + (refusal.line or 1) - 1, f"cell {number} {refusal.reason}"))
    if refused is not None and not body:
        return _nothing(path, "notebook", refused.status, f"holds no cell that parses; the first {refused.reason}")
    tree = ast.Module(body=body, type_ignores=[])
    return Source(path, "notebook", tree, "\n".join(lines), tuple(cells), tuple(notes))


def _cell_body(source: str, first: int, notes: list[NotUnderstood]) -> list[ast.stmt]:
    """The statements of a cell whose first line is the line `first` of the joined text."""
    left_out: list[NotUnderstood] = []
    try:
        tree = _tree(source, left_out)
    except Refusal:
        source, _ = magics.drop(source)
        tree = _tree(source, left_out)
    ast.increment_lineno(tree, first - 1)
    notes += [NotUnderstood((note.line or 1) + first - 1, note.what) for note in left_out]
    return tree.body


def _tree(text: str, notes: list[NotUnderstood]) -> ast.Module:
    """The statements of a text; those that are too deep for Python's parser are left out and noted.

    Raises:
        Refusal: it is not Python 3.
    """
    try:
        with _deep():
            return ast.parse(text)
    except SyntaxError as error:
        if text[:1] in (" ", "\t") and (tree := _indented(text)) is not None:
            return tree
        raise refuse(error, text) from None
    except ValueError as error:
        raise Refusal("failed", f"is not valid Python: {error}") from None
    except (RecursionError, MemoryError, SystemError):
        return _statement_by_statement(text, notes)


def _indented(text: str) -> ast.Module | None:
    """A cell that is indented as a whole, as IPython allows; columns stay as they are."""
    try:
        with _deep():
            tree = ast.parse("if 1:\n" + text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.If):
        return None
    inner = ast.Module(body=tree.body[0].body, type_ignores=[])
    ast.increment_lineno(inner, -1)
    return inner


def _statement_by_statement(text: str, notes: list[NotUnderstood]) -> ast.Module:
    body: list[ast.stmt] = []
    lines = text.split("\n")
    try:
        starts = _statement_starts(text)
    except (tokenize.TokenError, SyntaxError, RecursionError, MemoryError):
        raise Refusal("failed", "is nested too deeply for Python's own parser") from None
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        try:
            with _deep():
                tree = ast.parse("\n".join(lines[start - 1 : end - 1]))
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            notes.append(NotUnderstood(start, "a statement that is nested too deeply for Python's own parser"))
            continue
        ast.increment_lineno(tree, start - 1)
        body += tree.body
    return ast.Module(body=body, type_ignores=[])


def _statement_starts(text: str) -> list[int]:
    """Lines on which a statement of the module begins."""
    starts: list[int] = []
    depth = 0
    fresh, decorated = True, False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            fresh = True
        elif fresh and token.type != tokenize.ENDMARKER:
            fresh = False
            if depth == 0:
                if not decorated and token.string not in ("else", "elif", "except", "finally"):
                    starts.append(token.start[0])
                decorated = token.string == "@"
    return starts


@contextmanager
def _deep() -> Iterator[None]:
    """No warnings (`"\\d"`, `x is 1`) and room for deep trees while Python's parser runs."""
    limit = sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.setrecursionlimit(max(limit, PARSER_DEPTH))
        try:
            yield
        finally:
            sys.setrecursionlimit(limit)


def _plain_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _kind_by_name(path: str) -> str:
    return "notebook" if Path(path).suffix.lower() == ".ipynb" else "script"


def _too_large(path: str, kind: str, limit: int) -> Source:
    what = "code" if kind == "notebook" and limit == MAX_BYTES else "a file"
    return _nothing(path, kind, "skipped", f"is too large: rnnlint reads {what} of up to {limit // 1024**2} MB")


def _nothing(path: str, kind: str, status: str, reason: str, text: str = "") -> Source:
    return Source(path, kind, ast.Module(body=[], type_ignores=[]), text, status=status, reason=reason)
