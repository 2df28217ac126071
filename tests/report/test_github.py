"""Annotations for GitHub Actions."""

from dataclasses import replace
from pathlib import Path

import pytest

from rnnlint.finding import Severity
from rnnlint.linting import Report
from rnnlint.report.github import github, summary, write_summary
from tests.report import samples


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
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
        "::error file=a%2Cb%3Ac%25\\n.py,line=5,endLine=5,col=5,endColumn=19,title=missing-return-sequences::"
        "100%25 :: a,b\\r\\nc"
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


def test_the_summary_is_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    odd = replace(samples.stacked("a|b.py"), message="<b> \\ |")
    write_summary(Report((), (samples.one_step(), odd)))
    assert (tmp_path / "summary.md").read_text("utf-8") == (
        "### rnnlint\n\n| severity | rule | where | what |\n|---|---|---|---|\n"
        "| error | missing-return-sequences | a\\|b.py:5:5 | &lt;b> \\\\ \\| |\n"
        "| warning | single-timestep | model.keras: lstm | `lstm` reads one step per sequence, so nothing recurs |\n"
    )


def test_the_summary_of_nothing() -> None:
    assert summary(Report()) == "### rnnlint\n\nNothing found.\n"
