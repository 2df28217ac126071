"""Finds what to lint, and decides by content what a file is.

Folders are walked lazily, in the order of names; what git ignores is left out. A folder that is a SavedModel is one
model.
"""

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from rnnlint.readers.content import Content, look
from rnnlint.reading import Reading, failed, skipped

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_DEPTH = 64
"""How deep folders are walked."""

MAX_FILES = 200_000
"""How many directory entries one walk looks at."""

_PASSED_OVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_PEEK = 65_536
_JSON_MARKS = (b'"class_name"', b'"modelTopology"', b'"model_config"', b'\\"class_name\\"')
_MODEL_NAMES = (".keras", ".h5", ".hdf5", ".hdf", ".he5")
_NEVER = re.compile(
    r"\.(png|jpe?g|gif|bmp|svg|ico|webp|mp3|mp4|wav|flac|avi|mov|csv|tsv|txt|md|rst|html|css|js|ts|c|h|cpp|cu|java|go|rs"
    r"|r|m|sh|toml|cfg|ini|lock|log|pdf|docx?|xlsx?|gz|bz2|xz|tar|7z|rar|whl|zip|pkl|pickle|joblib|npy|npz|parquet"
    r"|feather|tfrecords?|index|so|o|a|pyc|pyd|dll|exe|ttf|woff2?|bin|pt|pth|onnx|tflite|safetensors|db|sqlite|xml|ya?ml)$"
)


STDIN = "-"
"""Stands for standard input on the command line."""

MAX_STDIN = 256 * 1024 * 1024
"""More is not read from standard input."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something to lint.

    Attributes:
        path: as on the command line, or below a folder on it.
        content: what it is; its `format` is None where there is nothing to lint, with the reason.
        named: whether it stands on the command line itself.
        data: its bytes, where they came by standard input; None: it is a file.
    """

    path: str
    content: Content
    named: bool
    data: bytes | None = None

    def refusal(self) -> Reading | None:
        """The answer where there is nothing to lint in it; None where there is."""
        if self.content.format is not None:
            return None
        refuse = failed if self.content.damaged else skipped
        return refuse(self.path, self.content.reason or "there is nothing to lint in it")


def of_stdin(data: bytes, name: str) -> "Found | Reading":
    """What came by standard input, under the name that it is to have."""
    if len(data) > MAX_STDIN:
        return failed(name, f"is larger than {MAX_STDIN // 1024**2} MB, the most that is read from standard input")
    return Found(name, look(io.BytesIO(data), name), named=True, data=data)


def identify(path: str | Path) -> Content:
    """What a file or a folder is, by its content.

    A folder is a `savedmodel`, or a `tfjs` model, or nothing: `walk` looks into it.

    Raises:
        OSError: it is missing or cannot be read.
    """
    place = Path(path)
    mode = place.stat().st_mode
    if stat.S_ISDIR(mode):
        return _folder(place)
    if not stat.S_ISREG(mode):
        return Content(None, "is not a regular file")
    if place.name == "saved_model.pb":
        return Content("savedmodel")
    with place.open("rb") as stream:
        return look(cast("BinaryIO", stream), place.name)


Excluded = Callable[[str, bool], bool]
"""Whether the file, or the folder (True), of a path is passed over."""


def walk(paths: Iterable[str], excluded: Excluded | None = None) -> Iterator[Found | Reading]:
    """What to lint of files and folders, lazily; a file named twice is found once.

    What is excluded is passed over below folders, not where it is named itself. A path that is missing or cannot be
    read, and a folder that holds nothing, is answered with a `Reading` at once.
    """
    seen: set[str] = set()
    for path in paths:
        count = 0
        for found in _one(path, excluded):
            real = _real(found.path)
            count += 1
            if real not in seen:
                seen.add(real)
                yield found
        if not count:
            yield skipped(path, "this folder holds nothing to lint: no models, scripts or notebooks that git tracks")


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # no path at all
        return path


def _one(path: str, excluded: Excluded | None) -> Iterator[Found | Reading]:
    try:
        content = identify(path)
    except FileNotFoundError:
        yield failed(path, "there is no such file or folder")
        return
    except (OSError, ValueError) as error:
        yield failed(path, f"cannot be read: {getattr(error, 'strerror', None) or error}")
        return
    if content.format is not None or content.reason is not None or not os.path.isdir(path):
        yield Found(path, content, named=True)
    else:
        yield from _below(path, excluded)


