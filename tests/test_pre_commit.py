"""The hooks: as they are described, and as the real pre-commit runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}

BAD = """\
from keras import Input, Sequential
from keras.layers import LSTM, Dense

model = Sequential([
    Input((10, 8)),
    LSTM(32),
    LSTM(16),
    Dense(1),
])
"""

GOOD = BAD.replace("LSTM(32)", "LSTM(32, return_sequences=True)")

Run = Callable[..., subprocess.CompletedProcess[str]]


def saved(*options: dict[str, Any]) -> str:
    """A model file: a Sequential of LSTMs with these options, as Keras 2 writes it."""
    layers: list[dict[str, Any]] = [
        {"class_name": "LSTM", "config": {"name": f"lstm_{n}", "units": 8, **given}} for n, given in enumerate(options)
    ]
    layers[0]["config"]["batch_input_shape"] = [None, 10, 4]
    model = {"class_name": "Sequential", "config": {"name": "model", "layers": layers}, "keras_version": "2.15.0"}
    return json.dumps(model)


def notebook(code: str) -> str:
    """A notebook of one cell."""
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": code}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_there_are_three_hooks_and_each_is_one_process() -> None:
    assert {name: hook["entry"] for name, hook in HOOKS.items()} == {
        "rnnlint": "rnnlint check",
        "rnnlint-model": "rnnlint check",
        "rnnlint-fix": "rnnlint check --fix",
    }
    assert all(hook["require_serial"] and hook["language"] == "python" for hook in HOOKS.values())


@pytest.mark.parametrize("name", ["rnnlint", "rnnlint-fix"])
def test_scripts_and_notebooks_are_for_the_hooks_of_code(name: str) -> None:
    assert HOOKS[name]["types_or"] == ["python", "jupyter"]
    assert "files" not in HOOKS[name]


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("models/a.keras", True),
        ("a.h5", True),
        ("a.hdf5", True),
        ("export/saved_model.pb", True),
        ("web/model.json", True),
        ("model.json", True),
        ("package.json", False),
        ("mymodel.json", False),
        ("a.keras.py", False),
        ("frozen.pb", False),
    ],
)
def test_saved_models_are_known_by_their_names(path: str, taken: bool) -> None:
    hook = HOOKS["rnnlint-model"]
    assert not {"types", "types_or"} & set(hook)
    assert bool(re.search(hook["files"], path)) is taken


def test_readme_shows_every_hook() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)]
    (config,) = [block for block in shown if isinstance(block, dict) and "repos" in block]
    (repository,) = config["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == set(HOOKS)


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=cwd, env=alone(), check=True, capture_output=True, encoding="utf-8"
    ).stdout.strip()


def alone() -> dict[str, str]:
    """The environment without what ties git to another repository, and with a person who commits."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    person = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b.c",
    }
    return {**ours, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, as pre-commit makes one; or of what lies here, where this is no repository."""
    clone = tmp_path_factory.mktemp("hook") / "rnnlint"
    if (ROOT / ".git").exists():
        git("clone", "-q", str(ROOT), str(clone), cwd=ROOT)
    else:
        shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".*_cache", "__pycache__", ".venv"))
        git("init", "-q", cwd=clone)
        git("add", "-A", cwd=clone)
        git("commit", "-q", "-m", "as it is", cwd=clone)
    return clone


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def project(tmp_path: Path, checkout: Path) -> Path:
    """A repository that uses the three hooks."""
    config = {
        "repos": [
            {
                "repo": str(checkout),
                "rev": git("rev-parse", "HEAD", cwd=checkout),
                "hooks": [{"id": name} for name in ("rnnlint-fix", "rnnlint", "rnnlint-model")],
            }
        ]
    }
    folder = tmp_path / "project"
    folder.mkdir()
    git("init", "-q", cwd=folder)
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return folder


@pytest.fixture
def pre_commit(project: Path, home: Path) -> Run:
    """Runs pre-commit in the project, on all its files."""

    def run(*hooks: str) -> subprocess.CompletedProcess[str]:
        git("add", "-A", cwd=project)
        command = [sys.executable, "-m", "pre_commit", "run", *hooks, "--all-files", "--color", "never", "--verbose"]
        return subprocess.run(
            command,
            cwd=project,
            env={**alone(), "PRE_COMMIT_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
        )

    return run


def outcomes(ran: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Passed, Failed or Skipped, by the name of the hook."""
    return dict(re.findall(r"^(rnnlint[^.\n]*)\.\.+(?:\(.*\))?(\w+)$", ran.stdout, re.MULTILINE))


@pytest.mark.wide
def test_the_command_in_readme_fails_on_a_bad_script(tmp_path: Path, checkout: Path, home: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (command,) = re.findall(r"^pip install -q pre-commit && (pre-commit try-repo .*)$", readme, re.MULTILINE)
    (tmp_path / "bad.py").write_text(BAD, "utf-8")
    git("init", "-q", cwd=tmp_path)
    git("add", "-A", cwd=tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        ["bash", "-c", command.replace("<where this repository lives>", f"'{checkout}'")],
        cwd=tmp_path,
        env={**alone(), "PATH": path, "PRE_COMMIT_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "error[missing-return-sequences]" in ran.stdout


@pytest.mark.wide
def test_a_bad_script_and_a_bad_model_fail_are_repaired_and_pass_in_one_process(project: Path, pre_commit: Run) -> None:
    (project / "bad.py").write_text(BAD, "utf-8")
    (project / "model.json").write_text(saved({}, {}), "utf-8")
    (project / "notes.txt").write_text("nothing to lint\n", "utf-8")

    ran = pre_commit("rnnlint")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert outcomes(ran) == {"rnnlint": "Failed"}
    assert "error[missing-return-sequences]" in ran.stdout
    assert "bad.py:7:5" in ran.stdout
    assert (project / "bad.py").read_text("utf-8") == BAD

    ran = pre_commit("rnnlint-model")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert outcomes(ran) == {"rnnlint (saved models)": "Failed"}
    assert "error[missing-return-sequences] `lstm_1`" in ran.stdout

    ran = pre_commit("rnnlint-fix")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert outcomes(ran) == {"rnnlint (safe fixes)": "Failed"}
    assert "files were modified by this hook" in ran.stdout
    assert (project / "bad.py").read_text("utf-8") == GOOD

    (project / "model.json").write_text(saved({"return_sequences": True}, {}), "utf-8")
    ran = pre_commit()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert outcomes(ran) == {
        "rnnlint (safe fixes)": "Passed",
        "rnnlint": "Passed",
        "rnnlint (saved models)": "Passed",
    }

    for number in range(40):
        (project / f"script_{number}.py").write_text(BAD, "utf-8")
    (project / "bad.ipynb").write_text(notebook(BAD), "utf-8")
    ran = pre_commit("rnnlint")
    assert re.findall(r"^(\d+) errors in (\d+) files", ran.stdout, re.MULTILINE) == [("41", "42")], ran.stdout
