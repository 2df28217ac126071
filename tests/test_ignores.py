"""Comments that suppress findings, and those that suppress nothing."""

import json
from pathlib import Path

import pytest

from rnnlint import Severity
from rnnlint.fixes import fix_all
from rnnlint.ignores import ignores
from rnnlint.linting import Report, lint
from rnnlint.settings import PerPath, Settings

HEAD = """\
import numpy as np
from keras import Input, Sequential
from keras.layers import LSTM, Dense

x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(64, stateful=True), Dense(1)])
model.compile("adam", "mse")
"""
FIT = "model.fit(x, y, batch_size=32)"


def found(path: Path, text: str, settings: Settings | None = None) -> list[tuple[str, int]]:
    """Rule and line of what is found in the program that ends with the text."""
    path.write_text(HEAD + text, "utf-8")
    return [(finding.rule, line(finding.location)) for finding in report(path, settings).findings]


def report(path: Path, settings: Settings | None = None) -> Report:
    return lint([str(path)], settings=settings or Settings())


def line(location: object) -> int:
    return int(getattr(location, "line", 0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "train.py"


@pytest.mark.parametrize(
    "text",
    [
        f"{FIT}  # rnnlint: ignore[stateful-shuffle]",
        f"{FIT}  # rnnlint: ignore[stateful-shuffle] rows are independent",
        f"{FIT}  #rnnlint:ignore[ stateful-shuffle ,]",
        f"{FIT}  # type: ignore # rnnlint: ignore[stateful-shuffle]  # noqa",
        f"{FIT}  # rnnlint: ignore[stateful]",
        "model.fit(  # rnnlint: ignore[stateful-shuffle]\n    x,\n    y,\n    batch_size=32,\n)",
        "model.fit(\n    x,\n    y,\n    batch_size=32,\n)  # rnnlint: ignore[stateful-shuffle]",
        "history = (  # rnnlint: ignore[stateful-shuffle]\n    1,\n    model.fit(x, y, batch_size=32),\n)",
        f"if True:\n    {FIT}  # rnnlint: ignore[stateful-shuffle]",
        f"{FIT}\n# rnnlint: ignore-file[stateful-shuffle]",
        f"# rnnlint: ignore-file[stateful] all of it\n{FIT}",
    ],
)
def test_what_is_suppressed(path: Path, text: str) -> None:
    assert found(path, f"{text}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        f"# rnnlint:ignore-nothing\n{FIT}",
        f"text = '# rnnlint: ignore-file[stateful-shuffle]'\n{FIT}",
        f'"""\n# rnnlint: ignore-file[stateful-shuffle]\n"""\n{FIT}',
        f"# see the page of rnnlint: it tells more\n{FIT}",
        f"# rnnlint: a linter\n{FIT}",
    ],
)
def test_what_is_no_suppression(path: Path, text: str) -> None:
    if "ignore-nothing" in text:
        assert ("stateful-shuffle", 9) in found(path, f"{text}\n")
    else:
        assert [rule for rule, _ in found(path, f"{text}\n")] == ["stateful-shuffle"]


def test_a_comment_on_another_line_suppresses_nothing_and_is_told(path: Path) -> None:
    text = f"# rnnlint: ignore[stateful-shuffle]\n{FIT}\n"
    assert found(path, text) == [("unused-ignore", 8), ("stateful-shuffle", 9)]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# rnnlint: ignore[relu-recurrence]", "`relu-recurrence` is not found here"),
        ("# rnnlint: ignore[speed, numerics]", "`speed` and `numerics` are not found here"),
        ("# rnnlint: ignore", "`ignore` names no rule, so it suppresses nothing"),
        ("# rnnlint: ignore[]", "`ignore` names no rule, so it suppresses nothing"),
        ("# rnnlint: ignore-file", "`ignore-file` names no rule, so it suppresses nothing"),
        ("# rnnlint: ignored[speed]", "`ignored` is not understood here"),
        ("# rnnlint: disable=speed", "`disable` is not understood here"),
        (
            "# rnnlint: ignore[statful-shuffle]",
            "no rule or family is called `statful-shuffle`, so it suppresses nothing",
        ),
    ],
)
def test_what_suppresses_nothing_is_a_hint(path: Path, comment: str, message: str) -> None:
    path.write_text(f"{HEAD}print(1)  {comment}\n", "utf-8")
    (finding,) = report(path).findings
    assert (finding.rule, finding.family, finding.severity) == ("unused-ignore", "meta", Severity.HINT)
    assert finding.message == message
    place = finding.location
    assert (line(place), getattr(place, "column", 0)) == (8, 11)
    assert report(path).status() == 0


