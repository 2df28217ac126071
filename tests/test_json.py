"""The JSON report: to the letter of its schema."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rnnlint.counts import Counts
from rnnlint.facts import CallLocation, Shape
from rnnlint.facts.sizes import symbol
from rnnlint.finding import Edit, Finding, Fix, Note, Safety
from rnnlint.linting import File, Report
from rnnlint.reading import NotUnderstood, Reading
from rnnlint.report.json import dumped, report_json, shape_json
from tests.report import samples

SCHEMAS = Path(__file__).parent / "schemas"


def loaded(report: Report) -> Any:
    """The report, read by a strict parser and held to the schema."""
    data = json.loads(report_json(report), parse_constant=refuse)
    jsonschema.validate(data, json.loads((SCHEMAS / "check.json").read_text("utf-8")))
    return data


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def only(report: Report) -> Any:
    (finding,) = loaded(report)["findings"]
    return finding


def test_every_kind_of_file_and_place_fits_the_schema() -> None:
    data = loaded(samples.everything())
    assert [file["status"] for file in data["files"]] == [*["checked"] * 4, "skipped", "failed"]
    assert data["summary"] == {"error": 3, "warning": 1, "hint": 0, "files": 6}


def test_an_empty_report_fits_the_schema() -> None:
    assert loaded(Report()) == {
        "schema": 1,
        "version": "0.1.0",
        "files": [],
        "findings": [],
        "summary": {"error": 0, "warning": 0, "hint": 0, "files": 0},
    }


def test_a_finding_in_a_script() -> None:
    finding = only(Report((samples.script(),), (samples.stacked(),)))
    assert {key: value for key, value in finding.items() if key != "fingerprint"} == {
        "rule": "missing-return-sequences",
        "family": "shape",
        "severity": "error",
        "path": "train.py",
        "line": 5,
        "column": 5,
        "end_line": 5,
        "end_column": 20,
        "layer": "lstm_1",
        "message": "`lstm_1` reads a sequence, but `lstm` gives only its last step",
        "why": "an LSTM gives only its last step",
        "notes": [
            {
                "path": "train.py",
                "line": 4,
                "column": 5,
                "end_line": 4,
                "end_column": 41,
                "layer": "lstm",
                "message": "`lstm`",
            }
        ],
        "gives": {"dims": [None, 32], "axes": ["batch", "units"]},
        "needs": {"dims": [None, "?", "?"], "axes": ["batch", "time", "features"]},
        "fix": {
            "title": "return every step",
            "safety": "safe",
            "edits": [
                {
                    "path": "train.py",
                    "line": 4,
                    "column": 40,
                    "end_line": 4,
                    "end_column": 40,
                    "text": ", return_sequences=True",
                }
            ],
        },
    }


def test_in_a_notebook_cells_are_counted_too() -> None:
    finding = only(Report((samples.notebook(),), (samples.stacked("train.ipynb", down=1),)))
    places = [finding, finding["notes"][0], finding["fix"]["edits"][0]]
    assert [place["line"] for place in places] == [6, 5, 5]
    assert [(place["cell"], place["cell_line"]) for place in places] == [(3, 5), (3, 4), (3, 4)]


def test_in_a_model_file_the_layer_is_the_place() -> None:
    finding = only(Report((samples.model_file(),), (samples.one_step(),)))
    assert (finding["line"], finding["column"], finding["layer"]) == (None, None, "lstm")
    assert finding["fix"]["edits"] == []


def test_in_a_call_the_columns_of_its_text_are_the_place() -> None:
    place = CallLocation("model.keras", 1, 1, 35, 1, 48)
    fix = Fix("take a batch size that divides", (Edit(place, "batch_size=20"),), Safety.REVIEW)
    found = replace(samples.remainder(), fix=fix)
    finding = only(Report((samples.model_file(),), (found,), (samples.CALL,)))
    assert (finding["path"], finding["line"]) == ("model.keras", None)
    assert finding["call"] == {"index": 1, "column": 35, "end_column": 48}
    assert finding["fix"]["edits"][0] == {
        "path": "--call 1",
        "line": 1,
        "column": 35,
        "end_line": 1,
        "end_column": 48,
        "text": "batch_size=20",
    }


def test_sizes_without_a_value_are_text() -> None:
    assert shape_json(Shape.of((symbol("n"), None, 3))) == {
        "dims": ["n", None, 3],
        "axes": ["batch", "time", "features"],
    }


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_null(number: float) -> None:
    assert json.loads(dumped({"a": [number], "b": (1.5,)}), parse_constant=refuse) == {"a": [None], "b": [1.5]}


def test_at_most_twenty_things_that_were_not_understood() -> None:
    many = tuple(NotUnderstood(line, "a call of `build`") for line in range(1, 31))
    file = File(Reading("a.py", "script", "python", complete=False, not_understood=many), Counts())
    assert len(loaded(Report((file,)))["files"][0]["not_understood"]) == 20


@pytest.mark.parametrize(
    "name", ["\x1b[31mred", "\x07", "\x7f", "\x9b0m", "\u202egnp", "\u2066x", "zwölf", "\udce9", "a\nb"]
)
def test_names_reach_no_terminal_and_stay_what_they_are(name: str) -> None:
    found = Finding(samples.span(1, 1, 2, name), f"`{name}` is odd", [Note(samples.span(1, 1, 2), name)], layer=name)
    report = Report((samples.script(path=name),), (samples.stacked(name), replace(found, rule="odd", family="shape")))
    text = report_json(report)
    assert text.isascii()
    assert all(character.isprintable() or character == "\n" for character in text)
    data = json.loads(text)
    assert data["files"][0]["path"] == name
    assert data["findings"][1]["message"] == f"`{name}` is odd"


def fingerprint(text: str, down: int, path: str = "train.py") -> str:
    mark = only(Report((samples.script(text, path),), (samples.stacked(path, down),)))["fingerprint"]
    assert isinstance(mark, str)
    return mark


def test_a_fingerprint_stays_when_lines_above_move() -> None:
    lower = samples.SCRIPT.replace("\nmodel", "\n" * 11 + "model")
    assert fingerprint(lower, 10) == fingerprint(samples.SCRIPT, 0)


def test_a_fingerprint_stays_when_the_line_is_indented() -> None:
    indented = samples.SCRIPT.replace("    layers.LSTM(16)", "    layers.LSTM( 16 )")
    assert fingerprint(indented, 0) == fingerprint(samples.SCRIPT, 0)


def test_a_fingerprint_tells_lines_and_files_apart() -> None:
    other = samples.SCRIPT.replace("LSTM(16)", "LSTM(17)")
    marks = {fingerprint(samples.SCRIPT, 0), fingerprint(other, 0), fingerprint(samples.SCRIPT, 0, "other.py")}
    assert len(marks) == 3


def test_a_fingerprint_does_not_depend_on_how_the_path_is_spelled() -> None:
    here = str(Path("train.py").absolute())
    assert fingerprint(samples.SCRIPT, 0, "./train.py") == fingerprint(samples.SCRIPT, 0, here)


def test_equal_lines_have_different_fingerprints() -> None:
    twice = samples.SCRIPT * 2
    report = Report((samples.script(twice),), (samples.stacked(), samples.stacked(down=6)))
    first, second = loaded(report)["findings"]
    assert first["fingerprint"] != second["fingerprint"]
