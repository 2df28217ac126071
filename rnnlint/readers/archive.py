"""`.keras` archives: a zip with config.json and metadata.json. Nothing is extracted, weights are not touched."""

import zipfile
import zlib
from typing import BinaryIO

from rnnlint.readers import json_text
from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint

MAX_MEMBERS = 100_000
MAX_METADATA = 1_000_000

_OTHERS = (
    ("data.pkl", "a PyTorch archive"),
    (".npy", "a NumPy archive"),
    ("[Content_Types].xml", "an Office document"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
    ("AndroidManifest.xml", "an Android package"),
)


def read(stream: BinaryIO) -> Saved:
    """The configuration of a `.keras` archive.

    Raises:
        Damaged: the archive is cut short, encrypted, or its configuration is damaged.
        NothingToLint: it is an archive of something else.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile:
        raise Damaged("is a zip archive that was cut short: save, copy or download it again") from None
    except (OSError, ValueError, NotImplementedError) as error:
        raise Damaged(f"is a zip archive that cannot be read: {error}") from None
    with archive:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise Damaged(f"holds more than {MAX_MEMBERS:,} members, which no saved model does")
        config = _last(archive, "config.json")
        if config is None:
            raise _without_config(archive)
        root = json_text.parse(_content(archive, config, json_text.MAX_BYTES), "its config.json")
        metadata = _metadata(archive)
    if not isinstance(root, dict):
        raise Damaged("its config.json is no model configuration")
    version = metadata.get("keras_version")
    return Saved(root, version if isinstance(version, str) else None, compiled=True)


def _last(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The member, through the central directory; of two of one name the last, as zipfile (and Keras) takes it."""
    return archive.NameToInfo.get(name)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    if member.file_size > limit:
        raise Damaged(f"its {member.filename} unpacks to more than {limit // 1_000_000} MB: it was not made by Keras")
    if member.flag_bits & 0x1:
        raise Damaged("is encrypted: save it without a password")
    try:
        with archive.open(member) as opened:
            data = opened.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise Damaged(f"its {member.filename} is damaged: save, copy or download the file again") from None
    if len(data) > limit:
        raise Damaged(f"its {member.filename} unpacks to more than it says: it was not made by Keras")
    return data


def _metadata(archive: zipfile.ZipFile) -> dict[str, object]:
    """metadata.json; nothing where it is missing or damaged, for only the version stands in it."""
    member = _last(archive, "metadata.json")
    if member is None:
        return {}
    try:
        value = json_text.parse(_content(archive, member, MAX_METADATA), "metadata.json")
    except Damaged:
        return {}
    return value if isinstance(value, dict) else {}


def _without_config(archive: zipfile.ZipFile) -> Exception:
    names = archive.namelist()
    for mark, what in _OTHERS:
        if any(name.endswith(mark) for name in names):
            return NothingToLint(f"is {what}, not a saved Keras model")
    if any(name.endswith("/config.json") for name in names):
        return Damaged("is a zip archive whose config.json is not at its top: zip the members again, not their folder")
    if any(name.endswith(".weights.h5") for name in names):
        return Damaged("is a Keras archive without its config.json: save the model again")
    return NothingToLint("is a zip archive without a config.json, not a saved Keras model")