def test_of_several_names_the_one_that_is_not_needed_is_told(path: Path) -> None:
    path.write_text(f"{HEAD}{FIT}  # rnnlint: ignore[stateful-shuffle, speed] why\n", "utf-8")
    (finding,) = report(path).findings
    assert finding.message == "`speed` is not found here"
    outcome = fix_all(report(path), lambda: report(path), unsafe=True)
    assert outcome.report.findings == ()
    assert path.read_text("utf-8") == f"{HEAD}{FIT}  # rnnlint: ignore[stateful-shuffle] why\n"


def test_a_comment_that_is_not_needed_goes_with_its_reason(path: Path) -> None:
    path.write_text(f"{HEAD}print(1)  # rnnlint: ignore[speed] why\n", "utf-8")
    fix_all(report(path), lambda: report(path), unsafe=True)
    assert path.read_text("utf-8") == f"{HEAD}print(1)\n"


def test_a_rule_that_does_not_run_is_not_missed(path: Path) -> None:
    from rnnlint.own_rules import OWN_RULES
    from rnnlint.packs import load_rules

    path.write_text(f"{HEAD}print(1)  # rnnlint: ignore[relu-recurrence, speed]\n", "utf-8")
    rules = [load_rules()["stateful-shuffle"], OWN_RULES["unused-ignore"]]
    assert lint([str(path)], rules=rules, settings=Settings()).findings == ()


def test_a_hint_about_a_comment_can_be_suppressed_itself(path: Path) -> None:
    assert found(path, "print(1)  # rnnlint: ignore[speed, unused-ignore]\n") == []


def test_a_crash_of_a_rule_is_told_all_the_same(path: Path) -> None:
    from collections.abc import Iterator

    from rnnlint import Finding, Program, Rule

    def crash(program: Program) -> Iterator[Finding]:
        raise ZeroDivisionError

    path.write_text(f"{HEAD}# rnnlint: ignore-file[rule-crashed, meta]\n", "utf-8")
    rule = Rule(crash, "shape", Severity.ERROR, "silent", "0.1", "", "", name="odd")
    assert [it.rule for it in lint([str(path)], rules=[rule], settings=Settings()).findings] == ["rule-crashed"]


def test_an_imported_file_says_for_itself_what_is_suppressed(tmp_path: Path) -> None:
    (tmp_path / "training.py").write_text(f"def train(model, x, y):\n    {FIT}  # rnnlint: ignore[stateful-shuffle]\n")
    (tmp_path / "train.py").write_text(f"from training import train\n{HEAD}train(model, x, y)\n")
    assert report(tmp_path / "train.py").findings == ()


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize("command", ["%matplotlib inline", "!pip install 'keras", "%%time", "!echo it's"])
def test_notebooks_with_commands(tmp_path: Path, command: str) -> None:
    path = tmp_path / "train.ipynb"
    path.write_text(notebook(HEAD, f"{command}\n{FIT}  # rnnlint: ignore[stateful-shuffle]"), "utf-8")
    assert report(path).findings == ()
    path.write_text(notebook(HEAD, f"{command}\n{FIT}"), "utf-8")
    assert [finding.rule for finding in report(path).findings] == ["stateful-shuffle"]


def test_a_comment_in_a_cell_speaks_for_the_whole_notebook_if_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    path.write_text(notebook("# rnnlint: ignore-file[stateful]", HEAD, FIT), "utf-8")
    assert report(path).findings == ()


@pytest.mark.parametrize(
    "text", ["(" * 5000 + " # rnnlint: ignore[a]", "'''  # rnnlint:", "\x0c# rnnlint: ignore[x]\n\ty\n x"]
)
def test_odd_text_is_survived(text: str) -> None:
    assert len(ignores(text, "a.py").comments) <= 1


def saved(path: Path) -> Path:
    layers = [
        {"class_name": "LSTM", "config": {"name": name, "units": 8, **more}}
        for name, more in (("a", {"batch_input_shape": [None, 10, 4]}), ("b", {}))
    ]
    model = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}, "keras_version": "2.15.0"}
    path.write_text(json.dumps(model), "utf-8")
    return path


def at(path: Path, **settings: object) -> list[str]:
    some = PerPath(path.name, **settings)  # type: ignore[arg-type]
    made = report(path, Settings(file=str(path.parent / "rnnlint.toml"), per_path=(some,)))
    return [finding.rule for finding in made.findings]


def test_a_layer_of_a_model_file_is_named_in_the_configuration(tmp_path: Path) -> None:
    path = saved(tmp_path / "model.json")
    assert [finding.layer or "" for finding in report(path).findings] == ["b"]
    assert at(path, layers={"c": ("missing-return-sequences",)}) == ["missing-return-sequences"]
    assert at(path, layers={"b": ("missing-return-sequences",)}) == []
    assert at(path, layers={"*": ("shape",)}) == []


def test_an_entry_for_a_layer_that_suppresses_nothing_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "model.json")
    both = {"b": ("missing-return-sequences", "relu-recurrence")}
    assert at(path, layers=both) == ["unused-ignore"]
    assert at(path, layers={"gone": ("relu-recurrence",)}) == ["missing-return-sequences"]
