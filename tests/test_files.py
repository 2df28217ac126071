"""What is found on a command line, and what files are by their content."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from rnnlint.files import Found, identify, walk
from rnnlint.reading import Reading
from tests.readers.configs import small

SCRIPT = "import keras\n"
HDF5 = b"\x89HDF\r\n\x1a\n" + b"\0" * 100


def put(folder: Path, name: str, content: str | bytes = SCRIPT) -> Path:
    """A file in a folder, which is made where it is missing."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def found(*paths: Path) -> list[str]:
    """What is found, relative to the first path."""
    return [os.path.relpath(item.path, paths[0]) for item in walk([str(path) for path in paths])]


@pytest.mark.parametrize(
    ("content", "name", "format"),
    [
        (SCRIPT, "train.py", "python"),
        ('"""Trains."""\n', "train.py", "python"),
        ("", "__init__.py", "python"),
        (SCRIPT, "train", "python"),
        ("#!/usr/bin/env python\nprint(1)\n", "run", "python"),
        ('{"cells": [{"cell_type": "code"}], "nbformat": 4}', "a.ipynb", "notebook"),
        ('{"cells": [{"cell_type": "code"}], "nbformat": 4}', "a.json", "notebook"),
        (json.dumps(small()), "m.json", "json"),
        (json.dumps(small()), "m.h5", "json"),
        ("\ufeff" + json.dumps(small()), "m", "json"),
        (json.dumps(small()).encode("utf-16"), "m", "json"),
        (HDF5, "m.keras", "hdf5"),
        (b"\0" * 2048 + HDF5, "m", "hdf5"),
        (b"PK\x03\x04" + b"\0" * 40, "m.h5", "keras"),
        ("backend: tensorflow\nclass_name: Sequential\n", "m", "yaml"),
        (b"\x08\x01\x12\xaf\xd8\x31", "saved_model.pb", "savedmodel"),
    ],
)
def test_content_decides(tmp_path: Path, content: str | bytes, name: str, format: str) -> None:
    assert identify(put(tmp_path, name, content)).format == format


@pytest.mark.parametrize(
    ("content", "word", "damaged"),
    [
        (b"", "empty", True),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull", True),
        (b"<!DOCTYPE html><html></html>", "web page", True),
        (b"\x80\x04\x95pickle", "pickle", True),
        (b"(dp0\nS'a'\n", "pickle", True),
        (b"\x93NUMPY\x01", "NumPy", False),
        (b"\0\0\0\0TFL3", "TensorFlow Lite", False),
        (b"\x08\x07\x12\x07pytorch", "ONNX", False),
        (b"\x02\0\0\0\0\0\0\0{}", "safetensors", False),
        (b"\x1f\x8b\x08", "gzip", False),
        (b"\0\1\2\3" * 20, "binary", False),
        (b"Dear diary", "text", False),
    ],
)
@pytest.mark.parametrize("name", ["m.h5", "m.keras", "m"])
def test_what_is_no_model_says_what_it_is(tmp_path: Path, content: bytes, word: str, damaged: bool, name: str) -> None:
    (item,) = walk([str(put(tmp_path, name, content))])

    assert isinstance(item, Found)
    answer = item.refusal()
    assert answer is not None
    assert (answer.status, word in (answer.reason or "")) == ("failed" if damaged else "skipped", True)


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.py", "a/z.py", "a/c/d.py", "a.py", "m.h5", "notes.txt", "data.csv", "x.json", "image.png"):
        put(tmp_path, name, HDF5 if name == "m.h5" else '{"a": 1}' if name == "x.json" else SCRIPT)
    put(tmp_path, "model.json", json.dumps(small()))
    put(tmp_path, "weights", HDF5)

    assert found(tmp_path) == ["a.py", "b.py", "m.h5", "model.json", "weights", "a/z.py", "a/c/d.py"]


def test_hidden_and_installed_folders_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden/a.py", "__pycache__/a.py", "node_modules/a.py", "env/lib/site-packages/a.py", ".a.py"):
        put(tmp_path, name)
    put(tmp_path, "my/pyvenv.cfg", "home = /usr")
    put(tmp_path, "my/lib/a.py")

    assert [isinstance(item, Reading) and item.status for item in walk([str(tmp_path)])] == ["skipped"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    put(tmp_path, ".git/info/exclude", "secret.py\n")
    put(tmp_path, ".gitignore", "/out/\n*.h5\n!keep.h5\n")
    put(tmp_path, "sub/.gitignore", "local.py\n!again.h5\n")
    for name in (
        "out/a.py",
        "sub/out/b.py",
        "m.h5",
        "keep.h5",
        "sub/local.py",
        "local.py",
        "secret.py",
        "sub/again.h5",
    ):
        put(tmp_path, name, HDF5 if name.endswith(".h5") else SCRIPT)

    assert found(tmp_path) == ["keep.h5", "local.py", "sub/again.h5", "sub/out/b.py"]
    assert found(tmp_path / "sub") == ["again.h5", "out/b.py"]


def test_what_is_named_is_linted_even_if_git_ignores_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    put(tmp_path, ".gitignore", "a.py\n")

    assert found(put(tmp_path, "a.py")) == ["."]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, "a/b.py")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")

    assert found(tmp_path) == ["a/b.py"]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py")

    assert found(tmp_path, path, tmp_path) == ["a.py"]


def test_a_saved_model_is_one_model(tmp_path: Path) -> None:
    put(tmp_path, "m/saved_model.pb", b"\x08\x01")
    put(tmp_path, "m/variables/variables.index", b"")
    put(tmp_path, "m/assets/vocabulary.py")

    assert found(tmp_path) == ["m"]
    assert found(tmp_path / "m") == ["."]


def test_a_checkpoint_is_weights_alone(tmp_path: Path) -> None:
    put(tmp_path, "cp/checkpoint", "model_checkpoint_path: ...")
    (item,) = walk([str(tmp_path / "cp")])

    assert isinstance(item, Found)
    assert "weights alone" in (item.content.reason or "")


def test_a_zip_that_is_no_model_is_not_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data", "w") as file:
        file.writestr("a.txt", "hello")
    put(tmp_path, "a.py")

    assert found(tmp_path) == ["a.py"]


@pytest.mark.parametrize("name", ["gone.py", "gone/", "a\0b"])
def test_a_missing_path_fails(tmp_path: Path, name: str) -> None:
    (item,) = walk([f"{tmp_path}/{name}"])

    assert isinstance(item, Reading)
    assert item.status == "failed"


def test_an_empty_folder_is_skipped(tmp_path: Path) -> None:
    (item,) = walk([str(tmp_path)])

    assert isinstance(item, Reading)
    assert (item.status, item.path) == ("skipped", str(tmp_path))


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (item,) = walk([str(tmp_path / "pipe")])

    assert isinstance(item, Found)
    assert item.content.reason == "is not a regular file"
    assert [isinstance(item, Reading) for item in walk([str(tmp_path)])] == [True]


def test_walking_is_lazy(tmp_path: Path) -> None:
    for number in range(50):
        put(tmp_path, f"{number:02}/a.py")
    first = next(iter(walk([str(tmp_path)])))

    assert first.path.endswith("00/a.py")