def _folder(place: Path) -> Content:
    """A folder that is one model; nothing where it is an ordinary folder."""
    if (place / "saved_model.pb").is_file():
        return Content("savedmodel")
    if (place / "checkpoint").is_file() and not any((place / name).is_file() for name in ("config.json", "model.json")):
        return Content(None, "is a TensorFlow checkpoint: weights alone, save the whole model with model.save()")
    return Content(None)


def _below(root: str, excluded: Excluded | None) -> Iterator[Found]:
    """Files and models below a folder: depth first, in the order of names, each folder once."""
    ignored = _Ignored(root)
    seen: set[tuple[int, int]] = set()
    waiting = [(root, 0)]
    budget = MAX_FILES
    while waiting and budget > 0:
        folder, depth = waiting.pop()
        try:
            status = os.stat(folder)
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        budget -= len(entries)
        ignored.enter(folder)
        folders: list[tuple[str, int]] = []
        for entry in entries:
            if entry.name.startswith(".") or ignored.has(entry.path, _is_folder(entry)):
                continue
            if excluded is not None and excluded(entry.path, _is_folder(entry)):
                continue
            if not _is_folder(entry):
                yield from _file(entry)
            elif (model := _folder(Path(entry.path))).format is not None:
                yield Found(entry.path, model, named=False)
            elif depth < MAX_DEPTH and entry.name not in _PASSED_OVER and not _is_environment(entry.path):
                folders.append((entry.path, depth + 1))
        waiting += reversed(folders)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))


def _file(entry: "os.DirEntry[str]") -> Iterator[Found]:
    """The file, if there is something to lint in it or its name promises a model."""
    name = entry.name.lower()
    suffix = os.path.splitext(name)[1]
    if _NEVER.match(suffix):
        return
    try:
        if not entry.is_file():
            return
        content = identify(entry.path)
        if content.format == "json" and not _looks_like_a_model(entry.path):
            return
    except (OSError, ValueError):
        if suffix in (".py", ".ipynb", *_MODEL_NAMES):
            yield Found(entry.path, Content(None, "cannot be read", damaged=True), named=False)
        return
    if content.format == "keras" and suffix != ".keras" and not _holds_config(entry.path):
        return
    if content.format is not None or suffix in _MODEL_NAMES:
        yield Found(entry.path, content, named=False)


def _looks_like_a_model(path: str) -> bool:
    with open(path, "rb") as stream:
        head = stream.read(_PEEK).replace(b"\x00", b"")
    return any(mark in head for mark in _JSON_MARKS)


def _holds_config(path: str) -> bool:
    """Whether the end of a zip file, where its members are listed, names a configuration."""
    with open(path, "rb") as stream:
        stream.seek(max(0, os.path.getsize(path) - _PEEK))
        return b"config.json" in stream.read()


class _Ignored:
    """Ignore rules of git: those of the folders from the root of the repository down to where we are."""

    def __init__(self, root: str) -> None:
        self._rules: list[tuple[str, GitIgnoreSpec]] = []
        above = os.path.realpath(root)
        chain = [above]
        while not os.path.exists(os.path.join(above, ".git")) and os.path.dirname(above) != above:
            above = os.path.dirname(above)
            chain.append(above)
        if os.path.exists(os.path.join(above, ".git")):
            self._add(above, os.path.join(above, ".git", "info", "exclude"))
            for folder in reversed(chain[1:]):
                self.enter(folder)

    def enter(self, folder: str) -> None:
        """Takes up the rules of a folder, and drops those of folders that it does not lie in."""
        real = os.path.realpath(folder)
        self._rules = [(place, rules) for place, rules in self._rules if _lies_in(real, place)]
        self._add(real, os.path.join(folder, ".gitignore"))

    def _add(self, folder: str, file: str) -> None:
        try:
            with open(file, encoding="utf-8", errors="replace") as stream:
                lines = stream.read(1_000_000).splitlines()
        except OSError:
            return
        from pathspec import GitIgnoreSpec

        try:
            self._rules.append((folder, GitIgnoreSpec.from_lines(lines)))
        except ValueError:
            return

    def has(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores it; the rule nearest to it decides."""
        if not self._rules:
            return False
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        for folder, rules in reversed(self._rules):
            if not _lies_in(real, folder):
                continue
            verdict = rules.check_file(os.path.relpath(real, folder) + ("/" if is_folder else "")).include
            if verdict is not None:
                return verdict
        return False


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
