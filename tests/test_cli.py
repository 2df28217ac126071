"""The command line: what is printed where, and the exit status."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rnnlint import Finding, Program, Rule, Severity, cli, joining, linting, packs
from rnnlint.facts import LayerLocation
from rnnlint.reading import Reading

SCHEMAS = Path(__file__).parent / "schemas"
TEXT = "just some text\n"


@dataclass(frozen=True)
class Ran:
    """What a run of rnnlint gave."""

    status: int
    out: str
    err: str


def run(*arguments: str | Path, cwd: Path, **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "rnnlint", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def inside(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command in this process, so that its parts can be replaced."""

    def run(*arguments: str) -> Ran:
        try:
            cli.app(arguments, prog_name="rnnlint")
        except SystemExit as end:
            status = end.code
        assert isinstance(status, int)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


def lstm(name: str, **options: object) -> dict[str, Any]:
    return {"class_name": "LSTM", "config": {"name": name, "units": 8, **options}}


def saved(path: Path, *layers: dict[str, Any]) -> Path:
    """A model file: a Sequential of Keras 2."""
    config = {"name": "model", "layers": list(layers)}
    model = {"class_name": "Sequential", "config": config, "keras_version": "2.15.0", "backend": "tensorflow"}
    path.write_text(json.dumps(model), "utf-8")
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return saved(tmp_path / "sound.json", lstm("a", batch_input_shape=[None, 10, 4]))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """An LSTM on an LSTM that gives only its last step."""
    return saved(tmp_path / "broken.json", lstm("a", batch_input_shape=[None, 10, 4]), lstm("b"))


def entries(ran: Ran) -> dict[str, tuple[str, str | None]]:
    return {file["path"]: (file["status"], file["reason"]) for file in json.loads(ran.out)["files"]}


# Exit status


def test_nothing_found_is_0(sound: Path) -> None:
    ran = run("check", sound.name, cwd=sound.parent)
    assert (ran.status, ran.err) == (0, "")
    assert "nothing found in 1 file" in ran.out


def test_findings_are_1(broken: Path) -> None:
    ran = run("check", broken.name, cwd=broken.parent)
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith("error[missing-return-sequences] ")


def test_a_missing_path_is_2_and_the_others_are_reported(broken: Path) -> None:
    ran = run("check", "--format", "json", "gone.keras", broken.name, cwd=broken.parent)
    assert ran.status == 2
    assert entries(ran) == {
        "gone.keras": ("failed", "there is no such file or folder"),
        "broken.json": ("checked", None),
    }
    assert [finding["path"] for finding in json.loads(ran.out)["findings"]] == ["broken.json"]


def test_a_skipped_file_changes_nothing(sound: Path) -> None:
    (sound.parent / "notes.txt").write_text(TEXT)
    (sound.parent / "plain.py").write_text("print(1)\n")
    ran = run("check", "--format", "json", "notes.txt", "plain.py", sound.name, cwd=sound.parent)
    assert ran.status == 0
    assert [status for status, _ in entries(ran).values()] == ["skipped", "skipped", "checked"]


def test_a_folder_that_holds_nothing_to_lint_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("check", "--format", "json", "empty", cwd=tmp_path)
    assert ran.status == 0
    assert entries(ran)["empty"][0] == "skipped"


def test_without_a_path_this_folder_is_linted(broken: Path) -> None:
    ran = run("check", "--format", "json", cwd=broken.parent)
    assert ran.status == 1
    assert len(entries(ran)) == 1


@pytest.mark.parametrize(("level", "status"), [("error", 1), ("warning", 1), ("hint", 1), ("never", 0)])
def test_fail_on_for_an_error(broken: Path, level: str, status: int) -> None:
    assert run("check", "--fail-on", level, broken.name, cwd=broken.parent).status == status


@pytest.mark.parametrize(
    ("severity", "level", "status"),
    [
        (Severity.ERROR, Severity.ERROR, 1),
        (Severity.WARNING, Severity.ERROR, 0),
        (Severity.WARNING, Severity.WARNING, 1),
        (Severity.HINT, Severity.WARNING, 0),
        (Severity.HINT, Severity.HINT, 1),
        (Severity.ERROR, None, 0),
    ],
)
def test_the_status_of_a_report(severity: Severity, level: Severity | None, status: int) -> None:
    found = Finding(LayerLocation("a.keras"), "odd").stamped("odd", "shape", severity, None)
    assert linting.Report(findings=(found,)).status(level) == status


