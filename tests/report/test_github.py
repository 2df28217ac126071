"""Annotations for GitHub Actions."""

import posixpath
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlint.counts import Counts
from rnnlint.finding import Severity
from rnnlint.linting import File, Report
from rnnlint.reading import failed
from rnnlint.report.github import github, summary, write_summary
from rnnlint.report.output import CannotWrite
from rnnlint.report.paths import TOPS
from tests.report import samples


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TOPS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def test_every_kind_of_place_most_severe_first() -> None:
    assert github(samples.everything()) == (
        "::error file=gone.keras,title=rnnlint::there is no such file or folder\n"
        "::error file=model.keras,title=partial-batch::--call 1: 1000 samples leave a last batch of 8\n"
        "::error file=train.ipynb,title=missing-return-sequences::cell 3, line 5: "
        "`lstm_1` reads a sequence, but `lstm` gives only its last step\n"
        "::error file=train.py,line=5,endLine=5,col=5,endColumn=19,title=missing-return-sequences::"
        "`lstm_1` reads a sequence, but `lstm` gives only its last step\n"
        "::warning file=model.keras,title=single-timestep::lstm: "
        "`lstm` reads one step per sequence, so nothing recurs\n"
    )


def test_what_github_reads_as_its_own_is_escaped() -> None:
    odd = replace(samples.stacked("a,b:c%\n.py"), message="100% :: a,b\r\nc")
    (line,) = github(Report((), (odd,))).splitlines()
    assert line == (
        "::error file=a%2Cb%3Ac%25%0A.py,line=5,endLine=5,col=5,endColumn=19,title=missing-return-sequences::"
        "100%25 :: a,b%0D%0Ac"
    )


def test_github_keeps_ten_of_a_kind_the_rest_is_counted() -> None:
    errors = [samples.stacked(down=n) for n in range(12)]
    hints = [replace(error, severity=Severity.HINT) for error in errors[:11]]
    lines = github(Report((), (*hints, *errors))).splitlines()
    assert [line.split(" ")[0] for line in lines] == [*["::error"] * 10, *["::notice"] * 10, "3"]
    assert lines[-1] == "3 more findings: run rnnlint check to see all of them"


def test_paths_are_those_of_the_workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert github(Report((), (samples.stacked(str(tmp_path / "src" / "train.py")),))).startswith(
        "::error file=src/train.py,line=5,"
    )


def test_a_finding_over_several_lines_has_no_columns() -> None:
    long = replace(samples.stacked(), location=samples.span(3, 1, 3, end_line=6))
    assert github(Report((), (long,))).startswith("::error file=train.py,line=3,endLine=6,title=")


def test_a_file_at_the_top_that_begins_with_two_dots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert github(Report((), (samples.stacked(str(tmp_path / "..train.py")),))).startswith("::error file=..train.py,")


def test_what_lies_outside_the_workspace_keeps_its_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "workspace"))
    path = str(tmp_path / "train.py")
    assert github(Report((), (samples.stacked(path),))).startswith(f"::error file={path},line=5,")


def read_back(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner reads it: the properties end at the next `::`, are parted by commas, and are
    decoded after that."""
    head, message = line.removeprefix("::").split("::", 1)
    command, _, rest = head.partition(" ")
    properties = dict(part.split("=", 1) for part in rest.split(","))
    in_data = (("%0D", "\r"), ("%0A", "\n"))
    in_property = (*in_data, ("%3A", ":"), ("%2C", ","))
    return command, {name: decoded(value, in_property) for name, value in properties.items()}, decoded(message, in_data)


def decoded(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for written, meant in (*pairs, ("%25", "%")):
        text = text.replace(written, meant)
    return text


NAMES = st.text(st.sampled_from("a/.,:;=%% \r\n0A25DC]#`'\"é层"), min_size=1, max_size=12)


@given(NAMES, NAMES)
def test_every_name_and_message_comes_back_as_it_was(name: str, message: str) -> None:
    odd = replace(samples.stacked("a" + name), message=message)
    (line,) = github(Report((), (odd,))).split("\n")[:-1]
    command, properties, text = read_back(line)
    assert (command, properties["title"], text) == ("error", "missing-return-sequences", message)
    assert posixpath.normpath(properties["file"]) == posixpath.normpath("a" + name)
    assert properties["line"] == "5"


def test_nothing_that_a_terminal_acts_on_gets_through() -> None:
    odd = replace(samples.stacked("\x1b[31m.py"), message="\u202e")
    assert github(Report((), (odd,))) == (
        "::error file=\\x1b[31m.py,line=5,endLine=5,col=5,endColumn=19,title=missing-return-sequences::\\u202e\n"
    )


def test_files_that_failed_are_errors_too() -> None:
    files = tuple(File(failed(f"{n}.keras", "is damaged"), Counts()) for n in range(12))
    lines = github(Report(files, (samples.stacked(),))).splitlines()
    assert [line.split(" ")[0] for line in lines] == [*["::error"] * 10, "3"]


def test_the_summary_is_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    odd = replace(samples.stacked("a|b`_c_.py"), message="<b> \\ | `<lambda> _x_` __init__ [a](b)")
    gone = File(failed("gone.keras", "there is no such file or folder"), Counts())
    write_summary(Report((samples.script(), gone), (samples.one_step(), odd)))
    assert (tmp_path / "summary.md").read_text("utf-8") == (
        "### rnnlint\n\n1 error, 1 warning in 1 file; 1 failed.\n\n"
        "| severity | rule | where | what |\n|---|---|---|---|\n"
        "| failed |  | `gone.keras` | there is no such file or folder |\n"
        "| error | missing-return-sequences | `a\\|b'_c_.py:5:5` "
        "| \\<b\\> \\\\ \\| `<lambda> _x_` \\_\\_init\\_\\_ \\[a\\](b) |\n"
        "| warning | single-timestep | `model.keras: lstm` | `lstm` reads one step per sequence, so nothing recurs |\n"
    )


def test_the_summary_goes_behind_what_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    write_summary(Report((samples.script(),)))
    assert path.read_text("utf-8") == "before\n### rnnlint\n\nNothing found in 1 file.\n"


def test_without_a_summary_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    write_summary(Report((), (samples.stacked(),)))
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    with pytest.raises(CannotWrite, match="No such file or directory"):
        write_summary(Report())


def test_a_summary_stays_below_the_mebibyte_that_github_takes() -> None:
    many = tuple(replace(samples.stacked("层" * 4000, down=n), message="层`" * 4000) for n in range(600))
    text = summary(Report((), many))
    assert len(text.encode("utf-8")) < 2**20
    assert text.endswith("|\n\n100 more: run rnnlint check to see all of them\n")
