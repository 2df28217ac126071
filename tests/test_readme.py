"""README tells the truth: its commands run, its outputs are what is printed."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "examples"
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def rnnlint(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs rnnlint where nothing says how wide or how colourful its output is to be."""
    without = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-m", "rnnlint", *arguments],
        cwd=cwd,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )


def test_the_bad_script_and_its_finding() -> None:
    assert blocks("python")[0] == (EXAMPLES / "shuffled.py").read_text("utf-8")
    assert blocks("text")[0] == rnnlint("check", "shuffled.py", cwd=EXAMPLES).stdout


def test_the_fix_mends_it(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "shuffled.py", tmp_path)
    ran = rnnlint("check", "--fix", "--unsafe-fixes", "shuffled.py", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "rnnlint: fixed 1 finding(s) in 1 file(s)\n")
    assert "batch_size=32, shuffle=False)" in (tmp_path / "shuffled.py").read_text("utf-8")


def test_the_main_job() -> None:
    setup, command = blocks("sh")[0].split(" && .venv/bin/rnnlint ")
    assert setup == "python3 -m venv .venv && .venv/bin/pip install -q ."
    ran = rnnlint(*command.split(), cwd=ROOT)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert blocks("text")[1] == ran.stdout


def test_the_shapes() -> None:
    assert blocks("text")[2] == rnnlint("shapes", "tests/examples/forecast.keras", cwd=ROOT).stdout


def test_the_explanation() -> None:
    (shown,) = [block for block in blocks("console") if block.startswith("$ rnnlint explain ")]
    command, _, output = shown.partition("\n")
    ran = rnnlint(*shlex.split(command)[2:], cwd=ROOT)
    assert (ran.returncode, ran.stdout) == (0, output)


def test_every_command_that_is_shown_is_understood() -> None:
    shown = set(re.findall(r"--[a-z][a-z-]*", README))
    helped = "".join(
        rnnlint(*command.split(), "--help", cwd=ROOT).stdout for command in ("", "check", "shapes", "explain", "rules")
    )
    assert shown <= set(re.findall(r"--[a-z][a-z-]*", helped))


def test_ci_runs_the_test_command_as_it_stands_here() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (line,) = re.findall(r"^tests=\$\(.*\)$", script, re.MULTILINE)
    got = subprocess.run(
        ["bash", "-c", f'{line}\nprintf "%s\\n" "$tests"'], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert got.stdout == blocks("sh")[1]
    assert got.stdout.endswith("/pytest -q -n 2\n")
    assert got.stdout.count("\n") == 1


def test_the_settings(tmp_path: Path) -> None:
    (tmp_path / "lint" / "rules").mkdir(parents=True)
    (shown,) = blocks("toml")
    (tmp_path / "rnnlint.toml").write_text(shown, "utf-8")
    ran = rnnlint("check", "--show-config", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert tomllib.loads(ran.stdout) == tomllib.loads(shown)


def test_the_suppressions(tmp_path: Path) -> None:
    (comments,) = [block for block in blocks("python") if "rnnlint: ignore[" in block]
    fit = comments.splitlines()[0]
    program = (EXAMPLES / "shuffled.py").read_text("utf-8").replace("model.fit(x, y, batch_size=32)", fit)
    assert fit in program
    (tmp_path / "train.py").write_text(program, "utf-8")
    ran = rnnlint("check", "train.py", cwd=tmp_path)
    assert ran.stdout == "nothing found in 1 file (3 layers, all with known shapes).\n"


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
