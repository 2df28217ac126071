"""What a fix changes, as lines that go and lines that come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rnnlint.facts import CallLocation, TextLocation
from rnnlint.finding import Edit
from rnnlint.report.sources import Sources


@dataclass(frozen=True, slots=True)
class Change:
    """Neighbouring lines that are replaced.

    Attributes:
        location: of the first edit.
        removed, added: the lines, without those that stay the same.
    """

    location: TextLocation
    removed: tuple[str, ...]
    added: tuple[str, ...]


def changes(edits: Sequence[Edit], sources: Sources) -> list[Change]:
    """What the edits change, in order; nothing where they overlap or do not fit the text."""
    texts: dict[object, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        texts.setdefault(_text_of(edit.location), []).append(edit)
    found: list[Change] = []
    for group in texts.values():
        group.sort(key=lambda edit: _start(edit.location))
        if any(_end(a.location) > _start(b.location) for a, b in pairwise(group)):
            return []
        for region in _regions(group):
            change = _change(region, sources.lines(region[0].location))
            if change is None:
                return []
            found.append(change)
    return found


def _text_of(location: TextLocation) -> object:
    return (location.path, location.index) if isinstance(location, CallLocation) else location.path


def _start(location: TextLocation) -> tuple[int, int]:
    return location.line, location.column


def _end(location: TextLocation) -> tuple[int, int]:
    return location.end_line, location.end_column


def _regions(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits that touch the same lines."""
    region: list[Edit] = []
    for edit in edits:
        if region and edit.location.line > region[-1].location.end_line:
            yield region
            region = []
        region.append(edit)
    if region:
        yield region


def _change(edits: Sequence[Edit], lines: Sequence[str]) -> Change | None:
    first, last = edits[0].location.line, edits[-1].location.end_line
    if not 0 < first <= last <= len(lines):
        return None
    old = list(lines[first - 1 : last])
    new = "\n".join(old)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    for edit in reversed(edits):
        place = edit.location
        start = starts[place.line - first] + place.column - 1
        end = starts[place.end_line - first] + place.end_column - 1
        new = new[:start] + edit.text + new[end:]
    return _without_same(edits[0].location, old, new.split("\n"))


def _without_same(location: TextLocation, old: list[str], new: list[str]) -> Change:
    if len(new) == 1 and not new[0].strip():
        new = []
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return Change(location, tuple(old), tuple(new))