# What is printed where


def test_the_report_is_all_that_stdout_carries(broken: Path) -> None:
    ran = run("check", "--format", "json", broken.name, cwd=broken.parent)
    jsonschema.validate(json.loads(ran.out), json.loads((SCHEMAS / "check.json").read_text("utf-8")))


def test_short_is_a_line_for_each_finding(broken: Path) -> None:
    ran = run("check", "--format", "short", broken.name, cwd=broken.parent)
    assert ran.out == (
        "broken.json: b: error: `b` reads a sequence, but `a` gives only its last step [missing-return-sequences]\n"
    )


@pytest.mark.parametrize("kind", ["terminal", "short", "json"])
def test_output_goes_to_a_file(broken: Path, kind: str) -> None:
    printed = run("check", "--format", kind, broken.name, cwd=broken.parent)
    ran = run("check", "--format", kind, "--output", "report", broken.name, cwd=broken.parent)
    assert (ran.status, ran.out, ran.err) == (1, "", "")
    assert (broken.parent / "report").read_text("utf-8") == printed.out
    assert sorted(path.name for path in broken.parent.iterdir()) == ["broken.json", "report"]


def test_an_output_that_cannot_be_written_is_2(broken: Path) -> None:
    ran = run("check", "--output", "no/such/folder", broken.name, cwd=broken.parent)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "rnnlint: cannot write to no/such/folder: No such file or directory\n"


@pytest.mark.parametrize("kind", ["terminal", "short", "json"])
def test_names_on_the_line_reach_no_terminal(tmp_path: Path, kind: str) -> None:
    name = "gone\x1b[31m\x07\u202e.keras"
    ran = run("check", "--format", kind, name, cwd=tmp_path)
    assert ran.status == 2
    assert all(character.isprintable() or character == "\n" for character in ran.out + ran.err)


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    for kind in ("terminal", "short", "json"):
        ran = run("check", "--format", kind, os.fsdecode(b"gone\xe9.keras"), cwd=tmp_path)
        assert (ran.status, ran.err) == (2, "")


def test_an_encoding_without_frames(broken: Path) -> None:
    ran = run("check", broken.name, cwd=broken.parent, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert ran.status == 1
    assert "  +- broken.json" in ran.out


def test_a_closed_pipe_is_no_fault(broken: Path) -> None:
    for kind in ("terminal", "short", "json"):
        process = subprocess.Popen(
            [sys.executable, "-m", "rnnlint", "check", "--format", kind, broken.name],
            cwd=broken.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1
        process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_2(broken: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "rnnlint", "check", "--format", "json", broken.name]
        done = subprocess.run(command, cwd=broken.parent, stdout=full, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr == "rnnlint: cannot write to standard output: No space left on device\n"


# Bad usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--select", "stateful-shufle"],
            "no rule or family is called `stateful-shufle`; did you mean `stateful-shuffle`",
        ),
        (["--ignore", "data,Shapes"], "no rule or family is called `Shapes`; did you mean `shape`"),
        (["--select", "xyzzy"], "no rule or family is called `xyzzy`"),
        (
            ["--call", "fit(x=(1, 2, 3))", "a.py", "b.py"],
            "`--call` needs exactly one model on the line, there are none",
        ),
    ],
)
def test_what_cannot_be_meant_is_one_clear_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("import keras\n")
    ran = run("check", *arguments, cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0].startswith(f"rnnlint: {message}")
    assert len(ran.err.splitlines()) == 1


def test_a_call_needs_one_model(sound: Path, broken: Path) -> None:
    ran = run("check", "--call", "fit(x=(8, 10, 4))", sound.name, broken.name, cwd=sound.parent)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "rnnlint: `--call` needs exactly one model on the line, there are 2\n"


