"""Which model file a script is judged against."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rnnlint.joining import CannotLint, guarded, read_all
from rnnlint.linting import Report, lint
from rnnlint.reading import Reading

EXAMPLES = Path(__file__).parent / "examples"

TRAIN = """\
import keras
import numpy as np

{path}
model = keras.models.load_model({argument})
model.fit(np.zeros((1000, 10, 8)), np.zeros((1000, 1)), batch_size=32, shuffle=False)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stateful model that is fixed to 32 rows; this folder."""
    shutil.copy(EXAMPLES / "forecast.keras", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def script(folder: Path, argument: str, path: str = "", name: str = "train.py") -> str:
    (folder / name).write_text(TRAIN.format(argument=argument, path=path))
    return name


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_a_script_is_judged_against_the_model_it_loads(here: Path) -> None:
    report = lint([script(here, "'forecast.keras'")])
    assert "partial-batch" in rules(report)
    assert [file.reading.path for file in report.files] == ["train.py"]


def test_a_relative_path_may_be_meant_from_the_scripts_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(here, "'forecast.keras'")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert "partial-batch" in rules(lint(["../train.py"]))


def test_where_two_files_may_be_meant_none_is(here: Path) -> None:
    (here / "below").mkdir()
    shutil.copy(EXAMPLES / "forecast.keras", here / "below")
    script(here / "below", "'forecast.keras'")
    assert "partial-batch" not in rules(lint(["below/train.py"]))


def test_a_path_that_leads_nowhere_leaves_the_model_unknown(here: Path) -> None:
    assert rules(lint([script(here, "'gone.keras'")])) == set()


@pytest.mark.parametrize(("argument", "path"), [("sys.argv[1]", "import sys"), ("'gone.keras'", "")])
def test_the_only_model_and_the_only_script_belong_together(here: Path, argument: str, path: str) -> None:
    name = script(here, argument, path)
    assert "partial-batch" in rules(lint([name, "forecast.keras"]))
    assert "partial-batch" in rules(lint(["forecast.keras", name]))


def test_found_below_a_folder_they_do_not_belong_together(here: Path) -> None:
    script(here, "sys.argv[1]", "import sys")
    assert "partial-batch" not in rules(lint(["."]))


def test_with_two_scripts_nothing_belongs_together(here: Path) -> None:
    names = [script(here, "sys.argv[1]", "import sys", name) for name in ("a.py", "b.py")]
    assert "partial-batch" not in rules(lint([*names, "forecast.keras"]))


def test_a_script_with_a_model_of_its_own_is_not_judged_against_another(here: Path) -> None:
    own = TRAIN.replace("keras.models.load_model({argument})", "keras.Sequential([keras.layers.LSTM(4)])")
    (here / "own.py").write_text(own.format(path=""))
    assert "partial-batch" not in rules(lint(["own.py", "forecast.keras"]))


def test_calls_are_judged_against_the_model(here: Path) -> None:
    report = lint(["forecast.keras"], calls=["fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32, shuffle=False)"])
    assert "partial-batch" in rules(report)
    assert report.files[0].counts.calls == 1


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["."], "there are 2"),
        (["forecast.keras", "second.keras"], "there are 2"),
        (["train.py"], "there are none"),
    ],
)
def test_calls_need_exactly_one_model(here: Path, paths: list[str], message: str) -> None:
    script(here, "'forecast.keras'")
    shutil.copy("forecast.keras", "second.keras")
    with pytest.raises(CannotLint, match=f"`--call` needs exactly one model on the line, {message}"):
        lint(paths, calls=["fit(x=(8, 10, 8))"])


def test_what_is_no_call_is_refused(here: Path) -> None:
    with pytest.raises(CannotLint, match="--call 1, column 1"):
        lint(["forecast.keras"], calls=["1 + 1"])


def test_with_a_missing_model_a_call_is_no_bad_usage(here: Path) -> None:
    report = lint(["gone.keras"], calls=["fit(x=(8, 10, 8))"])
    assert [file.reading.status for file in report.files] == ["failed"]


def test_a_file_on_the_line_twice_is_one_file(here: Path) -> None:
    assert [reading.path for reading in read_all(["forecast.keras", "./forecast.keras", "."])] == ["forecast.keras"]


def test_paths_stay_as_they_stand_on_the_line(here: Path) -> None:
    (reading,) = read_all(["./forecast.keras"])
    assert reading.path == "./forecast.keras"
    assert reading.programs[0].path == "./forecast.keras"


def test_a_finding_in_a_file_that_two_scripts_import_is_reported_once(here: Path) -> None:
    (here / "shared.py").write_text(
        "from keras import layers, Sequential\n\n\ndef build():\n"
        "    return Sequential([layers.Input((10, 8)), layers.LSTM(4), layers.LSTM(4)])\n"
    )
    for name in ("one.py", "two.py"):
        (here / name).write_text("import shared\n\nmodel = shared.build()\n")
    report = lint(["one.py", "two.py"])
    assert [(finding.rule, finding.location.path) for finding in report.findings] == [
        ("missing-return-sequences", "shared.py")
    ]


def test_progress_is_told_before_each_file(here: Path) -> None:
    told: list[tuple[int, int, str]] = []
    script(here, "'forecast.keras'")
    lint(["."], progress=lambda *step: told.append(step))
    assert told == [(0, 2, "./forecast.keras"), (1, 2, "./train.py")]


def raising(error: BaseException) -> Callable[[str], Reading]:
    def read(path: str) -> Reading:
        raise error

    return read


def test_a_reader_that_crashes_is_a_failed_file() -> None:
    reading = guarded("a.keras", raising(KeyError("x")))
    assert (reading.status, reading.path) == ("failed", "a.keras")
    assert "KeyError" in (reading.reason or "")
    assert "please report" in (reading.reason or "")


def test_ctrl_c_is_no_crash() -> None:
    with pytest.raises(KeyboardInterrupt):
        guarded("a.keras", raising(KeyboardInterrupt()))


def test_a_model_that_is_linted_and_referred_to_is_read_once(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnlint import readers
    from rnnlint.readers.source import Source

    read: list[object] = []
    whole = readers.read

    def counting(path: "str | Path | Source", keras: int | None = None) -> Reading:
        read.append(path)
        return whole(path, keras)

    monkeypatch.setattr(readers, "read", counting)
    lint([script(here, "'forecast.keras'"), "forecast.keras"])
    assert len(read) == 1


def test_json_of_what_was_joined(here: Path) -> None:
    from rnnlint.report.json import report_json

    data = json.loads(report_json(lint([script(here, "'forecast.keras'")])))
    notes = [note for finding in data["findings"] for note in finding["notes"]]
    assert {(note["path"], note["layer"]) for note in notes} == {("forecast.keras", "lstm")}
