"""What a reader reads: a seekable binary stream, or a folder of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast


class Damaged(Exception):
    """The file cannot be read; the message is one clause that says what it is and what to do."""


class NothingToLint(Exception):
    """The file is sound, but there is no model in it; the message says what it is and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a folder that is one model.

    Attributes:
        path: as on the command line.
        stream: opens the file: a seekable binary stream, to be closed by the reader; None for a folder.
        members: of a folder: names with `/` to what opens the member.
        local: whether `path` is a file on this machine, which a library may open itself.
    """

    path: str
    stream: Callable[[], BinaryIO] | None = None
    members: Mapping[str, Callable[[], BinaryIO]] = field(default_factory=dict)
    local: bool = False

    @classmethod
    def of(cls, path: str | Path) -> "Source":
        """The file or folder of that path; of a folder only the members that a model can have are looked at."""
        place = Path(path)
        if place.is_dir():
            return cls(str(path), None, {name: _opener(place / name) for name in MEMBERS if (place / name).is_file()})
        return cls(str(path), _opener(place), local=True)


MEMBERS = ("saved_model.pb", "keras_metadata.pb", "assets/saved_model.json", "model.json", "config.json")
"""Files that tell what a folder holds."""


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return cast("Callable[[], BinaryIO]", partial(path.open, "rb"))
