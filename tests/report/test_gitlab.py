"""The report for GitLab's merge requests."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from rnnlint import cli
from rnnlint.finding import Severity
from rnnlint.linting import Report
from rnnlint.report.gitlab import gitlab
from rnnlint.report.paths import TOPS
from tests.report import samples

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TOPS:
        monkeypatch.delenv(name, raising=False)


def test_every_kind_of_place() -> None:
    entries = json.loads(gitlab(samples.everything()))
    assert [(it["severity"], it["check_name"], it["location"], it["description"]) for it in entries] == [
        (
            "blocker",
            "failed",
            {"path": "gone.keras", "lines": {"begin": 1}},
            "there is no such file or folder",
        ),
        (
            "major",
            "partial-batch",
            {"path": "model.keras", "lines": {"begin": 1}},
            "--call 1: 1000 samples leave a last batch of 8",
        ),
        (
            "minor",
            "single-timestep",
            {"path": "model.keras", "lines": {"begin": 1}},
            "lstm: `lstm` reads one step per sequence, so nothing recurs",
        ),
        (
            "major",
            "missing-return-sequences",
            {"path": "train.ipynb", "lines": {"begin": 1}},
            "cell 3, line 5: `lstm_1` reads a sequence, but `lstm` gives only its last step",
        ),
        (
            "major",
            "missing-return-sequences",
            {"path": "train.py", "lines": {"begin": 5, "end": 5}},
            "`lstm_1` reads a sequence, but `lstm` gives only its last step",
        ),
    ]
    assert len({it["fingerprint"] for it in entries}) == len(entries)


def test_hints_are_information() -> None:
    (entry,) = json.loads(gitlab(Report((), (replace(samples.stacked(), severity=Severity.HINT),))))
    assert entry["severity"] == "info"


def test_nothing_found_is_an_empty_list() -> None:
    assert json.loads(gitlab(Report())) == []


@pytest.mark.parametrize("path", ["./src/train.py", "{top}/src/train.py"])
def test_paths_are_those_of_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    (entry,) = json.loads(gitlab(Report((), (samples.stacked(path.format(top=tmp_path)),))))
    assert entry["location"]["path"] == "src/train.py"


def test_the_job_in_readme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    jobs = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)]
    (job,) = [found["rnnlint"] for found in jobs if isinstance(found, dict) and "rnnlint" in found]
    install, check = job["script"]
    assert install.startswith("pip install ")
    name, *arguments = check.split()
    assert name == "rnnlint"

    shutil.copy(ROOT / "tests" / "examples" / "shuffled.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        cli.app(arguments, prog_name="rnnlint")
    assert end.value.code == 1
    report = Path(job["artifacts"]["reports"]["codequality"])
    assert job["artifacts"]["when"] == "always"
    (entry,) = json.loads(report.read_text("utf-8"))
    assert (entry["check_name"], entry["location"]) == (
        "stateful-shuffle",
        {"path": "shuffled.py", "lines": {"begin": 9, "end": 9}},
    )
