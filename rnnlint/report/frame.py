"""Source lines in a frame, with what a finding points at underlined."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from rnnlint.facts import CallLocation, Location, SourceLocation, TextLocation
from rnnlint.finding import Finding
from rnnlint.report.canvas import Canvas, message, window
from rnnlint.report.escape import escaped
from rnnlint.report.sources import Sources

FRAME = "blue"
NOTE = "cyan"


@dataclass(frozen=True, slots=True)
class Label:
    """A place in a source text, and what is said of it."""

    location: TextLocation
    text: str
    mark: str
    style: str


def source_frames(finding: Finding, sources: Sources, canvas: Canvas, style: str) -> Iterator[Text]:
    """A frame for the place of the finding and the notes beside it, one more for each other text with notes."""
    for labels in _by_text(_labels(finding, style), sources):
        yield from _frame(labels, sources, canvas)


def _labels(finding: Finding, style: str) -> Iterator[Label]:
    """What is said of the finding's own place, then of others; two things of one place stand side by side."""
    said: dict[Location, str] = {}
    if isinstance(finding.location, TextLocation):
        said[finding.location] = f"`{finding.layer}`" if finding.layer else ""
    for note in finding.notes:
        if isinstance(note.location, TextLocation):
            before = said.get(note.location)
            said[note.location] = f"{before}, {note.message}" if before else note.message
    for location, text in said.items():
        own = location == finding.location
        if isinstance(location, TextLocation):
            yield Label(location, text, "^" if own else "-", style if own else NOTE)


def _by_text(labels: Iterable[Label], sources: Sources) -> list[list[Label]]:
    """Labels that stand in one file, one cell or one `--call`, in the order in which the first of each comes."""
    texts: dict[str, list[Label]] = {}
    for label in labels:
        texts.setdefault(_title(label.location, sources), []).append(label)
    return list(texts.values())


def _title(location: Location, sources: Sources) -> str:
    match location:
        case CallLocation():
            return f"--call {location.index}"
        case SourceLocation():
            cell = sources.cell(location.path, location.line)
            return location.path if cell is None else f"{location.path} cell {cell.number}"
        case _:
            return location.path


def _number(location: TextLocation, line: int, sources: Sources) -> int:
    """The line as it is shown: in a notebook that of its cell."""
    cell = None if isinstance(location, CallLocation) else sources.cell(location.path, location.line)
    return line if cell is None else line - cell.first_line + 1


def _frame(labels: Sequence[Label], sources: Sources, canvas: Canvas) -> Iterator[Text]:
    first = labels[0].location
    lines = sources.lines(first)
    shown = sorted({label.location.line for label in labels})
    numbers = {line: str(_number(first, line, sources)) for line in shown}
    gutter = max(map(len, numbers.values()))
    line_number = "" if isinstance(first, CallLocation) and len(lines) == 1 else f":{numbers[first.line]}"
    title = f"{_title(first, sources)}{line_number}:{first.column}"
    yield from header(title, gutter, canvas)
    before = None
    for line in shown:
        if before is not None and line == before + 2:
            yield from _code(str(_number(first, before + 1, sources)), lines, before + 1, [], gutter, canvas)
        elif before is not None and line > before + 1:
            yield Text(f"{'':>{gutter}} {canvas.glyphs.gap}", FRAME)
        here = sorted((label for label in labels if label.location.line == line), key=lambda it: it.location.column)
        yield from _code(numbers[line], lines, line, here, gutter, canvas)
        before = line


def header(title: str, gutter: int, canvas: Canvas) -> Iterator[Text]:
    """The top of a frame: where it is."""
    corner = Text(f"{'':>{gutter}} {canvas.glyphs.corner} ", FRAME)
    yield from canvas.wrap(Text(escaped(title)), " " * (gutter + 4), corner)


def _code(
    number: str, lines: Sequence[str], line: int, labels: Sequence[Label], gutter: int, canvas: Canvas
) -> Iterator[Text]:
    """A line of source and the underlines below it."""
    if not 0 < line <= len(lines):
        return
    source = lines[line - 1].rstrip()
    spans = [(label.location.column - 1, _end(label.location, source)) for label in labels]
    room = canvas.width - gutter - 3
    first, last = spans[0] if spans else (0, 0)
    view = window(source, room, first, last, canvas.glyphs.dots)
    yield Text.assemble((f"{number:>{gutter}} {canvas.glyphs.bar}", FRAME), f" {view.text}".rstrip())
    for label, (start, end) in zip(labels, spans, strict=True):
        left, right = view.span(start, end)
        yield from _underline(label, left, min(right, room), gutter, canvas)


def _end(location: TextLocation, source: str) -> int:
    """Where the span ends on its first line, from 0, exclusive."""
    end = location.end_column - 1 if location.end_line == location.line else len(source)
    return max(end, location.column)


def _underline(label: Label, left: int, right: int, gutter: int, canvas: Canvas) -> Iterator[Text]:
    bar = Text(f"{'':>{gutter}} {canvas.glyphs.bar} ", FRAME)
    marks = Text(" " * left).append(label.mark * max(right - left, 1), label.style)
    text = message(label.text, label.style)
    room = canvas.width - gutter - 3
    if not label.text:
        yield Text.assemble(bar, marks)
    elif right + 1 + text.cell_len <= room:
        yield Text.assemble(bar, marks, " ", text)
    else:
        yield Text.assemble(bar, marks)
        indent = min(left, max(room - 24, 0))
        for line in text.wrap(canvas.console, max(room - indent, 8)):
            line.rstrip()
            yield Text.assemble(bar, " " * indent, line)
