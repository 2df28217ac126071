"""What a file is, decided by its first bytes."""

import re
from dataclasses import dataclass
from typing import BinaryIO

HEAD = 4096
"""How many bytes are looked at."""

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK\x03\x04"

_PICKLE_OPCODES = re.compile(rb"(\(dp?\d*\n|\(lp\d*\n|c[\w.]+\n[\w.]+\n|ccopy_reg\n)")
_YAML_KEY = re.compile(rb"^(backend|class_name|config|keras_version): *\S*", re.M)
_PYTHON_LINE = re.compile(rb"^(import [\w.]+|from [\w.]+ import |#!.*python)", re.M)
_NOTEBOOK = re.compile(rb'"(nbformat|cells)"\s*:')


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is.

    Attributes:
        format: `python`, `notebook`, `keras`, `hdf5`, `json`, `yaml`, `savedmodel`, `tfjs`; None: nothing to lint.
        reason: where there is nothing to lint: what it is and what to do.
        damaged: whether that is because it is no sound file (status failed).
    """

    format: str | None
    reason: str | None = None
    damaged: bool = False

    @property
    def kind(self) -> str | None:
        """`script`, `notebook`, `model` or None."""
        if self.format == "python":
            return "script"
        return self.format if self.format in ("notebook", None) else "model"


def look(stream: BinaryIO, name: str) -> Content:
    """What the file is. The name only tells Python from other text.

    Raises:
        OSError: it cannot be read.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        return _script_or(name, Content(None, "is an empty file: save or download it again", damaged=True))
    return _binary(stream, head) or _text(head, name) or _late(stream, head)


def _script_or(name: str, other: Content) -> Content:
    return Content("python") if _is_python_name(name) else other


def _is_python_name(name: str) -> bool:
    return name.lower().endswith((".py", ".pyw"))


def _refused(what: str) -> Content:
    return Content(None, f"is {what}, not a saved Keras model")


def _binary(stream: BinaryIO, head: bytes) -> Content | None:
    """Formats with a signature at their beginning."""
    if head.startswith((ZIP, b"PK\x05\x06")):
        return Content("keras")
    if head.startswith(HDF5):
        return Content("hdf5")
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return _pickle()
    for mark, what in _SIGNATURES.items():
        if head.startswith(mark):
            return _refused(what)
    if head[4:8] == b"TFL3":
        return _refused("a TensorFlow Lite model")
    if head[257:262] == b"ustar":
        return _refused("a tar archive: unpack it first,")
    length = int.from_bytes(head[:8], "little")
    if head[8:9] == b"{" and 2 <= length < 100_000_000:
        return _refused("a safetensors file (weights alone)")
    if head[:1] == b"\x08" and head[2:3] == b"\x12" and head[1] < 0x40:
        return Content("savedmodel") if head[1] == 1 and head[3:4] and head[3] & 0x80 else _refused("an ONNX model")
    return None


_SIGNATURES = {
    b"\x93NUMPY": "a NumPy array",
    b"\x1f\x8b": "a gzip archive: unpack it first,",
    b"BZh": "a bzip2 archive: unpack it first,",
    b"\xfd7zXZ\x00": "an xz archive: unpack it first,",
    b"7z\xbc\xaf": "a 7z archive: unpack it first,",
    b"GGUF": "a GGUF model",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet table",
}


def _pickle() -> Content:
    reason = "is a pickle, which is never loaded (it can run code): save the model with model.save() instead"
    return Content(None, reason, damaged=True)


def _text(head: bytes, name: str) -> Content | None:
    plain = head.lstrip(b"\xef\xbb\xbf").lstrip()
    lower = plain[:64].lower()
    if plain.startswith(b"version https://git-lfs"):
        return Content(None, "is a Git LFS pointer, not the file itself: run `git lfs pull`", damaged=True)
    if lower.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        return Content(None, "is a web page, not a model: the download went wrong, fetch it again", damaged=True)
    if _is_python_name(name):
        return Content("python")
    if _PICKLE_OPCODES.match(head) and b"\x00" not in head[:64]:
        return _pickle()
    squeezed = head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else plain
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        squeezed = squeezed[2:].lstrip()
    if squeezed[:1] in (b"{", b"[", b'"'):
        return _json(squeezed, name)
    if b"\x00" in head:
        return None
    if _PYTHON_LINE.search(head):
        return Content("python")
    if _YAML_KEY.search(head):
        return Content("yaml")
    return None


def _json(text: bytes, name: str) -> Content:
    if name.lower().endswith(".ipynb") or (_NOTEBOOK.search(text) and b'"cell_type"' in text):
        return Content("notebook")
    return Content("json")


def _late(stream: BinaryIO, head: bytes) -> Content:
    """Formats whose signature does not stand at the beginning, and what is left."""
    end = stream.seek(0, 2)
    place = 512
    while place < end:
        stream.seek(place)
        if stream.read(len(HDF5)) == HDF5:
            return Content("hdf5")
        place *= 2
    stream.seek(max(0, end - 65_557))
    if b"PK\x05\x06" in stream.read():
        return Content("keras")
    what = "a binary file of unknown format" if b"\x00" in head or not _is_text(head) else "a text file"
    return _refused(what)


def _is_text(head: bytes) -> bool:
    try:
        head[: -4 or None].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 8
    return True
