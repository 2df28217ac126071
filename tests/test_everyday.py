"""What people do every day: baselines, many files, standard input, quiet runs, help and completion."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlint.jobs import FEWEST

SHUFFLED = (Path(__file__).parent / "examples" / "shuffled.py").read_text("utf-8")
LAST = "model.fit(x, y, batch_size=32)\n"


def run(*arguments: str, cwd: Path, given: bytes = b"", **environment: str) -> tuple[int, str, str]:
    """Exit status, report and notices."""
    without = ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(
        [sys.executable, "-m", "rnnlint", *arguments],
        cwd=cwd,
        input=given,
        capture_output=True,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(SHUFFLED, "utf-8")
    return tmp_path


def found(out: str) -> list[tuple[str, int]]:
    return [(finding["path"], finding["line"]) for finding in json.loads(out)["findings"]]


# Baselines


def test_only_new_findings_count(folder: Path) -> None:
    status, out, err = run("check", "--baseline", "known.json", "--write-baseline", cwd=folder)
    assert (status, err) == (0, "rnnlint: wrote 1 finding(s) to known.json\n")
    assert out == "nothing found in 1 file (3 layers, all with known shapes); 1 more in the baseline.\n"
    (folder / "train.py").write_text("# moved\n" * 10 + SHUFFLED, "utf-8")
    assert run("check", "--baseline", "known.json", cwd=folder)[0] == 0
    (folder / "train.py").write_text(SHUFFLED + LAST, "utf-8")
    status, out, _ = run("check", "--baseline", "known.json", "--format", "json", cwd=folder)
    assert (status, found(out)) == (1, [("./train.py", SHUFFLED.count("\n") + 1)])
    assert run("check", "--baseline", "known.json", "train.py", "--write-baseline", "-q", cwd=folder) == (0, "", "")


def test_what_a_baseline_knows_is_not_fixed(folder: Path) -> None:
    run("check", "--baseline", "known.json", "--write-baseline", cwd=folder)
    status, _out, err = run("check", "--baseline", "known.json", "--fix", "--unsafe-fixes", cwd=folder)
    assert (status, err) == (0, "")
    assert (folder / "train.py").read_text("utf-8") == SHUFFLED
    assert run("check", "--baseline", "known.json", "--diff", "--unsafe-fixes", cwd=folder) == (0, "", "")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2, "findings": []}', '{"schema": 1, "findings": [1]}'])
def test_what_is_no_baseline_is_refused(folder: Path, text: str) -> None:
    (folder / "known.json").write_text(text)
    status, out, err = run("check", "--baseline", "known.json", cwd=folder)
    assert (status, out) == (2, "")
    assert err == "rnnlint: known.json is no baseline; `--write-baseline` makes one\n"


def test_a_baseline_that_is_missing_is_named(folder: Path) -> None:
    status, out, err = run("check", "--baseline", "known.json", cwd=folder)
    assert (status, out) == (2, "")
    assert (
        err == "rnnlint: cannot read the baseline known.json: No such file or directory; `--write-baseline` makes it\n"
    )
    status, out, err = run("check", "--write-baseline", cwd=folder)
    assert (status, out, err) == (2, "", "rnnlint: `--write-baseline` goes with `--baseline FILE`\n")


# Many files


def test_several_processes_report_the_same(tmp_path: Path) -> None:
    for number in range(FEWEST + 4):
        (tmp_path / f"train{number:02}.py").write_text("# a line\n" * number + SHUFFLED, "utf-8")
    layer = {"class_name": "LSTM", "config": {"name": "a", "units": 8, "batch_input_shape": [None, 10, 4]}}
    model = {"class_name": "Sequential", "config": {"name": "m", "layers": [layer]}, "keras_version": "2.15.0"}
    (tmp_path / "model.json").write_text(json.dumps(model), "utf-8")
    (tmp_path / "train03.py").write_text("x = (\n", "utf-8")
    one = run("check", "--format", "json", ".", "gone.py", cwd=tmp_path)
    assert len(found(one[1])) == FEWEST + 3
    assert one[0] == 2
    assert run("check", "--format", "json", ".", "gone.py", "--jobs", "2", cwd=tmp_path) == one
    assert run("check", "--jobs", "0", ".", "gone.py", cwd=tmp_path) == run("check", ".", "gone.py", cwd=tmp_path)


def test_a_model_is_called_as_on_the_line_whoever_reads_it_first(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent / "examples" / "forecast.keras", tmp_path / "z.keras")
    script = "import keras\nmodel = keras.models.load_model('z.keras')\nmodel.predict([[1.0]])\n"
    (tmp_path / "a.py").write_text(script, "utf-8")
    _, out, _ = run("check", "--format", "json", cwd=tmp_path)
    assert [file["path"] for file in json.loads(out)["files"]] == ["./a.py", "./z.keras"]


# Standard input


@pytest.mark.parametrize(("name", "shown"), [([], "stdin.py"), (["--stdin-filename", "src/new.py"], "src/new.py")])
def test_a_script_by_standard_input(tmp_path: Path, name: list[str], shown: str) -> None:
    status, out, err = run("check", "--format", "short", *name, "-", cwd=tmp_path, given=SHUFFLED.encode())
    assert (status, err) == (1, "")
    assert out.startswith(f"{shown}:9:1: error: ")
    status, out, _ = run("check", *name, "-", cwd=tmp_path, given=SHUFFLED.encode())
    assert "9 │ model.fit(x, y, batch_size=32)" in out


def test_a_comment_counts_by_standard_input_too(tmp_path: Path) -> None:
    text = SHUFFLED.rstrip() + "  # rnnlint: ignore[stateful-shuffle]\n"
    assert run("check", "-q", "-", cwd=tmp_path, given=text.encode()) == (0, "", "")


def test_imports_are_followed_from_where_the_name_lies(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "training.py").write_text("def train(model, x, y):\n    model.fit(x, y, batch_size=32)\n")
    text = "from training import train\n" + SHUFFLED.replace("model.fit(x, y, batch_size=32)", "train(model, x, y)")
    given = text.encode()
    _, out, _ = run("check", "--format", "json", "--stdin-filename", "src/new.py", "-", cwd=tmp_path, given=given)
    assert [Path(path).name for path, _ in found(out)] == ["training.py"]


def test_a_model_by_standard_input(tmp_path: Path) -> None:
    data = (Path(__file__).parent / "examples" / "forecast.keras").read_bytes()
    call = "fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32, shuffle=False)"
    name = ["--stdin-filename", "new.keras"]
    status, out, _ = run("check", *name, "--call", call, "--format", "json", "-", cwd=tmp_path, given=data)
    assert status == 1
    assert {finding["rule"] for finding in json.loads(out)["findings"]} == {"partial-batch"}
    assert json.loads(out)["files"][0]["path"] == "new.keras"


@pytest.mark.parametrize("given", [b"", b"just some text\n", b"\x00\x01\x02"])
def test_nothing_by_standard_input(tmp_path: Path, given: bytes) -> None:
    status, _out, err = run("check", "-", cwd=tmp_path, given=given)
    assert status in (0, 2)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fix", "-"], "`--fix` and `--diff` take files, not standard input"),
        (["--diff", "-"], "`--fix` and `--diff` take files, not standard input"),
        (["--stdin-filename", "a.py", "."], "`--stdin-filename` goes with `-` on the line"),
    ],
)
def test_what_standard_input_cannot_do(tmp_path: Path, arguments: list[str], message: str) -> None:
    assert run("check", *arguments, cwd=tmp_path) == (2, "", f"rnnlint: {message}\n")


# Quiet, colour, help


def test_quiet_is_findings_alone(folder: Path) -> None:
    status, out, err = run("check", "-q", cwd=folder)
    assert (status, err) == (1, "")
    assert out.startswith("error[stateful-shuffle] ")
    assert "in 1 file" not in out
    fixed = run("check", "--quiet", "--fix", "--unsafe-fixes", cwd=folder)
    assert fixed == (0, "", "")
    status, out, _ = run("check", "-q", "gone.py", cwd=folder)
    assert status == 2
    assert "gone.py" in out


@pytest.mark.parametrize(
    ("environment", "colour"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour(folder: Path, environment: dict[str, str], colour: bool) -> None:
    environment = {**environment, "TERM": "xterm-256color"}
    _, out, _ = run("check", cwd=folder, given=b"", **environment)
    assert ("\x1b[31m" in out or "\x1b[1;31m" in out) is colour


def test_show_config_lints_nothing(folder: Path) -> None:
    (folder / "rnnlint.toml").write_text("fail-on = 'never'\n")
    status, out, err = run("check", "--show-config", "--select", "stateful", cwd=folder)
    assert (status, err) == (0, "")
    assert 'select = ["stateful"]\n' in out
    assert 'fail-on = "never"\n' in out


def test_a_wrong_setting_is_one_line(folder: Path) -> None:
    (folder / "rnnlint.toml").write_text("keras = 5\n")
    assert run("check", cwd=folder) == (2, "", "rnnlint: rnnlint.toml: `keras`: auto or 2 or 3 is wanted, not '5'\n")


def test_fail_on_of_the_project_counts_and_the_flag_beats_it(folder: Path) -> None:
    (folder / "rnnlint.toml").write_text("fail-on = 'never'\n")
    assert run("check", "-q", cwd=folder)[0] == 0
    assert run("check", "-q", "--fail-on", "error", cwd=folder)[0] == 1


def test_help_has_examples(tmp_path: Path) -> None:
    _, out, _ = run("--help", cwd=tmp_path)
    assert "rnnlint check train.py" in out
    assert "--install-completion" in out
    _, out, _ = run("check", "--help", cwd=tmp_path)
    assert "rnnlint check --baseline known.json --write-baseline" in out


def test_a_shell_is_told_what_can_follow(tmp_path: Path) -> None:
    asked = {"_RNNLINT_COMPLETE": "complete_bash", "COMP_WORDS": "rnnlint check --base", "COMP_CWORD": "2"}
    code = "import sys; sys.argv = ['rnnlint']; from rnnlint.cli import app; app(prog_name='rnnlint')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, **asked}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["--baseline"]
