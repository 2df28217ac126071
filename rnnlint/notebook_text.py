"""Where the sources of cells stand in the text of a notebook, so that an edit leaves all the rest as it is written."""

import json
import re
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


def source_of(text: str, cell: int) -> str | None:
    """The source of a cell, by its number among all cells from 1; None where it cannot be found."""
    found = _find(text, cell)
    return None if found is None else "".join(found[0])


def with_source(text: str, cell: int, source: str) -> str | None:
    """The text of a notebook in which a cell has another source; None where it cannot be found.

    Only the lines that differ are written anew: indentation, separators, escapes and the order of keys stay.

    Args:
        text: of the notebook.
        cell: its number among all cells, from 1.
        source: the new one.
    """
    found = _find(text, cell)
    if found is None:
        return None
    value, start, end = found
    if isinstance(value, str):
        return text[:start] + json.dumps(source, ensure_ascii=text.isascii()) + text[end:]
    return _with_lines(text, [_span(text, at) for at in _elements(text, start)], value, source)


def _find(text: str, cell: int) -> tuple[str | list[str], int, int] | None:
    """The source of a cell as it is written, a string or a list of lines, and the span where it stands."""
    try:
        cells = dict(_members(text, _skip(text, int(text.startswith("\ufeff")))))["cells"]
        place = list(_elements(text, cells))[cell - 1]
        start = dict(_members(text, place))["source"]
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, KeyError, IndexError):
        return None
    lines = isinstance(value, list) and value and all(isinstance(line, str) for line in value)
    return (value, start, end) if lines or isinstance(value, str) else None


def _with_lines(text: str, spans: list[tuple[int, int]], old: list[str], source: str) -> str:
    """The text with a list of lines that gives another source: of the lines in it, those that differ are replaced."""
    new = [line for line in re.split(r"(?<=\n)", source) if line] or [""]
    head = 0
    while head < min(len(old), len(new)) - 1 and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head - 1 and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ", "
    lines = (json.dumps(line, ensure_ascii=text.isascii()) for line in new[head : len(new) - tail])
    return text[: spans[head][0]] + between.join(lines) + text[spans[len(old) - tail - 1][1] :]


def _members(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The keys of the object that begins at a place, and where their values begin."""
    place = _expect(text, place, "{")
    while text[place] != "}":
        key, end = _DECODER.raw_decode(text, place)
        value = _expect(text, _skip(text, end), ":")
        yield key, value
        place = _behind(text, value)


def _elements(text: str, place: int) -> Iterator[int]:
    """Where the elements of the list that begins at a place begin."""
    place = _expect(text, place, "[")
    while text[place] != "]":
        yield place
        place = _behind(text, place)


def _behind(text: str, place: int) -> int:
    """Where the next member or element begins, or the bracket closes, behind the value that begins at a place."""
    end = _skip(text, _span(text, place)[1])
    return _skip(text, end + 1) if text[end] == "," else end


def _span(text: str, place: int) -> tuple[int, int]:
    decoded: tuple[Any, int] = _DECODER.raw_decode(text, place)
    return place, decoded[1]


def _expect(text: str, place: int, sign: str) -> int:
    """Where what follows the sign begins."""
    if text[place] != sign:
        raise ValueError(f"{sign} is not at {place}")
    return _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found is not None else place
