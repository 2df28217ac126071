"""What reports for a terminal are drawn on: its width, its signs, text that is cut and wrapped to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnnlint.report.escape import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

TAB = "    "
WIDTH = 100
"""Where the output is no terminal and COLUMNS is not set."""

NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What frames are drawn with."""

    corner: str = "┌─"
    bar: str = "│"
    gap: str = "┆"
    dots: str = "…"
    dot: str = "·"


ASCII = Glyphs("+-", "|", ":", "...", "-")
"""For terminals that cannot show the others."""


class Canvas:
    """Draws on a stream. Colour only on a terminal, unless NO_COLOR or FORCE_COLOR say otherwise."""

    def __init__(self, stream: TextIO) -> None:
        self.console = Console(
            file=stream, markup=False, highlight=False, emoji=False, soft_wrap=True, legacy_windows=False
        )
        if not self.console.is_terminal and "COLUMNS" not in self.console._environ:
            self.console.width = WIDTH
        self.width = max(self.console.width, NARROWEST)
        self.glyphs = glyphs_for(getattr(stream, "encoding", None))

    def print(self, *lines: Text) -> None:
        """Prints each line as it is, uncut."""
        for line in lines:
            self.console.print(line, soft_wrap=True, overflow="ignore", no_wrap=True, crop=False)

    def wrap(self, text: Text, indent: str = "", first: str | Text | None = None) -> Iterator[Text]:
        """The text on as many lines as it needs, all behind `indent`, the first behind `first` (as long) if given."""
        lead: str | Text = indent if first is None else first
        for line in text.wrap(self.console, max(self.width - cell_len(indent), 8)):
            line.rstrip()
            yield Text.assemble(lead, line)
            lead = indent

    def cut(self, text: Text) -> Text:
        """The text on one line, cut where it is too long."""
        if text.cell_len <= self.width:
            return text
        cut = text.copy()
        cut.truncate(self.width - len(self.glyphs.dots))
        cut.append(self.glyphs.dots)
        return cut


def glyphs_for(encoding: str | None) -> Glyphs:
    """Those that the encoding can write."""
    glyphs = Glyphs()
    try:
        (glyphs.corner + glyphs.bar + glyphs.gap + glyphs.dots + glyphs.dot).encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return ASCII
    return glyphs


def message(text: str, style: str = "") -> Text:
    """A message: what stands in backticks is set apart."""
    parts = escaped(text).split("`")
    if len(parts) % 2 == 0:
        return Text(escaped(text), style)
    made = Text(style=style)
    for number, part in enumerate(parts):
        if number % 2:
            made.append(f"`{part}`", "bold")
        else:
            made.append(part)
    return made


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a source line that is shown, and where its characters stand.

    Attributes:
        text: what is shown.
        starts: cells of `text` in front of each character of the line, and behind its last.
    """

    text: str
    starts: "Sequence[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """First cell and end of the characters from `start` to `end`, which count from 0, the end exclusive."""
        last = len(self.starts) - 1
        first = self.starts[min(max(start, 0), last)]
        return first, max(self.starts[min(max(end, 0), last)], first + 1)


def window(source: str, width: int, start: int, end: int, dots: str) -> Window:
    """A source line on at most `width` cells; if it is longer, the part with the characters from `start` to `end`."""
    shown = [TAB if character == "\t" else escaped(character) for character in source]
    places = list(accumulate(map(cell_len, shown), initial=0))
    start, end = min(start, len(shown)), min(end, len(shown))
    first, last = 0, len(shown)
    if places[end] > width - len(dots):
        room = width - 2 * len(dots)
        while first < start and places[end] - places[first] > room:
            first += 1
    offset = len(dots) if first else 0
    if places[last] - places[first] + offset > width:
        while last > first and places[last] - places[first] > width - offset - len(dots):
            last -= 1
    text = (dots if first else "") + "".join(shown[first:last]) + (dots if last < len(shown) else "")
    return Window(text, [offset + max(min(place, places[last]) - places[first], 0) for place in places])
