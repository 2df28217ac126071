"""The GitHub action: its inputs, and what its steps run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
SETUP, INSTALL, RUN = ACTION["runs"]["steps"]

RECORD = '#!/usr/bin/env bash\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\n'
"""A program that writes down what it was given."""


def bash(step: dict[str, Any], temp: Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the script of a step as GitHub does."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=cwd,
        env={**os.environ, "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output"), **environment},
        capture_output=True,
        encoding="utf-8",
    )


def program(path: Path, text: str = RECORD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


def test_every_input_is_described_and_has_a_default() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert {name: given["default"] for name, given in ACTION["inputs"].items()} == {
        "paths": ".",
        "format": "github",
        "version": "",
        "args": "",
    }
    assert all(given["description"] for given in ACTION["inputs"].values())


def test_it_sets_python_up_and_leaves_the_job_its_own() -> None:
    assert SETUP["uses"].startswith("actions/setup-python@v")
    assert SETUP["with"]["update-environment"] is False
    required = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert required is not None
    assert [*map(int, SETUP["with"]["python-version"].split("."))] >= [*map(int, required[1].split("."))]


def test_no_input_becomes_part_of_a_script() -> None:
    for step in (INSTALL, RUN):
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    given = " ".join([*INSTALL["env"].values(), *RUN["env"].values()])
    assert set(re.findall(r"inputs\.(\w+)", given)) == set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("version", "installed"),
    [("", "/the checkout"), ("0.1.0", "rnnlint==0.1.0"), (">=0.1,<1", "rnnlint>=0.1,<1")],
)
def test_it_installs_its_own_checkout_or_the_version_asked_for(tmp_path: Path, version: str, installed: str) -> None:
    pip = program(tmp_path / "pip")
    venv = 'mkdir -p "$3/bin"\ncp "$PIP" "$3/bin/python"\n'
    python = program(tmp_path / "python", f"#!/usr/bin/env bash\n{venv}")
    done = bash(
        INSTALL,
        tmp_path,
        tmp_path,
        PYTHON=str(python),
        PIP=str(pip),
        GITHUB_ACTION_PATH="/the checkout",
        VERSION=version,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "arguments").read_text("utf-8").splitlines()[-1] == installed
    assert (tmp_path / "output").read_text("utf-8") == f"bin={tmp_path}/rnnlint/bin\n"


@pytest.mark.parametrize(
    ("paths", "args", "given"),
    [
        (".", "", ["--", "."]),
        ("src models/*.keras", "--fail-on error", ["--fail-on", "error", "--", "src", "models/*.keras"]),
        ("my models\n-odd.py\n", "", ["--", "my models", "-odd.py"]),
        ("$(touch harm); `touch harm`", "", ["--", "$(touch", "harm);", "`touch", "harm`"]),
    ],
)
def test_paths_and_options_are_handed_on(tmp_path: Path, paths: str, args: str, given: list[str]) -> None:
    program(tmp_path / "bin" / "rnnlint")
    done = bash(RUN, tmp_path, tmp_path, BIN=str(tmp_path / "bin"), PATHS=paths, FORMAT="github", ARGS=args)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "arguments").read_text("utf-8").splitlines() == ["check", "--format", "github", *given]
    assert not (tmp_path / "harm").exists()


def test_findings_are_annotated_and_fail_the_step(tmp_path: Path) -> None:
    real = program(tmp_path / "bin" / "rnnlint", f'#!/usr/bin/env bash\nexec "{sys.executable}" -m rnnlint "$@"\n')
    defaults = {name.upper(): given["default"] for name, given in ACTION["inputs"].items()}
    summary = tmp_path / "summary.md"
    examples = ROOT / "tests" / "examples"
    done = bash(
        RUN,
        tmp_path,
        examples,
        BIN=str(real.parent),
        GITHUB_WORKSPACE=str(examples),
        GITHUB_STEP_SUMMARY=str(summary),
        **defaults,
    )
    assert done.returncode == 1
    assert "::error file=shuffled.py,line=9,endLine=9,col=1,endColumn=30,title=stateful-shuffle::" in done.stdout
    assert "| error | stateful-shuffle | `./shuffled.py:9:1` |" in summary.read_text("utf-8")


def test_readme_shows_inputs_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)]
    (steps,) = [block for block in shown if isinstance(block, list)]
    (ours,) = [step for step in steps if "rnnlint@" in step["uses"]]
    assert set(ours["with"]) <= set(ACTION["inputs"])