@pytest.mark.parametrize(
    "arguments",
    [["check", "--format", "xml"], ["check", "--keras", "4"], ["check", "--fail-on", "x"], ["lint"], ["shapes"]],
)
def test_bad_usage_is_2_and_says_so_on_stderr(tmp_path: Path, arguments: list[str]) -> None:
    ran = run(*arguments, cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "Usage:" in ran.err
    assert "Traceback" not in ran.err


# Choosing rules


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--select", "shape"], ["missing-return-sequences"]),
        (["--select", "missing-return-sequences"], ["missing-return-sequences"]),
        (["--select", "data", "--select", "shape"], ["missing-return-sequences"]),
        (["--select", "data, missing-return-sequences"], ["missing-return-sequences"]),
        (["--select", "data"], []),
        (["--ignore", "missing-return-sequences"], []),
        (["--select", "missing-return-sequences", "--ignore", "shape"], []),
        (["--ignore", "rule-crashed"], ["missing-return-sequences"]),
    ],
)
def test_select_and_ignore(broken: Path, arguments: list[str], found: list[str]) -> None:
    ran = run("check", "--format", "json", *arguments, broken.name, cwd=broken.parent)
    assert [finding["rule"] for finding in json.loads(ran.out)["findings"]] == found
    assert ran.status == len(found)


# Crashes


def crash(program: Program) -> Iterator[Finding]:
    raise ZeroDivisionError("in a rule")


def complain(program: Program) -> Iterator[Finding]:
    yield Finding(LayerLocation(program.path, "a"), "`a` is odd")


def rule(name: str, check: Callable[[Program], Iterator[Finding]]) -> Rule:
    return Rule(check, "shape", Severity.WARNING, "silent", "0.1", "", "", name=name, doc="Odd.")


