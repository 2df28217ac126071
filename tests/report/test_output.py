"""Where reports go."""

import os
from pathlib import Path

import pytest

from rnnlint.report.output import CannotWrite, emit


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    path.chmod(0o640)
    emit(lambda stream: stream.write("new ·"), str(path))
    assert path.read_text("utf-8") == "new ·"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_report_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")

    def break_off(stream: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        emit(break_off, str(path))
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


def test_what_is_no_file_is_written_to_as_it_is() -> None:
    emit(lambda stream: stream.write("x"), os.devnull)
    assert not os.path.isfile(os.devnull)


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match=r"cannot write to .*: Is a directory"):
        emit(lambda stream: stream.write("x"), str(tmp_path))
