"""`.keras` archives: only metadata and configuration are read, whatever else is in them."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from rnnlint.readers import read
from rnnlint.readers.source import Source
from tests.readers.configs import Config, archive, lstm, shown

SHAPES = {"i": ["(batch=None, time=10, features=3)"], "a": ["(batch=None, units=4)"]}


def keras_3() -> Config:
    """A Sequential as Keras 3 writes it."""
    first = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, 10, 3], "dtype": "float32", "name": "i"},
        "registered_name": None,
    }
    second = {"module": "keras.layers", "registered_name": None, **lstm("a")}
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [first, second]},
        "registered_name": None,
        "build_config": {"input_shape": [None, 10, 3]},
    }


class Counting(io.FileIO):
    """A file that counts what is read of it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(-1 if size is None else size) or b""
        Counting.count += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer) or 0
        Counting.count += size
        return size


def test_the_weights_of_a_300_mb_model_are_not_read(tmp_path: Path) -> None:
    """They stand in front of the configuration: a reader that went through the file would meet them."""
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        with file.open("model.weights.h5", "w") as member:
            for _ in range(300):
                member.write(bytes(1_000_000))
        file.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        file.writestr("config.json", json.dumps(keras_3()))
    Counting.count = 0

    found = read(Source("m.keras", lambda: cast(BinaryIO, Counting(path))))
    path.unlink()

    assert shown(found.programs[0].models[0]) == SHAPES
    assert (found.format, found.keras, found.written_by, found.programs[0].version) == ("keras", 3, "3.8.0", (3, 8, 0))
    assert 1_000 < Counting.count < 200_000


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m", "m.json"])
def test_the_name_does_not_matter(tmp_path: Path, name: str) -> None:
    assert read(str(archive(tmp_path / name, keras_3()))).format == "keras"


def test_checking_loads_nothing_heavy(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", keras_3())
    code = (
        "import sys\n"
        "from rnnlint.linting import lint\n"
        f"report = lint([{str(path)!r}])\n"
        "assert report.files[0].reading.status == 'checked'\n"
        "heavy = ['numpy', 'h5py', 'google.protobuf', 'tensorflow', 'keras', 'rich']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressed_members(tmp_path: Path, method: int) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("config.json", json.dumps(keras_3()))

    assert shown(read(str(path)).programs[0].models[0]) == SHAPES


@pytest.mark.parametrize("metadata", [None, "{", "[]", '{"keras_version": 3}'])
def test_without_sound_metadata_the_form_tells_the_era(tmp_path: Path, metadata: str | None) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps(keras_3()))
        if metadata is not None:
            file.writestr("metadata.json", metadata)
    found = read(str(path))

    assert (found.status, found.keras, found.written_by) == ("checked", 3, None)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(signature, place + 1)
    return bytes(changed)


def _broken(data: bytes) -> bytes:
    return data.replace(b'"LSTM"', b'"LSTN"', 1)


def _odd_method(data: bytes) -> bytes:
    changed = bytearray(data)
    place = changed.find(b"PK\1\2")
    while place >= 0:
        changed[place + 10 : place + 12] = struct.pack("<H", 97)
        place = changed.find(b"PK\1\2", place + 1)
    return bytes(changed)


@pytest.mark.parametrize(
    ("damage", "word"),
    [(_cut, "cut short"), (_encrypted, "encrypted"), (_broken, "damaged"), (_odd_method, "damaged")],
)
def test_damaged_archives_fail(tmp_path: Path, damage: Any, word: str) -> None:
    path = archive(tmp_path / "m.keras", keras_3())
    path.write_bytes(damage(path.read_bytes()))
    found = read(str(path))

    assert found.status == "failed"
    assert word in (found.reason or "")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(keras_3()) + " " * 100_000_000)
    found = read(str(path))

    assert found.status == "failed"
    assert "unpacks to more than" in (found.reason or "")


@pytest.mark.parametrize(
    ("members", "status", "word"),
    [
        ({"archive/data.pkl": b"", "archive/version": b"3"}, "skipped", "PyTorch"),
        ({"a.npy": b""}, "skipped", "NumPy"),
        ({"notes.txt": b"hello"}, "skipped", "without a config.json"),
        ({"metadata.json": b"{}", "model.weights.h5": b""}, "failed", "without its config.json"),
        ({"m/config.json": b"{}"}, "failed", "not at its top"),
        ({"../../config.json": b"{}", "/etc/x": b"x"}, "failed", "not at its top"),
        ({"config.json": b"<html>"}, "failed", "config.json is not JSON"),
        ({"config.json": b"[1]"}, "failed", "no model configuration"),
    ],
)
def test_archives_of_other_things(tmp_path: Path, members: dict[str, bytes], status: str, word: str) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    found = read(str(path))

    assert found.status == status
    assert word in (found.reason or "")
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.keras"]
