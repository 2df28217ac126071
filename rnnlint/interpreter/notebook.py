"""The code cells of a Jupyter notebook, formats 3 and 4."""

import json
import re
from typing import Any

from rnnlint.interpreter.refusal import Refusal

_MARKS = re.compile(rb'"(?:cells|worksheets|nbformat)"\s*:')
_HEAD = 65_536


def is_notebook(data: bytes, path: str) -> bool:
    """Whether bytes are a notebook: by the name, or a JSON object with the keys of one at its beginning or end."""
    if path.lower().endswith(".ipynb"):
        return True
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and bool(_MARKS.search(head) or _MARKS.search(data[-_HEAD:]))


def code_cells(data: bytes) -> list[tuple[int, str]]:
    """The code cells in order, each with its number among all cells (from 1).

    Raises:
        Refusal: it is no notebook, or one in another language.
    """
    book = _load(data)
    language = _language(book)
    if language not in ("python", "ipython", "python3", "python2", ""):
        raise Refusal("skipped", f"is a notebook in {language[:40]}, not in Python")
    found: list[tuple[int, str]] = []
    for number, cell in enumerate(_cells(book), 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            if str(cell.get("language", "python")).lower() not in ("python", "ipython"):
                continue
            found.append((number, _text(cell.get("source", cell.get("input", "")))))
    return found


def _load(data: bytes) -> dict[str, Any]:
    try:
        book = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError) as error:
        place = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refusal("failed", f"is a damaged notebook: it is not valid JSON{place}") from None
    if not isinstance(book, dict) or not ("cells" in book or "worksheets" in book):
        raise Refusal("failed", "is no notebook: it is JSON without cells")
    return book


def _language(book: dict[str, Any]) -> str:
    metadata = book.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        inner = metadata.get(part)
        if isinstance(inner, dict) and isinstance(inner.get(key), str):
            return str(inner[key]).lower()
    return ""


def _cells(book: dict[str, Any]) -> list[Any]:
    cells = book.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = book.get("worksheets")
    found: list[Any] = []
    for sheet in sheets if isinstance(sheets, list) else []:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            found += sheet["cells"]
    return found


def _text(source: Any) -> str:
    """Source as a string, or as a list of lines that end in `\\n` themselves."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return source.encode("utf-8", "replace").decode("utf-8")