def test_a_rule_that_crashes_is_a_finding_and_the_others_go_on(
    inside: Callable[..., Ran], sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {"bad-rule": rule("bad-rule", crash), "good-rule": rule("good-rule", complain)}
    monkeypatch.setattr(packs, "load_rules", lambda: rules)
    ran = inside("check", "--format", "json", str(sound))
    assert ran.status == 2
    found = json.loads(ran.out)["findings"]
    assert sorted(finding["rule"] for finding in found) == ["good-rule", "rule-crashed"]
    crashed = next(it for it in found if it["rule"] == "rule-crashed")
    assert "ZeroDivisionError" in crashed["message"]
    assert "please report it" in crashed["why"]


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError(), MemoryError(), KeyError("\x1b")])
def test_a_file_that_crashes_a_reader_fails_and_the_others_go_on(
    inside: Callable[..., Ran], sound: Path, broken: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    whole = joining.Readings._model

    def read(self: joining.Readings, path: str) -> Reading:
        if path == str(sound):
            raise error
        return whole(self, path)

    monkeypatch.setattr(joining.Readings, "_model", read)
    ran = inside("check", "--format", "json", str(sound), str(broken))
    assert ran.status == 2
    status, reason = entries(ran)[str(sound)]
    assert status == "failed"
    assert reason and (type(error).__name__ in reason or isinstance(error, MemoryError))
    assert [finding["path"] for finding in json.loads(ran.out)["findings"]] == [str(broken)]


def test_an_internal_error_is_one_line(
    inside: Callable[..., Ran], sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lint_badly(*_: object, **__: object) -> None:
        raise AssertionError("it broke")

    monkeypatch.setattr(linting, "lint", lint_badly)
    ran = inside("check", str(sound))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("rnnlint: internal error (AssertionError: it broke): please report this")
    assert len(ran.err.splitlines()) == 1


def test_ctrl_c_leaves_no_traceback(inside: Callable[..., Ran], sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linting, "lint", interrupted)
    assert inside("check", str(sound)) == Ran(130, "", "")


def test_a_real_ctrl_c_leaves_no_traceback(sound: Path) -> None:
    code = (
        "import time\nfrom rnnlint import cli, linting\n"
        "def slow(*_, **__):\n    print('begun', flush=True)\n    time.sleep(60)\n"
        f"linting.lint = slow\nimport sys\nsys.argv = ['rnnlint', 'check', {str(sound)!r}]\ncli.main()"
    )
    # A job that a shell starts in the background ignores the signal, and so would what it starts.
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", b"")
    assert process.returncode == 130


# Other commands


def test_version(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path) == Ran(0, "rnnlint 0.1.0\n", "")


@pytest.mark.parametrize("command", [[], ["check"], ["shapes"], ["explain"], ["rules"]])
def test_help_tells_what_a_command_does(tmp_path: Path, command: list[str]) -> None:
    ran = run(*command, "--help", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ")


def test_rules_lists_every_rule(tmp_path: Path) -> None:
    ran = run("rules", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    for name in packs.rule_files():
        assert f"  {name} " in ran.out


def test_rules_as_json(tmp_path: Path) -> None:
    ran = run("rules", "--format", "json", cwd=tmp_path)
    data = json.loads(ran.out)
    jsonschema.validate(data, json.loads((SCHEMAS / "rules.json").read_text("utf-8")))
    assert [entry["rule"] for entry in data["rules"]] == [*packs.rule_files(), "rule-crashed", "unused-ignore"]


def test_explain_shows_the_page_of_a_rule(tmp_path: Path) -> None:
    ran = run("explain", "missing-return-sequences", cwd=tmp_path)
    page = packs.load_rules()["missing-return-sequences"]
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("# missing-return-sequences\n")
    for part in (page.summary, page.bad.strip(), page.good.strip()):
        assert part in ran.out


def test_explain_knows_what_the_engine_says(tmp_path: Path) -> None:
    ran = run("explain", "rule-crashed", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("# rule-crashed\n")


def test_shapes_is_a_table_with_named_axes(sound: Path) -> None:
    ran = run("shapes", sound.name, cwd=sound.parent)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "sound.json (json, Keras 2)\n\nmodel sequential\na  LSTM(8)  (batch=None, units=8)\n"


def test_shapes_as_json(sound: Path) -> None:
    ran = run("shapes", "--format", "json", sound.name, "gone.keras", cwd=sound.parent)
    assert ran.status == 2
    data = json.loads(ran.out)
    jsonschema.validate(data, json.loads((SCHEMAS / "shapes.json").read_text("utf-8")))
    assert [file["status"] for file in data["files"]] == ["checked", "failed"]
    (layer,) = [layer for layer in data["files"][0]["models"][0]["layers"] if layer["class"] == "LSTM"]
    assert layer["calls"] == [
        {
            "inputs": [{"dims": [None, 10, 4], "axes": ["batch", "time", "features"]}],
            "outputs": [{"dims": [None, 8], "axes": ["batch", "units"]}],
            "masks": [False],
        }
    ]


# What is loaded


def loaded(path: Path, *arguments: str) -> set[str]:
    """The top-level modules that a run leaves loaded."""
    code = (
        "import sys\nfrom rnnlint.cli import app\n"
        f"try: app({[*arguments, str(path)]!r})\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), sep=',')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.splitlines()[-1].split(","))


HEAVY = {"numpy", "h5py", "google", "tensorflow", "keras", "tf_keras", "rich", "pygments"}


@pytest.mark.parametrize("name", ["sound.json", "sound.keras", "train.py"])
def test_a_check_loads_no_heavy_module(sound: Path, name: str) -> None:
    path = sound.with_name(name)
    if name == "sound.keras":
        archive(path)
    elif name == "train.py":
        path.write_text("import keras\nmodel = keras.Sequential([keras.layers.LSTM(4)])\n")
    assert loaded(path, "check", "--format", "json") & HEAVY == set()


def archive(path: Path) -> None:
    """A saved model of Keras 3."""
    import zipfile

    layers = [
        {
            "module": "keras.layers",
            "class_name": "InputLayer",
            "config": {"batch_shape": [None, 10, 4], "name": "input"},
        },
        {"module": "keras.layers", "class_name": "LSTM", "config": {"name": "lstm", "units": 8}},
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "model", "layers": layers}}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        file.writestr("config.json", json.dumps(config))


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


def told(monkeypatch: pytest.MonkeyPatch, clock: Sequence[float]) -> str:
    from rnnlint.report import progress

    stream, ticks = Terminal(), iter(clock)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("rnnlint.report.progress.time.monotonic", lambda: next(ticks))
    monkeypatch.setattr("rnnlint.report.progress.os.get_terminal_size", lambda _: os.terminal_size((30, 24)))
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress() as tell:
        assert tell is not None
        for number in range(len(clock) - 1):
            tell(number, 900, f"a/very/long/path/to/file{number}\x1b.py")
    return stream.getvalue()


def test_progress_is_shown_where_it_takes_long_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(monkeypatch, [0.0, 0.1, 2.0, 2.01])
    assert text == "\r\x1b[K1/900 a/very/long/path/to/...\r\x1b[K"


def test_no_progress_where_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, [0.0, 0.1, 0.2]) == ""
