"""The wire format of protocol buffers: as much as the metadata of a SavedModel needs.

A message is a run of fields, and a field that does not matter (the graph, often hundreds of MB) is stepped over by its
length without being read. Every length is held against the end of the message it stands in.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rnnlint.readers.source import Damaged

MAX_FIELDS = 1_000_000
"""Fields of one message."""

_TRUNCATED = "is cut short or damaged: save, copy or download it again"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of a stream: a message, a text, or a number (`start` is its value and `end` is -1)."""

    stream: BinaryIO
    start: int
    end: int

    @classmethod
    def whole(cls, stream: BinaryIO) -> "Span":
        """The whole stream."""
        return cls(stream, 0, stream.seek(0, io.SEEK_END))

    @property
    def number(self) -> int:
        """The value of a number, 0 for anything else."""
        return self.start if self.end == -1 else 0

    def text(self, limit: int) -> str:
        """The bytes as text; empty for a number.

        Raises:
            Damaged: there are more than `limit`.
        """
        if self.end - self.start > limit:
            raise Damaged(f"holds a text of more than {limit // 1_000_000} MB, which no saved model does")
        self.stream.seek(self.start)
        return self.stream.read(max(0, self.end - self.start)).decode("utf-8", "replace")

    def fields(self) -> Iterator[tuple[int, "Span"]]:
        """The fields of the message with their numbers.

        Raises:
            Damaged: a field reaches beyond the message, or has no known type.
        """
        place = self.start
        for _ in range(MAX_FIELDS):
            if place >= self.end:
                return
            tag, place = self._varint(place)
            match tag & 7:
                case 0:
                    value, place = self._varint(place)
                    yield tag >> 3, Span(self.stream, value, -1)
                case 1 | 5 as kind:
                    place += 8 if kind == 1 else 4
                case 2:
                    length, place = self._varint(place)
                    if length > self.end - place:
                        raise Damaged(_TRUNCATED)
                    yield tag >> 3, Span(self.stream, place, place + length)
                    place += length
                case _:
                    raise Damaged(_TRUNCATED)
            if place > self.end:
                raise Damaged(_TRUNCATED)
        raise Damaged(_TRUNCATED)

    def find(self, *numbers: int) -> Iterator["Span"]:
        """The fields at the end of a path of field numbers."""
        first, *rest = numbers
        for number, span in self.fields():
            if number == first and rest and span.end != -1:
                yield from span.find(*rest)
            elif number == first and not rest:
                yield span

    def _varint(self, place: int) -> tuple[int, int]:
        self.stream.seek(place)
        value = 0
        for shift, byte in enumerate(self.stream.read(min(10, self.end - place))):
            value |= (byte & 0x7F) << 7 * shift
            if byte < 0x80:
                return value, place + shift + 1
        raise Damaged(_TRUNCATED)
